"""The state of the lab: a law, as differences from the ledger, a horizon and a closure; its forms.

A state is what an answer depends on, and nothing else: two states with one key have one answer.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, quote

from countervail.clock import as_date
from countervail.errors import InputError
from countervail.horizons import HORIZONS, horizon_key
from countervail.provenance import content_hash
from countervail.scenario.own_law import OwnMeasure

OFF, ON = "off", "on"
"""The edits that end a measure, and that bring it back as it last stood."""

MOST_RATE = 10_000.0
"""Per cent; a larger rate is no rate of a measure (``ledger.measure.Percent``)."""

CLOSURES = ("world_share", "nominal", "own_income")
"""What trade deficits do; balanced trade is another world, and no choice of the lab."""

Edit = float | str
"""A rate in per cent, or ``off``."""


@dataclass(frozen=True)
class LabState:
    """A law and how its answer is taken.

    Attributes:
        date: the law of which day; None is the scenario's second date.
        edits: by row of the law (``measures.LawRow.key``) a rate, per cent, ``off`` or ``on``.
        horizon: years, or ``long``.
        closure: what trade deficits do.
        elasticities: name of a set; None is the world's own.
        own: measures of one's own beside the ledger's, which are no law.
        file: the question it is a state of, as an address carries it (``carried``); None is the
            question the lab was opened with.
    """

    date: date | None = None
    edits: Mapping[str, Edit] = field(default_factory=dict)
    horizon: str = "1"
    closure: str = CLOSURES[0]
    elasticities: str | None = None
    own: tuple[OwnMeasure, ...] = ()
    file: str | None = None

    @classmethod
    def read(cls, given: Any) -> LabState:
        """Return the state that a JSON object states.

        Raises:
            InputError: which part is no part of a state, and what it may be.
        """
        if not isinstance(given, Mapping):
            raise InputError('a state is an object: {"date": "2026-01-12", "rates": {}}')
        unknown = given.keys() - KEYS
        if unknown:
            raise InputError(f"a state has no '{min(unknown)}' (it has {', '.join(KEYS)})")
        day, rates = given.get("date"), given.get("rates") or {}
        if not isinstance(rates, Mapping):
            raise InputError("rates is an object: by row of the law a rate, or off")
        if day is not None and not isinstance(day, str):
            raise InputError(f"date: {day!r} is no date; write 2026-01-12")
        closure = given.get("closure") or CLOSURES[0]
        if closure not in CLOSURES:
            raise InputError(f"no closure '{closure}' (there are {', '.join(CLOSURES)})")
        elasticities = given.get("elasticities")
        if elasticities is not None and not isinstance(elasticities, str):
            raise InputError(f"elasticities: {elasticities!r} is no name of a set")
        own, file = given.get("own") or (), given.get("file")
        if not isinstance(own, list | tuple):
            raise InputError("own is a list of measures of one's own")
        if file is not None and not isinstance(file, str):
            raise InputError("file: the word of an address that carries a question")
        return cls(
            date=None if day is None else as_date(day),
            edits={str(row): edit_of(str(row), value) for row, value in rates.items()},
            horizon=horizon_key(given.get("horizon") or "1"),
            closure=closure,
            elasticities=elasticities,
            own=tuple(OwnMeasure.read(one) for one in own),
            file=file or None,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "date": None if self.date is None else self.date.isoformat(),
            "rates": dict(sorted(self.edits.items())),
            "horizon": self.horizon,
            "closure": self.closure,
            "elasticities": self.elasticities,
            "own": [one.as_dict() for one in self.own],
            "file": self.file,
        }

    @property
    def key(self) -> str:
        """Its name: the same for the same law, taken alike."""
        return content_hash(json.dumps(self.as_dict()).encode())[:16]

    def known(self, rows: Mapping[str, Any]) -> tuple[LabState, tuple[str, ...]]:
        """Return it without edits of rows that there are not, and those rows."""
        unknown = tuple(row for row in self.edits if row not in rows)
        kept = {row: edit for row, edit in self.edits.items() if row in rows}
        return (self if not unknown else replace(self, edits=kept)), unknown


KEYS = ("date", "rates", "horizon", "closure", "elasticities", "own", "file")


def edit_of(row: str, value: Any) -> Edit:
    """Return an edit.

    Raises:
        InputError: it is neither ``off`` nor ``on`` nor a rate in per cent.
    """
    if value in (OFF, ON):
        return str(value)
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            value = None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{row}: a rate in per cent, {OFF} or {ON}")
    if not (math.isfinite(value) and 0.0 <= value <= MOST_RATE):
        raise InputError(f"{row}: {value:g} is no rate; from 0 to {MOST_RATE:,.0f} per cent")
    return float(value)


def law_word(state: LabState) -> str:
    """Return the law of a state in one word of an address: ``2026-01-12~row:5.9~row:off``."""
    day = "" if state.date is None else state.date.isoformat()
    edits = (f"{row}:{_short(edit)}" for row, edit in sorted(state.edits.items()))
    return "~".join([day, *edits, *map(own_word, state.own)])


def own_word(one: OwnMeasure) -> str:
    """Return a measure of one's own in a word: ``CAN!CHN!steel,7601!additional!25!2025-05-01``."""
    rate = "" if one.rate is None else _short(one.rate)
    parts = (one.by, ",".join(one.on), ",".join(one.goods), one.instrument, rate, str(one.since))
    return "!".join(parts)


