"""Solving a model: the plain iteration first, then sturdier ways; the rung that worked is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from countervail.core import blocks
from countervail.core.model import Array, Baseline, Hats, Model, Shock, Totals, Weights
from countervail.core.solver import Found, Settings, anderson
from countervail.errors import CountervailError, NoEquilibrium, NotCertified

FAST = Settings()
STURDY = Settings(memory=5, wage_step=0.15, max_sweeps=1500, patience=300)


class Solved(NamedTuple):
    """A fixed point found.

    Attributes:
        hats: the unknowns, in logs.
        residual: largest undamped residual of any block.
        sweeps: evaluations of the map, failed rungs included.
        rung: ``anderson``, ``damped``, ``stepped`` or ``newton-krylov``.
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
        price, expenditure = (hat[..., 0] for hat in self.hats[1:])
        return Hats(np.log(self.totals.wage_hat), price, expenditure)


def solve(
    model: Model,
    base: Baseline,
    weights: Weights,
    tolerance: float,
    start: Hats | None = None,
) -> Solved:
    """Return the fixed point of the model's map for one state.

    Args:
        model: the economics.
        base: baseline.
        weights: of the shock.
        tolerance: on the undamped residual of every block (wages, prices, expenditure).
        start: first guess; no change by default.

    Raises:
        NoEquilibrium: no fixed point, with the economic reason.
        NotCertified: every rung failed; with the smallest residual reached.
    """
    first = pack(model.guess(base) if start is None else start)
    sweeps, nearest, poor = 0, np.inf, None
    for rung, climb in RUNGS.items():
        with np.errstate(all="ignore"):  # a failed rung may pass through overflow; results may not
            found = climb(model, base, weights, first, tolerance)
            sweeps += int(found.sweeps[0])
            hats = unpack(found.point, base)
            totals = model.totals(base, hats, weights).state(0)
            income = totals.income
        residual = float(found.residual[0])
        if found.converged[0] and (income > 0).all():
            conditioning = float(found.conditioning[0])
            return Solved(hats, residual, sweeps, rung, conditioning, totals)
        if (income <= 0).any():
            poor = int(np.argmin(income / base.value_added))
        if rung == "anderson":
            refuse_impossible_balances(model, base, weights, hats.wage)
        if residual < nearest and not found.converged[0]:
            nearest, first = residual, found.point
    if poor is not None:
        raise NoEquilibrium(
            "{country} would have to run a surplus larger than all it earns: a fixed surplus "
            "behind such walls has no equilibrium; use deficits='own_income' or 'closed'",
            country=poor,
        )
    raise NotCertified(
        f"no solution found: after {sweeps} sweeps on {len(RUNGS)} methods the residual is still "
        f"{nearest:.1e}; try a smaller shock, or deficits='own_income' or 'closed'"
    )


def attempt(
    model: Model, base: Baseline, shock: Shock, tolerance: float, start: Hats | None
) -> Solved | CountervailError:
    """Return the fixed point of one state, or the error that says why it has none."""
    try:
        return solve(model, base, model.prepare(base, shock), tolerance, start)
    except CountervailError as error:
        return error


def refuse_impossible_balances(
    model: Model, base: Baseline, weights: Weights, log_wage: Array
) -> None:
    """Raise when a country must run a balance that its trade barriers leave no trade to run.

    The balance must have the same sign at base wages and at those the search came to.

    Raises:
        NoEquilibrium: no seller abroad is left to a surplus country, or no source to a deficit one.
    """
    deficit = model.deficit(base, np.ones_like(log_wage), weights)[:, 0]
    reached = model.deficit(base, np.exp(log_wage), weights)[:, 0]
    countries = np.arange(len(deficit))
    # what a market buys nothing of cannot carry a balance
    abroad = (weights.share > 0) & weights.active[:, :, None]
    abroad = abroad & weights.producing[:, None, :]
    abroad[:, countries, countries] = False
    can_import = np.asarray(abroad.any(axis=(0, 2)))
    can_export = np.asarray(abroad.any(axis=(0, 1)))
    for n in countries:
        share = deficit[n] / base.value_added[n]
        balance = 0 if abs(share) < 1e-11 else int(np.sign(share))
        if abs(share) >= 1e-11 and np.sign(reached[n]) != balance:
            continue
        # what it cannot buy it can only give away, and what it cannot sell it can only be given
        allowed = {(True, True): (-1, 0, 1), (True, False): (1,), (False, True): (-1,)}
        if balance in allowed.get((bool(can_import[n]), bool(can_export[n])), (0,)):
            continue
        able = "import" if can_import[n] else "export"
        trade = f"can {able} only" if can_import[n] or can_export[n] else "cannot trade"
        size = f" of {abs(100 * share):.2g} % of value added" if balance else ""
        wanted = {1: "a deficit", -1: "a surplus", 0: "balanced trade"}[balance] + size
        raise NoEquilibrium(
            f"{{country}} {trade} yet must run {wanted}: no wage brings that about, so no "
            "equilibrium exists with this closure; leave both sides of its trade open, or ban both "
            "with deficits='closed'",
            country=int(n),
        )


