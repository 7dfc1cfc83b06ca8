"""The evaluator: its value is a certified solution's, its slopes are those of whole solves."""

from __future__ import annotations

import numpy as np
import pytest

import countervail as cv
from countervail.policy.agreement.joint import stacked
from countervail.policy.evaluator import Evaluator
from countervail.policy.in_force import PolicyInForce
from countervail.policy.players import player
from countervail.policy.rates.problem import of_one, of_several
from countervail.policy.rates.settable import instruments, stated
from countervail.policy.rates.terms import Terms

from .small_tables import few_countries, four_countries, welfare

pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")


def evaluator_of(
    world: cv.World,
    name: str,
    scenario: cv.Scenario | None = None,
    wanted: dict[str, float] | None = None,
    reaction: dict[str, float] | None = None,
    **options: object,
) -> Evaluator:
    in_force = PolicyInForce.of(world, scenario, None)
    who, terms = player(name, in_force.world), Terms(**options)  # type: ignore[arg-type]
    (made,) = of_one(in_force, who, terms, wanted, reaction=reaction).evaluators()
    return made


@pytest.mark.parametrize("mfn", [False, True])
@pytest.mark.parametrize("name", ["CAN", "USMCA"])
def test_slopes_are_central_differences(name: str, mfn: bool) -> None:
    evaluator = evaluator_of(four_countries(), name, mfn=mfn)
    rates = np.random.default_rng(1).uniform(0.0, 0.4, len(evaluator.instruments))
    slope = evaluator.evaluate(rates).slope
    for k in range(len(rates)):
        step = np.zeros_like(rates)
        step[k] = 1e-4
        ahead, behind = (
            evaluator.evaluate(rates + step).value,
            evaluator.evaluate(rates - step).value,
        )
        assert slope[k] == pytest.approx((ahead - behind) / 2e-4, rel=1e-5, abs=1e-5)


def test_slopes_with_tariff_lines() -> None:
    scenario = cv.open_scenario("canada-china")
    evaluator = evaluator_of(
        few_countries(), "CAN", scenario, partners=["CHN"], sectors=["C29", "C24A"]
    )
    assert (evaluator.instruments.line_of >= 0).any()
    rates = np.array([0.3, 0.5])
    slope = evaluator.evaluate(rates).slope
    for k in range(2):
        step = np.zeros(2)
        step[k] = 1e-3
        ahead, behind = (
            evaluator.evaluate(rates + step).value,
            evaluator.evaluate(rates - step).value,
        )
        assert slope[k] == pytest.approx((ahead - behind) / 2e-3, rel=1e-4)


def test_lines_of_several_players_are_theirs_or_nobody_s(oecd: cv.World) -> None:
    in_force = PolicyInForce.of(oecd, cv.open_scenario("canada-china"), None)
    sets = [
        instruments(in_force, player(name, in_force.world), Terms(partners=[other], sectors=[what]))
        for name, other, what in (("CAN", "CHN", "C29"), ("CHN", "CAN", "A01"))
    ]
    both, (one, two) = stacked(sets).line_of, (own.line_of for own in sets)
    nobody = (one < 0) & (two < 0)
    assert nobody.any()
    assert (both[nobody] == -1).all()
    assert (one >= 0).any()
    assert (both[one >= 0] == one[one >= 0]).all()
    assert (two >= 0).any()
    assert (both[two >= 0] == two[two >= 0] + len(sets[0])).all()


def test_the_value_is_a_solution_s() -> None:
    world = four_countries()
    evaluator = evaluator_of(world, "CAN")
    rates = np.random.default_rng(2).uniform(0.0, 0.5, len(evaluator.instruments))
    tariff = np.where(
        np.isnan(placed := evaluator.instruments.rates_of_world(rates, world)), world.tariff, placed
    )
    assert evaluator.evaluate(rates).value == pytest.approx(welfare(world, "CAN", tariff), abs=1e-8)
    assert evaluator.evaluations == 1


def test_present_rates_are_the_law(oecd: cv.World) -> None:
    world = four_countries()
    evaluator = evaluator_of(world, "CAN")
    present = evaluator.instruments.present(evaluator.in_force.base, evaluator.law)
    cells = evaluator.instruments.world_cells
    assert present == pytest.approx(world.tariff[cells])
    assert evaluator.evaluate(present).value == pytest.approx(0.0, abs=1e-8)
    lined = evaluator_of(oecd, "CAN", cv.open_scenario("canada-china"), partners=["CHN"])
    law, own = lined.law, lined.instruments
    mean = own.present(lined.in_force.base, law)
    assert law.lines is not None
    k = int(np.flatnonzero(own.sector == oecd.sector("C29"))[0])
    lines = own.line_of == k
    assert mean[k] == pytest.approx(law.lines.weight[lines] @ law.lines.tariff_new[lines])


def test_curvature_is_of_the_right_size() -> None:
    """It only scales the search, but a wrong one would slow it."""
    evaluator = evaluator_of(four_countries(), "CAN")
    rates = np.full(len(evaluator.instruments), 0.2)
    here = evaluator.evaluate(rates)
    for k in range(len(rates)):
        step = np.zeros_like(rates)
        step[k] = 1e-3
        fall = (
            evaluator.evaluate(rates - step).slope[k] - evaluator.evaluate(rates + step).slope[k]
        ) / 2e-3
        assert 0.2 < fall / here.curvature[k] < 5.0


@pytest.mark.parametrize(
    "sectors", ["goods", ["goods"], iter(["goods"])], ids=["word", "list", "once"]
)
def test_what_players_may_set_is_read_alike_for_each(sectors: object) -> None:
    in_force = PolicyInForce.of(four_countries(), None, None)
    terms = stated(Terms, None, {"partners": iter(["USA", "MEX"]), "sectors": sectors})
    one, two = of_several(in_force, ["CAN", "CHN"], terms).instruments
    (alone,) = of_one(
        in_force, player("CHN", in_force.world), Terms(partners=["USA", "MEX"])
    ).instruments
    assert len(one) > 0
    assert two.partner.tolist() == alone.partner.tolist()
    assert two.sector.tolist() == alone.sector.tolist()
