"""Demand owns its price index: quantities, spending, cost of living are of one preference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import countervail as cv
from countervail.bridge import baseline
from countervail.core.choices.ces_demand import CesDemand
from countervail.core.choices.demand import CobbDouglasDemand, Demand
from countervail.errors import InputError
from countervail.models.presets import CaliendoParro
from countervail.testing import random_world, solve_levels
from countervail.testing.shocks import random_shock

ELASTICITIES = (0.2, 0.5, 0.999, 1.0, 1.001, 2.5, 6.0)
DEMANDS: tuple[Demand, ...] = (CobbDouglasDemand(), *map(CesDemand, ELASTICITIES))
QUICK = settings(deadline=None, max_examples=30)
SEEDS = st.integers(0, 2**32 - 1)


def _prices(seed: int, size: float = 0.3) -> tuple[Any, np.ndarray, np.ndarray]:
    base = baseline(random_world(seed, 4, 3, empty_markets=1).world())
    rng = np.random.default_rng(seed)
    return base, *np.exp(size * rng.standard_normal((2, *base.expenditure.shape)))


@pytest.mark.parametrize("demand", DEMANDS, ids=str)
@given(SEEDS)
@QUICK
def test_spending_adds_up_to_income(demand: Demand, seed: int) -> None:
    base, price, _ = _prices(seed)
    income = 3.0 * base.value_added
    spent = demand.final(base, income[:, None], np.log(price)[..., None])[..., 0]
    np.testing.assert_allclose(spent.sum(axis=0), income, rtol=1e-13)
    np.testing.assert_allclose(spent, demand.bought(base, income, price), rtol=1e-11)


@pytest.mark.parametrize("demand", DEMANDS, ids=str)
@given(SEEDS)
@QUICK
def test_income_over_the_cost_of_living_is_utility(demand: Demand, seed: int) -> None:
    base, price, _ = _prices(seed)
    known = base.final_share > 0
    bought = demand.bought(base, np.ones(len(base.value_added)), price)
    quantity = np.divide(bought, base.final_share * price, out=np.ones_like(price), where=known)
    living = demand.cost_of_living(base, np.ones_like(price), price)
    np.testing.assert_allclose(demand.utility(base, quantity), -np.log(living), atol=1e-12)


@pytest.mark.parametrize("demand", DEMANDS, ids=str)
@given(SEEDS)
@QUICK
def test_the_cost_of_living_chains_and_scales(demand: Demand, seed: int) -> None:
    base, one, two = _prices(seed)
    start = np.ones_like(one)
    both = demand.cost_of_living(base, start, one) * demand.cost_of_living(base, one, two)
    np.testing.assert_allclose(demand.cost_of_living(base, start, two), both, rtol=1e-12)
    np.testing.assert_allclose(demand.cost_of_living(base, one, 7.0 * one), 7.0, rtol=1e-12)
    pairs = demand.cost_of_living(base, np.stack([one, two], -1), np.stack([two, one], -1))
    np.testing.assert_allclose(pairs[:, 0] * pairs[:, 1], 1.0, rtol=1e-12)


@pytest.mark.parametrize("demand", DEMANDS, ids=str)
@given(SEEDS)
@QUICK
def test_what_is_bought_is_the_slope_of_the_cost_of_living(demand: Demand, seed: int) -> None:
    """Shephard's lemma, by central differences: the two halves of a demand are one preference."""
    base, price, _ = _prices(seed)
    share = demand.bought(base, np.ones(len(base.value_added)), price)
    step = 1e-5
    for j in range(len(price)):
        up, down = price.copy(), price.copy()
        up[j] *= np.exp(step)
        down[j] *= np.exp(-step)
        slope = np.log(demand.cost_of_living(base, down, up)) / (2 * step)
        np.testing.assert_allclose(slope, share[j], atol=1e-8)


def test_cobb_douglas_by_hand() -> None:
    base, _, _ = _prices(1)
    base = base._replace(final_share=np.array([[0.25, 1.0], [0.75, 0.0]]))
    price = np.array([[16.0, 2.0], [1.0, 1e300]])  # what nobody consumes does not count
    living = CobbDouglasDemand().cost_of_living(base, np.ones_like(price), price)
    assert living == pytest.approx([2.0, 2.0])
    dearer = CesDemand(0.5).cost_of_living(base, np.ones_like(price), price)
    assert dearer == pytest.approx([(0.25 * 4.0 + 0.75) ** 2, 2.0])


def test_substitution_softens_a_price_rise_and_complements_make_it_worse() -> None:
    base, _, _ = _prices(1)
    price = np.ones_like(base.expenditure)
    price[0] = 3.0
    easy, usual, hard = (
        demand.cost_of_living(base, np.ones_like(price), price)
        for demand in (CesDemand(4.0), CobbDouglasDemand(), CesDemand(0.3))
    )
    some = base.final_share[0] > 0
    assert some.any()
    assert (easy[some] < usual[some]).all()
    assert (usual[some] < hard[some]).all()


@pytest.mark.parametrize("elasticity", [0.0, -1.0, np.inf, np.nan])
def test_an_elasticity_is_a_positive_number(elasticity: float) -> None:
    with pytest.raises(InputError, match="must be a positive number"):
        CesDemand(elasticity)


@pytest.mark.parametrize("elasticity", [0.4, 0.999999, 1.0, 3.0])
@pytest.mark.parametrize("seed", [3, 4])
@pytest.mark.parametrize("deficits", ["world_share", "closed"])
def test_welfare_is_that_of_a_solution_in_levels(
    elasticity: float, seed: int, deficits: Any
) -> None:
    table = random_world(seed, 4, 3, zero_flows=0.2)
    shock = random_shock(seed, table, tariffs=0.6, icebergs=0.3, productivity=0.2)
    model = CaliendoParro(deficits=deficits, demand=CesDemand(elasticity))
    solution = cv.solve(table.world(), shock.scenario(table.world()), model)
    levels = solve_levels(
        **table.arrays(),
        **shock.arrays(),
        deficits=deficits,
        demand_elasticity=elasticity,
    )
    np.testing.assert_allclose(solution.welfare.values, levels.welfare, atol=1e-8)
    np.testing.assert_allclose(solution.trade_new.values, levels.trade, rtol=1e-8, atol=1e-8)
    usual = cv.solve(table.world(), shock.scenario(table.world()), CaliendoParro(deficits=deficits))
    if abs(elasticity - 1.0) > 0.1:
        assert np.abs(usual.welfare.values - levels.welfare).max() > 1e-4


def test_the_certificate_refuses_a_cost_of_living_that_is_another_demands() -> None:
    """Found by trial once: such a model was solved, certified, and its welfare was wrong."""

    class Wired(CesDemand):
        def cost_of_living(self, base: Any, first: Any, second: Any) -> Any:
            return CobbDouglasDemand().cost_of_living(base, first, second)

    table = random_world(3, 4, 3)
    scenario = random_shock(3, table, tariffs=0.6).scenario(table.world())
    with pytest.raises(cv.NotCertified, match="real income"):
        cv.solve(table.world(), scenario, CaliendoParro(demand=Wired(0.3)))
