"""Sweeps: a point is solve's answer, none is dropped, and an interrupted sweep goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import countervail as cv
from countervail.draws import runner
from countervail.draws.sweep import Sweep, Swept, door, sweep
from countervail.draws.sweep.door import DRAWS, POINTS
from countervail.draws.sweep.files import read_sweep
from countervail.draws.sweep.reading import grid_of
from countervail.errors import FileError, InputError, NotCertified
from countervail.scenario.touched import goods_touched

AXES = {
    "variant": ["agreed", "canada-alone"],
    "elasticities": ["fgo2025", "shapiro-2016"],
    "deficits": ["world_share", "closed"],
}
QUESTION = Sweep("ev-for-canola", AXES, countries=["CAN", "CHN"])
PART = Sweep("ev-for-canola", {**AXES, "elasticities": ["shapiro-2016"]}, countries=["CAN", "CHN"])
OF_PART = [2, 3, 6, 7]
"""Where the points of the part stand among all."""
CHUNK = 2
"""Draws that are kept together here; two such chunks are enough."""


@pytest.fixture(scope="module")
def swept() -> Swept:
    return sweep(QUESTION, workers=2)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of the tasks that are solved, not read from what was kept."""
    seen: list[int] = []

    def spread(function: Any, common: Any, tasks: Mapping[int, Any], **_: Any) -> Any:
        for number, task in tasks.items():
            seen.append(number)
            yield number, function(common, task)

    monkeypatch.setattr(runner, "spread", spread)
    return seen


def same(one: Swept, part: Swept, within: float = 0.0) -> None:
    """Here more threads of linear algebra than a worker's may add up in another order."""
    for name, values in one.arrays.items():
        found = part.arrays[name]
        np.testing.assert_allclose(values[OF_PART], found, rtol=0, atol=within, err_msg=name)
    np.testing.assert_allclose(one.residual[OF_PART], part.residual, rtol=0, atol=within)
    assert one.failures == part.failures == {}


def test_a_point_is_what_solve_gives(swept: Swept, oecd: cv.World) -> None:
    assert len(swept) == 8
    assert swept.failures == {}
    for k in (0, 3, 5, 6):  # every label of an axis with every label of another
        at = swept.grid.labels(k)
        solution = cv.solve(
            oecd.with_elasticity_set(at["elasticities"]),
            cv.open_scenario("ev-for-canola", at["variant"]),
            cv.CaliendoParro(deficits=at["deficits"]),  # type: ignore[arg-type]
        )
        for code in ("CAN", "CHN"):
            for name in ("welfare", "real_wage"):
                expected = solution.arrays[name][solution.world.country(code)]
                assert swept.value(k, name, code) == pytest.approx(expected, rel=1e-9, abs=1e-12)
        assert swept.residual[k] <= 1e-10


def test_the_numbers_do_not_depend_on_the_workers(swept: Swept, processes: None) -> None:
    same(swept, sweep(PART, workers=1))


def test_labels_and_dims(swept: Swept) -> None:
    welfare = swept.dataset.welfare
    assert welfare.dims == ("variant", "elasticities", "deficits", "country")
    assert welfare.shape == (2, 2, 2, 2)
    for k in range(len(swept)):
        at = swept.grid.labels(k)
        assert welfare.sel({**at, "country": "CHN"}) == swept.value(k, "welfare", "CHN")
        assert swept.dataset.residual.sel(at) == swept.residual[k]
    assert welfare.attrs["units"] == "per cent"
    assert repr(swept).startswith(
        "<Swept 'ev-for-canola': 8 points (2 variant x 2 elasticities x 2 deficits), 0 without"
    )


def test_saved_and_read_again(swept: Swept, tmp_path: Path) -> None:
    with xr.open_dataset(swept.save(tmp_path / "sweep.nc")) as read:
        xr.testing.assert_equal(read, swept.dataset)
        assert json.loads(read.attrs["manifest"]) == swept.manifest
    with pytest.raises(FileError, match=r"saved as \.nc"):
        swept.save(tmp_path / "sweep.csv")


