"""Nothing of a question is left out in silence: refused, or allowed and then said everywhere."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from rich.console import Console

import countervail as cv
from countervail import clock, respond
from countervail.ledger import Ledger
from countervail.ledger.pricing.placed import asked_of
from countervail.present.result import document
from countervail.scenario import Scenario
from countervail.scenario.file import describe
from countervail.scenario.left_out import refuse_status_quo
from countervail.scenario.placing import gaps
from countervail.scenario.shipped import SHIPPED, preset_names

FOOD = ["A01", "A02", "A03", "C10T12"]
LENTILS, MELTED, EV = "ind-all-lentils", "can-china-melt-pour-surtax-2025", "can-chn-ev-surtax-2024"


@pytest.fixture(scope="module")
def bare(oecd: cv.World) -> cv.World:
    """Food merged into a label that does not say what it holds."""
    return replace(oecd.aggregate(sectors={"FOOD": FOOD}), concordance=None)


def between(*measures: str, first: str = "2024-09-30", last: str = "2026-01-12") -> Scenario:
    return Scenario.between(cv.open_ledger(), first, last, measures=measures or None)


def printed(solution: cv.Solution) -> str:
    console = Console(width=200)
    with console.capture() as seen:
        console.print(document(solution))
    return seen.get()


PRESETS = [
    (name, variant)
    for name in preset_names()
    for variant in list(describe(SHIPPED / f"{name}.toml")["variants"]) or [None]
]


@pytest.mark.parametrize(("name", "variant"), PRESETS)
def test_every_preset_is_placed_whole(oecd: cv.World, name: str, variant: str | None) -> None:
    """What a preset asks about and nothing prices, it lists itself."""
    made = gaps(cv.open_scenario(name, variant), oecd)
    assert made.lines > 0
    assert made.left_out == ()


def test_the_lines_counted_are_those_told_of(oecd: cv.World, canada_china: cv.Solution) -> None:
    assert canada_china.resolved.lines_asked == len(document(canada_china).as_dict()["lines"]) == 12
    assert canada_china.resolved.not_placed == ()
    assert "left out" not in repr(canada_china)


def test_a_world_that_lacks_sectors_is_refused(bare: cv.World) -> None:
    with pytest.raises(cv.NotPlaced) as refusal:
        cv.solve(bare, cv.open_scenario("canada-china"))
    said = str(refusal.value)
    assert said.startswith(
        "9 of 12 lines of 'canada-china' cannot be placed in world 'oecd-2022-aggregated': it has "
        "no sector "
    )
    assert "merge it with world.aggregate" in said
    assert "allow_partial=True" in said
    assert "\n" not in said
    assert refusal.value.lines == 12
    assert {one.sector for one in refusal.value.left_out} == {"A01", "A03", "C10T12"}
    again = pickle.loads(pickle.dumps(refusal.value))
    assert (str(again), again.left_out) == (said, refusal.value.left_out)


def test_where_it_is_allowed_it_is_said_everywhere(bare: cv.World) -> None:
    question = cv.open_scenario("canada-china")
    with pytest.warns(cv.PartialAnswer, match="9 of 12 lines left out: it has no sector"):
        solution = cv.solve(bare, question, allow_partial=True)
    assert repr(solution).endswith(", 9 of 12 lines left out>")
    answer = json.loads(json.dumps(document(solution).as_dict()))
    assert answer["lines_asked"] == 12
    assert len(answer["not_placed"]) == 9
    assert {row["why"] for row in answer["not_placed"]} == {"no_sector"}
    assert len(answer["lines"]) == 3
    assert "PARTIAL ANSWER, 9 of 12 lines left out" in printed(solution)
    assert solution.manifest.settings["scenario"]["allow_partial"] is True
    # a question that allows it carries that along
    allowed = question.with_options(allow_partial=True)
    with pytest.warns(cv.PartialAnswer):
        many = cv.solve_many(bare, [allowed])
    assert many.arrays["welfare"][0] == pytest.approx(solution.arrays["welfare"], rel=1e-6)


def test_every_door_refuses_and_allows(bare: cv.World) -> None:
    question = cv.open_scenario("canada-china")
    doors = {
        "solve_many": lambda **more: cv.solve_many(bare, [question], **more),
        "attribute": lambda **more: cv.attribute(bare, question, **more),
        "ensemble": lambda **more: cv.ensemble(bare, question, draws=1, workers=1, **more),
        "compare_models": lambda **more: cv.compare_models(bare, question, **more),
    }
    for name, door in doors.items():
        with pytest.raises(cv.NotPlaced, match="9 of 12 lines"):
            door()
        if name != "ensemble":  # its worker processes would warn again
            with pytest.warns(cv.PartialAnswer):
                door(allow_partial=True)


def test_a_search_on_a_law_that_has_no_place_is_refused(bare: cv.World) -> None:
    with pytest.raises(cv.NotPlaced, match="9 of 12 lines"):
        respond.optimal(bare, "CAN", cv.open_scenario("canada-china"), partners=["CHN"])
    with pytest.raises(cv.NotPlaced, match="has no sector"):
        respond.bargain(bare, "ev-for-canola")


def test_the_status_quo_has_to_have_a_place(bare: cv.World, oecd: cv.World) -> None:
    """Nothing changes between the dates: what cannot be held is the status quo itself."""
    today = between(first="2026-01-12", last="2026-01-12")
    assert gaps(today, bare).left_out == ()
    with pytest.raises(cv.NotPlaced, match="it has no sector"):
        respond.optimal(bare, "CAN", today, partners=["CHN"])
    whole = oecd.aggregate(sectors={"FOOD": FOOD})
    law = today.resolve(whole).law_after
    assert law is not None
    refuse_status_quo(today, whole, law)


def test_points_of_a_sweep_that_leave_something_out_are_named(bare: cv.World) -> None:
    question = cv.Sweep("canada-china", {"to": ["2025-01-31", "2026-01-12"], "world": [bare]})
    swept = cv.sweep(question, workers=1)
    assert list(swept.not_placed) == [1], "before March 2025 only cars and metals"
    assert "9 of 12 lines" in swept.failures[1]
    with pytest.warns(cv.PartialAnswer, match="1 of 2 points leave something out"):
        swept = cv.sweep(question, workers=1, allow_partial=True)
    assert swept.failures == {}
    assert swept.not_placed == {1: "9 of 12 lines left out"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("sectors", "12 of 12 lines of .* it has no sector"),
        ("countries", "5 of 5 lines of .* it holds no two countries that can-chn-ev-surtax-2024"),
    ],
)
def test_labels_of_ones_own_hold_no_law(oecd: cv.World, change: str, said: str) -> None:
    labels = tuple(f"x{k}" for k in range(len(getattr(oecd, change))))
    with pytest.raises(cv.NotPlaced, match=said):
        cv.solve(replace(oecd, **{change: labels}), cv.open_scenario("canada-china"))


def test_law_between_two_countries_that_are_one_here(oecd: cv.World) -> None:
    world = oecd.aggregate(countries={"BOTH": ["CAN", "CHN"]})
    with pytest.raises(cv.NotPlaced, match=r"12 of 12 lines.*which are one country in it"):
        cv.solve(world, cv.open_scenario("canada-china"))


def test_what_the_ledger_cannot_price_is_refused_where_it_is_asked_for(oecd: cv.World) -> None:
    question = between(MELTED, EV)
    with pytest.raises(cv.NotPlaced, match=f"1 of 2 lines .* {MELTED} cannot be priced: "):
        question.resolve(oecd)
    listed = replace(question, outside=((MELTED, "a share that is not known"),))
    placed = listed.resolve(oecd)
    assert (placed.lines_asked, placed.not_placed) == (1, ())
    # beside the figures where the question is all law
    every = between().resolve(oecd)
    assert every.not_placed == ()
    (note,) = [note for note in every.notes if note.kind == "cannot_be_priced"]
    assert {MELTED, LENTILS} <= set(note.measures)


def test_a_measure_without_coverage_is_refused(oecd: cv.World) -> None:
    ledger = cv.open_ledger()
    without = ledger.measure(EV).model_copy(update={"coverage": ()})
    other = Ledger.of([without if m.id == EV else m for m in ledger])
    with pytest.raises(cv.NotPlaced, match=f"of {EV} has no coverage of CHN>CAN"):
        replace(between(EV), ledger=other).resolve(oecd)
    tables = tuple(
        table.model_copy(update={"weights": {"USA": 0.5}}) for table in ledger.measure(EV).coverage
    )
    aside = ledger.measure(EV).model_copy(update={"coverage": tables})
    other = Ledger.of([aside if m.id == EV else m for m in ledger])
    with pytest.raises(cv.NotPlaced, match=r"1 of 1 line of .* has no coverage of CHN>CAN"):
        replace(between(EV), ledger=other).resolve(oecd)


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({"from_date": date(1990, 1, 1)}, "first entry is of .* the law of 1990-01-01 is not"),
        ({"to_date": date(2099, 1, 1)}, "last reviewed on .* the law of 2099-01-01 is not known"),
        ({"background": date(1990, 1, 1)}, "the law of 1990-01-01 is not known"),
    ],
)
def test_dates_outside_the_record(oecd: cv.World, dates: dict[str, date], said: str) -> None:
    question = cv.open_scenario("canada-china").with_options(**dates)
    with pytest.raises(cv.NotPlaced, match=said):
        question.resolve(oecd)
    allowed = question.with_options(allow_partial=True).resolve(oecd)
    assert allowed.partial == "a date outside the record"
    known = question.with_options(known_on=date(2026, 1, 12))
    if "to_date" in dates:
        assert known.resolve(oecd).not_placed == (), "what had been announced by a day is known"
    # one's own measures alone make no claim to be complete
    own = replace(question, ledger=Ledger.of(cv.open_ledger()))
    assert own.resolve(oecd).not_placed == ()


def test_between_the_last_review_and_today_it_is_said(oecd: cv.World) -> None:
    record = cv.open_ledger().record
    assert record is not None
    later = date(record[1].year + 1, 1, 15)
    question = cv.open_scenario("canada-china").with_options(to_date=later)
    with pytest.raises(cv.NotPlaced), clock.on_day(record[1]):
        question.resolve(oecd)
    with clock.on_day(later):
        placed = question.resolve(oecd)
    assert [note.kind for note in placed.notes].count("after_review") == 1


def test_nothing_changes_is_said_only_where_the_law_is_the_same(oecd: cv.World) -> None:
    same = cv.solve(oecd, between(EV, first="2025-01-31", last="2025-02-28"))
    assert "Nothing changes: every figure is zero." in printed(same)
    # a law that differs and is left out is no such thing
    outside = replace(between(MELTED), outside=((MELTED, "a share that is not known"),))
    differs = cv.solve(oecd, outside)
    assert np.abs(differs.arrays["welfare"]).max() < 1e-9
    reported = printed(differs)
    assert "Nothing changes" not in reported
    assert "every figure is zero" not in reported
    assert "No figure moves, though the law differs" in reported
    assert f"Outside this question: {MELTED}" in reported


def test_only_the_pairs_asked_about_are_counted(oecd: cv.World) -> None:
    views = (cv.open_ledger().at(day) for day in ("2025-01-31", "2025-06-30"))
    before, after = views
    whole = asked_of(oecd, before, after)
    one = asked_of(oecd, before, after, [("CAN", "USA")])
    none = asked_of(oecd, before, after, [("CAN", "FRA")])
    assert whole.lines > one.lines > 0
    assert (none.lines, none.left_out) == (0, ())
