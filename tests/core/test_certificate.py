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
    verify_closure,
)
from countervail.core.certificate import verify as verify_with
from countervail.core.choices.closure import Closed, Closure, OwnIncome
from countervail.core.choices.sourcing import CesSourcing
from countervail.core.model import Baseline, Hats, Shock, Weights
from countervail.models import CaliendoParro, Economy
from countervail.state import State, solve_state
from countervail.testing import Table, random_world, tiny
from countervail.testing.shocks import TableShock, random_export_tax, random_shock

from .small import core, every_kind, solved, world_and_lines

Array = NDArray[np.float64]

NUDGE = 1e-6


def claimed(state: State) -> tuple[Hats, Array, Array]:
    return state.solved.claimed, state.outcome.deficit, state.outcome.income


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
    if number == 3:
        return taxed_at_the_border()
    table = tiny().replace(trade_elasticity=np.array([65.0, 1.0, 5.0]))
    return solved(table, random_shock(1, table, tariffs=0.5))


def taxed_at_the_border() -> tuple[Baseline, State]:
    """Export taxes and subsidies on everything, cells with lines and banned cells among it."""
    table, base, lines = world_and_lines(6)
    tax = random_export_tax(6, table, 0.6)
    for i, n, j in zip(lines.exporter, lines.importer, lines.sector, strict=True):
        tax[i, n, j] = 0.25
    shock = random_shock(6, table, tariffs=0.5, bans=0.1, transfers=0.02)
    shock = core(shock.replace(export_tax=tax))._replace(lines=lines)
    return base, solve_state(CaliendoParro(), base, shock)


CASES = [case(n) for n in range(5)]
TAXED = CASES[3]


def verify(
    base: Baseline, shock: Shock, hats: Hats, deficit: Array, income: Array, reported: Any = None
) -> Certificate:
    """All but the closure, which is the state's own."""
    found = verify_with(Economy(), base, shock, hats, deficit, income, reported)
    return found._replace(blocks=found.blocks[:-1])


def fails(certificate: Certificate) -> bool:
    return not acceptable(certificate.residual, certificate.effect)


@pytest.mark.parametrize(("base", "state"), CASES)
def test_what_is_solved_passes(base: Baseline, state: State) -> None:
    certificate = verify(base, state.shock, *claimed(state), state.outcome)
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
        assert certificate.worst.name in ("budgets", "real income")
        assert certificate.worst.country == n


@pytest.mark.parametrize(("base", "state"), CASES)
@pytest.mark.parametrize(
    ("figure", "blamed"),
    [
        ("revenue", "reported totals"),
        ("imports", "reported totals"),
        ("exports", "reported totals"),
        ("gross_output", "reported totals"),
        ("trade", "reported trade"),
        ("border", "reported trade"),
    ],
)
def test_a_wrong_figure_beside_a_right_equilibrium_fails(
    base: Baseline, state: State, figure: str, blamed: str
) -> None:
    values: Array = getattr(state.outcome, figure)
    place = np.unravel_index(int(np.argmax(values)), values.shape)
    wrong = values.copy()
    wrong[place] *= 1 + NUDGE
    reported = state.outcome._replace(**{figure: wrong})
    certificate = verify(base, state.shock, *claimed(state), reported)
    assert fails(certificate)
    assert certificate.worst.name == blamed


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


def with_tax(tax: Array | None) -> Certificate:
    """The check of what was solved with export taxes, for others."""
    base, state = TAXED
    return verify(base, state.shock._replace(export_tax=tax), *claimed(state))


