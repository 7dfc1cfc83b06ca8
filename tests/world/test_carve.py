"""Carving goods: sums cell by cell, known pairs kept, order and labels of no account, refusals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import countervail as cv
from countervail.errors import InputError
from countervail.present.goods import lines
from countervail.testing import random_world
from countervail.testing.strategies import tables
from countervail.world.carving.wanted import wanted
from countervail.world.carving.within import within
from countervail.world.goods import REST, Flow, Good, table_of_goods
from countervail.world.redrawn import duties_redrawn

from .small_goods import closed, of_cells, of_totals

SUMS = ("expenditure", "gross_output", "intermediate", "final_spending")
WHOLE = ("value_added", "revenue", "deficit", "income")

OWN_DUTIES = {
    "canola-seed": 0.09,
    "canola-oil": 0.09,
    "canola-meal": 0.05,
    "pork": 0.12,
    "crustaceans": 0.07,
    "fish": 0.07,
}
"""What China's tariff schedule has on goods that its measures on Canada name whole."""


@st.composite
def carvings(draw: Any) -> tuple[cv.World, list[Good]]:
    """A small world, and goods of its first sector that fit into its cells."""
    world = draw(tables(countries=(2, 5), sectors=(2, 4))).world()
    assume(world.trade[:, :, 0].sum() > 0)
    shape = world.trade.shape[:2]
    seed = draw(st.integers(0, 2**32 - 1))
    parts = np.random.default_rng(seed).uniform(0.0, 0.35, (draw(st.integers(1, 2)), *shape))
    goods = [of_cells(world, f"good-{k}", part) for k, part in enumerate(parts)]
    return world, [good for good in goods if any(flow.value > 0 for flow in good.flows)]


def members(world: cv.World, carved: cv.World, sector: str) -> list[int]:
    """Positions of the goods of a sector and of its remainder."""
    made = {row["good"] for row in carved.provenance["goods"] if row["sector"] == sector}
    kept = {sector, sector + REST} | made
    return [k for k, label in enumerate(carved.sectors) if label in kept]


@settings(max_examples=40, deadline=None)
@given(carvings())
def test_goods_of_a_sector_sum_to_it_and_every_account_stays(
    case: tuple[cv.World, list[Good]],
) -> None:
    world, goods = case
    assume(goods)
    carved = world.carve(goods)
    closed(carved)
    old, new = world.accounts, carved.accounts
    size = world.trade.sum()
    for j, sector in enumerate(world.sectors):
        at = members(world, carved, sector)
        assert carved.trade[:, :, at].sum(axis=2) == pytest.approx(world.trade[:, :, j])
        duty = (carved.trade * carved.tariff)[:, :, at].sum(axis=2)
        assert duty == pytest.approx((world.trade * world.tariff)[:, :, j])
        for name in SUMS:
            summed = getattr(new, name)[:, at].sum(axis=1)
            assert summed == pytest.approx(getattr(old, name)[:, j], abs=1e-9 * size), name
    for name in WHOLE:
        assert getattr(new, name) == pytest.approx(getattr(old, name), abs=1e-9 * size), name
    assert carved.sectors[len(goods)] == world.sectors[0] + REST


@settings(max_examples=20, deadline=None)
@given(carvings(), st.randoms(use_true_random=False))
def test_the_order_of_goods_and_of_countries_plays_no_part(
    case: tuple[cv.World, list[Good]], random: Any
) -> None:
    world, goods = case
    assume(goods)
    carved = world.carve(goods)
    back = world.carve(goods[::-1])
    order = [back.sectors.index(label) for label in carved.sectors]
    assert back.trade[:, :, order] == pytest.approx(carved.trade)
    moved = list(range(len(world.countries)))
    random.shuffle(moved)
    other = cv.World.from_arrays(
        trade=world.trade[np.ix_(moved, moved)],
        tariff=world.tariff[np.ix_(moved, moved)],
        input_share=world.input_share[moved],
        trade_elasticity=world.trade_elasticity,
        countries=[world.countries[n] for n in moved],
        sectors=world.sectors,
    ).carve(goods)
    assert other.trade == pytest.approx(carved.trade[np.ix_(moved, moved)])
    assert other.input_share == pytest.approx(carved.input_share[moved], abs=1e-12)