def test_rows_are_tidy(swept: Swept) -> None:
    rows = list(swept.rows())
    assert len(rows) == 8 * 2 * 2
    assert list(rows[0]) == [
        "variant", "elasticities", "deficits", "country", "variable", "value", "unit",
        "certified", "residual", "reason",
    ]  # fmt: skip
    assert rows[1]["value"] == swept.value(0, "real_wage", "CAN")
    assert (rows[1]["unit"], rows[1]["certified"], rows[1]["reason"]) == ("per cent", True, None)


def test_what_is_not_told_is_said(swept: Swept) -> None:
    with pytest.raises(InputError, match="does not report 'welfair'; did you mean 'welfare'"):
        swept.value(0, "welfair", "CAN")
    with pytest.raises(InputError, match=r"does not report 'USA' \(it reports CAN, CHN; ask"):
        swept.value(0, "welfare", "USA")
    with pytest.raises(InputError, match="nothing was drawn"):
        swept.range(0, "welfare", "CAN")


def nothing_sold(world: cv.World) -> cv.Scenario:
    """A question without an answer: nobody sells a good that is bought."""
    ban = np.ones(world.tariff.shape)
    ban[:, world.country("USA"), world.sector("C29")] = np.inf
    return cv.Scenario.from_arrays(world, iceberg_hat=ban, name="no cars", countries=["USA"])


NOT_IN_FORCE = """\
name = "early"
title = "Canada drops what it does not have yet"
from = 2026-01-12
to = 2026-01-12
measures = []
countries = ["CAN"]
[[change]]
measure = "can-chn-ev-surtax-2024"
ends = true
"""


def test_a_point_without_an_answer_is_kept_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "early.toml").write_text(NOT_IN_FORCE, "utf-8")
    dates = ["2024-01-01", "2026-01-12"]
    question = Sweep("early.toml", {"to": dates, "deficits": ["closed"]}, folder=tmp_path)
    found = sweep(question, workers=1)
    assert list(found.failures) == [0]
    assert "which is not in force on 2024-01-01" in found.failures[0]
    assert np.isnan(found.value(0, "welfare", "CAN"))
    assert np.isfinite(found.value(1, "welfare", "CAN"))
    row = next(found.rows())
    assert (row["certified"], row["value"], row["residual"]) == (False, None, None)
    assert row["reason"] == found.failures[0]
    assert json.loads(found.dataset.attrs["failures"]) == {"0": found.failures[0]}


def test_without_any_answer_it_says_so(oecd: cv.World) -> None:
    question = Sweep(nothing_sold(oecd), {"deficits": ["world_share", "own_income"]})
    with pytest.raises(NotCertified, match="none of 2 points has an answer; the first: C29 in USA"):
        sweep(question, workers=1)


def test_an_interrupted_sweep_goes_on_where_it_stopped(
    swept: Swept, tmp_path: Path, asked: list[int]
) -> None:
    def interrupt(done: int, total: int) -> None:
        assert total == 4
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(PART, out=tmp_path, progress=interrupt)
    assert len(list((tmp_path / POINTS).glob("*/*.npz"))) == 2
    asked.clear()
    reported: list[tuple[int, int]] = []
    found = sweep(PART, out=tmp_path, progress=lambda *at: reported.append(at))
    assert asked == [2, 3]
    assert reported == [(k, 4) for k in range(1, 5)]
    same(swept, found, within=1e-8)
    asked.clear()
    sweep(PART, out=tmp_path)
    assert asked == []


def test_another_sweep_starts_afresh(tmp_path: Path, asked: list[int]) -> None:
    one = Sweep("canada-china", {"deficits": ["world_share"]}, countries=["CAN"])
    sweep(one, out=tmp_path)
    sweep(Sweep("canada-china", {"deficits": ["closed"]}, countries=["CAN"]), out=tmp_path)
    assert asked == [0, 0]


