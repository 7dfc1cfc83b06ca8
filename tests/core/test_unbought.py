"""A good that nobody may sell to a country is not bought there; its buyers turn to the others."""

from __future__ import annotations

import numpy as np
import pytest

import countervail as cv
from countervail.bridge import baseline
from countervail.core import batch, levers
from countervail.core.choices.nested_goods import NestedGoods
from countervail.core.ladder import Solved
from countervail.core.model import Array, Baseline, Shock
from countervail.models.economy import Economy
from countervail.models.presets import FirstYear
from countervail.present.result import document
from countervail.state import solve_state
from countervail.testing import Table, random_world
from countervail.testing.shocks import TableShock

GOOD, BUYER = 0, 2
NESTED = Economy(goods=NestedGoods(1.53))


def no_home() -> Table:
    """A world of two goods in a sector, the first of which one country does not make."""
    table = random_world(4, 4, 3)
    trade = table.trade.copy()
    trade[BUYER, :, GOOD] = 0.0
    return table.replace(trade=trade).with_goods()


def shut(base: Baseline, cost: float = np.inf, importer: int = BUYER) -> Shock:
    iceberg = np.ones_like(base.tariff)
    iceberg[GOOD, importer] = cost
    return Shock(iceberg_hat=iceberg)


def free(table: Table) -> Baseline:
    return baseline(table.replace(supply=None).world())


@pytest.mark.parametrize("eta", [1.2, 1.53, 4.0])
def test_it_is_where_dearer_and_dearer_goods_lead(eta: float) -> None:
    """Another road: finite costs, at which nothing is treated apart."""
    base, model = free(no_home()), Economy(goods=NestedGoods(eta))
    there = solve_state(model, base, shut(base)).outcome
    gaps = []
    for spent in (1e-4, 1e-7):  # what is still spent on the good, about
        near = solve_state(model, base, shut(base, spent ** (1.0 / (1.0 - eta)))).outcome
        gap = np.abs(near.income / there.income - 1.0).max()
        gaps.append(max(gap, np.abs(near.paid_hat / there.paid_hat - 1.0).max()))
    assert gaps[1] < 1e-6
    assert gaps[1] < 0.01 * gaps[0]


def test_its_share_is_nothing_and_its_sector_has_the_index_of_the_rest() -> None:
    """Equation (D3) by hand: the sum over the goods that are left."""
    base = free(no_home())
    state = solve_state(NESTED, base, shut(base))
    out, goods = state.outcome, base.goods
    assert goods is not None
    assert state.certificate.residual <= 1e-10
    assert np.isnan(out.price_hat[GOOD, BUYER])
    assert np.isfinite(np.delete(out.price_hat.ravel(), GOOD * 4 + BUYER)).all()
    assert out.expenditure[GOOD, BUYER] == 0.0
    assert out.trade[GOOD, BUYER].max() == 0.0
    other = 1
    omega = goods.within[list(goods.inside).index(other), BUYER]
    index = (omega * out.price_hat[other, BUYER] ** -0.53) ** (1 / -0.53)
    assert out.paid_hat[GOOD, BUYER] == pytest.approx(index, rel=1e-10)
    assert out.paid_hat[other, BUYER] == pytest.approx(index, rel=1e-10)
    assert index > out.price_hat[other, BUYER]  # fewer goods to choose among
    spent = out.expenditure.sum(axis=0)
    np.testing.assert_allclose(spent[BUYER], (out.income + _inputs(base, out.gross_output))[BUYER])


def _inputs(base: Baseline, output: Array) -> Array:
    return np.asarray(((1.0 - base.value_added_share) * output).sum(axis=0))


