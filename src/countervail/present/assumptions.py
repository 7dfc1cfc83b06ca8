"""What an answer rests on, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from countervail.ledger.notes import Note, sentences
from countervail.ledger.notes import listed as few
from countervail.present import horizons, quotas
from countervail.present.law import measures, titled
from countervail.solution import Solution


def assumptions(solution: Solution) -> list[str]:
    """Return the assumptions that matter for this answer, notes included, in sentences."""
    return assumed(solution) + sentences(solution.resolved.notes)


def noted(solution: Solution, notes: Sequence[str | Note] = ()) -> dict[str, Any]:
    """Return what is noted as JSON has it: sentences, and those on the law as values beside.

    Args:
        solution: the answer.
        notes: what is said of it before what is said of its law.
    """
    said = map(str, (*notes, *solution.resolved.notes))
    return {"notes": list(dict.fromkeys(said)), **placed(solution)}


def placed(solution: Solution) -> dict[str, Any]:
    """Return how the question's law was placed in the world, as JSON has it."""
    resolved = solution.resolved
    return {
        "law_notes": [note.as_dict() for note in resolved.notes],
        "lines_asked": resolved.lines_asked,
        "not_placed": [one.as_dict() for one in resolved.not_placed],
    }


def assumed(solution: Solution) -> list[str]:
    """Return the assumptions that matter for this answer, without what was noted of its law."""
    world, model = solution.world, solution.model
    theta = world.trade_elasticity
    said = [
        f"World: {world.name}, year {world.year}, {len(world.countries)} economies x "
        f"{len(world.sectors)} sectors; basic prices, not customs values.",
        f"Trade elasticities: set '{world.elasticity_set}', {theta.min():.3g} to "
        f"{theta.max():.3g}{', long run' if world.horizon is None else ''}.",
        model.assumption(),
        *horizons.assumed(solution),
    ]
    if solution.lines is not None:
        said.append(
            "Measures act on lines inside a sector cell; lines substitute with each other and "
            "with other origins at the sector's own elasticity (an assumption)."
        )
        said.append(
            "Coverage (the weight of a measure's lines) is the largest driver of the answer: "
            "published, proxy and equal weights are estimates with a range (half to one and a half "
            "times unless stated; coverage_range in --json)."
        )
        if _steepest(solution) >= 0.5:
            said.append(
                "Duties here reach 50 % and more: the first-order terms-of-trade and "
                "volume-of-trade parts are then no approximation; the exact welfare is the answer."
            )
    if taxes_exports(solution):
        said.append(
            "Export taxes are levied on the price at the factory gate and kept by the exporter's "
            "treasury (a subsidy is paid by it); tariffs are levied on the price with them, and "
            "exports, imports and deficits are counted at it. The base world has none: what stood "
            "in its year is inside its producer prices."
        )
    said += _not_bought(solution)
    said += quotas.sentences(solution)
    said += _by_company(solution)
    said += _doubts(solution)
    return said + outside(solution)


def outside(solution: Solution) -> list[str]:
    """Return what the question itself leaves out, with the reasons, in sentences."""
    return [
        f"Outside: {titled(solution, matter)}: {reason}."
        for matter, reason in solution.scenario.outside
    ]


def _not_bought(solution: Solution) -> list[str]:
    """Say which goods have no seller left somewhere, so that their buyers turn to others."""
    world, prices = solution.world, solution.arrays["price_index_hat"]
    found = [
        f"{world.sectors[j]} in {world.countries[n]}" for n, j in np.argwhere(np.isnan(prices))
    ]
    if not found:
        return []
    return [
        f"No seller is left of {few(found)}: it is not bought, has no price, and its sector costs "
        "what the other goods of it cost."
    ]


def taxes_exports(solution: Solution) -> bool:
    """Return whether an export tax or subsidy stands in either state."""
    states = solution.resolved.before, solution.resolved.after
    return any(state.export_tax is not None and state.export_tax.any() for state in states)


def _by_company(solution: Solution) -> list[str]:
    """Say where the law sets rates by company and one of them stands for all."""
    said = [
        f"{change['name']} ({measure['id']}): rates by company, {change['rate_range'][0]:g} to "
        f"{change['rate_range'][1]:g} %; priced at {change['rate_new'] or change['rate']:g} %."
        for measure in measures(solution)
        for change in measure["changes"]
        if change["rate_range"] and not change["outside_model"]
    ]
    return list(dict.fromkeys(said))


def _doubts(solution: Solution) -> list[str]:
    """Return what is conditional or not confirmed of measures that change and are not certain."""
    return [
        f"{measure['id']} (confidence {measure['confidence']}): "
        + " ".join((*measure["conditions"], *measure["conflicts"]))
        for measure in measures(solution)
        if measure["confidence"] != "high" and (measure["conditions"] or measure["conflicts"])
    ]


def _steepest(solution: Solution) -> float:
    """Return the highest duty on any line that moves in either state."""
    flows = solution.lines
    assert flows is not None
    moved = flows.tariff != flows.tariff_new
    both = (flows.tariff[moved].max(initial=0.0), flows.tariff_new[moved].max(initial=0.0))
    return float(max(both))
