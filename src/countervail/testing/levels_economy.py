"""An economy in levels and its equilibrium, by nested loops (see ``levels``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


class NoLevels(ArithmeticError):
    """The economy in levels has no equilibrium that this solver finds; the message says why."""


class Varieties(NamedTuple):
    """Everything that is sold, arrays [variety].

    Attributes:
        exporter, importer, sector: where it is made and bought.
        value: baseline purchases at producer prices.
        tariff, tariff_new: baseline and new rate.
        export_tax: new rate of the exporter's own tax; the baseline has none.
        iceberg_hat: new over old trade cost; infinity is a ban.
        line: position of the tariff line it is; -1 for a cell without lines.
    """

    exporter: IntArray
    importer: IntArray
    sector: IntArray
    value: Array
    tariff: Array
    tariff_new: Array
    export_tax: Array
    iceberg_hat: Array
    line: IntArray


class Wedges(NamedTuple):
    """What stands between a seller's cost and its buyer's price, arrays [variety].

    Attributes:
        tariff: the importer's rate, on the price with the export tax.
        export_tax: the exporter's rate, on the unit cost.
        barrier: trade cost relative to the baseline; infinity is a ban.
    """

    tariff: Array
    export_tax: Array
    barrier: Array

    @property
    def log_markup(self) -> Array:
        """Log of the buyer's price over the unit cost; infinity where nothing is sold."""
        return np.asarray(np.log(self.barrier) + np.log1p(self.export_tax) + np.log1p(self.tariff))

    @property
    def kept(self) -> Array:
        """What the seller keeps of each unit of money the buyer spends."""
        return np.asarray(1.0 / ((1.0 + self.export_tax) * (1.0 + self.tariff)))

    @property
    def to_importer(self) -> Array:
        """What the importer's treasury takes of it."""
        return np.asarray(self.tariff / (1.0 + self.tariff))

    @property
    def to_exporter(self) -> Array:
        """What the exporter's treasury takes of it; a subsidy is negative."""
        return self.export_tax * self.kept


@dataclass(frozen=True)
class LevelsEconomy:
    """Primitives in levels.

    Attributes:
        varieties: what is sold.
        log_taste: ln b [variety].
        elasticity: theta [j].
        input_share: gamma [n, k, j].
        labour_share: value added in output, gamma [n, j].
        final_share: alpha [n, j], of final spending at the prices below.
        usual_price: log prices at which that is so [n, j].
        demand_elasticity: eta, of households between sectors.
        labour: L [n], value added at base wages.
        wanted: markets in which anything is bought at baseline [n, j].
    """

    varieties: Varieties
    log_taste: Array
    elasticity: Array
    input_share: Array
    labour_share: Array
    final_share: Array
    usual_price: Array
    demand_elasticity: float
    labour: Array
    wanted: NDArray[np.bool_]

    def spending_share(self, log_price: Array) -> Array:
        """Return what part of final spending goes to each sector at given prices [n, j]."""
        dearer = np.where(self.final_share > 0, log_price - self.usual_price, 0.0)
        worth = self.final_share * np.exp((1.0 - self.demand_elasticity) * dearer)
        return np.asarray(worth / worth.sum(axis=1, keepdims=True))

    def log_utility(self, income: Array, log_price: Array) -> Array:
        """Return the log of what income buys, as households value it [n]: their own utility."""
        eta, known = self.demand_elasticity, self.final_share > 0
        quantity = self.spending_share(log_price) * income[:, None] / np.exp(log_price)
        usual = self.final_share / np.exp(self.usual_price)
        ratio = np.where(known, quantity / np.where(known, usual, 1.0), 1.0)
        if eta == 1.0:
            return np.asarray((self.final_share * np.log(ratio)).sum(axis=1))
        power = (eta - 1.0) / eta
        return np.asarray(np.log((self.final_share * ratio**power).sum(axis=1)) / power)


class LevelsState(NamedTuple):
    """One equilibrium, or the economy at one guess of wages.

    Attributes:
        wage: w [n].
        log_price: ln P [n, j]; 0 where nobody buys.
        share: of each variety in its market's spending [variety].
        expenditure, gross_output: X, Y [n, j].
        revenue, income, deficit: R, I, D [n].
        export_revenue: the part of R that exporters' treasuries take [n].
        excess: excess demand for labour, relative to supply [n].
    """

    wage: Array
    log_price: Array
    share: Array
    expenditure: Array
    gross_output: Array
    revenue: Array
    export_revenue: Array
    income: Array
    deficit: Array
    excess: Array


def log_unit_cost(log_wage: Array, log_price: Array, labour_share: Array, inputs: Array) -> Array:
    """Return log unit cost before productivity, c[n, j]."""
    return np.asarray(labour_share * log_wage[:, None] + np.einsum("nkj,nk->nj", inputs, log_price))


def _prices(
    economy: LevelsEconomy,
    factory_markup: Array,
    log_wage: Array,
    productivity: Array,
    start: Array,
) -> tuple[Array, Array]:
    """Return log prices and the share of each variety in its market, at given wages.

    ``factory_markup`` is log d (1 + e) (1 + t) of each variety; infinity is one that is not sold.
    """
    sold = economy.varieties
    market = (sold.importer, sold.sector)
    theta = economy.elasticity[sold.sector]
    log_price = start
    for _ in range(20_000):
        log_cost = log_unit_cost(log_wage, log_price, economy.labour_share, economy.input_share)
        log_cost = log_cost - np.log(productivity)
        term = economy.log_taste - theta * (log_cost[sold.exporter, sold.sector] + factory_markup)
        top = np.full(economy.wanted.shape, -np.inf)
        np.maximum.at(top, market, term)
        if np.any(economy.wanted & np.isneginf(top)):
            raise NoLevels(
                "a market whose good is wanted has no supplier left: its price is infinite"
            )
        weight = np.exp(term - top[market])
        total = np.zeros_like(log_price)
        np.add.at(total, market, weight)
        known = economy.wanted
        new = np.zeros_like(log_price)
        new[known] = -(top[known] + np.log(total[known])) / economy.elasticity[np.nonzero(known)[1]]
        step = np.abs(new - log_price)[known].max()
        log_price = new
        if step < 1e-15 * max(1.0, np.abs(new).max()):
            break
    return log_price, np.asarray(weight / total[market])


