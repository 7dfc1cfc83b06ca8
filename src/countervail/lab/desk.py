"""The desk: every single move from a law, solved in one batch, the best first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from countervail.core import batch
from countervail.core.compare import compare
from countervail.draws.batch.answers import CertifiedState, certified
from countervail.errors import CountervailError
from countervail.lab.bench import LabBench
from countervail.lab.measures import LawRow
from countervail.lab.priced import PricedQuestion
from countervail.lab.questions import AskedLaw
from countervail.lab.state import OFF, ON, Edit, LabState
from countervail.present.digits import own_digits
from countervail.present.numbers import fixed
from countervail.present.sentences.language import Language
from countervail.solution import Solution
from countervail.state import SOLVE_TO_RESIDUAL

MOST_RATES = 2
"""Other rates that the ledger has for a row, tried at most: those next to the present one."""

LEAST_USD = 0.05
"""USD million; a smaller gain is none."""


class Move(NamedTuple):
    """A single change of a law.

    Attributes:
        says: it, in words.
        state: the law after it.
    """

    says: str
    state: LabState


@dataclass(frozen=True)
class MoveWorth:
    """A move and what it is worth from where the law stands.

    Attributes:
        move: the move.
        gain: by country, USD million; None where the law after it has no certified answer.
        why: the reason, where it has none.
    """

    move: Move
    gain: dict[str, float] | None
    why: str = ""

    def as_dict(self, language: Language) -> dict[str, Any]:
        """Return it as JSON has it."""
        said = {code: _said(language, usd) for code, usd in (self.gain or {}).items()}
        return {
            "says": self.move.says,
            "state": self.move.state.as_dict(),
            "gain": self.gain,
            "said": said,
            "certified": self.gain is not None,
            "why": self.why,
        }


def moves(bench: LabBench, state: LabState, language: Language) -> Iterator[Move]:
    """Yield every single move from a law: ends, what the ledger has today, rates it had.

    Args:
        bench: of the page.
        state: the law.
        language: of their words.
    """
    questions = bench.questions_of(state)
    view = questions.law(questions.day_of(state))
    for key, row in questions.rows.items():
        if row.why_not:
            continue
        there = row.rate_in(view)
        ledger: Edit = OFF if there is None else there.rate if there.rate is not None else ON
        now = state.edits.get(key, ledger)
        tried: list[tuple[Edit, str]] = []
        if now != OFF:
            tried.append((OFF, "ends"))
        if now != ledger:
            tried.append((ledger, "restores"))
        if row.slides and isinstance(now, float):
            near = sorted((r for r in row.rates if r not in (now, ledger)), key=lambda r: r - now)
            lower = [r for r in near if 0 < r < now][-MOST_RATES:]
            tried += [(r, "lowers") for r in lower]
        for edit, kind in dict(tried).items():
            yield Move(_says(row, kind, edit, language), _with(state, key, edit, ledger))


def desk(bench: LabBench, state: LabState, parties: tuple[str, ...], language: Language) -> Any:
    """Return what every single move from a law is worth, solved in one batch.

    Args:
        bench: of the page.
        state: the law.
        parties: whose gain is told.
        language: of words.

    Raises:
        CountervailError: the law itself has no answer.
    """
    here = bench.solution(state)
    _, law = bench.priced(state)
    together: list[Move] = []
    alone: list[Move] = []
    for move in moves(bench, state, language):
        (together if _shares(bench, move.state, law) else alone).append(move)
    usd = here.arrays["welfare_usd"]
    place = {code: here.world.country(code) for code in parties}
    found = []
    for move, worth in zip(together, _solved(bench, law, together, here), strict=True):
        found.append(_worth(move, worth, usd, place))
    for move in alone:
        try:
            found.append(_worth(move, bench.solution(move.state).arrays["welfare_usd"], usd, place))
        except CountervailError as error:
            found.append(MoveWorth(move, None, str(error)))
    return [one.as_dict(language) for one in found]


def _shares(bench: LabBench, state: LabState, law: PricedQuestion) -> bool:
    """Return whether a move stays within a law that is priced, so that it joins its batch."""
    asked = bench.asked(state)
    return (
        law.limits is None
        and not law.model.follows
        and asked.key == law.key
        and asked.soft.keys() <= law.rates.keys()
    )


def _solved(bench: LabBench, law: PricedQuestion, asked: list[Move], here: Solution) -> list[Any]:
    """Return welfare of every country after each move, USD million, or why there is none."""
    if not asked:
        return []
    questions: list[AskedLaw] = [bench.asked(move.state) for move in asked]
    shocks = [law.shock_at(law.resolved(one)) for one in questions]
    starts = [here.hats[1]] * len(shocks)
    results = batch.solve_block(law.model, law.base, shocks, starts, SOLVE_TO_RESIDUAL)
    first = CertifiedState(law.before.solved, law.before.certificate)
    labour = np.ones(len(law.base.value_added))
    found: list[Any] = []
    for shock, result in zip(shocks, results, strict=True):
        one = certified(law.model, law.base, shock, result, first)
        if isinstance(one, CountervailError):
            found.append(one)
            continue
        books = compare(law.model, law.base, first.solved.totals, one.solved.totals, labour)
        found.append(books["welfare_usd"])
    return found


def _worth(move: Move, worth: Any, usd: Any, place: dict[str, int]) -> MoveWorth:
    if isinstance(worth, CountervailError):
        return MoveWorth(move, None, str(worth))
    return MoveWorth(move, {code: float(worth[n] - usd[n]) for code, n in place.items()})


def _with(state: LabState, key: str, edit: Edit, ledger: Edit) -> LabState:
    edits = {row: one for row, one in state.edits.items() if row != key}
    if edit != ledger:
        edits[key] = edit
    return replace(state, edits=edits)


def _says(row: LawRow, kind: str, edit: Edit, language: Language) -> str:
    """Return a move in words."""
    what = "" if row.slides else "_measure"
    if kind == "restores" and edit == OFF:
        key = f"move_ends{what}_again"
    elif kind == "restores" and isinstance(edit, float):
        key = "move_restores_rate"
    else:
        key = "move_lowers" if kind == "lowers" else f"move_{kind}{what}"
    goods = row.name(language)
    rate = f"{edit:g}" if isinstance(edit, float) else ""
    return language.say(
        f"lab.{key}",
        A=language.country(row.measure.implementer),
        goods=goods if goods[1:2].isupper() else goods[:1].lower() + goods[1:],
        n=language.digits(rate),
    )


def _said(language: Language, usd: float) -> str:
    if abs(usd) < LEAST_USD:
        return language.digits("0")
    return language.digits(fixed(usd, own_digits(usd, 2), "+"))
