"""Named sets of trade elasticities, each value with its source."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from countervail.errors import InputError, did_you_mean
from countervail.text.tables import rows


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
    found: dict[str, dict[str, tuple[float, str]]] = {}
    for row in rows("elasticities.csv"):
        found.setdefault(row["set"], {})[row["sector"]] = float(row["theta"]), row["source"]
    return found
