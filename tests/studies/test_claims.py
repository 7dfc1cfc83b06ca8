"""Claims held against a table, and goals as what can be searched for."""

from __future__ import annotations

import pytest

import countervail as cv
from countervail.errors import InputError
from countervail.policy.reaching.from_text import command, words
from countervail.policy.reaching.goals import parse
from countervail.reading.opened import read
from countervail.studies.claims import CheckedClaim, check_claims

DAY = "2026-01-12"


def checked(text: str, world: cv.World) -> list[CheckedClaim]:
    return check_claims(text, read(text, DAY).claims, world)


def one(text: str, world: cv.World) -> CheckedClaim:
    (found,) = checked(text, world)
    return found


def two_way(world: cv.World, home: str) -> dict[str, float]:
    """Two-way trade of a country by partner, cell by cell."""
    at = world.countries.index(home)
    return {
        code: float(world.trade[at, k].sum() + world.trade[k, at].sum())
        for k, code in enumerate(world.countries)
        if code not in (home, "ROW")
    }


@pytest.mark.parametrize(
    ("home", "partner", "names"),
    [
        ("JPN", "CHN", ("Japan", "China")),
        ("AUS", "CHN", ("Australia", "China")),
        ("MEX", "USA", ("Mexico", "the United States")),
    ],
)
def test_a_rank_is_that_of_the_table(
    home: str, partner: str, names: tuple[str, str], oecd: cv.World
) -> None:
    trade = two_way(oecd, home)
    rank = sorted(trade, key=lambda code: -trade[code]).index(partner) + 1
    assert rank == 1
    owner, who = names
    right = one(f"{who[:1].upper()}{who[1:]} is {owner}'s largest trading partner.", oecd)
    wrong = one(f"{who[:1].upper()}{who[1:]} is {owner}'s third-largest trading partner.", oecd)
    assert (right.verdict, wrong.verdict) == ("confirmed", "refuted")
    assert right.numbers["rank"] == wrong.numbers["rank"] == rank
    whole = sum(trade.values()) + sum(
        float(oecd.trade[a, b].sum())
        for a, b in (
            (oecd.countries.index(home), oecd.countries.index("ROW")),
            (oecd.countries.index("ROW"), oecd.countries.index(home)),
        )
    )
    assert right.numbers["share_of_trade"] == pytest.approx(trade[partner] / whole)
    third = sorted(trade, key=lambda code: -trade[code])[2]
    assert wrong.said.endswith(f"number 3 is {third}")


def test_an_economy_has_the_rank_of_its_value_added(oecd: cv.World) -> None:
    made = dict(zip(oecd.countries, oecd.accounts.value_added, strict=True))
    order = sorted((c for c in made if c != "ROW"), key=lambda c: -made[c])
    assert order[:2] == ["USA", "CHN"]
    found = one("China, the world's second-largest economy, raised duties on Friday.", oecd)
    assert (found.verdict, found.numbers["rank"]) == ("confirmed", 2.0)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Brazil is Japan's largest supplier of chicken.", "not checked"),
        ("China is Chile's largest buyer of Chilean copper.", "not checked"),
        ("The United States is Canada's largest market for its exports.", "confirmed"),
        ("The United States is the largest buyer of Mexico.", "confirmed"),
    ],
)
def test_a_rank_in_one_good_is_not_that_in_all(text: str, verdict: str, oecd: cv.World) -> None:
    assert one(text, oecd).verdict == verdict


def test_reliance_needs_more_than_half_of_one_side(oecd: cv.World) -> None:
    mexico = one("Mexico is heavily dependent on the United States.", oecd)
    assert mexico.verdict == "confirmed"
    assert mexico.numbers["share_of_exports"] > 0.5
    japan = one("Japan is dependent on Brazil.", oecd)
    assert japan.verdict == "refuted"
    assert max(japan.numbers.values()) < 0.05


def test_what_the_table_cannot_tell_is_not_checked(oecd: cv.World) -> None:
    found = one("India accounts for a third of world rice exports.", oecd)
    assert (found.verdict, found.numbers) == ("not checked", {})
    assert "rice" in found.said


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        (
            "Mexico aims to double its exports to the European Union by 2035.",
            "exports of MEX to EU at least 200 % of today by 2035",
        ),
        (
            "Chile wants to triple its non-Chinese exports in the next decade.",
            "exports of CHL to all but CHN at least 300 % of today by 2036",
        ),
        (
            "Kenya plans to raise exports by 40% by 2030.",
            "exports of KEN at least 140 % of today by 2030",
        ),
    ],
)
def test_a_goal_becomes_what_can_be_searched_for(text: str, goal: str) -> None:
    (found,) = read(text, DAY).goals
    assert words(text, found) == goal
    assert parse(goal).say == goal
    assert command(text, found) == f"countervail respond reach '{goal}'"


def test_a_goal_without_a_size_is_refused_in_a_sentence() -> None:
    text = "Mexico aims to reduce its dependence on China."
    (found,) = read(text, DAY).goals
    with pytest.raises(InputError, match="without a size"):
        command(text, found)
