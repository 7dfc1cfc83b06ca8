"""A sentence as the encoder takes it: pieces, each with what the tables know of its word."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from countervail.reading.frames import Scene
from countervail.reading.sentence import Mention
from countervail.reading.worded.symbols import when

HIDDEN = frozenset({"name", "demonym", "capital", "government", "office", "bloc"})
"""Kinds of places: their words are hidden, so that no country is known by its name."""


@dataclass(frozen=True)
class Word:
    """A word with what is known of it.

    Attributes:
        low: in small letters.
        kind: what it is mentioned as: ``B-rate`` its first word, ``I-rate`` a later one.
        role: the part that its place plays.
        clause: whether it is a verb, of which kind, or the noun of a measure.
        code: of its place.
    """

    low: str
    kind: str
    role: str
    clause: str
    code: str

    @property
    def hidden(self) -> bool:
        """Whether it names a place."""
        return self.kind[2:] in HIDDEN


def words_of(sc: Scene) -> list[Word]:
    """Return the words of a sentence with what is known of them."""
    s = sc.s
    n = len(s.tokens)
    on = sc.story.on.isoformat() if sc.story.on else ""
    kind, role, clause, code = ([""] * n for _ in range(4))
    _put(kind, s.rates, lambda _: "rate")
    _put(kind, s.dates, lambda m: when(m.it.value, on))
    _put(kind, s.money, lambda _: "money")
    _put(kind, s.volumes, lambda _: "volume")
    _put(kind, s.places, lambda m: str(m.it.kind))
    _put(kind, s.products, lambda _: "goods")
    for m in s.places:
        code[m.lo : m.hi] = [str(m.it.code)] * (m.hi - m.lo)
    for r in sc.roles:
        role[r.place.lo : r.place.hi] = [r.what] * (r.place.hi - r.place.lo)
    for c in sc.clauses:
        if c.verb is not None:
            v = c.verb
            clause[v.lo : v.hi] = ["v"] * (v.hi - v.lo)
            voice, time = "p" if v.passive else "a", "-" if v.past else "+"
            clause[v.main] = f"V{voice}{time}{'n' if v.denied else ''}"
    for noun in sc.measures:
        clause[noun.head[0]] = clause[noun.head[0]] or f"M{noun.kind}"
    return [
        Word(t.low, *known) for t, *known in zip(s.tokens, kind, role, clause, code, strict=True)
    ]


def _put(found: list[str], mentions: Iterable[Mention], name: Callable[[Mention], str]) -> None:
    for m in mentions:
        if not any(found[m.lo : m.hi]):
            label = name(m)
            found[m.lo : m.hi] = [f"B-{label}", *[f"I-{label}"] * (m.hi - m.lo - 1)]
