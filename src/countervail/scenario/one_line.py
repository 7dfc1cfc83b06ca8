"""Questions in a line: ``USA on CAN goods 10`` adds points, ``CHN on CAN 50%`` lifts a part."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from countervail import labels
from countervail.errors import InputError
from countervail.ledger import Ledger
from countervail.ledger.in_force import InForce
from countervail.scenario.hypothetical import scalable
from countervail.scenario.question import EVERYBODY, Change, HandChange
from countervail.scenario.scenario import Scenario

_LINE = re.compile(
    r"\s*(?P<who>.+?)\s+on\s+(?P<whom>.+?)\s+(?P<size>[-+]?\d+(\.\d+)?)\s*(%|points?|per cent)?\s*",
    re.IGNORECASE,
)


class _Line(NamedTuple):
    """A line taken apart: who, on whom, in which sectors, how much."""

    who: str
    whom: str
    sectors: tuple[str, ...]
    size: float


def asked(
    ledger: Ledger, on: date, add: Sequence[str], lift: Sequence[str], own: Collection[str] = ()
) -> Scenario:
    """Return the question of lines alone: the law of a day, with and without them.

    Args:
        ledger: the law.
        on: the day.
        add: such as ``USA on CAN goods 10``: points added; sectors by code or name, separated by
            commas, or goods, services, all; goods where none are named.
        lift: such as ``CHN on CAN 50%``: the part of all its measures on them that is lifted.
        own: country labels of the user's own world, accepted as they are.

    Raises:
        InputError: no such line, an unknown name, or nothing in force to be lifted.
    """
    bare = Scenario(
        name="-and-".join(["add"] * bool(add) + ["lift"] * bool(lift)),
        title="; ".join([*(_added(w, own)[1] for w in add), *(_lifting(w, own)[1] for w in lift)]),
        ledger=ledger,
        from_date=on,
        to_date=on,
        measures=(),
        countries=tuple(dict.fromkeys(_named([*add, *lift], own))),
    )
    return with_lines(bare, add, lift, own)


def with_lines(
    scenario: Scenario, add: Sequence[str], lift: Sequence[str], own: Collection[str] = ()
) -> Scenario:
    """Return a question with lines on top of its second state.

    Args and errors as ``asked``; the day is the question's second date.
    """
    changes: list[Change] = []
    outside: list[tuple[str, str]] = []
    for words in lift:
        _lift(words, scenario, own, changes, outside)
    return replace(
        scenario,
        changes=(*scenario.changes, *changes),
        hand_changes=(*scenario.hand_changes, *(_added(words, own)[0] for words in add)),
        outside=(*scenario.outside, *outside),
    )


def _added(words: str, own: Collection[str]) -> tuple[HandChange, str]:
    line = _read(words, "USA on CAN goods 10", own)
    sectors = line.sectors or ("goods",)
    change = HandChange(line.who, line.whom, sectors, add=line.size)
    where = f", {', '.join(sectors)}"
    return change, f"{line.who} adds {line.size:g} points to its duties on {line.whom}{where}"


def _lifting(words: str, own: Collection[str]) -> tuple[_Line, str]:
    line = _read(words, "CHN on CAN 50%", own)
    if line.sectors or not 0.0 < line.size <= 100.0:
        raise InputError(
            f"'{words}': what is lifted is a part of all measures, above 0 and at most 100 per "
            "cent, such as CHN on CAN 50%"
        )
    return line, f"{line.who} lifts {line.size:g} per cent of its measures on {line.whom}"


def _lift(
    words: str,
    scenario: Scenario,
    own: Collection[str],
    changes: list[Change],
    outside: list[tuple[str, str]],
) -> None:
    """Gather the changes of law that lift a part of what one lays on another, and what stands.

    Raises:
        InputError: nothing is in force that could be lifted; or it is laid by others too.
    """
    line, _ = _lifting(words, own)
    ledger, on = scenario.ledger, scenario.to_date
    if ledger is None or on is None:
        raise InputError(f"'{words}': scenario '{scenario.name}' has no law to be lifted")
    by, of = set(labels.expand(line.who, on, own)), labels.expand(line.whom, on, own)
    left = 1.0 - line.size / 100.0
    found: dict[str, list[InForce]] = {}
    for entry in ledger.at(on, scenario.known_on).entries:
        priced = entry.rate.priced and not entry.measure.outside_model
        if priced and by & set(entry.implementers) and set(of) & set(entry.targets):
            found.setdefault(entry.measure.id, []).append(entry)
    for id, entries in found.items():
        others = set(entries[0].implementers) - by
        if others:
            raise InputError(
                f"'{words}': '{id}' is laid by {entries[0].measure.implementer}: name all of it"
            )
        whole = left == 0.0
        goods = dict.fromkeys(
            p for e in entries if whole or scalable(e.rate, left) for p in e.products
        )
        stands = dict.fromkeys(p for e in entries for p in e.products if p not in goods)
        if stands:
            why = (
                f"{', '.join(stands)}: a ban, or a rate in place of another, has no part; it stands"
            )
            outside.append((id, why))
        if goods:
            changes.append(
                Change(
                    id,
                    tuple(goods) if stands else None,
                    ends=whole,
                    scale=None if whole else left,
                    targets=of,
                )
            )
    if not changes:
        raise InputError(
            f"'{words}': nothing of {line.who} on {line.whom} that could be lifted is in force on "
            f"{on}"
        )


def _read(words: str, example: str, own: Collection[str]) -> _Line:
    """Return a line taken apart, its names as codes.

    Raises:
        InputError: it is no such line, or a name is unknown.
    """
    match = _LINE.fullmatch(words)
    if match is None:
        raise InputError(f"'{words}' is no question in a line; write it as {example}")
    whom, sectors = match["whom"].strip(), ""
    try:
        code = _party(whom, own)
    except InputError:
        head, _, sectors = whom.rpartition(" ")
        if not head:
            raise
        code = _party(head, own)
    listed = tuple(word.strip() for word in sectors.split(",") if word.strip())
    return _Line(_party(match["who"].strip(), own), code, listed, float(match["size"]))


def _party(word: str, own: Collection[str]) -> str:
    """Return a country's code, a group's name, or ALL."""
    if word.upper() == EVERYBODY:
        return EVERYBODY
    if word not in own and labels.is_group(word):
        return word.upper()
    return labels.country(word, own)


def _named(lines: Iterable[str], own: Collection[str]) -> Iterable[str]:
    """Yield the countries named, groups left out."""
    for words in lines:
        line = _read(words, "USA on CAN goods 10", own)
        for word in (line.who, line.whom):
            if word != EVERYBODY and (word in own or not labels.is_group(word)):
                yield word
