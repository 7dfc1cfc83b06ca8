"""The answer of ``respond retaliate`` as a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from countervail.ledger.notes import Note
from countervail.policy.retaliation.answer import Compared, Retaliation
from countervail.policy.retaliation.frontier import FrontierPoint
from countervail.present import answered, rows, under_draws
from countervail.present.answered import equations, player
from countervail.present.assumptions import noted
from countervail.present.digits import WHOLE, Digits, amounts, levels, percents
from countervail.present.document import Document
from countervail.present.parts import Column, Curve, DocumentTable, Part, Row, Words, section
from countervail.present.pieces import named
from countervail.present.respond_screen import RespondTelling, retaliation_screen, told_first
from countervail.present.result import cite
from countervail.present.under_draws import NOT_DRAWN, RangesOrWhy

MOST_DUTIES = 15
"""Duties read; all are in the JSON object."""

LIST = (
    Column("sector", "goods", show=lambda row: _goods(row)),
    Column("present", "present", levels(2)),
    Column("duty", "added", levels(2)),
    Column("imports", "imports", WHOLE),
    Column("imports_new", "imports then", WHOLE),
)
FRONTIER = (
    Column("pain_usd", "pain USD m", levels(1), right=False),
    Column("cost_usd", "cost USD m", amounts(1)),
    Column("pain_percent", "pain %", levels(4)),
    Column("cost_percent", "cost %", percents(4)),
    Column("weight", "weight", Digits("level", 2, none="all")),
    Column("sectors", "duties", WHOLE),
    Column("mean_duty", "mean duty", levels(1)),
)


def retaliation(
    answer: Retaliation,
    reported: RangesOrWhy = NOT_DRAWN,
    telling: RespondTelling = RespondTelling(),  # noqa: B008
) -> Document:
    """Return the answer of ``respond retaliate``."""
    notes = answered.notes(answer, answer.notes)
    more = len(answer.table) - MOST_DUTIES
    levies = DocumentTable(
        LIST,
        [levy._asdict() for levy in answer.table],
        shown=range(min(len(answer.table), MOST_DUTIES)),
        caption=f"{more} more; --json has every duty" if more > 0 else "",
    )
    frontier = DocumentTable(
        FRONTIER,
        [_finite(point._asdict()) for point in answer.frontier],
        caption="weight: USD of ours a USD of theirs is worth; below 0, less than is best for us",
    )
    return told_first(
        retaliation_screen(answer, reported, telling),
        telling,
        _read(answer, levies, frontier),
        answered.ending(answer.solution, reported, _proof(answer), notes),
        _data(answer, reported, notes, levies.rows, frontier.rows),
        {"list": levies, "frontier": frontier, **under_draws.tables(reported, answer.solution)},
    )


def _read(
    answer: Retaliation,
    levies: DocumentTable,
    frontier: DocumentTable,
) -> list[Part]:
    """Return what is read."""
    who, them = named(answer.player.name), named(answer.partner.name)
    beside = [] if answer.compared is None else [Words(_beside(answer.compared))]
    return [
        Words(f"How {who} could answer {them}", "strong"),
        answered.head(answer),
        Words(_asked(answer)),
        Words(_found(answer)),
        *section("The list (additional duties, per cent; USD million)", levies),
        *section(
            "The frontier: pain to them, least cost to us (negative: a gain)",
            frontier,
            *_curve(answer.frontier),
        ),
        *section("Beside it", *beside),
    ]


def _data(
    answer: Retaliation,
    reported: RangesOrWhy,
    notes: Sequence[str | Note],
    levies: Sequence[Row],
    frontier: Sequence[Row],
) -> dict[str, Any]:
    """Return the JSON object."""
    solution = answer.solution
    return {
        "command": "retaliate",
        "player": player(answer.player, solution),
        "partner": player(answer.partner, solution),
        **answered.question(solution),
        "units": {
            **answered.units("list", solution),
            "*_percent": "per cent of welfare, relative to the status quo",
            "duty, duties, mean_duty, present": "per cent ad valorem",
            "weight": "USD of our welfare for a USD of their loss; null where only theirs counts",
            "projected_gradient": "per cent of our welfare per percentage point of a duty",
        },
        "goal_usd": answer.goal_usd,
        "harm_usd": answer.harm_usd,
        "finished": answer.finished,
        "reached": answer.reached,
        "most_usd": answer.most_usd,
        "list": levies,
        "frontier": frontier,
        "compared": None if answer.compared is None else answer.compared._asdict(),
        "certificate": {
            **answered.certified(solution),
            **_finite(answer.certificate.as_dict()),
        },
        "countries": rows.countries(solution),
        **under_draws.blocks(reported, solution),
        **answered.status_quo(answer),
        **noted(solution, notes),
        "cite": cite(solution),
    }


def _finite(values: dict[str, Any]) -> dict[str, Any]:
    """Return values with None in place of infinity, which JSON does not know."""
    return {key: None if value == np.inf else value for key, value in values.items()}


def _asked(answer: Retaliation) -> str:
    return (
        f"The status quo costs {answer.player.name} "
        f"{answer.harm_usd + 0.0:,.0f} USD million. The answer is to cost {answer.partner.name} "
        f"{answer.goal_usd:,.1f}; within these bounds at most {answer.most_usd:,.1f}."
    )


def _found(answer: Retaliation) -> str:
    record = answer.certificate
    verb = "gains" if record.cost_usd < 0 else "costs"
    met = " NOT REACHABLE within these bounds; the most it can be:"
    if not answer.finished:
        met = " INTERRUPTED; the best so far:"
    elif answer.reached:
        met = ""
    few = f", {record.few_cost_usd:,.1f} more than with all" if record.few_cost_usd else ""
    return (
        f"{met.lstrip()}{' ' if met else ''}{len(answer.table)} duties cost {answer.partner.name} "
        f"{record.pain_usd:,.1f}; that {verb} {answer.player.name} {abs(record.cost_usd):,.1f} USD "
        f"million{few}."
    )


def _goods(levy: Row) -> str:
    return named(levy["sector"]) if levy["line"] is None else f"{levy['sector']} {levy['line']}"


def _curve(points: Sequence[FrontierPoint]) -> list[Part]:
    if len(points) < 2:
        return []
    pain, cost = zip(*((point.pain_usd, point.cost_usd) for point in points), strict=True)
    return [Words(""), Curve(pain, cost, "pain to them, USD million", "Cost to us, USD million")]


def _beside(other: Compared) -> str:
    least = (
        ""
        if other.least_cost_usd is None
        else f"; the least cost of the same pain is {other.least_cost_usd:+,.1f}"
    )
    return (
        f"{other.title}: costs them {other.pain_usd:,.1f} and us {other.cost_usd:+,.1f} USD "
        f"million{least}."
    )


def _proof(answer: Retaliation) -> str:
    record = answer.certificate
    if not answer.finished:
        return (
            f"NO PROOF that nothing costs less: the search was interrupted; {record.evaluations} "
            f"equilibria. {equations(answer.solution)}"
        )
    second = {True: "came to nothing better", False: "came to SOMETHING BETTER", None: "not made"}
    return (
        f"Proof: no free duty changes the weighted sum by more than {record.projected_gradient:.1e}"
        f" per cent a point; their loss less the amount {record.missed_usd:+,.4f} USD million; "
        f"{record.at_cap} duties at the cap; a second search from the highest duties "
        f"{second[record.agree]}; {record.evaluations} equilibria. {equations(answer.solution)}"
    )
