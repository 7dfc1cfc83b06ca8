"""Derivatives of an equilibrium by the implicit function theorem (JAX).

At a fixed point z = g(z, W) of the model's map, with weights W that depend on what a policy or a
parameter is, any scalar J(z, W) has the total derivative

    dJ/dW = J_W + lambda' g_W,     lambda = J_z + g_z' lambda,

one transposed fixed point, solved by the same iteration as the equilibrium itself, whatever the
number of tariffs; and a change dW moves the equilibrium by dz = g_W dW + g_z dz (Krantz and Parks
2002, "The Implicit Function Theorem"; Blondel et al. 2022, "Efficient and Modular Implicit
Differentiation"). Nothing is differentiated through the iteration.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from countervail.core import compiled, ladder
from countervail.core.compare import compare
from countervail.core.levers import Parts, parts
from countervail.core.model import Baseline, Hats, Model, Weights
from countervail.errors import NotCertified

ACCURACY = 1e-11
"""Residual of the transposed fixed point, relative to what it starts from."""


class Point(NamedTuple):
    """An equilibrium of one state: where it lies, and under which weights."""

    hats: Hats
    weights: Weights


def everywhere(weights: Weights) -> Weights:
    """Return the same weights with duties and export duties in every sector, zeros included."""
    sectors = np.arange(len(weights.trade_elasticity))

    def spread(places: Any, matrix: Any) -> Any:
        return jnp.zeros_like(weights.share).at[places].set(matrix)

    return weights._replace(
        taxed=sectors,
        duty=spread(weights.taxed, weights.duty),
        export_taxed=sectors,
        export_duty=spread(weights.export_taxed, weights.export_duty),
    )


def gradient(
    model: Model,
    base: Baseline,
    before: Point,
    after: Point,
    name: str,
    entries: Any,
    *,
    both: bool = True,
) -> tuple[Parts | None, Parts]:
    """Return the derivative of a weighted sum of one variable's entries, as a whole.

    Args:
        model: the economics.
        base: baseline.
        before, after: the two states compared.
        name: of the variable (``comparison``).
        entries: weight of each of its entries, in the core's axes.
        both: differentiate with respect to the first state too.

    Returns:
        With respect to the parts of ``everywhere(weights)`` of the first and the second state.

    Raises:
        NotCertified: a transposed fixed point was not found.
    """
    with compiled.Exact():
        direct = _direct(model, base, before, after, name, entries)

        def whole(point: Point, hats: Hats, moved: Parts) -> Parts:
            through, residual = _pull_back(model, base, point.hats, point.weights, hats)
            _refuse_unfinished(float(residual))
            return Parts(*(one + two for one, two in zip(moved, through, strict=True)))

        return whole(before, *direct[0]) if both else None, whole(after, *direct[1])


def tangent(
    model: Model, base: Baseline, before: Point, after: Point, changes: tuple[Parts, Parts]
) -> dict[str, Any]:
    """Return the change of every variable that small changes of both states' weights make.

    Args:
        model: the economics.
        base: baseline.
        before, after: the two states compared.
        changes: of the parts of ``everywhere(weights)`` of each.

    Raises:
        NotCertified: a linearised fixed point was not found.
    """
    with compiled.Exact():
        moves = [
            push_forward(model, base, *point, change)
            for point, change in zip((before, after), changes, strict=True)
        ]
        return {
            name: np.asarray(change)
            for name, change in _compared(model, base, before, after, moves, changes).items()
        }


def push_forward(model: Model, base: Baseline, hats: Hats, weights: Weights, change: Parts) -> Hats:
    """Return dz = (I - g_z)^-1 g_W dW: where a small change of the weights moves the unknowns.

    Args:
        model: the economics.
        base: baseline.
        hats: the equilibrium, of one state.
        weights: of that state.
        change: of the parts of ``everywhere(weights)``.

    Raises:
        NotCertified: the linearised fixed point was not found.
    """
    with compiled.Exact():
        moved, residual = _push_forward(model, base, hats, weights, change)
        _refuse_unfinished(float(residual))
        return Hats(*(np.asarray(part) for part in moved))


def comparison(model: Model, base: Baseline, before: Point, after: Point) -> dict[str, Any]:
    """Return every variable that has a derivative, in the core's axes, by its public name."""
    one = model.outcome(base, *before)
    two = model.outcome(base, *after)
    labour = after.weights.labour_hat / before.weights.labour_hat
    return {
        **compare(one, two, base.final_share, labour[:, 0]),
        "trade": one.trade,
        "trade_new": two.trade,
        "border_trade": one.border,
        "border_trade_new": two.border,
        "trade_share": one.trade_share,
        "trade_share_new": two.trade_share,
    }


