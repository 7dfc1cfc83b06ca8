"""The record's builder: the measuring rules on panels whose answer is known, and the files."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countervail.backtests.windows import YEAR, Window

BASE, AFTER, EARLY = Window.year(2019), Window.year(2020), Window.year(2018)
amounts = st.floats(1.0, 1e4)
growths = st.floats(0.3, 3.0)


@pytest.fixture(scope="module")
def measuring() -> ModuleType:
    return importlib.import_module("backtests_build.measuring")


class Table:
    """A party's trade by partner and window, known or bounded, and how trade grew."""

    def __init__(
        self, cells: Mapping[Window, Mapping[str, Any]], growth: Mapping[Window, float]
    ) -> None:
        self._cells, self._growth = cells, growth

    def cells(self, first: Window, second: Window) -> dict[str, tuple[Any, Any]]:
        return {k: (self._cells[first][k], self._cells[second][k]) for k in self._cells[first]}

    def growth(self, first: Window, second: Window) -> float:
        return self._growth[second]

    def total(self, window: Window) -> float:
        return float(sum(one.middle for one in self._cells[window].values()))


def table(measuring: ModuleType, growth: float, **years: Mapping[str, float]) -> Table:
    """Three years of known cells; every window grows alike."""
    cells = {
        Window.year(int(year[1:])): {k: measuring.Cell(v, v) for k, v in given_.items()}
        for year, given_ in years.items()
    }
    return Table(cells, dict.fromkeys(cells, growth))


def ban(
    measuring: ModuleType, before: list[float], growth: float, redirected: float
) -> tuple[Table, float]:
    """A ban after a year of even growth: the loss, and a part of it that goes elsewhere."""
    pair, *others = before
    loss = growth * pair
    base = {"P": pair, **{f"M{k}": one for k, one in enumerate(others)}}
    early = {k: one / growth for k, one in base.items()}
    whole = sum(others)
    after = {k: growth * one + redirected * loss * one / whole for k, one in base.items()}
    after["P"] = 0.0
    return table(measuring, growth, y2018=early, y2019=base, y2020=after), loss


@given(st.lists(amounts, min_size=2, max_size=6), growths, st.floats(-0.5, 1.5))
def test_what_was_put_into_a_ban_is_measured(
    measuring: ModuleType, before: list[float], growth: float, redirected: float
) -> None:
    book, _ = ban(measuring, before, growth, redirected)
    hit, elsewhere = measuring.facts(book, "P", BASE, AFTER, [(EARLY, BASE)], "exporter")
    assert (hit.name, hit.value, elsewhere.name) == ("hit", -1.0, "redirected")
    assert elsewhere.value == pytest.approx(redirected, abs=1e-9)
    assert elsewhere.noise == pytest.approx(0.0, abs=1e-9)
    assert hit.noise == pytest.approx(0.0, abs=1e-9)
    assert elsewhere.admitted
    raw = sum((growth - 1.0) * one for one in before[1:]) + redirected * growth * before[0]
    assert elsewhere.raw == pytest.approx(raw / before[0], rel=1e-9, abs=1e-9)


@given(st.lists(amounts, min_size=3, max_size=5), growths, st.floats(0.1, 10.0))
def test_growth_of_everything_changes_nothing(
    measuring: ModuleType, before: list[float], growth: float, scale: float
) -> None:
    keys = [*"PABCD"][: len(before)]
    first = dict(zip(keys, before, strict=True))
    after = dict(zip(keys, before[::-1], strict=True))
    after["P"] = 0.5 * growth * first["P"]
    once = table(measuring, growth, y2019=first, y2020=after)
    grown = {k: scale * one for k, one in after.items()}
    twice = table(measuring, scale * growth, y2019=first, y2020=grown)
    for one, other in zip(
        measuring.facts(once, "P", BASE, AFTER, [], "importer"),
        measuring.facts(twice, "P", BASE, AFTER, [], "importer"),
        strict=True,
    ):
        assert one.value == pytest.approx(other.value, rel=1e-9, abs=1e-9)
        assert not one.admitted  # without a placebo