def pack(hats: Hats) -> Array:
    """Return the unknowns as vectors, [s, unknown]."""
    states = hats.wage.shape[-1]
    return np.ascontiguousarray(np.concatenate([h.reshape(-1, states) for h in hats]).T)


def unpack(point: Array, base: Baseline) -> Hats:
    """Return the unknowns of vectors [s, unknown]."""
    sectors, countries = base.expenditure.shape
    turned = np.ascontiguousarray(point.T)
    wage, price, expenditure = np.split(turned, [countries, countries + sectors * countries])
    shape = (sectors, countries, len(point))
    return Hats(wage, price.reshape(shape), expenditure.reshape(shape))


def stopping_scale(base: Baseline, weights: Weights) -> Array:
    """Return what each residual counts for, [s, unknown]: an error in a log price weighs theta
    times as much in the shares that the check looks at.
    """
    theta = np.maximum(1.0, weights.trade_elasticity)
    sectors, countries = base.expenditure.shape
    price = np.broadcast_to(theta[:, None, :], (sectors, countries, theta.shape[1]))
    one = np.ones_like(price)
    return pack(Hats(one[0], price, one))


def relaxation(base: Baseline, settings: Settings) -> Array:
    """Return the part of its implied change that each unknown takes, [unknown]."""
    countries = len(base.value_added)
    taken = np.ones(countries + 2 * base.expenditure.size)
    taken[:countries] = settings.wage_step
    return taken


def as_vectors(model: Model, base: Baseline, weights: Weights) -> Callable[[Array], Array]:
    """Return the model's map on vectors, [s, unknown] to the same."""
    return lambda point: pack(model.implied(base, unpack(point, base), weights))


def _iterate(
    model: Model,
    base: Baseline,
    weights: Weights,
    first: Array,
    tolerance: float,
    settings: Settings,
) -> Found:
    implied, part = as_vectors(model, base, weights), relaxation(base, settings)
    scale = stopping_scale(base, weights)
    return anderson(implied, first, part, tolerance, settings, scale)


def _fast(m: Model, b: Baseline, w: Weights, first: Array, tolerance: float) -> Found:
    return _iterate(m, b, w, first, tolerance, FAST)


def _sturdy(m: Model, b: Baseline, w: Weights, first: Array, tolerance: float) -> Found:
    return _iterate(m, b, w, first, tolerance, STURDY)


def _stepped(
    model: Model,
    base: Baseline,
    weights: Weights,
    first: Array,  # noqa: ARG001  (a walk starts at the baseline)
    tolerance: float,
) -> Found:
    """Walk from the baseline to the shock in steps that halve when one fails."""
    point, reached, stride = pack(model.guess(base)), 0.0, 0.25
    sweeps = np.zeros(1, dtype=np.int64)
    while reached < 1.0:
        target = min(1.0, reached + stride)
        final = target == 1.0
        part = weights if final else _between(base, weights, target)
        aim = tolerance if final else 1e-6
        found = _iterate(model, base, part, point, aim, STURDY)
        if not found.converged[0]:
            sweeps += found.sweeps
            found = _newton(model, base, part, point, aim)
        sweeps += found.sweeps
        if found.converged[0]:
            point, reached, stride = found.point, target, 1.5 * stride
        elif stride < 0.02 or sweeps > 40_000:
            break
        else:
            stride /= 2.0
    return found._replace(sweeps=sweeps)


