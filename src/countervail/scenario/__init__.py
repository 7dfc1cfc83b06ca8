"""Scenarios: questions as two states of law, from presets, files, dates or arrays."""

from countervail.scenario.beside_goods import Beside, beside
from countervail.scenario.question import Change, HandChange
from countervail.scenario.scenario import Scenario
from countervail.scenario.shipped import open_scenario, preset_names
from countervail.scenario.states import Resolved, StateShock
from countervail.scenario.touched import Touched, goods_touched, touched

__all__ = [
    "Beside",
    "Change",
    "HandChange",
    "Resolved",
    "Scenario",
    "StateShock",
    "Touched",
    "beside",
    "goods_touched",
    "open_scenario",
    "preset_names",
    "touched",
]
