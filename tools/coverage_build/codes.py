"""HS codes: from the words of a law or a tariff list to six-digit codes, and their sectors.

The concordance is the package's own (HS 2022), the one by which the ledger splits cells into lines.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from countervail import labels

LISTS = "data/us-tariffs-tradewartracker/tariff-lists"


@cache
def by_sector() -> Mapping[str, frozenset[str]]:
    """Return the HS6 codes of each sector that has any."""
    found: dict[str, set[str]] = defaultdict(set)
    for code, sector in labels.hs6_sector().items():
        found[sector].add(code)
    return {sector: frozenset(codes) for sector, codes in found.items()}


@cache
def goods() -> tuple[str, ...]:
    """Return the sectors whose products a customs duty falls on, sorted.

    Without B09, which has no HS code, and without D: electricity (HS 2716) bears no tariff in a
    World.
    """
    return tuple(sorted(sector for sector in by_sector() if sector[0] in "ABC"))


def expand(words: Iterable[str]) -> set[str]:
    """Return the HS6 codes that chapters, headings, subheadings and ranges of them name."""
    found: set[str] = set()
    for word in words:
        low, _, high = word.replace(".", "").partition("-")
        if high:
            found |= {c for c in labels.hs6_sector() if low <= c[: len(low)] <= high}
        else:
            found |= {c for c in labels.hs6_sector() if c.startswith(low)}
    return found


def listed(shared: Path, names: Iterable[str], eight: float, ten: float) -> dict[str, float]:
    """Return by HS6 the part of it that lists of United States tariff lines name.

    A part is one where the whole subheading is named: by six digits or fewer, or by a line with
    nothing after it (HTS lines ending 00 or 01).

    Args:
        shared: reference-data folder.
        names: the lists' file names, without suffix.
        eight: the part taken where an eight-digit line of the subheading is named.
        ten: the part taken where only ten-digit lines are.
    """
    found: dict[str, float] = {}
    for name in names:
        for line in _lines(shared / LISTS / f"{name}.csv"):
            if len(line) <= 6:
                found |= dict.fromkeys(expand([line]), 1.0)
                continue
            whole = line[6:8] in ("00", "01") and line[8:] in ("", "00")
            part = 1.0 if whole else eight if len(line) == 8 else ten
            found[line[:6]] = max(part, found.get(line[:6], 0.0))
    return found


def _lines(path: Path) -> list[str]:
    """Return the tariff lines in the first column, digits only; headings are passed over."""
    with path.open(encoding="utf-8-sig") as file:
        words = [row[0].replace(".", "").strip() for row in csv.reader(file) if row]
    return [word for word in words if word.isdigit()]
