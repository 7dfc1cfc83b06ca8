"""National tariff lines: which exist, and which of a subheading's lines a product group names.

A recipe names lines by ``lists`` (what the group names) and ``without`` (what is exempt from it).
A subheading all of whose lines are named is whole; else the part named is counted by lines, those
that ``nomenclatures.toml`` says exist for the importer. Where that is no complete list (``lines``),
the lines seen in any list of the importer are a lower count (``lines_seen``). Ten-digit lines are
seen in lists alone: a line that has any counts at least two. Where the trade of each line is known
(``values``), the named part of a subheading is weighed by it.
"""

from __future__ import annotations

import csv
import gzip
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO

from coverage_build import codes
from coverage_build.recipes import ListEntry, Recipe

TARIFF_LISTS = "us-tariffs-tradewartracker/tariff-lists"
EARLIER = "concordances-hs/hs2022_to_earlier.csv.gz"
PATH = Path(__file__).resolve().parent / "nomenclatures.toml"
WHOLE = 1.0 - 1e-9


@dataclass(frozen=True)
class Named:
    """What a group names of the subheadings that its lists reach into by national line.

    Attributes:
        parts: named lines (digits after the sixth) and the part of the subheading each makes up, by
            six-digit code; only subheadings that are not whole.
        counted: by what the lines were counted, ``lines`` or ``lines_seen``, by six-digit code.
        valued: the part named by value, by six-digit code, where trade by line is known.
        source: which lists, in words.
    """

    parts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    counted: Mapping[str, str] = field(default_factory=dict)
    valued: Mapping[str, float] = field(default_factory=dict)
    source: str = ""

    def part(self, code: str) -> float:
        """Return the part of a subheading that the group names, 0 to 1."""
        if code in self.valued:
            return self.valued[code]
        return sum(self.parts[code].values()) if code in self.parts else 1.0

    def low(self, code: str) -> float:
        """Return the least that may be named: by value, a count of some lines tells nothing."""
        if code in self.valued:
            return self.valued[code]
        if code in self.parts:
            return 0.0
        return 0.5 if self.counted.get(code) == "lines_seen" else 1.0

    def high(self, code: str) -> float:
        """Return the most that may be named."""
        return self.valued.get(code, 1.0 if self.part(code) else 0.0)


@dataclass
class Nomenclature:
    """The national tariff lines of an importer that are known to exist.

    Attributes:
        lines: lines by subheading.
        further: ten-digit lines by line, the last two digits.
        complete: subheadings all of whose lines are known.
        nested: a line that ends in zero is replaced by others with the same seven digits.
        exporter: whose trade by line is known.
        values: that trade by line.
        values_source: in words.
        source: the complete list, in words.
    """

    lines: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    further: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    complete: set[str] = field(default_factory=set)
    nested: bool = False
    exporter: str = ""
    values: dict[str, float] = field(default_factory=dict)
    values_source: str = ""
    source: str = ""

    def see(self, words: Iterable[str]) -> None:
        """Add the lines that a list names."""
        for word in words:
            if len(word) > 6:
                line, last = _line(word)
                self.lines[word[:6]].add(line)
                if last:
                    self.further[line].add(last)

    def pieces(self, code: str) -> dict[str, float]:
        """Return the lines of a subheading, digits after the sixth, with equal parts of it.

        A line with ten-digit lines stands for what none of those seen is; a subheading that is one
        line in one list and several in another is several.
        """
        lines = self.lines.get(code, set())
        if len(lines) > 1:
            lines = {line for line in lines if not line.endswith("00")}
        if self.nested:
            split = {line[:7] for line in lines if not line.endswith("0")}
            lines = {line for line in lines if not (line.endswith("0") and line[:7] in split)}
        found: dict[str, float] = {}
        for line in sorted(lines):
            tail, last = line[6:], sorted(self.further.get(line, ()))
            count = max(len(last), 2) if last else 1
            found |= {tail + digits: 1 / len(lines) / count for digits in last}
            if count > len(last):
                found[tail] = (count - len(last)) / len(lines) / count
        return found

    def value_part(self, code: str, named: Iterable[str]) -> float | None:
        """Return the part of a subheading's trade that some of its pieces are; None if not known.

        Lines that replaced one whose trade is known share it evenly.
        """
        pieces = {code + tail: 0.0 for tail in self.pieces(code)}
        for line, value in self.values.items():
            if line[:6] != code:
                continue
            heirs = [p for p in pieces if p == line or (self.nested and p[:7] + "0" == line)]
            if not heirs and value:
                return None
            for piece in heirs:
                pieces[piece] += value / len(heirs)
        whole = sum(pieces.values())
        return sum(pieces[code + tail] for tail in named) / whole if whole else None

    def basis(self, code: str) -> str:
        """Return by what the lines of a subheading are counted."""
        seen = any(self.further.get(line) for line in self.lines.get(code, ()))
        return "lines" if code in self.complete and not seen else "lines_seen"


