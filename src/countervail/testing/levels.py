"""A second, slow solution of the same equilibrium, in levels: the other road to every number.

Nothing here is shared with ``countervail.core`` or ``countervail.models``. The economy is written
the way a textbook writes it, with levels instead of changes: workers, technologies, tastes and
trade costs are backed out of the baseline once, a tariff line is a variety of its own, and the
equilibrium is found by nested loops: wages outside (Newton with a differenced Jacobian), prices
inside (substitution to the last digit), spending by one dense linear solve.

    c_i^j  = w_i^{γ_i^j} Π_k (P_i^k)^{γ_i^{kj}} / T_i^j            unit cost
    P_n^j  = [ Σ_v b_v (c_i^j d_v (1 + e_v) (1 + t_v))^{−θ_j} ]^{−1/θ_j}   over v sold in (n, j)
    X_n^j  = α_n^j(P) (w_n L_n + R_n + D_n) + Σ_k γ_n^{jk} Y_n^k   α constant, or CES in prices
    R_n    = what n's treasury takes: tariffs t on what it buys, export taxes e on what it sells
    w_n L_n = Σ_j γ_n^j Y_n^j

Source: Caliendo and Parro (2015), equations 2 to 9 (levels); the choice of base wages and prices is
free, because tastes b_v absorb it, and is deliberately not one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

import numpy as np

from countervail.testing.levels_economy import (
    Array,
    IntArray,
    LevelsEconomy,
    LevelsState,
    NoLevels,
    Varieties,
    Wedges,
    equilibrium,
    log_unit_cost,
)

__all__ = ["LevelLines", "LevelsSolution", "NoLevels", "solve_levels"]

Deficits = Literal["world_share", "nominal", "own_income", "closed"]


class LevelLines(Protocol):
    """Tariff lines, plain arrays over lines; the lines of a cell cover it (weights sum to one)."""

    @property
    def exporter(self) -> IntArray:
        """Exporter of the line."""

    @property
    def importer(self) -> IntArray:
        """Importer of the line."""

    @property
    def sector(self) -> IntArray:
        """Sector of the line."""

    @property
    def weight(self) -> Array:
        """Share of the line in the cell's trade before tariff."""

    @property
    def tariff(self) -> Array:
        """Baseline rate of the line."""

    @property
    def tariff_new(self) -> Array:
        """New rate of the line."""

    @property
    def iceberg_hat(self) -> Array:
        """New over old trade cost of the line; infinity is a ban."""


class LevelsSolution(NamedTuple):
    """An equilibrium in levels beside the one it is compared with, world value added as numeraire.

    Attributes:
        wage: wage per worker [n].
        price: duty-paid price index [n, j]; not a number where nobody buys.
        trade: purchases at producer prices [i, n, j], the money of the baseline.
        border_trade: purchases at the exporter's border, its export tax included [i, n, j].
        expenditure: tariff-inclusive spending [n, j].
        gross_output: sales [n, j].
        revenue: what the treasury takes, tariffs and export taxes [n].
        export_revenue: its part from export taxes, less subsidies [n].
        income: value added plus revenue plus deficit [n].
        deficit: imports minus exports, at border prices [n].
        welfare: equivalent variation per head, per cent of baseline final spending [n].
        wage_hat: wage over baseline wage [n].
        price_index_hat: price over baseline price [n, j]; 1 where nobody buys.
        trade_base: trade of the baseline; differs from the table only when deficits are closed.
        income_base: income of the baseline.
        line_trade: purchases at producer prices by line; empty without lines.
        residual: largest relative excess demand for labour.
    """

    wage: Array
    price: Array
    trade: Array
    border_trade: Array
    expenditure: Array
    gross_output: Array
    revenue: Array
    export_revenue: Array
    income: Array
    deficit: Array
    welfare: Array
    wage_hat: Array
    price_index_hat: Array
    trade_base: Array
    income_base: Array
    line_trade: Array
    residual: float


