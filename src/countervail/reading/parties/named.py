"""Where a text names each country or group, and as what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from countervail.reading.frames import Scene
from countervail.reading.lexicon import word_set
from countervail.reading.roles import Role
from countervail.reading.unseen.parties import home_of
from countervail.reading.worded.symbols import symbols

POWER = frozenset({"government", "capital", "office", "bloc"})
MAKERS = word_set("parties.makers")
LAND = word_set("parties.land")
SPARED = word_set("parties.spared")
SPARING = word_set("parties.sparing")
BUT = frozenset({"except", "excluding", "barring", "besides", "excepting"})
UNLESS = frozenset({"if", "unless", "until", "till", "once", "should"})
SHORT = 90
"""Characters of a line that only says where a story was written."""


@dataclass(frozen=True, slots=True)
class Naming:
    """A country or group where it is named.

    Attributes:
        code: of the country or group.
        sentence: number of the sentence.
        lo, hi: its words there.
        start, end: its place in the text.
        part: the part it plays, in a word: of ``Role.what``, or ``buyer``, ``maker``, ``head``
            (where the story was written), ``if`` (who meets a condition).
        power: whether a seat, an office or a ministry is named.
        person: whether a holder of an office is named.
    """

    code: str
    sentence: int
    lo: int
    hi: int
    start: int
    end: int
    part: str
    power: bool
    person: bool


@dataclass(frozen=True)
class Cast:
    """All that a text names.

    Attributes:
        scenes: its sentences.
        namings: of each sentence, in their order.
        groups: of each sentence, the codes that stand in one list.
    """

    scenes: Sequence[Scene]
    namings: Sequence[Sequence[Naming]]
    groups: Sequence[Sequence[tuple[str, ...]]]

    @cached_property
    def marks(self) -> list[list[str]]:
        """Symbols of each sentence."""
        return [symbols(sc) for sc in self.scenes]

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each code is named, where the story was written left out."""
        return Counter(one.code for here in self.namings for one in here if one.part != "head")

    @cached_property
    def head(self) -> frozenset[str]:
        """Codes of where the story was written."""
        return frozenset(one.code for here in self.namings for one in here if one.part == "head")

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """Codes by how often they are named, then by the order of the text."""
        return tuple(code for code, _ in self.counts.most_common())

    @cached_property
    def first_power(self) -> str:
        """Code of the first seat, office or actor that the text names in a sentence."""
        for here in self.namings:
            for one in here:
                if one.power and one.part not in {"head", "origin", "against", "with"}:
                    return one.code
        return ""

    def before(self, sentence: int, lo: int) -> list[Naming]:
        """Return what is named before a word of a sentence, in it and in the two before it."""
        found: list[Naming] = []
        for n in range(max(sentence - 2, 0), sentence):
            found += [one for one in self.namings[n] if one.part != "head"]
        return [*found, *(one for one in self.namings[sentence] if one.lo < lo)]

    def topic(self, sentence: int) -> str:
        """Return the code of the first subject of the sentence before; nothing where none is."""
        for n in range(sentence - 1, max(sentence - 3, -1), -1):
            clauses = self.scenes[n].clauses
            for one in self.namings[n]:
                if one.part != "head" and any(
                    c.subject[0] <= one.lo < c.subject[1] for c in clauses[:1]
                ):
                    return one.code
        return ""


def cast_of(scenes: Sequence[Scene]) -> Cast:
    """Return what the sentences of a text name."""
    return Cast(
        scenes,
        [[_naming(sc, r) for r in sc.roles] for sc in scenes],
        [_lists(sc) for sc in scenes],
    )


def _naming(sc: Scene, r: Role) -> Naming:
    m = r.place
    return Naming(
        r.code,
        sc.s.number,
        m.lo,
        m.hi,
        m.it.start,
        m.it.end,
        _part(sc, r),
        m.it.kind in POWER,
        m.it.kind == "office",
    )


def _part(sc: Scene, r: Role) -> str:
    s = sc.s
    if not s.number and s.end - s.start < SHORT and not any(c.verb for c in sc.clauses):
        return "head"
    if _spared(sc, r):
        return "except"
    if r.what not in SURE and _conditional(sc, r):
        return "if"
    if home_of(sc, r):
        return "buyer"
    if r.what in {"actor", "none", "owner", "in"} and r.place.it.adjective:
        after = r.place.hi
        if s.has(after, min(after + 3, len(s.tokens)), MAKERS):
            return "maker"
        if s.low(after) in LAND:
            return "in"
    return r.what


SURE = frozenset({"origin", "against", "except", "owner", "by"})


def _spared(sc: Scene, r: Role) -> bool:
    """Return whether a place is said to be spared: from which Norway is exempt, let off."""
    s, lo, hi = sc.s, r.place.lo, r.place.hi
    if s.low(lo - 1) in SPARING or s.words(hi, hi + 2) == "let off":
        return True
    for k in range(lo - 1, max(lo - 6, -1), -1):
        if s.low(k) in {",", ";", ":"} or any(c.verb and c.verb.main == k for c in sc.clauses):
            break
        if s.low(k) in BUT:
            return True
    subject = any(c.subject[0] <= lo < c.subject[1] for c in sc.clauses)
    return subject and s.has(hi, min(hi + 4, len(s.tokens)), SPARED)


def _conditional(sc: Scene, r: Role) -> bool:
    """Return whether a place stands in what is a condition: unless Warsaw relents."""
    c = next((c for c in sc.clauses if c.lo <= r.place.lo < c.hi), None)
    if c is None:
        return False
    return c.kind == "if" or sc.s.has(max(c.lo - 1, 0), min(c.lo + 1, len(sc.s.tokens)), UNLESS)


def _lists(sc: Scene) -> list[tuple[str, ...]]:
    """Return the codes of places that stand in one list, of two or more."""
    found: list[list[str]] = []
    for r in sc.roles:
        if r.how == "list" and found:
            found[-1].append(r.code)
        else:
            found.append([r.code])
    return [codes for codes in (tuple(dict.fromkeys(one)) for one in found) if len(codes) > 1]
