"""Reading worlds: NetCDF-4 for exchange, NumPy archives inside the package. Data, never code."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from countervail import schema
from countervail.errors import FileError, WorldError
from countervail.provenance import from_json
from countervail.text.characters import one_line
from countervail.world.archive import read_archive
from countervail.world.carving.record import Carving
from countervail.world.check import refuse_if_open
from countervail.world.concordance import Concordance
from countervail.world.dataset import CODES, PRIMITIVES
from countervail.world.probe import refuse_unreadable
from countervail.world.size import LIMIT_BYTES
from countervail.world.world import World

if TYPE_CHECKING:
    import xarray as xr

TEXTS = ("countries", "sectors", "law_date", "meta")
USES = "intermediate_share"
COORDINATES = ("exporter", "importer", "country", "sector", "input_sector", "law_date")


def read_world(path: str | Path, *, allow_extreme: bool = False) -> World:
    """Return the World saved in a NetCDF (``.nc``) or NumPy (``.npz``) file.

    Args:
        path: the file.
        allow_extreme: let in tariffs above 10 (1,000 per cent), as ``World.from_arrays``; a saved
            World says itself that they are meant.

    Raises:
        FileError: missing, too large, of another kind, damaged, or lacking a variable.
        WorldError: the file's table does not close; the message names the file.
    """
    path = Path(path)
    try:
        known = path.is_file()
    except OSError as error:
        raise FileError(f"cannot be read ({error.strerror or error})", path) from error
    if not known:
        raise FileError("is not an ordinary file" if path.exists() else "no such file", path)
    if not os.access(path, os.R_OK):
        raise FileError("cannot be read: no permission", path)
    if path.stat().st_size > LIMIT_BYTES:
        raise FileError(f"larger than {LIMIT_BYTES:,} bytes, the limit for a world", path)
    readers = {".nc": _read_netcdf, ".npz": _read_npz}
    if path.suffix not in readers:
        raise FileError(f"a world is a .nc or .npz file, not '{path.suffix}'", path)
    return readers[path.suffix](path, allow_extreme)


def _read_netcdf(path: Path, allow_extreme: bool) -> World:
    import xarray as xr

    refuse_unreadable(path)
    try:
        with xr.open_dataset(path, engine="h5netcdf") as data:
            wanted = {*PRIMITIVES, *CODES, *COORDINATES, USES}
            held = {n for n in data.variables if str(n).startswith(("held_", "carved_"))}
            data = data[[name for name in data.variables if name in wanted | held]]
            data.load()
    except Exception as error:  # h5py raises many kinds for a damaged file
        raise FileError(
            f"not a readable NetCDF-4 file, perhaps truncated ({type(error).__name__})", path
        ) from error
    missing = [name for name in (*PRIMITIVES, *COORDINATES) if name not in data.variables]
    if missing:
        raise FileError(f"lacks the variable '{missing[0]}'; is it a Countervail world?", path)
    countries, sectors = _labels(data, "exporter"), _labels(data, "sector")
    for axis, words in (("importer", countries), ("country", countries), ("input_sector", sectors)):
        if _labels(data, axis) != words:
            first = "exporter" if words is countries else "sector"
            raise FileError(f"'{axis}' does not list what '{first}' lists, in that order", path)
    table = schema.variables()
    arrays = {}
    for name in (*PRIMITIVES, *(one for one in (*CODES, USES) if one in data)):
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
            "law_date": _dates(data["law_date"].values),
            "concordance": Concordance.from_variables(data),
            "carving": Carving.from_variables(data),
            **_about({"name": path.stem, "provenance": "{}", **data.attrs}),
        },
        allow_extreme,
        data.attrs.get("hash"),
    )


def _labels(data: xr.Dataset, axis: str) -> list[str]:
    return [str(word) for word in np.atleast_1d(data[axis].values)]


def _read_npz(path: Path, allow_extreme: bool) -> World:
    needed = (*PRIMITIVES, *TEXTS)
    data = read_archive(path, (*needed, *CODES, USES))
    missing = [name for name in needed if name not in data]
    if missing:
        raise FileError(f"lacks '{missing[0]}'; is it a Countervail world?", path)

    for name, array in data.items():
        if (array.dtype.kind == "U") != (name in TEXTS):
            raise FileError(f"'{name}' is {'text' if name not in TEXTS else 'no text'}", path)

    def fields() -> dict[str, Any]:
        meta = from_json(str(data["meta"]))
        return {
            **{name: data[name] for name in (*PRIMITIVES, *CODES) if name in data},
            USES: _parts(data.get(USES)),
            "countries": [str(c) for c in data["countries"]],
            "sectors": [str(s) for s in data["sectors"]],
            "law_date": _dates(data["law_date"]),
            **_about(meta),
        }

    return _made(path, fields, allow_extreme)


def _parts(codes: Any) -> Any:
    """Return parts of purchases from codes of one byte: the middle of each 256th; else as given."""
    if codes is None or codes.dtype != np.uint8:
        return codes
    return (codes + 0.5) / 256.0


def _about(meta: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of a world beside its arrays.

    Raises:
        ValueError, TypeError: it is not what it should be.
    """
    provenance = meta.get("provenance", {})
    if isinstance(provenance, str):
        provenance = from_json(provenance)
    if not isinstance(provenance, dict):
        raise TypeError("provenance that is no table")
    year = float(meta.get("year", 0))
    if not abs(year) < 10_000:
        raise ValueError(f"the year {year:g}")
    return {
        "name": str(meta["name"]),
        "year": int(year),
        "elasticity_set": str(meta.get("elasticity_set", "given")),
        "provenance": provenance,
    }


def _made(
    path: Path, fields: Callable[[], dict[str, Any]], allow_extreme: bool, known: Any = None
) -> World:
    """Return the world of a file's fields; whatever is wrong with them names the file.

    Args:
        path: the file.
        fields: of :meth:`World.from_arrays`.
        allow_extreme: let in tariffs above 1,000 per cent.
        known: hash of the world that was saved. Input shares that were trimmed once may be trimmed
            again by a rounding error: then those in the file are the world's own.
    """
    try:
        given = fields()
        world = World.from_arrays(**given, allow_extreme=allow_extreme)
        if known is not None and world.hash != str(known):
            world = _untrimmed(world, given["input_share"], str(known))
    except WorldError as error:
        raise WorldError(f"{one_line(str(path))}: {error}") from None
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise FileError(f"holds something that cannot be read ({error})", path) from error
    return world


def _untrimmed(world: World, input_share: Any, known: str) -> World:
    """Return the world with the shares of its file, where those make the one that was saved."""
    shares = np.ascontiguousarray(input_share, dtype=np.float64)
    shares.setflags(write=False)
    saved = replace(world, input_share=shares)
    if saved.hash != known:
        return world  # the file was changed since
    refuse_if_open(saved)
    return saved


def _dates(words: Any) -> tuple[date | None, ...]:
    return tuple(date.fromisoformat(str(w)) if str(w) else None for w in words)