@given(st.lists(amounts, min_size=2, max_size=4), growths, st.floats(0.0, 1.0), st.data())
def test_bounds_hold_what_bounded_cells_may_be(
    measuring: ModuleType,
    before: list[float],
    growth: float,
    redirected: float,
    data: st.DataObject,
) -> None:
    book, loss = ban(measuring, before, growth, redirected)
    truth = measuring.shift(book, "P", BASE, AFTER)
    wide = data.draw(st.floats(0.0, 0.2)) * loss
    others = {
        k: (old, measuring.Cell(max(0.0, new.low - wide), new.high + wide))
        for k, (old, new) in truth.others.items()
    }
    seen = measuring.Shift(truth.before, measuring.Cell(0.0, wide), others, growth)
    assert seen.share.low - 1e-9 <= truth.share.middle <= seen.share.high + 1e-9
    assert seen.hit.low <= -1.0 <= seen.hit.high


def test_placebo_gains_are_brought_to_the_size_of_the_base(measuring: ModuleType) -> None:
    early, base = {"P": 10.0, "A": 10.0}, {"P": 10.0, "A": 30.0}
    book = table(measuring, 1.0, y2018=early, y2019=base, y2020={"P": 0.0, "A": 35.0})
    _, elsewhere = measuring.facts(book, "P", BASE, AFTER, [(EARLY, BASE)], "exporter")
    assert elsewhere.value == pytest.approx(0.5)
    # a gain of 20 on a trade of 20, on the base's 40, over a loss of 10
    assert elsewhere.placebo[EARLY, BASE] == pytest.approx(4.0)
    assert not elsewhere.admitted


def test_winners_are_told_from_noise_by_their_own_placebo(measuring: ModuleType) -> None:
    early = {"P": 10.0, "A": 10.0, "B": 10.0, "C": 10.0}
    base = {"P": 10.0, "A": 10.0, "B": 16.0, "C": 10.0}
    after = {"P": 0.0, "A": 14.0, "B": 18.0, "C": 9.0}
    book = table(measuring, 1.0, y2018=early, y2019=base, y2020=after)
    found = measuring.winners(book, "P", BASE, AFTER, [(EARLY, BASE)])
    assert [(one.name, one.admitted) for one in found] == [("A", True), ("B", False)]


def test_nothing_lost_is_nothing_to_measure_by(measuring: ModuleType) -> None:
    book = table(measuring, 1.0, y2019={"P": 1.0, "A": 1.0}, y2020={"P": 2.0, "A": 1.0})
    hit, elsewhere = measuring.facts(book, "P", BASE, AFTER, [], "exporter")
    assert hit.value == pytest.approx(1.0)
    assert elsewhere.value is None
    assert measuring.winners(book, "P", BASE, AFTER, []) == []
    assert measuring.facts(book, "Z", BASE, AFTER, [], "exporter") == []


def parquet(path: Path, columns: str, rows: list[tuple[Any, ...]]) -> None:
    path.parent.mkdir(parents=True)
    values = ", ".join(map(str, rows)).replace("None", "null")
    duckdb.execute(f"copy (select * from (values {values}) t({columns})) to '{path}'")


def test_cells_that_fao_leaves_out_are_bounded_by_a_nineteenth(tmp_path: Path) -> None:
    books = importlib.import_module("backtests_build.fao")
    parquet(
        tmp_path / "faostat-tm-2015-2024/faostat_tm_bilateral_2015_2024.parquet",
        'exporter, importer, item, "primary", year, x_kusd, m_kusd',
        [
            ("AUS", "CHN", "Barley", True, 2019, 190.0, 380.0),
            ("AUS", "JPN", "Barley", True, 2019, 190.0, None),
            ("AUS", "JPN", "Barley", True, 2020, 285.0, 300.0),
            ("CAN", "CHN", "Barley", True, 2020, 95.0, 95.0),
            ("CAN", "CHN", "Wheat", True, 2019, None, 10.0),
            ("CAN", "CHN", "Wheat", True, 2020, None, 15.0),
            ("AUS", "CHN", "Wheat", True, 2020, 1.0, 100.0),
        ],
    )
    fao = books.Fao(tmp_path, ["Barley"])
    assert fao.cell("exporter", "AUS", "CHN", 2019) == (190.0, 190.0)
    assert fao.cell("exporter", "AUS", "CHN", 2020) == (0.0, 95.0 / 19)  # the buyer's cut is less
    assert fao.world("exporter", (2019, 2020)) == (380.0, 285.0)  # Canada declared none in 2019
    markets = books.FaoMarkets(fao, "AUS", "exporter").cells(BASE, AFTER)
    assert set(markets) == {"CHN", "JPN"}
    suppliers = books.FaoSuppliers(fao, "CHN", "AUS")
    assert suppliers.growth(BASE, AFTER) == pytest.approx(1.5)  # wheat of Canada, not of Australia
    with pytest.raises(LookupError, match="no FAO item Barly"):
        books.Fao(tmp_path, ["Barly"])


