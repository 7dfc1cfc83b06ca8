"""A tariff war of 43 countries and the rest of the world in 2014: Table 2, baseline, by two roads.

Lashkaripour, A. (2021), "The Cost of a Global Tariff War: A Sufficient Statistics Approach",
Journal of International Economics 131.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import countervail as cv
from replications.lashkaripour_2021 import closed_form
from replications.lashkaripour_2021.table import PUBLISHED, PUBLISHED_AVERAGE, SERVICES, Table, read

Array = NDArray[np.float64]

SHOWN = ("USA", "CHN", "CAN", "MEX", "AUS", "IND", "DNK", "PRT")
"""Countries whose tariffs are printed under other readings."""

HIGH = 5.0
"""Upper bound of every rate in the general road: far from where any of them ends."""


class Result(NamedTuple):
    """What one road comes to.

    Attributes:
        countries: codes.
        tariff: Nash tariff, per cent, [country].
        welfare: change of real income, per cent, [country].
        proof: why it may be believed, in a sentence.
    """

    countries: tuple[str, ...]
    tariff: Array
    welfare: Array
    proof: str

    def difference(self) -> Array:
        """Ours less the published of the 43 countries printed, [tariff or welfare, country]."""
        at = [self.countries.index(code) for code in PUBLISHED]
        ours = np.stack([self.tariff[at], self.welfare[at]])
        return np.asarray(ours - np.array(list(PUBLISHED.values())).T)


def closed(table: Table, *, revenue: bool = True, untaxed: Sequence[int] = ()) -> Result:
    """Return what the paper's formula comes to, trade being balanced first."""
    found = closed_form.nash(closed_form.balance(table), revenue=revenue, untaxed=untaxed)
    proof = f"largest residual of the {3 * len(found.tariff)} equations {found.residual:.0e}"
    return Result(table.countries, 100.0 * found.tariff, found.welfare, proof)


def world_of(table: Table) -> cv.World:
    """Return the table as a World: no inputs, trade at producer prices."""
    sectors = len(table.trade_elasticity)
    return cv.World.from_arrays(
        trade=table.trade / (1.0 + table.tariff),
        tariff=table.tariff,
        input_share=np.zeros((len(table.countries), sectors, sectors)),
        trade_elasticity=table.trade_elasticity,
        countries=table.countries,
        sectors=[f"S{k + 1:02d}" for k in range(sectors)],
        name="WIOD 2014, 16 sectors",
        year=2014,
        elasticity_set="Lashkaripour (2021)",
    )


def war(table: Table) -> cv.respond.Nash:
    """Return the war of everybody with a rate of its own on every partner and sector."""
    world = world_of(table)
    return cv.respond.nash(
        world,
        world.countries,
        model=cv.CaliendoParro(deficits="closed"),
        sectors=world.sectors,
        high=HIGH,
    )


def general(table: Table) -> Result:
    """Return what best answers come to; tariffs are means weighted by imports before the war."""
    end = war(table)
    record = end.certificate
    means, spans = [], []
    for one in end.players:
        rows = end.table(one.name)
        spans.append(max(row.rate for row in rows) - min(row.rate for row in rows))
        imports = np.array([row.imports for row in rows])
        means.append(float(imports @ np.array([row.rate for row in rows]) / imports.sum()))
    proof = (
        f"{record.instruments:,} rates, one country's span a median of {np.median(spans):.1f} and "
        f"at most {max(spans):.1f} points; largest gain left {record.left:.0e} per cent, "
        f"{record.evaluations:,} equilibria, starts {'agree' if record.agree else 'DISAGREE'}, "
        f"largest residual {end.solution.certificate.residual:.0e}"
    )
    return Result(table.countries, np.array(means), end.solution.arrays["welfare"], proof)


def variants(folder: Path) -> dict[str, Result]:
    """Return what the closed form comes to under other readings of the paper."""
    table = read(folder)
    no_tariffs = table._replace(tariff=np.zeros_like(table.tariff))
    filled = table._replace(tariff=_rest_of_the_world(table.tariff))
    producer = table._replace(trade=table.trade * (1.0 + table.tariff))
    return {
        "as printed below": closed(table),
        "without delta (the author's package)": closed(table, revenue=False),
        "services elasticity 4 (Table 4)": closed(read(folder, services=4.0)),
        "services elasticity 5 (the package)": closed(read(folder, services=5.0)),
        "no tariffs before the war": closed(no_tariffs),
        "tariffs of 2000 before the war": closed(read(folder, tariffs_of=2000)),
        "the rest of the world pays mean tariffs": closed(filled),
        "trade read as at producer prices": closed(producer),
        "services keep their tariffs": closed(table, untaxed=(SERVICES,)),
    }


