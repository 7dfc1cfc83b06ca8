"""The scenarios that come with the package: each variant resolves, solves and says what it is."""

from __future__ import annotations

import re

import numpy as np
import pytest

import countervail as cv
from countervail.present import assumptions, goods, law, quotas, rows
from countervail.scenario.file import describe
from countervail.scenario.shipped import SHIPPED, open_scenario, preset_names

PROMISED = ("australia-china", "canada-china", "ev-for-canola", "us-canada", "us-china-2025")
CASES = [
    (name, variant)
    for name in preset_names()
    for variant in (describe(SHIPPED / f"{name}.toml")["variants"] or [None])
]


def test_the_promised_presets_are_there() -> None:
    assert set(PROMISED) <= set(preset_names())


@pytest.fixture(scope="module")
def answers(oecd: cv.World) -> dict[tuple[str, str | None], cv.Solution]:
    return {case: cv.solve(oecd, open_scenario(*case)) for case in CASES}


Answers = dict[tuple[str, str | None], cv.Solution]


@pytest.mark.parametrize(("name", "variant"), CASES)
def test_every_variant_is_answered(name: str, variant: str | None, answers: Answers) -> None:
    solution = answers[name, variant]
    scenario = solution.scenario
    assert scenario.name == name
    assert scenario.variant == variant
    assert scenario.question.endswith("?")
    assert solution.certificate.residual <= 1e-10
    assert solution.certificate.effect > 1e-5
    for values in solution.arrays.values():
        assert np.isfinite(values).all()
    assert set(scenario.countries) <= set(solution.world.countries)


@pytest.mark.parametrize(("name", "variant"), CASES)
def test_what_changed_in_law_is_told_with_its_source(
    name: str, variant: str | None, answers: Answers
) -> None:
    solution = answers[name, variant]
    reported = law.measures(solution)
    assert reported
    for measure in reported:
        assert measure["authority"]
        for change in measure["changes"]:
            assert change["reference"]["title"]
            assert change["law"] != change["law_new"]
    lines = goods.lines(solution)
    assert lines
    for line in lines:
        assert line["coverage_basis"] in ("whole", "hs_trade", "published", "proxy", "equal")
        assert line["coverage_year"]
        assert line["coverage_source"]
        assert line["rate"] != line["rate_new"] or line["banned"] != line["banned_new"]


@pytest.mark.parametrize(("name", "variant"), CASES)
def test_only_the_subject_changes(name: str, variant: str | None, answers: Answers) -> None:
    """All other law is the same in both states."""
    solution = answers[name, variant]
    scenario, placed = solution.scenario, solution.resolved
    subject = {*(scenario.measures or ()), *(c.measure for c in scenario.changes)}
    assert placed.law_before is not None
    assert placed.law_after is not None
    before = placed.law_before.without(subject).entries
    assert before == placed.law_after.without(subject).entries
    assert {m["id"] for m in law.measures(solution)} <= subject


def test_canada_china_is_the_question_of_the_two_stories(answers: Answers) -> None:
    solution = answers["canada-china", None]
    assert {m["id"] for m in law.measures(solution)} == {
        "can-chn-ev-surtax-2024",
        "can-chn-steel-aluminium-surtax-2024",
        "chn-can-antidiscrimination-100-2025",
        "chn-can-antidiscrimination-25-2025",
        "chn-can-canola-seed-antidumping",
    }
    outside = {matter for matter, _ in solution.scenario.outside}
    assert outside == {
        "can-chn-surtax-remission-2025",
        "can-china-melt-pour-surtax-2025",
        "can-steel-trq-2025",
    }
    said = " ".join(assumptions.assumptions(solution))
    titles = cv.open_ledger().measures
    assert all(f"Outside: {titles[matter].title} ({matter}): " in said for matter in outside)
    named = {row["product"] for row in goods.lines(solution)}
    assert {"electric_vehicles", "steel", "aluminium", "pork", "peas"} <= named
    seed = next(r for r in goods.lines(solution) if "seed" in r["product"])
    assert seed["rate_new"] - seed["rate"] == pytest.approx(75.8)
    assert -99 < seed["trade_change"] < -50
    welfare = {c: v["welfare"] for c, v in rows.countries(solution).items()}
    assert welfare["CAN"] < 0
    assert welfare["CHN"] < 0


def test_ev_for_canola_variants_differ_as_they_should(answers: Answers) -> None:
    gain = {
        variant: answers["ev-for-canola", variant].arrays["welfare"]
        for name, variant in CASES
        if name == "ev-for-canola"
    }
    world = answers["ev-for-canola", "agreed"].world
    canada, china = world.country("CAN"), world.country("CHN")
    # an answer from China is worth more to Canada than none, and costs China nothing it charged
    assert gain["all-five-groups"][canada] > gain["canada-alone"][canada]
    assert gain["all-five-groups"][china] > gain["canada-alone"][china]
    agreed = answers["ev-for-canola", "agreed"]
    products = {m["id"]: {c["product"] for c in m["changes"]} for m in law.measures(agreed)}
    # oil, pork and other fish stay as they are
    unchanged = {"canola_oil", "pork", "other_aquatic_products"}
    assert unchanged.isdisjoint(set().union(*products.values()))
    assert any("quota" in row["measure"] for row in quotas.quotas(agreed))


def test_a_step_back_returns_part_of_what_was_lost(answers: Answers) -> None:
    peak = answers["us-china-2025", "peak"].arrays["welfare"]
    back = answers["us-china-2025", "step-back"].arrays["welfare"]
    world = answers["us-china-2025", "peak"].world
    for code in ("CHN", "USA"):
        n = world.country(code)
        assert peak[n] < 0 < back[n] < -peak[n]


def test_what_measures_kept_out_of_the_base_year_is_restored(answers: Answers) -> None:
    for (name, variant), answer in answers.items():
        if name != "australia-china":
            assert answer.world.name == "oecd-2022"
            continue
        reported = " ".join(assumptions.assumptions(answer))
        assert re.search(r"chn-aus-coal-2020.* is restored: .*AUS>CHN B05 \(503 to 6,338", reported)
        assert "lower bounds" not in reported
        assert variant in ("imposed", "unwound")