def solve_levels(
    trade: Array,
    tariff: Array,
    input_share: Array,
    trade_elasticity: Array,
    *,
    tariff_new: Array | None = None,
    iceberg_hat: Array | None = None,
    export_tax: Array | None = None,
    productivity_hat: Array | None = None,
    labour_hat: Array | None = None,
    transfer: Array | None = None,
    lines: LevelLines | None = None,
    deficits: Deficits = "world_share",
    unit: int | None = None,
    demand_elasticity: float = 1.0,
    tolerance: float = 1e-12,
) -> LevelsSolution:
    """Return the counterfactual equilibrium, solved in levels.

    Args:
        trade: X[i, n, j], purchases at producer prices.
        tariff: t[i, n, j], a rate.
        input_share: gamma[n, k, j].
        trade_elasticity: theta[j], positive.
        tariff_new: new rates; default the old ones.
        iceberg_hat: new over old trade costs; infinity is a ban.
        export_tax: new rates of the exporter's tax on the unit cost; the baseline has none.
        productivity_hat: new over old productivity [n, j], of unit cost.
        labour_hat: new over old labour [n].
        transfer: money received on top of what the closure gives [n]; sums to zero.
        lines: tariff lines; a cell that has lines takes its tariff and trade cost from them alone,
            and every line pays the cell's export tax.
        deficits: ``world_share``, ``nominal`` (in the wage of country ``unit``, or in the
            numeraire), ``own_income`` or ``closed``.
        unit: country whose wage is the unit of nominal deficits.
        demand_elasticity: of households between sectors; 1 is constant shares of spending.
        tolerance: largest relative excess demand for labour.

    Raises:
        NoLevels: no equilibrium was found, with the reason.
    """
    countries, _, sectors = trade.shape
    law = tariff if tariff_new is None else tariff_new
    barrier = np.ones_like(trade) if iceberg_hat is None else iceberg_hat
    tax = np.zeros_like(trade) if export_tax is None else export_tax
    varieties = _list_varieties(trade, tariff, law, tax, barrier, lines)

    gross_output = trade.sum(axis=1)
    expenditure = np.zeros((countries, sectors))
    duty_paid = varieties.value * (1.0 + varieties.tariff)
    np.add.at(expenditure, (varieties.importer, varieties.sector), duty_paid)
    labour_share = 1.0 - input_share.sum(axis=1)
    value_added = (labour_share * gross_output).sum(axis=1)
    final = expenditure - np.einsum("nkj,nj->nk", input_share, gross_output)
    final = np.where(np.abs(final) <= 1e-9 * expenditure, 0.0, final)
    final_share = final / final.sum(axis=1, keepdims=True)
    deficit = trade.sum(axis=(0, 2)) - trade.sum(axis=(1, 2))

    # Base wages and prices are free; any choice gives the same answer, and ones would hide slips.
    free = np.random.default_rng(7)
    wage = np.exp(free.uniform(-0.2, 0.2, countries))
    log_price = free.uniform(-0.2, 0.2, (countries, sectors))
    log_cost = log_unit_cost(np.log(wage), log_price, labour_share, input_share)
    market = (varieties.importer, varieties.sector)
    theta = trade_elasticity[varieties.sector]
    log_taste = np.log(duty_paid / expenditure[market]) + theta * (
        log_cost[varieties.exporter, varieties.sector]
        + np.log1p(varieties.tariff)
        - log_price[market]
    )
    economy = LevelsEconomy(
        varieties,
        log_taste,
        trade_elasticity,
        input_share,
        labour_share,
        final_share,
        log_price,
        demand_elasticity,
        value_added / wage,
        expenditure > 0,
    )

    closure = _closure(deficits, deficit, value_added, wage, unit)
    gift = np.zeros(countries) if transfer is None else transfer
    none, same = np.zeros_like(varieties.value), np.ones_like(varieties.value)
    old = Wedges(varieties.tariff, none, same)
    as_before = np.ones((countries, sectors))
    base = equilibrium(economy, old, as_before, economy.labour, closure, wage, log_price, tolerance)
    productivity = np.ones((countries, sectors)) if productivity_hat is None else productivity_hat
    labour = economy.labour * (1.0 if labour_hat is None else labour_hat)
    new = equilibrium(
        economy,
        Wedges(varieties.tariff_new, varieties.export_tax, varieties.iceberg_hat),
        productivity,
        labour,
        lambda wages, earned: closure(wages, earned) + gift,
        base.wage,
        base.log_price,
        tolerance,
    )
    return _report(economy, base, new, labour, trade.shape, lines)


