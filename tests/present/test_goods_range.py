"""Ranges of goods in a report: which of two each is, in JSON, in CSV and behind a number."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from countervail.backtests.score import width_of
from countervail.present import ranges
from countervail.present.goods_range import FACT_OF, ToldRange, marked, told_range
from countervail.present.joined import NUMBERS_JOINED, joined
from countervail.present.parts import DocumentTable
from countervail.present.redirected import NUMBERS
from countervail.present.render.sheet import sheet
from countervail.quantiles import Range

ROW = {"kind": "punitive", "supply_stays": True, **dict.fromkeys(NUMBERS, -40.0)}


def test_a_hit_has_the_records_error_where_that_is_wider() -> None:
    told = told_range("hit", ROW, Range(-40.0, -45.0, -41.0, -38.0), ())
    width, _ = width_of("hit", "punitive")
    assert width is not None
    assert isinstance(told, ToldRange)
    assert told.basis == "record"
    assert told.p95 == pytest.approx(-40.0 + 0.4 * width)
    assert told.p05 == max(-100.0, -40.0 - 0.4 * width)
    assert told.as_dict() == {
        "value": -40.0,
        "p05": told.p05,
        "p50": -41.0,
        "p95": told.p95,
        "basis": "record",
        "parameters": {"p05": -45.0, "p95": -38.0},
    }


@pytest.mark.parametrize(
    ("name", "row", "basis"),
    [
        ("hit", {"kind": "small"}, "parameters"),
        ("redirected_value", {"kind": "small"}, "parameters"),
        ("price_received", {}, "parameters"),  # no prices in the record
        ("price_received", {"supply_stays": False}, "assumed"),
        ("rivals_share", {}, "record"),
        ("redirected_value", {"kind": "small", "supply_stays": False}, "assumed"),
        ("redirected_volume", {"supply_stays": False}, "record"),
    ],
)
def test_what_a_range_is(name: str, row: dict[str, object], basis: str) -> None:
    told = told_range(name, {**ROW, **row}, Range(-40.0, -45.0, -41.0, -38.0), ())
    assert isinstance(told, ToldRange)
    assert told.basis == basis
    assert (told.p05 == -45.0) is (basis != "record")
    assert told.p05 <= told.value <= told.p95


def test_a_ban_is_certain_and_what_is_lost_next_to_nothing_has_draws_alone() -> None:
    ban = told_range(
        "hit", {**ROW, "kind": "ban", "hit": -100.0}, Range(-100.0, -100, -100, -99), ()
    )
    assert ban.as_dict()["basis"] == "certain"
    assert (ban.p05, ban.p95) == (-100.0, -100.0)
    partial = told_range(
        "hit", {**ROW, "kind": "ban", "hit": -60.0}, Range(-60.0, -61, -60, -59), ()
    )
    assert partial.as_dict()["basis"] == "record"
    none = told_range("rivals_share", {**ROW, "rivals_share": None}, Range(*[np.nan] * 4), ())
    assert none.as_dict()["basis"] == "parameters"
    assert none.as_dict()["parameters"] == {"p05": None, "p95": None}
    money = Range(5.0, 4.0, 5.0, 6.0)
    assert told_range("trade_usd", ROW, money, ()) is money


def test_basis_is_a_column_and_a_mark() -> None:
    row = {"good": "barley", **ROW}
    ranges = {
        name: told_range(name, row, Range(-40.0, -45.0, -41.0, -38.0), ()) for name in FACT_OF
    }
    head, cells = sheet(DocumentTable((), [row], [ranges])).splitlines()
    written = dict(zip(head.split(","), cells.split(","), strict=True))
    assert written["hit_basis"] == "record"
    assert written["price_received_basis"] == "parameters"
    assert float(written["hit_p95"]) == pytest.approx(ranges["hit"].p95)
    at = {"ranges": ranges, "hit": ranges["hit"].p05, "price_received": -45.0}
    assert marked("hit", "-90", at) == "-90 r"
    assert marked("price_received", "-45", at) == "-45"
    assert marked("hit", "-41", {**at, "hit": -41.0}) == "-41"


def test_goods_that_no_draw_moves_have_no_range_and_not_a_trade_of_nothing() -> None:
    figures = np.full((3, 2, len(ranges.NUMBERS["lines"])), np.nan)
    figures[:, 0, ranges.NUMBERS["lines"].index("trade_usd")] = (9.0, 10.0, 11.0)
    figures[:, 0, ranges.NUMBERS["lines"].index("trade_new_usd")] = (4.0, 5.0, 6.0)
    drawn = SimpleNamespace(
        figures={"lines": figures},
        answered=np.full(3, True),
        range_of=lambda value, draws: Range(value, *np.quantile(draws, (0.05, 0.5, 0.95))),
    )
    row = {
        "exporter": "CAN", "importer": "CHN", "sector": "A01", "trade_usd": 10.0,
        "trade_new_usd": 5.0, "rate": 0.0, "rate_new": 25.0, "base_rate_known": True,
    }  # fmt: skip
    rows = [{**row, "name": "moved"}, {**row, "name": "not moved", "trade_usd": 8.0}]
    moved, other = joined(rows, cast("ranges.Ranges", SimpleNamespace(ensemble=drawn)))
    assert set(moved.ranges) == set(NUMBERS_JOINED)
    assert moved.ranges["trade_new_usd"].p50 == 5.0
    assert not other.ranges