def world_of(seed: int = 3, countries: int = 5, sectors: int = 3) -> cv.World:
    return random_world(seed, countries, sectors).world()


def test_totals_of_a_matrix_like_its_sector_give_it_back() -> None:
    world = world_of()
    rng = np.random.default_rng(1)
    scale = rng.uniform(0.1, 0.6, 5)[:, None] * rng.uniform(0.4, 1.0, 5)
    cells = world.trade[:, :, 0] * scale  # of the sector's pattern: rows and columns scaled
    good = replace(of_totals(world, "good", cells), second=world.sectors[1])
    found = wanted(world, good)
    assert not found.second.any()
    assert found.first == pytest.approx(cells, rel=1e-6)
    assert found.unmet == pytest.approx(0.0, abs=1e-6 * cells.sum())


def test_a_full_cell_stays_full_and_the_others_take_the_rest() -> None:
    pattern = np.array([[0.0, 4.0, 1.0], [2.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    rows, columns = np.array([3.0, 2.0, 1.0]), np.array([2.0, 2.0, 2.0])
    most = np.array([[9.0, 1.5, 9.0], [9.0, 9.0, 9.0], [9.0, 9.0, 9.0]])
    cells = within(pattern, rows, columns, most)
    assert cells.sum(axis=1) == pytest.approx(rows, rel=1e-6)
    assert cells.sum(axis=0) == pytest.approx(columns, rel=1e-6)
    assert cells[0, 1] <= 1.5
    assert (cells <= most).all()
    tight = within(pattern, rows, columns, 0.4 * np.ones((3, 3)))
    assert (tight <= 0.4 + 1e-12).all()
    assert (tight.sum(axis=1) <= rows + 1e-12).all()
    assert not within(pattern, 0.0 * rows, columns, most).any()


def test_known_pairs_are_kept() -> None:
    world = world_of()
    good = of_totals(world, "good", 0.2 * world.trade[:, :, 0])
    a, b, _, d, e = world.countries
    sold = 0.2 * float(world.trade[0, 1:, 0].sum())
    share = 0.4 * float(world.trade[0, 1, 0]) / sold
    known = (Flow("of_exports", a, b, share), Flow("of_imports", d, e, 0.0))
    carved = world.carve([replace(good, flows=(*good.flows, *known))])
    cells = carved.trade[:, :, 0]
    abroad = np.where(np.eye(5, dtype=bool), 0.0, cells)
    assert cells[0, 1] == pytest.approx(0.4 * world.trade[0, 1, 0], rel=1e-6)
    assert cells[3, 4] == 0.0
    assert abroad.sum(axis=1) == pytest.approx(
        0.2 * (world.trade[:, :, 0].sum(axis=1) - world.trade[:, :, 0].diagonal()), rel=1e-6
    )


def test_what_finds_no_room_comes_from_the_second_sector_and_is_recorded() -> None:
    world = world_of()
    seller, buyer = world.countries[:2]
    cell = float(world.trade[0, 1, 0])
    asked = cell + 0.5 * float(world.trade[0, 1, 1])
    flow = Flow("pair", seller, buyer, asked)
    good = Good("good", "Good", world.sectors[0], second=world.sectors[1], flows=(flow,))
    carved = world.carve([good])
    closed(carved)
    row = carved.provenance["goods"][0]
    over = asked - 0.95 * cell
    assert carved.trade[0, 1, carved.sector("good")] == pytest.approx(asked)
    assert row["from the second sector"] == {world.sectors[1]: pytest.approx(over)}
    assert carved.sector(world.sectors[1] + REST) == 2
    assert carved.trade[0, 1, 2] == pytest.approx(world.trade[0, 1, 1] - over)
    duty = (carved.trade * carved.tariff).sum(axis=2)
    assert duty == pytest.approx((world.trade * world.tariff).sum(axis=2))
    with pytest.raises(InputError, match=rf"exceeds its cells.*{seller} > {buyer}"):
        world.carve([replace(good, second="")])


def test_an_own_tariff_is_made_up_for_by_the_remainder() -> None:
    world = world_of()
    seller, buyer = world.countries[:2]
    own = Flow("tariff", seller, buyer, 0.5 * float(world.tariff[0, 1, 0]))
    good = of_cells(world, "good", 0.3)
    carved = world.carve([replace(good, flows=(*good.flows, own))])
    assert carved.tariff[0, 1, 0] == own.value
    duty = (carved.trade * carved.tariff)[:, :, :2].sum(axis=2)
    assert duty == pytest.approx((world.trade * world.tariff)[:, :, 0])
    dear = Flow("tariff", seller, buyer, 9.0)
    with pytest.raises(InputError, match="pay more duty than the sector does"):
        world.carve([replace(good, flows=(*good.flows, dear))])


def taxed_world(rate: float = 0.1) -> cv.World:
    """A small world whose every cell abroad pays one rate."""
    world = world_of()
    rates = np.full_like(world.tariff, rate)
    rates[np.diag_indices(len(rates))] = 0.0
    return duties_redrawn(world, rates)


def with_duties(good: Good, *duties: Flow) -> Good:
    return replace(good, flows=(*good.flows, *duties))


def test_an_own_duty_stands_where_the_rest_of_the_sector_can_make_up_for_it() -> None:
    world = taxed_world()
    seller, buyer, other = world.countries[:3]
    known = Flow("own_duty", seller, buyer, 0.2), Flow("own_duty", other, buyer, 0.9)
    carved = world.carve([with_duties(of_cells(world, "good", 0.3), *known)])
    assert carved.tariff[0, 1, 0] == 0.2
    assert carved.tariff[2, 1, :2].tolist() == [0.1] * 2
    duty = (carved.trade * carved.tariff)[:, :, :2].sum(axis=2)
    assert duty == pytest.approx((world.trade * world.tariff)[:, :, 0])
    assert carved.carving is not None
    assert carved.carving.duty_known[0, :3, 1].tolist() == [1.0, 0.0, 0.0]


def test_of_goods_that_pay_more_than_their_sector_the_one_that_asks_most_gives_way() -> None:
    world = taxed_world()
    seller, buyer = world.countries[:2]
    pair = Flow("own_duty", seller, buyer, 0.2), Flow("own_duty", seller, buyer, 0.22)
    goods = [of_cells(world, code, 0.3) for code in ("good", "twin")]
    both = [with_duties(good, duty) for good, duty in zip(goods, pair, strict=True)]
    assert world.carve(both).tariff[0, 1, :2].tolist() == [0.2, 0.1]
    assert world.carve(both[::-1]).tariff[0, 1, :2].tolist() == [0.1, 0.2]
    # what is known of the pair stands before what is known of every seller
    alike = with_duties(goods[0], Flow("mfn_duty", "", buyer, 0.2))
    assert world.carve([alike, both[1]]).tariff[0, 1, :2].tolist() == [0.1, 0.22]


def test_what_is_not_known_of_a_good_pays_its_sectors_rate() -> None:
    world = taxed_world()
    seller, buyer = world.countries[:2]
    good = with_duties(
        of_cells(world, "good", 0.3),
        Flow("mfn_duty", "", buyer, 0.02),
        Flow("mfn_known", "", buyer, 0.5),
        Flow("own_duty", seller, buyer, 0.0),
        Flow("duty_known", seller, buyer, 0.25),
    )
    carved = world.carve([good])
    everybody = 0.5 * 0.02 + 0.5 * 0.1
    assert carved.tariff[2, 1, 0] == pytest.approx(everybody)
    assert carved.tariff[0, 1, 0] == pytest.approx(0.75 * everybody)
    assert carved.carving is not None
    assert carved.carving.duty_known[0, [0, 2], 1] == pytest.approx([0.25 + 0.75 * 0.5, 0.5])
    abroad = np.where(np.eye(len(carved.trade), dtype=bool), 0.0, carved.trade[:, :, 0])
    part = float((abroad * carved.carving.duty_known[0]).sum() / abroad.sum())
    said = carved.provenance["goods"][0]["own duty known, part of taxed trade"]
    assert said == pytest.approx(part)


def test_an_own_duty_gives_way_in_a_free_cell_and_in_a_merged_world() -> None:
    world = world_of()
    seller, buyer, third = world.countries[:3]
    good = of_cells(world, "good", 0.3)
    good = replace(good, flows=(*good.flows, Flow("own_duty", seller, buyer, 0.001)))
    rates = np.array(world.tariff)
    rates[0, 1, 0] = 0.0
    assert duties_redrawn(world, rates).carve([good]).tariff[0, 1, 0] == 0.0
    merged = world.aggregate(countries={"REST": [third, world.countries[3]]})
    i, n = merged.country(seller), merged.country(buyer)
    assert merged.carve([good]).tariff[i, n, 0] == merged.tariff[i, n, 0]


def test_a_country_that_does_not_make_a_good_is_idle_in_it() -> None:
    world = world_of()
    seller, buyer = world.countries[:2]
    flow = Flow("pair", seller, buyer, 0.3 * float(world.trade[0, 1, 0]))
    carved = world.carve([Good("good", "Good", world.sectors[0], flows=(flow,))])
    closed(carved)
    output = carved.accounts.gross_output[:, carved.sector("good")]
    assert (output > 0).tolist() == [True, False, False, False, False]
    assert not carved.input_share[1:, :, carved.sector("good")].any()


def test_a_carved_world_is_solved_and_certified() -> None:
    world = world_of()
    carved = world.carve([of_cells(world, "good", 0.3)])
    tariff = np.array(carved.tariff)
    tariff[0, 1, carved.sector("good")] += 0.5
    found = cv.solve(carved, cv.Scenario.from_arrays(carved, tariff=tariff))
    assert found.certificate.residual < 1e-8
    still = cv.solve(carved, cv.Scenario.from_arrays(carved))
    assert still.arrays["welfare"] == pytest.approx(0.0, abs=1e-10)


def test_elasticities_are_the_sector_s_unless_own_ones_are_asked_for() -> None:
    world = world_of()
    good = of_cells(world, "good", 0.3, theta=7.0)
    assert world.carve([good]).trade_elasticity[0] == world.trade_elasticity[0]
    own = world.carve([good], elasticity="own").trade_elasticity
    assert own[:2].tolist() == [7.0, world.trade_elasticity[0]]
    with pytest.raises(InputError, match="'sector' or 'own'"):
        world.carve([good], elasticity="mine")  # type: ignore[arg-type]


def test_a_good_that_is_its_sector_is_not_carved() -> None:
    world = world_of()
    assert world.carve([of_cells(world, "good", 0.9)]) is world
    whole = Good("coal", "Coal", world.sectors[0], basis="sector")
    assert world.carve([whole]) is world
    both = world.carve([whole, of_cells(world, "good", 0.3, sector=1)])
    assert both.provenance["goods that are sectors"] == {"coal": world.sectors[0]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"theta": 60.0}, "an elasticity of 60 is outside 1 to 25"),
        ({"supply": 0.0}, "an elasticity of supply of 0 is not positive"),
        ({"kind": "x"}, "no class 'x'; it is one of w, r, n"),
        ({"flows": ()}, "has no data"),
    ],
)
def test_goods_that_cannot_be_are_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        replace(of_cells(world_of(), "good", 0.3), **change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sector": "A02"}, "is of sector 'A02', which world 'world' does not have"),
        ({"code": "C10T12"}, "has a sector 'C10T12' already"),
        (
            {"flows": (Flow("pair", "CAN", "CHX", 1.0),)},
            "names 'CHX', which is no country of world",
        ),
        ({"flows": (Flow("pair", "CAN", "CHN", -1.0),)}, "pair of -1 is no amount"),
        ({"flows": (Flow("exports", "CAN", "", 0.0), Flow("imports", "", "CHN", 1.0))}, "one side"),
        ({"flows": (Flow("pair", "CAN", "CHN", 0.0),), "code": "x"}, "has no data"),
    ],
)
def test_carvings_that_cannot_be_are_refused(change: dict[str, Any], said: str) -> None:
    world = world_of()
    assert world.sectors == ("A01", "C10T12", "C24A")
    with pytest.raises(InputError, match=said):
        world.carve([replace(of_cells(world, "good", 0.3), **change)])


