"""The report: an answer as one page that needs nothing else, with its figures and tables."""
