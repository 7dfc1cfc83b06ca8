"""Long tables: what is written cell by cell is the world; what does not fit is refused by line."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

import countervail as cv
from countervail import schema
from countervail.sources.long_table import AXES, PRIMITIVES
from countervail.testing import random_world, tiny
from countervail.testing.worlds import Table

HEAD = "variable,exporter,importer,country,input_sector,sector,value"
ROWS = """\
trade,AAA,AAA,,,goods,90
trade,AAA,BBB,,,goods,10
trade,BBB,AAA,,,goods,12
trade,BBB,BBB,,,goods,70
tariff,AAA,BBB,,,goods,0.05
input_share,,,AAA,goods,goods,0.3
input_share,,,BBB,goods,goods,0.2
trade_elasticity,,,,,goods,4
year,,,,,,2022
""".splitlines()


def written(path: Path, rows: list[str], head: str = HEAD) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def long_rows(world: cv.World) -> list[str]:
    """The primitives of a world, a row a cell; zeros left out but for trade, which names labels."""
    rows = []
    for name in PRIMITIVES:
        dims, values = schema.variables()[name].dims, getattr(world, name)
        for place in np.ndindex(values.shape):
            if values[place] == 0.0 and name != "trade":
                continue
            labels = {
                axis: (world.sectors if "sector" in axis else world.countries)[n]
                for axis, n in zip(dims, place, strict=True)
            }
            cell = ",".join(labels.get(axis, "") for axis in AXES)
            rows.append(f"{name},{cell},{float(values[place])!r}")
    return rows


def as_world(table: Table) -> cv.World:
    countries, _, sectors = table.trade.shape
    return cv.World.from_arrays(
        trade=table.trade,
        tariff=table.tariff,
        input_share=table.input_share,
        trade_elasticity=table.trade_elasticity,
        countries=[f"C{n}" for n in range(countries)],
        sectors=[f"s{n}" for n in range(sectors)],
    )


@pytest.mark.parametrize("table", [tiny(), random_world(3, 6, 4)], ids=["by hand", "random"])
def test_what_is_written_cell_by_cell_is_the_world(table: Table, tmp_path: Path) -> None:
    world = as_world(table)
    read = cv.open_world(written(tmp_path / "mine.csv", long_rows(world)))
    assert (read.countries, read.sectors, read.name) == (world.countries, world.sectors, "mine")
    for name in PRIMITIVES:
        np.testing.assert_array_equal(getattr(read, name), getattr(world, name))


def test_the_order_of_rows_and_columns_is_free(tmp_path: Path) -> None:
    columns = HEAD.split(",")
    order = random.Random(1).sample(range(len(columns)), len(columns))
    rows = [",".join(row.split(",")[n] for n in order) for row in reversed(ROWS)]
    turned = cv.open_world(written(tmp_path / "a.csv", rows, ",".join(columns[n] for n in order)))
    straight = cv.open_world(written(tmp_path / "b.csv", ROWS))
    assert (turned.countries, straight.countries) == (("BBB", "AAA"), ("AAA", "BBB"))
    assert turned.trade[turned.country("AAA"), turned.country("BBB"), 0] == 10.0
    assert turned.year == straight.year == 2022


def test_what_it_does_not_name_is_zero(tmp_path: Path) -> None:
    world = cv.open_world(written(tmp_path / "a.csv", ROWS[:2] + ROWS[2:5] + ROWS[7:]))
    assert world.tariff.sum() == 0.05
    assert not world.input_share.any()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("trade,AAA,BBB,,,goods,11", "11: trade of this cell stands on line 3"),
        ("trade,AAA,BBB,,,,11", "11: trade needs sector"),
        ("trade,AAA,BBB,CCC,,goods,11", "11: trade has no country"),
        ("tarif,BBB,AAA,,,goods,0.1", "11: no variable 'tarif'; did you mean 'tariff'?"),
        ("tariff,BBB,AAA,,,goods,ten", "11: 'ten' is no number"),
        ("tariff,BBB,AAA,,,goods,inf", "11: 'inf' is no number"),
        ("tariff,BBB,AAA,,,goods", "11: has not as many fields as the head"),
        ("tariff,BBB,AAA,,,goods,0.1,x", "11: has not as many fields as the head"),
        ("tariff,BBB,AAX,,,goods,0.1", "11: tariff names 'AAX', trade does not"),
        ("trade,AAA,BBB,,,services,5", "sector 'services' has no trade_elasticity"),
        ("tariff,BBB,AAA,,,goods,25", "25"),
        ("input_share,,,AAA,goods,goods,1.3", "stands on line 7"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(row: str, said: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [*ROWS, row])
    with pytest.raises(cv.InputError) as refusal:
        cv.open_world(path)
    assert str(refusal.value).startswith(str(path))
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (HEAD.replace("sector,value", "sectors,value"), "1: no column 'sectors'; did you mean"),
        (HEAD.removesuffix(",value"), "1: lacks the column 'value'"),
        (HEAD + ",value", "1: two columns 'value'"),
    ],
)
def test_a_head_that_does_not_fit_is_refused(head: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(cv.InputError, match=said):
        cv.open_world(written(tmp_path / "a.csv", ROWS, head))


def test_a_table_that_does_not_close_names_the_file(tmp_path: Path) -> None:
    rows = [row.replace("AAA,goods,goods,0.3", "AAA,goods,goods,1.3") for row in ROWS]
    path = written(tmp_path / "a.csv", rows)
    with pytest.raises(cv.InputError, match="AAA") as refusal:
        cv.open_world(path)
    assert str(refusal.value).startswith(str(path))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"variable,value\n"])
def test_what_is_no_long_table_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(cv.InputError, match=r"a\.csv"):
        cv.open_world(path)


def test_no_such_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(cv.InputError, match="No such file"):
        cv.open_world(tmp_path / "none.csv")
