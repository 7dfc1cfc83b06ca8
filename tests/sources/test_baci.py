"""Trade by product for a good of one's own: CEPII's BACI and its like, with duties by code."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

import countervail as cv
from countervail.errors import FileError
from countervail.sources.baci import read_baci
from countervail.sources.goods_file import read_goods
from countervail.testing import random_world
from countervail.world.goods import table_of_goods

HEAD = "good,field,exporter,importer,value\n"
FIXTURE = "data/baci-2018-shrimp-fixture/baci_hs12_2018_shrimp.csv.gz"
BACI = """t,i,j,k,v,q
2022,124,156,120750,3000,1
2022,124,156,120740,1000,1
2022,124,842,120750,500,NA
2022,490,156,120750,200,1
2022,697,156,120750,70,1
2022,124,124,120750,9999,1
2022,124,156,010121,8888,1
"""
MUSTARD = "mustard,sector,,,A01\nmustard,hs,,,1207\nmustard,trade,,,trade.csv\n"


def table(folder: Path, rows: str = MUSTARD, trade: str = BACI) -> Path:
    (folder / "trade.csv").write_text(trade)
    path = folder / "mine.csv"
    path.write_text(HEAD + rows)
    return path


def test_rows_of_baci_are_pairs_of_a_good(tmp_path: Path) -> None:
    """Numbers of countries, codes of a good, thousand USD; what is sold at home is no trade."""
    (good,) = read_goods(table(tmp_path))
    pairs = {(f.exporter, f.importer): f.value for f in good.of("pair")}
    expected = {("CAN", "CHN"): 4.0, ("CAN", "USA"): 0.5, ("TWN", "CHN"): 0.2, ("ROW", "CHN"): 0.07}
    assert pairs == pytest.approx(expected)
    assert (good.year, good.basis) == ("2022", "matrix")
    assert good.source == "trade.csv, 2022, customs values taken as basic prices"


def test_codes_of_earlier_editions_count_to_those_of_today(tmp_path: Path) -> None:
    """0306.27 of HS 2012 became 0306.36 and 0306.95; a code without its zero is one of six."""
    path = tmp_path / "old.csv"
    path.write_text("t,i,j,k,v,q\n2018,356,842,30627,4000,1\n")
    both, one = ((("0306",), ()), ""), ((("030636",), ()), "")
    found = read_baci(path, {"all": both, "some": one})
    assert found["all"].total == pytest.approx(4.0)
    assert found["all"].split == pytest.approx(1.0)
    assert found["some"].total == pytest.approx(2.0)


@pytest.mark.shared
def test_a_slice_of_the_real_file_by_another_road(
    shared: Path, tmp_path: Path, oecd: cv.World
) -> None:
    path, totals = shared / FIXTURE, defaultdict(float)
    here = {code for label in oecd.countries for code in (label, *oecd.held[label])}
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            pair = (row["exporter_iso3c"], row["importer_iso3c"])
            seller, buyer = (code if code in here else "ROW" for code in pair)
            if seller != buyer and row["hs6"].startswith("0306"):
                totals[seller, buyer] += float(row["total_v"]) / 1000
    rows = f"crustaceans,trade,,,{path}\ncrustaceans,hs,,,0306\n"
    (good,) = read_goods(table(tmp_path, rows))
    assert good.name == table_of_goods()["crustaceans"].name
    world = cv.open_world(goods=[good])
    j, (known,) = world.sector("crustaceans"), world.provenance["goods"]
    assert known["basis"] == "matrix"
    assert known["trade abroad"] + known["found no room"] == pytest.approx(sum(totals.values()))
    largest = sorted(totals, key=lambda pair: -totals[pair])[:20]
    for seller, buyer in largest:
        got = world.trade[world.country(seller), world.country(buyer), j]
        assert got <= totals[seller, buyer] * (1 + 1e-9)
    exact = [
        world.trade[world.country(s), world.country(b), j] == pytest.approx(totals[s, b])
        for s, b in totals
    ]
    assert np.mean(exact) > 0.9  # the others found no room in their cells, as is said


def test_a_world_without_a_rest_leaves_the_others_out_and_says_how_much(tmp_path: Path) -> None:
    small = random_world(1, 4, 3).world()
    assert {"CAN", "CHN", "USA"} <= set(small.countries)
    (good,) = read_goods(table(tmp_path))
    world = small.carve([good])
    (known,) = world.provenance["goods"]
    names = set(small.countries)
    left = sum(f.value for f in good.of("pair") if not {f.exporter, f.importer} <= names)
    assert known["left out, among countries not in this world"] == pytest.approx(left)
    i, n = small.country("CAN"), small.country("CHN")
    assert world.trade[i, n, world.sector("mustard")] == pytest.approx(4.0)


def test_a_duty_known_of_a_part_of_its_codes_leaves_the_rest_at_the_sectors(
    tmp_path: Path,
) -> None:
    """3000 of 4000 at 5 %, a quarter at the sector's rate; duties of the sector stay."""
    small = random_world(1, 4, 3).world()
    i, n = small.country("CAN"), small.country("CHN")
    tariff = np.array(small.tariff)
    tariff[i, n, 0] = 0.12
    table_ = random_world(1, 4, 3).replace(tariff=tariff)
    duties = (
        "mustard,duty 1207,,CHN,0.30\n"  # the chapter's, on all: a narrower code is before it
        "mustard,duty 120750,,CHN,0.20\n"
        "mustard,duty 120750,CAN,CHN,0.05\n"
    )
    for rows, part, own in (
        (duties[duties.index("\n") + 1 :], 0.75, 0.05),
        (duties, 1.0, 0.75 * 0.05 + 0.25 * 0.30),
    ):
        (good,) = read_goods(table(tmp_path, MUSTARD + rows))
        flows = {(f.kind, f.exporter): f.value for f in good.of("own_duty", "duty_known")}
        assert flows["own_duty", "CAN"] == pytest.approx(own)
        assert flows.get(("duty_known", "CAN"), 1.0) == pytest.approx(part)
        assert flows["own_duty", "TWN"] == pytest.approx(0.20)  # its trade is of the one code
        before = table_.world()
        world = before.carve([good])
        g, rest = world.sector("mustard"), world.sector(f"{before.sectors[0]}-rest")
        assert world.tariff[i, n, g] == pytest.approx(part * own + (1 - part) * 0.12)
        paid = (world.trade * world.tariff)[i, n, [g, rest]].sum()
        assert paid == pytest.approx(before.trade[i, n, 0] * 0.12)
    assert "duty known in part" not in world.provenance["goods"][0]


