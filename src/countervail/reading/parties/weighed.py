"""The parts of a draft's countries by weight: the best of all candidates."""

from __future__ import annotations

from collections.abc import Sequence

from countervail.reading.discourse import Discourse
from countervail.reading.draft import CARRIED, INFERRED, STATED
from countervail.reading.frames import Scene
from countervail.reading.parties.facts import (
    Matter,
    candidates,
    matter,
    of_struck,
    of_taker,
    targets,
)
from countervail.reading.parties.named import cast_of
from countervail.reading.weights import best

LEFT = frozenset({"agreement"})
"""Instruments whose two sides are read together, where they are told."""
TOLD = (STATED, INFERRED)
"""How a part is known that its own sentence tells: no weight of a whole text is set against it."""
AROUND = 30
"""Drafts before and after one that are looked at, so that time grows with the length alone."""


def weigh_parties(story: Discourse, scenes: Sequence[Scene]) -> None:
    """Give each draft of a text the parties that most speaks for, in the order of the text."""
    cast = cast_of(scenes)
    drafts = sorted((d for d in story.drafts if not d.listed), key=lambda d: (d.start, d.end))
    for k, d in enumerate(drafts):
        if d.instrument not in LEFT:
            before, after = drafts[max(k - AROUND, 0) : k], drafts[k + 1 : k + 1 + AROUND]
            weigh_draft(matter(d, before, after, cast, story))


def weigh_draft(m: Matter) -> None:
    """Give a draft its parties."""
    d = m.draft
    own, whom = d.implementer, d.targets
    if d.how.get("implementer") not in TOLD:
        own = best("taker", [(codes, of_taker(m, codes)) for codes in candidates(m)] or [(own, {})])
    if d.how.get("targets") not in TOLD or set(own) & set(whom):
        whom = best("struck", [(codes, of_struck(m, own, codes)) for codes in targets(m, own)])
    for name, codes, old in (("implementer", own, d.implementer), ("targets", whom, d.targets)):
        if set(codes) != set(old):
            d.how[name], cue = _known(m, codes)
            d.cue.pop(name, None)
            if cue is not None:
                d.cue[name] = cue
    if set(own) != set(d.implementer):
        d.implementer = own
    if set(whom) != set(d.targets):
        d.targets = whom


def _known(m: Matter, codes: tuple[str, ...]) -> tuple[str, tuple[int, int] | None]:
    """Return how a part is known, and where in the text it is told."""
    here = [one for one in m.here() if one.code in codes]
    if here:
        return INFERRED, (here[0].start, here[0].end)
    return CARRIED, None
