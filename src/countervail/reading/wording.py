"""What two wordings of one sentence differ in, and what kind of difference it is.

Words that stand in both keep their places; each stretch between them is judged by what stands in
it: numbers, denials, modal verbs, directions of a measure, countries, goods, days and names are
facts, other words are wording. A copy whose words were exchanged one by one is told by how many of
its stretches are one word or two for one or two, where everything else stands still.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import NamedTuple

from countervail.reading.aligned import EMPTY, Span, stem
from countervail.reading.garble import PLAIN, matched
from countervail.reading.lexicon import measure_words, table, verb_forms, word_set
from countervail.reading.mentions.numbers import SCALE, TENS, UNITS
from countervail.reading.places import find_places
from countervail.reading.products import find_products
from countervail.reading.tokens import Token, tokens

CONFLICT, GARBLE, REFINED, REPHRASED = "conflict", "garble", "refined", "rephrased"
ADDED, DROPPED, SAME = "added", "dropped", "same"

POSSIBLE = word_set("wording.possible")
CERTAIN = word_set("wording.certain")
DENIALS = word_set("wording.denials")
HARDER = frozenset({"impose", "raise", "ban", "curb", "resume", "extend", "rise"})
SOFTER = frozenset({"lift", "cut", "suspend", "exempt", "fall", "end"})
DAYS = word_set("wording.days")
RANKS = {
    "first": 1.0,
    "second": 2.0,
    "third": 3.0,
    "fourth": 4.0,
    "fifth": 5.0,
    "sixth": 6.0,
    "seventh": 7.0,
    "eighth": 8.0,
    "ninth": 9.0,
    "tenth": 10.0,
}
TITLES = word_set("wording.titles")

EVENT = "event"
"""What a record is called that is none of policy."""

SHORT = 4
"""Words of a stretch up to which names, countries and goods in it stand for each other."""

CLAUSE = 4
"""Words that tell something, from which what stands in one version alone is a clause of its own."""


class Versions(NamedTuple):
    """Two texts, as they are compared.

    Attributes:
        a, b: with plain quotes, as long as what was given.
        garbled: whether each is a garbled copy.
    """

    a: str
    b: str
    garbled: tuple[bool, bool]


@dataclasses.dataclass(slots=True)
class Difference:
    """A difference between two versions.

    Attributes:
        type: ``conflict``, ``garble``, ``refined``, ``rephrased``, ``added`` or ``dropped``.
        field: what differs: ``rate``, ``modality``, ``product`` ...
        a, b: (start, end) in each text; None where it has nothing.
        why: in words.
        records: what each version's reading found there.
    """

    type: str
    field: str
    a: Span | None
    b: Span | None
    why: str
    records: list[str] = dataclasses.field(default_factory=list)

    @property
    def policy(self) -> bool:
        """Whether it touches a measure, a goal or a claim that was read."""
        return any(not one.startswith(EVENT) for one in self.records)


def plain(text: str) -> str:
    """Return a text with plain quotes and hyphens; as long as it was."""
    return text.translate(PLAIN)


class Stretch(NamedTuple):
    """Words of both versions between words they share: (first, after last) of each."""

    a: tuple[int, int]
    b: tuple[int, int]


class Pair(NamedTuple):
    """Two wordings of one sentence, word by word.

    Attributes:
        of: the texts.
        left, right: words, with places in the texts.
        stretches: where they differ.
    """

    of: Versions
    left: Sequence[Token]
    right: Sequence[Token]
    stretches: Sequence[Stretch]


def pair(of: Versions, a: Span, b: Span) -> Pair:
    """Return two wordings, word by word.

    Args:
        of: the texts.
        a, b: places of the sentence in each.
    """
    left, right = _words(of.a, a), _words(of.b, b)
    match = SequenceMatcher(None, [_key(t) for t in left], [_key(t) for t in right], autojunk=False)
    steps = [Stretch((i, k), (j, n)) for tag, i, k, j, n in match.get_opcodes() if tag != "equal"]
    return Pair(
        of, left, right, [s for s in _rejoined(left, steps) if not _nothing(left, right, s)]
    )


def _words(text: str, span: Span) -> list[Token]:
    return [
        Token(t.start + span[0], t.end + span[0], t.text, t.low)
        for t in tokens(text[slice(*span)])
        if t.word or t.low[0].isdigit() or t.low in {"'s", "n't", "%", "'ll", "'d", "'re", "'ve"}
    ]


def _key(t: Token) -> str:
    return t.low.replace(",", "") if t.low[0].isdigit() else t.low


def _rejoined(left: Sequence[Token], steps: Sequence[Stretch]) -> list[Stretch]:
    """Return stretches joined where only words that tell nothing stand between them."""
    found: list[Stretch] = []
    for step in steps:
        if found:
            last = found[-1]
            between = left[last.a[1] : step.a[0]]
            small = len(between) <= 2 and all(t.low in EMPTY or t.low == "%" for t in between)
            if small and len(between) < 2 and _mixed(last) and _mixed(step):
                found[-1] = Stretch((last.a[0], step.a[1]), (last.b[0], step.b[1]))
                continue
        found.append(step)
    return found


def _mixed(one: Stretch) -> bool:
    return one.a[0] < one.a[1] and one.b[0] < one.b[1]


SILENT = word_set("wording.silent")


def _nothing(left: Sequence[Token], right: Sequence[Token], s: Stretch) -> bool:
    """Return whether a stretch has words only that change nothing."""
    return all(t.low in SILENT for t in [*left[slice(*s.a)], *right[slice(*s.b)]])


def one_by_one(pairs: Sequence[Pair]) -> bool:
    """Return whether words were exchanged one by one, as no writer does who rewrites.

    Args:
        pairs: the sentences that stand in both versions.
    """
    swapped = other = words = 0
    for p in pairs:
        words += len(p.left)
        for s in p.stretches:
            n, m = s.a[1] - s.a[0], s.b[1] - s.b[0]
            if n and m and abs(n - m) <= 1 and n <= SHORT and not _equal(p, s) and _wording(p, s):
                swapped += 1
            else:
                other += 1
    return (
        swapped >= FEWEST_SWAPS
        and swapped >= SWAPPED * (swapped + other)
        and swapped * MOST_WORDS_A_SWAP >= words
    )


def _wording(p: Pair, s: Stretch) -> bool:
    """Return whether no number, denial, country or direction changes in a stretch."""
    fact = _facts(p, s)
    return fact is None or fact[0] in {"product", "name"}


FEWEST_SWAPS = 6
SWAPPED = 0.6
MOST_WORDS_A_SWAP = 12
"""How many exchanges mark a copy as garbled, what part of all that differs, in how many words."""


def differences(p: Pair, garbled: bool) -> list[Difference]:
    """Return what two wordings differ in, stretches of one kind near each other as one.

    Args:
        p: the wordings.
        garbled: whether the one is a garbled copy of the other.
    """
    found: list[tuple[Stretch, str, str, str]] = []
    for s in p.stretches:
        kind, what, why = _judged(p, s, garbled)
        last = found[-1] if found else None
        if last and kind == last[1] and kind in {GARBLE, REPHRASED} and _near(last[0], s):
            whole = Stretch((last[0].a[0], s.a[1]), (last[0].b[0], s.b[1]))
            found[-1] = (whole, kind, last[2] if last[2] != "wording" else what, last[3])
        else:
            found.append((s, kind, what, why))
    return [
        Difference(kind, what, _place(p.left, s.a), _place(p.right, s.b), why)
        for s, kind, what, why in found
    ]


def _near(last: Stretch, s: Stretch) -> bool:
    return s.a[0] - last.a[1] <= NEAR and s.b[0] - last.b[1] <= NEAR


NEAR = 3
"""Words between two stretches up to which they are told as one."""


def _place(words: Sequence[Token], at: tuple[int, int]) -> Span | None:
    return (words[at[0]].start, words[at[1] - 1].end) if at[0] < at[1] else None


def _judged(p: Pair, s: Stretch, garbled: bool) -> tuple[str, str, str]:
    """Return the kind of a stretch, what differs and why."""
    fact = _facts(p, s)
    if fact is not None:
        what, why, near = fact
        if near or (garbled and _slipped(p, s, what)):
            return GARBLE, what, why
        return CONFLICT, what, why
    left, right = p.left[slice(*s.a)], p.right[slice(*s.b)]
    if not left or not right:
        return _one_sided(p, s)
    if _equal(p, s) or {_low(left), _low(right)} in SHORTENED:
        return REPHRASED, "wording", "other words for the same"
    if garbled and _known_garble(p, s):
        return GARBLE, "wording", "a wording of garbled copy"
    more = _more(left, right)
    if more is not None:
        return REFINED, more, "one version is more exact"
    if garbled:
        return GARBLE, "wording", "words exchanged one by one"
    return REPHRASED, "wording", "other words, the same numbers and names"


SHORTENED = ({"'s", "is"}, {"'s", "has"}, {"n't", "not"}, {"'re", "are"}, {"'ve", "have"})


def _slipped(p: Pair, s: Stretch, what: str) -> bool:
    """Return whether a contradiction is what exchanging words makes of one saying.

    "Can be" stands in such copy for what will be or is; a country, a number, a denial and "might"
    for "would" are no exchange of a word for its like.
    """
    if what == "modality":
        return "can" in {t.low for t in [*p.left[slice(*s.a)], *p.right[slice(*s.b)]]}
    return what in {"product", "name", "polarity"}


def _one_sided(p: Pair, s: Stretch) -> tuple[str, str, str]:
    """Return the kind of a stretch that one version has alone."""
    words = p.left[slice(*s.a)] or p.right[slice(*s.b)]
    kind = DROPPED if s.a[0] < s.a[1] else ADDED
    telling = [t for t in words if t.low not in EMPTY]
    if len(telling) >= CLAUSE:
        return kind, "clause", "a clause that one version has alone"
    if not telling:
        return REPHRASED, "wording", "small words"
    exact = _exact(words)
    if exact:
        return REFINED, exact, "one version is more exact"
    return (
        (kind, "wording", "words that one version has alone")
        if len(telling) > 1
        else (
            REPHRASED,
            "wording",
            "a word that one version has alone",
        )
    )


def _exact(words: Sequence[Token]) -> str:
    """Return what some words make more exact, a number, a day or a name; or nothing."""
    if any(t.low in DAYS for t in words):
        return "date"
    if any(t.low[0].isdigit() for t in words):
        return "number"
    if any(t.capital and t.low not in TITLES for t in words):
        return "name"
    return ""


def _more(left: Sequence[Token], right: Sequence[Token]) -> str | None:
    """Return in what one of two stretches is more exact: it keeps the other's words and adds."""
    a, b = {stem(t.low) for t in left} - EMPTY, {stem(t.low) for t in right} - EMPTY
    if not (a & b) or not (a < b or b < a):
        return None
    small, wide = (a, right) if a < b else (b, left)
    return _exact([t for t in wide if stem(t.low) not in small]) or None


