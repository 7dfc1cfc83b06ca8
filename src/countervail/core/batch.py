"""Solving many states of one baseline: side by side where they share most of it, else one by one.

States that differ from the baseline in some cells only share its matrices, so that a sweep of many
is a few matrix products (``Patched``). Blocks are sized to the cache.
What does not suit a block, or does not converge in one, climbs the ladder alone: a batch is never
less sturdy than a loop.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from countervail.core import ladder
from countervail.core.model import Baseline, Hats, Model, Shock
from countervail.core.solver import anderson
from countervail.core.weights import Patch, patch
from countervail.errors import CountervailError

TOGETHER = ladder.FAST._replace(history=np.float32, max_sweeps=120)
"""How states are iterated side by side; what needs more goes on alone."""

DENSE = 0.1
"""A state that changes more of the cells than this shares too little to gain from a block."""

THIN = 1e-3
"""A market left with less than this of its suppliers would lose digits to the shared matrix."""

Result = ladder.Solved | CountervailError


def block_size(base: Baseline, cache_bytes: int) -> int:
    """Return how many states fit a cache side by side, histories and working arrays together."""
    unknowns = len(base.value_added) + 2 * base.expenditure.size
    state = unknowns * (2 * TOGETHER.memory * 4 + 12 * 8)
    return int(np.clip(cache_bytes // state // 8 * 8, 16, 32))


def solve_block(
    model: Model,
    base: Baseline,
    shocks: Sequence[Shock],
    starts: Sequence[Hats | None],
    tolerance: float,
) -> list[Result]:
    """Return the fixed point of every state, or the error that says why it has none.

    Args:
        model: the economics.
        base: baseline shared by all.
        shocks: the states, as many as suit the cache.
        starts: first guesses, one a state; None for no change.
        tolerance: on the undamped residual of every block of every state.
    """
    answers = dict(_answers(model, base, shocks, starts, tolerance))
    return [answers[k] for k in range(len(shocks))]


def _answers(
    model: Model,
    base: Baseline,
    shocks: Sequence[Shock],
    starts: Sequence[Hats | None],
    tolerance: float,
) -> Iterator[tuple[int, Result]]:
    """Yield the answers as they come: the suited ones together, then the rest alone."""
    patches: dict[int, Patch] = {}
    alone: list[int] = []
    for k in range(len(shocks)):
        try:
            change = patch(base, shocks[k])
        except CountervailError as error:
            yield k, error
            continue
        if suits(base, change):
            patches[k] = change
        else:
            alone.append(k)
    for k, solved in _together(model, base, shocks, starts, patches, tolerance):
        if solved is None:
            alone.append(k)
        else:
            yield k, solved
    for k in alone:
        yield k, ladder.attempt(model, base, shocks[k], tolerance, starts[k])


def suits(base: Baseline, change: Patch) -> bool:
    """Return whether a state shares enough with the baseline, and no market of it is left thin."""
    if len(change.cells) > DENSE * base.trade_share.size:
        return False
    countries = len(base.value_added)
    rows, place = np.unique(change.cells // countries, return_inverse=True)
    kept = base.trade_share.reshape(-1, countries)[rows]
    kept[place, change.cells % countries] = change.share
    bought = base.expenditure.reshape(-1)[rows] > 0
    return bool((kept.sum(axis=1)[bought] >= THIN).all())


def _together(
    model: Model,
    base: Baseline,
    shocks: Sequence[Shock],
    starts: Sequence[Hats | None],
    patches: dict[int, Patch],
    tolerance: float,
) -> Iterator[tuple[int, ladder.Solved | None]]:
    """Yield the answers of states iterated side by side; None for one that needs the ladder."""
    if not patches:
        return
    chosen = list(patches)
    weights = model.prepare_block(base, [shocks[k] for k in chosen], list(patches.values()))
    guess = model.guess(base)
    start = np.concatenate([ladder.pack(starts[k] or guess) for k in chosen])
    with np.errstate(all="ignore"):  # a state that is lost goes on alone
        found = anderson(
            ladder.as_vectors(model, base, weights),
            start,
            ladder.relaxation(base, TOGETHER),
            tolerance,
            TOGETHER,
            ladder.stopping_scale(base, weights),
        )
        hats = ladder.unpack(found.point, base)
        totals = model.totals(base, hats, weights)
    good = found.converged & (totals.income > 0).all(axis=0)
    for s, k in enumerate(chosen):
        solved = ladder.Solved(
            hats.state(s),
            float(found.residual[s]),
            int(found.sweeps[s]),
            "anderson",
            float(found.conditioning[s]),
            totals.state(s),
        )
        yield k, solved if good[s] else None
