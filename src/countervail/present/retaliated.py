"""The answer of ``respond retaliate``: what is printed, and one JSON object."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from countervail import labels
from countervail.policy.players import Player
from countervail.policy.retaliation.answer import Compared, Levy, Retaliation
from countervail.policy.retaliation.frontier import FrontierPoint
from countervail.present import repriced, rows, status_quo
from countervail.present.assumptions import noted
from countervail.present.curves import Curve
from countervail.present.pieces import named, table, title
from countervail.present.repriced import NOT_DRAWN, Told
from countervail.present.result import cite
from countervail.present.rows import Row

MOST_SECTORS = 15
"""Sectors printed; all are in the JSON object."""


def render_retaliation(answer: Retaliation, told: Told = NOT_DRAWN) -> RenderableType:
    """Return everything ``respond retaliate`` prints."""
    who, them = named(answer.player.name), named(answer.partner.name)
    parts: list[RenderableType] = [
        Text(f"How {who} could answer {them}", style="bold"),
        status_quo.head(answer),
        Text(_asked(answer)),
        Text(_found(answer)),
        title("The list (additional duties, per cent; USD million)"),
        _list(answer),
        title("The frontier: pain to them, least cost to us (negative: a gain)"),
        _frontier(answer.frontier),
        *_curve(answer.frontier),
    ]
    if answer.compared is not None:
        parts += [title("Beside it"), Text(_beside(answer.compared))]
    parts += repriced.parts(told)
    parts += [Text(f"\n{_proof(answer)}{repriced.certified(told)}"), title("What must be said")]
    parts += [Text(f"- {note}") for note in (*answer.notes, *status_quo.broken(answer))]
    parts += [title("How to cite"), *(Text(f"- {line}") for line in cite(answer.solution))]
    return Group(*parts)


def retaliation_as_dict(answer: Retaliation, told: Told = NOT_DRAWN) -> dict[str, Any]:
    """Return the answer of ``respond retaliate``, JSON-able."""
    solution, world = answer.solution, answer.solution.world
    certificate = solution.certificate
    return {
        "command": "retaliate",
        "player": _player(answer.player, world.countries),
        "partner": _player(answer.partner, world.countries),
        "scenario": solution.scenario.settings(),
        "world": {"name": world.name, "year": world.year, "elasticities": world.elasticity_set},
        "model": solution.model.settings(),
        "units": {
            "list: imports, imports_new; *_usd": f"USD million of {world.year}",
            **rows.UNITS,
            "*_percent": "per cent of welfare, relative to the law as it stands",
            "duty, duties, mean_duty, present": "per cent ad valorem",
            "weight": "USD of our welfare for a USD of their loss; null where only theirs counts",
            "projected_gradient": "per cent of our welfare per percentage point of a duty",
        },
        "goal_usd": answer.goal_usd,
        "harm_usd": answer.harm_usd,
        "finished": answer.finished,
        "reached": answer.reached,
        "most_usd": answer.most_usd,
        "list": [levy._asdict() for levy in answer.table],
        "frontier": [_finite(point._asdict()) for point in answer.frontier],
        "compared": None if answer.compared is None else answer.compared._asdict(),
        "certificate": {
            "certified": True,  # what is not certified raises instead of being answered
            "residual": certificate.residual,
            "effect": certificate.effect,
            **_finite(answer.certificate._asdict()),
        },
        "countries": rows.countries(solution),
        **repriced.blocks(told, solution),
        **status_quo.blocks(answer),
        **noted(solution, [*answer.notes, *status_quo.broken(answer)]),
        "cite": cite(solution),
    }


def retaliation_tables(said: dict[str, Any]) -> dict[str, list[Row]]:
    """Return the tables of the answer of ``respond retaliate``, by the name of their file."""
    return {"list": said["list"], "frontier": said["frontier"], **repriced.tables(said)}


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


def _goods(levy: Levy) -> str:
    if levy.line is not None:
        return f"{levy.sector} {levy.line}"
    known = levy.sector in labels.sectors()
    return f"{levy.sector} {rows.sector_name(levy.sector)}" if known else levy.sector


def _list(answer: Retaliation) -> Table:
    shown = table("goods", "present", "added", "imports", "imports then")
    levies = answer.table
    for levy in levies[:MOST_SECTORS]:
        shown.add_row(
            _goods(levy),
            f"{levy.present:.2f}",
            f"{levy.duty:.2f}",
            f"{levy.imports:,.0f}",
            f"{levy.imports_new:,.0f}",
        )
    more = len(levies) - MOST_SECTORS
    shown.caption = f"{more} more; --json has every duty" if more > 0 else None
    return shown


def _frontier(points: tuple[FrontierPoint, ...]) -> Table:
    shown = table("pain USD m", "cost USD m", "pain %", "cost %", "weight", "duties", "mean duty")
    for point in points:
        shown.add_row(
            f"{point.pain_usd:,.1f}",
            f"{point.cost_usd:+,.1f}",
            f"{point.pain_percent:.4f}",
            f"{point.cost_percent:+.4f}",
            "all" if point.weight == np.inf else f"{point.weight:.2f}",
            f"{point.sectors}",
            f"{point.mean_duty:.1f}",
        )
    shown.caption = (
        "weight: USD of ours a USD of theirs is worth; below 0, less than is best for us"
    )
    return shown


def _curve(points: tuple[FrontierPoint, ...]) -> list[RenderableType]:
    if len(points) < 2:
        return []
    pain, cost = zip(*((point.pain_usd, point.cost_usd) for point in points), strict=True)
    return [Text(), Curve(pain, cost, "pain to them, USD million", "Cost to us, USD million")]


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
    record, worst = answer.certificate, answer.solution.certificate.worst
    if not answer.finished:
        return (
            f"NO PROOF that nothing costs less: the search was interrupted; {record.evaluations} "
            f"equilibria. Certified: every equation of both states checked independently, largest "
            f"relative residual {worst.residual:.1e} ({worst.name}, {worst.place})."
        )
    second = {True: "came to nothing better", False: "came to SOMETHING BETTER", None: "not made"}
    return (
        f"Proof: no free duty changes the weighted sum by more than {record.projected_gradient:.1e}"
        f" per cent a point; their loss less the amount {record.missed_usd:+,.4f} USD million; "
        f"{record.at_cap} duties at the cap; a second search from the highest duties "
        f"{second[record.agree]}; {record.evaluations} equilibria. Certified: every equation of "
        f"both states checked independently, largest relative residual {worst.residual:.1e} "
        f"({worst.name}, {worst.place})."
    )


def _player(one: Player, countries: tuple[str, ...]) -> dict[str, Any]:
    return {"name": one.name, "members": [countries[n] for n in one.members]}
