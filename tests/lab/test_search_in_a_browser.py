"""A search started at a door of the desk: shown as it goes, stopped, drawn, and said when lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from countervail.lab.searching import LOST, LabSearches
from countervail.lab.solving import LabWorkerLost
from tests.lab.browsing import PATIENCE, Served, opened, painted, violations


class Scripted:
    """A search that counts one, and then does what it is told: best so far, or lost."""

    def __init__(self, words: Any) -> None:
        self.words, self.count = words, 0
        self.go, self.lost, self.closed = threading.Event(), False, False

    def next(self, wait: float) -> dict[str, Any] | None:
        self.count += 1
        if self.count == 1:
            return {"progress": {"what": "searches", "done": 1, "of": 3}}
        if self.lost:
            raise LabWorkerLost(LOST)
        if not self.go.wait(wait):
            return None
        html = '<h3 class="answer" id="found-headline" tabindex="-1">Best so far</h3>'
        return {
            "answer": {"n": 1}, "finished": False, "stopped": True, "failure": None,
            "html": html, "report": None, "law": "law of a day", "key": "another",
        }  # fmt: skip

    def stop(self) -> None:
        self.go.set()

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def scripted(served: Served) -> Iterator[list[Scripted]]:
    """Searches that do as they are told, in place of those of the lab."""
    made: list[Scripted] = []

    def begin(words: Any) -> Scripted:
        made.append(Scripted(words))
        return made[-1]

    before = served.services.searches
    served.services.searches = LabSearches(begin)
    yield made
    served.services.searches = before


def started(page: Any, kind: str) -> None:
    page.wait_for_selector(f"[data-door={kind}]", timeout=PATIENCE)
    page.locator(f"[data-door={kind}]").focus()
    page.keyboard.press("Enter")


def test_a_door_starts_a_search_and_its_answer_is_drawn(
    browser: Any, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("countervail.lab.doors.MOST_CONCESSIONS", 2)
    begin = served.services.searches.begin

    def points(words: Any) -> Any:
        return begin({**words, "options": {**words["options"], "number": 0}})

    monkeypatch.setattr(served.services.searches, "begin", points)
    page = opened(browser, served)
    started(page, "bargain")
    page.wait_for_selector("#search-answer .answer", timeout=PATIENCE)
    assert page.locator("#search-answer .ch.wide, #search-answer .ch.narrow").count() >= 4
    seen = [one for one in page.locator("#search-answer svg").all() if one.is_visible()]
    assert seen, "one width of each chart is shown"
    assert page.is_visible("#search-report")
    assert page.is_hidden("#search-old")
    assert page.is_hidden("#search-stop")
    with page.expect_download() as saved:
        page.click("#search-json")
    assert saved.value.suggested_filename == "bargain.json"
    for wide, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": wide, "height": 844})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= wide
        assert violations(page) == [], (wide, scheme)
    page.click("#r0s")
    page.wait_for_selector("#search-old:not([hidden])", timeout=PATIENCE)
    painted(page)
    page.keyboard.press("z")
    page.wait_for_selector("#search-old", state="hidden", timeout=PATIENCE)
    page.click("#search-close")
    assert page.is_hidden("#search")
    assert page.evaluate("document.activeElement.dataset.door") == "bargain"
    assert page.said == []
    page.context.close()


def test_a_search_is_stopped_lost_and_superseded_and_each_is_said(
    page: Any, scripted: list[Scripted]
) -> None:
    started(page, "optimal")
    page.wait_for_selector("#search-count:has-text('searches: 1 of 3')", timeout=PATIENCE)
    assert scripted[0].words["options"]["player"] == "CAN"
    assert violations(page) == []
    page.focus("#search-stop")
    page.keyboard.press("Enter")
    page.wait_for_selector("#found-headline:has-text('Best so far')", timeout=PATIENCE)
    assert page.evaluate("document.activeElement.id") == "found-headline"
    assert page.is_hidden("#search-report"), "no report of a part of an answer"
    assert "Stopped before its end" in page.inner_text("#search-why")
    assert page.is_visible("#search-old"), "it answers another law"
    started(page, "nash")
    page.wait_for_selector("#search-count:has-text('1 of 3')", timeout=PATIENCE)
    started(page, "coop")
    page.wait_for_function("document.getElementById('search-title').textContent.includes('agree')")
    page.wait_for_selector("#search-count:has-text('1 of 3')", timeout=PATIENCE)
    assert scripted[1].closed, "the newest search wins"
    assert page.is_hidden("#search-why"), "and the older one says nothing"
    scripted[2].lost = True
    page.wait_for_selector("#search-why:has-text('was ended')", timeout=PATIENCE)
    assert page.is_hidden("#search-going")
