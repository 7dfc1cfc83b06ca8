"""Which measure causes what in a law of the lab: its attribution, as ``run --attribute`` has it."""

from __future__ import annotations

from typing import Any

from countervail.errors import InputError
from countervail.lab.bench import LabBench
from countervail.lab.state import LabState
from countervail.present.attributed import document
from countervail.present.rows import shown_countries
from countervail.studies import attribute

MOST_MEASURES = 8
"""Measures told apart on the page: every coalition of them is solved."""


def explain(bench: LabBench, state: LabState) -> dict[str, Any]:
    """Return the attribution of a law, as JSON has it.

    Args:
        bench: of the page.
        state: the law.

    Raises:
        InputError: it has more parts than are told apart here.
        CountervailError: a coalition has no answer.
    """
    solution = bench.solution(state)
    parts = solution.scenario.parts(solution.world)
    if len(parts) > MOST_MEASURES:
        raise InputError(
            f"{len(parts)} measures are more than are told apart here ({MOST_MEASURES}): "
            "countervail run --attribute"
        )
    if not parts:
        return {"parts": []}
    at = bench.world_at(state)
    found = attribute(at.world, solution.scenario, at.model, workers=1)
    return {"parts": list(parts), **document(found, shown_countries(solution)).data}
