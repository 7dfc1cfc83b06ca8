"""The report of ``respond reach``: how far it is, and what it would buy, by partner and sector.

Its rows are those of the answer's own JSON object, so that page and object cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from countervail.present.charts.arrows import BeforeAfter, arrows
from countervail.present.charts.chart import Chart
from countervail.present.charts.paths import Reached, YearPath, paths
from countervail.present.charts.scales import Scale
from countervail.present.charts.tokens import NARROW, WIDE
from countervail.present.document import Document
from countervail.present.page import words
from countervail.present.page.plain import plain_page, table_under
from countervail.present.page.report import PageBlock, PageSection, ReportPage, figure
from countervail.present.parts import DocumentTable
from countervail.present.sentences.language import Language
from countervail.present.short_names import cut, short_sector
from countervail.present.told import point

GOALS = ("The goal's arithmetic", "The goals")
EXPORTS = "What becomes of exports (USD million)"
OUTPUTS = "Output (USD million)"
"""Headings of the answer whose tables stand behind figures here."""

MOST_ROWS = 12


def reach_page(document: Document, language: Language, command: str = "") -> ReportPage:
    """Return the report of what it would take to reach a goal.

    Args:
        document: the answer.
        language: of the page's own words.
        command: that gives the same answer; nothing where it is not known.
    """
    data = document.data
    title = data["title"] or "; ".join(goal["goal"] for goal in data["goals"])
    page = plain_page(document, title, language, command)
    charts = [_gap(document, language), *_bought(document, language)]
    figures: list[PageBlock] = [figure(chart, language, annex=True) for chart in charts if chart]
    drawn = {chart.key for chart in charts if chart}
    shown = {"gap": GOALS, "exports": (EXPORTS,), "outputs": (OUTPUTS,)}
    behind = {heading for key, headings in shown.items() if key in drawn for heading in headings}
    first = PageSection("gap", language.template("page.gap"), figures)
    return ReportPage(
        language=language,
        kind=page.kind,
        status=page.status,
        question=data["question"] or page.headline,
        headline=str(data["says"]).removesuffix("."),
        leads=[lead for lead in page.leads if lead not in (data["says"], data["question"])],
        sections=[
            *([first] if figures else []),
            *(section for section in page.sections if section.title not in behind),
        ],
    )


def _gap(document: Document, language: Language) -> Chart | None:
    """Return the first goal: what is asked for, what comes without levers, what is reached."""
    goal, horizon = document.data["goals"][0], document.data["horizon"]
    table = next(
        (t for heading in GOALS if (t := table_under(document.parts, heading)) is not None), None
    )
    if table is None or not horizon["year"] or not horizon["years"]:
        return None
    last, first = float(horizon["year"]), float(horizon["year"]) - float(horizon["years"])
    said = {key: words.level(language, point(goal[key])) for key in LEVELS}
    lines = [
        YearPath(
            key,
            language.template(f"page.{key}"),
            (first, last),
            (goal["today"], goal[key]),
            said[key],
            soft,
        )
        for key, soft in (("needed", False), ("growth_alone", True))
    ]
    ends = sorted((goal["growth_alone"], goal["reached"]))
    reached = language.part("page.reached", value=said["reached"])

    def tick(scale: Scale, value: float) -> str:
        return words.tick(language, scale, value, signed=False)

    lead = language.template("page.gap")
    drawn = Reached(ends[0], ends[1], reached)
    wide, narrow = (paths(lines, wide, lead, tick, drawn) for wide in (WIDE, NARROW))
    title = language.part(f"page.gap_{'met' if goal['met'] else 'short'}", **said)
    sub = language.part("page.gap_sub", figure=goal["figure"], unit=goal["unit"])
    return Chart("gap", title, sub, wide, narrow, table)


LEVELS = ("today", "growth_alone", "needed", "reached")


def _bought(document: Document, language: Language) -> list[Chart | None]:
    """Return exports by partner and output by sector, without levers and with them."""
    data = document.data
    return [
        _changes(
            language,
            "exports",
            data["exports"],
            [cut(language.label(row["partner"])) for row in data["exports"]],
            table_under(document.parts, EXPORTS),
        ),
        _changes(
            language,
            "outputs",
            data["outputs"],
            [short_sector(row["sector"], language.named) for row in data["outputs"]],
            table_under(document.parts, OUTPUTS),
        ),
    ]


def _changes(
    language: Language,
    key: str,
    found: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    table: DocumentTable | None,
) -> Chart | None:
    """Return what the levers change, the largest change first."""
    ranked = sorted(range(len(found)), key=lambda k: -abs(found[k]["then"] - found[k]["without"]))
    shown = [k for k in ranked if found[k]["then"] != found[k]["without"]][:MOST_ROWS]
    if not shown or table is None:
        return None
    rows = []
    for k in shown:
        before, after = found[k]["without"], found[k]["then"]
        change = point(100.0 * (after / before - 1.0)) if before > 0 else None
        amounts = [words.level(language, point(value)) for value in (before, after)]
        rows.append(
            BeforeAfter(
                f"{key} {names[k]}",
                names[k],
                "",
                before,
                after,
                language.part("page.arrow", before=amounts[0], after=amounts[1]),
                "" if change is None else words.percent(language, change, unit=True)[0],
            )
        )

    def tick(scale: Scale, value: float) -> str:
        return words.tick(language, scale, value, signed=False)

    lead = language.template(f"page.{key}_sub")
    wide, narrow = (arrows(rows, wide, lead, tick) for wide in (WIDE, NARROW))
    title = language.part(f"page.{key}_title", first=names[shown[0]])
    return Chart(key, title, lead, wide, narrow, table)
