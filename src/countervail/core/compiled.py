"""The same solve compiled by JAX: one state, or many at once on a processor with room for them.

JAX is loaded when this module is, and nothing that answers a single question imports it. Numbers
are float64 throughout.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from countervail.core import batch, ladder
from countervail.core.links import open_links, reached
from countervail.core.model import Baseline, Hats, Model, Patch, Shock, Totals, Weights
from countervail.core.solver import Found, Settings, Step
from countervail.core.steps import step_of
from countervail.core.unknowns import count, pack, shaped, stopping_scale, unpack
from countervail.core.weights import assemble
from countervail.errors import NoEquilibrium

SETTINGS = Settings()

AT_ONCE = SETTINGS._replace(max_sweeps=120)
"""How states are iterated at once: all wait for the slowest, so that it is not waited for long."""

Exact = functools.partial(jax.enable_x64, True)
"""Context in which JAX computes in float64."""


class Reached(NamedTuple):
    """Where a compiled iteration stopped: the point, its residual, the sweeps it took."""

    point: Any
    residual: Any
    sweeps: Any


class _Carry(NamedTuple):
    """What a compiled iteration hands from sweep to sweep.

    Attributes:
        moves: moves made.
        point: the last guess [unknown], and ``move``, the damped step the map suggests there.
        last_point, last_move: those before them.
        changes, shifts: differences of the moves, and of points and moves together, [row, unknown].
        gram: products of the changes [row, row].
        right: products of the changes with the last move [row].
        residual: at the point, undamped and scaled.
    """

    moves: Any
    point: Any
    move: Any
    last_point: Any
    last_move: Any
    changes: Any
    shifts: Any
    gram: Any
    right: Any
    residual: Any


def fixed_point(
    implied: Callable[[Any], Any],
    start: Any,
    step: Step,
    scale: Any,
    tolerance: Any,
    settings: Settings = SETTINGS,
) -> Reached:
    """Iterate a map [unknown] to its fixed point by Anderson mixing, as ``solver.anderson`` does.

    Args:
        implied: the map; traced once.
        start: first guess [unknown].
        step: what the unknowns move on their gap.
        scale: what a residual counts for in the stopping rule [unknown].
        tolerance: on the largest scaled residual.
        settings: memory and sweeps at most.
    """
    memory = settings.memory

    def unfinished(at: _Carry) -> Any:
        return (at.residual > tolerance) & (at.moves + 1 < settings.max_sweeps)

    def sweep(at: _Carry) -> _Carry:
        row = (at.moves - 1) % memory
        # before the second point there is no difference: the row stays empty
        change = jnp.where(at.moves > 0, at.move - at.last_move, 0.0)
        shift = jnp.where(at.moves > 0, change + (at.point - at.last_point), 0.0)
        changes, shifts = at.changes.at[row].set(change), at.shifts.at[row].set(shift)
        # read once: what the changes are to the newest, from what they are and were to the moves
        right = changes @ at.move
        newest = (right - at.right).at[row].set(change @ change)
        gram = at.gram.at[row].set(newest).at[:, row].set(newest)
        filled = jnp.arange(memory) < jnp.minimum(at.moves, memory)
        ridge = 1e-14 * jnp.trace(gram) + jnp.where(filled, 0.0, 1.0)
        mixing = jnp.linalg.solve(gram + jnp.diag(ridge), right)
        mixed = jnp.where(filled, mixing, 0.0) @ shifts
        ahead = at.point + at.move - mixed
        move, residual = look(ahead)
        history = (changes, shifts, gram, right)
        return _Carry(at.moves + 1, ahead, move, at.point, at.move, *history, residual)

    def look(point: Any) -> tuple[Any, Any]:
        gap = implied(point) - point
        return step.taken(gap), jnp.abs(gap * scale).max()

    move, residual = look(start)
    empty, gram = jnp.zeros((memory, start.size)), jnp.zeros((memory, memory))
    history = (empty, empty, gram, jnp.zeros(memory))
    first = _Carry(0, start, move, start, move, *history, residual)
    last = jax.lax.while_loop(unfinished, sweep, first)
    return Reached(last.point, last.residual, last.moves + 1)


@functools.partial(jax.jit, static_argnames=("model",))
def _solve(model: Model, base: Baseline, weights: Weights, start: Any, *ruled: Any) -> Reached:
    return fixed_point(as_vector(model, base, weights), start, *ruled)


def as_vector(model: Model, base: Baseline, weights: Weights) -> Callable[[Any], Any]:
    """Return a model's map of one state on vectors."""
    return lambda point: flat(model.implied(base, shaped(point, model.unknowns, base), weights))


def flat(hats: Hats) -> Any:
    """Return the unknowns of one state as a vector."""
    return jnp.concatenate([hat.reshape(-1) for hat in hats.blocks])


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
    if not reached(open_links(base, weights)).all():  # some balance may be impossible
        return ladder.solve(model, base, weights, tolerance, start)
    first = pack((start or model.guess(base)).blocks)[0]
    scale = stopping_scale(model.unknowns, base, weights.trade_elasticity)[0]
    with Exact():
        step = step_of(model, base, SETTINGS)
        found = _found(_solve(model, base, weights, first, step, scale, tolerance), tolerance)
    hats = unpack(found.point, model.unknowns, base)
    totals = model.totals(base, hats, weights)
    if found.converged[0] and batch.settled(hats, totals)[0]:
        return batch.solved(found, hats, totals, 0)
    return ladder.solve(model, base, weights, tolerance, start)


