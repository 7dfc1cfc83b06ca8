"""From clauses to drafts: what is done to which measure, in which voice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from countervail.reading.clauses import Clause, clauses
from countervail.reading.discourse import Discourse
from countervail.reading.draft import CARRIED, GUESSED, INFERRED, STATED, Draft
from countervail.reading.lexicon import instances, organ_words, word_set
from countervail.reading.mentions.measures import MeasureNoun, find_measures
from countervail.reading.roles import Role, find_roles
from countervail.reading.sentence import Mention, Sentence
from countervail.reading.standing import GOVERNING_NOUNS
from countervail.reading.verbs import Verb

NEW = {
    "impose",
    "announce",
    "propose",
    "threaten",
    "consider",
    "plan",
    "offer",
    "hit",
    "retaliate",
    "give",
    "add",
    "sanction",
    "subsidise",
    "expect",
}
EFFECTS = ("raise", "cut", "lift", "suspend", "keep", "extend", "resume", "halt")
CONTEXT = (
    "in retaliation for",
    "in retaliation to",
    "in response to",
    "in return for",
    "in exchange for",
    "in answer to",
    "in reply to",
    "because of",
    "amid",
    "despite",
    "in the face of",
    "as part of",
    "compared with",
    "on top of",
    "in addition to",
    "in protest at",
    "in protest against",
    "in a dispute over",
    "following",
    "in light of",
    "angered by",
    "by way of answer to",
    "as payback for",
    "as retaliation for",
    "in connection with",
    "in place of",
    "with lower",
    "with a lower",
    "with exemptions for",
    "with exceptions for",
    "with an exemption for",
    "instead of",
    "as a result of",
    "due to",
    "ahead of",
    "days after",
    "weeks after",
    "months after",
    "hours after",
    "to counter",
    "to offset",
    "over",
    "rather than",
    "given",
    "in the wake of",
    "pursuant to",
    "under",
    "after",
)
KINDS = {
    "tariff": "tariff",
    "tax": "tariff",
    "rate": "tariff",
    "quota": "quota",
    "ban": "import_ban",
    "curb": "import_ban",
    "export": "export_control",
    "subsidy": "subsidy",
    "agreement": "agreement",
    "sanctions": "sanctions",
    "preference": "tariff",
    "generic": "tariff",
}


@dataclass(slots=True)
class Scene:
    """A sentence with all that is known of it.

    Attributes:
        s: the sentence.
        clauses, measures, roles: its parts.
        story: what was said before.
        gated: nouns of measures that mean another thing.
    """

    s: Sentence
    story: Discourse
    clauses: list[Clause] = field(default_factory=list)
    measures: list[MeasureNoun] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    gated: list[MeasureNoun] = field(default_factory=list)
    found: list[Draft] = field(default_factory=list)

    def nouns(self, lo: int, hi: int) -> list[MeasureNoun]:
        """Return the measures whose noun stands in a stretch."""
        return [m for m in self.measures if lo <= m.head[0] < hi]

    def at(self, lo: int, hi: int, *whats: str) -> list[Role]:
        """Return the places that play one of some parts in a stretch."""
        return [r for r in self.roles if lo <= r.place.lo < hi and (not whats or r.what in whats)]

    def rates(self, lo: int, hi: int) -> list[Mention]:
        """Return the rates in a stretch."""
        return [m for m in self.s.rates if lo <= m.lo < hi]

    def span(self, lo: int, hi: int) -> tuple[int, int]:
        """Return the place in the text of some words, without marks at the ends."""
        while hi - 1 > lo and self.s.low(hi - 1) in {
            ",",
            ".",
            ";",
            ":",
            "and",
            "but",
            "—",
            "–",
            "(",
            "-",
            "while",
            "or",
            '"',
        }:
            hi -= 1
        while lo < hi - 1 and self.s.low(lo) in {
            ",",
            ";",
            ":",
            "and",
            "but",
            "—",
            "–",
            ")",
            "while",
            "that",
            "-",
            '"',
        }:
            lo += 1
        hi = min(max(hi, lo + 1), len(self.s.tokens))
        lo = min(lo, hi - 1)
        return self.s.tokens[lo].start, self.s.tokens[hi - 1].end


def scene(s: Sentence, story: Discourse) -> Scene:
    """Return a sentence with its clauses, measures and roles."""
    parts = clauses(s)
    verbal = {k for one in parts if one.verb for k in range(one.verb.lo, one.verb.hi)}
    measures = find_measures(s, verbal)
    return Scene(s, story, parts, measures, find_roles(s, measures))


# ---- who


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts.

    Attributes:
        codes: of countries and groups.
        how: how that is known.
        cue: (start, end) of what tells it, in the text.
    """

    codes: tuple[str, ...]
    how: str = STATED
    cue: tuple[int, int] | None = None


NOBODY = Who((), GUESSED)
SELF = word_set("frames.self")
PAPERS = frozenset({"proclamation", "decree", "order", "ordinance", "notice", "notification"})
BLOC = frozenset(["bloc", "union"])


def unique(codes: list[str]) -> tuple[str, ...]:
    """Return codes once each, in their order."""
    return tuple(dict.fromkeys(codes))


def subject_of(sc: Scene, n: int, depth: int = 0) -> Who:
    """Return who is the subject of a clause."""
    c = sc.clauses[n]
    lo, hi = c.subject
    if c.kind == "inf" and c.verb is not None:
        decided = _decider(sc, n)
        if decided.codes:
            return decided
    if lo >= hi:
        if c.source >= 0 and c.source != n and depth < 12:
            found = subject_of(sc, c.source, depth + 1)
            return replace(
                found,
                how=INFERRED if found.how == STATED and c.kind in {"part", "ger"} else found.how,
            )
        return carried(sc)
    return in_stretch(sc, lo, hi, c, n, depth)


def _decider(sc: Scene, n: int) -> Who:
    """Return whose decision, plan or threat an infinitive tells: Brazil's decision to tax."""
    c = sc.clauses[n]
    assert c.verb is not None
    lo = max((o.verb.hi for o in sc.clauses[:n] if o.verb is not None), default=0)
    for k in range(c.verb.lo - 1, max(lo, c.verb.lo - 8) - 1, -1):
        if sc.s.low(k) in GOVERNING_NOUNS:
            owners = [
                r
                for r in sc.at(lo, k, "actor", "owner")
                if sc.s.low(r.place.hi) in {"'s", "'"} or r.place.it.adjective
            ]
            owners = owners or sc.at(k, c.verb.lo, "actor", "by")
            if owners:
                one = owners[-1].place.it
                return Who((owners[-1].code,), STATED, (one.start, one.end))
            return NOBODY
    return NOBODY


def in_stretch(
    sc: Scene, lo: int, hi: int, c: Clause | None = None, n: int = -1, depth: int = 0
) -> Who:
    """Return who a stretch of words names as one who acts."""
    s = sc.s
    found = sc.at(lo, hi, "actor", "owner")
    organ = s.has(lo, hi, organ_words())
    if not found and organ:
        found = sc.at(lo, hi, "in", "origin", "for")
    if found:
        first = found[0]
        codes = [first.code]
        for r in found[1:]:
            if r.how == "list" or r.code == first.code:
                codes.append(r.code)
        return Who(unique(codes), STATED, (first.place.it.start, first.place.it.end))
    head = s.low(lo)
    if c is not None and head in {"which", "who", "that", "whose"}:
        back = [r for r in sc.roles if r.place.hi <= lo + 1 and lo - r.place.hi <= 4]
        if (back and back[-1].what not in {"origin", "except"}) or (
            back and lo - back[-1].place.hi <= 1
        ):
            return Who((back[-1].code,), INFERRED, (back[-1].place.it.start, back[-1].place.it.end))
        if c.parent >= 0 and depth < 12:
            return replace(subject_of(sc, c.parent, depth + 1), how=INFERRED)
    if s.has(lo, hi, BLOC) and (sc.story.bloc):
        return Who((sc.story.bloc,), INFERRED, (s.tokens[lo].start, s.tokens[hi - 1].end))
    for words, code in instances().items():
        if f" {words} " in f" {s.words(lo, hi)} ":
            return Who((code,), STATED, (s.tokens[lo].start, s.tokens[hi - 1].end))
    if s.has(lo, hi, PAPERS):
        return replace(carried(sc), how=CARRIED)
    if (
        organ
        or s.has(lo, hi, SELF)
        or s.has(lo, hi, {"country", "nation", "kingdom", "republic", "island"})
    ):
        if s.has(lo, hi, SELF) and n > 0 and depth < 12 and c is not None:
            for m in range(n - 1, -1, -1):
                if sc.clauses[m].verb is None:
                    continue
                before = subject_of(sc, m, depth + 6)
                if before.codes and before.how != CARRIED:
                    return replace(before, how=INFERRED)
        return carried(sc)
    return NOBODY


def carried(sc: Scene) -> Who:
    """Return who acted or spoke last."""
    story = sc.story
    if sc.found and not story.drafts and sc.found[-1].implementer:
        return Who(sc.found[-1].implementer, CARRIED)
    for codes in (story.actors, story.law, story.first):
        if codes:
            return Who(codes, CARRIED)
    return NOBODY


