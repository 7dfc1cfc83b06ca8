"""Tariffs of goods carved out of sectors, and of what they leave of them; a sector's duties stay.

What a good's own rate changes is made up for by the remainder of its own sector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError
from countervail.units import EXTREME_RATE
from countervail.world.carving.placing import PlacedGood
from countervail.world.table import WorldTable

Array = NDArray[np.float64]

ROUNDING = 1e-9
"""A rate this far below zero is rounding."""


class CarvedRates(NamedTuple):
    """Tariffs of a carved world, fractions.

    Attributes:
        goods: by good, [exporter, importer].
        rest: of what goods leave of sectors, [exporter, importer, sector].
    """

    goods: Mapping[str, Array]
    rest: Array


def carved_rates(world: WorldTable, found: Sequence[PlacedGood], left: Array) -> CarvedRates:
    """Return tariffs: a good's own where known, else its sector's; duties of a sector stay.

    An own duty stands where the world taxes the cell and what is left of the sector can make up for
    it; elsewhere this world's rate rules it out. In a world of merged labels, whose law is told in
    its finest table, there are none: carve first and merge then.

    Args:
        world: the world before.
        found: the goods.
        left: what they leave of sectors, [exporter, importer, sector].

    Raises:
        InputError: goods given a tariff pay more duty than their sector does.
    """
    given = {one.good.code: _given(world, one) for one in found}
    known = {one.good.code: _known(world, one, given[one.good.code]) for one in found}
    rest = _rest(world, found, known, left)
    short = _short(world, rest) | _steep(world, rest) | (left <= 0)
    homes = {one.good.code: world.sectors.index(one.good.sector) for one in found}
    rates = {
        code: np.where(short[:, :, homes[code]], given[code], rate) for code, rate in known.items()
    }
    rest = _rest(world, found, rates, left)
    _refuse_negative(world, rest)
    own = world.tariff
    same = np.isclose(rest, own, rtol=1e-12, atol=1e-15)
    return CarvedRates(rates, np.where(same, own, np.maximum(rest, np.minimum(own, 0.0))))


def _rest(
    world: WorldTable, found: Sequence[PlacedGood], rates: Mapping[str, Array], left: Array
) -> Array:
    """Return the rates of what is left, [exporter, importer, sector], at rates of the goods."""
    duty = np.array(world.trade * world.tariff)
    for one in found:
        home = world.sectors.index(one.good.sector)
        elsewhere = {j: t * world.tariff[:, :, j] for j, t in one.taken.items() if j != home}
        for j, paid in elsewhere.items():
            duty[:, :, j] -= paid
        duty[:, :, home] -= one.trade * rates[one.good.code] - sum(elsewhere.values())
    rest = np.array(world.tariff)
    np.divide(duty, left, out=rest, where=left > 0)
    return rest


def _given(world: WorldTable, one: PlacedGood) -> Array:
    """Return a good's rates: given, else what its trade pays in the sectors it is taken from."""
    rate = np.array(world.tariff[:, :, world.sectors.index(one.good.sector)])
    if len(one.taken) > 1:
        total = one.trade
        paid = np.asarray(sum(t * world.tariff[:, :, j] for j, t in one.taken.items()))
        np.divide(paid, total, out=rate, where=total > 0)
    return _with_flows(world, one, "tariff", rate)


def _known(world: WorldTable, one: PlacedGood, given: Array) -> Array:
    """Return a good's rates with its own duties, where the world is not merged and taxes it.

    Where they are known of a part of its trade, the rest of it pays what was given.
    """
    if world.concordance is not None:
        return given
    own = _with_flows(world, one, "own_duty", given)
    part = _with_flows(world, one, "duty_known", np.ones_like(given))
    return np.where(given > 0, part * own + (1.0 - part) * given, given)


def _with_flows(world: WorldTable, one: PlacedGood, kind: str, rate: Array) -> Array:
    """Return a good's rates with those of a kind of flow."""
    rate = np.array(rate)
    at = {code: n for n, label in enumerate(world.countries) for code in world.held[label]}
    for flow in one.good.of(kind):
        i, n = at.get(flow.exporter), at.get(flow.importer)
        if i is not None and n is not None and i != n:
            rate[i, n] = flow.value
    return rate


def _short(world: WorldTable, rest: Array) -> NDArray[np.bool_]:
    return np.asarray(np.minimum(world.tariff, 0.0) - rest > ROUNDING)


def _steep(world: WorldTable, rest: Array) -> NDArray[np.bool_]:
    """Return where what is left is too little to make up for own duties at any rate of law."""
    return np.asarray(rest > np.maximum(world.tariff, EXTREME_RATE))


def _refuse_negative(world: WorldTable, rest: Array) -> None:
    """Raise where goods pay more duty than their sector does.

    Raises:
        InputError: the cell.
    """
    if _short(world, rest).any():
        below = np.minimum(world.tariff, 0.0) - rest
        i, n, j = np.unravel_index(int(below.argmax()), below.shape)
        raise InputError(
            f"the goods of {world.sectors[j]} that {world.countries[i]} sells "
            f"{world.countries[n]} pay more duty than the sector does; lower their tariffs"
        )
