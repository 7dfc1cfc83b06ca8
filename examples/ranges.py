"""A question that comes with the package, with a range on every figure."""

from __future__ import annotations

import countervail as cv

world = cv.open_world()
scenario = cv.open_scenario("canada-china")
drawn = cv.ensemble(world, scenario, draws=16, seed=1, workers=1)

for country in scenario.countries[:2]:
    value, p05, p50, p95 = drawn.range("welfare", country=country)
    print(f"{country}: {value:+.4f} per cent; {p05:+.4f} to {p95:+.4f}, median {p50:+.4f}")

print(len(drawn.failures), "draws without an answer; uncertain inputs:")
for one in drawn.priors.parameters[:3]:
    print("-", one.name)
