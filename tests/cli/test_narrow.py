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
    made = DocumentTable((Column("deal", "deal"), *columns), [row])
    numbers = [f"+{k}.123456" for k in range(9)]
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
    terminal.show(screen([Heading("a title"), made]))
    for number in numbers:
        assert number in said.getvalue()
    assert "…" not in said.getvalue()
