"""NAFTA's tariff changes in the 1993 world: Table 2 and trade inside the bloc, beside the paper's.

Caliendo, L. and F. Parro (2015), "Estimates of the Trade and Welfare Effects of NAFTA", Review of
Economic Studies 82(1), 1-44.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

import countervail as cv
from replications.caliendo_parro_2015.table import COUNTRIES, RawTable, balance, read

NAFTA = ("MEX", "CAN", "USA")

PUBLISHED = {
    "MEX": {"total": 1.31, "terms of trade": -0.41, "volume of trade": 1.72, "real wage": 1.72},
    "CAN": {"total": -0.06, "terms of trade": -0.11, "volume of trade": 0.04, "real wage": 0.32},
    "USA": {"total": 0.08, "terms of trade": 0.04, "volume of trade": 0.04, "real wage": 0.11},
}
"""Table 2, per cent: welfare to first order, its two parts, and real wages."""

PUBLISHED_IMPORTS = {"MEX": 118.28, "CAN": 11.11, "USA": 40.52}
"""Growth of imports from the NAFTA partners, per cent."""


class Line(NamedTuple):
    """One published figure beside ours, per cent."""

    country: str
    figure: str
    published: float
    ours: float

    @property
    def difference(self) -> float:
        """Ours, rounded as the paper rounds, less the published."""
        return round(round(self.ours, 2) - self.published, 2)


class Result(NamedTuple):
    """The replication.

    Attributes:
        lines: every published figure beside ours.
        exact: exact welfare by country, per cent, which the paper does not print.
        solution: the certified solution.
    """

    lines: tuple[Line, ...]
    exact: dict[str, float]
    solution: cv.Solution


def balanced_world(table: RawTable) -> cv.World:
    """Return the 1993 world with deficits, after the paper's first solve without any shock."""
    return cv.World.from_arrays(
        trade=balance(table),
        tariff=table.tariff,
        input_share=table.input_share,
        trade_elasticity=table.trade_elasticity,
        countries=COUNTRIES,
        sectors=[f"S{j + 1:02d}" for j in range(table.trade_elasticity.size)],
        name="Caliendo and Parro 1993",
        year=1993,
        elasticity_set="Caliendo and Parro (2015), 99 per cent sample",
    )


def nafta(table: RawTable) -> np.ndarray:
    """Return the tariffs of 1993 with those of 2005 among the three members."""
    law = table.tariff.copy()
    members = [COUNTRIES.index(c) for c in NAFTA]
    inside = np.ix_(members, members)
    law[inside] = table.tariff_2005[inside]
    return law


def replicate(folder: Path) -> Result:
    """Return every published figure beside ours.

    Args:
        folder: the replication data (README.md says which files).
    """
    table = read(folder)
    world = balanced_world(table)
    scenario = cv.Scenario.from_arrays(world, tariff=nafta(table), name="nafta", title="NAFTA")
    solution = cv.solve(world, scenario, cv.CaliendoParro(deficits="closed"))
    return Result(
        tuple(_lines(solution)),
        {c: float(solution.welfare.sel(country=c)) for c in NAFTA},
        solution,
    )


def _lines(solution: cv.Solution) -> list[Line]:
    lines = []
    for country in NAFTA:
        terms = float(solution.terms_of_trade.sel(country=country))
        volume = float(solution.volume_of_trade.sel(country=country))
        ours = {
            "total": terms + volume,
            "terms of trade": terms,
            "volume of trade": volume,
            "real wage": float(solution.real_wage.sel(country=country)),
        }
        for figure, published in PUBLISHED[country].items():
            lines.append(Line(country, figure, published, ours[figure]))
        partners = [c for c in NAFTA if c != country]
        cells = {"exporter": partners, "importer": country}
        growth = float(solution.trade_new.sel(cells).sum() / solution.trade.sel(cells).sum())
        lines.append(
            Line(
                country,
                "imports from partners",
                PUBLISHED_IMPORTS[country],
                100.0 * (growth - 1.0),
            )
        )
    return lines


def as_text(result: Result) -> str:
    """Return the table people read."""
    rows = [f"{'':4}{'per cent':24}{'published':>10}{'ours':>10}{'difference':>12}"]
    for line in result.lines:
        if line.figure == "total":
            rows.append("")
        label = "welfare, first order" if line.figure == "total" else line.figure
        rows.append(
            f"{line.country:4}{label:24}{line.published:10.2f}{line.ours:10.4f}"
            f"{line.difference:12.2f}"
        )
        if line.figure == "real wage":
            rows.append(
                f"{line.country:4}{'welfare, exact':24}{'-':>10}"
                f"{result.exact[line.country]:10.4f}{'-':>12}"
            )
    certificate = result.solution.certificate
    rows += [
        "",
        f"certified: largest residual {certificate.residual:.1e}, largest effect "
        f"{certificate.effect:.2f}, {certificate.sweeps} sweeps ({certificate.rung})",
    ]
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print published, ours, difference; 0 when every figure agrees to two decimals."""
    parser = argparse.ArgumentParser(
        prog="python -m replications.caliendo_parro_2015", description=__doc__
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the replication data")
    result = replicate(parser.parse_args(arguments).data)
    print(as_text(result))
    return int(any(line.difference for line in result.lines))
