"""Products that a text names, with the headings of the Harmonized System they stand for.

A curated table (``data/reading/products.csv``) has the wordings of trade news, and ``hs_words.csv``
names cut out of the nomenclature's texts, where one stands at one heading only; a code that a text
writes itself ("heading 8703", "HS 2204.21") is read as it is. The longest wording counts, without
case, in singular and plural, with hyphens or spaces. What a list shares is given to each of its
items: "canola oil, meal and peas" is canola oil, canola meal and peas.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from countervail import labels
from countervail.reading.phrases import Phrases, Word, in_a_headline, word_set, words
from countervail.reading.places import adjectives
from countervail.text.tables import rows

Headings = tuple[str, ...]
_HS_WORDS = "reading/hs_words.csv"
How = Literal["curated", "hs text", "hs code"]


@dataclass(frozen=True)
class ProductMention:
    """A product named at a place of a text.

    Attributes:
        start, end: where, as positions of characters.
        text: what stands there, unchanged.
        headings: HS codes of two to six digits; together they are the product. Empty where the
            wording is too wide for any ("consumer goods").
        alternatives: other readings, each as its headings.
        sector: of the built-in world's sectors the one that holds more than half of the
            subheadings; empty where none does.
        ambiguous: there are other readings, or the wording is wider than headings can say.
        how: ``curated``: a wording of the table; ``hs text``: a name of the nomenclature; ``hs
            code``: a code written in the text.
    """

    start: int
    end: int
    text: str
    headings: Headings
    alternatives: tuple[Headings, ...]
    sector: str
    ambiguous: bool
    how: How


class Wording(NamedTuple):
    """A row of the table, for one of its wordings, or a name of the nomenclature.

    Attributes:
        written: the wording.
        headings, alternatives, sector: what it stands for, as in a mention.
        scope: empty; ``wide``: wider than its headings; ``none``: no product, an idiom that holds
            a product's word.
        only: ``plural``: as written, never in the singular; ``lower``: never with a capital;
            ``linked``: only in a list with another product or beside a word of trade;
            ``capitals``: an abbreviation, never in small letters.
        how: as in a mention.
    """

    written: str
    headings: Headings
    alternatives: tuple[Headings, ...]
    sector: str
    scope: str
    only: frozenset[str]
    how: How


@cache
def wordings() -> tuple[Wording, ...]:
    """Return the wordings of the table in its order."""
    return tuple(
        Wording(
            written,
            tuple(row["headings"].split()),
            tuple(tuple(one.split()) for one in row["alternatives"].split("|") if one),
            row["sector"],
            row["scope"],
            frozenset(row["only"].split()),
            "curated",
        )
        for row in rows("reading/products.csv")
        for written in row["wordings"].split("|")
    )


@cache
def hs_words() -> tuple[Wording, ...]:
    """Return names cut out of the texts of HS 2022 by ``tools/build_hs_words.py``.

    Source of the texts: the R package concordance 2.1.0 (github.com/insongkim/concordance, MIT
    licence), with the World Customs Organization's text as in UN Comtrade.
    """
    found = ((row["wording"], tuple(row["headings"].split())) for row in rows(_HS_WORDS))
    return tuple(
        Wording(written, headings, (), sector_of(headings), "", frozenset(), "hs text")
        for written, headings in found
    )


def find_products(text: str) -> list[ProductMention]:
    """Return the products that a text names, in the order of their places; none overlap.

    Args:
        text: any text; it may be garbled.
    """
    coded = list(_codes(text))
    page = _Page(text, words(text))
    found = _keep_linked(page, _share_heads(page, list(_worded(page))))
    inside = _Covered(coded)
    mentions = [*coded, *(one.mention(page) for one in found if not inside(page, one))]
    return sorted(mentions, key=lambda one: one.start)


# ---------------------------------------------------------------------------- words and forms

_SPELLINGS = {
    "aluminum": "aluminium",
    "tire": "tyre",
    "fertilizer": "fertiliser",
    "sulfur": "sulphur",
    "sulfuric": "sulphuric",
    "mold": "mould",
    "molding": "moulding",
    "whiskey": "whisky",
    "jewelry": "jewellery",
    "yoghurt": "yogurt",
    "galvanized": "galvanised",
    "color": "colour",
    "fiber": "fibre",
    "fiberglass": "fibreglass",
    "fiberboard": "fibreboard",
    "plow": "plough",
    "mollusk": "mollusc",
    "airplane": "aeroplane",
    "liquified": "liquefied",
    "armored": "armoured",
    "defense": "defence",
    "specialty": "speciality",
    "center": "centre",
    "optic": "optical",
    "leaves": "leaf",
    "knives": "knife",
    "calves": "calf",
    "loaves": "loaf",
    "men": "man",
    "women": "woman",
    "geese": "goose",
}
"""Words written in two ways, and plurals that no rule gives."""

_TRADE = word_set(
    "tariff duty levy surtax import export importer exporter quota ban embargo shipment "
    "surcharge subsidy"
)
"""Beside these a word is a product, also in the singular: "egg imports", "duties on ships"."""

_TITLES = frozenset({"mr", "mrs", "ms", "dr"})
_MORE = frozenset({"product", "good"})
_AND = frozenset({"and", "or"})
_LIST_GAP = frozenset({",", "/"})
_LETTERS_OF_A_SINGULAR = 3


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """Return a word as it is compared: in the singular, in one of its spellings.

    The form need not be English: both sides are compared in it.
    """
    found = _SPELLINGS.get(word)
    if found is not None:
        return found
    if len(word) <= _LETTERS_OF_A_SINGULAR or word.endswith(("ss", "us", "is")):
        return word
    if not word.endswith("s"):
        return word
    if word.endswith("ies"):
        one = word[:-3] + "y"
    elif word.endswith(("ches", "shes", "xes", "sses", "zes", "oes")):
        one = word[:-2]
    else:
        one = word[:-1]
    return _SPELLINGS.get(one, one)


class _Page(NamedTuple):
    """A text in its words, and these as they are compared."""

    text: str
    words: Sequence[Word]

    @property
    def size(self) -> int:
        return len(self.words)

    def gap(self, n: int) -> str:
        """Return what stands before a word, at most three characters of it, without spaces."""
        before = self.words[n - 1].end if n else 0
        return self.text[before : min(self.words[n].start, before + 3)].strip()

    def key(self, n: int) -> str:
        return singular(self.words[n].folded)

    def plural(self, n: int) -> bool:
        return self.key(n) != self.words[n].folded and self.words[n].folded.endswith("s")

    def next_of_list(self, last: int) -> int | None:
        """Return the first word of the item that follows in a list, after an item's last word."""
        n = last + 1
        if n >= self.size:
            return None
        comma = self.gap(n) in _LIST_GAP
        conjunction = self.words[n].folded in _AND and (comma or self.words[n].joined)
        n += conjunction
        if n >= self.size or not (comma or conjunction):
            return None
        return n if not conjunction or self.words[n].joined else None


