"""The door to the terminal: text is text, never markup, and nothing in it is cut or lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Column as TableColumn
from rich.table import Table
from rich.text import Span, Text

from countervail.text.characters import fitting, printable

Change = Callable[[str], str]

WIDEST_COLUMNS = 400
"""Columns of a table at most, however narrow the terminal is."""


LEAST, FIRST_SCREEN = 110, 80
"""Columns of what is no terminal: of an answer read as a whole, and of a first screen."""

PLAIN = str.maketrans({"−": "-", "\u00a0": " ", "\u202f": " "})
"""What files and pipes have in place of a minus, and of spaces at which no line breaks."""


def show(renderable: RenderableType, console: Console | None = None, *, least: int = LEAST) -> None:
    """Print to standard output, 110 columns wide or more when it is not a terminal.

    Never so narrow that a table would lose digits. Text of files is printed as it stands: square
    brackets are brackets, what would steer the terminal is spelled out, and what the output cannot
    hold has a stand-in, before columns are measured.

    Args:
        renderable: what is printed.
        console: where; default standard output.
        least: columns where that is no terminal.
    """
    out = console or Console(markup=False, emoji=False)
    shown = fitted(renderable, out)
    width = max(out.width, 0 if out.is_terminal else least, _widest(shown, out))
    if width > out.width:
        out = Console(width=width, markup=False, emoji=False)
    _allotted(shown, out, out.width)
    out.print(shown)


def fitted(renderable: RenderableType, out: Console) -> RenderableType:
    """Return what is to be shown with what would steer the terminal spelled out, and stand-ins.

    Args:
        renderable: what is printed.
        out: where.
    """

    def fits(text: str) -> str:
        said = fitting(printable(text), out.encoding)
        return said if out.is_terminal else said.translate(PLAIN)

    return _through(renderable, fits)


def _widest(renderable: RenderableType, console: Console) -> int:
    """Return the least width at which no table has to cut a word or a number."""
    if isinstance(renderable, Group):
        return max((_widest(one, console) for one in renderable.renderables), default=0)
    if isinstance(renderable, Padding):
        inside = _widest(renderable.renderable, console)
        return inside + renderable.left + renderable.right if inside else 0
    if not isinstance(renderable, Table):
        return 0
    wide = console.options.update(max_width=WIDEST_COLUMNS)
    return console.measure(renderable, options=wide).minimum


def _allotted(renderable: RenderableType, console: Console, width: int) -> None:
    """Give the columns of tables their widths where rich would break a word or a number of one.

    Rich takes from the widest columns until all fits, also what a word of theirs needs.
    """
    if isinstance(renderable, Group):
        for one in renderable.renderables:
            _allotted(one, console, width)
    elif isinstance(renderable, Padding):
        _allotted(renderable.renderable, console, width - renderable.left - renderable.right)
    elif isinstance(renderable, Table):
        needs = [_needs(column) for column in renderable.columns]
        given = renderable._calculate_column_widths(console, console.options.update(width=width))
        frames = [renderable._get_padding_width(k) for k in range(len(needs))]
        inside = [wide - frame for wide, frame in zip(given, frames, strict=True)]
        if any(wide < least for wide, (least, _) in zip(inside, needs, strict=True)):
            level = _level(needs, width - sum(frames))
            for column, (least, most) in zip(renderable.columns, needs, strict=True):
                column.width = max(least, min(most, level))


def _needs(column: TableColumn) -> tuple[int, int]:
    """Return how wide the longest word of a column is, and its longest line."""
    lines = [line for cell in (column.header, *column.cells) for line in str(cell).split("\n")]
    words = lines if column.no_wrap else [word for line in lines for word in line.split()]
    low, high = column.min_width or 0, column.max_width or WIDEST_COLUMNS
    least, most = (max(map(cell_len, some), default=0) for some in (words, lines))
    return min(max(least, low), high), min(max(most, low), high)


def _level(needs: Sequence[tuple[int, int]], room: int) -> int:
    """Return the width at which columns are cut off, so that together they have room."""
    level = max((most for _, most in needs), default=0)
    while level > 1 and sum(max(least, min(most, level)) for least, most in needs) > room:
        level -= 1
    return level


def _through(shown: RenderableType, change: Change) -> RenderableType:
    """Return what is to be shown with its text changed, character by character."""
    if isinstance(shown, str):
        return change(shown)
    if isinstance(shown, Text):
        return _text(shown, change)
    if isinstance(shown, Group):
        return Group(*(_through(one, change) for one in shown.renderables))
    if isinstance(shown, Padding):
        shown.renderable = _through(shown.renderable, change)
    if isinstance(shown, Table):
        shown.title = _words(shown.title, change)
        shown.caption = _words(shown.caption, change)
        for column in shown.columns:
            column.header = _through(column.header, change)
            column._cells = [_through(cell, change) for cell in column.cells]
            column.overflow = "fold"  # a word that is too long goes on below: no end of it is lost
            _on_one_line(column)
    return shown


def _on_one_line(column: TableColumn) -> None:
    """Keep what must not be broken as wide as it is: rich would measure a word of it, or cut it.

    That is what is to stand on one line, and what has no space to break at.
    """
    cells = [str(cell) for cell in (column.header, *column.cells)]
    if column.max_width is None and not any(" " in cell for cell in cells):
        column.no_wrap = True
    if column.no_wrap:
        column.min_width = max(column.min_width or 0, *map(cell_len, cells))


def _words(words: str | Text | None, change: Change) -> str | Text | None:
    if isinstance(words, Text):
        return _text(words, change)
    return words if words is None else change(words)


def _text(text: Text, change: Change) -> Text:
    """Return text with its characters changed and its styles where they were."""
    made = [change(character) for character in text.plain]
    if "".join(made) == text.plain:
        return text
    at = [0]
    for one in made:
        at.append(at[-1] + len(one))
    changed = text.blank_copy("".join(made))
    changed.spans = [Span(at[span.start], at[span.end], span.style) for span in text.spans]
    return changed
