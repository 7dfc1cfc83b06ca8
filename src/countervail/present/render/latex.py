"""A table of a document as LaTeX: text of files is text, never a command."""

from __future__ import annotations

from countervail.present.parts import DocumentTable
from countervail.text.characters import printable

SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "−": "$-$",
    "→": r"$\rightarrow$",
    "≈": r"$\approx$",
    "±": r"$\pm$",
    **{c: f"\\{c}" for c in "&%$#_{}"},
}
"""What stands for a character that means something to LaTeX, or that its fonts lack."""


def latex(table: DocumentTable) -> str:
    """Return a table as a ``tabular``, numbers to the right, its caption as a comment below."""
    sides = "".join("r" if column.numeric else "l" for column in table.columns)
    lines = [rf"\begin{{tabular}}{{{sides}}}", r"\hline"]
    lines += [_row([column.heading for column in table.columns]), r"\hline"]
    lines += [_row(cells) for _, cells in table.cells()]
    lines += [r"\hline", r"\end{tabular}"]
    if table.caption:
        lines += [f"% {' '.join(printable(table.caption).split())}"]
    return "\n".join(lines) + "\n"


def _row(cells: list[str]) -> str:
    return " & ".join(map(_text, cells)) + r" \\"


def _text(text: str) -> str:
    return "".join(SPECIAL.get(c, c) for c in " ".join(printable(text).split()))