def test_export_taxes_of_another_question_fail() -> None:
    base, state = TAXED
    tax, lines = state.shock.export_tax, state.shock.lines
    assert tax is not None
    assert lines is not None
    assert not fails(with_tax(tax))
    assert fails(with_tax(None))
    assert fails(with_tax(tax.swapaxes(1, 2))), "levied by the importer on what it sells"
    assert fails(with_tax(-tax))
    on_cells_only = tax.copy()
    on_cells_only[lines.sector, lines.importer, lines.exporter] = 0.0
    assert fails(with_tax(on_cells_only)), "not paid on lines"
    banned = np.isinf(state.shock.iceberg_hat)
    banned[lines.sector, lines.importer, lines.exporter] = False  # lines have their own bans
    assert banned.any()
    on_nothing = tax.copy()
    on_nothing[banned] = 7.0
    assert not fails(with_tax(on_nothing)), "what is not sold pays nothing"
    for place in zip(*np.nonzero(base.trade_share * tax), strict=True):
        wrong = tax.copy()
        wrong[place] *= 1 + 1e-3
        sold = base.trade_share[place] * base.expenditure[place[:2]]
        if sold > 1e-3 * base.value_added.max() and not banned[place]:
            assert fails(with_tax(wrong)), place


def test_a_tariff_in_place_of_an_export_tax_fails_though_every_price_is_right() -> None:
    """(1 + t)(1 + e) - 1 levied by the importer: the same price, in the other treasury."""
    base, state = solved(*export_taxes_alone())
    tax = state.shock.export_tax
    assert tax is not None
    tariff = (1.0 + base.tariff) * (1.0 + tax) - 1.0
    certificate = verify(base, Shock(tariff_new=tariff), *claimed(state))
    assert fails(certificate)
    found = {b.name: b.residual for b in certificate.blocks}
    assert max(found[name] for name in ("prices", "shares", "labour markets")) <= TOLERANCE
    assert min(found[name] for name in ("budgets", "trade balance", "goods markets")) > 1e-4


def to_importers(u: Any, spend: Any, weights: Weights) -> Any:
    """Export taxes, kept by the country that buys."""
    paid = weights.export_duty.swapaxes(1, 2) @ u[weights.export_taxed]
    return (paid * spend[weights.export_taxed]).sum(axis=0)


def to_the_next(u: Any, spend: Any, weights: Weights) -> Any:
    """Export taxes, a millionth of each kept by the next country's treasury."""
    paid = u[weights.export_taxed] * (weights.export_duty @ spend[weights.export_taxed])
    kept = paid.sum(axis=0)
    return kept + 1e-6 * (np.roll(kept, 1, axis=0) - kept)


@pytest.mark.parametrize("collect", [to_importers, to_the_next])
def test_another_treasury_is_seen(monkeypatch: pytest.MonkeyPatch, collect: Any) -> None:
    """The wrong map has a fixed point of its own, found as well as the right one, and refused."""
    monkeypatch.setattr(CesSourcing, "export_revenue", staticmethod(collect))
    _, state = solved(*export_taxes_alone())
    assert state.solved.residual < TOLERANCE
    found = {b.name: b.residual for b in state.certificate.blocks}
    assert fails(state.certificate)
    assert min(found["budgets"], found["trade balance"]) > 1e-8
    assert max(found[name] for name in ("prices", "shares", "labour markets")) <= TOLERANCE


def export_taxes_alone() -> tuple[Table, TableShock]:
    table = random_world(4, 4, 3)
    return table, TableShock(export_tax=np.abs(random_export_tax(4, table, 0.4)))


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
    largest = max(np.abs(h).max() for h in hats.blocks)
    assert state.certificate.effect == pytest.approx(largest)


def test_deficits_off_their_rule_are_seen() -> None:
    base, state = case(1)
    hats, deficit, _ = claimed(state)
    moved = (
        deficit + NUDGE * np.array([1.0, -1.0, *[0.0] * (len(deficit) - 2)]) * base.value_added[0]
    )
    earned = np.exp(hats.wage) * state.shock.labour(base) * base.value_added

    def off(claimed: Array, rule: Closure) -> float:
        return verify_closure(base, state.shock, hats, claimed, rule, earned).residual

    assert off(deficit, OwnIncome()) <= TOLERANCE
    assert off(moved, OwnIncome()) > TOLERANCE
    assert off(deficit, Closed()) > TOLERANCE
