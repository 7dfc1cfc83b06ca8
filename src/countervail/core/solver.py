"""Finding the guess that reproduces itself: Anderson acceleration of a fixed-point map.

Anderson, D. G. (1965), "Iterative procedures for nonlinear integral equations", Journal of the ACM
12(4); type II as in Walker, H. F. and P. Ni (2011), SIAM Journal on Numerical Analysis 49(4).
Points of several states stand side by side, one a row; each has its own history and stops on its
own residual, and one that has stopped stands still while the others go on.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from countervail.core.model import Array, namespace

Map = Callable[[Array], Array]


class Found(NamedTuple):
    """Where an iteration stopped; arrays over states, [s].

    Attributes:
        point: the last guess, [s, unknown].
        residual: largest undamped and scaled |map(point) - point| of any entry.
        sweeps: evaluations of the map until the state stopped.
        converged: whether the residual is within the tolerance.
        conditioning: by how much a residual is magnified in the point, in the directions searched;
            NaN where it was not asked for.
    """

    point: Array
    residual: Array
    sweeps: NDArray[np.int64]
    converged: NDArray[np.bool_]
    conditioning: Array

    def state(self, s: int) -> Found:
        """Return where one state stopped, still with an axis of one."""
        at = slice(s, s + 1)
        return Found(
            self.point[at],
            self.residual[at],
            self.sweeps[at],
            self.converged[at],
            self.conditioning[at],
        )


class Coarse(NamedTuple):
    """A step of wages, price levels and budgets of countries beside the gaps of sectors.

    Attributes:
        beyond: what they move beyond their own gap on all the gaps gathered, [3 n, 3 n].
        slope: what those implied owe to those guessed, of which ``beyond`` was made, [3 n, 3 n].
        gather: parts in which a country's gap is the sum of its sectors', [j, n]; sums to 1.
        spread: what of a country's move each sector makes, [j, n].
    """

    beyond: Any
    slope: Any
    gather: Any
    spread: Any

    @property
    def transposed(self) -> Coarse:
        """The step of the transposed map."""
        return Coarse(self.beyond.T, self.slope.T, self.spread, self.gather)

    def moved(self, gap: Any, by: Any) -> Any:
        """Return what wages, prices and spending [..., unknown] get from a matrix on their gaps."""
        xp, (sectors, countries) = namespace(gap), self.gather.shape
        own, ends = gap[..., :countries], countries * (2 * sectors + 1)
        rest = gap[..., countries:ends].reshape(*gap.shape[:-1], 2, sectors, countries)
        gathered = (rest * self.gather).sum(axis=-2).reshape(*gap.shape[:-1], -1)
        found = (by @ xp.concatenate([own, gathered], axis=-1)[..., None])[..., 0]
        spread = found[..., countries:].reshape(*gap.shape[:-1], 2, 1, countries) * self.spread
        spread = spread.reshape(*gap.shape[:-1], -1)
        others = xp.zeros_like(gap[..., ends:])  # blocks that a choice adds
        return xp.concatenate([found[..., :countries], spread, others], axis=-1)


class Staying(NamedTuple):
    """A step of the block of goods that stay, and of their prices and spending with it.

    Attributes:
        own: what each good's row moves on its own gaps, [g, n, n].
        with_it: what its prices and spending move on them beside their own gaps, [2, use g, n, n]:
            goods of one use, then of another where buyers are told by use.
        back: what the row moves on the gaps of prices and spending, likewise. One of the two is
            None: a map moves prices with the row, a transposed map the row with prices.
        at: 1 where a row of markets is the good's, [row, use g].
    """

    own: Any
    with_it: Any
    back: Any
    at: Any

    @property
    def transposed(self) -> Staying:
        """The step of the transposed map."""
        with_it, back = (
            None if one is None else one.swapaxes(-1, -2) for one in (self.back, self.with_it)
        )
        return Staying(self.own.swapaxes(1, 2), with_it, back, self.at)


class Step(NamedTuple):
    """What unknowns move on the gap between them and what a map implies; all of it unless said.

    A named tuple of arrays, which JAX takes apart by itself.

    Attributes:
        first: of the first k unknowns on each other's gaps, [k, k].
        coarse: beside it, of wages, price levels and budgets of countries.
        staying: of the block of unknowns that follows those of every model, where there is one.
    """

    first: Any
    coarse: Coarse | None = None
    staying: Staying | None = None

    @property
    def transposed(self) -> Step:
        """The step of the transposed map."""
        coarse = None if self.coarse is None else self.coarse.transposed
        staying = None if self.staying is None else self.staying.transposed
        return Step(self.first.T, coarse, staying)

    def taken(self, gap: Any) -> Any:
        """Return the move on a gap, [..., unknown]; NumPy or JAX."""
        xp, wide = namespace(gap), len(self.first)
        common, own, more = self._parted(gap)
        first = _by(self.first, common[..., :wide])
        move = xp.concatenate([first, common[..., wide:]], axis=-1)
        if self.coarse is not None:
            move = move + self.coarse.moved(common, self.coarse.beyond)
        if self.staying is None or own is None:
            return move
        moved = _by(self.staying.own, own)
        if self.staying.back is not None:
            there = self.staying.at.T @ self._sectors(common)  # [..., 2, use g, n]
            moved = moved + _of_goods(_by(self.staying.back, there).sum(axis=-3), own.shape)
        move = self._with_it(move, own, 1.0)
        return xp.concatenate([move, moved.reshape(*move.shape[:-1], -1), *more], axis=-1)

    def undone(self, move: Array) -> Array:
        """Return the gap that a move is made on, [..., unknown]; not of a transposed map."""
        common, moved, more = self._parted(move)
        own = None
        if self.staying is not None and moved is not None:
            own = _solved(self.staying.own, moved)
            common = self._with_it(common, own, -1.0)
        wide = len(self.first)
        first = _solved(self.first, common[..., :wide])
        gap = np.concatenate([first, common[..., wide:]], axis=-1)
        if self.coarse is not None:
            gap = gap - self.coarse.moved(common, self.coarse.slope)
        if own is None:
            return gap
        return np.concatenate([gap, own.reshape(*gap.shape[:-1], -1), *more], axis=-1)

    def _parted(self, values: Any) -> tuple[Any, Any, tuple[Any, ...]]:
        """Return what every model has of a vector, what stays [..., g, n], and what follows it."""
        if self.staying is None:
            return values, None, ()
        goods, countries, _ = self.staying.own.shape
        ends = len(self.first) + 2 * len(self.staying.at) * countries
        last = ends + goods * countries
        own = values[..., ends:last].reshape(*values.shape[:-1], goods, countries)
        more = (values[..., last:],) if last < values.shape[-1] else ()
        return values[..., :ends], own, more

    def _sectors(self, common: Any) -> Any:
        """Return prices and spending of a vector, [..., 2, j, n]."""
        assert self.staying is not None
        shape = 2, self.staying.at.shape[0], self.staying.own.shape[1]
        return common[..., len(self.first) :].reshape(*common.shape[:-1], *shape)

    def _with_it(self, common: Any, own: Any, sign: float) -> Any:
        """Return a vector with what prices and spending of goods move beside their own gaps."""
        assert self.staying is not None
        if self.staying.with_it is None:
            return common
        each = _by_use(own, len(self.staying.at.T))
        more = self.staying.at @ _by(self.staying.with_it, each[..., None, :, :])
        wide = len(self.first)
        rest = common[..., wide:] + sign * more.reshape(*common.shape[:-1], -1)
        return namespace(common).concatenate([common[..., :wide], rest], axis=-1)


def _solved(matrices: Array, vectors: Array) -> Array:
    """Return what matrices [..., n, n] take to vectors [more, ..., n]; each is factored once."""
    more = vectors.shape[: vectors.ndim - matrices.ndim + 1]
    columns = np.moveaxis(vectors.reshape(prod(more), *matrices.shape[:-1]), 0, -1)
    found = np.moveaxis(np.linalg.solve(matrices, columns), -1, 0)
    return np.asarray(found.reshape(vectors.shape), dtype=np.float64)


def _by_use(own: Any, rows: int) -> Any:
    """Return what is of goods [..., g, n], of each use of theirs [..., use g, n]."""
    uses = rows // own.shape[-2] if own.shape[-2] else 1
    return own if uses == 1 else namespace(own).concatenate([own] * uses, axis=-2)


def _of_goods(values: Any, shape: tuple[int, ...]) -> Any:
    """Return what is of each use of goods [..., use g, n] added up, of a shape [..., g, n]."""
    if values.shape == shape:
        return values
    return values.reshape(*shape[:-2], -1, *shape[-2:]).sum(axis=-3)


def _by(matrices: Any, vectors: Any) -> Any:
    """Return matrices [..., n, n] times vectors [..., n]."""
    return (matrices @ vectors[..., None])[..., 0]


class Settings(NamedTuple):
    """How to iterate.

    Attributes:
        memory: differences kept.
        newton: whether countries move by Newton's step on a simpler economy (``steps``).
        wage_step: without it, the part of the change implied that a wage takes; prices and spending
            take all of theirs.
        max_sweeps: evaluations of the map at most.
        patience: give up when the residual has not halved in this many sweeps.
        history: precision of the differences kept; single precision halves what a sweep of many
            states reads, and steers as well where the problem is not hard.
        conditioning: whether to tell it, which costs as much as two sweeps.
    """

    memory: int = 10
    newton: bool = True
    wage_step: float = 0.5
    max_sweeps: int = 400
    patience: int = 60
    history: DTypeLike = np.float64
    conditioning: bool = True


def anderson(
    implied: Map,
    start: Array,
    step: Step,
    tolerance: Array | float,
    settings: Settings,
    scale: Array | float = 1.0,
) -> Found:
    """Iterate until the undamped, scaled residual of every entry is within the tolerance.

    Args:
        implied: the map, [s, unknown] to the same; the rows are states that do not interact.
        start: first guess, [s, unknown].
        step: what the unknowns move on the gap between them and what the map implies.
        tolerance: on the largest undamped residual; one, or one a state.
        settings: memory and limits.
        scale: what a residual counts for in the stopping rule, [unknown] or [s, unknown].
    """
    history = _History(start, settings)
    states = len(start)
    point, kept_point = start, start.copy()
    best, best_at = np.full(states, np.inf), np.zeros(states, dtype=np.int64)
    sweeps, running = np.zeros(states, dtype=np.int64), np.ones(states, dtype=np.bool_)
    residual, converged = best.copy(), ~running
    for sweep in range(1, settings.max_sweeps + 1):
        gap = implied(point) - point
        size = np.abs(gap)
        size *= scale
        residual = np.where(running, size.max(axis=1), residual)
        sweeps[running] = sweep
        better = running & (residual < 0.5 * best)
        arrived = running & (residual <= tolerance)
        if (better | arrived).any():
            kept_point[better | arrived] = point[better | arrived]
            best[better], best_at[better] = residual[better], sweep
        converged |= arrived
        lost = ~np.isfinite(residual) | (sweep - best_at > settings.patience)
        if (running & (arrived | lost)).any():
            running &= ~(arrived | lost)
            if not running.any():
                break
        moved = history.step(point, step.taken(gap))
        point = moved if running.all() else np.where(running[:, None], moved, kept_point)
    finite = np.isfinite(residual)
    residual = np.where(converged, residual, np.where(finite, best, np.inf))
    told = history.conditioning(step) if settings.conditioning else np.full(states, np.nan)
    return Found(kept_point, residual, sweeps, converged, told)


class _History:
    """The last moves of every state, and the step that Anderson mixing makes of them."""

    def __init__(self, start: Array, settings: Settings) -> None:
        states, unknowns = start.shape
        memory = settings.memory
        self.changes = np.zeros((states, memory, unknowns), settings.history)  # of the move
        self.shifts = np.zeros_like(self.changes)  # of the point and the move together
        self.gram = np.zeros((states, memory, memory))
        self.right = np.zeros((states, memory))  # products of the changes with the last move
        self.held = 0
        self.last: tuple[Array, Array] | None = None

    def step(self, point: Array, move: Array) -> Array:
        """Return the next point, remembering this one."""
        ahead = point + move
        last, self.last = self.last, (ahead, move)
        if last is None:
            return ahead
        row = self.held % self.changes.shape[1]
        np.subtract(ahead, last[0], out=self.shifts[:, row], casting="same_kind")
        np.subtract(move, last[1], out=self.changes[:, row], casting="same_kind")
        self.held += 1
        mixing = _least_squares(*self._products(move, row)).astype(self.shifts.dtype)
        mixed = mixing[:, None, :] @ self.shifts[:, : mixing.shape[1]]
        return np.asarray(ahead - mixed[:, 0])

    def _products(self, move: Array, row: int) -> tuple[Array, Array]:
        """Return the products of the changes kept with each other, and with the move.

        The changes are read once: what they are to the newest, in ``row``, follows from what they
        are to the move and were to the last one.
        """
        kept = min(self.held, self.changes.shape[1])
        changes, newest = self.changes[:, :kept], self.changes[:, row]
        right = (changes @ move.astype(changes.dtype)[:, :, None])[:, :, 0].astype(np.float64)
        products = right - self.right[:, :kept]
        products[:, row] = (newest[:, None, :] @ newest[:, :, None])[:, 0, 0]
        self.right[:, :kept] = right
        self.gram[:, row, :kept] = self.gram[:, :kept, row] = products
        return self.gram[:, :kept, :kept], right

    def conditioning(self, step: Step) -> Array:
        """Return the largest ratio of a change of the point to the change of its residual, [s]."""
        kept = min(self.held, self.changes.shape[1])
        if kept == 0 or not np.isfinite(self.gram).all():
            return np.full(len(self.changes), 1.0 if kept == 0 else np.inf)
        change = self.changes[:, :kept].astype(np.float64)
        change = step.undone(change)
        shift = self.shifts[:, :kept] - self.changes[:, :kept]
        size = np.sqrt((change**2).sum(axis=2, keepdims=True))
        size = np.where(size > 0, size, 1.0)
        change, shift = change / size, shift / size
        # over the span of the differences: the largest generalised singular value
        turned = change.swapaxes(1, 2)
        left = shift @ shift.swapaxes(1, 2)
        right = change @ turned + 1e-12 * np.eye(kept)
        ratio = np.linalg.eigvals(np.linalg.solve(right, left)).real.max(axis=1)
        return np.asarray(np.sqrt(np.maximum(ratio, 0.0)))


def _least_squares(gram: Array, right: Array) -> Array:
    """Solve the normal equations with a ridge far below the data, for safety near the end."""
    states, size, _ = gram.shape
    ridged = gram.copy()
    diagonal = ridged.reshape(states, -1)[:, :: size + 1]
    trace = diagonal.sum(axis=1)[:, None]
    diagonal += np.where(trace > 0, 1e-14 * trace, 1.0)
    try:
        return np.asarray(np.linalg.solve(ridged, right[..., None])[..., 0])
    except np.linalg.LinAlgError:
        return np.zeros_like(right)
