"""The compiled facts of the reference data, read for comparison with the ledger.

A facts file has one YAML mapping a measure: `products` (HS codes, or a list of tariff items) and
`values`, each with the first day (`from`), the last (`until`), the day it was known (`announced`)
and a rate in per cent. A day may be a month or a year.
"""

from __future__ import annotations

import csv
import os
import re
import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from countervail.ledger import Measure, concordance, open_ledger
from countervail.ledger.in_force import governing
from countervail.ledger.measure import Rate

SHARED = Path(os.environ.get("COUNTERVAIL_SHARED") or Path(__file__).parents[3] / "shared")
FOLDER = SHARED / "data" / "measures"
FILES = sorted(FOLDER.glob("*.yaml"))
BOOK = open_ledger()
EXCEPTIONS = Path(__file__).with_suffix(".toml")
COUNTRY_RATES = [("usa-ieepa-reciprocal-country-rates.csv", "usa-all-ieepa-reciprocal-2025")]
"""Lists of rates by country and day, and the facts file that points to each."""
ITEM = re.compile(r"\d{4}\.?\d{2}(\.?\d{2}){0,2}|\d{7}")
"""A tariff item of six to ten digits, with or without dots, or of eight without its first zero."""


@dataclass(frozen=True)
class Value:
    """One dated value of a facts file."""

    since: str | None
    until: str | None
    announced: str | None
    rate: float | None
    basis: str

    def __str__(self) -> str:
        what = f"{self.rate:g} %" if self.rate is not None else self.basis
        days = f"from {self.since} to {self.until or 'open'}" if self.since else "without a day"
        return f"{what} ({self.basis}) {days}, announced {self.announced}"


@cache
def exceptions() -> dict[str, Any]:
    """What the ledger tells otherwise, with the reason."""
    return tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8"))


def of_file(kind: str, facts: str) -> list[dict[str, Any]]:
    return [e for e in exceptions().get(kind, []) if e["facts"] == facts]


@cache
def read(path: Path) -> dict[str, Any]:
    facts: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return facts


def values(facts: dict[str, Any]) -> list[Value]:
    def day(word: object) -> str | None:
        return None if word is None else str(word)

    found: list[Value] = []
    for v in facts["values"]:
        value = Value(
            day(v["from"]),
            day(v["until"]),
            day(v["announced"]),
            None if v["rate"] is None else float(v["rate"]),
            str(v["basis"]),
        )
        if found and _goes_on(found[-1], value):
            found[-1] = replace(found[-1], until=value.until)
        else:
            found.append(value)
    return found


def _goes_on(first: Value, second: Value) -> bool:
    """Whether two values are one law told in two parts: one announcement, one rate, no gap."""
    if first.until is None or second.since is None or len(first.until) < 10:
        return False
    same = replace(second, since=first.since, until=first.until) == first
    return same and first_day(first.until) + timedelta(days=1) == first_day(second.since)


def law(facts: str) -> Measure:
    """The measure that a facts file tells of."""
    assert facts in BOOK.measures, f"{facts}: no measure of that name in the ledger"
    return BOOK.measure(facts)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


# ---- days


def written(day: date | None, precision: str | None) -> str | None:
    """A day of the ledger as a facts file writes it."""
    return None if day is None else str(day)[: {"month": 7, "year": 4}.get(precision or "", 10)]


def first_day(word: str) -> date:
    return date.fromisoformat((word + "-01-01")[:10])


# ---- values


def told(entry: Rate) -> str:
    """An entry of the ledger in words, as :class:`Value` writes them."""
    what = f"{entry.rate:g} %" if entry.rate is not None else entry.basis or "no rate"
    what = "an end" if entry.ended else "a step that never came" if entry.never else what
    since = written(entry.in_force, entry.in_force_precision)
    known = written(entry.announced, entry.announced_precision)
    last = f" to {entry.expires}" if entry.expires else ""
    return f"{what} from {since}{last}, announced {known}"


