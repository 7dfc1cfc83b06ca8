"""The page in Debian's headless Chromium: no request, no fault, nothing that meets or sticks out.

Needs the extra ``browser`` and a Chromium on the machine; without them it skips, and says why.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from countervail.present.page.report import ReportPage

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip(
    "playwright.sync_api", reason="the extra 'browser' is not installed"
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]

MEET = """() => [...document.querySelectorAll("svg.ch")]
  .filter((svg) => getComputedStyle(svg).display !== "none")
  .flatMap((svg) => {
    const inside = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")]
      .map((text) => [text.textContent, text.getBoundingClientRect()]);
    return texts.flatMap(([said, a], k) => [
      ...(a.left < inside.left - 1 || a.right > inside.right + 1 ? [said] : []),
      ...texts.slice(0, k).filter(([, b]) => a.left < b.right - 0.5 && b.left < a.right - 0.5
        && a.top + 3 < b.bottom - 3 && b.top + 3 < a.bottom - 3)
        .map(([other]) => `${said} / ${other}`),
    ]);
  })"""


@pytest.fixture(scope="module")
def file(page: ReportPage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("page") / "page.html"
    target.write_text(page.html(), "utf-8")
    return target


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        made = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.mark.parametrize("wide", [1280, 390, 320])
def test_nothing_meets_and_nothing_is_asked_for(browser: Any, file: Path, wide: int) -> None:
    page = browser.new_page(viewport={"width": wide, "height": 900})
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda fault: said.append(str(fault)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert said == []
    assert asked == [file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    assert page.evaluate(MEET) == []
    page.close()


def test_it_is_whole_without_scripts(browser: Any, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("svg.ch.wide").count() == 7
    assert page.locator("main table").count() >= 7
    assert page.locator("button").count() == 0
    context.close()


def test_tables_sort_by_value_and_are_files(browser: Any, file: Path, tmp_path: Path) -> None:
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    page.goto(file.as_uri())
    page.locator("#f-who summary").click()
    welfare = page.locator("#f-who thead th", has_text="welfare")
    welfare.locator("button").click()
    values = page.evaluate(
        """() => [...document.querySelectorAll("#f-who tbody tr")]
          .map((row) => Number(row.cells[2].dataset.v.split(" ")[0]))"""
    )
    assert values == sorted(values)
    assert welfare.get_attribute("aria-sort") == "ascending"
    with page.expect_download() as download:
        page.locator("#f-who .tools button", has_text="CSV").click()
    download.value.save_as(tmp_path / "who.csv")
    head, *rows = (tmp_path / "who.csv").read_text("utf-8").splitlines()
    assert "welfare p95" in head
    assert len(rows) == len(values)
    with page.expect_download() as download:
        page.locator("#f-map .tools button", has_text="SVG").click()
    download.value.save_as(tmp_path / "map.svg")
    picture = (tmp_path / "map.svg").read_text("utf-8")
    assert "var(--" not in picture
    context.close()


@pytest.mark.parametrize(("wide", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark")])
def test_it_can_be_read_by_everybody(browser: Any, file: Path, wide: int, scheme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python", reason="the extra 'browser' is not installed"
    )
    script = next(Path(axe.__file__).parent.rglob("axe.min.js")).read_text("utf-8")
    context = browser.new_context(
        viewport={"width": wide, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(file.as_uri())
    for _ in ("closed", "open"):
        page.evaluate(script)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    context.close()
