"""Which second opinion is asked for, from the words of the user."""

from __future__ import annotations

from countervail.errors import InputError
from countervail.reading.second.endpoint import Endpoint
from countervail.reading.second.opinion import SECONDS, Second
from countervail.reading.second.spacy import PREFIX, Parsed


def chosen(written: str, model: str | None = None, seconds: float = SECONDS) -> Second:
    """Return what gives the second opinion that was asked for.

    Args:
        written: an address of chat completions, or ``spacy:`` and the name of a model.
        model: the model at the address.
        seconds: how long the address is waited for.

    Raises:
        InputError: it is neither, or a model is missing or named twice.
    """
    if written.startswith(PREFIX):
        if model is not None:
            raise InputError("--second-model names a model at an address; spacy:MODEL has its own")
        return Parsed(written.removeprefix(PREFIX))
    return Endpoint(written, model or "", seconds)
