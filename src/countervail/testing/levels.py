"""A second, slow solution of the same equilibrium, in levels: the other road to every number.

Nothing here is shared with ``countervail.core`` or ``countervail.models``. The economy is written
the way a textbook writes it, with levels instead of changes: workers, technologies, tastes and
trade costs are backed out of the baseline once, a tariff line is a variety of its own, and the
equilibrium is found by nested loops: wages, and prices of what stays with goods, outside (Newton
with a differenced Jacobian), prices of goods inside (substitution to the last digit), spending by
one dense linear solve.

    c_i^j  = w_i^{γ_i^j} Π_k (P_i^k)^{γ_i^{kj}} / T_i^j            unit cost; levels_goods for more
    P_n^j  = [ Σ_v b_v (c_i^j d_v (1 + e_v) (1 + t_v))^{−θ_j} ]^{−1/θ_j}   over v sold in (n, j)
    X_n^j  = α_n^j(P) (w_n L_n + R_n + D_n) + Σ_k γ_n^{jk} Y_n^k   α constant, or CES in prices
    R_n    = what n's treasury takes: tariffs t on what it buys, export taxes e on what it sells
    w_n L_n = Σ_j γ_n^j Y_n^j

Goods of a sector and supply that stays, nests, technologies and factors, are in ``levels_goods``;
industries whose goods are worth more where more is made add a ln(Y / c), less what it was, to the
tastes for them; quotas, whose licences are taxes at rates that are found, in ``levels_quotas``.

Source: Caliendo and Parro (2015), equations 2 to 9 (levels); the choice of base wages and prices is
free, because tastes b_v absorb it, and is deliberately not one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np

from countervail.testing.levels_economy import (
    LevelsEconomy,
    LevelShop,
    LevelsState,
    NoLevels,
    Start,
    equilibrium,
)
from countervail.testing.levels_goods import Factors, Makers, Nests, by_sector, supplied_by
from countervail.testing.levels_quotas import LevelQuotas, licensed
from countervail.testing.levels_varieties import (
    Array,
    IntArray,
    LevelLines,
    Varieties,
    Wedges,
    list_varieties,
)

__all__ = [
    "LevelLines",
    "LevelQuotas",
    "LevelShop",
    "LevelsSolution",
    "NoLevels",
    "solve_levels",
]

Deficits = Literal["world_share", "nominal", "own_income", "closed"]


class LevelsSolution(NamedTuple):
    """An equilibrium in levels beside the one it is compared with, world value added as numeraire.

    Attributes:
        wage: wage per worker [n].
        price: duty-paid price index [n, j]; not a number where nobody buys.
        cost_hat: unit cost over baseline unit cost [n, j].
        trade: purchases at producer prices [i, n, j], the money of the baseline.
        border_trade: purchases at the exporter's border, its export tax included [i, n, j].
        expenditure: tariff-inclusive spending [n, j].
        gross_output: sales [n, j].
        value_added: of makers [n, j]; what stays of it earns its share.
        revenue: what the treasury takes, tariffs and export taxes, and all rents of quotas [n].
        export_revenue: its part from export taxes, less subsidies [n].
        income: value added plus revenue plus deficit [n].
        deficit: imports minus exports, at border prices [n].
        welfare: equivalent variation per head, per cent of baseline final spending [n].
        wage_hat: wage over baseline wage [n].
        price_index_hat: price over baseline price [n, j]; 1 where nobody buys.
        trade_base: trade of the baseline; differs from the table only when deficits are closed.
        income_base: income of the baseline.
        line_trade: purchases at producer prices by line; empty without lines.
        residual: largest relative excess demand for a factor.
        premium: of each quota, s; empty without quotas.
    """

    wage: Array
    price: Array
    cost_hat: Array
    trade: Array
    border_trade: Array
    expenditure: Array
    gross_output: Array
    value_added: Array
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
    premium: Array


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
    quotas: LevelQuotas | None = None,
    deficits: Deficits = "world_share",
    unit: int | None = None,
    demand_elasticity: float = 1.0,
    shop: LevelShop | None = None,
    nest: Sequence[int] | None = None,
    supply: Array | None = None,
    good_elasticity: float = 1.53,
    scale: float = 0.0,
    turning: float = 0.0,
    profits: bool = False,
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
        quotas: quantities let in at the rates of lines, and who is paid for licences.
        deficits: ``world_share``, ``nominal`` (in the wage of country ``unit``, or in the
            numeraire), ``own_income`` or ``closed``.
        unit: country whose wage is the unit of nominal deficits.
        demand_elasticity: of households between sectors; 1 is constant shares of spending.
        shop: where households buy goods, with services of home trade; default from their makers.
        nest: the sector that each is a good of, by its number [j]; default itself.
        supply: epsilon, of the supply of each to its own price at given wages and prices of
            inputs [j]; infinite, the default, where all factors move freely.
        good_elasticity: eta, of buyers among the goods of a sector.
        scale: a, of economies of scale times theta, in every sector; 1 is free entry of firms.
        profits: whether firms keep 1 / (1 + theta) of sales, or all of value added where that is
            less, and their number stays.
        turning: theta / (sigma - 1) - 1, of firms that sell where it pays; 0 is every firm.
        tolerance: largest relative excess demand for a factor.

    Raises:
        NoLevels: no equilibrium was found, with the reason.
    """
    epsilon = np.full(trade.shape[2], np.inf) if supply is None else supply
    of = np.arange(trade.shape[2]) if nest is None else np.unique(nest, return_inverse=True)[1]
    law = tariff if tariff_new is None else tariff_new
    barrier = np.ones_like(trade) if iceberg_hat is None else iceberg_hat
    tax = np.zeros_like(trade) if export_tax is None else export_tax
    varieties = list_varieties(trade, tariff, law, tax, barrier, lines)
    known = (
        trade_elasticity,
        epsilon,
        of,
        good_elasticity,
        demand_elasticity,
        shop,
        scale,
        turning,
        profits,
    )
    economy, start = _economy(varieties, trade, input_share, *known)

    deficit = trade.sum(axis=(0, 2)) - trade.sum(axis=(1, 2))
    earned = economy.factors.earned(start.factor_price)
    closure = _closure(deficits, deficit, earned, start.factor_price, unit)
    gift = np.zeros_like(deficit) if transfer is None else transfer
    base = _undisturbed(economy, start, closure, tolerance)
    factors = economy.factors

    def solve(law: Wedges, near: LevelsState) -> LevelsState:
        return equilibrium(
            economy,
            law,
            np.ones_like(start.log_price) if productivity_hat is None else productivity_hat,
            factors if labour_hat is None else factors.with_labour(labour_hat),
            lambda wages, earned: closure(wages, earned) + gift,
            Start(near.factor_price, near.log_price, near.richer, near.larger),
            tolerance,
        )

    premium = np.zeros(0)
    wedges = Wedges(varieties.tariff_new, varieties.export_tax, varieties.iceberg_hat)
    if quotas is None:
        new = solve(wedges, base)
    else:
        new, wedges, premium = licensed(economy, quotas, base, solve)
    found = _report(economy, base, new, wedges, labour_hat, trade.shape, lines)
    return found._replace(premium=premium)


def _economy(
    varieties: Varieties,
    trade: Array,
    input_share: Array,
    trade_elasticity: Array,
    supply: Array,
    of: IntArray,
    good_elasticity: float,
    demand_elasticity: float,
    shop: LevelShop | None,
    scale: float,
    turning: float,
    profits: bool,
) -> tuple[LevelsEconomy, Start]:
    """Return the economy that trades, buys and spends like this, and the prices at which it does.

    Base prices are free; any choice gives the same answer, and ones would hide slips.

    Raises:
        NoLevels: no labour is left that could move in some country.
    """
    countries, _, sectors = trade.shape
    gross_output = trade.sum(axis=1)
    expenditure = np.zeros((countries, sectors))
    duty_paid = varieties.value * (1.0 + varieties.tariff)
    np.add.at(expenditure, (varieties.importer, varieties.sector), duty_paid)
    labour_share = 1.0 - input_share.sum(axis=1)
    final = expenditure - np.einsum("nkj,nj->nk", input_share, gross_output)
    final = by_sector(of, np.where(np.abs(final) <= 1e-9 * expenditure, 0.0, final))

    free = np.random.default_rng(7)
    wage = np.exp(free.uniform(-0.2, 0.2, countries))
    log_price = free.uniform(-0.2, 0.2, (countries, sectors))
    nests = Nests.spending(of, expenditure, good_elasticity, log_price)
    log_paid = nests.log_price(log_price)
    stays, _ = supplied_by(supply, labour_share, gross_output > 0)
    profit = np.zeros_like(labour_share)
    if profits:
        kept = np.minimum(1.0 / (1.0 + trade_elasticity), labour_share)
        sells = (gross_output > 0) & (labour_share > 0)
        profit[sells] = (kept / np.where(labour_share > 0, labour_share, 1.0))[sells]
    rent = np.exp(free.uniform(-0.2, 0.2, np.count_nonzero(stays + profit)))
    factor_price = np.concatenate([wage, rent])
    factors = Factors.of(stays + profit, labour_share * gross_output, factor_price)
    if (factors.quantity[:countries] <= 0).any():
        raise NoLevels("no labour is left that could move in some country")
    usual = np.log(factor_price), log_paid
    makers = Makers.of(by_sector(of, input_share), supply, gross_output > 0, usual, factors, profit)
    log_cost = makers.log_cost(*makers.prices(*usual, factors))
    market = (varieties.importer, varieties.sector)
    log_taste = np.log(duty_paid / expenditure[market]) + trade_elasticity[varieties.sector] * (
        log_cost[varieties.exporter, varieties.sector]
        + np.log1p(varieties.tariff)
        - log_price[market]
    )
    economy = LevelsEconomy(
        varieties,
        log_taste,
        trade_elasticity,
        makers,
        nests,
        final / final.sum(axis=1, keepdims=True),
        log_paid,
        demand_elasticity,
        factors,
        expenditure > 0,
        shop,
        scale,
        np.log(np.where(gross_output > 0, gross_output, 1.0)) - log_cost,
        turning,
        np.log(np.where(expenditure > 0, expenditure, 1.0)),
        log_cost,
    )
    none = np.zeros_like(log_price)
    return economy, Start(factor_price, log_price, none, none)


