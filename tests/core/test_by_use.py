"""Inputs and consumption from origins of their own: the limit, other roads, the certificate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.optimize import root

import countervail as cv
from countervail import bridge
from countervail.core.certificate import acceptable
from countervail.core.choices.by_use import SourcingByUse
from countervail.core.model import Baseline, QuotaCells, Shock
from countervail.core.uses import in_rows, with_quotas_at
from countervail.draws.batch import Case, solve_many
from countervail.models.economy import Economy
from countervail.models.named import model_of
from countervail.models.presets import FirstYear
from countervail.state import State, solve_state
from countervail.testing import random_world
from countervail.testing.levels import solve_levels
from countervail.testing.shocks import LineTable, TableShock, random_lines, unilateral
from countervail.testing.worlds import Table
from tests.core.quota_worlds import (
    BINDING,
    EXPORTERS,
    GROUPS,
    NOBODY,
    TREASURY,
    limited,
    small,
)

BY_USE = cv.CaliendoParro(sourcing=SourcingByUse())
APART = cv.CaliendoParro(sourcing=SourcingByUse(input_elasticity=0.6, final_elasticity=1.4))
TABLE = random_world(4, 5, 4, zero_flows=0.1).with_uses()
DUTY = unilateral(TABLE, 0, 0.25)


def state(model: Economy, table: Table = TABLE, beside: float = np.inf) -> tuple[Baseline, State]:
    """What 25 points of duty of the first country do."""
    base = bridge.baseline_of(table.world(), model)
    law = np.ascontiguousarray(DUTY.tariff_new.transpose(2, 1, 0))
    return base, solve_state(model, base, Shock(tariff_new=law), beside=beside)


@pytest.mark.parametrize("goods", [False, True])
def test_alike_in_both_uses_it_is_today_to_the_last_digits(goods: bool) -> None:
    table = TABLE.replace(used=np.full_like(TABLE.trade, 0.3))
    table = table.with_goods() if goods else table
    makes: Any = FirstYear if goods else cv.CaliendoParro
    _, alike = state(makes(sourcing=SourcingByUse()), table, beside=1e-9)
    _, usual = state(makes(), table, beside=1e-9)
    for name, wanted in usual.outcome._asdict().items():
        if name != "by_use":
            found = getattr(alike.outcome, name)
            assert found == pytest.approx(wanted, rel=1e-11, abs=1e-11), name


def test_an_economy_of_twice_the_sectors_in_levels() -> None:
    """Each sector as two made alike, one for producers and one for households: the other solver."""
    table = TABLE
    lines = random_lines(3, table, 4)
    assert lines is not None
    tax = np.where(np.eye(5, dtype=bool)[:, :, None], 0.0, 0.05)
    tax = np.broadcast_to(tax, table.trade.shape)
    shock = TableShock(tariff_new=DUTY.tariff_new, export_tax=tax, lines=lines)
    found = cv.solve(table.world(), shock.scenario(table.world()), BY_USE)
    twice = table.by_use_as_sectors()
    both = LineTable(*(np.tile(part, 2) for part in vars(lines).values()))
    both = replace(both, sector=np.concatenate([lines.sector, lines.sector + 4]))
    law = np.concatenate([DUTY.tariff_new] * 2, axis=2)
    levels = solve_levels(
        **twice.arrays(), tariff_new=law, export_tax=np.concatenate([tax] * 2, axis=2), lines=both
    )
    a = found.arrays
    assert a["welfare"] == pytest.approx(levels.welfare, abs=1e-8)
    assert a["wage_hat"] == pytest.approx(levels.wage_hat, rel=1e-9)
    trade = levels.trade[:, :, :4] + levels.trade[:, :, 4:]
    assert a["trade_new"] == pytest.approx(trade, rel=1e-8, abs=1e-8)
    line_trade = levels.line_trade.reshape(2, -1).sum(axis=0)
    assert found.lines is not None
    assert found.lines.trade_new == pytest.approx(line_trade, rel=1e-8)
    usual = cv.solve(table.world(), shock.scenario(table.world())).arrays["welfare"]
    assert np.abs(usual - a["welfare"]).max() > 1e-2


def test_two_countries_by_hand() -> None:
    """One sector, two countries: six equations solved by SciPy from the data themselves."""
    plain = random_world(2, 2, 1, deficits=0.2).with_uses(1)
    inputs = plain.world().inputs_bought[:, :, 0]
    trade, duty = plain.trade[:, :, 0], plain.tariff[:, :, 0]
    spent = trade * (1.0 + duty)
    by_use = np.stack([spent * inputs, spent * (1.0 - inputs)])
    share = by_use / by_use.sum(axis=1, keepdims=True)
    gamma = 1.0 - plain.input_share[:, 0, 0]
    made = gamma * trade.sum(axis=1)
    owed = trade.sum(axis=0) - trade.sum(axis=1)
    theta = plain.trade_elasticity[0] * np.array(APART.sourcing.uses)[:, None, None]
    law = duty + 0.2 * np.array([[0.0, 1.0], [0.0, 0.0]])

    def at(x: Any) -> tuple[Any, ...]:
        wage, price, sales = np.exp(x[:2]), np.exp(x[2:4]), np.exp(x[4:])
        cost = wage**gamma * price ** (1.0 - gamma)
        landed = (cost[:, None] * (1.0 + law) / (1.0 + duty)) ** -theta
        index = (share * landed).sum(axis=1) ** (-1.0 / theta[:, 0])
        part = share * landed * index[:, None, :] ** theta
        bought = (1.0 - gamma) * sales
        # of what households spend, tariffs on both uses are a part
        tax = law / (1.0 + law)
        own = wage * made + owed + (tax * part[0] * bought).sum(axis=0)
        income = own / (1.0 - (tax * part[1]).sum(axis=0))
        flows = part * np.stack([bought, income])[:, None, :]
        return wage, index, income, (flows / (1.0 + law)).sum(axis=(0, 2)), flows

    def gap(x: Any) -> Any:
        wage, index, _, receipts, _ = at(x)
        paid = gamma * receipts - wage * made
        world = (wage * made).sum() / made.sum() - 1.0  # in place of one country's wages
        return np.array(
            [paid[0] / made[0], world, *(np.log(index[0]) - x[2:4]), *(np.log(receipts) - x[4:])]
        )

    start = np.concatenate([np.zeros(4), np.log(trade.sum(axis=1))])
    found = root(gap, start, tol=1e-14)
    wage, index, income, _, flows = at(found.x)
    world = plain.world()
    question = TableShock(tariff_new=law[:, :, None]).scenario(world)
    solution = cv.solve(world, question, APART)
    a = solution.arrays
    assert np.abs(gap(found.x)).max() < 1e-12
    assert a["wage_hat"] == pytest.approx(wage, rel=1e-9)
    before = spent.sum(axis=0) - (1.0 - gamma) * trade.sum(axis=1)
    assert a["welfare"] == pytest.approx(100.0 * (income / before / index[1] - 1.0), abs=1e-8)
    assert a["trade_new"][:, :, 0] == pytest.approx(flows.sum(axis=0) / (1.0 + law), rel=1e-9)
    assert np.abs(wage - 1.0).max() > 1e-3


def test_a_quota_lets_in_what_both_uses_buy_together() -> None:
    """The same quota on a world of twice the sectors, whose buyers are not told by use."""
    table, _, lines = small()
    table = table.with_uses(5)
    model = replace(BINDING, sourcing=SourcingByUse())
    twice = bridge.baseline(table.by_use_as_sectors().world())
    _, limit = limited((0.4, 0.7, 2.0), (0.5, np.inf, 0.3), (TREASURY, EXPORTERS, NOBODY))
    assert limit.quotas is not None
    assert limit.lines is not None
    line = np.concatenate(GROUPS)
    quota = np.repeat(np.arange(3), [len(group) for group in GROUPS])
    who = np.zeros((4, 3))
    who[[TREASURY, EXPORTERS, NOBODY], range(3)] = 1.0
    cells = QuotaCells(lines.exporter[line], lines.importer[line], lines.sector[line], quota, who)
    base = with_quotas_at(bridge.baseline_of(table.world(), model), cells)
    found = solve_state(model, base, limit)
    rows, both = in_rows(base, limit)
    other = solve_state(BINDING, twice._replace(quotas=rows.quotas), both)
    assert acceptable(found.certificate.residual, found.certificate.effect)
    assert found.outcome.income == pytest.approx(other.outcome.income, rel=1e-8)
    assert found.solved.hats.others[-1] == pytest.approx(other.solved.hats.others[-1], abs=1e-8)
    assert found.solved.hats.others[-1].max() > 1e-2


@pytest.mark.parametrize("claim", ["trade", "price of inputs", "price of consumption"])
def test_nothing_wrong_is_certified(claim: str) -> None:
    base, after = state(APART)
    hats, out = after.solved.claimed, after.outcome
    good = APART.verify(base, after.shock, hats, out)
    assert acceptable(good.residual, good.effect)
    if claim == "trade":
        assert out.by_use is not None
        swapped = out.by_use._replace(trade=out.by_use.trade[::-1])
        out = out._replace(by_use=swapped)
    else:
        price = hats.price.copy()
        price[3 if claim == "price of inputs" else 7, 0] += 1e-6
        hats = hats._replace(price=price)
    wrong = APART.verify(base, after.shock, hats, out)
    assert not acceptable(wrong.residual, wrong.effect)
    assert wrong.worst.sector is None or wrong.worst.sector < 4


@pytest.mark.parametrize("engine", ["numpy", pytest.param("jax", marks=pytest.mark.slow)])
def test_many_are_solved_as_one_is(engine: Any) -> None:
    if engine == "jax":
        pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    world = TABLE.world()
    asked = [unilateral(TABLE, n, 0.2).scenario(world) for n in range(2)]
    theta = 1.1 * TABLE.trade_elasticity
    many = solve_many(world, [Case(asked[0]), Case(asked[1], theta)], APART, engine=engine)
    assert not many.failures
    worlds = world, world.with_elasticity(theta, "higher")
    for k, (one, question) in enumerate(zip(worlds, asked, strict=True)):
        question = unilateral(TABLE, k, 0.2).scenario(one)
        alone = cv.solve(one, question, APART).arrays
        for name in ("welfare", "price_index_hat", "expenditure_new"):
            assert many.arrays[name][k] == pytest.approx(alone[name], rel=1e-7, abs=1e-7), name


def test_a_world_without_uses_is_refused_and_from_words() -> None:
    model = model_of("armington", ["sourcing=by_use", "sourcing.final_elasticity=0.8"])
    assert isinstance(model, Economy)
    assert model.sourcing == SourcingByUse("armington", final_elasticity=0.8)
    assert model.name == "armington, sourcing=by_use"
    assert "each from its own origins" in model.assumption()
    assert any("Chor" in one for one in model.references())
    world = TABLE.replace(used=None).world()
    with pytest.raises(cv.InputError, match="does not say what its buyers use goods for"):
        cv.solve(world, DUTY.scenario(world), model)
    with pytest.raises(cv.InputError, match="must be a positive number"):
        model_of("caliendo_parro", ["sourcing.input_elasticity=0"])
