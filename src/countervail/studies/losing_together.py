"""What losing several partners costs, every loss of one world side by side.

The same losses as ``losing``, as often as draws ask for them: states are solved in blocks, those in
which trade is to be halved are looked for together, and of each only welfare is kept. Half is met
to one part in a hundred thousand, which is far below what a draw differs from the next one by.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from countervail import bridge
from countervail.core.batch import Result
from countervail.core.ladder import Solved
from countervail.core.model import Array, Baseline, Hats, Model, Shock, Totals
from countervail.draws.batch.answers import Answer, certified
from countervail.draws.batch.cases import placed_in
from countervail.draws.batch.solvers import solver_of
from countervail.errors import CountervailError, NoEquilibrium
from countervail.studies.losing import (
    DEAREST,
    HALF,
    How,
    Loss,
    never_half,
    pair_of,
    search,
    two_way,
    unanswered,
)
from countervail.world import World

CLOSE = 1e-5
"""How near to a half trade must come, in logs."""
GUESSES = 4
"""Corrections of a first guess; each leaves about a tenth of its error."""


class Asked(NamedTuple):
    """A loss to be priced in worlds that differ little from one in which it is known.

    Attributes:
        partner: code of the partner.
        how: ``halved`` or ``gone``.
        cost: log of the factor on the pair's trade costs in that world; infinite where it is gone.
        direct: log of the trade that it leaves there, over what it was, if nothing else moved but
            the buyers' price indices (``direct_trade_hat``).
    """

    partner: str
    how: How
    cost: float
    direct: float


def asked_again(
    world: World, country: str, losses: Sequence[Loss], model: Model
) -> tuple[Asked, ...]:
    """Return losses that have an answer in a world, to be priced in others like it.

    Raises:
        NoEquilibrium, NotCertified: with balanced trade, the world has none.
    """
    base = bridge.baseline(placed_in(world, model), model.unit)
    return tuple(_again(base, world, country, loss) for loss in losses if loss.reason is None)


def _again(base: Baseline, world: World, country: str, loss: Loss) -> Asked:
    if loss.how == "gone":
        return Asked(loss.partner, "gone", math.inf, -math.inf)
    cost = math.log(loss.iceberg_hat)
    left = direct_trade_hat(base, pair_of(world, country, loss.partner), cost)
    return Asked(loss.partner, "halved", cost, math.log(left) if left > 0 else math.nan)


def losing_together(
    world: World, country: str, asked: Sequence[Asked], model: Model
) -> tuple[Loss, ...]:
    """Return what losing partners costs in a world; a loss without an answer says why.

    Args:
        world: the world.
        country: code of the country.
        asked: the losses.
        model: the model, with its closure.

    Raises:
        InputError: no such country or partner.
        NoEquilibrium, NotCertified: the world has no certified first state.
    """
    ground = _Ground(world, model)
    lost = [_Lost(ground, pair_of(world, country, one.partner), one) for one in asked]
    while looking := [one for one in lost if one.looking]:
        for part in ground.blocks(looking):
            found = ground.solve([one.shock for one in part], [one.near for one in part])
            for one, result in zip(part, found, strict=True):
                one.see(result)
    return tuple(one.loss() for one in lost)


class _Ground:
    """A world before anything is lost, and what solves states of it.

    Args:
        world: the world; where the model balances trade first, what is lost is lost after that.
        model: the model, with its closure.

    Attributes:
        before: the first state.

    Raises:
        NoEquilibrium, NotCertified: it has none.
    """

    def __init__(self, world: World, model: Model) -> None:
        self.world = placed_in(world, model)
        self.model = model
        self.base = bridge.baseline(self.world, model.unit)
        self._solver = solver_of("numpy", model, self.base, workers=1, block=None)
        (first,) = self.solve([Shock()], [None])
        before = certified(model, self.base, Shock(), first, None)
        if isinstance(before, CountervailError):
            raise before
        self.before = before

    def blocks(self, lost: Sequence[_Lost]) -> list[Sequence[_Lost]]:
        """Return losses in as many blocks as the solver wants."""
        size = self._solver.block
        return [lost[k : k + size] for k in range(0, len(lost), size)]

    def solve(self, shocks: Sequence[Shock], near: Sequence[Hats | None]) -> list[Result]:
        """Return where each state comes to, not verified yet, or why it comes to nothing."""
        return self._solver.solve(shocks, near)

    def certified(self, shock: Shock, found: Result) -> Answer | CountervailError:
        """Return a state verified beside the first one."""
        return certified(self.model, self.base, shock, found, self.before)

    def welfare(self, totals: Totals) -> Array:
        """Return welfare relative to the first state, per cent, [n]."""
        first = self.before.solved.totals
        income_hat = totals.income / first.income
        living = self.model.cost_of_living(self.base, first.price_hat, totals.price_hat)
        return np.asarray(100.0 * (income_hat / living - 1.0))


class _Lost:
    """A loss on its way to an answer.

    Attributes:
        cost: log of the factor on trade costs that is looked at now.
        looking: whether its state has to be solved still, or again.
        near: where the state last looked at lies.
    """

    def __init__(self, ground: _Ground, pair: tuple[int, int], asked: Asked) -> None:
        self._ground, self._pair, self._asked = ground, pair, asked
        self._found: Result | None = None
        self.looking = True
        if asked.how == "gone":
            self.cost = math.inf
        else:
            self._looks = search(-HALF, first_guess(ground.base, pair, asked), CLOSE)
            self.cost = next(self._looks)

    @property
    def near(self) -> Hats | None:
        """Where the search of the next state starts; None is where nothing changes."""
        return self._found.hats if isinstance(self._found, Solved) else None

    @property
    def shock(self) -> Shock:
        """The state that is looked at now."""
        n, p = self._pair
        iceberg = np.ones_like(self._ground.base.trade_share)
        iceberg[:, n, p] = iceberg[:, p, n] = math.exp(self.cost)
        return Shock(iceberg_hat=iceberg)

    def see(self, found: Result) -> None:
        """Take what the state looked at came to, and choose where to look next, if anywhere."""
        self._found = found
        if isinstance(found, CountervailError) or self._asked.how == "gone":
            self.looking = False
            return
        left = self._trade_hat(found)
        try:
            self.cost = self._looks.send(math.log(left) - HALF if left > 0 else -math.inf)
        except StopIteration as end:
            self.looking = False
            if end.value is None:
                self._found = never_half(self._ground.world, self._pair)

    def loss(self) -> Loss:
        """Return the answer, certified; or the loss with the reason why it has none."""
        ground, (n, p) = self._ground, self._pair
        assert self._found is not None
        answer = ground.certified(self.shock, self._found)
        if isinstance(answer, CountervailError):
            return unanswered(self._asked.partner, self._asked.how, _reason(answer, ground.world))
        welfare = ground.welfare(answer.solved.totals)
        return Loss(
            partner=self._asked.partner,
            how=self._asked.how,
            iceberg_hat=math.exp(self.cost),
            trade_hat=self._trade_hat(answer.solved),
            welfare=float(welfare[n]),
            partner_welfare=float(welfare[p]),
            residual=max(ground.before.certificate.residual, answer.certificate.residual),
        )

    def _trade_hat(self, found: Solved) -> float:
        if two_way(self._ground.world.trade, self._pair) <= 0:
            return math.nan
        if math.isinf(self.cost):
            return 0.0
        return trade_hat(self._ground.base, found.totals, self._pair, self.cost)


def first_guess(base: Baseline, pair: tuple[int, int], asked: Asked) -> float:
    """Return the log of a factor that leaves about half of a pair's trade.

    It leaves what the known factor left in the known world if nothing else moved: what else moves
    is about the same in both. The known factor itself where buyers have nobody else to turn to.
    """
    cost = asked.cost
    for _ in range(GUESSES):
        left = direct_trade_hat(base, pair, cost)
        if not 0.0 < left < 1.0:
            return asked.cost
        cost *= asked.direct / math.log(left)
    return cost if 0.0 < cost <= DEAREST else asked.cost


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

    From what buyers pay in all: pi hat = (c kappa / P)^-theta, X' = X hat X.

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
        price = np.log(totals.cost_hat[sold, i] / totals.price_hat[sold, n]) + cost
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
