"""The parts of a question: what changes, and a selection of it with the rest as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

import countervail as cv
from countervail.present import law
from countervail.scenario import HandChange, Resolved
from countervail.testing import tiny

EV = "can-chn-ev-surtax-2024"
METALS = "can-chn-steel-aluminium-surtax-2024"
SEED = "chn-can-canola-seed-antidumping"
CARS = HandChange("USA", "DEU", ("C29",), add=25.0)


@pytest.fixture(scope="module")
def question() -> cv.Scenario:
    """Canada and China, and a change made by hand."""
    return replace(cv.open_scenario("canada-china"), hand_changes=(CARS,))


def differing(resolved: Resolved) -> set[str]:
    """The measures on the lines that differ between the states."""
    before, after, lines = resolved.before, resolved.after, resolved.lines
    assert lines is not None
    assert before.line_tariff is not None
    assert after.line_tariff is not None
    at = np.flatnonzero(before.line_tariff != after.line_tariff)
    return {measure for k in at for measure, _ in lines.members[k]}


def same_state(one: Resolved, two: Resolved) -> bool:
    return one.after.hash() == two.after.hash() and one.before.hash() == two.before.hash()


def test_parts_are_named_in_a_stable_order(oecd: cv.World, question: cv.Scenario) -> None:
    parts = question.parts(oecd)
    assert parts == (*sorted(question.measures or ()), "by-hand")
    assert replace(question, measures=question.measures[::-1]).parts(oecd) == parts  # type: ignore[index]
    assert question.with_options(only=("by-hand", SEED)).parts(oecd) == (SEED, "by-hand")
    assert question.with_options(only=()).parts(oecd) == ()


def test_what_does_not_change_is_no_part(oecd: cv.World, question: cv.Scenario) -> None:
    """Not by that date, not on those pairs, and not where nothing is asked."""
    early = replace(question, to_date=date(2024, 10, 21), hand_changes=())
    assert early.parts(oecd) == (EV,)
    exports = replace(question, pairs=(("CAN", "CHN"),))
    assert exports.parts(oecd) == tuple(
        part for part in question.parts(oecd) if not part.startswith("can-")
    )
    still = replace(question, hand_changes=(CARS._replace(add=0.0),), to_date=question.from_date)
    assert still.parts(oecd) == ()
    assert "beef" not in " ".join(cv.open_scenario("australia-china").parts(oecd))


def test_a_supposed_change_is_a_part(oecd: cv.World) -> None:
    agreed = cv.open_scenario("ev-for-canola")
    assert agreed.measures == ()
    assert agreed.parts(oecd) == tuple(sorted(change.measure for change in agreed.changes))


def test_all_parts_are_the_question(oecd: cv.World, question: cv.Scenario) -> None:
    whole = question.resolve(oecd)
    every = question.with_options(only=question.parts(oecd)).resolve(oecd)
    assert same_state(whole, every)
    assert whole.notes == every.notes
    assert set(whole.law_after.ids) == set(every.law_after.ids)  # type: ignore[union-attr]


def test_only_the_parts_named_change(oecd: cv.World, question: cv.Scenario) -> None:
    placed = question.with_options(only=(METALS,)).resolve(oecd)
    assert METALS in differing(placed)
    assert differing(placed) & set(question.parts(oecd)) == {METALS}
    assert placed.after.tariff_new is None
    assert EV not in placed.law_after.ids  # type: ignore[union-attr]
    solution = cv.solve(oecd, question.with_options(only=(METALS,)))
    assert [row["id"] for row in law.measures(solution)] == [METALS]
    # in these cells, nothing else is asked that would cut lines otherwise
    apart = cv.solve(oecd, replace(question, measures=(METALS,), hand_changes=()))
    assert np.allclose(solution.arrays["welfare"], apart.arrays["welfare"], rtol=1e-7, atol=1e-9)


def test_only_what_is_made_by_hand(oecd: cv.World, question: cv.Scenario) -> None:
    placed = question.with_options(only=("by-hand",)).resolve(oecd)
    cell = oecd.country("DEU"), oecd.country("USA"), oecd.sector("C29")
    assert placed.after.tariff_new is not None
    assert placed.after.tariff_new[cell] == pytest.approx(oecd.tariff[cell] + 0.25)
    assert not differing(placed) & set(question.measures or ())
    without = question.with_options(only=question.measures).resolve(oecd)
    assert without.after.tariff_new is None
    assert same_state(without, replace(question, hand_changes=()).resolve(oecd))


def test_nothing_selected_is_said(oecd: cv.World, question: cv.Scenario) -> None:
    placed = question.with_options(only=()).resolve(oecd)
    assert not differing(placed)
    assert placed.notes[0].kind == "same_law"
    assert "every figure is zero" in str(placed.notes[0])


def test_the_first_state_and_the_lines_are_the_same_whatever_is_selected(
    oecd: cv.World, question: cv.Scenario
) -> None:
    parts = question.parts(oecd)
    selections = [None, (), *((part,) for part in parts), parts[:3]]
    together = question.resolve_each(oecd, selections)
    assert len({id(placed.before) for placed in together}) == 1
    assert len({id(placed.lines) for placed in together}) == 1
    for selected, placed in zip(selections, together, strict=True):
        alone = replace(question, only=selected).resolve(oecd)
        assert same_state(alone, placed)
        assert alone.law_after == placed.law_after
        assert alone.notes == placed.notes
    scenarios = [replace(question, only=selected) for selected in selections]
    many = cv.solve_many(oecd, scenarios, engine="numpy")
    for name in ("income", "expenditure", "gross_output", "revenue", "deficit"):
        first = many.arrays[name]
        assert np.allclose(first, first[0], rtol=1e-10, atol=1e-9 * np.abs(first).max()), name


def test_quotas_are_those_of_what_is_selected(oecd: cv.World) -> None:
    agreed = cv.open_scenario("ev-for-canola", "agreed")
    quota = "can-chn-ev-quota-2026"
    whole = agreed.resolve(oecd).quotas
    assert [note.measure for note in whole if note.measure == quota]
    chosen = agreed.with_options(only=(quota,)).resolve(oecd).quotas
    assert [note.measure for note in chosen] == [note.measure for note in whole]
    others = agreed.with_options(only=(EV, SEED)).resolve(oecd).quotas
    assert quota not in [note.measure for note in others]


def test_arrays_are_one_part() -> None:
    world = tiny().world()
    tariff = np.array(world.tariff)
    tariff[0, 1, 1] = 0.5
    scenario = cv.Scenario.from_arrays(world, tariff=tariff)
    assert scenario.parts(world) == ("by-hand",)
    assert cv.Scenario.from_arrays(world).parts(world) == ()
    assert scenario.with_options(only=()).parts(world) == ()
    assert scenario.with_options(only=()).resolve(world).after.is_nothing()
    assert scenario.with_options(only=("by-hand",)).resolve(world).after is scenario.by_hand
    with pytest.raises(cv.InputError, match="has no part 'by-hnad'; did you mean 'by-hand'"):
        scenario.with_options(only=("by-hnad",))


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("can-chn-ev-surtax-2025", f"has no part 'can-chn-ev-surtax-2025'; did you mean '{EV}'"),
        ("usa-all-s232-autos-2025", "has no part 'usa-all-s232-autos-2025'.* measures asked about"),
        ("by-hand", "has no part 'by-hand'"),
    ],
)
def test_what_is_no_part_is_refused(oecd: cv.World, part: str, message: str) -> None:
    asked = replace(cv.open_scenario("canada-china"), only=(part,))
    for refused in (asked.check, lambda: asked.resolve(oecd), lambda: asked.parts(oecd)):
        with pytest.raises(cv.InputError, match=message):
            refused()
    with pytest.raises(cv.InputError, match=message):
        cv.open_scenario("canada-china").with_options(only=(part,))


def test_a_selection_is_told_in_the_settings(question: cv.Scenario) -> None:
    assert question.settings()["only"] is None
    assert question.with_options(only=(EV,)).settings()["only"] == [EV]
    assert question.with_options(only=(EV,)).with_options(countries=["CAN"]).only == (EV,)
