"""Rates of one sentence, each beside its own partner: 16% on those from China, 10% on Vietnam's."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from countervail.reading.draft import INFERRED, Draft
from countervail.reading.frames import Scene
from countervail.reading.sentence import Mention

BETWEEN = frozenset(
    {
        *("on", "for", "from", "of", "the", "a", "all", "any", "those", "that", "ones", "other"),
        *("goods", "imports", "products", "items", "shipments", "cif", "value", "ad", "valorem"),
        *("exporters", "producers", "mills", "makers", "firms", "(", ",", "its", "their"),
    }
)
"""Words that may stand between a rate and whom it is for."""
JOINED = frozenset({",", "and", "or", "the", "those", "from", "on", "for"})
"""Words between partners of one list."""
FARTHEST = 8
"""Words between a rate and its partner at most."""


def part_rates(drafts: Sequence[Draft], scenes: Sequence[Scene]) -> None:
    """Give drafts of a sentence's rates the partners beside each, where several have some.

    Args:
        drafts: of a text.
        scenes: its sentences.
    """
    for n in {d.sentence for d in drafts if d.rate is not None and not d.listed}:
        here = [d for d in drafts if d.sentence == n and d.rate is not None and not d.listed]
        for beside in (_behind, _ahead):
            found = [beside(scenes[n], d) for d in here]
            told = [set(places) for places in found if places]
            if len(told) < 2 or any(one & two for one, two in pairwise(told)):
                continue
            for d, places in zip(here, found, strict=True):
                codes = tuple(places)
                if codes and not set(codes) & set(d.implementer):
                    d.targets, d.how["targets"], d.beside = codes, INFERRED, True
                    d.cue["targets"] = places[codes[0]]
            break


def _behind(sc: Scene, d: Draft) -> dict[str, tuple[int, int]]:
    """Return the partners that stand right behind a draft's rate, each with its place."""
    rate = _rate(sc, d)
    if rate is None:
        return {}
    nexts = [r.lo for r in sc.s.rates if r.lo >= rate.hi]
    end = min(nexts, default=len(sc.s.tokens))
    found: dict[str, tuple[int, int]] = {}
    at, free = rate.hi, BETWEEN
    for place in (p for p in sc.s.places if rate.hi <= p.lo < end):
        if place.lo - at > FARTHEST or not _only(sc, at, place, free):
            break
        found[place.it.code] = (place.it.start, place.it.end)
        at, free = place.hi, JOINED
    return found


def _ahead(sc: Scene, d: Draft) -> dict[str, tuple[int, int]]:
    """Return the partner that stands right ahead of a draft's rate: Malaysia 12.5 per cent."""
    rate = _rate(sc, d)
    if rate is None:
        return {}
    at = rate.lo - 1 if sc.s.low(rate.lo - 1) in {":", ",", "at", "("} else rate.lo
    return {p.it.code: (p.it.start, p.it.end) for p in sc.s.places if p.hi == at}


def _rate(sc: Scene, d: Draft) -> Mention | None:
    """Return where a sentence has the rate of a draft."""
    start = -1 if d.rate is None else d.rate.start
    return next((r for r in sc.s.rates if r.it.start == start), None)


def _only(sc: Scene, lo: int, place: Mention, words: frozenset[str]) -> bool:
    return all(sc.s.low(k) in words for k in range(lo, place.lo))
