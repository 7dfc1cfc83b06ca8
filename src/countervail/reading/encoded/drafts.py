"""What the encoder hears of a draft, as logs of chances that are weighed beside other facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import exp, log

from countervail.reading.draft import Draft, Goods
from countervail.reading.encoded.answers import DEAF, Answer, Asked, Place
from countervail.reading.frames import Scene
from countervail.reading.goods import as_goods
from countervail.reading.parties.facts import quoted
from countervail.reading.products import ProductMention
from countervail.reading.worded.chances import log_of

Facts = dict[str, float]
FACT = "encoded"
"""Name of the fact that weighs what the encoder hears."""
SIDES_LEFT = frozenset({"agreement"})
"""Instruments whose sides are not asked about."""
EVEN = 0.5
LEAST = 0.01
"""Chance below which nothing more is told of a country or of goods."""


def heard(scenes: Sequence[Scene], d: Draft) -> Answer:
    """Return what the encoder hears in the words that a draft quotes."""
    sc = scenes[d.sentence]
    if sc.story.heard is None:
        return DEAF
    lo, hi = quoted(sc, d)
    here = [m.lo for m in sc.s.rates if d.rate is not None and m.it.start == d.rate.start]
    return sc.story.heard.answer(Asked(d.sentence, lo, hi, here[0] if here else -1))


def together(scenes: Sequence[Scene], d: Draft) -> float | None:
    """Return the chance of all fields of a draft together, as if each were told apart.

    Agreements have no sides here; None where nothing is heard.
    """
    answer = heard(scenes, d)
    if answer is DEAF:
        return None
    found = log_of(answer.instruments.get(d.instrument, 0.0))
    found += log_of(answer.statuses.get(d.status, 0.0))
    if d.instrument not in SIDES_LEFT:
        found += of_set(answer.takers, d.implementer) + of_set(answer.struck, d.targets)
    here = {m.it.start: (d.sentence, m.lo) for m in scenes[d.sentence].s.rates}
    at = here.get(d.rate.start) if d.rate is not None else None
    found += chance_log(answer.rates.get(at, 0.0) if at else answer.rateless)
    return exp(found)


def told(each: dict[str, Facts], chances: Mapping[str, float]) -> dict[str, Facts]:
    """Return what speaks for each class with what the encoder hears of it."""
    for name, facts in each.items() if chances else ():
        facts[FACT] = log_of(chances.get(name, 0.0))
    return each


def of_set(chances: Mapping[str, float], held: Iterable[str]) -> float:
    """Return the log of the chance that just some of what is named are meant."""
    some = set(held)
    named = sum(chance_log(p if name in some else 1.0 - p) for name, p in chances.items())
    return named + sum(chance_log(0.0) for name in some if name not in chances)


def likely(chances: Mapping[str, float]) -> tuple[str, ...]:
    """Return what is likelier meant than not, the likeliest first."""
    return tuple(sorted((c for c, p in chances.items() if p >= EVEN), key=lambda c: -chances[c]))


def likely_goods(scenes: Sequence[Scene], chances: Mapping[Place, float]) -> list[Goods]:
    """Return the goods that are likelier meant than not, each once."""
    found: dict[str, Goods] = {}
    for place, p in chances.items():
        if p >= EVEN:
            it = _named(scenes, place)
            found.setdefault(it.text.lower(), as_goods(it))
    return list(found.values())


def of_goods(
    scenes: Sequence[Scene], chances: Mapping[Place, float], goods: Sequence[Goods]
) -> float:
    """Return the log of the chance that just some goods are meant, of all that are named."""
    words = {g.text.lower() for g in goods}
    found = 0.0
    for place, p in chances.items():
        it = _named(scenes, place)
        meant = it.text.lower() in words or any(
            g.start < it.end and it.start < g.end for g in goods
        )
        found += chance_log(p if meant else 1.0 - p)
    return found


def _named(scenes: Sequence[Scene], place: Place) -> ProductMention:
    """Return the goods that are named at a place."""
    n, lo = place
    found: ProductMention = next(m.it for m in scenes[n].s.products if m.lo == lo)
    return found


def chance_log(chance: float) -> float:
    """Return the log of a chance, none so small or so near to 1 that nothing else would count."""
    return log(min(max(chance, LEAST), 1.0 - LEAST))