def _found(reached: Reached, tolerance: float) -> Found:
    """Return where one state, or each of several, stopped; conditioning is not looked at."""
    sweeps, residual = np.atleast_1d(np.asarray(reached.sweeps), np.asarray(reached.residual))
    point = np.atleast_2d(np.asarray(reached.point))
    return Found(point, residual, sweeps, residual <= tolerance, np.full_like(residual, np.nan))


def block_size(model: Model, base: Baseline) -> int:
    """Return how many states to solve at once: what half the GPU's memory holds; on a CPU, one."""
    device = jax.devices()[0]
    if device.platform == "cpu":
        return 1
    cube, unknowns = base.rows.trade_share.size, count(model.unknowns, base)
    state = 8 * (6 * cube + unknowns * (2 * SETTINGS.memory + 16))
    memory = (device.memory_stats() or {}).get("bytes_limit", 8 * 2**30)
    return int(np.clip(memory // 2 // state, 1, 1024))


def solve_block(
    model: Model,
    base: Baseline,
    shocks: Sequence[Shock],
    starts: Sequence[Hats | None],
    tolerance: float,
) -> list[batch.Result]:
    """Return the fixed point of every state at once, or the error that says why it has none.

    What does not converge climbs the ladder alone. Args as ``batch.solve_block``.

    Raises:
        MemoryError: the processor's memory does not hold so many states.
    """
    if len(shocks) == 1:
        return [ladder.attempt(model, base, shocks[0], tolerance, starts[0], solve)]
    changes, answers = batch.patched(base, [model.faced(base, shock) for shock in shocks])
    suited = batch.sold(base, batch.connected(base, changes))
    at_once = None
    if suited:
        try:
            at_once = _at_once(model, base, shocks, starts, suited, tolerance)
        except NoEquilibrium:  # of one of them: each then says so for itself
            at_once = None
    if at_once is not None:
        found, totals = at_once
        hats = unpack(found.point, model.unknowns, base)
        good = found.converged & batch.settled(hats, totals)
        for s, k in enumerate(suited):
            if good[s]:
                answers[k] = batch.solved(found, hats, totals, s)
    for k in range(len(shocks)):
        if k not in answers:
            answers[k] = ladder.attempt(model, base, shocks[k], tolerance, starts[k])
    return [answers[k] for k in range(len(shocks))]


def _at_once(
    model: Model,
    base: Baseline,
    shocks: Sequence[Shock],
    starts: Sequence[Hats | None],
    changes: Mapping[int, Patch],
    tolerance: float,
) -> tuple[Found, Totals]:
    """Return where states come to, each with matrices of its own, made on the processor.

    Raises:
        MemoryError: the processor's memory does not hold so many states.
    """
    patches = list(changes.values())
    common = model.prepare_block(base, [shocks[k] for k in changes], patches)
    start = np.concatenate([pack((starts[k] or model.guess(base)).blocks) for k in changes])
    try:
        with Exact():
            ended, totals = _solve_many(
                model,
                base,
                common.taxed,
                common.export_taxed,
                _padded(patches, base.rows.trade_share.size),
                _endowments(common),
                start,
                step_of(model, base, AT_ONCE),
                stopping_scale(model.unknowns, base, common.trade_elasticity),
                tolerance,
            )
            found = _found(ended, tolerance)
            totals = Totals(*(np.moveaxis(np.asarray(part)[..., 0], 0, -1) for part in totals))
    except jax.errors.JaxRuntimeError as error:
        if "RESOURCE_EXHAUSTED" not in str(error):
            raise
        raise MemoryError(f"{len(patches)} states do not fit the processor's memory") from error
    return found, totals


@functools.partial(jax.jit, static_argnames=("model",))
def _solve_many(
    model: Model,
    base: Baseline,
    taxed: Any,
    export_taxed: Any,
    changes: Patch,
    endowments: dict[str, Any],
    points: Any,
    step: Any,
    scale: Any,
    tolerance: Any,
) -> tuple[Reached, Totals]:
    rows = base.rows
    paid = jnp.asarray(rows.trade_share)
    arrived = paid / (1.0 + rows.tariff)

    def one(change: Patch, own: dict[str, Any], point: Any, scale: Any) -> tuple[Reached, Totals]:
        def patched(matrix: Any, values: Any) -> Any:
            return (
                matrix.reshape(-1).at[change.cells].set(values, mode="drop").reshape(matrix.shape)
            )

        share, border = patched(paid, change.share), patched(arrived, change.border)
        received = patched(arrived, change.received)
        last = jax.tree.map(lambda values: values[..., None], own)
        weights = assemble(rows, (share, border, received), taxed, export_taxed, last)
        sweep = as_vector(model, base, weights)
        found = fixed_point(sweep, point, step, scale, tolerance, AT_ONCE)
        return found, model.totals(base, shaped(found.point, model.unknowns, base), weights)

    every: tuple[Reached, Totals] = jax.vmap(one)(changes, endowments, points, scale)
    return every


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
    names = ("trade_elasticity", "log_productivity", "labour_hat", "transfer", "wage_before")
    held = {name: np.moveaxis(getattr(weights, name), -1, 0) for name in names}
    return {**held, "quotas": jax.tree.map(lambda part: np.moveaxis(part, -1, 0), weights.quotas)}
