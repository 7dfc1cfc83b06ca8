"""A narrow terminal: tables lose no digits."""

from __future__ import annotations

import io

import pytest
from rich.console import Console, Group
from rich.text import Text

from countervail.present import terminal
from countervail.present.pieces import table


@pytest.mark.parametrize("width", [30, 80, 200])
def test_no_number_is_cut(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made = table("deal", *(f"column {k}" for k in range(9)))
    numbers = [f"+{k}.123456" for k in range(9)]
    made.add_row("sum", *numbers)
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
    terminal.show(Group(Text("a title"), made))
    for number in numbers:
        assert number in said.getvalue()
    assert "…" not in said.getvalue()
