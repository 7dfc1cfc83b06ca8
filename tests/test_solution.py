"""What a Solution gives: every variable labelled, in its unit, and consistent with the others."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import countervail as cv
from countervail import schema
from countervail.core import ladder
from countervail.errors import FileError
from countervail.testing import random_world
from countervail.testing.shocks import random_shock

PROMISED = (
    "wage_hat", "price_index_hat", "trade_share_new", "trade_new", "expenditure_new", "income_new",
    "revenue_new", "deficit_new", "welfare", "real_wage", "terms_of_trade", "volume_of_trade",
)  # fmt: skip
"""The variables every later part builds on."""


@pytest.fixture(scope="module")
def solution() -> cv.Solution:
    table = random_world(9, 4, 3, zero_flows=0.2, idle_producers=1, empty_markets=1)
    world = table.world()
    kinds = {"tariffs": 0.5, "icebergs": 0.2, "productivity": 0.1}
    return cv.solve(world, random_shock(9, table, **kinds).scenario(world))


def test_every_promised_variable_is_there(solution: cv.Solution) -> None:
    assert set(PROMISED) <= set(solution.arrays)
    assert set(solution.arrays) <= set(schema.variables())


def test_variables_are_labelled_with_units_and_within_bounds(canada_china: cv.Solution) -> None:
    world = canada_china.world
    size = {
        "country": len(world.countries),
        "exporter": len(world.countries),
        "importer": len(world.countries),
        "sector": len(world.sectors),
    }
    for name, values in canada_china.arrays.items():
        about = schema.variables()[name]
        assert values.shape == tuple(size[d] for d in about.dims), name
        assert np.isfinite(values).all(), name
        if about.lower is not None:
            assert values.min() >= about.lower, name
        if about.upper is not None:
            assert values.max() <= about.upper * (1 + 1e-9), name
        labelled = getattr(canada_china, name)
        assert isinstance(labelled, xr.DataArray)
        assert labelled.dims == about.dims
        assert labelled.attrs == {"units": about.unit, "long_name": about.meaning}
        assert np.array_equal(labelled.values, values)


def test_labels_select(solution: cv.Solution) -> None:
    n, i, j = (solution.world.country("CHN"), solution.world.country("CAN"), 1)
    cell = solution.trade_new.sel(exporter="CAN", importer="CHN", sector="C10T12")
    assert float(cell) == solution.arrays["trade_new"][i, n, j]
    assert float(solution.welfare.sel(country="CHN")) == solution.arrays["welfare"][n]
    assert solution.welfare.attrs["units"] == "per cent"


def test_an_unknown_variable_names_those_there_are(solution: cv.Solution) -> None:
    with pytest.raises(AttributeError, match=r"a Solution has no 'welfair'; it has .*welfare"):
        _ = solution.welfair
    assert not hasattr(solution, "_repr_markdown_")


def test_the_variables_agree_with_each_other(solution: cv.Solution) -> None:
    a, world = solution.arrays, solution.world
    scenario = solution.resolved.after
    assert scenario.tariff_new is not None
    for suffix, tariff in (("", world.tariff), ("_new", scenario.tariff_new)):
        trade = a[f"trade{suffix}"]
        duty_paid = trade * (1 + tariff)
        assert np.allclose(duty_paid.sum(axis=0), a[f"expenditure{suffix}"], rtol=1e-9)
        bought = a[f"expenditure{suffix}"] > 0
        share = np.divide(
            duty_paid, a[f"expenditure{suffix}"], out=np.zeros_like(trade), where=bought[None]
        )
        assert np.allclose(share, a[f"trade_share{suffix}"], atol=1e-11)
        assert np.allclose(trade.sum(axis=1), a[f"gross_output{suffix}"], rtol=1e-9, atol=1e-9)
        assert np.allclose((trade * tariff).sum(axis=(0, 2)), a[f"revenue{suffix}"], rtol=1e-9)
        gap = trade.sum(axis=(0, 2)) - trade.sum(axis=(1, 2))
        assert np.allclose(gap, a[f"deficit{suffix}"], atol=1e-9 * trade.sum())
    value_added = a["wage_hat"] * world.accounts.value_added
    income = value_added + a["revenue_new"] + a["deficit_new"]
    assert np.allclose(income, a["income_new"], rtol=1e-10)
    assert value_added.sum() == pytest.approx(world.accounts.value_added.sum(), rel=1e-12)


def test_outcomes_are_what_they_say(solution: cv.Solution) -> None:
    a, books = solution.arrays, solution.world.accounts
    living = np.exp((books.final_share * np.log(a["price_index_hat"])).sum(axis=1))
    welfare = 100 * (a["income_new"] / a["income"] / living - 1)
    assert np.allclose(a["welfare"], welfare, atol=1e-9)
    assert np.allclose(a["real_wage"], 100 * (a["wage_hat"] / living - 1), atol=1e-9)
    abroad = ~np.eye(4, dtype=bool)[:, :, None]
    for name, axis in (("exports_change", (1, 2)), ("imports_change", (0, 2))):
        old, new = (a[t] * abroad for t in ("trade", "trade_new"))
        assert np.allclose(a[name], 100 * (new.sum(axis) / old.sum(axis) - 1), atol=1e-9), name
    revenue = 100 * (a["revenue_new"] - a["revenue"]) / a["income"]
    assert np.allclose(a["revenue_change"], revenue, atol=1e-9)


def test_first_order_parts_are_written_out(solution: cv.Solution) -> None:
    a, world = solution.arrays, solution.world
    gain = a["cost_hat"] - 1
    sold = (a["trade"] * gain[:, None, :]).sum(axis=(1, 2))
    bought = (a["trade"] * gain[:, None, :]).sum(axis=(0, 2))
    assert np.allclose(a["terms_of_trade"], 100 * (sold - bought) / a["income"], atol=1e-10)
    growth = a["trade_new"] - a["trade"] * a["cost_hat"][:, None, :]
    volume = 100 * (world.tariff * growth).sum(axis=(0, 2)) / a["income"]
    assert np.allclose(a["volume_of_trade"], volume, atol=1e-10)


def test_volume_of_trade_of_lines_is_at_each_lines_own_rate(canada_china: cv.Solution) -> None:
    """Only the Chinese cells that the lines cut differ from the rate of the whole cell."""
    a, world = canada_china.arrays, canada_china.world
    table, flows = canada_china.resolved.lines, canada_china.lines
    assert table is not None
    assert flows is not None
    n = world.country("CHN")
    at = table.importer == n
    cost = a["cost_hat"][table.exporter, table.sector]
    own = (flows.tariff * (flows.trade_new - flows.trade * cost))[at].sum()
    growth = a["trade_new"][:, n] - a["trade"][:, n] * a["cost_hat"]
    whole = np.zeros_like(growth)
    whole[:] = world.tariff[:, n] * growth
    whole[table.exporter[at], table.sector[at]] = 0.0
    expected = 100 * (whole.sum() + own) / a["income"][n]
    assert a["volume_of_trade"][n] == pytest.approx(expected, rel=1e-9)


def test_save_is_an_exact_round_trip(canada_china: cv.Solution, tmp_path: Path) -> None:
    path = canada_china.save(tmp_path / "folder" / "solution.nc")
    with xr.open_dataset(path, engine="h5netcdf") as data:
        data.load()
    for name, values in canada_china.arrays.items():
        assert np.array_equal(data[name].values, values), name
        assert data[name].attrs["units"] == schema.variables()[name].unit
    assert list(data["exporter"].values) == list(canada_china.world.countries)
    assert data.attrs["certified"] == "true"
    assert float(data.attrs["residual"]) == canada_china.certificate.residual
    assert json.loads(data.attrs["manifest"]) == canada_china.manifest.as_dict()
    assert [p.name for p in path.parent.iterdir()] == ["solution.nc"]


def test_a_failed_save_leaves_nothing(
    solution: cv.Solution, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(self: Path, content: bytes) -> int:
        with self.open("wb") as part:
            part.write(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(FileError, match="No space left on device"):
        solution.save(tmp_path / "solution.nc")
    assert list(tmp_path.iterdir()) == []


def test_the_manifest_is_enough_to_make_it_again(canada_china: cv.Solution) -> None:
    reported = canada_china.manifest.as_dict()
    assert reported["countervail"] == cv.__version__
    assert reported["numpy"] == np.__version__
    assert reported["world"] == {"name": "oecd-2022", "hash": canada_china.world.hash}
    assert reported["ledger"] == {"hash": cv.open_ledger().hash}
    question = reported["settings"]["scenario"]
    assert (question["name"], question["from"], question["to"]) == (
        "canada-china",
        "2024-09-30",
        "2026-01-12",
    )
    assert len(question["measures"]) == 5
    assert reported["settings"]["model"]["deficits"] == "world_share"
    assert reported["settings"]["elasticities"] == "fgo2025"
    json.dumps(reported, allow_nan=False)


def test_the_manifest_tells_arrays_made_by_hand_apart() -> None:
    table = random_world(9, 4, 3)
    world = table.world()
    scenarios = [random_shock(seed, table, tariffs=0.5).scenario(world) for seed in (1, 1, 2)]
    hashes = [
        cv.solve(world, s).manifest.as_dict()["settings"]["scenario"]["arrays"] for s in scenarios
    ]
    assert hashes[0] == hashes[1] != hashes[2]
    assert cv.solve(world, scenarios[0]).manifest.as_dict()["ledger"] is None


def test_the_certificate_names_its_worst_place(canada_china: cv.Solution) -> None:
    c = canada_china.certificate
    assert c.residual <= 1e-10
    assert c.residual == max(block.residual for block in c.equations.values())
    assert c.worst.country in canada_china.world.countries
    assert c.rung in ladder.RUNGS
    logs = [np.log(canada_china.arrays[n]) for n in ("wage_hat", "price_index_hat")]
    spent, spent_new = (canada_china.arrays[n] for n in ("expenditure", "expenditure_new"))
    bought = spent > 0
    logs.append(np.log(spent_new[bought] / spent[bought]))
    assert c.effect == pytest.approx(max(np.abs(x).max() for x in logs))


def test_a_solution_is_frozen_and_short_to_print(canada_china: cv.Solution) -> None:
    assert repr(canada_china).startswith("<Solution 'canada-china': certified, residual ")
    with pytest.raises(FrozenInstanceError):
        canada_china.world = None  # type: ignore[misc,assignment]


def test_lines_are_labelled_and_saved(canada_china: cv.Solution, tmp_path: Path) -> None:
    data = canada_china.dataset
    seed = data.where(data["line_name"] == "canola seed", drop=True)
    assert set(seed["line_exporter"].values) == {"CAN"}
    assert set(seed["line_importer"].values) == {"CHN"}
    assert float(seed["line_tariff_new"].max() - seed["line_tariff"].max()) == pytest.approx(0.758)
    assert (canada_china.line_trade_new == data["line_trade_new"]).all()
    cell = data.where(
        (data["line_exporter"] == "CAN")
        & (data["line_importer"] == "CHN")
        & (data["line_sector"] == "A01"),
        drop=True,
    )
    assert float(cell["line_weight"].sum()) == pytest.approx(1.0)
    whole = canada_china.trade_new.sel(exporter="CAN", importer="CHN", sector="A01")
    assert float(cell["line_trade_new"].sum()) == pytest.approx(float(whole))
    with xr.open_dataset(canada_china.save(tmp_path / "s.nc"), engine="h5netcdf") as saved:
        assert list(saved["line_name"].values) == list(data["line_name"].values)
