"""National lines: which exist, what lists name of a subheading, and by what it is counted."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

# canola seed, low in erucic acid; other; and its oil, crude
LOW, OTHER, OIL = "120510", "120590", "151411"
NOMENCLATURES = """
[[nomenclature]]
importer = "USA"
complete = true
source = "the tariff"
lists = [{ file = "tariff.csv", column = "line" }]

[[nomenclature]]
importer = "CAN"
complete = false
source = "lists"
lists = [{ file = "seen.csv" }]

[[nomenclature]]
importer = "CHN"
complete = true
nested = true
source = "the tariff of 2018"
lists = [{ file = "tariff.csv", column = "line" }]
values = { exporter = "USA", file = "trade.csv", column = "line", value = "usd", source = "trade" }
"""
FILES = {
    "tariff.csv": "line\n1205.10.10\n1205.10.20\n1205.10.90\n1205.90.00\n1514.11.10\n1514.11.90\n",
    "seen.csv": "12051010\n12051090\n15141110\n",
    "trade.csv": "line,usd\n12051010,90\n12051020,0\n12051090,10\n",
    "list.csv": "item,group\n12051010,a\n1205.10.20,b\n12059000,a\n1514,b\n",
}


@pytest.fixture
def national(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, with small lists in place of the shared ones."""
    module = importlib.import_module("coverage_build.national")
    table = tmp_path / "nomenclatures.toml"
    table.write_text(NOMENCLATURES)
    monkeypatch.setattr(module, "PATH", table)
    (tmp_path / "data").mkdir()
    for name, text in FILES.items():
        (tmp_path / "data" / name).write_text(text)
    return module


def named(
    national: ModuleType, tmp_path: Path, importer: str = "USA", others: Any = (), **recipe: Any
) -> Any:
    """Return what a recipe names, of the subheadings its lists reach and the oil."""
    recipes = importlib.import_module("coverage_build.recipes")
    made = recipes.Recipe(measure="m", products="p", kind="us_imports", **recipe)
    more = [recipes.Recipe(measure="m", products="q", kind="lists", lists=(o,)) for o in others]
    known = national.Nomenclatures(tmp_path, {"m": importer}, [made, *more])
    return known.named(made, {LOW, OTHER, OIL})


def inline(tmp_path: Path, name: str, *lines: str) -> dict[str, str]:
    (tmp_path / "data" / name).write_text("\n".join(lines) + "\n")
    return {"file": name}


def test_a_subheading_is_whole_when_all_its_lines_are_named(
    national: ModuleType, tmp_path: Path
) -> None:
    every = inline(tmp_path, "all.csv", "12051010", "12051020", "1205.10.90")
    found = named(national, tmp_path, lists=(every,))
    assert found.parts == {}
    assert (found.part(LOW), found.low(LOW), found.high(LOW)) == (1.0, 1.0, 1.0)
    # what no list reaches is named by the law as it stands in hs
    assert (found.part(OIL), found.low(OIL)) == (1.0, 1.0)


def test_else_it_counts_by_the_lines_that_exist(national: ModuleType, tmp_path: Path) -> None:
    found = named(national, tmp_path, lists=({"file": "list.csv"},))
    assert found.parts == {LOW: pytest.approx({"10": 1 / 3, "20": 1 / 3})}
    assert found.counted[LOW] == "lines"
    assert found.part(LOW) == pytest.approx(2 / 3)
    assert (found.low(LOW), found.high(LOW)) == (0.0, 1.0)
    only = named(national, tmp_path, lists=({"file": "list.csv", "group": "a"},))
    assert only.parts == {LOW: pytest.approx({"10": 1 / 3})}
    seeds = named(national, tmp_path, lists=({"file": "list.csv", "within": ["1205"]},))
    assert OIL not in seeds.counted


def test_exempt_lines_are_taken_off_and_wholly_exempt_subheadings_are_named_not_at_all(
    national: ModuleType, tmp_path: Path
) -> None:
    exempt = inline(tmp_path, "exempt.csv", "12051090", "12059000", "15141110", "15141190")
    found = named(national, tmp_path, without=(exempt,))
    assert found.parts == {
        LOW: pytest.approx({"10": 1 / 3, "20": 1 / 3}),
        OTHER: {},
        OIL: {},
    }
    assert [found.part(c) for c in (OTHER, OIL)] == [0.0, 0.0]
    assert [found.high(c) for c in (OTHER, OIL)] == [0.0, 0.0]


def test_lines_seen_are_a_lower_count_with_a_half_as_low_end(
    national: ModuleType, tmp_path: Path
) -> None:
    seen = named(national, tmp_path, "CAN", lists=({"file": "seen.csv"},))
    assert seen.parts == {}
    assert seen.counted[LOW] == "lines_seen"
    assert (seen.part(LOW), seen.low(LOW), seen.high(LOW)) == (1.0, 0.5, 1.0)
    # another list of the importer makes one more line known
    more = inline(tmp_path, "more.csv", "12051020")
    part = named(national, tmp_path, "CAN", [more], lists=({"file": "seen.csv"},))
    assert part.parts == {LOW: pytest.approx({"10": 1 / 3, "90": 1 / 3})}


def test_ten_digit_lines_count_two_at_least(national: ModuleType, tmp_path: Path) -> None:
    one = inline(tmp_path, "one.csv", "1205101030", "1205102000", "1205900050", "1205900060")
    found = named(national, tmp_path, lists=(one,))
    assert found.parts == {LOW: pytest.approx({"1030": 1 / 6, "20": 1 / 3})}
    assert found.counted[LOW] == found.counted[OTHER] == "lines_seen"
    assert (found.part(OTHER), found.low(OTHER)) == (1.0, 0.5)
    # who names the line names what is further told apart of it
    line = inline(tmp_path, "line.csv", "12051010")
    eight = named(national, tmp_path, others=[one], lists=(line,))
    assert eight.parts == {LOW: pytest.approx({"10": 1 / 6, "1030": 1 / 6})}


def test_trade_by_line_weighs_the_named_part_where_it_is_known(
    national: ModuleType, tmp_path: Path
) -> None:
    # a later list splits line 10 in two, which share its trade
    later = inline(tmp_path, "later.csv", "12051011", "12051020")
    full = inline(tmp_path, "full.csv", "12051019")
    found = named(national, tmp_path, "CHN", [full], lists=(later,), pair="USA>CHN")
    assert found.parts == {LOW: pytest.approx({"11": 0.25, "20": 0.25})}
    assert found.part(LOW) == found.low(LOW) == found.high(LOW) == pytest.approx(0.45)
    elsewhere = named(national, tmp_path, "CHN", [full], lists=(later,), pair="CAN>CHN")
    assert elsewhere.part(LOW) == pytest.approx(0.5)
