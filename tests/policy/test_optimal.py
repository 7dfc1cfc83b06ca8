"""The best tariffs of one player: against brute force, and what theory knows of them."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import date

import numpy as np
import pytest

import countervail as cv
from countervail import machine, respond
from countervail.core.choices.ces_demand import CesDemand
from countervail.core.choices.demand import CobbDouglasDemand, Demand
from countervail.errors import InputError, NotCertified
from countervail.policy.rates import optimal as module

from .small_tables import four_countries, two_countries, welfare

pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")


DEMANDS = [
    CobbDouglasDemand(),
    CesDemand(0.4),
    pytest.param(CesDemand(3.0), marks=pytest.mark.slow),
]


@pytest.mark.parametrize("demand", DEMANDS, ids=str)
def test_a_grid_finds_nothing_better(demand: Demand) -> None:
    world, model = four_countries(), cv.CaliendoParro(demand=demand)
    answer = respond.optimal(world, "CAN", model=model, partners=["USA"], sectors=["A01", "C24A"])
    best = answer.rates.sel(partner="USA").dropna("sector").values
    assert best.shape == (2,)
    grid = np.linspace(0.0, 0.6, 7)
    found = {}
    for rates in itertools.product(grid, grid):
        tariff = world.tariff.copy()
        tariff[world.country("USA"), world.country("CAN"), [0, 2]] = rates
        found[rates] = welfare(world, "CAN", tariff, model)
    top = max(found, key=lambda rates: found[rates])
    assert found[top] <= answer.certificate.gain + 1e-9
    assert np.abs(np.subtract(top, best)).max() <= 0.1


@pytest.mark.parametrize("theta", [2.0, 4.0, 8.0])
@pytest.mark.parametrize("size", [1.0, 5.0])
def test_two_countries_and_one_good(theta: float, size: float) -> None:
    """t* = 1 / (theta x share of the rest of the world's spending that stays at home), at t*.

    Gros (1987); Costinot and Rodriguez-Clare (2014), Handbook of International Economics 4.
    """
    world = two_countries(theta, symmetric=False, size=size)
    answer = respond.optimal(world, "CAN", high=3.0)
    at_home = float(answer.solution.arrays["trade_share_new"][1, 1, 0])
    assert answer.chosen == pytest.approx([1.0 / (theta * at_home)], rel=1e-7)
    assert answer.certificate.agree


def test_a_country_too_small_to_move_the_world() -> None:
    """Where the rest of the world hardly buys abroad, t* tends to 1 / theta."""
    world = two_countries(5.0, symmetric=False, size=1e4)
    answer = respond.optimal(world, "CAN")
    assert answer.chosen == pytest.approx([1.0 / 5.0], abs=1e-5)


def test_the_certificate_says_what_is_so() -> None:
    world = four_countries()
    answer = respond.optimal(world, "CAN")
    record = answer.certificate
    assert record.projected_gradient < 1e-9
    assert record.step < 1e-4
    assert record.left < 1e-12
    assert len(record.starts) == 2
    assert record.agree
    assert record.evaluations == sum(start.evaluations for start in record.starts)
    assert max(start.value for start in record.starts) == pytest.approx(record.gain, abs=1e-8)
    income = answer.solution.arrays["income"][world.country("CAN")]
    assert record.gain_usd == pytest.approx(income * record.gain / 100.0)
    assert answer.solution.certificate.residual < 1e-10
    assert float(answer.welfare.sel(country="CAN")) == pytest.approx(record.gain)


def test_nobody_else_s_law_moves() -> None:
    world = four_countries()
    answer = respond.optimal(world, "CAN", held=["USA"])
    after = answer.solution.resolved.after.tariff_new
    assert after is not None
    moved = {
        (world.countries[i], world.countries[n]) for i, n, _ in np.argwhere(after != world.tariff)
    }
    assert moved == {("CHN", "CAN"), ("MEX", "CAN")}


def test_bounds_hold() -> None:
    world = four_countries()
    free = respond.optimal(world, "CAN")
    bound = respond.optimal(world, "CAN", low=0.05, high=float(np.median(free.chosen)))
    own = bound.instruments
    assert ((bound.chosen >= own.low) & (bound.chosen <= own.high)).all()
    assert bound.certificate.at_high + bound.certificate.at_low > 0
    assert bound.certificate.projected_gradient < 1e-9
    assert bound.certificate.gain < free.certificate.gain


@pytest.mark.parametrize("mfn", [False, True])
def test_partners_of_free_trade_pay_nothing(mfn: bool) -> None:
    world = four_countries()
    assert world.tariff[world.country("USA"), world.country("CAN")].sum() == 0.0
    assert world.tariff[world.country("CHN"), world.country("CAN")].any()
    answer = respond.optimal(world, "CAN", free=["CHN"], mfn=mfn)
    assert (answer.rates.sel(partner="CHN") == 0.0).all()
    assert float(answer.rates.sel(partner="USA").min()) > 0.0
    held = respond.optimal(world, "CAN", held=["CHN"], mfn=mfn)
    assert answer.certificate.instruments == held.certificate.instruments + 3


def test_one_rate_for_all_partners() -> None:
    world = four_countries()
    free, alike = respond.optimal(world, "CAN"), respond.optimal(world, "CAN", mfn=True)
    assert len(alike.chosen) == 3
    rates = alike.rates.drop_sel(partner="CAN")
    assert float(rates.std("partner").max()) < 1e-15
    assert alike.certificate.gain < free.certificate.gain
    assert [row.partner for row in alike.table] == [None] * 3


def test_one_rate_is_where_the_slopes_of_its_cells_cancel() -> None:
    world = four_countries()
    alike = respond.optimal(world, "CAN", mfn=True)
    nearby = []
    for change in (-0.01, 0.0, 0.01):
        tariff = np.array(alike.solution.resolved.after.tariff_new)
        tariff[:, 0, 1] += np.where(np.arange(4) == 0, 0.0, change)
        nearby.append(welfare(world, "CAN", tariff))
    assert nearby[1] > max(nearby[0], nearby[2])


def test_a_bloc_has_one_tariff_and_leaves_its_own_trade_alone() -> None:
    world = four_countries()
    answer = respond.optimal(world, "USMCA")
    n, m = world.country("CAN"), world.country("MEX")
    after = answer.solution.resolved.after.tariff_new
    assert after is not None
    assert answer.player.name == "USMCA"
    assert set(answer.player.members) == {n, m, world.country("USA")}
    assert (after[n, m] == world.tariff[n, m]).all()
    assert (after[1, n] == after[1, m]).all()
    income, gains = answer.solution.arrays["income"], answer.solution.arrays["welfare"]
    at = list(answer.player.members)
    together = float(income[at] @ gains[at] / income[at].sum())
    assert answer.certificate.gain == pytest.approx(together)


def test_another_objective_hurts_whom_it_weighs_against() -> None:
    world = four_countries()
    own = respond.optimal(world, "CAN", partners=["USA"])
    spite = respond.optimal(world, "CAN", partners=["USA"], objective={"CAN": 1, "USA": -1})
    usa, can = world.country("USA"), world.country("CAN")
    mine, theirs = own.solution.arrays["welfare"], spite.solution.arrays["welfare"]
    assert theirs[usa] < mine[usa]
    assert theirs[can] < mine[can]
    assert spite.certificate.gain == pytest.approx(theirs[can] - theirs[usa])


def test_the_law_in_force_is_the_second_state_lines_and_all(oecd: cv.World) -> None:
    scenario = cv.open_scenario("canada-china")
    answer = respond.optimal(oecd, "CAN", scenario, partners=["CHN"], sectors=["C29"], high=2.0)
    resolved = answer.solution.resolved
    stands = scenario.resolve(oecd)
    assert resolved.before.line_tariff == pytest.approx(stands.after.line_tariff)
    assert resolved.lines is not None
    here = (
        (resolved.lines.exporter == oecd.country("CHN"))
        & (resolved.lines.importer == oecd.country("CAN"))
        & (resolved.lines.sector == oecd.sector("C29"))
    )
    assert here.sum() > 1
    first, second = resolved.before.line_tariff, resolved.after.line_tariff
    assert first is not None
    assert second is not None
    assert second[here] == pytest.approx(float(answer.chosen[0]))
    assert (second[~here] == first[~here]).all()


def test_a_choice_can_be_priced_again_over_draws(oecd: cv.World) -> None:
    scenario = cv.open_scenario("canada-china")
    answer = respond.optimal(oecd, "CAN", scenario, partners=["CHN"], sectors=["C29"])
    drawn = cv.ensemble(oecd, answer.solution.scenario, draws=2, seed=1, workers=1)
    assert not drawn.failures
    assert answer.solution.manifest.ledger is not None


def test_balanced_trade_first() -> None:
    world = four_countries()
    answer = respond.optimal(world, "CAN", model=cv.CaliendoParro(deficits="closed"))
    assert answer.certificate.agree
    assert np.abs(answer.solution.arrays["deficit_new"]).max() < 1e-6


def test_a_hand_made_law_stands() -> None:
    world = four_countries()
    tariff = world.tariff.copy()
    tariff[1, 0] = 0.9
    law = cv.Scenario.from_arrays(world, tariff=tariff)
    one, two = respond.optimal(world, "CAN"), respond.optimal(world, "CAN", law)
    # the way back from rates that leave little trade: the same tariffs are best
    assert two.chosen == pytest.approx(one.chosen, abs=1e-6)
    assert two.certificate.gain > one.certificate.gain
    assert {row.present for row in two.table if row.partner == "CHN"} == {90.0}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"low": 0.5, "high": 0.2}, "no rate lies between 50 and 20 per cent"),
        ({"low": -1.0}, "no rate lies between"),
        ({"high": float("inf")}, "no rate lies between"),
        ({"sectors": ["A02"]}, "no sector 'A02' in world"),
        ({"partners": ["UAS"]}, "no country 'UAS'.*did you mean"),
        ({"partners": ["CAN"]}, "CAN has nothing to set"),
        ({"held": ["CHN", "USA", "MEX"]}, "CAN has nothing to set"),
        ({"objective": {}}, "the objective is empty"),
        ({"objective": {"CAN": float("nan")}}, "give a number"),
    ],
)
def test_refusals(words: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        respond.optimal(four_countries(), "CAN", **words)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["Canda", "FRA", "ASEAN"])
def test_nobody_of_that_name(name: str) -> None:
    with pytest.raises(InputError, match=f"{name}'"):
        respond.optimal(four_countries(), name)


def test_without_jax_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "find_spec", lambda _name: None)
    with pytest.raises(InputError, match="pip install"):
        respond.optimal(four_countries(), "CAN")


def test_what_is_not_best_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FLAT_PER_CENT_A_POINT", 0.0)
    monkeypatch.setattr(module, "LEFT_PER_CENT", -1.0)
    with pytest.raises(NotCertified, match="no best tariffs found"):
        respond.optimal(four_countries(), "CAN")


def test_what_the_certified_solution_contradicts_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("countervail.policy.in_force.AGREES_TO_PER_CENT", -1.0)
    with pytest.raises(NotCertified, match="the search came to"):
        respond.optimal(four_countries(), "CAN")


def test_searches_that_end_apart_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAME_PER_CENT", -1.0)
    answer = respond.optimal(four_countries(), "CAN")
    assert not answer.certificate.agree
    assert any("different optima" in note for note in answer.notes)


def test_bans_are_left_alone() -> None:
    world = four_countries()
    iceberg = np.ones_like(world.tariff)
    iceberg[1, 0, 0] = np.inf
    law = cv.Scenario.from_arrays(world, iceberg_hat=iceberg)
    answer = respond.optimal(world, "CAN", law)
    assert np.isnan(answer.rates.sel(partner="CHN", sector="A01"))
    assert len(answer.chosen) == 8


def test_the_question_is_a_scenario_like_any_other() -> None:
    world = four_countries()
    answer = respond.optimal(world, "CAN")
    question = answer.solution.scenario
    again = cv.solve(world, question)
    assert again.arrays["welfare"] == pytest.approx(answer.solution.arrays["welfare"], abs=1e-9)
    nothing = question.with_options(only=())
    assert np.abs(cv.solve(world, nothing).arrays["welfare"]).max() < 1e-9
    assert question.settings()["law_as_it_stands"]["title"] == "The world as it is"
    with pytest.raises(InputError, match="no dates"):
        cv.solve(world, dataclasses.replace(question, to_date=date(2026, 1, 12)))
    other = four_countries(4)
    with pytest.raises(InputError, match="another world"):
        cv.solve(other, question)


@pytest.mark.parametrize("theta", [10.0, 40.0, 160.0])
def test_a_small_country_s_tariff_vanishes_as_goods_become_alike(theta: float) -> None:
    """What power over prices a small country has, it has over its own varieties: 1 / theta."""
    world = two_countries(theta, symmetric=False, size=1e4)
    answer = respond.optimal(world, "CAN")
    assert answer.chosen == pytest.approx([1.0 / theta], abs=1e-5)


def test_lerner_symmetry() -> None:
    """The best tariff on all imports does what a tax on all exports at the same rate does."""
    world = two_countries(4.0, symmetric=False, size=3.0)
    model = cv.CaliendoParro(deficits="closed")
    answer = respond.optimal(world, "CAN", model=model)
    tax = np.zeros(world.trade.shape)
    can = world.country("CAN")
    other = 1 - can
    tax[can, other, 0] = answer.chosen[0]
    by_tax = cv.solve(world, cv.Scenario.from_arrays(world, export_tax=tax), model)
    assert by_tax.arrays["welfare"] == pytest.approx(answer.solution.arrays["welfare"], abs=1e-8)
