"""Models: one file each, every one a pure map from guessed hats to implied hats."""

from countervail.models.caliendo_parro import CaliendoParro

MODELS = {"caliendo_parro": CaliendoParro}
"""Models by the name the command line knows them by."""
