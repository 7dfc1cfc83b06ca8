"""Workbook, long table and letter: the answer's own numbers, units, and no formula from text."""

from __future__ import annotations

import csv
import io
import zipfile
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from countervail.app.pages import Pages
from countervail.errors import InputError
from countervail.present.charts.caption import captioned
from countervail.present.charts.chart import Chart
from countervail.present.charts.dots import Interval, dots
from countervail.present.document import Document
from countervail.present.office import extra, picture
from countervail.present.office.letter import MOST_ROWS, letter
from countervail.present.office.picture import png
from countervail.present.office.sheets import long_csv, tidy
from countervail.present.office.units import unit_of
from countervail.present.office.workbook import workbook
from countervail.present.page.plain import plain_page
from countervail.present.page.report import ReportPage
from countervail.present.parts import Column, DocumentTable, Words
from countervail.present.ranges import NUMBERS
from countervail.present.result import document
from countervail.present.sentences.language import language
from countervail.quantiles import Range
from tests.small_questions import answer

openpyxl = pytest.importorskip("openpyxl", reason="reads the workbooks that are written")
docx = pytest.importorskip("docx", reason="extra office: pip install 'countervail[office]'")

EVIL = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "<b>&amp;\x1b[31m"]
WELFARE = Range(-0.5, -0.7, -0.52, -0.3)


def made(rows: int = 2) -> Document:
    table = DocumentTable(
        (Column("country", "country"), Column("note", "note")),
        [
            {"country": "CAN", "note": EVIL[k % len(EVIL)], "welfare": -0.5, "count": k}
            for k in range(rows)
        ],
        [{"welfare": WELFARE}] * rows,
    )
    data = {
        "scenario": {"title": "=HYPERLINK(1)"},
        "horizon": {"years": 1.0},
        "ledger": {"from": "2024-09-30", "to": "2026-01-12"},
        "model": {"name": "caliendo_parro"},
        "certificate": {"certified": True, "residual": 3e-11},
        "cite": ["A source"],
    }
    return Document([Words("Said"), table], data, {"countries": table})


def sheets_of(content: bytes) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [[c.value for c in row] for row in sheet] for sheet in book}


def test_text_never_becomes_a_formula() -> None:
    content = workbook(made(len(EVIL)))
    book = openpyxl.load_workbook(io.BytesIO(content))
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row}
    assert "f" not in kinds
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [n for n in parts.namelist() if n.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in parts.read(name) for name in sheets)
    notes = [row[2] for row in sheets_of(content)["countries"][1:]]
    assert notes[:4] == EVIL[:4]
    assert "\x1b" not in notes[5]
    rows = list(csv.DictReader(io.StringIO(long_csv(made(len(EVIL))))))
    assert all(row["row"][0] not in "=+-@" for row in rows)


def test_sheets_have_names_units_and_what_holds_for_all() -> None:
    found = sheets_of(workbook(made()))
    head, first = found["countries"][:2]
    assert head[:4] == ["country", "country_name", "note", "welfare [per cent]"]
    row = dict(zip(head, first, strict=True))
    assert row["country_name"] == "Canada"
    assert [row[f"welfare{at} [per cent]"] for at in ("", "_p05", "_p50", "_p95")] == list(WELFARE)
    about = dict(found["about"])
    assert about["horizon"] == "after 1 year"
    assert about["law"] == "law of 2026-01-12 against law of 2024-09-30"
    assert about["certificate"].startswith("certified")
    assert about["source"] == "A source"
    columns = {row[1]: row for row in found["columns"]}
    assert columns["welfare_p05"][2] == "per cent"
    assert columns["welfare_p05"][3].startswith("5 per cent of the draws of welfare: exact")


def test_the_long_table_is_the_answer_number_by_number() -> None:
    answered = document(answer("world_share"))
    rows = list(csv.DictReader(io.StringIO(long_csv(answered))))
    for code, told in answered.data["countries"].items():
        own = {
            r["figure"]: r
            for r in rows
            if r["table"] == "countries" and r["row"].split("; ")[0] == code
        }
        assert {k for k, v in told.items() if v is not None} == own.keys()
        assert all(float(own[k]["value"]) == v for k, v in told.items() if v is not None)
    assert {row["horizon"] for row in rows} == {"long run"}
    assert all(row["unit"] for row in rows)


def test_every_number_with_a_range_has_a_unit() -> None:
    without = {key for keys in NUMBERS.values() for key in keys if not unit_of(key)}
    assert without <= {"binds", "licences", "quota_price", "filled"} | set(NUMBERS["quotas"])


