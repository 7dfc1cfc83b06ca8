"""The table in replications/README.md is the one its command prints, rounding apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from replications import hats_and_levels

README = Path(hats_and_levels.__file__).with_name("README.md").read_text("utf-8")
ROWS = [hats_and_levels.compare(case) for case in hats_and_levels.cases()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_two_roads_agree_and_the_readme_says_so(row: hats_and_levels.Row) -> None:
    assert row.largest < 1e-9
    assert f"| {row.name} | {row.effect:.2f} |" in README


def test_the_readme_has_no_other_rows() -> None:
    printed = [line for line in README.splitlines() if line.startswith(("| hand", "| random"))]
    assert len(printed) == len(ROWS)
