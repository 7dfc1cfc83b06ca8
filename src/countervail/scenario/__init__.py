"""Scenarios: questions as two states of law, from presets, files, dates or arrays."""

from countervail.scenario.question import Change, HandChange
from countervail.scenario.scenario import Scenario
from countervail.scenario.shipped import open_scenario, preset_names
from countervail.scenario.states import Resolved, StateShock

__all__ = [
    "Change",
    "HandChange",
    "Resolved",
    "Scenario",
    "StateShock",
    "open_scenario",
    "preset_names",
]
