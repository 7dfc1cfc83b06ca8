"""A text as an encoder of sentences hears it: chances of every field, each from all its words."""
