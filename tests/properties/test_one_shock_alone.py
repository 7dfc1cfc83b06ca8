"""Transfers, people, productivity, trade costs: each alone, held to what is known of it."""

from __future__ import annotations

import numpy as np
from door import CLOSURES, gap, model, solve
from hypothesis import given, settings
from hypothesis import strategies as st
from test_limits import real_wage_by_formula

import countervail as cv
from countervail.testing.shocks import TableShock, random_transfer, two_states
from countervail.testing.strategies import SEEDS, shocked_tables, tables
from countervail.testing.worlds import Table, random_world

Case = tuple[Table, TableShock]
Array = np.ndarray
PER_CENT = 1e-7


def cut_off(table: Table, countries: list[int]) -> Array:
    """Trade costs that ban all trade of some countries."""
    barrier = np.ones_like(table.trade)
    barrier[countries] = np.inf
    barrier[:, countries] = np.inf
    home = range(len(barrier))
    barrier[home, home] = 1.0
    return barrier


def multiplier(input_share: Array) -> Array:
    """Rows of (I - Gamma')^-1: what a good's price moves by per unit of cost saved in each."""
    return np.linalg.inv(np.eye(input_share.shape[0]) - input_share.T)


@given(shocked_tables(shock={"tariffs": 0.5, "export_taxes": 0.3}), SEEDS)
def test_a_transfer_under_closed_is_the_deficit(case: Case, seed: int) -> None:
    table, shock = case
    gift = random_transfer(seed, table, 0.05)
    values = solve(table, shock.replace(transfer=gift), "closed").arrays
    size = values["income"].max()
    assert np.abs(values["deficit_new"] - gift).max() < 1e-12 * size
    border = values["border_trade_new"]
    balance = border.sum(axis=(0, 2)) - border.sum(axis=(1, 2))
    assert np.abs(balance - gift).max() < 1e-9 * size


@settings(max_examples=25)
@given(SEEDS, st.integers(2, 5), st.integers(1, 4))
def test_a_transfer_between_those_who_buy_alike_moves_no_price(
    seed: int, size: int, sectors: int
) -> None:
    """Samuelson (1952): who spends the money does not matter where everybody spends it alike."""
    rng = np.random.default_rng(seed)
    taste = rng.dirichlet(np.ones(sectors))
    seller = rng.dirichlet(np.ones(size), sectors)  # [j, i]
    income = taste @ seller
    trade = 1e4 * np.einsum("j,ji,n->inj", taste, seller, income)
    shape = (size, sectors, sectors)
    table = Table(trade, np.zeros_like(trade), np.zeros(shape), rng.uniform(2.0, 8.0, sectors))
    gift = random_transfer(seed, table, 0.2)
    values = solve(table, TableShock(transfer=gift)).arrays
    for name in ("wage_hat", "price_index_hat"):
        np.testing.assert_allclose(values[name], 1.0, atol=1e-9, err_msg=name)
    np.testing.assert_allclose(values["welfare"], 100.0 * gift / values["income"], atol=PER_CENT)


@given(tables(), st.floats(0.2, 5.0), st.sampled_from(["world_share", "own_income", "closed"]))
def test_more_people_everywhere_are_each_as_rich(
    table: Table, people: float, deficits: str
) -> None:
    size = len(table.trade)
    values = solve(table, TableShock(labour_hat=np.full(size, people)), deficits).arrays
    np.testing.assert_allclose(values["welfare"], 0.0, atol=PER_CENT)
    np.testing.assert_allclose(values["wage_hat"] * people, 1.0, atol=1e-9)
    made = values["gross_output_new"] / values["cost_hat"]
    assert gap(made, people * values["gross_output"]) < 1e-9


@given(shocked_tables(corners=False, shock={"tariffs": 0.0, "productivity": 0.3, "labour": 0.3}))
def test_alone_in_the_world(case: Case) -> None:
    """Without trade output grows with people, and welfare per head with what they can do.

    ln(I/L) - alpha ln P = alpha (I - Gamma')^-1 ln T: each good's price falls by what is saved on
    it and on all that goes into it.
    """
    table, shock = case
    world = table.world()
    alone = TableShock(iceberg_hat=cut_off(table, list(range(len(table.trade)))))
    grown = shock.replace(iceberg_hat=alone.iceberg_hat)
    scenario = two_states(world, alone, grown)
    values = cv.solve(world, scenario, model("closed", table)).arrays
    skill = np.log(shock.productivity_hat)
    expected = [
        alpha @ multiplier(inputs) @ saved
        for alpha, inputs, saved in zip(
            world.accounts.final_share, table.input_share, skill, strict=True
        )
    ]
    np.testing.assert_allclose(values["welfare"], 100.0 * np.expm1(expected), atol=1e-6)
    made = values["gross_output_new"] / values["cost_hat"] / values["gross_output"]
    bare = two_states(world, alone, grown.replace(labour_hat=None))
    fewer = cv.solve(world, bare, model("closed", table)).arrays
    made_by_fewer = fewer["gross_output_new"] / fewer["cost_hat"] / fewer["gross_output"]
    assert gap(made, made_by_fewer * shock.labour_hat[:, None]) < 1e-8


