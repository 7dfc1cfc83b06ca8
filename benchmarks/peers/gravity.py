"""gegravity (``pip install gegravity``): one-sector general equilibrium gravity, beside ours.

The problem both are given: one good a country, no inputs, no tariffs, balanced trade, and a change
of iceberg trade costs. gegravity 0.3 models trade costs as exp(sum of coefficient x variable); the
wedge of each flow over the product of its country totals enters as a variable with coefficient 1,
the change of costs as one with coefficient -theta, and sigma is theta + 1.

What differs, read from the source of gegravity 0.3 and checked here: its "full" equilibrium solves
for prices with every country's nominal output and spending *held at the baseline*
(``_create_cost_output_expend_params`` and ``_calculate_full_ge`` read ``baseline_output_share``),
and multiplies output by the new price afterwards. The price change does not feed back into
spending. A world in which it could not, because each endowment shrinks by as much as its price
rises, has exactly its answer: that world (``labour_hat`` = 1 / price) is how we check agreement.
Imbalances are treated as spending over output held fixed, so that they need not sum to zero;
balanced trade keeps that out of the comparison.

Reference: Herman, P. (2021), "gegravity: General Equilibrium Gravity Modeling in Python", USITC
Economics Working Paper 2021-04-B.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import warnings
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import countervail as cv
from benchmarks.worlds import merged

Array = NDArray[np.float64]

MISSING = "not installed: pip install gegravity"
YEAR = "2022"


class Failed(Exception):
    """gegravity gave no answer; with what it said."""


@dataclass(frozen=True)
class Problem:
    """One sector, balanced trade, and new trade costs.

    Attributes:
        countries: codes.
        trade: X[i, n], rows and columns of one country summing to the same.
        wedge: ln of the trade cost's weight, up to a factor for each exporter and importer, [i, n].
        trade_elasticity: theta.
        iceberg_hat: new over old trade costs, [i, n].
        coefficient: of the wedge.
    """

    countries: tuple[str, ...]
    trade: Array
    wedge: Array
    trade_elasticity: float
    iceberg_hat: Array
    coefficient: float = 1.0

    @property
    def output(self) -> Array:
        """Output, and spending, of each country."""
        return np.asarray(self.trade.sum(axis=1))

    def world(self) -> cv.World:
        """Return the same as a World."""
        n = len(self.countries)
        return cv.World.from_arrays(
            trade=self.trade[:, :, None],
            tariff=np.zeros((n, n, 1)),
            input_share=np.zeros((n, 1, 1)),
            trade_elasticity=[self.trade_elasticity],
            countries=self.countries,
            sectors=["all"],
            name="one-sector",
        )


class Answer(NamedTuple):
    """What gegravity found.

    Attributes:
        welfare: per cent, [n].
        price: factory-gate price, new over old, in units of the reference importer's index, [n].
    """

    welfare: Array
    price: Array


class Count(NamedTuple):
    """How often one side gave no answer, of so many draws."""

    failures: int
    draws: int
    said: str


def installed() -> str | None:
    """Return gegravity's version, or None where it cannot be imported."""
    return None if _package() is None else importlib.metadata.version("gegravity")


def problem(world: cv.World, countries: int, trade_elasticity: float = 4.0) -> Problem:
    """Return the world as one sector with balanced trade, and trade costs up by 0 to 35 per cent.

    Args:
        world: the parent; its largest economies stay, the rest becomes one.
        countries: wanted number.
        trade_elasticity: theta.
    """
    small = merged(world, min(countries, len(world.countries)), len(world.sectors))
    trade = small.trade.sum(axis=2)
    trade = np.maximum(trade, 1e-9 * trade.sum())
    half = (trade.sum(axis=0) + trade.sum(axis=1)) / 2.0
    trade = fitted(trade, half)
    rng = np.random.default_rng(1)
    iceberg_hat = np.exp(rng.uniform(0.0, 0.3, trade.shape))
    np.fill_diagonal(iceberg_hat, 1.0)
    wedge = np.log(trade * half.sum() / np.outer(half, half))
    return Problem(small.countries, trade, wedge, trade_elasticity, iceberg_hat)


def drawn(one: Problem, seed: int) -> Problem:
    """Return the problem with other parameters: theta from 3 to 10, wedges' coefficient 1 +- 0.1.

    As in a Monte Carlo over estimates, the same countries with the same output are joined by other
    trade costs.
    """
    rng = np.random.default_rng(seed)
    coefficient = rng.normal(1.0, 0.1)
    trade = fitted(np.outer(one.output, one.output) * np.exp(coefficient * one.wedge), one.output)
    theta = float(rng.uniform(3.0, 10.0))
    return replace(one, trade=trade, trade_elasticity=theta, coefficient=coefficient)