def own_of(word: str) -> OwnMeasure:
    """Return the measure of one's own that a word is.

    Raises:
        InputError: it is none.
    """
    parts = word.split("!")
    if len(parts) != 6:
        raise InputError(f"'{word}' is no measure of one's own")
    by, on, goods, instrument, rate, since = parts
    return OwnMeasure.read(
        {"by": by, "on": on, "goods": goods, "instrument": instrument, "rate": rate or None,
         "from": since}
    )  # fmt: skip


def address(state: LabState, scenario: str, a: LabState | None = None) -> str:
    """Return the part of an address after ``#`` that holds a state.

    Args:
        state: this one.
        scenario: what it is a state of.
        a: the state it is held against.
    """
    parts = {
        "s": "" if state.file else scenario,
        "f": state.file or "",
        "d": "" if state.date is None else state.date.isoformat(),
        "m": ",".join(f"{row}:{_short(edit)}" for row, edit in sorted(state.edits.items())),
        "n": "~".join(map(own_word, state.own)),
        "h": "" if state.horizon == "1" else state.horizon,
        "x": "" if state.closure == CLOSURES[0] else state.closure,
        "e": state.elasticities or "",
        "a": "" if a is None else law_word(a),
    }
    return "&".join(
        f"{key}={quote(value, safe=':,~/-.!')}" for key, value in parts.items() if value
    )


@dataclass(frozen=True)
class Addressed:
    """What an address holds.

    Attributes:
        scenario: its name; None where it names none.
        state: the state.
        a: the state it is held against, if any.
        unknown: the parts that were not understood; they are left out.
    """

    scenario: str | None
    state: LabState
    a: LabState | None
    unknown: tuple[str, ...]


STATED = frozenset({"s", "f", "d", "m", "n", "h", "x", "e", "a"})
"""Parts of an address that say what an answer depends on."""

LOOKS = frozenset({"v", "c", "w"})
"""Parts of an address that say how an answer is looked at, which is the page's own business."""


def addressed(fragment: str) -> Addressed:
    """Return what the part of an address after ``#`` holds; what is not understood is named.

    Args:
        fragment: as ``address`` writes it.
    """
    parts = dict(parse_qsl(fragment.removeprefix("#"), keep_blank_values=True))
    unknown = [key for key in parts if key not in STATED | LOOKS]
    state = LabState(
        date=_day(parts.get("d", ""), unknown),
        edits=dict(_edits(parts.get("m", "").split(","), unknown)),
        horizon=_one_of(parts.get("h", ""), HORIZONS, "1", unknown),
        closure=_one_of(parts.get("x", ""), CLOSURES, CLOSURES[0], unknown),
        elasticities=parts.get("e") or None,
        own=tuple(_own(parts.get("n", "").split("~"), unknown)),
        file=parts.get("f") or None,
    )
    a = None
    if "a" in parts:
        day, *words = parts["a"].split("~")
        a = replace(
            state,
            date=_day(day, unknown),
            edits=dict(_edits([word for word in words if "!" not in word], unknown)),
            own=tuple(_own([word for word in words if "!" in word], unknown)),
        )
    return Addressed(parts.get("s") or None, state, a, tuple(unknown))


def _day(word: str, unknown: list[str]) -> date | None:
    try:
        return as_date(word) if word else None
    except InputError:
        unknown.append(word)
        return None


def _edits(words: list[str], unknown: list[str]) -> Iterator[tuple[str, Edit]]:
    for word in filter(None, words):
        row, colon, value = word.rpartition(":")
        try:
            if not colon:
                raise InputError(word)
            yield row, edit_of(row, value)
        except InputError:
            unknown.append(word)


def _own(words: list[str], unknown: list[str]) -> Iterator[OwnMeasure]:
    """Yield the measures of one's own that words are; what is none is named with the reason."""
    for word in filter(None, words):
        try:
            yield own_of(word)
        except InputError as error:
            unknown.append(f"{word} ({error})")


def _one_of(word: str, known: tuple[str, ...], default: str, unknown: list[str]) -> str:
    if not word or word in known:
        return word or default
    unknown.append(word)
    return default


def _short(edit: Edit) -> str:
    return edit if isinstance(edit, str) else f"{edit:.10g}"
