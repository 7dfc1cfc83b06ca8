"""Solving a model: the plain iteration first, then sturdier ways; the rung that worked is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from countervail.core.model import Array, Baseline, Hats, Model, Weights
from countervail.core.solver import Found, Settings, anderson
from countervail.errors import NoEquilibrium, NotCertified

FAST = Settings()
STURDY = Settings(memory=5, wage_step=0.15, max_sweeps=1500, patience=300)


class Solved(NamedTuple):
    """A fixed point found.

    Attributes:
        hats: the unknowns, in logs.
        residual: largest undamped residual of any block.
        sweeps: evaluations of the map, failed rungs included.
        rung: ``anderson``, ``damped``, ``stepped`` or ``newton-krylov``.
    """

    hats: Hats
    residual: float
    sweeps: int
    rung: str


def solve(
    model: Model,
    base: Baseline,
    weights: Weights,
    tolerance: float,
    start: Hats | None = None,
) -> Solved:
    """Return the fixed point of the model's map.

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
    refuse_impossible_balances(model, base, weights)
    first = pack(model.guess(base) if start is None else start)
    sweeps, nearest = 0, np.inf
    for rung, climb in RUNGS.items():
        with np.errstate(all="ignore"):  # a failed rung may pass through overflow; results may not
            found = climb(model, base, weights, first, tolerance)
        sweeps += found.sweeps
        if found.converged:
            return Solved(unpack(found.point, base), found.residual, sweeps, rung)
        if found.residual < nearest:
            nearest, first = found.residual, found.point
        if not np.isfinite(first).all():
            first = pack(model.guess(base))
    with np.errstate(all="ignore"):
        refuse_vanishing_income(model, base, weights, first)
    raise NotCertified(
        f"no solution found: after {sweeps} sweeps on {len(RUNGS)} methods the residual is still "
        f"{nearest:.1e}; try a smaller shock, or deficits='own_income' or 'closed'"
    )


def refuse_impossible_balances(model: Model, base: Baseline, weights: Weights) -> None:
    """Raise when a country must run a balance that its trade barriers leave no trade to run.

    Raises:
        NoEquilibrium: no seller abroad is left to a surplus country, or no source to a deficit one.
    """
    deficit = model.deficit(base, np.ones_like(base.value_added), weights)
    countries = np.arange(len(deficit))
    # what a market buys nothing of cannot carry a balance
    abroad = (weights.share > 0) & weights.active[:, :, None]
    abroad = abroad & weights.producing[:, None, :]
    abroad[:, countries, countries] = False
    can_import, can_export = abroad.any(axis=(0, 2)), abroad.any(axis=(0, 1))
    for n in countries:
        size = 100.0 * abs(deficit[n]) / base.value_added[n]
        if size < 1e-9:
            continue
        if deficit[n] < 0 and not can_export[n]:
            side = "surplus", "export"
        elif deficit[n] > 0 and not can_import[n]:
            side = "deficit", "import"
        else:
            continue
        raise NoEquilibrium(
            f"{{country}} must run a {side[0]} of {size:.2g} % of value added but can {side[1]} "
            "nothing: no equilibrium exists with this closure; use deficits='closed'",
            country=int(n),
        )


def refuse_vanishing_income(model: Model, base: Baseline, weights: Weights, point: Array) -> None:
    """Raise when the failed search ran into a country whose income would not be positive.

    Raises:
        NoEquilibrium: the country and its balance.
    """
    wage = np.exp(unpack(point, base).wage)
    deficit = model.deficit(base, wage, weights)
    earned = wage * weights.labour_hat * base.value_added
    poorest = int(np.argmin(np.where(np.isfinite(earned), (earned + deficit) / earned, np.inf)))
    if not earned[poorest] + deficit[poorest] > 0.05 * earned[poorest]:
        raise NoEquilibrium(
            "{country} would have to run a surplus as large as what it earns "
            f"(surplus {-deficit[poorest]:,.0f}, value added {earned[poorest]:,.0f}): a fixed "
            "surplus behind such walls has no equilibrium; use deficits='own_income' or 'closed'",
            country=poorest,
        )


