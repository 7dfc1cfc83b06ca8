"""The sweeps that docs/solving.md tells of are those that its methods take."""

from __future__ import annotations

from pathlib import Path

import pytest

import countervail as cv
from benchmarks.convergence import methods, us_tariffs
from countervail import bridge
from countervail.state import SOLVE_TO_RESIDUAL

PAGE = Path(__file__).resolve().parents[2] / "docs" / "solving.md"
TOLD = {
    "plain, 0.4 of it": "(77 sweeps to 4e-11, dotted)",
    "plain, the step of countries": "the step of countries by itself takes 37",
    "memory 10, 0.4 of the wage step": "takes 51 sweeps",
    "memory 10, the step of countries": "24 with\nthe step of countries",
}
SWEEPS = dict(zip(TOLD, (77, 37, 51, 24), strict=True))


@pytest.mark.parametrize("method", TOLD)
def test_the_page_tells_what_a_method_takes(oecd: cv.World, method: str) -> None:
    base = bridge.baseline(oecd)
    resolved = us_tariffs(oecd).resolve(oecd)
    residuals = methods()[method](base, bridge.shock_of(resolved.after, resolved))
    taken = next(k + 1 for k, size in enumerate(residuals) if size <= SOLVE_TO_RESIDUAL)
    assert abs(taken - SWEEPS[method]) <= 2  # the last digits of a machine are its own
    assert TOLD[method] in PAGE.read_text("utf-8")
