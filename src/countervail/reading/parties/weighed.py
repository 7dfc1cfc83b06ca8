"""The parts of a draft's countries by weight: the best of all candidates."""

from __future__ import annotations

from collections.abc import Sequence

from countervail.reading.discourse import Discourse
from countervail.reading.draft import CARRIED, INFERRED
from countervail.reading.encoded.answers import Chances
from countervail.reading.encoded.drafts import FACT, Facts, heard, likely, of_set
from countervail.reading.frames import Scene
from countervail.reading.parties.facts import (
    Codes,
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
    answer = heard(m.cast.scenes, d)
    own = best("taker", takers(m, answer.takers))
    if d.beside and not set(own) & set(d.targets):
        whom = d.targets
    else:
        whom = best("struck", struck(m, own, answer.struck))
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


Weighed = list[tuple[Codes, Facts]]


def takers(m: Matter, hear: Chances) -> Weighed:
    """Return who may take a measure, each with what speaks for it."""
    able = [(c, of_taker(m, c) | _heard(hear, c)) for c in _with(candidates(m), hear) if c]
    return able or [(m.draft.implementer, {})]


def struck(m: Matter, own: Codes, hear: Chances) -> Weighed:
    """Return on whom a measure may fall, each with what speaks for it."""
    able = [c for c in _with(targets(m, own), hear) if not set(c) & set(own)]
    return [(c, of_struck(m, own, c) | _heard(hear, c)) for c in able]


def _with(able: list[Codes], hear: Chances) -> list[Codes]:
    """Return candidates with those that the encoder hears."""
    more = likely(hear)
    return able if not more or any(set(more) == set(c) for c in able) else [*able, more]


def _heard(hear: Chances, codes: Codes) -> Facts:
    return {FACT: of_set(hear, codes)} if hear else {}


def _known(m: Matter, codes: tuple[str, ...]) -> tuple[str, tuple[int, int] | None]:
    """Return how a part is known, and where in the text it is told."""
    here = [one for one in m.here() if one.code in codes]
    if here:
        return INFERRED, (here[0].start, here[0].end)
    return CARRIED, None
