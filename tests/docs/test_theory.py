"""What code says of a page is on it: every section of the theory that is cited stands there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("src", "tests", "tools", "benchmarks", "replications", "docs")
KINDS = {".py", ".md", ".toml", ".csv"}

CITED = re.compile(r"docs/theory\.md, ([^.;:,)\n]+)")
"""A page, a comma, and the words of a heading up to the next stop."""


def headings() -> set[str]:
    text = (ROOT / "docs" / "theory.md").read_text("utf-8")
    return set(re.findall(r"^## (.+)$", text, re.M))


def prose(path: Path) -> str:
    """A file as one line: docstrings and comments go on where a line of theirs ends."""
    return re.sub(r"\s+(?:# )?", " ", path.read_text("utf-8"))


def citations(text: str) -> list[str]:
    return [found.strip().strip('"').strip() for found in CITED.findall(text)]


def files() -> list[Path]:
    every = (p for place in PLACES for p in (ROOT / place).rglob("*") if p.suffix in KINDS)
    return sorted(p for p in every if p != Path(__file__))


def test_a_citation_is_found_across_lines() -> None:
    assert citations("see docs/theory.md, Tariff lines) and docs/theory.md, Welfare.") == [
        "Tariff lines",
        "Welfare",
    ]
    assert citations("as docs/theory.md, no such heading. It") == ["no such heading"]


def test_every_section_that_is_cited_exists() -> None:
    found = [(path.name, words) for path in files() for words in citations(prose(path))]
    assert len(found) > 15, "citations are not found any more"
    lost = [(name, words) for name, words in found if words not in headings()]
    assert lost == [], f"docs/theory.md has {sorted(headings())}"


@pytest.mark.parametrize("name", ["MODEL.md", "GOODS.md", "ENGINE.md", "DESIGN.md"])
def test_no_page_is_cited_that_is_not_here(name: str) -> None:
    citing = [p for p in files() if re.search(rf"\b(?<!/){re.escape(name)}", p.read_text("utf-8"))]
    assert citing == []


@pytest.fixture(scope="module")
def make_record() -> ModuleType:
    """A tool: part of the source tree, not of the installed package."""
    path = ROOT / "tools" / "make_record.py"
    spec = importlib.util.spec_from_file_location("make_record", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_record_is_as_its_sources(make_record: ModuleType) -> None:
    assert make_record.PAGE.read_text("utf-8") == make_record.record(), (
        "stale: run `python tools/make_record.py`"
    )


def test_a_section_that_is_gone_is_noticed(
    make_record: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = make_record.Section("docs/ranges.md", "No such heading")
    monkeypatch.setattr(make_record, "SECTIONS", (gone,))
    with pytest.raises(ValueError, match="no heading 'No such heading'"):
        make_record.record()
