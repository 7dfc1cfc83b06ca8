"""Goods of a sector and supply that stays: what they come to in the limit, and what must hold.

No shock, accounts, the unit of money, the order of labels and gradients are held of them by
``check_model`` (tests/testing/test_check_model.py), the solution in levels by test_two_roads.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from door import gap, hats, solve
from hypothesis import given, settings
from hypothesis import strategies as st

import countervail as cv
from countervail.bridge import baseline, shock_of
from countervail.core.choices.nested_goods import NestedGoods
from countervail.core.model import Baseline
from countervail.core.supply import input_substitution, local_elasticity, retained_share
from countervail.models.presets import FirstYear
from countervail.state import State, solve_state
from countervail.testing.shocks import LineTable, TableShock, random_shock
from countervail.testing.strategies import MODERATE, SEEDS, shocked_tables, tables
from countervail.testing.worlds import Table, random_world

Array = Any


def first_year(table: Table, shock: TableShock, **choices: Any) -> cv.Solution:
    world = table.world()
    return cv.solve(world, shock.scenario(world), FirstYear(**choices))


def short(table: Table, *elasticities: float) -> Table:
    """The world with these elasticities of supply, the others free."""
    supply = np.full(table.trade.shape[2], np.inf)
    supply[: len(elasticities)] = elasticities
    return table.replace(supply=supply)


def state_of(
    table: Table, shock: TableShock, model: cv.Economy | None = None
) -> tuple[Baseline, State]:
    """What the core solves of a shock, and its baseline."""
    world = table.world()
    base, placed = baseline(world), shock.scenario(world).resolve(world)
    return base, solve_state(model or FirstYear(), base, shock_of(placed.after, placed))


def ban(table: Table, exporter: int, importer: int, good: int) -> TableShock:
    iceberg = np.ones_like(table.trade)
    iceberg[exporter, importer, good] = np.inf
    return TableShock(iceberg_hat=iceberg)


@settings(max_examples=25)
@given(tables(countries=(3, 5), sectors=(2, 4)), SEEDS)
def test_goods_at_one_plus_theta_are_lines(table: Table, seed: int) -> None:
    """Any split of a sector: origins of goods substitute as goods do, so they are lines of it."""
    rng = np.random.default_rng(seed)
    split, part = split_in_two(rng, table)
    law, lines = duties_on_the_first(rng, table, split, part)
    theta = float(table.trade_elasticity[0])
    goods = first_year(split, TableShock(tariff_new=law), goods=NestedGoods(1.0 + theta))
    whole = solve(table, TableShock(lines=lines))
    found, wanted = goods.arrays, whole.arrays
    assert gap(found["wage_hat"], wanted["wage_hat"]) < 1e-9
    assert gap(found["income_new"], wanted["income_new"]) < 1e-9
    trade = found["trade_new"][:, :, :-1].copy()
    trade[:, :, 0] += found["trade_new"][:, :, -1]
    assert gap(trade, wanted["trade_new"]) < 1e-9
    assert np.abs(found["welfare"] - wanted["welfare"]).max() < 1e-7


def split_in_two(rng: np.random.Generator, table: Table) -> tuple[Table, Array]:
    """A world whose first sector is two goods, the second put last, and the first's parts."""
    part = rng.uniform(0.05, 0.95, table.trade.shape[:2])
    trade = np.concatenate([table.trade, (1.0 - part)[:, :, None] * table.trade[:, :, :1]], axis=2)
    trade[:, :, 0] *= part
    # what the first pays less, the second pays more
    rate, less = table.tariff[:, :, 0], rng.uniform(0.0, 1.0, part.shape)
    more = (rate - part * less * rate) / (1.0 - part)
    tariff = np.concatenate([table.tariff, more[:, :, None]], axis=2)
    tariff[:, :, 0] = less * rate
    again = [*range(table.trade.shape[2]), 0]
    spent = (trade * (1.0 + tariff)).sum(axis=0)
    both = spent[:, [0, -1]].sum(axis=1)
    inputs = table.input_share[:, again][:, :, again]
    mix = np.divide(spent[:, [0, -1]].T, both, out=np.full((2, len(both)), 0.5), where=both > 0)
    inputs[:, [0, -1]] *= mix.T[:, :, None]
    made = Table(trade, tariff, inputs, table.trade_elasticity[again], nest=tuple(again))
    return made, part


