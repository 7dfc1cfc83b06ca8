"""The coverage of the measures: what is committed is what the shared data give."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import countervail as cv

pytestmark = pytest.mark.shared


def _part(name: str) -> ModuleType:
    return importlib.import_module(f"coverage_build.{name}")


def test_the_committed_coverage_is_what_the_tool_computes(repository: Path, shared: Path) -> None:
    command = [sys.executable, "tools/coverage.py", "--shared", str(shared)]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[:2000] + done.stderr
    assert done.stdout == ""


def test_electric_vehicles_by_hand(shared: Path) -> None:
    # China to Canada, motor vehicles; the numbers are those of the block's source text
    published = 2200 / 1.3497 / 1.202  # CAD mn of 2023, CAD per USD, customs over ICIO
    base = 84 / 1.3013 / 1.202  # the same goods in 2022
    rest = 4271 - base  # cell of 2022, USD mn
    by_hand = published / (published + rest)
    assert by_hand == pytest.approx(0.243, abs=5e-4)

    measure = "can-chn-ev-surtax-2024"
    recipes = _part("recipes").read()
    recipe = next(r for r in recipes if r.measure == measure)
    data = _part("inputs").read(shared, _part("measure_files").read(), recipes)
    [computed] = _part("published").estimates(data, recipe)
    assert computed.cell == ("CHN", "CAN", "C29")
    assert computed.weight == pytest.approx(by_hand, rel=2e-4)  # the cell is printed to a million

    [committed] = cv.open_ledger().measure(measure).coverage
    assert committed.weights == {"CHN": 0.243}
    for number in ("2,200", "1.3497", "1.202", "4,271", "84", "1.3013"):
        assert number in committed.source


def test_exempt_fuels_are_whole(shared: Path) -> None:
    """Both lines of crude, all of heavy oils and medicines are on the list of exempt lines."""
    recipes = _part("recipes").read()
    data = _part("inputs").read(shared, _part("measure_files").read(), recipes)
    for measure in ("usa-all-s122-surcharge-2026", "usa-all-s301-forced-labour-2026"):
        [recipe] = [r for r in recipes if r.measure == measure]
        _, nothing_left = data.nomenclatures.reached(recipe)
        assert nothing_left >= {"270900", "271012", "271019", "300490", "271121"}
        law = cv.open_ledger().measure(measure)
        assert not {"270900", "271019"} & {c.replace(".", "") for t in law.parts for c in t.hs}
        assert {t.sector: t.weights["*"] for t in law.coverage}.get("B06", 0.0) == 0.0


def test_no_part_of_a_subheading_is_a_guess(shared: Path) -> None:
    """Every part is that of a line among those known, and no subheading in parts is whole."""
    data = _part("inputs").read(shared, _part("measure_files").read(), _part("recipes").read())
    for measure in cv.open_ledger():
        importer = data.laws[measure.id]["implementer"]
        for table in measure.parts:
            for code, named in table.hs.items():
                known = data.nomenclatures.by_importer[importer].pieces(code.replace(".", ""))
                assert isinstance(named, dict), (measure.id, code)
                assert named == pytest.approx({k: known[k] for k in named}, abs=1e-5)
                assert sum(known.values()) == pytest.approx(1.0)
                assert set(named) < set(known), f"{measure.id} {code} is whole"
