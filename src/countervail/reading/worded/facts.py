"""What of a stretch of a sentence is weighed: its words, their pairs, and what is around them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from countervail.reading.discourse import Discourse
from countervail.reading.draft import Draft
from countervail.reading.frames import Scene
from countervail.reading.parties.facts import quoted
from countervail.reading.unseen.clause_spans import Stretch, cues_of, plays
from countervail.reading.worded.symbols import symbols, when

Facts = dict[str, float]
KINDS = {
    "goods": "products",
    "places": "places",
    "rates": "rates",
    "dates": "dates",
    "money": "money",
    "volumes": "volumes",
}
DAYS = ("announced", "in_force", "removed", "expires")
TELLING = frozenset(
    {"<ahead>", "<before>", "<that day>", "will", "would", "effect", "force", "start", "already"}
)
"""Symbols of the sentences around a measure that tell where it stands."""
FAR = 2
"""Sentences after which a measure told before is far."""


def of_stretch(sc: Scene, part: Stretch, marks: list[str]) -> Facts:
    """Return what speaks for what a stretch tells.

    Args:
        sc, part: the sentence and the stretch.
        marks: symbols of the sentence.
    """
    found = _of_words(sc, part, marks)
    for kind, name in KINDS.items():
        if any(part.lo <= m.lo < part.hi for m in getattr(sc.s, name)):
            found[f"has {kind}"] = 1.0
    last = last_before(sc.story, sc.s.number)
    if last is None:
        found["first"] = 1.0
    else:
        apart = min(sc.s.number - last.sentence, FAR)
        found[f"{apart} after {last.instrument}"] = 1.0
    return found


def quote_of(sc: Scene, d: Draft) -> Stretch:
    """Return the words that a draft quotes as a stretch."""
    lo, hi = quoted(sc, d)
    cues = [q for q in cues_of(sc) if lo <= q.lo < hi]
    return Stretch(lo, hi, 0, (0, 0), cues, cues)


def last_before(story: Discourse, sentence: int) -> Draft | None:
    """Return the last draft that stands of the sentences before one."""
    earlier = (d for d in reversed(story.drafts) if d.sentence < sentence and not d.listed)
    return next(earlier, None)


def of_quote(scenes: Sequence[Scene], d: Draft) -> Facts:
    """Return what speaks for where the measure of a draft stands, but for what reading made of it.

    Args:
        scenes: the sentences of the text.
        d: the draft.
    """
    sc = scenes[d.sentence]
    part, marks = quote_of(sc, d), symbols(sc)
    lo, hi = part.lo, part.hi
    found = _of_words(sc, part, marks)
    found |= {f"beside {one}": 1.0 for one in (*marks[:lo], *marks[hi:]) if one}
    for c in sc.clauses:
        if c.verb is not None and lo <= c.verb.main < hi:
            found[_told(c.verb.lemma, c.verb.passive, c.verb.denied)] = 1.0
            found |= {f"helped by {word}": 1.0 for word in c.verb.helpers}
            found |= {f"under {word}": 1.0 for word in c.verb.governing}
            found["looks back" if c.verb.past else "looks on"] = 1.0
    found[f"of {d.instrument}"] = 1.0
    for way, n in (("then", d.sentence + 1), ("earlier", d.sentence - 1)):
        if 0 <= n < len(scenes):
            found |= {f"{way} {one}": 1.0 for one in symbols(scenes[n]) if one in TELLING}
    return found


def of_days(d: Draft, on: str) -> Facts:
    """Return how the days of a draft lie to the day of the text."""
    return {f"{name} {when(d.dates[name], on)}": 1.0 for name in DAYS if name in d.dates}


def _told(lemma: str, passive: bool, denied: bool) -> str:
    return f"verb {lemma}{' passive' if passive else ''}{' denied' if denied else ''}"


def _of_words(sc: Scene, part: Stretch, marks: list[str]) -> Facts:
    found: Facts = {"all": 1.0}
    here = [one for one in marks[part.lo : part.hi] if one]
    found |= dict.fromkeys(here, 1.0)
    found |= {f"{a} {b}": 1.0 for a, b in pairwise(here)}
    for q in part.cues:
        found |= {f"cue {name}{' noun' if q.form == 'noun' else ''}": 1.0 for name in q.classes}
    found |= {f"part {plays(sc, r)}": 1.0 for r in sc.roles if part.within(r.place.lo)}
    for m in sc.measures:
        where = "named" if part.lo <= m.head[0] < part.hi else "named beside"
        found[f"{where} {m.kind}"] = 1.0
    return found