def test_what_is_kept_and_cannot_be_read_is_solved_again(tmp_path: Path, asked: list[int]) -> None:
    one = Sweep("canada-china", {"deficits": ["world_share", "closed"]}, countries=["CAN"])
    sweep(one, out=tmp_path)
    (kept,) = (tmp_path / POINTS).glob("*/1.npz")
    kept.write_bytes(b"half")
    sweep(one, out=tmp_path)
    assert asked == [0, 1, 1]


def test_draws_at_every_point(
    oecd: cv.World, tmp_path: Path, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "CHUNK_DRAWS", CHUNK)
    question = Sweep("canada-china", {"deficits": ["closed", "world_share"]}, countries=["CAN"])
    found = sweep(question, draws=CHUNK + 1, seed=3, out=tmp_path)
    assert found.drawn is not None
    assert list(found.drawn.answered) == [CHUNK + 1, CHUNK + 1]
    assert (found.drawn.draws, found.drawn.seed) == (CHUNK + 1, 3)
    assert 0 < found.drawn.residual <= 1e-10
    for k, deficits in enumerate(("closed", "world_share")):
        alone = cv.ensemble(
            oecd,
            cv.open_scenario("canada-china"),
            cv.CaliendoParro(deficits=deficits),  # type: ignore[arg-type]
            draws=CHUNK + 1,
            seed=3,
            workers=1,
        )
        expected = alone.range("welfare", country="CAN")
        assert found.range(k, "welfare", "CAN") == pytest.approx(expected, rel=1e-7)
    row = next(found.rows())
    assert list(row)[4:8] == ["unit", "p05", "p50", "p95"]
    assert row["p05"] < row["p50"] < row["p95"]
    assert found.dataset.welfare_range.dims == ("quantile", "deficits", "country")
    assert found.dataset.welfare_range.sel(quantile=0.95, deficits="closed").item() == row["p95"]
    # more draws keep the first ones
    whole = len(asked)
    assert len(list((tmp_path / DRAWS).glob("*/*.npz"))) == 4
    sweep(question, draws=2 * CHUNK, seed=3, out=tmp_path)
    assert len(asked) == whole + 2
    sweep(question, draws=CHUNK, seed=4, out=tmp_path)
    assert len(asked) == whole + 4


def test_points_without_an_answer_are_not_drawn(tmp_path: Path, asked: list[int]) -> None:
    (tmp_path / "early.toml").write_text(NOT_IN_FORCE, "utf-8")
    question = Sweep("early.toml", {"to": ["2024-01-01", "2026-01-12"]}, folder=tmp_path)
    reported: list[tuple[int, int]] = []
    found = sweep(question, draws=2, progress=lambda *at: reported.append(at))
    assert found.drawn is not None
    assert list(found.drawn.answered) == [0, 2]
    assert np.isnan(found.range(0, "welfare", "CAN").p50)
    assert len(asked) == 3
    assert reported[-1] == (6, 6)


@pytest.mark.parametrize("draws", [-1, 100_001])
def test_too_few_or_too_many_draws(draws: int) -> None:
    with pytest.raises(InputError, match=f"draws={draws}: from 0 "):
        sweep(QUESTION, draws=draws)


def test_a_file_is_swept_with_a_ledger_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "sweep.toml"
    path.write_text('scenario = "canada-china"\n[axes]\ndeficits = ["closed"]\n', "utf-8")
    book = cv.open_ledger()
    found = sweep(path, ledger=book, workers=1)
    assert found.grid.asked[0].ledger is book
    assert found.manifest["sweep"]["ledger"] == book.hash


