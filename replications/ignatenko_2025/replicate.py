"""The tariffs of Liberation Day, 194 countries: Tables 1 to 3, and the same economy by two roads.

Ignatenko, A., A. Lashkaripour, L. Macedoni and I. Simonovska (2025), "Making America Great Again?
The Economic Impacts of Liberation Day Tariffs", Journal of International Economics 157, 104138.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import countervail as cv
from countervail.core.choices.elastic_labour import ElasticLabour
from countervail.core.choices.scale import ScaleEconomies
from countervail.core.choices.tax_relief import TaxRelief
from replications.ignatenko_2025 import equations
from replications.ignatenko_2025.table import EU, TABLE_1, TABLE_2, TABLE_3, Study, read

Array = NDArray[np.float64]

FIGURES_1 = ("welfare", "deficit", "exports", "imports", "employment", "prices")
FIGURES_2 = ("welfare", "deficit", "employment", "prices")
DIGITS = {"welfare": 2, "employment": 2}


class Line(NamedTuple):
    """A published figure beside ours, per cent."""

    case: str
    who: str
    figure: str
    published: float
    ours: float

    @property
    def steps(self) -> int:
        """Ours, rounded as printed, less the published, in units of the last digit."""
        digits = 2 if self.figure == "revenue" else DIGITS.get(self.figure, 1)
        steps: int = round((round(self.ours, digits) - self.published) * 10**digits)
        return steps


class Agreement(NamedTuple):
    """How far Countervail's answer is from the study's equations.

    Attributes:
        wage, hours: largest difference, relative.
        welfare: of who levies, as households value it, per cent of its spending.
        difference: of that from the equations' one.
        residual: of the certificate.
    """

    wage: float
    hours: float
    welfare: float
    difference: float
    residual: float


def economy_of(study: Study) -> equations.Economy:
    """Return the study's baseline."""
    return equations.Economy(study.trade, study.access)


def law(study: Study, case: str) -> Array:
    """Return the tariffs of a case [exporter, importer].

    The best rates are those of the formula of Proposition 2 as the authors' package reads it, at
    trade as it was: on imports where nobody answers, on GDP less home sales where others do.
    """
    usa, size = study.at("USA")[0], len(study.countries)
    economy = economy_of(study)
    rate = np.zeros((size, size))
    if case.startswith("USTR"):
        rate[:, usa] = study.rate
    else:
        answered = "retaliation" in case
        rate[:, usa] = best_rate(economy, usa, beside_income=answered)
    if "reciprocal" in case:
        rate[usa] = rate[:, usa]
    elif "optimal retaliation" in case:
        rate[usa] = best_reply(economy, usa)
    rate[usa, usa] = 0.0
    return rate


def best_rate(economy: equations.Economy, of: int, *, beside_income: bool = False) -> float:
    """Return 1 / ((1 + eps delta) phi - 1), delta exports that meet rivals over imports.

    Args:
        economy: before tariffs.
        of: position of the country.
        beside_income: whether over income less home sales instead.
    """
    kept = (1.0 - economy.access)[None, :] * economy.trade
    spent = economy.trade.sum(axis=0)
    abroad = np.arange(len(spent)) != of
    met = (kept[of] * (1.0 - economy.trade[of] / spent))[abroad].sum()
    of_what = economy.income[of] if beside_income else spent[of]
    imports = (1.0 - economy.access[of]) * (of_what - economy.trade[of, of])
    phi = economy.pass_through[of]
    return float(1.0 / ((1.0 + economy.elasticity * met / imports) * phi - 1.0))


def best_reply(economy: equations.Economy, to: int) -> Array:
    """Return the rate of each country on one, by the same formula of all others as one country."""
    size = len(economy.access)
    of = np.stack([np.arange(size) != to, np.arange(size) == to]).astype(float)
    flows, made = of @ economy.trade @ of.T, of @ economy.income
    others = economy.access[0 if to else 1]
    kept = (1.0 - economy.access[to]) * flows[0, 1] * (1.0 - flows[0, 1] / flows[:, 1].sum())
    delta = kept / ((1.0 - others) * (made[0] - flows[0, 0]))
    return np.asarray(1.0 / ((1.0 + economy.elasticity * delta) * economy.pass_through - 1.0))


def answer(study: Study, case: str) -> equations.Answer:
    """Return what a case comes to by the study's equations."""
    return equations.solve(economy_of(study), law(study, case), relief="lump" not in case)


def mean(study: Study, who: str, values: Array) -> float:
    """Return a figure of a country, or the mean of a group, weighted by spending."""
    spent = study.trade.sum(axis=0)
    groups = {"EU": study.at(*EU), "non-US": study.at(*(set(study.countries) - {"USA"}))}
    at = groups.get(who) or study.at(who)
    return float(values[at] @ spent[at] / spent[at].sum())


def lines(study: Study, answers: Mapping[str, equations.Answer]) -> tuple[Line, ...]:
    """Return every published figure beside ours."""
    found = []
    for table, figures in ((TABLE_1, FIGURES_1), (TABLE_2, FIGURES_2)):
        for case, rows in table.items():
            for who, published in rows.items():
                ours = (mean(study, who, getattr(answers[case], one)) for one in figures)
                parts = zip(figures, published, ours, strict=True)
                found += [Line(case, who, *part) for part in parts]
    for case, share in TABLE_3.items():
        found.append(Line(case, "USA", "revenue", share, mean(study, "USA", answers[case].revenue)))
    return tuple(found)


