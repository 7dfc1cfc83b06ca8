"""Which measure a draft tells, or none, by weight: the rule that made it, and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from countervail.reading.draft import GUESSED, Draft
from countervail.reading.encoded.answers import DEAF
from countervail.reading.encoded.drafts import heard, told
from countervail.reading.frames import Scene
from countervail.reading.weights import worth
from countervail.reading.worded.chances import chances, log_of
from countervail.reading.worded.drafts import NONE, mixed
from countervail.reading.worded.facts import Facts, of_stretch, quote_of
from countervail.reading.worded.symbols import symbols

PART = "instrument"
"""Part of ``weights.csv`` that weighs them."""
DOUBT = 0.1
"""Chance of none from which on words of other matters are listened to."""
DOUBTED = frozenset({"demanded", "denied", "other_sense"})
"""Reasons for which a draft is listed by a few words of its sentence."""
REGAINED = 0.2
"""Chance of none up to which such a draft is one again."""
SURE = 0.7
"""By how much more must speak for none than for any, in logs, where a draft is taken back."""


def weigh_instruments(drafts: Sequence[Draft], scenes: Sequence[Scene]) -> None:
    """Give drafts the instrument that most speaks for; list those of which none does.

    Args:
        drafts: of a text.
        scenes: its sentences.
    """
    for d in drafts:
        if d.listed and not _regained(d, scenes):
            continue
        words = chances("stretches", of_words(d, scenes[d.sentence]))
        answer = heard(scenes, d)
        each = told(of_each(d, words), answer.instruments)
        found = {name: worth(PART, facts) for name, facts in each.items()}
        none = found.pop(NONE)
        likeliest = max(found, key=lambda name: found[name])
        if none > found[likeliest] + SURE and not _of_list(d, drafts):
            d.status, d.reason = "other_sense", "its words are those of other matters"
        else:
            d.instrument = likeliest


def _regained(d: Draft, scenes: Sequence[Scene]) -> bool:
    """Take a draft that was listed for another that it is not, where it surely tells a measure."""
    answer = heard(scenes, d)
    if d.status not in DOUBTED or answer is DEAF:
        return False
    found = mixed(chances("stretches", of_words(d, scenes[d.sentence])), answer)
    if found[NONE] > REGAINED:
        return False
    d.status = max(answer.statuses, key=lambda name: answer.statuses[name])
    d.reason, d.how["status"] = "", GUESSED
    return True


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
