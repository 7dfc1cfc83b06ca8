"""Where measures stand, by weight: what rules made of them, their words, and how their days lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from countervail.reading.draft import GUESSED, INFERRED, Draft
from countervail.reading.encoded.drafts import heard, told
from countervail.reading.frames import Scene
from countervail.reading.weights import best
from countervail.reading.worded.chances import chances, log_of
from countervail.reading.worded.facts import Facts, of_days, of_quote

PART = "status"
"""Part of ``weights.csv`` that weighs them."""


def weigh_statuses(drafts: Sequence[Draft], scenes: Sequence[Scene], on: str) -> None:
    """Give drafts the status that most speaks for.

    Args:
        drafts: of a text, their dates settled.
        scenes: its sentences.
        on: its day.
    """
    found = []
    for d, around in in_order(drafts):
        words = chances("statuses", of_quote(scenes, d))
        answer = heard(scenes, d)
        each = told(of_each(d, words, around, on), answer.statuses)
        found.append((d, best(PART, list(each.items()))))
    for d, status in found:
        if status != d.status and not d.certain:
            d.how["status"] = INFERRED if d.how.get("status") != GUESSED else GUESSED
            d.cue.pop("status", None)
            d.status = status


def in_order(drafts: Sequence[Draft]) -> Iterator[tuple[Draft, Sequence[Draft]]]:
    """Yield the drafts that stand in the order of the text, each with the ones beside it."""
    standing = sorted((d for d in drafts if not d.listed), key=lambda d: (d.start, d.end))
    for k, d in enumerate(standing):
        yield d, (*standing[max(k - 1, 0) : k], *standing[k + 1 : k + 2])


def of_each(
    d: Draft, words: Mapping[str, float], around: Sequence[Draft], on: str
) -> dict[str, Facts]:
    """Return what speaks for each status of a draft.

    Args:
        d: the draft, with the status that rules gave it.
        words: the chance of each status by the words of its quote.
        around: the draft before it and the one after.
        on: the day of the text.
    """
    days = of_days(d, on)
    found: dict[str, Facts] = {}
    for status, chance in words.items():
        said, rule = log_of(chance), d.rule.split(".")[0]
        facts = {"words": said, f"words by {rule}": said}
        facts |= {f"{status}, {day}": 1.0 for day in days}
        for x in around:
            facts[f"{status} {_way(d, x)} {x.status}"] = 1.0
        if d.condition is not None:
            facts[f"{status} on a condition"] = 1.0
        if status == d.status:
            facts[f"kept {d.how.get('status', GUESSED)}"] = 1.0
            facts[f"kept as {status}"] = 1.0
            facts[f"kept by {rule}"] = 1.0
            facts[f"kept as {status} by {rule}"] = 1.0
        found[status] = facts
    return found


def _way(d: Draft, x: Draft) -> str:
    apart = x.sentence - d.sentence
    return "beside" if not apart else "before" if apart > 0 else "after"