def _facts(p: Pair, s: Stretch) -> tuple[str, str, bool] | None:
    """Return what two stretches contradict each other in; None where they do not.

    Returns:
        What differs, why, and whether it is a slip of spelling.
    """
    left, right = p.left[slice(*s.a)], p.right[slice(*s.b)]
    for test in (_numbers, _denied, _modal, _direction, _by_to, _days):
        found = test(Here(p, s, left, right))
        if found is not None:
            return (*found, False)
    if left and right and max(len(left), len(right)) <= SHORT:
        return _named(p, s, left, right)
    return None


Found = tuple[str, str] | None


class Here(NamedTuple):
    """A stretch, where it stands.

    Attributes:
        of: the wordings.
        stretch: the stretch.
        left, right: its words in each.
    """

    of: Pair
    stretch: Stretch
    left: Sequence[Token]
    right: Sequence[Token]


def _values(words: Sequence[Token]) -> set[float]:
    """Return the numbers of some words, in figures, words and ranks."""
    found: set[float] = set()
    for k, t in enumerate(words):
        value: float | None = None
        if re.fullmatch(r"\d+(?:,\d+)*(?:\.\d+)?", t.low):
            value = float(t.low.replace(",", ""))
        elif t.low in UNITS and t.low != "one":
            value = float(UNITS[t.low])
        elif t.low in TENS:
            value = float(TENS[t.low])
        else:
            head = t.low.split("-")[0]
            value = RANKS.get(head) if head != "second" or "-" in t.low else None
        if value is None:
            continue
        scale = SCALE.get(words[k + 1].low) if k + 1 < len(words) else None
        found.add(value * (scale or 1.0))
    return found


