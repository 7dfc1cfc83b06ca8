"""A text as windows for the encoder: whole sentences, as many as it hears well at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from countervail.reading.encoded.encoder import Stretch
from countervail.reading.encoded.marked import Word
from countervail.reading.encoded.net import Net
from countervail.reading.encoded.pieces import pieces

HOLDS = 280
"""Pieces of a window beside those it begins with."""
BEFORE = 60
"""Pieces of the sentence before, and of the first of the text, that a later window begins with."""
MOST = 480
"""Pieces of a window, whatever is in it."""
PLACES = 10
"""Countries and groups of a window that are told apart."""
START, STOP, UNKNOWN, HIDDEN = "[CLS]", "[SEP]", "[UNK]", "[MASK]"


@dataclass(frozen=True)
class Window:
    """Some sentences of a text, as the encoder takes them.

    Attributes:
        stretch: the numbers.
        sentence: number of the sentence of each piece.
        first: of each sentence, the first piece of each word, and the one after the last.
        places: (piece, code) of the places named.
    """

    stretch: Stretch
    sentence: np.ndarray
    first: dict[int, list[int]]
    places: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Cut:
    """A sentence in pieces.

    Attributes:
        number: of the sentence.
        words: its words.
        parts: pieces of each.
    """

    number: int
    words: Sequence[Word]
    parts: Sequence[Sequence[int]]

    @property
    def size(self) -> int:
        """How many pieces it has."""
        return sum(map(len, self.parts))


def cut(net: Net, number: int, words: Sequence[Word]) -> Cut:
    """Return a sentence in pieces; a place is one hidden piece a word."""
    known, hidden = net.pieces, [net.pieces[HIDDEN]]
    unknown = known[UNKNOWN]
    return Cut(
        number, words, [hidden if w.hidden else pieces(w.low, known, unknown) for w in words]
    )


def grouped(cuts: Sequence[Cut]) -> list[tuple[list[Cut], list[Cut]]]:
    """Return sentences in groups for windows, each with those that it begins with."""
    found: list[tuple[list[Cut], list[Cut]]] = []
    here: list[Cut] = []
    for one in cuts:
        if here and sum(c.size for c in here) + one.size > HOLDS:
            found.append((_ahead(cuts, here[0].number), here))
            here = []
        here.append(one)
    return [*found, (_ahead(cuts, here[0].number), here)] if here else found


def _ahead(cuts: Sequence[Cut], number: int) -> list[Cut]:
    """Return the first sentence of a text and the one before another, where they are short."""
    able = dict.fromkeys([0, number - 1]) if number else {}
    return [cuts[n] for n in able if cuts[n].size <= BEFORE]


def window(net: Net, cuts: Sequence[Cut]) -> Window:
    """Return sentences as one window."""
    codes = list(dict.fromkeys(w.code for c in cuts for w in c.words if w.code))[:PLACES]
    number = {code: k + 1 for k, code in enumerate(codes)}
    rows = [(net.pieces[START], 0, 0, 0, 0, cuts[0].number)]
    first: dict[int, list[int]] = {}
    places: list[tuple[int, str]] = []
    for c in cuts:
        starts = first.setdefault(c.number, [])
        for w, parts in zip(c.words, c.parts, strict=True):
            starts.append(len(rows))
            if w.hidden and w.kind.startswith("B") and w.code in number:
                places.append((len(rows), w.code))
            told = (
                *(net.kinds.get(w.kind, 0), net.roles.get(w.role, 0)),
                *(net.clauses.get(w.clause, 0), number.get(w.code, 0), c.number),
            )
            rows += [(part, *told) for part in parts]
        starts.append(len(rows))
    rows.append((net.pieces[STOP], 0, 0, 0, 0, cuts[-1].number))
    table = np.array(rows[:MOST], np.int32).T
    return Window(
        Stretch(*table[:5]), table[5], first, tuple((at, code) for at, code in places if at < MOST)
    )
