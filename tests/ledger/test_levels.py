"""Levels: what goods were worth before a measure, and their weight where they are restored."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from small_measures import coverage, head, ledger, level, measure, product, rate, small_world

from countervail.errors import FileError
from countervail.ledger import Measure
from countervail.ledger.files import parse_measure
from countervail.ledger.pricing.base import law_states, restored_for
from countervail.ledger.pricing.estimates import drawn, estimates
from countervail.ledger.pricing.levels import goods, in_world
from countervail.ledger.pricing.merging import price_in
from countervail.world import World
from countervail.world.restored import restored

TOP = "suppressed_base = true\npre_measure_year = 2019\n"
BAN = 'basis = "ban"'
END = rate("2023-08-04", "2023-08-05", "ended = true")


def suppressed(*more: str, top: str = TOP, start: str = "2020-05-19") -> Measure:
    return measure(head("a-2020", top=top), product(), rate(start, start, BAN), END, *more)


def world(year: int = 2022) -> World:
    small = small_world(tariff=0.05)
    return World.from_arrays(
        trade=small.trade,
        tariff=small.tariff,
        input_share=np.full((5, 4, 4), 0.05),
        trade_elasticity=np.full(4, 4.0),
        countries=small.countries,
        sectors=small.sectors,
        name="small",
        year=year,
        law_date=date(2022, 12, 31),
    )


VALUED = level("CAN>CHN", 60.0, 1.2, more='currency = "CAD"\nper_usd = 1.25\nleft = 6.0')


def test_a_level_is_the_value_at_the_tables_prices() -> None:
    [good] = goods(ledger(suppressed(VALUED)), ["a-2020"], world())
    assert good.value == pytest.approx(60.0 / 1.25 / 1.2)
    assert good.left == pytest.approx(6.0 / 1.2)  # USD at customs value, as the value is
    assert (good.exporter, good.importer, good.sector, good.year) == ("CAN", "CHN", "A01", 2019)
    [whole] = goods(ledger(suppressed(level("CAN>CHN", more="whole = true"))), ["a-2020"], world())
    assert whole.left is None  # all that the cell holds


@pytest.mark.parametrize(("year", "missing"), [(2019, False), (2022, True), (2024, False)])
def test_a_year_in_which_goods_were_traded_holds_them(year: int, missing: bool) -> None:
    here = world(year)
    found = goods(ledger(suppressed(VALUED)), ["a-2020"], here)
    there = restored(here, found)
    assert (there.hash != here.hash) == missing
    assert (there.name != "small") == missing
    m = in_world(suppressed(VALUED), there)
    cell = there.trade[there.country("CAN"), there.country("CHN"), there.sector("A01")]
    covered = m.covered("seed", "A01", "CAN", "CHN")
    assert covered is not None
    assert covered[0] == pytest.approx(min(40.0 / cell, 1.0))


def test_goods_hardly_traded_are_restored_before_their_year() -> None:
    new = suppressed(VALUED, coverage(), top="level_year = 2023\n", start="2024-10-01")
    book = ledger(new)
    for year, missing in ((2022, True), (2023, False)):
        [good] = goods(book, ["a-2020"], world(year))
        assert good.year == 2023
        assert (good.left != good.value) == missing
    assert restored_for(book, "2022-12-31", "2025-01-01", ["a-2020"]) == ("a-2020",)
    bare = suppressed(coverage(), top="", start="2024-10-01")
    assert restored_for(ledger(bare), "2022-12-31", "2025-01-01", ["a-2020"]) == ()


def test_other_goods_of_a_restored_cell_keep_their_value() -> None:
    other = measure(
        head("b-2025"), product("fish", hs='["0713"]'), rate("2025-01-01", "2025-01-01",
        products='["fish"]'), coverage("fish", weights="{ CAN = 0.3 }"),
    )  # fmt: skip
    here = world()
    there = restored(here, goods(ledger(suppressed(VALUED)), ["a-2020"], world()))
    at = there.country("CAN"), there.country("CHN"), there.sector("A01")
    law = ledger(suppressed(VALUED), other).at("2025-06-01")
    states = law_states(
        ledger(suppressed(VALUED), other), there, "2021-01-01", "2025-06-01", ["a-2020", "b-2025"]
    )
    lines = price_in(there, states.base, (states.before, states.after)).lines
    weight = dict(zip(lines.names, lines.weight, strict=True))
    assert weight["seed"] * there.trade[at] == pytest.approx(40.0)
    assert weight["fish"] * there.trade[at] == pytest.approx(0.3 * here.trade[at])
    assert {e.measure.id for e in law.entries} == {"b-2025"}


def test_what_is_asked_about_is_restored_and_the_rest_is_left_out() -> None:
    other = measure(head("b-2025"), product(), rate("2025-01-01", "2025-01-01"), coverage())
    book = ledger(suppressed(VALUED), other)
    assert restored_for(book, "2022-01-01", "2024-01-01", ["a-2020"]) == ("a-2020",)
    assert restored_for(book, "2022-01-01", "2024-01-01") == ("a-2020",)
    assert restored_for(book, "2021-01-01", "2022-01-01") == ()  # stands on both days
    assert restored_for(book, "2022-01-01", "2025-06-01", ["b-2025"]) == ()


def test_a_level_is_drawn_within_its_range() -> None:
    book = ledger(suppressed(level("CAN>CHN", 100.0, more="range = [0.5, 1.5]"), coverage()))
    [one] = [e for e in estimates(book, ["a-2020"]) if e.kind == "level"]
    assert (one.name, one.low, one.value, one.high) == ("level a-2020", 0.5, 1.0, 1.5)
    high = drawn(book, {"level a-2020": 0.95}).measure("a-2020")
    assert high.levels[0].value == pytest.approx(150.0)
    same = drawn(book, {"level a-2020": 0.5}).measure("a-2020")
    assert same.levels[0].value == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("parts", "top", "words"),
    [
        ((coverage(),), TOP, "needs the level of 'seed' before the measure"),
        ((VALUED,), "", "levels need suppressed_base = true"),
        ((VALUED,), "suppressed_base = true\n", "needs pre_measure_year"),
        ((coverage(),), "level_year = 2023\n", "level_year goes with [[levels]]"),
        ((VALUED,), TOP + "level_year = 2023\n", "level_year goes with [[levels]]"),
        ((VALUED, VALUED), TOP, "is given twice"),
        ((level("CAN>CHX"),), TOP, "no country 'CHX'; did you mean"),
        ((level("CHN>CHN"),), TOP, "is no trade between countries"),
        ((level("CAN>CHN", sector="A99"),), TOP, "no sector 'A99'"),
        ((VALUED, level("CAN>CHN", products="sede")), TOP, "no product 'sede' in this file"),
        ((level("CAN>CHN", more="whole = true\nleft = 1.0"),), TOP, "has left of it the whole"),
        ((level("CAN>CHN", more="range = [1.1, 1.5]"),), TOP, "range is low and high multiples"),
    ],
)
def test_a_level_that_cannot_be_is_refused(parts: tuple[str, ...], top: str, words: str) -> None:
    text = "".join((head("a-2020", top=top), product(), rate("2020-05-19", "2020-05-19", BAN)))
    with pytest.raises(FileError) as refused:
        parse_measure(text + "".join(parts))
    assert words in str(refused.value)
