"""Goals in words: what is said is what is meant, said again it is the same; the rest is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countervail import respond
from countervail.errors import FileError, InputError
from countervail.policy.reaching.file import goal_names, open_goals, read_growth
from countervail.policy.reaching.goals import KINDS, Goal, Partners, parse
from countervail.policy.reaching.targets import targets

from .small_tables import four_countries

NAMES = st.sampled_from(["CAN", "USA", "EU27", "Canada", "South Korea", "Cote d'Ivoire"])
NUMBERS = st.floats(1e-6, 1e7, allow_nan=False).filter(lambda x: x > 0)


@st.composite
def goals(draw: st.DrawFn) -> Goal:
    """Any goal that can be meant."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    row = KINDS[kind]
    share = kind.startswith("share")
    names = draw(st.lists(NAMES, min_size=1 if share else 0, max_size=3))
    partners = Partners(tuple(names), draw(st.booleans()) if names else False)
    unit = (
        draw(st.sampled_from(["of today", "USD million"])) if row.unit != "per cent" else row.unit
    )
    size = draw(NUMBERS)
    if row.unit == "per cent":
        size = draw(st.floats(0.01, 99.0)) if share else draw(st.floats(-90.0, 90.0))
    if unit == "of today":
        size = draw(st.floats(0.1, 50.0).map(lambda percent: percent * 10 / 100.0))
    year = draw(st.none() | st.integers(2026, 2099))
    since = draw(st.none() | st.integers(2000, 2025)) if year else None
    sectors = draw(st.lists(st.sampled_from(["C29", "A01", "goods"]), max_size=2))
    return Goal(
        kind=kind,
        who=draw(NAMES),
        sense=draw(st.sampled_from(["at least", "at most"])),
        size=size,
        unit=unit,  # type: ignore[arg-type]
        partners=partners if row.partner else Partners(),
        sectors=tuple(sectors) if row.by_sector else (),
        year=year,
        since=since,
    )


@given(goals())
def test_said_again_it_is_the_same(goal: Goal) -> None:
    assert parse(goal.say) == goal


@given(goals())
def test_neither_case_of_words_nor_spaces_matter(goal: Goal) -> None:
    said = goal.say
    for word in (" at least ", " at most ", " of today"):
        said = said.replace(word, f"  {word.upper().strip()}  ")
    assert parse(f"keep {said}.") == goal


