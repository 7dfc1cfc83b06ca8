"""Which goods a question touches, and what it touches beside them."""

import numpy as np
import pytest

import countervail as cv
from countervail.scenario import HandChange, Scenario, beside, goods_touched, touched
from countervail.scenario.touched import LEAST_PART
from countervail.world.goods import table_of_goods
from countervail.world.kinds import sectors_of


def codes(question: Scenario, world: cv.World) -> list[str]:
    return [good.code for good in goods_touched(question, world)]


def test_narrow_measures_keep_the_goods_they_name(oecd: cv.World) -> None:
    found = touched(cv.open_scenario("canada-china"), oecd)
    named = {"canola-seed", "canola-oil", "canola-meal", "peas-lentils", "pork", "electric-cars"}
    assert named <= {good.code for good in found.goods}
    assert [good.code for good in found.sectors] == ["steel"]
    assert not {"wheat", "beef", "coffee"} & {good.code for good in found.goods}


def test_goods_kept_out_of_the_base_year_are_among_them(oecd: cv.World) -> None:
    found = touched(cv.open_scenario("australia-china"), oecd)
    assert [good.code for good in found.goods] == ["barley", "cotton", "hay", "crustaceans", "wine"]
    assert [good.code for good in found.sectors] == ["coal"]


def test_a_broad_measure_leaves_out_what_it_hardly_reaches(oecd: cv.World) -> None:
    found = codes(cv.open_scenario("us-china-2025"), oecd)
    assert "palm-oil" not in found  # neither sells the other any to speak of
    assert {"soybeans", "semiconductors"} <= set(found)
    carved = oecd.carve(["palm-oil"])
    k, i, n = carved.sector("palm-oil"), carved.country("USA"), carved.country("CHN")
    palm = carved.trade[:, :, k]
    assert palm[i, n] + palm[n, i] < LEAST_PART * (palm.sum() - np.trace(palm))


def test_other_parts_of_a_question_do_not_count(oecd: cv.World) -> None:
    question = cv.open_scenario("canada-china")
    part = question.with_options(only=["chn-can-canola-seed-antidumping"])
    assert codes(part, oecd) == ["canola-seed"]
    nothing = Scenario.between(cv.open_ledger(), "2025-01-05", "2025-01-05")
    assert codes(nothing, oecd) == []


def test_a_sector_or_a_good_changed_by_hand(oecd: cv.World) -> None:
    def by_hand(*sectors: str) -> Scenario:
        change = HandChange("CHN", "CAN", sectors, add=10.0)
        return Scenario("by hand", "by hand", hand_changes=(change,))

    farms = {code for code, good in table_of_goods().items() if good.sector == "A01"}
    assert set(codes(by_hand("A01"), oecd)) <= farms
    assert "canola-seed" in codes(by_hand("A01"), oecd)
    carved = oecd.carve(["canola-seed"])
    assert codes(by_hand("canola-seed"), carved) == ["canola-seed"]
    # the sector is then its goods and its remainder
    at = sectors_of("A01", carved)
    assert [carved.sectors[j] for j in at] == ["canola-seed", "A01-rest"]
    tariff = np.array(oecd.tariff)
    tariff[oecd.country("CAN"), oecd.country("CHN"), oecd.sector("A01")] += 0.1
    arrays = cv.Scenario.from_arrays(oecd, tariff=tariff)
    assert codes(arrays, oecd) == codes(by_hand("A01"), oecd)


def test_what_is_touched_beside_goods_is_told_by_sector(oecd: cv.World) -> None:
    question = cv.open_scenario("canada-china")
    world = oecd.carve(goods_touched(question, oecd))
    solution = cv.solve(world, question)
    told = {one.sector: one for one in beside(solution.resolved, solution.world)}
    assert set(told) == {"C24B", "C10T12", "A01", "A03"}
    assert "aluminium" in told["C24B"].names
    assert 0 < sum(one.part for one in told.values()) < 0.3
    lines = solution.resolved.lines
    assert lines is not None
    assert told["A01"].trade == pytest.approx(
        sum(
            lines.weight[k] * world.trade[lines.exporter[k], lines.importer[k], lines.sector[k]]
            for k in range(len(lines))
            if world.sectors[lines.sector[k]] == "A01-rest" and lines.names[k] == "peas"
        )
    )
