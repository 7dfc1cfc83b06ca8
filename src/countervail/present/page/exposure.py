"""The report of ``exposure``: what losing a partner would cost, and whom trade is with.

Its rows are those of the answer's own JSON object, so that page and object cannot differ.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from countervail.present.charts.chart import Chart
from countervail.present.charts.dots import Interval, dots
from countervail.present.charts.doubt import ShareOfDoubt, doubt
from countervail.present.charts.scales import Scale
from countervail.present.charts.tokens import NARROW, WIDE
from countervail.present.document import Document
from countervail.present.page import words
from countervail.present.page.plain import plain_page, table_under
from countervail.present.page.report import PageBlock, PageSection, ReportPage, figure
from countervail.present.sentences.exposure import PartnerLost
from countervail.present.sentences.language import Language
from countervail.present.sentences.signs import drawn
from countervail.present.told import point
from countervail.quantiles import Range

LOSSES = "What decoupling from a partner would cost (welfare, per cent)"
PARTNERS = "Partners, by two-way trade"
"""Headings of the answer whose tables stand behind figures here."""

HALVED = "halved"
MOST_PARTNERS = 12


def exposure_page(document: Document, language: Language, command: str = "") -> ReportPage:
    """Return the report of who a country depends on.

    Args:
        document: the answer.
        language: of the page's own words.
        command: that gives the same answer; nothing where it is not known.
    """
    data = document.data
    page = plain_page(document, language.label(data["country"]), language, command)
    charts = [_losing(document, language), _trade(document, language)]
    figures: list[PageBlock] = [figure(chart, language, annex=True) for chart in charts if chart]
    kept = [section for section in page.sections if section.title not in (LOSSES, PARTNERS)]
    first = PageSection("dependence", language.template("page.dependence"), figures)
    return ReportPage(
        language=language,
        kind=page.kind,
        status=page.status,
        question=page.headline,
        headline=data["says"].removesuffix(".") or page.headline,
        leads=page.leads,
        sections=[*([first] if figures else []), *kept],
    )


def _losing(document: Document, language: Language) -> Chart | None:
    """Return what half of the trade with each partner gone would cost, at each horizon."""
    data = document.data
    table = table_under(document.parts, LOSSES)
    after = data.get("after")
    near = _lost(_nearest(data))
    if not near or table is None:
        return None
    long = {one.partner: one.percent for one in _lost(data["losing"])} if after else {}
    years = after["horizon"]["years"] if after else None
    rows = []
    for one in sorted(near, key=lambda lost: lost.percent.value):
        note = words.inside(words.when(language, years)) if long else ""
        rows.append(_interval(language, one.partner, one.percent, note))
        if one.partner in long:
            row = _interval(language, one.partner, long[one.partner], "")
            later = words.inside(words.when(language, None))
            rows.append(row._replace(key=f"{row.key} long", name="", note=later, apart=False))

    def tick(scale: Scale, value: float) -> str:
        return words.tick(language, scale, value, signed=True)

    lead = language.template("page.dependence")
    wide, narrow = (dots(rows, wide, lead, tick) for wide in (WIDE, NARROW))
    largest = rows[0]
    name = language.country(min(near, key=lambda lost: lost.percent.value).partner)
    title = language.say("page.losing_title", B=name, value=largest.said)
    key = "page.losing_sub" if any(drawn(one.percent) for one in near) else "page.losing_sub_point"
    sub = language.part(key, A=language.label(data["country"]))
    return Chart("losing", title, sub, wide, narrow, table)


def _trade(document: Document, language: Language) -> Chart | None:
    """Return the parts of two-way trade by partner."""
    table = table_under(document.parts, PARTNERS)
    partners = document.data["partners"]
    if not partners or table is None:
        return None
    rows = [
        ShareOfDoubt(
            one["partner"],
            language.label(one["partner"]),
            one["trade_share"],
            f"{words.numerals(language).written(one['trade_share'], 1)}\u00a0%",
        )
        for one in partners[:MOST_PARTNERS]
        if one["trade_share"] is not None
    ]
    lead = language.template("page.trade")
    wide, narrow = (doubt(rows, wide, lead) for wide in (WIDE, NARROW))
    title = language.say(
        "page.trade_title",
        A=language.country(document.data["country"]),
        B=language.country(partners[0]["partner"]),
        share=rows[0].said,
    )
    return Chart("partners", title, language.template("page.trade_sub"), wide, narrow, table)


def _nearest(data: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the losses of the first horizon that was answered."""
    found: Sequence[Mapping[str, Any]] = (data.get("after") or data)["losing"]
    return found


def _lost(losing: Sequence[Mapping[str, Any]]) -> list[PartnerLost]:
    """Return what half of the trade with each partner gone would do, where it has an answer."""
    found = []
    for one in losing:
        if one["how"] != HALVED or one["welfare"] is None:
            continue
        known = (one["ranges"] or {}).get("welfare")
        if known is None or known["p05"] is None:
            found.append(PartnerLost(one["partner"], point(one["welfare"])))
        else:
            ends = (known[at] for at in ("p05", "p50", "p95"))
            found.append(PartnerLost(one["partner"], Range(one["welfare"], *ends)))
    return [one for one in found if math.isfinite(one.percent.value)]


def _interval(language: Language, partner: str, of: Range, note: str) -> Interval:
    value, spread = words.percent(language, of)
    known = drawn(of)
    return Interval(
        partner,
        language.label(partner),
        of.value,
        value,
        of.p05 if known else None,
        of.p50 if known else None,
        of.p95 if known else None,
        spread,
        note,
    )
