"""The answer of ``respond coop``: what is printed, and one JSON object."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from countervail import labels
from countervail.policy.agreement.answer import Coop, Deal
from countervail.present import repriced, rows, status_quo
from countervail.present.assumptions import noted
from countervail.present.pieces import listed, named, table, title
from countervail.present.repriced import NOT_DRAWN, Told
from countervail.present.result import cite
from countervail.present.rows import Row

MOST_SECTORS = 12
"""Sectors printed for each player; all rates are in the JSON object."""

INTERRUPTED = {True: "", False: ": INTERRUPTED, not every kind is there"}
"""What a heading says of an answer, by whether it was finished."""

KINDS = {
    "sum": "largest weighted sum of real incomes",
    "equal": "largest gain in common, per cent",
    "product": "largest product of gains",
}
"""What a deal is, by its name."""

THREATS = {"law": "the law as it stands", "nash": "a tariff war of the same players"}
"""What holds without agreement, in words."""


def render_coop(answer: Coop, told: Told = NOT_DRAWN) -> RenderableType:
    """Return everything ``respond coop`` prints; rates and ranges are those of ``equal``."""
    shown = answer.shown
    names = ", ".join(named(one.name) for one in answer.players)
    parts: list[RenderableType] = [
        Text(f"Cooperative tariffs of {names}{INTERRUPTED[answer.finished]}", style="bold"),
        status_quo.head(answer),
        Text(f"Without agreement: {THREATS[answer.threat]}."),
        title("Gains over no agreement (per cent of real income; USD million)"),
        _gains(answer),
        Text(_kinds(answer)),
    ]
    for one in answer.players:
        parts.append(title(f"Tariffs of {named(one.name)} ({shown.name})"))
        parts.append(_sectors(answer, shown, one.name))
    parts += repriced.parts(told)
    parts.append(Text(f"\n{_proof(answer)}{repriced.certified(told)}"))
    return Group(
        *parts,
        *listed("What must be said", [*answer.notes, *status_quo.broken(answer)]),
        *listed("How to cite", cite(shown.solution)),
    )


def coop_as_dict(answer: Coop, told: Told = NOT_DRAWN) -> dict[str, Any]:
    """Return the answer of ``respond coop``, JSON-able; rates and gains in per cent."""
    shown = answer.shown
    world, solution = shown.solution.world, shown.solution
    return {
        "command": "coop",
        "players": [
            {"name": one.name, "members": [world.countries[n] for n in one.members]}
            for one in answer.players
        ],
        "threat": {"kind": answer.threat, "welfare": dict(answer.at_threat)},
        "scenario": solution.scenario.settings(),
        "world": {"name": world.name, "year": world.year, "elasticities": world.elasticity_set},
        "model": solution.model.settings(),
        "units": {
            "rates, present": "per cent ad valorem; present is averaged over lines and cells",
            "gains": "per cent of real income, over the threat",
            "weights": "what a dollar of real income counts for; their mean is 1",
            "welfare": "per cent, relative to the law as it stands",
            "rates: imports, imports_new; gains_usd": f"USD million of {world.year}",
            **rows.UNITS,
            "projected_gradient": "per cent of the weighted sum per percentage point of a rate",
            "step": "percentage points",
            "left, uneven": "per cent",
            "starts value": "per cent; of product, the sum of logs of gains in per cent",
        },
        "shown": shown.name,
        "countries": rows.countries(solution),
        **repriced.blocks(told, solution),
        "deals": [_deal(answer, deal) for deal in answer.frontier],
        "evaluations": answer.evaluations,
        "finished": answer.finished,
        **status_quo.blocks(answer),
        **noted(solution, [*answer.notes, *status_quo.broken(answer)]),
        "cite": cite(solution),
    }


def coop_tables(said: dict[str, Any]) -> dict[str, list[Row]]:
    """Return the tables of the answer of ``respond coop``, by the name of their file."""
    gains = [
        {"deal": deal["name"], "player": name, "gain": gain, "gain_usd": deal["gains_usd"][name]}
        for deal in said["deals"]
        for name, gain in deal["gains"].items()
    ]
    rates = [
        {"deal": deal["name"], "player": name, **rate}
        for deal in said["deals"]
        for name, rates in deal["rates"].items()
        for rate in rates
    ]
    return {"gains": gains, "rates": rates, **repriced.tables(said)}


def _deal(answer: Coop, deal: Deal) -> dict[str, Any]:
    worst = deal.solution.certificate.worst
    return {
        "name": deal.name,
        "weights": dict(deal.weights),
        "gains": dict(deal.gains),
        "gains_usd": dict(deal.gains_usd),
        "nobody_loses": deal.nobody_loses,
        "certificate": {
            "certified": True,  # what is not certified raises instead of being answered
            "residual": worst.residual,
            "worst": {"block": worst.name, "place": worst.place},
            **deal.certificate._asdict(),
            "starts": [start._asdict() for start in deal.certificate.starts],
        },
        "rates": {
            one.name: [rate._asdict() for rate in answer.table(deal.name, one.name)]
            for one in answer.players
        },
        "countries": rows.countries(deal.solution),
        "manifest": deal.solution.manifest.as_dict(),
    }


def _gains(answer: Coop) -> Table:
    """Return every deal, a row for each player."""
    shown = table("deal", "player", "gain %", "USD million", "weight", words=2)
    for deal in answer.frontier:
        for number, one in enumerate(answer.players):
            shown.add_row(
                "" if number else deal.name,
                named(one.name),
                f"{deal.gains[one.name]:+.4f}",
                f"{deal.gains_usd[one.name]:+,.0f}",
                f"{deal.weights[one.name]:.3f}",
            )
    return shown


def _kinds(answer: Coop) -> str:
    kinds = (f"{name}: {words}" for name, words in KINDS.items() if name in answer.deals)
    return "; ".join((*kinds, "weight: what a dollar of real income counts for")) + "."


def _sectors(answer: Coop, deal: Deal, player: str) -> Table:
    """Return the rates of a player by sector, weighted by imports as the law stands."""
    groups: dict[str, list[tuple[float, float, float]]] = {}
    for rate in answer.table(deal.name, player):
        groups.setdefault(rate.sector, []).append((rate.imports, rate.present, rate.rate))
    ordered = sorted(groups, key=lambda label: -sum(row[0] for row in groups[label]))
    shown = table("sector", "present", "agreed", "lowest", "highest", "imports")
    for label in ordered[:MOST_SECTORS]:
        group = groups[label]
        imports = sum(row[0] for row in group)
        weights = [row[0] / imports if imports else 1.0 / len(group) for row in group]
        means = [sum(w * row[k] for w, row in zip(weights, group, strict=True)) for k in (1, 2)]
        rates = [row[2] for row in group]
        name = f"{label} {rows.sector_name(label)}" if label in labels.sectors() else label
        figures = (*means, min(rates), max(rates))
        shown.add_row(name, *(f"{figure:.2f}" for figure in figures), f"{imports:,.0f}")
    more = len(ordered) - MOST_SECTORS
    shown.caption = f"{more} sectors more; --json has every rate" if more > 0 else None
    return shown


def _proof(answer: Coop) -> str:
    said = []
    for deal in answer.deals.values():
        record = deal.certificate
        same = "agree" if record.agree else "DISAGREE"
        said.append(
            f"{deal.name}: steepest slope {record.projected_gradient:.0e} per cent a point, gain "
            f"left about {record.left:.0e} per cent, {len(record.starts)} starts {same}, largest "
            f"residual {deal.solution.certificate.worst.residual:.0e}."
        )
    done = "" if answer.finished else " INTERRUPTED, not everything is there (see below)."
    return (
        "Proof: no free rate changes the weighted sum of gains, with the weights above. "
        f"{' '.join(said)} {answer.evaluations} equilibria.{done}"
    )
