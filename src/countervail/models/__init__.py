"""Models: one file each, every one a pure map from guessed hats to implied hats."""

from collections.abc import Mapping
from typing import Any

from countervail.core.model import Model
from countervail.errors import InputError, did_you_mean
from countervail.models.caliendo_parro import CaliendoParro

MODELS: Mapping[str, Any] = {"caliendo_parro": CaliendoParro}
"""Models by the name the command line knows them by."""


def model_of(model: Model | str | None) -> Model:
    """Return a model, or the one of a name with its defaults; Caliendo and Parro where none is.

    Raises:
        InputError: no such model, with the nearest; or something else.
    """
    if model is None:
        return CaliendoParro()
    if isinstance(model, str):
        if model not in MODELS:
            known = ", ".join(MODELS)
            raise InputError(f"no model '{model}'{did_you_mean(model, MODELS)} (there is {known})")
        made: Model = MODELS[model]()
        return made
    if isinstance(model, type) or not hasattr(model, "balances_first"):
        raise InputError(
            f"a model is made, such as CaliendoParro(), or named, such as 'caliendo_parro'; this "
            f"is {model!r}"
        )
    return model