def test_a_world_is_carved_once_and_before_its_sectors_are_merged() -> None:
    world = world_of()
    good = of_cells(world, "good", 0.3)
    with pytest.raises(InputError, match="has goods carved out already"):
        world.carve([good]).carve([replace(good, code="other")])
    with pytest.raises(InputError, match="named twice"):
        world.carve([good, good])
    merged = world.aggregate(sectors={"A01": ["A01", "C10T12"]})
    with pytest.raises(InputError, match="merged from A01, C10T12; carve the world first"):
        merged.carve([good])
    after = world.carve([good]).aggregate(sectors={"FOOD": ["good", "A01-rest"]})
    assert after.trade[:, :, 0] == pytest.approx(world.trade[:, :, 0])


def test_a_world_with_merged_countries_keeps_what_its_labels_hold(tmp_path: Path) -> None:
    world = world_of()
    merged = world.aggregate(countries={"NAM": list(world.countries[:2])})
    carved = merged.carve([of_cells(world, "good", 0.3)])
    closed(carved)
    assert carved.concordance is not None
    assert carved.finest.sectors == ("good", "A01-rest", "C10T12", "C24A")
    assert carved.finest.trade[:, :, :2].sum(axis=2) == pytest.approx(world.trade[:, :, 0])
    assert carved.held["NAM"] == world.countries[:2]
    saved = cv.read_world(carved.save(tmp_path / "w.nc"))
    assert saved.hash == carved.hash != merged.hash


