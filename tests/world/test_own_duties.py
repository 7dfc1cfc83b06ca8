"""The shipped world's rates are those of the shipped ledger: a changed ledger needs a new build."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

import countervail as cv
from countervail import labels
from countervail.ledger import open_ledger
from countervail.ledger.in_force import LawView
from countervail.ledger.pricing.base import base_law
from countervail.ledger.pricing.lines import price
from countervail.ledger.pricing.own_duties import OwnDuties, known_goods
from countervail.present import goods
from countervail.world.redrawn import duties_redrawn

REBUILD = "the ledger has changed: run tools/build_world.py"
MFN = {3, 5, 9, 10}
"""Quality codes of cells at the mean of their sector, or of their broad sector."""


def test_the_rest_of_a_cell_pays_the_mean_of_its_sector() -> None:
    # cells' rates are set with today's own duties and weights, so taking those out of a rate leaves
    # what other partners pay; with other weights or duties it would leave something else
    world, ledger = cv.open_world(), open_ledger()
    rest, found = OwnDuties(world, ledger).rest
    assert found.any()
    means = {}
    for i, n, j in np.argwhere(found):
        buyer, good = world.countries[n], world.sectors[j]
        if buyer == "USA":  # duties collected: no mean of the sector
            continue
        if (n, j) not in means:
            plain = np.isin(world.tariff_quality[:, n, j], list(MFN))
            assert plain.any(), (buyer, good)
            means[n, j] = Counter(world.tariff[plain, n, j].round(6).tolist()).most_common(1)[0][0]
        assert rest[i, n, j] == pytest.approx(means[n, j], abs=2e-6), (
            f"{world.countries[i]}>{buyer} {good}: {REBUILD}"
        )


def test_every_known_good_has_its_own_duty_in_the_shipped_world() -> None:
    world, ledger = cv.open_world(), open_ledger()
    on = world.law_date[world.country("CHN")]
    assert on is not None
    nothing = LawView(None, None, ())
    law = base_law(ledger, world)
    lines = price(world, law, (nothing,), known_goods(ledger, on)).lines
    held = price(world, law, (nothing,), known_goods(ledger, on)).states[0].tariff_new
    seen = set()
    for k, groups in enumerate(lines.members):
        cell = lines.exporter[k], lines.importer[k], lines.sector[k]
        if world.tariff[cell] == 0 or world.countries[lines.importer[k]] == "USA":
            continue
        own = {ledger.measure(m).product[p].base_rate for m, p in groups} - {None}
        if own:
            assert lines.known[k], f"{lines.names[k]}: {REBUILD}"
            assert any(held[k] == pytest.approx(rate / 100) for rate in own), lines.names[k]
            seen |= {m for m, _ in groups}
    assert {"chn-can-antidiscrimination-100-2025", "chn-can-canola-seed-antidumping"} <= seen


@pytest.mark.parametrize("id", sorted(open_ledger().measures))
def test_no_measure_finds_a_cell_its_goods_do_not_fit(id: str) -> None:
    ledger, world = open_ledger(), cv.open_world()
    law = base_law(ledger, world)
    days = sorted({r.in_force for r in ledger.measure(id).rates if r.in_force})
    states = [law.replace([id], ledger.at(day)) for day in days]
    notes = price(world, law, states).notes if days else ()
    assert not [str(n) for n in notes if n.kind == "own_aside"]


def test_canola_meal_goes_from_five_to_a_hundred_and_five() -> None:
    solution = cv.solve(cv.open_world(), cv.open_scenario("canada-china"))
    rows = {row["product"]: row for row in goods.lines(solution) if row["importer"] == "CHN"}
    for product, own, new in (
        ("canola_meal", 5.0, 105.0),
        ("canola_oil", 9.0, 109.0),
        ("canola_seed", 9.0, 84.8),
        ("peas", 5.0, 105.0),
        ("pork", 12.0, 37.0),
        ("lobster_crab", 7.0, 32.0),
        ("other_aquatic", 7.0, 32.0),
    ):
        assert rows[product]["rate"] == pytest.approx(own), product
        assert rows[product]["rate_new"] == pytest.approx(new), product
        assert rows[product]["base_rate_known"], product


def test_a_good_at_its_sectors_rate_is_told_and_one_at_its_own_is_not() -> None:
    world = cv.open_world(goods=["wheat", "sorghum"])
    law = open_ledger(), "2025-03-09", "2025-03-10"
    question = cv.Scenario.between(*law, measures=["chn-usa-mar-2025"])
    solution = cv.solve(world, question)
    told = {
        (cell.importer, cell.sector): cell.parts[0].numbers
        for note in solution.resolved.notes
        if note.kind == "sector_duty"
        for cell in note.cells
    }
    assert told == {("CHN", "wheat"): (0.0,)}  # under a tariff quota
    known = {
        row["sector"]: row["base_rate_known"]
        for row in goods.lines(solution)
        if row["weight"] > 0.999 and row["importer"] == "CHN"
    }
    assert (known["wheat"], known["sorghum"]) == (False, True)


def test_other_duties_move_input_shares_and_nothing_else() -> None:
    world = cv.open_world()
    n, j = world.country("CHN"), world.sector("C10T12")
    tariff = np.array(world.tariff)
    tariff[world.country("CAN"), n, j] += 0.5
    other = duties_redrawn(world, tariff)
    paid = [(w.trade * (1 + w.tariff)).sum(axis=0)[n, j] for w in (world, other)]
    assert other.input_share[n, j] == pytest.approx(world.input_share[n, j] * paid[1] / paid[0])
    left = other.accounts.value_added.sum() - world.accounts.value_added.sum()
    inputs = (other.input_share - world.input_share)[n] @ world.accounts.gross_output[n]
    assert left == pytest.approx(-inputs.sum(), rel=1e-6)
    assert np.array_equal(other.trade, world.trade)
    assert not other.check()
    assert duties_redrawn(world, np.array(world.tariff)) is world
    assert set(labels.GOODS_27) <= set(world.sectors)
