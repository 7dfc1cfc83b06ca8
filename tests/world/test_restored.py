"""Worlds with goods restored: sums kept, the cell held, the name telling, nothing twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

import countervail as cv
from countervail.errors import InputError
from countervail.testing.strategies import tables
from countervail.world.restored import RestoredGood, restored


def good(world: cv.World, cell: tuple[int, int, int], value: float, **changes: Any) -> RestoredGood:
    i, n, j = cell
    made = RestoredGood(
        measure="a-2020",
        product="coal",
        exporter=world.countries[i],
        importer=world.countries[n],
        sector=world.sectors[j],
        year=2019,
        value=value,
        left=0.0,
        goods="2701",
    )
    return made._replace(**changes)


@st.composite
def worlds_and_cells(draw: Any) -> tuple[cv.World, tuple[int, int, int], float]:
    world = draw(tables(countries=(3, 6))).world()
    n, _, j = world.trade.shape
    pair = draw(st.permutations(range(n)))[:2]
    cell = (pair[0], pair[1], draw(st.integers(0, j - 1)))
    return world, cell, draw(st.floats(0.01, 0.3))


@settings(max_examples=60, deadline=None)
@given(worlds_and_cells())
def test_every_sum_of_the_base_year_stays(
    case: tuple[cv.World, tuple[int, int, int], float],
) -> None:
    world, cell, part = case
    i, n, j = cell
    matrix = world.trade[:, :, j]
    room = min(matrix[i].sum(), matrix[:, n].sum()) - matrix[i, n]
    assume(room > 0)
    assume((matrix > 0).sum() > 2 * len(matrix))  # else there may be no other cells to give way
    one = good(world, cell, part * room)
    try:
        found = restored(world, [one])
    except InputError:
        reject()  # no other cells lead to these sums: told, not made up
    assert found.trade[cell] == pytest.approx(matrix[i, n] + part * room, rel=1e-12)
    for axis in (0, 1):
        assert found.trade.sum(axis=axis) == pytest.approx(world.trade.sum(axis=axis), rel=1e-9)
    others = np.delete(np.arange(len(world.sectors)), j)
    assert np.array_equal(found.trade[:, :, others], world.trade[:, :, others])
    assert ((found.trade == 0) == (world.trade == 0)).all() or matrix[i, n] == 0
    assert not [f for f in found.check() if f.refuse]
    assert found.accounts.gross_output == pytest.approx(world.accounts.gross_output, rel=1e-9)
    assert found.accounts.deficit == pytest.approx(
        world.accounts.deficit, abs=1e-9 * world.trade.sum()
    )
    assert found.made_from == world.made_from
    assert found.name == f"{world.name}+{one.exporter}-{one.importer}:{one.sector}@2019"
    assert restored(found, [one]) is found
    assert restored(world, [one]).hash == found.hash != world.hash


def test_users_buy_the_same_part_of_what_is_bought(oecd: cv.World) -> None:
    i, n, j = oecd.country("CHN"), oecd.country("USA"), oecd.sector("C26")
    found = restored(oecd, [good(oecd, (i, n, j), 50_000.0, left=None)])
    assert found.tariff[i, n, j] > 0  # so what is paid for the good is not what it was
    paid = found.accounts.expenditure[n, j] / oecd.accounts.expenditure[n, j]
    assert paid != 1.0
    assert found.input_share[n, j] == pytest.approx(oecd.input_share[n, j] * paid, rel=1e-12)


def test_a_whole_sector_becomes_its_level(oecd: cv.World) -> None:
    cell = oecd.country("AUS"), oecd.country("CHN"), oecd.sector("B05")
    assert oecd.trade[cell] == pytest.approx(503.2, abs=0.1)
    found = restored(oecd, [good(oecd, cell, 6338.4, left=None)])
    assert found.trade[cell] == pytest.approx(6338.4)
    assert found.name == "oecd-2022+AUS-CHN:B05@2019"
    again = restored(found, [good(oecd, cell, 5000.0, left=None)])  # what a draw may ask for
    fresh = restored(oecd, [good(oecd, cell, 5000.0, left=None)])
    assert again.name == fresh.name
    assert again.trade == pytest.approx(fresh.trade, rel=1e-6, abs=1e-6)


def test_goods_of_one_cell_add_and_a_good_named_twice_does_not(oecd: cv.World) -> None:
    cell = oecd.country("AUS"), oecd.country("CHN"), oecd.sector("A01")
    barley = good(oecd, cell, 1134.0, goods="1003")
    cotton = good(oecd, cell, 725.0, left=67.0, goods="5201", product="cotton")
    twice = good(oecd, cell, 900.0, goods="1003", measure="b-2021")
    found = restored(oecd, [barley, cotton, twice])
    assert found.trade[cell] == pytest.approx(oecd.trade[cell] + 1134.0 + 658.0)
    one_by_one = restored(restored(oecd, [barley]), [cotton, twice])
    assert one_by_one.name == found.name == "oecd-2022+AUS-CHN:A01@2019"
    assert one_by_one.trade[cell] == pytest.approx(found.trade[cell])


def test_more_than_a_country_sells_is_refused(oecd: cv.World) -> None:
    cell = oecd.country("AUS"), oecd.country("CHN"), oecd.sector("A02")
    with pytest.raises(InputError, match=r"goods of A02 cannot be restored.*that AUS sells"):
        restored(oecd, [good(oecd, cell, 5000.0)])


def test_a_merged_world_is_restored_like_what_it_was_merged_from(oecd: cv.World) -> None:
    merged = oecd.aggregate(
        countries={"CHINAS": ["CHN", "HKG"]}, sectors={"FARM": ["A01", "A02", "A03"]}
    )
    i, n, j = oecd.country("AUS"), oecd.country("CHN"), oecd.sector("A01")
    one = good(oecd, (i, n, j), 1134.0)
    found = restored(merged, [one])
    cell = merged.country("AUS"), merged.country("CHINAS"), merged.sector("FARM")
    assert found.trade[cell] - merged.trade[cell] == pytest.approx(1134.0)
    for axis in (0, 1):
        assert found.trade.sum(axis=axis) == pytest.approx(merged.trade.sum(axis=axis), rel=1e-9)
    assert found.name == f"{merged.name}+AUS-CHN:A01@2019"
    assert found.finest.trade[i, n, j] == pytest.approx(oecd.trade[i, n, j] + 1134.0)
    assert restored(found, [one]) is found
    assert found.hash != merged.hash


def test_what_a_world_lacks_is_not_restored(oecd: cv.World) -> None:
    i, n, j = oecd.country("AUS"), oecd.country("CHN"), oecd.sector("A01")
    one = good(oecd, (i, n, j), 1134.0)
    inside = oecd.aggregate(countries={"BOTH": ["AUS", "CHN"]})
    assert restored(inside, [one]) is inside  # trade at home
    assert restored(oecd, [one._replace(exporter="XYZ")]) is oecd


def test_a_restored_world_is_the_same_from_its_file(oecd: cv.World, tmp_path: Path) -> None:
    cell = oecd.country("AUS"), oecd.country("CHN"), oecd.sector("B05")
    one = good(oecd, cell, 6338.4, left=None)
    found = restored(oecd, [one])
    back = cv.read_world(found.save(tmp_path / "world.nc"))
    assert (back.hash, back.name, back.made_from) == (found.hash, found.name, found.made_from)
    assert restored(back, [one]) is back
