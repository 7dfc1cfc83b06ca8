"""The last stage of a sentence: stretches with the evidence of a measure that no frame told."""

from __future__ import annotations

from collections.abc import Sequence

from countervail.reading.draft import Draft
from countervail.reading.frames import Scene
from countervail.reading.unseen.clause_spans import stretches, told
from countervail.reading.unseen.levied import rate_drafts
from countervail.reading.unseen.stopped import stop_drafts


def unseen_drafts(sc: Scene, made: Sequence[Draft]) -> list[Draft]:
    """Return drafts of what no frame told, each field inferred or guessed.

    Args:
        sc: the sentence.
        made: what the frames made of it.
    """
    found: list[Draft] = []
    for part in stretches(sc):
        sc.found = [*made, *found]
        rated = rate_drafts(sc, part, sc.found)
        found += rated
        if not rated and not told(sc, part, sc.found):
            found += stop_drafts(sc, part)
    return found
