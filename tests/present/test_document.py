"""One declaration, read everywhere: every renderer tells the same figures, and text is text."""

from __future__ import annotations

import csv
import io
import json
import math
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from countervail import schema
from countervail.ledger.notes import Note, sentence
from countervail.present.digits import Digits, amounts, levels, of, percents
from countervail.present.document import Document
from countervail.present.parts import Bullets, Column, Curve, DocumentTable, Heading, Words
from countervail.quantiles import Range

TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
HOSTILE = "<script>alert('x')</script> | *a* `b` [c](d) &amp; \x1b[31m\n# e"


def document(words: str, rows: list[dict[str, Any]], **more: Any) -> Document:
    columns = Column("name", words), Column("value", "value", levels(3), ranged=True)
    table = DocumentTable(columns, rows, caption=words, **more)
    parts = Heading(words), Words(words, "strong"), Bullets([words]), table
    return Document(parts, {"rows": rows}, {"rows": table})


class Reader(HTMLParser):
    """Which tags there are, and the text of every cell."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


@given(st.lists(st.tuples(TEXT, NUMBER), min_size=1, max_size=4))
def test_csv_and_json_read_back_whole(values: list[tuple[str, float]]) -> None:
    rows = [{"name": name, "value": value} for name, value in values]
    reported = document("words", rows)
    read = list(csv.DictReader(io.StringIO(reported.csv()["rows"], newline="")))
    assert [float(row["value"]) for row in read] == [value for _, value in values]
    assert json.loads(reported.json())["rows"] == rows
    # a formula, and what steers a terminal, are all that is changed
    for row, (name, _) in zip(read, values, strict=True):
        if name.isprintable() and name[:1] not in "=+-@":
            assert row["name"] == name


@given(st.lists(NUMBER.filter(lambda x: abs(x) < 1e9), min_size=1, max_size=4))
def test_every_renderer_tells_the_figures_of_the_file(values: list[float]) -> None:
    rows = [{"name": f"n{k}", "value": value} for k, value in enumerate(values)]
    reported = document("words", rows)
    written = [f"{value:,.3f}" for value in values]
    console = Console(width=100)
    with console.capture() as seen:
        console.print(reported)
    lines = seen.get().splitlines()
    assert [line.split()[-1] for line in lines if line.startswith("n")] == written
    cells = Reader(reported.html()).cells
    assert [cell.strip() for cell in cells[2:]] == [
        word for k, said in enumerate(written) for word in (f"n{k}", said)
    ]
    marked = [line for line in reported.markdown().splitlines() if line.startswith("| n")]
    assert [line.split(" | ")[1].rstrip(" |") for line in marked] == written


@given(TEXT | st.just(HOSTILE))
def test_text_is_never_markup(words: str) -> None:
    reported = document(words, [{"name": words, "value": 1.0}])
    plain = document("words", [{"name": "words", "value": 1.0}])
    allowed = Reader(plain.html()).tags | {"br"}
    assert Reader(reported.html()).tags <= allowed
    assert "\x1b" not in reported.html() + reported.markdown()
    assert reported.markdown().count("\n| ") == 3  # no cell, and no row, more than there are
    console = Console(width=100)
    with console.capture() as seen:
        console.print(document("[red]x[/red]", [{"name": "[b]y[/b]", "value": 1.0}]))
    assert seen.get().count("[red]x[/red]") == 5
    assert "[b]y[/b]" in seen.get()


def test_markdown_escapes_what_would_be_markup() -> None:
    marked = document(HOSTILE, []).markdown()
    assert "<script>" not in marked
    assert "\\<script\\>" in marked
    assert "\\*a\\*" in marked
    assert not any(line.startswith("# e") for line in marked.splitlines())


def test_ranges_stand_below_a_row_and_beside_it_in_the_file() -> None:
    row = {"name": "CAN", "value": 1.0}
    reported = document("words", [row], ranges=[{"value": Range(1.0, 0.5, 1.5, 2.5)}])
    (table,) = reported.tables.values()
    assert [cells for drawn, cells in table.cells() if drawn] == [
        ["  5 %", "0"],
        ["  median", "2"],
        ["  95 %", "2"],
    ]
    head, values = reported.csv()["rows"].splitlines()
    assert head == "name,value,value_p05,value_p50,value_p95"
    assert values == "CAN,1.0,0.5,1.5,2.5"
    assert reported.html().count('<tr class="draws">') == 3


def test_rows_that_are_read_are_chosen_and_ordered_and_all_are_in_the_file() -> None:
    rows = [{"name": name, "value": 0.0} for name in "abc"]
    reported = document("words", rows, shown=[2, 0])
    assert [cells[0] for _, cells in reported.tables["rows"].cells()] == ["c", "a"]
    assert len(reported.csv()["rows"].splitlines()) == 4


def test_notes_are_values_until_they_are_read() -> None:
    note = Note.of("unpriced", what="steel", why="no rate")
    reported = Document([Bullets([note, "and more"])], {})
    assert f"- {sentence(note)}" in reported.markdown()
    assert "<li>and more</li>" in reported.html()


def test_names_make_room_so_that_no_number_is_cut_on_a_screen() -> None:
    numbers = "-10 000 (de -14 000 à -7 000)", "-8 000 (de -9 000 à -5 000)"
    columns = [Column("name", "millions USD", width=(20, 28))]
    columns += [Column(f"h{k}", head, fixed=True) for k, head in enumerate(("un an", "long terme"))]
    rows = [{"name": "Émirats arabes unis", **{f"h{k}": one for k, one in enumerate(numbers)}}]
    console = Console(width=80)
    with console.capture() as caught:
        console.print(Document([DocumentTable(tuple(columns), rows, indent=2)], {}))
    assert all(one in caught.get() for one in numbers)
    assert max(map(len, caught.get().splitlines())) <= 80


def test_a_curve_is_drawn_on_the_terminal_and_left_to_its_table_elsewhere() -> None:
    reported = Document([Curve([0.0, 1.0], [0.0, 2.0], "pain", "Cost")], {})
    console = Console(width=100)
    with console.capture() as seen:
        console.print(reported)
    assert seen.get().startswith("Cost (upward) against pain\n")
    assert reported.markdown().strip() == ""
    assert reported._repr_html_() == reported.html()


@pytest.mark.parametrize(
    ("digits", "value", "said"),
    [
        (of("welfare"), 500.0, "six times"),
        (of("welfare"), -1.23456, "-1.2346"),
        (of("welfare_usd"), -0.3, "-0.3"),
        (of("income"), 1234.5, "1,234"),
        (of("price_index_hat"), 1.0, "1.00000"),
        (Digits("small", 1), 1.23e-12, "1.2e-12"),
        (Digits("general", 3), 0.12345, "0.123"),
        (Digits("level", 2, none="-"), None, "-"),
        (Digits("level", 2), float("inf"), "n.a."),
        (Digits("level", 0, unit=" %"), 12.4, "12 %"),
    ],
)
def test_rules_for_digits(digits: Digits, value: float | None, said: str) -> None:
    assert digits.write(value) == said


@pytest.mark.parametrize(
    ("digits", "known", "said"),
    [
        # the two examples of the design
        (percents(4), (-0.02707, -0.03751, -0.0202), ["-0.027", "-0.038", "-0.020"]),
        (amounts(), (555.0, 414.0, 768.0), ["+600", "+400", "+800"]),
        (levels(0), (244.0, 9.0, 325.0), ["200", "9", "300"]),
        (percents(0), (-96.0, -99.9, -80.0), ["-96", "over -99", "-80"]),
        (percents(4), (1e-5, -0.02, 0.03), ["+0.00001", "-0.02", "+0.03"]),
        (amounts(), (5.0, math.nan, math.nan), ["+5", "n.a.", "n.a."]),
        (amounts(), (5.0, 5.0, 5.0), ["+5", "+5", "+5"]),
        (levels(2), (1.0, 0.9999999, 1.0000001), ["1.00", "1.00", "1.00"]),
    ],
)
def test_a_range_says_how_many_digits_there_are(
    digits: Digits, known: tuple[float, float, float], said: list[str]
) -> None:
    beside = digits.beside(*known[1:])
    assert [beside.write(value) for value in known] == said


@given(
    st.floats(-1e7, 1e7),
    st.floats(1e-6, 1e6),
    st.sampled_from([amounts(), levels(0), levels(3)]),
)
def test_what_is_written_is_as_near_as_the_range_is_wide(
    value: float, half: float, digits: Digits
) -> None:
    beside = digits.beside(value - half, value + half)
    assert beside.places <= digits.places
    written = float(beside.write(value).replace(",", ""))
    assert abs(written - value) <= max(half, 0.5 * 10.0**-beside.places)


def test_every_variable_has_a_heading_and_a_rule() -> None:
    for name, row in schema.variables().items():
        assert row.heading, name
        assert row.digits >= 0, name
        assert bool(row.money) == row.unit.startswith("USD"), name
        assert not (row.sign and row.lower == 0), name  # what has a sign can fall
        assert of(name).write(1.0), name
