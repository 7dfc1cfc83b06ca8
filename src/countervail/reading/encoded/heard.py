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
        return _Answered(self._weights, taken, self._scenes, asked, lo, hi)


@dataclass(frozen=True)
class _Answered:
    """What words tell in an encoded window, each part worked out where it is looked at."""

    net: Net
    taken: _Taken
    scenes: Sequence[Scene]
    asked: Asked
    lo: int
    hi: int

    @cached_property
    def instruments(self) -> Chances:
        w = self.net.w
        return _named(self.net.instruments, self._whole @ w["I2"] + w["I2b"])

    @cached_property
    def statuses(self) -> Chances:
        w = self.net.w
        return _named(self.net.statuses, self._whole @ w["S2"] + w["S2b"])

    @cached_property
    def takers(self) -> Chances:
        return self._of_codes("M")

    @cached_property
    def struck(self) -> Chances:
        return self._of_codes("A")

    @cached_property
    def goods(self) -> dict[Place, float]:
        at = self._mentioned("products")
        meant = _chance(self._of_places("G", list(at.values()), self._whole))
        return dict(zip(at, map(float, meant), strict=True))

    @cached_property
    def rates(self) -> dict[Place, float]:
        return dict(zip(self._mentioned("rates"), map(float, self._which), strict=False))

    @cached_property
    def rateless(self) -> float:
        return float(self._which[-1])

    @cached_property
    def _which(self) -> Array:
        """Chances of the rates of the window, and of none."""
        w, bare = self.net.w, np.tanh(self._plain + self.net.w["P0"])
        score = self._of_places("X", list(self._mentioned("rates").values()), bare)
        return softmax(np.append(score, bare @ w["N"] + w["N0"]))

    @cached_property
    def _whole(self) -> Array:
        """The words as one vector, with the rate that is meant."""
        whole: Array = np.tanh(self._plain + self._rate())
        return whole

    @cached_property
    def _plain(self) -> Array:
        """The words as one vector, whichever rate is meant."""
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

    def _of_codes(self, part: str) -> Chances:
        """Return the chance of each country or group in a part, by all places where it is named."""
        places = self.taken.window.places
        score = self._of_places(part, [at for at, _ in places], self._whole)
        by: dict[str, list[float]] = {}
        for (_, code), one in zip(places, score, strict=True):
            by.setdefault(code, []).append(float(one))
        return {code: float(_chance(np.logaddexp.reduce(every))) for code, every in by.items()}

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
        worth: Array = np.tanh(line + w[f"{part}d"][side * (2 * FAR + 1) + apart]) @ w[f"{part}o"]
        return worth + w[f"{part}o0"]


def _named(names: Sequence[str], score: Array) -> Chances:
    return dict(zip(names, map(float, softmax(score)), strict=True))


def _chance(score: Array) -> Array:
    share: Array = (1 / (1 + np.exp(-score))).astype(np.float32)
    return share