@cache
def _phrases() -> Phrases[Wording]:
    return Phrases(
        (tuple(singular(w.folded) for w in words(one.written)), one)
        for one in (*wordings(), *hs_words())
    )


# ----------------------------------------------------------------------------------- wordings


@dataclass(frozen=True)
class _Found:
    """A wording found at words of a page: from ``first`` to before ``stop``.

    ``borrowed``: with words of the item before it in a list.
    """

    first: int
    stop: int
    keys: tuple[str, ...]
    wording: Wording
    borrowed: bool = False

    def mention(self, page: _Page) -> ProductMention:
        start, end = page.words[self.first].start, page.words[self.stop - 1].end
        one = self.wording
        return ProductMention(
            start,
            end,
            page.text[start:end],
            one.headings,
            one.alternatives,
            one.sector,
            bool(one.alternatives) or one.scope == "wide",
            one.how,
        )


def _worded(page: _Page) -> Iterator[_Found]:
    """Return wordings in their order; a list's items also by the words of the item before."""
    keys = [page.key(n) for n in range(page.size)]
    joined = [one.joined for one in page.words]
    n, before = 0, None
    while n < page.size:
        found = _longest(page, keys, joined, n)
        if before is not None and page.next_of_list(before.stop - 1) == n:
            found = _with_words_of(page, before, keys, n, found) or found
        if found is None:
            n += 1
            continue
        if found.wording.scope != "none":
            yield found
            before = found
        n = found.stop


def _longest(page: _Page, keys: list[str], joined: list[bool], n: int) -> _Found | None:
    for stop, meanings in _phrases().at(keys, joined, n):
        for one in meanings:
            if _fits(page, one, n, stop):
                phrase = tuple(keys[n:stop])
                if stop < page.size and joined[stop] and keys[stop] in _MORE:
                    stop += page.plural(stop) and one.scope != "none"
                return _Found(n, stop, phrase, one)
    return None


