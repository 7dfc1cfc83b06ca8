"""The grid: every combination once, in the order of the axes, each a world, a question, a model."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import pytest

import countervail as cv
from countervail import schema
from countervail.draws.sweep import Sweep
from countervail.draws.sweep.question import AXES
from countervail.draws.sweep.reading import OF_WORLDS, grid_of
from countervail.testing import random_world

VALUES: dict[str, list[str]] = {
    "variant": ["agreed", "canada-alone"],
    "from": ["2025-03-20", "2026-01-12"],
    "to": ["2026-01-12", "2026-03-02", "2026-04-01"],
    "known_on": ["2026-05-01"],
    "background": ["2025-03-20", "2026-01-12"],
    "world": ["oecd-2022"],
    "elasticities": ["fgo2025", "shapiro-2016"],
    "model": ["caliendo_parro"],
    "deficits": ["world_share", "closed", "own_income"],
}


def test_every_combination_once_the_last_axis_fastest() -> None:
    grid = grid_of(Sweep("ev-for-canola", dict(reversed(VALUES.items()))))
    assert tuple(grid.axes) == tuple(axis for axis in AXES if axis in VALUES) == tuple(VALUES)
    said = [tuple(grid.labels(k).values()) for k in range(len(grid))]
    assert said == list(itertools.product(*VALUES.values()))
    assert len(grid) == len(set(said)) == 2 * 2 * 3 * 2 * 2 * 3


def test_a_point_is_what_its_labels_say() -> None:
    grid = grid_of(Sweep("ev-for-canola", VALUES))
    for k in range(len(grid)):
        at, world, scenario, model = grid.point(k)
        assert scenario.variant == at["variant"]
        assert scenario.from_date == date.fromisoformat(at["from"])
        assert scenario.to_date == date.fromisoformat(at["to"])
        assert scenario.known_on == date.fromisoformat(at["known_on"])
        assert scenario.background == date.fromisoformat(at["background"])
        assert (world.name, world.elasticity_set) == (at["world"], at["elasticities"])
        assert model.settings()["deficits"] == at["deficits"]
        assert model.name == at["model"]


def test_what_has_no_axis_is_as_in_the_scenario() -> None:
    grid = grid_of(Sweep("canada-china", {"deficits": ["closed"]}))
    _, world, scenario, _ = grid.point(0)
    assert (world, scenario.variant) == (cv.open_world(), None)
    assert scenario.settings() == cv.open_scenario("canada-china").settings()
    assert grid.countries == ("CAN", "CHN", "USA")
    assert grid.variables == ("welfare", "real_wage")
    assert grid_of(Sweep("canada-china", {"to": [date(2025, 3, 20)]})).models[0] == (
        cv.CaliendoParro()
    )


def test_worlds_and_scenarios_made_in_python() -> None:
    worlds = [random_world(seed, 3, 2).world() for seed in (1, 2)]
    named = [cv.World.from_arrays(**_arrays(w), name=f"w{k}") for k, w in enumerate(worlds)]
    scenario = cv.Scenario.from_arrays(named[0], name="nothing")
    grid = grid_of(Sweep(scenario, {"world": named}))
    assert grid.axes == {"world": ("w0", "w1")}
    assert grid.worlds == tuple(named)
    assert (grid.name, grid.countries) == ("nothing", named[0].countries)  # names none: all


def _arrays(world: cv.World) -> dict[str, object]:
    return {
        name: getattr(world, name)
        for name in ("trade", "tariff", "input_share", "trade_elasticity", "countries", "sectors")
    }


def test_every_variable_of_countries_can_be_told(canada_china: cv.Solution) -> None:
    known = {name for name, v in schema.variables().items() if v.dims == ("country",)} - OF_WORLDS
    assert known <= set(canada_china.arrays)
    grid = grid_of(Sweep("canada-china", {"deficits": ["closed"]}, variables=sorted(known)))
    assert set(grid.variables) == known


def test_settings_tell_sweeps_apart() -> None:
    one = Sweep("canada-china", {"deficits": ["closed"]})
    others = [
        Sweep("us-canada", {"deficits": ["closed"]}),
        Sweep("canada-china", {"deficits": ["world_share"]}),
        Sweep("canada-china", {"deficits": ["closed"], "elasticities": ["fgo2022"]}),
        Sweep("canada-china", {"deficits": ["closed"], "to": ["2025-03-20"]}),
        Sweep("canada-china", {"deficits": ["closed"]}, variables=["welfare"]),
        Sweep("canada-china", {"deficits": ["closed"]}, countries=["CAN"]),
    ]
    settings = grid_of(one).settings()
    assert settings == grid_of(one).settings()
    for other in others:
        assert grid_of(other).settings() != settings


@pytest.mark.parametrize("number", [0, 1, 5])
def test_a_point_solved_in_full(number: int, oecd: cv.World) -> None:
    axes = {
        "deficits": ["world_share", "closed"],
        "elasticities": ["fgo2025", "fgo2022", "fgo2025-raw"],
    }
    grid = grid_of(Sweep("canada-china", axes))
    at = grid.labels(number)
    expected = cv.solve(
        oecd.with_elasticity_set(at["elasticities"]),
        cv.open_scenario("canada-china"),
        cv.CaliendoParro(deficits=at["deficits"]),  # type: ignore[arg-type]
    )
    np.testing.assert_array_equal(grid.solve(number).arrays["welfare"], expected.arrays["welfare"])
