"""Published results, computed again: one folder a paper."""
