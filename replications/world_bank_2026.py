"""Tariffs of 25 per cent between high-income and other countries: a check of size.

Artuc, E. and J. Ortega Hernandez (2026), "International Trade Policy and Quantitative Models: A
Practitioner's Guide", Policy Research Working Paper 11347, World Bank (abstract): real disposable
income falls in all countries, by 0.5 to 7.4 per cent, and by more on average where income is not
high. Its data and sectors are not the built-in world's, so nothing is to agree to a digit.

Run: ``python -m replications.world_bank_2026``.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import countervail as cv

LEAST, MOST = 0.5, 7.4
"""Published range of the loss of real income, per cent (abstract)."""

RATE = 0.25

HIGH_INCOME = (
    *("ARE", "AUS", "AUT", "BEL", "BRN", "CAN", "CHE", "CHL", "CYP", "CZE", "DEU", "DNK", "ESP"),
    *("EST", "FIN", "FRA", "GBR", "GRC", "HKG", "HRV", "HUN", "IRL", "ISL", "ISR", "ITA", "JPN"),
    *("KOR", "LTU", "LUX", "LVA", "MLT", "NLD", "NOR", "NZL", "POL", "PRT", "ROU", "SAU", "SGP"),
    *("SVK", "SVN", "SWE", "TWN", "USA"),
)
"""By the World Bank's classification for the fiscal year 2024, which is by income of 2022."""


class Found(NamedTuple):
    """What the tariffs do in the built-in world, all sectors taxed, trade balanced first.

    Attributes:
        countries: codes.
        high: which are high-income.
        welfare: change of real income, per cent.
    """

    countries: tuple[str, ...]
    high: NDArray[np.bool_]
    welfare: NDArray[np.float64]

    @property
    def outside(self) -> dict[str, float]:
        """Countries that do not lose what the paper's do, and what they gain, per cent."""
        loss = -self.welfare
        out = (loss < LEAST) | (loss > MOST)
        return {code: float(self.welfare[n]) for n, code in enumerate(self.countries) if out[n]}


def run(world: cv.World | None = None) -> Found:
    """Return what the tariffs do; in the built-in world unless another is given."""
    world = world or cv.open_world()
    high = np.isin(world.countries, HIGH_INCOME)
    between = (high[:, None] != high[None, :])[:, :, None]
    question = cv.Scenario.from_arrays(world, tariff=np.asarray(world.tariff) + RATE * between)
    found = cv.solve(world, question, cv.CaliendoParro(deficits="closed"))
    return Found(world.countries, high, found.arrays["welfare"])


def main() -> int:
    """Print the range, the means of both groups, and who is outside the published range."""
    found = run()
    order = np.argsort(found.welfare)
    first, last = (found.countries[order[n]] for n in (0, -1))
    print(f"from {found.welfare.min():.2f} ({first}) to {found.welfare.max():+.2f} ({last})")
    for name, which in (("high-income", found.high), ("other", ~found.high)):
        print(f"{name}: mean {found.welfare[which].mean():.2f}, {which.sum()} countries")
    said = ", ".join(f"{code} {value:+.2f}" for code, value in found.outside.items())
    print(f"outside -{MOST} to -{LEAST}: {said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
