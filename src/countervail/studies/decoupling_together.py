"""What decoupling from several partners costs, every loss of one world side by side.

The losses are those ``decoupling`` returns, as often as draws ask for them: states are solved in
blocks, those in which trade is to be halved are searched together, and of each only welfare is
kept. Half is met to one part in a hundred thousand, which is far below what a draw differs from the
next one by.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from countervail import bridge
from countervail.core.batch import Result
from countervail.core.compare import gain
from countervail.core.ladder import Solved
from countervail.core.model import Array, Baseline, Hats, Model, Shock, Totals
from countervail.draws.batch.answers import CertifiedState, certified
from countervail.draws.batch.cases import placed_in
from countervail.draws.batch.solvers import solver_of
from countervail.errors import CountervailError, NoEquilibrium
from countervail.studies.decoupling import (
    LOG_HALF,
    MAX_LOG_COST,
    How,
    Loss,
    never_half,
    pair_of,
    search,
    two_way,
    unanswered,
)
from countervail.world import World

CLOSE_LOG = 1e-5
"""How near to a half trade must come, in logs."""
MOST_GUESSES = 4
"""Corrections of a first guess; each leaves about a tenth of its error."""


class AskedLoss(NamedTuple):
    """A loss to be priced in worlds that differ little from one in which it is known.

    Attributes:
        partner: code of the partner.
        how: ``halved`` (trade) or ``gone`` (an embargo).
        cost: log of the factor on the pair's trade costs in that world; infinite under an embargo.
        direct: log of the trade that it leaves there, over what it was, if nothing else moved but
            the buyers' price indices (``direct_trade_hat``).
    """

    partner: str
    how: How
    cost: float
    direct: float


def asked_again(
    world: World, country: str, losses: Sequence[Loss], model: Model
) -> tuple[AskedLoss, ...]:
    """Return losses that have an answer in a world, to be priced in others like it.

    Raises:
        NoEquilibrium, NotCertified: with balanced trade, the world has none.
    """
    base = bridge.baseline_of(placed_in(world, model), model)
    return tuple(_again(base, world, country, loss) for loss in losses if loss.reason is None)


def _again(base: Baseline, world: World, country: str, loss: Loss) -> AskedLoss:
    if loss.how == "gone":
        return AskedLoss(loss.partner, "gone", math.inf, -math.inf)
    cost = math.log(loss.iceberg_hat)
    left = direct_trade_hat(base, pair_of(world, country, loss.partner), cost)
    return AskedLoss(loss.partner, "halved", cost, math.log(left) if left > 0 else math.nan)


def decoupling_together(
    world: World, country: str, asked: Sequence[AskedLoss], model: Model
) -> tuple[Loss, ...]:
    """Return what decoupling costs in a world; a loss without an answer says why.

    Args:
        world: the world.
        country: code of the country.
        asked: the losses.
        model: the model, with its closure.

    Raises:
        InputError: no such country or partner.
        NoEquilibrium, NotCertified: the world has no certified first state.
    """
    first = _FirstState(world, model)
    searches = [_LossSearch(first, pair_of(world, country, one.partner), one) for one in asked]
    while unfinished := [one for one in searches if one.unfinished]:
        for block in first.blocks(unfinished):
            found = first.solve([one.shock for one in block], [one.near for one in block])
            for one, result in zip(block, found, strict=True):
                one.see(result)
    return tuple(one.loss() for one in searches)


class _FirstState:
    """A world before any decoupling, and what solves states of it.

    Args:
        world: the world; where the model balances trade first, decoupling comes after that.
        model: the model, with its closure.

    Attributes:
        before: the first state.

    Raises:
        NoEquilibrium, NotCertified: it has none.
    """

    def __init__(self, world: World, model: Model) -> None:
        self.world = placed_in(world, model)
        self.model = model
        self.base = bridge.baseline_of(self.world, model)
        self._solver = solver_of("numpy", model, self.base, workers=1, block=None)
        (first,) = self.solve([Shock()], [None])
        before = certified(model, self.base, Shock(), first, None)
        if isinstance(before, CountervailError):
            raise before
        self.before = before

    def blocks(self, searches: Sequence[_LossSearch]) -> list[Sequence[_LossSearch]]:
        """Return searches in as many blocks as the solver wants."""
        size = self._solver.block
        return [searches[k : k + size] for k in range(0, len(searches), size)]

    def solve(self, shocks: Sequence[Shock], near: Sequence[Hats | None]) -> list[Result]:
        """Return the result of each state, not verified yet, or why it has none."""
        return self._solver.solve(shocks, near)

    def certified(self, shock: Shock, found: Result) -> CertifiedState | CountervailError:
        """Return a state verified beside the first one."""
        return certified(self.model, self.base, shock, found, self.before)

    def trade_hat(self, shock: Shock, hats: Hats, pair: tuple[int, int]) -> float:
        """Return two-way trade left in a state over what it was, from its flows cell by cell."""
        weights = self.model.prepare(self.base, shock)
        trade = self.model.outcome(self.base, hats, weights).trade
        (i, n), before = pair, self.world.trade
        left = float(trade[:, n, i].sum() + trade[:, i, n].sum())
        return left / float(before[i, n].sum() + before[n, i].sum())

    def welfare(self, totals: Totals) -> Array:
        """Return welfare relative to the first state, per cent, [n]."""
        first = self.before.solved.totals
        living = self.model.cost_of_living(self.base, first.paid_hat, totals.paid_hat)
        return np.asarray(100.0 * gain(self.model, first, totals, 1.0, living))


class _LossSearch:
    """A loss on its way to an answer.

    Attributes:
        cost: log of the factor on trade costs that is tried now.
        unfinished: whether its state has to be solved still, or again.
        near: where the state last tried lies.
    """

    def __init__(self, first: _FirstState, pair: tuple[int, int], asked: AskedLoss) -> None:
        self._first, self._pair, self._asked = first, pair, asked
        self._found: Result | None = None
        self.unfinished = True
        if asked.how == "gone":
            self.cost = math.inf
        else:
            self._tries = search(-LOG_HALF, first_guess(first.base, pair, asked), CLOSE_LOG)
            self.cost = next(self._tries)

    @property
    def near(self) -> Hats | None:
        """Where the search of the next state starts; None is where nothing changes."""
        return self._found.hats if isinstance(self._found, Solved) else None

    @property
    def shock(self) -> Shock:
        """The state that is tried now."""
        n, p = self._pair
        iceberg = np.ones_like(self._first.base.trade_share)
        iceberg[:, n, p] = iceberg[:, p, n] = math.exp(self.cost)
        return Shock(iceberg_hat=iceberg)

    def see(self, found: Result) -> None:
        """Take the result of the state tried, and choose what to try next, if anything."""
        self._found = found
        if isinstance(found, CountervailError) or self._asked.how == "gone":
            self.unfinished = False
            return
        left = self._trade_hat(found)
        try:
            self.cost = self._tries.send(math.log(left) - LOG_HALF if left > 0 else -math.inf)
        except StopIteration as end:
            self.unfinished = False
            if end.value is None:
                self._found = never_half(self._first.world, self._pair)

    def loss(self) -> Loss:
        """Return the answer, certified; or the loss with the reason why it has none."""
        first, (n, p) = self._first, self._pair
        assert self._found is not None
        answer = first.certified(self.shock, self._found)
        if isinstance(answer, CountervailError):
            return unanswered(self._asked.partner, self._asked.how, _reason(answer, first.world))
        welfare = first.welfare(answer.solved.totals)
        return Loss(
            partner=self._asked.partner,
            how=self._asked.how,
            iceberg_hat=math.exp(self.cost),
            trade_hat=self._trade_hat(answer.solved),
            welfare=float(welfare[n]),
            partner_welfare=float(welfare[p]),
            residual=max(first.before.certificate.residual, answer.certificate.residual),
        )

    def _trade_hat(self, found: Solved) -> float:
        if two_way(self._first.world.trade, self._pair) <= 0:
            return math.nan
        if math.isinf(self.cost):
            return 0.0
        if self._first.base.by_use is None:
            return trade_hat(self._first.base, found.totals, self._pair, self.cost)
        return self._first.trade_hat(self.shock, found.hats, self._pair)


def first_guess(base: Baseline, pair: tuple[int, int], asked: AskedLoss) -> float:
    """Return the log of a factor that leaves about half of a pair's trade.

    It leaves what the known factor left in the known world if nothing else moved: what else moves
    is about the same in both. The known factor itself where buyers have nobody else to turn to.
    """
    cost = asked.cost
    for _ in range(MOST_GUESSES):
        left = direct_trade_hat(base, pair, cost)
        if not 0.0 < left < 1.0:
            return asked.cost
        cost *= asked.direct / math.log(left)
    return cost if 0.0 < cost <= MAX_LOG_COST else asked.cost


def direct_trade_hat(base: Baseline, pair: tuple[int, int], cost: float) -> float:
    """Return two-way trade left at a log of trade costs if only buyers' price indices moved."""
    before = after = 0.0
    for i, n in (pair, pair[::-1]):
        share, flow = base.trade_share[:, n, i], _flow(base, i, n)
        power = np.exp(-base.trade_elasticity * cost)
        with np.errstate(invalid="ignore"):  # a market with one source, at any price
            hat = power / (1.0 - share + share * power)
        before += float(flow.sum())
        after += float((flow * hat).sum())
    return after / before


