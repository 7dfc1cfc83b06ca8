"""The answer of ``run`` as one JSON-able object. Its keys are stable: added to, never renamed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from countervail import money
from countervail.certified import Residual
from countervail.draws.ensemble import Ensemble
from countervail.draws.ensemble.honest import honest
from countervail.draws.ensemble.result import QUANTILES
from countervail.present import assumptions, goods, law, rows
from countervail.present.ranges import Ranges
from countervail.provenance import software
from countervail.scenario import other_law
from countervail.solution import Solution


def as_dict(solution: Solution, ensemble: Ensemble | None = None) -> dict[str, Any]:
    """Return the whole answer; per cent unless a key says otherwise, money in USD million.

    Args:
        solution: the point answer.
        ensemble: its draws, read by ``report.ranges.Reader``; without them there are no ranges.
    """
    scenario, world, certificate = solution.scenario, solution.world, solution.certificate
    settings = scenario.settings()
    return {
        "scenario": {
            **settings,
            "question": scenario.question,
            "countries": list(rows.shown_countries(solution)),
            "outside": [{"matter": m, "reason": r} for m, r in other_law.outside(scenario)],
            "since": law.since(solution),
        },
        "world": {
            "name": world.name,
            "year": world.year,
            "countries": len(world.countries),
            "sectors": len(world.sectors),
            "elasticities": world.elasticity_set,
            "restored": [dict(row) for row in world.restored],
        },
        "model": solution.model.settings(),
        "ledger": {key: settings[key] for key in ("from", "to", "known_on", "background")},
        "units": {
            "default": "per cent of the first state of law",
            "revenue_change": "per cent of first-state final spending",
            "welfare_usd, welfare_cad, welfare_aud": f"million of {world.year}, the economy of "
            f"{world.year}, at that year's average exchange rate",
            "welfare_usd_per_person": f"USD of {world.year} a head, people of {world.year}; null "
            "for the rest of the world",
            "spending_usd": "first-state final spending: what welfare and revenue_change are per "
            "cent of",
            "output_real_change": "per cent, at first-state producer prices; output_change and "
            "output_change_usd are nominal",
            "exports, imports": "nominal, at border prices (export taxes included), with world "
            "value added unchanged",
            "*_usd": f"USD million of {world.year} at producer prices (exports and imports at "
            "border prices), world value added unchanged",
            "rate, rate_new": "per cent ad valorem, the whole duty on the line",
            "weight": "share of the cell's trade before tariff",
        },
        "certificate": {
            "certified": True,  # a solution that is not raises instead of existing
            "residual": certificate.residual,
            "effect": certificate.effect,
            "iterations": certificate.sweeps,
            "method": certificate.rung,
            "relative_to_effect": certificate.beside_effect,
            "conditioning": _number(certificate.conditioning),
            "blocks": {b.name: b.residual for b in certificate.equations.values()},
            "worst": {"block": certificate.worst.name, **_place(certificate.worst)},
            "equations": {
                b.name: {"equation": b.equation, "residual": b.residual, **_place(b)}
                for b in certificate.equations.values()
            },
        },
        "countries": rows.countries(solution),
        "lines": goods.lines(solution),
        "sectors": rows.sectors(solution),
        "diversion": rows.diversion(solution),
        "quotas": goods.quotas(solution),
        "ranges": None if ensemble is None else _ranges(ensemble),
        "measures": law.measures(solution),
        "assumptions": assumptions.assumptions(solution),
        **assumptions.placed(solution),
        "covers": honest(ensemble),
        "manifest": manifest_of(solution, ensemble),
        "cite": cite(solution),
    }


def _ranges(ensemble: Ensemble) -> dict[str, Any]:
    """Return the ranges of every figure, and what they were made of."""
    return {
        **ensemble.settings(),
        "quantiles": list(QUANTILES),
        "largest_residual": float(np.nanmax(ensemble.residual)),
        "without_answer": [{"draw": k, "reason": why} for k, why in ensemble.failures.items()],
        "inputs": [one._asdict() for one in ensemble.priors.parameters],
        **Ranges(ensemble).as_dict(),
    }


def manifest_of(solution: Solution, ensemble: Ensemble | None) -> dict[str, Any]:
    """Return the manifest of an answer and its draws, JSON-able."""
    manifest = solution.manifest.as_dict()
    if ensemble is not None:
        manifest["settings"] = {**manifest["settings"], "ensemble": ensemble.settings()}
    return manifest


def _place(block: Residual) -> dict[str, str | None]:
    return {"country": block.country, "sector": block.sector}


def _number(value: float) -> float | None:
    """Return a number that JSON has; what was not measured is null."""
    return value if math.isfinite(value) else None


def cite(solution: Solution) -> list[str]:
    """Return how to cite the answer: the software, the model, the data."""
    said = [
        f"{software(solution.manifest.countervail)} Scenario '{solution.scenario.name}', "
        f"world '{solution.world.name}', hash {solution.world.hash[:12]}.",
        "Caliendo, L. and F. Parro (2015), Estimates of the Trade and Welfare Effects of NAFTA, "
        "Review of Economic Studies 82(1), 1-44.",
    ]
    if solution.world.year == money.POPULATION_YEAR:
        said.append(money.CREDIT)
    credit = solution.world.provenance.get("credit")
    if credit:
        said.append(str(credit))
    return said