def _numbers(at: Here) -> Found:
    p, s, left, right = at
    a, b = _values(left), _values(right)
    if not a or not b or a & b:
        return None
    after = p.left[s.a[1] : s.a[1] + 2]
    per_cent = any(t.low in {"%", "percent", "per", "pct", "points"} for t in [*left, *after])
    said = f"{_said(a)} against {_said(b)}"
    return ("rate" if per_cent else "number"), said


def _said(values: set[float]) -> str:
    return " and ".join(f"{v:,.10g}" for v in sorted(values))


def _denied(at: Here) -> Found:
    _, _, left, right = at
    one, other = ({t.low for t in words} & DENIALS for words in (left, right))
    long = max(len(left), len(right)) > 3 * SHORT or not (len(left) + len(right))
    if bool(one) == bool(other) or long:
        return None
    if "no" in one | other and re.search(r"\bno\.? ?\d", _low(left) + "|" + _low(right)):
        return None
    alone = left if one else right
    if (not left or not right) and sum(t.low not in EMPTY | DENIALS for t in alone) >= CLAUSE:
        return None
    word = sorted(one | other)[0]
    return "polarity", f"'{word}' stands in one version alone"


def _low(words: Sequence[Token]) -> str:
    return " ".join(t.low for t in words)


def _modal(at: Here) -> Found:
    _, _, left, right = at
    if not left or not right or max(len(left), len(right)) > 2 * SHORT:
        return None
    a, b = ({t.low for t in words if not t.capital} for words in (left, right))
    for one, other in ((a, b), (b, a)):
        if one & POSSIBLE and other & CERTAIN and not one & CERTAIN and not other & POSSIBLE:
            words = sorted(a & (POSSIBLE | CERTAIN))[0], sorted(b & (POSSIBLE | CERTAIN))[0]
            return "modality", f"'{words[0]}' against '{words[1]}'"
    return None


