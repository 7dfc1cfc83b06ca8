"""Errors as the page has them: of which kind, what they say, where; no folder of the machine."""

from __future__ import annotations

import math
from typing import Any

from countervail.errors import (
    CountervailError,
    FileError,
    InputError,
    NoEquilibrium,
    NotCertified,
    NotPlaced,
)
from countervail.lab.folders import without_folders
from countervail.lab.solving import LabWorkerLost
from countervail.lab.spoken import spoken
from countervail.present.sentences.language import Language

REFUSED, WRONG, LOST = 409, 422, 503
"""States of HTTP: no certified answer; a question that is none; nobody there to answer."""

KINDS: tuple[tuple[type[CountervailError], str, int], ...] = (
    (LabWorkerLost, "worker_lost", LOST),
    (NoEquilibrium, "no_equilibrium", REFUSED),
    (NotCertified, "not_certified", REFUSED),
    (NotPlaced, "not_placed", REFUSED),
    (FileError, "file", WRONG),
    (InputError, "input", WRONG),
    (CountervailError, "error", WRONG),
)


def error_of(
    error: CountervailError, where: str, said: Language | None = None
) -> tuple[int, dict[str, Any]]:
    """Return the state of HTTP and the body of an error.

    A law without a certified answer is ``refused``; all else is an ``error``.

    Args:
        error: what was raised.
        where: the endpoint.
        said: the language of the page; what it does not have is said in English, and marked.
    """
    kind, status = next((k, s) for of, k, s in KINDS if isinstance(error, of))
    words = spoken(without_folders(str(error)), said)
    if status == REFUSED:
        return status, {"refused": words.pop("says"), "kind": kind, **words}
    return status, {"error": {"kind": kind, **words, "where": where}}


def plain(value: Any) -> Any:
    """Return a value as JSON has it: what is no number is null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value
