"""A sweep as a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from countervail import schema
from countervail.draws.ensemble.result import QUANTILES
from countervail.draws.sweep import Swept
from countervail.draws.sweep.door import DRAWS, POINTS
from countervail.draws.sweep.result import number
from countervail.horizons import LONG
from countervail.present import horizons
from countervail.present.digits import of
from countervail.present.document import Document, plain
from countervail.present.parts import Column, DocumentTable, Part, Words, listed, section
from countervail.provenance import software

MOST_ROWS = 60
MOST_FIGURES = 6
MOST_FAILURES = 10
KEPT = (POINTS, DRAWS)
"""Hidden folders of what is kept to go on after an interruption."""

NO_RANGE = (
    "The points differ by the choices on the axes. They are not equally likely, and their spread "
    "is no range of uncertainty"
)
NOT_DRAWN = (
    "These are point answers: elasticities, coverages and other inputs are uncertain at every "
    "point; --draws 200 says by how much the figures move with them"
)


def document(swept: Swept) -> Document:
    """Return the answer of ``sweep``."""
    return Document(_read(swept), _data(swept), {"sweep": plain([*swept.rows()])})


def _read(swept: Swept) -> list[Part]:
    """Return what is read."""
    grid = swept.grid
    partial = {k: why for k, why in swept.not_placed.items() if k not in swept.failures}
    return [
        Words(f"{grid.name}: {grid.asked[0].name}, swept", "strong"),
        Words(_about(swept)),
        *_horizons(swept),
        Words(""),
        _table(swept),
        Words(_certificate(swept), apart=True),
        *listed("Without an answer", [*_reasons(swept, swept.failures)]),
        *listed("PARTIAL ANSWERS", [*_reasons(swept, partial)]),
        *section("What the figures cover", Words(coverage_statement(swept))),
        *listed("How to cite", cite(swept)),
    ]


def _reasons(swept: Swept, reasons: Mapping[int, str]) -> Iterator[str]:
    """Yield the first points with a reason, and how many more there are."""
    for k, why in list(reasons.items())[:MOST_FAILURES]:
        yield f"{_place(swept.grid.labels(k))}: {why}"
    if len(reasons) > MOST_FAILURES:
        yield f"{len(reasons) - MOST_FAILURES} more: see --json"


def _horizons(swept: Swept) -> Iterator[Words]:
    """Yield what is meant by each horizon, and the goods carved; nothing in the long run alone."""
    grid = swept.grid
    if grid.horizons == (LONG,):
        return
    yield from (Words(horizons.meaning(one)) for one in grid.horizons)
    worlds = {id(world): world for world in (grid.point(k).world for k in range(len(grid)))}
    yield from map(Words, dict.fromkeys(filter(None, map(horizons.carved_words, worlds.values()))))


def _table(swept: Swept) -> DocumentTable:
    """Return the points as a table, the horizons of one beside each other; axes that take one value
    stand above it.
    """
    grid, beside = swept.grid, len(swept.grid.horizons)
    axes = [n for n, v in grid.axes.items() if len(v) > 1 and n != "horizon"]
    axes = axes or [n for n in grid.axes if n != "horizon"]
    figures = [
        (country, name, k)
        for country in grid.countries
        for name in grid.variables
        for k in range(beside)
    ]
    read = figures[: max(MOST_FIGURES, beside)]
    when = [f"\n{horizons.briefly(one)}" for one in grid.horizons] if beside > 1 else [""]
    return DocumentTable(
        (
            *(Column(name, name, fixed=True) for name in axes),
            *(
                Column(f"{c} {name} {k}", f"{c}\n{name}{when[k]}", right=True, fixed=True)
                for c, name, k in read
            ),
        ),
        [
            {
                **grid.labels(first),
                **{f"{c} {name} {k}": _cell(swept, first + k, c, name) for c, name, k in read},
            }
            for first in range(0, min(len(swept), MOST_ROWS * beside), beside)
        ],
        caption=_caption(swept, len(figures) - len(read)),
    )


def _cell(swept: Swept, point: int, country: str, variable: str) -> str:
    """Return a figure of a point, its range in brackets where there is one."""
    if point in swept.failures:
        return "no answer"
    digits = of(variable)
    if swept.drawn is None:
        return digits.write(swept.value(point, variable, country))
    value, low, _, high = swept.range(point, variable, country)
    write = digits.beside(low, high).write
    return f"{write(value)} ({write(low)} to {write(high)})"


def _caption(swept: Swept, more: int) -> str:
    """Return the units, and how many points and figures are not shown."""
    rows = len(swept) // len(swept.grid.horizons)
    table = schema.variables()
    said = [f"{name}: {table[name].unit}" for name in swept.grid.variables]
    if swept.drawn is not None:
        said.append("in brackets 5 to 95 per cent of the draws")
    if rows > MOST_ROWS:
        said.append(f"{rows - MOST_ROWS} more points: see --json or --out")
    if more > 0:
        said.append(f"{more} more figures a point: see --json or --out")
    return "; ".join(said)


def _about(swept: Swept) -> str:
    """Return the axes in a sentence; those that take one value with it."""
    axes = swept.grid.axes
    counted = " x ".join(f"{len(v)} {name}" for name, v in axes.items() if len(v) > 1)
    said = [f"{len(swept)} points" + (f" ({counted})" if counted else "")]
    said += [f"{name}: {values[0]}" for name, values in axes.items() if len(values) == 1]
    return "; ".join(said)


def _certificate(swept: Swept) -> str:
    certified = len(swept) - len(swept.failures)
    said = (
        f"Certified: {certified} of {len(swept)} points, every equation of both states checked "
        f"independently. Largest residual {np.nanmax(swept.residual):.1e}."
    )
    if swept.drawn is not None:
        asked = swept.drawn.draws * certified
        said += (
            f"\n{int(swept.drawn.answered.sum())} of {asked} draws certified likewise, largest "
            f"residual {swept.drawn.residual:.1e}."
        )
    return said


def _place(labels: dict[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in labels.items())


def coverage_statement(swept: Swept) -> str:
    """Return what the figures cover and what they do not, in a paragraph."""
    if swept.drawn is None:
        return f"{NO_RANGE}. {NOT_DRAWN}."
    drawn = swept.drawn
    said = (
        f"Ranges are the 5 to 95 per cent of {drawn.draws} draws at every point (seed "
        f"{drawn.seed}) of what the priors ({drawn.priors['path']}) declare uncertain (see "
        f"`countervail priors`). {NO_RANGE}."
    )
    without = sum(len(why) for why in drawn.failures.values())
    if without:
        point, reasons = next(iter(drawn.failures.items()))
        draw, why = next(iter(reasons.items()))
        said += (
            f" {without} draws have no answer and are not in the ranges; the first (point {point}, "
            f"draw {draw}): {why}."
        )
    return said


def _data(swept: Swept) -> dict[str, Any]:
    """Return the JSON object."""
    grid, drawn = swept.grid, swept.drawn
    units = {name: schema.variables()[name].unit for name in grid.variables}
    return {
        "sweep": {
            "name": grid.name,
            "scenario": grid.asked[0].name,
            "titles": [scenario.title for scenario in grid.asked],
            "axes": {name: list(values) for name, values in grid.axes.items()},
            "countries": list(grid.countries),
            "variables": list(grid.variables),
            "points": len(swept),
        },
        "units": units,
        "certificate": {
            "certified": len(swept) - len(swept.failures),
            "without_answer": len(swept.failures),
            "residual": float(np.nanmax(swept.residual)),
        },
        "points": [_point(swept, k) for k in range(len(swept))],
        "not_placed": [{"point": k, "reason": why} for k, why in swept.not_placed.items()],
        "ranges": None
        if drawn is None
        else {
            **drawn.settings(),
            "quantiles": list(QUANTILES),
            "answered": int(drawn.answered.sum()),
            "largest_residual": drawn.residual,
        },
        "covers": coverage_statement(swept),
        "manifest": swept.manifest,
        "cite": cite(swept),
    }


def _point(swept: Swept, k: int) -> dict[str, Any]:
    """Return a point: where it lies, its figures by country and variable, and its certificate."""
    grid = swept.grid
    reason = swept.failures.get(k)
    made: dict[str, Any] = {
        "axes": grid.labels(k),
        "certified": reason is None,
        "residual": number(float(swept.residual[k])),
        "reason": reason,
        "countries": {
            country: {name: number(swept.value(k, name, country)) for name in grid.variables}
            for country in grid.countries
        },
    }
    if swept.drawn is not None:
        made["ranges"] = {
            country: {name: swept.range(k, name, country).as_dict() for name in grid.variables}
            for country in grid.countries
        }
        made["draws_answered"] = int(swept.drawn.answered[k])
    return made


def cite(swept: Swept) -> list[str]:
    """Return how to cite the answer: the software, the model, the data."""
    grid = swept.grid
    worlds = {
        home.name: home
        for world in grid.worlds
        for home in (asked.base_world(world) for asked in grid.asked)
    }
    named = ", ".join(f"'{name}' (hash {world.table_hash[:12]})" for name, world in worlds.items())
    credits = dict.fromkeys(str(world.provenance.get("credit") or "") for world in worlds.values())
    return [
        f"{software()} Sweep '{swept.grid.name}' of scenario "
        f"'{swept.grid.asked[0].name}', world {named}.",
        *dict.fromkeys(f"{paper}." for model in grid.models for paper in model.references()),
        *(credit for credit in credits if credit),
    ]
