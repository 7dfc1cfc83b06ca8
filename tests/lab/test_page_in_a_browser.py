"""The lab's page in Debian's headless Chromium: keys, one request at a time, undo, links, states.

Needs the extra ``browser`` and a Chromium on the machine; without them it skips, and says why.
"""

from __future__ import annotations

from typing import Any

import pytest

from countervail.errors import NotCertified
from countervail.lab.work import LabWork
from tests.lab.browsing import PATIENCE, Served, law, opened, painted, ranged, violations

pytestmark = pytest.mark.browser

EV = "can-chn-ev-surtax-2024"


def test_it_asks_nothing_but_its_own_server_and_nothing_goes_wrong(
    page: Any, served: Served
) -> None:
    page.wait_for_selector("#desk table", timeout=PATIENCE)
    page.wait_for_selector("#drawn:has-text('2 draws')", timeout=PATIENCE)
    assert page.said == []
    assert {r.url.split("/", 3)[2] for r in page.asked if not r.url.startswith("data:")} == {
        f"127.0.0.1:{served.port}"
    }
    assert page.locator("#mapsvg [data-c]").count() == 6 - 1  # the rest of the world is hatched
    assert page.locator("#f-who svg circle[data-k]").count() >= 4
    assert "no range" not in page.inner_text("#headline")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert violations(page) == []


def test_forty_keys_end_on_the_right_rate_one_request_at_a_time_and_one_step_of_undo(
    page: Any,
) -> None:
    flying, most = [0], [0]

    def began(request: Any) -> None:
        if request.url.endswith("/api/solve"):
            flying[0] += 1
            most[0] = max(most[0], flying[0])

    def ended(request: Any) -> None:
        flying[0] -= request.url.endswith("/api/solve")

    page.on("request", began)
    page.on("requestfinished", ended)
    before, asked = law(page), len(page.asked)
    page.focus("#r0")
    for _ in range(40):
        page.keyboard.down("ArrowLeft")
    page.keyboard.up("ArrowLeft")
    page.wait_for_selector("#r0v >> nth=0", timeout=PATIENCE)
    painted(page)
    assert page.input_value("#r0v") == "60"
    assert most[0] == 1
    solves = [r for r in page.asked[asked:] if r.url.endswith("/api/solve")]
    assert 1 <= len(solves) <= 40
    assert f"{EV}:60" in page.url
    assert law(page) != before
    assert page.evaluate("document.activeElement.id") == "r0"
    page.keyboard.press("z")
    painted(page)
    assert page.input_value("#r0v") == "100"
    assert law(page) == before
    assert page.is_disabled("#undo")
    page.keyboard.press("y")
    painted(page)
    assert page.input_value("#r0v") == "60"


def test_another_day_shows_its_law_at_once_and_then_its_answer(page: Any) -> None:
    page.fill("#date", str(page.evaluate("document.getElementById('date').min")))
    assert not any(row.is_checked() for row in page.locator("#rows .sw").all())
    page.wait_for_selector("#headline:has-text('Nothing in the law changed')", timeout=PATIENCE)
    painted(page)
    assert not any(row.is_checked() for row in page.locator("#rows .sw").all())
    page.click("#reset")
    painted(page)
    assert all(row.is_checked() for row in page.locator("#rows .sw").all())


def test_a_link_is_the_whole_state_and_back_goes_back(
    browser: Any, served: Served, page: Any
) -> None:
    first = law(page)
    page.click("#r0s")
    painted(page)
    page.click("[data-view=table]")
    off, said, link = law(page), ranged(page), page.url
    assert off != first
    other = opened(browser, served, "#" + link.partition("#")[2])
    assert law(other) == off
    assert ranged(other) == said
    assert other.inner_text("#compare") == page.inner_text("#compare")
    assert other.is_visible("#table table")
    assert not other.is_checked("#r0s")
    other.context.close()
    page.go_back()
    page.wait_for_selector("#r0s:checked", timeout=PATIENCE)
    painted(page)
    assert law(page) == first
    page.go_forward()
    page.wait_for_selector("#r0s:not(:checked)", timeout=PATIENCE)
    painted(page)
    assert law(page) == off


def test_a_law_without_an_answer_is_grey_and_can_be_undone(
    page: Any, work: LabWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, solved = law(page), work.bench.solution

    def refuses(state: Any) -> Any:
        if state.edits.get(EV) == 33.0:
            raise NotCertified("motor vehicles in CAN would have buyers and no supplier left")
        return solved(state)

    monkeypatch.setattr(work.bench, "solution", refuses)
    page.fill("#r0v", "33")
    page.press("#r0v", "Enter")
    page.wait_for_selector("#note:not([hidden])", timeout=PATIENCE)
    assert "no supplier left" in page.inner_text("#note")
    assert page.locator("#lab.stale").count() == 1
    assert page.inner_text("#pill") == "No answer"
    assert law(page) == first
    page.click("#note button")
    painted(page)
    assert page.locator("#lab.stale").count() == 0
    assert page.is_hidden("#note")
    assert page.input_value("#r0v") == "100"


@pytest.mark.slow
def test_keys_do_what_the_list_says_and_can_be_turned_off(page: Any) -> None:
    page.keyboard.press("t")
    assert page.is_visible("#table")
    page.keyboard.press("m")
    assert page.is_hidden("#table")
    page.keyboard.press("2")
    assert page.evaluate("document.activeElement.id") == "r1"
    page.keyboard.press("?")
    assert page.locator("#d-help[open] dt").count() == page.locator("#keys dt").count() > 8
    page.uncheck("#keyson")
    page.click("#d-help [data-close]")
    page.keyboard.press("t")
    assert page.is_hidden("#table")
    page.wait_for_selector("#desk table", timeout=PATIENCE)
    page.click("#desk [data-move] >> nth=0")
    painted(page)
    assert not page.is_disabled("#undo")
    page.click("#code")
    page.wait_for_selector("#source:has-text('cv.solve')", timeout=PATIENCE)
    page.click("#d-code [data-close]")
    page.click("#link")
    page.wait_for_selector("#note:has-text('Link copied')", timeout=PATIENCE)


@pytest.mark.slow
def test_a_lab_that_stops_says_so_and_is_taken_up_again(page: Any, served: Served) -> None:
    served.stop()
    page.focus("#r0")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("#note:has-text('The lab has stopped')", timeout=PATIENCE)
    assert page.locator("#lab.stale").count() == 1
    served.start()
    page.wait_for_selector("#note", state="hidden", timeout=PATIENCE)
    painted(page)
    assert page.locator("#lab.stale").count() == 0
    assert page.input_value("#r0v") == "99"


@pytest.mark.slow
def test_nothing_sticks_out_of_a_phone_and_axe_finds_nothing_in_the_dark(
    browser: Any, served: Served
) -> None:
    page = opened(browser, served, "#v=table&h=long", color_scheme="dark")
    page.wait_for_selector("#desk table", timeout=PATIENCE)
    for wide in (390, 320):
        page.set_viewport_size({"width": wide, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= wide
    assert violations(page) == []
    page.context.close()
