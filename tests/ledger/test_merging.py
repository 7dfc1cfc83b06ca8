"""Lines of merged cells add up to what their members held, whatever is merged with whatever."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from numpy.typing import NDArray

import countervail as cv
from countervail.ledger.pricing.base import law_states
from countervail.ledger.pricing.lines import PricedLaw, price
from countervail.ledger.pricing.merging import merged, price_in

Array = NDArray[np.float64]


@pytest.fixture(scope="module")
def fine(oecd: cv.World) -> PricedLaw:
    """All law of two days in the finest world: duties, bans, programmes, a quota."""
    states = law_states(cv.open_ledger(), oecd, "2024-09-30", "2026-03-02")
    return price(oecd, states.base, (states.before, states.after))


def groups(rng: np.random.Generator, count: int, joined: int) -> NDArray[np.int64]:
    """A map of positions onto fewer: most labels alone, some together."""
    raw = np.arange(count)
    for first, second in rng.integers(0, count, (joined, 2)):
        raw[raw == raw[first]] = raw[second]
    return np.unique(raw, return_inverse=True)[1]


def totals(
    priced: PricedLaw, trade: Array, country: NDArray[np.int64], sector: NDArray[np.int64]
) -> dict[tuple[object, ...], Array]:
    """By merged cell and groups of measures: USD million, duty in base and states, trade banned."""
    found: dict[tuple[object, ...], Array] = defaultdict(lambda: np.zeros(6))
    lines = priced.lines
    value = lines.weight * trade[lines.exporter, lines.importer, lines.sector]
    for k, (i, n, j) in enumerate(zip(lines.exporter, lines.importer, lines.sector, strict=True)):
        if country[i] == country[n]:
            continue
        closed = [np.isinf(state.iceberg_hat[k]) for state in priced.states]
        rates = [lines.tariff[k], *(state.tariff_new[k] for state in priced.states)]
        key = int(country[i]), int(country[n]), int(sector[j]), lines.members[k]
        found[key] += value[k] * np.array([1.0, *rates, *closed])
    return found


def twice(priced: PricedLaw) -> int:
    """Lines that have the name of another one in their cell."""
    lines = priced.lines
    cell = (part.tolist() for part in (lines.exporter, lines.importer, lines.sector))
    return len(lines) - len(set(zip(*cell, lines.names, strict=True)))


@pytest.mark.parametrize("joined", [0, 1, 3, 8, 30, 400])
def test_value_duty_and_bans_of_merged_lines_are_the_sums_of_their_members(
    oecd: cv.World, fine: PricedLaw, joined: int
) -> None:
    rng = np.random.default_rng(joined)
    country, sector = groups(rng, 81, joined), groups(rng, 37, joined)
    held = oecd.holdings.merged(country, sector)
    n, j = int(country.max()) + 1, int(sector.max()) + 1
    trade = np.zeros((n, n, j))
    at = country[:, None, None], country[None, :, None], sector[None, None, :]
    np.add.at(trade, at, oecd.trade)
    duty = np.zeros((n, n, j))
    np.add.at(duty, at, oecd.trade * oecd.tariff)
    coarse = merged(fine, held, tuple(f"s{k}" for k in range(j)))
    lines = coarse.lines
    assert (lines.exporter != lines.importer).all()
    assert (lines.weight > 0).all()
    # every bundle is whole, and pays what the cell pays
    cell = lines.exporter, lines.importer, lines.sector
    whole, paid = np.zeros_like(trade), np.zeros_like(trade)
    np.add.at(whole, cell, lines.weight)
    np.add.at(paid, cell, lines.weight * lines.tariff)
    assert whole[cell] == pytest.approx(1.0, abs=1e-12)
    assert (paid * trade)[cell] == pytest.approx(duty[cell], rel=1e-9, abs=1e-9)
    # and every set of measures has the value, duty and bans its members had
    expected = totals(fine, oecd.trade, country, sector)
    got = totals(coarse, trade, np.arange(n), np.arange(j))
    named = {key for key in expected if key[-1] and expected[key][0] > 0}
    assert named == {key for key in got if key[-1]}
    for key in named:
        assert got[key] == pytest.approx(expected[key], rel=1e-9, abs=1e-9), key
    assert twice(coarse) <= twice(fine), "members of one cell have names that tell them apart"
    for was, now in zip(fine.quotas, coarse.quotas, strict=True):
        for priced, quota in ((fine, was), (coarse, now)):
            named_by = (quota.measure, quota.product)
            assert all(named_by in priced.lines.members[k] for k in quota.lines)


def test_a_world_that_is_only_relabelled_has_the_very_same_lines(
    oecd: cv.World, fine: PricedLaw
) -> None:
    other = oecd.aggregate(countries={"Kina": ["CHN"]}, sectors={"Cars": ["C29"]})
    states = law_states(cv.open_ledger(), other.finest, "2024-09-30", "2026-03-02")
    again = price_in(other, states.base, (states.before, states.after))
    for name in ("exporter", "importer", "sector", "weight", "tariff"):
        assert np.allclose(getattr(again.lines, name), getattr(fine.lines, name), rtol=1e-12), name
    assert again.lines.names == fine.lines.names


def test_members_under_different_law_are_lines_of_their_own(oecd: cv.World) -> None:
    """Canada's surtax is on China, not on Hong Kong, though both are one country here."""
    world = oecd.aggregate(countries={"China": ["CHN", "HKG"]})
    placed = cv.open_scenario("canada-china").resolve(world)
    lines = placed.lines
    assert lines is not None
    cell = world.country("China"), world.country("CAN"), world.sector("C29")
    at = (lines.exporter == cell[0]) & (lines.importer == cell[1]) & (lines.sector == cell[2])
    weight = dict(zip(np.array(lines.names)[at], lines.weight[at], strict=True))
    mainland, colony = (
        oecd.trade[oecd.country(code), oecd.country("CAN"), oecd.sector("C29")]
        for code in ("CHN", "HKG")
    )
    (covered, _) = cv.open_ledger().measure("can-chn-ev-surtax-2024").covered(
        "electric_vehicles", "C29", "CHN", "CAN"
    ) or (0.0, None)
    assert covered > 0
    assert weight["electric vehicles"] == pytest.approx(
        covered * mainland / (mainland + colony), rel=1e-6
    )
