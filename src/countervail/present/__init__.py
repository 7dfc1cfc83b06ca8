"""Reports of finished solutions: one set of rows, told as JSON, tables or files."""