def test_goods_of_the_package_are_carved_by_code_and_name(oecd: cv.World) -> None:
    carved = cv.open_world(goods=["canola-seed", "Wheat"])
    closed(carved)
    assert carved.name == "oecd-2022+canola-seed+wheat"
    assert cv.open_world(goods="wheat").hash == oecd.carve("wheat").hash
    assert carved.sectors[:3] == ("canola-seed", "wheat", "A01-rest")
    origin = {"world": "oecd-2022", "hash": oecd.hash, "table": oecd.table_hash}
    assert carved.provenance["carved_from"] == origin
    with pytest.raises(InputError, match="no good 'canola-seeds'; did you mean 'canola-seed'"):
        cv.open_world(goods=["canola-seeds"])


@pytest.mark.parametrize(
    "code", [code for code, good in table_of_goods().items() if not good.whole]
)
def test_every_good_of_the_package_finds_room(code: str, oecd: cv.World) -> None:
    carved = oecd.carve([code])
    row = carved.provenance["goods"][0]
    assert row["found no room"] <= 0.02 * (row["trade abroad"] + row["sales at home"])
    assert 0.001 < row["part of the sector's trade abroad"] < 0.8


def test_all_goods_of_the_package_are_carved_at_once(oecd: cv.World) -> None:
    carved = oecd.carve(list(table_of_goods()))
    closed(carved)
    assert len(carved.sectors) > len(oecd.sectors) + 30
    assert carved.accounts.income == pytest.approx(oecd.accounts.income)


