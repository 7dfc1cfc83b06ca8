"""The weights of the encoder, as numbers of eight bits with a scale a row.

``data/reading/net.npz`` is what ``tools/fit_net.py`` writes: an encoder of four layers, begun from
all-MiniLM-L6-v2 (Apache 2.0) and fitted on the project's own labelled passages, and what is asked
of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float32]]
SCALE = " scale"
"""Ending of the name under which the scale of a matrix stands."""


@dataclass(frozen=True)
class Net:
    """What the encoder has learned.

    Attributes:
        w: matrices and vectors by their names.
        pieces, kinds, roles, clauses: numbers of what words are told by.
        instruments, statuses: names of the classes, in their order.
        layers: of the encoder.
    """

    w: Mapping[str, Array]
    pieces: Mapping[str, int]
    kinds: Mapping[str, int]
    roles: Mapping[str, int]
    clauses: Mapping[str, int]
    instruments: tuple[str, ...]
    statuses: tuple[str, ...]
    layers: int


@cache
def net() -> Net:
    """Return the weights of the package."""
    with (files("countervail.data") / "reading" / "net.npz").open("rb") as file:
        held = np.load(file, allow_pickle=False)
        return loaded({name: held[name] for name in held.files})


def loaded(held: Mapping[str, Any]) -> Net:
    """Return weights from arrays as they are stored."""
    names = {name: [str(x) for x in held[name]] for name in held if held[name].dtype.kind == "U"}
    w = {
        name: _whole(a, held.get(name + SCALE))
        for name, a in held.items()
        if name not in names and not name.endswith(SCALE)
    }
    # 0 is what has no name
    number = {
        kind: {x: k + 1 for k, x in enumerate(names[kind])}
        for kind in ("kinds", "roles", "clauses")
    }
    return Net(
        w,
        {x: k for k, x in enumerate(names["pieces"])},
        **number,
        instruments=tuple(names["instruments"]),
        statuses=tuple(names["statuses"]),
        layers=sum(name.endswith("qw") for name in w),
    )


def _whole(a: Any, scale: Any) -> Array:
    whole: Array = a.astype(np.float32)
    if scale is not None:
        whole = whole * scale.astype(np.float32)[:, None]
    return whole


def stored(w: Mapping[str, Any]) -> dict[str, Any]:
    """Return arrays as they are stored: a matrix as whole numbers up to 127 by its rows' scales."""
    found: dict[str, Any] = {}
    for name, a in w.items():
        if a.ndim == 2:
            scale = np.maximum(np.abs(a).max(axis=1), 1e-12) / 127.0
            found[name] = np.round(a / scale[:, None]).astype(np.int8)
            found[name + SCALE] = scale.astype(np.float32)
        else:
            found[name] = np.asarray(a, np.float32)
    return found
