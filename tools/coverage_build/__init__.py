"""Parts of the computation of the measures' coverage; run ``tools/coverage.py``."""
