"""Solving many states of one baseline: side by side where they share most of it, else one by one.

States that differ from the baseline in some cells only share its matrices, so that a sweep of many
is a few matrix products (``Patched``). Blocks are sized to the cache. What does not suit a block,
or does not converge in one, climbs the ladder alone: a batch is never less sturdy than a loop. A
state's numbers do not depend on its companions, but for rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from countervail.core import ladder
from countervail.core.links import reached
from countervail.core.model import Baseline, Hats, Model, Patch, Shock, Totals
from countervail.core.patched import DENSE_CELL_PART
from countervail.core.solver import Found, anderson
from countervail.core.steps import step_of
from countervail.core.sweep import SMALLEST
from countervail.core.unknowns import count, pack, stopping_scale, unpack
from countervail.core.uses import households
from countervail.core.weights import empty_markets, patch
from countervail.errors import CountervailError, NoEquilibrium

TOGETHER = ladder.SIDE_BY_SIDE._replace(max_sweeps=80)
"""How states are iterated side by side. So many sweeps there cost less than the 50 that most states
need alone, so that one that needs more does not hold the others up for longer than a loop would."""

THIN_SUPPLIER_PART = 1e-3
"""A market left with less than this of its suppliers would lose digits to the shared matrix."""

NEAR_RESIDUAL = 1e-3
"""A state that is left with a smaller residual goes on from there; another starts afresh."""

Result = ladder.Solved | CountervailError


def block_size(model: Model, base: Baseline, cache_bytes: int) -> int:
    """Return how many states fit a cache side by side, histories and working arrays together."""
    state = count(model.unknowns, base) * (2 * TOGETHER.memory * 4 + 8 * 8)
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
    changes, answers = patched(base, [model.faced(base, shock) for shock in shocks])
    first = dict(enumerate(starts))
    share = {k: change for k, change in changes.items() if shares_most(base, change)}
    suited = sold(base, connected(base, share))
    together = None
    if len(suited) > 1:
        try:
            together = _together(model, base, shocks, first, suited, tolerance)
        except NoEquilibrium:  # of one of them: each then says so for itself
            together = None
    if together is not None:
        found, totals = together
        hats = unpack(found.point, model.unknowns, base)
        good = found.converged & settled(hats, totals)
        for s, k in enumerate(suited):
            if good[s]:
                answers[k] = solved(found, hats, totals, s)
            elif not found.converged[s] and found.residual[s] < NEAR_RESIDUAL:
                first[k] = hats.state(s)
    for k in range(len(shocks)):
        if k not in answers:
            answers[k] = ladder.attempt(model, base, shocks[k], tolerance, first[k])
    return [answers[k] for k in range(len(shocks))]


def patched(base: Baseline, shocks: Sequence[Shock]) -> tuple[dict[int, Patch], dict[int, Result]]:
    """Return what each state changes, by its position, and why some states are impossible.

    A state with a market that has no supplier left is neither: it goes alone.
    """
    changes: dict[int, Patch] = {}
    impossible: dict[int, Result] = {}
    for k, shock in enumerate(shocks):
        try:
            change = patch(base, shock)
            if len(empty_markets(base.rows, change)) == 0:
                changes[k] = change
        except CountervailError as error:
            impossible[k] = error
    return changes, impossible


def shares_most(base: Baseline, change: Patch) -> bool:
    """Return whether a state shares enough with the baseline, and no market of it is left thin."""
    base = base.rows
    if len(change.cells) > DENSE_CELL_PART * base.trade_share.size:
        return False
    countries = len(base.value_added)
    rows, place = np.unique(change.cells // countries, return_inverse=True)
    kept = base.trade_share.reshape(-1, countries)[rows]
    kept[place, change.cells % countries] = change.share
    bought = base.expenditure.reshape(-1)[rows] > 0
    return bool((kept.sum(axis=1)[bought] >= THIN_SUPPLIER_PART).all())


def connected(base: Baseline, changes: Mapping[int, Patch]) -> dict[int, Patch]:
    """Return the states in which goods of every country can still reach every other.

    In the others some balances may be impossible, which is for the ladder to say. Only what
    households buy is looked at: their demand does not end.
    """
    base, countries = base.rows, len(base.value_added)
    consumed = (base.expenditure > 0) & households(base)
    open_cells = (base.trade_share > 0) & consumed[:, :, None]
    cells_of_link = open_cells.sum(axis=0)
    whole = reached(cells_of_link > 0).all()

    def holds(change: Patch) -> bool:
        banned = change.cells[change.share == 0]
        banned = banned[open_cells.reshape(-1)[banned]]
        if len(banned) == 0:
            return bool(whole)
        lost = np.bincount(banned % countries**2, minlength=countries**2)
        return bool(reached(cells_of_link > lost.reshape(countries, countries)).all())

    return {k: change for k, change in changes.items() if holds(change)}


def sold(base: Baseline, changes: Mapping[int, Patch]) -> dict[int, Patch]:
    """Return the states in which no maker of a good that stays with it has lost its last buyer.

    Of the others the ladder says whether any buyer is left. Only households are counted.
    """
    if base.goods is None or len(base.goods.staying) == 0:
        return dict(changes)
    stay, base = base.goods.staying, base.rows
    consumed = (base.expenditure > 0) & households(base)
    stays = np.isin(np.arange(len(consumed)) % len(base.gross_output), stay)
    open_cells = (base.trade_share > 0) & (consumed & stays[:, None])[:, :, None]
    buyers = open_cells.sum(axis=1)
    _, countries, _ = open_cells.shape

    def holds(change: Patch) -> bool:
        banned = change.cells[change.share == 0]
        banned = banned[open_cells.reshape(-1)[banned]]
        seller = banned // countries**2 * countries + banned % countries
        lost = np.bincount(seller, minlength=buyers.size).reshape(buyers.shape)
        return not ((lost > 0) & (lost == buyers)).any()

    return {k: change for k, change in changes.items() if holds(change)}


def settled(hats: Hats, totals: Totals) -> NDArray[np.bool_]:
    """Return whether all have an income, and nobody's spending is held up by its floor, [s]."""
    spending = (hats.expenditure > np.log(SMALLEST)).all(axis=(0, 1))
    return np.asarray(spending & (totals.income > 0).all(axis=0))


def _together(
    model: Model,
    base: Baseline,
    shocks: Sequence[Shock],
    starts: Mapping[int, Hats | None],
    changes: Mapping[int, Patch],
    tolerance: float,
) -> tuple[Found, Totals]:
    """Return where the states of ``changes`` come to side by side, and the levels there."""
    weights = model.prepare_block(base, [shocks[k] for k in changes], list(changes.values()))
    start = np.concatenate([pack((starts[k] or model.guess(base)).blocks) for k in changes])
    with np.errstate(all="ignore"):  # a state that is lost goes on alone
        found = anderson(
            ladder.as_vectors(model, base, weights),
            start,
            step_of(model, base, TOGETHER),
            tolerance,
            TOGETHER,
            stopping_scale(model.unknowns, base, weights.trade_elasticity),
        )
        return found, model.totals(base, unpack(found.point, model.unknowns, base), weights)


def solved(found: Found, hats: Hats, totals: Totals, s: int) -> ladder.Solved:
    """Return one of the states found."""
    return ladder.Solved(
        hats=hats.state(s),
        residual=float(found.residual[s]),
        sweeps=int(found.sweeps[s]),
        rung="anderson",
        conditioning=float(found.conditioning[s]),
        totals=totals.state(s),
    )
