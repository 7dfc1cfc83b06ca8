"""Models: one file each, every one a pure map from guessed hats to implied hats."""
