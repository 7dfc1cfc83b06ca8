"""Derivatives of an equilibrium by the implicit function theorem (JAX).

At a fixed point z = g(z, W) of the model's map, with weights W that depend on what a policy or a
parameter is, any scalar J(z, W) has the total derivative

    dJ/dW = J_W + lambda' g_W,     lambda = J_z + g_z' lambda,

one transposed fixed point, solved by the same iteration as the equilibrium itself, whatever the
number of tariffs; and a change dW moves the equilibrium by dz = g_W dW + g_z dz (Krantz and Parks
2002, "The Implicit Function Theorem"; Blondel et al. 2022, "Efficient and Modular Implicit
Differentiation"). Nothing is differentiated through the iteration.

A figure J is read from what is known of each state, its books: so a state is differentiated once,
whatever the figure, and what is compiled serves every figure of every question of one size.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from countervail.core import compiled
from countervail.core.compare import compare
from countervail.core.levers import Parts, QuotaParts
from countervail.core.model import Baseline, Hats, Model, Totals, Weights
from countervail.core.steps import step_of
from countervail.core.unknowns import shaped
from countervail.errors import NotCertified

ACCURACY_OF_RESIDUAL = 1e-11
"""Residual of a linear fixed point, relative to what it starts from."""

CUBES = {"trade": "trade", "border": "border_trade", "trade_share": "trade_share"}
"""What is known of pairs: name in the core, and of the variable (the second state's has _new)."""

Books = Mapping[str, Any]
"""What is known of a state (``Outcome`` and its labour), or a part of it, by name."""


class Point(NamedTuple):
    """An equilibrium of one state: where it lies, and under which weights."""

    hats: Hats
    weights: Weights


class Pair(NamedTuple):
    """Two states of one baseline."""

    base: Baseline
    before: Point
    after: Point


def placed(arrays: Any) -> Any:
    """Return a baseline, a point or a pair on JAX's processor, to be read many times."""
    with compiled.Exact():
        return jax.device_put(arrays)


def gradient(
    model: Model, pair: Pair, wanted: Mapping[str, Any], *, both: bool = False
) -> tuple[Parts | None, Parts]:
    """Return the derivative of a weighted sum of variables' entries with respect to weights.

    Args:
        model: the economics.
        pair: the two states compared.
        wanted: by name of a variable the weight of each of its entries, in the core's axes.
        both: differentiate with respect to the first state's weights too.

    Raises:
        NotCertified: a transposed fixed point was not found.
    """
    with compiled.Exact():
        parts = [_worth_of_books(model, pair, name, each) for name, each in wanted.items()]
        first, second = (_together([part[state] for part in parts]) for state in (0, 1))
        before = _worth_of_weights(model, pair.base, pair.before, first) if both else None
        return before, _worth_of_weights(model, pair.base, pair.after, second)


def tangent(model: Model, pair: Pair, changes: tuple[Parts, Parts]) -> dict[str, Any]:
    """Return the change of every variable that small changes of both states' weights make.

    Args:
        model: the economics.
        pair: the two states compared.
        changes: of the weights of each.

    Raises:
        NotCertified: a linear fixed point was not found.
    """
    with compiled.Exact():
        books, moves = [], []
        for point, change in zip(pair[1:], changes, strict=True):
            _, book, move = _moved_by(model, pair.base, point, change)
            books.append(book)
            moves.append(move)
        variables = dict(_change_of_variables(model, pair.base, books, moves))
        for cube, variable in CUBES.items():
            variables[variable], variables[f"{variable}_new"] = (move[cube] for move in moves)
        return {variable: np.asarray(values) for variable, values in variables.items()}


def displacement(model: Model, base: Baseline, point: Point, change: Parts) -> Hats:
    """Return dz = (I - g_z)^-1 g_W dW: where a small change of the weights moves the unknowns.

    Args:
        model: the economics.
        base: baseline.
        point: the equilibrium of one state.
        change: of its weights.

    Raises:
        NotCertified: the linear fixed point was not found.
    """
    with compiled.Exact():
        moved, _, _ = _moved_by(model, base, point, change)
        return Hats.of(np.asarray(part) for part in moved.blocks)


def _worth_of_books(model: Model, pair: Pair, name: str, entries: Any) -> tuple[Books, Books]:
    """Return the derivative of a figure with respect to what is known of each state."""
    for cube, variable in CUBES.items():
        if name.removesuffix("_new") == variable:
            zeros = np.zeros_like(entries)
            of_first = name == variable
            return {cube: entries if of_first else zeros}, {cube: zeros if of_first else entries}
    books = (_known(model, pair.base, point) for point in pair[1:])
    found: tuple[Books, Books] = _slope_of_figure(model, name, entries, pair.base, *books)
    return found


def _together(parts: Sequence[Books]) -> Books:
    """Return the sum of what books are worth to several figures."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: sum(part[name] for part in parts if name in part) for name in names}


def _worth_of_weights(model: Model, base: Baseline, point: Point, worth: Books) -> Parts:
    step = step_of(model, base, compiled.SETTINGS).transposed
    found, residual = _pull_back(model, base, point, worth, step)
    _refuse_unfinished(float(residual))
    parts: Parts = jax.tree.map(np.asarray, found)
    return parts


def _moved_by(
    model: Model, base: Baseline, point: Point, change: Parts
) -> tuple[Hats, Books, Books]:
    """Return the change of the unknowns, what is known of the state, and the change of that."""
    step = step_of(model, base, compiled.SETTINGS)
    moved, (books, along), residual = _push_forward(model, base, point, change, step)
    _refuse_unfinished(float(residual))
    return moved, books, along


@functools.partial(jax.jit, static_argnames=("model",))
def _known(model: Model, base: Baseline, point: Point) -> Books:
    return _without_cubes(_books(model, base, *point))


@functools.partial(jax.jit, static_argnames=("model", "name"))
def _slope_of_figure(
    model: Model, name: str, entries: Any, base: Baseline, one: Books, two: Books
) -> tuple[Books, Books]:
    def figure(one: Books, two: Books) -> Any:
        return (entries * _variables(model, base, one, two)[name]).sum()

    found: tuple[Books, Books] = jax.grad(figure, argnums=(0, 1))(one, two)
    return found


@functools.partial(jax.jit, static_argnames=("model",))
def _change_of_variables(model: Model, base: Baseline, books: Any, moves: Any) -> dict[str, Any]:
    here, along = (tuple(_without_cubes(one) for one in both) for both in (books, moves))
    changes: dict[str, Any] = jax.jvp(functools.partial(_variables, model, base), here, along)[1]
    return changes


@functools.partial(jax.jit, static_argnames=("model",))
def _pull_back(
    model: Model, base: Baseline, point: Point, worth: Books, step: Any
) -> tuple[Parts, Any]:
    """Return what the weights of a state are worth, from what its books are worth."""

    def known(hats: Hats, weights: Weights) -> Books:
        books = _books(model, base, hats, weights)
        return {name: books[name] for name in worth}

    def both(by: Parts) -> Any:
        weights = _moved(point.weights, by)
        return known(point.hats, weights), compiled.flat(model.implied(base, point.hats, weights))

    _, of_hats = jax.vjp(lambda hats: known(hats, point.weights), point.hats)
    first = compiled.flat(of_hats(worth)[0])
    unflat = functools.partial(shaped, unknowns=model.unknowns, base=base)
    _, back = jax.vjp(lambda hats: model.implied(base, hats, point.weights), point.hats)
    found = _linear(lambda at: compiled.flat(back(unflat(at))[0]), first, step)
    _, of_weights = jax.vjp(both, _unmoved(point.weights))
    return of_weights((worth, found.point))[0], found.residual


@functools.partial(jax.jit, static_argnames=("model",))
def _push_forward(
    model: Model, base: Baseline, point: Point, change: Parts, step: Any
) -> tuple[Hats, tuple[Books, Books], Any]:
    """Return the change of the unknowns, and books with their change, from that of the weights."""

    def of_weights(by: Parts) -> Any:
        return compiled.flat(model.implied(base, point.hats, _moved(point.weights, by)))

    def known(hats: Hats, by: Parts) -> Books:
        return _books(model, base, hats, _moved(point.weights, by))

    nothing = _unmoved(point.weights)
    unflat = functools.partial(shaped, unknowns=model.unknowns, base=base)
    _, first = jax.jvp(of_weights, (nothing,), (change,))
    _, forward = jax.linearize(lambda hats: model.implied(base, hats, point.weights), point.hats)
    found = _linear(lambda at: compiled.flat(forward(unflat(at))), first, step)
    moved = unflat(found.point)
    books = jax.jvp(known, (point.hats, nothing), (moved, change))
    return moved, books, found.residual


def _linear(applied: Any, first: Any, step: Any) -> compiled.Reached:
    """Solve z = first + applied(z) to an accuracy relative to its right-hand side."""
    size = jnp.abs(first).max()
    scale = jnp.where(size > 0, 1.0 / size, 1.0)
    return compiled.fixed_point(
        lambda at: first + applied(at), first, step, scale, ACCURACY_OF_RESIDUAL
    )


def _books(model: Model, base: Baseline, hats: Hats, weights: Weights) -> Books:
    """Return what is known of a state."""
    outcome = model.outcome(base, hats, weights)._asdict()
    del outcome["by_use"]
    return {**outcome, "labour_hat": weights.labour_hat[:, 0]}


def _without_cubes(books: Books) -> Books:
    return {name: values for name, values in books.items() if name not in CUBES}


def _variables(model: Model, base: Baseline, one: Books, two: Books) -> dict[str, Any]:
    """Return the variables of countries and country-sectors, from the books of two states."""
    before, after = (Totals(*(book[name] for name in Totals._fields)) for book in (one, two))
    return compare(model, base, before, after, two["labour_hat"] / one["labour_hat"])


def _unmoved(weights: Weights) -> Parts:
    """Return no change of weights."""
    cube = jnp.zeros_like(weights.share)
    return Parts(
        buyer_weight=cube,
        border_wedge=cube,
        seller_wedge=cube,
        trade_elasticity=jnp.zeros_like(weights.trade_elasticity[:, 0]),
        log_productivity=jnp.zeros_like(weights.log_productivity[..., 0]),
        labour_hat=jnp.zeros_like(weights.labour_hat[:, 0]),
        transfer=jnp.zeros_like(weights.transfer[:, 0]),
        quotas=_unmoved_quotas(weights.quotas),
    )


def _unmoved_quotas(quotas: Any) -> QuotaParts | None:
    """Return no change of the weights of lines under quotas."""
    if quotas is None:
        return None
    line, each = jnp.zeros_like(quotas.paid[:, 0]), jnp.zeros_like(quotas.log_quantity[:, 0])
    return QuotaParts(line, line, line, line, line, each)


def _moved_quotas(quotas: Any, by: QuotaParts | None) -> Any:
    """Return the weights of lines under quotas changed by a little."""
    if quotas is None or by is None:
        return quotas
    paid = 1.0 + by.buyer_weight
    border = paid * (1.0 + by.border_wedge)
    return quotas._replace(
        paid=quotas.paid * paid[:, None],
        border=quotas.border * border[:, None],
        received=quotas.received * (border * (1.0 + by.seller_wedge))[:, None],
        barrier=quotas.barrier * (1.0 + by.barrier)[:, None],
        most=quotas.most + by.most[:, None],
        log_quantity=quotas.log_quantity + by.quantity[:, None],
    )


def _moved(weights: Weights, by: Parts) -> Weights:
    """Return weights changed by a little, duties in every sector: one without tariffs has slopes.

    To first order a log's change is a change in proportion.
    """
    received = weights.sold.swapaxes(1, 2)
    border = received.at[weights.export_taxed].add(weights.export_duty.swapaxes(1, 2))
    at_border = (1.0 + by.buyer_weight) * (1.0 + by.border_wedge)
    share = weights.share * (1.0 + by.buyer_weight)
    border, received = border * at_border, received * at_border * (1.0 + by.seller_wedge)
    every = np.arange(len(share))
    return weights._replace(
        share=share,
        sold=received.swapaxes(1, 2),
        taxed=every,
        duty=share - border,
        export_taxed=every,
        export_duty=(border - received).swapaxes(1, 2),
        trade_elasticity=weights.trade_elasticity + by.trade_elasticity[:, None],
        log_productivity=weights.log_productivity + by.log_productivity[..., None],
        labour_hat=weights.labour_hat + by.labour_hat[:, None],
        transfer=weights.transfer + by.transfer[:, None],
        quotas=_moved_quotas(weights.quotas, by.quotas),
    )


def _refuse_unfinished(residual: float) -> None:
    if not residual <= ACCURACY_OF_RESIDUAL:
        raise NotCertified(
            f"no derivative: its linear system was solved to {residual:.0e} only; the equilibrium "
            "is too near one where wages are undetermined"
        )
