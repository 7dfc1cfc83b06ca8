"""The status quo of a question: the law of a day, today's by default, and it is said."""

from __future__ import annotations

import pytest

import countervail as cv
from countervail import clock
from countervail.app.parts import WhichLaw
from countervail.errors import InputError


@pytest.fixture(scope="module")
def world() -> cv.World:
    return cv.open_world()


def test_today_is_the_default(world: cv.World) -> None:
    with clock.on_day("2026-03-02"):
        scenario = WhichLaw().in_force(world)
    assert scenario is not None
    assert scenario.title == "The law of 2026-03-02"
    assert str(scenario.from_date) == str(scenario.to_date) == "2026-03-02"


def test_a_day_or_the_world_s_own(world: cv.World) -> None:
    day = WhichLaw(law_date="2024-09-30").in_force(world)
    assert day is not None
    assert str(day.to_date) == "2024-09-30"
    assert WhichLaw(law_date="base").in_force(world) is None


@pytest.mark.parametrize(
    ("law", "sentence"),
    [
        (WhichLaw(scenario="canada-china", law_date="2024-09-30"), "not both"),
        (WhichLaw(law_date="yesterday"), "is not a date"),
        (WhichLaw(variant="two"), "--variant two is of a scenario: name it with --scenario"),
    ],
)
def test_what_says_two_things_or_nothing_is_refused(
    law: WhichLaw, sentence: str, world: cv.World
) -> None:
    with pytest.raises(InputError, match=sentence):
        law.in_force(world)
