"""Worlds that were saved: NetCDF-4 files, and NumPy archives of the same."""

from __future__ import annotations

from pathlib import Path

from countervail.sources.source import Source, ending
from countervail.world.files import read_world

SOURCE = Source(
    name="netcdf",
    takes="the path of a .nc file",
    knows=ending(".nc", ".npz"),
    read=lambda word: read_world(Path(word)),
)
