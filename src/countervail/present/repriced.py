"""The ranges and chances of a chosen policy: what is printed, the JSON blocks, the CSV rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from countervail.draws.ensemble import Range
from countervail.draws.ensemble.result import QUANTILES
from countervail.policy.repriced import Met, Priced, Repriced
from countervail.present.pieces import table, title
from countervail.present.result import manifest_of
from countervail.present.rows import OUTCOMES, Row
from countervail.solution import Solution

Told = Repriced | str
"""Ranges, or the sentence that says why there are none."""

NOT_DRAWN = (
    "These are point answers: no draws were asked for (--draws 0). Elasticities, coverages and "
    "other inputs are uncertain; --draws 50 says by how much the figures move with them."
)
INTERRUPTED = (
    "These are point answers: the draws were interrupted, so there are no ranges. Elasticities, "
    "coverages and other inputs are uncertain; asked again, the draws say by how much the figures "
    "move with them."
)
UNFINISHED = (
    "These are point answers: the search was interrupted, so the policy was not priced again under "
    "draws of elasticities, coverages and other inputs."
)
AT = ("p05", "p50", "p95")


def parts(told: Told) -> list[RenderableType]:
    """Return what is printed: the ranges and chances, and what they cover."""
    if isinstance(told, str):
        return [title("What the figures cover"), Text(told)]
    shown: list[RenderableType] = [title("With what range"), _stakes(told)]
    if told.goals:
        shown += [title("With what chance it does what was asked"), _goals(told)]
    return [*shown, title("What the ranges cover"), Text(told.covers)]


def certified(told: Told) -> str:
    """Return what was verified of the draws, a sentence after a space; nothing without draws."""
    if isinstance(told, str):
        return ""
    return (
        f" {told.answered} of {len(told.ensemble)} draws certified likewise, largest residual "
        f"{np.nanmax(told.ensemble.residual):.1e}."
    )


def blocks(told: Told, solution: Solution) -> dict[str, Any]:
    """Return the blocks of the JSON object that tell of ranges, and the manifest."""
    if isinstance(told, str):
        return {
            "ranges": None,
            "chances": None,
            "covers": told,
            "manifest": manifest_of(solution, None),
        }
    return {
        "ranges": _ranges(told),
        "chances": {
            "unit": "share of the draws with an answer, 0 to 1",
            "gain": {one.stake.name: one.chance for one in told.stakes if one.doubtful},
            "goals": {one.goal.name: one.chance for one in told.goals},
        },
        "covers": told.covers,
        "manifest": manifest_of(solution, told.ensemble),
    }


def tables(said: dict[str, Any]) -> dict[str, list[Row]]:
    """Return the tables of an answer's JSON object: countries, and what ranges and chances are of.

    Args:
        said: with the keys of ``blocks`` and ``countries``.
    """
    ranges = said["ranges"]
    known = {} if ranges is None else ranges["countries"]
    countries = [
        {
            "country": code,
            **row,
            **{f"{k}_{at}": one[at] for k, one in known.get(code, {}).items() for at in AT},
        }
        for code, row in said["countries"].items()
    ]
    return {"countries": countries, "ranges": [] if ranges is None else _rows(said)}


def _rows(said: dict[str, Any]) -> list[Row]:
    """Return every range beside its chance, one a row."""
    ranges, chances = said["ranges"], said["chances"]
    rows = []
    for kind in ("stakes", "goals", "ratios"):
        for one in ranges[kind]:
            chance = chances["gain" if kind == "stakes" else "goals"].get(one["name"])
            for unit in (u for u in ("percent", "usd", "range") if one.get(u) is not None):
                rows.append(
                    {
                        "of": one["name"],
                        "words": one["words"],
                        "unit": one.get("unit", {"usd": "USD million"}.get(unit, "per cent")),
                        **one[unit],
                        "threshold": one.get("threshold"),
                        "chance": None if kind == "ratios" else chance,
                    }
                )
    return rows


def _ranges(told: Repriced) -> dict[str, Any]:
    world, drawn = told.ensemble.point.world, told.ensemble
    return {
        **drawn.settings(),
        "failed": told.failed,
        "quantiles": list(QUANTILES),
        "largest_residual": float(np.nanmax(drawn.residual)),
        "without_answer": [{"draw": k, "reason": why} for k, why in drawn.failures.items()],
        "inputs": [one._asdict() for one in drawn.priors.parameters],
        "units": {
            "percent": "per cent, relative to the law as it stands",
            "usd": f"USD million of {world.year}",
            "countries": "as in the block 'countries'",
        },
        "stakes": [
            {
                "name": one.stake.name,
                "words": one.stake.words,
                "told_as": "loss" if one.stake.loss else "gain",
                "percent": one.percent.as_dict(),
                "usd": None if one.usd is None else one.usd.as_dict(),
            }
            for one in told.stakes
        ],
        "goals": [
            {
                "name": one.goal.name,
                "words": one.goal.words,
                "unit": one.goal.unit,
                "threshold": one.goal.threshold,
                "at_least": one.goal.at_least,
                "reached": one.reached,
                "range": one.range.as_dict(),
            }
            for one in told.goals
        ],
        "ratios": [
            {
                "name": one.ratio.name,
                "words": one.ratio.words,
                "unit": "ratio",
                "range": one.range.as_dict(),
            }
            for one in told.ratios
        ],
        "countries": _countries(told),
    }


def _countries(told: Repriced) -> dict[str, dict[str, dict[str, float | None]]]:
    """Return the range of every outcome of every country."""
    point, drawn = told.ensemble.point, told.ensemble
    found = {key: drawn.ranges(name) for key, name in OUTCOMES.items()}
    return {
        code: {
            key: Range(float(point.arrays[name][n]), *map(float, found[key][:, n])).as_dict()
            for key, name in OUTCOMES.items()
        }
        for n, code in enumerate(point.world.countries)
    }


def _stakes(told: Repriced) -> Table:
    doubtful = any(one.doubtful for one in told.stakes)
    last = ("chance of a gain",) if doubtful else ()
    made = table("welfare", "", "point", "5 %", "median", "95 %", *last, words=2)
    width = len(made.columns)
    for one in told.stakes:
        for row in _rows_of(one):
            made.add_row(*row[:width])
    for rated in told.ratios:
        made.add_row(*[rated.ratio.words, "", *map(_ratio, rated.range), ""][:width])
    if not doubtful:
        return made
    made.caption = (
        f"chance of a gain: share of the {told.answered} draws with an answer in which it is "
        "better than doing nothing"
    )
    return made


def _rows_of(one: Priced) -> list[list[str]]:
    """Return a stake in per cent, and in money below."""
    percents = [f"{value:+.4f}" for value in one.percent]
    rows = [[one.stake.words, "%", *percents, _percent(one.chance) if one.doubtful else ""]]
    if one.usd is not None:
        rows.append(["", "USD mn", *map(_money, one.usd), ""])
    return rows


def _goals(told: Repriced) -> Table:
    made = table("what was asked", "", "asked", "point", "5 %", "median", "95 %", "chance", words=2)
    for one in told.goals:
        made.add_row(*_row_of(one))
    return made


def _row_of(one: Met) -> list[str]:
    write = _money if one.goal.unit.startswith("USD") else "{:+.4f}".format
    sign = ">=" if one.goal.at_least else "<="
    return [
        one.goal.words,
        one.goal.unit,
        f"{sign} {write(one.goal.threshold)}",
        *map(write, one.range),
        _percent(one.chance),
    ]


def _money(value: float) -> str:
    return f"{value:+,.0f}" if abs(value) >= 1000.0 else f"{value:+,.1f}"


def _ratio(value: float) -> str:
    return f"{value:+.3f}" if np.isfinite(value) else "none"


def _percent(chance: float) -> str:
    return f"{100 * chance:.0f} %"
