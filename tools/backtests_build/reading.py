"""How reference data are asked, and which years windows are."""

from __future__ import annotations

from typing import Any

import duckdb

from countervail.backtests.windows import YEAR, Window

Amounts = dict[tuple[str, str, int], float]
"""Trade by exporter, importer and year."""


def rows(query: str, *given: object) -> list[tuple[Any, ...]]:
    """Return what a query of files finds."""
    return duckdb.execute(query, list(given)).fetchall()


def year(window: Window) -> int:
    """Return the year that a window is.

    Raises:
        ValueError: it is none, and the data set is yearly.
    """
    if not window.is_year:
        raise ValueError(f"{window} is no calendar year, and the data set is yearly")
    return window.first // YEAR


def years(first: Window, second: Window) -> tuple[int, int]:
    """Return the years that two windows are."""
    return year(first), year(second)
