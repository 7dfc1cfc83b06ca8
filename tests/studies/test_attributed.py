"""What is reported of an attribution: rows by measure, a table, and how it was found."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from rich.console import Console
from small_ledger import between, quarrel, small_world

import countervail as cv
from countervail.present import attributed
from countervail.present.attributed import document
from countervail.present.document import Document
from countervail.present.rows import REPORTED_UNIT
from countervail.scenario import HandChange
from countervail.studies import Attribution, attribute, by_implementer, shapley


@pytest.fixture(scope="module")
def world() -> cv.World:
    return small_world()


@pytest.fixture(scope="module")
def question() -> cv.Scenario:
    return replace(between(*quarrel()), hand_changes=(HandChange("MEX", "USA", add=20.0),))


@pytest.fixture(scope="module")
def found(world: cv.World, question: cv.Scenario) -> Attribution:
    return attribute(world, question)


def printed(reported: Document) -> list[str]:
    """What is read, below the title."""
    console = Console(width=110)
    with console.capture() as seen:
        console.print(reported)
    first, title, *lines = (line.rstrip() for line in seen.get().splitlines())
    assert (first, title) == ("", "Which measure causes what (welfare, per cent)")
    return lines


def test_as_json(found: Attribution) -> None:
    reported = json.loads(json.dumps(document(found, ["CAN", "CHN"]).as_dict(), allow_nan=False))
    assert [row["group"] for row in reported["rows"]] == list(found.groups)
    assert [row["title"] for row in reported["rows"]][-2:] == [
        "The duty chn-can-food-2025",
        "Changes made by hand",
    ]
    assert set(reported["rows"][0]["countries"]) == {"CAN", "CHN"}
    figures = reported["rows"][1]["countries"]["CHN"]["welfare"]
    assert figures == {
        "shapley": found.shapley["welfare"][1][1],
        "error": None,
        "alone": found.alone["welfare"][1][1],
        "all_but": found.without["welfare"][1][1],
    }
    for country in ("CAN", "CHN"):
        for name, whole in reported["total"][country].items():
            parts = [row["countries"][country][name]["shapley"] for row in reported["rows"]]
            assert sum(parts) == pytest.approx(whole, abs=1e-12)
    assert (reported["exact"], reported["coalitions"], reported["unit"]) == (
        True,
        31,
        REPORTED_UNIT,
    )


def test_as_a_table(found: Attribution) -> None:
    reported = document(found, ["CAN", "MEX"])
    lines = printed(reported)
    assert lines[0].split("  ")[0] == "country"
    assert "±" not in lines[0]
    assert [line.split()[0] for line in lines if line.startswith(("CAN", "MEX"))] == ["CAN", "MEX"]
    total = f"{found.total['welfare'][0]:+.4f}"
    (whole, _) = [line for line in lines if "all together" in line]
    assert whole.endswith(total)
    (summed, _) = [line for line in lines if line.split()[:1] == ["sum"]]
    assert summed.endswith(total)
    assert "Exact: all 31 combinations solved" in " ".join(lines)


def test_errors_of_drawn_orders(
    world: cv.World, question: cv.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shapley, "MOST_EXACT", 2)
    monkeypatch.setattr(attributed, "MOST_ROWS", 2)
    reported = document(attribute(world, question, samples=4, seed=7), ["CAN"])
    lines = printed(reported)
    assert lines[0].endswith("±")
    assert any("3 more: see --json" in line for line in lines)
    assert "4 orders drawn (seed 7)" in " ".join(lines)
    answer = reported.as_dict()
    assert answer["rows"][0]["countries"]["CAN"]["welfare"]["error"] >= 0.0
    assert (answer["exact"], answer["samples"], answer["seed"]) == (False, 4, 7)


def test_groups_have_titles(world: cv.World, question: cv.Scenario) -> None:
    found = attribute(world, question, groups=by_implementer(question, world))
    rows = document(found, ["CAN"]).as_dict()["rows"]
    assert [row["title"] for row in rows] == [
        "Canada: 3 measures",
        "The duty chn-can-food-2025",
        "Changes made by hand",
    ]
    assert rows[1]["parts"] == ["chn-can-food-2025"]


def test_a_country_that_is_not_there(found: Attribution) -> None:
    with pytest.raises(cv.InputError, match="no country 'GER'"):
        document(found, ["GER"])
