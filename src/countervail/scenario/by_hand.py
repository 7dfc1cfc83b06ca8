"""Changes made by hand to whole sectors of pairs: on cells, and on every line inside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.errors import InputError
from countervail.ledger.notes import Note
from countervail.ledger.pricing.lines import PricedLines
from countervail.scenario.question import EVERYBODY, Change, HandChange
from countervail.scenario.states import StateShock
from countervail.units import EXTREME_RATE
from countervail.world import World
from countervail.world.kinds import sectors_of, services_of

Array = NDArray[np.float64]


class HandMade(NamedTuple):
    """What hand-made changes do to a cell, [exporter, importer, sector].

    Attributes:
        level: the new rate, NaN where the law's own stays.
        added: added to the rate.
        iceberg_hat: ratio of iceberg costs.
        export_tax: rate levied by the exporter, 0 where none is.
        notes: what was left out.
    """

    level: Array
    added: Array
    iceberg_hat: Array
    export_tax: Array
    notes: tuple[Note, ...]

    def tariff(self, rate: Array, cell: tuple[NDArray[np.intp], ...] | None = None) -> Array:
        """Return rates after the changes: of every cell, or of lines in the cells given.

        Raises:
            InputError: a rate of -100 % or less is left.
        """
        level = self.level if cell is None else self.level[cell]
        added = self.added if cell is None else self.added[cell]
        new = np.where(np.isnan(level), rate, level) + added
        if (new <= -1.0).any():
            raise InputError("a change made by hand leaves a tariff of -100 % or less")
        return np.asarray(new)


def hand_made(changes: Iterable[HandChange], world: World) -> HandMade:
    """Return what the changes do, in order: a later rate or export tax replaces earlier ones.

    Raises:
        InputError: a label the world lacks, or a subsidy of all that an export costs.
    """
    level, added = np.full_like(world.tariff, np.nan), np.zeros_like(world.tariff)
    iceberg, export_tax = np.ones_like(world.tariff), np.zeros_like(world.tariff)
    notes: list[Note] = []
    for change in changes:
        pairs = _members(change.exporter, world, notes), _members(change.importer, world, notes)
        cells = np.ix_(*pairs, sectors_of(change.sectors, world, none="goods"))
        notes += [*_of_services(change, world), *extreme(change)]
        if change.rate is not None:
            level[cells], added[cells] = change.rate / 100.0, 0.0
        if change.add is not None:
            added[cells] += change.add / 100.0
        if change.iceberg_hat is not None:
            barrier = np.ix_(*pairs, sectors_of(change.sectors, world))
            iceberg[barrier] *= change.iceberg_hat
        if change.export_tax is not None:
            export_tax[cells] = _subsidy_at_most(change.export_tax) / 100.0
    own = np.arange(len(world.countries))
    level[own, own], added[own, own], iceberg[own, own] = np.nan, 0.0, 1.0
    export_tax[own, own] = 0.0
    return HandMade(level, added, iceberg, export_tax, tuple(dict.fromkeys(notes)))


def _of_services(change: HandChange, world: World) -> list[Note]:
    """Say that a duty without sectors leaves services alone, or that one falls on them."""
    if change.add is None and change.rate is None and change.export_tax is None:
        return []
    if change.sectors is None:
        return [Note.of("goods_only")] if services_of(world) else []
    what = f"The duty of {change.importer} on {change.exporter} falls"
    if change.add is None and change.rate is None:
        what = f"The export tax of {change.exporter} to {change.importer} falls"
    return on_services(sectors_of(change.sectors, world), world, what)


def extreme(change: HandChange | Change) -> list[Note]:
    """Point out rates above 1,000 per cent."""
    given = change._asdict()
    who = f"'{change.measure}'" if isinstance(change, Change) else f"{change.importer}"
    found = []
    for key, what in (("rate", "A rate"), ("add", "A duty"), ("export_tax", "An export tax")):
        percent = given.get(key)
        if percent is not None and percent > 100.0 * EXTREME_RATE:
            found.append(Note.of("extreme", what=f"{what} by hand ({who})", percent=percent))
    return found


def services_taxed(change: StateShock, world: World) -> list[Note]:
    """Return what must be said where arrays change duties on services: nothing, or one note."""
    moved = np.zeros(len(world.sectors), dtype=bool)
    if change.tariff_new is not None:
        moved |= (change.tariff_new != world.tariff).any(axis=(0, 1))
    if change.export_tax is not None:
        moved |= (change.export_tax != 0).any(axis=(0, 1))
    return on_services(map(int, np.flatnonzero(moved)), world, "The duties changed fall")


def on_services(sectors: Iterable[int], world: World, what: str) -> list[Note]:
    """Return what must be said of a duty: nothing, or that it is on services.

    Args:
        sectors: positions of those it is on.
        world: whose sectors.
        what: the duty, as the sentence begins.
    """
    services = set(services_of(world)) & set(sectors)
    codes = tuple(world.sectors[j] for j in sorted(services))
    return [Note.of("services_taxed", what=what, sectors=codes)] if codes else []


def cells_of(lines: PricedLines) -> tuple[NDArray[np.intp], ...]:
    """Return the cell of every line, as an index."""
    return lines.exporter, lines.importer, lines.sector


def _subsidy_at_most(rate: float) -> float:
    """Return an export tax, in per cent, once it is known to leave the buyer something to pay.

    Raises:
        InputError: -100 % or less, or no number.
    """
    if not -100.0 < rate < np.inf:
        raise InputError(
            f"a change made by hand lays an export tax of {rate:g} %: it must be above -100 % (a "
            "subsidy of all that a good costs) and finite; iceberg_hat = inf is a ban"
        )
    return rate


def _members(word: str, world: World, notes: list[Note]) -> list[int]:
    """Return the positions a word stands for; members a world lacks are left out, and said.

    Raises:
        InputError: not in this world, with the nearest label that is.
    """
    if word == EVERYBODY:
        return list(range(len(world.countries)))
    if word in world.countries:
        return [world.country(word)]
    codes = labels.expand(word)
    inside, absent = world.holding(codes)
    if not inside:
        return [world.country(codes[0] if len(codes) == 1 else word)]
    if absent:
        notes.append(Note.of("members_absent", group=word, countries=tuple(absent)))
    return inside
