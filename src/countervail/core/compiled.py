"""The same solve compiled by JAX: one state, or many at once on a processor with room for them.

JAX is loaded when this module is, and nothing that answers a single question imports it. Numbers
are float64 throughout.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from countervail.core import ladder
from countervail.core.model import Baseline, Hats, Model, Shock, Totals, Weights
from countervail.core.solver import Settings
from countervail.core.weights import Patch, patch
from countervail.errors import CountervailError

SETTINGS = Settings()

Exact = functools.partial(jax.enable_x64, True)
"""Context in which JAX computes in float64."""


class Reached(NamedTuple):
    """Where a compiled iteration stopped: the point, its residual, the sweeps it took."""

    point: Any
    residual: Any
    sweeps: Any


def fixed_point(
    implied: Callable[[Any], Any], start: Any, relaxation: Any, scale: Any, tolerance: Any
) -> Reached:
    """Iterate a map [unknown] to its fixed point by Anderson mixing, as ``solver.anderson`` does.

    Args:
        implied: the map; traced once.
        start: first guess [unknown].
        relaxation: part of the step taken [unknown].
        scale: what a residual counts for in the stopping rule [unknown].
        tolerance: on the largest scaled residual.
    """
    memory = SETTINGS.memory

    def unfinished(carry: Any) -> Any:
        held, _, _, _, _, _, residual, _ = carry
        return (residual > tolerance) & (held < SETTINGS.max_sweeps)

    def sweep(carry: Any) -> Any:
        held, point, last_point, move, last_move, (changes, shifts, gram), _, _ = carry
        row = (held - 1) % memory
        change = move - last_move
        filled = jnp.arange(memory) < jnp.minimum(held, memory)
        # before the second point there is no difference: the row stays empty
        change = jnp.where(held > 0, change, 0.0)
        shift = jnp.where(held > 0, change + (point - last_point), 0.0)
        changes = changes.at[row].set(change)
        shifts = shifts.at[row].set(shift)
        newest = changes @ change
        gram = gram.at[row].set(newest).at[:, row].set(newest)
        ridge = 1e-14 * jnp.trace(gram) + jnp.where(filled, 0.0, 1.0)
        mixing = jnp.linalg.solve(gram + jnp.diag(ridge), changes @ move)
        mixing = jnp.where(filled, mixing, 0.0)
        ahead = point + move - mixing @ shifts
        gap = implied(ahead) - ahead
        residual = jnp.abs(gap * scale).max()
        history = (changes, shifts, gram)
        return held + 1, ahead, point, relaxation * gap, move, history, residual, gap

    gap = implied(start) - start
    empty = jnp.zeros((memory, start.size))
    history = (empty, empty, jnp.zeros((memory, memory)))
    move = relaxation * gap
    residual = jnp.abs(gap * scale).max()
    first = (0, start, start, move, move, history, residual, gap)
    held, point, *_, residual, _ = jax.lax.while_loop(unfinished, sweep, first)
    return Reached(point, residual, held + 1)


@functools.partial(jax.jit, static_argnames=("model",))
def _solve(
    model: Model, base: Baseline, weights: Weights, start: Any, scale: Any, tolerance: Any
) -> Reached:
    relaxation = ladder.relaxation(base, SETTINGS)
    return fixed_point(as_vector(model, base, weights), start, relaxation, scale, tolerance)


def as_vector(model: Model, base: Baseline, weights: Weights) -> Callable[[Any], Any]:
    """Return a model's map of one state on vectors."""
    return lambda point: flat(model.implied(base, shaped(point, base), weights))


def flat(hats: Hats) -> Any:
    """Return the unknowns of one state as a vector."""
    return jnp.concatenate([hat.reshape(-1) for hat in hats])


def shaped(point: Any, base: Baseline) -> Hats:
    """Return the unknowns of a vector, with the axis of one state."""
    sectors, countries = base.expenditure.shape
    wage, price, expenditure = jnp.split(point, [countries, countries + sectors * countries])
    shape = (sectors, countries, 1)
    return Hats(wage[:, None], price.reshape(shape), expenditure.reshape(shape))


def solve(
    model: Model,
    base: Baseline,
    weights: Weights,
    tolerance: float,
    start: Hats | None = None,
) -> ladder.Solved:
    """Return the fixed point of one state, compiled; what does not converge climbs the ladder.

    Args and errors as ``ladder.solve``.
    """
    first = ladder.pack(model.guess(base) if start is None else start)[0]
    scale = ladder.stopping_scale(base, weights)[0]
    with Exact():
        reached = _solve(model, base, weights, first, scale, tolerance)
        point = np.asarray(reached.point)[None]
    residual, sweeps = float(reached.residual), int(reached.sweeps)
    hats = ladder.unpack(point, base)
    totals = model.totals(base, hats, weights).state(0)
    if not residual <= tolerance or not (totals.income > 0).all():
        return ladder.solve(model, base, weights, tolerance, start)
    return ladder.Solved(hats, residual, sweeps, "anderson", float("nan"), totals)