def trade_hat(base: Baseline, totals: Totals, pair: tuple[int, int], cost: float) -> float:
    """Return two-way trade at border prices that is left in a state, over what it was.

    From what buyers pay in all: pi hat = (q kappa / P)^-theta, X' = X hat X.

    Args:
        base: baseline, which is the first state too.
        totals: of the state.
        pair: positions of the two.
        cost: log of the factor on their trade costs.
    """
    before = after = 0.0
    for i, n in (pair, pair[::-1]):
        flow = _flow(base, i, n)
        sold = flow > 0
        price = np.log(totals.asked_hat[sold, i] / totals.met_hat[sold, n]) + cost
        hat = np.exp(-base.trade_elasticity[sold] * price)
        spent = totals.expenditure[sold, n] / base.expenditure[sold, n]
        before += float(flow.sum())
        after += float((flow[sold] * hat * spent).sum())
    return after / before


def _flow(base: Baseline, i: int, n: int) -> Array:
    """Return what n buys from i before duties, [j]."""
    bought = base.expenditure[:, n] * base.trade_share[:, n, i]
    return np.asarray(bought / (1.0 + base.tariff[:, n, i]))


def _reason(error: CountervailError, world: World) -> str:
    """Return why there is no answer, with labels in place of positions."""
    if isinstance(error, NoEquilibrium):
        error = error.named(world.countries, world.sectors)
    return str(error)
