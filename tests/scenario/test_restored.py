"""Questions about measures that suppressed their own base year: the world of each, by name."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

import countervail as cv
from countervail.draws.batch import solve_many
from countervail.draws.priors import Priors
from countervail.policy.bargaining.concessions import Concession, ConcessionTable, Party
from countervail.policy.bargaining.packages import Valuer
from countervail.policy.in_force import PolicyInForce
from countervail.present.result import document
from countervail.scenario import Change
from countervail.scenario.shipped import open_scenario

NAME = "oecd-2022+AUS-CHN:A01,A02,A03,B05,C10T12@2019+AUS-CHN:A01@2020"
COAL = "chn-aus-coal-2020"


@pytest.fixture(scope="module")
def imposed(oecd: cv.World) -> cv.Solution:
    return cv.solve(oecd, open_scenario("australia-china", variant="imposed"))


@pytest.fixture(scope="module")
def unwound(oecd: cv.World) -> cv.Solution:
    return cv.solve(oecd, open_scenario("australia-china", variant="unwound"))


def coal(first: str = "2020-01-31", last: str = "2021-06-30") -> cv.Scenario:
    return cv.Scenario.between(cv.open_ledger(), first, last, measures=[COAL])


def test_the_coal_cell_is_that_of_2019(oecd: cv.World) -> None:
    asked = coal()
    world = asked.base_world(oecd)
    cell = oecd.country("AUS"), oecd.country("CHN"), oecd.sector("B05")
    assert world.name == "oecd-2022+AUS-CHN:B05@2019"
    assert round(float(oecd.trade[cell])) == 503
    assert round(float(world.trade[cell])) == 6338
    [line] = document(cv.solve(oecd, coal())).as_dict()["lines"]
    assert line["weight"] == pytest.approx(1.0)  # the good is the sector
    assert line["coverage_basis"] == "whole"
    assert asked.base_world(oecd) is world  # kept
    assert coal().base_world(oecd).hash == world.hash
    assert coal().base_world(cv.open_world()).hash == world.hash


def test_imposition_and_end_are_reverses(imposed: cv.Solution, unwound: cv.Solution) -> None:
    assert imposed.world.name == unwound.world.name == NAME
    assert imposed.world.hash == unwound.world.hash
    back_and_forth = (1 + imposed.arrays["welfare"] / 100) * (1 + unwound.arrays["welfare"] / 100)
    assert back_and_forth == pytest.approx(1.0, abs=1e-10)
    aus = imposed.world.country("AUS")
    assert imposed.arrays["welfare"][aus] == pytest.approx(-0.079, abs=0.002)


def test_coal_alone_is_its_own_reverse(oecd: cv.World) -> None:
    background = {"background": "2022-12-31"}
    ban = cv.Scenario.between(
        cv.open_ledger(), "2020-01-31", "2021-06-30", measures=[COAL], **background
    )
    end = cv.Scenario.between(
        cv.open_ledger(), "2021-06-30", "2024-12-31", measures=[COAL], **background
    )
    there, back = (cv.solve(oecd, one).arrays["real_wage"] for one in (ban, end))
    assert (1 + there / 100) * (1 + back / 100) == pytest.approx(1.0, abs=1e-10)


def test_a_question_without_such_a_measure_keeps_its_world(oecd: cv.World) -> None:
    for name in ("canada-china", "us-canada", "us-china-2025", "ev-for-canola"):
        assert open_scenario(name).base_world(oecd) is oecd
    still = cv.Scenario.between(cv.open_ledger(), "2021-04-01", "2021-06-01")
    assert still.base_world(oecd) is oecd  # nothing suppressed changed between these days


def test_the_answer_says_so(imposed: cv.Solution, oecd: cv.World) -> None:
    said = document(imposed).as_dict()
    assert said["world"]["name"] == NAME
    assert said["manifest"]["world"] == {"name": NAME, "hash": imposed.world.hash}
    assert said["manifest"]["world"]["hash"] != oecd.hash
    barley = next(r for r in said["world"]["restored"] if r["product"] == "barley")
    assert barley["value"] == pytest.approx(1750 / 1.439 / 1.072)
    reported = " ".join(said["assumptions"])
    assert re.search(r"AUS>CHN B05 \(503 to 6,338, with goods of 2019\)", reported)
    assert "lower bounds" not in reported
    assert imposed.observed is oecd


def test_weights_are_those_of_the_restored_cell(imposed: cv.Solution) -> None:
    lines, world = imposed.resolved.lines, imposed.world
    assert lines is not None
    trade = world.trade[lines.exporter, lines.importer, lines.sector] * lines.weight
    worth = dict(zip(lines.names, trade, strict=True))
    assert worth["barley"] == pytest.approx(1750 / 1.439 / 1.072)
    assert worth["cotton"] == pytest.approx(777.505 / 1.072)
    assert worth["bottled wine"] == pytest.approx(1200 / 1.439 / 1.072)


def test_a_restored_world_can_be_asked_again(imposed: cv.Solution) -> None:
    again = cv.solve(imposed.world, imposed.scenario)
    assert again.world is imposed.world
    assert again.arrays["welfare"] == pytest.approx(imposed.arrays["welfare"], abs=1e-9)


def test_balanced_trade_comes_after(oecd: cv.World) -> None:
    closed = cv.solve(oecd, coal(), cv.CaliendoParro(deficits="closed"))
    assert closed.world.name == "oecd-2022+AUS-CHN:B05@2019, trade balanced"
    [line] = document(closed).as_dict()["lines"]
    assert line["weight"] == pytest.approx(1.0)


def test_a_merged_world_prices_the_same(oecd: cv.World, imposed: cv.Solution) -> None:
    merged = oecd.aggregate(sectors={"FARM": ["A01", "A02", "A03"]})
    farms = cv.solve(merged, imposed.scenario)
    assert farms.world.name == f"{merged.name}{NAME.removeprefix('oecd-2022')}"
    for code in ("AUS", "CHN"):
        fine = imposed.arrays["welfare"][oecd.country(code)]
        assert farms.arrays["welfare"][merged.country(code)] == pytest.approx(fine, rel=0.15)
    worth = {row["product"]: row["weight"] for row in document(farms).as_dict()["lines"]}
    cell = merged.country("AUS"), merged.country("CHN"), merged.sector("FARM")
    assert worth["barley"] * farms.world.trade[cell] == pytest.approx(1750 / 1.439 / 1.072)


def test_many_questions_have_each_its_world(oecd: cv.World, imposed: cv.Solution) -> None:
    asked = [open_scenario("canada-china"), imposed.scenario, coal()]
    many = solve_many(oecd, asked)
    assert many.failures == {}
    for k, scenario in enumerate(asked):
        alone = cv.solve(oecd, scenario).arrays["welfare"]
        assert many.arrays["welfare"][k] == pytest.approx(alone, abs=1e-7)


def test_attribution_shares_out_the_whole(oecd: cv.World, imposed: cv.Solution) -> None:
    found = cv.attribute(
        oecd,
        imposed.scenario,
        groups={
            "coal": [COAL],
            "others": [p for p in imposed.scenario.parts(oecd) if p != COAL],
        },
    )
    assert found.world.name == NAME
    whole = found.whole("welfare", country="AUS")
    assert whole == pytest.approx(imposed.arrays["welfare"][oecd.country("AUS")], abs=1e-7)
    parts = {share.group: share.shapley for share in found.table("welfare", country="AUS")}
    assert sum(parts.values()) == pytest.approx(whole, abs=1e-9)
    assert parts["coal"] < 0


def test_draws_restore_what_they_draw(oecd: cv.World, imposed: cv.Solution) -> None:
    priors = Priors.of(oecd, imposed.scenario, None, imposed.resolved)
    assert "level chn-aus-barley-2020" in priors.names
    assert "level chn-aus-coal-2020" not in priors.names  # the table's own cell
    assert not [name for name in priors.names if name.startswith("coverage chn-aus")]
    u = np.full(len(priors.names), 0.5)
    u[priors.names.index("level chn-aus-barley-2020")] = 0.05
    world, scenario = priors.at(u)
    low = scenario.base_world(world)
    cell = oecd.country("AUS"), oecd.country("CHN"), oecd.sector("A01")
    barley = 1750 / 1.439 / 1.072
    assert imposed.world.trade[cell] - low.trade[cell] == pytest.approx(0.5 * barley)
    ranged = cv.ensemble(oecd, imposed.scenario, draws=4, workers=1)
    assert ranged.answered.all()


def test_the_law_a_policy_answers_is_of_the_restored_world(oecd: cv.World) -> None:
    in_force = PolicyInForce.of(oecd, coal(), None)
    assert in_force.world.name == "oecd-2022+AUS-CHN:B05@2019"
    assert in_force.observed is oecd
    lines = in_force.resolved.lines
    assert lines is not None
    assert lines.weight[lines.names.index("coal")] == 1.0


def test_a_bargain_over_such_a_measure_is_of_the_restored_world(oecd: cv.World) -> None:
    ledger = cv.open_ledger()
    lift = Concession("coal", "CHN", (Change(COAL, ends=True),))
    table = ConcessionTable(
        name="coal",
        title="Coal",
        ledger=ledger,
        date=open_scenario("australia-china").to_date,
        parties=(Party("CHN", ("CHN",)), Party("AUS", ("AUS",))),
        concessions=(lift,),
    )
    valuer = Valuer(oecd, table, cv.CaliendoParro())
    assert valuer.place.name == "oecd-2022+AUS-CHN:B05@2019"
    valuer.value([(), (0,)])
    alone = cv.solve(oecd, table.scenario((0,)))
    for party, code in enumerate(("CHN", "AUS")):
        gain = alone.arrays["welfare"][oecd.country(code)]
        assert valuer.known[0,].percent[party] == pytest.approx(gain, abs=1e-7)
    assert valuer.known[0,].percent[1] > 0.01


def test_other_dates_of_one_question_have_one_world(oecd: cv.World) -> None:
    asked = open_scenario("australia-china")
    partly = replace(asked, only=(COAL,))
    assert partly.base_world(oecd) is asked.base_world(oecd)


def test_other_goods_of_a_cell_keep_their_value_and_their_duty(oecd: cv.World) -> None:
    others = ["chn-can-antidiscrimination-100-2025", "chn-can-antidiscrimination-25-2025"]
    beef = "chn-can-beef-bse-2021"

    def goods(measures: list[str]) -> dict[str, tuple[float, float]]:
        asked = cv.Scenario.between(cv.open_ledger(), "2025-01-01", "2025-06-30", measures=measures)
        world, lines = asked.base_world(oecd), asked.resolve(oecd).lines
        assert lines is not None
        cell = world.country("CAN"), world.country("CHN"), world.sector("C10T12")
        at = (lines.exporter == cell[0]) & (lines.importer == cell[1]) & (lines.sector == cell[2])
        # the cell's rate is the mean over its lines
        mean = (lines.weight[at] * lines.tariff[at]).sum()
        assert mean == pytest.approx(world.tariff[cell], abs=1e-12)
        return {
            lines.names[k]: (lines.weight[k] * world.trade[cell], lines.tariff[k])
            for k in np.flatnonzero(at)
        }

    without, there = goods(others), goods([*others, beef])
    worth, rate = there.pop("beef and bovine offal")
    assert worth == pytest.approx(193 / 1.2535 / 1.278)  # the press's CAD 193 mn of 2021
    assert rate == pytest.approx(without["other food, drink and tobacco"][1])
    assert there.keys() == without.keys()
    for name, (value, duty) in without.items():
        assert there[name] == pytest.approx((value, duty), abs=1e-6), name


def test_a_merged_cell_has_the_mean_rate_of_what_it_then_holds(oecd: cv.World) -> None:
    """Free Australian goods restored among others' that pay: the merged cell's rate follows."""
    rest = [c for c in oecd.countries if c not in ("CAN", "CHN", "USA")]
    merged = oecd.aggregate(countries={"REST": rest})
    asked = cv.Scenario.between(cv.open_ledger(), "2024-09-30", "2025-03-15")  # lobster's end
    assert [row["product"] for row in asked.base_world(merged).restored]
    solved = cv.solve(merged, asked)
    finest = cv.solve(oecd, asked)
    for code in ("CAN", "USA", "CHN"):
        one, two = (float(s.welfare.sel(country=code)) for s in (solved, finest))
        assert one == pytest.approx(two, rel=0.2, abs=0.01), code