def block_size(base: Baseline) -> int:
    """Return how many states to solve at once: what half the GPU's memory holds; on a CPU, one."""
    device = jax.devices()[0]
    if device.platform == "cpu":
        return 1
    cube, unknowns = base.trade_share.size, len(base.value_added) + 2 * base.expenditure.size
    state = 8 * (6 * cube + unknowns * (2 * SETTINGS.memory + 16))
    memory = (device.memory_stats() or {}).get("bytes_limit", 8 * 2**30)
    return int(np.clip(memory // 2 // state, 1, 1024))


def solve_block(
    model: Model,
    base: Baseline,
    shocks: Sequence[Shock],
    starts: Sequence[Hats | None],
    tolerance: float,
) -> list[ladder.Solved | CountervailError]:
    """Return the fixed point of every state at once, or the error that says why it has none.

    What does not converge climbs the ladder alone. Args as ``batch.solve_block``.

    Raises:
        MemoryError: the processor's memory does not hold so many states.
    """
    if len(shocks) == 1:
        return [_attempt(model, base, shocks[0], tolerance, starts[0])]
    answers: dict[int, ladder.Solved | CountervailError] = {}
    patches: dict[int, Patch] = {}
    for k, shock in enumerate(shocks):
        try:
            patches[k] = patch(base, shock)
        except CountervailError as error:
            answers[k] = error
    if patches:
        chosen, changes = list(patches), list(patches.values())
        picked, first = [shocks[k] for k in chosen], [starts[k] for k in chosen]
        try:
            found = _at_once(model, base, picked, changes, first, tolerance)
        except jax.errors.JaxRuntimeError as error:
            if "RESOURCE_EXHAUSTED" not in str(error):
                raise
            raise MemoryError(f"{len(chosen)} states do not fit the processor's memory") from error
        answers.update(zip(chosen, found, strict=True))
    return [answers[k] for k in range(len(shocks))]


def _attempt(
    model: Model, base: Baseline, shock: Shock, tolerance: float, start: Hats | None
) -> ladder.Solved | CountervailError:
    """Return the fixed point of one state, or the error that says why it has none."""
    try:
        return solve(model, base, model.prepare(base, shock), tolerance, start)
    except CountervailError as error:
        return error


def _at_once(
    model: Model,
    base: Baseline,
    shocks: Sequence[Shock],
    changes: Sequence[Patch],
    starts: Sequence[Hats | None],
    tolerance: float,
) -> list[ladder.Solved | CountervailError]:
    """Solve states at once, each with matrices of its own, made on the processor from patches."""
    common = model.prepare_block(base, shocks, changes)
    guess = model.guess(base)
    points = np.concatenate([ladder.pack(guess if one is None else one) for one in starts])
    scale = ladder.stopping_scale(base, common)
    with Exact():
        reached, totals = _solve_many(
            model,
            base,
            common.taxed,
            common.export_taxed,
            _padded(changes, base.trade_share.size),
            _endowments(common),
            points,
            scale,
            tolerance,
        )
        reached = Reached(*(np.asarray(part) for part in reached))
        totals = Totals(*(np.asarray(part)[..., 0] for part in totals))
    answers: list[ladder.Solved | CountervailError] = []
    for s, shock in enumerate(shocks):
        levels = Totals(*(part[s] for part in totals))
        if reached.residual[s] <= tolerance and (levels.income > 0).all():
            hats = ladder.unpack(reached.point[s : s + 1], base)
            residual, sweeps = float(reached.residual[s]), int(reached.sweeps[s])
            answers.append(ladder.Solved(hats, residual, sweeps, "anderson", np.nan, levels))
        else:
            answers.append(ladder.attempt(model, base, shock, tolerance, starts[s]))
    return answers


@functools.partial(jax.jit, static_argnames=("model",))
def _solve_many(
    model: Model,
    base: Baseline,
    taxed: Any,
    export_taxed: Any,
    changes: Patch,
    endowments: dict[str, Any],
    points: Any,
    scale: Any,
    tolerance: Any,
) -> tuple[Reached, Totals]:
    paid = jnp.asarray(base.trade_share)
    arrived = paid / (1.0 + base.tariff)

    def one(change: Patch, own: dict[str, Any], point: Any, scale: Any) -> tuple[Reached, Totals]:
        def patched(matrix: Any, values: Any) -> Any:
            return (
                matrix.reshape(-1).at[change.cells].set(values, mode="drop").reshape(matrix.shape)
            )

        share, border = patched(paid, change.share), patched(arrived, change.border)
        received = patched(arrived, change.received)
        weights = Weights(
            share=share,
            sold=received.swapaxes(1, 2),
            taxed=taxed,
            duty=share[taxed] - border[taxed],
            export_taxed=export_taxed,
            export_duty=(border[export_taxed] - received[export_taxed]).swapaxes(1, 2),
            active=base.expenditure > 0,
            producing=base.gross_output > 0,
            **{name: values[..., None] for name, values in own.items()},
        )
        relaxation = ladder.relaxation(base, SETTINGS)
        sweep = as_vector(model, base, weights)
        reached = fixed_point(sweep, point, relaxation, scale, tolerance)
        return reached, model.totals(base, shaped(reached.point, base), weights)

    found: tuple[Reached, Totals] = jax.vmap(one)(changes, endowments, points, scale)
    return found


def _padded(changes: Sequence[Patch], size: int) -> Patch:
    """Return patches as arrays [s, cell]; what fills them up lies outside the matrix."""
    # a power of two, so that not every block is compiled anew
    longest = 1 << (max(len(change.cells) for change in changes) - 1).bit_length()

    def filled(part: Any, filler: float, dtype: Any) -> Any:
        row = np.full(longest, filler, dtype)
        row[: len(part)] = part
        return row

    return Patch(
        np.stack([filled(change.cells, size, np.int64) for change in changes]),
        *(
            np.stack([filled(getattr(change, name), 0.0, np.float64) for change in changes])
            for name in ("share", "border", "received")
        ),
    )


def _endowments(weights: Weights) -> dict[str, Any]:
    """Return what weights hold besides trade matrices, the state first."""
    names = ("trade_elasticity", "log_productivity", "labour_hat", "transfer")
    return {name: np.moveaxis(getattr(weights, name), -1, 0) for name in names}