def duties_on_the_first(
    rng: np.random.Generator, table: Table, split: Table, part: Array
) -> tuple[Array, LineTable]:
    """Duties on the first good of some cells, and the same as lines of them."""
    countries = len(part)
    hit = (
        (rng.random(part.shape) < 0.4) & (table.trade[:, :, 0] > 0) & ~np.eye(countries, dtype=bool)
    )
    law = split.tariff.copy()
    law[:, :, 0] += np.where(hit, rng.uniform(0.0, 2.0, part.shape), 0.0)
    i, n = np.nonzero(hit)
    both = np.concatenate([i, i]), np.concatenate([n, n])
    good = np.repeat([0, -1], len(i))
    lines = LineTable(
        *both,
        np.zeros(2 * len(i), dtype=np.int64),
        np.concatenate([part[hit], 1.0 - part[hit]]),
        split.tariff[(*both, good)],
        law[(*both, good)],
        np.ones(2 * len(i)),
    )
    return law, lines


@settings(max_examples=25)
@given(shocked_tables(countries=(3, 5), sectors=(2, 4)))
def test_goods_with_constant_shares_are_sectors(case: tuple[Table, TableShock]) -> None:
    """At eta = 1 and where all may move, a good is a sector to the engine without goods."""
    table, shock = case
    goods = table.with_goods().replace(supply=None)
    found = hats(first_year(goods, shock, goods=NestedGoods(1.0)))
    wanted = hats(solve(goods.replace(nest=None), shock))
    for name, hat in found.items():
        assert gap(hat, wanted[name]) < 1e-9, name


@pytest.mark.parametrize("seed", range(3))
def test_balanced_first_goods_bought_each_by_itself_are_sectors(seed: int) -> None:
    """Users who buy goods of a sector in mixes of their own keep them, but in nests."""
    table = random_world(seed, 4, 3)
    shock = random_shock(seed, table, tariffs=0.5)
    found = solve(table.replace(nest=(0, 0, 1)), shock, "closed").arrays
    wanted = solve(table, shock, "closed").arrays
    for name in ("wage_hat", "welfare", "expenditure_new", "gross_output_new"):
        assert gap(found[name], wanted[name]) < 1e-12, name


@pytest.mark.parametrize("seed", range(4))
def test_of_a_good_with_no_elasticity_at_all_the_quantity_stands_still(seed: int) -> None:
    """A ban moves all of what it shuts out elsewhere."""
    table = short(random_world(seed, 4, 3, tariffs=0.0).with_goods(), 1e-6)
    base, state = state_of(table, ban(table, 1, 2, 0))
    out = state.outcome
    quantity = out.gross_output[0] / out.cost_hat[0]
    assert gap(quantity, base.gross_output[0]) < 1e-4
    before = base.trade_share[0, :, 1] * base.expenditure[0] / (1.0 + base.tariff[0, :, 1])
    after = out.trade[0, :, 1] / out.cost_hat[0, 1]
    elsewhere = np.arange(4) != 2
    gained = (after - before)[elsewhere].sum()
    assert gained == pytest.approx(before[2], rel=1e-3)
    # at a lower price than others get: what is left of the world takes it for no less
    assert out.cost_hat[0, 1] < out.cost_hat[0].max()


def test_an_ever_more_elastic_supply_comes_to_the_long_run_at_one_over_epsilon() -> None:
    table = random_world(5, 4, 3).with_goods()
    shock = random_shock(5, table, **MODERATE)
    free = hats(first_year(table.replace(supply=None), shock))

    def apart(elasticity: float) -> float:
        found = hats(first_year(short(table, elasticity, elasticity, elasticity), shock))
        return max(gap(hat, free[name]) for name, hat in found.items())

    off = [apart(epsilon) for epsilon in (1e2, 1e3, 1e4)]
    assert off[0] / off[1] == pytest.approx(10.0, rel=0.1)
    assert off[1] / off[2] == pytest.approx(10.0, rel=0.05)