@cache
def _directions() -> tuple[frozenset[str], frozenset[str]]:
    """Return words that make a measure harder, and such that make it softer, each one alone."""
    harder: set[str] = set()
    softer: set[str] = set()
    for word, forms in verb_forms().items():
        classes = {c for form in forms if not form.rest for c in form.classes}
        if classes & HARDER:
            harder.add(word)
        if classes & SOFTER:
            softer.add(word)
    return frozenset(harder - softer), frozenset(softer - harder)


def _direction(at: Here) -> Found:
    p, s, left, right = at
    long = max(len(left), len(right)) > 2 * SHORT
    if not left or not right or long or not _of_a_measure(p, s):
        return None
    harder, softer = _directions()
    a, b = {t.low for t in left}, {t.low for t in right}
    for one, other in ((a, b), (b, a)):
        if one & harder and other & softer and not one & softer and not other & harder:
            word = sorted(a & (harder | softer))[0], sorted(b & (harder | softer))[0]
            return "polarity", f"'{word[0]}' against '{word[1]}'"
    return None


def _of_a_measure(p: Pair, s: Stretch) -> bool:
    """Return whether a word for a measure stands within some words of a stretch."""
    near = p.left[max(0, s.a[0] - 6) : s.a[1] + 6]
    known = measure_words()
    return any(t.low in known for t in near)


