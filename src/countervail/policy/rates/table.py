"""The rates of an answer, as rows and as labelled arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.policy.rates.instruments import EVERYBODY, Instruments
from countervail.solution import Solution
from countervail.world import World

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]


class ChosenRate(NamedTuple):
    """One rate of an answer.

    Attributes:
        partner: code; None for a rate that all partners pay.
        sector: code.
        line: the tariff line's goods; None for a rate of whole sectors.
        present: per cent, averaged over the lines and cells it stands in.
        rate: per cent.
        imports, imports_new: USD million at producer prices, under the status quo and then.
    """

    partner: str | None
    sector: str
    line: str | None
    present: float
    rate: float
    imports: float
    imports_new: float


def rate_rows(
    own: Instruments, present: Array, chosen: Array, solution: Solution
) -> list[ChosenRate]:
    """Return every rate of a player, the largest imports under the status quo first."""
    world, trade = solution.world, own.traded(solution)
    rows = [
        ChosenRate(
            None if partner == EVERYBODY else world.countries[partner],
            world.sectors[sector],
            own.line[k],
            100.0 * float(present[k]),
            100.0 * float(chosen[k]),
            float(trade.before[k]),
            float(trade.after[k]),
        )
        for k, (partner, sector) in enumerate(zip(own.partner, own.sector, strict=True))
    ]
    return sorted(rows, key=lambda row: -row.imports)


def rate_array(own: Instruments, chosen: Array, world: World, words: str) -> xr.DataArray:
    """Return rates by partner and sector (0.25 is 25 per cent); NaN where no whole cell is set.

    Args:
        own: what was set.
        chosen: rates, [instrument].
        world: the world it was set in.
        words: what they are.
    """
    import xarray as xr

    cube = np.full((len(world.countries), len(world.sectors)), np.nan)
    cube[own.cell_exporter, own.cell_sector] = chosen[own.of]
    return xr.DataArray(
        cube,
        dims=("partner", "sector"),
        coords={"partner": list(world.countries), "sector": list(world.sectors)},
        attrs={"units": "rate", "long_name": words},
        name="tariff",
    )
