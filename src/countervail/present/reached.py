"""The answer of ``respond reach``: what is printed, and one JSON object. Keys are only added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from countervail.policy.reaching.answer import Effort, Met, Reach, amount
from countervail.policy.reaching.levers import KINDS
from countervail.present import repriced, rows, status_quo
from countervail.present.assumptions import noted
from countervail.present.pieces import listed, named, table, title
from countervail.present.repriced import NOT_DRAWN, Told
from countervail.present.result import cite
from countervail.present.rows import Row

MOST_OTHERS = 4
"""Partners printed that no goal names."""

MOST_ROWS = 8
"""Partners and sectors printed; every lever is in the JSON object."""

WORDS = {
    "export_cost": "lower trade costs of exports",
    "import_cost": "lower trade costs of imports",
    "tariff": "lower tariffs of partners",
    "productivity": "higher productivity",
}

UNITS = {
    "today, growth_alone, needed, reached, most": "in the goal's own unit; money is USD million of "
    "the base year, at its prices",
    "stands_on, then, saved": "USD million of the base year, in the goal's year",
    "effort": "USD million: half the sum of weight x what a lever stands on x squared change in "
    "logs",
    "exports, outputs": "USD million of the base year, at its prices; without and then in the "
    "goal's year; times today's output",
    "price": "effort of one per cent more of the goal (of a figure in per cent: of one point)",
    "change": "per cent lower cost or higher productivity, mean weighted by what levers stand on",
    "worth": "of one per cent of change, all else as it stands: USD million, or points",
    "a_year, delivered": "per cent a year; delivered at current prices in USD",
    "most (of a lever), weight": "per cent of cost or productivity, or of the tariff; no unit",
    "gradient, step, short": "relative",
}


def render(answer: Reach, told: Told = NOT_DRAWN) -> RenderableType:
    """Return everything ``respond reach`` prints."""
    goals = "; ".join(goal.goal for goal in answer.goals)
    parts: list[RenderableType] = [
        Text(answer.title or f"What it would take: {goals}", style="bold"),
        *([Text(answer.question)] if answer.question else []),
        status_quo.head(answer),
        Text(answer.says if answer.finished else f"INTERRUPTED, the least so far. {answer.says}"),
    ]
    for heading, body in (
        ("The goal's arithmetic" if len(answer.goals) == 1 else "The goals", _goals(answer.goals)),
        ("What it takes", _kinds(answer)),
        *((f"Partners ({WORDS[k]})", _groups(answer, k, answer.partners)) for k in _traded(answer)),
        *((f"Sectors ({WORDS[k]})", _groups(answer, k, answer.sectors)) for k in _pulled(answer)),
    ):
        parts += [title(heading), body]
    parts += [title("What becomes of exports (USD million)"), _exports(answer)]
    parts += [title("Output (USD million)"), _outputs(answer)]
    parts += repriced.parts(told)
    parts.append(Text(f"\n{proof(answer)}{repriced.certified(told)}"))
    sources = [*answer.sources, *cite(answer.solution)]
    return Group(*parts, *listed("What must be said", answer.notes), *listed("Sources", sources))


def as_dict(answer: Reach, told: Told = NOT_DRAWN) -> dict[str, Any]:
    """Return the answer of ``respond reach``, JSON-able."""
    solution, record = answer.solution, answer.certificate
    world = solution.world
    certificate = solution.certificate
    return {
        "command": "reach",
        "title": answer.title,
        "question": answer.question,
        "player": {
            "name": answer.player.name,
            "members": [world.countries[n] for n in answer.player.members],
        },
        "reached": answer.reached,
        "finished": answer.finished,
        "says": answer.says,
        "goals": [
            {**goal._asdict(), "delivered": goal.delivered._asdict()} for goal in answer.goals
        ],
        "horizon": {
            "year": answer.horizon.year,
            "since": answer.horizon.since,
            "years": answer.horizon.years,
            "world_growth": answer.horizon.world_growth,
            "growth": answer.growth.settings(),
        },
        "kinds": [
            {
                **row._asdict(),
                "meaning": KINDS[row.kind],
                "stated": [
                    {"weight": one.weight, "most": one.bound, "largest_change_in_logs": one.largest}
                    for one in answer.levers.kinds
                    if one.kind == row.kind
                ],
            }
            for row in answer.kinds
        ],
        "partners": [row._asdict() for k in _traded(answer) for row in answer.partners(k)],
        "sectors": [row._asdict() for k in _pulled(answer) for row in answer.sectors(k)],
        "levers": [row._asdict() for row in answer.table],
        "exports": [row._asdict() for row in answer.exports],
        "outputs": [row._asdict() for row in answer.outputs],
        "capacity": {
            "times": answer.room.times if np.isfinite(answer.room.times) else None,
            "held": [answer.solution.world.sectors[j] for j in answer.full],
        },
        "certificate": {
            "certified": True,  # what is not certified raises instead of being answered
            "residual": certificate.residual,
            "effect": certificate.effect,
            "worst": {"block": certificate.worst.name, "place": certificate.worst.place},
            **record._asdict(),
            "starts": [start._asdict() for start in record.starts],
        },
        "countries": rows.countries(solution),
        "scenario": solution.scenario.settings(),
        "world": {"name": world.name, "year": world.year, "elasticities": world.elasticity_set},
        "model": solution.model.settings(),
        "units": {**UNITS, **rows.UNITS},
        **status_quo.blocks(answer),
        **noted(answer.solution, answer.notes),
        "sources": list(answer.sources),
        **repriced.blocks(told, solution),
        "cite": cite(solution),
    }


def tables(said: dict[str, Any]) -> dict[str, list[Row]]:
    """Return the tables of the answer of ``respond reach``, by the name of their file."""
    plain = ("levers", "partners", "sectors")
    flat = [
        {key: value for key, value in goal.items() if key != "delivered"} for goal in said["goals"]
    ]
    worth = {name: [{**row, "worth": row["worth"][0]} for row in said[name]] for name in plain}
    plain_rows = {name: said[name] for name in ("exports", "outputs")}
    return {"goals": flat, **worth, **plain_rows, **repriced.tables(said)}


def proof(answer: Reach) -> str:
    """Return what was verified, in sentences."""
    record, worst = answer.certificate, answer.solution.certificate.worst
    said = (
        f"Proof: projected gradient of effort and goals {record.gradient:.0e} of the goals' own; "
        f"largest part of a goal missing {record.short:.0e}; {record.at_most} of {record.levers} "
        f"levers at their bounds, {record.levers - record.moved} at nothing. "
    )
    if record.starts:
        ends = "; ".join(
            f"from {s.name} effort {s.effort:,.2f} in {s.evaluations} equilibria"
            for s in record.starts
        )
        same = "the same effort (within 0.05 per cent)" if record.agree else "DIFFERENT ends"
        came = f"came to {same}" if answer.finished else "ended before the interruption"
        said += f"{len(record.starts)} searches ({ends}) {came}. "
    return (
        f"{said}{record.evaluations} equilibria in all. Certified: every equation of both states "
        f"checked independently, largest relative residual {worst.residual:.1e} ({worst.name}, "
        f"{worst.place})."
    )


def _goals(goals: Sequence[Met]) -> RenderableType:
    """Return the arithmetic of every goal."""
    shown = table("goal", "today", "growth alone", "needed", "most", "reached", "met")
    said = []
    for goal in goals:
        shown.add_row(
            f"{goal.figure} ({_unit(goal.unit)})",
            *(_level(value, goal.unit) for value in (goal.today, goal.growth_alone, goal.needed)),
            "" if goal.most is None else _level(goal.most, goal.unit),
            _level(goal.reached, goal.unit),
            "yes" if goal.met else "NO",
        )
        said += [Text(line) for line in arithmetic(goal)]
    shown.caption = (
        "most: by itself within the bounds of levers, capacity apart; empty where none is needed"
    )
    return Group(shown, *said)


def arithmetic(goal: Met) -> list[str]:
    """Return what a goal asks a year, what was delivered, and what is left to the levers."""
    said = []
    if goal.a_year is not None:
        past = goal.delivered
        was = (
            f"{past.first} to {past.last} delivered {past.a_year:+.2f} % a year (current prices)"
            if past.a_year is not None
            else f"what the past delivered is not known. {past.why_not}"
        )
        said.append(f"{goal.figure}: asks for {goal.a_year:+.2f} % a year; {was.rstrip('.')}.")
    sign = 1.0 if goal.sense == "at least" else -1.0
    left = sign * (goal.needed - goal.growth_alone)
    if left <= 0:
        said.append(f"{goal.figure}: met with no lever pulled.")
    else:
        word = "more" if sign > 0 else "less"
        said.append(
            f"{goal.figure}: asks for {amount(left, goal.unit)} {word} than comes without levers."
        )
        if goal.price is not None:
            step = "point" if goal.unit == "per cent" else "per cent"
            said.append(
                f"{goal.figure}: one {step} {word} would add {goal.price:,.2f} to the effort."
            )
    return said


def _kinds(answer: Reach) -> Table:
    shown = table(
        "levers", "change %", "bound %", "weight", "pulled", "at bound", "of", "saved", "effort"
    )
    for row in answer.kinds:
        stated = [one for one in answer.levers.kinds if one.kind == row.kind]
        shown.add_row(
            WORDS[row.kind],
            f"{row.change:.2f}",
            " / ".join(f"{one.bound:g}" for one in stated),
            " / ".join(f"{one.weight:g}" for one in stated),
            f"{row.moved:,}",
            f"{row.at_most:,}",
            f"{row.levers:,}",
            f"{row.saved:,.0f}",
            f"{row.effort:,.2f}",
        )
    shown.caption = (
        "change: mean weighted by trade or output; saved: USD million of cost; effort: half of "
        "weight x trade x squared change in logs, USD million"
    )
    return shown


def _groups(answer: Reach, kind: str, by: Callable[[str], list[Effort]]) -> Table:
    """Return partners or sectors, those asked for most first."""
    found = by(kind)
    goal = answer.goals[0]
    stands_on = "output" if kind == "productivity" else "trade"
    shown = table("", "change %", stands_on, "then", "saved", "effort", "1 % is worth")
    for row in found[:MOST_ROWS]:
        shown.add_row(
            named(row.label),
            f"{row.change:.2f}",
            f"{row.stands_on:,.0f}",
            f"{row.then:,.0f}",
            f"{row.saved:,.0f}",
            f"{row.effort:,.2f}",
            _worth(row.worth[0], goal.unit),
        )
    more = len(found) - MOST_ROWS
    worth = f"1 % is worth: what one per cent adds to {goal.figure} as things stand, "
    worth += _unit(goal.unit)
    shown.caption = f"{worth}; {more} more in --json" if more > 0 else worth
    return shown


def _exports(answer: Reach) -> Table:
    """Return what becomes of exports: together, and to the largest partners of the others."""
    found = answer.exports
    aimed, others = ([row for row in found if row.aimed is side] for side in (True, False))
    shown = table("exports to", "today", "without levers", "then", "levers add %")
    groups = [("partners of the goals", aimed), ("all others", others)]
    single = [(named(row.partner), [row]) for row in others[:MOST_OTHERS]]
    for words, rows_ in [*(each for each in groups if each[1]), *(single if aimed else [])]:
        today, without, then = (
            sum(getattr(row, name) for row in rows_) for name in ("today", "without", "then")
        )
        change = f"{100.0 * (then / without - 1.0):+.1f}" if without > 0 else ""
        shown.add_row(words, f"{today:,.0f}", f"{without:,.0f}", f"{then:,.0f}", change)
    shown.caption = "without levers and then: in the goal's year; --json has every partner"
    return shown


def _outputs(answer: Reach) -> Table:
    """Return sectors that levers are of, those that grow most first."""
    levers = answer.levers
    pulled = {answer.solution.world.sectors[j] for j in levers.sector[answer.x > 0]}
    found = [row for row in answer.outputs if row.sector in pulled or row.full]
    shown = table("sector", "today", "without levers", "then", "times today's")
    for row in found[:MOST_ROWS]:
        times = f"{row.times:.2f}{' (full)' if row.full else ''}"
        amounts = (f"{value:,.0f}" for value in (row.today, row.without, row.then))
        shown.add_row(named(row.sector), *amounts, times)
    more = len(found) - MOST_ROWS
    limit = f"no sector above {answer.room.times:g} times today's output (--capacity)"
    if not np.isfinite(answer.room.times):
        limit = "no capacity is stated"
    shown.caption = f"{limit}; {more} sectors more in --json" if more > 0 else limit
    return shown


def _traded(answer: Reach) -> list[str]:
    return [row.kind for row in answer.kinds if row.kind != "productivity"]


def _pulled(answer: Reach) -> list[str]:
    return [row.kind for row in answer.kinds]


def _unit(unit: str) -> str:
    return "per cent" if unit == "per cent" else "USD million"


def _level(level: float, unit: str) -> str:
    return f"{level:,.0f}" if unit == "USD million" else f"{level:.4f}"


def _worth(worth: float, unit: str) -> str:
    return f"{worth:+,.1f}" if unit == "USD million" else f"{worth:+.5f}"
