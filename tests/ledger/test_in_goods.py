"""The law of sectors in a carved world: what goods a group names, and where its coverage stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_measures import coverage, head, ledger, level, measure, product, rate, small_world

from countervail.ledger import LawView, Measure
from countervail.ledger.pricing.in_goods import in_goods
from countervail.ledger.pricing.levels import goods
from countervail.ledger.pricing.lines import PricedLaw, price
from countervail.ledger.pricing.merging import price_in
from countervail.ledger.pricing.placed import asked_of
from countervail.ledger.pricing.spreading import covered, shares
from countervail.ledger.pricing.together import Drawn, price_draws
from countervail.world.files import read_world
from countervail.world.goods import Flow, Good
from countervail.world.restored import restored
from countervail.world.world import World

NOTHING = LawView(None, None, ())
STEP = rate("2025-03-08", "2025-03-20")
NEVER_ABOVE = 1.0 + 1e-12


def world() -> World:
    """Five countries; farms, fishing, food and cars."""
    small = small_world(tariff=0.05)
    return World.from_arrays(
        trade=small.trade,
        tariff=small.tariff,
        input_share=np.full((5, 4, 4), 0.05),
        trade_elasticity=np.full(4, 4.0),
        countries=small.countries,
        sectors=small.sectors,
        name="small",
        year=2022,
        law_date=date(2022, 12, 31),
    )


def good(base: World, code: str, hs: str, part: Any, sector: str = "A01", second: str = "") -> Good:
    """Return a good with a part of every cell of its sector."""
    cells = base.trade[:, :, base.sectors.index(sector)] * part
    flows = [Flow("home", c, "", float(cells[i, i])) for i, c in enumerate(base.countries)]
    flows += [
        Flow("pair", seller, buyer, float(cells[i, n]))
        for i, seller in enumerate(base.countries)
        for n, buyer in enumerate(base.countries)
        if i != n
    ]
    return Good(
        code=code,
        name=code,
        sector=sector,
        second=second,
        hs=tuple(hs.split()),
        flows=tuple(flows),
    )


def duty(hs: str, weights: str = "{ CAN = 0.4 }", basis: str = "hs_trade", **more: Any) -> Measure:
    """Return a duty of 25 points on goods that China buys of Canada."""
    groups = [product(hs=str(hs.split()).replace("'", '"'))]
    tables = coverage(weights=weights, basis=basis, **more)
    return measure(head(), *groups, STEP, tables)


def in_force(*measures: Measure) -> LawView:
    return ledger(*measures).at("2025-06-01")


def priced(here: World, *measures: Measure) -> PricedLaw:
    return price_in(here, NOTHING, [NOTHING, in_force(*measures)])


def cells(here: World, found: PricedLaw) -> dict[tuple[str, str], float]:
    """Return the weight of each line that Canada sells China, by label and name."""
    lines = found.lines
    i, n = here.country("CAN"), here.country("CHN")
    there = (lines.exporter == i) & (lines.importer == n)
    return {
        (here.sectors[lines.sector[k]], lines.names[k]): float(lines.weight[k])
        for k in np.flatnonzero(there)
    }


def value(here: World, found: PricedLaw) -> float:
    """Return the trade of the lines a group names, over all cells."""
    lines = found.lines
    at = lines.exporter, lines.importer, lines.sector
    named = np.array([bool(members) for members in lines.members])
    return float((lines.weight * here.trade[at])[named].sum())


def test_a_good_named_whole_is_the_groups_and_nothing_else_is() -> None:
    base = world()
    here = base.carve([good(base, "seed", "1205", 0.3), good(base, "peas", "0713", 0.2)])
    assert cells(here, priced(here, duty("1205"))) == {("seed", "seed"): 1.0}
    assert cells(base, priced(base, duty("1205")))["A01", "seed"] == pytest.approx(0.4)


def test_what_coverage_says_of_it_otherwise_is_told() -> None:
    base = world()
    here = base.carve([good(base, "seed", "1205", 0.3)])
    cell = base.trade[base.country("CAN"), base.country("CHN"), 0]
    [note] = [n for n in priced(here, duty("1205")).notes if n.kind == "goods_hold"]
    stated, held = note.cells[0].parts[0].numbers
    assert (stated, held) == pytest.approx((0.4 * cell, 0.3 * cell))
    same = priced(here, duty("1205", "{ CAN = 0.3 }"))
    assert not [n for n in same.notes if n.kind == "goods_hold"]


def test_what_is_left_of_a_groups_value_stands_in_the_remainder() -> None:
    base = world()
    here = base.carve([good(base, "seed", "1205", 0.3)])
    found = cells(here, priced(here, duty("1205 0713")))
    assert found["seed", "seed"] == 1.0
    assert found["A01-rest", "seed"] == pytest.approx(0.1 / 0.7)


def test_a_good_named_in_part_takes_what_lies_in_it() -> None:
    base = world()
    here = base.carve([good(base, "pulses", "0713", 0.5)])
    found = cells(here, priced(here, duty("071310", "{ CAN = 0.2 }")))
    assert found["pulses", "seed"] == pytest.approx(0.4)
    assert ("A01-rest", "seed") not in found
    # no more than estimates may take of a cell, and the rest is told
    much = priced(here, duty("071310", "{ CAN = 0.8 }"))
    assert cells(here, much)["pulses", "seed"] == pytest.approx(0.95)
    assert [n for n in much.notes if n.kind == "goods_hold"]


def test_the_whole_sector_is_all_of_its_goods() -> None:
    base = world()
    here = base.carve([good(base, "seed", "1205", 0.3), good(base, "nameless", "", 0.2)])
    found = cells(here, priced(here, duty("01-14", "{ CAN = 1.0 }", "whole")))
    assert found == {(k, "seed"): 1.0 for k in ("seed", "nameless", "A01-rest")}


def test_trade_from_the_second_sector_is_still_the_good() -> None:
    base = world()
    part = np.full((5, 5), 0.3)
    part[0, 1] = 1.5
    here = base.carve([good(base, "seed", "1205", part, second="C10T12")])
    assert here.provenance["goods"][0]["from the second sector"]["C10T12"] > 0
    found = priced(here, duty("1205"))
    assert cells(here, found) == {("seed", "seed"): 1.0}
    assert value(here, found) == pytest.approx(1.5 * base.trade[0, 1, 0])


def test_a_good_without_codes_is_refused_where_part_of_its_sector_is_meant() -> None:
    base = world()
    here = base.carve([good(base, "nameless", "", 0.3)])
    views = LawView(None, None, ()), in_force(duty("1205"))
    [left] = asked_of(here, *views).left_out
    assert (left.why, left.sector, left.exporter) == ("no_codes", "nameless", "CAN")
    whole = in_force(duty("01-14", "{ CAN = 1.0 }", "whole"))
    assert not asked_of(here, views[0], whole).left_out


def test_a_file_and_a_merged_world_keep_the_goods(tmp_path: Path) -> None:
    base = world()
    here = base.carve([good(base, "seed", "1205", 0.3), good(base, "pulses", "0713", 0.5)])
    law = duty("1205 071310")
    once = priced(here, law)
    back = read_world(here.save(tmp_path / "w.nc"))
    assert back.hash == here.hash
    assert cells(back, priced(back, law)) == cells(here, once)
    other = base.carve([good(base, "seed", "1206", 0.3), good(base, "pulses", "0713", 0.5)])
    assert other.hash != here.hash  # other codes, other law
    merged = here.aggregate(sectors={"farms": ["seed", "A01-rest", "pulses"]})
    assert value(merged, priced(merged, law)) == pytest.approx(value(here, once))
    countries = here.aggregate(countries={"NAM": ["CAN", "USA"]})
    assert value(countries, priced(countries, law)) == pytest.approx(value(here, once))


def test_goods_carved_after_others_stand_beside_them() -> None:
    base = world()
    first = base.carve([good(base, "seed", "1205", 0.3)])
    here = first.carve([good(first, "oil", "1514", 0.2, "C10T12")])
    both = cells(here, priced(here, duty("1205 1514")))
    assert both == {("seed", "seed"): 1.0, ("oil", "seed"): 1.0}
    food = duty("1514", sector="C10T12")
    assert cells(here, priced(here, food)) == {("oil", "seed"): 1.0}


CODES = ("1205", "0713", "071310", "071320", "1001", "100119", "1201", "01-14")


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(st.just(0.0) | st.floats(0.01, 0.3), min_size=3, max_size=3),
    named=st.lists(st.sampled_from(CODES), min_size=1, max_size=4, unique=True),
    weight=st.floats(0.0, 1.0),
)
def test_values_by_sector_and_by_good_agree(
    parts: Sequence[float], named: list[str], weight: float
) -> None:
    base = world()
    codes = ("1205", "0713", "1001")
    made = [
        good(base, f"g{k}", hs, part) for k, (hs, part) in enumerate(zip(codes, parts, strict=True))
    ]
    here = base.carve([one for one in made if any(f.value for f in one.flows)])
    if here.carving is None:
        return
    one = duty(" ".join(named), f"{{ CAN = {weight!r} }}")
    found = covered(here, 1, one, "seed")
    i, n = here.country("CAN"), here.country("CHN")
    cell = base.trade[i, n, 0]
    value = {
        label: float(t.weight[i] * here.trade[i, n, here.sectors.index(label)])
        for label, t in found.weights.items()
    }
    share = in_goods(here.carving).named(one.goods["seed"])
    for label, t in found.weights.items():
        if label not in in_goods(here.carving).goods:
            continue
        assert 0.0 <= t.weight[i] <= NEVER_ABOVE
        assert (label in share) == (t.weight[i] > 0) or weight == 0.0 or value[label] == 0.0
        if share.get(label) == 1.0:
            assert t.weight[i] == 1.0
    assert sum(value.values()) == pytest.approx(found.held[i], abs=1e-9 * cell)
    whole = sum(value[label] for label, part in share.items() if part == 1.0)
    cut = not np.isclose(found.held[i], found.stated[i], rtol=1e-9, atol=1e-9 * cell)
    free = in_goods(here.carving).free(one.goods["seed"], "A01") > 0
    # cut only where goods named whole hold more, or nothing is left that the group names
    assert not cut or whole >= weight * cell * (1 - 1e-9) or not free


AMOUNTS = st.just(0.0) | st.floats(1e-6, 50.0)


@settings(max_examples=80, deadline=None)
@given(
    value=st.floats(0.0, 100.0),
    claims=st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=4),
    rest=AMOUNTS,
)
def test_shares_of_a_value(value: float, claims: list[tuple[float, float]], rest: float) -> None:
    claim = [np.array([c]) for c, _ in claims]
    room = [np.array([r]) for _, r in claims]
    got = shares(np.array([value]), claim, room, np.array([rest]))[:, 0]
    assert (got <= np.array([r for _, r in claims]) + 1e-9).all()
    assert got.sum() <= value + 1e-9
    full = got >= np.array([r for _, r in claims]) - 1e-9
    each = [g / c for g, (c, _), f in zip(got, claims, full, strict=True) if c > 0 and not f]
    assert not each or max(each) - min(each) <= 1e-6 * (1 + max(each))
    if rest == 0.0 and each:
        assert got.sum() == pytest.approx(value)


def test_draws_of_a_carved_world_are_priced_as_each_alone() -> None:
    base = world()
    here = base.carve([good(base, "seed", "1205", 0.3), good(base, "pulses", "0713", 0.4)])
    draws = []
    for weight in (0.05, 0.4, 0.9):
        laws = in_force(duty("1205 071310", f"{{ CAN = {weight} }}", "published"))
        draws.append(Drawn(here, (NOTHING, laws)))
    together = price_draws(draws)
    for one, found in zip(draws, together, strict=True):
        alone = price(one.table, one.views[0], one.views[1:])
        assert found.lines.names == alone.lines.names
        assert np.array_equal(found.lines.weight, alone.lines.weight)
        assert np.array_equal(found.states[0].tariff_new, alone.states[0].tariff_new)


def test_lines_of_goods_keep_rates_bans_and_nesting() -> None:
    base = world()
    here = base.carve([good(base, "pulses", "0713", 0.5)])
    ban = measure(
        head(id="chn-can-ban-2025"),
        product(id="pea", hs='["071310"]', name="peas"),
        rate("2025-03-08", "2025-03-20", 'basis = "ban"', '["pea"]'),
        coverage("pea", "A01", "{ CAN = 0.1 }"),
    )
    found = price(here, NOTHING, [in_force(duty("0713"), ban)])
    told = dict(zip(found.lines.names, found.lines.weight, strict=True))
    assert told["peas"] == pytest.approx(0.2)
    assert told["seed"] == pytest.approx(0.8)
    at = found.lines.names.index("peas")
    assert np.isinf(found.states[0].iceberg_hat[at])
    assert found.states[0].tariff_new == pytest.approx(0.30)


def test_duties_of_the_first_state_are_what_they_were() -> None:
    base = world()
    here = base.carve([good(base, "seed", "1205", 0.3)])
    law = duty("1205", "{ CAN = 0.3 }")

    def duties(of: World) -> float:
        found = price_in(of, in_force(law), [in_force(law)])
        lines = found.lines
        trade = of.trade[lines.exporter, lines.importer, lines.sector]
        touched = set(zip(lines.exporter, lines.importer, lines.sector, strict=True))
        others = np.ones(of.trade.shape, dtype=np.bool_)
        for cell in touched:
            others[cell] = False
        rest = (of.trade * of.tariff)[others].sum()
        return float((lines.weight * trade * found.states[0].tariff_new).sum() + rest)

    assert duties(here) == pytest.approx(duties(base))


def test_goods_of_a_measure_that_kept_them_out_are_restored_as_goods() -> None:
    base = world()
    part = np.full((5, 5), 0.3)
    part[0, 1] = 0.0
    here = base.carve([good(base, "seed", "1205", part), good(base, "pulses", "0713", 0.1)])
    old = measure(
        head(id="a-2020", top="suppressed_base = true\npre_measure_year = 2019\n"),
        product(hs='["1205", "071310"]'),
        rate("2020-03-08", "2020-03-20", 'basis = "ban"'),
        level("CAN>CHN", 12.0),
    )
    there = restored(here, goods(ledger(old), ["a-2020"], here))
    where = {row["sector"]: row for row in there.restored}
    assert set(where) == {"seed", "pulses"}  # by their trade in the world
    assert sum(row["value"] for row in where.values()) == pytest.approx(12.0)
    i, n = there.country("CAN"), there.country("CHN")
    assert there.trade[i, n, there.sector("seed")] == pytest.approx(where["seed"]["value"])
    assert there.trade.sum(axis=(0, 1)) == pytest.approx(here.trade.sum(axis=(0, 1)))
    again = restored(there, goods(ledger(old), ["a-2020"], there))
    assert again is there
    found = price_in(there, NOTHING, [ledger(old).at("2025-06-01")])
    assert cells(there, found)["seed", "seed"] == 1.0
    cell = where["pulses"]
    assert cells(there, found)["pulses", "seed"] == pytest.approx(cell["value"] / cell["cell"])