def test_goods_of_the_package_have_their_own_duties_and_sectors_keep_theirs(
    oecd: cv.World,
) -> None:
    carved = oecd.carve(list(table_of_goods()))
    i, n = oecd.country("CAN"), oecd.country("CHN")
    rates = {code: float(carved.tariff[i, n, carved.sector(code)]) for code in OWN_DUTIES}
    assert rates == pytest.approx(OWN_DUTIES)
    # the ledger names a part of its codes, the tariff all of them
    peas = carved.tariff[i, n, carved.sector("peas-lentils")]
    assert peas == pytest.approx(0.3705 * 0.05 + (1 - 0.3705) * 0.046)
    assert (carved.trade * carved.tariff).sum(axis=2) == pytest.approx(
        (oecd.trade * oecd.tariff).sum(axis=2), rel=1e-9
    )
    assert carved.tariff.min() >= 0.0


def test_own_duties_give_way_in_a_world_without_tariffs(oecd: cv.World) -> None:
    free = duties_redrawn(oecd, np.zeros_like(oecd.tariff))
    assert not free.carve(["canola-meal", "pork", "electric-cars"]).tariff.any()


def test_a_carved_world_takes_a_named_set_of_elasticities(oecd: cv.World) -> None:
    carved = oecd.carve(["pork", "wheat"]).with_elasticity_set("caliendo-parro-2015")
    whole = oecd.with_elasticity_set("caliendo-parro-2015")
    theta = dict(zip(whole.sectors, whole.trade_elasticity.tolist(), strict=True))
    found = dict(zip(carved.sectors, carved.trade_elasticity.tolist(), strict=True))
    assert found["pork"] == found["C10T12-rest"] == theta["C10T12"]
    assert found["wheat"] == found["A01-rest"] == theta["A01"]


