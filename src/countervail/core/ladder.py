"""Solving a model: the plain iteration first, then sturdier ways; the rung that worked is told.

A rung returns where it stopped. One that comes to see why there is no equilibrium says so by
raising ``NoEquilibrium``; the rungs after it may still prove it wrong, and if none does, that is
the reason given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from countervail.core import block_triangular, existence
from countervail.core.given_wages import SURE, GivenWages
from countervail.core.links import both_ways, open_links, reached, wanted_markets
from countervail.core.model import Array, Baseline, Hats, Model, Shock, Totals, Weights
from countervail.core.newton import drift, newton, newton_krylov
from countervail.core.solver import Found, Settings, anderson
from countervail.core.steps import step_of
from countervail.core.sweep import SMALLEST
from countervail.core.unknowns import pack, stopping_scale, unpack
from countervail.core.walks import LOOSE, between, walk
from countervail.errors import CountervailError, NoEquilibrium, NotCertified

FAST = Settings()
SIDE_BY_SIDE = FAST._replace(history=np.float32, conditioning=False)
"""Of several states at once: what they remember is what memory has to hold and bring near."""

POLISH = FAST._replace(newton=False, wage_step=0.4)
"""From wages that are right: a step made for the baseline's would leave them behind."""

STURDY = Settings(memory=5, wage_step=0.15, newton=False, max_sweeps=1500, patience=300)

MOST_DIFFERENCED_COUNTRIES = 24
"""With more countries than this, Newton's derivatives are not differenced one by one."""


class Solved(NamedTuple):
    """A fixed point found.

    Attributes:
        hats: the unknowns, in logs.
        residual: largest undamped residual of any block.
        sweeps: evaluations of the map, failed rungs included.
        rung: one of ``RUNGS``.
        conditioning: by how much a residual is magnified in the unknowns, as far as was seen.
        totals: levels there, by country and sector, without the axis of states.
    """

    hats: Hats
    residual: float
    sweeps: int
    rung: str
    conditioning: float
    totals: Totals

    @property
    def claimed(self) -> Hats:
        """The unknowns as claimed to the independent check, without the axis of states."""
        rest = (hat[..., 0] for hat in self.hats.blocks[1:])
        return Hats.of((np.log(self.totals.wage_hat), *rest))

    def effect(self, before: Solved) -> float:
        """Return the largest |ln hat| of wages, prices and expenditure, over another state's."""
        pairs = zip(before.claimed.common, self.claimed.common, strict=True)
        return max(float(np.abs(two - one).max()) for one, two in pairs)


def solve(
    model: Model,
    base: Baseline,
    weights: Weights,
    tolerance: float,
    start: Hats | None = None,
    tried: Found | None = None,
) -> Solved:
    """Return the fixed point of the model's map for one state.

    Args:
        model: the economics.
        base: baseline.
        weights: of the shock.
        tolerance: on the undamped residual of every block (wages, prices, expenditure).
        start: first guess; no change by default.
        tried: where the plain iteration came to from there, where that is known already.

    Raises:
        NoEquilibrium: no fixed point, with the economic reason.
        NotCertified: every rung failed; with the smallest residual reached.
    """
    first = pack((start or model.guess(base)).blocks)
    links = open_links(base, weights)
    failed = _Failed(model, first)
    for rung, climb in RUNGS.items():
        if model.many and rung not in SWEEPING:
            break
        try:
            with np.errstate(all="ignore"):  # a rung that fails may overflow; results may not
                if rung == "anderson" and tried is not None:
                    found = tried
                else:
                    found = climb(model, base, weights, failed.nearest, tolerance)
                hats = unpack(found.point, model.unknowns, base)
                totals = model.totals(base, hats, weights).state(0)
                left = existence.left_to_spend(base, weights, totals)
        except NoEquilibrium as reason:
            failed.reasons.append(reason)
            continue
        if found.converged[0] and _sound(base, weights, hats, totals):
            existence.refuse_one_sided_trade(links, model, base, weights, hats.wage)
            residual, sweeps = float(found.residual[0]), failed.sweeps + int(found.sweeps[0])
            return Solved(hats, residual, sweeps, rung, float(found.conditioning[0]), totals)
        failed.remember(found, left)
        if rung == "anderson":
            existence.refuse_one_sided_trade(links, model, base, weights, hats.wage)
    failed.refuse_for_a_reason()
    nearest = unpack(failed.nearest, model.unknowns, base)
    existence.refuse_unbalanced_trade(links, model, base, weights, nearest.wage)
    raise failed.refusal(weights)


