"""Long tables (CSV): one number a row, beside the labels of its cell; what any program can write.

The head names the columns ``variable``, ``value`` and the axes of the four primitives::

    variable,exporter,importer,country,input_sector,sector,value
    trade,CAN,CHN,,,A01,8200
    tariff,CAN,CHN,,,A01,0.09
    input_share,,,CAN,C20,A01,0.08
    trade_elasticity,,,,,A01,4.2
    year,,,,,,2022

Columns may stand in any order. What trade, tariff and input_share do not name is zero; every sector
needs its trade_elasticity. Countries and sectors are those of trade, in the order they are named.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import schema
from countervail.errors import FileError, WorldError, did_you_mean
from countervail.sources.source import Source, ending
from countervail.text.characters import one_line
from countervail.world.size import ALWAYS_BYTES
from countervail.world.world import World

PRIMITIVES = ("trade", "tariff", "input_share", "trade_elasticity")
USES = "intermediate_share"
AXES = ("exporter", "importer", "country", "input_sector", "sector")
OF_SECTORS = {"input_sector", "sector"}

Cells = dict[tuple[str, ...], "Entry"]
"""Numbers of a variable by the labels of their cells."""


class Entry(NamedTuple):
    """A number, and the line it stands on."""

    value: float
    line: int


def read_long_table(path: str | Path) -> World:
    """Return the World of a long table; its name is the file's.

    Raises:
        FileError: it cannot be read, or a row is not what its variable needs; with the line.
        WorldError: the table does not close; the message names the file.
    """
    path = Path(path)
    variables: dict[str, Cells] = {name: {} for name in (*PRIMITIVES, USES, "year")}
    for name, labels, entry in _rows(path):
        earlier = variables[name].get(labels)
        if earlier is not None:
            raise FileError(f"{name} of this cell stands on line {earlier.line}", path, entry.line)
        variables[name][labels] = entry
    countries, sectors = _labels_of(variables["trade"])
    if not countries:
        raise FileError("has no trade: rows whose variable is 'trade'", path)
    known = {axis: sectors if axis in OF_SECTORS else countries for axis in AXES}
    trade, tariff, input_share, trade_elasticity = (
        _array(name, variables[name], known, path) for name in PRIMITIVES
    )
    uses = None
    if variables[USES]:
        _refuse_missing_uses(variables["trade"], variables[USES], path)
        uses = _array(USES, variables[USES], known, path)
    year = variables["year"].get((), Entry(0, 0))
    try:
        return World.from_arrays(
            trade=trade,
            tariff=tariff,
            input_share=input_share,
            trade_elasticity=trade_elasticity,
            countries=countries,
            sectors=sectors,
            name=path.stem,
            year=int(year.value),
            provenance={"file": path.name},
            intermediate_share=uses,
        )
    except WorldError as error:
        raise WorldError(f"{one_line(str(path))}: {error}") from None


def _labels_of(trade: Iterable[tuple[str, ...]]) -> tuple[list[str], list[str]]:
    """Return countries and sectors in the order in which trade names them."""
    countries: dict[str, None] = {}
    sectors: dict[str, None] = {}
    for exporter, importer, sector in trade:
        countries |= {exporter: None, importer: None}
        sectors[sector] = None
    return list(countries), list(sectors)


def _refuse_missing_uses(trade: Cells, uses: Cells, path: Path) -> None:
    """Raise where the table says of some purchases what they are for, and of others not.

    Raises:
        FileError: the first of those.
    """
    for labels, entry in trade.items():
        if entry.value > 0 and labels not in uses:
            cell = " ".join(labels)
            raise FileError(
                f"trade of {cell} has no {USES}, and other cells have: give it for all of them",
                path,
                entry.line,
            )


def _array(name: str, cells: Cells, known: dict[str, list[str]], path: Path) -> NDArray[np.float64]:
    """Return a primitive along its axes; zero where the table says nothing.

    Raises:
        FileError: a label that trade does not name, or a sector without elasticity.
    """
    axes = [known[axis] for axis in schema.variables()[name].dims]
    places = [{label: n for n, label in enumerate(axis)} for axis in axes]
    values = np.zeros([len(axis) for axis in axes])
    for labels, entry in cells.items():
        for label, place in zip(labels, places, strict=True):
            if label not in place:
                hint = did_you_mean(label, place, codes=True)
                raise FileError(f"{name} names '{label}', trade does not{hint}", path, entry.line)
        at = tuple(place[label] for label, place in zip(labels, places, strict=True))
        values[at] = entry.value
    if name == "trade_elasticity":
        missing = [label for label in axes[0] if (label,) not in cells]
        if missing:
            raise FileError(f"sector '{missing[0]}' has no trade_elasticity", path)
    return values


def _rows(path: Path) -> Iterator[tuple[str, tuple[str, ...], Entry]]:
    """Yield the variable, the labels of its cell and the number of each row.

    Raises:
        FileError: not a readable table; with the line.
    """
    try:
        if path.stat().st_size > ALWAYS_BYTES:
            raise FileError(f"larger than {ALWAYS_BYTES:,} bytes, the limit for a table", path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            _refuse_head(reader.fieldnames or (), path)
            for row in reader:
                yield _row(row, path, reader.line_num)
    except OSError as error:
        raise FileError(f"cannot be read ({error.strerror or error})", path) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"is no table of comma-separated text in UTF-8 ({error})", path) from error


def _refuse_head(head: Iterable[str], path: Path) -> None:
    """Raise where the head does not name each column once.

    Raises:
        FileError: which is missing, named twice, or not known.
    """
    named, wanted = list(head), ("variable", *AXES, "value")
    for column in named:
        if column not in wanted:
            raise FileError(f"no column '{column}'{did_you_mean(column, wanted)}", path, 1)
        if named.count(column) > 1:
            raise FileError(f"two columns '{column}'", path, 1)
    missing = [column for column in wanted if column not in named]
    if missing:
        raise FileError(f"lacks the column '{missing[0]}'; the head is {','.join(wanted)}", path, 1)


def _row(row: dict[str, str], path: Path, line: int) -> tuple[str, tuple[str, ...], Entry]:
    """Return what a row holds.

    Raises:
        FileError: another variable, an axis too many or too few, or no finite number.
    """
    if None in row or None in row.values():
        raise FileError("has not as many fields as the head", path, line)
    name = row["variable"]
    if name not in (*PRIMITIVES, USES, "year"):
        hint = did_you_mean(name, (*PRIMITIVES, USES, "year"))
        raise FileError(f"no variable '{name}'{hint}", path, line)
    dims = () if name == "year" else schema.variables()[name].dims
    for axis in AXES:
        if bool(row[axis]) != (axis in dims):
            needs = "needs" if axis in dims else "has no"
            raise FileError(f"{name} {needs} {axis}", path, line)
    try:
        value = float(row["value"])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise FileError(f"'{row['value']}' is no number", path, line)
    return name, tuple(row[axis] for axis in dims), Entry(value, line)


SOURCE = Source(
    name="long_table",
    takes="the path of a .csv file",
    knows=ending(".csv"),
    read=read_long_table,
)
