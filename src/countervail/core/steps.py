"""How far unknowns move on what a guess implies for them: Newton's step on a simpler economy.

A country whose wage is too low sells too much, and by how much depends on how easily its buyers
turn elsewhere; what it earns it spends, and what it makes is what others pay. An economy in which
a country has one price level and one budget tells these moves well enough: what a guess leaves of
its wages, prices and spending is gathered, the simple economy is solved for it, and its answer is
spread over the sectors, beside what each sector's own gap says (a two-grid method). What stays
with goods moves by Newton's step on the world market of each good alone.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from countervail.core.known import KEPT_BASELINES, Known
from countervail.core.model import Array, Baseline, Model
from countervail.core.solver import Coarse, Settings, Step
from countervail.core.uses import spread


def step_of(
    model: Model, base: Baseline, settings: Settings, countries: Coarse | None = None
) -> Step:
    """Return what the unknowns of a model move on their gaps.

    Args:
        model: the economics.
        base: baseline.
        settings: whether countries move by Newton's step, or wages by a part of what is implied.
        countries: their step where one like it is known, such as that of the point answer whose
            draw this is: it steers the search and is no part of what is found.
    """
    one = np.eye(len(base.value_added))
    coarse = None
    if settings.newton:
        coarse = countries or countries_step(model, base)
    return Step(settings.wage_step * one if coarse is None else one, coarse, model.staying(base))


def step_at_given_wages(model: Model, base: Baseline) -> Step:
    """Return what the unknowns but wages move on their gaps."""
    return Step(np.empty((0, 0)), None, model.staying(base))


def countries_step(model: Model, base: Baseline) -> Coarse | None:
    """Return Newton's step of countries; None where one sells or makes nothing."""
    return _coarse(Known(base.rows), model)  # type: ignore[arg-type]


@lru_cache(maxsize=KEPT_BASELINES)
def _coarse(known: Known, model: Model) -> Coarse | None:
    """Return the step of countries; None where one sells or makes nothing."""
    base = known.base
    slope = coarse_slope(base, model.mobile_share(base))
    if not np.isfinite(slope).all():
        return None
    one = np.eye(len(slope))
    bought = base.expenditure > 0
    gather = base.expenditure / base.expenditure.sum(axis=0)
    return Coarse(np.linalg.inv(one - slope) - one, slope, gather, bought.astype(np.float64))


def coarse_slope(base: Baseline, mobile: Array) -> Array:
    """Return what each country's wage, price level and spending implied owe to all those guessed.

    In logs, [3 n, 3 n]: wages first, then prices, then spending. With c = lab w + inp P the cost of
    what a country makes::

        P' = share c,   w' = turn c + sold E,   E' = (1 - inputs) w + inputs (turn c + sold E)

    turn says how sales fall as a seller's cost rises beside those it meets, each sector by itself
    (what is not traded meets nobody), sold where a seller's buyers are.

    Args:
        base: baseline.
        mobile: part of each producer's value added that the wage pays, [j, n].
    """
    bought = np.einsum("jn,jni->ni", base.expenditure, base.trade_share)
    made = base.gross_output.sum(axis=0)
    spending = base.expenditure.sum(axis=0)
    paid = (base.value_added_share * base.gross_output * mobile).sum(axis=0)
    inputs = np.einsum("njk,kn->n", base.input_share, base.gross_output)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = bought / bought.sum(axis=1, keepdims=True)
        in_numeraire = np.eye(len(made)) - paid / paid.sum()  # a common change is none
        by_wage = np.diag(paid / made) @ in_numeraire
        by_price = np.diag(1.0 - base.value_added / made)
        earned = np.diag((1.0 - inputs / spending) * paid / base.value_added) @ in_numeraire
        again = (inputs / spending)[:, None]
        turn, sold = _sales(base, base.value_added_share * mobile)
        turn_of_all, sold_of_all = _sales(base, np.ones_like(mobile))
        return np.block(
            [
                [turn @ by_wage, turn @ by_price, sold],
                [share @ by_wage, share @ by_price, np.zeros_like(share)],
                [
                    earned + again * (turn_of_all @ by_wage),
                    again * (turn_of_all @ by_price),
                    again * sold_of_all,
                ],
            ]
        )


def _sales(base: Baseline, part: Array) -> tuple[Array, Array]:
    """Return what sales owe to sellers' costs and to buyers' spending, both [seller, .].

    Args:
        base: baseline.
        part: of each seller's sales that is counted, [j, i].
    """
    size = part.shape[1]
    met, turning, sold = np.zeros((size, size)), np.zeros(size), np.zeros((size, size))
    for theta, share, spent, own in zip(
        base.trade_elasticity,
        base.trade_share,
        base.expenditure,
        spread(part, base),
        strict=True,
    ):
        counted = (share * spent[:, None] * own).T
        met += theta * (counted @ share)
        turning += theta * counted.sum(axis=1)
        sold += counted
    whole = sold.sum(axis=1)[:, None]
    return (met - np.diag(turning)) / whole, sold / whole