def pack(hats: Hats) -> Array:
    """Return the unknowns as one vector."""
    return np.concatenate([h.ravel() for h in hats])


def unpack(point: Array, base: Baseline) -> Hats:
    """Return the unknowns of a vector."""
    sectors, countries = base.expenditure.shape
    wage, price, expenditure = np.split(point, [countries, countries + sectors * countries])
    return Hats(
        wage, price.reshape(sectors, countries), expenditure.reshape(sectors, countries)
    )


def _map(model: Model, base: Baseline, weights: Weights) -> Callable[[Array], Array]:
    return lambda point: pack(model.implied(base, unpack(point, base), weights))


def _iterate(
    model: Model,
    base: Baseline,
    weights: Weights,
    first: Array,
    tolerance: float,
    settings: Settings,
) -> Found:
    relaxation = np.ones_like(first)
    relaxation[: len(base.value_added)] = settings.wage_step
    return anderson(_map(model, base, weights), first, relaxation, tolerance, settings)


def _fast(m: Model, b: Baseline, w: Weights, first: Array, tolerance: float) -> Found:
    return _iterate(m, b, w, first, tolerance, FAST)


def _sturdy(m: Model, b: Baseline, w: Weights, first: Array, tolerance: float) -> Found:
    return _iterate(m, b, w, first, tolerance, STURDY)


def _stepped(
    model: Model, base: Baseline, weights: Weights, first: Array, tolerance: float
) -> Found:
    """Walk from the baseline to the shock in steps that halve when one fails."""
    point, reached, stride, sweeps = pack(model.guess(base)), 0.0, 0.25, 0
    while reached < 1.0 and sweeps < 12_000:
        target = min(1.0, reached + stride)
        final = target == 1.0
        part = weights if final else _between(base, weights, target)
        found = _iterate(model, base, part, point, tolerance if final else 1e-6, STURDY)
        sweeps += found.sweeps
        if found.converged:
            point, reached, stride = found.point, target, 1.5 * stride
        elif stride < 1e-3:
            return Found(found.point, found.residual, sweeps, False)
        else:
            stride /= 2.0
    return Found(point, found.residual, sweeps, reached == 1.0)


def _between(base: Baseline, weights: Weights, part: float) -> Weights:
    """Return weights part of the way to the shock: shares geometrically, bans linearly."""
    start = base.trade_share
    start_received = start / (1.0 + base.tariff)

    def mix(old: Array, new: Array) -> Array:
        both = (old > 0) & (new > 0)
        safe = np.where(both, new / np.where(old > 0, old, 1.0), 1.0)
        return np.where(both, old * safe**part, (1.0 - part) * old + part * new)

    share = mix(start, weights.share)
    received = np.minimum(mix(start_received, weights.received), share / 1e-9)
    return weights._replace(
        share=share,
        received=received,
        taxed=np.flatnonzero((received != share).any(axis=(1, 2))),
        log_productivity=part * weights.log_productivity,
        labour_hat=weights.labour_hat**part,
        transfer=part * weights.transfer,
    )


def _newton(
    model: Model, base: Baseline, weights: Weights, first: Array, tolerance: float
) -> Found:
    """Newton-Krylov on the residual (SciPy), for what no fixed-point iteration reaches."""
    from scipy.optimize import NoConvergence, newton_krylov

    implied = _map(model, base, weights)
    sweeps = 0

    def gap(point: Array) -> Array:
        nonlocal sweeps
        sweeps += 1
        # a wild trial point must not poison the search with infinities
        return np.nan_to_num(implied(point) - point, nan=1e3, posinf=1e3, neginf=-1e3)

    try:
        point = newton_krylov(
            gap, first, f_tol=tolerance, maxiter=40, method="lgmres", inner_maxiter=60
        )
        converged = True
    except (NoConvergence, ValueError, np.linalg.LinAlgError) as error:
        point = error.args[0] if isinstance(error, NoConvergence) else first
        converged = False
    return Found(point, float(np.abs(gap(point)).max()), sweeps, converged)


RUNGS = {"anderson": _fast, "damped": _sturdy, "stepped": _stepped, "newton-krylov": _newton}
