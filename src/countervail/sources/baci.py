"""Trade by product: files of CEPII's BACI, and tables with the same columns under plainer names.

BACI has a row for each exporter, importer, product (six digits of HS) and year, values in thousand
USD, free on board: ``t,i,j,k,v,q``, countries by number. Other tables name the columns ``year``,
``exporter``, ``importer``, ``hs6`` and ``value`` or ``total_v``. Plain or packed with gzip.

Source: Gaulier, G. and S. Zignago (2010), BACI: International Trade Database at the Product-Level,
CEPII Working Paper 2010-23.
"""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TextIO

from countervail import labels
from countervail.errors import FileError

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "year": ("t", "year"),
        "exporter": ("i", "exporter", "exporter_iso3c", "exporter_iso3", "exporter_code"),
        "importer": ("j", "importer", "importer_iso3c", "importer_iso3", "importer_code"),
        "code": ("k", "hs6", "product", "product_code"),
        "value": ("v", "total_v", "value"),
    }
)
"""Columns that are read, and what a table may call each."""

THOUSAND = 1e-3
"""USD million in the unit of the files, thousand USD."""

ELSEWHERE = "ROW"
"""What partners are taken for that are no country: areas not specified, and the like."""

LONGEST_CODE = 6

Pair = tuple[str, str]
Codes = tuple[tuple[str, ...], tuple[str, ...]]
"""Codes of HS that a good has, and those taken out of them."""


class ProductTrade(NamedTuple):
    """The trade of a good, code by code.

    Attributes:
        year: of it, as the file has it.
        pairs: by exporter and importer, USD million of each code of HS 2022.
        split: part of all of it that is of codes no longer in HS 2022 with several successors,
            among which it was divided in equal parts.
    """

    year: str
    pairs: Mapping[Pair, Mapping[str, float]]
    split: float

    @property
    def total(self) -> float:
        """Trade of all pairs, USD million."""
        return sum(sum(codes.values()) for codes in self.pairs.values())


def read_baci(path: str | Path, goods: Mapping[str, tuple[Codes, str]]) -> dict[str, ProductTrade]:
    """Return the trade of goods in a file, by good.

    Codes of earlier editions of HS count to those of HS 2022 that took their place.

    Args:
        path: the file.
        goods: codes of each, and the year asked for; an empty one is the file's only year.

    Raises:
        FileError: it cannot be read or has no such columns, a row is none, a good has no trade in
            it, or it holds several years and none is asked for.
    """
    path = Path(path)
    found: dict[str, dict[str, _Gathered]] = {good: {} for good in goods}
    for line, row, parts in _rows(path, goods):
        seller, buyer = _country(row["exporter"]), _country(row["importer"])
        value = _value(row["value"], path, line)
        if seller == buyer:
            continue
        for good, now, part, split in parts:
            year = goods[good][1]
            if year in ("", row["year"]):
                here = found[good].setdefault(row["year"], _Gathered({}, [0.0]))
                by_code = here.pairs.setdefault((seller, buyer), {})
                by_code[now] = by_code.get(now, 0.0) + part * value
                here.split[0] += part * value if split else 0.0
    return {good: _of_one_year(good, years, goods[good], path) for good, years in found.items()}


class _Part(NamedTuple):
    """What a code counts to: a good, as which code of today, which part, and whether divided."""

    good: str
    code: str
    part: float
    split: bool


class _Gathered(NamedTuple):
    """What is read of a good in a year: pairs by code, and what was divided among codes."""

    pairs: dict[Pair, dict[str, float]]
    split: list[float]


def _of_one_year(
    good: str, years: Mapping[str, _Gathered], asked: tuple[Codes, str], path: Path
) -> ProductTrade:
    (named, _), year = asked
    if not years:
        of = f" in {year}" if year else ""
        raise FileError(
            f"holds no trade of good '{good}' (HS {' '.join(named)}){of}: another file, or other "
            "codes",
            path,
        )
    if len(years) > 1:
        several = ", ".join(sorted(years))
        raise FileError(f"holds {several}: add a row {good},year,,,{max(years)}", path)
    ((year, here),) = years.items()
    total = sum(sum(codes.values()) for codes in here.pairs.values())
    return ProductTrade(year, here.pairs, here.split[0] / total if total > 0 else 0.0)


def _parts(code: str, goods: Mapping[str, tuple[Codes, str]]) -> Iterator[_Part]:
    """Yield what a code of any edition counts to."""
    earlier = labels.hs_earlier().get(code)
    now = (code,) if code in labels.hs6_sector() or earlier is None else earlier.successors
    for good, ((named, out), _) in goods.items():
        for one in now:
            if one.startswith(named) and not (out and one.startswith(out)):
                yield _Part(good, one, 1.0 / len(now), len(now) > 1)


@cache
def _country(word: str) -> str:
    """Return a country's code; of what is none, the rest of the world."""
    code = labels.found(word)
    if code is None:
        other = labels.office_codes().get(word.upper())
        code = other.iso3 if other is not None else None
    return code or ELSEWHERE


def _value(word: str, path: Path, line: int) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise FileError(f"'{word}' is no amount of trade", path, line)
    return THOUSAND * value


def _rows(
    path: Path, goods: Mapping[str, tuple[Codes, str]]
) -> Iterator[tuple[int, dict[str, str], list[_Part]]]:
    """Yield the rows of goods: their line, what is read of them, and what their code counts to.

    The whole of BACI has eleven million rows a year: of most the code alone is looked at.

    Raises:
        FileError: the file cannot be read, lacks a column, or a row has fewer.
    """
    try:
        with _opened(path) as file:
            reader = csv.reader(file)
            at = _places(next(reader, []), path)
            last, place = max(at.values()), at["code"]
            known: dict[str, list[_Part]] = {}
            for row in reader:
                if len(row) <= last:
                    if not row:
                        continue
                    raise FileError("has not as many fields as the head", path, reader.line_num)
                code = row[place]
                parts = known.get(code)
                if parts is None:
                    plain = code.strip().zfill(LONGEST_CODE)
                    parts = known[code] = list(_parts(plain, goods))
                if parts:
                    read = {role: row[k].strip() for role, k in at.items()}
                    yield reader.line_num, read, parts
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error) as error:
        said = getattr(error, "strerror", None) or error
        raise FileError(f"cannot be read as a table of trade ({said})", path) from error


def _places(head: list[str], path: Path) -> dict[str, int]:
    """Return where each column stands that is read.

    Raises:
        FileError: one is missing.
    """
    named = [word.strip().lower() for word in head]
    at = {}
    for role, words in COLUMNS.items():
        found = [named.index(word) for word in words if word in named]
        if not found:
            raise FileError(
                f"lacks a column for the {role} of trade: it is called {' or '.join(words)}; "
                "BACI's head is t,i,j,k,v,q",
                path,
                1,
            )
        at[role] = found[0]
    return at


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as packed:
            yield packed
    else:
        with path.open(encoding="utf-8-sig", newline="") as plain:
            yield plain
