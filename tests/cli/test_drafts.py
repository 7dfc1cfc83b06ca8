"""Stories at the command line: compared, drafted, accepted at a terminal, priced as drafts."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from .conftest import Command

STORY = (
    "Kenya will impose a 25% duty on wheat flour from Uganda from July 1, the finance ministry "
    "said on Tuesday. Canada will impose a 30% duty on Chinese furniture from August 1."
)
DAY = ("--date", "2026-06-01")


class Terminal(io.StringIO):
    """What a person types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def story(folder: Path) -> Path:
    path = folder / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


def test_two_versions_are_one_object(countervail: Command, story: Path, folder: Path) -> None:
    other = folder / "other.txt"
    other.write_text(STORY.replace("25%", "35%"), encoding="utf-8")
    found = countervail("compare", story, other, *DAY, "--json").json
    (one,) = found["differences"]
    assert (one["type"], one["field"], one["policy"]) == ("conflict", "rate", True)
    read = countervail("compare", story, other, *DAY)
    assert "1 conflict" in read.out
    missing = countervail("compare", story, "none.txt")
    assert (missing.code, len(missing.err.splitlines())) == (2, 1)


def test_drafts_are_written_once(countervail: Command, story: Path) -> None:
    found = countervail("read", story, *DAY, "--draft", "drafts", "--json").json
    assert len(found["files"]) == 2
    assert all(Path(name).is_file() for name in found["files"])
    again = countervail("read", story, *DAY, "--draft", "drafts")
    assert (again.code, len(again.err.splitlines())) == (2, 1)


def test_without_a_terminal_a_share_is_asked_for(countervail: Command, story: Path) -> None:
    countervail("read", story, *DAY, "--draft", "drafts")
    refused = countervail("ledger", "accept", "drafts")
    assert refused.code == 2
    assert "--yes-above 0.9" in refused.err
    found = countervail("ledger", "accept", "drafts", "--yes-above", "1", "--json").json
    assert (found["accepted"], len(found["left"])) == ([], 2)
    assert not Path("my-measures").exists()


def test_a_person_edits_accepts_and_quits(
    countervail: Command, story: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    countervail("read", story, *DAY, "--draft", "drafts")
    editor = Path("edit.py")
    editor.write_text(
        "import sys, pathlib\n"
        "p = pathlib.Path(sys.argv[1])\n"
        "p.write_text(p.read_text().replace('rate = 30.0', 'rate = 35.0'))\n"
    )
    monkeypatch.setenv("EDITOR", f"{sys.executable} {editor}")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr(sys, "stdin", Terminal("e\na\nq\n"))
    ran = countervail("ledger", "accept", "drafts", "--into", "mine")
    assert ran.code == 0
    assert "1 draft accepted into mine" in ran.out
    (landed,) = Path("mine").glob("*.toml")
    assert "rate = 35.0" in landed.read_text()
    assert "[draft]" not in landed.read_text()
    check = countervail("ledger", "check", "mine")
    assert check.code == 0


def test_drafts_are_priced_and_labelled(countervail: Command, story: Path) -> None:
    countervail("read", story, *DAY, "--draft", "drafts")
    found = countervail("run", "--with-drafts", "drafts", "--to", "2026-06-01", "--json").json
    assert "no law" in found["scenario"]["title"]
    uses = found["scenario"]["drafts"]
    assert all(use["id"].startswith("draft-") for use in uses)
    assert found["manifest"]["settings"]["scenario"]["drafts"] == uses
    assert {use["id"]: use["priced"] for use in uses} == {
        "draft-can-chn-furniture-tariff-2026": True,
        "draft-ken-uga-wheat-flour-tariff-2026": False,
    }
    assert found["lines"]
    for line in found["lines"]:
        assert line["rate_new"] - line["rate"] == pytest.approx(30.0)
    nothing = countervail("run", "--with-drafts", "none")
    assert (nothing.code, len(nothing.err.splitlines())) == (2, 1)


def test_claims_are_held_against_the_world(countervail: Command, folder: Path) -> None:
    path = folder / "claims.txt"
    path.write_text("China is Japan's second-largest trading partner.", encoding="utf-8")
    found = countervail("check-claims", path, "--json").json
    (one,) = found["claims"]
    assert (one["verdict"], one["numbers"]["rank"]) == ("refuted", 1.0)
    assert "1 claim: 1 refuted" in countervail("check-claims", path).out


def test_a_storys_question_is_answered_with_commands(countervail: Command, folder: Path) -> None:
    path = folder / "asks.txt"
    path.write_text(
        "Kenya will impose a 25% duty on wheat flour from Uganda from July 1. Kenya plans to raise "
        "exports by 40% by 2030.",
        encoding="utf-8",
    )
    found = countervail("read", path, *DAY, "--answer", "--json").json["answers"]
    law, draft, goal = found
    assert law["command"] == "countervail ledger list --between KEN,UGA --as-of 2026-06-01"
    assert "nothing in this ledger is in force" in law["says"]
    assert "KEN is no country of this world" in draft["reason"]
    assert draft["command"].endswith("--to 2026-06-01 --draws 0")
    assert goal["command"].startswith("countervail respond reach 'exports of KEN at least 140 %")
    read = countervail("read", path, *DAY, "--answer")
    assert "What it comes to" in read.out


def test_a_reading_is_printed_where_its_second_opinion_fails(
    countervail: Command, story: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    found = countervail("read", story, *DAY, "--second", "spacy:en_core_web_sm", "--json")
    said = json.loads(found.out)
    assert (found.code, len(said["measures"]), len(found.err.splitlines())) == (2, 2, 1)
    assert "pip install spacy" in said["second"]["failed"]
    assert "pip install spacy" in found.err
    alone = countervail("read", story, *DAY, "--second-model", "small")
    assert (alone.code, alone.out, len(alone.err.splitlines())) == (2, "", 1)


TOLD = (
    "Kenya released two Ugandan traders on 3 March 2026. India expelled six Canadian diplomats on "
)


def test_events_are_written_accepted_and_listed(
    countervail: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "told.txt"
    path.write_text(f"{TOLD}14 October 2024.", encoding="utf-8")
    read = countervail("read", path, *DAY, "--draft", "drafts", "--json").json
    assert (read["files"], read["events_file"]) == ([], "drafts/events.toml")
    left = countervail("ledger", "accept", "drafts", "--yes-above", "0.5", "--json").json
    assert (left["events"], len(left["events_left"]), left["relations"]) == ([], 2, None)
    monkeypatch.setattr(sys, "stdin", Terminal("a\ns\n"))
    ran = countervail("ledger", "accept", "drafts", "--into", "mine")
    assert ran.code == 0
    assert "1 event accepted into mine" in ran.out
    assert "skipped" in ran.out
    found = countervail("ledger", "events", "--ledger", "mine", "--between", "KEN", "--json").json
    assert [one["file"] for one in found["events"] if "UGA" in one["parties"]] == [
        "mine/relations.csv"
    ]
    again = countervail("ledger", "accept", "drafts", "--yes-above", "0", "--events", "--json").json
    assert again["events"] == []
    assert any("duplicate of the expulsion of 2024-10-14" in o["why"] for o in again["events_left"])


def test_a_story_that_is_not_there_names_the_nearest(countervail: Command, story: Path) -> None:
    missing = countervail("read", "storry.txt")
    assert missing.code == 2
    assert "no such file; did you mean 'story.txt'?" in missing.err
