"""An answer as an office keeps it: a workbook, one long table, one page of a letter."""
