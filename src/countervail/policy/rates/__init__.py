"""Rates: what may be set, what it is worth, and how the best are found."""
