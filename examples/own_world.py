"""A world of one's own from a CSV file, a tariff on it, and what a closure changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import countervail as cv

world = cv.open_world(Path(__file__).with_name("three_countries.csv"))
print(world)
print("doubts:", world.check())

tariff = np.array(world.tariff)  # exporter, importer, sector; 0.25 is 25 per cent
tariff[world.country("EST"), world.country("NOR"), world.sector("machines")] = 0.25
scenario = cv.Scenario.from_arrays(world, tariff=tariff)

for closure in ("world_share", "closed"):
    solution = cv.solve(world, scenario, cv.CaliendoParro(deficits=closure))
    welfare = dict(zip(world.countries, solution.welfare.values, strict=True))
    print(closure, {country: f"{change:+.3f}" for country, change in welfare.items()})
    assert solution.certificate.residual < 1e-10
