"""Derivatives of a solution, labelled: one figure by everything, or everything along one change.

``gradient`` says what one more point on each of 300,000 tariffs would do to one figure;
``sensitivity`` what one small change would do to every variable. Both are exact derivatives of the
certified equilibrium (``core.derivative``), with JAX loaded on demand.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from countervail import bridge, machine, schema
from countervail.core import levers
from countervail.core.levers import Levers, Parts, QuotaParts
from countervail.core.model import Baseline, Hats, Model, Shock
from countervail.errors import InputError, did_you_mean
from countervail.labelled import aligned
from countervail.limits import limited_base, plan_of, quantities
from countervail.solution import Reading, Solution
from countervail.state import solve_state

if TYPE_CHECKING:
    import xarray as xr

    from countervail.core.derivative import Pair
    from countervail.scenario import Scenario

Array = NDArray[np.float64]


class LeverKind(NamedTuple):
    """Something that can be moved.

    Attributes:
        dims: of its array.
        unit: what a derivative is per one of.
        at_home: whether it has a meaning where exporter and importer are one country.
    """

    dims: tuple[str, ...]
    unit: str
    at_home: bool = True


RATE = "rate (1 is 100 percentage points)"
CELLS = ("exporter", "importer", "sector")
LEVERS: Mapping[str, LeverKind] = {
    "tariff": LeverKind(CELLS, RATE, at_home=False),
    "iceberg_hat": LeverKind(CELLS, "ratio"),
    "export_tax": LeverKind(CELLS, RATE, at_home=False),
    "line_tariff": LeverKind(("line",), RATE),
    "line_iceberg_hat": LeverKind(("line",), "ratio"),
    "productivity_hat": LeverKind(("country", "sector"), "ratio"),
    "labour_hat": LeverKind(("country",), "ratio"),
    "transfer": LeverKind(("country",), "USD million"),
    "trade_elasticity": LeverKind(("sector",), "elasticity"),
}
"""What can be moved. All but ``trade_elasticity`` move the second state only; in a cell with tariff
lines ``tariff`` adds the same to the rate of each, ``iceberg_hat`` multiplies the cost of each.
Transfers sum to zero: of their derivatives only differences between countries mean anything."""

WITHOUT = {"terms_of_trade", "volume_of_trade"}
"""First-order measures: approximations themselves, and no derivative is given of them."""


class Setting(NamedTuple):
    """Two solved states of one baseline, as the core sees them.

    Attributes:
        model: the economics.
        base: baseline.
        shocks: the two states.
        pair: base and states where JAX computes.
    """

    model: Model
    base: Baseline
    shocks: tuple[Shock, Shock]
    pair: Pair

    def pushed(self, shock: Shock, change: Levers) -> Parts:
        """Return the change of a state's weights that a small change of its levers makes."""
        base, turning = self.base, self.model.turning
        change = levers.faced(base, shock, change, turning)
        return levers.push(base, self.model.faced(base, shock), change)

    def pulled(self, shock: Shock, worth: Parts) -> Levers:
        """Return derivatives with respect to levers, from those with respect to weights."""
        base, turning = self.base, self.model.turning
        pulled = levers.pull(base, self.model.faced(base, shock), worth)
        return levers.law(base, shock, pulled, turning)


def gradient(outcome: Reading, *, wrt: str = "tariff") -> xr.DataArray:
    """Return the derivative of one figure with respect to every entry of a lever.

    Args:
        outcome: a figure of a solution: ``solution.figure("welfare", country="CAN")``.
        wrt: the lever (``LEVERS``). Its unit divides the figure's: for tariffs the derivative is
            per unit of the rate, a hundredth of it per percentage point.

    Returns:
        Labelled array, with the lever's dims; zero, never NaN, where nothing can move: at bans,
        where nothing is traded, and for taxes on trade at home.

    Raises:
        InputError: no such lever, or a figure that has no derivative; or JAX is not installed.
        NotCertified: the linear system could not be solved.
    """
    return gradients(outcome, [wrt])[wrt]


