"""A text as the encoder hears it: which measure some words tell, where it stands, whose it is.

Each answer is a chance. Words are asked about by their place; who, whom and which goods by the
places where these are named, anywhere in the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from countervail.reading.encoded.answers import DEAF, Answer, Asked, Chances, Place
from countervail.reading.encoded.encoder import encoded, softmax
from countervail.reading.encoded.marked import words_of
from countervail.reading.encoded.net import Array, Net, net
from countervail.reading.encoded.windows import MOST, Window, cut, grouped, window
from countervail.reading.frames import Scene

FAR = 2
"""Sentences after which one is far."""


@dataclass(frozen=True)
class _Taken:
    """A window with the vectors of its pieces."""

    window: Window
    x: Array


class Heard:
    """A text as the encoder hears it; nothing is encoded before it is asked about."""

    def __init__(self, scenes: Sequence[Scene], weights: Net | None = None) -> None:
        self._scenes = scenes
        self._net = weights

    @cached_property
    def _weights(self) -> Net:
        return self._net or net()

    @cached_property
    def _windows(self) -> list[tuple[range, Window]]:
        cuts = [cut(self._weights, n, words_of(sc)) for n, sc in enumerate(self._scenes)]
        return [
            (range(here[0].number, here[-1].number + 1), window(self._weights, [*ahead, *here]))
            for ahead, here in grouped(cuts)
        ]

    @cached_property
    def _of_sentence(self) -> dict[int, int]:
        return {n: k for k, (numbers, _) in enumerate(self._windows) for n in numbers}

    @cached_property
    def _answers(self) -> dict[Asked, Answer]:
        return {}

    @cached_property
    def _taken(self) -> dict[int, _Taken]:
        return {}

    def _at(self, sentence: int) -> _Taken:
        k = self._of_sentence[sentence]
        if k not in self._taken:
            w = self._windows[k][1]
            self._taken[k] = _Taken(w, encoded(self._weights, w.stretch))
        return self._taken[k]

    def answer(self, asked: Asked) -> Answer:
        """Return what some words tell; nothing of words beyond what one window holds."""
        if asked not in self._answers:
            self._answers[asked] = self._answered(asked)
        return self._answers[asked]

    def _answered(self, asked: Asked) -> Answer:
        taken = self._at(asked.sentence)
        first = taken.window.first[asked.sentence]
        lo, hi = first[asked.lo], min(first[asked.hi], MOST)
        if lo >= hi:
            return DEAF
        return _Question(self._weights, taken, self._scenes, asked, lo, hi).answer()


@dataclass(frozen=True)
class _Question:
    """Words asked about, in an encoded window."""

    net: Net
    taken: _Taken
    scenes: Sequence[Scene]
    asked: Asked
    lo: int
    hi: int

    def answer(self) -> Answer:
        """Return all that they tell."""
        w = self.net.w
        plain = self._plain()
        bare, whole = np.tanh(plain + w["P0"]), np.tanh(plain + self._rate())
        places = self.taken.window.places
        takers, struck = (self._of_places(a, [at for at, _ in places], whole) for a in "MA")
        goods, rates = self._mentioned("products"), self._mentioned("rates")
        meant = self._of_places("G", list(goods.values()), whole)
        which = softmax(
            np.append(self._of_places("X", list(rates.values()), bare), bare @ w["N"] + w["N0"])
        )
        return Answer(
            _named(self.net.instruments, whole @ w["I2"] + w["I2b"]),
            _named(self.net.statuses, whole @ w["S2"] + w["S2b"]),
            _of_codes([code for _, code in places], takers),
            _of_codes([code for _, code in places], struck),
            dict(zip(goods, map(float, _chance(meant)), strict=True)),
            dict(zip(rates, map(float, which[:-1]), strict=True)),
            float(which[-1]),
        )

    def _plain(self) -> Array:
        """Return the words as one vector, whichever rate is meant."""
        w, x = self.net.w, self.taken.x
        here = x[self.lo : self.hi]
        most = softmax((here @ w["PA"]).T) @ here
        line: Array = np.concatenate([*most, here[0], x[0]]) @ w["P1"] + w["P1b"]
        return line

    def _rate(self) -> Array:
        """Return what the rate that is meant adds."""
        w = self.net.w
        if self.asked.rate >= 0:
            at = self.taken.window.first[self.asked.sentence][self.asked.rate]
            if at < MOST:
                added: Array = self.taken.x[at] @ w["PR"]
                return added
        return w["P0"]

    def _mentioned(self, kind: str) -> dict[Place, int]:
        """Return the first piece of what is mentioned in the window, by its place."""
        return {
            (n, m.lo): first[m.lo]
            for n, first in self.taken.window.first.items()
            for m in getattr(self.scenes[n].s, kind)
            if first[m.lo] < MOST
        }

    def _of_places(self, part: str, at: Sequence[int], asked: Array) -> Array:
        """Return how much speaks for each of some pieces in a part."""
        if not at:
            return np.zeros(0, np.float32)
        w, where = self.net.w, np.array(at)
        side = np.where(where < self.lo, 1, np.where(where < self.hi, 0, 2))
        apart = np.clip(self.taken.window.sentence[where] - self.asked.sentence, -FAR, FAR) + FAR
        line = self.taken.x[where] @ w[f"{part}h"] + asked @ w[f"{part}q"] + w[f"{part}b"]
        worth: Array = np.tanh(line + w[f"{part}d"][side * 5 + apart]) @ w[f"{part}o"]
        return worth + w[f"{part}o0"]


def _named(names: Sequence[str], score: Array) -> Chances:
    return dict(zip(names, map(float, softmax(score)), strict=True))


def _chance(score: Array) -> Array:
    share: Array = (1 / (1 + np.exp(-score))).astype(np.float32)
    return share


def _of_codes(codes: Sequence[str], score: Array) -> Chances:
    """Return the chance of each code by all places where it is named."""
    found = {
        code: np.logaddexp.reduce([s for c, s in zip(codes, score, strict=True) if c == code])
        for code in dict.fromkeys(codes)
    }
    return {code: float(_chance(one)) for code, one in found.items()}