def test_a_seller_that_a_market_takes_whole_sells_elsewhere_too() -> None:
    world = world_of()
    good = of_totals(world, "good", 0.02 * world.trade[:, :, 0])
    plain = wanted(world, good).first
    np.fill_diagonal(plain, 0.0)
    i, n = int(plain.sum(axis=1).argmin()), int(plain.sum(axis=0).argmax())
    assert plain[:, n].sum() > plain[i].sum()  # half of what n buys is more than i sells
    share = Flow("of_imports", world.countries[i], world.countries[n], 0.9)
    cells = wanted(world, replace(good, flows=(*good.flows, share))).first
    elsewhere = [k for k in range(5) if k not in (i, n)]
    most = 0.95 * world.trade[i, n, 0]
    assert cells[i, n] == pytest.approx(min(0.9 * plain[:, n].sum(), most), rel=1e-6)
    assert cells[i, elsewhere].sum() >= 0.5 * plain[i, elsewhere].sum() > 0


def test_a_question_of_law_is_answered_on_its_goods(oecd: cv.World) -> None:
    carved = oecd.carve(["canola-seed", "canola-oil", "canola-meal", "pork"])
    solution = cv.solve(carved, "canada-china")
    rows = {(row["name"], row["sector"]): row for row in lines(solution)}
    for name, label in (("canola seed", "canola-seed"), ("pork", "pork")):
        row = rows[name, label]
        assert (row["weight"], row["coverage_basis"]) == (1.0, "whole")
        assert row["coverage_source"] == "the HS codes of the good"
    aside = [c for note in solution.resolved.notes if note.kind == "own_aside" for c in note.cells]
    assert not {c.sector for c in aside} & {"canola-seed", "canola-oil", "canola-meal", "pork"}


def test_a_good_that_is_not_carved_is_named_with_the_way_to_it(oecd: cv.World) -> None:
    with pytest.raises(InputError, match=r"no sector 'barley' .*a good of the table: carve it"):
        oecd.sector("barley")
    assert oecd.carve(["barley"]).sector("barley") >= 0


def test_a_good_that_is_its_sector_stands_for_it(oecd: cv.World) -> None:
    goods = [good for good in table_of_goods().values() if good.whole]
    assert {good.code for good in goods} >= {"coal", "steel"}
    for good in goods:
        assert oecd.sector(good.code) == oecd.sectors.index(good.sector)
    with pytest.raises(InputError, match="it is a good of the table: carve it"):
        oecd.sector("pork")
