"""The ledger's measures in force on the law date, added to the base tariffs.

The sources of base tariffs are averages of applied and MFN rates: none of the ledger's additional
duties is in them, save the United States', whose duties are those collected. A measure that had
already killed the base year's trade (``suppressed_base``) is left out: it is priced as imposed on
the trade of the year before it.
"""

from __future__ import annotations

import numpy as np

from countervail.ledger import LawView, open_ledger
from countervail.ledger.lines import price
from countervail.world.world import World
from world_build.tariffs import LAW_DATE, Tariffs

FREE = 4  # quality code of cells free under an agreement


def add(world: World, rates: Tariffs) -> Tariffs:
    """Return the tariffs with the ledger's measures of the law date.

    Args:
        world: the world without them, for the weights of cells.
        rates: its tariffs.
    """
    law = open_ledger().at(LAW_DATE)
    killed = [e.measure.id for e in law.entries if e.measure.suppressed_base]
    importers = [c for c in world.countries if c != "USA"]
    law = law.without(killed).for_importers(importers)
    priced = price(world, LawView(LAW_DATE, None, ()), (law,))
    lines, state = priced.lines, priced.states[0]
    cells = lines.exporter, lines.importer, lines.sector
    # a rate that replaces the general one (China's on whisky) does not bear on free partners
    replacing = {
        (e.measure.id, p) for e in law.entries if e.rate.basis == "replacing" for p in e.products
    }
    general = np.array([bool(groups) and groups <= replacing for groups in lines.members])
    spared = general & (rates.quality[cells] == FREE)
    step = np.where(spared, 0.0, lines.weight * (state.tariff_new - lines.tariff))
    more = np.zeros_like(rates.rate)
    np.add.at(more, cells, step)
    touched = np.abs(more) > 1e-9
    rate, quality, source = rates.rate + more, rates.quality.copy(), rates.source.copy()
    quality[touched], source[touched] = 7, 5
    named = {measure for group in lines.members for measure, _ in group}
    return Tariffs(
        np.round(rate, 5),
        quality,
        source,
        (*rates.notes, *(f"ledger: {note}" for note in priced.notes)),
        tuple(sorted(named)),
    )