def _by_to(at: Here) -> Found:
    p, s, left, right = at
    after = p.left[s.a[1] : s.a[1] + 1]
    if {_low(left), _low(right)} == {"by", "to"} and after and after[0].low[0].isdigit():
        return "rate", f"'{_low(left)}' against '{_low(right)}' a rate"
    return None


def _days(at: Here) -> Found:
    _, _, left, right = at
    a, b = ({t.low for t in words} & DAYS for words in (left, right))
    if a and b and not a & b:
        return "date", f"{' '.join(sorted(a))} against {' '.join(sorted(b))}"
    return None


def _named(
    p: Pair, s: Stretch, left: Sequence[Token], right: Sequence[Token]
) -> tuple[str, str, bool] | None:
    """Return what names, countries and goods differ in, and whether it is the spelling."""
    a, b = _place(p.left, s.a), _place(p.right, s.b)
    if a is None or b is None:
        return None
    texts = p.of.a[slice(*a)], p.of.b[slice(*b)]
    said = f"'{texts[0]}' against '{texts[1]}'"
    codes = [{m.code for m in find_places(text, None)} for text in texts]
    if codes[0] and codes[1]:
        return None if codes[0] & codes[1] else ("country", said, False)
    goods = [{h[:4] for m in find_products(text) for h in m.headings} for text in texts]
    if goods[0] and goods[1]:
        return None if _overlap(*goods) else ("product", said, False)
    single = len(left) == len(right) == 1 and not _equal(p, s)
    if (goods[0] or goods[1]) and single and _of_a_measure(p, s):
        return "product", said, True
    caps = [[t for t in words if t.capital and t.low not in TITLES] for words in (left, right)]
    inner = s.a[0] > 0 and s.b[0] > 0
    if caps[0] and caps[1] and inner and len(caps[0]) == len(caps[1]):
        if any(codes):
            return None
        pairs = [(x.low, y.low) for x, y in zip(*caps, strict=True) if x.low != y.low]
        if pairs and not _equal(p, s):
            slips = all(_slip(x, y) for x, y in pairs)
            return "name", said + (", near each other" if slips else ""), slips
    return None


def _overlap(a: set[str], b: set[str]) -> bool:
    return any(x.startswith(y) or y.startswith(x) for x in a for y in b)


def _slip(x: str, y: str) -> bool:
    """Return whether two names are one, misspelt: alike in most letters."""
    return x[0] == y[0] and SequenceMatcher(None, x, y, autojunk=False).ratio() >= ALIKE


ALIKE = 0.7
"""Share of letters in order from which two names that begin alike are one, misspelt."""


@cache
def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for n, row in enumerate(table("equals")):
        for words in row["words"].split("|"):
            found.setdefault(" ".join(_stems(words.split())), set()).add(n)
    return {words: frozenset(several) for words, several in found.items()}


def _stems(words: Sequence[str]) -> list[str]:
    return [NUMBERS.get(w) or stem(w) for w in words]


NUMBERS = {word: f"{n}" for word, n in {**UNITS, **TENS}.items()}


