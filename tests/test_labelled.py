"""Labelled arrays go where their labels say, at every door; labels are names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import countervail as cv
from countervail.draws.priors import Priors
from countervail.errors import InputError, WorldError
from countervail.labelled import aligned, names
from countervail.testing import tiny

DIMS = ("exporter", "importer", "sector")
COUNTRIES = ("AAA", "BBB", "CCC")
SECTORS = ("goods", "services")
CUBE = np.arange(18.0).reshape(3, 3, 2)
AXES = (COUNTRIES, COUNTRIES, SECTORS)


def labelled(values: Any = CUBE) -> xr.DataArray:
    coords = dict(zip(DIMS, map(list, AXES), strict=True))
    return xr.DataArray(values, dims=DIMS, coords=coords)


def long(table: xr.DataArray) -> pd.Series:
    return table.rename("value").to_series()


SHAPES: dict[str, Callable[[xr.DataArray], Any]] = {
    "array": lambda x: x,
    "series": long,
    "frame of sectors": lambda x: long(x).unstack("sector"),
    "frame of importers": lambda x: long(x).unstack("importer"),
    "frame of two levels": lambda x: long(x).unstack(["importer", "sector"]),
}


@given(
    order=st.permutations(DIMS),
    rows=st.permutations(COUNTRIES),
    columns=st.permutations(COUNTRIES),
    sectors=st.permutations(SECTORS),
    shape=st.sampled_from(sorted(SHAPES)),
)
@settings(deadline=None, max_examples=60)
def test_no_order_of_axes_or_labels_matters(
    order: list[str], rows: list[str], columns: list[str], sectors: list[str], shape: str
) -> None:
    turned = labelled().sel(exporter=rows, importer=columns, sector=sectors).transpose(*order)
    assert np.array_equal(aligned(SHAPES[shape](turned), DIMS, AXES, "tariff"), CUBE)


def test_axes_without_names_are_told_apart_by_their_labels() -> None:
    table = pd.DataFrame([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], index=SECTORS, columns=COUNTRIES)
    found = aligned(table, ("country", "sector"), (COUNTRIES, SECTORS), "productivity_hat")
    assert found.tolist() == [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]
    nameless = long(labelled())
    nameless.index = nameless.index.set_names([None, None, None])
    with pytest.raises(InputError, match=r"which is which.*exporter, importer, sector"):
        aligned(nameless, DIMS, AXES, "tariff")


def test_a_plain_array_is_taken_by_position() -> None:
    for plain in (CUBE, CUBE.tolist(), xr.DataArray(CUBE)):
        assert np.array_equal(aligned(plain, DIMS, AXES, "tariff"), CUBE)
    turned = xr.DataArray(CUBE, dims=DIMS).transpose("sector", "importer", "exporter")
    assert np.array_equal(aligned(turned, DIMS, AXES, "tariff"), CUBE)  # its axes are named


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (labelled().isel(importer=[0, 1]), "do not match: its importer lacks 'CCC'"),
        (
            labelled().assign_coords(exporter=["AAA", "BBB", "DDD"]),
            "its exporter lacks 'CCC' and has 'DDD', unknown here",
        ),
        (labelled().assign_coords(sector=["goods", "goods"]), "has the sector 'goods' twice"),
        (labelled().rename(exporter="origin"), "which is which"),
        (labelled().isel(sector=0, drop=True), "has the axes exporter, importer; it needs"),
        (labelled().to_dataset(name="tariff"), "is a Dataset: give one variable of it"),
        (long(labelled()).iloc[1:], "tariff has no value for AAA AAA goods"),
        (
            pd.concat([long(labelled()), long(labelled()).iloc[:1]]),
            "tariff has two values for AAA AAA goods",
        ),
        ([["a"]], "tariff is no array of numbers"),
        ([[1.0], [1.0, 2.0]], "tariff is no array of numbers"),
        (CUBE + 1j, "tariff holds complex numbers"),
    ],
)
def test_what_does_not_match_is_refused_with_the_difference(value: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        aligned(value, DIMS, AXES, "tariff")


def test_a_series_without_labels_is_told_how_to_be_plain() -> None:
    with pytest.raises(InputError, match=r"lacks 'goods', 'services' and has '0', '1'.*to_numpy"):
        aligned(pd.Series([4.0, 6.0]), ("sector",), (SECTORS,), "trade_elasticity")


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (float("nan"), "missing"),
        (None, "missing"),
        (pd.NA, "missing"),
        (pd.NaT, "missing"),
        ("nan", "missing"),
        ("", "empty"),
        ("  ", "empty"),
        (" AAA", "blanks around it"),
        ("AAA\n", "blanks around it"),
        (True, "the truth value True"),
        (np.False_, "the truth value False"),
        (1.5, "the number 1.5"),
        (b"AAA", "a bytes"),
    ],
)
def test_a_label_must_be_a_name(bad: object, says: str) -> None:
    with pytest.raises(InputError, match=f"country label 2 is .*{says}.*a label must be a name"):
        names(["CAN", bad], "country")


def test_labels_may_be_any_kind_of_list() -> None:
    assert names(np.array(["AAA", "BBB"]), "country") == ("AAA", "BBB")
    assert names(pd.Index(["AAA", "BBB"]), "country") == ("AAA", "BBB")
    assert names([490, np.int64(842)], "country") == ("490", "842")
    with pytest.raises(InputError, match="give a list"):
        names("AAA", "country")
    with pytest.raises(InputError, match="'AAA' stands twice"):
        names(["AAA", "AAA"], "country")


def turned(world: cv.World) -> dict[str, Any]:
    """Return a world's own arrays with their axes and labels turned round."""
    data = world.dataset.isel({d: slice(None, None, -1) for d in world.dataset.dims})
    dates = dict(zip(world.countries, world.law_date, strict=True))
    return {
        "trade": data["trade"].transpose("importer", "sector", "exporter"),
        "tariff": data["tariff"].rename("x").to_series().unstack("importer"),
        "input_share": data["input_share"].transpose("sector", "input_sector", "country"),
        "trade_elasticity": data["trade_elasticity"].to_series(),
        "law_date": pd.Series(dates).iloc[::-1],
    }


