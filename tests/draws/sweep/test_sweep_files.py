"""Sweep files: what is wrong is said with path and line, and what next."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import countervail as cv
from countervail.draws.sweep import Sweep, read_sweep
from countervail.draws.sweep.reading import grid_of
from countervail.errors import FileError, InputError

HEAD = 'scenario = "ev-for-canola"\n'
AXES = '[axes]\ndeficits = ["closed"]\n'
BY_HAND = """\
name = "steel"
title = "Canada taxes China's steel"
[[shock]]
importer = "CAN"
exporter = "CHN"
sectors = ["C24A"]
add = 25.0
"""

REFUSED = {
    "unknown key": ('scenari = "x"\n' + AXES, 1, "unknown key 'scenari' in the file; did you mean"),
    "unknown axis": (
        HEAD + '[axes]\nvarient = ["agreed"]\n',
        3,
        "unknown key 'varient' in 'axes'; did you mean 'variant'?",
    ),
    "no axes": (HEAD, 1, "the file has no 'axes'"),
    "nothing in them": (HEAD + "[axes]\n", 2, "a sweep needs an axis: give one of variant, from"),
    "an empty one": (HEAD + "[axes]\nvariant = []\n", 3, "variant in 'axes' is empty; give at lea"),
    "not a list": (HEAD + '[axes]\nvariant = "agreed"\n', 3, "variant in 'axes': input should be"),
    "a value twice": (
        HEAD + '[axes]\nvariant = ["agreed", "agreed"]\n',
        3,
        "'agreed' stands twice in variant; keep one",
    ),
    "a key twice": (HEAD + HEAD + AXES, 2, "key 'scenario' is given twice in one table"),
    "a date as text": (
        HEAD + '[axes]\nto = ["2026-01-12"]\n',
        3,
        "to in 'axes.to' must be a date without quotes, such as 2025-03-20",
    ),
    "no such scenario": (
        'scenario = "ev-for-canolla"\n' + AXES,
        1,
        "no scenario 'ev-for-canolla'; did you mean 'ev-for-canola'?",
    ),
    "no such file": ('scenario = "mine.toml"\n' + AXES, 1, "mine.toml: no such file"),
    "no such variant": (
        HEAD + '[axes]\nvariant = ["agreed",\n"agred"]\n',
        4,
        "scenario 'ev-for-canola' has no variant 'agred'; did you mean 'agreed'?",
    ),
    "no such closure": (
        HEAD + '[axes]\ndeficits = ["open"]\n',
        3,
        "no closure deficits='open' (there are world_share, nominal, own_income, closed)",
    ),
    "no such model": (
        HEAD + '[axes]\nmodel = ["caliendo-parro"]\n',
        3,
        "no model 'caliendo-parro'; did you mean 'caliendo_parro'?",
    ),
    "no such set": (
        HEAD + '[axes]\nelasticities = ["fgo2026"]\n',
        3,
        "no set of elasticities 'fgo2026'; did you mean 'fgo20",
    ),
    "no such world": (
        HEAD + '[axes]\nworld = ["oecd-2023"]\n',
        3,
        "no world 'oecd-2023'; did you mean 'oecd-2022'?",
    ),
    "no such world file": (HEAD + '[axes]\nworld = ["w.nc"]\n', 3, "w.nc: no such file"),
    "no such country": (
        HEAD + 'countries = ["CAN", "GER"]\n' + AXES,
        2,
        "no country 'GER'; did you mean 'DEU' (Germany)?",
    ),
    "a country the world lacks": (
        HEAD + 'countries = ["Mongolia"]\n' + AXES,
        2,
        "Mongolia is part of ROW",
    ),
    "no such variable": (
        HEAD + 'variables = ["welfair"]\n' + AXES,
        2,
        "no variable 'welfair' of countries; did you mean 'welfare'? (there are ",
    ),
    "a variable of sectors": (
        HEAD + 'variables = ["gross_output"]\n' + AXES,
        2,
        "no variable 'gross_output' of countries",
    ),
    "a unit nothing uses": (
        HEAD + 'unit = "USA"\n' + AXES,
        2,
        "unit goes with deficits = nominal only, which is not asked for",
    ),
    "no such unit": (
        HEAD + 'unit = "Untied States"\n[axes]\ndeficits = ["nominal"]\n',
        2,
        "did you mean 'United States'?",
    ),
    "too many points": (
        HEAD
        + "[axes]\nfrom = ["
        + ", ".join(f"2024-{m:02}-{d:02}" for m in range(1, 13) for d in range(1, 29))
        + "]\nto = ["
        + ", ".join(f"2025-{m:02}-01" for m in range(1, 13))
        + ']\nelasticities = ["fgo2025", "fgo2022", "shapiro-2016"]\n',
        2,
        "336 x 12 x 3 = 12,096 points; a sweep has at most 10,000: take fewer values, or several",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_wrong_is_said_with_its_line(what: str, tmp_path: Path) -> None:
    text, line, sentence = REFUSED[what]
    path = tmp_path / "sweep.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(FileError) as refused:
        read_sweep(path)
    said = str(refused.value)
    assert said.startswith(f"{path}:{line}: "), said
    assert sentence in said


def test_a_question_made_by_hand_has_no_dates(tmp_path: Path) -> None:
    (tmp_path / "steel.toml").write_text(BY_HAND, "utf-8")
    path = tmp_path / "sweep.toml"
    path.write_text('scenario = "steel.toml"\n[axes]\nto = [2026-01-12]\n', "utf-8")
    with pytest.raises(FileError, match=r":3: scenario 'steel' is made by hand and has no dates"):
        read_sweep(path)


def test_what_is_in_a_file(tmp_path: Path, oecd: cv.World) -> None:
    """Paths are relative to the file; a world and a scenario of one's own."""
    (tmp_path / "steel.toml").write_text(BY_HAND, "utf-8")
    oecd.save(tmp_path / "mine.nc")
    path = tmp_path / "hot.toml"
    path.write_text(
        'scenario = "steel.toml"\ncountries = ["Canada", "CHN"]\nvariables = ["revenue_new"]\n'
        'unit = "USA"\n[axes]\nworld = ["mine.nc"]\ndeficits = ["world_share", "nominal"]\n',
        "utf-8",
    )
    sweep = read_sweep(path)
    assert sweep.axes == {"world": ("mine.nc",), "deficits": ("world_share", "nominal")}
    grid = grid_of(sweep)
    assert (grid.name, len(grid), grid.countries) == ("hot", 2, ("CAN", "CHN"))
    assert [model.unit for model in grid.models] == [None, "USA"]
    assert grid.worlds[0].hash == oecd.hash