def begins(measure: Measure, entry: Rate, value: Value) -> bool:
    """Whether an entry is a value of the facts, but for its end: from its first day, or still."""
    known = written(entry.announced, entry.announced_precision)
    if known != value.announced or not same_law(entry, value):
        return False
    if written(entry.in_force, entry.in_force_precision) == value.since:
        return True
    if value.since is None or entry.in_force is None:
        return False
    at, on = measure.rates.index(entry), first_day(value.since)
    return entry.in_force < on and any(_governs(measure, p, at, on) for p in entry.products)


def closes(entry: Rate, value: Value) -> bool:
    """Whether an entry is the end that a value's last day says."""
    if not entry.ended or entry.in_force is None or value.until is None:
        return False
    return str(entry.in_force - timedelta(days=1)).startswith(value.until)


def same_law(entry: Rate, value: Value) -> bool:
    if value.basis == "removal" or (value.rate == 0 and entry.ended):
        return entry.ended or (entry.rate is None and entry.basis is None)
    if value.basis == "ban":
        return entry.basis == "ban"
    if value.rate is None:  # a status, or a rate the sources do not give
        return entry.rate is None and entry.basis != "ban"
    if entry.rate is None:
        return False
    if entry.quota and entry.quota.above == value.rate:
        return True
    low, high = entry.rate_range or (entry.rate, entry.rate)
    bases = {"floor": {"top_up_to"}, "additional": {"additional"}}.get(value.basis)
    return low <= value.rate <= high and (bases is None or entry.basis in bases)


def ends(measure: Measure, entry: Rate, value: Value) -> bool:
    """Whether an entry stops governing some goods when the value says (``until``: the last day)."""
    if value.until is None:
        return entry.expires is None
    if value.until == str(entry.expires):
        return True
    last = first_day(value.until)
    if len(value.until) < 10:  # a month or a year: some entry begins in it
        return any(
            written(e.in_force, e.in_force_precision or "day") == value.until for e in measure.rates
        )
    at = measure.rates.index(entry)
    return any(
        _governs(measure, product, at, last)
        and not _governs(measure, product, at, last + timedelta(days=1))
        for product in entry.products
    )


def _governs(measure: Measure, product: str, at: int, on: date) -> frozenset[str]:
    return frozenset().union(*(who for i, who in governing(measure, product, on) if i == at))


# ---- products


def subheadings(words: str) -> frozenset[str]:
    """The HS 2022 subheadings of `0201,0202`, `72-73` or `8703.80`; none for other words."""
    found: set[str] = set()
    for word in str(words).replace(".", "").replace(" ", "").split(","):
        if re.fullmatch(r"\d+(-\d+)?", word):
            first, _, last = word.partition("-")
            last = last or first
            found.update(
                c
                for c in concordance.codes()
                if first <= c[: len(first)] and c[: len(last)] <= last
            )
    return frozenset(found)


def goods(facts: dict[str, Any]) -> frozenset[str]:
    """The subheadings a facts file names: by its list of tariff items, else by its headings."""
    exempt = [e["list"] for e in of_file("exempt_list", facts["id"])]
    listed = [i for p in lists(facts) if p.name not in exempt for i in items(p)]
    if listed:
        return frozenset(listed) & frozenset(concordance.codes())
    return frozenset().union(*(subheadings(p["hs"]) for p in facts["products"]))


def lists(facts: dict[str, Any]) -> list[Path]:
    """The lists of tariff items a facts file names that are there under that name."""
    words = re.findall(r"[\w./-]+\.csv", facts.get("product_list_file") or "")
    home = FOLDER
    found = []
    for word in words:
        path = home / word
        found += [path] if path.is_file() else []
        home = path.parent
    return found


@cache
def items(path: Path) -> tuple[str, ...]:
    """The subheadings of a list of tariff items; none for a list of countries or quotas."""
    found = []
    with path.open(encoding="utf-8-sig") as file:
        for row in csv.reader(file):
            for cell in row[:2]:
                if ITEM.fullmatch(cell):
                    digits = cell.replace(".", "")
                    found.append(("0" + digits if len(digits) == 7 else digits)[:6])
                    break
    return tuple(found)


def in_words(codes: frozenset[str] | set[str], most: int = 12) -> str:
    some = sorted(codes)
    return ", ".join(map(concordance.dotted, some[:most])) + (
        f" and {len(some) - most} more" if len(some) > most else ""
    )
