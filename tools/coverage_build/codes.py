"""HS codes: from the words of a law to six-digit codes, and their sectors.

The concordance is the package's own (HS 2022), the one by which the ledger splits cells into lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from countervail import labels


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
        found |= _named(word)
    return found


@cache
def _named(word: str) -> frozenset[str]:
    low, _, high = word.replace(".", "").partition("-")
    if high:
        return frozenset(c for c in labels.hs6_sector() if low <= c[: len(low)] <= high)
    return frozenset(c for c in labels.hs6_sector() if c.startswith(low))


def short(found: set[str]) -> list[str]:
    """Return subheadings as a law writes them: whole headings, runs of them, dotted subheadings."""
    words: list[str] = []
    run: list[str] = []
    headings: dict[str, list[str]] = defaultdict(list)
    for code in sorted(labels.hs6_sector()):
        headings[code[:4]].append(code)
    for heading, members in headings.items():
        if run and run[-1][:2] != heading[:2]:
            words += _joined(run)
            run = []
        if found.issuperset(members):
            run.append(heading)
            continue
        words += _joined(run)
        run = []
        words += [f"{code[:4]}.{code[4:]}" for code in members if code in found]
    return words + _joined(run)


def _joined(run: list[str]) -> list[str]:
    return [f"{run[0]}-{run[-1]}"] if len(run) > 1 else run
