"""``countervail world``: what a world holds, whether it is in order, a country and a pair."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import countervail as cv
from countervail.testing import tiny
from countervail.world.goods import BASES, table_of_goods

from .conftest import Command


def test_info(countervail: Command, oecd: cv.World) -> None:
    ran = countervail("world", "info")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("oecd-2022: 81 economies x 37 sectors, 2022\n")
    assert "tariffs state the law of 2022-12-31 and 2024-12-31" in ran.out
    assert "OECD" in ran.out
    answer = countervail("world", "info", "--json").json
    assert answer["countries"] == list(oecd.countries)
    assert answer["hash"] == oecd.hash
    assert answer["gross_output"] == pytest.approx(oecd.trade.sum())


def test_the_data_card(countervail: Command) -> None:
    ran = countervail("world", "info", "--card")
    assert ran.code == 0
    assert ran.out.startswith("# ")
    assert "CC BY 4.0" in ran.out


def test_check(countervail: Command) -> None:
    ran = countervail("world", "check")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("oecd-2022: 0 findings; income equals spending to ")
    answer = countervail("world", "check", "--json").json
    assert answer["findings"] == []
    assert all(value < 1e-9 for value in answer["residuals"].values())


def test_show_a_country(countervail: Command, oecd: cv.World) -> None:
    ran = countervail("world", "show", "Canada")
    assert ran.code == 0
    assert "Motor vehicles" in ran.out
    answer = countervail("world", "show", "CAN", "--json").json
    assert answer["country"] == "CAN"
    assert [row["sector"] for row in answer["sectors"]] == list(oecd.sectors)
    output = oecd.accounts.gross_output[oecd.country("CAN")]
    assert [row["output"] for row in answer["sectors"]] == pytest.approx(output)


def test_show_a_pair(countervail: Command, oecd: cv.World) -> None:
    answer = countervail("world", "show", "CAN", "--partner", "China", "--json").json
    n, m = oecd.country("CAN"), oecd.country("CHN")
    first = answer["sectors"][0]
    assert first["exports to CHN"] == pytest.approx(oecd.trade[n, m, 0])
    assert first["tariff of CHN"] == pytest.approx(100 * oecd.tariff[n, m, 0])
    assert countervail("world", "show", "CAN", "--partner", "CHN").code == 0


def test_a_world_in_a_file(countervail: Command, folder: Path) -> None:
    tiny().world().save(folder / "mine.nc")
    assert countervail("world", "info", "mine.nc").out.startswith("world: 5 economies x 3 sectors")
    assert countervail("world", "check", "mine.nc").code == 0
    answer = countervail("world", "show", "MEX", "--world", "mine.nc", "--json").json
    assert len(answer["sectors"]) == 3
    # a market nobody buys in has no mean tariff, and no NaN
    assert answer["sectors"][0]["imports"] == 0


def test_a_doubtful_world_is_told_and_used(countervail: Command, folder: Path) -> None:
    tariff = np.array(tiny().tariff)
    tariff[1, 0, 1] = 45.0
    replace(tiny().world(), tariff=tariff, provenance={"allow_extreme": True}).save(
        folder / "mine.nc"
    )
    ran = countervail("world", "check", "mine.nc")
    assert ran.code == 0
    assert ran.out.startswith("tariff-unit: mean duty 2,255 %")
    (finding,) = countervail("world", "check", "mine.nc", "--json").json["findings"]
    assert finding["code"] == "tariff-unit"


def test_a_world_that_does_not_close_is_refused(countervail: Command, folder: Path) -> None:
    path = tiny().world().save(folder / "whole.nc")
    with xr.open_dataset(path, engine="h5netcdf") as data:
        data.load().assign(input_share=data["input_share"] * 2.5).to_netcdf(
            folder / "open.nc", engine="h5netcdf"
        )
    ran = countervail("world", "check", "open.nc")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("countervail: open.nc: world 'world' is refused")
    assert "inputs exceed what is bought: " in ran.err
    assert "worst '" in ran.err


def test_the_goods_of_the_package(countervail: Command) -> None:
    ran = countervail("world", "goods")
    assert (ran.code, ran.err) == (0, "")
    assert "% known" in ran.out
    assert "canola-seed" in ran.out
    answer = countervail("world", "goods", "--json").json
    assert [row["good"] for row in answer["goods"]] == list(table_of_goods())
    assert {row["basis"] for row in answer["goods"]} == {*BASES, "sector"}
    assert all({"pair", "published", "carved"} <= set(row) for row in answer["checks"])
    assert countervail("world", "goods", "--card").out.startswith("# Data card: the table of goods")


def test_goods_beside_the_world(countervail: Command) -> None:
    run = ("run", "canada-china", "--draws", "0", "--json")
    by_name = countervail(*run, "--goods", "canola-seed,pork").json
    assert by_name["world"]["name"] == "oecd-2022+canola-seed+pork"
    touched = countervail(*run, "--goods", "touched").json
    assert {"canola-seed", "pork"} <= {row["sector"] for row in touched["lines"]}
    assert countervail(*run, "--goods", "canola-sead").code == 2
    refused = countervail("study", "exposure", "CAN", "--draws", "0", "--goods", "touched")
    assert "this is no question of law" in refused.err
