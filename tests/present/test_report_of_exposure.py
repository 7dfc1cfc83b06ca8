"""The report of who a country depends on: its headline and figures are of the losses told."""

from __future__ import annotations

from typing import Any

import pytest

from countervail.present.document import Document
from countervail.present.page.exposure import LOSSES, PARTNERS, exposure_page
from countervail.present.parts import Column, DocumentTable, Heading, Words
from countervail.present.sentences.language import language


def losing(size: float, ranges: bool) -> list[dict[str, Any]]:
    known = {"p05": -1.3 * size, "p50": -size, "p95": -0.8 * size}
    return [
        {
            "partner": partner,
            "how": how,
            "welfare": None if how == "gone" else -size * part,
            "ranges": {"welfare": {key: value * part for key, value in known.items()}}
            if ranges
            else None,
        }
        for partner, part in (("CHN", 0.1), ("USA", 1.0))
        for how in ("halved", "gone")
    ]


def answer(ranges: bool = True, after: bool = True) -> Document:
    partners = [{"partner": "USA", "trade_share": 55.3}, {"partner": "CHN", "trade_share": 9.0}]
    late = {"horizon": {"years": 1}, "losing": losing(6.4, ranges)}
    data = {
        "country": "CAN",
        "says": "Half of it gone would cost 6 per cent.",
        "partners": partners,
        "losing": losing(2.2, ranges),
        "after": late if after else None,
        "draws": {"draws": 20, "answered": 19} if ranges else None,
    }
    table = DocumentTable((Column("partner", "partner"),), partners)
    parts = [Words("Who Canada depends on"), Heading(PARTNERS), table, Heading(LOSSES), table]
    return Document(parts, data)


def test_the_nearest_horizon_is_told_and_both_are_drawn() -> None:
    page = exposure_page(answer(), language())
    assert page.headline == "Half of it gone would cost 6 per cent"
    assert page.status == "Certified, 19 of 20 draws"
    losses, trade = page.drawn
    assert losses.wide.body.count("data-k=") == 4
    assert 'data-k="USA long"' in losses.narrow.body
    assert trade.title == "Canada has 55.3\u00a0% of its trade with the United States"
    page.html()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_without_draws_nothing_has_a_range(lang: str) -> None:
    page = exposure_page(answer(ranges=False, after=False), language(lang))
    losses = page.drawn[0]
    assert 'class="iv' not in losses.wide.body
    assert losses.wide.body.count("data-k=") == 2
    assert "19" not in page.status
