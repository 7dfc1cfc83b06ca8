"""Goals: what would have to change to meet them, and whether it can."""
