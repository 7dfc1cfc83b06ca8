"""Known own duties stand in the rates of cells, whatever the mean and the weights."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from small_measures import SmallWorld, coverage, head, ledger, measure, product, rate, small_world

from countervail.ledger import LawView, Measure
from countervail.ledger.ledger import Ledger
from countervail.ledger.pricing.estimates import drawn
from countervail.ledger.pricing.lines import price
from countervail.ledger.pricing.own_duties import OwnDuties, known_goods, with_own_duties

NOTHING = LawView(None, None, ())
DAY = date(2022, 12, 31)
OWN = 'base_rate = {}\nbase_rate_source = "schedule"'
CELL = 0, 1, 0  # CAN > CHN A01


def good(id: str, hs: str, own: float | None, weight: float, start: str = "2025-03-20") -> Measure:
    return measure(
        head(id),
        product("it", f'["{hs}"]', f"goods of {hs}", more="" if own is None else OWN.format(own)),
        rate(start, start, products='["it"]'),
        coverage("it", weights=f"{{ CAN = {weight} }}", basis="published"),
    )


def built(source: SmallWorld, book: Ledger, law: LawView = NOTHING) -> SmallWorld:
    """Return the world with the rates its builder would set, the source giving that of the rest."""
    tariff, _ = with_own_duties(
        source.countries,
        source.sectors,
        source.trade,
        source.tariff,
        law,
        known_goods(book, DAY),
    )
    return replace(source, tariff=tariff)


def line_rates(world: SmallWorld, book: Ledger, on: str) -> dict[str, float]:
    lines = price(world, NOTHING, (NOTHING, book.at(on))).lines
    return {
        name: float(lines.tariff[k])
        for k, name in enumerate(lines.names)
        if (lines.exporter[k], lines.importer[k], lines.sector[k]) == CELL
    }


def test_one_rate_of_the_cell_serves_every_question() -> None:
    source = replace(small_world(), tariff=np.full((5, 5, 4), 0.2))
    early, late = good("a-2024", "1205", 9.0, 0.5, "2024-01-01"), good("b-2025", "0713", 5.0, 0.2)
    unknown = good("c-2025", "1001", None, 0.1)
    book = ledger(early, late, unknown)
    world = built(source, book)
    assert world.tariff[CELL] == pytest.approx(0.5 * 0.09 + 0.2 * 0.05 + 0.3 * 0.2)
    assert (world.tariff != source.tariff).sum() == 1
    assert line_rates(world, book, "2025-06-01") == pytest.approx(
        {
            "goods of 1205": 0.09,
            "goods of 0713": 0.05,
            "goods of 1001": 0.2,
            "other agriculture": 0.2,
        }
    )
    # asked of alone, the good stands; the rest is then the mean of everything else
    rest = (world.tariff[CELL] - 0.5 * 0.09) / 0.5
    assert line_rates(world, book, "2024-06-01") == pytest.approx(
        {"goods of 1205": 0.09, "other agriculture": rest}
    )


def test_a_good_two_measures_name_counts_once() -> None:
    source = replace(small_world(), tariff=np.full((5, 5, 4), 0.2))
    book = ledger(good("a-2024", "1205", 9.0, 0.5, "2024-01-01"), good("b-2025", "1205", 9.0, 0.5))
    assert built(source, book).tariff[CELL] == pytest.approx(0.5 * 0.09 + 0.5 * 0.2)


@settings(max_examples=60, deadline=None)
@given(
    own=st.lists(st.none() | st.floats(0.0, 300.0), min_size=3, max_size=3),
    weights=st.lists(st.floats(0.001, 0.3), min_size=3, max_size=3),
    mean=st.floats(0.0, 1.0),
    moved=st.floats(0.05, 0.95),
)
def test_any_set_of_known_rates_stands_under_any_weights(
    own: list[float | None], weights: list[float], mean: float, moved: float
) -> None:
    source = replace(small_world(), tariff=np.full((5, 5, 4), mean))
    codes = ("1205", "0713", "1001")
    book = ledger(*(good(f"m{k}-2025", hs, own[k], weights[k]) for k, hs in enumerate(codes)))
    world = built(source, book)
    other = drawn(book, {"coverage m0-2025": moved})
    again = replace(world, tariff=OwnDuties(world, book).under(other))
    for seen, table in ((world, book), (again, other)):
        lines = price(seen, NOTHING, (NOTHING, table.at("2025-06-01"))).lines
        total = float((lines.weight * lines.tariff).sum())
        assert total == pytest.approx(seen.tariff[CELL], abs=1e-12)
        if seen.tariff[CELL] == 0:
            assert not lines.tariff.any()
            continue
        rates = dict(zip(lines.names, lines.tariff, strict=True))
        for hs, known in zip(codes, own, strict=True):
            expected = mean if known is None else known / 100
            assert rates[f"goods of {hs}"] == pytest.approx(expected, abs=1e-9)
        assert rates["other agriculture"] == pytest.approx(mean, abs=1e-9)


def test_weights_of_goods_with_no_known_duty_move_no_rate() -> None:
    source = replace(small_world(), tariff=np.full((5, 5, 4), 0.2))
    book = ledger(good("a-2025", "1205", 9.0, 0.5), good("b-2025", "0713", None, 0.2))
    world = built(source, book)
    duties = OwnDuties(world, book)
    assert np.array_equal(duties.under(drawn(book, {"coverage b-2025": 0.9})), world.tariff)
    changed: NDArray[np.float64] = duties.under(drawn(book, {"coverage a-2025": 0.9}))
    assert np.flatnonzero(changed != world.tariff).size == 1
    assert changed[CELL] < world.tariff[CELL]


def test_law_already_in_force_lies_on_the_own_duty() -> None:
    source = replace(small_world(), tariff=np.full((5, 5, 4), 0.2))
    book = ledger(good("a-2020", "1205", 9.0, 0.5, "2020-01-01"))
    world = built(source, book, book.at(DAY))
    assert world.tariff[CELL] == pytest.approx(0.5 * (0.09 + 0.25) + 0.5 * 0.2)
    lines = price(world, book.at(DAY), (NOTHING,))
    assert lines.lines.tariff == pytest.approx([0.34, 0.2])
    assert lines.states[0].tariff_new == pytest.approx([0.09, 0.2])
