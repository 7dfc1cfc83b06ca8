"""``countervail run --what-moved``: what each change did to a country's welfare."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from countervail import machine
from countervail.present.contributions import document
from countervail.present.parts import DocumentTable, Heading
from countervail.studies.contributions import Contribution

from .conftest import Command

EVERYTHING = """\
name = "everything"
title = "The United States taxes everything by ten points more"
[[shock]]
importer = "USA"
exporter = "ALL"
add = 10.0
"""


def needs_jax() -> None:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")


def test_the_table(countervail: Command) -> None:
    needs_jax()
    ran = countervail("run", "canada-china", "--what-moved", "Canada", "--all")
    assert (ran.code, ran.err) == (0, "")
    start = ran.out.index("Contributions to the welfare change of Canada (per cent)")
    assert ran.out.index("Who gains and loses") < start < ran.out.index("Sectors that move most")
    lines = ran.out[start:].splitlines()
    assert lines[2].split() == [
        "CAN",
        "CHN",
        "canola",
        "seed",
        "(A01)",
        "tariff",
        "-0.0340",
        "-0.0103",
    ]
    # goods that lie in two sectors are one row
    assert sum("lobster and crab (C10T12 A03)" in line for line in lines) == 1
    (summed,) = (line.split() for line in lines if line.split()[:1] == ["sum"])
    (exact,) = (line.split() for line in lines if line.split()[:1] == ["exact"])
    assert summed[-1] == exact[-1] == "-0.0269"
    assert "first-order: the slope before anything has changed" in " ".join(ran.out.split())


def test_json_has_every_line(countervail: Command) -> None:
    needs_jax()
    answer = countervail("run", "canada-china", "--what-moved", "CHN", "--json").json
    moved = answer["moved"]
    assert (moved["variable"], moved["country"], moved["unit"]) == ("welfare", "CHN", "per cent")
    assert moved["total"] == answer["countries"]["CHN"]["welfare"]
    assert moved["sum"] == pytest.approx(moved["total"], rel=1e-4)
    assert moved["sum"] == pytest.approx(sum(row["effect"] for row in moved["rows"]))
    cells = {(row["exporter"], row["importer"], row["sector"]) for row in moved["rows"]}
    assert {("CAN", "CHN", "C10T12"), ("CAN", "CHN", "A03"), ("CHN", "CAN", "C29")} <= cells
    assert set(moved["rows"][0]) == set(Contribution._fields)


def test_whole_sectors_changed_by_hand(countervail: Command, folder: Path) -> None:
    needs_jax()
    (folder / "everything.toml").write_text(EVERYTHING)
    ran = countervail("run", "everything.toml", "--what-moved", "USA")
    assert (ran.code, ran.err) == (0, "")
    table = ran.out[ran.out.index("Contributions to the welfare change of United States") :]
    assert "C29 Motor vehicles" in table
    assert " more: see --json" in table


def test_without_it_there_is_no_block(countervail: Command) -> None:
    assert "moved" not in countervail("run", "canada-china", "--json").json
    assert "Contributions to the welfare" not in countervail("run", "canada-china", "--all").out


def test_refusals(countervail: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = countervail("run", "canada-china", "--what-moved", "Canadia")
    assert (ran.code, ran.out) == (2, "")
    assert "Canadia" in ran.err
    monkeypatch.setattr(machine, "find_spec", lambda name: None)
    ran = countervail("run", "canada-china", "--what-moved", "CAN")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "countervail: this needs JAX: pip install 'countervail[jax]'\n"


def test_long_lists_are_cut_and_still_add_up() -> None:
    rows = [
        Contribution("tariff", 2.0 * k, float(k), exporter="CHN", importer="USA", sector=f"S{k}")
        for k in range(1, 31)
    ]
    goods = [
        Contribution(
            "line_tariff", 1.0, -50.0, exporter="CHN", importer="CAN", sector=code, goods="cars"
        )
        for code in ("A", "B", "C", "D", "E", "F")
    ]
    labour = Contribution("labour_hat", 0.5, 0.25, country="X1")
    effects = sum(range(1, 31)) - 300.0 + 0.25
    heading, table = document("X1", [*rows, *goods, labour], effects).parts
    assert heading == Heading("Contributions to the welfare change of X1 (per cent)")
    assert isinstance(table, DocumentTable)
    cells = [*zip(*(row for _, row in table.cells()), strict=True)]
    assert cells[2][0] == "cars (A B C D +2)"
    assert (cells[4][0], cells[5][0]) == ("+6.0000", "-300.0000")
    assert cells[2][-3:] == ("20 more: see --json", "sum", "exact")
    assert float(cells[5][-2]) == pytest.approx(effects)
    assert np.isclose(sum(float(cell) for cell in cells[5][:-2]), effects)
