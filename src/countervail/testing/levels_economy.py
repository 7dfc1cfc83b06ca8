"""An economy in levels and its equilibrium, by nested loops (see ``levels``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.testing.levels_goods import Factors, Makers, Nests
from countervail.testing.levels_varieties import Array, Varieties, Wedges


class NoLevels(ArithmeticError):
    """The economy in levels has no equilibrium that this solver finds; the message says why."""


class LevelShop(NamedTuple):
    """Shops, in which households buy goods with services of home trade (``RetailDemand``).

    Attributes:
        services: the sector of wholesale and retail trade.
        goods: which sectors are goods [sector].
        part: of what households buy of trade, what comes with goods.
    """

    services: int
    goods: NDArray[np.bool_]
    part: float = 1.0


@dataclass(frozen=True)
class LevelsEconomy:
    """Primitives in levels.

    Attributes:
        varieties: what is sold.
        log_taste: ln b [variety].
        elasticity: theta [j].
        makers: how goods are made.
        nests: what sectors are.
        final_share: alpha [n, sector], of final spending at the prices below.
        usual_price: log prices of sectors at which that is so [n, sector].
        demand_elasticity: of households between sectors.
        factors: labour, and what stays with goods.
        wanted: markets in which anything is bought at baseline [n, j].
        shop: where households buy goods; None where they buy them from their makers.
        scale: psi theta: what an industry's inputs add to what its varieties are worth, in logs.
        usual_inputs: ln of the bundles of inputs it took [n, j]; 0 of one that made nothing.
        turning: theta / (sigma - 1) - 1, of firms that sell where it pays.
        usual_spending, usual_cost: ln of what was spent in a market [n, j], and of what a unit
            cost to make.
    """

    varieties: Varieties
    log_taste: Array
    elasticity: Array
    makers: Makers
    nests: Nests
    final_share: Array
    usual_price: Array
    demand_elasticity: float
    factors: Factors
    wanted: NDArray[np.bool_]
    shop: LevelShop | None
    scale: float
    usual_inputs: Array
    turning: float
    usual_spending: Array
    usual_cost: Array

    def spending_share(self, log_paid: Array) -> Array:
        """Return what part of final spending goes to each sector at their prices [n, sector]."""
        usual, log_sold, services = self._sold(log_paid)
        _, usual_sold, _ = self._sold(self.usual_price)
        worth = self._worth(usual, log_sold - usual_sold)
        if self.shop is None:
            return worth
        with_goods = worth * services
        share = worth - with_goods
        share[:, self.shop.services] += with_goods.sum(axis=1)
        return np.asarray(share)

    def _worth(self, usual: Array, dearer: Array) -> Array:
        """Return parts of spending on what is sold, from usual ones and log changes of prices."""
        dearer = np.where(usual > 0, dearer, 0.0)
        worth = usual * np.exp((1.0 - self.demand_elasticity) * dearer)
        return np.asarray(worth / worth.sum(axis=1, keepdims=True))

    def _sold(self, log_paid: Array) -> tuple[Array, Array, Array]:
        """Return what households are sold: usual parts of spending, log prices, part of services.

        So many units of trade come with a unit of each good as did at usual prices.
        """
        if self.shop is None:
            return self.final_share, log_paid, np.zeros_like(log_paid)
        a, goods, part = self.shop
        bought = self.final_share[:, goods].sum(axis=1)
        traded = part * self.final_share[:, a] * (bought > 0)
        markup = (traded / np.where(bought > 0, bought, 1.0))[:, None] * goods
        usual = self.final_share * (1.0 + markup)
        usual[:, a] -= traded
        usual[np.abs(usual) < 1e-9 * self.final_share] = 0.0
        relative = self.usual_price - self.usual_price[:, [a]]
        units = markup * np.exp(relative)  # of trade, with a unit of each good
        services = units * np.exp(log_paid[:, [a]])
        sold = np.exp(log_paid) + services
        return usual, np.log(sold), services / sold

    def log_utility(self, income: Array, log_price: Array) -> Array:
        """Return the log of what income buys, as households value it [n]: their own utility."""
        part, log_sold, _ = self._sold(self.nests.log_price(log_price))
        _, usual_sold, _ = self._sold(self.usual_price)
        eta, known = self.demand_elasticity, part > 0
        quantity = self._worth(part, log_sold - usual_sold) * income[:, None] / np.exp(log_sold)
        usual = part / np.exp(usual_sold)
        ratio = np.where(known, quantity / np.where(known, usual, 1.0), 1.0)
        if eta == 1.0:
            return np.asarray((part * np.log(ratio)).sum(axis=1))
        power = (eta - 1.0) / eta
        return np.asarray(np.log((part * ratio**power).sum(axis=1)) / power)


class Start(NamedTuple):
    """Where a search starts: prices of factors [f], of goods and what firms add, in logs [n, j]."""

    factor_price: Array
    log_price: Array
    richer: Array
    larger: Array


class LevelsState(NamedTuple):
    """One equilibrium, or the economy at one guess of the prices of factors.

    Attributes:
        factor_price: of every factor [f]; wages are the first of them.
        log_price: ln P [n, j]; 0 where nobody buys.
        log_cost: ln of what a unit costs to make [n, j].
        share: of each variety in its market's spending [variety].
        expenditure, gross_output, value_added: X, Y, VA [n, j].
        revenue, income, deficit: R, I, D [n].
        export_revenue: the part of R that exporters' treasuries take [n].
        excess: excess demand for factors, relative to supply [f].
        richer: what more or fewer firms add to the log taste for what is made where [n, j].
        larger: what more or fewer of them add to it where it is sold [n, j].
    """

    factor_price: Array
    log_price: Array
    log_cost: Array
    share: Array
    expenditure: Array
    gross_output: Array
    value_added: Array
    revenue: Array
    export_revenue: Array
    income: Array
    deficit: Array
    excess: Array
    richer: Array
    larger: Array

    @property
    def wage(self) -> Array:
        """Wages [n]."""
        return self.factor_price[: len(self.income)]


def _prices(
    economy: LevelsEconomy,
    factory_markup: Array,
    log_factor_price: Array,
    productivity: Array,
    start: Array,
    firms: tuple[Array, Array, Array],
) -> tuple[Array, Array, Array, Array]:
    """Return log prices, log costs, the part of value added in them, and shares of varieties.

    ``factory_markup`` is log d (1 + e) (1 + t) of each variety; infinity is one that is not sold.
    ``firms`` are what more or fewer firms add to the log taste for what is made where [n, j], for
    what is sold where [n, j], and what fewer do at its rates of law [variety].
    """
    richer, larger, fewer = firms
    sold = economy.varieties
    market = (sold.importer, sold.sector)
    theta = economy.elasticity[sold.sector]
    makers, log_price, last = economy.makers, start, np.inf
    for _ in range(20_000):
        log_paid = economy.nests.log_price(log_price)
        paid = makers.prices(log_factor_price, log_paid, economy.factors)
        log_cost = makers.log_cost(*paid) - np.log(productivity)
        term = economy.log_taste - theta * (log_cost[sold.exporter, sold.sector] + factory_markup)
        dearer = (log_cost - economy.usual_cost)[sold.exporter, sold.sector]
        term = term + richer[sold.exporter, sold.sector] + larger[market]
        term = term - fewer - economy.turning * dearer
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
        # the map contracts: a small step that shrinks no more is rounding
        if step < 1e-15 * max(1.0, np.abs(new).max()) or last <= step < 1e-12:
            break
        last = step
    own = makers.value_added_part(*paid)
    return log_price, log_cost, own, np.asarray(weight / total[market])


def _state(
    economy: LevelsEconomy,
    law: Wedges,
    productivity: Array,
    factors: Factors,
    transfers: Callable[[Array, Array], Array],
    factor_price: Array,
    start: Start | LevelsState,
) -> LevelsState:
    """Return the economy at given prices of factors, once as many firms are in as pay their way."""
    firms, last = np.stack([start.richer, start.larger]), np.inf
    given = economy, law, productivity, factors, transfers, factor_price
    state = _with_firms(*given, start.log_price, firms)
    for _ in range(20_000 if economy.scale > 0 or economy.turning > 0 else 0):
        made, known = state.gross_output > 0, economy.wanted
        inputs = np.log(np.where(made, state.gross_output, 1.0)) - state.log_cost
        spent = np.log(np.where(known, state.expenditure, 1.0))
        richer = np.where(made, economy.scale * (inputs - economy.usual_inputs), 0.0)
        larger = np.where(known, economy.turning * (spent - economy.usual_spending), 0.0)
        step = float(np.abs(np.stack([richer, larger]) - firms).max())
        if step < 1e-15 or last <= step < 1e-12:
            break
        firms, last = np.stack([richer, larger]), step
        state = _with_firms(*given, state.log_price, firms)
    return state


def _with_firms(
    economy: LevelsEconomy,
    law: Wedges,
    productivity: Array,
    factors: Factors,
    transfers: Callable[[Array, Array], Array],
    factor_price: Array,
    start: Array,
    firms: Array,
) -> LevelsState:
    """Return prices, spending and excess demand for factors at given prices of theirs."""
    sold = economy.varieties
    countries, sectors = economy.wanted.shape
    duty = np.log1p(law.export_tax) + np.log1p(law.tariff) - np.log1p(sold.tariff)
    fewer = economy.turning * duty
    log_price, log_cost, own, share = _prices(
        economy, law.log_markup, np.log(factor_price), productivity, start, (*firms, fewer)
    )
    earned = factors.earned(factor_price)
    deficit = transfers(factor_price[:countries], earned)

    # X = alpha (earned + D + r'X + s'X) + inputs S X, one dense solve over all markets.
    size = countries * sectors
    buyer = sold.importer * sectors + sold.sector
    seller = sold.exporter * sectors + sold.sector
    receipts = np.zeros((size, size))
    np.add.at(receipts, (seller, buyer), share * law.kept)
    duty = np.zeros((countries, size))
    np.add.at(duty, (sold.importer, buyer), share * law.to_importer)
    levy = np.zeros((countries, size))
    np.add.at(levy, (sold.exporter, buyer), share * law.to_exporter)
    of, within = economy.nests.of, economy.nests.parts(log_price)
    spending = economy.spending_share(economy.nests.log_price(log_price))
    final, inputs = np.zeros((size, countries)), np.zeros((size, size))
    for n in range(countries):
        block = slice(n * sectors, (n + 1) * sectors)
        final[block, n] = within[n] * spending[n, of]
        inputs[block, block] = within[n][:, None] * economy.makers.mix[n, of] * (1.0 - own[n])
    system = np.eye(size) - final @ (duty + levy) - inputs @ receipts
    try:
        expenditure = np.linalg.solve(system, final @ (earned + deficit))
    except np.linalg.LinAlgError:
        raise NoLevels("spending is undetermined at some prices of factors") from None
    gross_output = (receipts @ expenditure).reshape(countries, sectors)
    export_revenue = levy @ expenditure
    revenue = duty @ expenditure + export_revenue
    value_added = own * gross_output
    kept = (economy.makers.stays + economy.makers.profit) * value_added
    left = (value_added - kept).sum(axis=1)
    spent = share * expenditure[buyer]
    np.add.at(left, sold.importer, spent * law.to_nobody)
    demand = np.concatenate([left, kept[factors.country, factors.good][countries:]])
    return LevelsState(
        factor_price,
        log_price,
        log_cost,
        share,
        expenditure.reshape(countries, sectors),
        gross_output,
        value_added,
        revenue,
        export_revenue,
        earned + revenue + deficit,
        deficit,
        demand / (factor_price * factors.quantity) - 1.0,
        *firms,
    )


def equilibrium(
    economy: LevelsEconomy,
    law: Wedges,
    productivity: Array,
    factors: Factors,
    transfers: Callable[[Array, Array], Array],
    start: Start,
    tolerance: float,
) -> LevelsState:
    """Return the state in which markets of factors clear: price adjustment, then Newton.

    ``factors`` are those of the state; world income of those of the economy is the numeraire.
    """
    usual = economy.factors.quantity * start.factor_price
    world = float(usual.sum())

    def at(log_factor_price: Array, start: Start | LevelsState) -> LevelsState:
        level = np.exp(log_factor_price)
        level = level * world / (level * factors.quantity).sum()
        return _state(economy, law, productivity, factors, transfers, level, start)

    best = np.inf
    largest = int(np.argmax(np.where(factors.stays, 0.0, usual)))
    for patience in (20, 200, 600):
        state = at(np.log(start.factor_price), start)
        speed, last = 0.3, np.inf
        for _ in range(patience):  # the textbook adjustment: more excess demand, higher price
            size = float(np.linalg.norm(state.excess))
            if size < 1e-2:
                break
            speed = min(0.5, 1.02 * speed) if size < last else max(1e-3, 0.7 * speed)
            last = size
            ahead = np.log(state.factor_price) + speed * np.clip(state.excess, -1, 1)
            state = at(ahead, state)
        state = _newton(at, state, largest, tolerance)
        best = min(best, float(np.abs(state.excess).max()))
        if np.abs(state.excess).max() <= tolerance:
            return _checked(state)
    raise NoLevels(f"no prices clear the markets of factors; the best excess demand is {best:.1e}")


def _newton(
    at: Callable[[Array, LevelsState], LevelsState],
    state: LevelsState,
    numeraire: int,
    tolerance: float,
) -> LevelsState:
    """Return the best state reached by Newton on log prices of factors, halving useless steps.

    The price of the numeraire is left alone and its market, redundant by Walras' law, is left out
    of the steps; whether it clears too is for the caller to see.
    """
    others = np.delete(np.arange(state.factor_price.size), numeraire)
    width = 1e-5
    for _ in range(100):
        if np.abs(state.excess).max() <= tolerance:
            break
        log_factor_price = np.log(state.factor_price)
        jacobian = np.empty((others.size, others.size))
        for column, f in enumerate(others):
            nudge = np.zeros_like(log_factor_price)
            nudge[f] = width
            up = at(log_factor_price + nudge, state).excess
            down = at(log_factor_price - nudge, state).excess
            jacobian[:, column] = (up - down)[others] / (2 * width)
        size = np.linalg.norm(state.excess[others])
        step = np.zeros_like(log_factor_price)
        step[others] = np.linalg.lstsq(jacobian, -state.excess[others], rcond=None)[0]
        step /= max(1.0, float(np.abs(step).max()))
        for halving in range(40):
            trial = at(log_factor_price + step * 0.5**halving, state)
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
