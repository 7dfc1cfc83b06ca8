"""A check of size on the built-in world; what the page says of it."""

from __future__ import annotations

from pathlib import Path

import countervail as cv
from replications import world_bank_2026 as guide


def test_losses_are_of_the_published_size(oecd: cv.World, repository: Path) -> None:
    found = guide.run(oecd)
    assert set(guide.HIGH_INCOME) <= set(found.countries)
    assert len(found.outside) <= 4
    assert all(value > -guide.LEAST for value in found.outside.values())
    high, other = found.welfare[found.high].mean(), found.welfare[~found.high].mean()
    assert other < high < -guide.LEAST
    page = (repository / "replications" / "README.md").read_text("utf-8")
    assert f"{found.welfare.min():.2f} to +{found.welfare.max():.2f}" in page
    assert f"{other:.2f} on average against {high:.2f}" in page
    for code, value in found.outside.items():
        assert f"{code} {value:+.2f}" in page