def test_a_cluster_that_is_named_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a cluster does with tasks is the subject of ensemble/test_cluster.py."""
    seen: list[Any] = []

    def spread(function: Any, common: Any, tasks: Mapping[int, Any], **how: Any) -> Any:
        seen.append(how["cluster"])
        yield from ((number, function(common, task)) for number, task in tasks.items())

    monkeypatch.setattr(runner, "spread", spread)
    one = Sweep("canada-china", {"deficits": ["closed"]}, countries=["CAN"])
    sweep(one, cluster="tcp://10.0.0.1:8786")
    assert seen == ["tcp://10.0.0.1:8786"]


@pytest.mark.slow
def test_on_a_cluster(swept: Swept) -> None:
    dask = pytest.importorskip(
        "distributed", reason="Dask is not installed (pip install '.[cluster]')"
    )
    with dask.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    ) as one:
        found = sweep(PART, cluster=one.scheduler_address)
    for name, values in found.arrays.items():
        np.testing.assert_allclose(values, swept.arrays[name][OF_PART], rtol=1e-9, atol=1e-12)


@pytest.fixture(scope="module")
def beside() -> Swept:
    """Two questions that touch different goods, after a year and in the long run."""
    question = Sweep("ev-for-canola", {"variant": ["agreed", "canada-alone"]}, ("CAN", "CHN"))
    return sweep(question, horizon=1, draws=1, workers=1)


def test_a_horizon_stands_beside_the_long_run(
    beside: Swept, swept: Swept, oecd: cv.World, tmp_path: Path
) -> None:
    assert beside.grid.axes["horizon"] == ("1", "long")
    assert beside.failures == {}
    assert beside.drawn is not None
    assert beside.drawn.answered.tolist() == [1, 1, 1, 1]
    # the long run is what the sweep gives without a horizon
    np.testing.assert_array_equal(
        beside.arrays["welfare"][1], swept.arrays["welfare"][[0]].reshape(-1)
    )
    # the question that touches every good: what solve carves for it is what was carved for all
    there = cv.solve(oecd, beside.grid.point(0).scenario, horizon=1)
    places = [oecd.country("CAN"), oecd.country("CHN")]
    np.testing.assert_allclose(
        beside.arrays["welfare"][0], there.arrays["welfare"][places], rtol=0, atol=1e-9
    )
    lines = [row for row in beside.rows() if row["variable"] == "welfare"]
    assert [row["horizon"] for row in lines] == ["1", "1", "long", "long"] * 2
    assert set(xr.load_dataset(beside.save(tmp_path / "b.nc")).horizon.values) == {"1", "long"}


def test_goods_are_carved_once_for_all_points(beside: Swept, oecd: cv.World) -> None:
    after = [beside.grid.point(k).world for k in (0, 2)]
    assert after[0] is after[1]
    touched = {
        good.code for k in (0, 2) for good in goods_touched(beside.grid.point(k).scenario, oecd)
    }
    alone = {good.code for good in goods_touched(beside.grid.point(2).scenario, oecd)}
    assert {one["good"] for one in after[0].provenance["goods"]} == touched
    assert alone < touched  # by itself it would have been another world
    assert beside.grid.point(1).world is beside.grid.worlds[0]


def test_horizons_of_ones_own(tmp_path: Path, oecd: cv.World) -> None:
    file = tmp_path / "own.toml"
    text = 'scenario = "ev-for-canola"\n[axes]\nhorizon = [2, "long", {}]\n'
    file.write_text(text.format("10"))
    assert grid_of(read_sweep(file)).axes == {"horizon": ("2", "long", "10")}
    with pytest.raises(InputError, match="an axis horizon of its own; keep one of the two"):
        sweep(file, horizon=1)
    file.write_text(text.format("4"))
    with pytest.raises(FileError, match=r"own\.toml:3: .*no horizon '4\.0' \(there are 1, 2, 3"):
        sweep(file)
    file.write_text(text.format("2.0"))
    with pytest.raises(FileError, match=r"own\.toml:3: '2.0' stands twice in horizon; keep"):
        sweep(file)
    with pytest.raises(InputError, match="'1' stands twice in horizon; keep one"):
        sweep(Sweep("ev-for-canola", {"horizon": ["1", 1.0]}))
