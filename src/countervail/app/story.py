"""What a story's own question comes to: law in force, what it costs, what offers and goals are."""

from __future__ import annotations

import shlex
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countervail.app.request import Show

if TYPE_CHECKING:
    from countervail.ledger import Ledger
    from countervail.reading.reader import Reading

MOST_PAIRS = 2
"""Pairs of countries whose law is asked about: those that most measures are between."""

MOST_DRAFTS = 3
"""Drafts that are priced one by one: offers first."""

DRAFTS = "drafts"
"""The folder that the commands name."""


@dataclass(frozen=True)
class StoryAnswer:
    """One answer to a story.

    Attributes:
        asks: what is asked.
        says: the answer; nothing where there is none.
        command: that gives it.
        reason: why there is no answer here.
    """

    asks: str
    says: str
    command: str
    reason: str = ""


def answers(reading: Reading, story: str, show: Show) -> list[StoryAnswer]:
    """Return what a story's question comes to, by point answers of the first year.

    Args:
        reading: what the text says.
        story: its file, as the commands name it.
        show: shows how far it is.
    """
    from countervail.clock import today
    from countervail.ledger import open_ledger
    from countervail.reading.record import as_dict

    data, ledger = as_dict(reading), open_ledger()
    on = reading.source.date or today()
    pairs = _pairs(data["measures"])
    found = [_in_force(ledger, pair, on) for pair in pairs]
    for a, b in pairs:
        for by, whom in ((a, b), (b, a)):
            if _lays(ledger, by, whom, on):
                found.append(_standing(by, whom, on, show))
    found += _drafts(reading, story, ledger, on, show)
    found += _goals(reading.source.text, data["goals"])
    return found


def _pairs(measures: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the pairs of countries that most measures are between."""
    from countervail import labels

    seen: Counter[tuple[str, str]] = Counter()
    for one in measures:
        for a in one["implementer"]:
            for b in one["targets"]:
                if a != b and all(c in labels.countries() or labels.is_group(c) for c in (a, b)):
                    first, second = sorted((a, b))
                    seen[first, second] += 1
    return [pair for pair, _ in seen.most_common(MOST_PAIRS)]


def _in_force(ledger: Ledger, pair: tuple[str, str], on: date) -> StoryAnswer:
    from countervail.errors import CountervailError
    from countervail.ledger.selection import Selection
    from countervail.present import in_force
    from countervail.present.sentences.language import language

    asks = f"What is in force between {pair[0]} and {pair[1]} on {on}?"
    command = f"countervail ledger list --between {pair[0]},{pair[1]} --as-of {on}"
    try:
        asked = Selection(between=",".join(pair))
        book = asked.measures(ledger)
        view = asked.view(book.at(on))
        told = in_force.document(ledger, book, view, None, asked, language())
    except CountervailError as error:
        return StoryAnswer(asks, "", command, str(error))
    return StoryAnswer(asks, str(told.data["sentence"]), command)


def _lays(ledger: Ledger, by: str, whom: str, on: date) -> bool:
    """Return whether one lays on another what can be priced."""
    from countervail.labels import expand

    ours, theirs = set(expand(by, on)), set(expand(whom, on))
    return any(
        entry.rate.priced
        and not entry.measure.outside_model
        and ours & set(entry.implementers)
        and theirs & set(entry.targets)
        for entry in ledger.at(on).entries
    )


def _standing(by: str, whom: str, on: date, show: Show) -> StoryAnswer:
    """Return what an end of all that one lays on another would do in the first year."""
    line = f"{by} on {whom} 100%"
    return _run(
        f"What would an end of all that {by} lays on {whom} do in its first year?",
        {"lift": [line]},
        f"--lift {shlex.quote(line)}",
        on,
        show,
    )


def _run(asks: str, words: Mapping[str, Any], said: str, on: date, show: Show) -> StoryAnswer:
    """Return the headline of a run without draws, or why there is none."""
    from countervail.app.run import RunRequest
    from countervail.draws.how import Draws
    from countervail.errors import CountervailError

    command = f"countervail run {said} --to {on} --draws 0"
    try:
        told = RunRequest(**words, to=on, draws=Draws(0)).answer(show).document
    except CountervailError as error:
        return StoryAnswer(asks, "", command, str(error))
    headline = str(told.data["says"]["headline"])
    return StoryAnswer(asks, f"{headline.removesuffix('.')}.", command)


def _drafts(
    reading: Reading, story: str, ledger: Ledger, on: date, show: Show
) -> Iterator[StoryAnswer]:
    """Yield what offers are worth, and what other measures that are no law would do."""
    from countervail.ledger.drafted import overlaps, read_draft
    from countervail.reading.to_ledger import draft_files

    files, _ = draft_files(reading, ledger.measures)
    dated = f" --date {reading.source.date}" if reading.source.date else ""
    makes = f"countervail read {shlex.quote(story)}{dated} --draft {DRAFTS}"
    with tempfile.TemporaryDirectory(prefix="countervail-") as held:
        drafts = []
        for file in files:
            path = Path(held) / f"{file.id}.toml"
            path.write_text(file.text, encoding="utf-8", newline="")
            drafts.append(read_draft(path))
        wanted = [
            one
            for one in drafts
            if one.notes.act != "neither"
            and one.notes.law != "removed"
            and not any(o.kind == "duplicate" for o in overlaps(one.measure, ledger, on))
        ]
        wanted.sort(key=lambda one: one.notes.act != "lifts")
        for one in wanted[:MOST_DRAFTS]:
            kind = "offer worth" if one.notes.law == "offered" else "measure worth"
            what = f"{one.measure.title[:1].lower()}{one.measure.title[1:]}"
            asks = f"What is the {kind}, in the first year: {what}?"
            said = f"--with-drafts {DRAFTS}/{one.path.name}"
            found = _run(asks, {"drafts_of": str(one.path)}, said, on, show)
            yield StoryAnswer(asks, found.says, f"{makes} && {found.command}", found.reason)


def _goals(text: str, goals: Sequence[Mapping[str, Any]]) -> Iterator[StoryAnswer]:
    from countervail.errors import InputError
    from countervail.policy.reaching.from_text import command, words

    for goal in goals:
        said = " ".join(text[goal["start"] : goal["end"]].split())
        try:
            asks = f"What does the goal take: {words(text, goal)}?"
            yield StoryAnswer(asks, "", command(text, goal), "a search of minutes: run it")
        except InputError as error:
            yield StoryAnswer(f"What does the goal take: {said}?", "", "", str(error))
