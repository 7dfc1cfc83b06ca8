"""The page on paper, in high contrast, at twice the size, without motion, by keyboard alone.

Needs the extra ``browser`` and a Chromium on the machine; without them it skips, and says why.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from countervail.present.page.report import ReportPage
from tests.present.test_report_in_a_browser import MEET

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip(
    "playwright.sync_api", reason="the extra 'browser' is not installed"
)
pypdf = pytest.importorskip("pypdf", reason="the extra 'browser' is not whole")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]

A4 = (595.0, 842.0)
"""Points."""


@pytest.fixture(scope="module")
def shown(page: ReportPage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The report, open in a browser."""
    target = tmp_path_factory.mktemp("page") / "page.html"
    target.write_text(page.html(), "utf-8")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        made = browser.new_page(viewport={"width": 1280, "height": 900})
        made.goto(target.as_uri())
        yield made
        browser.close()


@pytest.fixture
def again(shown: Any) -> Iterator[Any]:
    """The report as it opens, at its top, in its own colours and size."""
    shown.emulate_media(forced_colors="none", reduced_motion="no-preference")
    shown.set_viewport_size({"width": 1280, "height": 900})
    shown.reload()
    yield shown
    shown.emulate_media(forced_colors="none", reduced_motion="no-preference")


def lines(text: str) -> str:
    """The letters and digits of a text, which is broken into lines and runs as paper has it."""
    return re.sub(r"\W+", "", text)


def test_it_prints_on_a4_with_every_chart_whole(again: Any) -> None:
    pdf = pypdf.PdfReader(io.BytesIO(again.pdf(prefer_css_page_size=True)))
    assert 4 <= len(pdf.pages) <= 12
    for sheet in pdf.pages:
        size = float(sheet.mediabox.width), float(sheet.mediabox.height)
        assert size == pytest.approx(A4, abs=1.5)
    texts = [lines(sheet.extract_text()) for sheet in pdf.pages]
    whole = "".join(texts)
    assert lines(again.inner_text("h1")) in whole
    assert f"{len(texts)}{len(texts)}Countervail" in texts[-1], "pages are numbered"
    figures = again.evaluate(
        """() => [...document.querySelectorAll("svg.ch.wide")].map((svg) => {
          const said = [...svg.querySelectorAll("text")].map((one) => one.textContent.trim());
          const title = svg.closest("figure, .hold")?.querySelector("h3, figcaption, .title");
          return [title?.textContent.trim() ?? "", said.filter((one) => one.length > 3)];
        })"""
    )
    assert len(figures) == 7
    for title, said in figures:
        wanted = [lines(one) for one in said if lines(one) in whole]
        assert wanted, title
        holding = [k for k, text in enumerate(texts) if all(one in text for one in wanted)]
        assert holding, f"'{title}' is cut between two pages"
        if lines(title) in whole:
            assert any(lines(title) in texts[k] for k in holding), f"'{title}' left its chart"


def test_high_contrast_keeps_charts_and_gives_text_the_systems_colours(again: Any) -> None:
    def fills() -> list[str]:
        found: list[str] = again.evaluate(
            """() => [...document.querySelectorAll("svg.ch.wide circle, svg.ch.wide rect")]
              .map((mark) => getComputedStyle(mark).fill)"""
        )
        return found

    before = fills()
    again.emulate_media(forced_colors="active")
    after = fills()
    assert again.evaluate("matchMedia('(forced-colors: active)').matches")
    lost = [k for k, (a, b) in enumerate(zip(before, after, strict=True)) if a != "none" == b]
    assert lost == []
    assert len(set(after)) >= 3, "loss, gain and neither stay apart"
    adjust = "getComputedStyle(document.querySelector('svg.ch')).forcedColorAdjust"
    assert again.evaluate(adjust) == "none"
    ink, system = again.evaluate(
        """() => { const probe = document.createElement("p"); probe.style.color = "CanvasText";
          document.body.append(probe); const is = getComputedStyle(probe).color; probe.remove();
          return [getComputedStyle(document.querySelector("h1")).color, is]; }"""
    )
    assert ink == system


def test_at_twice_the_size_nothing_meets_or_sticks_out(again: Any) -> None:
    again.set_viewport_size({"width": 640, "height": 450})  # 1280 by 900 at 200 %
    assert again.evaluate("document.documentElement.scrollWidth") <= 640
    assert again.evaluate(MEET) == []
    assert again.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 13


def test_nothing_moves_where_motion_is_unwanted(again: Any) -> None:
    again.emulate_media(reduced_motion="reduce")
    moving = again.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) => {
          const is = getComputedStyle(one);
          return [is.transitionDuration, is.animationDuration].some((t) => parseFloat(t) > 0);
        }).length"""
    )
    assert moving == 0


def test_the_keyboard_alone_reaches_tables_and_sorts_them(again: Any) -> None:
    again.keyboard.press("Tab")
    first = again.evaluate("document.activeElement.getAttribute('href')")
    assert first.startswith("#"), "the first stop skips to the answer"
    again.keyboard.press("Enter")
    assert again.evaluate("location.hash") == first
    seen: set[str] = set()
    for _ in range(80):
        again.keyboard.press("Tab")
        tag, visible = again.evaluate(
            """() => [document.activeElement.tagName,
              getComputedStyle(document.activeElement).outlineStyle !== "none"]"""
        )
        assert visible, "where the keyboard stands is seen"
        seen.add(tag)
        if tag == "SUMMARY":
            break
    assert "SUMMARY" in seen
    again.keyboard.press("Enter")
    opened = "document.activeElement.closest('details').open"
    assert again.evaluate(opened)
    for _ in range(20):
        again.keyboard.press("Tab")
        if again.evaluate("!!document.activeElement.closest('th')"):
            break
    again.keyboard.press("Enter")
    assert again.evaluate("document.activeElement.closest('th').getAttribute('aria-sort')")