def _undisturbed(
    economy: LevelsEconomy,
    start: Start,
    closure: Callable[[Array, Array], Array],
    tolerance: float,
) -> LevelsState:
    """Return the equilibrium under baseline law, with the deficits of a closure."""
    sold = economy.varieties
    law = Wedges(sold.tariff, np.zeros_like(sold.value), np.ones_like(sold.value))
    same = np.ones_like(start.log_price)
    return equilibrium(economy, law, same, economy.factors, closure, start, tolerance)


def _border(state: LevelsState, sold: Varieties, tariff: Array) -> Array:
    """Return purchases at the exporter's border by variety."""
    spent = state.share * state.expenditure[sold.importer, sold.sector]
    return np.asarray(spent / (1.0 + tariff))


def _cube(flow: Array, sold: Varieties, shape: tuple[int, ...]) -> Array:
    """Return flows of varieties added up by cell, [i, n, j]."""
    result = np.zeros(shape)
    np.add.at(result, (sold.exporter, sold.importer, sold.sector), flow)
    return result


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
    law: Wedges,
    labour_hat: Array | None,
    shape: tuple[int, ...],
    lines: LevelLines | None,
) -> LevelsSolution:
    """Return the public solution of a pair of states."""
    sold = economy.varieties

    def log_utility(state: LevelsState) -> Array:
        return economy.log_utility(state.income, state.log_price)

    log_heads = 0.0 if labour_hat is None else np.log(labour_hat)
    at_border = _border(new, sold, law.tariff)
    flow = at_border / (1.0 + law.export_tax)
    line_trade = np.zeros(0 if lines is None else lines.weight.size)
    line_trade[sold.line[sold.line >= 0]] = flow[sold.line >= 0]
    return LevelsSolution(
        wage=new.wage,
        price=np.where(economy.wanted, np.exp(new.log_price), np.nan),
        cost_hat=np.exp(new.log_cost - base.log_cost),
        trade=_cube(flow, sold, shape),
        border_trade=_cube(at_border, sold, shape),
        expenditure=new.expenditure,
        gross_output=new.gross_output,
        value_added=new.value_added,
        revenue=new.revenue,
        export_revenue=new.export_revenue,
        income=new.income,
        deficit=new.deficit,
        welfare=100.0 * np.expm1(log_utility(new) - log_utility(base) - log_heads),
        wage_hat=new.wage / base.wage,
        price_index_hat=np.where(economy.wanted, np.exp(new.log_price - base.log_price), 1.0),
        trade_base=_cube(_border(base, sold, sold.tariff), sold, shape),
        income_base=base.income,
        line_trade=line_trade,
        residual=float(np.abs(new.excess).max()),
        premium=np.zeros(0),
    )
