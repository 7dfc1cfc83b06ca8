"""A world with goods carved out of its sectors, each a sector of its own (docs/worlds.md).

A good has its sector's technology: value added and inputs in the proportions of the sector it was
taken from, an assumption. Who buys a sector's product, to use it up or as an input, buys its goods
in the proportions of the market. So every account of the world stays as it was, summed over the
goods of a sector; what is left of the sector is its remainder, the last of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError, did_you_mean
from countervail.world.carving.duties import CarvedRates, carved_rates
from countervail.world.carving.placing import PlacedGood, placed
from countervail.world.carving.record import CarvedGood, Carving, carving_of
from countervail.world.carving.wanted import within_world
from countervail.world.concordance import Concordance
from countervail.world.goods import REST, Good
from countervail.world.table import WorldTable

Array = NDArray[np.float64]
Elasticity = Literal["sector", "own"]

SECTOR_PART = 0.8
"""A good with more than this part of a sector's trade is that sector and is not carved."""


class _Label(NamedTuple):
    """A sector of the carved world: its label, the sector it comes from, and the good it is."""

    label: str
    sector: int
    good: PlacedGood | None


def carved(
    world: WorldTable, goods: Sequence[Good], elasticity: Elasticity = "sector"
) -> dict[str, Any] | None:
    """Return the world with goods carved out, as ``World.from_arrays`` takes it; None for nothing.

    Args:
        world: the world.
        goods: the goods; their order plays no part. One that is its sector, or more than
            ``SECTOR_PART`` of it, stays that sector.
        elasticity: trade elasticity of a good: its sector's, or its own where it has an estimate.

    Raises:
        InputError: two goods of one name, a sector the world does not have or has carved already,
            trade that finds no room, tariffs of goods that come to more than their sector's.
    """
    if elasticity not in ("sector", "own"):
        raise InputError(f"no elasticity '{elasticity}'; it is 'sector' or 'own'")
    _refuse_names(world, goods)
    found = _apart(world, goods)
    if not found:
        return None
    labels = _labels(world, found)
    left = _left(world, found)
    trade = _trade(labels, left)
    rates = carved_rates(world, found, left)
    tariff = _tariff(labels, rates)
    return {
        "trade": trade,
        "tariff": tariff,
        "input_share": _inputs(world, labels, trade, tariff),
        "trade_elasticity": _elasticity(world, labels, elasticity),
        "countries": world.countries,
        "sectors": [one.label for one in labels],
        "name": _name(world.name, [one.good.code for one in found]),
        "year": world.year,
        "law_date": world.law_date,
        "elasticity_set": world.elasticity_set,
        "provenance": _provenance(world, found, goods, rates.known),
        "tariff_quality": _codes(world.tariff_quality, labels),
        "tariff_source": _codes(world.tariff_source, labels),
        "concordance": _held(world, labels, trade),
        "carving": _carving(world, labels, trade, rates.known),
        "intermediate_share": _uses(world, labels, trade),
    }


def _name(world: str, goods: Sequence[str]) -> str:
    """Return a carved world's name: with its goods, or with their number where they are many."""
    return f"{world}+{'+'.join(goods) if len(goods) <= 3 else f'{len(goods)}-goods'}"


def _apart(world: WorldTable, goods: Sequence[Good]) -> tuple[PlacedGood, ...]:
    """Return the goods that are carved, placed, in their order; those that are a sector are not."""
    found = placed(world, sorted((g for g in goods if not g.whole), key=lambda good: good.code))
    parts = [one.good for one in found if not _is_sector(world, one)]
    if len(parts) < len(found):
        found = placed(world, parts)
    order = {good.code: k for k, good in enumerate(goods)}
    return tuple(sorted(found, key=lambda one: order[one.good.code]))


def _refuse_names(world: WorldTable, goods: Sequence[Good]) -> None:
    """Raise where a good cannot be told from another, or its sector is not there to carve.

    Raises:
        InputError: which.
    """
    seen: set[str] = set()
    for good in goods:
        if good.code in seen:
            raise InputError(f"good '{good.code}' is named twice")
        seen.add(good.code)
        if good.code in world.sectors:
            raise InputError(f"world '{world.name}' has a sector '{good.code}' already")
        for sector in filter(None, (good.sector, good.second)):
            if sector + REST in world.sectors:
                raise InputError(
                    f"good '{good.code}': {sector} of world '{world.name}' has goods carved out "
                    "already; carve all of them at once"
                )
            if sector not in world.sectors:
                raise InputError(
                    f"good '{good.code}' is of sector '{sector}', which world '{world.name}' does "
                    f"not have{did_you_mean(sector, world.sectors, codes=True)}"
                )
            held = world.held[sector]
            if len(held) > 1:
                raise InputError(
                    f"good '{good.code}': sector '{sector}' was merged from {', '.join(held)}; "
                    "carve the world first and merge then"
                )