def _list_varieties(
    trade: Array, tariff: Array, law: Array, tax: Array, barrier: Array, lines: LevelLines | None
) -> Varieties:
    """Return cells with trade and without lines as one variety each, then the lines."""
    alone = trade > 0
    if lines is not None:
        alone[lines.exporter, lines.importer, lines.sector] = False
    i, n, j = np.nonzero(alone)
    listed = Varieties(
        i,
        n,
        j,
        trade[alone],
        tariff[alone],
        law[alone],
        tax[alone],
        barrier[alone],
        np.full(i.size, -1),
    )
    if lines is None:
        return listed
    cell = trade[lines.exporter, lines.importer, lines.sector]
    sold = np.flatnonzero(cell * lines.weight > 0)
    extra = Varieties(
        lines.exporter[sold],
        lines.importer[sold],
        lines.sector[sold],
        (cell * lines.weight)[sold],
        lines.tariff[sold],
        lines.tariff_new[sold],
        tax[lines.exporter, lines.importer, lines.sector][sold],
        lines.iceberg_hat[sold],
        sold,
    )
    return Varieties(*(np.concatenate(pair) for pair in zip(listed, extra, strict=True)))


def _closure(
    rule: Deficits, deficit: Array, value_added: Array, wage: Array, unit: int | None
) -> Callable[[Array, Array], Array]:
    """Return deficits as a function of wages and value added, world value added as numeraire."""
    if rule == "closed":
        return lambda _wage, _income: np.zeros_like(deficit)
    if rule == "own_income":
        share = deficit / value_added

        def own_income(_wage: Array, income: Array) -> Array:
            wanted = share * income
            return np.asarray(wanted - income * wanted.sum() / income.sum())

        return own_income
    if rule == "nominal" and unit is not None:
        return lambda new_wage, _income: deficit * (new_wage[unit] / wage[unit])
    return lambda _wage, income: deficit * (income.sum() / value_added.sum())


def _report(
    economy: LevelsEconomy,
    base: LevelsState,
    new: LevelsState,
    labour: Array,
    shape: tuple[int, ...],
    lines: LevelLines | None,
) -> LevelsSolution:
    """Return the public solution of a pair of states."""
    sold = economy.varieties

    def border(state: LevelsState, tariff: Array) -> Array:
        spent = state.share * state.expenditure[sold.importer, sold.sector]
        return np.asarray(spent / (1.0 + tariff))

    def cube(flow: Array) -> Array:
        result = np.zeros(shape)
        np.add.at(result, (sold.exporter, sold.importer, sold.sector), flow)
        return result

    def log_utility(state: LevelsState, workers: Array) -> Array:
        """Return that of a worker."""
        return economy.log_utility(state.income, state.log_price) - np.log(workers)

    at_border = border(new, sold.tariff_new)
    flow = at_border / (1.0 + sold.export_tax)
    line_trade = np.zeros(0 if lines is None else lines.weight.size)
    line_trade[sold.line[sold.line >= 0]] = flow[sold.line >= 0]
    return LevelsSolution(
        wage=new.wage,
        price=np.where(economy.wanted, np.exp(new.log_price), np.nan),
        trade=cube(flow),
        border_trade=cube(at_border),
        expenditure=new.expenditure,
        gross_output=new.gross_output,
        revenue=new.revenue,
        export_revenue=new.export_revenue,
        income=new.income,
        deficit=new.deficit,
        welfare=100.0 * np.expm1(log_utility(new, labour) - log_utility(base, economy.labour)),
        wage_hat=new.wage / base.wage,
        price_index_hat=np.where(economy.wanted, np.exp(new.log_price - base.log_price), 1.0),
        trade_base=cube(border(base, sold.tariff)),
        income_base=base.income,
        line_trade=line_trade,
        residual=float(np.abs(new.excess).max()),
    )