@pytest.mark.parametrize(
    ("rows", "trade", "said"),
    [
        (MUSTARD, "t,i,j,k\n", "trade.csv:1: lacks a column for the value of trade"),
        (MUSTARD, "t,i,j,k,v\n2022,124,156,120750,x\n", "trade.csv:2: 'x' is no amount of trade"),
        (MUSTARD, "t,i,j,k,v\n2022,124,156,120750,-1\n", "trade.csv:2: '-1' is no amount"),
        (MUSTARD, "t,i,j,k,v\n2022,124\n", "trade.csv:2: has not as many fields as the head"),
        (MUSTARD, "t,i,j,k,v\n2022,124,156,010121,1\n", "holds no trade of good 'mustard'"),
        (
            MUSTARD,
            "t,i,j,k,v\n2021,124,156,120750,1\n2022,124,156,120750,1\n",
            "holds 2021, 2022: add a row mustard,year,,,2022",
        ),
        (MUSTARD + "mustard,year,,,1999\n", BACI, "holds no trade of good 'mustard'.* in 1999"),
        (MUSTARD.replace("trade.csv", "none.csv"), BACI, "none.csv: cannot be read"),
        (MUSTARD.replace("mustard,hs,,,1207\n", ""), BACI, "trade by code and no codes"),
        (MUSTARD + "mustard,pair,CAN,CHN,5\n", BACI, "trade by code and pairs: give one"),
        (MUSTARD + "mustard,duty 12x,,CHN,0.1\n", BACI, "mine.csv:5: 'duty 12x' is the duty of no"),
        (MUSTARD + "mustard,duty 1207,CAN,,0.1\n", BACI, "mine.csv:5: duty 1207 needs importer"),
        (MUSTARD + "mustard,duty_known,CAN,CHN,2\n", BACI, "duty_known of 2 is no part of trade"),
        (
            "mustard,sector,,,A01\nmustard,duty 1207,,CHN,0.1\nmustard,pair,CAN,CHN,5\n",
            BACI,
            "duties by code and no trade by code",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(
    tmp_path: Path, rows: str, trade: str, said: str
) -> None:
    with pytest.raises(FileError, match=said):
        read_goods(table(tmp_path, rows, trade))
