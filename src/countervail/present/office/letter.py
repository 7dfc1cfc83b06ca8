"""An answer as one page of a text processor: headline, chart, table, sources."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from countervail.present.document import Document
from countervail.present.office.facts import facts
from countervail.present.office.picture import png
from countervail.present.page.cells import page_table
from countervail.present.page.report import ReportPage
from countervail.present.parts import DocumentTable
from countervail.present.sentences.language import Language
from countervail.text.characters import printable

if TYPE_CHECKING:
    from docx.document import Document as Letter

MOST_ROWS, MOST_COLUMNS, MOST_LEADS = 8, 6, 4
"""Of a table, and of sentences, that fit on the page; how many more there are is said."""

SOURCES = ("horizon", "law", "model", "world", "certificate", "source")
"""What is said below of all numbers, in this order."""

PAGE, MARGIN, CHART = (210.0, 297.0), 18.0, 125.0
"""Millimetres: the page, its margins, the width of a chart."""

TEXT, SMALL = 10.0, 8.0
"""Points."""


def letter(document: Document, page: ReportPage) -> bytes:
    """Return an answer as the bytes of a ``.docx`` file of one page (A4).

    The chart is a picture where one can be drawn without a browser; else the table alone stands.

    Args:
        document: the answer.
        page: the same as a page: its headline, what stands below it, its charts.
    """
    import docx
    from docx.shared import Mm, Pt

    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Mm(PAGE[0]), Mm(PAGE[1])
    section.left_margin = section.right_margin = Mm(MARGIN)
    section.top_margin = section.bottom_margin = Mm(MARGIN)
    normal = made.styles["Normal"]
    normal.font.size = Pt(TEXT)
    normal.paragraph_format.space_after = Pt(4.0)
    made.core_properties.title = printable(page.headline)[:255]
    made.core_properties.author = "Countervail"
    _said(made, page.kind, SMALL)
    _said(made, f"{page.headline.rstrip('.')}.", 14.0, bold=True)
    for warning in page.warnings:
        _said(made, warning, TEXT, bold=True)
    for lead in page.leads[:MOST_LEADS]:
        _said(made, lead)
    left = len(page.leads) - MOST_LEADS
    if left > 0:
        _said(made, f"{left} more sentences: --report FILE.html", SMALL)
    _chart(made, page)
    table = _table(document)
    if table is not None:
        _rows(made, table, page.language)
    if page.brackets:
        _said(made, page.brackets, SMALL)
    known = facts(document)
    for key in SOURCES:
        for name, text in known:
            if name == key:
                _said(made, f"{name}: {text}", SMALL)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _said(made: Letter, text: str, size: float = TEXT, *, bold: bool = False) -> None:
    from docx.shared import Pt

    paragraph = made.add_paragraph()
    if size == SMALL:
        paragraph.paragraph_format.space_after = Pt(1.0)
    run = paragraph.add_run(printable(text))
    run.bold = bold
    run.font.size = Pt(size)


def _chart(made: Letter, page: ReportPage) -> None:
    """Add the first chart of outcomes, with its title; nothing where none can be drawn."""
    from docx.shared import Mm

    chart = next((one for one in page.drawn if one.key != "law"), None)
    picture = None if chart is None else png(chart.wide)
    if chart is None or picture is None:
        return
    _said(made, chart.title, bold=True)
    _said(made, chart.subtitle, SMALL)
    made.add_picture(io.BytesIO(picture), width=Mm(CHART))


def _table(document: Document) -> DocumentTable | None:
    """Return the table that is read first."""
    parts = [*document.first, *document.parts]
    return next((part for part in parts if isinstance(part, DocumentTable) and part.rows), None)


def _rows(made: Letter, table: DocumentTable, language: Language) -> None:
    """Add a table as a page has it, its first rows and columns; ranges stand in brackets."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    whole = page_table("letter", table, language)
    head = whole.head[:MOST_COLUMNS]
    lines = [[heading for heading, _ in head]]
    lines += [
        [f"{cell.text} ({cell.spread})" if cell.spread else cell.text for cell in row]
        for row in whole.rows[:MOST_ROWS]
    ]
    grid = made.add_table(rows=0, cols=len(head), style="Light List")
    for line in lines:
        for place, text, (_, numeric) in zip(grid.add_row().cells, line, head, strict=False):
            paragraph = place.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0.0)
            paragraph.add_run(printable(text).strip()).font.size = Pt(SMALL + 1.0)
            if numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    left = len(whole.rows) - MOST_ROWS, len(whole.head) - MOST_COLUMNS
    said = [f"{n} more {what}" for n, what in zip(left, ("rows", "columns"), strict=True) if n > 0]
    if said:
        _said(made, f"{' and '.join(said)}: --xlsx FILE", SMALL)
