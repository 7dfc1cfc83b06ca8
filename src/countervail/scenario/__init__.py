"""Scenarios: questions as two states of law, from presets, files, dates or arrays."""

from countervail.scenario.scenario import (
    Change,
    HandChange,
    Resolved,
    Scenario,
    StateShock,
)
from countervail.scenario.shipped import open_scenario, preset_names

__all__ = [
    "Change",
    "HandChange",
    "Resolved",
    "Scenario",
    "StateShock",
    "open_scenario",
    "preset_names",
]
