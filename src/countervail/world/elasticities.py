"""Named sets of trade elasticities, each value with its source."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from importlib import resources

from countervail.errors import InputError, did_you_mean


def elasticities(name: str, sectors: Sequence[str]) -> list[float]:
    """Return theta by sector of a named set.

    Raises:
        InputError: no such set, or it has no value for a sector; with the nearest name.
    """
    sets = elasticity_sets()
    if name not in sets:
        raise InputError(
            f"no set of elasticities '{name}'{did_you_mean(name, sets)} (there are "
            f"{', '.join(sets)})"
        )
    values = sets[name]
    missing = [s for s in sectors if s not in values]
    if missing:
        raise InputError(f"the set '{name}' has no elasticity for sector '{missing[0]}'")
    return [values[s][0] for s in sectors]


@cache
def elasticity_sets() -> dict[str, dict[str, tuple[float, str]]]:
    """Return every set: name -> sector -> (theta, source)."""
    path = resources.files("countervail").joinpath("data/elasticities.csv")
    found: dict[str, dict[str, tuple[float, str]]] = {}
    for row in csv.DictReader(path.read_text("utf-8").splitlines()):
        found.setdefault(row["set"], {})[row["sector"]] = float(row["theta"]), row["source"]
    return found