def attempt(
    model: Model,
    base: Baseline,
    shock: Shock,
    tolerance: float,
    start: Hats | None,
    by: Callable[..., Solved] = solve,
) -> Solved | CountervailError:
    """Return the fixed point of one state, or the error that says why it has none."""
    try:
        return by(model, base, model.prepare(base, shock), tolerance, start)
    except CountervailError as error:
        return error


class _Failed:
    """What the rungs that failed came to.

    Attributes:
        model: the economics.
        nearest: the point with the smallest residual, [1, unknown]; the next rung starts there.
        residual: there.
        sweeps: of all of them.
        reasons: why there is no equilibrium, as rungs saw it.
        insolvent: the same, as a fixed point at which somebody's income is negative shows.
        held_up: whether there was a fixed point at which only the floor holds spending up.
        rungs: how many there are.
    """

    def __init__(self, model: Model, first: Array) -> None:
        self.model = model
        self.nearest, self.residual, self.sweeps = first, np.inf, 0
        self.reasons: list[NoEquilibrium] = []
        self.insolvent: list[NoEquilibrium] = []
        self.held_up = False
        self.rungs = len(SWEEPING if model.many else RUNGS)

    def remember(self, found: Found, left: Array) -> None:
        """Keep what a rung came to.

        Args:
            found: where it stopped.
            left: income over value added there, [n].
        """
        self.sweeps += int(found.sweeps[0])
        if not found.converged[0]:
            if found.residual[0] < self.residual:
                self.nearest, self.residual = found.point, float(found.residual[0])
        elif left.min() <= 0:
            self.insolvent.append(existence.unearned_surplus(int(left.argmin()), self.model))
        else:
            self.held_up = True

    def refuse_for_a_reason(self) -> None:
        """Raise the first reason seen, if any."""
        for reason in (*self.reasons, *self.insolvent):
            raise reason

    def refusal(self, weights: Weights) -> NotCertified:
        """Return the refusal of a case for which no reason was seen."""
        low, high = weights.trade_elasticity.min(), weights.trade_elasticity.max()
        if self.held_up or not np.isfinite(self.residual):
            return NotCertified(
                f"no solution found: at elasticities from {low:.3g} to {high:.3g} costs or incomes "
                "in different places come to lie further apart than numbers can hold; try a "
                "smaller shock, or elasticities that are less extreme"
            )
        return NotCertified(
            f"no solution found: after {self.sweeps} sweeps on {self.rungs} methods the residual "
            f"is still {self.residual:.1e}; {existence.advice(self.model)}"
        )


def _sound(base: Baseline, weights: Weights, hats: Hats, totals: Totals) -> bool:
    """Return whether everybody has an income, and nobody's spending is held up by the floor."""
    held_up = hats.expenditure[..., 0] < np.log(SMALLEST) + LOOSE
    if held_up.any() and (held_up & wanted_markets(base, weights)).any():
        return False
    return bool((totals.income > 0).all())


def as_vectors(model: Model, base: Baseline, weights: Weights) -> Callable[[Array], Array]:
    """Return the model's map on vectors, [s, unknown] to the same."""
    return lambda point: pack(
        model.implied(base, unpack(point, model.unknowns, base), weights).blocks
    )


def _iterate(
    model: Model,
    base: Baseline,
    weights: Weights,
    first: Array,
    tolerance: float,
    settings: Settings,
) -> Found:
    implied, step = as_vectors(model, base, weights), step_of(model, base, settings)
    scale = stopping_scale(model.unknowns, base, weights.trade_elasticity)
    return anderson(implied, first, step, tolerance, settings, scale)


def _fast(m: Model, b: Baseline, w: Weights, first: Array, tolerance: float) -> Found:
    return _iterate(m, b, w, first, tolerance, FAST)


def _sturdy(m: Model, b: Baseline, w: Weights, first: Array, tolerance: float) -> Found:
    return _iterate(m, b, w, first, tolerance, STURDY)


def _newton(
    model: Model, base: Baseline, weights: Weights, first: Array, tolerance: float
) -> Found:
    """Newton on wages alone, with prices and spending solved at each trial."""
    given = GivenWages(model, base, weights, unpack(first, model.unknowns, base))
    search = newton if len(base.value_added) <= MOST_DIFFERENCED_COUNTRIES else newton_krylov
    log_wage = search(given.anchored, given.near.wage[:, 0], 1e-10)[:, None]
    hats = given.hats(log_wage)
    found = _iterate(model, base, weights, pack(hats.blocks), tolerance, POLISH)
    return found._replace(sweeps=found.sweeps + given.sweeps)


