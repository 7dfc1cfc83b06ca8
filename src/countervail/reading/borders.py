"""Whether a draft is of trade: who acts, what crosses a border, and of what the words around are.

Words such as tariff, ban and quota are of many matters. A draft stands where more in its clauses
speaks for a border than for another matter, and where nobody acts who sets no law of trade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from countervail.reading.clauses import Clause
from countervail.reading.draft import Draft, Goods
from countervail.reading.frames import Scene
from countervail.reading.lexicon import table, word_set
from countervail.reading.sentence import Sentence

CROSSING = word_set("borders.crossing")
"""Words of what crosses a border, or of who watches it."""
POWERS = word_set("borders.powers")
"""Words for who sets a law of trade."""
OF_POWER = frozenset({"government", "capital", "office", "bloc"})
FOREIGN = frozenset({"origin", "against", "except", "between"})
LONGEST = 3
"""Words of the longest wording of another matter."""
SUFFERING = frozenset(
    {
        *("lose", "get", "receive", "win", "see", "have", "face", "bear", "owe", "pay", "escape"),
        *("hand over", "expect", "fear", "enjoy", "gain", "need"),
    }
)
"""Verbs whose subject a measure falls on."""
WEAK = frozenset(
    {
        *("tax", "taxes", "levy", "levies", "charge", "charges", "fee", "fees"),
        *("surcharge", "surcharges", "penalty", "penalties"),
    }
)
"""Names that are as often of a tax at home."""
STRONG = frozenset({"tariff", "tariffs", "duty", "duties", "surtax", "surtaxes", "quota-free"})
CARRIED = 0.75
"""Share of what a sentence without a measure says of another matter, that the next one has."""
SURE = 1.0
"""Evidence above the least, of what stands without a partner."""
SHOPPERS = frozenset({"shoppers", "households", "consumers", "families", "residents", "motorists"})
POINTING = frozenset({"the", "this", "that", "these", "those", "such"})
ABOUT_TRADE = 1
"""Different words of trade in a text that speaks of it."""
FIRM_NAMES = word_set("borders.firm_names")
"""Last words of firms' names."""
NAMED = 2
"""Words of a firm's name, at least."""
NOTHING = frozenset({"nothing", "none", "nobody"})
ABLE = frozenset({"may", "can", "must", "will", "shall", "could", "to"})
PEOPLE = word_set("borders.people")
"""Words for people, whom a ban of trade does not strike."""
OUT = frozenset({"bar", "stop", "shut out", "keep out", "turn away", "turn back", "expel", "block"})
ENDS = frozenset({".", ";", "and", "or", "to", "with", "until", "because", "after", "by", "while"})
BORDER, PARTNER, GOODS, POWER = 2.0, 1.5, 1.0, 1.0
MORE = 1.0
"""What each further word of another matter weighs."""
BESIDE = 1.5
"""What a word of another matter weighs more beside the name of the measure."""


@cache
def _matters() -> Mapping[tuple[str, ...], tuple[str, float]]:
    """Return wordings of other matters, each with the matter and its weight."""
    return {
        tuple(row["words"].split()): (row["of"], float(row["weight"]))
        for row in table("domains")
        if row["weight"] != "agent"
    }


@cache
def _firsts() -> frozenset[str]:
    """Return the words that wordings of other matters begin with."""
    return frozenset(words[0] for words in _matters())


@cache
def _agents() -> frozenset[str]:
    """Return words for who acts and sets no law of trade: clubs, ports, firms, town halls."""
    return frozenset(row["words"] for row in table("domains") if row["weight"] == "agent")


def no_trade(sc: Scene, d: Draft) -> str:
    """Return why a draft is none of trade; nothing where it is.

    Args:
        sc: the sentence.
        d: one of its drafts.
    """
    near = clauses_of(sc, d)
    if _shopping(sc, near):
        return "a tax in shops"
    acting = _who_acts(sc, d, near)
    if acting:
        return f"{acting} sets no law of trade"
    if _of_people(sc, d, near):
        return "of people, not of goods"
    lo, hi = _window(sc, near)
    if _at_home(sc, d, lo, hi):
        return "a tax at home, as far as the words go"
    if _of_catch(sc, d):
        return "a catch of fish"
    if _bare(sc, d, lo, hi):
        return "a ban at home, as far as the words go"
    matter, against = _other_matter(sc, d.products, lo, hi)
    worth = _evidence(sc, d, lo, hi)
    if against > worth:
        return f"of {matter}, not of trade"
    if CARRIED * sc.story.matter > worth:
        return "of the matter of the sentence before, not of trade"
    return ""


