"""The ladder: each rung finds the same answer, hard cases reach each, what has none says so."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import countervail as cv
from countervail.bridge import baseline
from countervail.core import ladder, walks
from countervail.core.model import Baseline, Hats, Shock, Weights
from countervail.core.unknowns import COMMON, Unknown, pack, unpack
from countervail.models import CaliendoParro
from countervail.testing import Table, random_world, tiny
from countervail.testing.shocks import TableShock, everywhere, random_shock, unilateral

from .small import core, every_kind

Array = NDArray[np.float64]
RUNGS = dict(ladder.RUNGS)


def prepared(table: Table, shock: TableShock) -> tuple[CaliendoParro, Baseline, Weights]:
    model, base = CaliendoParro(), baseline(table.world())
    return model, base, model.prepare(base, core(shock))


def found(point: Array, residual: float, sweeps: int) -> ladder.Found:
    """Where a rung that failed stopped."""
    one = np.ones(1)
    return ladder.Found(point, residual * one, np.array([sweeps]), one < 0, one)


def corner(seed: int) -> Table:
    """Random worlds with everything awkward: zeros, idle producers, empty markets, 0.05 to 65."""
    return random_world(
        seed,
        2 + seed % 5,
        1 + seed % 4,
        zero_flows=(seed % 4) * 0.2,
        idle_producers=seed % 3,
        empty_markets=(seed // 3) % 3,
        elasticities=(0.05, 65.0),
        deficits=(0.0, 0.1, 0.4, 1.0)[seed % 4],
    )


@pytest.mark.parametrize("rung", [rung for rung in RUNGS if rung != "apart"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_rung_alone_finds_the_same(
    rung: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, base, weights = prepared(*every_kind(seed))
    expected = ladder.solve(model, base, weights, 1e-12)
    assert expected.rung == "anderson"
    monkeypatch.setattr(ladder, "RUNGS", {rung: RUNGS[rung]})
    alone = ladder.solve(model, base, weights, 1e-12)
    assert alone.rung == rung
    assert alone.residual <= 1e-12
    for left, right in zip(alone.hats.blocks, expected.hats.blocks, strict=True):
        assert np.allclose(left, right, atol=1e-9)


# chosen so that rounding does not decide: with noise of 1e-12 on trade the rung is the same
@pytest.mark.parametrize(
    ("rung", "seed", "fortress"),
    [
        ("anderson", 0, True),
        ("damped", 43, True),
        ("newton", 4, True),
    ],
)
def test_a_case_that_needs_each_rung(rung: str, seed: int, fortress: bool) -> None:
    """Walls of 1000 per cent; that it works matters, not which way it went."""
    table = corner(seed)
    world = table.world()
    shock = unilateral(table, 0, 10.0) if fortress else everywhere(table, 10.0)
    solution = cv.solve(world, shock.scenario(world))
    assert solution.certificate.residual <= 1e-10
    assert solution.certificate.rung == rung


def test_sweeps_of_failed_rungs_count(monkeypatch: pytest.MonkeyPatch) -> None:
    model, base, weights = prepared(*every_kind(1))
    alone = ladder.solve(model, base, weights, 1e-12)

    def hopeless(*_: object) -> ladder.Found:
        return found(pack(model.guess(base).blocks), 1.0, 1000)

    monkeypatch.setattr(ladder, "RUNGS", {"anderson": hopeless, "damped": RUNGS["anderson"]})
    second = ladder.solve(model, base, weights, 1e-12)
    assert (second.rung, second.sweeps) == ("damped", 1000 + alone.sweeps)


def test_when_no_rung_works_there_are_no_hats(monkeypatch: pytest.MonkeyPatch) -> None:
    table, shock = every_kind(1)
    world = table.world()

    def hopeless(_m: object, _b: object, _w: object, first: Array, _t: float) -> ladder.Found:
        return found(first, 3e-4, 70)

    monkeypatch.setattr(ladder, "RUNGS", dict.fromkeys(RUNGS, hopeless))
    with pytest.raises(
        cv.NotCertified, match=r"after 490 sweeps on 7 methods the residual is"
    ) as no:
        cv.solve(world, shock.scenario(world))
    assert "3.0e-04; try a smaller shock" in str(no.value)
    assert no.value.exit_code == 3


def test_numbers_that_overflow_on_every_rung_are_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table, shock = every_kind(1)
    world = table.world()

    def lost(_m: object, _b: object, _w: object, first: Array, _t: float) -> ladder.Found:
        return found(first, np.inf, 1)

    monkeypatch.setattr(ladder, "RUNGS", dict.fromkeys(RUNGS, lost))
    with pytest.raises(cv.NotCertified, match="costs or incomes in different places"):
        cv.solve(world, shock.scenario(world))


def test_a_later_rung_may_prove_a_reason_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    model, base, weights = prepared(*every_kind(1))

    def mistaken(*_: object) -> ladder.Found:
        raise cv.NoEquilibrium("{country} has nothing left", country=0)

    monkeypatch.setattr(ladder, "RUNGS", {"anderson": mistaken, "damped": RUNGS["damped"]})
    assert ladder.solve(model, base, weights, 1e-12).rung == "damped"
    monkeypatch.setattr(ladder, "RUNGS", {"anderson": mistaken})
    with pytest.raises(cv.NoEquilibrium, match="country 0 has nothing left"):
        ladder.solve(model, base, weights, 1e-12)


def test_a_start_near_the_answer_saves_sweeps() -> None:
    model, base, weights = prepared(*every_kind(2))
    cold = ladder.solve(model, base, weights, 1e-11)
    warm = ladder.solve(model, base, weights, 1e-11, cold.hats)
    assert warm.sweeps == 1
    assert np.array_equal(warm.hats.wage, cold.hats.wage)


def test_no_shock_is_solved_by_looking() -> None:
    model, base, weights = prepared(tiny(), TableShock())
    still = ladder.solve(model, base, weights, 1e-12)
    assert still.sweeps == 1
    assert max(np.abs(h).max() for h in still.hats.blocks) == 0


def test_pack_and_unpack() -> None:
    base = baseline(tiny().world())
    price = np.arange(30.0).reshape(3, 5, 2)
    hats = Hats(np.arange(10.0).reshape(5, 2), price, -price, (2 * price,))
    unknowns = (*COMMON, Unknown("rent", ("sector", "country")))
    for there, back in zip(
        hats.blocks, unpack(pack(hats.blocks), unknowns, base).blocks, strict=True
    ):
        assert np.array_equal(there, back)


def refused(table: Table, shock: TableShock, deficits: str = "world_share") -> str:
    world = table.world()
    with pytest.raises(cv.NoEquilibrium) as refusal:
        cv.solve(world, shock.scenario(world), cv.CaliendoParro(deficits=deficits))  # type: ignore[arg-type]
    assert not re.search(r"[{}]|country \d|sector \d", str(refusal.value)), "labels, not positions"
    assert refusal.value.exit_code == 3
    return str(refusal.value)


def closed_for(table: Table, country: int, exports: bool, imports: bool) -> TableShock:
    barrier = np.ones(table.trade.shape)
    if exports:
        barrier[country] = np.inf
    if imports:
        barrier[:, country] = np.inf
    barrier[country, country] = 1.0
    return TableShock(iceberg_hat=barrier)


def without_idle_producers() -> Table:
    return random_world(8, 4, 3)


def test_a_surplus_that_may_not_be_sold() -> None:
    table = without_idle_producers()
    surplus = int(np.argmin(table.world().accounts.deficit))
    said = refused(table, closed_for(table, surplus, exports=True, imports=False))
    assert said.startswith(f"{table.countries[surplus]} can import only yet must run a surplus of ")
    assert "no equilibrium exists with this closure" in said


def test_a_deficit_that_may_not_be_bought() -> None:
    table = without_idle_producers()
    borrower = int(np.argmax(table.world().accounts.deficit))
    said = refused(table, closed_for(table, borrower, exports=False, imports=True))
    assert said.startswith(
        f"{table.countries[borrower]} can export only yet must run a deficit of "
    )


def test_autarky_with_a_deficit_and_with_none() -> None:
    table = without_idle_producers()
    cut_off = closed_for(table, 1, exports=True, imports=True)
    said = refused(table, cut_off)
    assert said.startswith(f"{table.countries[1]} cannot trade yet must run a")
    world = table.world()
    solution = cv.solve(world, cut_off.scenario(world), cv.CaliendoParro(deficits="closed"))
    assert solution.arrays["trade_new"][1, [0, 2, 3]].sum() == 0
    assert solution.arrays["welfare"][1] < 0


def test_balanced_trade_that_may_go_one_way_has_no_equilibrium() -> None:
    """What may not be sold cannot be paid for: only an ever lower wage would bring it near."""
    table = without_idle_producers()
    one_way = closed_for(table, 2, exports=True, imports=False)
    said = refused(table, one_way, "closed")
    assert said.startswith("USA can import only yet must run balanced trade: no wage brings that")


def between_blocs(table: Table, members: list[int], both_ways: bool) -> TableShock:
    """A ban of sales by some countries to the others, and the other way round."""
    barrier = np.ones(table.trade.shape)
    others = [n for n in range(len(barrier)) if n not in members]
    barrier[np.ix_(members, others)] = np.inf
    if both_ways:
        barrier[np.ix_(others, members)] = np.inf
    return TableShock(iceberg_hat=barrier)


def test_blocs_are_told_together() -> None:
    table = random_world(9, 5, 3)
    deficit = table.world().accounts.deficit
    lenders = [int(n) for n in np.argsort(deficit)[:2]]
    said = refused(table, between_blocs(table, lenders, both_ways=False))
    assert " and 1 more, together, can import only yet must run a surplus of " in said
    said = refused(table, between_blocs(table, lenders, both_ways=True))
    assert " and 1 more, together, cannot trade yet must run a surplus of " in said
    assert said.split()[0] in {table.countries[n] for n in lenders}


def test_two_worlds_apart_are_solved_when_trade_is_balanced() -> None:
    table = random_world(9, 5, 3)
    world = table.world()
    shock = between_blocs(table, [0, 3], both_ways=True)
    solution = cv.solve(world, shock.scenario(world), cv.CaliendoParro(deficits="closed"))
    assert solution.arrays["trade_new"][np.ix_([0, 3], [1, 2, 4])].sum() == 0


def test_trade_one_way_is_searched_along_the_wages_of_one_side() -> None:
    """A country that may only buy, in a world where deficits follow incomes."""
    table = random_world(8, 4, 3)
    world = table.world()
    borrower = int(np.argmax(world.accounts.deficit / world.accounts.value_added))
    shock = closed_for(table, borrower, exports=True, imports=False)
    own = cv.CaliendoParro(deficits="own_income")
    found = cv.solve(world, shock.scenario(world), own)
    model, base = CaliendoParro(deficits="own_income"), baseline(world)
    weights = model.prepare(base, core(shock))
    first = pack(model.guess(base).blocks)
    apart = RUNGS["apart"](model, base, weights, first, 1e-11)
    assert apart.converged[0]
    wage = unpack(apart.point, model.unknowns, base).wage[:, 0]
    assert np.allclose(np.exp(wage), found.arrays["wage_hat"], rtol=1e-6)


def test_near_autarky_wages_come_to_lie_a_barrier_apart() -> None:
    """Deficits follow incomes, so there must be trade, though it costs six hundred times as much.

    Goods are all but the same: they go only where wages are that many times as high. Country 2,
    with the largest deficit for its income, must be the richest, and every other has to sell to
    somebody a barrier above it: 0 and 3 to 2 itself, and 1, from which 2 buys nothing, to 0.
    """
    trade = np.array([[10, 37, 41, 0], [38, 10, 0, 2], [0, 0, 10, 44], [0, 0, 31, 10.0]])
    nothing = np.zeros((4, 4, 1))
    table = Table(trade[:, :, None], nothing, nothing[:, :1], np.array([65.0]))
    world = table.world()
    barrier = np.where(np.eye(4) == 1, 1.0, 600.0)[:, :, None]
    shock, model = TableShock(iceberg_hat=barrier), CaliendoParro(deficits="own_income")
    found = cv.solve(world, shock.scenario(world), model)
    wage = np.log(found.arrays["wage_hat"])
    assert np.allclose((wage.max() - wage) / np.log(600.0), [1, 2, 0, 1], atol=0.05)
    base = baseline(world)
    weights, first = model.prepare(base, core(shock)), pack(model.guess(base).blocks)
    with np.errstate(all="ignore"):
        alone = RUNGS["market"](model, base, weights, first, 1e-11)
    assert alone.converged[0]
    assert np.allclose(unpack(alone.point, model.unknowns, base).wage[:, 0], wage, atol=1e-6)


def test_the_market_is_left_out_where_countries_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    model, base, weights = prepared(*every_kind(1))
    monkeypatch.setattr(ladder, "MOST_DIFFERENCED_COUNTRIES", 1)
    out = RUNGS["market"](model, base, weights, pack(model.guess(base).blocks), 1e-12)
    assert not out.converged[0]
    assert out.sweeps[0] == 0


def test_a_surplus_larger_than_all_it_earns() -> None:
    """A country that gives away nearly all it makes, and is then walled in."""
    trade = np.array([[[20.0], [70.0]], [[10.0], [90.0]]])
    table = Table(trade, np.zeros((2, 2, 1)), np.zeros((2, 1, 1)), np.array([4.0]))
    said = refused(table, unilateral(table, 1, 50.0))
    assert "CAN" in said


@pytest.mark.parametrize(
    "seed", [98, pytest.param(94, marks=pytest.mark.slow), pytest.param(31, marks=pytest.mark.slow)]
)
def test_a_line_search_that_overflows_is_a_failed_rung(seed: int) -> None:
    """Whatever a rung runs into, the end is an answer or a refusal."""
    table = corner(seed)
    world = table.world()
    try:
        solution = cv.solve(world, everywhere(table, 10.0).scenario(world))
    except cv.NotCertified:
        return
    assert solution.certificate.residual <= 1e-10


def test_steps_go_from_the_baseline_to_the_shock() -> None:
    table = random_world(4, 4, 3)
    model, base, weights = prepared(table, random_shock(4, table, tariffs=1.0, bans=0.2))
    start, end = walks.between(base, weights, 0.0), walks.between(base, weights, 1.0)
    assert np.allclose(start.share, base.trade_share, rtol=1e-14)
    at_border = (base.trade_share / (1 + base.tariff)).swapaxes(1, 2)
    assert np.allclose(start.sold, at_border, rtol=1e-14)
    assert np.allclose(end.share, weights.share, rtol=1e-14)
    half = walks.between(base, weights, 0.5)
    low, high = np.minimum(start.share, end.share), np.maximum(start.share, end.share)
    assert ((half.share >= low * (1 - 1e-12)) & (half.share <= high * (1 + 1e-12))).all()
    assert model.prepare(base, Shock()).share is not weights.share


def test_a_ban_cuts_trade_ever_further_on_the_way_to_nothing() -> None:
    table = random_world(4, 4, 3)
    _, base, weights = prepared(table, random_shock(4, table, tariffs=1.0, bans=0.2))
    banned = (weights.share == 0) & (base.trade_share > 0)
    parts = (0.0, 0.25, 0.5, 0.75, 0.95, 1.0)
    left = [walks.between(base, weights, p).share[banned] / base.trade_share[banned] for p in parts]
    logs = (0.0, 10.0, 30.0, 90.0, 570.0, np.inf)
    assert np.allclose([part.max() for part in left], np.exp(-np.array(logs)), rtol=1e-9, atol=0.0)
    assert all(np.ptp(part) <= 1e-12 * part.max() for part in left)


def test_a_surplus_that_is_unearned_only_when_next_to_nothing_is_left_of_banned_trade() -> None:
    table = random_world(949, 4, 2, zero_flows=0.5, elasticities=(0.1, 8.0), deficits=0.5)
    shock = random_shock(949, table, tariffs=0.0, bans=0.5, sever=True)
    assert "MEX would have to run a surplus larger than all it earns" in refused(table, shock)


def test_all_the_way_a_cell_is_what_reaches_its_seller_and_both_treasuries() -> None:
    table = random_world(2, 4, 3)
    shock = random_shock(2, table, tariffs=0.5, icebergs=0.2, export_taxes=0.3)
    _, base, weights = prepared(table, shock)
    assert len(weights.export_taxed) > 0
    for part in (0.0, 0.3, 0.9, 1.0):
        on_the_way = walks.between(base, weights, part)
        share, duty, border = (np.zeros_like(weights.share) for _ in range(3))
        duty[on_the_way.taxed] = on_the_way.duty
        border[on_the_way.export_taxed] = on_the_way.export_duty.swapaxes(1, 2)
        share = on_the_way.sold.swapaxes(1, 2) + border + duty
        assert np.allclose(share, on_the_way.share, rtol=1e-13, atol=0.0)
    assert np.allclose(on_the_way.duty, weights.duty, rtol=1e-12, atol=1e-15)


def test_a_walk_looks_ahead_along_the_line_through_its_last_two_stations() -> None:
    """Where the way is straight, every guess but the first is the next station."""
    _, base, weights = prepared(*every_kind(1))
    model, here = CaliendoParro(), [0.0]
    first = pack(model.guess(base).blocks)
    way = 1e-3 * np.random.default_rng(1).normal(size=first.shape)
    off: list[float] = []

    def state(part: float) -> tuple[Baseline, Weights]:
        here[0] = part
        return base, weights

    def climb(*given: Any) -> ladder.Found:
        station = first + here[0] * way
        off.append(float(np.abs(given[3] - station).max()))
        return found(station, 0.0, 1)._replace(converged=np.ones(1, dtype=bool))

    end = walks.walk(model, state, climb, first, 1e-11)
    assert np.allclose(end.point, first + way)
    assert len(off) > 2
    assert off[0] > 1e-5
    assert max(off[1:]) < 1e-15


@pytest.mark.parametrize("wall", [np.exp(6.0), 6480.0])
def test_who_must_import_what_others_hardly_sell_lives_on_a_wage_far_below_theirs(
    wall: float,
) -> None:
    """Stress case 3000473 was refused for numbers too far apart; it has an equilibrium.

    The first country exports all it makes of one good and imports what it uses of it. Behind walls
    it goes on spending 10 of 65 on it, and pays by selling at a wage as low as the walls are high.
    """
    trade = np.zeros((2, 2, 2))
    trade[:, :, 0] = [[0.0, 10.0], [10.0, 100.0]]
    trade[:, :, 1] = [[50.0, 5.0], [5.0, 200.0]]
    nothing = np.zeros((2, 2, 2))
    world = Table(trade, nothing, nothing, np.array([65.0, 65.0])).world()
    walls = TableShock(iceberg_hat=np.where(np.eye(2)[:, :, None] > 0, 1.0, wall) * np.ones(2))
    found = cv.solve(world, walls.scenario(world), cv.CaliendoParro(deficits="closed"))
    wage, sales = found.arrays["wage_hat"], found.arrays["trade_new"]
    assert np.log(wage[1] / wage[0]) == pytest.approx(np.log(wall), abs=0.2)
    assert sales[1, 0, 0] == pytest.approx(10.0 * wage[0], rel=1e-9)
    assert sales[0, 1].sum() == pytest.approx(sales[1, 0].sum(), rel=1e-9)
