"""``--today``: every command has it, and it is the day of the answer."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer.main

from countervail.cli.app import command_line

from .conftest import Command


def leaves(command: object, *path: str) -> list[tuple[str, ...]]:
    inside = getattr(command, "commands", None)
    if inside is None:
        return [path]
    return [leaf for name, one in inside.items() for leaf in leaves(one, *path, name)]


@pytest.mark.parametrize("path", leaves(typer.main.get_command(command_line())), ids=" ".join)
def test_every_command_has_it(countervail: Command, path: tuple[str, ...]) -> None:
    assert "--today DATE" in countervail(*path, "--help").out


def test_it_is_the_day_and_stands_in_the_manifest(countervail: Command) -> None:
    words = ("run", "canada-china", "--to", "today", "--today", "2026-03-02", "--json")
    answer = countervail(*words).json
    assert answer["ledger"]["to"] == "2026-03-02"
    assert answer["manifest"]["today"] == "2026-03-02"


def test_a_file_may_ask_for_today(countervail: Command, folder: Path) -> None:
    (folder / "q.toml").write_text(
        'name = "q"\ntitle = "t"\nfrom = 2024-09-30\nto = "today"\n'
        'measures = ["can-chn-ev-surtax-2024"]\n'
    )
    answer = countervail("run", "q.toml", "--today", "2024-10-02", "--json").json
    assert answer["ledger"]["to"] == "2024-10-02"


def test_what_is_no_date_is_refused(countervail: Command) -> None:
    ended = countervail("run", "canada-china", "--today", "2026-13-02")
    assert (ended.code, ended.out) == (2, "")
    assert "'2026-13-02' is not a date" in ended.err


def test_what_changed_since_stands_under_the_title(countervail: Command) -> None:
    words = ("run", "canada-china", "--show", "law", "--today")
    reported = " ".join(countervail(*words, "2026-11-29").out.split())
    head = reported[: reported.index("What changed in law")]
    assert "Since then: 2026-03-01" in head
    assert "2026-03-01 canola seed +75.8 % to +5.9 %" in head
    assert "today's law: --to today" in head
    assert "Also changed between these dates, not part of this question" in head
    then = countervail(*words, "2026-01-12")
    assert "Since then" not in then.out


def test_what_changed_since_is_in_the_json(countervail: Command) -> None:
    answer = countervail("run", "canada-china", "--today", "2026-03-02", "--json").json
    seed = [row for row in answer["scenario"]["since"] if row["products"] == ["canola seed"]]
    assert [(row["date"], row["rate"], row["rate_new"]) for row in seed] == [
        ("2026-03-01", 75.8, 5.9)
    ]
    assert "chn-usa-feb-2025" in {row["matter"] for row in answer["scenario"]["outside"]}


def test_other_dates_are_not_told_the_canned_question(countervail: Command) -> None:
    words = ("run", "canada-china", "--all", "--today", "2026-11-29")
    assert "between September 2024 and January 2026" in countervail(*words).out
    assert "between September 2024" not in countervail(*words, "--to", "today").out
