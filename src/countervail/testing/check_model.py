"""Every identity a model is held to, for any model: yours and ours go through the same door.

Each check is a function of a model and a small world; what it asserts is in its docstring, and
docs/theory.md has the list. Welfare is recomputed by a formula that knows no preferences: along
the way from one state to the other, what income gains beyond what the goods bought then cost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib.util import find_spec
from typing import Any

import numpy as np

from countervail.bridge import baseline_of
from countervail.core import levers
from countervail.core.certificate import TOLERANCE
from countervail.core.compare import compare
from countervail.core.model import Array, Baseline, Hats, Model, Outcome, Shock
from countervail.solving import balanced
from countervail.state import State, solve_first, solve_state
from countervail.testing.shocks import TableShock, random_shock
from countervail.testing.worlds import Table, random_world

MODERATE: dict[str, Any] = {
    "tariffs": 0.4,
    "icebergs": 0.2,
    "productivity": 0.1,
    "labour": 0.1,
    "transfers": 0.01,
}
"""The shock every check starts from: some of every kind, none of which stops trade."""

NEED_JAX = {"gradient", "every_lever"}
"""Checks of derivatives."""

NODES = 12
"""States on the way from no shock to the whole one, at which welfare is added up."""


def check_model(
    model: Model,
    *,
    seed: int = 0,
    skip: Collection[str] = (),
    goods: bool = False,
    shop: bool = False,
    uses: bool = False,
) -> tuple[str, ...]:
    """Hold a model to every identity; return the names of the checks that ran.

    Args:
        model: the economics, such as ``cv.CaliendoParro(deficits="closed")``.
        seed: of the small world and the shock.
        skip: names of checks that the model says it breaks.
        goods: whether two sectors of that world are goods of one, and two have a short supply.
        shop: whether its last sector is wholesale and retail trade.
        uses: whether its producers and households buy from different places.

    Raises:
        AssertionError: the model breaks one, with its name.
        NotCertified, NoEquilibrium: a small world that the model does not solve.
    """
    table = random_world(seed, 4, 3, zero_flows=0.2, idle_producers=1)
    table = table.replace(shop=2) if shop else table
    table = table.with_goods() if goods else table
    case = _Case(model, table.with_uses(seed) if uses else table, seed)
    ran = []
    for name, check in CHECKS.items():
        if name in skip or (name in NEED_JAX and find_spec("jax") is None):
            continue
        try:
            check(case)
        except AssertionError as error:
            raise AssertionError(f"{model.name} breaks '{name}': {error}") from None
        ran.append(name)
    return tuple(ran)


class _Case:
    """A model, a small world and a shock to it."""

    def __init__(self, model: Model, table: Table, seed: int) -> None:
        self.model, self.table = model, table
        world = table.world()
        if model.balances_first:
            world = balanced(world, model)
        self.world, self.base = world, baseline_of(world, model)
        self.shock = random_shock(seed, table, **MODERATE)

    def state(self, part: float = 1.0) -> State:
        """Return the state a part of the way to the shock."""
        return solved(self.model, self.base, part_of(self.shock, self.base, part))


def solved(
    model: Model,
    base: Baseline,
    shock: Shock,
    start: Hats | None = None,
    *,
    beside: float = np.inf,
) -> State:
    """Return a state that follows the baseline; of most models, any state."""
    if model.follows:
        shock = model.following(base, shock, solve_first(model, base, Shock()).outcome)
    return solve_state(model, base, shock, start, beside=beside)


def part_of(shock: TableShock, base: Baseline, part: float) -> Shock:
    """Return a shock of every kind a part of the way along: rates evenly, ratios geometrically."""

    def turned(values: Array | None) -> Array:
        assert values is not None
        return np.ascontiguousarray(values.T)

    return Shock(
        tariff_new=base.tariff + part * (turned(shock.tariff_new) - base.tariff),
        iceberg_hat=turned(shock.iceberg_hat) ** part,
        productivity_hat=turned(shock.productivity_hat) ** part,
        labour_hat=turned(shock.labour_hat) ** part,
        transfer=part * turned(shock.transfer),
    )


def compared(model: Model, base: Baseline, before: State, after: State) -> Any:
    """Return what is reported of countries and sectors, second state over first."""
    labour = after.shock.labour(base) / before.shock.labour(base)
    return compare(model, base, before.outcome, after.outcome, labour)


def no_shock(case: _Case) -> None:
    """Without a shock every hat is one, and welfare does not change."""
    state = solved(case.model, case.base, Shock())
    for hat in (state.outcome.wage_hat, state.outcome.price_hat, state.outcome.cost_hat):
        np.testing.assert_allclose(hat, 1.0, atol=1e-13)
    found = compared(case.model, case.base, state, case.state(0.0))
    np.testing.assert_allclose(found["welfare"], 0.0, atol=1e-10)


def certificate(case: _Case) -> None:
    """Every equation holds, evaluated afresh, and real income is one of them."""
    found = case.state().certificate
    assert found.residual <= TOLERANCE, found.worst
    names = {block.name for block in found.blocks}
    assert {"goods markets", "labour markets", "budgets", "real income", "closure"} <= names


def unit_of_money(case: _Case) -> None:
    """Scaling all values changes nothing but them."""
    larger = case.table.replace(trade=1e3 * case.table.trade)
    again = _Case(case.model, larger, 0)
    shock = case.shock
    if shock.transfer is not None:
        shock = shock.replace(transfer=1e3 * shock.transfer)
    state = solved(case.model, again.base, part_of(shock, again.base, 1.0))
    here = case.state().outcome
    np.testing.assert_allclose(state.outcome.price_hat, here.price_hat, rtol=1e-8)
    np.testing.assert_allclose(state.outcome.income, 1e3 * here.income, rtol=1e-8)


def relabelling(case: _Case) -> None:
    """The order of countries and sectors changes only the order of the answer."""
    size, depth = case.table.trade.shape[1:]
    rows, columns = [*range(1, size), 0], [*range(depth)][::-1]
    turned = _Case(case.model, case.table.permuted(rows, columns), 0)
    whole = part_of(case.shock, case.base, 1.0)
    cells = np.ix_(columns, rows, rows)
    assert whole.tariff_new is not None
    assert whole.iceberg_hat is not None
    assert whole.productivity_hat is not None
    assert whole.labour_hat is not None
    assert whole.transfer is not None
    shock = Shock(
        tariff_new=whole.tariff_new[cells],
        iceberg_hat=whole.iceberg_hat[cells],
        productivity_hat=whole.productivity_hat[np.ix_(columns, rows)],
        labour_hat=whole.labour_hat[rows],
        transfer=whole.transfer[rows],
    )
    unit = case.base.unit
    base = turned.base._replace(unit=None if unit is None else rows.index(unit))
    there = solved(case.model, base, shock).outcome
    here = case.state().outcome
    np.testing.assert_allclose(there.price_hat, here.price_hat[np.ix_(columns, rows)], rtol=1e-8)
    np.testing.assert_allclose(there.income, here.income[rows], rtol=1e-8)


def sector_in_halves(case: _Case) -> None:
    """A sector cut in two identical halves is the sector."""
    _halved(case, case.table.with_sector_halved(1), "sector")


def country_in_halves(case: _Case) -> None:
    """A country cut in two identical halves, trading freely, is the country."""
    _halved(case, case.table.with_country_halved(2), "country")


def _halved(case: _Case, table: Table, what: str) -> None:
    """Cut the duties of one importer alone: what a half is taxed at is what the whole is."""
    again = _Case(case.model, table, 0)
    results = []
    for one in (case, again):
        tariff = one.base.tariff.copy()
        tariff[:, 0, 1] += 0.3
        state = solved(one.model, one.base, Shock(tariff_new=tariff))
        none = solved(one.model, one.base, Shock())
        results.append(compared(one.model, one.base, none, state)["welfare"])
    size = len(results[0])
    np.testing.assert_allclose(results[1][:size], results[0], atol=1e-7, err_msg=what)


def closing_a_market_is_the_limit_of_costs(case: _Case) -> None:
    """A ban is where ever higher trade costs lead to."""
    iceberg = np.ones_like(case.base.tariff)
    iceberg[0, 1, 0] = np.inf
    banned = solved(case.model, case.base, Shock(iceberg_hat=iceberg)).outcome
    dear = np.where(np.isinf(iceberg), 1e9, iceberg)
    costly = solved(case.model, case.base, Shock(iceberg_hat=dear)).outcome
    np.testing.assert_allclose(costly.price_hat, banned.price_hat, rtol=1e-6)
    assert banned.trade[0, 1, 0] == 0.0


def small_shocks(case: _Case) -> None:
    """A shock half as large has half the effect, but for a term of the second order."""
    none = case.state(0.0)
    whole, half = (
        compared(case.model, case.base, none, case.state(part))["welfare"] for part in (1e-3, 5e-4)
    )
    size = np.abs(whole).max()
    assert np.abs(whole - 2.0 * half).max() < 1e-2 * size


def welfare(case: _Case) -> None:
    """Welfare is what income gains beyond the cost of what is bought, added up along the way.

    d ln W = d ln I - sum_j s_j d ln P_j, with s_j the part of final spending that goes to sector j
    at every station: true of any preferences, and none are asked. Where work is chosen, what is
    kept of an hour more is what it costs: d W = (d I - I d ln P - k w d l) / P.
    """
    nodes = 0.5 - 0.5 * np.cos(np.pi * np.arange(NODES + 1) / NODES)
    income, price, share, paid, work = [], [], [], [], []
    for part in nodes:
        state = case.state(float(part))
        out = state.outcome
        final = _final(case.base, out)
        income.append(np.log(out.income / state.shock.labour(case.base)))
        price.append(np.log(out.price_hat if out.by_use is None else out.by_use.price_hat[1]))
        share.append(final / final.sum(axis=0))
        paid.append(case.model.kept(out) / state.shock.labour(case.base))
        work.append(np.log(out.employment))
    slope = _derivative(nodes, np.stack(price))
    worth = np.einsum("pjn,pjn->pn", np.stack(share), slope)
    gained = np.expm1(income[-1] - income[0] - _integral(nodes, worth))
    none = case.state(0.0)
    if case.model.work_cost(none.outcome) is not None:
        head = np.exp(np.stack(income))
        cost = np.stack(paid) * _derivative(nodes, np.stack(work))
        real = (_derivative(nodes, head) - head * worth - cost) / np.exp(_so_far(nodes, worth))
        gained = _integral(nodes, real) / head[0]
    reported = compared(case.model, case.base, none, case.state())["welfare"]
    np.testing.assert_allclose(reported, 100.0 * gained, atol=1e-6)


def _final(base: Baseline, out: Outcome) -> Array:
    """Return what is spent on final use of each good [j, n]: of goods of a sector, in one mix."""
    usual = 1.0 - base.value_added_share
    bought = np.divide(
        out.gross_output - out.value_added, usual, out=np.zeros_like(usual), where=usual > 0
    )
    if out.by_use is not None:
        return np.asarray(out.by_use.expenditure[1])
    inputs = np.einsum("njk,kn->jn", base.input_share, bought)
    final = np.asarray(out.expenditure - inputs)
    if base.goods is not None:
        for row in base.goods.members:
            nest = base.goods.inside[row > 0]
            mix = out.expenditure[nest] / out.expenditure[nest].sum(axis=0)
            final[nest] = mix * final[nest].sum(axis=0)
    return final


def _derivative(nodes: Array, values: Array) -> Array:
    """Return the slope at every node of the polynomial through all of them."""
    fit = np.polynomial.Chebyshev.fit
    flat = values.reshape(len(nodes), -1)
    slopes = [fit(nodes, column, len(nodes) - 1, [0.0, 1.0]).deriv()(nodes) for column in flat.T]
    return np.stack(slopes, axis=1).reshape(values.shape)


def _so_far(nodes: Array, values: Array) -> Array:
    """Return the integral from none of the way to each node."""
    fit = np.polynomial.Chebyshev.fit
    wholes = (fit(nodes, column, len(nodes) - 1, [0.0, 1.0]).integ() for column in values.T)
    return np.stack([whole(nodes) - whole(0.0) for whole in wholes], axis=1)


def _integral(nodes: Array, values: Array) -> Array:
    """Return the integral from none of the way to all of it."""
    fit = np.polynomial.Chebyshev.fit
    wholes = (fit(nodes, column, len(nodes) - 1, [0.0, 1.0]).integ() for column in values.T)
    return np.array([whole(1.0) - whole(0.0) for whole in wholes])


def gradient(case: _Case) -> None:
    """The derivative of welfare is that of central differences (needs JAX)."""
    from countervail.core import derivative

    base, shock = case.base, part_of(case.shock, case.base, 1.0)
    none = solved(case.model, base, Shock())
    state = solved(case.model, base, shock)
    pair = derivative.Pair(
        base,
        derivative.Point(none.solved.hats, none.weights),
        derivative.Point(state.solved.hats, state.weights),
    )
    wanted = np.zeros(len(base.value_added))
    wanted[0] = 1.0
    _, worth = derivative.gradient(case.model, pair, {"welfare": wanted})
    pulled = levers.pull(base, case.model.faced(base, shock), worth)
    slopes = levers.law(base, shock, pulled, case.model.turning)
    assert shock.tariff_new is not None
    for cell in ((0, 0, 1), (1, 0, 2), (2, 1, 0)):
        if base.trade_share[cell] == 0:
            continue
        ends = []
        for step in (-1e-4, 1e-4):
            rate = shock.tariff_new.copy()
            rate[cell] += step
            moved = solved(
                case.model, base, shock._replace(tariff_new=rate), state.solved.hats, beside=1e-7
            )
            ends.append(compared(case.model, base, none, moved)["welfare"][0])
        found = (ends[1] - ends[0]) / 2e-4
        np.testing.assert_allclose(slopes.tariff[cell], found, rtol=1e-4, atol=1e-6)


def every_lever(case: _Case) -> None:
    """All unknowns move on a change of every lever as central differences do (needs JAX)."""
    from countervail.core import derivative

    base, shock = case.base, part_of(case.shock, case.base, 1.0)
    at, rng = levers.in_force(base, shock), np.random.default_rng(1)
    abroad = 1.0 - np.eye(len(base.value_added))
    change = levers.Levers(*(rng.uniform(0.5, 1.0, np.shape(part)) for part in at))
    gift = 0.01 * base.value_added * (change.transfer - change.transfer.mean())
    change = change._replace(
        tariff=change.tariff * abroad,
        iceberg_hat=change.iceberg_hat * abroad,
        export_tax=change.export_tax * abroad,
        transfer=gift - base.value_added * (gift.sum() / base.value_added.sum()),
    )
    state = solved(case.model, base, shock)
    point = derivative.Point(state.solved.hats, state.weights)
    faced = levers.faced(base, shock, change, case.model.turning)
    pushed = levers.push(base, case.model.faced(base, shock), faced)
    moved = derivative.displacement(case.model, base, point, pushed)
    ends = []
    for step in (-1e-4, 1e-4):
        levels = (level + step * by for level, by in zip(at, change, strict=True))
        there = levers.state(levers.Levers(*levels), None)
        near = solved(case.model, base, there, state.solved.hats, beside=1e-5)
        ends.append(near.solved.hats)
    for one, two, by in zip(*(hats.blocks for hats in (*ends, moved)), strict=True):
        np.testing.assert_allclose(by, (two - one) / 2e-4, rtol=1e-4, atol=1e-5)


CHECKS: dict[str, Callable[[_Case], None]] = {
    check.__name__: check
    for check in (
        no_shock,
        certificate,
        unit_of_money,
        relabelling,
        sector_in_halves,
        country_in_halves,
        closing_a_market_is_the_limit_of_costs,
        small_shocks,
        welfare,
        gradient,
        every_lever,
    )
}
"""Every check by its name."""
