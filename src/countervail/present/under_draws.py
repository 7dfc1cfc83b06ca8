"""The ranges and chances of a chosen policy: what is read, the JSON blocks, the CSV rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from countervail.draws.ensemble.result import QUANTILES
from countervail.policy.under_draws import CriterionUnderDraws, GoalUnderDraws, Repriced
from countervail.present import rows
from countervail.present.digits import Digits, amounts, percents
from countervail.present.document import plain
from countervail.present.parts import QUANTILES as AT
from countervail.present.parts import Column, DocumentTable, Part, Row, Words, section
from countervail.present.result import manifest_of
from countervail.present.rows import OUTCOMES
from countervail.present.sentences.language import Language
from countervail.quantiles import Range
from countervail.solution import Solution

RangesOrWhy = Repriced | str
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
    "These are point answers: the search was interrupted, so the policy was not evaluated under "
    "draws of elasticities, coverages and other inputs."
)


def without_ranges(said: Language, why: str) -> tuple[list[Part], str]:
    """Return what stopped the draws, where something did, and what was certified.

    Args:
        said: the language of a first screen.
        why: there are no ranges.
    """
    if why == NOT_DRAWN:
        return [], str(said.part("screen.certified_point"))
    return [Words(why, "strong")], f"{said.template('page.certified')}."


def parts(reported: RangesOrWhy) -> list[Part]:
    """Return what is read: the ranges and chances, and what they cover."""
    if isinstance(reported, str):
        return section("What the figures cover", Words(reported))
    goals = [_goals(reported)] if reported.goals else []
    return [
        *section("With what range", _criteria(reported)),
        *section("With what chance it does what was asked", *goals),
        *section("What the ranges cover", Words(reported.coverage_statement)),
    ]


def certified(reported: RangesOrWhy) -> str:
    """Return what was verified of the draws, a sentence after a space; nothing without draws."""
    if isinstance(reported, str):
        return ""
    return (
        f" {reported.answered} of {len(reported.ensemble)} draws certified likewise, largest "
        f"residual {np.nanmax(reported.ensemble.residual):.1e}."
    )


def blocks(reported: RangesOrWhy, solution: Solution) -> dict[str, Any]:
    """Return the blocks of the JSON object on ranges, and the manifest."""
    if isinstance(reported, str):
        return {
            "ranges": None,
            "chances": None,
            "covers": reported,
            "manifest": manifest_of(solution, None),
        }
    return {
        "ranges": _ranges(reported),
        "chances": {
            "unit": "share of the draws with an answer, 0 to 1",
            "gain": {one.criterion.name: one.chance for one in reported.criteria if one.doubtful},
            "goals": {one.goal.name: one.chance for one in reported.goals},
        },
        "covers": reported.coverage_statement,
        "manifest": manifest_of(solution, reported.ensemble),
    }


def tables(reported: RangesOrWhy, solution: Solution) -> dict[str, DocumentTable]:
    """Return the tables of an answer: countries, and what ranges and chances are of."""
    countries = rows.listed(solution)
    if isinstance(reported, str):
        return {"countries": plain(countries), "ranges": plain([])}
    return {
        "countries": DocumentTable((), countries, [*_countries(reported).values()]),
        "ranges": plain([*_rows(reported)]),
    }


def _rows(reported: Repriced) -> Iterator[Row]:
    """Yield every range beside its chance, one a row."""
    for one in reported.criteria:
        about = {"of": one.criterion.name, "words": one.criterion.words}
        chance = {"threshold": None, "chance": one.chance if one.doubtful else None}
        yield {**about, "unit": "per cent", **one.percent.as_dict(), **chance}
        if one.usd is not None:
            yield {**about, "unit": "USD million", **one.usd.as_dict(), **chance}
    for met in reported.goals:
        goal = met.goal
        about = {"of": goal.name, "words": goal.words, "unit": goal.unit}
        chance = {"threshold": goal.threshold, "chance": met.chance}
        yield {**about, **met.range.as_dict(), **chance}
    for rated in reported.ratios:
        about = {"of": rated.ratio.name, "words": rated.ratio.words, "unit": "ratio"}
        yield {**about, **rated.range.as_dict(), "threshold": None, "chance": None}


def _ranges(reported: Repriced) -> dict[str, Any]:
    world, drawn = reported.ensemble.point.world, reported.ensemble
    return {
        **drawn.settings(),
        "failed": reported.failed,
        "quantiles": list(QUANTILES),
        "largest_residual": float(np.nanmax(drawn.residual)),
        "without_answer": [{"draw": k, "reason": why} for k, why in drawn.failures.items()],
        "inputs": [one._asdict() for one in drawn.priors.parameters],
        "units": {
            "percent": "per cent, relative to the status quo",
            "usd": f"USD million of {world.year}",
            "countries": "as in the block 'countries'",
        },
        "stakes": [
            {
                "name": one.criterion.name,
                "words": one.criterion.words,
                "told_as": "loss" if one.criterion.loss else "gain",
                "percent": one.percent.as_dict(),
                "usd": None if one.usd is None else one.usd.as_dict(),
            }
            for one in reported.criteria
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
            for one in reported.goals
        ],
        "ratios": [
            {
                "name": one.ratio.name,
                "words": one.ratio.words,
                "unit": "ratio",
                "range": one.range.as_dict(),
            }
            for one in reported.ratios
        ],
        "countries": {
            code: {key: one.as_dict() for key, one in row.items()}
            for code, row in _countries(reported).items()
        },
    }


def _countries(reported: Repriced) -> dict[str, dict[str, Range]]:
    """Return the range of every outcome of every country."""
    point, drawn = reported.ensemble.point, reported.ensemble
    found = {key: drawn.ranges(name) for key, name in OUTCOMES.items()}
    return {
        code: {
            key: Range(float(point.arrays[name][n]), *map(float, found[key][:, n]))
            for key, name in OUTCOMES.items()
        }
        for n, code in enumerate(point.world.countries)
    }


PERCENTS, MONEY = percents(4), amounts(1)
RATIO = Digits("signed", 3, none="none")
FIGURES = tuple(
    Column(key, heading, right=True, fixed=True)
    for key, heading in (("value", "point"), *((at, words) for words, at in AT.items()))
)
CHANCE = Column("chance", "chance", right=True, fixed=True)


def _criteria(reported: Repriced) -> DocumentTable:
    doubtful = any(one.doubtful for one in reported.criteria)
    caption = (
        f"chance of a gain: share of the {reported.answered} draws with an answer in which it is "
        "better than doing nothing"
    )
    read = [row for one in reported.criteria for row in _rows_of(one)]
    read += [
        {"words": rated.ratio.words, **_written(rated.range, RATIO)} for rated in reported.ratios
    ]
    return DocumentTable(
        (
            Column("words", "welfare"),
            Column("unit", fixed=True),
            *FIGURES,
            *([replace(CHANCE, heading="chance of a gain")] if doubtful else []),
        ),
        read,
        caption=caption if doubtful else "",
    )


def _rows_of(one: CriterionUnderDraws) -> list[Row]:
    """Return a criterion in per cent, and in money below."""
    chance = _percent(one.chance) if one.doubtful else ""
    figures = _written(one.percent, PERCENTS)
    rows_: list[Row] = [{"words": one.criterion.words, "unit": "%", **figures, "chance": chance}]
    if one.usd is not None:
        rows_.append({"unit": "USD mn", **_written(one.usd, MONEY)})
    return rows_


def _goals(reported: Repriced) -> DocumentTable:
    columns = Column("words", "what was asked"), Column("unit", fixed=True)
    asked = Column("asked", "asked", right=True, fixed=True)
    return DocumentTable(
        (*columns, asked, *FIGURES, CHANCE), [_row_of(one) for one in reported.goals]
    )


def _row_of(one: GoalUnderDraws) -> Row:
    goal = one.goal
    digits = MONEY if goal.unit.startswith("USD") else PERCENTS
    return {
        "words": goal.words,
        "unit": goal.unit,
        "asked": f"{'>=' if goal.at_least else '<='} {digits.write(goal.threshold)}",
        **_written(one.range, digits),
        "chance": _percent(one.chance),
    }


def _written(known: Range, digits: Digits) -> dict[str, str]:
    """Return the numbers of a range as they are read, in the digits that it supports."""
    beside = digits.beside(known.p05, known.p95)
    return {key: beside.write(value) for key, value in known._asdict().items()}


def _percent(chance: float) -> str:
    return f"{100 * chance:.0f} %"
