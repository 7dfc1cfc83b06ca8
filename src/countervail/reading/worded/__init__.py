"""What words alone speak for: weights of words, learned from labelled texts."""