def _rest_of_the_world(tariff: Array) -> Array:
    """Return tariffs with the rest of the world, which pays none in the data, paying the mean.

    The mean of what each importer levies on others, by sector.
    """
    filled, others = tariff.copy(), len(tariff) - 1
    filled[-1, :-1, :SERVICES] = tariff[:-1, :-1, :SERVICES].sum(axis=0) / (others - 1)
    return filled


def as_text(results: dict[str, Result]) -> str:
    """Return the table people read: published figures, and each road beside them."""
    first = next(iter(results.values()))
    rows = [
        f"{'':8}{'Nash tariff, per cent':{11 * (len(results) + 1)}}   real income, per cent",
        f"{'':8}" + 2 * ("".join(f"{name:>11}" for name in ("published", *results)) + "   "),
    ]
    for code in (*PUBLISHED, "ROW"):
        n = first.countries.index(code)
        printed = PUBLISHED.get(code)
        rows.append(
            _row(code, printed, [(one.tariff[n], one.welfare[n]) for one in results.values()])
        )
    means = [(one.tariff.mean(), one.welfare.mean()) for one in results.values()]
    rows.append(_row("average", PUBLISHED_AVERAGE, means))
    for name, one in results.items():
        rows += ["", f"{name}: {one.proof}", f"  {_summary(one)}"]
    return "\n".join(rows)


def variants_as_text(results: dict[str, Result]) -> str:
    """Return how far other readings of the paper come, one a line."""
    head = f"{'':40}{'average':>15}{'median off':>15}" + "".join(f"{c:>8}" for c in SHOWN)
    at = [PUBLISHED[code][0] for code in SHOWN]
    printed = f"{PUBLISHED_AVERAGE[0]:8.2f}{PUBLISHED_AVERAGE[1]:7.2f}{'':15}"
    rows = [head, f"{'published':40}{printed}" + "".join(f"{tariff:8.1f}" for tariff in at)]
    for name, one in results.items():
        off = np.median(np.abs(one.difference()), axis=1)
        tariffs = (one.tariff[one.countries.index(code)] for code in SHOWN)
        rows.append(
            f"{name:40}{one.tariff.mean():8.2f}{one.welfare.mean():7.2f}{off[0]:8.2f}{off[1]:7.2f}"
            + "".join(f"{tariff:8.1f}" for tariff in tariffs)
        )
    return "\n".join(rows)


def _row(
    name: str, printed: tuple[float, float] | None, ours: Sequence[tuple[float, float]]
) -> str:
    tariffs = "".join(f"{tariff:11.1f}" for tariff, _ in ours)
    welfare = "".join(f"{change:11.2f}" for _, change in ours)
    if printed is None:
        return f"{name:8}{'-':>11}{tariffs}   {'-':>11}{welfare}"
    return f"{name:8}{printed[0]:11.1f}{tariffs}   {printed[1]:11.2f}{welfare}"


def _summary(one: Result) -> str:
    tariff, welfare = np.abs(one.difference())
    return (
        f"averages {one.tariff.mean():.2f} and {one.welfare.mean():.2f}; from the published, of 43 "
        f"countries: median {np.median(tariff):.2f} points and {np.median(welfare):.2f}; within "
        f"0.5 points {int((tariff <= 0.5).sum())}, within 0.1 per cent "
        f"{int((welfare <= 0.1).sum())}"
    )


def agrees(one: Result) -> bool:
    """Return whether the median country and average real income are as published.

    To half a point of tariffs and a tenth of a per cent of income.
    """
    tariff, welfare = np.median(np.abs(one.difference()), axis=1)
    off = abs(one.welfare.mean() - PUBLISHED_AVERAGE[1])
    return bool(tariff <= 0.5 and welfare <= 0.1 and off <= 0.1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 0 where the median country and average real income are as published."""
    parser = argparse.ArgumentParser(
        prog="python -m replications.lashkaripour_2021", description=__doc__
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data")
    parser.add_argument(
        "--road",
        choices=("closed", "general"),
        default="closed",
        help="the paper's formula; or best answers, every rate by itself, beside it",
    )
    parser.add_argument("--variants", action="store_true", help="print other readings, too")
    asked = parser.parse_args(arguments)
    roads: dict[str, Callable[[Table], Result]] = {"closed": closed}
    if asked.road == "general":
        roads["general"] = general
    table = read(asked.data)
    if asked.variants:
        print(variants_as_text(variants(asked.data)) + "\n")
    results = {name: road(table) for name, road in roads.items()}
    print(as_text(results))
    return int(not agrees(results["closed"]))
