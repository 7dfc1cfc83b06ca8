"""The unit of a number of a row, by its key: of the table of variables, or as its name ends."""

from __future__ import annotations

from collections.abc import Mapping

from countervail import schema
from countervail.present import redirected, rows
from countervail.present.meant import MILLION, PER_CENT, SHARE, Meant

OF_TABLE: Mapping[str, Mapping[str, Meant]] = {
    "goods": redirected.MEANT,
    "sectors": rows.SECTORS_MEANT,
}
"""What the numbers of a table are, by its name."""

OWN = {
    "rate": f"{PER_CENT} ad valorem",
    "rate_new": f"{PER_CENT} ad valorem",
    "base_rate": f"{PER_CENT} ad valorem",
    "own_duty": f"{PER_CENT} ad valorem",
    "weight": "share of the cell's trade before tariff",
    "welfare_cad": "CAD million",
    "welfare_aud": "AUD million",
    **{key: one.unit for key, one in redirected.MEANT.items()},
    "mean_tariff": PER_CENT,
    "coverage_year": "year",
}
"""Units of keys that are no variables and whose names do not say theirs."""

ENDINGS = {
    "_usd_per_person": "USD a head",
    "_usd": MILLION,
    "_change": PER_CENT,
    "_share": SHARE,
    "_per_cent": PER_CENT,
    "_percent": PER_CENT,
}
"""Units that the end of a key says."""


def unit_of(key: str) -> str:
    """Return the unit of a number; nothing where it is not known, as of a count.

    Args:
        key: of the number in its row.
    """
    if key in OWN:
        return OWN[key]
    variable = schema.variables().get(rows.OUTCOMES.get(key, key))
    if variable is not None:
        return variable.unit
    return next((unit for end, unit in ENDINGS.items() if key.endswith(end)), "")


def meaning_of(key: str, table: str) -> str:
    """Return what a number is, where its table says it or it is a variable; else nothing.

    Args:
        key: of the number in its row.
        table: the name of its table.
    """
    meant = OF_TABLE.get(table, {}).get(key)
    if meant is not None:
        return meant.meaning
    variable = schema.variables().get(rows.OUTCOMES.get(key, key))
    return "" if variable is None else variable.meaning
