"""The built-in world: it closes, its tariffs are sane, and its golden values stand."""

from __future__ import annotations

from datetime import date
from importlib import resources

import numpy as np
import pytest

from countervail import labels
from countervail.sources import open_world
from countervail.sources.builtin import data_card
from countervail.world import World

QUALITY = {"collected": 1, "imputed": 2, "mfn": 3, "preference": 4, "derived": 5, "service": 6}


@pytest.fixture(scope="module")
def world() -> World:
    return open_world()


def _goods(world: World) -> list[int]:
    return [world.sector(c) for c in labels.GOODS_27]


def _cell(world: World, exporter: str, importer: str, sector: str) -> tuple[int, int, int]:
    return world.country(exporter), world.country(importer), world.sector(sector)


def test_labels_and_dates(world: World) -> None:
    assert world.name == "oecd-2022"
    assert world.year == 2022
    assert len(world.countries) == 81
    assert world.countries[-1] == "ROW"
    assert world.sectors == labels.SECTORS_37
    assert set(world.countries) <= set(labels.countries())
    assert world.elasticity_set == "fgo2025"
    law = dict(zip(world.countries, world.law_date, strict=True))
    assert law.pop("USA") == date(2024, 12, 31)
    assert set(law.values()) == {date(2022, 12, 31)}


def test_world_closes_with_nothing_to_say(world: World) -> None:
    assert world.check() == []
    books = world.accounts
    assert books.final_spending.min() >= 0
    assert books.value_added_share.min() > 0.005
    assert abs(books.deficit.sum()) < 1e-6 * np.abs(books.deficit).sum()
    assert np.allclose(books.income, books.final_spending.sum(axis=1), rtol=1e-10)
    assert int((books.gross_output == 0).sum()) == 41


@pytest.mark.parametrize(
    ("what", "expected", "tolerance"),
    [
        ("output", 199.691e6, 1e3),
        ("exports", 17.470e6, 5e3),
        ("CAN", 439.4e3, 100),
        ("CAN>USA", 317.5e3, 100),
        ("CHN>USA", 453.4e3, 100),
        ("CAN>CHN", 26.44e3, 10),
        ("AUS>CHN", 114.08e3, 10),
        ("AUS>CHN B07", 80.85e3, 10),
    ],
)
def test_golden_flows(world: World, what: str, expected: float, tolerance: float) -> None:
    trade = world.trade[:, :, _goods(world)].copy()
    n = np.arange(len(world.countries))
    trade[n, n] = 0.0
    if what == "output":
        found = world.trade.sum()
    elif what == "exports":
        found = trade.sum()
    elif what.endswith("B07"):
        found = world.trade[_cell(world, "AUS", "CHN", "B07")]
    elif ">" in what:
        exporter, importer = what.split(">")
        found = trade[world.country(exporter), world.country(importer)].sum()
    else:
        found = trade[world.country(what)].sum()
    assert abs(float(found) - expected) < tolerance


@pytest.mark.parametrize(("country", "billions"), [("USA", 962), ("CHN", -555), ("CAN", -3)])
def test_golden_deficits(world: World, country: str, billions: float) -> None:
    assert abs(world.accounts.deficit[world.country(country)] / 1e3 - billions) < 1


@pytest.mark.parametrize(
    ("country", "lowest", "highest"),
    [
        ("CAN", 0.2, 1.6),
        ("AUS", 0.3, 1.7),
        ("CHN", 1.5, 2.9),
        ("IND", 2.9, 8.9),
        ("JPN", 0.9, 2.3),
        ("MEX", 1.7, 3.1),
        ("KOR", 1.3, 2.5),
    ],
)
def test_mean_tariffs_on_goods(world: World, country: str, lowest: float, highest: float) -> None:
    n, goods = world.country(country), _goods(world)
    trade = world.trade[:, n, goods].copy()
    trade[n] = 0.0
    mean = 100 * (trade * world.tariff[:, n, goods]).sum() / trade.sum()
    assert lowest <= mean <= highest


def test_us_tariffs_are_those_collected_in_2024(world: World) -> None:
    usa, goods = world.country("USA"), _goods(world)
    assert world.tariff_quality is not None
    codes = world.tariff_quality[:, usa, goods]
    abroad = np.arange(len(world.countries)) != usa
    assert set(np.unique(codes[abroad])) <= {1, 2, 4}
    trade = world.trade[world.country("CHN"), usa, goods]
    mean = (trade * world.tariff[world.country("CHN"), usa, goods]).sum() / trade.sum()
    assert 0.08 < mean < 0.14  # 10.9 % on customs values
    assert world.tariff[_cell(world, "DEU", "USA", "C29")] == pytest.approx(
        world.tariff[_cell(world, "SVK", "USA", "C29")]
    )
    assert world.tariff[_cell(world, "JOR", "USA", "C13T15")] == 0


