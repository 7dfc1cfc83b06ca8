"""What the ledger knows of base tariffs: own duties of goods, and measures in force.

The sources of base tariffs are means. Where a measure names a good whose own duty is known, that
duty stands for it and the mean for the rest of the cell (docs/theory.md, Tariff lines). None of the
ledger's additional duties is in the sources, save the United States', whose duties are those
collected: those in force on the law date are added. A measure that had already killed the base
year's trade (``suppressed_base``) is left out of both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from countervail.ledger import open_ledger
from countervail.ledger.in_force import LawView
from countervail.ledger.notes import Note
from countervail.ledger.pricing.own_duties import known_goods, with_own_duties
from countervail.world.world import World
from world_build.tariffs import LAW_DATE, Tariffs

FREE = 4  # quality code of cells free under an agreement
CLOSE = 1e-9


def add(world: World, rates: Tariffs) -> Tariffs:
    """Return the tariffs with known own duties and the ledger's measures of the law date.

    Args:
        world: the world without them, for the weights of cells.
        rates: its tariffs.
    """
    ledger = open_ledger()
    law = ledger.at(LAW_DATE)
    killed = [e.measure.id for e in law.entries if e.measure.suppressed_base]
    importers = [c for c in world.countries if c != "USA"]
    law = law.without(killed).for_importers(importers)
    goods = known_goods(ledger, LAW_DATE).for_importers(importers)
    # a cell free under an agreement stays free, of rates that replace the general one too
    free = rates.quality == FREE
    replacing = {e.measure.id for e in law.entries if e.rate.basis == "replacing"}
    none, added = LawView(LAW_DATE, None, ()), law.without(replacing)

    def priced(law: LawView, goods: LawView) -> tuple[NDArray[np.float64], tuple[Note, ...]]:
        return with_own_duties(world.countries, world.sectors, world.trade, rates.rate, law, goods)

    own, _ = priced(none, goods)
    at_mfn, notes = priced(law, goods)
    at_preference, _ = priced(added, none)
    rate = np.where(free, at_preference, at_mfn)
    before = np.where(free, rates.rate, own)
    quality, source = rates.quality.copy(), rates.source.copy()
    known = ~free & (np.abs(own - rates.rate) > CLOSE)
    quality[known], source[known] = 8, 6
    touched = np.abs(rate - before) > CLOSE
    quality[touched], source[touched] = 7, 5
    bearing = {e.measure.id for e in law.entries if e.rate.priced and not e.measure.outside_model}
    return Tariffs(
        np.asarray(np.round(rate, 7), dtype=np.float64),
        quality,
        source,
        (*rates.notes, *(f"ledger: {note}" for note in notes)),
        tuple(sorted(bearing)),
    )