@pytest.mark.parametrize(
    ("words", "normal"),
    [
        (
            "double exports of CAN to all but USA by 2035",
            "exports of CAN to all but USA at least 200 % of today by 2035",
        ),
        ("raise welfare of CAN by 0.5 %", "welfare of CAN at least 0.5 %"),
        ("exports of CAN to CHN at least USD 50 bn", "exports of CAN to CHN at least USD 50 bn"),
        ("keep welfare of CAN at least -0.1 %", "welfare of CAN at least -0.1 %"),
        ("cut imports of CAN from CHN by 30 %", "imports of CAN from CHN at most 70 % of today"),
        (
            "output of CAN in C29 at least 90% of today",
            "output of CAN in C29 at least 90 % of today",
        ),
        (
            "share of exports of CAN to USA at most 60 %",
            "share of exports of CAN to USA at most 60 %",
        ),
        (
            "Triple exports of Canada to EU27, Japan in goods by 2035 from 2025",
            "exports of Canada to EU27, Japan in goods at least 300 % of today by 2035 from 2025",
        ),
        ("halve imports of CAN", "imports of CAN at most 50 % of today"),
        ("cut real wage of CAN by 1 %", "real wage of CAN at most -1 %"),
        ("raise revenue of CAN by 5 % by 2030", "revenue of CAN at least 105 % of today by 2030"),
    ],
)
def test_what_is_meant(words: str, normal: str) -> None:
    assert parse(words).say == normal


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("dobule exports of CAN", "did you mean 'double'"),
        ("raise exprots of CAN by 3 %", "no figure 'exprots'; did you mean 'exports'"),
        ("exports of CAN at least 5 %", "of what is '5 %'"),
        ("raise exports of CAN", "say by how much"),
        ("raise exports of CAN by 0 %", "a number above zero"),
        ("cut exports of CAN by 100 %", "nothing would be left"),
        ("share of exports of CAN at most 5 %", "a share is of a partner"),
        ("share of exports of CAN to USA at most 105 %", "between 0 and 100"),
        ("raise share of exports of CAN to USA by 5 %", "mean two things"),
        ("welfare of CAN in C29 at least 3 %", "of a whole country"),
        ("welfare of CAN at least USD 3 bn", "in per cent, not in USD"),
        ("welfare of CAN at least 3 % of today", "leave out 'of today'"),
        ("exports of CAN from USA at least 100 % of today", "exports are to somebody, not from"),
        ("exports of CAN to USA,, MEX at least USD 3 bn", "holds an empty name"),
        ("exports of CAN at least much", "'much' is no level"),
        ("exports of CAN at least USD -3 bn", "must be above zero"),
        ("double welfare of CAN", "has no multiple"),
        ("double exports", "of what is 'exports'"),
        ("double exports of CAN by 2035 from 2040", "2035 is not after 2040"),
        ("hello", "write a goal such as"),
        ("", "write a goal such as"),
    ],
)
def test_what_is_not_understood_is_told(words: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse(words)


@given(st.text(max_size=60))
def test_nothing_else_is_raised(text: str) -> None:
    try:
        goal = parse(text)
    except InputError:
        return
    assert parse(goal.say) == goal


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["double exports of CNA"], "no country 'CNA'.*did you mean"),
        (["double exports of CAN to CAN"], "trades with nobody"),
        (["double exports of CAN in C92"], "no sector 'C92'"),
        (["double exports of CAN in services"], "world 'world' has no services"),
        (["double exports of CAN by 2030", "double imports of CAN by 2035"], "one year, not 2030"),
        ([], "no goal"),
    ],
)
def test_what_a_world_does_not_have(words: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        targets([parse(each) for each in words], four_countries())


FILE = """\
name = "mine"
title = "Mine"

[[goal]]
say = "double exports of CAN to all but USA by 2035"

[[goal]]
say = "keep welfare of USA at least 0 %"

[[lever]]
kind = "tariff"
partners = "EU27, JPN"
most = 50
weight = 2

[growth]
source = "assumed for this example"
rates = { EU27 = 1.5, others = 2 }

[[source]]
title = "A speech"
publisher = "A paper"
date = "2025-10-22"
address = "https://example.org"
"""


def test_a_file_says_it_all(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(FILE, encoding="utf-8")
    wanted = open_goals(path)
    assert [goal.say for goal in wanted.goals] == [
        "exports of CAN to all but USA at least 200 % of today by 2035",
        "welfare of USA at least 0 %",
    ]
    (lever,) = wanted.levers
    assert (lever.kind, lever.bound, lever.weight) == ("tariff", 50.0, 2.0)
    assert lever.partners == Partners(("EU27", "JPN"))
    assert wanted.growth == respond.Growth("assumed for this example", {"EU27": 1.5, "others": 2})
    assert wanted.sources == ("A speech, A paper, 2025-10-22. https://example.org",)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('say = "double', 'sya = "double', 5, "unknown key 'sya'.*did you mean 'say'"),
        ("double", "dobule", 5, "did you mean 'double'"),
        ("most = 50", "most = 500", 11, "at most 100"),
        ("weight = 2", "weight = 0", 11, "costs nothing"),
        ('kind = "tariff"', 'kind = "tarif"', 11, "did you mean 'tariff'"),
        ("most = 50", "most = 50\nmost = 60", 14, "most|twice|overwrite"),
        ('source = "assumed for this example"', "", 16, "has no 'source'"),
        ("EU27 = 1.5", "EU27 = 150", 18, "between -50 and 50"),
        ('title = "Mine"', 'title = "Mine"\nvariant = "b"', 3, "is of a scenario"),
        (
            "keep welfare of USA at least 0 %",
            "double exports of CAN to all but USA by 2035",
            8,
            "stands twice",
        ),
    ],
)
def test_a_file_is_refused_where_it_is_wrong(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    path = tmp_path / "mine.toml"
    assert old in FILE
    changed = FILE.replace(old, new, 1)
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(FileError, match=said) as refused:
        open_goals(path)
    assert refused.value.line == line


def test_growth_stands_in_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "growth.toml"
    path.write_text('[growth]\nsource = "assumed"\nrates = { CAN = 2.0 }\n', encoding="utf-8")
    assert read_growth(path).rates == {"CAN": 2.0}
    path.write_text("[growth]\nrates = { CAN = 2.0 }\n", encoding="utf-8")
    with pytest.raises(FileError, match="has no 'source'"):
        read_growth(path)


def test_presets_name_their_source() -> None:
    assert "double-non-us" in goal_names()
    wanted = open_goals("double-non-us")
    assert wanted.goals[0].since == 2025
    assert any("2025-10-22" in source for source in wanted.sources)
    with pytest.raises(InputError, match="did you mean 'double-non-us'"):
        open_goals("double-nonus")


def test_the_page_s_example_is_a_goal_file(repository: Path, tmp_path: Path) -> None:
    page = (repository / "docs" / "reach.md").read_text("utf-8")
    (text,) = re.findall(r"^```toml\n(.*?)^```$", page, re.M | re.S)
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    assert open_goals(path).growth is not None
