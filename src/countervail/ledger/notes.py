"""What there is to say of an answer, as values: a kind, measures, cells, numbers.

Sentences are made of them where they are printed (``str(note)``, :func:`sentence`), from the one
table of kinds below; nothing reads a sentence back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

Value = str | float | tuple[str, ...]


class NoteKind(NamedTuple):
    """How notes of a kind are reported.

    Attributes:
        words: the sentence, with the note's values by name, ``{measures}`` and ``{cells}``.
        part: a part of a cell: ``{goods}`` and its numbers by name.
        numbers: names of a part's numbers, in their order.
    """

    words: str
    part: str = ""
    numbers: tuple[str, ...] = ()


KINDS: dict[str, NoteKind] = {
    # what is left out
    "left_out": NoteKind("PARTIAL ANSWER, {count}: {reason}."),
    "cannot_be_priced": NoteKind(
        "Changed between these dates, cannot be priced and is not in the figures: {which}."
    ),
    "after_review": NoteKind(
        "As known on {reviewed}, the ledger's last review; later changes are not in it."
    ),
    "unpriced": NoteKind("Not priced: {what}: {why}"),
    "absent": NoteKind(
        "{measures}: {countries} left out, not in this world (part of the rest of the world, if "
        "anywhere)."
    ),
    "uncovered": NoteKind("Not priced: {goods} of {measures} has no coverage."),
    "uncovered_pair": NoteKind("Not priced: {goods} of {measures} has no coverage for {cells}."),
    "no_sector": NoteKind(
        "{measures}: {goods} in {sectors} is left out, sectors this world does not have."
    ),
    "members_absent": NoteKind("{group}: {countries} left out, not in this world."),
    "not_shown": NoteKind("Not in this world, so not shown: {countries}."),
    "beside": NoteKind("In force and not priced: {measures}: {why}"),
    "displaces": NoteKind(
        "{by} displaces {displaced} on goods both name, but is not part of the question: it "
        "stands as the background has it."
    ),
    "quota_left_out": NoteKind(
        "Quota of {volume:,.0f} {unit} on {goods} ({measures}): left out, a rate is chosen for its "
        "goods."
    ),
    # how weights and rates came out
    "contradicted": NoteKind(
        "Coverages that cannot hold together were brought in line in {cells}.",
        "{goods} {coverage:.3g} to {fitted:.3g}",
        ("coverage", "fitted"),
    ),
    "over_limit": NoteKind(
        "Estimated lines exceed {limit:g} of {cells}; the excess is left out.",
        "{goods} {coverage:.3g} of the cell, {excess:.3g} too much",
        ("coverage", "excess"),
    ),
    "moved_on": NoteKind(
        "Estimated lines exceed {limit:g} of {cells}; the excess is placed in {goal}.",
        "{goods} {coverage:.3g} of the cell, {excess:.3g} too much",
        ("coverage", "excess"),
    ),
    "goods_hold": NoteKind(
        "{measures}: goods were carved with other trade than coverage states of them in {cells}, "
        "USD million; their trade stands.",
        "{goods} {stated:,.0f} stated, {held:,.0f} held",
        ("stated", "held"),
    ),
    "own_aside": NoteKind(
        "Goods whose own duty is known alone come to more than this world's rate of {cells}; its "
        "lines share that rate.",
        "{rate:.3g} %",
        ("rate",),
    ),
    "sector_duty": NoteKind(
        "Goods bear their sector's duty as far as their own is not known, or is more than the "
        "sector's can hold, in {cells}.",
        "{known:.0f} % own",
        ("known",),
    ),
    "law_aside": NoteKind(
        "Law already in the tariff does not fit the cell's rate in {cells}; every line takes the "
        "cell's rate.",
        "{rate:.3g} %",
        ("rate",),
    ),
    "below_zero": NoteKind(
        "The duties taken away exceed the rate held in {cells}; it stops at zero."
    ),
    "ban_stands": NoteKind(
        "A ban already stands in the trade of {importer} {sector}; what it keeps out cannot be "
        "seen there, and lifting it is not priced."
    ),
    # which law
    "law_not_said": NoteKind(
        "The world does not say which law the tariffs of {who} state: taken to be the first state "
        "of law."
    ),
    "restored": NoteKind(
        "{measures}: what they kept out of the base year is restored: {cells}, USD million. Output "
        "and purchases of these sectors stay as they were; both states are solved from there.",
        "{was:,.0f} to {now:,.0f}, with goods of {year:.0f}",
        ("was", "now", "year"),
    ),
    "restored_short": NoteKind(
        "{measures}: more than the good can hold in {cells}, USD million: the rest is left out.",
        "{value:,.0f} before the measure, {cell:,.0f} restored",
        ("value", "cell"),
    ),
    "suppressed_out": NoteKind(
        "{measures}: left out of every state of law, having already suppressed the trade of the "
        "world's base year."
    ),
    "settled": NoteKind(
        "{measures}: what was paid at the border on {days} was not due, or not in full, in law as "
        "settled on {known}; the figures are of what was paid."
    ),
    "same_law": NoteKind(
        "Nothing the question asks about differs between the law of {first} and of {last}{known}"
        "{made}: every figure is zero."
    ),
    # what an answer would break
    "breaks": NoteKind(
        "{who} would break agreements in force on {day} ({count:,.0f}), by raising rates on "
        "partners above the status quo, by up to {points:,.1f} points: {agreements}."
    ),
    "over_bound": NoteKind(
        "{who} would exceed WTO bindings: {rates} (means of bound rates, {source}: where a rate is "
        "above the mean, some binding is exceeded; where it is not, some may be)."
    ),
    "no_bound": NoteKind("Whether rates of {who} would exceed WTO bindings is not known here."),
    # changes made by hand
    "goods_only": NoteKind(
        'A duty that names no sectors is on goods; sectors = "all" lays it on services too, as it '
        "was in version 0.1.0."
    ),
    "extreme": NoteKind(
        "{what} of {percent:,.0f} %: rates in files are per cent, 25.0 is 25 per cent."
    ),
    "services_taxed": NoteKind(
        "{what} on services ({sectors}): customs duties are levied on goods."
    ),
    "no_effect": NoteKind(
        "The law differs between {first} and {last}{known}{made}, but no rate of what is priced."
    ),
    # what was found
    "hardly_trading": NoteKind(
        "Next to no trade is left in {countries}: wages relative to other countries, and with them "
        "terms of trade and trade by partner, are hardly determined there; welfare and real wages "
        "are."
    ),
    "two_starts": NoteKind(
        "With economies of scale there may be more equilibria than one: searched from a second "
        "start, prices, spending and output moved by a fifth, the answer is the same."
    ),
    "one_start": NoteKind(
        "With economies of scale there may be more equilibria than one: from a second start, "
        "prices, spending and output moved by a fifth, the search came to none."
    ),
    "two_equilibria": NoteKind(
        "With economies of scale there are more equilibria than one here: from a second start, "
        "wages, prices or spending come out up to {gap:.2g} % apart; given is the one nearest to "
        "the first state of law."
    ),
}
"""Every kind of note, and its sentence."""

HEADLINE = ("left_out", "cannot_be_priced", "after_review")
"""Kinds that are reported beside the figures they change."""


class About(NamedTuple):
    """What a note says of goods in a cell: their name, and numbers as its kind names them."""

    numbers: tuple[float, ...]
    goods: str = ""


class Cell(NamedTuple):
    """A cell, or a pair where no sector is meant, and what is said of it."""

    exporter: str
    importer: str
    sector: str = ""
    parts: tuple[About, ...] = ()

    @property
    def pair(self) -> tuple[str, str]:
        """Exporter and importer."""
        return self.exporter, self.importer


@dataclass(frozen=True)
class Note:
    """One thing to say.

    Attributes:
        kind: one of :data:`KINDS`.
        measures: ids of the measures it is about.
        cells: the cells it is about.
        values: whatever else its sentence names: words, numbers, codes.
    """

    kind: str
    measures: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    values: tuple[tuple[str, Value], ...] = ()

    @classmethod
    def of(cls, kind: str, *measures: str, **values: Value) -> Note:
        """Return a note of a kind."""
        assert kind in KINDS, kind
        return cls(kind, measures, (), tuple(values.items()))

    def __str__(self) -> str:
        return sentence(self)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        names = KINDS[self.kind].numbers
        return {
            "kind": self.kind,
            "measures": list(self.measures),
            "cells": [
                {
                    "exporter": cell.exporter,
                    "importer": cell.importer,
                    "sector": cell.sector or None,
                    "parts": [
                        {"goods": part.goods or None, **dict(zip(names, part.numbers, strict=True))}
                        for part in cell.parts
                    ],
                }
                for cell in self.cells
            ],
            **{name: list(v) if isinstance(v, tuple) else v for name, v in self.values},
            "sentence": sentence(self),
        }


def sentence(
    note: Note, most: int | None = None, first: Callable[[Cell], bool] | None = None
) -> str:
    """Return a note in words.

    Args:
        note: the note.
        most: cells named at most; the others are counted.
        first: which cells are named before the others.
    """
    kind = KINDS[note.kind]
    cells = note.cells
    more = ""
    if most is not None and len(cells) > most:
        ranked = cells if first is None else sorted(cells, key=lambda cell: not first(cell))
        cells, more = tuple(ranked[:most]), f" and {len(cells) - most} more (--json names them)"
    values = {name: listed(v) if isinstance(v, tuple) else v for name, v in note.values}
    return kind.words.format(
        measures=", ".join(note.measures),
        cells=", ".join(_cell(kind, cell) for cell in cells) + more,
        **values,
    )


def _cell(kind: NoteKind, cell: Cell) -> str:
    """Return a cell in words: ``CAN>CHN A01 (canola seed 0.9 to 0.8)``."""
    words = f"{cell.exporter}>{cell.importer}" + (f" {cell.sector}" if cell.sector else "")
    told = [
        kind.part.format(goods=part.goods, **dict(zip(kind.numbers, part.numbers, strict=True)))
        for part in cell.parts
    ]
    return f"{words} ({', '.join(told)})" if told else words


class Notes:
    """Notes gathered while lines are made: each once, the cells of one note together."""

    def __init__(self) -> None:
        self.found: dict[Note, list[Cell]] = {}

    def say(self, kind: str, *measures: str, **values: Value) -> None:
        """Say something."""
        self.found.setdefault(Note.of(kind, *measures, **values), [])

    def cell(self, cell: Cell, kind: str, *measures: str, **values: Value) -> None:
        """Say something of a cell."""
        self.found.setdefault(Note.of(kind, *measures, **values), []).append(cell)

    def all(self) -> tuple[Note, ...]:
        """Return everything said, in the order it was first said."""
        return tuple(
            Note(note.kind, note.measures, tuple(cells), note.values)
            for note, cells in self.found.items()
        )


def sentences(notes: Iterable[Note]) -> list[str]:
    """Return notes as sentences."""
    return [sentence(note) for note in notes]


def listed(words: Sequence[str], most: int = 6) -> str:
    """Return the first words, and how many more there are."""
    shown = ", ".join(words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown
