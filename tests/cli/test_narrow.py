"""A narrow terminal: tables lose no digits."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from countervail.present import terminal
from countervail.present.digits import Digits
from countervail.present.parts import Column, DocumentTable, Heading
from countervail.present.render.screen import screen


@pytest.mark.parametrize("width", [30, 80, 200])
def test_no_number_is_cut(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    digits = Digits("signed", 6)
    columns = [Column(f"c{k}", f"column {k}", digits) for k in range(9)]
    row = {"deal": "sum", **{f"c{k}": k + 0.123456 for k in range(9)}}
    said = shown(DocumentTable((Column("deal", "deal"), *columns), [row]), width, monkeypatch)
    for k in range(9):
        assert f"+{k}.123456" in said
    assert "…" not in said


@pytest.mark.parametrize("fixed", [True, False])
def test_no_word_is_cut_beside_a_wide_one(fixed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "sourcing=by_use, goods=nested, technology=ces, factors=specific after one year"
    digits = Digits("signed", 6)
    columns = [Column(f"c{k}", "observed", digits, fixed=fixed) for k in range(3)]
    row = {"deal": words, "of": words, **{f"c{k}": k + 0.123456 for k in range(3)}}
    table = DocumentTable((Column("deal", "deal", fixed=True), Column("of"), *columns), [row])
    said = shown(table, 100, monkeypatch)
    assert words in said
    assert said.count("observed") == 3
    for k in range(3):
        assert f"+{k}.123456" in said


def test_no_number_is_broken_at_any_width(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [-3808.0, -0.1853, -0.000005, 0.1, 0.000003, 12.0]
    columns = [
        Column(f"c{k}", "what became of it in all", Digits("signed", 6))
        for k, _ in enumerate(values)
    ]
    row = {"country": "USA United States", **{f"c{k}": value for k, value in enumerate(values)}}
    table = DocumentTable((Column("country", "country"), *columns), [row])
    numbers = [column.cell(row) for column in columns]
    for width in range(60, 120):
        said = shown(table, width, monkeypatch).split()
        assert not [number for number in numbers if number not in said], width


def shown(table: DocumentTable, width: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what a terminal of a width shows of a table."""
    said = io.StringIO()

    def console(width: int = width, markup: bool = True, emoji: bool = True) -> Console:
        return Console(
            width=width,
            file=said,
            force_terminal=True,
            color_system=None,
            markup=markup,
            emoji=emoji,
        )

    monkeypatch.setattr(terminal, "Console", console)
    terminal.show(screen([Heading("a title"), table]))
    return said.getvalue()