def matter_of(sc: Scene, made: Sequence[Draft]) -> float:
    """Return how much a sentence without a measure speaks for another matter than trade.

    Args:
        sc: the sentence.
        made: its drafts.
    """
    if any(not d.listed for d in made) or sc.s.has(0, len(sc.s.tokens), CROSSING | STRONG):
        return 0.0
    return _other_matter(sc, (), 0, len(sc.s.tokens))[1]


def clauses_of(sc: Scene, d: Draft) -> list[Clause]:
    """Return the clauses that a draft's quote lies in."""
    s = sc.s
    found = []
    for c in sc.clauses:
        if c.lo < c.hi:
            start, end = sc.span(c.lo, c.hi)
            if start < d.end and d.start < end:
                found.append(c)
    return found or [c for c in sc.clauses[:1] if s.tokens]


def _window(sc: Scene, near: list[Clause]) -> tuple[int, int]:
    """Return the words of a draft's quote and of the clauses and subject that it lies in."""
    edges = [k for c in near for k in (c.lo, c.hi)]
    edges += [k for c in near if c.subject[0] < c.subject[1] for k in c.subject]
    return min(edges, default=0), max(edges, default=len(sc.s.tokens))


def _evidence(sc: Scene, d: Draft, lo: int, hi: int) -> float:
    """Return how much in a window speaks for goods that cross a border."""
    s = sc.s
    worth = BORDER * s.has(lo, hi, CROSSING)
    others = [r for r in sc.roles if lo <= r.place.lo < hi and r.code not in d.implementer]
    if any(r.what in FOREIGN or (r.what == "to" and r.code in d.targets) for r in others):
        worth += PARTNER
    if any(g.hs and g.how == "stated" for g in d.products):
        worth += GOODS
    kinds = {r.place.it.kind for r in sc.roles if lo <= r.place.lo < hi}
    if kinds & OF_POWER or s.has(lo, hi, POWERS):
        worth += POWER
    return worth


def _other_matter(sc: Scene, goods: Sequence[Goods], lo: int, hi: int) -> tuple[str, float]:
    """Return the matter that most in a window is of, and how much speaks for it."""
    s = sc.s
    spans = [(m.head[0], m.hi) for m in sc.measures if lo <= m.lo < hi]
    found: dict[str, float] = {}
    first = True
    for k in range(lo, hi):
        if s.low(k) not in _firsts():
            continue
        for n in range(min(LONGEST, hi - k), 0, -1):
            known = _matters().get(tuple(s.low(j) for j in range(k, k + n)))
            if known is None or all(_of_goods(sc, goods, j) for j in range(k, k + n)):
                continue
            matter, weight = known
            beside = any(k + n == a or 0 <= k - b <= 2 for a, b in spans)
            worth = (weight if first else min(weight, MORE)) + BESIDE * beside
            found[matter] = found.get(matter, 0.0) + worth
            first = False
            break
    best = max(found, key=lambda one: found[one], default="")
    return best, sum(found.values())


def _of_goods(sc: Scene, goods: Sequence[Goods], k: int) -> bool:
    """Return whether a word is one of goods' names."""
    s = sc.s
    if any(m.lo <= k < m.hi for m in (*s.products, *s.places)):
        return True
    at = s.tokens[k].start
    return any(g.start <= at < g.end and g.hs for g in goods)


def _who_acts(sc: Scene, d: Draft, near: list[Clause]) -> str:
    """Return the words for who acts and sets no law of trade; nothing where a power acts."""
    at = d.cue.get("measure", (d.start, d.end))
    for c in near:
        v = c.verb
        if v is None or v.passive or v.lemma in SUFFERING or v.is_("pay", "enter", "say"):
            continue
        start, end = sc.span(c.lo, c.hi)
        if not (start < at[1] and at[0] < end):
            continue
        if v.is_("stand", "rise", "fall", "remain", "start", "end", "go", "need", "require"):
            continue
        lo, hi = _subject(sc, c)
        end = next((k for k in range(lo, hi) if sc.s.low(k) in PREPOSITIONS), hi)
        head = _head(sc.s, lo, end)
        if head and not sc.s.has(lo, end, POWERS) and not _meant(sc, lo, end):
            return head
    return ""