def _is_sector(world: WorldTable, one: PlacedGood) -> bool:
    whole = float(world.trade[:, :, world.sectors.index(one.good.sector)].sum())
    return float(one.taken[world.sectors.index(one.good.sector)].sum()) > SECTOR_PART * whole


def _labels(world: WorldTable, found: Sequence[PlacedGood]) -> list[_Label]:
    """Return the new sectors: where a sector stood its goods stand, and its remainder."""
    touched = {j for one in found for j in one.taken}
    labels: list[_Label] = []
    for j, code in enumerate(world.sectors):
        labels += [_Label(o.good.code, j, o) for o in found if o.good.sector == code]
        labels.append(_Label(code + REST if j in touched else code, j, None))
    return labels


def _left(world: WorldTable, found: Sequence[PlacedGood]) -> Array:
    """Return what goods leave of sectors, [exporter, importer, sector]."""
    left = np.array(world.trade)
    for one in found:
        for j, taken in one.taken.items():
            left[:, :, j] -= taken
    return left


def _trade(labels: Sequence[_Label], left: Array) -> Array:
    """Return trade: the goods', and what they leave of their sectors."""
    return np.stack(
        [left[:, :, one.sector] if one.good is None else one.good.trade for one in labels], axis=2
    )


def _tariff(labels: Sequence[_Label], rates: CarvedRates) -> Array:
    """Return tariffs: the goods', and those of what they leave of their sectors."""
    return np.stack(
        [
            rates.rest[:, :, one.sector] if one.good is None else rates.goods[one.label]
            for one in labels
        ],
        axis=2,
    )


def _inputs(world: WorldTable, labels: Sequence[_Label], trade: Array, tariff: Array) -> Array:
    """Return inputs in output, [country, input sector, using sector].

    A user has the technology of the sectors it was taken from, in the proportions in which each
    country's output was; what it buys of a sector it buys of its goods as the market does.
    """
    shape = len(world.countries), len(world.sectors), len(labels)
    made, spent = np.zeros(shape), np.zeros(shape)
    for k, label in enumerate(labels):
        for j, cells in _parts(label, trade[:, :, k]):
            made[:, j, k] = cells.sum(axis=1)
            spent[:, j, k] = (cells * (1.0 + tariff[:, :, k])).sum(axis=0)
    technology = np.einsum("njk,nij->nik", _shares(made, 1), world.input_share, optimize=True)
    return np.asarray(np.einsum("niK,nik->nKk", _shares(spent, 2), technology, optimize=True))


def _shares(parts: Array, axis: int) -> Array:
    """Return parts as shares of their sum over an axis; of nothing, no shares."""
    total = parts.sum(axis=axis, keepdims=True)
    return np.asarray(np.divide(parts, total, out=np.zeros_like(parts), where=total > 0))


def _parts(label: _Label, trade: Array) -> Iterable[tuple[int, Array]]:
    """Return the trade of a new sector by the position of the sector it was taken from."""
    return [(label.sector, trade)] if label.good is None else label.good.taken.items()


def _elasticity(world: WorldTable, labels: Sequence[_Label], elasticity: Elasticity) -> Array:
    values = np.array([world.trade_elasticity[label.sector] for label in labels])
    if elasticity == "own":
        for k, label in enumerate(labels):
            if label.good is not None and label.good.good.theta is not None:
                values[k] = label.good.good.theta
    return values


def _uses(world: WorldTable, labels: Sequence[_Label], trade: Array) -> Array | None:
    """Return the parts of purchases that producers use: a good's are those of where it was."""
    known = world.intermediate_share
    if known is None:
        return None
    parts = np.empty_like(trade)
    for k, label in enumerate(labels):
        taken = list(_parts(label, trade[:, :, k]))
        whole = sum(cells for _, cells in taken)
        used = sum(cells * known[:, :, j] for j, cells in taken)
        own = known[:, :, label.sector].copy()
        parts[:, :, k] = np.divide(used, whole, out=own, where=np.asarray(whole) > 0)
    return np.clip(parts, 0.0, 1.0)


def _codes(codes: NDArray[np.int8] | None, labels: Sequence[_Label]) -> NDArray[np.int8] | None:
    return None if codes is None else codes[:, :, [label.sector for label in labels]]


def _provenance(
    world: WorldTable,
    found: Sequence[PlacedGood],
    goods: Sequence[Good],
    known: Mapping[str, Array],
) -> Mapping[str, Any]:
    """Return what is said of the world, and of each good: basis, year, where its trade is from."""
    notes = dict(world.provenance)
    if world.carving is None:
        notes["carved_from"] = {
            "world": world.name,
            "hash": world.hash,
            "table": world.made_from,
        }
    notes["goods"] = [
        *notes.get("goods", ()),
        *(_said(world, one, known[one.good.code]) for one in found),
    ]
    carved = {one.good.code for one in found}
    notes["goods that are sectors"] = {g.code: g.sector for g in goods if g.code not in carved}
    notes["assumption of goods"] = "a good's technology is its sector's"
    return notes


