"""What is done to measures, one kind of pattern a module: from clauses to drafts."""
