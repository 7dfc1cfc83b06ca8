"""Sentences of two versions of a story, put beside each other: an alignment in order.

The order of both texts is kept; a sentence can stand against two. What is left over is put
beside what is left over on the other side, where a sentence was moved.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from countervail.errors import InputError
from countervail.reading.garble import matched
from countervail.reading.lexicon import word_set
from countervail.reading.load import Source
from countervail.reading.tokens import Token, sentences, tokens

MOST_SENTENCES = 1500
"""Sentences of a version; the time of an alignment grows with the product of both."""

LONGEST = 3000
"""Characters of a sentence; a longer one is compared in pieces."""

LEAST = 0.3
"""Weighted share of common words from which two sentences are versions of one."""

IN_PLACE = 0.15
"""The same where both stand alone between the same neighbours."""

MOVED = 0.45
"""The same where one of them was moved."""

JOINED = 0.12
"""What a sentence against two has to be better by than the better of the two alone."""

Span = tuple[int, int]
Step = tuple[tuple[int, ...], tuple[int, ...]]
"""Numbers of sentences of the one version, and of those of the other beside them."""


class Aligned(NamedTuple):
    """A stretch of one version against one of the other; None where the other has none."""

    a: Span | None
    b: Span | None


class Side(NamedTuple):
    """A version, in sentences.

    Attributes:
        text: as it is matched, as long as what was given.
        spans: places of sentences.
        bags: words of each, folded, with how often.
    """

    text: str
    spans: list[Span]
    bags: list[Counter[str]]


EMPTY = word_set("aligned.empty")


def stem(word: str) -> str:
    """Return a word without the ending of a plural, of the past or of a running action."""
    for end in ("ing", "ed", "es", "s"):
        if word.endswith(end) and len(word) - len(end) >= 4 and not word.endswith("ss"):
            return word[: -len(end)]
    return word


def _bag(words: Sequence[Token]) -> Counter[str]:
    return Counter(
        stem(t.low) for t in words if (t.word or t.low[0].isdigit()) and t.low not in EMPTY
    )


def side(source: Source) -> Side:
    """Return a version in its sentences.

    Raises:
        InputError: it has more than are aligned.
    """
    text = matched(source.text).text
    spans = [cut for span in sentences(text) for cut in _cut(text, span)]
    if len(spans) > MOST_SENTENCES:
        raise InputError(
            f"a version of {len(spans):,} sentences: at most {MOST_SENTENCES:,} are compared; give "
            "the articles one by one"
        )
    return Side(text, spans, [_bag(tokens(text[a:b])) for a, b in spans])


def _cut(text: str, span: Span) -> Iterator[Span]:
    """Yield the pieces in which a sentence is compared: itself, unless it has no end."""
    start, end = span
    while end - start > LONGEST:
        space = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        middle = space if space > 0 else start + LONGEST
        yield start, middle
        start = middle
    yield start, end


def align(a: Side, b: Side) -> list[Aligned]:
    """Return the sentences of two versions beside each other, in the order of the first.

    Args:
        a, b: the versions.
    """
    weights = _weights(a, b)
    near = _Nearness(a.bags, b.bags, weights)
    steps = _best(near, len(a.spans), len(b.spans))
    pairs = [s for s in steps if s[0] and s[1]]
    left = [i for i in range(len(a.spans)) if not any(i in p[0] for p in pairs)]
    right = [j for j in range(len(b.spans)) if not any(j in p[1] for p in pairs)]
    for least, near_by in ((IN_PLACE, True), (MOVED, False)):
        moved = sorted(((near.one(i, j), i, j) for i in left for j in right), reverse=True)
        for share, i, j in moved:
            if share >= least and i in left and j in right:
                if near_by and not _between(i, j, pairs):
                    continue
                pairs.append(((i,), (j,)))
                left.remove(i)
                right.remove(j)
    found = [Aligned(_span(a, p[0]), _span(b, p[1])) for p in pairs]
    found += [Aligned(a.spans[i], None) for i in left]
    found += [Aligned(None, b.spans[j]) for j in right]
    return sorted(found, key=lambda one: _order(one, found))


def _between(i: int, j: int, pairs: Sequence[Step]) -> bool:
    """Return whether two sentences stand between the same neighbours."""
    return all((p[0][0] < i) == (p[1][0] < j) for p in pairs)


def _order(one: Aligned, every: Sequence[Aligned]) -> tuple[int, int]:
    """Return where a pair stands: where the first version has it, or after what stands before."""
    if one.a is not None:
        return one.a[0], -1
    assert one.b is not None
    before = [o.a[0] for o in every if o.a and o.b and o.b[0] < one.b[0]]
    return (max(before) if before else -1), one.b[0]


def _span(of: Side, numbers: Sequence[int]) -> Span:
    return of.spans[numbers[0]][0], of.spans[numbers[-1]][1]


def _weights(a: Side, b: Side) -> dict[str, float]:
    """Return how much a word tells: rare ones, numbers and years the most."""
    bags = [*a.bags, *b.bags]
    seen = Counter(word for bag in bags for word in bag)
    return {
        word: math.log(1 + len(bags) / n) * (1.5 if re.match(r"\d", word) else 1.0)
        for word, n in seen.items()
    }


class _Nearness:
    """Weighted shares of common words, worked out where two sentences have one."""

    def __init__(
        self, a: Sequence[Counter[str]], b: Sequence[Counter[str]], weights: dict[str, float]
    ) -> None:
        self.a, self.b, self.weights = a, b, weights
        self.heavy = [self._weight(bag) for bag in a], [self._weight(bag) for bag in b]
        where: dict[str, list[int]] = {}
        for j, bag in enumerate(b):
            for word in bag:
                where.setdefault(word, []).append(j)
        self.common: list[dict[int, float]] = []
        for bag in a:
            shared: dict[int, float] = {}
            for word, n in bag.items():
                for j in where.get(word, ()):
                    shared[j] = shared.get(j, 0.0) + weights[word] * min(n, b[j][word])
            self.common.append(shared)

    def _weight(self, bag: Counter[str]) -> float:
        return sum(self.weights[w] * n for w, n in bag.items())

    def one(self, i: int, j: int) -> float:
        """Return the share of two sentences, 0 to 1."""
        whole = self.heavy[0][i] + self.heavy[1][j]
        return 2 * self.common[i].get(j, 0.0) / whole if whole else 0.0

    def two_left(self, i: int, j: int) -> float:
        """Return the share of sentences ``i``, ``i + 1`` of the first against one."""
        bag = self.a[i] + self.a[i + 1]
        shared = sum(self.weights[w] * min(n, self.b[j][w]) for w, n in bag.items())
        whole = self.heavy[0][i] + self.heavy[0][i + 1] + self.heavy[1][j]
        return 2 * shared / whole if whole else 0.0

    def two_right(self, i: int, j: int) -> float:
        """Return the share of one sentence of the first against ``j``, ``j + 1``."""
        bag = self.b[j] + self.b[j + 1]
        shared = sum(self.weights[w] * min(n, self.a[i][w]) for w, n in bag.items())
        whole = self.heavy[1][j] + self.heavy[1][j + 1] + self.heavy[0][i]
        return 2 * shared / whole if whole else 0.0


def _best(near: _Nearness, n: int, m: int) -> list[Step]:
    """Return the steps with the largest sum of shares above the least, by dynamic programming."""
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    came: list[list[tuple[int, int]]] = [[(0, 0)] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        row = best[i]
        for j in range(m + 1):
            value, step = 0.0, (0, 0)
            if i:
                value, step = best[i - 1][j], (1, 0)
            if j and (row[j - 1] > value or not i):
                value, step = row[j - 1], (0, 1)
            if i and j:
                shared = near.common[i - 1]
                if j - 1 in shared:
                    share = near.one(i - 1, j - 1)
                    if share >= LEAST and best[i - 1][j - 1] + share > value:
                        value, step = best[i - 1][j - 1] + share, (1, 1)
                    if i > 1 and j - 1 in near.common[i - 2]:
                        two = near.two_left(i - 2, j - 1)
                        alone = max(share, near.one(i - 2, j - 1))
                        if two > alone + JOINED and best[i - 2][j - 1] + two > value:
                            value, step = best[i - 2][j - 1] + two, (2, 1)
                    if j > 1 and j - 2 in shared:
                        two = near.two_right(i - 1, j - 2)
                        alone = max(share, near.one(i - 1, j - 2))
                        if two > alone + JOINED and best[i - 1][j - 2] + two > value:
                            value, step = best[i - 1][j - 2] + two, (1, 2)
            row[j], came[i][j] = value, step
    steps: list[Step] = []
    i, j = n, m
    while i or j:
        di, dj = came[i][j]
        steps.append((tuple(range(i - di, i)), tuple(range(j - dj, j))))
        i, j = i - di, j - dj
    return steps[::-1]
