"""Remarks gathered while lines are made: each said once, the cells of one remark together."""

from __future__ import annotations

from collections.abc import Sequence


class Notes:
    """What there is to say, in the order it was first said."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], list[str]] = {}

    def say(self, sentence: str) -> None:
        """Say a sentence."""
        self.found.setdefault((sentence, ""), [])

    def cell(self, before: str, cell: str, after: str, detail: str = "") -> None:
        """Say something of a cell: ``before`` CAN>CHN A01 (detail), CAN>CHN A03 ... ``after``."""
        words = f"{cell} ({detail})" if detail else cell
        self.found.setdefault((before, after), []).append(words)

    def lines(self) -> tuple[str, ...]:
        """Return everything said."""
        return tuple(
            f"{before}{', '.join(cells)}{after}" if after else before
            for (before, after), cells in self.found.items()
        )


def listed(words: Sequence[str], most: int = 6) -> str:
    """Return the first words, and how many more there are."""
    shown = ", ".join(words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown
