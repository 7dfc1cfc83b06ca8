"""What a player may set: from labels, bounds and law to instruments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError
from countervail.policy.in_force import PolicyInForce
from countervail.policy.players import Player, members
from countervail.policy.rates import reaction as answering
from countervail.policy.rates.bounds import bounds_of, refuse_crossed
from countervail.policy.rates.instruments import EVERYBODY, Instruments
from countervail.policy.rates.terms import ByPlayer, Scope, Terms
from countervail.scenario.by_hand import on_services
from countervail.units import EXTREME_RATE, FRACTIONS
from countervail.world import World
from countervail.world.kinds import goods_of, sectors_of

Array = NDArray[np.float64]
IntArray = NDArray[np.intp]
T = TypeVar("T", bound=Scope)


class _RatePlaces(NamedTuple):
    """Where rates stand: whole cells first, then tariff lines that have a rate of their own.

    Attributes:
        sector, importer, exporter: of each place, [place].
        cells: how many of them are whole cells.
        line: position of the tariff line, for each place after them.
    """

    sector: IntArray
    importer: IntArray
    exporter: IntArray
    cells: int
    line: IntArray

    @property
    def at(self) -> tuple[IntArray, IntArray, IntArray]:
        """Index of the cells in the core's axes [sector, importer, exporter]."""
        return self.sector, self.importer, self.exporter


def stated(of: type[T], terms: T | None, words: Mapping[str, Any]) -> T:
    """Return terms ready to be used: bounds read, and lists that can be read again.

    Args:
        of: which.
        terms: as they are; None is the defaults.
        words: those of its fields that are given by name, in place of what ``terms`` says.

    Raises:
        FileError: the file of bounds is refused, with path and line.
        TypeError: a name it does not have.
    """
    one = of(**words) if terms is None else replace(terms, **words)
    kept = {name: _kept(value) for name, value in vars(one).items()}
    return replace(one, **{**kept, "bounds": bounds_of(one.bounds)})


def _kept(given: Any) -> Any:
    """Return words that can be read again; one word, such as ``goods``, stays one."""
    once = isinstance(given, Iterable) and not isinstance(given, str | Mapping)
    return tuple(given) if once else given


def of_one_player(what: str, given: Iterable[str] | ByPlayer) -> Iterable[str]:
    """Return the partners given, those of one player.

    Raises:
        InputError: they are by player.
    """
    if isinstance(given, Mapping):
        raise InputError(
            f"{what} names partners by player, and one player is asked about: name them alone, "
            "USA,MEX"
        )
    return given


def of_each_player(what: str, given: Iterable[str] | ByPlayer) -> ByPlayer:
    """Return the partners given, by player.

    Raises:
        InputError: it does not say whose they are.
    """
    if isinstance(given, Mapping):
        return given
    if tuple(given):
        option = "--hold" if what == "held" else f"--{what}"
        raise InputError(
            f"{option} '{','.join(given)}': write a player, =, and its partners joined by +: "
            "CAN=USA+MEX,USA=CAN+MEX"
        )
    return {}


def instruments(
    in_force: PolicyInForce,
    player: Player,
    terms: Terms,
    *,
    additional: bool = False,
    reaction: Mapping[str, float] | None = None,
) -> Instruments:
    """Return what a player sets.

    Args:
        in_force: the policy in force.
        player: who sets it.
        terms: what it may set.
        additional: rates come on top of what stands.
        reaction: by partner, the part of a rise of the player's mean rate that it answers with.

    Raises:
        InputError: bounds that hold no rate, an unknown label, or nothing left to set.
    """
    _refuse_bounds(terms.low, terms.high)
    others, free, notes = _partners(in_force.world, player, terms)
    places = _places(in_force, player, others, terms)
    names = [None] * places.cells + [_line_name(in_force, k) for k in places.line]
    each, of = _numbered(places, names, free, terms.mfn)
    made = Instruments(
        partner=np.array([key[1] for key in each], dtype=np.intp),
        sector=np.array([key[0] for key in each], dtype=np.intp),
        line=tuple(key[2] or None for key in each),
        low=np.full(len(each), float(terms.low)),
        high=np.full(len(each), float(terms.high)),
        of=of[: places.cells],
        cell_sector=places.sector[: places.cells],
        cell_importer=places.importer[: places.cells],
        cell_exporter=places.exporter[: places.cells],
        line_of=_line_of(in_force, places, of),
        alone=_marked(in_force, places.line),
        additional=additional,
        reaction=None,
        notes=(*player.notes, *notes, *_terms_said(in_force, terms)),
    )
    made = _bounded(made, in_force, places, of, terms, free)
    return _answered(made, in_force, player, places, of, reaction, free)


