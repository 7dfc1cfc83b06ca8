"""The independent check passes what is solved and fails anything a millionth away from it.

A check that cannot fail is worse than none: every single wage, price, spending, deficit, income,
tariff, line and baseline share of a certified solution is moved here, one at a time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from countervail.core.certificate import (
    BESIDE_EFFECT,
    TOLERANCE,
    Certificate,
    acceptable,
    verify,
    verify_closure,
)
from countervail.core.model import Baseline, Hats, Shock
from countervail.models import CaliendoParro
from countervail.simulate import State, solve_state
from countervail.testing import random_world, tiny
from countervail.testing.shocks import random_shock

from .small import every_kind, solved, world_and_lines

Array = NDArray[np.float64]

NUDGE = 1e-6


def claimed(state: State) -> tuple[Hats, Array, Array]:
    return state.claimed, state.outcome.deficit, state.outcome.income


def case(number: int) -> tuple[Baseline, State]:
    """Certified solutions of several kinds."""
    if number == 0:
        return solved(*every_kind(7))
    if number == 1:
        corners = {"zero_flows": 0.3, "idle_producers": 2, "empty_markets": 2}
        table = random_world(5, 5, 3, **corners)
        return solved(table, random_shock(5, table, tariffs=2.0, bans=0.1), "own_income")
    if number == 2:
        _, base, lines = world_and_lines(2)
        return base, solve_state(CaliendoParro(), base, Shock(lines=lines))
    table = tiny().replace(trade_elasticity=np.array([65.0, 1.0, 5.0]))
    return solved(table, random_shock(1, table, tariffs=0.5))


CASES = [case(n) for n in range(4)]


def fails(certificate: Certificate) -> bool:
    return not acceptable(certificate.residual, certificate.effect)


@pytest.mark.parametrize(("base", "state"), CASES)
def test_what_is_solved_passes(base: Baseline, state: State) -> None:
    certificate = verify(base, state.shock, *claimed(state))
    assert certificate.residual <= TOLERANCE
    assert not fails(certificate)
    # the state's own certificate also holds its closure
    assert certificate.blocks == state.certificate.blocks[:-1]
    assert state.certificate.blocks[-1].name == "closure"
    assert state.certificate.blocks[-1].residual <= TOLERANCE


@pytest.mark.parametrize(("base", "state"), CASES)
@pytest.mark.parametrize("nudge", [NUDGE, -NUDGE])
@pytest.mark.parametrize(
    ("block", "blamed"),
    [
        ("wage", ["labour markets", "prices", "shares", "trade balance", "budgets"]),
        ("price", ["prices", "shares"]),
        ("expenditure", ["goods markets"]),
    ],
)
def test_any_unknown_a_millionth_away_fails(
    base: Baseline, state: State, nudge: float, block: str, blamed: list[str]
) -> None:
    hats, deficit, income = claimed(state)
    values: Array = getattr(hats, block)
    moved = 0
    for place in np.ndindex(values.shape):
        if values.ndim == 2 and base.expenditure[place] == 0:
            continue  # a market nobody buys in has no price and no spending to be wrong about
        wrong = values.copy()
        wrong[place] += nudge
        certificate = verify(base, state.shock, hats._replace(**{block: wrong}), deficit, income)
        assert fails(certificate), f"{block} at {place}"
        own = next(b for b in certificate.blocks if b.name == blamed[0])
        assert own.residual > 0.1 * NUDGE, f"{block} at {place}"
        if base.trade_elasticity.max() < 65:  # there a wrong price shows most with who uses it
            assert certificate.worst.name in blamed, f"{block} at {place}"
            if block != "wage":
                assert (certificate.worst.sector, certificate.worst.country) == place
        moved += 1
    assert moved == (values.size if block == "wage" else (base.expenditure > 0).sum())


@pytest.mark.parametrize(("base", "state"), CASES)
def test_a_wrong_deficit_or_income_fails(base: Baseline, state: State) -> None:
    hats, deficit, income = claimed(state)
    for n in range(len(income)):
        wrong = deficit.copy()
        wrong[n] += NUDGE * base.value_added[n]
        certificate = verify(base, state.shock, hats, wrong, income)
        assert fails(certificate)
        blocks = {b.name: b.residual for b in certificate.blocks}
        assert min(blocks["world deficits"], blocks["trade balance"]) > TOLERANCE
        wrong = income.copy()
        wrong[n] *= 1 + NUDGE
        certificate = verify(base, state.shock, hats, deficit, wrong)
        assert fails(certificate)
        assert (certificate.worst.name, certificate.worst.country) == ("budgets", n)


@pytest.mark.parametrize(("base", "state"), CASES)
def test_another_unit_of_account_fails(base: Baseline, state: State) -> None:
    """Scaling everything nominal leaves every market cleared; only the numeraire is wrong."""
    hats, deficit, income = claimed(state)
    bought = base.expenditure > 0
    scaled = Hats(hats.wage + NUDGE, hats.price + NUDGE * bought, hats.expenditure + NUDGE)
    certificate = verify(base, state.shock, scaled, deficit * np.exp(NUDGE), income * np.exp(NUDGE))
    assert fails(certificate)
    assert certificate.worst.name == "numeraire"
    others = [b.residual for b in certificate.blocks if b.name != "numeraire"]
    assert max(others) <= 2 * TOLERANCE


def test_the_solution_of_another_question_fails() -> None:
    base, state = CASES[0]
    for name in ("tariff_new", "iceberg_hat", "productivity_hat", "labour_hat"):
        forgotten = state.shock._replace(**{name: None})
        assert fails(verify(base, forgotten, *claimed(state))), name


def wrong_line(name: str, change: Any) -> Certificate:
    base, state = CASES[2]
    assert state.shock.lines is not None
    values = change(getattr(state.shock.lines, name).copy())
    shock = state.shock._replace(lines=state.shock.lines._replace(**{name: values}))
    return verify(base, shock, *claimed(state))


def test_a_line_that_is_priced_wrong_fails() -> None:
    assert fails(wrong_line("tariff_new", lambda rate: rate + 1e-5))
    assert fails(wrong_line("iceberg_hat", np.ones_like))
    assert fails(wrong_line("weight", lambda weight: weight * (1 + 1e-5)))
    base, state = CASES[2]
    assert fails(verify(base, Shock(), *claimed(state)))


@pytest.mark.parametrize(
    "name",
    [
        "trade_share",
        "tariff",
        "input_share",
        "value_added_share",
        "final_share",
        "expenditure",
        "value_added",
        "trade_elasticity",
    ],
)
def test_the_solution_of_another_world_fails(name: str) -> None:
    base, state = CASES[0]
    values = getattr(base, name)
    tilt = 1 + 1e-4 * np.arange(1, 1 + values.size).reshape(values.shape)
    wrong = base._replace(**{name: values * tilt})
    assert fails(verify(wrong, state.shock, *claimed(state)))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_a_number_fails(bad: float) -> None:
    base, state = CASES[0]
    hats, deficit, income = claimed(state)
    for block in ("wage", "price", "expenditure"):
        values = getattr(hats, block).copy()
        values.reshape(-1)[1] = bad
        with np.errstate(all="ignore"):
            certificate = verify(
                base, state.shock, hats._replace(**{block: values}), deficit, income
            )
        assert certificate.residual > 1, block
        assert fails(certificate), block


def test_small_beside_the_effect() -> None:
    assert acceptable(TOLERANCE, 1.0)
    assert not acceptable(1.01 * TOLERANCE, 1.0)
    assert not acceptable(np.inf, 1.0)
    assert not acceptable(np.nan, 1.0)
    # an effect of 1e-8 needs a residual of 1e-11
    assert not acceptable(9e-11, 1e-8)
    assert acceptable(BESIDE_EFFECT * 1e-8, 1e-8)
    # no effect at all cannot be small beside itself
    assert acceptable(TOLERANCE, 0.0)


def test_effect_is_the_largest_log_hat() -> None:
    _, state = CASES[0]
    hats, _, _ = claimed(state)
    largest = max(np.abs(h).max() for h in hats)
    assert state.certificate.effect == pytest.approx(largest)


def test_deficits_off_their_rule_are_seen() -> None:
    base, state = case(1)
    hats, deficit, _ = claimed(state)
    moved = (
        deficit + NUDGE * np.array([1.0, -1.0, *[0.0] * (len(deficit) - 2)]) * base.value_added[0]
    )
    assert verify_closure(base, state.shock, hats, deficit, "own_income").residual <= TOLERANCE
    assert verify_closure(base, state.shock, hats, moved, "own_income").residual > TOLERANCE
    assert verify_closure(base, state.shock, hats, deficit, "closed").residual > TOLERANCE
