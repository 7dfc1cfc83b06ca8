"""Measures named by a noun: tariff, ban, quota ..., with what stands before the noun."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from countervail.reading.lexicon import act_nouns, measure_words, word_set
from countervail.reading.sentence import Mention, Sentence
from countervail.reading.verbs import BE, DETERMINERS, MODALS, PREPOSITIONS, PRONOUNS

POSSESSIVES = frozenset(["its", "their", "his", "her", "our"])
DEFINITE = word_set("measures.definite") | {"'s", "'"}
PLANNED = word_set("measures.planned")
STANDING = frozenset(
    ["existing", "current", "ordinary", "standard", "normal", "usual", "prevailing", "present"]
)
EXTRA = word_set("measures.extra")
STOP = PREPOSITIONS | MODALS | PRONOUNS | BE | word_set("measures.stop")
ADJECTIVES = word_set("measures.adjectives")


NO_MEASURE = word_set("measures.no_measure")


@dataclass(slots=True)
class MeasureNoun:
    """A noun that names a measure.

    Attributes:
        lo, hi: its words, with those before the noun that belong to it.
        head: (lo, hi) of the noun itself.
        kind: of instrument.
        weak: whether other words must show that trade is meant.
        lead: the word it begins with, such as ``the``; none where it has no determiner.
        owner: (lo, hi) of the possessor's words.
        acts: what nouns before it do: ``lift`` in the removal of tariffs.
        act: (lo, hi) of that noun.
        words: its words before the noun.
    """

    lo: int
    hi: int
    head: tuple[int, int]
    kind: str
    weak: bool
    lead: str = ""
    owner: tuple[int, int] | None = None
    acts: str = ""
    act: tuple[int, int] | None = None
    words: frozenset[str] = field(default_factory=frozenset)

    @property
    def definite(self) -> bool:
        """Whether it is told of as known."""
        return self.lead in DEFINITE

    @property
    def planned(self) -> bool:
        """Whether it is said to come."""
        return bool(self.words & (PLANNED - {"new"}))


def find_measures(s: Sentence, verbal: Collection[int]) -> list[MeasureNoun]:
    """Return the nouns of a sentence that name measures, in their order.

    Args:
        s: with its rates, places and products.
        verbal: words that are verbs.
    """
    found: list[MeasureNoun] = []
    k = 0
    while k < len(s.tokens):
        one = _at(s, k, verbal, found[-1].hi if found else 0)
        if one is None:
            k += 1
            continue
        found.append(one)
        k = one.hi
    return found


def _at(s: Sentence, k: int, verbal: Collection[int], floor: int) -> MeasureNoun | None:
    if (
        s.low(k) in {"that", "those", "one"}
        and s.low(k + 1) in {"on", "for"}
        and (k - 1 in verbal or s.low(k - 1) in {"the", ",", "and"})
    ):
        lead = k - 1 if s.low(k - 1) == "the" else k
        return MeasureNoun(lead, k + 1, (k, k + 1), "tariff", False)
    if s.low(k) == "own" and s.low(k - 1) in POSSESSIVES and s.low(k + 1) in {"on", "against"}:
        return MeasureNoun(k - 1, k + 1, (k, k + 1), "tariff", False, s.low(k - 1), (k - 1, k))
    if s.low(k) in {"'s", "'"} and s.low(k + 1) == "on" and any(p.hi == k for p in s.places):
        owner = next(p for p in s.places if p.hi == k)
        return MeasureNoun(owner.lo, k + 1, (k, k + 1), "tariff", True, "'s", (owner.lo, owner.hi))
    portion = s.low(k - 1) == "of" and any(r.hi == k - 1 for r in s.rates)
    if s.low(k) == "duty" and s.low(k - 1) in {"for", "on", "off", "of"} and not portion:
        return None  # value for duty, on duty
    bare = _bare_rate(s, k)
    if bare is not None:
        return bare
    if s.low(k) in {"tariff", "customs", "duty"} and s.low(k + 1) in NO_MEASURE:
        return None
    for known in measure_words().get(s.low(k), ()):
        n = len(known.words)
        if any(s.low(k + j) != word for j, word in enumerate(known.words)) or k in verbal:
            continue
        if (
            known.weak
            and known.kind == "generic"
            and s.low(k) in {"increase", "hike"}
            and s.low(k - 1) not in {"the", "an", "a"}
        ):
            continue
        follows = measure_words().get(s.low(k + n), ())  # the longer name, such as a tariff deal
        if (
            any(
                len(f.words) == 1 and f.kind in {"agreement", "tariff", "quota", "ban"}
                for f in follows
            )
            and s.low(k + n) not in {"measures"}
            and known.kind != "agreement"
        ):
            return None
        return _whole(s, k, k + n, known.kind, known.weak, verbal, floor)
    return None


BARE = EXTRA | {"flat", "blanket", "uniform", "further"}


def _bare_rate(s: Sentence, k: int) -> MeasureNoun | None:
    """Return a rate that stands for the duty itself: an extra 25% on their cars."""
    rate = next((r for r in s.rates if r.lo == k), None)
    if rate is None or s.low(k - 1) not in BARE or s.low(k - 2) not in DETERMINERS | {"a", "an"}:
        return None
    if rate.hi - rate.lo < 2 or s.low(rate.hi) not in {
        *("on", "that", "which", "collected", "levied", "charged", "imposed")
    }:
        return None
    if s.low(rate.hi) != "on" and not any(s.low(j) == "on" for j in range(rate.hi, rate.hi + 6)):
        return None
    lead = s.low(k - 2)
    words = frozenset({s.low(k - 1)})
    return MeasureNoun(k - 2, rate.hi, (rate.hi - 1, rate.hi), "tariff", True, lead, words=words)


def _whole(
    s: Sentence, lo: int, hi: int, kind: str, weak: bool, verbal: Collection[int], floor: int
) -> MeasureNoun:
    start, lead, owner = lo, "", None
    k = lo - 1
    portion = next((r for r in s.rates if r.hi == lo - 1), None)
    if portion is not None and s.low(k) == "of":  # 35 points of duty
        start, k = portion.lo, portion.lo - 1
    words: set[str] = set()
    while k >= floor and lo - k < 16:
        low = s.low(k)
        if (low in DETERMINERS and low not in {"both"}) or low in {"a", "an", "the"}:
            start, lead = k, low
            k -= 1
            if low in POSSESSIVES:
                owner = (start, start + 1)
            break
        if low in {"'s", "'"}:
            start, lead = k, low
            owner = _owner(s, k, floor)
            start = owner[0]
            break
        if k in verbal:
            break
        if low in {"and", ","}:
            if not _joins(s, k, lo):
                break
        elif low in {"to"} and _in(s.rates, k):
            pass
        elif _stops(s, k):
            break
        words.add(low)
        start = k
        k -= 1
    while s.low(start) in {",", "and"}:
        start += 1
    acts, act = _act(s, start)
    return MeasureNoun(start, hi, (lo, hi), kind, weak, lead, owner, acts, act, frozenset(words))


def _stops(s: Sentence, k: int) -> bool:
    """Return whether a word ends what stands before a noun, going back."""
    low = s.low(k)
    if low not in STOP and (low[:1].isalnum() or low in {"%", "$", "-", "/"}):
        return False
    return not (_in(s.rates, k) or _in(s.places, k) or _in(s.products, k))


def _in(mentions: Sequence[Mention], k: int) -> bool:
    return any(m.lo <= k < m.hi for m in mentions)


def _joins(s: Sentence, k: int, head: int) -> bool:
    """Return whether a comma or "and" joins words before a noun: steel and aluminium tariffs."""
    left, right = k - 1, k + 1
    if s.low(left) == "," and s.low(k) == "and":
        left -= 1
    if s.low(right) == "and":
        right += 1
    before = _in(s.products, left) or s.low(left) in ADJECTIVES
    after = _in(s.products, right) or s.low(right) in ADJECTIVES
    if not (before and after):
        return False
    if any(
        m.lo <= left < m.hi and m.lo > 0 and s.low(m.lo - 1) in {"of", "on", "for", "from", "in"}
        for m in s.products
    ):
        return False
    # the last of the list must stand right before the noun, or before one more adjective
    return head - right <= 5


def _owner(s: Sentence, k: int, floor: int) -> tuple[int, int]:
    """Return the words of a possessor whose 's is at ``k``."""
    lo = k - 1
    while (
        lo - 1 >= floor
        and (s.tokens[lo - 1].capital or s.low(lo - 1) in {"of", "the"})
        and s.low(lo - 1) not in STOP - {"of"}
        and k - lo < 7
    ):
        lo -= 1
    for m in s.places:
        if m.lo < k and m.hi >= k - 1 and m.lo >= floor:
            lo = min(lo, m.lo)
    if s.low(lo - 1) in {"the", "president", "minister"} and lo - 1 >= floor:
        lo -= 1
    while s.low(lo) in {"of"} and lo < k - 1:
        lo += 1
    return (lo, k)


def _act(s: Sentence, lo: int) -> tuple[str, tuple[int, int] | None]:
    """Return what a noun of action before the measure does, and where it stands."""
    k = lo - 1
    if s.low(k) in {"all", "most", "some", "those", "these", "both"}:
        k -= 1
    if s.low(k) in {"of", "in", "on", "to", "from"} and k - 1 >= 0:
        k -= 1
        if s.low(k) == "point" or s.low(k) == "points":
            return "", None
        if s.low(k) in act_nouns():
            return act_nouns()[s.low(k)], (k, k + 1)
        # an act with its measure of change between: a rise of 10 points in tariffs
        for back in range(1, 7):
            if (
                s.low(k - back) in act_nouns()
                and s.low(k - back + 1) in {"of", "from", "to"}
                and _in(s.rates, k)
            ):
                return act_nouns()[s.low(k - back)], (k - back, k - back + 1)
    return "", None