def _terms_said(in_force: PolicyInForce, terms: Terms) -> list[str]:
    """Return what must be said of terms: bounds with their sources, lines that are not there."""
    limits = bounds_of(terms.bounds)
    said = [] if limits is None else [limits.note]
    if terms.by_line and in_force.shock.lines is None:
        said.append("This law knows no tariff lines: rates are of whole sectors.")
    if terms.high > EXTREME_RATE:
        said.append(
            f"Rates of up to {100.0 * terms.high:,.0f} per cent are looked at (in Python "
            f"{FRACTIONS})."
        )
    if terms.sectors is not None:
        sectors = sectors_of(terms.sectors, in_force.world)
        said += map(str, on_services(sectors, in_force.world, "Rates are set"))
    return said


def _partners(
    world: World, player: Player, terms: Terms
) -> tuple[list[int], set[int], tuple[str, ...]]:
    """Return the partners whose rates are set, those of them at zero, and what must be said.

    Raises:
        InputError: an unknown label, or a partner both held and free.
    """
    everybody = tuple(range(len(world.countries)))
    named, notes = (everybody, ()) if terms.partners is None else members(terms.partners, world)
    kept, also = members(of_one_player("held", terms.held), world)
    free, too = members(of_one_player("free", terms.free), world)
    both = [world.countries[i] for i in free if i in kept]
    if both:
        raise InputError(
            f"{both[0]} is to keep its present rates and to have rates of zero: name it in 'held' "
            "or in 'free'"
        )
    out = {*player.members, *kept}
    partners = [i for i in dict.fromkeys((*named, *free)) if i not in out]
    return partners, set(free) - out, (*notes, *also, *too)


def _places(
    in_force: PolicyInForce, player: Player, partners: Sequence[int], terms: Terms
) -> _RatePlaces:
    """Return where rates stand.

    Raises:
        InputError: nowhere, or a sector the world does not have.
    """
    world = in_force.world
    goods = sectors_of(terms.sectors, world, none="goods")
    inside = np.zeros(world.trade.shape[::-1], dtype=np.bool_)
    inside[np.ix_(goods, player.members, partners)] = True
    sold = np.asarray(in_force.before.weights.share) > 0
    # of both uses, where buyers are told by it
    inside &= sold.reshape(-1, *inside.shape).any(axis=0)
    if not inside.any():
        raise InputError(
            f"{player.name} has nothing to set: it buys none of these goods from these partners "
            "(partners named in 'held', bans and its own members are left out); name others"
        )
    line = np.zeros(0, dtype=np.intp)
    lines = in_force.shock.lines
    if terms.by_line and lines is not None:
        at = lines.sector, lines.importer, lines.exporter
        line = np.flatnonzero(inside[at] & np.isfinite(lines.iceberg_hat))
        inside[at] = False
    whole = np.nonzero(inside)
    own = (line,) * 3
    if lines is not None:
        own = lines.sector[line], lines.importer[line], lines.exporter[line]
    sector, importer, exporter = map(np.concatenate, zip(whole, own, strict=True))
    return _RatePlaces(sector, importer, exporter, len(whole[0]), line)


def _line_name(in_force: PolicyInForce, line: int) -> str:
    assert in_force.resolved.lines is not None
    return in_force.resolved.lines.names[line]


def _numbered(
    places: _RatePlaces, names: Sequence[str | None], free: set[int], mfn: bool
) -> tuple[list[tuple[int, int, str]], IntArray]:
    """Return each instrument's sector, partner and line, and the instrument of each place."""
    keys = [
        (int(j), EVERYBODY if mfn and i not in free else int(i), name or "")
        for j, i, name in zip(places.sector, places.exporter, names, strict=True)
    ]
    each = sorted(set(keys))
    number = {key: k for k, key in enumerate(each)}
    return each, np.array([number[key] for key in keys], dtype=np.intp)


def _line_of(in_force: PolicyInForce, places: _RatePlaces, of: IntArray) -> IntArray:
    """Return the instrument of each tariff line; -1 where it is nobody's."""
    lines = in_force.shock.lines
    if lines is None:
        return np.zeros(0, dtype=np.intp)
    number = np.full(in_force.world.trade.shape[::-1], -1, dtype=np.intp)
    number[tuple(axis[: places.cells] for axis in places.at)] = of[: places.cells]
    line_of = number[lines.sector, lines.importer, lines.exporter]
    line_of[places.line] = of[places.cells :]
    return line_of


