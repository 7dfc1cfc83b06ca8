"""What a sweep asks: a question, and the values that each axis takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countervail.scenario import Scenario

if TYPE_CHECKING:
    from countervail.ledger import Ledger

AXES = (
    *("variant", "from", "to", "known_on", "background", "rate", "scale"),  # choose the question
    *("world", "elasticities"),  # choose the world
    *("model", "deficits"),  # choose the model
    "horizon",  # chooses both
)
"""Every axis, in the order in which points are reported: the last changes fastest."""

VARIABLES = ("welfare", "real_wage")
"""Variables reported unless others are asked for."""


@dataclass(frozen=True, eq=False)
class Sweep:
    """A question asked at every point of a grid.

    Attributes:
        scenario: name of a preset, path of a scenario file, or a Scenario.
        axes: by axis (``AXES``) the values it takes; dates as dates or ISO text, worlds by name,
            path or as World; ``rate`` in per cent and ``scale`` as factors of what the question
            sets (``scenario.scaled``); ``horizon`` in years, or ``long``.
            What has no axis is as in the scenario, or the default.
        countries: whose figures are reported; default the scenario's, or all where it names none.
        variables: of countries, reported; names as in docs/reference/variables.md.
        unit: country whose wage is the unit where ``deficits`` is ``nominal``.
        choices: of every model, such as ``demand.elasticity=0.5``.
        ledger: the law; default the shipped measures.
        folder: what paths are relative to; default the working folder.
        name: short name; default the scenario's.
    """

    scenario: str | Path | Scenario
    axes: Mapping[str, Sequence[Any]]
    countries: Sequence[str] = ()
    variables: Sequence[str] = VARIABLES
    unit: str | None = None
    choices: Sequence[str] = ()
    ledger: Ledger | None = None
    folder: Path = field(default_factory=Path)
    name: str | None = None
