"""Questions in a line."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

import countervail as cv
from countervail import labels
from countervail.errors import InputError
from countervail.ledger import open_ledger
from countervail.scenario import HandChange, Scenario
from countervail.scenario.one_line import asked, with_lines

BOOK = open_ledger()
DAY = date(2025, 6, 1)


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("USA on CAN goods 10", HandChange("USA", "CAN", ("goods",), add=10.0)),
        ("USA on CAN 10", HandChange("USA", "CAN", ("goods",), add=10.0)),
        ("US on Canada all 2.5 points", HandChange("USA", "CAN", ("all",), add=2.5)),
        ("United States on Viet Nam C29,A01 -5%", HandChange("USA", "VNM", ("C29", "A01"), add=-5)),
        ("EU27 on all 10", HandChange("EU27", "ALL", ("goods",), add=10.0)),
        ("UK on asean services 3", HandChange("GBR", "ASEAN", ("services",), add=3.0)),
        ("South Korea on South Africa 3", HandChange("KOR", "ZAF", ("goods",), add=3.0)),
    ],
)
def test_points_added_in_a_line(words: str, change: HandChange) -> None:
    question = asked(BOOK, DAY, [words], [])
    assert question.hand_changes == (change,)
    assert (question.from_date, question.to_date, question.measures) == (DAY, DAY, ())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("USA CAN 10", "is no question in a line; write it as USA on CAN goods 10"),
        ("USA on CAN", "is no question in a line"),
        ("USA on Canda 10", "no country 'Canda'; did you mean 'Canada'"),
        ("Atlantis on CAN 10", "no country 'Atlantis'"),
        ("SUI on CAN 10", "did you mean 'CHE'"),
    ],
)
def test_what_is_no_line_is_refused(words: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        asked(BOOK, DAY, [words], [])


def lifted(world: cv.World, size: float) -> dict[str, float]:
    """Return by how much the duty of each line of China on Canada falls."""
    placed = asked(BOOK, DAY, [], [f"CHN on CAN {size:g}%"]).resolve(world)
    lines, before, after = placed.lines, placed.before.line_tariff, placed.after.line_tariff
    assert lines is not None
    assert before is not None
    assert after is not None
    return {
        f"{lines.names[k]} {lines.sector[k]}": float(before[k] - after[k])
        for k in np.flatnonzero(after != before)
    }


def test_china_lifts_half(oecd: cv.World) -> None:
    question = asked(BOOK, DAY, [], ["CHN on CAN 50%"])
    assert question.changes
    assert {change.scale for change in question.changes} == {0.5}
    assert {change.targets for change in question.changes} == {("CAN",)}
    assert question.countries == ("CHN", "CAN")
    placed = question.resolve(oecd)
    before, after = placed.before.line_tariff, placed.after.line_tariff
    assert placed.lines is not None
    assert before is not None
    assert after is not None
    moved = after != before
    assert moved.any()
    assert {oecd.countries[n] for n in placed.lines.importer[moved]} == {"CHN"}
    assert {oecd.countries[n] for n in placed.lines.exporter[moved]} == {"CAN"}
    assert lifted(oecd, 50) == pytest.approx({k: 0.5 * v for k, v in lifted(oecd, 100).items()})


def test_what_has_no_part_stands_and_is_said() -> None:
    day = date(2026, 1, 12)
    entries = [
        e for e in BOOK.at(day).entries
        if e.rate.basis in ("ban", "replacing") and not e.measure.outside_model
    ]  # fmt: skip
    assert entries
    who, whom = entries[0].implementers[0], entries[0].targets[0]
    if len(entries[0].implementers) == 1:
        try:
            outside = asked(BOOK, day, [], [f"{who} on {whom} 50"]).outside
        except InputError as refusal:
            assert "that could be lifted" in str(refusal)  # noqa: PT017
        else:
            assert entries[0].measure.id in [measure for measure, _ in outside]
    ended = asked(BOOK, day, [], [f"{who} on {whom} 100"])
    assert entries[0].measure.id in [change.measure for change in ended.changes if change.ends]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("CHN on CAN 0", "above 0 and at most 100 per cent"),
        ("CHN on CAN 150%", "above 0 and at most 100 per cent"),
        ("CHN on CAN goods 50", "what is lifted is a part of all measures"),
        ("ISL on NZL 50", "nothing of ISL on NZL that could be lifted is in force on 2025-06-01"),
    ],
)
def test_what_cannot_be_lifted_is_said(words: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        asked(BOOK, DAY, [], [words])


def test_a_part_of_a_union_lifts_nothing_alone() -> None:
    union = labels.group("EU27")
    entry = next(
        e for e in BOOK.at(DAY).entries
        if set(e.implementers) >= set(union) and e.rate.priced and not e.measure.outside_model
    )  # fmt: skip
    target = entry.targets[0]
    with pytest.raises(InputError, match="name all of it"):
        asked(BOOK, DAY, [], [f"DEU on {target} 50"])
    assert asked(BOOK, DAY, [], [f"EU27 on {target} 100"]).changes


def test_lines_on_top_of_a_scenario() -> None:
    scenario = cv.open_scenario("canada-china", ledger=BOOK)
    more = with_lines(scenario, ["USA on CAN 10"], [])
    assert more.hand_changes == (HandChange("USA", "CAN", ("goods",), add=10.0),)
    assert more.measures == scenario.measures
    with pytest.raises(InputError, match="has no law to be lifted"):
        with_lines(Scenario("s", "S"), [], ["CHN on CAN 50"])