def _newton_twice(
    model: Model, base: Baseline, weights: Weights, first: Array, tolerance: float
) -> Found:
    """Newton from where other ways gave up, and from the baseline where that is better."""
    found = _newton(model, base, weights, first, tolerance)
    if found.converged[0] or len(base.value_added) > MOST_DIFFERENCED_COUNTRIES:
        return found
    again = _newton(model, base, weights, pack(model.guess(base).blocks), tolerance)
    return again._replace(sweeps=found.sweeps + again.sweeps)


def _block_triangular(
    model: Model, base: Baseline, weights: Weights, first: Array, tolerance: float
) -> Found:
    """Search block by block, where trade between groups of countries goes one way.

    What is searched are the wages of groups beside each other's.

    The search starts at baseline wages: where others gave up may be far out.

    Raises:
        NoEquilibrium: at no ratio of wages is the trade between them what it must be.
    """
    ways = reached(open_links(base, weights))
    if ways.all():
        return _not_tried(first)
    given = GivenWages(model, base, weights, model.guess(base), SURE)
    found = block_triangular.search(given, both_ways(ways), given.near.wage[:, 0])
    log_wage = found.log_wage[:, None]
    if found.at_the_end:
        earned, spent = (side[:, 0] for side in given.accounts(log_wage))
        existence.refuse_one_way_trade(ways, earned, spent, found.leash, base, model)
    return _newton(model, base, weights, pack(given.hats(log_wage).blocks), tolerance)


def _tatonnement(
    model: Model, base: Baseline, weights: Weights, first: Array, tolerance: float
) -> Found:
    """Let wages rise where more is earned abroad than spent (tatonnement), until they rest.

    It starts at baseline wages. Where barriers cut trade to nothing at these wages, only those that
    differ as much as costs do bring it back, and on the way there imbalances may grow: Newton would
    not go it, and a walk up the barriers may end where its solution turns back.
    """
    if len(base.value_added) > MOST_DIFFERENCED_COUNTRIES:
        return _not_tried(first)
    given = GivenWages(model, base, weights, model.guess(base), SURE)
    log_wage = drift(given.pull, given.near.wage[:, 0], 1e-10)[:, None]
    found = _newton(model, base, weights, pack(given.hats(log_wage).blocks), tolerance)
    return found._replace(sweeps=found.sweeps + given.sweeps)


def _not_tried(first: Array) -> Found:
    one = np.ones(1)
    return Found(first, np.inf * one, np.zeros(1, dtype=np.int64), one < 0, one)


def _continuation(
    model: Model,
    base: Baseline,
    weights: Weights,
    first: Array,  # noqa: ARG001  (a walk starts at the baseline)
    tolerance: float,
) -> Found:
    """Walk from the baseline to the shock: continuation in the shock."""

    def state(part: float) -> tuple[Baseline, Weights]:
        return base, between(base, weights, part)

    return walk(model, state, _sturdy_newton, pack(model.guess(base).blocks), tolerance)


def _deficit_homotopy(
    model: Model,
    base: Baseline,
    weights: Weights,
    first: Array,  # noqa: ARG001  (a walk starts from balanced trade)
    tolerance: float,
) -> Found:
    """Walk from balanced trade behind the same barriers to the closure's deficits: a homotopy."""

    def state(part: float) -> tuple[Baseline, Weights]:
        scaled = base._replace(deficit=part * base.deficit)
        return scaled, weights._replace(transfer=part * weights.transfer)

    balanced = _sturdy_newton(model, *state(0.0), pack(model.guess(base).blocks), LOOSE)
    if not balanced.converged[0]:
        return balanced
    return walk(model, state, _sturdy_newton, balanced.point, tolerance)


def _sturdy_newton(
    model: Model, base: Baseline, weights: Weights, first: Array, tolerance: float
) -> Found:
    """Newton; where countries are many and it is slow, only after the damped iteration."""
    if len(base.value_added) <= MOST_DIFFERENCED_COUNTRIES:
        return _newton(model, base, weights, first, tolerance)
    found = _sturdy(model, base, weights, first, tolerance)
    if found.converged[0]:
        return found
    again = _newton(model, base, weights, first, tolerance)
    return again._replace(sweeps=found.sweeps + again.sweeps)


# names are ids that certificates and manifests hold: they stay, whatever the functions are called
RUNGS = {
    "anderson": _fast,
    "damped": _sturdy,
    "newton": _newton_twice,
    "stepped": _continuation,
    "lent": _deficit_homotopy,
    "apart": _block_triangular,
    "market": _tatonnement,
}

SWEEPING = ("anderson", "damped")
"""Rungs for models of which moves may feed on themselves: other ways find prices anew at every
guess of wages, for minutes, where what sweeps do not come to is an equilibrium that hardly lasts.
"""