@functools.partial(jax.jit, static_argnames=("model", "name"))
def _direct(
    model: Model, base: Baseline, before: Point, after: Point, name: str, entries: Any
) -> tuple[tuple[Hats, Parts], tuple[Hats, Parts]]:
    """Return the derivative of a figure with respect to the hats and parts it is read from."""
    wide = [point._replace(weights=everywhere(point.weights)) for point in (before, after)]

    def figure(one: tuple[Hats, Parts], two: tuple[Hats, Parts]) -> Any:
        points = (
            Point(hats, point.weights._replace(**moved._asdict()))
            for point, (hats, moved) in zip(wide, (one, two), strict=True)
        )
        return (entries * comparison(model, base, *points)[name]).sum()

    at = [(point.hats, parts(point.weights)) for point in wide]
    found: tuple[tuple[Hats, Parts], tuple[Hats, Parts]] = jax.grad(figure, argnums=(0, 1))(*at)
    return found


@functools.partial(jax.jit, static_argnames=("model",))
def _compared(
    model: Model, base: Baseline, before: Point, after: Point, moves: Any, changes: Any
) -> Any:
    """Return the change of every variable from the changes of what it is read from."""
    wide = [point._replace(weights=everywhere(point.weights)) for point in (before, after)]

    def variables(one: tuple[Hats, Parts], two: tuple[Hats, Parts]) -> Any:
        points = (
            Point(hats, point.weights._replace(**moved._asdict()))
            for point, (hats, moved) in zip(wide, (one, two), strict=True)
        )
        return comparison(model, base, *points)

    at = [(point.hats, parts(point.weights)) for point in wide]
    along = [(hats, change) for hats, change in zip(moves, changes, strict=True)]
    return jax.jvp(variables, at, along)[1]


@functools.partial(jax.jit, static_argnames=("model",))
def _pull_back(
    model: Model, base: Baseline, hats: Hats, weights: Weights, cotangent: Hats
) -> tuple[Parts, Any]:
    """Return lambda' g_W, what a dependence on the unknowns is worth in the weights."""

    def swept(hats: Hats, moved: Parts, weights: Weights) -> Any:
        return compiled.flat(model.implied(base, hats, weights._replace(**moved._asdict())))

    _, back = jax.vjp(lambda at: swept(at, parts(weights), weights), hats)
    first = compiled.flat(cotangent)

    def implied(adjoint: Any) -> Any:
        return first + compiled.flat(back(adjoint)[0])

    found = _linear(implied, first, base)
    # a sector without tariffs has a derivative too
    whole = everywhere(weights)
    _, through = jax.vjp(lambda moved: swept(hats, moved, whole), parts(whole))
    return through(found.point)[0], found.residual


@functools.partial(jax.jit, static_argnames=("model",))
def _push_forward(
    model: Model, base: Baseline, hats: Hats, weights: Weights, change: Parts
) -> tuple[Hats, Any]:
    whole = everywhere(weights)

    def swept(hats: Hats, moved: Parts, weights: Weights) -> Any:
        return compiled.flat(model.implied(base, hats, weights._replace(**moved._asdict())))

    _, first = jax.jvp(lambda moved: swept(hats, moved, whole), (parts(whole),), (change,))
    _, forward = jax.linearize(lambda at: swept(at, parts(weights), weights), hats)

    def implied(moved: Any) -> Any:
        return first + forward(compiled.shaped(moved, base))

    found = _linear(implied, first, base)
    return compiled.shaped(found.point, base), found.residual


def _linear(implied: Any, first: Any, base: Baseline) -> compiled.Reached:
    """Solve a linear fixed point to an accuracy relative to its right-hand side."""
    size = jnp.abs(first).max()
    scale = jnp.where(size > 0, 1.0 / size, 1.0)
    relaxation = ladder.relaxation(base, compiled.SETTINGS)
    return compiled.fixed_point(implied, first, relaxation, scale, ACCURACY)


def _refuse_unfinished(residual: float) -> None:
    if not residual <= ACCURACY:
        raise NotCertified(
            f"no derivative: its linear system was solved to {residual:.0e} only; the equilibrium "
            "is too near one where wages are undetermined"
        )
