"""From a state of the lab to the question it asks: a scenario with hypothetical changes of law.

Most edits only move the rate of a duty that adds to the others. Such *soft* edits change what lines
pay in proportion (``ledger.stacking``: the total is a sum of additional duties), so that a law
priced once serves all of them; all other edits make another law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from countervail.errors import InputError
from countervail.lab.measures import LawRow, law_rows
from countervail.lab.state import OFF, ON, Edit, LabState
from countervail.ledger import Ledger
from countervail.ledger.in_force import LawView
from countervail.ledger.measure import Rate
from countervail.scenario import Scenario
from countervail.scenario.hypothetical import changed
from countervail.scenario.question import Change


class AskedLaw(NamedTuple):
    """The question of a state.

    Attributes:
        scenario: it, with every change: what any other way of asking would solve.
        frame: it without its soft edits.
        moves: the changes that are soft.
        soft: rates of soft edits by row, per cent.
    """

    scenario: Scenario
    frame: Scenario
    moves: tuple[Change, ...]
    soft: Mapping[str, float]

    @property
    def key(self) -> tuple[object, ...]:
        """What tells one frame from another."""
        return self.frame.to_date, self.frame.changes, self.frame.own


@dataclass(frozen=True, eq=False)
class LabQuestions:
    """The questions that can be asked on one page.

    Attributes:
        scenario: what the page opens with.
        ledger: the law.
        rows: what can be moved, by key.
    """

    scenario: Scenario
    ledger: Ledger
    rows: Mapping[str, LawRow]

    @classmethod
    def of(cls, scenario: Scenario) -> LabQuestions:
        """Return the questions of a scenario.

        Raises:
            InputError: it asks of no law, or of none that can be moved.
        """
        if scenario.ledger is None or scenario.to_date is None:
            raise InputError(
                f"'{scenario.name}' is made by hand and has no law to move: countervail run"
            )
        rows = law_rows(scenario, scenario.ledger)
        if not rows:
            raise InputError(f"'{scenario.name}' asks of no measure that could be moved")
        return cls(scenario, scenario.ledger, rows)

    @property
    def day(self) -> date:
        """The second day of the scenario as it is."""
        assert self.scenario.to_date is not None
        return self.scenario.to_date

    def day_of(self, state: LabState) -> date:
        """Return the day whose law a state starts from."""
        return state.date or self.day

    def law(self, day: date, known_on: date | None = None) -> LawView:
        """Return the law of a day, with the changes of the scenario itself.

        Args:
            day: the day.
            known_on: announcements after this day are not seen; default the scenario's.
        """
        return _law(self, day, known_on or self.scenario.known_on)

    def asked(self, state: LabState) -> AskedLaw:
        """Return the question of a state.

        Raises:
            InputError: it has an edit of a row that there is not, or that cannot be moved.
        """
        day = self.day_of(state)
        hard: list[Change] = list(self.scenario.changes)
        every, soft = list(self.scenario.changes), dict[str, float]()
        moves: list[Change] = []
        for key, edit in sorted(state.edits.items(), key=self._place):
            row = self._row(key)
            changes = changes_of(row, edit, self.law(day), day)
            every += changes
            rate = self._soft(row, edit, day)
            if rate is None:
                hard += changes
            else:
                hard += [change for change in changes if change.law_of is not None]
                moves += [change for change in changes if change.law_of is None]
                soft[key] = rate
        frame = self._dated(day, tuple(hard))
        return AskedLaw(self._dated(day, tuple(every)), frame, tuple(moves), soft)

    def moved(self, law: LawView | None, asked: AskedLaw) -> LawView | None:
        """Return the law of a question's frame with its soft edits; None where it has none."""
        if law is None:
            return None
        for change in asked.moves:
            law = changed(law, change, self.ledger, self._second(asked), self.scenario.known_on)
        return law

    def _second(self, asked: AskedLaw) -> date:
        return asked.scenario.to_date or self.day

    def _dated(self, day: date, changes: tuple[Change, ...]) -> Scenario:
        same = day == self.day and changes == self.scenario.changes
        if same:
            return self.scenario
        return replace(self.scenario, question="", to_date=day, changes=changes)

    def _row(self, key: str) -> LawRow:
        if key not in self.rows:
            raise InputError(f"no row '{key}' in the law of this page ({', '.join(self.rows)})")
        row = self.rows[key]
        if row.why_not:
            raise InputError(f"'{key}' is recorded and not priced: {row.why_not}")
        return row

    def _place(self, edit: tuple[str, Edit]) -> int:
        return list(self.rows).index(edit[0]) if edit[0] in self.rows else -1

    def _soft(self, row: LawRow, edit: Edit, day: date) -> float | None:
        """Return the rate that a soft edit comes to; None of one that makes another law."""
        rate = row.rate_in(self.law(day)) or row.last_in_force(day)
        if rate is None or not adds(rate) or edit == ON:
            return None
        if edit == OFF:
            alone = row.measure.id not in self.related and row.rate_in(self.law(day)) is not None
            return 0.0 if alone else None
        return float(edit)

    @property
    def related(self) -> frozenset[str]:
        """Measures that stand aside for others, or make others stand aside."""
        return _related(self.ledger)


def adds(rate: Rate) -> bool:
    """Return whether an entry is a duty that adds to the others, of any quantity."""
    return rate.basis == "additional" and rate.rate is not None and rate.quota is None


def changes_of(row: LawRow, edit: Edit, view: LawView, day: date) -> tuple[Change, ...]:
    """Return the changes of law that an edit of a row comes to.

    Args:
        row: the row.
        edit: its rate, ``off`` or ``on``.
        view: the law of the day.
        day: the day.

    Raises:
        InputError: there is no law to bring back.
    """
    there = row.rate_in(view)
    change = Change(row.measure.id, row.products, targets=row.targets)
    if edit == OFF:
        return () if there is None else (change._replace(ends=True),)
    last = there or row.last_in_force(day)
    if last is None:
        raise InputError(f"'{row.key}' was never in force: there is no law to bring back")
    back: tuple[Change, ...] = ()
    if there is None:
        back = (Change(row.measure.id, row.products, law_of=last.in_force),)
    if edit == ON or (last.rate is not None and edit == last.rate):
        return back
    return (*back, change._replace(rate=float(edit)))


@lru_cache(maxsize=64)
def _law(questions: LabQuestions, day: date, known_on: date | None) -> LawView:
    view = questions.ledger.at(day, known_on)
    for change in questions.scenario.changes:
        view = changed(view, change, questions.ledger, day, known_on)
    return view


@lru_cache(maxsize=2)
def _related(ledger: Ledger) -> frozenset[str]:
    found: set[str] = set()
    for measure in ledger:
        others = (
            *measure.stacking.displaces,
            *measure.stacking.yields_to,
            *measure.stacking.removes,
            *(id for r in measure.rates if r.quota for id in r.quota.above_displaces),
        )
        if others:
            found |= {measure.id, *others}
    return frozenset(found)
