"""Shapley values of a game: what each player is worth, on average over the orders of joining.

The players of a game are numbered; the value of a coalition is a vector of outcomes, zero for the
empty one. Up to ``MOST_EXACT`` players every coalition is valued and

    shapley_g = sum over S without g of |S|! (G - |S| - 1)! / G! (v(S with g) - v(S))

(Shapley 1953, "A Value for n-Person Games", Contributions to the Theory of Games II). Beyond,
orders of joining are drawn and each player's worth averaged over them (Castro, Gomez and Tejada
2009, "Polynomial calculation of the Shapley value based on sampling", Computers & Operations
Research 36(5)), each order with its reverse: what players do to each other two by two then comes
out exactly, and only what takes three or more is left to chance. In every order the worths sum to
the value of all, and so do their averages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from math import factorial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Coalition = frozenset[int]
Value = Callable[[Sequence[Coalition]], Array]
"""Returns the values of coalitions, [coalition, outcome]."""

MOST_EXACT = 10
"""Most players whose every coalition is valued: 1023 of them."""

COALITIONS_AT_ONCE = 128
"""Coalitions valued together, so that few stand in memory."""


class Shares(NamedTuple):
    """What players are worth.

    Attributes:
        total: value of all, [outcome].
        shapley: Shapley values, [player, outcome]; they sum to the total.
        error: their standard errors, likewise; None where they are exact.
        alone: value of each player by itself, likewise.
        without: value of all less that of all but one, likewise.
    """

    total: Array
    shapley: Array
    error: Array | None
    alone: Array
    without: Array


@dataclass(frozen=True)
class Exact:
    """Every coalition.

    Attributes:
        players: how many.
    """

    players: int

    @cached_property
    def coalitions(self) -> tuple[Coalition, ...]:
        """Every coalition to be valued, the smallest first; the empty one is not."""
        sizes = range(1, self.players + 1)
        return tuple(
            frozenset(c) for size in sizes for c in combinations(range(self.players), size)
        )

    def shares(self, value: Value) -> Shares:
        """Return what each player is worth."""
        # all that is asked is linear in the coalitions' values, so that none need be kept
        sums = sum(_weights(part, self.players) @ value(part) for part in _parts(self.coalitions))
        shapley, alone, all_but_one = np.split(np.asarray(sums)[:-1], 3)
        total = np.asarray(sums)[-1]
        return Shares(total, shapley, None, alone, total - all_but_one)


@dataclass(frozen=True)
class Sampled:
    """Orders of joining, drawn at random, each with its reverse.

    Attributes:
        players: how many; two or more.
        pairs: orders drawn, each used both ways; two or more.
        seed: of the draws.
    """

    players: int
    pairs: int
    seed: int

    @cached_property
    def orders(self) -> NDArray[np.intp]:
        """The orders drawn, without their reverses, [pair, place]."""
        rng = np.random.default_rng(self.seed)
        return np.array([rng.permutation(self.players) for _ in range(self.pairs)])

    @cached_property
    def coalitions(self) -> tuple[Coalition, ...]:
        """Every coalition to be valued, once."""
        chains = (c for pair in self.orders for c in _both_ways(pair))
        return tuple(dict.fromkeys((*self._margins, *chains)))

    @cached_property
    def _margins(self) -> tuple[Coalition, ...]:
        """Everyone, each alone, and all but each."""
        everyone = frozenset(range(self.players))
        each = [frozenset([g]) for g in range(self.players)]
        return (everyone, *each, *(everyone - one for one in each))

    def shares(self, value: Value) -> Shares:
        """Return what each player is worth, and how far the average over orders may be off."""
        steps = [self._margins, *(tuple(_both_ways(pair)) for pair in self.orders)]
        known = _Known(value, steps)
        total, *others = known.take()
        alone, all_but_one = np.split(np.array(others), 2)
        mean = spread = np.zeros_like(alone)
        for number, order in enumerate(self.orders, start=1):
            forth, back = np.split(np.array(known.take()), 2)
            found = (_worth(order, forth) + _worth(order[::-1], back)) / 2.0
            gap = found - mean  # Welford's update: no difference of large sums
            mean = mean + gap / number
            spread = spread + gap * (found - mean)
        error = np.sqrt(spread / (self.pairs - 1) / self.pairs)
        return Shares(total, mean, error, alone, total - all_but_one)


class _Known:
    """The values of coalitions asked for step by step, each kept until the last that asks for it.

    Steps are valued ahead, as many as make up ``COALITIONS_AT_ONCE`` coalitions not known yet.
    """

    def __init__(self, value: Value, steps: Sequence[Sequence[Coalition]]) -> None:
        self.value, self.steps = value, steps
        self.left = Counter(coalition for step in steps for coalition in step)
        self.values: dict[Coalition, Array] = {}
        self.at = 0

    def take(self) -> list[Array]:
        """Return the values of the next step's coalitions."""
        step = self.steps[self.at]
        if any(coalition not in self.values for coalition in step):
            self._look_ahead()
        self.at += 1
        return [self._use(coalition) for coalition in step]

    def _use(self, coalition: Coalition) -> Array:
        self.left[coalition] -= 1
        return self.values[coalition] if self.left[coalition] else self.values.pop(coalition)

    def _look_ahead(self) -> None:
        asked: dict[Coalition, None] = {}
        for step in self.steps[self.at :]:
            asked |= dict.fromkeys(c for c in step if c not in self.values)
            if len(asked) >= COALITIONS_AT_ONCE:
                break
        for part in _parts(tuple(asked)):
            self.values.update(zip(part, map(np.copy, self.value(part)), strict=True))