def _state(
    economy: LevelsEconomy,
    law: Wedges,
    productivity: Array,
    labour: Array,
    transfers: Callable[[Array, Array], Array],
    wage: Array,
    start: Array,
) -> LevelsState:
    """Return prices, spending and excess demand for labour at given wages."""
    sold = economy.varieties
    countries, sectors = economy.wanted.shape
    log_price, share = _prices(economy, law.log_markup, np.log(wage), productivity, start)
    earned = wage * labour
    deficit = transfers(wage, earned)

    # X = alpha (w L + D + r'X + s'X) + Gamma S X, one dense solve over all markets.
    size = countries * sectors
    buyer = sold.importer * sectors + sold.sector
    seller = sold.exporter * sectors + sold.sector
    receipts = np.zeros((size, size))
    np.add.at(receipts, (seller, buyer), share * law.kept)
    duty = np.zeros((countries, size))
    np.add.at(duty, (sold.importer, buyer), share * law.to_importer)
    levy = np.zeros((countries, size))
    np.add.at(levy, (sold.exporter, buyer), share * law.to_exporter)
    spending, final = economy.spending_share(log_price), np.zeros((size, countries))
    inputs = np.zeros((size, size))
    for n in range(countries):
        block = slice(n * sectors, (n + 1) * sectors)
        final[block, n] = spending[n]
        inputs[block, block] = economy.input_share[n]
    expenditure = np.linalg.solve(
        np.eye(size) - final @ (duty + levy) - inputs @ receipts, final @ (earned + deficit)
    )
    gross_output = (receipts @ expenditure).reshape(countries, sectors)
    export_revenue = levy @ expenditure
    revenue = duty @ expenditure + export_revenue
    demand = (economy.labour_share * gross_output).sum(axis=1)
    return LevelsState(
        wage,
        log_price,
        share,
        expenditure.reshape(countries, sectors),
        gross_output,
        revenue,
        export_revenue,
        earned + revenue + deficit,
        deficit,
        demand / earned - 1.0,
    )


def equilibrium(
    economy: LevelsEconomy,
    law: Wedges,
    productivity: Array,
    labour: Array,
    transfers: Callable[[Array, Array], Array],
    wage: Array,
    log_price: Array,
    tolerance: float,
) -> LevelsState:
    """Return the state in which labour markets clear: price adjustment, then Newton."""
    world = float((economy.labour * wage).sum())

    def at(log_wage: Array, start: Array) -> LevelsState:
        level = np.exp(log_wage)
        level = level * world / (level * labour).sum()
        return _state(economy, law, productivity, labour, transfers, level, start)

    best = np.inf
    for patience in (20, 200, 600):
        state = at(np.log(wage), log_price)
        speed, last = 0.3, np.inf
        for _ in range(patience):  # the textbook adjustment: more excess demand, higher wage
            size = float(np.linalg.norm(state.excess))
            if size < 1e-2:
                break
            speed = min(0.5, 1.02 * speed) if size < last else max(1e-3, 0.7 * speed)
            last = size
            state = at(np.log(state.wage) + speed * np.clip(state.excess, -1, 1), state.log_price)
        state = _newton(at, state, int(np.argmax(economy.labour * wage)), tolerance)
        best = min(best, float(np.abs(state.excess).max()))
        if np.abs(state.excess).max() <= tolerance:
            return _checked(state)
    raise NoLevels(f"no wages clear the labour markets; the best excess demand is {best:.1e}")


def _newton(
    at: Callable[[Array, Array], LevelsState], state: LevelsState, numeraire: int, tolerance: float
) -> LevelsState:
    """Return the best state reached by Newton on log wages, halving steps that do not help.

    The wage of the numeraire country is left alone and its market, redundant by Walras' law, is
    left out of the steps; whether it clears too is for the caller to see.
    """
    others = np.delete(np.arange(state.wage.size), numeraire)
    width = 1e-5
    for _ in range(100):
        if np.abs(state.excess).max() <= tolerance:
            break
        log_wage = np.log(state.wage)
        jacobian = np.empty((others.size, others.size))
        for column, n in enumerate(others):
            nudge = np.zeros_like(log_wage)
            nudge[n] = width
            up = at(log_wage + nudge, state.log_price).excess
            down = at(log_wage - nudge, state.log_price).excess
            jacobian[:, column] = (up - down)[others] / (2 * width)
        size = np.linalg.norm(state.excess[others])
        step = np.zeros_like(log_wage)
        step[others] = np.linalg.lstsq(jacobian, -state.excess[others], rcond=None)[0]
        step /= max(1.0, float(np.abs(step).max()))
        for halving in range(40):
            trial = at(log_wage + step * 0.5**halving, state.log_price)
            if np.linalg.norm(trial.excess[others]) < size:
                break
        else:
            break
        state = trial
    return state


def _checked(state: LevelsState) -> LevelsState:
    """Return the state if it is an economy: no negative income or spending."""
    if np.any(state.income <= 0):
        raise NoLevels(f"income is not positive in country {int(np.argmin(state.income))}")
    if np.any(state.expenditure < -1e-9 * state.expenditure.max()):
        raise NoLevels("spending is negative in some market")
    return state
