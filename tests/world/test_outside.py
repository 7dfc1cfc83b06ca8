"""An outside option: makers whom a law leaves no buyer, and what part of their sales goes home."""

from __future__ import annotations

import numpy as np
import pytest

import countervail as cv
from countervail.draws.ensemble.door import ensemble
from countervail.draws.how import Draws
from countervail.present.result import document
from countervail.testing import random_world
from countervail.testing.shocks import TableShock
from countervail.world.goods import Flow, Good
from countervail.world.outside import outside_words, with_outside_option

from .small_goods import closed

SOLD = 4.0


@pytest.fixture(scope="module")
def world() -> cv.World:
    """China sells a good to the United States alone, and none at home."""
    whole = random_world(4, 4, 3).world()
    seller, other, buyer = whole.countries[1], whole.countries[0], whole.countries[2]
    flows = [
        Flow("pair", seller, buyer, SOLD),
        Flow("pair", other, buyer, 2.0),
        Flow("home", other, "", 6.0),
        Flow("home", buyer, "", 5.0),
    ]
    good = Good("mustard", "Mustard", whole.sectors[0], supply=0.2, flows=tuple(flows))
    return whole.carve([good])


def ban(world: cv.World, part: float = np.inf) -> cv.Scenario:
    iceberg = np.ones(world.trade.shape)
    iceberg[1, [0, 2, 3], world.sector("mustard")] = part
    return TableShock(iceberg_hat=iceberg).scenario(world)


def test_without_it_the_maker_is_named_and_the_way_out(world: cv.World) -> None:
    words = "CHN could sell mustard to nobody.*what makes it cannot leave it.*--outside-option 5"
    with pytest.raises(cv.NoEquilibrium, match=words):
        cv.solve(world, ban(world), horizon=1)


def test_a_part_of_what_it_sold_goes_home_and_says_so(world: cv.World) -> None:
    found = cv.solve(world, ban(world), horizon=1, outside_option=5)
    assert found.certificate.residual <= 1e-10
    j = found.world.sector("mustard")
    assert found.arrays["trade"][1, 1, j] == pytest.approx(0.05 * SOLD, rel=1e-6)
    assert found.arrays["cost_hat"][1, j] < 0.9
    # the larger what may go home, the less its price falls
    more = cv.solve(world, ban(world), horizon=1, outside_option=50)
    assert found.arrays["cost_hat"][1, j] < more.arrays["cost_hat"][1, j] < 1.0
    told = document(found).data
    option = {"country": "CHN", "good": "mustard", "usd": 0.05 * SOLD}
    assert told["horizon"]["outside_option"] == {"per_cent": 5, "makers": [option]}
    assert "reader's choice" in outside_words(found.observed)
    drawn = ensemble(
        found.observed, found.scenario, found.model, Draws(number=3, workers=1), point=found
    )
    assert drawn.answered.all()


def test_where_buyers_are_left_it_changes_nothing(world: cv.World) -> None:
    question = ban(world, 1.5)
    found = cv.solve(world, question, horizon=1, outside_option=5)
    same = cv.solve(world, question, horizon=1)
    assert np.array_equal(found.arrays["welfare"], same.arrays["welfare"])
    assert outside_words(found.observed) == ""
    assert document(same).data["horizon"]["outside_option"] is None
    # in the long run they leave, and nothing is asked of anybody
    assert cv.solve(world, ban(world), outside_option=5).observed is world


def test_every_account_of_the_sector_stays(world: cv.World) -> None:
    """By another road: the sector's sums, cell by cell, and all that follows from them."""
    found = with_outside_option(world, [("CHN", "mustard")], 5)
    closed(found)
    inside = [j for j, of in enumerate(world.parents) if of == world.parents[0]]
    for before, after in (
        (world.trade, found.trade),
        (world.trade * world.tariff, found.trade * found.tariff),
    ):
        np.testing.assert_allclose(
            after[:, :, inside].sum(axis=2), before[:, :, inside].sum(axis=2), rtol=1e-12
        )
    np.testing.assert_allclose(found.accounts.value_added, world.accounts.value_added, rtol=1e-9)
    np.testing.assert_allclose(
        found.accounts.final_share[:, inside].sum(axis=1),
        world.accounts.final_share[:, inside].sum(axis=1),
        rtol=1e-9,
    )
    abroad = ~np.eye(4, dtype=bool)
    assert np.array_equal(found.trade[abroad], world.trade[abroad])
    assert found.hash != world.hash


@pytest.mark.parametrize(
    ("good", "per_cent", "said"),
    [
        ("mustard", 0.0, "an outside option of 0 per cent is none"),
        ("mustard", 200.0, "at most 100 per cent"),
        ("second", 5.0, "CHN cannot be given sales of .* at home: USD"),
    ],
)
def test_what_is_no_option_is_refused(
    world: cv.World, good: str, per_cent: float, said: str
) -> None:
    label = good if good == "mustard" else world.sectors[-1]  # a sector nothing was carved from
    with pytest.raises(cv.InputError, match=said):
        with_outside_option(world, [("CHN", label)], per_cent)
