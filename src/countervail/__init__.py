"""Countervail: an open laboratory for trade policy.

READ (dated, sourced measures) -> RECKON (certified general equilibrium) -> REPORT.

The public names below are loaded when first used, so that ``import countervail`` stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from countervail.version import __version__

if TYPE_CHECKING:
    from countervail import respond
    from countervail.core.choices.ces_demand import CesDemand
    from countervail.draws.batch import Case, Many, solve_many
    from countervail.draws.ensemble import Ensemble
    from countervail.draws.ensemble.door import ensemble
    from countervail.draws.how import Draws
    from countervail.draws.sweep import Sweep, Swept, read_sweep, sweep
    from countervail.errors import (
        CountervailError,
        InputError,
        NoEquilibrium,
        NotCertified,
        NotPlaced,
        PartialAnswer,
    )
    from countervail.ledger import Ledger, Measure, check_ledger, open_ledger
    from countervail.models.economy import Economy
    from countervail.models.presets import (
        CaliendoParro,
        FirstYear,
        ToldByUse,
        WithProfits,
        WithRigidWages,
        WithScale,
        WithSelection,
    )
    from countervail.reading.opened import read
    from countervail.reading.reader import Reading
    from countervail.scenario import Scenario, open_scenario
    from countervail.solution import Solution
    from countervail.solving import solve
    from countervail.sources import open_world
    from countervail.studies import Attribution, attribute, by_implementer
    from countervail.studies.compare_models import compare_models
    from countervail.studies.contributions import contributions
    from countervail.studies.sensitivity import gradient, sensitivity
    from countervail.world import World, read_world

_HOMES = {
    "Attribution": "studies",
    "attribute": "studies",
    "by_implementer": "studies",
    "compare_models": "studies.compare_models",
    "Ensemble": "draws.ensemble",
    "ensemble": "draws.ensemble.door",
    "CountervailError": "errors",
    "InputError": "errors",
    "NoEquilibrium": "errors",
    "NotCertified": "errors",
    "NotPlaced": "errors",
    "PartialAnswer": "errors",
    "check_ledger": "ledger",
    "Ledger": "ledger",
    "Measure": "ledger",
    "open_ledger": "ledger",
    "CaliendoParro": "models.presets",
    "FirstYear": "models.presets",
    "ToldByUse": "models.presets",
    "WithProfits": "models.presets",
    "WithRigidWages": "models.presets",
    "WithScale": "models.presets",
    "WithSelection": "models.presets",
    "CesDemand": "core.choices.ces_demand",
    "Economy": "models.economy",
    "Case": "draws.batch",
    "Draws": "draws.how",
    "Many": "draws.batch",
    "solve_many": "draws.batch",
    "read": "reading.opened",
    "Reading": "reading.reader",
    "Scenario": "scenario",
    "contributions": "studies.contributions",
    "gradient": "studies.sensitivity",
    "sensitivity": "studies.sensitivity",
    "open_scenario": "scenario",
    "solve": "solving",
    "Solution": "solution",
    "Sweep": "draws.sweep",
    "Swept": "draws.sweep",
    "read_sweep": "draws.sweep",
    "sweep": "draws.sweep",
    "World": "world",
    "open_world": "sources",
    "read_world": "world",
}

__all__ = [
    "Attribution",
    "CaliendoParro",
    "Case",
    "CesDemand",
    "CountervailError",
    "Draws",
    "Economy",
    "Ensemble",
    "FirstYear",
    "InputError",
    "Ledger",
    "Many",
    "Measure",
    "NoEquilibrium",
    "NotCertified",
    "NotPlaced",
    "PartialAnswer",
    "Reading",
    "Scenario",
    "Solution",
    "Sweep",
    "Swept",
    "ToldByUse",
    "WithProfits",
    "WithRigidWages",
    "WithScale",
    "WithSelection",
    "World",
    "__version__",
    "attribute",
    "by_implementer",
    "check_ledger",
    "compare_models",
    "contributions",
    "ensemble",
    "gradient",
    "open_ledger",
    "open_scenario",
    "open_world",
    "read",
    "read_sweep",
    "read_world",
    "respond",
    "sensitivity",
    "solve",
    "solve_many",
    "sweep",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        _let_values_show_themselves()
    if name == "respond":
        return import_module("countervail.respond")
    if name in _HOMES:
        return getattr(import_module(f"countervail.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'countervail' has no attribute '{name}'")


def _let_values_show_themselves() -> None:
    """Say who draws what a value shows of itself: it is loaded when one is first shown."""
    shown = import_module("countervail.schema.shown")
    if not shown.views and not shown.fillers:
        shown.fillers.append(lambda: import_module("countervail.present.views"))


def __dir__() -> list[str]:
    return __all__