def _said(world: WorldTable, one: PlacedGood, known: Array) -> dict[str, Any]:
    good, home = one.good, world.sectors.index(one.good.sector)
    trade, sector = one.trade, world.trade[:, :, home]
    abroad = float(trade.sum() - np.trace(trade))
    whole = float(sector.sum() - np.trace(sector))
    return {
        "good": good.code,
        "name": good.name,
        "hs": list(good.hs),
        "sector": good.sector,
        "basis": good.basis,
        "range": [good.low, good.high],
        "class": good.kind,
        "theta": good.theta,
        "supply": good.supply,
        "year": good.year,
        "source": good.source,
        "trade abroad": abroad,
        "part of the sector's trade abroad": abroad / whole if whole > 0 else 0.0,
        "sales at home": float(np.trace(trade)),
        "from the second sector": {
            world.sectors[j]: float(t.sum()) for j, t in one.taken.items() if j != home
        },
        "found no room": one.no_room,
        "own duty known, part of taxed trade": _known_of_taxed(world, one, known),
        **_known_in_part(good),
        **_among_others(world, good),
    }


def _known_of_taxed(world: WorldTable, one: PlacedGood, known: Array) -> float:
    """Return the part of a good's taxed trade whose own duty is in its rate; all of it if none."""
    taxed = np.where(world.tariff[:, :, world.sectors.index(one.good.sector)] > 0, one.trade, 0.0)
    whole = float(taxed.sum())
    return float((taxed * known).sum()) / whole if whole > 0 else 1.0


def _among_others(world: WorldTable, good: Good) -> dict[str, Any]:
    """Return the trade of a good among countries that the world has not, which is left out."""
    named = sum(flow.value for flow in good.of("pair"))
    left = named - sum(flow.value for flow in within_world(world, good).of("pair"))
    return {"left out, among countries not in this world": left} if left > 0 else {}


def _known_in_part(good: Good) -> dict[str, Any]:
    """Return of how many pairs a duty is known of a part of their trade, and the least part."""
    parts = [flow.value for flow in good.of("duty_known") if flow.value < 1.0]
    return {"duty known in part": {"pairs": len(parts), "least": min(parts)}} if parts else {}


def _held(world: WorldTable, labels: Sequence[_Label], trade: Array) -> Concordance | None:
    """Return what the labels hold, with the sectors of the finest table carved alike.

    A cell of it is split as the world's cell that it went into. None where nothing was merged.
    """
    held = world.concordance
    if held is None:
        return None
    cells, rates, sectors, position = [], [], [], []
    for k, label in enumerate(labels):
        uncarved = label.label == world.sectors[label.sector]
        for fine in np.flatnonzero(held.sector == label.sector):
            alone = held.trade[:, :, fine]
            cells.append(alone if uncarved else _fine(world, held, label, trade[:, :, k]))
            rates.append(held.tariff[:, :, fine])
            sectors.append(held.sectors[fine] if uncarved else label.label)
            position.append(k)
    return replace(
        held,
        trade=np.stack(cells, axis=2),
        tariff=np.stack(rates, axis=2),
        sectors=tuple(sectors),
        sector=np.array(position, dtype=np.int64),
    )


def _fine(world: WorldTable, held: Concordance, label: _Label, trade: Array) -> Array:
    """Return a label's trade in the finest table, where carved sectors hold one sector each."""
    return np.asarray(sum(_fine_part(world, held, j, part) for j, part in _parts(label, trade)))


def _fine_part(world: WorldTable, held: Concordance, j: int, part: Array) -> Array:
    """Return a part of a carved sector's trade in the finest table."""
    whole, fine = world.trade[:, :, j], int(np.flatnonzero(held.sector == j)[0])
    share = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    return np.asarray(held.trade[:, :, fine] * share[np.ix_(held.country, held.country)])


def _carving(
    world: WorldTable, labels: Sequence[_Label], trade: Array, known: Mapping[str, Array]
) -> Carving:
    """Return the record of a carving, in the finest table, beside that of an earlier one."""
    held = world.concordance
    goods, parts, duties = [], [], []
    for k, label in enumerate(labels):
        if label.label == world.sectors[label.sector]:
            continue
        for j, part in _parts(label, trade[:, :, k]):
            code = world.held[world.sectors[j]][0]
            fine = np.array(part) if held is None else _fine_part(world, held, j, part)
            parts.append((label.label, code, fine))
        if label.good is not None:
            good = label.good.good
            goods.append(CarvedGood(good.code, world.held[good.sector][0], good.hs))
            part = known[good.code]
            duties.append(part if held is None else part[np.ix_(held.country, held.country)])
    return carving_of(goods, parts, duties).beside(world.carving)
