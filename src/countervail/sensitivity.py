"""Derivatives of a solution, labelled: one figure by everything, or everything along one change.

``gradient`` says what one more point on each of 300,000 tariffs would do to one figure;
``tangent`` what one small change would do to every variable. Both are exact derivatives of the
certified equilibrium (``core.derivative``), with JAX loaded on demand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from countervail import machine, schema, simulate
from countervail.core import levers
from countervail.core.levers import Levers
from countervail.core.model import Baseline, Hats, Shock, Weights
from countervail.errors import InputError, did_you_mean
from countervail.figure import Reading

if TYPE_CHECKING:
    import xarray as xr

    from countervail.solution import Solution

Array = NDArray[np.float64]

LEVERS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "tariff": (("exporter", "importer", "sector"), "rate (1 is 100 percentage points)"),
    "iceberg_hat": (("exporter", "importer", "sector"), "ratio"),
    "export_tax": (("exporter", "importer", "sector"), "rate (1 is 100 percentage points)"),
    "line_tariff": (("line",), "rate (1 is 100 percentage points)"),
    "line_iceberg_hat": (("line",), "ratio"),
    "productivity_hat": (("country", "sector"), "ratio"),
    "labour_hat": (("country",), "ratio"),
    "transfer": (("country",), "USD million"),
    "trade_elasticity": (("sector",), "elasticity"),
}
"""What can be moved: dims and unit. All but ``trade_elasticity`` move the second state only; in a
cell with tariff lines ``tariff`` adds the same to the rate of each, ``iceberg_hat`` multiplies the
cost of each."""

WITHOUT = {"terms_of_trade", "volume_of_trade"}
"""First-order measures: approximations themselves, and no derivative is given of them."""


class Setting(NamedTuple):
    """Two solved states of one baseline, as the core sees them.

    Attributes:
        base: baseline.
        shocks: the two states.
        hats: where they lie.
        weights: under which weights.
    """

    base: Baseline
    shocks: tuple[Shock, Shock]
    hats: tuple[Hats, Hats]
    weights: tuple[Weights, Weights]


def gradient(outcome: Reading, *, wrt: str = "tariff") -> xr.DataArray:
    """Return the derivative of one figure with respect to every entry of a lever.

    Args:
        outcome: a figure of a solution: ``solution.figure("welfare", country="CAN")``.
        wrt: the lever (``LEVERS``). Its unit divides the figure's: for tariffs the derivative is
            per unit of the rate, a hundredth of it per percentage point.

    Returns:
        Labelled array, with the lever's dims; zero, never NaN, where nothing can move: at bans
        and where nothing is traded.

    Raises:
        InputError: no such lever, or a figure that has no derivative; or JAX is not installed.
        NotCertified: the linear system could not be solved.
    """
    return gradients(outcome, [wrt])[wrt]


def gradients(outcome: Reading, wrt: Sequence[str]) -> dict[str, xr.DataArray]:
    """Return the derivatives of one figure with respect to several levers, solved for once."""
    solution = outcome.solution
    for name in wrt:
        _known(name)
    by_elasticity = "trade_elasticity" in wrt
    setting = setting_of(solution, from_observed=by_elasticity)
    first, second = derivative(setting, solution, outcome, both=by_elasticity)
    second = second._replace(
        trade_elasticity=second.trade_elasticity + (first.trade_elasticity if first else 0.0)
    )
    return {name: _labelled(name, getattr(second, name), outcome) for name in wrt}


def tangent(solution: Solution, changes: Mapping[str, ArrayLike]) -> xr.Dataset:
    """Return the derivative of every variable along one change of levers.

    Args:
        solution: the second state is moved; with ``trade_elasticity`` both are.
        changes: the direction, an array a lever (``LEVERS``).

    Raises:
        InputError: no such lever, or an array that does not fit; or JAX is not installed.
        NotCertified: the linear system could not be solved.
    """
    import xarray as xr

    for name in changes:
        _known(name)
    setting = setting_of(solution, from_observed="trade_elasticity" in changes)
    base, shocks, hats, weights = setting
    nothing = levers.none(base, shocks[1])
    fitting = {name: _fitting(name, values, nothing) for name, values in changes.items()}
    second = nothing._replace(**fitting)
    first = levers.none(base, shocks[0])._replace(trade_elasticity=second.trade_elasticity)
    parts = tuple(
        levers.change_of(weight, levers.push(base, shock, change), change)
        for weight, shock, change in zip(weights, shocks, (first, second), strict=True)
    )
    machine.load_jax()
    from countervail.core import derivative as core

    points = [core.Point(*pair) for pair in zip(hats, weights, strict=True)]
    moved = core.tangent(solution.model, base, points[0], points[1], (parts[0], parts[1]))
    table = schema.variables()
    data = {
        name: (table[name].dims, values.T, {"units": f"{table[name].unit} per unit of the change"})
        for name, values in moved.items()
    }
    return xr.Dataset(data, coords=_coordinates(solution))


def setting_of(solution: Solution, *, from_observed: bool = False) -> Setting:
    """Return the two states of a solution as the core sees them.

    Args:
        solution: the solution.
        from_observed: where the world was balanced first, start from the world as observed: what
            the elasticities did to the balancing is part of their effect.
    """
    model, resolved = solution.model, solution.resolved
    changes = (resolved.before, resolved.after)
    shocks = (simulate.shock_of(changes[0], resolved), simulate.shock_of(changes[1], resolved))
    if from_observed and model.balances_first:
        base = simulate.baseline(solution.observed, model.unit)
        states = [simulate.solve_state(model, base, shock) for shock in shocks]
        hats = (states[0].solved.hats, states[1].solved.hats)
    else:
        base = simulate.baseline(solution.world, model.unit)
        hats = solution.hats
    weights = (model.prepare(base, shocks[0]), model.prepare(base, shocks[1]))
    return Setting(base, shocks, hats, weights)


def derivative(
    setting: Setting, solution: Solution, outcome: Reading, *, both: bool = False
) -> tuple[Levers | None, Levers]:
    """Return the derivative of a figure with respect to every lever of both states.

    The first state's is left out unless asked for.
    """
    name = outcome.figure.variable
    if name in WITHOUT or name.startswith("line_"):
        raise InputError(
            f"no derivative is given of {name}: take the exact 'welfare', or a variable of "
            "countries, sectors or pairs"
        )
    machine.load_jax()
    from countervail.core import derivative as core

    base, shocks, hats, weights = setting
    points = [core.Point(*pair) for pair in zip(hats, weights, strict=True)]
    entries = outcome.figure.entries(solution.world).T
    moved = core.gradient(solution.model, base, points[0], points[1], name, entries, both=both)

    def pulled(state: int, part: levers.Parts) -> Levers:
        elsewhere = levers.elsewhere(weights[state], part, levers.none(base, shocks[state]))
        return levers.pull(base, shocks[state], levers.worth(weights[state], part), elsewhere)

    return None if moved[0] is None else pulled(0, moved[0]), pulled(1, moved[1])


def _known(lever: str) -> None:
    if lever not in LEVERS:
        raise InputError(
            f"nothing called '{lever}' can be moved{did_you_mean(lever, LEVERS)} "
            f"(there are {', '.join(LEVERS)})"
        )


def _fitting(lever: str, values: ArrayLike, nothing: Levers) -> Array:
    """Return a direction in the core's axes.

    Raises:
        InputError: an array of another shape, or with values that are no numbers.
    """
    array = np.asarray(values, dtype=np.float64).T
    wanted = getattr(nothing, lever).shape
    if array.shape != wanted or not np.isfinite(array).all():
        raise InputError(
            f"{lever} must have finite values and the shape {wanted[::-1]} "
            f"({', '.join(LEVERS[lever][0])}), not {array.shape[::-1]}"
        )
    return array


def _labelled(lever: str, values: Array, outcome: Reading) -> xr.DataArray:
    import xarray as xr

    dims, unit = LEVERS[lever]
    known = _coordinates(outcome.solution)
    line_labels = outcome.solution.dataset.coords if dims == ("line",) else {}
    coords: dict[str, Any] = {dim: known[dim] for dim in dims if dim in known}
    coords.update({str(name): label for name, label in line_labels.items() if "line" in label.dims})
    attrs = {
        "units": f"{outcome.unit} per {unit}",
        "long_name": f"derivative of {outcome.figure.name} with respect to {lever}",
    }
    return xr.DataArray(values.T, dims=dims, coords=coords, attrs=attrs, name=lever)


def _coordinates(solution: Solution) -> dict[str, list[str]]:
    countries, sectors = list(solution.world.countries), list(solution.world.sectors)
    return {"exporter": countries, "importer": countries, "country": countries, "sector": sectors}
