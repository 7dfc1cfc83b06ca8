"""What a player may be after: weights of welfare, revenue, wages and jobs."""

from __future__ import annotations

import numpy as np
import pytest

from countervail import respond
from countervail.errors import InputError

from .small_tables import four_countries
from .test_evaluator import evaluator_of

pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")

WANTED = {"CAN": 1.0, "revenue CAN": 0.5, "wages USA": -0.2, "jobs CAN C24A": 0.1}


def test_slopes_are_central_differences() -> None:
    evaluator = evaluator_of(four_countries(), "CAN", wanted=WANTED)
    rates = np.random.default_rng(4).uniform(0.0, 0.4, len(evaluator.instruments))
    slope = evaluator.evaluate(rates).slope
    for k in range(len(rates)):
        step = np.zeros_like(rates)
        step[k] = 1e-4
        ahead, behind = (
            evaluator.evaluate(rates + step).value,
            evaluator.evaluate(rates - step).value,
        )
        assert slope[k] == pytest.approx((ahead - behind) / 2e-4, rel=1e-5, abs=1e-5)


def test_the_value_is_read_from_the_certified_solution() -> None:
    world = four_countries()
    answer = respond.optimal(world, "CAN", high=0.5, objective=WANTED)
    arrays, can, usa = answer.solution.arrays, world.country("CAN"), world.country("USA")
    expected = (
        arrays["welfare"][can]
        + 0.5 * arrays["revenue_change"][can]
        - 0.2 * arrays["real_wage"][usa]
        + 0.1 * arrays["employment_change"][can, world.sector("C24A")]
    )
    assert answer.certificate.gain == pytest.approx(float(expected))
    assert answer.certificate.projected_gradient < 1e-8


def test_revenue_alone_wants_the_peak_of_the_laffer_curve() -> None:
    world = four_countries()
    asked = {"partners": ["USA"], "sectors": ["A01"], "high": 3.0}
    answer = respond.optimal(world, "CAN", objective={"revenue CAN": 1.0}, **asked)  # type: ignore[arg-type]
    own = respond.optimal(world, "CAN", **asked)  # type: ignore[arg-type]
    change = answer.solution.arrays["revenue_change"][world.country("CAN")]
    assert change > own.solution.arrays["revenue_change"][world.country("CAN")]


def test_jobs_of_a_sector_are_protected() -> None:
    world = four_countries()
    answer = respond.optimal(world, "CAN", high=0.5, objective={"CAN": 1, "jobs CAN C24A": 1})
    own = respond.optimal(world, "CAN", high=0.5)
    at = world.country("CAN"), world.sector("C24A")
    more, less = (a.solution.arrays["employment_change"][at] for a in (answer, own))
    assert more > less


def test_consumption_is_welfare() -> None:
    world = four_countries()
    one = respond.optimal(world, "CAN", partners=["USA"])
    two = respond.optimal(world, "CAN", partners=["USA"], objective={"consumption CAN": 1})
    assert one.chosen == pytest.approx(two.chosen, abs=1e-9)


def test_labour_moves_between_sectors_but_not_in_all(oecd: object) -> None:
    world = four_countries()
    arrays = respond.optimal(world, "CAN", partners=["USA"]).solution.arrays
    books = world.accounts
    employed = books.value_added_share * books.gross_output
    moved = (employed * arrays["employment_change"]).sum(axis=1) / employed.sum(axis=1)
    assert np.abs(arrays["employment_change"]).max() > 1e-3
    assert np.abs(moved).max() < 1e-8


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"revenu CAN": 1.0}, "did you mean 'revenue'"),
        ({"jobs CAN": 1.0}, "write 'jobs CAN C29'"),
        ({"revenue": 1.0}, "write 'revenue CAN'"),
        ({"jobs CAN C99": 1.0}, "no sector 'C99'"),
        ({"revenue UAS": 1.0}, "did you mean"),
        ({"CAN": float("nan")}, "give a number"),
        ({"CAN": 0.0}, "the objective is empty"),
    ],
)
def test_refusals(wanted: dict[str, float], said: str) -> None:
    with pytest.raises(InputError, match=said):
        respond.optimal(four_countries(), "CAN", partners=["USA"], objective=wanted)
