"""Cuts between countries: every group that cannot sell to the others, looked at one by one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from countervail.bridge import baseline
from countervail.core import links
from countervail.models import CaliendoParro
from countervail.testing import Table
from countervail.testing.shocks import TableShock

from .small import core

Bools = NDArray[np.bool_]


def random_links(rng: np.random.Generator, countries: int, density: float) -> Bools:
    return (rng.random((countries, countries)) < density) | np.eye(countries, dtype=bool)


def possible(open_links: Bools, deficit: NDArray[np.float64]) -> bool:
    """Every group is asked: imports from the others are its deficit, if it cannot sell to them."""
    for members in product([False, True], repeat=len(deficit)):
        group = np.array(members)
        if not group.any() or group.all() or open_links[np.ix_(~group, group)].any():
            continue
        share = deficit[group].sum()
        if share < (1e-11 if open_links[np.ix_(group, ~group)].any() else -1e-11):
            return False
    return True


@pytest.mark.parametrize("seed", range(200))
def test_an_impossible_balance_is_found_if_there_is_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    countries = int(rng.integers(2, 7))
    open_links = random_links(rng, countries, rng.choice([0.1, 0.25, 0.5]))
    deficit = rng.normal(0.0, 0.1, countries) * (rng.random(countries) < rng.choice([0.0, 0.7, 1]))
    deficit -= deficit.mean() * (np.abs(deficit).max() > 0)
    cut = links.impossible_balance(links.reached(open_links), deficit, np.ones(countries))
    assert (cut is None) == possible(open_links, deficit)
    if cut is not None:
        assert not open_links[np.ix_(~cut.buyers, cut.buyers)].any(), "the buyers cannot sell"
        assert cut.open == open_links[np.ix_(cut.buyers, ~cut.buyers)].any()


def test_ways_lead_round_corners() -> None:
    ring = np.eye(5, dtype=bool) | np.roll(np.eye(5, dtype=bool), 1, axis=0)
    assert links.reached(ring).all()
    assert not links.reached(np.tril(np.ones((5, 5), dtype=bool))).all()


def test_a_balance_that_wages_can_mend_is_not_impossible() -> None:
    cut = links.Cut(np.array([True, False]), True, np.array([-1.0, 1.0]), np.ones(2))
    assert links.still_impossible(cut, np.array([-2.0, 2.0]), np.ones(2))
    assert links.still_impossible(cut, np.array([-0.5, 0.4]), np.ones(2))
    assert not links.still_impossible(cut, np.array([0.5, -0.5]), np.ones(2))
    # money of another unit changes nothing, however small beside value added
    assert links.still_impossible(cut, np.array([-1e-20, 1e-20]), np.ones(2))


def test_a_market_without_a_buyer_left_is_not_wanted() -> None:
    """A good that only goes into another, whose maker may no longer sell it anywhere."""
    trade = np.full((3, 3, 2), 1.0) + 20.0 * np.eye(3)[:, :, None]
    share = np.zeros((3, 2, 2))
    trade[:, 0, 0] /= 2.0
    share[0, 0, 1] = trade[:, 0, 0].sum() / trade[0, :, 1].sum()  # all of good 0 goes into good 1
    table = Table(trade, np.zeros((3, 3, 2)), share, np.array([4.0, 5.0]))
    base, model = baseline(table.world()), CaliendoParro()
    barrier = np.ones(table.trade.shape)
    open_world = model.prepare(base, core(TableShock(iceberg_hat=barrier)))
    assert links.wanted_markets(base, open_world).all()
    barrier[0, :, 1] = np.inf
    shut = model.prepare(base, core(TableShock(iceberg_hat=barrier)))
    expected = np.ones((2, 3), dtype=bool)
    expected[0, 0] = False
    assert (links.wanted_markets(base, shut) == expected).all()
