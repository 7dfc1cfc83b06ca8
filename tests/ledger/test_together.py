"""Many draws priced at once: the lines of every draw that its own pricing gives, bit by bit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_measures import (
    coverage,
    head,
    ledger,
    measure,
    product,
    rate,
    small_world,
)

import countervail as cv
from countervail.draws.priors import Priors
from countervail.draws.sampling import sobol
from countervail.ledger import LawView
from countervail.ledger.ledger import Ledger
from countervail.ledger.pricing.estimates import drawn, estimates
from countervail.ledger.pricing.lines import PricedLaw, price
from countervail.ledger.pricing.together import Drawn, price_draws
from countervail.scenario.drawn import place_draws
from countervail.scenario.restoring import base_worlds

NOTHING = LawView(None, None, ())
STEP = rate("2025-03-08", "2025-03-20")


def same(one: PricedLaw, other: PricedLaw) -> None:
    """Both have the same lines, and the same law on them, to the last bit."""
    for name in ("exporter", "importer", "sector", "weight", "tariff", "known"):
        assert np.array_equal(getattr(one.lines, name), getattr(other.lines, name)), name
    assert one.lines.names == other.lines.names
    assert one.lines.members == other.lines.members
    for mine, theirs in zip(one.states, other.states, strict=True):
        assert np.array_equal(mine.tariff_new, theirs.tariff_new)
        assert np.array_equal(mine.iceberg_hat, theirs.iceberg_hat)
    for mine, theirs in zip(one.quotas, other.quotas, strict=True):
        told = ("state", "measure", "product", "law")
        assert [getattr(mine, n) for n in told] == [getattr(theirs, n) for n in told]
        assert np.array_equal(mine.lines, theirs.lines)


def check(draws: list[Drawn], *, closed: bool = True) -> list[PricedLaw]:
    """Every draw comes to what it comes to alone."""
    together = price_draws(draws, closed=closed)
    for one, (table, views, goods) in zip(together, draws, strict=True):
        same(price(table, views[0], views[1:], goods, closed=closed), one)
    return together


RANGED = 'rate = 25.0\nbasis = "{}"\nrate_range = [5.0, 45.0]'


def told(low: float, high: float, weight: float, basis: str = "additional") -> Ledger:
    """Two duties that overlap in a cell, the second on more of it, both of uncertain rates."""
    ranged = f"range = [{low}, {high}]\n"
    first = measure(
        head(),
        product(more='base_rate = 3.0\nbase_rate_source = "schedule"'),
        rate("2025-03-08", "2025-03-20", RANGED.format("additional")),
        coverage(weights=f"{{ CAN = {weight}, USA = 0.2 }}", basis="published") + ranged,
    )
    second = measure(
        head("chn-all-duty-2025", targets='["CAN", "USA"]'),
        product("crops", hs='["1201-1209"]'),
        rate("2025-03-08", "2025-03-20", RANGED.format(basis), '["crops"]'),
        coverage("crops", weights='{ "*" = 0.6 }', basis="proxy") + ranged,
    )
    return ledger(first, second)


def moved(whole: Ledger, quantiles: list[float]) -> list[Ledger]:
    names = [one.name for one in estimates(whole, list(whole.measures))]
    assert len(names) == 4
    return [drawn(whole, dict.fromkeys(names, u)) for u in quantiles]


@given(
    st.lists(st.floats(0.001, 0.999), min_size=2, max_size=5),
    st.floats(0.05, 0.9),
    st.sampled_from(["additional", "top_up_to", "replacing"]),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_draws_of_a_small_world(
    quantiles: list[float], weight: float, basis: str, closed: bool
) -> None:
    world, whole = small_world(), told(0.1, 2.0, weight, basis)
    law = whole.at("2025-06-01")
    views = [law.drawn(one.measures) for one in moved(whole, quantiles)]
    check([Drawn(world, (NOTHING, NOTHING, view)) for view in views], closed=closed)
    check([Drawn(world, (view, NOTHING), view) for view in views], closed=closed)


def test_a_draw_in_which_nothing_is_left_of_a_line_has_lines_of_its_own() -> None:
    world, whole = small_world(), told(0.0, 2.0, 0.3)
    law = whole.at("2025-06-01")
    views = [law.drawn(one.measures) for one in moved(whole, [1e-9, 0.5, 0.9])]
    found = check([Drawn(world, (NOTHING, view)) for view in views])
    assert len(found[0].lines) < len(found[1].lines)


def test_what_a_full_cell_cannot_hold_moves_on_in_the_draws_in_which_it_is_full() -> None:
    world, whole = small_world(), told(0.2, 1.8, 0.9)
    law = whole.at("2025-06-01")
    views = [law.drawn(one.measures) for one in moved(whole, [0.05, 0.4, 0.95])]
    found = check([Drawn(world, (NOTHING, view)) for view in views])
    processing = world.sectors.index("C10T12")
    there = [bool((one.lines.sector == processing).any()) for one in found]
    assert there[0] < there[2]


def test_draws_with_other_tariffs_and_trade() -> None:
    world, whole = small_world(), told(0.5, 1.5, 0.3)
    law = whole.at("2025-06-01")
    gone = np.array(world.trade)
    gone[0, 1] = 0.0
    tables = [world, replace(world, tariff=1.5 * world.tariff), replace(world, trade=gone)]
    found = check([Drawn(table, (law, NOTHING)) for table in tables])
    assert len(found[2].lines) < len(found[0].lines)


EV_FOR_CANOLA = pytest.param("ev-for-canola", "agreed", marks=pytest.mark.slow)


@pytest.mark.parametrize(
    ("name", "variant"),
    [("canada-china", None), ("us-canada", None), EV_FOR_CANOLA],
)
def test_draws_of_presets(oecd: cv.World, name: str, variant: str | None) -> None:
    scenario = cv.open_scenario(name, variant=variant)
    priors = Priors.of(oecd, scenario)
    draws = priors.at_each(sobol(3, len(priors.names), 7))
    ledgers = [asked.ledger for _, asked in draws if asked.ledger is not None]
    worlds = base_worlds(scenario, [world for world, _ in draws], ledgers)
    placed = place_draws(scenario, worlds, ledgers)
    for (_, asked), world, one in zip(draws, worlds, placed, strict=True):
        alone = asked.resolve(world)
        assert one.lines is not None
        assert alone.lines is not None
        assert one.lines.names == alone.lines.names
        assert one.lines.members == alone.lines.members
        assert np.array_equal(one.lines.weight, alone.lines.weight)
        for mine, theirs in ((one.before, alone.before), (one.after, alone.after)):
            assert mine.hash() == theirs.hash()
        assert [q.lines.tolist() for q in one.quotas] == [q.lines.tolist() for q in alone.quotas]


def test_draws_of_priors_are_those_made_one_by_one(oecd: cv.World) -> None:
    priors = Priors.of(oecd, cv.open_scenario("canada-china"))
    quantiles = sobol(3, len(priors.names), 3)
    for row, (world, _) in zip(quantiles, priors.at_each(quantiles), strict=True):
        assert world.hash == priors.at(row)[0].hash
