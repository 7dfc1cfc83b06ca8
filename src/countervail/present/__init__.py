"""Reports of finished solutions: one set of rows, reported as JSON, tables or files."""
