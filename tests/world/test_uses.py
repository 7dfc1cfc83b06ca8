"""What purchases are for: closed to the accounts, kept in files, merged, carved and balanced."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import countervail as cv
from countervail.solving import balanced
from countervail.sources.builtin import data_card
from countervail.testing import random_world

TABLE = random_world(3, 4, 3, zero_flows=0.2, idle_producers=1, empty_markets=1).with_uses(2)
HEAD = "variable,exporter,importer,country,input_sector,sector,value"


def used(world: cv.World) -> np.ndarray:
    """What producers use of each market, from parts of purchases."""
    spent = world.trade * (1.0 + world.tariff)
    return np.asarray((spent * world.inputs_bought).sum(axis=0))


def test_parts_close_to_the_accounts_and_keep_their_odds() -> None:
    world = TABLE.world()
    known = world.intermediate_share
    assert known is not None
    assert used(world) == pytest.approx(world.accounts.intermediate, rel=1e-12, abs=1e-12)
    assert world.hash == TABLE.replace(used=None).world().hash
    parts = world.inputs_bought
    mixed = (parts > 0) & (parts < 1)
    odds = np.where(mixed, parts / np.where(mixed, 1 - parts, 1), 1.0)
    factor = odds * (1 - known) / known
    for n, j in np.argwhere(mixed.all(axis=0)):  # one factor a market, whoever sells
        assert factor[:, n, j] == pytest.approx(factor[0, n, j], rel=1e-9)


def test_the_built_in_world_says_what_its_goods_are_for() -> None:
    world = cv.open_world()
    assert used(world) == pytest.approx(world.accounts.intermediate, rel=1e-9, abs=1e-6)
    a, services = world.inputs_bought, world.sector("K")
    market = world.accounts.intermediate[:, services] / world.accounts.expenditure[:, services]
    assert a[:, :, services] == pytest.approx(np.broadcast_to(market, a.shape[:2]), rel=1e-9)
    # as the data card has it: how much of a use would have to change origin to buy as both do
    spent, goods = world.trade * (1.0 + world.tariff), list(range(27))
    apart = []
    for part in (a, 1.0 - a):
        bought = (spent * part)[:, :, goods]
        both = spent[:, :, goods]
        shares = [
            each / np.where(each.sum(axis=0) > 0, each.sum(axis=0), 1) for each in (bought, both)
        ]
        moved = 0.5 * np.abs(shares[0] - shares[1]).sum(axis=0)
        apart.append(100.0 * (moved * bought.sum(axis=0)).sum() / bought.sum())
    card = re.search(r"Of goods, ([\d.]+) %", data_card())
    assert card is not None
    assert sum(apart) / 2.0 == pytest.approx(float(card[1]), abs=0.01)


def test_a_table_of_ones_own_says_it_of_all_or_none(tmp_path: Path) -> None:
    rows = [
        "trade,AAA,AAA,,,x,90",
        "trade,AAA,BBB,,,x,10",
        "trade,BBB,BBB,,,x,70",
        "trade,BBB,AAA,,,x,10",
        "input_share,,,AAA,x,x,0.3",
        "input_share,,,BBB,x,x,0.2",
        "trade_elasticity,,,,,x,4",
    ]
    parts = [f"intermediate_share,{i},{n},,,x,0.{k}" for i, n, k in ("AA5", "AB7", "BB4", "BA2")]
    parts = [row.replace(",A", ",AAA").replace(",B", ",BBB") for row in parts]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join([HEAD, *rows, *parts]))
    found = cv.open_world(str(path))
    assert found.intermediate_share is not None
    assert found.intermediate_share[0, 1, 0] == 0.7
    path.write_text("\n".join([HEAD, *rows, *parts[:-1]]))
    with pytest.raises(cv.CountervailError, match="trade of BBB AAA x has no intermediate_share"):
        cv.open_world(str(path))


def test_merged_carved_and_balanced_worlds_keep_them() -> None:
    world = TABLE.world()
    a, b, *_ = world.countries
    merged = world.aggregate({"AB": [a, b]})
    known, before = merged.intermediate_share, world.intermediate_share
    assert known is not None
    assert before is not None
    sold = world.trade[2, :2]  # to both of the group
    mean = (sold * before[2, :2]).sum(axis=0) / np.where(sold.sum(axis=0) > 0, sold.sum(axis=0), 1)
    assert known[1, 0][sold.sum(axis=0) > 0] == pytest.approx(mean[sold.sum(axis=0) > 0])
    model = cv.ToldByUse(deficits="closed")
    even = balanced(world, model)
    assert used(even) == pytest.approx(even.accounts.intermediate, rel=1e-8, abs=1e-8)
    carved = cv.open_world(goods=["canola-seed"])
    assert carved.intermediate_share is not None
    at, farm = carved.sector("canola-seed"), cv.open_world()
    assert farm.intermediate_share is not None
    canada, china = farm.country("CAN"), farm.country("CHN")
    assert carved.intermediate_share[canada, china, at] == pytest.approx(
        farm.intermediate_share[canada, china, farm.sector("A01")]
    )


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(cv.CountervailError, match=r"intermediate_share is 1.5 at CAN CAN A01"):
        TABLE.replace(used=np.full_like(TABLE.trade, 1.5)).world()
    with pytest.raises(cv.CountervailError, match="parts of 0 and 1 cannot be scaled"):
        TABLE.replace(used=np.ones_like(TABLE.trade)).world()
    with pytest.raises(cv.CountervailError, match="does not say what its buyers use goods for"):
        TABLE.replace(used=None).world().inputs_bought  # noqa: B018
