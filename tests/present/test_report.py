"""Reports: one file that needs nothing else, the same rows as the answer, text never markup."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

import countervail as cv
from countervail.app.pages import Pages
from countervail.cli.command import command_line
from countervail.errors import FileError, InputError
from countervail.present.document import Document
from countervail.present.page.cells import page_table
from countervail.present.page.lanes import lanes
from countervail.present.page.plain import plain_page
from countervail.present.page.report import PageSheet, ReportPage, Said, spread_out
from countervail.present.page.run import of_today
from countervail.present.parts import Bullets, Column, DocumentTable, Heading, Words
from countervail.present.result import document
from countervail.present.sentences.language import language
from countervail.present.tables import RowsWithRanges
from countervail.present.told import ToldAnswer

from .conftest import page_of

EVIL = "<script>alert(\"x\")</script> \u202eabc\u202c & 'q' " + "W" * 60
VOID = {"meta", "br", "line", "rect", "circle", "path", "use", "link", "img", "hr"}


class Checked(HTMLParser):
    """Reads a page: that every element is closed, and what it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def read(html: str) -> Checked:
    found = Checked()
    found.feed(html)
    assert not found.open
    return found


def test_the_page_is_one_small_file_with_all_there_is(page: ReportPage) -> None:
    start = time.process_time()
    html = page.html()
    assert time.process_time() - start < 0.5
    assert len(html.encode()) <= 400_000
    found = read(html)
    tags = [tag for tag, _ in found.seen]
    assert tags.count("h1") == 1
    assert {"header", "nav", "main", "footer"} <= set(tags)
    policy = next(a["content"] for t, a in found.seen if a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    for tag, attributes in found.seen:
        assert "src" not in attributes, tag
        assert (attributes.get("href") or "#").startswith("#"), attributes
        assert not any(name.startswith("on") for name in attributes), attributes
    assert "@import" not in html
    assert re.findall(r"url\((?!#)", html) == []
    asked = [section.key for section in page.sections]
    assert asked == ["law", "who", "goods", "diverted", "sure", "out", "check"]
    ids = [a["id"] for _, a in found.seen if "id" in a]
    assert len(ids) == len(set(ids))


def test_every_figure_has_its_rows(page: ReportPage) -> None:
    html = page.html()
    assert {chart.key for chart in page.drawn} == {
        "law", "who", "map", "goods-can-chn", "goods-chn-can", "diverted", "sectors",
    }  # fmt: skip
    for chart in page.drawn:
        assert chart.title
        assert chart.subtitle
        for drawing in (chart.wide, chart.narrow):
            assert f'aria-label="{drawing.label.split(":")[0]}' in drawing.inline()
        assert f'id="t-{chart.key}"' in html
        assert chart.csv().count("\n") > 1
    who = next(chart for chart in page.drawn if chart.key == "who")
    assert html.count('<tr><th scope="row">') > len(who.table.rows)
    assert 'data-k="CAN"' in who.wide.body
    # the value printed is the rounding of the row's own
    row = next(row for row in who.table.rows if row["country"] == "CAN")
    printed = re.search(r"Canada (−[0-9.]+)", who.wide.label)
    assert printed is not None
    digits = len(printed[1].split(".")[1])
    assert float(printed[1].replace("−", "-")) == pytest.approx(row["welfare"], abs=10.0**-digits)


def test_no_draws_have_no_bars_and_say_so(canada_china: cv.Solution) -> None:
    page = page_of(canada_china)
    html = page.html()
    assert "no ranges (--draws 0)" in html
    who = next(chart for chart in page.drawn if chart.key == "who")
    assert 'class="iv' not in who.wide.body
    assert "(no range)" in page.headline


def test_the_page_speaks_french(canada_china: cv.Solution) -> None:
    html = page_of(canada_china, lang="fr").html()
    assert '<html lang="fr">' in html
    assert "Qui gagne, qui perd" in html
    read(html)


def test_text_of_a_question_is_text(canada_china: cv.Solution) -> None:
    asked = replace(canada_china.scenario, title=EVIL, question=EVIL, outside=((EVIL, EVIL),))
    html = page_of(replace(canada_china, scenario=asked)).html()
    assert "<script>alert" not in html
    assert "\u202e" not in html
    read(html)


def test_text_of_any_answer_is_text() -> None:
    table = DocumentTable(
        (Column("name", EVIL), Column("value", "v")), [{"name": EVIL, "value": EVIL}], caption=EVIL
    )
    parts = [Words(EVIL, "strong"), Heading(EVIL), Words(EVIL), Bullets([EVIL]), table]
    html = plain_page(Document(parts, {"cite": [EVIL]}), EVIL, language(), EVIL).html()
    found = read(html)
    assert [tag for tag, _ in found.seen].count("script") == 1
    assert "\u202e" not in html
    assert str(spread_out("<b>(1 to 2)")) == '&lt;b&gt;<span class="in nb">(1 to 2)</span>'


def test_a_lane_begins_on_the_day_of_its_law(canada_china: cv.Solution) -> None:
    told = ToldAnswer(canada_china, RowsWithRanges.of(canada_china))
    assert told.dates is not None
    found = lanes(language(), told.reported.law, told.dates)
    changes = [change for row in told.reported.law for change in row["changes"]]
    assert sorted({step.start.isoformat() for lane in found for step in lane.steps}) == sorted(
        {change["in_force"] for change in changes}
    )
    evil = [
        {**dict(row), "changes": [{**row["changes"][0], "name": EVIL}]} for row in told.reported.law
    ]
    assert len(lanes(language(), evil, told.dates)) == len(evil)


def test_cells_have_their_range_and_raw_values(
    canada_china: cv.Solution, drawn: cv.Ensemble
) -> None:
    reported = RowsWithRanges.of(canada_china, drawn)
    table = next(
        part
        for part in document(canada_china, drawn).sections["countries"]
        if isinstance(part, DocumentTable)
    )
    made = page_table("who", table, language())
    assert len(made.rows) == len(table.shown or table.rows)
    k = (table.shown or range(len(table.rows)))[0]
    cell = made.rows[0][[c.key for c in table.columns].index("welfare")]
    known = reported.ranges_of("countries")[k]["welfare"]
    assert [float(v) for v in cell.raw] == pytest.approx(
        [known.value, known.p05, known.p95], rel=1e-4
    )
    assert " to " in cell.spread


def test_where_a_page_is_written(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"--report a.pdf: a page is written as .html, .md or .docx"
    ):
        Pages(report="a.pdf").check()
    (tmp_path / "is.html").mkdir()
    with pytest.raises(FileError, match="is a folder"):
        Pages(report=str(tmp_path / "is.html")).check()
    page = plain_page(Document([Words("Said")], {}), "Answer", language())
    file, text = tmp_path / "deep" / "a.html", tmp_path / "a.md"
    written = list(Pages(report=str(file)).write(Document([], {}), page))
    assert written == [str(file)]
    assert file.read_text("utf-8").startswith("<!doctype html>")
    assert list(Pages(report=str(text)).write(Document([Words("rest")], {}), page)) == [str(text)]
    assert text.read_text("utf-8").startswith("## Report: Answer\n\n**Said.**")
    assert not list(tmp_path.rglob("*.part"))


def test_the_command_names_no_place() -> None:
    typed = [
        "run",
        "canada-china",
        "--report",
        "/home/x/a.html",
        "--out=/y",
        "--draws",
        "4",
        "--json",
    ]
    assert command_line(typed) == "countervail run canada-china --draws 4"


def test_a_page_speaks_no_command_line_and_calls_measures_by_title(page: ReportPage) -> None:
    (since,) = (one for one in page.leads if one.startswith("The law has changed since"))
    command = "countervail run canada-china --to today"
    assert since.endswith(f"today’s law is another question: {command}.")
    asked = "countervail run x --to 2026-01-12 --lang fr --to=2025-01-01"
    assert of_today(asked) == "countervail run x --lang fr --to today"
    assert of_today("") == ""
    (out,) = (one for one in page.sections if one.key == "out")
    said = [line for block in out.blocks if isinstance(block, Said) for line in block.sentences]
    title = cv.open_ledger().measure("can-steel-trq-2025").title
    assert f"{title} (can-steel-trq-2025): " in " ".join(said)
    assert not any("--json" in line and "Also changed" in line for line in said)
    assert not any(line.startswith("Outside: ") for line in said)  # it stands above
    (also,) = (block for block in out.blocks if isinstance(block, PageSheet))
    assert also.title.startswith("Also changed between these dates")
