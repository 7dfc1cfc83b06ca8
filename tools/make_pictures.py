"""Draw the pictures of the README: the first screenful of a report and of the lab.

    python tools/make_pictures.py

Needs the extras ``lab`` and ``browser``, and a Chromium. Written: ``docs/pictures/page.png`` and
``docs/pictures/lab.png``.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
QUESTION = "canada-china"
DAY = "2026-11-29"
SIZE: Any = {"width": 1280, "height": 860}
SETTLED = re.compile(r"5 to 95 % of \d+ draws")
"""Said by the lab once it has ranges."""


def main() -> None:
    """Write both pictures."""
    from playwright.sync_api import sync_playwright

    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        _report(page, Path(folder) / "answer.html")
        _lab(page)
        browser.close()


def _report(page: Any, file: Path) -> None:
    words = ["run", QUESTION, "--today", DAY, "--report", str(file)]
    subprocess.run([sys.executable, "-m", "countervail", *words], check=True, capture_output=True)
    page.goto(file.as_uri())
    page.screenshot(path=str(PICTURES / "page.png"))


def _lab(page: Any) -> None:
    words = [sys.executable, "-m", "countervail", "lab", QUESTION, "--no-browser"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as lab:
        try:
            assert lab.stderr is not None
            found = re.search(r"http://\S+", lab.stderr.readline())
            assert found, "the lab says where it is"
            _opened(page, found.group())
            page.locator("#drawn", has_text=SETTLED).wait_for(timeout=180_000)
            page.screenshot(path=str(PICTURES / "lab.png"))
        finally:
            lab.terminate()


def _opened(page: Any, address: str) -> None:
    """Open a page of the lab, which says where it is a moment before it listens."""
    from playwright.sync_api import Error

    for last in (*[False] * 50, True):
        try:
            page.goto(address)
            return
        except Error:
            if last:
                raise
            page.wait_for_timeout(300)


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("google-chrome")


if __name__ == "__main__":
    main()