def _subject(sc: Scene, c: Clause) -> tuple[int, int]:
    """Return the words of a clause's subject, its own or the one it shares."""
    seen = 0
    while c.subject[0] >= c.subject[1] and c.source >= 0 and seen < len(sc.clauses):
        c, seen = sc.clauses[c.source], seen + 1
    return c.subject


def _shopping(sc: Scene, near: list[Clause]) -> bool:
    """Return whether shoppers pay, with no word of what crosses a border."""
    s = sc.s
    for c in near:
        if c.verb is not None and c.verb.is_("pay") and s.has(*_subject(sc, c), SHOPPERS):
            foreign = any(r.what in FOREIGN for r in sc.roles)
            return not foreign and not s.has(0, len(s.tokens), CROSSING - {"goods"} | STRONG)
    return False


def _of_people(sc: Scene, d: Draft, near: list[Clause]) -> bool:
    """Return whether what is stopped or barred is a person: banned a driver from the roads."""
    s = sc.s
    if d.instrument not in {"import_ban", "export_control"} or d.rate is not None:
        return False
    for c in near:
        v = c.verb
        if v is None or not (v.is_("ban", "halt", "suspend", "curb") or v.lemma in OUT):
            continue
        lo, hi = c.subject if v.passive else (v.hi, min(v.hi + 6, c.hi))
        end = next((k for k in range(lo, hi) if s.low(k) in PREPOSITIONS | ENDS), hi)
        if lo < end and s.low(end - 1) in PEOPLE and s.low(end) not in {"'s", "'"}:
            return True
    return False


def _at_home(sc: Scene, d: Draft, lo: int, hi: int) -> bool:
    """Return whether a tax, levy or charge has nothing around it that speaks of a border."""
    s = sc.s
    if d.instrument not in {"tariff", "tariff_cut"} or d.retaliatory or d.firm:
        return False
    names = [m for m in sc.measures if lo <= m.lo < hi]
    if not names or any(s.low(m.hi - 1) not in WEAK for m in names):
        return False
    if any(g.hs for g in d.products) or s.has(0, len(s.tokens), CROSSING | STRONG):
        return False
    if any(s.low(k) in POINTING for m in names for k in range(m.lo - 2, m.head[0])):
        return False
    if any(r.what in FOREIGN and r.code not in d.implementer for r in sc.roles):
        return False
    told = any(not x.listed and x.instrument in {"tariff", "tariff_cut"} for x in sc.story.drafts)
    return not told and sc.story.border < ABOUT_TRADE


def _bare(sc: Scene, d: Draft, lo: int, hi: int) -> bool:
    """Return whether what no frame told is banned without a word of a border or of a partner."""
    if d.rule == "unseen.forbidden" and not d.targets:
        a, b = _window(sc, clauses_of(sc, d))
        return sc.s.has(a, b, NOTHING) and sc.s.has(a, b, {"been"}) and not sc.s.has(a, b, ABLE)
    if d.rule != "unseen.stop" or d.instrument != "import_ban" or d.margin >= SURE:
        return False
    s = sc.s
    if d.targets or s.has(0, len(s.tokens), CROSSING):
        return False
    return not any(r.what in FOREIGN and lo <= r.place.lo < hi for r in sc.roles)


def _of_catch(sc: Scene, d: Draft) -> bool:
    """Return whether a quota is of fish that is caught, with no word of what crosses a border."""
    if d.instrument != "quota" or not d.products:
        return False
    fish = all(g.hs and all(code.startswith("03") for code in g.hs) for g in d.products)
    foreign = any(r.what in FOREIGN and r.code not in d.implementer for r in sc.roles)
    return fish and not foreign and not sc.s.has(0, len(sc.s.tokens), CROSSING | STRONG)


PREPOSITIONS = frozenset({"in", "of", "for", "from", "at", "on", "that", "who", "which", ",", "("})


def _head(s: Sentence, lo: int, end: int) -> str:
    """Return the head of a subject, where it is a word for who sets no law."""
    for n in (2, 1):
        words = s.words(max(end - n, lo), end)
        if words in _agents():
            return words
    if end - lo >= NAMED and s.low(end - 1) in FIRM_NAMES and s.tokens[end - 1].capital:
        return s.words(lo, end)
    return ""


def _meant(sc: Scene, lo: int, hi: int) -> bool:
    """Return whether a subject names who holds power: the State Council."""
    s = sc.s
    if any(lo <= r.place.lo < hi and r.place.it.kind in OF_POWER - {"capital"} for r in sc.roles):
        return True
    return s.has(lo, hi, {"state", "federal", "european", "council's", "security", "ruling"})
