"""Timings of what a user waits for: ``python -m benchmarks``."""
