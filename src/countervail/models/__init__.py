"""Models: combinations of choices, by name, and other choices set slot by slot."""

from countervail.models.economy import Economy
from countervail.models.named import model_of
from countervail.models.presets import MODELS, CaliendoParro

__all__ = ["MODELS", "CaliendoParro", "Economy", "model_of"]