def anyone(sc: Scene, besides: tuple[int, int] = (0, 0)) -> Who:
    """Return who a sentence names as one who acts, outside a stretch; else who acted before."""
    if sc.found and sc.found[-1].implementer and sc.found[-1].instrument != "agreement":
        return Who(sc.found[-1].implementer, CARRIED)
    for r in sc.at(0, len(sc.s.tokens), "actor", "into"):
        if besides[0] <= r.place.lo < besides[1] or (
            r.what == "actor"
            and r.place.it.kind in {"name"}
            and sc.s.low(r.place.hi) not in {"'s", "'"}
            and not _begins(sc, r)
        ):
            continue
        if sc.s.low(r.place.hi) in {"partners", "members", "countries", "neighbours"}:
            continue
        return Who((r.code,), INFERRED, (r.place.it.start, r.place.it.end))
    before = carried(sc)
    if before.codes:
        return before
    for r in sc.at(0, len(sc.s.tokens), "in"):
        return Who((r.code,), GUESSED, (r.place.it.start, r.place.it.end))
    return before


def _begins(sc: Scene, r: Role) -> bool:
    """Return whether a place is the subject of some clause."""
    return any(c.subject[0] <= r.place.lo < c.subject[1] for c in sc.clauses)


def agent_of(sc: Scene, lo: int, hi: int) -> Who:
    """Return who does it, where a passive says by whom."""
    by = sc.at(lo, hi, "by")
    if by:
        return Who(unique([r.code for r in by]), STATED, (by[0].place.it.start, by[0].place.it.end))
    s = sc.s
    for k in range(lo, hi):
        if s.low(k) == "by":
            end = min(k + 8, hi)
            return in_stretch(sc, k + 1, end) if s.has(k + 1, end, organ_words() | BLOC) else NOBODY
    return NOBODY


def owner_of(sc: Scene, m: MeasureNoun) -> Who:
    """Return whose measure it is, by what stands before or after its noun."""
    s = sc.s
    if m.owner is not None:
        lo, hi = m.owner
        roles = [
            r
            for r in sc.roles
            if lo <= r.place.lo < hi and r.what in {"owner", "actor", "in", "none"}
        ]
        if roles:
            return Who(
                unique([r.code for r in roles][:2]),
                STATED,
                (roles[0].place.it.start, roles[0].place.it.end),
            )
        if s.has(lo, hi, {"its", "their", "his", "her", "our"}):
            return NOBODY
        if s.has(lo, hi, BLOC) and sc.story.bloc:
            return Who((sc.story.bloc,), INFERRED)
        if s.has(lo, hi, organ_words()):
            return carried(sc)
    roles = [r for r in sc.roles if m.lo <= r.place.lo < m.head[0] and r.what == "owner"]
    if roles:
        return Who(
            unique([r.code for r in roles]),
            STATED,
            (roles[0].place.it.start, roles[0].place.it.end),
        )
    if m.act is not None:  # China's removal of tariffs
        roles = [
            r
            for r in sc.roles
            if m.act[0] - 5 <= r.place.lo < m.act[0] and s.low(r.place.hi) in {"'s", "'"}
        ]
        if roles:
            return Who(
                (roles[-1].code,), STATED, (roles[-1].place.it.start, roles[-1].place.it.end)
            )
    return NOBODY


# ---- zones


def cut_zone(sc: Scene, lo: int, hi: int) -> int:
    """Return where what a measure says of itself ends: before reasons and comparisons."""
    s = sc.s
    for k in range(lo, hi):
        for words in CONTEXT:
            head = words.split()
            if s.low(k) != head[0] or any(s.low(k + j) != w for j, w in enumerate(head)):
                continue
            if words == "over" and not (
                s.low(k + 1) in {"the", "a", "an", "its", "their"}
                and not any(r.lo == k + 1 or r.lo == k for r in s.rates)
            ):
                continue
            if words == "after" and any(d.lo <= k + 1 < d.hi or d.lo == k for d in s.dates):
                continue
            if words == "under" and s.low(k + 1) in {"hs", "heading", "chapter", "tariff", "code"}:
                continue
            if any(r.lo <= k < r.hi for r in s.rates):
                continue
            return k
    return hi


def zone_end(sc: Scene, m: MeasureNoun, hi: int) -> int:
    """Return where the words after a measure's noun end: at the next measure, or at reasons."""
    for other in sc.measures:
        if m.hi <= other.lo < hi:
            hi = other.lo
            break
    return cut_zone(sc, m.hi, hi)


