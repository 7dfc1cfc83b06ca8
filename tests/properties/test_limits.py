"""Identities 4 and 5: the formulas of Arkolakis, Costinot and Rodriguez-Clare, bans, autarky."""

from __future__ import annotations

import numpy as np
import pytest
from door import CLOSURES, gap, solve
from hypothesis import given
from hypothesis import strategies as st

import countervail as cv
from countervail.testing.shocks import TableShock, random_shock
from countervail.testing.strategies import SEEDS, shocked_tables, tables
from countervail.testing.worlds import Table, one_sector, random_world

Case = tuple[Table, TableShock]
Array = np.ndarray
BARRIERS = {"tariffs": 0.0, "icebergs": 0.5}


def home_share(share: Array) -> Array:
    """Domestic shares, [n, j]."""
    return np.einsum("nnj->nj", share)


def real_wage_by_formula(table: Table, share_hat: Array) -> Array:
    """Real wages from domestic shares, per cent.

    Costinot and Rodriguez-Clare (2014), equation 29: ln(w/P) = -alpha (I - Gamma')^-1 ln(pi)/theta.
    """
    books = table.world().accounts
    sectors = np.eye(table.trade_elasticity.size)
    ease = np.log(share_hat) / table.trade_elasticity
    result = [
        -alpha @ np.linalg.solve(sectors - inputs.T, fall)
        for alpha, inputs, fall in zip(books.final_share, table.input_share, ease, strict=True)
    ]
    return 100.0 * np.expm1(result)


@given(SEEDS, st.integers(2, 6), st.sampled_from([0.3, 4.0, 20.0]))
def test_one_sector_without_inputs(seed: int, size: int, theta: float) -> None:
    """Arkolakis, Costinot and Rodriguez-Clare (2012): W = pi_nn^(-1/theta)."""
    table = random_world(
        seed, size, 1, tariffs=0.0, inputs=0.0, deficits=0.0, elasticities=(theta, theta * 1.001)
    ).replace(input_share=np.zeros((size, 1, 1)))
    solution = solve(table, random_shock(seed, table, **BARRIERS)).arrays
    fall = home_share(solution["trade_share_new"]) / home_share(solution["trade_share"])
    expected = fall[:, 0] ** (-1.0 / table.trade_elasticity[0]) - 1.0
    np.testing.assert_allclose(solution["welfare"], 100.0 * expected, atol=1e-7)


@given(shocked_tables(corners=False, tariffs=0.0, deficits=0.0, shock=BARRIERS))
def test_many_sectors_with_inputs(case: Case) -> None:
    """Costinot and Rodriguez-Clare (2014): balanced trade and no tariffs, welfare is real wages."""
    table, shock = case
    solution = solve(table, shock).arrays
    fall = home_share(solution["trade_share_new"]) / home_share(solution["trade_share"])
    expected = real_wage_by_formula(table, fall)
    np.testing.assert_allclose(solution["welfare"], expected, atol=1e-6)


@given(
    shocked_tables(corners=False, shock={"tariffs": 0.8, "icebergs": 0.2}),
    st.sampled_from(CLOSURES),
)
def test_real_wages_follow_domestic_shares_whatever_the_policy(case: Case, deficits: str) -> None:
    table, shock = case
    solution = solve(table, shock, deficits)
    values = solution.arrays
    fall = home_share(values["trade_share_new"]) / home_share(values["trade_share"])
    expected = real_wage_by_formula(table, fall)
    np.testing.assert_allclose(values["real_wage"], expected, atol=1e-6)
    # and welfare is the real wage times income per unit of wages
    per_wage = values["income_new"] / values["income"] / values["wage_hat"]
    np.testing.assert_allclose(
        1.0 + values["welfare"] / 100.0, (1.0 + expected / 100.0) * per_wage, atol=1e-8
    )


@given(tables(corners=False, tariffs=0.0, elasticities=(2.0, 8.0)))
def test_autarky_is_the_limit_of_trade_costs(table: Table) -> None:
    world = table.world()
    model = cv.CaliendoParro(deficits="closed")
    home = range(len(world.countries))

    def welfare(cost: float) -> tuple[Array, Array]:
        barrier = np.full(table.trade.shape, cost)
        barrier[home, home] = 1.0
        scenario = cv.Scenario.from_arrays(world, iceberg_hat=barrier)
        solution = cv.solve(world, scenario, model)
        return solution.arrays["welfare"], home_share(solution.arrays["trade_share"])

    autarky, share = welfare(np.inf)
    expected = real_wage_by_formula(table, 1.0 / share)
    np.testing.assert_allclose(autarky, expected, atol=1e-6)
    distance = [np.abs(welfare(cost)[0] - autarky).max() for cost in (3.0, 30.0, 3000.0)]
    assert distance[0] >= distance[1] >= distance[2]
    assert distance[2] < 1e-2


@given(
    shocked_tables(corners=False, countries=(3, 6), elasticities=(2.0, 10.0), shock={"bans": 0.15})
)
def test_a_ban_is_the_limit_of_a_cost(case: Case) -> None:
    table, shock = case
    dear = shock.replace(iceberg_hat=np.where(np.isinf(shock.iceberg_hat), 1e7, 1.0))
    banned, limit = solve(table, shock).arrays, solve(table, dear).arrays
    assert (banned["trade_new"][np.isinf(shock.iceberg_hat)] == 0).all()
    np.testing.assert_allclose(limit["welfare"], banned["welfare"], atol=1e-6)
    assert gap(limit["trade_new"], banned["trade_new"]) < 1e-6


@given(
    shocked_tables(corners=False, countries=(3, 6), elasticities=(2.0, 10.0), shock={"bans": 0.15})
)
def test_a_prohibitive_tariff_is_a_ban(case: Case) -> None:
    table, shock = case
    law = np.where(np.isinf(shock.iceberg_hat), 1e9, shock.tariff_new)
    banned = solve(table, shock).arrays
    taxed = solve(table, TableShock(tariff_new=law)).arrays
    np.testing.assert_allclose(taxed["welfare"], banned["welfare"], atol=1e-4)


@pytest.mark.parametrize("theta", [1.0, 4.0, 12.0])
def test_gains_from_trade_of_one_sector_by_hand(theta: float) -> None:
    """Two mirror countries that buy a tenth abroad lose 0.9^(1/theta) - 1 in autarky."""
    table = one_sector(2, theta)
    table = table.replace(trade=np.array([[[90.0], [10.0]], [[10.0], [90.0]]]))
    barrier = np.array([[[1.0], [np.inf]], [[np.inf], [1.0]]])
    solution = solve(table, TableShock(iceberg_hat=barrier), "closed").arrays
    np.testing.assert_allclose(solution["welfare"], 100.0 * (0.9 ** (1.0 / theta) - 1.0), atol=1e-9)
