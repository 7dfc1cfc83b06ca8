"""A world some years after a change: elasticities of trade and of supply, and what is refused."""

from __future__ import annotations

from math import exp
from pathlib import Path

import numpy as np
import pytest

import countervail as cv
from countervail.models.presets import FirstYear
from countervail.world.goods import table_of_goods
from countervail.world.horizon import SUPPLY_FACTORS, Speed

YEARS = sorted(SUPPLY_FACTORS)


@pytest.fixture(scope="module")
def carved(oecd: cv.World) -> cv.World:
    return oecd.carve(["canola-seed", "crustaceans"])


def theta(world: cv.World, label: str) -> float:
    return float(world.trade_elasticity[world.sector(label)])


@pytest.mark.parametrize("years", YEARS)
def test_what_no_exchange_sells_has_a_part_of_its_long_run(carved: cv.World, years: float) -> None:
    part = 1.0 - 0.62 * exp(-(years - 1.0) / 3.3)
    later = carved.after(years)
    long_run = theta(carved, "C26")
    assert 1.0 + theta(later, "C26") == pytest.approx(part * (1.0 + long_run))
    assert theta(later, "canola-seed") == theta(carved, "canola-seed")  # sold on an exchange
    assert theta(later, "A01-rest") == theta(carved, "A01-rest")
    assert theta(later, "B06") == theta(carved, "B06")
    reference_priced = part * (1.0 + theta(carved, "crustaceans")) - 1.0
    assert theta(later, "crustaceans") == pytest.approx(max(reference_priced, 0.53))


def test_the_first_year_is_less_than_the_second_and_so_on_to_the_long_run(carved: cv.World) -> None:
    found = [carved.after(years).trade_elasticity for years in YEARS]
    for one, two in zip(found, [*found[1:], carved.trade_elasticity], strict=True):
        assert (one <= two).all()
        assert (one < two).any()


def test_origins_of_a_good_are_no_poorer_substitutes_than_goods_of_a_sector(
    carved: cv.World,
) -> None:
    low = carved.with_elasticity(0.9 + 0.0 * carved.trade_elasticity, "low")
    later = low.after(1)
    sold = {code: theta(later, code) for code in later.sectors}
    assert sold["C10T12-rest"] == pytest.approx(0.53)  # a sector with more than one good
    assert sold["C26"] == pytest.approx(0.3)
    assert sold["canola-seed"] == 0.9  # r = 1
    assert later.provenance["horizon"]["raised"] == sum(v < 0.9 for v in sold.values())
    wide = low.after(1, Speed(between_goods=1.8))
    assert theta(wide, "C10T12-rest") == pytest.approx(0.8)
    # what is lower in the long run is not raised beyond it
    lowest = carved.with_elasticity(0.2 + 0.0 * carved.trade_elasticity, "lowest")
    assert (lowest.after(1).trade_elasticity == 0.2).all()


def test_how_fast_is_the_callers(carved: cv.World) -> None:
    later = carved.after(1, Speed(first_year_part=0.5, supply={"C26": 0.7}))
    assert 1.0 + theta(later, "C26") == pytest.approx(0.5 * (1.0 + theta(carved, "C26")))
    assert later.supply_elasticity["C26"] == 0.7
    assert carved.after(2, Speed(supply={"C26": 0.7})).supply_elasticity["C26"] == 1.4


@pytest.mark.parametrize("years", YEARS)
def test_supply_by_horizon(carved: cv.World, years: float) -> None:
    table = table_of_goods()
    found = carved.after(years).supply_elasticity
    factor = {1: 1.0, 2: 2.0, 3: 3.5, 5: 6.0, 10: 15.0}[int(years)]
    # coal, oil and gas, and iron and steel are goods by themselves
    whole = {good.sector: factor * good.supply for good in table.values() if good.whole}
    named = {code: factor * table[code].supply for code in ("canola-seed", "crustaceans")}
    assert dict(found) == pytest.approx(whole | named)


def test_a_world_is_of_the_long_run_until_it_is_asked(carved: cv.World) -> None:
    assert carved.horizon is None
    assert not carved.supply_elasticity
    assert carved.supply_by_country.shape == (0, len(carved.countries))
    later = carved.after(2)
    assert later.horizon == 2.0
    assert later.elasticity_set == f"{carved.elasticity_set} after 2 years"
    assert carved.after(1).elasticity_set.endswith("after 1 year")
    assert later.parents == carved.parents


def test_what_is_refused_is_said(carved: cv.World) -> None:
    with pytest.raises(cv.InputError, match=r"no horizon of 4 years \(there are 1, 2, 3, 5, 10"):
        carved.after(4)
    with pytest.raises(cv.InputError, match=r"is as it is after 1 year\(s\) already"):
        carved.after(1).after(5)


def test_other_elasticities_of_supply_are_another_world(carved: cv.World) -> None:
    one, two = carved.after(1), carved.after(1, Speed(supply={"canola-seed": 0.9}))
    assert (one.trade_elasticity == two.trade_elasticity).all()
    assert one.hash != two.hash
    assert one.table_hash == two.table_hash


def test_a_file_holds_the_horizon_and_the_goods(carved: cv.World, tmp_path: Path) -> None:
    later = carved.after(1)
    again = cv.read_world(later.save(tmp_path / "later.nc"))
    assert again.hash == later.hash
    assert again.horizon == 1.0
    assert dict(again.supply_elasticity) == dict(later.supply_elasticity)
    assert again.parents == later.parents
    assert again.provenance["goods"] == later.provenance["goods"]
    with pytest.raises(cv.InputError, match="already"):
        again.after(1)


def test_a_ban_after_a_year_on_the_built_in_world(carved: cv.World) -> None:
    """China bans canola seed of Canada: certified, most goes elsewhere, at a lower price."""
    later = carved.after(1)
    seller, buyer = later.country("CAN"), later.country("CHN")
    good = later.sector("canola-seed")
    iceberg = np.ones(later.trade.shape)
    iceberg[seller, buyer, good] = np.inf
    answer = cv.solve(later, cv.Scenario.from_arrays(later, iceberg_hat=iceberg), FirstYear())
    assert answer.certificate.residual <= 1e-10
    price = answer.arrays["cost_hat"][seller, good]
    before = answer.arrays["trade"][seller, :, good]
    sold = answer.arrays["trade_new"][seller, :, good]
    elsewhere = np.arange(len(before)) != buyer
    volume = (sold / price - before)[elsewhere].sum() / before[buyer]
    assert sold[buyer] == 0.0
    assert 0.5 < volume < 1.0
    assert 0.75 < price < 0.98