def _marked(in_force: PolicyInForce, line: IntArray) -> NDArray[np.bool_]:
    """Return which tariff lines have a rate of their own."""
    lines = in_force.shock.lines
    marked = np.zeros(0 if lines is None else len(lines.weight), dtype=np.bool_)
    marked[line] = True
    return marked


def _bounded(
    made: Instruments,
    in_force: PolicyInForce,
    places: _RatePlaces,
    of: IntArray,
    terms: Terms,
    free: set[int],
) -> Instruments:
    """Return instruments within the bounds of law, partners of free trade at zero.

    Raises:
        InputError: no rate lies between the bounds of one.
    """
    low, high = made.low, made.high
    at_zero = np.isin(made.partner, list(free))
    low[at_zero], high[at_zero] = 0.0, 0.0
    limits = bounds_of(terms.bounds)
    if limits is not None:
        least, most = (each[places.at] for each in limits.of_cells(in_force.world))
        if made.additional:
            most = np.maximum(most - _highest(in_force, places), 0.0)
            least = np.full_like(least, -np.inf)
        np.maximum.at(low, of, least)
        np.minimum.at(high, of, most)
    refuse_crossed(low, high, [made.label(k, in_force.world.sectors) for k in range(len(made))])
    return replace(made, low=low, high=high)


def _highest(in_force: PolicyInForce, places: _RatePlaces) -> Array:
    """Return the highest rate that stands in each place."""
    law, base = in_force.shock, in_force.base
    tariff = (base.tariff if law.tariff_new is None else law.tariff_new).copy()
    if law.lines is None:
        return np.asarray(tariff[places.at])
    at = law.lines.sector, law.lines.importer, law.lines.exporter
    tariff[at] = -np.inf
    np.maximum.at(tariff, at, law.lines.tariff_new)
    highest = tariff[places.at]
    highest[places.cells :] = law.lines.tariff_new[places.line]
    return np.asarray(highest)


def _answered(
    made: Instruments,
    in_force: PolicyInForce,
    player: Player,
    places: _RatePlaces,
    of: IntArray,
    stated: Mapping[str, float] | None,
    free: set[int],
) -> Instruments:
    """Return instruments that partners answer as stated; who is answered lowers no rate.

    Raises:
        InputError: a reaction that makes no sense.
    """
    if stated is None:
        return made
    world, base, lines = in_force.world, in_force.base, in_force.shock.lines
    trade = base.trade_share * base.expenditure[:, :, None] / (1.0 + base.tariff)
    imports = trade[places.at]
    if lines is not None:
        imports[places.cells :] *= lines.weight[places.line]
    # what an agreement holds at zero starts nothing
    imports = np.where(np.isin(places.exporter, list(free)), 0.0, imports)
    present = np.zeros(len(made)) if made.additional else made.present(base, in_force.shock)
    who = answering.answers(stated, player, world)
    goods = goods_of(world)
    whole = trade[np.ix_(goods, player.members)].sum(axis=(0, 1))
    found = answering.reaction(who, player, goods, imports, whole, places.exporter, of, present)
    answered = np.asarray(found.weight.any(axis=0))
    _refuse_present_above(made, present, answered, world)
    low = np.where(answered, np.maximum(made.low, present), made.low)
    return replace(made, low=low, reaction=found)


def _refuse_present_above(
    made: Instruments, present: Array, answered: NDArray[np.bool_], world: World
) -> None:
    """Raise where somebody who answers pays more than the bounds allow: nothing is lowered for it.

    Raises:
        InputError: the rate.
    """
    above = np.flatnonzero(answered & (present > made.high))
    if above.size:
        k = int(above[0])
        raise InputError(
            f"the rate of {made.label(k, world.sectors)} stands at {100.0 * present[k]:.4g} per "
            f"cent, above its bound of {100.0 * made.high[k]:.4g}, and who answers higher rates is "
            "granted no lower ones: raise the bound, or leave the reaction out"
        )


def _refuse_bounds(low: float, high: float) -> None:
    """Raise where no rate lies between bounds.

    Raises:
        InputError: the bounds, and what they may be.
    """
    if not (-1.0 < low <= high < np.inf):
        raise InputError(
            f"no rate lies between {100.0 * low:g} and {100.0 * high:g} per cent: the lowest must "
            "be above -100 and not above the highest, both numbers (from Python 0.25 is 25 per "
            "cent)"
        )
