"""What no frame saw: clauses that hold the evidence of a measure and were told by no draft."""
