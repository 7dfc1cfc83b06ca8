"""Tariffs that players would agree on, and the frontier of what they can agree on."""
