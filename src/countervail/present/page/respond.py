"""The report of a chosen policy: who gains and who loses by it, and then the answer's own parts.

Its rows are those of the answer's own JSON object, so that page and object cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from countervail.present import tables
from countervail.present.charts.chart import Chart
from countervail.present.charts.dots import Interval, dots
from countervail.present.charts.scales import Scale
from countervail.present.charts.tokens import NARROW, WIDE
from countervail.present.digits import amounts, percents
from countervail.present.document import Document
from countervail.present.page import words
from countervail.present.page.plain import plain_page
from countervail.present.page.report import KeyFigure, PageSection, ReportPage, figure
from countervail.present.parts import Column, DocumentTable
from countervail.present.sentences.language import Language
from countervail.present.sentences.run import PartyEffect
from countervail.present.sentences.signs import drawn
from countervail.present.sentences.titles import who_title
from countervail.present.told import point
from countervail.quantiles import Range

MOST_OTHERS = 8
"""Others with a row: those whose certain effect is the largest."""

WELFARE, IN_MONEY = "welfare", "welfare_usd"

COLUMNS = (
    Column("country", "country"),
    tables.figure(IN_MONEY, "USD million", amounts()),
    tables.figure(WELFARE, "welfare", percents(4)),
)


def policy_page(document: Document, language: Language, command: str = "") -> ReportPage:
    """Return the report of a chosen policy.

    Args:
        document: the answer.
        language: of the page.
        command: that gives the same answer; nothing where it is not known.
    """
    title = str(language.template(f"page.respond_{document.data['command']}"))
    page = plain_page(document, title, language, command)
    effects = {one.country: one for one in _effects(document.data)}
    parties = [effects[code] for code in _parties(document.data) if code in effects]
    chart = _who(language, parties, list(effects.values()))
    section = PageSection("who", language.template("page.who"), [figure(chart, language)])
    keys = [
        KeyFigure(f"{language.label(one.country)}, USD", *words.usd(language, one.usd))
        for one in parties[:2]
    ]
    return replace(page, figures=keys, sections=[section, *page.sections])


def _parties(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the countries that act or are answered, in the order of the answer."""
    named = [data.get("player"), *(data.get("players") or ()), data.get("partner")]
    return tuple(dict.fromkeys(code for one in named if one for code in one["members"]))


def _effects(data: Mapping[str, Any]) -> Iterator[PartyEffect]:
    """Yield what the policy does to every economy."""
    ranges = (data.get("ranges") or {}).get("countries") or {}
    for code, row in data["countries"].items():
        known = ranges.get(code, {})
        usd, percent = (_range(row[name], known.get(name)) for name in (IN_MONEY, WELFARE))
        yield PartyEffect(code, usd, percent)


def _range(value: float, known: Mapping[str, float] | None) -> Range:
    if known is None:
        return point(value)
    return Range(value, known["p05"], known["p50"], known["p95"])


def _who(language: Language, parties: list[PartyEffect], every: list[PartyEffect]) -> Chart:
    """Return who gains and who loses: parties, and the largest certain others."""
    codes = {one.country for one in parties}
    others = [one for one in every if one.country not in codes]
    certain = [one for one in others if one.sign.certain]
    ranked = sorted(certain, key=lambda one: -abs(one.percent.value))[:MOST_OTHERS]
    rows = [_interval(language, one, strong=True) for one in parties]
    rows += [_interval(language, one, strong=False) for one in ranked]
    lead = language.template("page.who")

    def tick(scale: Scale, value: float) -> str:
        return words.tick(language, scale, value, signed=True)

    wide, narrow = (dots(rows, wide, lead, tick) for wide in (WIDE, NARROW))
    point_only = not any(drawn(one.percent) for one in every)
    sub = language.part(
        "page.policy_sub_point" if point_only else "page.policy_sub",
        n=language.counted(len(ranked)),
    )
    found = sorted(every, key=lambda one: one.percent.value)
    table = DocumentTable(
        COLUMNS,
        [
            {"country": one.country, IN_MONEY: one.usd.value, WELFARE: one.percent.value}
            for one in found
        ],
        [] if point_only else [{IN_MONEY: one.usd, WELFARE: one.percent} for one in found],
    )
    title = who_title(language, parties, [one.percent for one in others])
    return Chart("who", title, sub, wide, narrow, table)


def _interval(language: Language, one: PartyEffect, *, strong: bool) -> Interval:
    value, spread = words.percent(language, one.percent)
    of = one.percent if drawn(one.percent) else None
    return Interval(
        one.country,
        language.label(one.country),
        one.percent.value,
        value,
        of and of.p05,
        of and of.p50,
        of and of.p95,
        spread,
        strong=strong,
    )