def _between(base: Baseline, weights: Weights, part: float) -> Weights:
    """Return weights part of the way to the shock: shares geometrically, bans linearly."""

    def mix(old: Array, new: Array) -> Array:
        both = (old > 0) & (new > 0)
        ratio = np.where(both, new, 1.0) / np.where(both, old, 1.0)
        return np.where(both, old * ratio**part, (1.0 - part) * old + part * new)

    share = mix(base.trade_share, weights.share)
    sold = mix((base.trade_share / (1.0 + base.tariff)).swapaxes(1, 2), weights.sold)
    border = sold.swapaxes(1, 2).copy()
    border[weights.export_taxed] += part * weights.export_duty.swapaxes(1, 2)
    taxed = np.flatnonzero((border != share).any(axis=(1, 2)))
    return weights._replace(
        share=share,
        sold=sold,
        taxed=taxed,
        duty=share[taxed] - border[taxed],
        export_duty=part * weights.export_duty,
        log_productivity=part * weights.log_productivity,
        labour_hat=weights.labour_hat**part,
        transfer=part * weights.transfer,
    )


def _newton(
    model: Model, base: Baseline, weights: Weights, first: Array, tolerance: float
) -> Found:
    """Newton-Krylov (SciPy) on wages alone, with prices and spending solved at each trial.

    What it sets to zero is ln(exports and gifts received / imports and gifts made), country by
    country: near autarky trade is too small beside the payroll for the labour markets to show
    which wage is right, and this still does.
    """
    from scipy.optimize import NoConvergence, newton_krylov

    countries = len(base.value_added)
    inner = first.copy()
    sweeps = np.zeros(1, dtype=np.int64)

    def at_wages(log_wage: Array) -> Array:
        """Return prices and spending at these wages, starting from the last ones found."""
        nonlocal sweeps, inner
        start = inner.copy()
        start[0, :countries] = log_wage
        held = _holding_wages(as_vectors(model, base, weights), log_wage)
        settings = FAST._replace(patience=30)
        found = anderson(held, start, np.ones(start.shape[1]), 1e-13, settings)
        sweeps = sweeps + found.sweeps
        if np.isfinite(found.point).all():
            inner = found.point
        return inner

    def gap(log_wage: Array) -> Array:
        hats = unpack(at_wages(log_wage), base)
        outcome = model.outcome(base, hats, weights)
        flows = outcome.border.sum(axis=0)
        np.fill_diagonal(flows, 0.0)
        earned = flows.sum(axis=0) + np.maximum(outcome.deficit, 0.0)
        spent = flows.sum(axis=1) + np.maximum(-outcome.deficit, 0.0)
        trading = (earned > 0) & (spent > 0)
        ratio = np.where(trading, earned, 1.0) / np.where(trading, spent, 1.0)
        # the numeraire fills the place of the redundant equation
        # a wild trial point must not drown the others: SciPy squares what it gets
        return np.asarray(np.clip(np.nan_to_num(np.log(ratio) + log_wage.mean()), -1e3, 1e3))

    try:
        wage = newton_krylov(
            gap, first[0, :countries], f_tol=1e-10, maxiter=30, method="lgmres", inner_maxiter=40
        )
    except NoConvergence as error:
        wage = error.args[0]
    except (ValueError, ArithmeticError, np.linalg.LinAlgError):
        wage = first[0, :countries]
    point = at_wages(np.asarray(wage)).copy()
    wages = unpack(point, base).wage
    point[:, :countries] = blocks.numeraire(wages, weights.labour_hat, base.value_added).T
    found = _iterate(model, base, weights, point, tolerance, FAST)
    return found._replace(sweeps=sweeps + found.sweeps)


def _holding_wages(implied: Callable[[Array], Array], log_wage: Array) -> Callable[[Array], Array]:
    def held(point: Array) -> Array:
        image = implied(point)
        image[:, : len(log_wage)] = log_wage
        return image

    return held


RUNGS = {"anderson": _fast, "damped": _sturdy, "newton-krylov": _newton, "stepped": _stepped}