def _fits(page: _Page, one: Wording, first: int, stop: int) -> bool:
    last = page.words[stop - 1]
    plural = page.plural(stop - 1)
    if "plural" in one.only and not plural and _is_plural(one.written):
        return False
    if "lower" in one.only and page.text[page.words[first].start].isupper():
        return False
    if "capitals" in one.only and stop - first == 1 and not last.written.isupper():
        return False
    if stop - first == 1 and _is_a_name(page, first):
        return False
    if stop - first == 1 and not plural and one.scope != "none" and _is_plural(one.written):
        return _beside_trade(page, first, stop)
    return True


def _is_a_name(page: _Page, n: int) -> bool:
    """Return whether a word with a capital follows another: "Mr. Champagne", "Condoleezza Rice"."""
    word, ahead = page.words[n], page.words[n - 1]
    capitals = word.written.istitle() and ahead.written.istitle()
    if not n or not capitals or page.plural(n) or ahead.folded in adjectives():
        return False
    titled = ahead.folded in _TITLES and page.gap(n) == "."
    return titled or (word.joined and not page.gap(n) and not in_a_headline(page.words, n))


@lru_cache(maxsize=8192)
def _is_plural(wording: str) -> bool:
    folded = wording.casefold()
    return folded.endswith("s") and singular(folded) != folded


def _beside_trade(page: _Page, first: int, stop: int) -> bool:
    """Return whether a word of trade follows, or "tariffs on", "imports of" stands before."""
    if stop < page.size and page.words[stop].joined and page.key(stop) in _TRADE:
        return True
    for back in (2, 3):
        n = first - back
        if n >= 0 and page.words[n + 1].folded in {"on", "of"} and page.key(n) in _TRADE:
            return True
    return False


def _with_words_of(
    page: _Page, before: _Found, keys: list[str], n: int, bare: _Found | None
) -> _Found | None:
    """Return an item read with the first words of the one before: "canola oil, [canola] meal"."""
    if bare is not None and not (bare.wording.alternatives or "linked" in bare.wording.only):
        return None
    for shared in range(len(before.keys) - 1, 0, -1):
        for stop in (n + 2, n + 1):
            phrase = (*before.keys[:shared], *keys[n:stop])
            whole = stop <= page.size and all(w.joined for w in page.words[n + 1 : stop])
            meanings = _phrases().exactly(phrase) if whole else []
            if meanings and meanings[0].scope != "none":
                return _Found(n, stop, phrase, meanings[0], borrowed=True)
    return None


def _share_heads(page: _Page, found: list[_Found]) -> list[_Found]:
    """Give a list's items the last words that only its last one has: "car and truck parts"."""
    for k in range(len(found) - 2, -1, -1):
        one, after = found[k], found[k + 1]
        apart = page.next_of_list(one.stop - 1) != after.first
        if apart or after.borrowed or page.plural(one.stop - 1):
            continue
        found[k] = _with_head_of(one, after)
    return found


def _with_head_of(one: _Found, after: _Found) -> _Found:
    for cut in range(1, len(after.keys)):
        phrase = (*one.keys, *after.keys[cut:])
        for meaning in _phrases().exactly(phrase):
            if meaning.scope == "none" or meaning.headings == one.wording.headings:
                continue
            other = (*meaning.alternatives, one.wording.headings)
            both = meaning._replace(alternatives=tuple(dict.fromkeys(other)))
            return replace(one, keys=phrase, wording=both)
    return one


def _keep_linked(page: _Page, found: list[_Found]) -> list[_Found]:
    """Leave out words that are products only in company and stand alone."""
    sure = ["linked" not in one.wording.only for one in found]
    for k, one in enumerate(found):
        sure[k] = sure[k] or _beside_trade(page, one.first, one.stop)
    linked = [page.next_of_list(one.stop - 1) == after.first for one, after in pairwise(found)]
    for k, link in enumerate(linked):
        sure[k + 1] = sure[k + 1] or (link and sure[k])
    for k in range(len(linked) - 1, -1, -1):
        sure[k] = sure[k] or (linked[k] and sure[k + 1])
    return [one for one, keep in zip(found, sure, strict=True) if keep]


class _Covered:
    """Whether a wording stands inside codes that were read already; asked in the text's order."""

    def __init__(self, coded: list[ProductMention]) -> None:
        self._coded, self._n = coded, 0

    def __call__(self, page: _Page, one: _Found) -> bool:
        start, end = page.words[one.first].start, page.words[one.stop - 1].end
        while self._n < len(self._coded) and self._coded[self._n].end <= start:
            self._n += 1
        return self._n < len(self._coded) and self._coded[self._n].start < end


# -------------------------------------------------------------------------------------- codes

