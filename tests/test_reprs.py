"""What is shown of an object at a prompt is one line: never a wall of arrays or of law."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import countervail as cv
from countervail.draws.priors import Priors

LONGEST = 200

SHOWN: dict[str, Callable[[cv.Solution], Any]] = {
    "ledger": lambda s: s.scenario.ledger,
    "law of a day": lambda s: s.resolved.law_after,
    "world": lambda s: s.world,
    "merged world": lambda s: s.world.aggregate({"China": ["CHN", "HKG"]}),
    "scenario": lambda s: s.scenario,
    "scenario by hand": lambda s: cv.Scenario.from_arrays(s.world, tariff=s.world.tariff),
    "scenario in a world": lambda s: s.resolved,
    "model": lambda s: s.model,
    "certificate": lambda s: s.certificate,
    "solution": lambda s: s,
    "priors": lambda s: Priors.of(s.world, s.scenario),
    "ensemble": lambda s: cv.ensemble(s.world, s.scenario, draws=2, workers=1),
    "measures": lambda s: max(cv.open_ledger(), key=lambda measure: len(repr(measure))),
}


@pytest.mark.parametrize("name", SHOWN)
def test_one_line(name: str, canada_china: cv.Solution) -> None:
    thing = SHOWN[name](canada_china)
    for shown in (repr(thing), str(thing)):
        assert len(shown) <= LONGEST
        assert "\n" not in shown


def test_it_says_what_is_asked(canada_china: cv.Solution) -> None:
    scenario = canada_china.scenario
    assert repr(scenario) == (
        f"<Scenario 'canada-china': {scenario.from_date} to {scenario.to_date}>"
    )
    assert repr(cv.open_scenario("us-canada", "all-partners")).startswith(
        "<Scenario 'us-canada', variant 'all-partners': "
    )
    assert repr(canada_china.resolved) == f"<Resolved: {len(canada_china.resolved.lines)} lines>"
    measure = cv.open_ledger().measure("can-chn-ev-surtax-2024")
    assert repr(measure) == f"<Measure '{measure.id}': {measure.instrument}, {measure.implementer}>"
