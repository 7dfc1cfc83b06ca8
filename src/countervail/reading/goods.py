"""Which goods a stretch of words names; words that no table knows are kept as they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from countervail.reading.draft import GUESSED, STATED, Goods
from countervail.reading.lexicon import (
    act_nouns,
    goods_words,
    measure_words,
    organ_words,
    verb_forms,
    word_set,
)
from countervail.reading.products import ProductMention
from countervail.reading.roles import EXCEPT
from countervail.reading.sentence import Mention, Sentence
from countervail.reading.verbs import BE, DETERMINERS, MODALS, PREPOSITIONS, PRONOUNS

NO_GOODS = word_set("goods.no_goods")
POINTING = word_set("goods.pointing")
STOPS = PREPOSITIONS | BE | MODALS | PRONOUNS | word_set("goods.stops")

NO_EXCEPTION = frozenset({("exempt",), ("bar",), ("save",)})
"""Words that except countries and no goods."""
EXCEPTED = {
    first: [words for words in EXCEPT if words[0] == first and words not in NO_EXCEPTION]
    for first in {words[0] for words in EXCEPT}
}
"""Words of exception by the first of them."""


def excepted(s: Sentence, lo: int, hi: int) -> list[tuple[int, int]]:
    """Return the stretches that words of exception take out."""
    found = []
    for k in range(lo, hi):
        for words in EXCEPTED.get(s.low(k), ()):
            if all(s.low(k + j) == w for j, w in enumerate(words)):
                end = k + len(words)
                while (
                    end < hi
                    and s.low(end) not in {".", ";", ")", ","}
                    and not (s.low(end) == "from" and end > k + 3)
                ):
                    end += 1
                found.append((k, end))
                break
    return found


def as_goods(it: ProductMention) -> Goods:
    """Return goods as they are named at a place."""
    return Goods(
        it.text, tuple(it.headings), it.start, it.end, STATED, tuple(it.alternatives or ())
    )


def goods_between(s: Sentence, lo: int, hi: int, guess: bool = True) -> list[Goods]:
    """Return the goods that a stretch names, without those it leaves out.

    Args:
        s: the sentence.
        lo, hi: its words.
        guess: whether unknown words after "on" or "of" are taken for goods.
    """
    out = excepted(s, lo, hi)
    found: list[Goods] = []
    last = lo
    for m in s.products:
        if not (lo <= m.lo < hi) or any(a <= m.lo < b for a, b in out):
            continue
        if found and m.lo < last:
            continue
        it = m.it
        if it.text.lower() == "crude" and s.words(m.hi, m.hi + 2) in {"and refined", "or refined"}:
            continue
        if (
            m.lo > 1
            and s.tokens[m.lo].capital
            and s.tokens[m.lo - 1].capital
            and not any(p.hi == m.lo for p in s.places)
        ):
            continue  # a firm's name
        if _general(s, m, hi) or (found and s.low(m.lo - 1) == "other"):
            continue
        if s.low(m.hi - 1).endswith(("-related", "-linked", "-free", "-based")):
            continue
        if (
            it.text.lower() in POINTING
            and any(p.lo < m.lo for p in s.products)
            and s.low(m.lo - 1) in {"the", "this"}
        ):
            continue
        found.append(as_goods(it))
        last = m.hi
    if found:
        return _with_unknown(s, found, lo, hi, out)
    if not guess:
        return found
    return _guessed(s, lo, hi, out)


def _general(s: Sentence, m: Mention, hi: int) -> bool:
    """Return whether goods are named only to give examples: foods such as rice."""
    for k in range(m.hi, min(m.hi + 8, hi)):
        if s.words(k, k + 2) == "such as" or s.low(k) in {"including", "like"}:
            return any(k < p.lo < min(k + 6, hi) for p in s.products)
        if any(p.lo == k for p in s.products) or s.low(k) in {"and", "or", ".", ";"}:
            return False
    return False


def _with_unknown(
    s: Sentence, found: list[Goods], lo: int, hi: int, out: Collection[tuple[int, int]]
) -> list[Goods]:
    """Return goods with the unknown ones of the same list: ketchup and dishwasher detergent."""
    made: list[Goods] = []
    for k, m in enumerate([p for p in s.products if lo <= p.lo < hi]):
        if k == 0:
            made += _before(s, lo, m.lo)
        after = m.hi
        while s.low(after) in {",", "and", "or"} and after < hi:
            after += 1
        if (
            after == m.hi
            or any(p.lo <= after < p.hi for p in s.products)
            or any(a <= after < b for a, b in out)
        ):
            continue
        end = next((p.lo for p in s.products if p.lo > after), hi)
        made += [
            g
            for g in noun_goods(s, after, min(end, hi))
            if s.low(after) not in {"the", "other", "all"}
        ]
    known = {(g.start, g.end) for g in found}
    fresh = [
        g
        for g in made
        if (g.start, g.end) not in known
        and not any(g.start < f.end and f.start < g.end for f in found)
    ]
    return sorted([*found, *fresh], key=lambda g: g.start)


def _before(s: Sentence, lo: int, first: int) -> list[Goods]:
    """Return an unknown good at the head of a list: on resist, glass and steel."""
    if s.low(first - 1) not in {",", "and"}:
        return []
    for k in range(first - 2, max(lo, first - 9) - 1, -1):
        if s.low(k) in {"on", "of"}:
            return noun_goods(s, k + 1, first)
        if s.low(k) in {"from", "by", "to", "at", "for", "with"}:
            return []
    return []


def _guessed(s: Sentence, lo: int, hi: int, out: Collection[tuple[int, int]]) -> list[Goods]:
    """Return the words after "on" or "of" as goods where no table knows them."""
    for k in range(lo, hi):
        if s.low(k) not in {"on", "of"} or any(a <= k < b for a, b in out):
            continue
        made = noun_goods(s, k + 1, hi)
        if made:
            return made
    return []


COMING = frozenset({"originating", "coming", "arriving", "entering", "produced", "made", "grown"})
"""Words behind goods that go on with where they are from."""


def noun_goods(s: Sentence, lo: int, hi: int) -> list[Goods]:
    """Return the nouns of a list as goods, whether or not a table knows them."""
    k, made = lo, []
    while k < hi:
        while k < hi and (
            s.low(k) in DETERMINERS
            or s.low(k) in goods_words()
            or s.low(k) in {"imported", "foreign", "certain", "most", "of"}
            or _in(s.places, k)
        ):
            k += 1
        start = k
        while k < hi and _nouny(s, k):
            k += 1
        end = k
        while end > start + 1 and (s.low(end - 1) in COMING or _of_trade(s.low(end - 1))):
            end -= 1
        if start == end:
            break
        words = {s.low(j) for j in range(start, end)}
        if (
            not words & NO_GOODS
            and not words <= set(goods_words())
            and not s.tokens[start].text.isupper()
        ):
            a, b = s.tokens[start].start, s.tokens[end - 1].end
            made.append(Goods(_text(s, start, end), (), a, b, GUESSED))
        if s.low(k) in {",", "and", "or"} and made:
            k += 1
            if s.low(k) in {"and", "or"}:
                k += 1
            continue
        break
    return made if len(made) <= 8 else []


def _of_trade(word: str) -> bool:
    """Return whether a word at the end of goods says only that they are some."""
    return word in goods_words() and word not in {"products", "parts", "equipment", "goods"}


def _text(s: Sentence, lo: int, hi: int) -> str:
    said = ""
    for k in range(lo, hi):
        gap = " " if k > lo and s.tokens[k].start > s.tokens[k - 1].end else ""
        said += gap + s.tokens[k].text
    return said


def _nouny(s: Sentence, k: int) -> bool:
    low = s.low(k)
    if not low or low in STOPS or not s.tokens[k].word or low.endswith("ly"):
        return False
    if any(m.lo <= k < m.hi for m in (*s.dates, *s.rates, *s.places, *s.volumes)):
        return False
    if low in measure_words() or low in act_nouns() or low in organ_words():
        return False
    forms = verb_forms().get(low, ())
    return not any(f.form in {"past", "s"} for f in forms)


def _in(mentions: Sequence[Mention], k: int) -> bool:
    return any(m.lo <= k < m.hi for m in mentions)
