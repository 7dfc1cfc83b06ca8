"""Episodes of the record, read: a folder holds ``episode.toml`` and ``observed.csv``.

``observed.csv`` has one number a row, under the head :data:`HEAD`. ``statistic`` says which: the
fact's ``value``; ``raw``, not adjusted; ``low`` and ``high``, where cells are bounded and not
known; one ``placebo`` a pair of windows; ``noise``, their root mean square; ``admitted``, 1 or 0.
:data:`UNITS` has the unit of each fact. ``window`` is the window that is compared: with the one as
far from it as the episode's base is from its window, for a placebo too; shares are of the base.
Winners stand in the order of their ranks.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from countervail.backtests.header import EpisodeHeader, RecordList, problems
from countervail.backtests.windows import Window
from countervail.errors import FileError, InputError, did_you_mean
from countervail.text import places
from countervail.text import toml as toml_files

FOLDER = Path(__file__).parents[1] / "data" / "backtests"
"""The folder of the record that comes with the package."""

HEAD = ("fact", "statistic", "side", "partner", "window", "value", "unit", "source")
FACTS = ("hit", "redirected", "rivals", "share_change")
BY_PARTNER = ("market_share", "supplier_share", "duty_change")
SIDES = ("exporter", "importer")
OTHERS = "OTH"
"""Partners that a source does not name, together."""

STATISTICS = ("value", "raw", "low", "high", "placebo", "noise", "admitted")
UNITS = MappingProxyType(
    {
        "hit": "percent",
        "redirected": "percent of loss",
        "rivals": "percent of loss",
        "share_change": "points",
        "base_trade": "USD million",
        "world_share": "percent",
        "duty_change": "points",
        "winner": "percent of loss",
        "market_share": "percent",
        "supplier_share": "percent",
    }
)
"""The unit of every fact's figures."""

YES_OR_NO = "1 or 0"
"""The unit of ``admitted``."""


@dataclass(frozen=True)
class Fact:
    """What was seen of one thing on one side, with what bounds and noise it has.

    Attributes:
        name: ``hit`` (change of the pair's trade, per cent), ``redirected`` (rise of the exporter's
            other sales, per cent of what it lost), ``rivals`` (rise of the importer's other
            purchases, per cent of what it lost) or ``share_change`` (of the exporter in the
            importer's purchases, points).
        side: whose trade it is measured in.
        value: as adjusted; None where there is nothing to measure it by.
        raw: as it stands.
        low, high: bounds of the value; equal to it where every cell is known.
        placebo: the same figure in windows without the measure, by window.
        noise: root mean square of them; None without any.
        admitted: whether the rules of the record let it be scored.
    """

    name: str
    side: str
    value: float | None
    raw: float | None
    low: float | None
    high: float | None
    placebo: Mapping[str, float]
    noise: float | None
    admitted: bool


@dataclass(frozen=True)
class Winner:
    """A rival that gained where the exporter lost.

    Attributes:
        country: its code.
        gain: per cent of the loss.
        noise: root mean square of its gains in windows without the measure, in the same unit.
        admitted: whether it is told from noise: it gained more than that.
    """

    country: str
    gain: float
    noise: float | None
    admitted: bool


@dataclass(frozen=True)
class Episode:
    """A measure, a good, and what was seen.

    Attributes:
        header: the episode file.
        facts: what was seen, in the file's order.
        winners: rivals that gained most, the first winner first.
        base_trade: the pair's trade in the base window by side, USD million; of sources that may
            be told.
        world_share: the pair's part of the world's trade in the good in the base window, per cent;
            None where it was not measured.
        market_shares: per cent of the exporter's sales of the good by market, in the base window.
        supplier_shares: per cent of the importer's purchases of the good by seller, in the base.
        duties: points by which the duty charged on each seller rose from base to window; ``OTH``
            are all that are not named. Empty where the duty of the law is laid.
    """

    header: EpisodeHeader
    facts: tuple[Fact, ...]
    winners: tuple[Winner, ...]
    base_trade: Mapping[str, float]
    world_share: float | None
    market_shares: Mapping[str, float]
    supplier_shares: Mapping[str, float]
    duties: Mapping[str, float]

    @property
    def id(self) -> str:
        """Its name, that of its folder."""
        return self.header.id

    @property
    def base(self) -> Window:
        """The window that is compared with."""
        return Window.parse(self.header.base)

    @property
    def window(self) -> Window:
        """The window of the measure."""
        return Window.parse(self.header.window)

    def fact(self, name: str, side: str) -> Fact | None:
        """Return a fact, None where it was not measured."""
        return next((one for one in self.facts if (one.name, one.side) == (name, side)), None)

    def scorable(self) -> tuple[Fact, ...]:
        """Return the facts that count: predicted and admitted, the hit once.

        The hit is the importer's, the exporter's where the importer's is not admitted.
        """
        named = [one for one in self.facts if one.admitted and one.name in self.header.predicted]
        hits = sorted((one for one in named if one.name == "hit"), key=lambda one: one.side)
        return (*hits[-1:], *(one for one in named if one.name != "hit"))

    def first_winner(self) -> Winner | None:
        """Return the first winner, None where it is not predicted or not told from noise."""
        first = self.winners[0] if self.winners else None
        told = first is not None and first.admitted and "first_winner" in self.header.predicted
        return first if told else None


