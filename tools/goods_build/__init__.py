"""The table of goods, made from the reference-data folder."""
