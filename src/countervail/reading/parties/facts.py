"""What speaks for a country as who takes a measure, and as whom it falls on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from countervail.reading.clauses import Clause
from countervail.reading.discourse import Discourse
from countervail.reading.draft import STATED, Draft
from countervail.reading.frames import Scene
from countervail.reading.lexicon import word_set
from countervail.reading.parties.named import Cast, Naming

OUTWARD = frozenset({"export_control"})
POINTING = word_set("parties.pointing")
EVERYONE = word_set("parties.everyone")
ANSWERING = word_set("parties.answering")
PRONOUNS = word_set("parties.pronouns") | {"government", "ministry", "minister", "country"}
PERSONAL = frozenset({"he", "she", "his", "her"})
PACTS = frozenset(word_set("parties.pacts"))
"""Groups that act on nobody."""
SAME = word_set("parties.same")
SUFFERING = frozenset({"origin", "against", "except", "maker"})
MOST = 4
"""Countries named most often in a text that are weighed wherever its drafts stand."""

Codes = tuple[str, ...]


@dataclass(frozen=True)
class Matter:
    """A draft where it stands.

    Attributes:
        draft: the draft.
        before, after: drafts of the text before and after it that stand.
        cast: what the text names.
        story: what the text said.
        lo, hi: words of its quote.
        clause: that tells it; None where there is none.
    """

    draft: Draft
    before: Sequence[Draft]
    after: Sequence[Draft]
    cast: Cast
    story: Discourse
    lo: int
    hi: int
    clause: Clause | None

    @property
    def outward(self) -> bool:
        """Whether the measure lies on goods that leave."""
        return self.draft.instrument in OUTWARD

    def here(self) -> Sequence[Naming]:
        """Return what the sentence names."""
        return self.cast.namings[self.draft.sentence]

    def pointing_subject(self) -> tuple[bool, bool]:
        """Return whether the subject points back, and whether at a person."""
        c, s = self.clause, self.cast.scenes[self.draft.sentence].s
        if c is None:
            return False, False
        lo, hi = c.subject
        back = s.has(lo, min(lo + 2, hi), PRONOUNS) and not any(
            lo <= one.lo < hi for one in self.here()
        )
        return back, back and s.has(lo, min(lo + 2, hi), PERSONAL)

    def speakers(self) -> set[str]:
        """Return codes in the subjects of clauses above the one that tells it."""
        clauses = self.cast.scenes[self.draft.sentence].clauses
        found: set[str] = set()
        c = self.clause
        for _ in range(6):
            if c is None or c.parent < 0:
                break
            c = clauses[c.parent]
            found |= {one.code for one in self.here() if c.subject[0] <= one.lo < c.subject[1]}
        return found

    def answering(self) -> bool:
        """Return whether the measure answers another's."""
        return self.draft.retaliatory or self.said(ANSWERING)

    def said(self, words: frozenset[str]) -> bool:
        """Return whether the quote has one of some words."""
        return self.cast.scenes[self.draft.sentence].s.has(self.lo, self.hi, words)


def matter(
    d: Draft, before: Sequence[Draft], after: Sequence[Draft], cast: Cast, story: Discourse
) -> Matter:
    """Return a draft where it stands."""
    sc = cast.scenes[d.sentence]
    lo, hi = quoted(sc, d)
    return Matter(d, before, after, cast, story, lo, hi, clause_of(sc.clauses, lo, hi))


def quoted(sc: Scene, d: Draft) -> tuple[int, int]:
    """Return the words of a sentence that a draft quotes."""
    tokens = sc.s.tokens
    inside = [k for k, t in enumerate(tokens) if t.start < d.end and t.end > d.start]
    return (inside[0], inside[-1] + 1) if inside else (0, len(tokens))


def clause_of(clauses: Sequence[Clause], lo: int, hi: int) -> Clause | None:
    """Return the first clause whose verb a quote holds, else the one that the quote begins in."""
    for c in clauses:
        if c.verb is not None and lo <= c.verb.main < hi:
            return c
    return next((c for c in clauses if c.lo <= lo < c.hi), None)


# ---- who may be meant


def candidates(m: Matter) -> list[Codes]:
    """Return all who may take a measure: those named around it, in lists too, and before."""
    d, cast = m.draft, m.cast
    near = range(max(d.sentence - 2, 0), min(d.sentence + 2, len(cast.scenes)))
    found: dict[Codes, None] = {}
    if d.implementer:
        found[d.implementer] = None
    for n in near:
        found.update(dict.fromkeys((one.code,) for one in cast.namings[n]))
        found.update(dict.fromkeys(cast.groups[n]))
    for x in chain(m.before[-4:], m.after[:2]):
        for codes in (x.implementer, x.targets):
            if codes and x.instrument != "agreement":
                found[codes] = None
    for code in (*cast.ranked[:MOST], *m.story.first, *m.story.law, *cast.head):
        found[code,] = None
    struck = set(d.targets) if d.how.get("targets") == STATED else set()
    return [c for c in found if not set(c) & struck and (c == d.implementer or not set(c) & PACTS)]