def at_home(one: Problem) -> Problem:
    """Return the problem with wedges measured from the mean domestic one.

    A constant in all wedges changes no flow: regressions without a constant leave costs so.
    """
    return replace(one, wedge=one.wedge - np.diag(one.wedge).mean())


def ours(one: Problem) -> Array:
    """Return welfare by this package, per cent, [n]: from the table to the certified answer."""
    world = one.world()
    scenario = cv.Scenario.from_arrays(world, iceberg_hat=one.iceberg_hat[:, :, None])
    return np.asarray(cv.solve(world, scenario).welfare.values)


def ours_with_output_held(one: Problem, price: Array) -> Array:
    """Return welfare per unit of labour where endowments shrink as prices rise, per cent, [n]."""
    world = one.world()
    scenario = cv.Scenario.from_arrays(
        world, iceberg_hat=one.iceberg_hat[:, :, None], labour_hat=1.0 / price
    )
    return np.asarray(cv.solve(world, scenario).real_wage.values)


def theirs(one: Problem) -> Answer:
    """Return gegravity's answer with its default settings: from the table to its results.

    Raises:
        Failed: it is not installed, raised, or a solver of it says that it did not converge.
    """
    package = _package()
    if package is None:
        raise Failed(MISSING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = _model(package, one)
    except Exception as error:  # whatever it raises, there is no answer
        raise Failed(_brief(str(error))) from error
    for step, found in model.solver_diagnostics.items():
        if not found.success:
            raise Failed(_brief(f"{step}: {found.message}"))
    results = model.country_results.loc[list(one.countries)]
    prices = model.factory_gate_prices.loc[list(one.countries)]
    return Answer(
        welfare=100.0 * (1.0 / results["welfare statistic"].to_numpy() - 1.0),
        price=prices["experiment factory gate price"].to_numpy(),
    )


def count_failures(one: Problem, draws: int) -> Count:
    """Return how many draws of parameters gegravity, as it ships, gives no answer to."""
    said = []
    for seed in range(draws):
        try:
            theirs(drawn(one, seed))
        except Failed as error:
            said.append(str(error))
    return Count(len(said), draws, said[0] if said else "")


def count_ours(one: Problem, draws: int) -> Count:
    """Return how many of the same draws this package does not certify."""
    said = []
    for seed in range(draws):
        try:
            ours(drawn(one, seed))
        except cv.CountervailError as error:
            said.append(str(error))
    return Count(len(said), draws, said[0] if said else "")


def fitted(flows: Array, totals: Array) -> Array:
    """Return the flows with rows and columns scaled to the same totals (biproportional fitting)."""
    for _ in range(10_000):
        flows = flows * (totals / flows.sum(axis=0))
        rows = totals / flows.sum(axis=1)
        flows = flows * rows[:, None]
        if np.abs(rows - 1.0).max() < 1e-13:
            break
    return flows


def _model(package: Any, one: Problem) -> Any:
    """Return gegravity's model, solved."""
    pandas = importlib.import_module("pandas")
    names = np.array(one.countries)
    exporter, importer = (axis.ravel() for axis in np.indices(one.trade.shape))
    table = pandas.DataFrame(
        {
            "exporter": names[exporter],
            "importer": names[importer],
            "year": YEAR,
            "trade": one.trade.ravel(),
            "Y": one.output[exporter],
            "E": one.output[importer],
            "wedge": one.wedge.ravel(),
            "change": 0.0,
        }
    )
    baseline = package.BaselineData(table, "importer", "exporter", "year", "trade", "E", "Y")
    coefficients = {
        "variable": ["wedge", "change"],
        "value": [one.coefficient, -one.trade_elasticity],
    }
    model = package.OneSectorGE(
        baseline,
        year=YEAR,
        reference_importer=one.countries[0],
        sigma=one.trade_elasticity + 1.0,
        cost_variables=["wedge", "change"],
        cost_coeff_values=package.CostCoeffs(
            pandas.DataFrame(coefficients), identifier_col="variable", coeff_col="value"
        ),
        quiet=True,
    )
    model.build_baseline()
    model.define_experiment(table.assign(change=np.log(one.iceberg_hat).ravel()))
    model.simulate()
    return model


def _brief(message: str) -> str:
    """Return a message on one line, cut at 100 characters."""
    words = " ".join(message.split())
    return words if len(words) <= 100 else f"{words[:97]}..."


def _package() -> Any:
    """Return the package, or None; importing it warns of much, none of it ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module("gegravity")
        except ImportError:
            return None
