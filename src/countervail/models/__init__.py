"""Models: one file each, every one a pure map from guessed hats to implied hats."""

from collections.abc import Mapping
from typing import Any

from countervail.models.caliendo_parro import CaliendoParro

MODELS: Mapping[str, Any] = {"caliendo_parro": CaliendoParro}
"""Models by the name the command line knows them by."""