def targets(m: Matter, own: Codes) -> list[Codes]:
    """Return all on whom a measure may fall; nobody is every partner."""
    d = m.draft
    found: dict[Codes, None] = {(): None}
    if d.targets:
        found[d.targets] = None
    for what in (SUFFERING, frozenset({"to", "for"})):
        here = [one.code for one in m.here() if one.part in what - {"except"}]
        if here:
            found[tuple(dict.fromkeys(here))] = None
    found.update(dict.fromkeys(candidates(m)))
    mine = set(own)
    spared = {one.code for one in m.here() if one.part == "except"} | set(d.excluded)
    spared -= {one.code for one in m.here() if one.part in {"origin", "against"}}
    left = (tuple(c for c in codes if c not in spared) for codes in found)
    return list(dict.fromkeys(c for c in left if not mine & set(c)))


# ---- what speaks for them


def of_taker(m: Matter, codes: Codes) -> dict[str, float]:
    """Return what speaks for codes as who takes a measure."""
    d = m.draft
    found: dict[str, float] = {}
    if set(codes) == set(d.implementer):
        found[f"kept {d.how.get('implementer', 'guessed')}"] = 1.0
        found[f"kept by {_rule(d)}"] = 1.0
    _named(m, codes, found, "out " if m.outward else "")
    _subject(m, codes, found)
    _spoken_of(m, codes, found)
    _of_story(m, codes, found)
    _beside(m, codes, found)
    _elsewhere(m, codes, found)
    return found


def of_struck(m: Matter, own: Codes, codes: Codes) -> dict[str, float]:
    """Return what speaks for codes as on whom a measure of some others falls."""
    d = m.draft
    found: dict[str, float] = {}
    if set(codes) == set(d.targets):
        how = d.how.get("targets", "guessed")
        found[f"kept {how}" if codes else "kept everyone"] = 1.0
        found[f"kept by {_rule(d)}"] = 1.0
        if set(own) != set(d.implementer):
            found["kept of another"] = 1.0
    if not codes:
        _everyone(m, own, found)
        return found
    _named(m, codes, found, "out " if m.outward else "")
    if m.said(POINTING):
        found["pointed at"] = 1.0
    _of_story(m, codes, found, besides=own)
    _elsewhere(m, codes, found)
    _foes(m, own, codes, found)
    return found


def _rule(d: Draft) -> str:
    return d.rule.split(".")[0]


def _named(m: Matter, codes: Codes, found: dict[str, float], way: str) -> None:
    """Add as what codes are named, in the quote, in the sentence, around it."""
    d, cast = m.draft, m.cast
    first = set(codes[:1])
    here = [one for one in m.here() if one.code in first]
    quoted = [one for one in here if m.lo <= one.lo < m.hi]
    beside = [one for one in here if not m.lo <= one.lo < m.hi]
    for where, some in (("quoted", quoted), ("beside", beside)):
        for one in some:
            found[f"{where} {one.part}"] = 1.0
            if way:
                found[f"{way}{where} {one.part}"] = 1.0
            if one.power:
                found[f"{where} power"] = 1.0
            _between(m, one, where, found)
        if some:
            found[where] = 1.0
    if here:
        found["ahead" if min(one.lo for one in here) < m.lo else "after"] = 1.0
    last = cast.namings[d.sentence - 1] if d.sentence else ()
    for one in last:
        if one.code in first:
            found[f"before {one.part}"] = 1.0
            if one.power:
                found["before power"] = 1.0
    if not here:
        found["not here"] = 1.0
        if not any(one.code in first for one in last):
            found["not near"] = 1.0
    if len(codes) > 1:
        found["several"] = 1.0
    elif any(set(codes) < set(group) for group in cast.groups[d.sentence]):
        found["one of a list"] = 1.0


def _between(m: Matter, one: Naming, where: str, found: dict[str, float]) -> None:
    """Add the words that a country is named between."""
    marks = m.cast.marks[one.sentence]
    ahead = marks[max(one.lo - 2, 0) : one.lo]
    behind = marks[one.hi : one.hi + 2]
    for side, near in (("behind", ahead[::-1]), ("ahead of", behind)):
        if near:
            found[f"{where} {side} {near[0]}"] = 1.0
            found[f"{where} {side} {near[0]} {near[-1]}"] = 1.0


def _subject(m: Matter, codes: Codes, found: dict[str, float]) -> None:
    """Add whether codes are the subject of the verb, and whether that suffers."""
    c = m.clause
    if c is None:
        return
    for one in m.here():
        if one.code in codes and c.subject[0] <= one.lo < c.subject[1]:
            passive = c.verb is not None and (c.verb.passive or c.verb.is_("pay", "need"))
            found["subject suffering" if passive else "subject"] = 1.0


