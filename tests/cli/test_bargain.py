"""``countervail respond bargain``: tables, one JSON object, and refusals."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from .conftest import Command

FILE = """\
name = "cars-for-seed"
title = "Cars for seed"
date = 2026-01-12

[[party]]
name = "Canada"

[[party]]
name = "China"

[[concession]]
name = "cars"
party = "Canada"

[[concession.change]]
measure = "can-chn-ev-surtax-2024"
ends = true

[[concession]]
name = "seed"
party = "China"

[[concession.change]]
measure = "chn-can-canola-seed-antidumping"
law_of = 2026-03-02
"""

BARGAIN = ("respond", "bargain")
LONG = ("--horizon", "long")
"""Half the work, where the horizon is not the subject."""


@pytest.fixture
def mine(folder: Path) -> Path:
    path = folder / "mine.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_what_is_printed(countervail: Command, mine: Path) -> None:
    asked = (*BARGAIN, mine, "--offer", "cars", "--draws", "2", "--workers", "1")
    ran = countervail(*asked, "--all")
    assert (ran.code, ran.err) == (0, "")
    for words in (
        "Cars for seed",
        "every package of 2 concessions: 4 packages",
        "Efficient packages (Pareto frontier)",
        "Kalai-Smorodinsky",
        "Canada offers cars; 2 replies",
        "The chosen packages under draws",
        "Certified: 4 of 4 packages",
        "2 of 2 draws certified likewise",
        "Nothing is paid on the side",
        "After about a year: farms, mines and plants as they are",
        "The same packages under draws, in the long run",
        "Goods taken out of their sectors: Canola seed (matrix)",
    ):
        assert words in ran.out, words
    # the long run beside it is what is asked for with --horizon long
    long = countervail(*BARGAIN, mine, "--draws", "0", *LONG, "--json").json
    wanted = {one["concessions"][0]: one["usd"] for one in long["packages"][1:3]}
    for name, usd in wanted.items():
        (row,) = (line for line in ran.out.splitlines() if line.startswith(f"{name} "))
        figures = row.replace(",", "").split()
        assert [figures[4], figures[7]] == [f"{usd[who]:+.0f}" for who in ("Canada", "China")]


def test_json_without_draws_says_so(countervail: Command, mine: Path) -> None:
    answer = countervail(*BARGAIN, mine, "--draws", "0", *LONG, "--json").json
    assert [one["concessions"] for one in answer["packages"]] == [
        [],
        ["cars"],
        ["seed"],
        ["cars", "seed"],
    ]
    assert answer["exact"] is True
    assert answer["residual"] < 1e-10
    assert answer["draws"] is None
    assert answer["reply"] is None
    assert "no draws were asked for" in answer["covers"]
    assert answer["nash"]["percent"].keys() == {"Canada", "China"}
    assert answer["nash"]["concessions"] in answer["frontier"]
    assert answer["concessions"][0]["measures"] == ["can-chn-ev-surtax-2024"]
    by = {one["name"]: one["party"] for one in answer["concessions"]}
    agreed = answer["nash"]["concessions"]
    replies = answer["default_replies"]
    assert [one["party"] for one in replies] == [
        p for p in ("Canada", "China") if p in {by[c] for c in agreed}
    ]
    for reply in replies:  # by hand: the largest product of gains beside the offer
        offer = {name for name in agreed if by[name] == reply["party"]}
        beside = [
            one["percent"].values()
            for one in answer["packages"]
            if {name for name in one["concessions"] if by[name] == reply["party"]} == offer
        ]
        best = max(math.prod(gains) for gains in beside if min(gains) > 1e-6)
        assert set(reply["offer"]) == offer
        assert math.prod(reply["largest_product"]["percent"].values()) == pytest.approx(best)


WRONG = {
    "table": (("ev-for-canla",), "no table 'ev-for-canla'; did you mean 'ev-for-canola'?"),
    "offer": (("ev-for-canola", "--offer", "ev"), "has no concession 'ev'"),
    "draws": (("ev-for-canola", "--draws", "-1"), "--draws -1: 0 gives point values"),
    "closure": (("ev-for-canola", "--deficits", "clsed"), "did you mean 'closed'?"),
    "file": (("none.toml",), "none.toml: no such file"),
}


@pytest.mark.parametrize("case", WRONG)
def test_refused_in_one_sentence(case: str, countervail: Command) -> None:
    words, sentence = WRONG[case]
    ran = countervail(*BARGAIN, *words)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_first_screen_says_what_to_do(countervail: Command, mine: Path, lang: str) -> None:
    words = (*BARGAIN, mine, "--offer", "cars", "--draws", "0", *LONG, "--lang", lang)
    reported = countervail(*words).out
    answer = countervail(*words, "--json").json
    (advice,) = answer["says"]
    assert advice.startswith("Accept the offer" if lang == "en" else "Accepter l’offre")
    assert "seed" in advice
    assert " ".join(reported.split()).startswith(" ".join(advice.split()).replace("−", "-"))
    assert max(map(len, reported.splitlines())) <= 80
    assert len(reported.splitlines()) <= 20


def test_its_rooms_are_shown_by_name(countervail: Command, mine: Path) -> None:
    words = (*BARGAIN, mine, "--draws", "0", *LONG)
    assert "Kalai-Smorodinsky" in countervail(*words, "--show", "answer").out
    assert "slip" in countervail(*words, "--show", "slip").err
