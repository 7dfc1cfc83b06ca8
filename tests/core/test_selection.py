"""Firms that sell where it pays them: limits, firm by firm, the second road, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail import bridge
from countervail.core import levers
from countervail.core.certificate import acceptable
from countervail.core.choices.binding_quotas import BindingQuotas
from countervail.core.choices.selection import Selection
from countervail.core.model import Array, Baseline, Lines, Shock
from countervail.draws.batch import solve_many
from countervail.models.economy import Economy
from countervail.models.named import model_of
from countervail.state import State, solve_first
from countervail.testing import random_world
from countervail.testing.levels import solve_levels
from countervail.testing.shocks import random_shock
from countervail.testing.worlds import Table

TABLE = random_world(5, 3, 2)


def of(tail: float, scale: float = 0.3, **more: Any) -> Economy:
    return cv.WithSelection(competition=Selection(scale, tail), **more)


def taxed(model: Economy, table: Table = TABLE, **more: Any) -> tuple[Baseline, State]:
    base = bridge.baseline(table.world(), model.unit)
    law = np.asarray(table.tariff + 0.2 * (1 - np.eye(len(table.countries)))[:, :, None])
    shock = Shock(tariff_new=np.ascontiguousarray(law.transpose(2, 1, 0)), **more)
    return base, solve_first(model, base, shock)


def test_where_every_firm_sells_it_is_scale_alone() -> None:
    _, scale = taxed(cv.WithScale())
    _, none = taxed(of(1.0))
    told = scale.outcome._asdict()
    assert told.pop("by_use") is None
    for name, wanted in told.items():
        assert getattr(none.outcome, name) == pytest.approx(wanted, rel=1e-10), name


@pytest.mark.parametrize(("tail", "scale"), [(1.4, 0.0), (1.2, 0.5)])
def test_as_the_economy_in_levels_has_it(tail: float, scale: float) -> None:
    table = random_world(6, 2, 2)
    law = table.tariff + 0.2 * (1 - np.eye(2))[:, :, None]
    tax = 0.1 * (1 - np.eye(2))[:, :, None] * np.ones(2)
    model = of(tail, scale)
    _, state = taxed(model, table, export_tax=np.ascontiguousarray(tax.transpose(2, 1, 0)))
    found = solve_levels(
        **table.arrays(),
        tariff_new=law,
        export_tax=tax,
        scale=scale,
        turning=tail - 1.0,
        tolerance=1e-10,
    )
    assert state.outcome.wage_hat == pytest.approx(found.wage_hat, rel=1e-8)
    assert pytest.approx(found.price_index_hat, rel=1e-8) == state.outcome.price_hat.T
    assert pytest.approx(found.gross_output, rel=1e-8) == state.outcome.gross_output.T


@pytest.mark.parametrize("j", [0, 1])
def test_firm_by_firm_it_is_the_same(j: int) -> None:
    """Firms are added up: who sells where, at what price, and what all of it pays for.

    Each firm takes sigma / (sigma - 1) of its cost and sells where its profit there pays f bundles
    of inputs; N draws from a Pareto distribution; an entrant pays F bundles (Melitz 2003).
    """
    tail, none = 1.3, np.zeros((3, 2, 2))
    table = random_world(2, 3, 2).replace(input_share=none)
    base, state = taxed(of(tail, 1.0), table)
    cost, output = state.outcome.cost_hat, state.outcome.gross_output
    theta = base.trade_elasticity[j]
    sigma = 1.0 + theta / tail
    markup, mean = sigma / (sigma - 1.0), theta / (theta - sigma + 1.0)
    duty = 1.0 + base.tariff[j]
    spent = base.trade_share[j] * base.expenditure[j][:, None]
    fixed = np.random.default_rng(j).uniform(0.5, 2.0, spent.shape)
    firms = np.full(3, 1e9)
    # base costs and prices are 1: the least productive firm in a market, and d there
    last = (firms * mean * sigma * duty * fixed / spent) ** (1.0 / theta)
    pays = (sigma * duty * fixed / base.expenditure[j][:, None]) ** (1.0 / (sigma - 1.0))
    carriage = last / (markup * duty * pays)

    def sold(
        rate: Array, c: Array, spending: Array, n: Array, price: Array
    ) -> tuple[Array, Array, Array]:
        """Return duty-paid sales, price indices and firms in each market, [n, i]."""
        need = sigma * rate * c * fixed
        least = markup * c * carriage * rate / price[:, None]
        least = least * (need / spending[:, None]) ** (1.0 / (sigma - 1.0))
        here = n * least**-theta
        paid = (markup * c * carriage * rate) ** (1.0 - sigma)
        index = (n * paid * mean * least ** (sigma - 1.0 - theta)).sum(axis=1)
        return here * mean * need, index ** (1.0 / (1.0 - sigma)), here

    one = np.ones(3)
    before, index, there = sold(duty, one, base.expenditure[j], firms, one)
    assert before == pytest.approx(spent, rel=1e-9)
    assert index == pytest.approx(one, rel=1e-9)
    entry = base.gross_output[j] / sigma - (there * fixed).sum(axis=0)
    assert entry == pytest.approx(base.gross_output[j] * (sigma - 1.0) / (sigma * theta))

    c, rate = cost[j], 1.0 + state.shock.tariff_new[j]  # type: ignore[index]
    n = firms * output[j] / base.gross_output[j] / c
    price, spending = one, state.outcome.expenditure[j]
    for _ in range(200):
        after, price, there = sold(rate, c, spending, n, price)
    assert price == pytest.approx(state.outcome.price_hat[j], rel=1e-8)
    assert after / rate == pytest.approx(state.outcome.trade[j], rel=1e-8)
    all_of_it = output[j] * (sigma - 1.0) / sigma + (there * c * fixed).sum(axis=0)
    assert all_of_it + n / firms * c * entry == pytest.approx(output[j], rel=1e-8)


def test_a_duty_turns_away_more_than_a_cost_as_large() -> None:
    """Among importers too small to move anything else: theta + z against theta (Chaney 2008)."""
    base = bridge.baseline(TABLE.world())
    model, cell = of(1.5), (0, 0, 1)
    law, cost = base.tariff.copy(), np.ones_like(base.tariff)
    law[cell] = (1.0 + law[cell]) * 1.1 - 1.0
    cost[cell] = 1.1
    duty, carriage = (
        model.prepare(base, shock).share[cell]
        for shock in (Shock(tariff_new=law), Shock(iceberg_hat=cost))
    )
    theta = base.trade_elasticity[0]
    assert carriage == pytest.approx(base.trade_share[cell] * 1.1**-theta)
    assert duty == pytest.approx(base.trade_share[cell] * 1.1 ** -(theta + 0.5))


def test_nothing_wrong_is_certified() -> None:
    model = of(1.3)
    base, state = taxed(model)
    hats, out = state.solved.claimed, state.outcome
    good = model.verify(base, state.shock, hats, out)
    assert acceptable(good.residual, good.effect)
    for other in (of(1.31), of(1.3, 0.31), cv.WithScale()):
        found = other.verify(base, state.shock, hats, out)
        assert not acceptable(found.residual, found.effect)


@pytest.mark.parametrize("engine", ["numpy", pytest.param("jax", marks=pytest.mark.slow)])
def test_many_are_solved_as_one_is(engine: Any) -> None:
    if engine == "jax":
        pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    world = TABLE.world()
    kinds: dict[str, Any] = {"tariffs": 0.3, "icebergs": 0.1}
    asked = [random_shock(seed, TABLE, **kinds).scenario(world) for seed in range(2)]
    model = of(1.2)
    many = solve_many(world, asked, model, engine=engine, workers=1)
    assert not many.failures
    for k, question in enumerate(asked):
        one = cv.solve(world, question, model)
        assert "second start" in " ".join(map(str, one.resolved.notes))
        for name in ("welfare", "wage_hat", "gross_output_new"):
            assert many.arrays[name][k] == pytest.approx(one.arrays[name], rel=1e-7, abs=1e-7)


def test_from_words() -> None:
    model = model_of("melitz", ["competition.tail=1.5"])
    assert isinstance(model, Economy)
    assert model.competition == Selection(0.3, 1.5)
    assert "theta / (sigma - 1) = 1.5" in model.assumption()
    assert any("Melitz" in paper for paper in model.references())
    settings = model_of("caliendo_parro", ["competition=selection"]).settings()
    chosen = {"choice": "selection", "scale": 0.3, "tail": 1.06}
    assert settings["choices"]["competition"] == chosen


@pytest.mark.parametrize("tail", ["0.9", "inf", "nan"])
def test_a_tail_that_makes_no_sense_is_refused(tail: str) -> None:
    with pytest.raises(cv.CountervailError, match=r"competition\.tail"):
        model_of("melitz", [f"competition.tail={tail}"])


def test_what_is_not_solved_is_refused() -> None:
    base = bridge.baseline(random_world(4, 4, 3).with_goods().world())
    with pytest.raises(cv.CountervailError, match="of the long run"):
        cv.FirstYear(competition=Selection()).prepare(base, Shock())
    base = bridge.baseline(TABLE.world())
    with pytest.raises(cv.CountervailError, match="does not price quotas"):
        cv.WithSelection(quotas=BindingQuotas()).prepare(base, Shock())
    with pytest.raises(cv.CountervailError, match=r"without end; take a smaller.*tail"):
        of(9.0, 0.1).prepare(base, Shock())


def test_a_world_that_would_not_last_is_refused() -> None:
    """Two countries alike, and two industries of which each buys most of all from itself."""
    trade = np.ones((2, 2, 2)) + np.eye(2)[:, :, None]
    own = {
        "trade": trade,
        "tariff": np.zeros_like(trade),
        "input_share": np.broadcast_to(0.7 * np.eye(2), (2, 2, 2)),
        "trade_elasticity": np.full(2, 6.0),
    }
    base = bridge.baseline(TABLE.replace(**{**random_world(1, 2, 2).arrays(), **own}).world())
    with pytest.raises(cv.CountervailError, match=r"competition\.tail=1\.06 .* not last.*up to"):
        of(1.06, 1.0).prepare(base, Shock())
    with pytest.raises(cv.CountervailError, match="not without scale either: take a smaller"):
        of(3.0, 0.1).prepare(base, Shock())


def of_lines(base: Baseline) -> Shock:
    """A state with rates, costs, export taxes, and two lines in one cell."""
    draw = np.random.default_rng(3)
    abroad = 1.0 - np.eye(len(base.value_added))
    cell, rate = (0, 0, 1), base.tariff[0, 0, 1]
    at = [np.full(2, k, dtype=np.intp) for k in cell]
    lines = Lines(
        sector=at[0],
        importer=at[1],
        exporter=at[2],
        weight=np.array([0.4, 0.6]),
        tariff=np.full(2, rate),
        tariff_new=rate + np.array([0.3, 0.1]),
        iceberg_hat=np.array([1.1, np.inf]),
    )
    return Shock(
        tariff_new=base.tariff + 0.2 * draw.uniform(size=base.tariff.shape) * abroad,
        iceberg_hat=1.0 + 0.1 * draw.uniform(size=base.tariff.shape) * abroad,
        export_tax=0.1 * draw.uniform(size=base.tariff.shape) * abroad,
        lines=lines,
    )


def test_slopes_of_weights_are_those_of_differences_and_have_a_transpose() -> None:
    base, model = bridge.baseline(TABLE.world()), of(1.4)
    shock, draw = of_lines(base), np.random.default_rng(4)
    at = levers.in_force(base, shock)
    change = levers.Levers(*(draw.uniform(-1.0, 1.0, np.shape(part)) for part in at))
    # the cost of a cell with lines counts as 1 and moves theirs: held here
    for cube in (change.iceberg_hat, change.tariff):
        cube[0, 0, 1] = 0.0
    change.line_iceberg_hat[1] = 0.0
    faced = model.faced(base, shock)

    def pushed(change: levers.Levers) -> levers.Parts:
        return levers.push(base, faced, levers.faced(base, shock, change, model.turning))

    moved, ends = pushed(change), []
    for step in (-1e-6, 1e-6):
        levels = (level + step * by for level, by in zip(at, change, strict=True))
        there = levers.state(levers.Levers(*levels), shock.lines)
        ends.append(model.prepare(base, there))
    sold = base.trade_share > 0
    share, border, received = zip(*map(levers.matrices, ends), strict=True)
    for by, (low, high) in (
        (moved.buyer_weight, share),
        (moved.buyer_weight + moved.border_wedge, border),
        (moved.buyer_weight + moved.border_wedge + moved.seller_wedge, received),
    ):
        found = np.log(high[sold] / low[sold]) / 2e-6
        np.testing.assert_allclose(by[sold], found, rtol=1e-6, atol=1e-7)
    cubes = ("buyer_weight", "border_wedge", "seller_wedge")
    worth = moved._replace(**{name: draw.normal(size=base.tariff.shape) for name in cubes})
    change.iceberg_hat[0, 0, 1], change.tariff[0, 0, 1] = 0.7, -0.3
    moved = pushed(change)
    one = sum(float((getattr(worth, n) * getattr(moved, n)).sum()) for n in cubes)
    rest = ("trade_elasticity", "log_productivity", "labour_hat", "transfer")
    none = worth._replace(**{n: np.zeros_like(getattr(worth, n)) for n in rest})
    pulled = levers.law(base, shock, levers.pull(base, faced, none), model.turning)
    two = sum(float((slope * by).sum()) for slope, by in zip(pulled, change, strict=True))
    assert one == pytest.approx(two, rel=1e-9)