# ---- rates

LEADS = word_set("frames.leads")


@dataclass(slots=True)
class Piece:
    """One rate with its words.

    Attributes:
        rate, old: the rate, and the one before it.
        delta: whether the rate is a change.
        lo, hi: the words that belong to it.
        at: its place in words.
    """

    rate: Mention | None
    old: Mention | None
    lo: int
    hi: int
    delta: bool = False

    @property
    def end(self) -> int:
        """The word after its last rate."""
        return max(one.hi for one in (self.rate, self.old) if one is not None)


ABOUT = word_set("frames.about")


def lead_of(s: Sentence, r: Mention) -> str:
    """Return the word that leads to a rate, without "about", "the current" and the like."""
    k = r.lo - 1
    while s.low(k) in ABOUT and k > 0:
        k -= 1
    return s.low(k)


def share(sc: Scene, r: Mention) -> bool:
    """Return whether a per cent is a part of something, not a rate."""
    s = sc.s
    if r.it.unit not in {"percent", "pp"}:
        return False
    if s.low(r.hi) == "of" and s.low(r.hi + 1) in {"duty", "duties", "tariff", "tariffs", "tax"}:
        return False
    if s.low(r.hi) == "of" and not s.has(
        r.hi + 1, r.hi + 5, {"value", "customs", "cif", "fob", "price"}
    ):
        return True
    if s.low(r.hi) in {"above", "below"}:
        return True
    if s.low(r.hi) == "share" or s.low(r.hi) in {
        "stake",
        "drop",
        "fall",
        "rise",
        "jump",
        "decline",
        "gain",
        "growth",
    }:
        return True
    if s.low(r.hi) in {"more", "less", "fewer", "higher", "lower"} and s.low(r.hi + 1) in {"than"}:
        return True
    return s.low(r.hi) in {"chance", "majority", "owned", "probability", "likelihood"}


def pieces(sc: Scene, m: MeasureNoun, hi: int, verb: Verb | None) -> list[Piece]:
    """Return the rates of a measure, each with the words that belong to it."""
    s = sc.s
    before = sc.rates(m.lo, m.head[0])
    after = [r for r in sc.rates(m.hi, hi) if not share(sc, r)]
    after = [r for r in after if _attached(sc, m, r, verb)]
    found: list[Piece] = []
    if before:
        if len(before) == 2 and s.low(before[0].lo - 1) in {"from"}:
            found.append(Piece(before[1], before[0], m.lo, hi))
        elif len(before) >= 2:
            found += [Piece(r, None, m.lo, hi) for r in before]
        else:
            found.append(Piece(before[0], None, m.lo, hi))
    k = 0
    while k < len(after):
        r = after[k]
        lead = lead_of(s, r)
        nxt = after[k + 1] if k + 1 < len(after) else None
        if lead == "from" and nxt is not None and _paired(s, r, nxt):
            _put(found, Piece(nxt, r, r.lo - 1, hi))
            k += 2
            continue
        if lead in {"to"} and nxt is not None and lead_of(s, nxt) == "from" and nxt.lo - r.hi <= 4:
            _put(found, Piece(r, nxt, r.lo - 1, hi))
            k += 2
            continue
        if (
            lead == "from"
            and found
            and found[-1].old is None
            and found[-1].rate is not None
            and not before
        ):
            found[-1].old = r
        elif (
            lead == "from"
            and verb is not None
            and verb.is_("raise", "cut", "rise", "fall")
            and not found
        ):
            found.append(Piece(None, r, r.lo - 1, hi))
        elif (
            lead == "to"
            and before
            and len(found) == 1
            and found[0].old is None
            and verb is not None
            and verb.is_("raise", "cut", "lift", "rise", "fall")
        ):
            found[0].old, found[0].rate = found[0].rate, r
        elif lead == "by":
            _put(found, Piece(r, None, r.lo - 1, hi, delta=True))
        else:
            _put(found, Piece(r, None, r.lo, hi))
        k += 1
    _limits(sc, m, found, hi)
    return found


def _put(found: list[Piece], one: Piece) -> None:
    if found and found[-1].rate is None and one.old is None:
        found[-1].rate, found[-1].delta = one.rate, one.delta
        return
    if (
        found
        and found[-1].delta
        and not one.delta
        and one.rate is not None
        and one.lo - found[-1].lo < 8
    ):
        found[-1].rate, found[-1].delta, found[-1].old = (
            one.rate,
            False,
            one.old,
        )  # by 10 points to 25
        return
    found.append(one)


