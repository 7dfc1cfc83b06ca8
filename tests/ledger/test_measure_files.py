"""Every shipped measure file is in health: loads, sourced, covered, its neighbours exist."""

from datetime import date
from pathlib import Path

import pytest

from countervail import labels
from countervail.ledger import check_ledger, concordance, open_ledger
from countervail.ledger.files import SHIPPED, read_measure
from countervail.ledger.measure import Measure, Rate

FILES = sorted(SHIPPED.glob("*.toml"))
BOOK = open_ledger()

pytestmark = pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])


def load(path: Path) -> Measure:
    return BOOK.measure(path.stem)


def test_it_loads_under_its_own_name(path: Path) -> None:
    assert read_measure(path) == load(path)
    assert path.stem in BOOK.measures


def test_it_was_reviewed_and_every_entry_has_a_source(path: Path) -> None:
    measure = load(path)
    assert date(2026, 1, 1) <= measure.reviewed
    for entry in measure.rates:
        assert entry.reference.title
        assert entry.reference.publisher
        assert entry.reference.address or entry.reference.date, entry.note
        assert entry.announced <= measure.reviewed, "announced after the review"
    for table in measure.coverage:
        assert len(table.source) > 5, table


def test_every_priced_group_in_force_has_coverage(path: Path) -> None:
    measure = load(path)
    if measure.outside_model:
        assert len(measure.outside_model) > 10
        return
    priced = {p for e in measure.rates if e.priced and not e.never for p in e.products}
    for id in priced:
        if measure.product[id].outside_model is None:
            stated = {level.products for level in measure.levels}
            assert id in {*measure.coverage_by_product, *stated}, f"no coverage of '{id}'"


def test_a_level_is_of_a_sector_its_goods_fall_in(path: Path) -> None:
    measure = load(path)
    for level in measure.levels:
        group = measure.product[level.products]
        assert level.sector in concordance.sectors(group.hs, group.except_hs)
        assert level.exporter in measure.targets
        assert level.importer == measure.implementer
        assert level.whole or level.range is not None, f"{group.id}: give a range"
        assert len(level.source) > 5


def test_coverage_is_of_sectors_the_goods_fall_in_or_says_why(path: Path) -> None:
    for table in load(path).coverage:
        group = load(path).product[table.products]
        homes = concordance.sectors(group.hs, group.except_hs)
        elsewhere = table.sector != "*goods" and table.sector not in homes
        assert not elsewhere or table.note, f"{group.id} in {table.sector}: codes lie in {homes}"
        assert table.sector == "*goods" or table.sector in labels.GOODS_27
        assert not table.estimated or table.range is not None, f"{group.id}: give a range"


def test_its_codes_exist_and_its_neighbours_too(path: Path) -> None:
    measure = load(path)
    for group in measure.products:
        assert concordance.mask(group.hs, group.except_hs).any(), group.id
    rules = measure.stacking
    for other in (*rules.displaces, *rules.yields_to, *rules.removes):
        assert other in BOOK.measures, other


def test_what_it_removes_has_ended_that_day(path: Path) -> None:
    measure = load(path)
    days = {e.in_force for e in measure.rates}
    for other in measure.stacking.removes:
        ends = {e.in_force for e in BOOK.measure(other).rates if e.ended}
        assert ends & days, f"{other} ends on {sorted(map(str, ends))}"


def test_its_dates_are_in_reading_order(path: Path) -> None:
    """By product and targets, entries stand in the order they came into force."""
    last: dict[tuple[str, tuple[str, ...] | None], date] = {}

    def place(entry: Rate, product: str) -> tuple[str, tuple[str, ...] | None]:
        return product, entry.targets

    for entry in load(path).rates:
        for product in entry.products:
            if entry.in_force:
                assert entry.in_force >= last.get(place(entry, product), date.min), entry.note
                last[place(entry, product)] = entry.in_force


def test_nothing_is_found_between_it_and_the_others(path: Path) -> None:
    assert [f.message for f in check_ledger(BOOK) if f.measure == path.stem] == []
