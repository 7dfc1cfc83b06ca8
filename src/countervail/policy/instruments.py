"""What a player sets: tariffs on cells of trade, several of which may share one rate.

A vector of rates, one an instrument, becomes a state of law, and the slopes of a state's tariffs
become slopes of that vector. Setting a cell's tariff sets every tariff line in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.core.model import Baseline, Lines, Shock, Weights
from countervail.errors import InputError
from countervail.policy.players import Player, members
from countervail.world import World

Array = NDArray[np.float64]
IntArray = NDArray[np.intp]

EVERYBODY = -1
"""Partner of a rate that all partners pay alike."""


@dataclass(frozen=True, eq=False)
class Instruments:
    """The rates a player sets, and the cells each of them stands in.

    Attributes:
        partner: position of the partner an instrument is for, or ``EVERYBODY``, [instrument].
        sector: of its goods, [instrument].
        low, high: bounds of its rate, [instrument].
        of: instrument of each cell, [cell].
        cell_sector, cell_importer, cell_exporter: where each cell is, [cell].
        line_of: instrument of each tariff line; -1 where it is nobody's, [line].
        notes: what must be said of them, in sentences.
    """

    partner: IntArray
    sector: IntArray
    low: Array
    high: Array
    of: IntArray
    cell_sector: IntArray
    cell_importer: IntArray
    cell_exporter: IntArray
    line_of: IntArray
    notes: tuple[str, ...]

    @property
    def cells(self) -> tuple[IntArray, IntArray, IntArray]:
        """Index of the cells in the core's axes [sector, importer, exporter]."""
        return self.cell_sector, self.cell_importer, self.cell_exporter

    @property
    def world_cells(self) -> tuple[IntArray, IntArray, IntArray]:
        """Index of the cells in a world's axes [exporter, importer, sector]."""
        return self.cell_exporter, self.cell_importer, self.cell_sector

    def __len__(self) -> int:
        return len(self.partner)

    def placed(self, base: Baseline, law: Shock, rates: Array) -> Shock:
        """Return a state of law with these rates in place of what it has in the player's cells."""
        tariff = (base.tariff if law.tariff_new is None else law.tariff_new).copy()
        tariff[self.cells] = rates[self.of]
        lines = law.lines
        if lines is not None:
            own = self.line_of >= 0
            line_rates = lines.tariff_new.copy()
            line_rates[own] = rates[self.line_of[own]]
            lines = lines._replace(tariff_new=line_rates)
        return law._replace(tariff_new=tariff, lines=lines)

    def present(self, base: Baseline, law: Shock) -> Array:
        """Return the rates that stand, averaged over lines and cells by base-year trade."""
        cube = (base.tariff if law.tariff_new is None else law.tariff_new).copy()
        if law.lines is not None:
            _average_lines(cube, law.lines)
        trade = base.trade_share * base.expenditure[:, :, None] / (1.0 + base.tariff)
        weight = trade[self.cells]
        whole = self.total(weight)
        mean: Array = self.total(weight * cube[self.cells]) / whole
        return mean

    def total(self, values: Array) -> Array:
        """Return the sums over the cells of each instrument: slopes of cells to slopes of rates."""
        return np.bincount(self.of, values, minlength=len(self)).astype(np.float64)

    def rates_of_world(self, rates: Array, world: World) -> Array:
        """Return rates in a world's axes [exporter, importer, sector]; NaN where none is set."""
        cube = np.full(world.trade.shape, np.nan)
        cube[self.world_cells] = rates[self.of]
        return cube


def instruments(
    world: World,
    player: Player,
    law: Shock,
    weights: Weights,
    *,
    partners: Iterable[str] | None = None,
    sectors: Iterable[str] | None = None,
    low: float = 0.0,
    high: float = 1.0,
    mfn: bool = False,
    held: Iterable[str] = (),
) -> Instruments:
    """Return what a player sets.

    Args:
        world: the world.
        player: who sets it.
        law: the state of law it is set in.
        weights: trade weights of that state: where nothing is traded there is nothing to set.
        partners: countries or groups; default everybody. The player's own members are never.
        sectors: codes; default every goods sector, and sectors with names of the world's own.
        low, high: bounds, rates (0.25 is 25 per cent).
        mfn: one rate for all these partners, by sector.
        held: countries or groups that keep their present rates.

    Raises:
        InputError: bounds that hold no rate, an unknown label, or nothing left to set.
    """
    _refuse_bounds(low, high)
    others, notes = _partners(world, player, partners, held)
    goods = [world.sector(code) for code in (goods_sectors(world) if sectors is None else sectors)]
    goods = list(dict.fromkeys(goods))
    j, n, i = (
        axis.reshape(-1) for axis in np.meshgrid(goods, player.members, others, indexing="ij")
    )
    traded = weights.share[j, n, i] > 0 if len(j) else np.zeros(0, dtype=np.bool_)
    j, n, i = (axis[traded].astype(np.intp) for axis in (j, n, i))
    if len(j) == 0:
        raise InputError(
            f"{player.name} has nothing to set: it buys none of these goods from these partners "
            "(partners named in 'held', bans and its own members are left out); name others"
        )
    keys = np.stack([j, np.full_like(i, EVERYBODY) if mfn else i])
    each, of = np.unique(keys, axis=1, return_inverse=True)
    of = np.asarray(of, dtype=np.intp).reshape(-1)
    number = np.full(world.trade.shape[::-1], -1, dtype=np.intp)
    number[j, n, i] = of
    lines = law.lines
    return Instruments(
        partner=each[1],
        sector=each[0],
        low=np.full(each.shape[1], float(low)),
        high=np.full(each.shape[1], float(high)),
        of=of,
        cell_sector=j,
        cell_importer=n,
        cell_exporter=i,
        line_of=np.zeros(0, dtype=np.intp)
        if lines is None
        else number[lines.sector, lines.importer, lines.exporter],
        notes=(*player.notes, *notes),
    )


def goods_sectors(world: World) -> tuple[str, ...]:
    """Return the sectors tariffs are levied on: goods, and sectors with names of their own."""
    known = labels.sectors()
    return tuple(s for s in world.sectors if s not in known or known[s].kind == "goods")


def _partners(
    world: World, player: Player, partners: Iterable[str] | None, held: Iterable[str]
) -> tuple[Sequence[int], tuple[str, ...]]:
    """Return the partners whose rates are set, and what must be said of them."""
    everybody = tuple(range(len(world.countries)))
    named, notes = (everybody, ()) if partners is None else members(partners, world)
    kept, also = members(held, world)
    out = {*player.members, *kept}
    return [i for i in named if i not in out], (*notes, *also)


def _refuse_bounds(low: float, high: float) -> None:
    """Raise where no rate lies between bounds.

    Raises:
        InputError: the bounds, and what they may be.
    """
    if not (-1.0 < low <= high < np.inf):
        raise InputError(
            f"no rate lies between low={low:g} and high={high:g}: bounds are rates (0.25 is 25 "
            "per cent), low above -1 and not above high, both finite"
        )


def _average_lines(cube: Array, lines: Lines) -> None:
    """Put the mean rate of its lines in the place of each cell that has some."""
    at = lines.sector, lines.importer, lines.exporter
    mean = np.zeros_like(cube)
    np.add.at(mean, at, lines.weight * lines.tariff_new)
    cube[at] = mean[at]