def _spoken_of(m: Matter, codes: Codes, found: dict[str, float]) -> None:
    """Add whether codes are the last that acted before the quote, and whether that points back."""
    back, person = m.pointing_subject()
    earlier = m.cast.before(m.draft.sentence, m.lo)
    for name, some in (
        ("power", [one for one in earlier if one.power]),
        ("actor", [one for one in earlier if one.part in {"actor", "owner", "by", "buyer"}]),
        ("named", [one for one in earlier if one.part not in SUFFERING]),
    ):
        if some and some[-1].code == codes[0]:
            found[f"last {name}"] = 1.0
            if back:
                found[f"last {name}, pronoun"] = 1.0
    people = [one for one in earlier if one.person]
    if person and people and people[-1].code == codes[0]:
        found["last person"] = 1.0
    if codes[0] in m.speakers():
        found["speaker"] = 1.0
        if back:
            found["speaker, pronoun"] = 1.0
    if m.cast.topic(m.draft.sentence) in codes:
        found["topic"] = 1.0


def _of_story(m: Matter, codes: Codes, found: dict[str, float], besides: Codes = ()) -> None:
    """Add what the whole text says of codes: how often named, first, whose law, where written."""
    counts = m.cast.counts
    others = {code: n for code, n in counts.items() if code not in besides}
    found["share"] = sum(counts[code] for code in codes) / (sum(others.values()) or 1)
    if max(others, key=lambda code: others[code], default="") == codes[0]:
        found["named most"] = 1.0
        found["named most, not here" if "not here" in found else "named most, here"] = 1.0
        if "not near" in found:
            found["named most, not near"] = 1.0
    if codes[0] == m.cast.first_power:
        found["first power"] = 1.0
    if m.story.law and codes == m.story.law:
        found["law"] = 1.0
    if codes[0] in m.cast.head:
        found["written there"] = 1.0
    if len(others) == 1 and codes[0] in others:
        found["the only one"] = 1.0


def _elsewhere(m: Matter, codes: Codes, found: dict[str, float]) -> None:
    """Add the parts that codes surely have in other drafts of the text."""
    for x in chain(m.before, m.after):
        if x.instrument == "agreement":
            continue
        for name, part, some in (
            ("takes", "implementer", x.implementer),
            ("is struck", "targets", x.targets),
        ):
            if x.how.get(part) == STATED and set(codes) & set(some):
                found[f"{name} elsewhere"] = 1.0
                if x.sentence == m.draft.sentence:
                    found[f"{name} elsewhere here"] = 1.0


def _apart(x: Draft, d: Draft) -> str:
    n = abs(x.sentence - d.sentence)
    return "here" if not n else "near" if n == 1 else "far"


def _beside(m: Matter, codes: Codes, found: dict[str, float]) -> None:
    """Add what codes are in the drafts before and after."""
    d = m.draft
    for name, some in (("last", m.before[-1:]), ("next", m.after[:1])):
        for x in some:
            if x.instrument == "agreement":
                continue
            if set(codes) == set(x.implementer):
                found[f"{name} taker {_apart(x, d)}"] = 1.0
            if set(codes) == set(x.targets):
                found[f"{name} struck {_apart(x, d)}"] = 1.0


def _foes(m: Matter, own: Codes, codes: Codes, found: dict[str, float]) -> None:
    """Add whom the same one strikes in other drafts, and who strikes it."""
    d = m.draft
    mine = set(own)
    for name, some in (("last", m.before[::-1]), ("next", m.after)):
        for x in some[:6]:
            if x.instrument == "agreement":
                if set(x.implementer) == mine | set(codes):
                    found["agrees with"] = 1.0
                continue
            if set(x.implementer) == mine and set(x.targets) == set(codes):
                found.setdefault(f"{name} struck by same {_apart(x, d)}", 1.0)
                if name == "last" and m.said(SAME):
                    found["the same"] = 1.0
            if set(x.implementer) == set(codes) and (mine & set(x.targets) or not x.targets):
                found.setdefault(f"{name} strikes back {_apart(x, d)}", 1.0)
                if m.answering():
                    found["answered"] = 1.0


def _everyone(m: Matter, own: Codes, found: dict[str, float]) -> None:
    """Add what speaks for every partner."""
    d = m.draft
    found["everyone"] = 1.0
    found[f"everyone {d.instrument}"] = 1.0
    if m.said(EVERYONE):
        found["everyone said"] = 1.0
    if m.said(POINTING):
        found["everyone pointed"] = 1.0
    if m.answering():
        found["everyone answered"] = 1.0
    others = set(m.cast.counts) - set(own)
    found[f"everyone of {min(len(others), 3)}"] = 1.0
    here = [one for one in m.here() if one.code not in own and one.part != "except"]
    if not here:
        found["everyone nobody here"] = 1.0
    if not any(m.lo <= one.lo < m.hi for one in here):
        found["everyone nobody quoted"] = 1.0
    if any(one.code not in own and one.part == "except" for one in m.here()):
        found["everyone but"] = 1.0
    for mark in m.cast.marks[d.sentence][m.lo : m.hi]:
        found[f"everyone by {mark}"] = 1.0
    for x in m.before[-1:]:
        if set(x.implementer) == set(own):
            found["everyone as last" if not x.targets else "everyone unlike last"] = 1.0
