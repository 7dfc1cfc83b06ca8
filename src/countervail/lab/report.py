"""The report of a law of the lab: the page that ``run --report`` writes, with its ranges."""

from __future__ import annotations

from dataclasses import replace

from countervail.draws.ensemble import Ensemble
from countervail.draws.ensemble.door import ensemble
from countervail.draws.how import Draws
from countervail.horizons import LONG
from countervail.lab.bench import LabBench
from countervail.lab.ranging import SEED
from countervail.lab.state import LabState
from countervail.present.horizons import long_run
from countervail.present.page.run import run_page
from countervail.present.ranges import Reader
from countervail.present.result import LONG_RUN, document
from countervail.present.sentences.language import Language
from countervail.present.tables import RowsWithRanges
from countervail.present.told import ToldAnswer


def report(
    bench: LabBench, state: LabState, draws: int, language: Language, command: str = ""
) -> str:
    """Return the report of a law as one HTML file.

    Args:
        bench: of the page.
        state: the law.
        draws: its ranges are made of; 0 is none.
        language: it is in.
        command: that gives the same answer.

    Raises:
        CountervailError: the law has no answer, or no draw has.
    """
    solution = bench.solution(state)
    drawn = _drawn(bench, state, draws)
    added = {}
    if state.horizon != LONG:
        later = replace(state, horizon=LONG)
        added[LONG_RUN] = long_run(bench.solution(later), _drawn(bench, later, draws))
    answered = document(solution, drawn, added, language)
    told = ToldAnswer(solution, RowsWithRanges.of(solution, drawn))
    return run_page(answered, told, language, added, command).html()


def _drawn(bench: LabBench, state: LabState, draws: int) -> Ensemble | None:
    """Return the draws of a law, read for everything that is reported."""
    if not draws:
        return None
    at, solution = bench.world_at(state), bench.solution(state)
    return ensemble(
        at.world,
        solution.scenario,
        at.model,
        Draws(draws, SEED),
        read=Reader.of(solution),
        point=solution,
    )