def test_a_letter_is_short_and_says_what_it_leaves_out() -> None:
    answered = made(MOST_ROWS + 3)
    page = plain_page(answered, "An answer", language())
    read = docx.Document(io.BytesIO(letter(answered, page)))
    said = [paragraph.text for paragraph in read.paragraphs]
    assert said[1] == "Said."
    assert "3 more rows: --xlsx FILE" in said
    assert "horizon: after 1 year" in said
    assert "source: A source" in said
    assert len(read.tables[0].rows) == MOST_ROWS + 1
    assert not read.inline_shapes


@pytest.mark.skipif(find_spec("resvg_py") is None, reason="extra office: resvg-py")
def test_its_chart_is_a_picture() -> None:
    rows = [Interval("CAN", "Canada", -0.5, "−0.5", -0.7, -0.52, -0.3, "−0.7 to −0.3")]
    wide, narrow = (dots(rows, w, "who", lambda scale, value: f"{value:g}") for w in (720, 350))
    answered = made()
    table = answered.tables["countries"]
    chart = Chart("who", "Canada loses", "per cent", wide, narrow, table)
    content = png(chart.wide)
    assert content is not None
    assert content.startswith(b"\x89PNG")

    class Drawn(ReportPage):
        @property
        def drawn(self) -> list[Chart]:
            return [chart]

    page = Drawn(language(), "Report", "Canada loses", [])
    read = docx.Document(io.BytesIO(letter(answered, page)))
    assert len(read.inline_shapes) == 1
    assert "Canada loses" in [paragraph.text for paragraph in read.paragraphs]


def test_a_figure_carries_what_it_is_and_what_holds_of_it(tmp_path: Path) -> None:
    rows = [Interval("CAN", "Canada", -0.5, "−0.5", -0.7, -0.52, -0.3, "−0.7 to −0.3")]
    wide, narrow = (dots(rows, w, "who", lambda scale, value: f"{value:g}") for w in (720, 350))
    answered = made()
    unit = "Welfare, per cent of spending; " + "a bar is what the draws leave open, " * 8
    chart = Chart("who", "<b>Canada</b> loses", unit, wide, narrow, answered.tables["countries"])
    drawing = captioned(chart, ["law of a day", "certified"])
    words = " ".join(box.text for box in drawing.boxes)
    for said in (chart.title, unit.strip(), "law of a day · certified"):
        assert said in words
    assert all(b.left >= 0 and b.right <= drawing.width for b in drawing.boxes)
    assert all(b.top >= 0 and b.bottom <= drawing.height for b in drawing.boxes)
    assert not any(a.meets(b) for a, b in combinations(drawing.boxes, 2))
    whole = drawing.alone()
    assert "&lt;b&gt;Canada" in whole
    assert ET.fromstring(whole).get("viewBox") == f"-16 -16 752 {drawing.height + 32:g}"

    class Drawn(ReportPage):
        @property
        def drawn(self) -> list[Chart]:
            return [chart]

    page = Drawn(language(), "Report", "Canada loses", [], facts=["Law of 1 May 2025"])
    (where,) = Pages(figures=str(tmp_path)).write(answered, page)
    assert where.startswith(str(tmp_path))
    assert "Law of 1 May 2025 · model: " in (tmp_path / "who.svg").read_text("utf-8")
    assert (tmp_path / "who.png").exists() == (picture.why_no_png() is None)


@pytest.mark.skipif(find_spec("resvg_py") is None, reason="extra office: resvg-py")
def test_a_picture_without_its_words_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = picture._drawn
    monkeypatch.setattr(picture, "_drawn", lambda svg, zoom: whole(svg.replace("M<", "<"), zoom))
    picture.why_no_png.cache_clear()
    assert "no fonts" in str(picture.why_no_png())
    monkeypatch.undo()
    picture.why_no_png.cache_clear()
    assert picture.why_no_png() is None


def test_where_office_files_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = made()
    page = plain_page(answered, "An answer", language())
    names = {"report": "a.docx", "csv": "a.csv", "xlsx": "a.XLSX"}
    places = {key: str(tmp_path / name) for key, name in names.items()}
    wanted = Pages(**places)
    wanted.check()
    assert list(wanted.write(answered, page)) == list(places.values())
    assert not list(tmp_path.rglob("*.part"))
    with pytest.raises(InputError, match=r"--xlsx a.xls: it is written as .xlsx"):
        Pages(xlsx="a.xls").check()
    with pytest.raises(InputError, match="no table"):
        tidy(Document([Words("Said")], {}))
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    for one in (Pages(xlsx="a.xlsx"), Pages(report="a.docx")):
        with pytest.raises(InputError, match=r"pip install 'countervail\[office\]'"):
            one.check()
    Pages(csv="a.csv").check()