def _equal(p: Pair, s: Stretch) -> bool:
    """Return whether two stretches are wordings of one, or one word in two forms."""
    left, right = p.left[slice(*s.a)], p.right[slice(*s.b)]
    if not left or not right:
        return False
    a = [t.low for t in left if t.low not in SILENT]
    b = [t.low for t in right if t.low not in SILENT]
    if _stems(a) == _stems(b) or "".join(a).replace("-", "") == "".join(b).replace("-", ""):
        return True
    if _spelt(a) == _spelt(b) or _one_country(p, s):
        return True
    return any(_covered(*_stretched(p, s, by)) for by in ((0, 0), (0, 1), (1, 0)))


def _stretched(p: Pair, s: Stretch, by: tuple[int, int]) -> tuple[list[str], list[str]]:
    """Return the words of two stretches with some that both share before and after them."""
    found = []
    for words, (lo, hi) in ((p.left, s.a), (p.right, s.b)):
        several = words[max(lo - by[0], 0) : hi + by[1]]
        found.append(_stems([t.low for t in several if t.low not in SILENT]))
    return found[0], found[1]


def _one_country(p: Pair, s: Stretch) -> bool:
    """Return whether two stretches are names of one country or group, and nothing else."""
    found = []
    for text, words, at in ((p.of.a, p.left, s.a), (p.of.b, p.right, s.b)):
        span = _place(words, at)
        if span is None:
            return False
        several = find_places(text[slice(*span)], None)
        if len(several) != 1 or several[0].end - several[0].start < span[1] - span[0] - 4:
            return False
        found.append(several[0].code)
    return found[0] == found[1]


def _spelt(words: Sequence[str]) -> list[str]:
    """Return words in one spelling of English."""
    return [re.sub(r"ou?r(?=s?$)", "or", re.sub(r"is(?=e|ing|ation)", "iz", w)) for w in words]


MOST_COVERED = 12
"""Words of a stretch that are looked up piece by piece."""


def _covered(a: Sequence[str], b: Sequence[str]) -> bool:
    """Return whether words can be taken for other words, piece by piece, by the table."""
    groups = _groups()
    if max(len(a), len(b)) > MOST_COVERED:
        return False
    if not a and not b:
        return True
    if not a or not b:
        return False
    if a[0] == b[0] and _covered(a[1:], b[1:]):
        return True
    for n in range(1, min(4, len(a)) + 1):
        known = groups.get(" ".join(a[:n]))
        if not known:
            continue
        for m in range(1, min(4, len(b)) + 1):
            if known & groups.get(" ".join(b[:m]), frozenset()) and _covered(a[n:], b[m:]):
                return True
    return False


def _known_garble(p: Pair, s: Stretch) -> bool:
    """Return whether what is matched in place of the garbled words is the other's wording."""
    a, b = _place(p.left, s.a), _place(p.right, s.b)
    if a is None or b is None:
        return False
    one, other = (
        _stems(re.findall(r"[\w%]+", text.lower()))
        for text in (_meant(p.of.a)[slice(*a)], _meant(p.of.b)[slice(*b)])
    )
    return one == other


@lru_cache(4)
def _meant(text: str) -> str:
    return matched(text).text


CUT = re.compile(r"[,;:]\s+|\s+[—–-]\s+|\s*—\s*|\s+(?=(?:but|which|who|whose|while|although)\b)")


def pieces(text: str, span: Span) -> list[Span]:
    """Return the clauses of a sentence that one version has alone, each with enough words.

    Args:
        text: as it is compared.
        span: of the sentence.
    """
    cuts = [(m.start() + span[0], m.end() + span[0]) for m in CUT.finditer(text[slice(*span)])]
    found: list[Span] = []
    start = span[0]
    for before, after in [*cuts, (span[1], span[1])]:
        last = before == span[1]
        enough = _telling(text[start:before]) >= CLAUSE or (last and not found)
        if enough and (last or _telling(text[after : span[1]]) >= CLAUSE):
            found.append((start, before))
            start = after
    if start < span[1] and found:
        found[-1] = (found[-1][0], span[1])
    return found


def _telling(text: str) -> int:
    return sum(t.word and t.low not in EMPTY for t in tokens(text))