def world_of(economy: equations.Economy) -> cv.World:
    """Return the economy, without fixed costs abroad, as a World: one sector, no inputs."""
    size = len(economy.access)
    return cv.World.from_arrays(
        trade=economy.trade[:, :, None],
        tariff=np.zeros((size, size, 1)),
        input_share=np.zeros((size, 1, 1)),
        trade_elasticity=np.array([economy.elasticity]),
        countries=[f"N{n:03d}" for n in range(size)],
        sectors=["goods"],
        name="194 countries, 2023",
        year=2023,
        elasticity_set="Simonovska and Waugh (2014)",
        allow_extreme=True,
    )


def both_roads(
    economy: equations.Economy, tariff: Array, of: int, *, relief: bool
) -> tuple[equations.Answer, Agreement]:
    """Solve the economy without fixed costs abroad by the equations and by Countervail.

    Args:
        economy: before tariffs.
        tariff: rates [exporter, importer], of one country only.
        of: position of that country.
        relief: whether revenue takes the place of a tax on labour just as large.
    """
    plain = economy.without_access()
    known = equations.solve(plain, tariff, relief=relief)
    tax = float(1.0 - 1.0 / known.kept_more[of])
    factors = TaxRelief(plain.hours, tax) if relief else ElasticLabour(plain.hours)
    world = world_of(plain)
    question = cv.Scenario.from_arrays(world, tariff=tariff[:, :, None])
    scale = ScaleEconomies(plain.scale * plain.elasticity)
    found = cv.solve(world, question, cv.CaliendoParro(factors=factors, competition=scale))
    a, spent = found.arrays, plain.trade[:, of].sum()
    cost = plain.hours / (1.0 + plain.hours) * (1.0 - tax) * plain.income[of]
    worth = known.by_preferences[of] * (spent - cost) / spent  # of spending, not of utility
    hours = 1.0 + a["labour_at_work_change"] / 100.0
    return known, Agreement(
        wage=float(np.abs(a["wage_hat"] / known.wage - 1.0).max()),
        hours=float(np.abs(hours / known.hours - 1.0).max()),
        welfare=float(a["welfare"][of]),
        difference=float(abs(a["welfare"][of] - worth)),
        residual=found.certificate.residual,
    )


VARIANTS: Mapping[str, Callable[[equations.Economy], equations.Economy]] = {
    "firms pass on a quarter (phi~ = 0.25)": lambda one: one._replace(firm_pass_through=0.25),
    "trade elasticity 8": lambda one: one._replace(elasticity=8.0),
    "no fixed costs abroad (nu = 0, phi = 1)": lambda one: one.without_access(),
    "and no scale (psi = 0)": lambda one: one.without_access()._replace(scale=0.0),
}
"""Other readings: those of Table 9 of the authors' package, and one without scale."""


def variants(study: Study) -> dict[str, equations.Answer]:
    """Return what the announced tariffs come to in each, with relief and without reply."""
    rate = law(study, "USTR tariffs")
    return {name: equations.solve(of(economy_of(study)), rate) for name, of in VARIANTS.items()}


def as_text(found: Sequence[Line]) -> str:
    """Return every figure beside the published one."""
    head = f"{'case':<38} {'who':<7} {'figure':<11} {'published':>9} {'ours':>9}"
    rows = (
        f"{one.case:<38} {one.who:<7} {one.figure:<11} {one.published:>9.2f} {one.ours:>9.2f}"
        + (f"  {one.steps:+d} in the last digit" if one.steps else "")
        for one in found
    )
    same = sum(one.steps == 0 for one in found)
    largest = max(abs(one.steps) for one in found)
    end = f"{same} of {len(found)} figures agree to the printed digit; largest miss {largest} of it"
    return "\n".join((head, *rows, end))


def variants_as_text(study: Study) -> str:
    """Return the United States in other readings of the model, and Countervail's own answer."""
    head = ("USA, USTR tariffs, income tax relief", *FIGURES_1, "by preferences")
    rows = [f"{head[0]:<40}" + "".join(f"{one:>15}" for one in head[1:])]
    usa = study.at("USA")[0]
    for name, found in variants(study).items():
        values = (getattr(found, one)[usa] for one in (*FIGURES_1, "by_preferences"))
        rows.append(f"{name:<40}" + "".join(f"{value:>15.2f}" for value in values))
    rate = law(study, "USTR tariffs")
    for relief, name in ((True, "relief"), (False, "lump sums")):
        _, near = both_roads(economy_of(study), rate, usa, relief=relief)
        rows.append(
            f"the third by Countervail, {name}: wages within {near.wage:.0e}, hours within "
            f"{near.hours:.0e}, welfare {near.welfare:.4f} % of spending within "
            f"{near.difference:.0e}; certificate {near.residual:.0e}"
        )
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 0 where every figure is within a unit of the last digit printed."""
    parser = argparse.ArgumentParser(
        prog="python -m replications.ignatenko_2025", description=__doc__
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data")
    parser.add_argument("--variants", action="store_true", help="print other readings, too")
    asked = parser.parse_args(arguments)
    study = read(asked.data)
    found = lines(study, {case: answer(study, case) for case in (*TABLE_1, *TABLE_2)})
    print(as_text(found))
    if asked.variants:
        print("\n" + variants_as_text(study))
    return int(any(abs(one.steps) > 1 for one in found))
