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
Mask = NDArray[np.bool_]

ROUNDING = 1e-9
"""A rate this far below zero is rounding."""


class CarvedRates(NamedTuple):
    """Tariffs of a carved world, fractions.

    Attributes:
        goods: by good, [exporter, importer].
        rest: of what goods leave of sectors, [exporter, importer, sector].
        known: by good, the part of its trade whose own duty is in its rate, [exporter, importer].
    """

    goods: Mapping[str, Array]
    rest: Array
    known: Mapping[str, Array]


def carved_rates(world: WorldTable, found: Sequence[PlacedGood], left: Array) -> CarvedRates:
    """Return tariffs: a good's own where known, else its sector's; duties of a sector stay.

    An own duty stands where the world taxes the cell and what is left of the sector can make up for
    it; elsewhere this world's rate rules it out, of goods of one sector that of those which ask
    most of it. Of what it is not known of the sector's rate
    stands. In a world of merged labels, whose law is told in its finest table, there are none:
    carve first and merge then.

    Args:
        world: the world before.
        found: the goods.
        left: what they leave of sectors, [exporter, importer, sector].

    Raises:
        InputError: goods given a tariff pay more duty than their sector does.
    """
    given = {one.good.code: _given(world, one) for one in found}
    known = {one.good.code: _known(world, one, given[one.good.code]) for one in found}
    stands = _standing(world, found, given, known, left)
    rates = {code: np.where(stands[code], own.rate, given[code]) for code, own in known.items()}
    parts = {code: np.where(stands[code], own.part, 0.0) for code, own in known.items()}
    rest = _rest(world, found, rates, left)
    _refuse_negative(world, rest)
    own = world.tariff
    same = np.isclose(rest, own, rtol=1e-12, atol=1e-15)
    return CarvedRates(rates, np.where(same, own, np.maximum(rest, np.minimum(own, 0.0))), parts)


def _standing(
    world: WorldTable,
    found: Sequence[PlacedGood],
    given: Mapping[str, Array],
    known: Mapping[str, _Own],
    left: Array,
) -> dict[str, Mask]:
    """Return where own duties stand, by good, [exporter, importer].

    Where what is left of a sector cannot make up for its goods' own duties, the good that asks most
    of it gives way, then the next, until the others fit; those known of every seller alike before
    those known of the pair.
    """
    homes = {one.good.code: world.sectors.index(one.good.sector) for one in found}
    stands = {code: np.asarray(left[:, :, home] > 0) for code, home in homes.items()}
    for _ in found:
        rates = {code: np.where(stands[code], own.rate, given[code]) for code, own in known.items()}
        rest = _rest(world, found, rates, left)
        misfit = np.where(_short(world, rest), 1.0, np.where(_steep(world, rest), -1.0, 0.0))
        if not misfit.any():
            break
        for home in sorted(set(homes.values())):
            here = [one for one in found if homes[one.good.code] == home]
            asked = np.stack([o.trade * (rates[o.good.code] - given[o.good.code]) for o in here])
            asked = np.maximum(asked * misfit[:, :, home], 0.0)
            alike = np.where(np.stack([known[o.good.code].of_pair for o in here]), 0.0, asked)
            asked = np.where(alike.any(axis=0), alike, asked)
            most = asked.argmax(axis=0)
            for k, one in enumerate(here):
                stands[one.good.code] &= (most != k) | (asked[k] == 0)
    return stands


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


class _Own(NamedTuple):
    """A good's rates with its own duties, [exporter, importer].

    Attributes:
        rate: the rates.
        part: of the good's trade, of which they are known.
        of_pair: where they are known of the pair, and not of every seller alike.
    """

    rate: Array
    part: Array
    of_pair: Mask


def _known(world: WorldTable, one: PlacedGood, given: Array) -> _Own:
    """Return a good's rates with its own duties, where the world is not merged and taxes it.

    A pair's own duty comes first, then that of every seller; what is known of neither pays what was
    given.
    """
    if world.concordance is not None:
        nothing = np.zeros_like(given)
        return _Own(given, nothing, nothing > 0)
    whole, taxed = np.ones_like(given), given > 0
    rate, part, share = given, np.zeros_like(given), np.zeros_like(given)
    for own, known in (("mfn_duty", "mfn_known"), ("own_duty", "duty_known")):
        duty = _with_flows(world, one, own, np.full_like(given, np.nan))
        share = np.where(taxed & ~np.isnan(duty), _with_flows(world, one, known, whole), 0.0)
        rate = np.where(share > 0, share * duty + (1.0 - share) * rate, rate)
        part = share + (1.0 - share) * part
    return _Own(rate, part, share > 0)


def _with_flows(world: WorldTable, one: PlacedGood, kind: str, rate: Array) -> Array:
    """Return a good's rates with those of a kind of flow; one of no seller is on all of them."""
    rate = np.array(rate)
    at = {code: n for n, label in enumerate(world.countries) for code in world.held[label]}
    for flow in one.good.of(kind):
        i, n = at.get(flow.exporter), at.get(flow.importer)
        if n is not None and not flow.exporter:
            home = rate[n, n]
            rate[:, n] = flow.value
            rate[n, n] = home
        elif i is not None and n is not None and i != n:
            rate[i, n] = flow.value
    return rate


def _short(world: WorldTable, rest: Array) -> Mask:
    return np.asarray(np.minimum(world.tariff, 0.0) - rest > ROUNDING)


def _steep(world: WorldTable, rest: Array) -> Mask:
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
