"""The door between labels and arrays: closures, lines, two states of law, and refusals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import countervail as cv
from countervail import bridge, solving
from countervail.core.model import BlockResidual, Certificate
from countervail.models.economy import Economy
from countervail.present import assumptions
from countervail.testing import one_sector, random_world, tiny
from countervail.testing.shocks import TableShock, random_shock

Array = NDArray[np.float64]
CLOSURES = ("world_share", "nominal", "own_income", "closed")
HATS = ("wage_hat", "cost_hat", "price_index_hat")
LEVELS = ("trade", "trade_share", "expenditure", "gross_output", "income")


def model(deficits: str, unit: str | None = None) -> cv.CaliendoParro:
    return cv.CaliendoParro(deficits=deficits, unit=unit)  # type: ignore[arg-type]


def largest_hat_gap(solution: cv.Solution) -> float:
    gaps = [np.abs(solution.arrays[name] - 1).max() for name in HATS]
    for name in LEVELS:
        old, new = solution.arrays[name], solution.arrays[f"{name}_new"]
        assert np.array_equal(new[old == 0], old[old == 0]), name
        gaps.append(np.abs(new[old > 0] / old[old > 0] - 1).max())
    return float(max(gaps))


@pytest.mark.parametrize("deficits", CLOSURES)
def test_no_change_in_the_built_in_world(oecd: cv.World, deficits: str) -> None:
    solution = cv.solve(oecd, cv.Scenario.from_arrays(oecd), model(deficits))
    assert largest_hat_gap(solution) <= 1e-12
    for name in ("welfare", "real_wage", "exports_change", "imports_change", "revenue_change"):
        assert np.abs(solution.arrays[name]).max() <= 1e-10, name
    assert solution.certificate.effect <= 1e-12


def test_no_change_of_law_with_all_the_law_there_is(oecd: cv.World) -> None:
    """The ledger moves the world from 2022 to that day; the second state is the first."""
    day = "2026-01-12"
    solution = cv.solve(oecd, cv.Scenario.between(cv.open_ledger(), day, day))
    assert solution.lines is not None
    assert largest_hat_gap(solution) <= 1e-12
    # yet the first state is not the base world
    assert np.abs(solution.arrays["trade"] / oecd.trade.clip(1e-9) - 1).max() > 0.01


def test_there_and_back_are_inverse(oecd: cv.World) -> None:
    ledger = cv.open_ledger()
    there = cv.solve(oecd, cv.Scenario.between(ledger, "2025-01-31", "2025-04-12"))
    back = cv.solve(oecd, cv.Scenario.between(ledger, "2025-04-12", "2025-01-31"))
    for name in HATS:
        assert np.allclose(there.arrays[name] * back.arrays[name], 1.0, atol=1e-9), name
    for name in LEVELS:
        assert np.allclose(there.arrays[name], back.arrays[f"{name}_new"], rtol=1e-8, atol=1e-6)
    product = (1 + there.arrays["welfare"] / 100) * (1 + back.arrays["welfare"] / 100)
    assert np.allclose(product, 1.0, atol=1e-9)
    assert there.certificate.effect == pytest.approx(back.certificate.effect, rel=1e-8)


def test_a_result_is_relative_to_the_first_state(canada_china: cv.Solution) -> None:
    world = canada_china.world
    n, i, j = world.country("USA"), world.country("CHN"), world.sector("C24A")
    first = canada_china.arrays["trade"]
    # American duties on Chinese steel of September 2024 already stand in both
    assert first[i, n, j] == pytest.approx(canada_china.arrays["trade_new"][i, n, j], rel=0.01)
    welfare = canada_china.arrays["income_new"] / canada_china.arrays["income"]
    assert np.abs(welfare - 1).max() < 0.01


def test_baseline_turns_the_axes() -> None:
    world = random_world(1, 4, 3).world()
    base = bridge.baseline(world)
    books = world.accounts
    assert base.trade_share[2, 1, 0] == books.trade_share[0, 1, 2]
    assert base.tariff[2, 1, 0] == world.tariff[0, 1, 2]
    assert base.final_share[2, 1] == books.final_share[1, 2]
    assert base.input_share is world.input_share
    assert all(array.flags.c_contiguous for array in base if array is not None)
    assert base.unit is None
    assert bridge.baseline(world, world.countries[2]).unit == 2


def shocked(deficits: str, unit: str | None = None, seed: int = 2) -> cv.Solution:
    table = random_world(seed, 5, 3)
    world = table.world()
    return cv.solve(
        world, random_shock(seed, table, tariffs=0.5).scenario(world), model(deficits, unit)
    )


def test_world_share_keeps_deficits_in_world_value_added() -> None:
    solution = shocked("world_share")
    assert np.array_equal(solution.arrays["deficit_new"], solution.arrays["deficit"])
    assert np.allclose(solution.arrays["deficit"], solution.world.accounts.deficit)


def test_nominal_without_a_unit_is_world_share_and_says_so() -> None:
    nominal, share = shocked("nominal"), shocked("world_share")
    for name, values in nominal.arrays.items():
        assert np.array_equal(values, share.arrays[name]), name
    said = " ".join(assumptions.assumptions(nominal))
    assert "the same as world_share: no unit was given" in said


def test_nominal_in_a_wage_moves_with_that_wage() -> None:
    solution = shocked("nominal", "USA")
    wage = solution.arrays["wage_hat"][solution.world.country("USA")]
    assert abs(wage - 1) > 1e-4
    expected = solution.arrays["deficit"] * wage
    assert np.allclose(solution.arrays["deficit_new"], expected, rtol=1e-12)
    assert "fixed in the wage of USA" in " ".join(assumptions.assumptions(solution))


def test_own_income_keeps_each_ratio_but_for_what_makes_them_sum_to_zero() -> None:
    solution = shocked("own_income")
    books, wage = solution.world.accounts, solution.arrays["wage_hat"]
    value_added = wage * books.value_added
    owed = books.deficit / books.value_added * value_added
    expected = owed - value_added * owed.sum() / value_added.sum()
    assert np.allclose(solution.arrays["deficit_new"], expected, rtol=1e-9)
    assert abs(solution.arrays["deficit_new"].sum()) < 1e-9 * value_added.sum()


@pytest.mark.parametrize("deficits", CLOSURES)
def test_deficits_are_imports_over_exports(deficits: str) -> None:
    solution = shocked(deficits)
    trade = solution.arrays["trade_new"]
    gap = trade.sum(axis=(0, 2)) - trade.sum(axis=(1, 2))
    assert np.allclose(gap, solution.arrays["deficit_new"], atol=1e-9 * trade.sum())


def test_closed_starts_from_the_balanced_world() -> None:
    solution = shocked("closed")
    given = random_world(2, 5, 3).world()
    assert solution.world.name == "world, trade balanced"
    assert solution.world.provenance["made_from"] == given.table_hash
    size = given.accounts.value_added.sum()
    assert np.abs(solution.world.accounts.deficit).max() < 1e-9 * size
    assert np.abs(solution.arrays["deficit"]).max() < 1e-9 * size
    assert not solution.arrays["deficit_new"].any()
    assert np.array_equal(solution.world.tariff, given.tariff)
    assert np.array_equal(solution.world.trade_elasticity, given.trade_elasticity)
    # every level reported is of that world: the first state is the balanced one, not the given
    assert np.allclose(solution.arrays["trade"], solution.world.trade, rtol=1e-9)
    assert np.abs(solution.arrays["trade"] / given.trade - 1).max() > 0.01


def test_balancing_twice_is_balancing_once() -> None:
    once = solving.balanced(random_world(4, 4, 3).world())
    twice = solving.balanced(once)
    assert np.allclose(once.trade, twice.trade, rtol=1e-9)


def test_closed_and_a_transfer() -> None:
    table = random_world(3, 4, 3)
    world = table.world()
    gift = np.array([5.0, -5.0, 0.0, 0.0])
    solution = cv.solve(world, cv.Scenario.from_arrays(world, transfer=gift), model("closed"))
    assert np.allclose(solution.arrays["deficit_new"], gift)
    assert solution.arrays["welfare"][0] > 0 > solution.arrays["welfare"][1]


def test_a_transfer_adds_to_the_deficit() -> None:
    world = random_world(3, 4, 3).world()
    gift = np.array([5.0, -5.0, 0.0, 0.0])
    solution = cv.solve(world, cv.Scenario.from_arrays(world, transfer=gift))
    assert np.allclose(solution.arrays["deficit_new"], world.accounts.deficit + gift)


def test_twice_as_productive_everywhere_is_twice_as_rich() -> None:
    world = one_sector().world()
    twice = np.full((4, 1), 2.0)
    solution = cv.solve(world, cv.Scenario.from_arrays(world, productivity_hat=twice))
    assert solution.arrays["welfare"] == pytest.approx([100.0] * 4, rel=1e-9)
    assert solution.arrays["price_index_hat"] == pytest.approx(np.full((4, 1), 0.5), rel=1e-9)


def test_twice_the_people_everywhere_are_each_as_rich() -> None:
    world = tiny().world()
    solution = cv.solve(world, cv.Scenario.from_arrays(world, labour_hat=np.full(5, 2.0)))
    assert np.allclose(solution.arrays["welfare"], 0.0, atol=1e-7)
    assert solution.arrays["wage_hat"] == pytest.approx([0.5] * 5, rel=1e-9)


def test_lines_add_up_to_their_cells(canada_china: cv.Solution) -> None:
    table, flows = canada_china.resolved.lines, canada_china.lines
    assert table is not None
    assert flows is not None
    for lines, name in ((flows.trade, "trade"), (flows.trade_new, "trade_new")):
        cube: Array = canada_china.arrays[name]
        summed = np.zeros_like(cube)
        np.add.at(summed, (table.exporter, table.importer, table.sector), lines)
        touched = summed > 0
        assert np.allclose(summed[touched], cube[touched], rtol=1e-9)
    assert (flows.trade_new >= 0).all()
    assert not flows.trade_new[flows.banned_new].any()
    assert np.isnan(flows.price_hat[flows.banned | flows.banned_new]).all()


def test_a_small_effect_is_solved_more_tightly() -> None:
    world = tiny().world()
    tariff = np.array(world.tariff)
    tariff[1, 0, 1] += 1e-7
    solution = cv.solve(world, cv.Scenario.from_arrays(world, tariff=tariff))
    assert 1e-10 < solution.certificate.effect < 1e-7
    assert solution.certificate.residual <= 1e-3 * solution.certificate.effect


def test_what_is_not_certified_gives_no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    world = tiny().world()
    table = tiny()
    scenario = random_shock(1, table, tariffs=0.3).scenario(world)

    def never(*_: Any) -> Certificate:
        return Certificate(
            (BlockResidual("goods markets", 2e-9, 3, 1), BlockResidual("budgets", 1e-9, 2, None)), 1
        )

    monkeypatch.setattr(Economy, "verify", never)
    with pytest.raises(cv.NotCertified) as refusal:
        cv.solve(world, scenario)
    assert str(refusal.value).startswith(
        "the first state of law: not certified. goods markets are off by 2.0e-09 in MEX C10T12"
    )
    assert "no figures are given" in str(refusal.value)


def test_a_residual_that_is_large_beside_the_effect_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = tiny().world()
    tariff = np.array(world.tariff)
    tariff[1, 0, 1] += 1e-8
    whole = Economy.verify

    def dull(*given: Any) -> Certificate:
        certificate = whole(*given)
        return certificate._replace(
            blocks=(BlockResidual("shares", 9e-11, 0, 0), *certificate.blocks)
        )

    monkeypatch.setattr(Economy, "verify", dull)
    with pytest.raises(cv.NotCertified, match=r"the second state of law: not certified\. shares"):
        cv.solve(world, cv.Scenario.from_arrays(world, tariff=tariff))


def test_arrays_belong_to_their_world() -> None:
    scenario = cv.Scenario.from_arrays(tiny().world(), labour_hat=np.full(5, 1.1))
    other = random_world(1, 5, 3).world()
    with pytest.raises(cv.InputError, match="'by-hand' was made for another world than 'world'"):
        cv.solve(other, scenario)


def test_models_refuse_what_they_do_not_know() -> None:
    with pytest.raises(cv.InputError, match="no closure deficits='close'; did you mean 'closed'"):
        model("close")
    with pytest.raises(cv.InputError, match="unit='USA' goes with deficits='nominal' only"):
        model("closed", "USA")
    with pytest.raises(cv.InputError, match="no country 'USB'; give an ISO 3166 three-letter code"):
        cv.solve(tiny().world(), cv.Scenario.from_arrays(tiny().world()), model("nominal", "USB"))


def test_trade_that_vanishes_is_said() -> None:
    table = tiny()
    wall = np.full(table.tariff.shape, 1e6)
    wall[range(5), range(5)] = 0.0
    world = table.world()
    solution = cv.solve(world, TableShock(tariff_new=wall).scenario(world), model("closed"))
    (note,) = [n for n in solution.resolved.notes if n.kind == "hardly_trading"]
    assert "CAN" in dict(note.values)["countries"]
    assert str(note) in assumptions.assumptions(solution)


def test_the_base_world_is_left_alone(oecd: cv.World) -> None:
    before = oecd.hash
    cv.solve(oecd, cv.open_scenario("us-china-2025"))
    assert replace(oecd).hash == before