def _paired(s: Sentence, a: Mention, b: Mention) -> bool:
    return (
        (lead_of(s, b) == "to" and b.lo - a.hi <= 10)
        or s.words(a.hi, b.lo)
        in {"to", "currently to", "now to", "up to", "to up to", "to as much as"}
        or (a.hi == b.lo)
    )


def _attached(sc: Scene, m: MeasureNoun, r: Mention, verb: Verb | None) -> bool:
    """Return whether a rate after a measure's noun is its rate."""
    s = sc.s
    lead = lead_of(s, r)
    if (
        lead == "by"
        and verb is not None
        and not verb.is_("raise", "cut", "rise", "fall", "lift", "extend")
    ):
        return m.acts in {"raise", "cut"}
    if lead in LEADS or r.lo == m.hi or r.it.bound in {"up_to", "range"} or r.it.free:
        return True
    return any(p.hi == r.lo for p in s.products) or lead in {"with", "while", "rate", "carrying"}


def _limits(sc: Scene, m: MeasureNoun, found: list[Piece], hi: int) -> None:
    """Give each of several rates the words up to the next one."""
    s = sc.s
    if len(found) < 2:
        return
    leading = found[0].rate is not None and found[0].rate.lo < m.head[0]
    goods_first = not leading and any(m.hi <= p.lo < found[0].lo for p in s.products)
    if goods_first and not any(p.lo >= found[-1].end and p.lo < hi for p in s.products):
        lo = m.hi
        for one in found:
            one.lo = lo
            end = one.end
            one.hi, lo = end, end
        return
    for n, one in enumerate(found):
        if n + 1 < len(found):
            one.hi = found[n + 1].lo
    if found[0].rate is not None and found[0].rate.lo >= m.head[0]:
        found[0].lo = m.lo


# ---- targets and goods


def targets_in(
    sc: Scene, lo: int, hi: int, instrument: str, own: tuple[str, ...]
) -> tuple[list[Role], list[Role]]:
    """Return whom a stretch names as targets, and whom it leaves out."""
    whats = {"origin", "against"}
    if instrument in {"export_control"}:
        whats |= {"to", "with", "for"}
    if instrument == "agreement":
        whats |= {"with", "between", "to"}
    if instrument in {"sanctions", "subsidy"}:
        whats |= {"in"}
    if instrument in {"tariff", "tariff_cut", "quota"}:
        whats |= {"for"}
    found = [r for r in sc.roles if lo <= r.place.lo < hi and r.what in whats and r.code not in own]
    out = [r for r in sc.roles if lo <= r.place.lo < hi and r.what == "except"]
    if instrument != "export_control":
        found = [r for r in found if r.what != "to"] if instrument != "agreement" else found
    return found, out


def codes_of(roles: list[Role]) -> tuple[str, ...]:
    """Return the codes of some roles, once each."""
    return unique([r.code for r in roles])


def instrument_of(sc: Scene, m: MeasureNoun, hi: int, own: tuple[str, ...]) -> str:
    """Return the instrument that a measure's noun names: exports make another of it."""
    base = KINDS[m.kind]
    if m.kind in {"agreement", "sanctions", "subsidy", "export"}:
        return base
    if base in {"tariff", "import_ban", "quota"} and _of_exports(sc, m, hi, own):
        return "export_control"
    return base


def _of_exports(sc: Scene, m: MeasureNoun, hi: int, own: tuple[str, ...]) -> bool:
    """Return whether a measure lies on exports of the one who takes it."""
    s = sc.s
    if m.words & {"export", "exports"}:
        return True
    if s.low(m.lo - 1) == "with":  # threatened a country with a tariff on its exports
        return False
    hi = min(hi, m.hi + 14)
    for k in range(m.hi, hi):
        if s.words(k, k + 3) == "leaving the country":
            return True
        if s.low(k) in {"exports", "export", "exporting", "shipping", "shipments", "sales"}:
            if s.low(k) in {"shipments", "sales"} and not (
                s.has(k, hi, {"to", "abroad"}) or m.kind == "tariff"
            ):
                continue
            if s.low(k) in {"shipments", "sales"} and s.has(k, min(k + 10, hi), {"from"}):
                continue
            if s.low(k) == "sales" and not s.has(k, hi, {"to", "abroad", "overseas"}):
                continue
            origins = [
                r
                for r in sc.roles
                if m.hi <= r.place.lo < k + 4
                and r.what in {"origin", "owner", "actor", "against"}
                and r.place.lo < hi
            ]
            return not any(
                r.code not in own
                for r in origins
                if r.place.lo < k or s.low(r.place.lo - 1) in {"from", "of"}
            )
    return False
