"""What every answer of ``respond`` reports: its question, its proof, its law, its sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from countervail.horizons import LONG
from countervail.ledger.notes import Note
from countervail.policy.answer import Answer
from countervail.policy.players import Player
from countervail.policy.rates.table import ChosenRate
from countervail.present import rows, under_draws
from countervail.present.digits import levels
from countervail.present.horizons import meaning
from countervail.present.parts import Column, DocumentTable, Part, Words, listed
from countervail.present.pieces import named
from countervail.present.result import cite
from countervail.present.under_draws import RangesOrWhy
from countervail.present.worlds import restored_words
from countervail.solution import Solution

MOST_RATES = 12
"""Sectors, lines and partners read; all rates are in the JSON object."""


def head(answer: Answer[Any, Any]) -> Words:
    """Return from where an answer is counted, and when it is of."""
    world = answer.solution.world
    when = meaning(world.horizon or LONG)
    return Words(f"{answer.status_quo.sentence}{restored_words(world, ' ')} {when}")


def ending(
    solution: Solution,
    reported: RangesOrWhy,
    proof: str,
    notes: Sequence[str | Note],
    *before: Part,
) -> list[Part]:
    """Return how an answer ends: its proof, what must be said, how to cite it.

    Args:
        solution: the answer.
        reported: its ranges.
        proof: what was verified, in sentences.
        notes: what must be said.
        before: what stands between the ranges and the proof.
    """
    return [
        *under_draws.parts(reported),
        *before,
        Words(f"{proof}{under_draws.certified(reported)}", apart=True),
        *listed("What must be said", notes),
        *listed("How to cite", cite(solution)),
    ]


def notes(answer: Answer[Any, Any], said: Iterable[str]) -> list[str | Note]:
    """Return what must be said of an answer, then of agreements and bindings it would break."""
    return [*said, *answer.would_break.notes]


def question(solution: Solution) -> dict[str, Any]:
    """Return what was asked of what, as JSON has it."""
    world = solution.world
    return {
        "scenario": solution.scenario.settings(),
        "world": {"name": world.name, "year": world.year, "elasticities": world.elasticity_set},
        "model": solution.model.settings(),
    }


def status_quo(answer: Answer[Any, Any]) -> dict[str, Any]:
    """Return from where an answer is counted, and what it would break, as JSON has it."""
    return {
        "status_quo": answer.status_quo.as_dict(),
        "would_break": answer.would_break.as_dict(),
    }


def certified(solution: Solution) -> dict[str, Any]:
    """Return what was verified of an equilibrium, as JSON has it."""
    record = solution.certificate
    return {
        "certified": True,  # what is not certified raises instead of being answered
        "residual": record.residual,
        "effect": record.effect,
        "worst": {"block": record.worst.name, "place": record.worst.place},
    }


def equations(solution: Solution) -> str:
    """Return what was verified of an equilibrium, in a sentence."""
    worst = solution.certificate.worst
    return (
        "Certified: every equation of both states checked independently, largest relative "
        f"residual {worst.residual:.1e} ({worst.name}, {worst.place})."
    )


def units(imports: str, solution: Solution, *, money: str = "*_usd") -> dict[str, str]:
    """Return the units of amounts and of countries' outcomes, as JSON has them.

    Args:
        imports: the list whose rows report imports.
        solution: the answer.
        money: what else is an amount.
    """
    key = f"{imports}: imports, imports_new; {money}"
    return {key: f"USD million of {solution.world.year}", **rows.UNITS}


def player(one: Player, solution: Solution) -> dict[str, Any]:
    """Return who plays, as JSON has it."""
    return {"name": one.name, "members": [solution.world.countries[n] for n in one.members]}


def rates(
    kind: str, found: Sequence[ChosenRate], chosen: str = "best", *, then: bool = True
) -> DocumentTable:
    """Return rates averaged by sector, tariff line or partner, the largest imports first.

    Args:
        kind: ``sector``, ``line`` or ``partner``.
        found: the rates.
        chosen: what the chosen ones are called.
        then: whether imports under them stand beside.
    """
    groups: dict[str, list[ChosenRate]] = {}
    for rate in found:
        label = f"{rate.sector} {rate.line}" if kind == "line" else getattr(rate, kind)
        groups.setdefault(label or "everybody else", []).append(rate)
    ordered = sorted(groups, key=lambda label: -sum(rate.imports for rate in groups[label]))
    percents = {"present": "present", "rate": chosen, "lowest": "lowest", "highest": "highest"}
    more = len(ordered) - MOST_RATES
    return DocumentTable(
        (
            Column("label", kind),
            *(Column(key, words, levels(2)) for key, words in percents.items()),
            Column("imports", "imports", levels(0)),
            *([Column("imports_new", "imports then", levels(0))] if then else []),
        ),
        [
            {
                "label": named(label),
                "present": _mean(group, "present"),
                "rate": _mean(group, "rate"),
                "lowest": min(rate.rate for rate in group),
                "highest": max(rate.rate for rate in group),
                "imports": sum(rate.imports for rate in group),
                "imports_new": sum(rate.imports_new for rate in group),
            }
            for label, group in ((label, groups[label]) for label in ordered[:MOST_RATES])
        ],
        caption=f"{more} {kind}s more; --json has every rate" if more > 0 else "",
    )


def _mean(group: Sequence[ChosenRate], name: str) -> float:
    whole = sum(rate.imports for rate in group)
    parts = [(rate.imports if whole else 1.0) * float(getattr(rate, name)) for rate in group]
    return sum(parts) / (whole or len(group))
