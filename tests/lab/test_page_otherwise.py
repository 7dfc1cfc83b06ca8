"""The lab's page by keyboard alone, in high contrast, at twice the size, without motion; own laws.

Needs the extra ``browser`` and a Chromium on the machine; without them it skips, and says why.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.lab.browsing import PATIENCE, Served, law, opened, painted, violations

pytestmark = pytest.mark.browser

OWN = "own-can-chn-pork"

FILE = """
name = "mine"
title = "Mine <img src=x onerror=alert(1)>"
from = 2024-09-30
to = 2026-01-12
measures = ["can-chn-ev-surtax-2024"]
countries = ["CAN", "CHN"]
"""


def at(page: Any) -> str:
    """What the keyboard is on."""
    return str(page.evaluate("document.activeElement.id || document.activeElement.tagName"))


def tab_to(page: Any, wanted: str, most: int = 120) -> None:
    """Press Tab until the keyboard is there; it is always seen, and never lost."""
    for _ in range(most):
        page.keyboard.press("Tab")
        seen = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
        assert page.evaluate(seen), at(page)
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"Tab never came to {wanted}")


def test_the_keyboard_alone_lays_a_measure_and_takes_it_back(page: Any) -> None:
    before = law(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert at(page) == "law", "the first stop skips to the law"
    assert page.url.endswith("#h=long") or "s=canada-china" in page.url, "the address stays the law"
    tab_to(page, "#add")
    page.keyboard.press("Enter")
    assert at(page) == "add-goods"
    page.keyboard.type("pwrk")
    page.keyboard.press("Enter")
    page.wait_for_selector("#add-why:not([hidden])", timeout=PATIENCE)
    assert "'pwrk' names none that is known" in page.inner_text("#add-why")
    assert at(page) == "add-goods"
    page.keyboard.press("Control+A")
    page.keyboard.type("pork")
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.wait_for_selector("#d-add:not([open])", state="attached", timeout=PATIENCE)
    painted(page)
    assert "n=CAN!CHN!Pork!additional!25!" in page.url.replace("pork", "Pork")
    row = page.locator(".row", has_text="yours, no law")
    assert row.count() == 1
    assert law(page) != before
    assert "Against A" in page.inner_text("#compare")
    other = page.url
    row.locator("input[type=range]").focus()
    page.keyboard.press("ArrowLeft")
    painted(page)
    assert f"{OWN}:24" in page.url
    page.keyboard.press("z")
    painted(page)
    assert page.url == other
    added = law(page)
    page.keyboard.press("a")
    painted(page)
    page.keyboard.press("r")
    painted(page)
    switch = page.locator("#rows .row").last.locator(".sw")
    assert not switch.is_checked(), "A alone has it: it is a row, ended"
    assert "n=" not in page.url.partition("&a=")[0]
    switch.focus()
    page.keyboard.press("Space")
    painted(page)
    assert law(page) == added
    for _ in range(2):
        page.keyboard.press("z")
        painted(page)
    assert law(page) == added
    page.keyboard.press("z")
    painted(page)
    page.keyboard.press("a")
    painted(page)
    assert page.locator(".row", has_text="yours, no law").count() == 0
    page.keyboard.press("y")
    painted(page)
    page.locator(".row", has_text="yours, no law").locator("button").focus()
    page.keyboard.press("Enter")
    painted(page)
    assert at(page) == "add"
    assert "n=" not in page.url
    page.keyboard.press("g")
    page.wait_for_selector("#desk:not(.deskold) table", timeout=PATIENCE)
    tab_to(page, "[data-move]")
    page.keyboard.press("Enter")
    painted(page)
    assert not page.is_disabled("#undo")
    page.wait_for_selector("#desk:not(.deskold) table", timeout=PATIENCE)
    page.locator("[data-whole]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#source:has-text('countervail run law.toml')", timeout=PATIENCE)
    page.keyboard.press("Escape")
    assert not page.is_visible("#d-code")
    assert [said for said in page.said if "422" not in said] == []


def test_a_question_is_opened_carried_by_a_link_and_shown_as_text(
    browser: Any, served: Served, page: Any, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(FILE.replace("2026-01-12", "never"), "utf-8")
    first = page.url
    page.set_input_files("#file", wrong)
    page.wait_for_selector("#note:has-text('question.toml:5')", timeout=PATIENCE)
    assert page.url == first
    right = tmp_path / "right.toml"
    right.write_text(FILE, "utf-8")
    page.set_input_files("#file", right)
    page.wait_for_selector("#story:has-text('Mine <img')", timeout=PATIENCE)
    painted(page)
    assert page.locator("#rows .row").count() == 1
    assert page.locator("header img").count() == 0
    assert "#f=" in page.url
    page.click("#r0s")
    painted(page)
    other = opened(browser, served, "#" + page.url.partition("#")[2])
    assert law(other) == law(page)
    assert other.inner_text("#story") == "Mine <img src=x onerror=alert(1)>"
    other.context.close()
    page.go_back()
    page.go_back()
    page.wait_for_selector("#story:has-text('Canada and China')", timeout=PATIENCE)
    assert page.locator("#rows .row").count() > 1


def test_high_contrast_keeps_charts_and_what_is_pressed(page: Any) -> None:
    kept = """() => ["#mapsvg [data-c=CAN]", "#f-who circle", ".sw"].map((one) => {
      const is = getComputedStyle(document.querySelector(one));
      return is.fill === "rgb(0, 0, 0)" ? is.backgroundColor : is.fill; })"""
    before = page.evaluate(kept)
    page.emulate_media(forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert page.evaluate(kept)[:2] == before[:2], "map and charts keep their fills"
    pressed, not_pressed = page.evaluate(
        """() => ["true", "false"].map((is) => getComputedStyle(
          document.querySelector(`[data-view][aria-pressed=${is}]`)).backgroundColor)"""
    )
    assert pressed != not_pressed
    ink, paper = page.evaluate(
        """() => { const is = getComputedStyle(document.getElementById("headline"));
          return [is.color, getComputedStyle(document.body).backgroundColor]; }"""
    )
    assert ink != paper


def test_at_twice_the_size_and_without_motion_all_of_it_is_there(
    browser: Any, served: Served
) -> None:
    page = opened(browser, served, reduced_motion="reduce")
    for wide, high in ((640, 450), (390, 844)):  # 1280 by 900 at 200 %, and a phone
        page.set_viewport_size({"width": wide, "height": high})
        assert page.evaluate("document.documentElement.scrollWidth") <= wide
        for one in ("undo", "redo", "keep", "swap", "link", "code", "report", "help"):
            assert page.is_visible(f"#{one}"), "what can be done at one size can be done at another"
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, .sw, input[type=range], a.lk")]
              .filter((one) => one.offsetParent)
              .filter((one) => one.getBoundingClientRect().height < 20).map((one) => one.id)"""
        )
        assert small == []
    page.focus("#r0")
    page.keyboard.press("PageDown")
    painted(page)
    assert page.evaluate("document.getAnimations().length") == 0
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")]
          .filter((one) => parseFloat(getComputedStyle(one).transitionDuration) > 0).length"""
    )
    assert moving == 0
    page.context.close()
