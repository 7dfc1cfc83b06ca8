"""The build of the built-in world: parts on small cases, and the whole against the shipped file."""

from __future__ import annotations

import csv
import functools
import importlib
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import yaml

from countervail import labels

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = REPOSITORY.parent / "shared"
BUILTIN = REPOSITORY / "src" / "countervail" / "world" / "builtin"


def _part(name: str) -> ModuleType:
    return importlib.import_module(f"world_build.{name}")


def test_agreements_apply_from_their_third_year_or_as_successors() -> None:
    part = _part("agreements")
    day = date(2022, 12, 31)
    table = {a.name: a for a in part.read(day)}
    applied = {name for name, a in table.items() if part.applies(a, day)}
    assert "Canada-United States-Mexico Agreement" in applied
    assert "EU-United Kingdom Trade and Cooperation Agreement" in applied  # succeeds membership
    assert "EU-Viet Nam Free Trade Agreement" not in applied
    assert "Regional Comprehensive Economic Partnership" not in applied
    assert all(a.citation and a.pairs for a in table.values())
    ours = table["Comprehensive and Progressive Agreement for Trans-Pacific Partnership (CPTPP)"]
    assert ("CAN", "MYS") in ours.pairs  # since 2022-11-29
    assert ("CAN", "CHL") not in ours.pairs  # since 2023-02-21
    one_way = table["Everything but Arms (Regulation (EU) No 978/2012)"]
    assert ("BGD", "DEU") in one_way.pairs
    assert ("DEU", "BGD") not in one_way.pairs


def test_industrial_agreements_leave_food_out() -> None:
    part = _part("agreements")
    day = date(2022, 12, 31)
    countries, sectors = ("CHE", "DEU"), ("A01", "C10T12", "C29", "G")
    free = part.freed(part.read(day), countries, sectors, day)
    assert free[0, 1].tolist() == [False, False, True, False]
    assert free[1, 0].tolist() == [False, False, True, False]


def test_collected_rates_fill_what_is_not_listed() -> None:
    part = _part("tariffs")
    rows = [("CHN", "A01", 100.0, 20.0), ("EUU", "A01", 300.0, 4.0), ("QAT", "A01", 50.0, 0.5)]
    found = part.collected_rates(rows, ("CHN", "DEU", "JPN", "ROW"), ("A01", "A02"))
    assert found["CHN", "A01"] == (0.2, True)
    assert found["DEU", "A01"] == (pytest.approx(4 / 300, abs=1e-5), True)
    assert found["ROW", "A01"] == (0.01, True)
    assert found["JPN", "A01"] == (pytest.approx(24.5 / 450, abs=1e-5), False)
    assert found["JPN", "A02"] == (0.0, False)


def test_calibration_closes_a_table_that_does_not() -> None:
    inputs, calibrate = _part("inputs"), _part("calibrate")
    rng = np.random.default_rng(1)
    n, s = 3, 2
    X = rng.uniform(1, 10, (n, n, s))
    X[:, :, 1][2] = 0.0  # the third country makes nothing of the second product
    TT = rng.uniform(0, 2, (n, s, s))
    TT[0, 0] = X[:, 0, 0].sum()  # used twice over
    TT[1, :, 0] = X[1, :, 0].sum()  # inputs beyond output
    flat = np.zeros((n, s))
    tables = inputs.Tables(("AAA", "BBB", "CCC"), ("A01", "C29"), X, X * 0, TT, flat, flat, flat)
    tariff = rng.uniform(0, 0.3, (n, n, s))
    tariff[np.arange(n), np.arange(n)] = 0
    made = calibrate.calibrate(tables, tariff)
    trade, t, share = (
        np.asarray(a, dtype=np.float64) for a in (made.trade, made.tariff, made.input_share)
    )
    output, bought = trade.sum(axis=1), (trade * (1 + t)).sum(axis=0)
    used = np.einsum("nsk,nk->ns", share, output)
    assert (used <= bought * (1 + 1e-12)).all()
    assert (share.sum(axis=1) < 1).all()
    assert not share[2, :, 1].any()
    assert any("AAA A01" in line for line in made.log)
    assert any("BBB A01" in line for line in made.log)


