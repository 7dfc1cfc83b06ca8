"""A world as a labelled dataset: in memory with its accounts, and as it is written to a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from countervail import schema
from countervail.world.table import WorldTable

if TYPE_CHECKING:
    import xarray as xr

PRIMITIVES = ("trade", "tariff", "input_share", "trade_elasticity")
CODES = ("tariff_quality", "tariff_source")


def to_dataset(world: WorldTable) -> xr.Dataset:
    """Return primitives and accounts, each variable with its unit and meaning."""
    books = world.accounts._asdict()
    table = schema.variables()
    derived = {
        name: (table[name].dims, books[name], _attributes(name)) for name in books if name in table
    }
    return primitives(world).assign(derived)


def primitives(world: WorldTable) -> xr.Dataset:
    """Return what a file of a world holds: primitives, codes, what labels hold, what was carved."""
    import xarray as xr

    table = schema.variables()
    data: dict[str, Any] = {
        name: (table[name].dims, getattr(world, name), _attributes(name)) for name in PRIMITIVES
    }
    for name in CODES:
        codes = getattr(world, name)
        if codes is not None:
            data[name] = (table["tariff"].dims, codes)
    if world.intermediate_share is not None:
        name = "intermediate_share"
        data[name] = (table[name].dims, world.intermediate_share, _attributes(name))
    if world.concordance is not None:
        data |= world.concordance.variables()
    if world.carving is not None:
        data |= world.carving.variables()
    coords = {
        "exporter": list(world.countries),
        "importer": list(world.countries),
        "country": list(world.countries),
        "sector": list(world.sectors),
        "input_sector": list(world.sectors),
        "law_date": ("importer", [d.isoformat() if d else "" for d in world.law_date]),
    }
    attrs = {
        "title": f"Countervail world {world.name}",
        "name": world.name,
        "year": world.year,
        "elasticity_set": world.elasticity_set,
        "provenance": json.dumps(world.provenance),
        "hash": world.hash,
    }
    return xr.Dataset(data, coords=coords, attrs=attrs)


def _attributes(name: str) -> dict[str, str]:
    variable = schema.variables()[name]
    return {"units": variable.unit, "long_name": variable.meaning}
