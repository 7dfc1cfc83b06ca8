"""``countervail ledger``: tables for people, rows for programs."""

from __future__ import annotations

from pathlib import Path

import pytest

import countervail as cv

from .conftest import Command

EV = "can-chn-ev-surtax-2024"


def test_list_names_every_measure(countervail: Command) -> None:
    answer = countervail("ledger", "list", "--json").json
    ids = [row["id"] for row in answer["measures"]]
    assert ids == sorted(cv.open_ledger().measures)
    for row in answer["measures"]:
        assert {"id", "by", "on", "instrument", "first in force", "priced", "title"} <= set(row)
    table = countervail("ledger", "list")
    assert (table.code, table.err) == (0, "")
    assert all(id in table.out for id in ids)


def test_list_by_and_on(countervail: Command) -> None:
    found = countervail("ledger", "list", "--by", "Canada", "--on", "CHN", "--json").json
    assert EV in {row["id"] for row in found["measures"]}
    assert {row["by"] for row in found["measures"]} == {"CAN"}
    nothing = countervail("ledger", "list", "--by", "MLT", "--on", "STP")
    assert (nothing.code, nothing.out.strip()) == (0, "nothing")


def in_force(countervail: Command, *words: str) -> set[str]:
    answer = countervail("ledger", "list", *words, "--json").json
    return {row["id"] for row in answer["in_force"]}


def test_list_on_a_day(countervail: Command) -> None:
    assert EV not in in_force(countervail, "--as-of", "2024-09-30")
    assert EV in in_force(countervail, "--as-of", "2024-10-01")
    answer = countervail("ledger", "list", "--as-of", "2024-10-01", "--by", "CAN", "--json").json
    assert answer["as_of"] == "2024-10-01"
    (row,) = (r for r in answer["in_force"] if r["id"] == EV)
    assert (row["law"], row["since"], row["announced"]) == ("+100 %", "2024-10-01", "2024-08-26")
    assert "Gazette" in row["reference"]


def test_two_clocks(countervail: Command) -> None:
    later = ("--as-of", "2026-03-02", "--known-on")
    assert EV in in_force(countervail, *later, "2026-01-12")
    assert EV not in in_force(countervail, *later, "2026-03-02")


def test_show_is_everything_about_one_measure(countervail: Command) -> None:
    page = countervail("ledger", "show", EV)
    assert (page.code, page.err) == (0, "")
    for part in (
        "Products", "Rates by date", "Coverage", "electric vehicles", "+100 %", "2024-10-01",
        "SOR/2024-187", "published",
    ):  # fmt: skip
        assert part in page.out, part
    assert "In force on that day" not in page.out
    page = countervail("ledger", "show", EV, "--as-of", "2024-10-01")
    assert "In force on that day" in page.out


def test_show_as_json_is_the_file(countervail: Command) -> None:
    answer = countervail("ledger", "show", EV, "--json").json
    measure = cv.open_ledger().measure(EV)
    assert answer == measure.model_dump(mode="json")
    dated = countervail("ledger", "show", EV, "--as-of", "2024-10-01", "--json").json
    assert dated["in_force"][0]["law"] == "+100 %"


@pytest.mark.parametrize("measure", sorted(cv.open_ledger().measures))
def test_every_measure_can_be_shown(countervail: Command, measure: str) -> None:
    page = countervail("ledger", "show", measure)
    assert page.code == 0
    assert measure in page.out


def test_check(countervail: Command, folder: Path) -> None:
    book = cv.open_ledger()
    ran = countervail("ledger", "check")
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == f"{len(book)} measures read; {len(book.check())} findings"
    answer = countervail("ledger", "check", "--json").json
    assert answer["measures"] == len(book)
    assert len(answer["findings"]) == len(book.check())

    shipped = Path(cv.__file__).parent / "ledger" / "measures" / f"{EV}.toml"
    path = folder / "mine-2024.toml"
    path.write_text(shipped.read_text("utf-8").replace(EV, "mine-2024"), encoding="utf-8")
    assert countervail("ledger", "check", path, "--json").json["measures"] == len(book) + 1
    taken = folder / f"{EV}.toml"
    taken.write_text(shipped.read_text("utf-8"), encoding="utf-8")
    ran = countervail("ledger", "check", taken)
    assert ran.code == 2
    assert "is already in" in ran.err
