"""Reading text files: places in them, encodings, TOML, the package's own tables."""
