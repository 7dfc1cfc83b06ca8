"""Shapley values of games that are given as numbers: axioms, and the definition written out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from countervail.studies import shapley
from countervail.studies.shapley import Coalition, Exact, Sampled, Shares

Array = NDArray[np.float64]
OUTCOMES = 3


class Game:
    """A game of random values, which counts how often it is asked."""

    def __init__(self, players: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.players = players
        self.values: dict[Coalition, Array] = {
            frozenset(c): rng.normal(size=OUTCOMES)
            for size in range(players + 1)
            for c in combinations(range(players), size)
        }
        self.values[frozenset()] = np.zeros(OUTCOMES)
        self.asked: list[Coalition] = []
        self.most = 0

    def value(self, coalitions: Sequence[Coalition]) -> Array:
        self.asked += coalitions
        self.most = max(self.most, len(coalitions))
        return np.array([self.values[c] for c in coalitions])

    def by_definition(self) -> Array:
        """Worth added on joining, averaged over every order."""
        orders = list(permutations(range(self.players)))
        worth = np.zeros((self.players, OUTCOMES))
        for order in orders:
            for place, player in enumerate(order):
                with_, before = frozenset(order[: place + 1]), frozenset(order[:place])
                worth[player] += self.values[with_] - self.values[before]
        return worth / len(orders)


def pairwise_game(players: int, seed: int) -> Game:
    """A game in which players matter alone and two by two."""
    game, rng = Game(players, seed), np.random.default_rng(seed)
    own, meeting = rng.normal(size=(players, OUTCOMES)), rng.normal(size=(players, players))
    for coalition in game.values:
        inside = list(coalition)
        pairs = sum(meeting[a, b] for a, b in combinations(sorted(inside), 2))
        game.values[coalition] = own[inside].sum(axis=0) + pairs
    return game


seeds = st.integers(0, 10_000)
PLANS: tuple[Callable[[int], Exact | Sampled], ...] = (
    Exact,
    lambda players: Sampled(players, pairs=4, seed=1),
)


@given(seed=seeds, players=st.integers(1, 5))
def test_exact_is_the_definition(seed: int, players: int) -> None:
    game = Game(players, seed)
    found = Exact(players).shares(game.value)
    assert np.allclose(found.shapley, game.by_definition(), rtol=0, atol=1e-12)
    assert found.error is None
    check_margins(game, found)


def check_margins(game: Game, found: Shares) -> None:
    everyone = frozenset(range(game.players))
    assert np.array_equal(found.total, game.values[everyone])
    for g in range(game.players):
        assert np.array_equal(found.alone[g], game.values[frozenset([g])])
        missing = game.values[everyone] - game.values[everyone - {g}]
        assert np.allclose(found.without[g], missing, rtol=0, atol=1e-14)


@pytest.mark.parametrize("plan", PLANS)
@given(seed=seeds, players=st.integers(2, 6))
def test_shares_sum_to_the_total(
    plan: Callable[[int], Exact | Sampled], seed: int, players: int
) -> None:
    game = Game(players, seed)
    found = plan(players).shares(game.value)
    assert np.allclose(found.shapley.sum(axis=0), found.total, rtol=0, atol=1e-13)
    check_margins(game, found)


@pytest.mark.parametrize("plan", PLANS)
@given(seed=seeds)
def test_who_adds_nothing_gets_nothing(plan: Callable[[int], Exact | Sampled], seed: int) -> None:
    game = Game(5, seed)
    for coalition in game.values:
        game.values[coalition] = game.values[coalition - {3}]
    found = plan(5).shares(game.value)
    assert not found.shapley[3].any() or abs(found.shapley[3]).max() < 1e-15
    assert not found.alone[3].any()
    assert not found.without[3].any()


@given(seed=seeds)
def test_equals_get_the_same(seed: int) -> None:
    """Players 0 and 1 may take each other's place in every coalition."""
    game, swap = Game(5, seed), {0: 1, 1: 0}
    for coalition in list(game.values):
        swapped = frozenset(swap.get(g, g) for g in coalition)
        game.values[coalition] = game.values[swapped]
    found = Exact(5).shares(game.value)
    assert np.allclose(found.shapley[0], found.shapley[1], rtol=0, atol=1e-14)


@given(seed=seeds)
def test_shares_of_a_sum_are_sums_of_shares(seed: int) -> None:
    one, two, both = Game(4, seed), Game(4, seed + 1), Game(4, seed)
    both.values = {c: 2.0 * one.values[c] - 3.0 * two.values[c] for c in one.values}
    first, second, third = (Exact(4).shares(game.value).shapley for game in (one, two, both))
    assert np.allclose(third, 2.0 * first - 3.0 * second, rtol=0, atol=1e-12)


@given(seed=seeds, players=st.integers(2, 7), pairs=st.integers(2, 4))
def test_an_order_and_its_reverse_settle_what_meets_two_by_two(
    seed: int, players: int, pairs: int
) -> None:
    game = pairwise_game(players, seed)
    found = Sampled(players, pairs, seed).shares(game.value)
    exact = Exact(players).shares(game.value)
    assert np.allclose(found.shapley, exact.shapley, rtol=0, atol=1e-12)
    assert found.error is not None
    assert found.error.max() < 1e-12


def test_errors_say_how_far_off_the_average_is() -> None:
    """Over many draws, the squared distance from the exact is the squared error, on average."""
    game = Game(5, 2)
    exact = Exact(5).shares(game.value).shapley
    draws = [Sampled(5, pairs=10, seed=seed).shares(game.value) for seed in range(300)]
    distance = np.mean([(draw.shapley - exact) ** 2 for draw in draws], axis=0)
    claimed = np.mean([np.square(draw.error) for draw in draws], axis=0)
    assert np.allclose(distance, claimed, rtol=0.3)
    bias = np.mean([draw.shapley for draw in draws], axis=0) - exact
    assert (abs(bias) < 4.0 * np.sqrt(distance / len(draws))).all()


@pytest.mark.parametrize("plan", [*PLANS, lambda players: Sampled(players, pairs=30, seed=0)])
@pytest.mark.parametrize("at_once", [1, 7, 128])
def test_every_coalition_is_valued_once_few_at_a_time(
    plan: Callable[[int], Exact | Sampled], at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shapley, "COALITIONS_AT_ONCE", at_once)
    game, how = Game(6, 5), plan(6)
    found = how.shares(game.value)
    assert sorted(game.asked, key=sorted) == sorted(how.coalitions, key=sorted)
    assert len(set(game.asked)) == len(game.asked)
    assert game.most <= at_once
    monkeypatch.setattr(shapley, "COALITIONS_AT_ONCE", 10_000)
    again = plan(6).shares(game.value)
    assert np.allclose(found.shapley, again.shapley, rtol=0, atol=1e-14)


def test_values_are_not_kept_longer_than_needed() -> None:
    game = Game(8, 1)
    known = shapley._Known(game.value, [[frozenset([0])], [frozenset([0]), frozenset([1])]])
    assert np.array_equal(known.take()[0], game.values[frozenset([0])])
    assert list(known.values) == [frozenset([0]), frozenset([1])]
    known.take()
    assert not known.values


def test_few_players_exactly_and_many_by_draws() -> None:
    assert shapley.plan(10, 200, 3) == Exact(10)
    assert len(Exact(10).coalitions) == 1023
    assert shapley.plan(11, 200, 3) == Sampled(11, 100, 3)
    assert len(Sampled(11, 100, 3).coalitions) < 2047
