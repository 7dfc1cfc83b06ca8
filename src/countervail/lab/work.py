"""What can be asked of the lab: one method a question, JSON in, JSON out; one at a time."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from countervail import clock, labels
from countervail.clock import as_date
from countervail.draws.draw import Kept
from countervail.errors import InputError
from countervail.horizons import FIRST, LONG
from countervail.lab import lanes
from countervail.lab.bench import Keeping, LabBench
from countervail.lab.code import code
from countervail.lab.desk import desk
from countervail.lab.explain import explain
from countervail.lab.ranging import LabDraws
from countervail.lab.report import report
from countervail.lab.state import CLOSURES, LabState, address, addressed
from countervail.lab.telling import LabAnswer, View
from countervail.present.sentences.language import Language, language
from countervail.version import __version__
from countervail.world.elasticities import elasticity_sets

KEPT_DRAWS = 6
"""Laws whose draws are kept: two hundred draws of one are some 15 megabytes."""

CLOSURES_SAID = {
    "world_share": "stay a share of the world’s spending",
    "nominal": "stay as they are in money",
    "own_income": "stay a share of the country’s income",
}
"""What deficits do, in words."""

MOST_WIDTH, LEAST_WIDTH = 1200, 240
"""Pixels of charts."""


@dataclass(frozen=True)
class LabOpening:
    """With what a lab is opened.

    Attributes:
        scenario: name of a preset or path of a file.
        variant: of the scenario.
        world: name or file.
        ledger: folders of measures of one's own.
        allow_partial: whether answers may leave out what cannot be placed; they say so.
        today: the day answered on; None is the machine's.
    """

    scenario: str = "canada-china"
    variant: str | None = None
    world: str = "oecd-2022"
    ledger: tuple[str, ...] = ()
    allow_partial: bool = False
    today: date | None = None

    def bench(self) -> LabBench:
        """Return the bench it opens.

        Raises:
            InputError, FileError: no such scenario or world, or it is refused.
        """
        return LabBench.opened(
            self.scenario, self.variant, self.world, self.ledger, self.allow_partial
        )


class LabWork:
    """The lab's work, on one bench.

    Args:
        bench: the world and the law.
        opening: with what it was opened.
    """

    def __init__(self, bench: LabBench, opening: LabOpening) -> None:
        self.bench, self.opening = bench, opening
        self.language: Language = language()
        self.drawn: Keeping[LabDraws] = Keeping(KEPT_DRAWS)

    def do(self, method: str, words: Mapping[str, Any]) -> Any:
        """Return the answer to a question by its name.

        Raises:
            CountervailError: it has none, or is refused.
        """
        if method not in METHODS:
            raise InputError(f"nothing is called '{method}'")
        with clock.on_day(self.opening.today):
            return getattr(self, method)(**words)

    def start(self, state: str = "") -> dict[str, Any]:
        """Return all that a page is built of.

        Args:
            state: the part of its address after ``#``.
        """
        asked, rows = addressed(state), list(self.bench.questions.rows.values())
        scenario, world = self.bench.questions.scenario, self.bench.given
        here, unknown = asked.state.known(self.bench.questions.rows)
        beside, more = (None, ()) if asked.a is None else asked.a.known(self.bench.questions.rows)
        first, last = self._days
        return {
            "scenario": {
                "name": scenario.name,
                "title": scenario.title,
                "question": scenario.question,
                "variant": scenario.variant,
                "from": _iso(scenario.from_date),
                "to": _iso(scenario.to_date),
                "known_on": _iso(scenario.known_on),
            },
            "state": here.as_dict(),
            "a": None if beside is None else beside.as_dict(),
            "unknown": [*asked.unknown, *unknown, *more],
            "measures": self._rows(self.bench.questions.day_of(here)),
            "lanes": lanes.lanes(rows, first, last, self.language),
            "lanes_edge": [lanes.EDGE / lanes.WIDTH, 1.0 - lanes.EDGE / lanes.WIDTH],
            "days": [first.isoformat(), last.isoformat()],
            "countries": [
                {
                    "code": code,
                    "name": self.language.label(code),
                    "long": labels.country_name(code) if code in labels.countries() else code,
                }
                for code in world.countries
            ],
            "shown": list(world.showing(scenario.countries)),
            "horizons": [
                {"id": FIRST, "says": "First year"},
                {"id": LONG, "says": "Long run"},
            ],
            "closures": [{"id": one, "says": CLOSURES_SAID[one]} for one in CLOSURES],
            "elasticities": [
                {"id": name, "says": name}
                for name, values in elasticity_sets().items()
                if set(world.parents) <= values.keys()
            ],
            "elsewhere": "Hatched: counted in the rest of the world",
            "left_out": [{"matter": m, "reason": r} for m, r in scenario.outside],
            "versions": {
                "countervail": __version__,
                "world": world.name,
                "world_hash": world.hash,
                "ledger_hash": self.bench.questions.ledger.hash,
                "year": world.year,
            },
        }

    @cached_property
    def _days(self) -> tuple[date, date]:
        questions = self.bench.questions
        record = questions.ledger.record
        known = max(record[1], clock.today()) if record else clock.today()
        assert questions.scenario.from_date is not None
        rows = list(questions.rows.values())
        return lanes.days(rows, questions.scenario.from_date, max(known, questions.day))

    def law(self, date: str | None = None, known_on: str | None = None) -> dict[str, Any]:
        """Return the law of the rows on a day.

        Args:
            date: the day; default the scenario's second.
            known_on: announcements after this day are not seen.
        """
        day = self.bench.questions.day if date is None else as_date(date)
        known = None if known_on is None else as_date(known_on)
        return {
            "date": day.isoformat(),
            "known_on": _iso(known),
            "measures": self._rows(day, known),
        }

    def _rows(self, day: date, known_on: date | None = None) -> list[dict[str, Any]]:
        view = self.bench.questions.law(day, known_on)
        return [row.as_dict(self.language, view) for row in self.bench.questions.rows.values()]

    def solve(
        self,
        state: Any,
        a: Any = None,
        focus: str = "",
        width: int = 340,
        scales: Mapping[str, Sequence[float]] | None = None,
        figures: bool = True,
    ) -> dict[str, Any]:
        """Return the point answer to a state, as the page shows it.

        Args:
            state: the law.
            a: the law it is held against.
            focus: the country looked at.
            width: pixels of the charts.
            scales: what scales must hold, while they stand still.
            figures: whether the rows of every economy are wanted.
        """
        began, spent = time.perf_counter(), time.process_time()
        here, beside = LabState.read(state), None if a is None else LabState.read(a)
        solution = self.bench.solution(here)
        solved = time.perf_counter()
        other = None
        if beside is not None and beside.key != here.key:
            other = LabAnswer(self.bench.solution(beside), self.language)
        view = replace(self._view(focus, width, scales), figures=figures)
        shown = LabAnswer(solution, self.language).as_dict(view, other)
        return {
            **self._named(here, beside),
            **shown,
            "ms": round(1e3 * (time.perf_counter() - began), 1),
            "solve_ms": round(1e3 * (solved - began), 1),
            "cpu_ms": round(1e3 * (time.process_time() - spent), 1),
        }

    def _named(self, state: LabState, a: LabState | None) -> dict[str, Any]:
        return {
            "key": state.key,
            "a_key": None if a is None else a.key,
            "law": self.law_name(state),
            "a_law": None if a is None else self.law_name(a),
            "address": address(state, self.bench.questions.scenario.name, a),
            "measures": self._moved_rows(state),
        }

    def _moved_rows(self, state: LabState) -> dict[str, dict[str, Any]]:
        """Return the law of each row on the day of a state, by key."""
        view = self.bench.questions.law(self.bench.questions.day_of(state))
        found = {}
        for key, row in self.bench.questions.rows.items():
            rate = row.rate_in(view)
            last = row.last_in_force(self.bench.questions.day_of(state))
            found[key] = {
                "rate": None if rate is None else rate.rate,
                "in_force": rate is not None,
                "since": _iso(rate.in_force) if rate is not None else None,
                "last": None if last is None else last.rate,
            }
        return found

    def law_name(self, state: LabState) -> str:
        """Return what a law is called: of which day, and whether it is edited."""
        day = self.language.day(self.bench.questions.day_of(state))
        return f"{'edited ' if state.edits else ''}law of {day}"

    def _view(self, focus: str, width: int, scales: Mapping[str, Sequence[float]] | None) -> View:
        world = self.bench.given
        known = focus if focus in world.countries else ""
        known = known or next(iter(world.showing(self.bench.questions.scenario.countries)), "")
        return View(known, max(LEAST_WIDTH, min(int(width), MOST_WIDTH)), scales)

    def desk(self, state: Any, parties: Sequence[str] = ()) -> dict[str, Any]:
        """Return what every single move from a state is worth to some countries, USD million.

        Args:
            state: the law.
            parties: countries; default the first two shown.
        """
        began, spent = time.perf_counter(), time.process_time()
        here, world = LabState.read(state), self.bench.given
        shown = world.showing(self.bench.questions.scenario.countries)[:2]
        chosen = tuple(world.countries[world.country(code)] for code in parties) or shown
        return {
            "key": here.key,
            "parties": [{"code": c, "name": self.language.label(c)} for c in chosen],
            "moves": desk(self.bench, here, chosen, self.language),
            "ms": round(1e3 * (time.perf_counter() - began), 1),
            "cpu_ms": round(1e3 * (time.process_time() - spent), 1),
        }

    def code(self, state: Any, form: str = "python") -> dict[str, str]:
        """Return a state as code.

        Args:
            state: the law.
            form: ``python``, ``toml`` or ``command``.
        """
        here = LabState.read(state)
        said = code(self.bench, here, form, self.opening.scenario, self.opening.variant)
        return {"as": form, "text": said}

    def report(self, state: Any, draws: int) -> str:
        """Return the report of a state as one HTML file.

        Args:
            state: the law.
            draws: its ranges are made of.
        """
        command = self.code(state, "command")["text"].partition("    #")[0].strip()
        return report(self.bench, LabState.read(state), draws, self.language, command)

    def explain(self, state: Any) -> dict[str, Any]:
        """Return how much of the effect of a state each of its measures makes."""
        return explain(self.bench, LabState.read(state))

    def draws(self, state: Any) -> LabDraws:
        """Return the draws of a state, those that are made kept."""
        here = LabState.read(state)

        def begun() -> LabDraws:
            at = self.bench.world_at(here)
            return LabDraws.of(self.bench.solution(here), at.world, at.model, at.drawn)

        return self.drawn.get(here.key, begun)

    def draw(self, state: Any, numbers: Sequence[int]) -> dict[int, Kept]:
        """Return some draws of a state, by number."""
        return self.draws(state).made(numbers)

    def missing(self, state: Any, count: int) -> list[int]:
        """Return the numbers of the first draws of a state that this worker does not keep."""
        return self.draws(state).missing(count)

    def ranges(
        self,
        state: Any,
        more: Mapping[int, Kept],
        a: Any = None,
        focus: str = "",
        width: int = 340,
        scales: Mapping[str, Sequence[float]] | None = None,
    ) -> dict[str, Any]:
        """Return the answer to a state with the ranges of the draws made so far.

        Args:
            state: the law.
            more: draws of it, to be kept.
            a: the law it is held against: with its draws the difference has a range of its own.
            focus, width, scales: as ``solve`` takes them.
        """
        here, beside = LabState.read(state), None if a is None else LabState.read(a)
        draws = self.draws(state)
        draws.keep(more)
        other = None
        if beside is not None and beside.key != here.key:
            kept = self.draws(a)
            other = LabAnswer(kept.point, self.language, kept.ensemble())
        answer = LabAnswer(draws.point, self.language, draws.ensemble())
        shown = answer.as_dict(self._view(focus, width, scales), other)
        return {**self._named(here, beside), **shown, "made": draws.told}


METHODS = frozenset(
    {
        *("start", "law", "solve", "desk", "code", "draw", "missing", "ranges"),
        *("report", "explain"),
    }
)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