def test_same_arrays_give_the_same_bytes(tmp_path: Path) -> None:
    archive = _part("archive")
    arrays = {"a": np.arange(6.0).reshape(2, 3), "meta": np.array("{}")}
    archive.write(tmp_path / "one.npz", arrays)
    archive.write(tmp_path / "two.npz", arrays)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    with np.load(tmp_path / "one.npz", allow_pickle=False) as data:
        assert np.array_equal(data["a"], arrays["a"])
        assert str(data["meta"]) == "{}"
    with zipfile.ZipFile(tmp_path / "one.npz") as inside:
        assert {i.date_time for i in inside.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.fixture(scope="class")
def _read_once() -> Iterator[None]:
    """The sources are read once for all that is built of them."""
    with pytest.MonkeyPatch.context() as patch:
        for part, name in (("inputs", "tables"), ("tariffs", "mfn_table")):
            patch.setattr(_part(part), name, functools.cache(getattr(_part(part), name)))
        yield


@pytest.mark.shared
@pytest.mark.usefixtures("_read_once")
class TestWithReferenceData:
    """Needs the reference-data folder beside the repository."""

    @pytest.fixture(autouse=True)
    def _there(self) -> None:
        if not (SHARED / "data").is_dir():
            pytest.skip(f"no reference data in {SHARED}")

    def test_rebuild_equals_the_shipped_world(self, tmp_path: Path) -> None:
        builder = importlib.import_module("build_world")
        built = builder.build(SHARED, 37, tmp_path / "oecd-2022.npz", ledger=True)
        assert all(c.ok for c in built.checks), [c.name for c in built.checks if not c.ok]
        with np.load(BUILTIN / "oecd-2022.npz", allow_pickle=False) as shipped:
            assert set(shipped.files) == set(built.arrays)
            for name, values in built.arrays.items():
                ours, theirs = np.asarray(values), shipped[name]
                if ours.dtype.kind == "f":  # another processor may round the last bit differently
                    np.testing.assert_array_max_ulp(theirs, ours, maxulp=1)
                else:
                    assert np.array_equal(theirs, ours), name
        assert built.card == (BUILTIN / "DATA_CARD.md").read_text("utf-8")

    def test_fifty_sectors_merge_into_the_thirty_seven(self, tmp_path: Path) -> None:
        builder = importlib.import_module("build_world")
        built = builder.build(SHARED, 50, tmp_path / "fifty.npz", ledger=False)
        assert built.world.sectors == labels.SECTORS_50
        assert int((built.world.accounts.gross_output == 0).sum()) == 51
        with np.load(BUILTIN / "oecd-2022.npz", allow_pickle=False) as shipped:
            merged = built.world.trade @ _part("merge").membership(
                labels.SECTORS_50, labels.SECTORS_37
            )
            assert np.allclose(merged, shipped["trade"], rtol=1e-6)

    def test_products_lie_in_the_sectors_of_the_reference_concordance(self) -> None:
        path = SHARED / "data/concordances/hs6_2022_to_gtap_to_icio.csv"
        with path.open(encoding="utf-8", newline="") as file:
            listed = {r["hs6"]: r["icio"] for r in csv.DictReader(file)}
        assert dict(labels.hs6_sector()) == listed

    def test_agreements_of_canada_are_those_of_the_reference_list(self) -> None:
        part, day = _part("agreements"), date(2022, 12, 31)
        text = (SHARED / "data/measures/goals/can-trade-agreements.yaml").read_text("utf-8")
        listed = {
            code
            for a in yaml.safe_load(text)["agreements"]
            if a["state"] in {"in_force", "provisionally_applied"}
            for partner in a["partners"]
            for code in labels.expand(partner, day)
        }
        pairs = {p for a in part.read(day) if part.applies(a, day) for p in a.pairs}
        free = {exporter for exporter, importer in pairs if importer == "CAN"}
        # Brunei joined the CPTPP in 2023; China's arrangement of 2026 frees nothing in general;
        # Honduras, Panama and Liechtenstein are not in the tables' 80 economies
        assert listed - free == {"BRN", "CHN", "HND", "PAN"}
        assert free <= listed

    def test_elasticities_are_converted_as_stated(self) -> None:
        part = _part("elasticities")
        sets = part.sets_50(SHARED)
        assert sets["fgo2025"]["C29"].value == pytest.approx(8.66469764709473)
        assert sets["fgo2025-net-of-duty"]["C29"].value == pytest.approx(7.66469764709473)
        assert sets["fgo2025"]["B07"].value == 10.0
        assert sets["fgo2025-raw"]["B07"].value == pytest.approx(14.6865234375)
        assert sets["fgo2025"]["H52"].value == 6.0
        assert sets["fgo2025"]["K"].value == pytest.approx(3.7135)
        assert sets["caliendo-parro-2015"]["C29"].value == 1.84
        assert sets["caliendo-parro-2015"]["C19"].value == 20.0

    def test_no_rate_of_the_tariff_sources_is_finer_than_a_sector(self) -> None:
        part, inputs = _part("tariffs"), _part("inputs")
        fine = inputs.tables(SHARED)
        table = part.mfn_table(SHARED, fine.countries, fine.sectors)
        assert set(table) == set(fine.countries)
        for importer, rates in table.items():
            assert set(rates) == set(labels.GOODS_27)
            assert all(abs(r.rate * 10 - round(r.rate * 10)) < 1e-9 for r in rates.values())
            if not {r.quality for r in rates.values()} & {9, 10}:
                for sectors in part.BROAD.values():
                    assert len({rates[s] for s in sectors.split()}) == 1, importer
        assert table["DEU"] == table["HRV"]

    def test_sectors_have_the_mean_of_their_lines(self) -> None:
        part, inputs = _part("tariffs"), _part("inputs")
        fine = inputs.tables(SHARED)
        table = part.mfn_table(SHARED, fine.countries, fine.sectors)
        expected = {
            ("DEU", "C29"): 8.6,  # cars 10, parts 3 to 4.5; the broad sector's mean was 4.3
            ("CHN", "C21"): 1.1,  # medicines free since 2018-05-01
            ("CHN", "B07"): 0.1,
            ("JPN", "C29"): 0.0,
            ("JPN", "C16"): 3.1,
            ("AUS", "C13T15"): 6.9,
            ("GBR", "C24A"): 0.0,  # the UK Global Tariff has steel free
            ("IND", "B06"): 5.2,  # crude oil 5, gas and coal 10 in the schedule
        }
        found = {(importer, sector): table[importer][sector] for importer, sector in expected}
        assert {cell: one.rate for cell, one in found.items()} == expected
        assert {one.quality for one in found.values()} <= {9, 10}

    def test_a_sector_mean_is_that_of_its_products_and_no_specific_line_is_free(self) -> None:
        means = _part("line_means")
        bought = means.us_imports(SHARED)
        held, parent = means.read(SHARED, "CHN"), means.earlier(SHARED, "HS2017")
        cars = [c for c, s in labels.hs6_sector().items() if s == "C29"]
        known = {c: held[parent[c]] for c in cars if parent[c] in held}
        by_hand = sum(bought.get(c, 0) * np.mean(r) for c, r in known.items()) / sum(
            bought.get(c, 0) for c in known
        )
        found = means.from_lines(SHARED, "CHN", ["C29"], {"C29": 99.0})["C29"]
        assert found.rate == pytest.approx(by_hand, abs=0.05)
        # where nothing in a sector has an ad valorem rate, the WTO's mean or the old one stands
        union = means.read(SHARED, "EU27")
        assert union["170199"] == [None, None]
        assert means.wto_means(SHARED, "EUU")[means.wto_groups()["170199"]] > 10
        high = means.from_lines(SHARED, "GBR", ["A01"], {"A01": 500.0})["A01"]
        low = means.from_lines(SHARED, "GBR", ["A01"], {"A01": 0.0})["A01"]
        assert high.rate > low.rate
        assert high.specific > 0

    @pytest.mark.parametrize(("importer", "name"), [("CHN", "CHN"), ("JPN", "JPN")])
    def test_products_are_put_to_the_wtos_groups_as_the_wto_does(
        self, importer: str, name: str
    ) -> None:
        # the mean of a group's lines is near the WTO's own where the codes are the right ones
        means = _part("line_means")
        held, stated = means.read(SHARED, importer), means.wto_means(SHARED, name)
        parent = means.earlier(SHARED, means.SOURCES[importer].edition)
        rates: dict[str, list[float]] = {}
        for code, group in means.wto_groups().items():
            lines = held.get(parent.get(code, code), [])
            rates.setdefault(group, []).extend(r for r in lines if r is not None)
        off = [abs(float(np.mean(r)) - stated[g]) for g, r in rates.items() if r]
        assert len(off) >= 65
        assert float(np.median(off)) < 1.0

    def test_preferences_are_those_of_the_middle_of_the_base_year(self) -> None:
        part, inputs = _part("tariffs"), _part("inputs")
        fine = inputs.tables(SHARED)
        table = part.mfn_table(SHARED, fine.countries, fine.sectors)
        rates = part.base(SHARED, table, fine.countries, fine.sectors)
        place = {c: k for k, c in enumerate(fine.countries)}
        # Malaysia joined the CPTPP on 2022-11-29
        assert not (rates.quality[place["CAN"], place["MYS"]] == 4).any()
        assert (rates.quality[place["CAN"], place["JPN"]] == 4).any()
