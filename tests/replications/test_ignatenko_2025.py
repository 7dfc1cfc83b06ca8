"""Ignatenko and others (2025), Tables 1 to 3; elastic labour and tax relief by two roads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from replications.ignatenko_2025 import equations
from replications.ignatenko_2025 import replicate as paper
from replications.ignatenko_2025.table import TABLE_1, TABLE_2, Study, read

BEST = "optimal tariffs, income tax relief"


@pytest.fixture(scope="module")
def study(shared: Path) -> Study:
    return read(shared / "data")


@pytest.fixture(scope="module")
def answers(study: Study) -> dict[str, equations.Answer]:
    return {case: paper.answer(study, case) for case in (*TABLE_1, *TABLE_2)}


def small() -> equations.Economy:
    rng = np.random.default_rng(3)
    trade = rng.lognormal(2.0, 1.0, (5, 5)) + 80.0 * np.eye(5)
    return equations.Economy(trade, np.array([0.25, 0.1, 0.1, 0.1, 0.1]))


@pytest.mark.parametrize("relief", [True, False])
def test_without_fixed_costs_abroad_it_is_ours(relief: bool) -> None:
    rate = np.zeros((5, 5))
    rate[1:, 0] = 0.1, 0.2, 0.3, 0.5
    _, near = paper.both_roads(small(), rate, 0, relief=relief)
    assert max(near.wage, near.hours) < 1e-9
    assert near.difference < 1e-8
    assert abs(near.welfare) > 1e-2


def test_no_tariff_changes_nothing() -> None:
    none = equations.solve(small(), np.zeros((5, 5)))
    assert none.welfare == pytest.approx(0.0, abs=1e-9)
    assert none.employment == pytest.approx(0.0, abs=1e-9)


def test_equal_shares_of_fixed_costs_leave_deficits_as_they_were() -> None:
    """Section 5.1: then what is earned and paid abroad cancels, but for the transfer."""
    economy = small()._replace(access=np.full(5, 0.2))
    rate = np.zeros((5, 5))
    rate[1:, 0] = 0.3
    found = equations.solve(economy, rate)
    gap = economy.trade.sum(axis=0) - economy.trade.sum(axis=1)
    more = found.deficit * np.sign(gap)  # all in the money of the world's prices
    assert more == pytest.approx(more[0], abs=1e-8)
    other = equations.solve(small(), rate)
    assert np.ptp(other.deficit * np.sign(gap)) > 0.1


@pytest.mark.shared
def test_every_figure_is_within_a_unit_of_its_last_digit(
    study: Study, answers: dict[str, equations.Answer]
) -> None:
    found = paper.lines(study, answers)
    assert len(found) == 88
    assert max(abs(line.steps) for line in found) == 1
    assert sum(line.steps == 0 for line in found) == 80
    assert max(one.residual for one in answers.values()) < 1e-9


@pytest.mark.shared
def test_194_countries_by_both_roads(study: Study) -> None:
    usa = study.at("USA")[0]
    rate = paper.law(study, "USTR tariffs")
    for relief, hours, welfare in ((True, 0.41, 0.42), (False, -0.32, 0.29)):
        known, near = paper.both_roads(paper.economy_of(study), rate, usa, relief=relief)
        assert max(near.wage, near.hours) < 1e-10
        assert near.difference < 1e-8
        assert near.welfare == pytest.approx(welfare, abs=5e-3)
        assert known.employment[usa] == pytest.approx(hours, abs=5e-3)


@pytest.mark.shared
def test_the_best_tariff_is_two(study: Study) -> None:
    usa, economy = study.at("USA")[0], paper.economy_of(study)
    assert paper.best_rate(economy, usa) == pytest.approx(0.218, abs=5e-4)
    assert paper.best_rate(economy, usa, beside_income=True) == pytest.approx(0.185, abs=5e-4)
    rate = np.zeros_like(economy.trade)
    rate[:, usa] = 0.19
    rate[usa, usa] = 0.0
    found = equations.solve(economy, rate)
    assert round(float(found.welfare[usa]), 2) == 1.75
    assert round(float(found.deficit[usa]), 1) != TABLE_1[BEST]["USA"][1]


@pytest.mark.shared
def test_mexico_pays_what_the_package_has(study: Study) -> None:
    usa, mexico = study.at("USA", "MEX")
    rate = paper.law(study, "USTR tariffs")
    assert rate[mexico, usa] == pytest.approx(0.17)
    rate[mexico, usa] = 0.10
    found = equations.solve(paper.economy_of(study), rate)
    assert found.welfare[usa] == pytest.approx(1.01, abs=5e-3)


@pytest.mark.shared
def test_the_readme_holds_these_figures(study: Study, answers: dict[str, equations.Answer]) -> None:
    readme = Path(paper.__file__).with_name("README.md").read_text("utf-8")
    usa = study.at("USA")[0]
    rows = [line for line in readme.splitlines() if line.startswith(("| announced", "| best"))]
    for row, found in zip(rows, answers.values(), strict=True):
        assert f"| {found.welfare[usa]:.2f} |" in row
        assert f"| {found.employment[usa]:.2f} |" in row
        assert row.rstrip(" |*").endswith(f"{found.by_preferences[usa]:.2f}")