def plan(players: int, samples: int, seed: int) -> Exact | Sampled:
    """Return how the players' worth is found: exactly where they are few.

    Args:
        players: how many.
        samples: orders of joining where they are many, an even number; half are drawn.
        seed: of the draws.
    """
    return Exact(players) if players <= MOST_EXACT else Sampled(players, samples // 2, seed)


def _parts(coalitions: Sequence[Coalition]) -> Iterator[Sequence[Coalition]]:
    """Yield coalitions a part at a time, all parts of about one size."""
    number = -(-len(coalitions) // COALITIONS_AT_ONCE)
    edges = [len(coalitions) * k // number for k in range(number + 1)]
    return (coalitions[low:high] for low, high in pairwise(edges))


def _weights(coalitions: Sequence[Coalition], players: int) -> Array:
    """Return the weight of coalitions' values in what is asked, [asked, coalition].

    Asked are the players' Shapley values, their values alone, the values of all but each, and last
    the value of all.
    """
    member = np.array([[g in c for c in coalitions] for g in range(players)])
    size = member.sum(axis=0)
    orders = np.array([_orders(before, players) for before in range(players)])
    joined = orders[size - 1]
    left = np.append(orders, 0.0)[size]
    shapley = np.where(member, joined, -left)
    return np.concatenate(
        [
            shapley,
            member & (size == 1),
            ~member & (size == players - 1),
            (size == players)[None],
        ]
    )


def _orders(before: int, players: int) -> float:
    """Return the part of all orders in which given players, and no other, come before a given one.

    Args:
        before: how many come before it.
        players: how many there are in all.
    """
    return factorial(before) * factorial(players - before - 1) / factorial(players)


def _both_ways(order: NDArray[np.intp]) -> Iterator[Coalition]:
    """Yield the coalitions met as players join in an order, then in its reverse."""
    for way in (order, order[::-1]):
        for place in range(1, len(way) + 1):
            yield frozenset(way[:place].tolist())


def _worth(order: NDArray[np.intp], met: Array) -> Array:
    """Return what each player adds as it joins, [player, outcome].

    Args:
        order: of joining.
        met: values of the coalitions met, [place, outcome].
    """
    worth = np.empty_like(met)
    worth[order] = np.diff(met, axis=0, prepend=0.0)
    return worth