class _Row(NamedTuple):
    line: int
    fact: str
    statistic: str
    side: str
    partner: str
    window: str
    value: float


def read_episode(folder: str | Path) -> Episode:
    """Return the episode in a folder.

    Raises:
        FileError: a file that is missing or refused; ``path:line``, what is wrong, what next.
    """
    folder = Path(folder)
    path = folder / "episode.toml"
    header, text = toml_files.load(path, EpisodeHeader, problems)
    if header.id != folder.name:
        raise FileError(
            f"id '{header.id}' is not the folder's name '{folder.name}'; name both alike",
            path,
            places.line_of(text, ("id",)),
        )
    observed = folder / "observed.csv"
    rows = _rows(observed)
    return Episode(
        header,
        _facts(rows, observed),
        _winners(rows, observed),
        MappingProxyType({row.side: row.value for row in rows if row.fact == "base_trade"}),
        next((row.value for row in rows if row.fact == "world_share"), None),
        *(
            MappingProxyType({row.partner: row.value for row in rows if row.fact == key})
            for key in BY_PARTNER
        ),
    )


def open_episode(name: str) -> Episode:
    """Return an episode of the record by its name.

    Raises:
        InputError: there is none of that name, with the nearest.
    """
    names = _list().episodes
    if name not in names:
        raise InputError(
            f"no episode '{name}' in the record{did_you_mean(name, names)} (`countervail backtest` "
            "lists them)"
        )
    return read_episode(FOLDER / name)


@cache
def open_record() -> tuple[Episode, ...]:
    """Return the episodes that come with the package, in the order of their list."""
    return tuple(read_episode(FOLDER / name) for name in _list().episodes)


def not_yet_scorable() -> Mapping[str, str]:
    """Return what is known of and cannot be scored yet, with the reason."""
    return MappingProxyType(_list().not_yet_scorable)


@cache
def _list() -> RecordList:
    return toml_files.load(FOLDER / "episodes.toml", RecordList)[0]


def _rows(path: Path) -> list[_Row]:
    """Return the rows of a table of what was seen.

    Raises:
        FileError: another head, an unknown word, or a value that is no number.
    """
    lines = list(csv.reader(toml_files.read_text(path).splitlines()))
    if not lines or tuple(lines[0]) != HEAD:
        raise FileError(f"the head is not {','.join(HEAD)}", path, 1)
    return [_row(row, path, line) for line, row in enumerate(lines[1:], start=2)]


def _row(row: Sequence[str], path: Path, line: int) -> _Row:
    if len(row) != len(HEAD):
        raise FileError(f"{len(row)} fields in place of {len(HEAD)}", path, line)
    fact, statistic, side, partner, window, value, unit, _ = row
    for key, word, known in (
        ("fact", fact, UNITS),
        ("statistic", statistic, STATISTICS),
        ("side", side, SIDES),
        ("unit", unit, {YES_OR_NO if statistic == "admitted" else UNITS.get(fact, unit)}),
    ):
        if word not in known:
            hint = did_you_mean(word, list(known))
            raise FileError(f"{key} '{word}' is none of {', '.join(known)}{hint}", path, line)
    try:
        number = float(value)
        Window.parse(window)
    except ValueError as error:
        raise FileError(f"{error}", path, line) from None
    if not math.isfinite(number):
        raise FileError(f"value '{value}' is no finite number; leave the row out", path, line)
    return _Row(line, fact, statistic, side, partner, window, number)


def _facts(rows: Sequence[_Row], path: Path) -> tuple[Fact, ...]:
    """Return the facts of a table; a number that is given twice is refused."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    placebo: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        if row.fact not in FACTS:
            continue
        key = row.fact, row.side
        known = placebo if row.statistic == "placebo" else found
        word = row.window if row.statistic == "placebo" else row.statistic
        if word in known.setdefault(key, {}):
            raise FileError(f"{row.fact} has a second '{word}'; keep one", path, row.line)
        known[key][word] = row.value
    return tuple(_fact(key, found[key], placebo.get(key, {})) for key in found)


def _fact(key: tuple[str, str], given: Mapping[str, float], placebo: Mapping[str, float]) -> Fact:
    return Fact(
        name=key[0],
        side=key[1],
        value=given.get("value"),
        raw=given.get("raw"),
        low=given.get("low", given.get("value")),
        high=given.get("high", given.get("value")),
        placebo=MappingProxyType(dict(placebo)),
        noise=given.get("noise"),
        admitted=bool(given.get("admitted")),
    )


def _winners(rows: Sequence[_Row], path: Path) -> tuple[Winner, ...]:
    """Return the winners, who have to stand in the order of their gains."""
    found: dict[str, dict[str, float]] = {}
    least = math.inf
    for row in rows:
        if row.fact != "winner":
            continue
        if row.statistic == "value":
            if row.value > least:
                said = f"'{row.partner}' gained more than the winner before it; put it first"
                raise FileError(said, path, row.line)
            least = row.value
        found.setdefault(row.partner, {})[row.statistic] = row.value
    return tuple(
        Winner(country, given["value"], given.get("noise"), bool(given.get("admitted")))
        for country, given in found.items()
    )
