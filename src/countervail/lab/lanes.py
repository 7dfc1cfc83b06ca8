"""The lanes of the law: a thin bar a row, with its number, over the days of the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from countervail.lab.measures import LawRow, days_of
from countervail.ledger.measure import Rate
from countervail.present.charts.canvas import Canvas, Mark, sentence, text_box
from countervail.present.charts.scales import Scale
from countervail.present.charts.tokens import TINY
from countervail.present.law import law_words
from countervail.present.sentences.language import Language
from countervail.present.sentences.run import law_said

WIDTH = 282.0
TOP, LANE, BAR = 18.0, 11.0, 7.0
EDGE = 14.0
BEFORE = timedelta(days=45)
MONTHS = (1, 3, 6, 12, 24, 48)
"""Months between two dates of the calendar: as few as leave their words apart."""


def days(rows: Sequence[LawRow], first: date, last: date) -> tuple[date, date]:
    """Return the first and the last day of a page: somewhat before its first law, to its record.

    Args:
        rows: of the law.
        first: the first day of the scenario.
        last: the last day whose law is known.
    """
    known = [first, *days_of(rows)]
    own = max(known) + BEFORE if max(known) > last else last
    return min(known) - BEFORE, max(own, first + BEFORE)


def lanes(rows: Sequence[LawRow], first: date, last: date, language: Language) -> str:
    """Return the lanes of rows as SVG; what the page moves over them is its own.

    Args:
        rows: in the order of the page.
        first, last: days at the ends.
        language: of months.
    """
    canvas = Canvas(WIDTH)
    scale = Scale(first.toordinal(), last.toordinal(), EDGE, WIDTH - EDGE)
    bottom = TOP + LANE * len(rows)
    _calendar(canvas, scale, first, last, bottom, language)
    said = []
    for k, row in enumerate(rows):
        y = TOP + LANE * k
        for start, end, step in _spans(row, last):
            left, right = scale.at(start.toordinal()), scale.at(end.toordinal())
            law = law_said(language, law_words(step))
            words = language.part(
                "lab.lane", goods=row.name(language), law=law, day=language.day(start)
            )
            said.append(words)
            style = "law" if step.quota is None else "law pt"
            canvas.rect(left, y + 2.0, right - left, BAR, style, Mark(row.key, words))
        first_day = next((s for s, _, _ in _spans(row, last)), None)
        if first_day is not None:
            x = scale.at(first_day.toordinal()) - 4.0
            canvas.text(x, y + 9.0, str(k + 1), size=TINY, anchor="end", style="tm")
    return canvas.drawing(bottom + 2.0, sentence(said, language.template("lab.lanes"))).inline()


def _spans(row: LawRow, last: date) -> list[tuple[date, date, Rate]]:
    """Return when each law of a row held, up to the last day of the page."""
    found = []
    for k, step in enumerate(row.steps):
        if step.in_force is None or step.ended or step.in_force > last:
            continue
        ends = [after.in_force for after in row.steps[k + 1 :] if after.in_force]
        if step.expires:
            ends.append(step.expires)
        end = min([last, *ends])
        if end > step.in_force:
            found.append((step.in_force, end, step))
    return found


def _calendar(
    canvas: Canvas, scale: Scale, first: date, last: date, bottom: float, language: Language
) -> None:
    """Draw a line and a date every so many months."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next((m for m in MONTHS if months / m <= 4.5), MONTHS[-1])
    for k in range(first.year * 12 + first.month, last.year * 12 + last.month):
        if k % step:
            continue
        day = date(k // 12, k % 12 + 1, 1)
        x = scale.at(day.toordinal())
        month = language.template("page.months")[day.month - 1]
        words = f"{month} {day.year % 100:02d}"
        box = text_box(x, 10.0, words, TINY, "middle")
        canvas.line(x, TOP - 4.0, x, bottom, "gr")
        if canvas.free(box, 2.0):
            canvas.text(x, 10.0, words, size=TINY, anchor="middle", style="tm")
