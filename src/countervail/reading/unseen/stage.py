"""The last stage of a sentence: stretches with the evidence of a measure that no frame told."""

from __future__ import annotations

from collections.abc import Sequence

from countervail.reading.draft import Draft
from countervail.reading.frames import Scene
from countervail.reading.unseen.answered import answer_drafts
from countervail.reading.unseen.clause_spans import Stretch, stretches, told, whole
from countervail.reading.unseen.favoured import aid_drafts, list_drafts
from countervail.reading.unseen.levied import rate_drafts
from countervail.reading.unseen.named import named_drafts
from countervail.reading.unseen.signed import pact_drafts
from countervail.reading.unseen.stopped import stop_drafts
from countervail.reading.worded.drafts import LEAST, worded_drafts
from countervail.reading.worded.symbols import symbols

SURELY = 0.8
"""Least chance that a stretch tells a measure, in a sentence of other matters."""
SPREAD = 1.0
"""Evidence above the least, where it is spread over a sentence."""
READERS = (list_drafts, stop_drafts, named_drafts, aid_drafts, answer_drafts, pact_drafts)
"""What reads a stretch without a rate of its own, the surest first."""


def unseen_drafts(sc: Scene, made: Sequence[Draft]) -> list[Draft]:
    """Return drafts of what no frame told, each field inferred or guessed.

    Args:
        sc: the sentence.
        made: what the frames made of it.
    """
    found: list[Draft] = []
    parts = stretches(sc)
    for part in parts:
        found += _of_stretch(sc, part, [*made, *found])
    if not made and not found and len(parts) > 1:
        spread = _of_stretch(sc, whole(sc, parts), [])
        found += [d for d in spread if d.margin >= SPREAD]
    return found + _by_words(sc, parts, [*made, *found])


def surely_heard(sc: Scene, made: Sequence[Draft]) -> list[Draft]:
    """Return drafts of a sentence of other matters, where a stretch surely tells a measure.

    Args:
        sc: the sentence.
        made: what the frames made of it.
    """
    return _by_words(sc, stretches(sc), list(made), SURELY)


def _by_words(
    sc: Scene, parts: list[Stretch], made: list[Draft], least: float = LEAST
) -> list[Draft]:
    """Return the drafts of stretches that are not told yet and whose words speak for a measure."""
    marks = symbols(sc)
    found: list[Draft] = []
    for part in parts:
        sc.found = [*made, *found]
        if not told(sc, part, sc.found):
            found += worded_drafts(sc, part, sc.found, marks, least)
    return found


def _of_stretch(sc: Scene, part: Stretch, made: list[Draft]) -> list[Draft]:
    """Return the drafts of one stretch: its rates, else the first thing that is told of it."""
    sc.found = made
    rated = rate_drafts(sc, part, made)
    if rated:
        sc.found = [*made, *rated]
        return rated + pact_drafts(sc, part)
    if told(sc, part, made):
        return []
    for read in READERS:
        one = read(sc, part)
        if one:
            return one
    return []
