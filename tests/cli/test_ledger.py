"""``countervail ledger``: tables for people, rows for programs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

import countervail as cv
from countervail.present import in_force as in_force_report

from .conftest import Command

EV = "can-chn-ev-surtax-2024"


def test_all_names_every_measure(countervail: Command) -> None:
    answer = countervail("ledger", "list", "--all", "--json").json
    ids = [row["id"] for row in answer["measures"]]
    assert ids == sorted(cv.open_ledger().measures)
    for row in answer["measures"]:
        assert {"id", "by", "on", "instrument", "first in force", "priced", "title"} <= set(row)
    table = countervail("ledger", "list", "--all")
    assert (table.code, table.err) == (0, "")
    assert all(id in table.out for id in ids)


def test_list_by_and_on(countervail: Command) -> None:
    words = ("ledger", "list", "--all", "--json", "--by")
    found = countervail(*words, "Canada", "--on", "CHN").json
    assert EV in {row["id"] for row in found["measures"]}
    assert {row["by"] for row in found["measures"]} == {"CAN"}
    nothing = countervail("ledger", "list", "--by", "MLT", "--on", "STP", "--today", "2026-01-12")
    assert nothing.code == 0
    said = (
        "On 12 January 2026 nothing in this ledger is in force by Malta on São Tomé and Príncipe."
    )
    assert said in " ".join(nothing.out.split())
    rows = countervail("ledger", "list", "--by", "MLT", "--on", "STP", "--show", "law")
    assert "Nothing in this ledger is in force." in rows.out.splitlines()


def test_today_is_the_default(countervail: Command) -> None:
    words = ("ledger", "list", "--between", "CAN,CHN")
    assert countervail(*words, "--today", "2024-10-01").out == (
        countervail(*words, "--as-of", "2024-10-01").out
    )


def test_between_is_both_directions_and_nobody_else(countervail: Command) -> None:
    words = ("ledger", "list", "--as-of", "2026-01-12", "--json", "--between")
    rows = countervail(*words, "CAN,CHN").json["in_force"]
    assert rows == countervail(*words, "China,Canada").json["in_force"]
    assert {(row["by"], *row["targets"]) for row in rows} == {("CAN", "CHN"), ("CHN", "CAN")}
    bad = countervail(*words, "CAN")
    assert bad.code == 2
    assert "does not name two sides" in bad.err


def test_a_heading_names_everyone_where_an_entry_does(countervail: Command) -> None:
    words = ("ledger", "list", "--show", "law", "--by", "USA", "--as-of")
    metals = "usa-all-s232-steel-aluminium-2025"
    assert f"{metals}: USA on ALL;" in countervail(*words, "2026-03-02").out
    reported = countervail(*words, "2025-08-07").out.replace("\n", " ")
    assert "USA on ALL but CAN MEX CHN HKG MAC BLR CUB PRK and " in reported


def test_what_was_not_due_is_shown(countervail: Command) -> None:
    reported = countervail("ledger", "show", "usa-bra-ieepa-2025").out
    assert "Collected at the border and not due in law" in reported
    assert "nothing was due, known since 2026-02-20" in reported
    kept = countervail("ledger", "show", "usa-bra-ieepa-2025", "--json").json["settled"]
    assert [(s["first"], s["last"], s["rate"]) for s in kept] == [("2025-08-06", "2026-02-23", 0.0)]


def test_goods_by_word_and_by_code(countervail: Command) -> None:
    words = ("ledger", "list", "--as-of", "2026-01-12", "--json", "--between", "CAN,CHN")
    named = {row["products"] for row in countervail(*words, "--product", "Canola").json["in_force"]}
    assert named == {"canola seed", "canola oil", "canola meal"}
    coded = countervail(*words, "--product", "1205.10").json["in_force"]
    assert [row["products"] for row in coded] == ["canola seed"]
    unknown = countervail(*words, "--product", "unicorns")
    assert unknown.code == 2
    assert "no measure of this ledger names 'unicorns'" in unknown.err


def test_a_row_has_numbers_goods_and_law(countervail: Command) -> None:
    words = ("ledger", "list", "--as-of", "2025-10-01", "--product", "canola seed")
    (row,) = countervail(*words, "--json").json["in_force"]
    assert row["rate"] == 75.8
    assert (row["own_duty"], row["hs"], row["instrument"]) == (9.0, ["1205"], "tariff")
    assert (row["since"], row["until"], row["until_partly"]) == ("2025-08-14", "2026-02-28", False)
    assert row["citation"]
    table = countervail(*words, "--show", "law").out
    assert [w in table for w in ("75.8", "2025-08-14", "2026-02-28", row["id"])] == [True] * 4
    (line,) = csv.DictReader(io.StringIO(countervail(*words, "--csv").out))
    assert (float(line["rate"]), line["hs"]) == (75.8, "1205")


def test_until_is_what_was_known_on_a_day(countervail: Command) -> None:
    words = ("ledger", "list", "--as-of", "2025-10-01", "--product", "canola seed", "--json")
    (row,) = countervail(*words, "--known-on", "2025-10-01").json["in_force"]
    assert row["until"] is None


def test_a_day_the_record_does_not_cover_is_said_first(countervail: Command) -> None:
    record = cv.open_ledger().record
    assert record is not None
    first, reviewed = record
    later = countervail("ledger", "list", "--as-of", "2099-01-01")
    assert later.code == 0
    said = f"As known on {reviewed}; later changes are not in this ledger."
    assert said in later.out.splitlines()[:3]
    entries = countervail("ledger", "list", "--as-of", "2099-01-01", "--show", "law")
    assert said in entries.out.splitlines()
    earlier = countervail("ledger", "list", "--as-of", "1990-01-01")
    assert earlier.code == 0
    assert "the law of 1990-01-01 is not known" in " ".join(earlier.out.split())
    assert str(first) in earlier.out
    inside = countervail("ledger", "list", "--as-of", str(reviewed), "--json").json
    assert inside["says"] is None


def test_a_page_fits_eighty_columns() -> None:
    widths = [most for column in in_force_report.COLUMNS for _, most in [column.width] if most]
    assert len(widths) == len(in_force_report.COLUMNS)
    assert sum(widths) + 2 * (len(widths) - 1) + 2 <= 80


@pytest.mark.parametrize("words", [("--all", "--as-of", "2025-01-01"), ("--csv", "--json")])
def test_what_does_not_go_together(countervail: Command, words: tuple[str, ...]) -> None:
    ended = countervail("ledger", "list", *words)
    assert (ended.code, ended.out) == (2, "")


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
    assert (
        ran.out.splitlines()[-1]
        == f"{len(book)} measures read; {len(cv.check_ledger(book))} findings"
    )
    answer = countervail("ledger", "check", "--json").json
    assert answer["measures"] == len(book)
    assert len(answer["findings"]) == len(cv.check_ledger(book))

    shipped = Path(cv.__file__).parent / "ledger" / "measures" / f"{EV}.toml"
    path = folder / "mine-2024.toml"
    path.write_text(shipped.read_text("utf-8").replace(EV, "mine-2024"), encoding="utf-8")
    assert countervail("ledger", "check", path, "--json").json["measures"] == len(book) + 1
    taken = folder / f"{EV}.toml"
    taken.write_text(shipped.read_text("utf-8"), encoding="utf-8")
    ran = countervail("ledger", "check", taken)
    assert ran.code == 2
    assert "is already in" in ran.err


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_first_screen_is_a_sentence_and_a_dozen_lines(countervail: Command, lang: str) -> None:
    words = ("ledger", "list", "--today", "2026-11-29", "--lang", lang)
    reported = countervail(*words).out
    answer = countervail(*words, "--json").json
    number = len({row["id"] for row in answer["in_force"]})
    assert f"{number} " in answer["sentence"]
    assert " ".join(reported.split()).startswith(" ".join(answer["sentence"].split()))
    lines = reported.splitlines()
    assert max(map(len, lines)) <= 80
    table = [line for line in lines if line.startswith("  ") and line.strip()]
    assert 3 <= len(table) <= 12
    newest = max(row["since"] for row in answer["in_force"] if row["since"])
    assert newest in table[1]


def test_measures_have_their_steps_and_ends(countervail: Command) -> None:
    answer = countervail("ledger", "list", "--all", "--json").json
    (seed,) = (r for r in answer["measures"] if r["id"] == "chn-can-canola-seed-antidumping")
    steps = seed["steps"]
    assert [s["in_force"] for s in steps] == sorted(s["in_force"] for s in steps)
    assert {"rate", "law", "products", "announced", "expires", "never"} <= set(steps[0])
    assert ("2025-08-14", 75.8) in {(s["in_force"], s["rate"]) for s in steps}
    assert seed["products"] == [{"id": "canola_seed", "name": "canola seed", "hs": ["1205"]}]
    (ev,) = (r for r in answer["measures"] if r["id"] == EV)
    assert ev["ends"] is None or ev["ends"] >= "2026-02-28"
