"""The answer of ``respond reach`` as a document. Keys of the JSON object are only added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from countervail.policy.reaching.answer import Effort, Met, Reach, amount
from countervail.policy.reaching.levers import KINDS
from countervail.present import answered, rows, under_draws
from countervail.present.answered import equations, player
from countervail.present.assumptions import noted
from countervail.present.digits import WHOLE, Digits, amounts, levels, percents
from countervail.present.document import Document, plain
from countervail.present.parts import Column, DocumentTable, Part, Row, Words, listed, section
from countervail.present.pieces import named
from countervail.present.reach_screen import reach_screen
from countervail.present.respond_screen import RespondTelling
from countervail.present.result import cite
from countervail.present.under_draws import NOT_DRAWN, RangesOrWhy

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

SUMS = {"today": "today", "without": "without levers", "then": "then"}
"""What exports and outputs are reported, under which heading."""

KINDS_READ = (
    Column("words", "levers"),
    Column("change", "change %", levels(2)),
    Column("bound", "bound %", right=True),
    Column("weight", "weight", right=True),
    Column("moved", "used", WHOLE),
    Column("at_most", "at bound", WHOLE),
    Column("levers", "of", WHOLE),
    Column("saved", "saved", WHOLE),
    Column("effort", "effort", levels(2)),
)
EXPORTS = (
    Column("words", "exports to"),
    *(Column(key, heading, WHOLE) for key, heading in SUMS.items()),
    Column("change", "levers add %", percents(1, none="")),
)
OUTPUTS = (
    Column("sector", "sector", show=lambda row: named(row["sector"])),
    *(Column(key, heading, WHOLE) for key, heading in SUMS.items()),
    Column(
        "times",
        "times today's",
        show=lambda row: f"{row['times']:.2f}{' (full)' if row['full'] else ''}",
        right=True,
    ),
)


def reach(
    answer: Reach,
    reported: RangesOrWhy = NOT_DRAWN,
    telling: RespondTelling = RespondTelling(),  # noqa: B008
) -> Document:
    """Return the answer of ``respond reach``.

    Its own sentence stands in the JSON object as ``says``, those of the first screen as ``said``.
    """
    first = reach_screen(answer, reported, telling)
    data = {**_data(answer, reported), "said": first.as_dict(telling)}
    read, why = _read(answer), _why(answer, reported)
    return Document(
        [*read, *why],
        data,
        _files(answer, reported, data),
        first.parts,
        {"answer": read, "why": why},
    )


def _why(answer: Reach, reported: RangesOrWhy) -> list[Part]:
    """Return the ranges, what was verified, what must be said, and the sources."""
    return [
        *under_draws.parts(reported),
        Words(f"{proof(answer)}{under_draws.certified(reported)}", apart=True),
        *listed("What must be said", answer.notes),
        *listed("Sources", [*answer.sources, *cite(answer.solution)]),
    ]


def _read(answer: Reach) -> list[Part]:
    """Return what is read."""
    goals = "; ".join(goal.goal for goal in answer.goals)
    says = answer.says if answer.finished else f"INTERRUPTED, the least so far. {answer.says}"
    arithmetic_of = "The goal's arithmetic" if len(answer.goals) == 1 else "The goals"
    groups = [
        *((f"Partners ({WORDS[k]})", _groups(answer, k, answer.partners)) for k in _traded(answer)),
        *((f"Sectors ({WORDS[k]})", _groups(answer, k, answer.sectors)) for k in _used(answer)),
    ]
    return [
        Words(answer.title or f"What it would take: {goals}", "strong"),
        *([Words(answer.question)] if answer.question else []),
        answered.head(answer),
        Words(says),
        *section(arithmetic_of, *_goals(answer.goals)),
        *section("What it takes", _kinds(answer)),
        *(part for heading, table in groups for part in section(heading, table)),
        *section("What becomes of exports (USD million)", _exports(answer)),
        *section("Output (USD million)", _outputs(answer)),
    ]


def _data(answer: Reach, reported: RangesOrWhy) -> dict[str, Any]:
    """Return the JSON object."""
    solution, record = answer.solution, answer.certificate
    return {
        "command": "reach",
        "title": answer.title,
        "question": answer.question,
        "player": player(answer.player, solution),
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
        "sectors": [row._asdict() for k in _used(answer) for row in answer.sectors(k)],
        "levers": [row._asdict() for row in answer.table],
        "exports": [row._asdict() for row in answer.exports],
        "outputs": [row._asdict() for row in answer.outputs],
        "capacity": {
            "times": answer.room.times if np.isfinite(answer.room.times) else None,
            "held": [answer.solution.world.sectors[j] for j in answer.full],
        },
        "certificate": {
            **answered.certified(solution),
            **record.as_dict(),
        },
        "countries": rows.countries(solution),
        **answered.question(solution),
        "units": {**UNITS, **rows.UNITS},
        **answered.status_quo(answer),
        **noted(solution, answer.notes),
        "sources": list(answer.sources),
        **under_draws.blocks(reported, solution),
        "cite": cite(solution),
    }


def _files(answer: Reach, reported: RangesOrWhy, data: dict[str, Any]) -> dict[str, DocumentTable]:
    """Return what is also a CSV file."""
    goals = [
        {key: value for key, value in goal.items() if key != "delivered"} for goal in data["goals"]
    ]
    effort = {
        name: plain([{**row, "worth": row["worth"][0]} for row in data[name]])
        for name in ("levers", "partners", "sectors")
    }
    return {
        "goals": plain(goals),
        **effort,
        **{name: plain(data[name]) for name in ("exports", "outputs")},
        **under_draws.tables(reported, answer.solution),
    }


def proof(answer: Reach) -> str:
    """Return what was verified, in sentences."""
    record = answer.certificate
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
    return f"{said}{record.evaluations} equilibria in all. {equations(answer.solution)}"


def _goals(goals: Sequence[Met]) -> list[Part]:
    """Return the arithmetic of every goal."""
    columns = ("today", "today"), ("growth_alone", "growth alone"), ("needed", "needed")
    more = ("most", "most"), ("reached", "reached")
    table = DocumentTable(
        (
            Column("words", "goal"),
            *(Column(key, heading, right=True) for key, heading in (*columns, *more)),
            Column("met", "met", right=True),
        ),
        [
            {
                "words": f"{goal.figure} ({_unit(goal.unit)})",
                **{key: _level(getattr(goal, key), goal.unit) for key, _ in (*columns, *more)},
                "met": "yes" if goal.met else "NO",
            }
            for goal in goals
        ],
        caption="most: by itself within the bounds of levers, capacity apart; empty where none is "
        "needed",
    )
    return [table, *(Words(said) for goal in goals for said in arithmetic(goal))]


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
        said.append(f"{goal.figure}: met with no lever used.")
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


def _kinds(answer: Reach) -> DocumentTable:
    stated = {
        row.kind: [one for one in answer.levers.kinds if one.kind == row.kind]
        for row in answer.kinds
    }
    return DocumentTable(
        KINDS_READ,
        [
            {
                **row._asdict(),
                "words": WORDS[row.kind],
                "bound": " / ".join(f"{one.bound:g}" for one in stated[row.kind]),
                "weight": " / ".join(f"{one.weight:g}" for one in stated[row.kind]),
            }
            for row in answer.kinds
        ],
        caption="change: mean weighted by trade or output; saved: USD million of cost; effort: "
        "half of weight x trade x squared change in logs, USD million",
    )


def _groups(answer: Reach, kind: str, by: Callable[[str], list[Effort]]) -> DocumentTable:
    """Return partners or sectors, those asked for most first."""
    found, goal = by(kind), answer.goals[0]
    more = len(found) - MOST_ROWS
    worth = amounts(1) if goal.unit == "USD million" else percents(5)
    caption = (
        f"1 % is worth: what one per cent adds to {goal.figure} as things stand, {_unit(goal.unit)}"
    )
    return DocumentTable(
        (
            Column("label", show=lambda row: named(row["label"])),
            Column("change", "change %", levels(2)),
            Column("stands_on", "output" if kind == "productivity" else "trade", WHOLE),
            Column("then", "then", WHOLE),
            Column("saved", "saved", WHOLE),
            Column("effort", "effort", levels(2)),
            Column("worth", "1 % is worth", worth),
        ),
        [{**row._asdict(), "worth": row.worth[0]} for row in found[:MOST_ROWS]],
        caption=f"{caption}; {more} more in --json" if more > 0 else caption,
    )


def _exports(answer: Reach) -> DocumentTable:
    """Return what becomes of exports: together, and to the largest partners of the others."""
    aimed, others = (
        [row._asdict() for row in answer.exports if row.aimed is side] for side in (True, False)
    )
    groups = [("partners of the goals", aimed), ("all others", others)]
    single = [(named(row["partner"]), [row]) for row in others[:MOST_OTHERS]] if aimed else []
    return DocumentTable(
        EXPORTS,
        [_summed(words, found) for words, found in (*groups, *single) if found],
        caption="without levers and then: in the goal's year; --json has every partner",
    )


def _summed(words: str, found: Sequence[Row]) -> Row:
    """Return exports to several partners together."""
    sums = {key: sum(row[key] for row in found) for key in SUMS}
    without = sums["without"]
    change = 100.0 * (sums["then"] / without - 1.0) if without > 0 else None
    return {"words": words, **sums, "change": change}


def _outputs(answer: Reach) -> DocumentTable:
    """Return sectors that levers are of, those that grow most first."""
    levers = answer.levers
    used = {answer.solution.world.sectors[j] for j in levers.sector[answer.x > 0]}
    found = [row._asdict() for row in answer.outputs if row.sector in used or row.full]
    more = len(found) - MOST_ROWS
    limit = f"no sector above {answer.room.times:g} times today's output (--capacity)"
    if not np.isfinite(answer.room.times):
        limit = "no capacity is stated"
    caption = f"{limit}; {more} sectors more in --json" if more > 0 else limit
    return DocumentTable(OUTPUTS, found[:MOST_ROWS], caption=caption)


def _traded(answer: Reach) -> list[str]:
    return [row.kind for row in answer.kinds if row.kind != "productivity"]


def _used(answer: Reach) -> list[str]:
    return [row.kind for row in answer.kinds]


def _unit(unit: str) -> str:
    return "per cent" if unit == "per cent" else "USD million"


def _level(level: float | None, unit: str) -> str:
    """Return a level of a goal's figure; nothing where there is none."""
    return Digits("level", 0 if unit == "USD million" else 4, none="").write(level)
