"""How to cite: the file that catalogues read, the package and the answers say the same."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml

import countervail as cv
from countervail.present.result import cite
from countervail.provenance import AUTHORS, TITLE, software

ROOT = Path(__file__).resolve().parents[2]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_file_has_what_the_format_requires() -> None:
    assert {"cff-version", "message", "title", "authors"} <= set(CITATION)
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["type"] == "software"


def test_it_is_the_packages_own() -> None:
    assert [author["name"] for author in CITATION["authors"]] == [AUTHORS]
    assert PROJECT["authors"] == [{"name": AUTHORS}]
    assert CITATION["title"] == TITLE
    assert str(CITATION["version"]) == cv.__version__
    assert CITATION["license"] == PROJECT["license"]
    assert CITATION["keywords"] == PROJECT["keywords"]


def test_an_answer_begins_its_citations_with_it() -> None:
    world = cv.open_world()
    solution = cv.solve(world, cv.open_scenario("canada-china"))
    first, *others = cite(solution)
    assert first.startswith(software(cv.__version__))
    assert f"world '{world.name}', hash {world.hash[:12]}" in first
    assert any("Caliendo" in other for other in others)


@pytest.mark.parametrize("word", ["Caliendo", "Dekle"])
def test_the_models_sources_are_on_the_page_of_the_theory(word: str) -> None:
    (source,) = (r for r in CITATION["references"] if r["authors"][0]["family-names"] == word)
    page = " ".join((ROOT / "docs" / "theory.md").read_text("utf-8").split())
    assert source["title"].split(":")[0] in page
    assert str(source["year"]) in page
