"""A law priced once, and solved at any rates of its duties: what every move of a slider asks.

The lines of a law, its first state and the slope of every line's rate in every duty are found when
a law is first asked for; a move is then one more state of law on prepared arrays. What is found is
certified by the independent check, as ever, and is the answer that ``solve`` gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from countervail import solving
from countervail.core.model import Baseline, Hats, Model, Shock
from countervail.errors import NoEquilibrium, unwarned
from countervail.lab.questions import AskedLaw, LabQuestions, adds
from countervail.ledger.in_force import LawView
from countervail.limits import QuotaPlan
from countervail.scenario import Resolved
from countervail.scenario.hypothetical import changed
from countervail.scenario.placing import outside_pairs, priced_with_quotas, states_of_law
from countervail.scenario.question import Change
from countervail.solution import Solution
from countervail.state import State, sharpened, solve_first, solve_next
from countervail.world import World

Array = NDArray[np.float64]

STEP = 10.0
"""Per cent points by which a duty is moved to find what lines pay of it."""

ADDS_UP = 1e-12
"""Rates of lines, fractions: how far all duties moved together may be from each moved alone."""


@dataclass(frozen=True, eq=False)
class PricedQuestion:
    """A law of the lab, priced and its first state solved.

    Attributes:
        questions: of the page.
        key: of its question (``AskedLaw.key``).
        observed: the world as given.
        world: the world both states are solved from.
        model: the economics, with lines under quotas where there are any.
        base: baseline.
        placed: the question with the rates of the ledger.
        before: the first state, solved.
        shock: the second state, with the rates of the ledger.
        limits: quotas of both states.
        rates: rates of the duties that can be moved, by row, per cent.
        slopes: what a point of each is in the rates of lines, fractions, [line].
    """

    questions: LabQuestions
    key: object
    observed: World
    world: World
    model: Model
    base: Baseline
    placed: Resolved
    before: State
    shock: Shock
    limits: QuotaPlan | None
    rates: Mapping[str, float]
    slopes: Mapping[str, Array]

    @classmethod
    def of(
        cls,
        questions: LabQuestions,
        asked: AskedLaw,
        observed: World,
        model: Model,
        near: Hats | None = None,
    ) -> PricedQuestion:
        """Return the law of a question without its soft edits, priced.

        Args:
            questions: of the page.
            asked: the question.
            observed: the world it is asked of.
            model: the economics.
            near: where the first state of a similar question lies.

        Raises:
            InputError: the question does not fit the world.
            NotPlaced: the world cannot hold a part of it, or nothing prices it.
            NotCertified, NoEquilibrium: its first state has no answer.
        """
        with unwarned():
            world, placed = solving.place(observed, asked.frame, model)
        placed, rates, slopes = _sloped(questions, asked, world, placed)
        posed, base, shocks, limits = solving.posed(world, model, placed)
        try:
            before = solve_first(posed, base, shocks[0], near)
        except NoEquilibrium as error:
            raise error.named(world.countries, world.sectors) from None
        return cls(
            questions=questions,
            key=asked.key,
            observed=observed,
            world=world,
            model=posed,
            base=base,
            placed=placed,
            before=before,
            shock=shocks[1],
            limits=limits,
            rates=rates,
            slopes=slopes,
        )

    def resolved(self, asked: AskedLaw) -> Resolved:
        """Return the question placed, with its soft edits."""
        tariff = self.placed.after.line_tariff
        moved = {row: rate for row, rate in asked.soft.items() if rate != self.rates[row]}
        if tariff is not None and moved:
            tariff = tariff + sum(
                (rate - self.rates[row]) * self.slopes[row] for row, rate in moved.items()
            )
        after = replace(self.placed.after, line_tariff=tariff)
        law = self.questions.moved(self.placed.law_after, asked)
        return replace(self.placed, after=after, law_after=law)

    def shock_at(self, resolved: Resolved) -> Shock:
        """Return the second state of a placed question, as it follows the first."""
        lines, rate = self.shock.lines, resolved.after.line_tariff
        moved = self.shock
        if lines is not None and rate is not None:
            moved = moved._replace(lines=lines._replace(tariff_new=rate))
        return self.model.following(self.base, moved, self.before.outcome)

    def solution(self, asked: AskedLaw, near: Hats | None) -> Solution:
        """Return the certified answer to a question with this law.

        Args:
            asked: the question.
            near: where the second state of a similar question lies.

        Raises:
            NotCertified, NoEquilibrium: there is no answer, with the reason.
        """
        resolved, scenario = self.resolved(asked), asked.scenario
        shock = self.shock_at(resolved)
        if _alike(resolved):
            near = None  # from the first state itself, so that nothing moves at all
        try:
            after = solve_next(self.model, self.base, shock, self.before, near)
            after = sharpened(self.model, self.base, self.before, after, "numpy")
        except NoEquilibrium as error:
            raise error.named(self.world.countries, self.world.sectors) from None
        return solving.compared(
            self.world, scenario, self.model, resolved, self.base, self.before, after,
            self.observed, self.limits,
        )  # fmt: skip


def _alike(resolved: Resolved) -> bool:
    """Return whether both states of a question are one."""
    before, after = resolved.before, resolved.after
    if before.line_tariff is None or after.line_tariff is None:
        return after.is_nothing()
    assert before.line_iceberg is not None
    assert after.line_iceberg is not None
    cells = replace(after, line_tariff=None, line_iceberg=None)
    return (
        cells.is_nothing()
        and np.array_equal(before.line_tariff, after.line_tariff)
        and np.array_equal(before.line_iceberg, after.line_iceberg)
    )


def _sloped(
    questions: LabQuestions, asked: AskedLaw, world: World, placed: Resolved
) -> tuple[Resolved, dict[str, float], dict[str, Array]]:
    """Return a placed question on lines that hold every duty, their rates, and their slopes.

    Nothing can be moved where duties moved together are not each moved alone.
    """
    frame = asked.frame
    found = states_of_law(frame, world)
    if found is None or placed.quotas or placed.quotas_before or frame.to_date is None:
        return placed, {}, {}
    law, whole = found
    rates, views = {}, []
    together = whole
    for key, row in questions.rows.items():
        there = row.rate_in(whole)
        if row.why_not or there is None or not adds(there):
            continue
        assert there.rate is not None
        rates[key] = there.rate
        more = Change(row.measure.id, row.products, rate=there.rate + STEP, targets=row.targets)
        views.append(_with(whole, more, questions, frame.to_date))
        together = _with(together, more, questions, frame.to_date)
    if not rates:
        return placed, {}, {}
    priced = priced_with_quotas(world, law.base, [law.before, whole, *views, together])
    lines = priced.lines
    kept = outside_pairs(frame, world, lines)
    before, after, *moved, all_moved = priced.states
    slopes = {
        key: np.where(kept, 0.0, (state.tariff_new - after.tariff_new) / STEP)
        for key, state in zip(rates, moved, strict=True)
    }
    whole_move = np.where(kept, 0.0, all_moved.tariff_new - after.tariff_new)
    if np.abs(whole_move - STEP * sum(slopes.values())).max(initial=0.0) > ADDS_UP:
        return placed, {}, {}
    if frame.hand_changes or not len(lines):
        return placed, {}, {}
    first = replace(placed.before, line_tariff=before.tariff_new, line_iceberg=before.iceberg_hat)
    second = replace(
        placed.after,
        line_tariff=np.where(kept, before.tariff_new, after.tariff_new),
        line_iceberg=np.where(kept, before.iceberg_hat, after.iceberg_hat),
    )
    return replace(placed, before=first, after=second, lines=lines), rates, slopes


def _with(view: LawView, change: Change, questions: LabQuestions, day: date) -> LawView:
    return changed(view, change, questions.ledger, day, questions.scenario.known_on)