@dataclass(frozen=True)
class Nomenclatures:
    """What is known of every importer's lines; a list is read when something first asks for it.

    Attributes:
        shared: reference-data folder.
        importer: the importer of each measure.
        recipes: every recipe: what their lists name exists.
    """

    shared: Path
    importer: Mapping[str, str]
    recipes: Sequence[Recipe]

    @cached_property
    def by_importer(self) -> dict[str, Nomenclature]:
        """Importer -> its lines."""
        found: dict[str, Nomenclature] = defaultdict(Nomenclature)
        with PATH.open("rb") as file:
            tables = tomllib.load(file)["nomenclature"]
        for table in tables:
            known = found[table["importer"]]
            known.nested = table.get("nested", False)
            same = self._unchanged(table.get("edition", 2022))
            for entry in table["lists"]:
                words = [w for w in self.words(entry) if same is None or w[:6] in same]
                known.see(words)
                if table["complete"]:
                    known.complete |= {w[:6] for w in words}
            if table["complete"]:
                known.source = table["source"]
            if "values" in table:
                self._weigh(known, table["values"])
                known.see(w for w in known.values if same is None or w[:6] in same)
        for recipe in self.recipes:
            known = found[self.importer[recipe.measure]]
            for entry in (*recipe.lists, *recipe.without):
                known.see(self.words(entry))
        return dict(found)

    def _weigh(self, known: Nomenclature, table: Mapping[str, Any]) -> None:
        """Read the trade by line of one exporter."""
        known.exporter, known.values_source = table["exporter"], table["source"]
        with _opened(self.shared / "data" / table["file"]) as file:
            known.values = {
                row[table["column"]]: float(row[table["value"]]) for row in csv.DictReader(file)
            }

    def named(self, recipe: Recipe, inside: set[str]) -> Named:
        """Return what a group names of its subheadings ``inside``."""
        if not (recipe.lists or recipe.without):
            return Named()
        known = self.by_importer[self.importer[recipe.measure]]
        taken, exempt = (
            _by_subheading(w for entry in entries for w in self.words(entry))
            for entries in (recipe.lists, recipe.without)
        )
        parts, counted, valued = {}, {}, {}
        by_value = bool(known.values) and recipe.exporter == known.exporter
        for code in sorted(inside):
            if code not in taken and code not in exempt:
                continue
            pieces = known.pieces(code)
            lines = _those(pieces, taken[code]) if code in taken else pieces
            out = _those(lines, exempt.get(code, ()))
            left = {tail: part for tail, part in lines.items() if tail not in out}
            if any(len(w) > 6 for w in (*taken.get(code, ()), *exempt.get(code, ()))):
                counted[code] = known.basis(code)
            if sum(left.values()) < WHOLE:
                parts[code] = left
                part = known.value_part(code, left) if by_value and code in known.complete else None
                if part is not None:
                    valued[code] = part
        words = ", ".join(map(_name, recipe.lists)) or "all"
        if recipe.without:
            words += f" but {', '.join(map(_name, recipe.without))}"
        words += f"; lines that exist: {known.source or 'those listed'}"
        return Named(parts, counted, valued, words)

    def values_of(self, recipe: Recipe) -> str:
        """Return in words by whose trade a recipe's lines are weighed."""
        return self.by_importer[self.importer[recipe.measure]].values_source

    def words(self, entry: ListEntry) -> list[str]:
        """Return the codes of a list, digits only, in any number of digits."""
        return list(_words(self.shared / "data", entry))

    def reached(self, recipe: Recipe) -> tuple[set[str], set[str]]:
        """Return the subheadings a recipe's lists name at all, and those nothing is left of."""
        entries = recipe.lists or recipe.without
        touched = set(_by_subheading(w for entry in entries for w in self.words(entry)))
        parts = self.named(recipe, touched).parts
        gone = {code for code in touched if code in parts and not parts[code]}
        return (touched - gone if recipe.lists else set()), gone

    def _unchanged(self, edition: int) -> set[str] | None:
        """Return the subheadings of 2022 that an earlier edition has too; None for all."""
        if edition == 2022:
            return None
        with gzip.open(self.shared / "data" / EARLIER, "rt", encoding="utf-8") as file:
            rows = [r for r in csv.DictReader(file) if r["vintage"] == f"HS{edition}"]
        heirs: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            heirs[row["other"]].add(row["hs2022"])
        return {code for code, found in heirs.items() if found == {code}}


def _by_subheading(words: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for word in words:
        for code in codes.expand([word]) if len(word) <= 6 else (word[:6],):
            found[code].add(word)
    return found


def _those(pieces: Mapping[str, float], words: Iterable[str]) -> dict[str, float]:
    """Return the pieces of a subheading that words name; one that ends in zeros names it all."""
    tails = {("".join(_line(word)))[6:] if word[6:].strip("0") else "" for word in words}
    return {piece: part for piece, part in pieces.items() if piece.startswith(tuple(tails))}


def _line(word: str) -> tuple[str, str]:
    """Return a national line and its further two digits, none where it has no further lines."""
    line, last = (word, "") if len(word) == 9 else (word[:8], word[8:])
    return line, last if last.strip("0") else ""


def _name(entry: ListEntry) -> str:
    return entry if isinstance(entry, str) else Path(entry["file"]).stem


def _words(data: Path, entry: ListEntry) -> Iterator[str]:
    table: Mapping[str, Any] = (
        {"file": f"{TARIFF_LISTS}/{entry}.csv"} if isinstance(entry, str) else entry
    )
    path, column = data / table["file"], table.get("column", 0)
    wanted = {k: v for k, v in table.items() if k not in ("file", "column", "digits", "within")}
    with _opened(path) as file:
        rows = list(csv.reader(file))
    head = {word: i for i, word in enumerate(rows[0])}
    at = head[column] if isinstance(column, str) else column
    for row in rows:
        if len(row) <= at or any(row[head[k]] not in _options(v) for k, v in wanted.items()):
            continue
        word = row[at].replace(".", "").strip()
        if word.isdigit():
            # a spreadsheet drops the zero that a chapter below ten begins with
            word = word.zfill(len(word) + len(word) % 2) if len(word) != 9 else word
            if "within" not in table or _within(word, table["within"]):
                yield word[: table.get("digits", 10)]


def _within(word: str, ranges: Iterable[str]) -> bool:
    for one in ranges:
        low, _, high = one.partition("-")
        if low <= word[: len(low)] <= (high or low):
            return True
    return False


def _opened(path: Path) -> TextIO:
    """Open a table, packed or not; a byte-order mark is passed over."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _options(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
