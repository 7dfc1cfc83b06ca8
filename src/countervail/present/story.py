"""What a story's question comes to, below what was read of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from countervail.present.document import Document
from countervail.present.parts import Part, Words, section

SAID = (
    "Point answers of the built-in world, after about a year, without ranges (--draws 0); without "
    "--draws 0 a command has them."
)


def with_answers(read: Document, answers: Sequence[Mapping[str, Any]]) -> Document:
    """Return what was read, with answers below it, each with its command.

    Args:
        read: the document of the text.
        answers: with ``asks``, ``says``, ``command`` and ``reason``.
    """
    lines: list[Part] = []
    for one in answers:
        lines.append(Words(one["asks"], style="asked", apart=True))
        lines.append(Words(one["says"] or f"Not computed: {one['reason']}"))
        if one["command"]:
            lines.append(Words(f"  {one['command']}", style="quiet"))
    parts = [*read.parts, *section("What it comes to", Words(SAID, style="quiet"), *lines)]
    return replace(read, parts=parts, data={**read.data, "answers": [dict(a) for a in answers]})