@pytest.mark.parametrize(
    ("model", "importers"), [(Economy(goods=NestedGoods(1.0)), 1), (Economy(), 1), (NESTED, 0)]
)
def test_without_another_good_to_turn_to_it_is_refused(model: Economy, importers: int) -> None:
    base = free(no_home())
    iceberg = np.ones_like(base.tariff)
    iceberg[GOOD if importers else 2, BUYER] = np.inf  # the third sector has one good
    with pytest.raises(cv.NoEquilibrium, match="no supplier left"):
        solve_state(model, base, Shock(iceberg_hat=iceberg))
    both = np.ones_like(base.tariff)
    both[:2, BUYER] = np.inf
    with pytest.raises(cv.NoEquilibrium, match="no supplier left"):
        solve_state(NESTED, base, Shock(iceberg_hat=both))


def test_a_claim_that_a_good_is_not_bought_is_looked_into() -> None:
    """A price and spending that stand still are a claim: where there are sellers it is none."""
    base = free(no_home())
    state = solve_state(NESTED, base, shut(base))
    nothing = solve_state(NESTED, base, Shock())
    open_again = NESTED.verify(base, Shock(), state.solved.claimed, state.outcome)
    shut_now = NESTED.verify(base, shut(base), nothing.solved.claimed, nothing.outcome)
    assert not open_again.residual <= 1e-3
    assert not shut_now.residual <= 1e-3


def test_side_by_side_with_others_and_from_the_other_side() -> None:
    base = free(no_home())
    tariff = base.tariff.copy()
    tariff[1, 0, 3] += 0.2
    shocks = [Shock(tariff_new=tariff), shut(base), Shock()]
    found = batch.solve_block(NESTED, base, shocks, [None] * 3, 1e-11)
    alone = solve_state(NESTED, base, shocks[1]).solved
    assert isinstance(found[1], Solved)
    for one, two in zip(found[1].hats.blocks, alone.hats.blocks, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-9)


@pytest.mark.slow
def test_slopes_where_it_is_not_bought() -> None:
    """A small duty elsewhere, against solves of it and of half of it: second order."""
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    from countervail.core import derivative
    from countervail.core.derivative import Pair, Point

    base = free(no_home())
    state = solve_state(NESTED, base, shut(base))
    point = Point(state.solved.hats, state.weights)
    pair = derivative.placed(Pair(base, point, point))
    by = np.zeros_like(base.tariff)
    by[1, BUYER, 0] = 0.01
    change = levers.none(base, shut(base))._replace(tariff=by)
    moved = derivative.displacement(
        NESTED, pair.base, pair.after, levers.push(base, shut(base), change)
    )
    gaps = []
    for part in (1.0, 0.5):
        shock = shut(base)._replace(tariff_new=base.tariff + part * by)
        there = solve_state(NESTED, base, shock).solved.hats
        gaps.append(
            max(
                float(np.abs(two - one - part * np.asarray(slope)).max())
                for one, two, slope in zip(
                    state.solved.hats.blocks, there.blocks, moved.blocks, strict=True
                )
            )
        )
    assert gaps[0] < 1e-3
    assert gaps[0] / gaps[1] == pytest.approx(4.0, rel=0.05)


def test_it_is_told_of_a_question() -> None:
    """With supply that stays and without: certified, told, no price where there is none."""
    for table, model in ((no_home(), FirstYear()), (no_home().replace(supply=None), NESTED)):
        world = table.world()
        iceberg = np.ones(world.trade.shape)
        iceberg[:, BUYER, GOOD] = np.inf
        question = TableShock(iceberg_hat=iceberg).scenario(world)
        solution = cv.solve(world, question, model)
        assert solution.certificate.residual <= 1e-10
        buyer, good = world.countries[BUYER], world.sectors[GOOD]
        assert np.isnan(float(solution.price_index_hat.sel(country=buyer, sector=good)))
    data = document(solution).data
    row = next(r for r in data["sectors"] if (r["country"], r["sector"]) == (buyer, good))
    assert row["price_change"] is None
    assert row["imports_change"] == -100.0
    assert any(
        f"{good} in {buyer}" in said and "not bought" in said for said in data["assumptions"]
    )
