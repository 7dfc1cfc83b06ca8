"""Making a World: what is taken, what is refused and in which words."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date
from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail.errors import WorldError
from countervail.testing import tiny


def made(**changes: Any) -> cv.World:
    table = tiny()
    fields: dict[str, Any] = {
        **{name: values.copy() for name, values in table.arrays().items()},
        "countries": table.countries,
        "sectors": table.sectors,
    }
    return cv.World.from_arrays(**{**fields, **changes})


def test_labels_and_arrays_are_kept() -> None:
    world = made(name="tiny", year=2020, law_date=date(2020, 12, 31), elasticity_set="ours")
    assert world.countries == ("CAN", "CHN", "USA", "MEX", "DEU")
    assert world.sectors == ("A01", "C10T12", "C24A")
    assert world.law_date == (date(2020, 12, 31),) * 5
    assert np.array_equal(world.trade, tiny().trade)
    assert np.array_equal(world.input_share, tiny().input_share)
    assert repr(world) == "<World 'tiny': 5 countries x 3 sectors, 2020, elasticities 'ours'>"


def test_law_dates_by_importer() -> None:
    days = [date(2020, 1, 1 + n) for n in range(5)]
    assert made(law_date=days).law_date == tuple(days)
    assert made().law_date == (None,) * 5
    with pytest.raises(WorldError, match="law_date has 4 dates for 5 importers"):
        made(law_date=days[:4])


def test_a_world_is_frozen_and_its_arrays_are_its_own() -> None:
    trade = tiny().trade.copy()
    world = made(trade=trade)
    trade[0, 0, 0] = 1e9
    assert world.trade[0, 0, 0] == 40.0
    with pytest.raises(ValueError, match="read-only"):
        world.trade[0, 0, 0] = 1.0
    with pytest.raises(FrozenInstanceError):
        world.year = 1900  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"trade": np.ones((5, 5, 2))},
            r"trade has shape \(5, 5, 2\); this world needs \(5, 5, 3\): exporter",
        ),
        ({"input_share": np.ones((5, 3))}, r"input_share has shape \(5, 3\)"),
        ({"trade_elasticity": [4.0, 5.0]}, r"trade_elasticity has shape \(2,\)"),
        ({"tariff": np.full((5, 5, 3), np.nan)}, "tariff is not finite at CAN CAN A01"),
        ({"trade_elasticity": [4.0, np.inf, 5.0]}, "trade_elasticity is not finite at C10T12"),
        (
            {"countries": ["CAN", "CHN", "CAN", "MEX", "DEU"]},
            "country label 'CAN' stands twice; labels must be unique",
        ),
        ({"sectors": ["A01", "C10T12", "A01"]}, "sector label 'A01' stands twice"),
        (
            {"tariff_quality": np.zeros((5, 5), dtype=np.int8)},
            r"tariff_quality has shape \(5, 5\); this world needs \(5, 5, 3\)",
        ),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(WorldError, match=message):
        made(**changes)


def test_positions_and_the_nearest_label() -> None:
    world = made(name="tiny")
    assert (world.country("USA"), world.sector("C24A")) == (2, 2)
    with pytest.raises(
        cv.InputError, match="no country 'MEXX' in world 'tiny'; did you mean 'MEX'"
    ):
        world.country("MEXX")
    with pytest.raises(cv.InputError, match="no sector 'C24' in world 'tiny'; did you mean 'C24A'"):
        world.sector("C24")


def test_the_hash_speaks_of_content_only() -> None:
    world = made()
    assert world.hash == made(name="another", provenance={"note": "x"}).hash
    trade = tiny().trade.copy()
    trade[0, 0, 0] += 1e-12 * 40
    assert world.hash != made(trade=trade).hash
    assert world.hash != made(law_date=date(2020, 1, 1)).hash
    assert world.hash != made(countries=("CAN", "CHN", "USA", "MEX", "FRA")).hash


def test_other_elasticities() -> None:
    world = made().with_elasticity([2.0, 3.0, 4.0], "mine")
    assert world.trade_elasticity.tolist() == [2.0, 3.0, 4.0]
    assert world.elasticity_set == "mine"
    with pytest.raises(WorldError, match=r"trade_elasticity has shape \(2,\)"):
        made().with_elasticity([2.0, 3.0], "mine")
    for bad in ([2.0, 3.0, 0.0], [2.0, 3.0, -1.0], [2.0, 3.0, np.nan]):
        with pytest.raises(WorldError, match="trade_elasticity needs 3 positive values"):
            made().with_elasticity(bad, "mine")


def test_the_dataset_is_labelled_with_units() -> None:
    data = made(law_date=date(2020, 12, 31)).dataset
    assert data["trade"].dims == ("exporter", "importer", "sector")
    assert data["input_share"].dims == ("country", "input_sector", "sector")
    assert data["trade"].attrs["units"] == "USD million"
    assert float(data["trade"].sel(exporter="CHN", importer="CAN", sector="C10T12")) == 15.0
    assert float(data["revenue"].sel(country="CAN")) == 3.75
    assert data["law_date"].sel(importer="USA") == "2020-12-31"
    for name in data.data_vars:
        assert data[name].attrs["units"], name
        assert data[name].attrs["long_name"], name


def too_many_inputs() -> Any:
    shares = tiny().input_share.copy()
    shares[4, 1, 0] = 0.65  # Germany's farms would use more manufactures than it buys
    shares[4, 2, 0] = 0.30
    return shares


def test_a_table_that_does_not_close_is_refused_with_its_worst_cells() -> None:
    with pytest.raises(WorldError) as refusal:
        made(input_share=too_many_inputs(), name="open")
    text = str(refusal.value)
    assert text.startswith(
        "world 'open' is refused (mend the table, or ask World.from_arrays for rebalance=True"
    )
    assert "inputs exceed what is bought: 1 cell, worst 'DEU C10T12'" in text
    assert "inputs exceed output: 1 cell, worst 'DEU A01'" in text


def test_rebalance_closes_it_and_says_what_it_freed() -> None:
    world = made(input_share=too_many_inputs(), rebalance=True)
    assert not [f for f in world.check() if f.refuse]
    assert world.accounts.final_spending.min() >= -1e-9
    assert world.accounts.value_added_share[4, 0] >= 0.02
    said = world.provenance["rebalance"]
    inputs = np.einsum("kj,j->k", too_many_inputs()[4], tiny().trade[4].sum(axis=0))
    kept = np.einsum("kj,j->k", world.input_share[4], tiny().trade[4].sum(axis=0))
    assert said["inputs freed, total"] == pytest.approx((inputs - kept).sum())
    assert next(iter(said["worst cells"])) == "DEU C10T12"
    # nothing else moved
    assert np.array_equal(world.input_share[:4], tiny().input_share[:4])
    assert np.array_equal(world.trade, tiny().trade)


def test_rebalance_of_a_table_in_order_changes_nothing() -> None:
    world = made(rebalance=True)
    assert np.array_equal(world.input_share, made().input_share)
    assert world.provenance["rebalance"]["inputs freed, total"] == 0.0
    assert world.provenance["rebalance"]["worst cells"] == {}


def test_opening_by_name() -> None:
    assert cv.open_world() is cv.open_world("oecd-2022")
    with pytest.raises(cv.InputError, match="no world 'oecd-2020'; did you mean 'oecd-2022'"):
        cv.open_world("oecd-2020")
    with pytest.raises(cv.InputError, match=r"or give .*the path of a \.nc file"):
        cv.open_world("my-world")