@pytest.mark.parametrize(
    ("sweep", "sentence"),
    [
        (Sweep("canada-china", {}), "a sweep needs an axis"),
        (Sweep("canada-china", {"deficit": ["closed"]}), "no axis 'deficit'; did you mean 'defic"),
        (Sweep("canada-china", {"deficits": "closed"}), "axis 'deficits' needs a list"),
        (Sweep("canada-china", {"deficits": []}), "axis 'deficits' needs a list of at least one"),
        (Sweep("canada-china", {"to": ["12.1.2026"]}), "'12.1.2026' is not a date; write it as"),
        (
            Sweep(cv.open_scenario("ev-for-canola"), {"variant": ["agreed"]}),
            "a Scenario that is made already has no variants to choose",
        ),
    ],
)
def test_refusals_of_what_is_made_in_python(sweep: Sweep, sentence: str) -> None:
    with pytest.raises(InputError, match=re.escape(sentence)):
        grid_of(sweep)


DOCS = Path(__file__).resolve().parents[3] / "docs" / "sweeps.md"


def test_the_file_of_the_documentation_is_a_sweep(tmp_path: Path) -> None:
    (text,) = re.findall(r"^```toml\n(.*?)^```$", DOCS.read_text("utf-8"), re.M | re.S)
    path = tmp_path / "sweep.toml"
    path.write_text(text, "utf-8")
    assert len(grid_of(read_sweep(path))) == 24