@settings(max_examples=10)
@given(SEEDS, st.floats(1.1, 4.0))
def test_what_stays_is_galle_rodriguez_clare_and_yi_with_one_group(seed: int, kappa: float) -> None:
    """Their workers: Frechet draws of ability by sector, with kappa = 1 / phi (2023, section 2).

    A sector pays v for a unit of ability; of the group, lambda works there, and all earn alike::

        Phi = [sum_s lambda_s v_s^kappa]^(1 / kappa),   lambda_s' / lambda_s = (v_s / Phi)^kappa

    and what a sector pays its workers is lambda_s' Phi of all that was earned.
    """
    table, supply = same_everywhere(seed, kappa)
    shock = random_shock(seed, table, tariffs=0.5, icebergs=0.2, productivity=0.1)
    assert shock.productivity_hat is not None
    base, state = state_of(table.replace(supply=supply), shock)
    out = state.outcome
    # what a unit of ability is paid, from what a unit of the good costs
    inputs = np.einsum("nkj,kn->jn", base.input_share, np.log(out.paid_hat))
    log_cost = np.log(out.cost_hat) + np.log(shock.productivity_hat.T)
    paid = np.exp((log_cost - inputs) / base.value_added_share)
    before = base.value_added_share * base.gross_output
    share = before / before.sum(axis=0)
    mean = (share * paid**kappa).sum(axis=0) ** (1.0 / kappa)
    works = share * (paid / mean) ** kappa
    np.testing.assert_allclose(works.sum(axis=0), 1.0, rtol=1e-9)
    earned = works * mean * before.sum(axis=0)
    np.testing.assert_allclose(out.value_added, earned, rtol=1e-8)
    np.testing.assert_allclose(out.wage_hat, mean, rtol=1e-8)


def same_everywhere(seed: int, kappa: float) -> tuple[Table, Array]:
    """A world made alike in all countries, and elasticities of supply at which 1 / phi is kappa."""
    table = random_world(seed, 4, 3, tariffs=0.2, inputs=0.4)
    inputs = np.repeat(table.input_share.min(axis=0)[None], 4, axis=0)
    share = 1.0 - inputs[0].sum(axis=0)
    return table.replace(input_share=inputs), kappa / share - 1.0


@settings(max_examples=15)
@given(
    shocked_tables(countries=(3, 5), sectors=(3, 4), shock={"tariffs": 0.5}),
    st.sampled_from([0, -1]),
)
def test_two_halves_of_a_good_are_the_good(case: tuple[Table, TableShock], which: int) -> None:
    table, shock = case[0].with_goods(), case[1]
    good = which % table.trade.shape[2]
    law = shock.tariff_new
    assert law is not None
    again = np.concatenate([law, law[:, :, good : good + 1]], axis=2)
    try:
        whole = first_year(table, shock).arrays
    except cv.NoEquilibrium:
        with pytest.raises(cv.NoEquilibrium):
            first_year(table.with_sector_halved(good), shock.replace(tariff_new=again))
        return
    halves = first_year(table.with_sector_halved(good), shock.replace(tariff_new=again)).arrays
    assert gap(halves["wage_hat"], whole["wage_hat"]) < 1e-9
    assert np.abs(halves["welfare"] - whole["welfare"]).max() < 1e-7
    sold = halves["trade_new"][:, :, good] + halves["trade_new"][:, :, -1]
    assert gap(sold, whole["trade_new"][:, :, good]) < 1e-9