@settings(max_examples=25)
@given(SEEDS, st.integers(2, 5), st.sampled_from([1, 3, 4]), st.floats(0.5, 2.0))
def test_progress_everywhere_is_worth_the_leontief_multiplier(
    seed: int, size: int, sectors: int, progress: float
) -> None:
    """One technology for all: every price falls by T to the power of its multiplier.

    P = c = w^gamma prod P^gamma / T has the same solution in every country, shares stay, and real
    income grows by T^(alpha' m) with m = (I - Gamma')^-1 1.
    """
    table = random_world(seed, size, sectors, tariffs=0.0)
    common = np.random.default_rng(seed).dirichlet(np.ones(sectors), sectors).T * 0.5
    used = np.einsum("kj,nj->nk", common, table.trade.sum(axis=1))
    common *= min(1.0, 0.8 * float((table.trade.sum(axis=0) / used).min()))
    table = table.replace(input_share=np.broadcast_to(common, (size, sectors, sectors)).copy())
    weight = multiplier(common).sum(axis=1)
    values = solve(table, TableShock(productivity_hat=np.full((size, sectors), progress))).arrays
    fall = progress**-weight
    assert gap(values["price_index_hat"], np.broadcast_to(fall, (size, sectors))) < 1e-9
    assert gap(values["trade_new"], table.trade) < 1e-9
    richer = progress ** (table.world().accounts.final_share @ weight)
    np.testing.assert_allclose(values["welfare"], 100.0 * (richer - 1.0), atol=1e-6)


@given(shocked_tables(), st.sampled_from(CLOSURES), st.integers(0, 5), st.floats(0.5, 2.0))
def test_a_better_producer_is_one_with_shorter_ways_to_everybody(
    case: Case, deficits: str, pick: int, better: float
) -> None:
    """Productivity is a saving on every sale, those at home included; only unit costs tell."""
    table, shock = case
    country = pick % len(table.trade)
    skill = np.ones(table.trade.shape[1:])
    skill[country] = better
    ways = shock.iceberg_hat.copy()
    ways[country] /= better
    able = shock.replace(productivity_hat=shock.productivity_hat * skill)
    one = solve(table, able, deficits).arrays
    other = solve(table, shock.replace(iceberg_hat=ways), deficits).arrays
    for name in ("wage_hat", "price_index_hat", "trade_new", "revenue_new", "deficit_new"):
        assert gap(one[name] + 1.0, other[name] + 1.0) < 1e-9, name
    np.testing.assert_allclose(one["welfare"], other["welfare"], atol=PER_CENT)


@settings(max_examples=25)
@given(
    tables(corners=False, countries=(2, 5), tariffs=0.0, elasticities=(2.0, 8.0)),
    st.integers(0, 4),
)
def test_a_country_cut_off_has_what_autarky_gives(table: Table, pick: int) -> None:
    """A ban on all its trade, the others trading on: Costinot and Rodriguez-Clare's formula."""
    country = pick % len(table.trade)
    values = solve(table, TableShock(iceberg_hat=cut_off(table, [country])), "closed").arrays
    bought_at_home = np.einsum("nnj->nj", values["trade_share"])
    autarky = real_wage_by_formula(table, 1.0 / bought_at_home)[country]
    np.testing.assert_allclose(values["welfare"][country], autarky, atol=1e-6)
    assert (values["trade_new"][country].sum(axis=1) > 0).sum() == 1


@given(tables(corners=False), SEEDS, st.sampled_from(CLOSURES))
def test_a_shorter_way_lowers_prices_by_its_share(table: Table, seed: int, deficits: str) -> None:
    """ln P moves by the saving times the share bought that way, sellers' costs aside."""
    rng = np.random.default_rng(seed)
    size, _, sectors = table.trade.shape
    i, n = rng.permutation(size)[:2]
    j = int(rng.integers(sectors))

    def direct(saving: float) -> Array:
        barrier = np.ones_like(table.trade)
        barrier[i, n, j] = np.exp(-saving)
        values = solve(table, TableShock(iceberg_hat=barrier), deficits).arrays
        share = values["trade_share"]
        passed_on = np.einsum("inj,ij->nj", share, np.log(values["cost_hat"]))
        rest = np.log(values["price_index_hat"]) - passed_on
        rest[n, j] += saving * share[i, n, j]
        return np.asarray(rest)

    large, small = (np.abs(direct(saving)).max() for saving in (1e-1, 1e-2))
    assert small <= 0.02 * large + 1e-9
