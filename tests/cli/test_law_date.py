"""The status quo of ``respond``: the law of a day, today's by default, and it is said."""

from __future__ import annotations

import pytest

from countervail import clock
from countervail.cli.respond import asked
from countervail.errors import InputError


def test_today_is_the_default() -> None:
    with clock.on_day("2026-03-02"):
        where = asked.place("oecd-2022", None, None, "world_share", None)
    assert where.scenario is not None
    assert where.scenario.title == "The law of 2026-03-02"
    assert str(where.scenario.from_date) == str(where.scenario.to_date) == "2026-03-02"


def test_a_day_or_the_world_s_own() -> None:
    day = asked.place("oecd-2022", None, None, "world_share", "2024-09-30").scenario
    assert day is not None
    assert str(day.to_date) == "2024-09-30"
    assert asked.place("oecd-2022", None, None, "world_share", "base").scenario is None


def test_a_day_beside_a_scenario_is_refused() -> None:
    with pytest.raises(InputError, match="not both"):
        asked.place("oecd-2022", "canada-china", None, "world_share", "2024-09-30")


def test_what_is_no_day_is_refused() -> None:
    with pytest.raises(InputError, match="is not a date"):
        asked.place("oecd-2022", None, None, "world_share", "yesterday")