def test_sellers_that_the_united_states_do_not_name_are_one(tmp_path: Path) -> None:
    books = importlib.import_module("backtests_build.books")
    rows = [
        (seller, code, month, value, 0.0)
        for month, times in (("2019-01", 1.0), ("2020-01", 2.0))
        for seller, code, value in (
            ("CHN", "94", 10.0 / times),
            ("VNM", "94", 5.0 * times),
            ("WLD", "94", 20.0 * times),
            ("CHN", "42", 7.0),
            ("WLD", "42", 8.0 + 2.0 * times),
            ("WLD", "98", 1e6 * times),
        )
    ]
    parquet(
        tmp_path / "us-imports-monthly/us_imports_hs2_by_partner_2013_2021m06.parquet",
        "partner, hs2, month, imports_usd, duty_usd",
        rows,
    )
    book = books.UnitedStates(tmp_path, "us-chapters", ["94"], "CHN")
    first = Window.parse("2019-01/2019-01")
    cells = book.cells(first, first.later(YEAR))
    assert {k: (a.low, b.low) for k, (a, b) in cells.items()} == {
        "CHN": (10.0, 5.0),
        "VNM": (5.0, 10.0),
        "OTH": (5.0, 25.0),
    }
    assert book.growth(first, first.later(YEAR)) == pytest.approx(5.0 / 3.0)
    assert book.total(first) == 20.0


def test_what_was_charged_is_told_of_large_sellers_and_of_the_rest_together(tmp_path: Path) -> None:
    books = importlib.import_module("backtests_build.books")
    rows = [
        ("CHN", "94", "2019-01", 10.0, 1.0),
        ("VNM", "94", "2019-01", 5.0, 0.5),
        ("WLD", "94", "2019-01", 20.0, 1.5),
        ("CHN", "94", "2020-01", 5.0, 1.5),
        ("VNM", "94", "2020-01", 10.0, 0.5),
        ("WLD", "94", "2020-01", 40.0, 4.5),
    ]
    parquet(
        tmp_path / "us-imports-monthly/us_imports_hs2_by_partner_2013_2021m06.parquet",
        "partner, hs2, month, imports_usd, duty_usd",
        rows,
    )
    book = books.UnitedStates(tmp_path, "us-chapters", ["94"], "CHN")
    first = Window.parse("2019-01/2019-01")
    for smallest, told in (
        (0.02, {"CHN": 0.3 - 0.1, "VNM": 0.05 - 0.1, "OTH": 2.5 / 25.0 - 0.0}),
        (0.30, {"CHN": 0.3 - 0.1, "OTH": 3.0 / 35.0 - 0.5 / 10.0}),
    ):
        assert book.duties(first, first.later(YEAR), smallest) == pytest.approx(told)


def test_the_page_is_what_the_record_says(repository: Path) -> None:
    page = importlib.import_module("backtests_build.page")
    assert (repository / "docs" / "backtests.md").read_text("utf-8") == page.written()


@pytest.mark.shared
def test_the_record_is_what_its_builder_measures(shared: Path) -> None:
    build = importlib.import_module("build_backtests")
    for name, text in build.build(shared).items():
        assert text == (build.FOLDER / name / "observed.csv").read_text("utf-8"), name
