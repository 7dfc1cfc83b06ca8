"""Which measure a draft tells, or none, by weight: the rule that made it, and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from countervail.reading.draft import Draft
from countervail.reading.frames import Scene
from countervail.reading.weights import worth
from countervail.reading.worded.chances import chances, log_of
from countervail.reading.worded.drafts import NONE
from countervail.reading.worded.facts import Facts, of_stretch, quote_of
from countervail.reading.worded.symbols import symbols

PART = "instrument"
"""Part of ``weights.csv`` that weighs them."""
DOUBT = 0.1
"""Chance of none from which on words of other matters are listened to."""
SURE = 0.7
"""By how much more must speak for none than for any, in logs, where a draft is taken back."""


def weigh_instruments(drafts: Sequence[Draft], scenes: Sequence[Scene]) -> None:
    """Give drafts the instrument that most speaks for; list those of which none does.

    Args:
        drafts: of a text.
        scenes: its sentences.
    """
    for d in drafts:
        if d.listed:
            continue
        words = chances("stretches", of_words(d, scenes[d.sentence]))
        found = {name: worth(PART, facts) for name, facts in of_each(d, words).items()}
        none = found.pop(NONE)
        likeliest = max(found, key=lambda name: found[name])
        if none > found[likeliest] + SURE and not _of_list(d, drafts):
            d.status, d.reason = "other_sense", "its words are those of other matters"
        else:
            d.instrument = likeliest


def _of_list(d: Draft, drafts: Sequence[Draft]) -> bool:
    """Return whether a draft is one of several rates of a sentence: its own words are few."""
    return d.rate is not None and any(
        x is not d and x.sentence == d.sentence and x.rate is not None and not x.listed
        for x in drafts
    )


def surely_told(sc: Scene, d: Draft) -> bool:
    """Return whether the words of a draft speak for a measure too much for another sense."""
    return chances("stretches", of_words(d, sc))[NONE] < DOUBT


def of_words(d: Draft, sc: Scene) -> Facts:
    """Return the facts of the words that a draft quotes."""
    return of_stretch(sc, quote_of(sc, d), symbols(sc))


def of_each(d: Draft, words: Mapping[str, float]) -> dict[str, Facts]:
    """Return what speaks for each instrument of a draft, and for none.

    Args:
        d: the draft, with the instrument that rules gave it.
        words: the chance of each by the words of its quote.
    """
    found: dict[str, Facts] = {}
    for name, chance in words.items():
        said, rule = log_of(chance), d.rule.split(".")[0]
        facts = {"words": said, f"words by {rule}": said, name: 1.0}
        if name == d.instrument:
            facts["kept"] = 1.0
            facts[f"kept as {name}"] = 1.0
            facts[f"kept by {d.rule}"] = 1.0
            facts[f"kept by {rule}"] = 1.0
        found[name] = facts
    return found
