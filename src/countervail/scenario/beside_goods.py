"""What a question touches that is no good of the table: in an answer on goods, free to move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from countervail.scenario.states import Resolved
from countervail.world import World
from countervail.world.goods import table_of_goods


class Beside(NamedTuple):
    """What a question touches of a sector that is no good of the table.

    Attributes:
        sector: code of the sector.
        trade: USD million on which the law differs between the states.
        part: of all trade of goods on which it differs.
        names: the product groups, the largest first; empty where whole cells are meant.
    """

    sector: str
    trade: float
    part: float
    names: tuple[str, ...]


def beside(resolved: Resolved, world: World) -> tuple[Beside, ...]:
    """Return what a question touches that is no good, by sector, the largest first.

    In an answer on goods it is taken as free to move: its factors find other work at no loss.

    Args:
        resolved: the question in the world.
        world: the one both states are solved from.
    """
    goods = {good.sector for good in table_of_goods().values() if good.whole}
    rest: dict[str, str] = {}
    if world.carving is not None:
        goods |= {good.label for good in world.carving.goods}
        rest = {label: code for code, label in world.carving.remainder.items()}
    total, trade = 0.0, dict[str, dict[str, float]]()
    for label, name, value in _changed(resolved, world):
        total += value
        if label not in goods:
            named = trade.setdefault(rest.get(label, label), {})
            named[name] = named.get(name, 0.0) + value
    found = [_told(sector, named, total) for sector, named in trade.items()]
    return tuple(sorted(found, key=lambda one: -one.trade))


def _told(sector: str, named: dict[str, float], total: float) -> Beside:
    value = sum(named.values())
    names = tuple(name for name in sorted(named, key=lambda n: -named[n]) if name)
    return Beside(sector, value, value / total if total else 0.0, names)


def _changed(resolved: Resolved, world: World) -> Iterator[tuple[str, str, float]]:
    """Yield label, name and trade of what differs: lines, and whole cells that have none."""
    after, lines, shape = resolved.after, resolved.lines, world.trade.shape
    cells = np.zeros(shape, dtype=np.bool_)
    for new, was in (
        (after.tariff_new, world.tariff),
        (after.iceberg_hat, 1.0),
        (after.export_tax, 0.0),
    ):
        cells |= False if new is None else new != was
    if lines is not None and len(lines):
        at = lines.exporter, lines.importer, lines.sector
        moved = np.zeros(len(lines), dtype=np.bool_)
        for name in ("line_tariff", "line_iceberg"):
            moved |= getattr(resolved.before, name) != getattr(after, name)
        value = lines.weight * world.trade[at]
        for k in np.flatnonzero(moved):
            yield world.sectors[lines.sector[k]], lines.names[k], float(value[k])
        cells[at] = False
    cells[np.arange(shape[0]), np.arange(shape[0])] = False
    for j in np.flatnonzero(cells.any(axis=(0, 1))):
        yield world.sectors[j], "", float(world.trade[:, :, j][cells[:, :, j]].sum())
