"""The choices a model is made of, one file each: an equation, and the same again in levels."""
