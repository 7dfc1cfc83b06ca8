"""Doors of the desk: further than one step from a law, each as a command and the files it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, NamedTuple

from countervail.app import respond as questions
from countervail.horizons import LONG
from countervail.lab.bench import LabBench
from countervail.lab.code import FILE, code, quoted, toml_of
from countervail.lab.measures import LawRow
from countervail.lab.questions import changes_of
from countervail.lab.state import OFF, LabState
from countervail.lab.toml_words import fields, word
from countervail.ledger.in_force import LawView
from countervail.present.sentences.language import DEFAULT, Language
from countervail.scenario.hypothetical import changed

BARGAIN = "bargain.toml"

MOST_CONCESSIONS = 10
"""Concessions of the file: a thousand packages."""

LETTERS = 30
"""Letters of the short name of a concession."""

BY = 2035
"""The year of the goal that a door begins with."""


class LabDoor(NamedTuple):
    """A way on from a law.

    Attributes:
        kind: ``report``, or a question of ``countervail respond``.
        says: what it answers.
        command: that answers it; none where no command does.
        files: that the command reads, text by name.
        ask: the same as a question to the lab: its ``kind`` and ``options``; None of the report.
    """

    kind: str
    says: str
    command: str
    files: dict[str, str]
    ask: dict[str, Any] | None


def doors(
    bench: LabBench,
    state: LabState,
    parties: Sequence[str],
    language: Language,
    opened: tuple[str, str | None],
) -> list[dict[str, Any]]:
    """Return the ways on from a law, as JSON has them.

    Args:
        bench: of the page.
        state: the law.
        parties: the first is whose question it is, the second whom it is about.
        language: of words.
        opened: name of the scenario the page was opened with, and its variant.
    """
    return [one._asdict() for one in _doors(bench, state, parties, language, opened)]


def _doors(
    bench: LabBench,
    state: LabState,
    parties: Sequence[str],
    language: Language,
    opened: tuple[str, str | None],
) -> Iterator[LabDoor]:
    said = code(bench, state, "command", *opened).partition("    #")[0].strip()
    name, variant = opened
    stands = FILE not in said.split() and "--to" not in said.split()
    chosen = f" --variant {variant}" if variant else ""
    scenario = f"--scenario {quoted(Path(name).name)}{chosen}" if stands else f"--scenario {FILE}"
    files = {} if stands else {FILE: toml_of(bench, state)}
    lang = "" if language.code == DEFAULT else f" --lang {language.code}"

    def door(kind: str, command: str, more: dict[str, str] | None = None, **asked: Any) -> LabDoor:
        names = {place: language.country(one) for place, one in zip("AB", parties, strict=False)}
        words = language.say(f"lab.door_{kind}", **names)
        return LabDoor(
            kind,
            words,
            f"countervail {command}{lang}",
            files if more is None else more,
            {"kind": kind, "options": asked} if kind in kinds() else None,
        )

    yield door("report", f"{said.removeprefix('countervail ')} --report report.html")
    if len(parties) < 2:
        return
    first, second = parties[:2]
    horizon = "" if state.horizon == LONG else f" --horizon {state.horizon}"
    at = state.horizon
    text = bargain(bench, state, (first, second), language)
    if text:
        years = "" if state.horizon == "1" else f" --horizon {state.horizon}"
        made = door("bargain", f"respond bargain {BARGAIN}{years}", {BARGAIN: text}, horizon=at)
        # a file of a bargain states a day, whose law in the terminal is the ledger's own
        yield made if stands_on_a_day(bench, state) else made._replace(command="", files={})
    reply = f"respond retaliate {first} {second} {scenario} --rebalance{horizon}"
    yield door("retaliate", reply, player=first, partner=second, rebalance=True, horizon=at)
    yield door("optimal", f"respond optimal {first} {scenario}{horizon}", player=first, horizon=at)
    both = f"{first},{second}"
    yield door("nash", f"respond nash {both} {scenario}{horizon}", players=both, horizon=at)
    yield door("coop", f"respond coop {both} {scenario}{horizon}", players=both, horizon=at)
    goal = f"double exports of {first} to all but {second} by {BY}"
    yield door("reach", f"respond reach {quoted(goal)} {scenario}", goal=goal)


def kinds() -> tuple[str, ...]:
    """Return the questions there are of what should be done: the modules of ``app/respond``."""
    return tuple(one.name for one in iter_modules(questions.__path__))


def stands_on_a_day(bench: LabBench, state: LabState) -> bool:
    """Return whether a law is the ledger's of a day: without edits, or measures of one's own."""
    return not state.own and not bench.asked(state).scenario.changes


def law_of(bench: LabBench, state: LabState) -> LawView:
    """Return the law of a state: the ledger's of its day, with every change of it."""
    questions, scenario = bench.questions_of(state), bench.asked(state).scenario
    day = questions.day_of(state)
    view = questions.ledger.at(day, scenario.known_on)
    for change in scenario.changes:
        view = changed(view, change, questions.ledger, day, scenario.known_on)
    return view


def bargain(
    bench: LabBench, state: LabState, parties: tuple[str, str], language: Language
) -> str | None:
    """Return the file of a bargain: what each of two parties could end of the law of a page.

    None where a party has nothing to end.

    Args:
        bench: of the page.
        state: the law.
        parties: codes of the two.
        language: of titles.
    """
    questions = bench.questions_of(state)
    day, view, known = questions.day_of(state), law_of(bench, state), questions.scenario.known_on
    found: dict[str, list[tuple[LawRow, Any]]] = {side: [] for side in parties}
    for row in questions.rows.values():
        by, there = row.measure.implementer, row.rate_in(view)
        if by in found and row.partner in parties and there is not None and not row.why_not:
            found[by].append((row, changes_of(row, OFF, view, day)))
    if not all(found.values()):
        return None
    names = {side: language.label(side) for side in parties}
    lines = ['name = "bargain"', f"title = {word(' – '.join(names.values()))}", f"date = {day}"]
    lines += [] if known is None else [f"known_on = {known}"]
    for side in parties:
        lines += ["", "[[party]]", f"name = {word(names[side])}", f"countries = [{word(side)}]"]
    taken: set[str] = set()
    for side in parties:
        for row, changes in found[side][: MOST_CONCESSIONS // 2]:
            lines += ["", "[[concession]]", f"name = {word(named(row, taken))}"]
            lines += [f"party = {word(names[side])}", f"title = {word(row.name(language))}"]
            for change in changes:
                lines += ["", "[[concession.change]]", *fields(change)]
    return "\n".join(lines) + "\n"


def named(row: LawRow, taken: set[str]) -> str:
    """Return a short name of a row, none of those taken, which it joins: ``canola-meal-peas``."""
    goods = "-".join(row.measure.product[p].name for p in row.named)
    short = re.sub(r"[^a-z0-9]+", "-", goods.lower())[:LETTERS].strip("-")
    name = short if short and short not in taken else row.key.replace("/", "-")
    taken.add(name)
    return name
