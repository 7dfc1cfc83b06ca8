"""What of a question has no place in an answer: refused, unless that is allowed, and then said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from countervail import clock
from countervail.errors import NotPlaced
from countervail.ledger.in_force import LawView
from countervail.ledger.notes import Note
from countervail.ledger.pricing.base import base_law
from countervail.ledger.pricing.levels import law_in_world
from countervail.ledger.pricing.placed import (
    LeftOut,
    asked_of,
    counts,
    in_words,
    reasons_of,
    remedy,
)
from countervail.scenario.question import Question
from countervail.world import World


class Placing(NamedTuple):
    """What a question asks about, and what of it has no place.

    Attributes:
        lines: product groups by sector and pair on which the law differs, those left out included.
        left_out: those that have no place, and dates the record does not cover.
        notes: what has to be said beside the figures.
    """

    lines: int
    left_out: tuple[LeftOut, ...]
    notes: tuple[Note, ...]


def placing(scenario: Question, world: World, before: LawView, after: LawView) -> Placing:
    """Return what a question asks about in a world, and what of it has no place.

    What the question itself lists under ``outside`` does not count. A measure that the ledger
    itself cannot price is left out where it is asked for by name; of a question about all law it is
    reported beside the figures, as are goods of a measure that is priced otherwise.

    Args:
        scenario: the question.
        world: the world, with goods restored as the question asks.
        before, after: its two states of law.

    Raises:
        NotPlaced: something has no place, and the question does not allow that.
    """
    held = world.concordance
    home = None if held is None else held.country
    before, after = (law_in_world(view, world) for view in (before, after))
    asked = asked_of(world.finest, before, after, scenario.pairs, home)
    outside = {matter for matter, _ in scenario.outside}
    counted = [one for one in asked.left_out if outside.isdisjoint(one.names)]
    if scenario.only is not None:
        counted = [one for one in counted if one.measure in scenario.only]
    beside = [
        one
        for one in counted
        if one.why == "unpriced" and (one.product or scenario.measures is None)
    ]
    left_out = (*_dates(scenario), *(one for one in counted if one not in beside))
    lines = asked.lines - (len(asked.left_out) - len(counted)) - len(beside)
    if left_out and not scenario.allow_partial:
        raise NotPlaced(_refusal(scenario, world, left_out, lines), left_out, lines)
    notes = []
    if left_out:
        reason, count = reasons_of(left_out), counts(lines, left_out)
        ids = dict.fromkeys(one.measure for one in left_out if one.measure)
        notes.append(Note.of("left_out", *ids, count=count, reason=reason))
    if beside:
        ids = dict.fromkeys(one.measure for one in beside)
        which = tuple(dict.fromkeys(one.name for one in beside))
        notes.append(Note.of("cannot_be_priced", *ids, which=which))
    return Placing(lines, left_out, (*notes, *_late(scenario)))


def refuse_status_quo(scenario: Question, world: World, law: LawView) -> None:
    """Raise where a world cannot hold the law that chosen tariffs are to stand against.

    Measures that the ledger itself cannot price are no part of what a world holds.

    Args:
        scenario: the question whose second state that law is.
        world: the world.
        law: that law.

    Raises:
        NotPlaced: part of what it adds to the world's own tariffs has no place, and the question
            does not allow that.
    """
    if scenario.allow_partial or scenario.ledger is None:
        return
    home = None if world.concordance is None else world.concordance.country
    base = base_law(scenario.ledger, world.finest, unknown=law)
    before, after = (law_in_world(view, world) for view in (base, law))
    asked = asked_of(world.finest, before, after, home=home)
    left_out = tuple(one for one in asked.left_out if one.why != "unpriced")
    if left_out:
        lines = asked.lines - (len(asked.left_out) - len(left_out))
        raise NotPlaced(_refusal(scenario, world, left_out, lines), left_out, lines)


def _refusal(scenario: Question, world: World, left_out: tuple[LeftOut, ...], lines: int) -> str:
    """Return what has no place, why, and what to do, in a sentence."""
    without = sum(1 for one in left_out if one.measure)
    what = f"{without} of {in_words(lines)} of " if without else ""
    return (
        f"{what}'{scenario.name}' cannot be placed in world '{world.name}': {reasons_of(left_out)} "
        f"({remedy(left_out)}; or take the answer without: --allow-partial, in Python "
        "allow_partial=True)"
    )


def _dates(scenario: Question) -> Iterator[LeftOut]:
    """Yield the dates of a question on which the law is not known."""
    record = None if scenario.ledger is None else scenario.ledger.record
    if record is None:
        return
    first, last = record
    known = scenario.known_on
    for day in _days(scenario):
        if day < first:
            reason = f"the ledger's first entry is of {first}: the law of {day} is not known"
            yield LeftOut("before_record", reason=reason)
        elif day > max(last, clock.today()) and (known is None or known > last):
            reason = f"the ledger was last reviewed on {last}: the law of {day} is not known"
            yield LeftOut("after_record", reason=reason)


def _late(scenario: Question) -> Iterator[Note]:
    """Say that a date up to today lies after the last review."""
    record = None if scenario.ledger is None else scenario.ledger.record
    if record is None or (scenario.known_on is not None and scenario.known_on <= record[1]):
        return
    if any(record[1] < day <= clock.today() for day in _days(scenario)):
        yield Note.of("after_review", reviewed=str(record[1]))


def _days(scenario: Question) -> list[date]:
    """Return the days whose law a question asks for: that of a draft is made up."""
    days = (scenario.from_date, scenario.to_date, scenario.background)
    drafts = {use.id for use in scenario.drafts}
    found = [*days, *(one.law_of for one in scenario.changes if one.measure not in drafts)]
    return list(dict.fromkeys(day for day in found if day is not None))