def gradients(outcome: Reading, wrt: Sequence[str]) -> dict[str, xr.DataArray]:
    """Return the derivatives of one figure with respect to several levers, solved for once.

    Args and errors as ``gradient``.
    """
    if not isinstance(outcome, Reading):
        raise InputError(
            f"a gradient is of one figure, such as solution.figure('welfare', country='CAN'); this "
            f"is a {type(outcome).__name__}"
        )
    for name in wrt:
        _lever(name)
    by_elasticity = "trade_elasticity" in wrt
    setting = setting_of(outcome.solution, from_observed=by_elasticity)
    first, second = derivative(setting, outcome, both=by_elasticity)
    if first is not None:
        both = first.trade_elasticity + second.trade_elasticity
        second = second._replace(trade_elasticity=both)
    return {name: _labelled(name, getattr(second, name), outcome) for name in wrt}


def sensitivity(solution: Solution, /, **changes: ArrayLike) -> xr.Dataset:
    """Return what a small change would do to every variable, to first order, per unit of it.

    Args:
        solution: the second state is moved; with ``trade_elasticity`` both are.
        changes: the direction, an array a lever (``LEVERS``), by label where it has any: for
            instance ``tariff=`` [exporter, importer, sector], added to the second state's rates.

    Raises:
        InputError: no such lever, or an array that does not fit; or JAX is not installed.
        NotCertified: the linear system could not be solved.
    """
    import xarray as xr

    setting = setting_of(solution, from_observed="trade_elasticity" in changes)
    from countervail.core import derivative as core

    nothing = [levers.none(setting.base, shock) for shock in setting.shocks]
    fitting = {
        name: _fitting(name, values, nothing[1], solution) for name, values in changes.items()
    }
    second = nothing[1]._replace(**fitting)
    first = nothing[0]._replace(trade_elasticity=second.trade_elasticity)
    one, two = (
        setting.pushed(shock, change)
        for shock, change in zip(setting.shocks, (first, second), strict=True)
    )
    moved = core.tangent(setting.model, setting.pair, (one, two))
    table = schema.variables()
    data = {
        name: (table[name].dims, values.T, {"units": f"{table[name].unit} per unit of the change"})
        for name, values in moved.items()
    }
    return xr.Dataset(data, coords=_coordinates(solution))


def predicted(solution: Solution, scenario: Scenario) -> tuple[Hats, Hats]:
    """Return where the states of another scenario lie, to first order, for ``solve(near=...)``.

    It saves a fifth to a third of the sweeps from the solution itself, and costs about a solve.

    Args:
        solution: whose world and model are kept.
        scenario: the other one.

    Raises:
        InputError: the scenario does not fit the world; or JAX is not installed.
        NotCertified: the linear system could not be solved.
    """
    setting = setting_of(solution)
    from countervail.core import derivative as core

    resolved = scenario.resolve(solution.world)
    found = []
    for change, shock, point, at in zip(
        (resolved.before, resolved.after),
        setting.shocks,
        setting.pair[1:],
        solution.hats,
        strict=True,
    ):
        one = setting.model.prepare(setting.base, shock)
        there = bridge.shock_of(change, resolved)._replace(wage_before=shock.wage_before)
        two = setting.model.prepare(setting.base, there)
        move = levers.between(one, two)
        if move.quotas is not None:  # the search finds premiums faster than a slope does
            move = move._replace(quotas=QuotaParts(*map(np.zeros_like, move.quotas)))
        step = core.displacement(setting.model, setting.pair.base, point, move)
        pairs = zip(at.blocks, step.blocks, strict=True)
        found.append(Hats.of(start + move for start, move in pairs))
    return found[0], found[1]