def test_preferences_and_free_trade(world: World) -> None:
    goods = _goods(world)
    union = [world.country(c) for c in labels.group("EU27")]
    assert not world.tariff[np.ix_(union, union, goods)].any()
    for exporter, importer in (("USA", "CAN"), ("CAN", "MEX"), ("JPN", "CAN"), ("CAN", "DEU")):
        pair = world.tariff[world.country(exporter), world.country(importer)]
        assert not pair.any(), (exporter, importer)
    # no agreement: the MFN rate
    for exporter, importer in (("CHN", "CAN"), ("CAN", "CHN"), ("CAN", "IND"), ("JPN", "CHN")):
        assert world.tariff[_cell(world, exporter, importer, "C29")] > 0.04
    # industrial agreements leave food at the MFN rate
    assert world.tariff[_cell(world, "DEU", "CHE", "C10T12")] > 0
    assert world.tariff[_cell(world, "DEU", "CHE", "C29")] == 0
    # services and domestic sales are free
    services = [world.sector(c) for c in labels.SECTORS_37[27:]]
    assert not world.tariff[:, :, services].any()
    assert not np.einsum("iij->ij", world.tariff).any()


def test_members_of_a_customs_union_share_one_tariff(world: World) -> None:
    chn = world.country("CHN")
    union = [world.country(c) for c in labels.group("EU27")]
    assert np.ptp(world.tariff[chn, union], axis=0).max() == 0


def test_european_union_merges_into_the_sum_of_its_members(world: World) -> None:
    union = labels.group("EU27")
    merged = world.aggregate(countries={"EU27": union})
    assert len(merged.countries) == 55
    assert merged.check() == []
    members = [world.country(c) for c in union]
    one, usa = merged.country("EU27"), world.country("USA")
    assert np.allclose(
        merged.trade[one, merged.country("USA")], world.trade[members, usa].sum(axis=0)
    )
    assert merged.accounts.value_added[one] == pytest.approx(
        world.accounts.value_added[members].sum(), rel=1e-9
    )


def test_every_cell_has_codes_with_meanings(world: World) -> None:
    assert world.tariff_quality is not None
    assert world.tariff_source is not None
    for codes, table in (
        (world.tariff_quality, "tariff_quality_codes"),
        (world.tariff_source, "tariff_source_codes"),
    ):
        assert {str(c) for c in np.unique(codes)} <= set(world.provenance[table])
    free = world.tariff_quality == QUALITY["preference"]
    assert not world.tariff[free].any()
    # averages are to a tenth of a point, by importer and broad sector: no cell of a source
    own = np.isin(world.tariff_quality, (QUALITY["mfn"], QUALITY["derived"]))
    points = world.tariff[own] * 1000
    assert np.allclose(points, points.round(), atol=1e-3)


def test_elasticities(world: World) -> None:
    theta = dict(zip(world.sectors, world.trade_elasticity, strict=True))
    assert max(theta.values()) == 10.0
    assert theta["C29"] == pytest.approx(8.6647)
    assert theta["A02"] == pytest.approx((theta["A01"] + theta["A03"]) / 2, abs=1e-4)
    assert theta["B05"] == theta["B09"] == theta["B08"]
    assert theta["D"] == 3.0
    assert theta["G"] == pytest.approx(4.194)


def test_archive_is_small_and_holds_no_code() -> None:
    path = resources.files("countervail").joinpath("world/builtin/oecd-2022.npz")
    assert len(path.read_bytes()) < 1_600_000
    with resources.as_file(path) as file, np.load(file, allow_pickle=False) as archive:
        assert archive["trade"].dtype == np.float32
        assert archive["input_share"].dtype == np.float32


def test_card_names_sources_and_shows_no_failed_check(world: World) -> None:
    card = data_card()
    assert "OECD, Inter-Country Input-Output tables, 2025 release" in card
    assert "CC BY 4.0" in card
    assert "Qatar" in card
    assert "beyond" not in card.split("## Checks")[1].split("## Cleaning log")[0]
    for country in world.countries:
        assert f" {country} " in card or f"| {country} " in card
