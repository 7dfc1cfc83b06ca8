"""Worlds on disk: NetCDF-4 for exchange, NumPy archives inside the package. Data, never code."""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from countervail import schema
from countervail.errors import FileError, WorldError
from countervail.provenance import netcdf, undisturbed, whole_file
from countervail.world.concordance import Concordance
from countervail.world.world import World

if TYPE_CHECKING:
    import xarray as xr

PRIMITIVES = ("trade", "tariff", "input_share", "trade_elasticity")
CODES = ("tariff_quality", "tariff_source")
SIZE_LIMIT = 2_000_000_000  # bytes; a 200 x 150 world is 150 MB


def read_world(path: Path, allow_extreme: bool = False) -> World:
    """Return the world in a ``.nc`` or ``.npz`` file.

    Args:
        path: the file.
        allow_extreme: let in tariffs above 1,000 per cent.

    Raises:
        FileError: missing, too large, of another kind, truncated, or lacking a variable.
        WorldError: the file's table does not close; the message names the file.
    """
    try:
        known = path.is_file()
    except OSError as error:
        raise FileError(f"cannot be read ({error.strerror or error})", path) from error
    if not known:
        raise FileError("is not an ordinary file" if path.exists() else "no such file", path)
    if not os.access(path, os.R_OK):
        raise FileError("cannot be read: no permission", path)
    if path.stat().st_size > SIZE_LIMIT:
        raise FileError(f"larger than {SIZE_LIMIT:,} bytes, the limit for a world", path)
    readers = {".nc": _read_netcdf, ".npz": _read_npz}
    if path.suffix not in readers:
        raise FileError(f"a world is a .nc or .npz file, not '{path.suffix}'", path)
    return readers[path.suffix](path, allow_extreme)


def write_world(world: World, path: Path) -> Path:
    """Write a world as NetCDF-4; the file appears only when it is whole.

    Raises:
        FileError: the file cannot be written there.
    """
    if path.suffix != ".nc":
        raise FileError("a world is saved as .nc (NetCDF-4)", path)
    with undisturbed():
        content = netcdf(_primitives(world))
    with whole_file(path) as part:
        part.write_bytes(content)
    return path


def to_dataset(world: World) -> xr.Dataset:
    """Return primitives and accounts, each variable with its unit and meaning."""
    books = world.accounts._asdict()
    table = schema.variables()
    derived = {
        name: (table[name].dims, books[name], _attributes(name)) for name in books if name in table
    }
    return _primitives(world).assign(derived)


def _primitives(world: World) -> xr.Dataset:
    import xarray as xr

    table = schema.variables()
    data: dict[str, Any] = {
        name: (table[name].dims, getattr(world, name), _attributes(name)) for name in PRIMITIVES
    }
    for name in CODES:
        codes = getattr(world, name)
        if codes is not None:
            data[name] = (table["tariff"].dims, codes)
    if world.concordance is not None:
        data |= world.concordance.variables()
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
    }
    return xr.Dataset(data, coords=coords, attrs=attrs)


def _attributes(name: str) -> dict[str, str]:
    variable = schema.variables()[name]
    return {"units": variable.unit, "long_name": variable.meaning}


def _read_netcdf(path: Path, allow_extreme: bool) -> World:
    import xarray as xr

    try:
        with xr.open_dataset(path, engine="h5netcdf") as data:
            data.load()
    except Exception as error:  # h5py raises many kinds for a truncated file
        raise FileError(
            f"not a readable NetCDF-4 file, perhaps truncated ({type(error).__name__})", path
        ) from error
    coordinates = ("exporter", "importer", "country", "sector", "input_sector", "law_date")
    missing = [name for name in (*PRIMITIVES, *coordinates) if name not in data.variables]
    if missing:
        raise FileError(f"lacks the variable '{missing[0]}'; is it a Countervail world?", path)
    countries, sectors = _labels(data, "exporter"), _labels(data, "sector")
    for axis, words in (("importer", countries), ("country", countries), ("input_sector", sectors)):
        if _labels(data, axis) != words:
            first = "exporter" if words is countries else "sector"
            raise FileError(f"'{axis}' does not list what '{first}' lists, in that order", path)
    table = schema.variables()
    arrays = {}
    for name in (*PRIMITIVES, *(code for code in CODES if code in data)):
        dims = table[name if name in table else "tariff"].dims
        if set(data[name].dims) != set(dims):
            raise FileError(f"'{name}' has other dimensions than {', '.join(dims)}", path)
        arrays[name] = data[name].transpose(*dims).values  # another program may order them its way
    return _made(
        path,
        lambda: {
            **arrays,
            "countries": countries,
            "sectors": sectors,
            "name": str(data.attrs.get("name", path.stem)),
            "year": int(data.attrs.get("year", 0)),
            "law_date": _dates(data["law_date"].values),
            "elasticity_set": str(data.attrs.get("elasticity_set", "given")),
            "provenance": json.loads(data.attrs.get("provenance", "{}")),
            "concordance": Concordance.from_variables(data),
        },
        allow_extreme,
    )


def _labels(data: xr.Dataset, axis: str) -> list[str]:
    return [str(word) for word in data[axis].values]


def _read_npz(path: Path, allow_extreme: bool) -> World:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            data: dict[str, Any] = {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise FileError(
            f"not a readable NumPy archive, perhaps truncated ({error})", path
        ) from error
    needed = (*PRIMITIVES, "countries", "sectors", "law_date", "meta")
    missing = [name for name in needed if name not in data]
    if missing:
        raise FileError(f"lacks '{missing[0]}'; is it a Countervail world?", path)

    def fields() -> dict[str, Any]:
        meta = json.loads(str(data["meta"]))
        return {
            **{name: data[name] for name in (*PRIMITIVES, *CODES) if name in data},
            "countries": [str(c) for c in data["countries"]],
            "sectors": [str(s) for s in data["sectors"]],
            "name": meta["name"],
            "year": meta["year"],
            "law_date": _dates(data["law_date"]),
            "elasticity_set": meta["elasticity_set"],
            "provenance": meta["provenance"],
        }

    return _made(path, fields, allow_extreme)


def _made(path: Path, fields: Callable[[], dict[str, Any]], allow_extreme: bool) -> World:
    """Return the world of a file's fields; whatever is wrong with them names the file."""
    try:
        return World.from_arrays(**fields(), allow_extreme=allow_extreme)
    except WorldError as error:
        raise WorldError(f"{path}: {error}") from None
    except (ValueError, TypeError, KeyError) as error:
        raise FileError(f"holds something that cannot be read ({error})", path) from error


def _dates(words: Any) -> tuple[date | None, ...]:
    return tuple(date.fromisoformat(str(w)) if str(w) else None for w in words)