_NUMBER = r"\d{4}(?:[.\u00a0 ]?\d{2}){0,3}(?![\d%]|[.,]\d)"
_LIST = (
    rf"{_NUMBER}(?:(?:, (?:and |or )?|,? (?:and|or|to|through) | ?[-\u2013] ?){_NUMBER}){{0,60}}"
)
_EDITIONS = frozenset({"2002", "2007"})
"""Headings that are years of the nomenclature too: "HS 2007"."""

_CUE = (
    r"(?:\b(?:HS|HTS|HTSUS|CN)[- ]?(?:20\d\d )?"
    r"(?:codes?|headings?|subheadings?|items?|lines?|numbers?|nos?\.)"
    r"|\b(?P<bare>HS|HTS|HTSUS|CN)\b"
    r"|\b(?:sub-?)?headings?(?: nos?\.)?|\btariff (?:codes?|headings?|subheadings?|items?|lines?)"
    r"(?: nos?\.)?|\bharmoni[sz]ed system(?: codes?| headings?| subheadings?)?)"
)
_WRITTEN = re.compile(rf"{_CUE}:? ?(?P<list>{_LIST})", re.IGNORECASE)
_CHAPTERS = re.compile(
    r"\b(?:(?:HS|HTS|harmoni[sz]ed system) chapters? (\d\d)(?: (?:and|or) (\d\d))?(?!\d)"
    r"|chapters? (\d\d)(?: (?:and|or) (\d\d))? of the "
    r"(?:HS|HTS|harmoni[sz]ed (?:system|tariff)|customs tariff|tariff)\b)",
    re.IGNORECASE,
)
_ONE = re.compile(rf"(?P<link> to | through | ?[-\u2013] ?)?(?P<code>{_NUMBER})", re.IGNORECASE)


def _codes(text: str) -> Iterator[ProductMention]:
    """Return the codes that a text writes, in their order, none inside another."""
    found = [*_written(text), *_chapters(text)]
    end = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= end:
            yield one
            end = one.end


def _written(text: str) -> Iterator[ProductMention]:
    for match in _WRITTEN.finditer(text):
        if match["list"] in _EDITIONS and match["bare"]:
            continue
        last: ProductMention | None = None
        for one in _ONE.finditer(text, match.start("list"), match.end("list")):
            code = _known(one["code"])
            if one["link"] and last is not None and code:
                through = _range(last.headings[0], code)
                last = _coded(text, last.start, one.end(), through)
                continue
            if last is not None:
                yield last
            last = _coded(text, one.start("code"), one.end(), (code,)) if code else None
        if last is not None:
            yield last


def _chapters(text: str) -> Iterator[ProductMention]:
    for match in _CHAPTERS.finditer(text):
        for n in range(1, 5):
            if match[n] and match[n] in _parts():
                yield _coded(text, match.start(n), match.end(n), (match[n],))


def _coded(text: str, start: int, end: int, headings: Headings) -> ProductMention:
    now = tuple(new for code in headings for new in _successors(code))
    return ProductMention(start, end, text[start:end], now, (), sector_of(now), False, "hs code")


def _known(written: str) -> str:
    """Return a written code as the longest code of at most six digits there is, or nothing."""
    digits = "".join(c for c in written if c.isdecimal())
    for size in (6, 4):
        code = digits[:size]
        if len(digits) >= size and (code in _parts() or code in labels.hs_earlier()):
            return code
    return ""


def _successors(code: str) -> Headings:
    """Return the code, or what followed it where HS 2022 no longer has it."""
    return (code,) if code in _parts() else labels.hs_earlier()[code].successors


@lru_cache(maxsize=4096)
def _range(first: str, last: str) -> Headings:
    """Return the codes from one to another of the same length, both among them."""
    if len(first) != len(last) or last < first:
        return tuple(dict.fromkeys((first, last)))
    return tuple(sorted(c for c in _parts() if len(c) == len(first) and first <= c <= last))


@cache
def _parts() -> frozenset[str]:
    """Return every chapter, heading and subheading of HS 2022."""
    return frozenset(_sectors())


@cache
def _sectors() -> dict[str, Counter[str]]:
    """Return how many subheadings of each chapter, heading and subheading a sector has."""
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for code, sector in labels.hs6_sector().items():
        for size in (2, 4, 6):
            held[code[:size]][sector] += 1
    return dict(held)


@lru_cache(maxsize=4096)
def sector_of(headings: Headings) -> str:
    """Return the sector that holds more than half of the subheadings, or nothing.

    Args:
        headings: HS codes of two to six digits.
    """
    held: Counter[str] = Counter()
    for code in headings:
        held.update(_sectors().get(code, {}))
    if not held:
        return ""
    sector, number = held.most_common(1)[0]
    return sector if 2 * number > held.total() else ""