def test_a_world_made_of_turned_arrays_is_the_same_world() -> None:
    table = tiny()
    world = cv.World.from_arrays(
        **table.arrays(),
        countries=table.countries,
        sectors=table.sectors,
        law_date=[date(2020, 1, 1 + n) for n in range(5)],
        tariff_source=np.arange(75).reshape(5, 5, 3),
    )
    codes = xr.DataArray(world.tariff_source, dims=DIMS, coords=world.dataset.tariff.coords)
    again = cv.World.from_arrays(
        **turned(world),
        countries=world.countries,
        sectors=world.sectors,
        tariff_source=codes.transpose(*reversed(DIMS)),
    )
    assert again.hash == world.hash
    assert np.array_equal(again.tariff_source, world.tariff_source)
    strange = world.dataset["trade_elasticity"].assign_coords(sector=["A01", "C10T12", "C29"])
    with pytest.raises(WorldError, match="its sector lacks 'C24A' and has 'C29', unknown here"):
        cv.World.from_arrays(
            **{**table.arrays(), "trade_elasticity": strange},
            countries=world.countries,
            sectors=world.sectors,
        )


def test_every_array_of_a_scenario_is_aligned() -> None:
    world = tiny().world()
    rng = np.random.default_rng(3)
    cells = xr.DataArray(
        rng.uniform(0.1, 0.9, (5, 5, 3)), dims=DIMS, coords=world.dataset.tariff.coords
    )
    cells.values[np.arange(5), np.arange(5)] = 0.0
    people = pd.Series(rng.uniform(0.5, 2.0, 5), index=world.countries)
    skill = pd.DataFrame(
        rng.uniform(0.5, 2.0, (5, 3)), index=world.countries, columns=world.sectors
    )
    straight = cv.Scenario.from_arrays(
        world,
        tariff=cells.values,
        iceberg_hat=1 + cells.values,
        export_tax=cells.values,
        productivity_hat=skill.to_numpy(),
        labour_hat=people.to_numpy(),
        transfer=(people - people.mean()).to_numpy(),
    )
    back = cells.transpose("sector", "importer", "exporter").isel(sector=[2, 0, 1])
    given = cv.Scenario.from_arrays(
        world,
        tariff=back,
        iceberg_hat=(1 + back).rename("x").to_series(),
        export_tax=back.isel(exporter=slice(None, None, -1)),
        productivity_hat=skill.T.iloc[::-1],
        labour_hat=people.sort_values(),
        transfer=(people - people.mean()).iloc[::-1],
    )
    assert given.settings()["arrays"] == straight.settings()["arrays"]


def test_elasticities_of_cases_and_directions_are_aligned() -> None:
    world = tiny().world()
    theta = pd.Series([2.0, 7.0, 4.0], index=["C24A", "A01", "C10T12"])
    there = [7.0, 4.0, 2.0]
    assert world.with_elasticity(theta, "mine").trade_elasticity.tolist() == there
    nothing = cv.Scenario.from_arrays(world, labour_hat=np.full(5, 1.01))
    many = cv.solve_many(world, [cv.Case(nothing, theta), cv.Case(nothing, there)])
    assert np.array_equal(many.cases[0].trade_elasticity, there)
    assert np.array_equal(many.welfare[0], many.welfare[1])
    with pytest.raises(InputError, match="case 1: trade_elasticity do not match: its sector lacks"):
        cv.solve_many(world, [nothing, cv.Case(nothing, theta.iloc[:2])])
    with pytest.raises(WorldError, match="labels of trade_elasticity do not match"):
        world.with_elasticity(theta.rename(index={"A01": "A02"}), "mine")


def test_quantiles_of_priors_are_aligned(oecd: cv.World) -> None:
    priors = Priors.of(oecd, cv.Scenario.from_arrays(oecd))
    u = pd.Series(np.linspace(0.1, 0.9, len(priors.names)), index=priors.names)
    one, other = (priors.at(given)[0] for given in (u.to_numpy(), u.iloc[::-1]))
    assert one.hash == other.hash
    with pytest.raises(InputError, match="the labels of quantiles do not match"):
        priors.at(u.rename(index={priors.names[0]: "other"}))


def test_case_05_the_worlds_own_tariff_with_its_axes_turned(oecd: cv.World) -> None:
    duty = oecd.dataset["tariff"].copy(deep=True)
    duty.loc[{"importer": "USA", "exporter": "CAN", "sector": "C29"}] += 0.25
    reported = duty.transpose("importer", "exporter", "sector")
    right, also = (
        cv.solve(oecd, cv.Scenario.from_arrays(oecd, tariff=one)).welfare.sel(
            country=["CAN", "USA"]
        )
        for one in (duty, reported)
    )
    assert np.allclose(right, [-0.097, -0.002], atol=2e-3)
    assert np.array_equal(right, also)


def test_case_06_what_pandas_makes_of_namibia() -> None:
    table = tiny()
    for bad in (float("nan"), None, "", " CAN", True):
        with pytest.raises(WorldError, match=r"country label 1 is .*a label must be a name"):
            cv.World.from_arrays(
                **table.arrays(), countries=[bad, *table.countries[1:]], sectors=table.sectors
            )
