"""Values as TOML writes them: text, lists, days, and the fields of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from countervail.scenario.own_law import OwnMeasure
from countervail.scenario.question import Change, HandChange


def fields(change: Change | HandChange) -> Iterator[str]:
    """Yield the lines of a change."""
    for key, value in change._asdict().items():
        if value is None or value is False:
            continue
        if isinstance(value, bool):
            yield f"{key} = true"
        elif isinstance(value, date):
            yield f"{key} = {value.isoformat()}"
        elif isinstance(value, tuple):
            yield f"{key} = {words(value)}"
        elif isinstance(value, str):
            yield f"{key} = {word(value)}"
        else:
            yield f"{key} = {float(value)!r}"


def own_fields(one: OwnMeasure) -> Iterator[str]:
    """Yield the lines of a measure of one's own."""
    yield f"by = {word(one.by)}"
    yield f"on = {words(one.on)}"
    yield f"goods = {words(one.goods)}"
    yield f"instrument = {word(one.instrument)}"
    if one.rate is not None:
        yield f"rate = {one.rate!r}"
    yield f"from = {one.since.isoformat()}"


def words(listed: Sequence[str]) -> str:
    """Return a list of texts."""
    return f"[{', '.join(map(word, listed))}]"


def word(text: str) -> str:
    """Return a text as TOML has it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in escaped) + '"'
    )
