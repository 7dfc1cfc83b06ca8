"""Pieces of what is printed that several reports share."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from countervail import labels
from countervail.present.rows import sector_name


def title(words: str) -> Text:
    """Return a section's title, with a line left free above it."""
    return Text(f"\n{words}", style="bold")


def counted(number: int, word: str) -> str:
    """Return a number of things in words: ``1 measure``, ``2 measures``."""
    return f"{number:,} {word}{'s'[: number != 1]}"


def listed(words: str, sentences: Sequence[str]) -> list[RenderableType]:
    """Return sentences under a title; nothing where there are none."""
    return [title(words), *(Text(f"- {s}") for s in sentences)] if sentences else []


def table(*columns: str, words: int = 1) -> Table:
    """Return an empty table whose first columns hold words, the others numbers."""
    made = Table(box=None, pad_edge=False, header_style="bold dim", caption_justify="left")
    for number, column in enumerate(columns):
        justify = "left" if number < words else "right"
        made.add_column(column, justify=justify, no_wrap=words > 1 and number > 0)  # type: ignore[arg-type]
    return made


def country_name(code: str) -> str:
    """Return a country's name; a user's own world has its own labels."""
    return labels.country_name(code) if code in labels.countries() else code


def named(code: str) -> str:
    """Return a country's or a sector's code with its name; any other label as it is."""
    if code in labels.countries():
        return f"{code} {labels.country_name(code)}"
    return f"{code} {sector_name(code)}" if code in labels.sectors() else code
