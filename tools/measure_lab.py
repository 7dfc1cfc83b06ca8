"""How long the lab's page takes from a slider to what is painted, in a headless Chromium.

Run ``python tools/measure_lab.py [--moves 40] [--scenario canada-china]`` from the root of a
checkout with the extras ``lab`` and ``browser``. Each move is timed from the event of the slider to
the frame after the answer stands on the page, while the slider is held; beside it is what the
process that solves spent of a core, which other programs of the machine do not change. Then the
desk, and the ranges of 24 draws, are timed from the moment the hand rests: of the first law of a
page, whose drawn worlds are made for it, and of a later one.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

PATIENCE = 120_000

WATCH = """
window.spent = [];
const fetched = window.fetch;
window.fetch = async (...words) => {
  const began = performance.now(), response = await fetched(...words);
  response.clone().json().then((found) => {
    if (found.cpu_ms === undefined) return;
    const path = String(words[0]), parts = [found.ms, found.cpu_ms, performance.now() - began];
    window.spent.push([path, ...parts]);
  }).catch(() => {});
  return response;
};
"""

MOVE = """
(value) => new Promise((done) => {
  const slider = document.getElementById("r0"), body = document.body;
  const began = performance.now();
  new MutationObserver((_, watch) => {
    watch.disconnect();
    requestAnimationFrame(() => done(performance.now() - began));
  }).observe(body, { attributes: true, attributeFilter: ["data-painted"] });
  slider.value = String(value);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
})
"""


def main() -> None:
    """Print what was measured, one line a horizon, as JSON where that is asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--moves", type=int, default=40)
    asked.add_argument("--scenario", default="canada-china")
    asked.add_argument("--json", action="store_true")
    words = asked.parse_args()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "countervail", "lab", words.scenario, "--no-browser"]
    lab = subprocess.Popen([*command, "--port", str(port)], stderr=subprocess.DEVNULL)
    try:
        told = [_measured(port, horizon, words.moves) for horizon in ("1", "long")]
    finally:
        lab.terminate()
        lab.wait()
    if words.json:
        print(json.dumps(told))
        return
    for one in told:
        print("; ".join(f"{key} {value}" for key, value in one.items()))


def _measured(port: int, horizon: str, moves: int) -> dict[str, Any]:
    """Return what a page took at one horizon."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(WATCH)
        _opened(page, f"http://127.0.0.1:{port}/#h={horizon}")
        page.evaluate(MOVE, 99)
        top = 98.0
        took = [page.evaluate(MOVE, top - k * top / (moves + 1)) for k in range(moves)]
        solves = [one for one in page.evaluate("spent") if one[0] == "/api/solve"][-moves:]
        ranged = _ranged(page, desks=2)
        page.evaluate(MOVE, 30.0)
        ranged_later = _ranged(page, desks=3)
        desk = [one for one in page.evaluate("spent") if one[0] == "/api/desk"][-1]
        browser.close()
    cpu = [one[2] for one in solves]
    return {
        "horizon": horizon,
        "moves": moves,
        "paint_ms_p50": round(float(np.quantile(took, 0.5))),
        "paint_ms_p95": round(float(np.quantile(took, 0.95))),
        "solver_cpu_ms_p50": round(float(np.quantile(cpu, 0.5))),
        "solver_cpu_ms_p95": round(float(np.quantile(cpu, 0.95))),
        "desk_ms": round(desk[1]),
        "desk_cpu_ms": round(desk[2]),
        "first_ranges_ms": round(ranged),
        "ranges_of_a_later_law_ms": round(ranged_later),
        "load": round(os.getloadavg()[0], 1),
    }


def _ranged(page: Page, desks: int) -> float:
    """Return milliseconds from the hand's rest to the ranges of 24 draws.

    Args:
        page: where the slider was moved.
        desks: answers of the desk there are by then.
    """
    rested = page.evaluate("performance.now()")
    page.dispatch_event("#r0", "change")
    _until(page, f"spent.filter(([path]) => path === '/api/desk').length >= {desks}")
    _until(page, "/(24|96|200) /.test(document.getElementById('drawn').textContent)")
    return float(page.evaluate("performance.now()")) - float(rested)


def _opened(page: Page, address: str) -> None:
    """Open the page; the lab may be starting still."""
    for _ in range(100):
        try:
            page.goto(address)
            break
        except Exception:  # nobody listens yet
            page.wait_for_timeout(200)
    page.wait_for_selector("body[data-painted]", timeout=PATIENCE)
    page.wait_for_selector("#desk table, #desk p", timeout=PATIENCE)


def _until(page: Page, true: str) -> None:
    """Wait until an expression is true; the page's policy lets nothing be evaluated in it."""
    for _ in range(PATIENCE // 20):
        if page.evaluate(true):
            return
        page.wait_for_timeout(20)
    raise TimeoutError(true)


if __name__ == "__main__":
    main()
