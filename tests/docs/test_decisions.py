"""Records of decisions: numbered, short, with the three headings, and all in the index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "decisions"
RECORDS = sorted(p for p in FOLDER.glob("*.md") if p.name != "README.md")


def test_every_record_is_in_the_index_under_its_title() -> None:
    rows = re.findall(
        r"^\| \[(\d{4})\]\((\S+)\) \| (.+) \|$", (FOLDER / "README.md").read_text("utf-8"), re.M
    )
    titles = [page.read_text("utf-8").split("\n", 1)[0].removeprefix("# ") for page in RECORDS]
    assert [f"{number} {title}" for number, _, title in rows] == titles
    assert [name for _, name, _ in rows] == [page.name for page in RECORDS]


@pytest.mark.parametrize("page", RECORDS, ids=lambda page: page.stem[:4])
def test_a_record_is_short_and_says_why(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.startswith(f"# {page.name[:4]} ")
    assert re.findall(r"^## (.+)$", text, re.M) == ["Context", "Decision", "Consequences"]
    assert len(text.splitlines()) <= 40
