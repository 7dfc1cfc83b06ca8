"""A second opinion beside what was read: where both agree, and what either has alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from countervail.present.parts import Part, Words, listed, section
from countervail.present.pieces import counted
from countervail.reading.second.beside import Beside


def stands(second: Beside, index: int) -> dict[str, Any] | None:
    """Return how a second opinion stands to a draft; None where there is no opinion.

    Args:
        second: the opinion.
        index: of the draft, from 0.

    Returns:
        ``says``: ``agrees``, ``differs`` or ``nothing``; ``fields`` on which both agree.
    """
    if second.failed:
        return None
    for says, several in (("agrees", second.agreed), ("differs", second.differs)):
        for one in several:
            if one["index"] == index:
                return {"says": says, "fields": one["fields"]}
    return {"says": "nothing", "fields": []}


def told(stand: Mapping[str, Any]) -> str:
    """Return how a second opinion stands to a draft, in words."""
    fields = ", ".join(stand["fields"])
    if stand["says"] == "agrees":
        return f"second opinion: agrees in all it says ({fields})"
    if stand["says"] == "differs":
        return "second opinion: differs in what is named first under check"
    return "second opinion: has no such measure"


def compared(second: Beside, line: Callable[[Mapping[str, Any]], str]) -> list[Part]:
    """Return what a second opinion comes to, difference by difference.

    Args:
        second: the opinion.
        line: says a record on one line.
    """
    title = f"Second opinion: {second.name}"
    if second.failed:
        return section(title, Words("None was given; what stands above is our own reading."))
    head = (
        f"It agrees on {counted(len(second.agreed), 'draft')}, differs on {len(second.differs)} "
        f"and has {len(second.only_second)} more; refused: {len(second.refused)}"
    )
    parts: list[Part] = [Words(head)]
    for one in second.differs:
        said = "; ".join(
            f"{name} {_short(both['ours'])} here, {_short(both['theirs'])} there"
            for name, both in one["differ"].items()
        )
        parts.append(Words(f"Draft {one['index'] + 1}: {said}"))
    found = section(title, *parts)
    found += listed(
        "It alone has, each checked against the text",
        [
            f'{line(one)}: "{one["quote"]}" (characters {one["start"]} to {one["end"]})'
            + (f"; listed here: {one['listed']}" if one["listed"] else "")
            for one in second.only_second
        ],
    )
    found += listed("Refused of it", [f'"{one.quote}": {one.reason}' for one in second.refused])
    return found


def _short(value: Any) -> str:
    """Return a field's value in few words."""
    if isinstance(value, list):
        return " ".join(_short(one) for one in value) or "all goods"
    if isinstance(value, Mapping):
        if "text" in value:
            return f"'{value['text']}'"
        if "value" in value:
            top = f" to {value['value_max']:g}" if "value_max" in value else ""
            return f"{value['value']:g}{top} {value['unit']}"
        return ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in value.items()) or "none"
    return "none" if value is None else str(value).replace("_", " ")