@settings(max_examples=15)
@given(
    shocked_tables(countries=(3, 5), sectors=(3, 4)), st.sampled_from(["world_share", "own_income"])
)
def test_labour_what_stays_revenue_and_deficit_are_spent(
    case: tuple[Table, TableShock], deficits: str
) -> None:
    table, shock = case[0].with_goods(), case[1]
    try:
        base, state = state_of(table, shock, FirstYear(deficits))  # type: ignore[arg-type]
    except cv.NoEquilibrium:
        return
    assert base.goods is not None
    gamma, out = base.value_added_share, state.outcome
    stays = np.zeros_like(gamma)
    rows, supply = base.goods.staying, base.goods.supply
    stays[rows] = retained_share(supply, gamma[rows]) * (base.gross_output[rows] > 0)
    mobile = ((1.0 - stays) * gamma * base.gross_output).sum(axis=0)
    labour = out.wage_hat * state.shock.labour(base) * mobile
    rents = (stays * out.value_added).sum(axis=0)
    earned = labour + rents + out.revenue + out.deficit
    np.testing.assert_allclose(earned, out.income, rtol=1e-9)
    inputs = (out.gross_output - out.value_added).sum(axis=0)
    np.testing.assert_allclose(out.expenditure.sum(axis=0) - inputs, out.income, rtol=1e-9)


@given(SEEDS, st.floats(-2.5, 1.5))
def test_what_a_ban_shuts_out_goes_elsewhere_at_a_lower_price(seed: int, short_log: float) -> None:
    """With factors free to move the price would stand still, and little would go anywhere."""
    table = short(random_world(seed, 5, 4, inputs=0.4).with_goods(), np.exp(short_log))
    base, state = state_of(table, ban(table, 1, 2, 0))
    out = state.outcome
    before = base.trade_share[0, :, 1] * base.expenditure[0] / (1.0 + base.tariff[0, :, 1])
    after = out.trade[0, :, 1] / out.cost_hat[0, 1]
    elsewhere = np.arange(5) != 2
    assert (after - before)[elsewhere].sum() > 0
    assert out.cost_hat[0, 1] < 1
    assert out.value_added[0, 1] < (base.value_added_share * base.gross_output)[0, 1]


@given(st.floats(0.01, 0.99), st.floats(-5.0, 4.0))
def test_both_parameters_make_the_local_elasticity_of_supply(share: float, log: float) -> None:
    """d ln Y at base, wages and prices of inputs given: [(1/phi - 1) + rho (1 - gamma)] / gamma."""
    elasticity = float(np.exp(log))
    kept = float(retained_share(elasticity, share))
    between = float(input_substitution(elasticity, share))
    assert 0.0 < kept <= 1.0
    assert 0.0 < between <= 1.0
    assert local_elasticity(kept, between, share) == pytest.approx(elasticity, rel=1e-12)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_maker_of_inputs_alone_keeps_nothing_and_one_of_labour_alone_its_part(
    share: float,
) -> None:
    assert input_substitution(0.5, share) == 1.0
    assert retained_share(0.5, share) == pytest.approx(share / 1.5)


@given(st.floats(0.2, 0.9), st.floats(-3.0, 2.0), st.floats(1e-4, 1e-3))
def test_a_producer_in_levels_supplies_with_that_elasticity(
    share: float, log: float, dearer: float
) -> None:
    """Differences of a producer's own choice, written out: how much it makes at a price."""
    elasticity = float(np.exp(log))
    kept = float(retained_share(elasticity, share))
    between = float(input_substitution(elasticity, share))

    def made(log_price: float) -> float:
        """ln of output at wages and prices of inputs of 1, where what stays is what there is."""
        less = 1.0 - between
        if less < 1e-9:
            log_paid = log_price / share
        else:
            log_paid = np.log((np.exp(less * log_price) - (1.0 - share)) / share) / less
        log_value_added = log_paid / kept
        part = np.log(share) + less * (log_paid - log_price)
        return float(log_value_added - part - log_price)

    slope = (made(dearer) - made(-dearer)) / (2.0 * dearer)
    assert slope == pytest.approx(elasticity, rel=2e-3, abs=1e-5)
