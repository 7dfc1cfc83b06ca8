"""Text of files is text: no markup, no orders to the terminal, no formulas; and plain sentences."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import countervail as cv
from countervail.ledger import open_ledger
from countervail.present.render.sheet import csv_text

from .conftest import Command

NASTY = {
    "x": "[/nope] [red]title[/red] :smile:",
    "y": "[durum] [bold]",
    "z": "\\u001b]0;pwned\\u0007\\u009b31m\\u202e =cmd|' /C calc'!A0",
}
MEASURE = """\
id = "abc-can-chn-{id}"
title = "Bad {text}"
implementer = "CAN"
targets = ["CHN"]
instrument = "tariff"
reviewed = 2026-11-22
confidence = "high"
exemptions = ["{text}"]
conditions = ["{text}"]
[authority]
name = "{text} Order"
citation = "=HYPERLINK('http://evil') {text}"
[[products]]
id = "steel"
name = "={text}"
hs = ["7208-7212"]
list_source = "{text}"
[[rates]]
products = ["steel"]
announced = 2025-05-01
in_force = 2025-06-01
rate = 25.0
basis = "additional"
note = "{text}"
reference = {{ title = "{text}", publisher = "{text}", date = "2025-05-01", address = "@{text}" }}
[[coverage]]
products = "steel"
sector = "C24A"
weights = {{ CHN = 0.4 }}
basis = "published"
year = 2024
source = "{text}"
"""
QUESTION = """\
name = "m"
title = "{text}"
question = "{text}"
from = 2025-04-01
to = 2025-07-01
measures = ["abc-can-chn-{id}"]
countries = ["CAN"]
[[outside]]
matter = "{text}"
reason = "x"
"""


@pytest.fixture(params=NASTY)
def id_(request: pytest.FixtureRequest, folder: Path) -> str:
    """Files with text of one kind in every place that has text; its id."""
    id = str(request.param)
    for name, text in ((f"abc-can-chn-{id}", MEASURE), ("q", QUESTION)):
        path = folder / f"{name}.toml"
        path.write_text(text.format(id=id, text=NASTY[id]), encoding="utf-8")
    return id


def as_read(id: str) -> str:
    """How the text stands on a terminal; bells were never printed."""
    return NASTY[id].replace("\\u0007", "").replace("\\u00", "\\x")


def flat(said: str) -> str:
    return " ".join(said.split())


def test_text_is_printed_as_it_stands(countervail: Command, id_: str) -> None:
    more = ("--ledger", f"abc-can-chn-{id_}.toml")
    for words in (
        ("ledger", "show", f"abc-can-chn-{id_}", *more),
        ("ledger", "list", *more),
        ("ledger", "list", "--as-of", "2025-07-01", *more),
        ("ledger", "check", more[1]),
        ("priors", "q.toml", *more),
        ("sweep", "q.toml"),
        ("run", "no\x1b[2J.toml"),
        ("run", "canada-china", "--from", "\x1b]0;x\x07\u202e"),
        ("nothing\x1b[2J",),
    ):
        ran = countervail(*words)
        steering = [c for c in ran.out + ran.err if c in "\x07\x1b\x9b\u202e\r"]
        assert (words, steering) == (words, [])
    ran = countervail("run", "q.toml", *more, "--all", "--out", "there")
    assert (ran.code, ran.err) == (0, "written to there\n")
    assert not set(ran.out) & set("\x07\x1b\x9b\u202e\r")
    assert ran.out.startswith(as_read(id_))
    assert flat(f"- Outside: {as_read(id_)}: x.") in flat(ran.out)
    shown = countervail("ledger", "show", f"abc-can-chn-{id_}", *more)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith(f"Bad {as_read(id_)}\n")
    assert f"- {as_read(id_)}\n" in shown.out
    cells_of_tables_are_no_formulas(Path("there"))


def cells_of_tables_are_no_formulas(made: Path) -> None:
    for path in made.glob("*.csv"):
        text = path.read_text("utf-8")
        assert not {"\x1b", "\x9b", "\u202e"} & set(text)
        for row in csv.reader(io.StringIO(text)):
            for cell in row:
                assert not cell.startswith(("=", "@")), (path.name, cell)
    (row,) = csv.DictReader(io.StringIO((made / "measures.csv").read_text("utf-8")))
    assert row["name"].startswith("'=")
    assert row["reference"].startswith("'@")


@given(st.text(), st.floats(allow_nan=False, allow_infinity=False))
def test_no_cell_is_a_formula_and_numbers_stay_numbers(text: str, number: float) -> None:
    rows = [{"text": text, "number": number, "words": str(number)}]
    (_, row) = csv.reader(io.StringIO(csv_text(rows)))
    assert float(row[1]) == float(row[2]) == number
    if row[0][:1] in tuple("=+-@\t\r\n"):
        float(row[0])  # but a number


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-"])
def test_formulas_get_an_apostrophe(text: str) -> None:
    (_, row) = csv.reader(io.StringIO(csv_text([{"cell": text}])))
    assert row[0].startswith("'")


def test_ledger_check_says_sentences(countervail: Command, folder: Path) -> None:
    text = MEASURE.format(id="w", text="w")
    bare = text[: text.index("[[coverage]]")]
    (folder / "abc-can-chn-w.toml").write_text(bare)
    read = len(open_ledger()) + 1
    ran = countervail("ledger", "check", "abc-can-chn-w.toml")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert (
        "abc-can-chn-w.toml:14: product 'steel' has a rate and no coverage: it cannot be priced"
        in lines
    )
    assert "Finding(" not in ran.out
    found = len(lines) - 1
    assert lines[-1] == f"{read} measures read; {found} finding{'' if found == 1 else 's'}"


def test_reprs_are_short() -> None:
    book = open_ledger()
    assert repr(book) == f"<Ledger: {len(book)} measures>"
    assert repr(book.filter(by="AUS")).endswith("s>")
    one = cv.Ledger.of([next(iter(book))])
    assert repr(one) == "<Ledger: 1 measure>"
    view = book.at("2026-01-01")
    assert repr(view) == f"<LawView of 2026-01-01: {len(view.ids)} measures in force>"
    assert len(repr(cv.open_scenario("canada-china"))) < 5_000


@pytest.mark.shared
def test_the_cases(countervail: Command, shared: Path) -> None:
    cases = shared / "cases"
    ran = countervail("run", cases / "15-control-characters" / "ansi.toml", "--all")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Title \\x1b]0;pwned \\x1b[31mred \\x1b[2J\nQ \\x1b[31m line\nsecond")
    assert "\x1b" not in ran.out
    more = [w for id in "xy" for w in ("--ledger", cases / "12-markup" / f"abc-can-chn-{id}.toml")]
    ran = countervail("run", cases / "12-markup" / "use.toml", *more, "--all")
    assert (ran.code, ran.err) == (0, "")
    assert "[/cite]; [/nope]" in ran.out
    ran = countervail("ledger", "show", "abc-can-chn-y", *more)
    assert ran.out.startswith("Bad [durum] [red]title[/red] =cmd|' /C calc'!A0\n")
