"""The last stage of a sentence: stretches with the evidence of a measure that no frame told."""

from __future__ import annotations

from collections.abc import Sequence

from countervail.reading.draft import Draft
from countervail.reading.frames import Scene
from countervail.reading.unseen.answered import answer_drafts
from countervail.reading.unseen.clause_spans import stretches, told
from countervail.reading.unseen.favoured import aid_drafts, list_drafts
from countervail.reading.unseen.levied import rate_drafts
from countervail.reading.unseen.named import named_drafts
from countervail.reading.unseen.signed import pact_drafts
from countervail.reading.unseen.stopped import stop_drafts

READERS = (list_drafts, stop_drafts, named_drafts, aid_drafts, answer_drafts, pact_drafts)
"""What reads a stretch without a rate of its own, the surest first."""


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
        if rated:
            found += pact_drafts(sc, part)
            continue
        if told(sc, part, sc.found):
            continue
        for read in READERS:
            one = read(sc, part)
            if one:
                found += one
                break
    return found