@functools.lru_cache(maxsize=1)
def setting_of(solution: Solution, *, from_observed: bool = False) -> Setting:
    """Return the two states of a solution as the core sees them; those asked for last are kept.

    Args:
        solution: the solution.
        from_observed: where the world was balanced first, start from the world as observed: what
            the elasticities did to the balancing is part of their effect.

    Raises:
        InputError: JAX is not installed, or wages are held to those of a first state that
            elasticities move.
    """
    if from_observed and solution.model.follows:
        raise InputError(
            "elasticities move the wages of the first state, and those of the second are held to "
            "them: no derivative with respect to trade_elasticity; solve at two values instead"
        )
    machine.load_jax()
    from countervail.core import derivative as core

    model, resolved = solution.model, solution.resolved
    plan = plan_of(solution.world, [resolved], model)
    one, two = (
        bridge.shock_of(change, resolved, quantities(plan, solution.world, resolved, number))
        for number, change in enumerate((resolved.before, resolved.after))
    )
    if from_observed and model.balances_first:
        observed = solution.scenario.base_world(solution.observed)
        base = limited_base(bridge.baseline_of(observed, model), plan)
        hats = [solve_state(model, base, shock).solved.hats for shock in (one, two)]
    else:
        base = limited_base(bridge.baseline_of(solution.world, model), plan)
        hats = list(solution.hats)
    if model.follows:
        one = model.following(base, one, None)
        first = model.totals(base, hats[0], model.prepare(base, one)).state(0)
        two = model.following(base, two, first)
    points = (
        core.Point(at, model.prepare(base, shock))
        for at, shock in zip(hats, (one, two), strict=True)
    )
    return Setting(model, base, (one, two), core.placed(core.Pair(base, *points)))


def derivative(
    setting: Setting, outcome: Reading, *, both: bool = False
) -> tuple[Levers | None, Levers]:
    """Return the derivative of a figure with respect to every lever of both states.

    Args:
        setting: the two states.
        outcome: the figure.
        both: with respect to the first state's levers too.

    Raises:
        InputError: the figure has no derivative.
        NotCertified: the linear system could not be solved.
    """
    name = outcome.figure.variable
    if name in WITHOUT:
        raise InputError(f"{name} is of first order itself and has no derivative: take 'welfare'")
    from countervail.core import derivative as core

    entries = outcome.figure.entries(outcome.solution.world).T
    first, second = core.gradient(setting.model, setting.pair, {name: entries}, both=both)

    def pulled(shock: Shock, worth: Parts) -> Levers:
        return setting.pulled(shock, worth)

    before, after = setting.shocks
    return None if first is None else pulled(before, first), pulled(after, second)


def _lever(name: str) -> LeverKind:
    """Return what is known of a lever.

    Raises:
        InputError: there is none of that name.
    """
    if name not in LEVERS:
        raise InputError(
            f"nothing called '{name}' can be moved{did_you_mean(name, LEVERS)} "
            f"(there are {', '.join(LEVERS)})"
        )
    return LEVERS[name]


def _fitting(name: str, values: ArrayLike, nothing: Levers, solution: Solution) -> Array:
    """Return a direction in the core's axes.

    Raises:
        InputError: no such lever, or an array that does not fit it.
    """
    lever, known = _lever(name), _coordinates(solution)
    lines = [str(line) for line in range(len(getattr(nothing, name)))]
    array: Array = aligned(values, lever.dims, [known.get(d, lines) for d in lever.dims], name).T
    if not np.isfinite(array).all():
        raise InputError(f"{name} must have finite values")
    if not lever.at_home and np.einsum("jnn->jn", array).any():
        raise InputError(f"{name} must be zero where exporter and importer are one country")
    if name == "transfer" and abs(array.sum()) > 1e-9 * np.abs(array).max():
        raise InputError("transfer must sum to zero: what one receives another pays")
    return array


def _labelled(name: str, values: Array, outcome: Reading) -> xr.DataArray:
    import xarray as xr

    lever, solution = _lever(name), outcome.solution
    if not lever.at_home:
        np.einsum("jnn->jn", values)[:] = 0.0
    known = _coordinates(solution)
    coords: dict[str, Any] = {dim: known[dim] for dim in lever.dims if dim in known}
    if lever.dims == ("line",):
        lines = solution.dataset.coords
        coords.update({str(key): at for key, at in lines.items() if at.dims == ("line",)})
    attrs = {
        "units": f"{outcome.unit} per {lever.unit}",
        "long_name": f"derivative of {outcome.figure.name} with respect to {name}",
    }
    return xr.DataArray(values.T, dims=lever.dims, coords=coords, attrs=attrs, name=name)


def _coordinates(solution: Solution) -> dict[str, list[str]]:
    countries, sectors = list(solution.world.countries), list(solution.world.sectors)
    return {"exporter": countries, "importer": countries, "country": countries, "sector": sectors}
