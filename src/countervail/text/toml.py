"""Reading TOML into a model, or refusing the file: ``path:line``, what is wrong, what next.

Shared by measure files and scenario files: unknown and duplicate keys, wrong types, missing keys
and broken syntax all name their line. A file is data, never code: its size, its depth and its
numbers have limits, and nothing in it is infinite but an iceberg cost (a ban).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, get_args

import tomli
from pydantic import BaseModel, ConfigDict, ValidationError

from countervail.errors import FileError, did_you_mean
from countervail.text import places

SIZE_LIMIT_BYTES = 1 << 20
"""A TOML file is at most 1 MiB."""

DEEPEST = 16
"""Tables and lists inside one another, at most; names joined by dots count as tables."""

LARGEST_NUMBER = 1e15
"""A number is at most this size: a thousand times the world's output in dollars."""

MOST_FAULTS = 200
"""Faults that are looked at to find the first of a file."""

UNBOUNDED = {"iceberg_hat"}
"""Keys that may be infinite: a cost that no trade outlives is a ban."""

DOTTED = re.compile(
    r"""(?<![\w\-"'.])(?:[\w\-"']++[ \t]*+\.[ \t]*+){%d}""" % DEEPEST  # noqa: UP031
)
"""More names joined by dots than may be: the reader takes the square of their number."""

TYPOGRAPHIC = re.compile("[\u2018-\u201f\u00ab\u00bb\u2039\u203a\u2032\u2033]")
"""Quotation marks that word processors put in place of straight ones."""

TABLE = ConfigDict(frozen=True, extra="forbid", defer_build=True)
"""How every table of a file is read: a key that is not known is refused. What checks a table is
made when one is first read: a command reads few of the kinds of files there are."""

HOLDERS, NUMBERS = (dict, list), (int, float)
"""What values of a file can be, besides words, days and truth values."""

M = TypeVar("M", bound=BaseModel)
Fault = tuple[places.Path, str]


def load(
    path: Path, model: type[M], problems: Callable[[M], Iterable[Fault]] | None = None
) -> tuple[M, str]:
    """Return what a file describes, and its text.

    Args:
        path: the file.
        model: a pydantic model of the whole file.
        problems: what may be wrong between several values, as paths and sentences.

    Raises:
        FileError: the file cannot be read, or is refused.
    """
    text = read_text(path)
    return parse(text, path, model, problems), text


def parse(
    text: str,
    path: str | Path,
    model: type[M],
    problems: Callable[[M], Iterable[Fault]] | None = None,
) -> M:
    """Return what a TOML text describes; ``path`` is for messages.

    Raises:
        FileError: the text is refused, with its first fault in reading order.
    """
    table, values = _table(text, path)
    faults: list[Fault] = [] if _sensible(values) else list(_senseless(table))
    if not faults:
        try:
            made = model.model_validate(table)
        except ValidationError as error:
            faults = [_sentence(fault, table, model) for fault in _roots(error)]
        else:
            faults = list(problems(made)) if problems else []
            if not faults:
                return made
    faults = faults[:MOST_FAULTS]
    lines = places.lines_of(text, [at for at, _ in faults])
    line, sentence = min(zip(lines, (said for _, said in faults), strict=True))
    others = len(faults) - 1
    if others:
        more = "many" if len(faults) == MOST_FAULTS else others
        sentence += f" (and {more} more fault{'s'[: others > 1]} in this file)"
    raise FileError(sentence, path, line)


def read_text(path: Path) -> str:
    """Return a file's text.

    Raises:
        FileError: missing, too large, or not UTF-8.
    """
    try:
        if path.exists() and not path.is_file():
            raise FileError("is not an ordinary file", path)
        size = path.stat().st_size
        if size > SIZE_LIMIT_BYTES:
            raise FileError(f"is {size:,} bytes; it may have at most {SIZE_LIMIT_BYTES:,}", path)
        return path.read_bytes().decode("utf-8-sig")  # Windows tools put a mark first
    except FileNotFoundError:
        raise FileError("no such file", path) from None
    except UnicodeDecodeError as error:
        before = error.object[: error.start].count(b"\n") + 1
        raise FileError("is not UTF-8 text; save it as UTF-8", path, before) from None
    except (OSError, ValueError) as error:  # a path that no file can have
        raise FileError(
            f"cannot be read: {getattr(error, 'strerror', '') or error}", path
        ) from None


def _table(text: str, path: str | Path) -> tuple[dict[str, Any], list[list[Any]]]:
    """Return what a TOML text says, and the values at every depth of it.

    Raises:
        FileError: it is not TOML, or nests too deep.
    """
    deep = FileError(f"nests too deep; at most {DEEPEST} tables or lists inside one another", path)
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") >= DEEPEST and DOTTED.search(line):
            raise FileError(f"a name of more than {DEEPEST} parts joined by dots", path, number)
    try:
        table = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise _syntax(str(error), text, path) from None
    except RecursionError:
        raise deep from None
    except ValueError:  # Python's limit of digits
        raise FileError("holds a number of thousands of digits", path) from None
    values = list(islice(_by_depth(table), DEEPEST + 1))
    if len(values) > DEEPEST:
        raise deep
    return table, values


def _by_depth(table: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield the values of a table, then those of the tables and lists among them, and so on."""
    within: list[Any] = [table]
    while within:
        values = [v for held in within for v in (held.values() if type(held) is dict else held)]
        yield values
        within = [value for value in values if isinstance(value, HOLDERS)]


def _sensible(values: Iterable[list[Any]]) -> bool:
    """Return whether no number is infinite, or larger than any that means something."""
    numbers = (value for level in values for value in level if isinstance(value, NUMBERS))
    return all(abs(number) <= LARGEST_NUMBER for number in numbers)


def _senseless(value: Any, at: places.Path = ()) -> Iterator[Fault]:
    """Yield numbers that are not finite, or larger than any that means something."""
    if isinstance(value, dict | list):
        for key, held in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _senseless(held, (*at, key))
    elif isinstance(value, int | float) and not abs(value) <= LARGEST_NUMBER:
        key = next((str(p) for p in reversed(at) if isinstance(p, str)), "")
        if key in UNBOUNDED and value == math.inf:
            return
        if isinstance(value, float) and not math.isfinite(value):
            yield at, f"{key} = {value} is no finite number; write one, or leave the key out"
        else:
            yield at, f"{key} is larger than {LARGEST_NUMBER:g}; check its unit"


def _syntax(message: str, text: str, path: str | Path) -> FileError:
    """Return the reader's complaint as path, line and a sentence."""
    place = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    last = len(text.splitlines())
    line = int(place[1]) if place else last
    what = message[: place.start()] if place else re.sub(r" \(at end of document\)$", "", message)
    whole = text.splitlines()[line - 1] if 0 < line <= last else ""
    written = whole.strip()
    twice = re.match(r"Duplicate inline table key '(.+)'", what)
    if twice:
        return FileError(f"key '{twice[1]}' is given twice in one table; keep one", path, line)
    if what.startswith("Cannot overwrite a value"):
        key = written.split("=")[0].strip()
        named = f"key '{key}'" if "=" in written else "a key"
        return FileError(f"{named} is given twice in one table; keep one", path, line)
    if what.startswith(("Cannot declare", "Cannot mutate immutable namespace")):
        return FileError(
            f"table {written} is declared twice; write [[...]] for a list of tables", path, line
        )
    at = int(place[2]) - 1 if place else 0
    quote = TYPOGRAPHIC.match(whole, at) or (
        TYPOGRAPHIC.search(whole) if "character" in what or at >= len(whole) else None
    )
    if quote:
        return FileError(
            f"{quote[0]} is a typographic quotation mark; write a straight one (\" or ')",
            path,
            line,
        )
    return FileError(f"not valid TOML: {what[:1].lower()}{what[1:]}", path, line)


def _roots(error: ValidationError) -> list[dict[str, Any]]:
    """Return the faults without those that only follow from another one.

    A list left empty by what is wrong inside it; a key that is missing because it was misspelt.
    """
    faults: list[dict[str, Any]] = [dict(fault) for fault in error.errors()[:MOST_FAULTS]]
    places_of = [fault["loc"] for fault in faults]
    unknown = [fault["loc"] for fault in faults if fault["type"] == "extra_forbidden"]

    def follows(fault: dict[str, Any]) -> bool:
        at = fault["loc"]
        if fault["type"] == "too_short":
            return any(p != at and p[: len(at)] == at for p in places_of)
        if fault["type"] == "missing":
            beside = [p[-1] for p in unknown if p[:-1] == at[:-1]]
            return any(did_you_mean(str(word), [str(at[-1])]) for word in beside)
        return False

    return [fault for fault in faults if not follows(fault)]


def _sentence(fault: dict[str, Any], table: dict[str, Any], model: type[BaseModel]) -> Fault:
    """Return a pydantic fault as a path and a sentence with a suggestion."""
    at: places.Path = tuple(fault["loc"])
    kind, value = fault["type"], fault["input"]
    key = next((p for p in reversed(at) if isinstance(p, str)), "")  # of a list: the list's
    where = _where(at[:-1], table)
    if kind == "extra_forbidden":
        hint = did_you_mean(key, _keys(at[:-1], model))
        return at, f"unknown key '{key}' in {where}{hint}"
    if kind == "missing":
        why = "; every rate names its source" if key == "reference" else ""
        return at, f"{where} has no '{key}'{why}"
    if kind == "literal_error":
        options = re.findall(r"'([^']*)'", fault["ctx"]["expected"])
        hint = did_you_mean(str(value), options)
        return at, f"{key} '{value}' in {where} is none of {', '.join(options)}{hint}"
    if kind == "too_short":
        return at, f"{key} in {where} is empty; give at least one"
    limits = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most")}
    if kind in limits:
        bound, words = limits[kind]
        if bound == "ge" and key == "rate":
            return at, f"rate {value} in {where} is negative; write the duty that is left"
        return at, f"{key} = {value} in {where}; it must be {words} {fault['ctx'][bound]:g}"
    if kind == "string_pattern_mismatch":
        return at, f"{key} '{value}' in {where} is not written as {_PATTERNS.get(key, 'expected')}"
    if kind in ("date_type", "date_from_datetime_parsing"):
        return at, f"{key} in {where} must be a date without quotes, such as 2025-03-20"
    return at, f"{key} in {where}: {fault['msg'][:1].lower()}{fault['msg'][1:]}"


_PATTERNS = {
    "id": "lower-case words (files joined by '-', products by '_')",
    "date": "a day (2025-03-20), a month (2025-03) or a year",
    "pairs": "EXPORTER>IMPORTER, such as CAN>USA",
}


def _where(at: places.Path, table: dict[str, Any]) -> str:
    """Return a table's place in words: ``rates entry 2 (in force 2025-03-20)``."""
    if not at:
        return "the file"
    if len(at) > 1 and isinstance(at[1], int):
        words = f"{at[0]} entry {at[1] + 1}"
        entry = table.get(str(at[0]), [])[at[1]]
        known = entry.get("in_force") or entry.get("id") if isinstance(entry, dict) else None
        if known:
            words += f" ({'in force ' if 'in_force' in entry else ''}{known})"
        inner = [str(p) for p in at[2:] if isinstance(p, str)]
        return f"{words}, {'.'.join(inner)}" if inner else words
    return "'" + ".".join(str(p) for p in at) + "'"


def _keys(at: Sequence[str | int], model: type[BaseModel]) -> list[str]:
    """Return the keys a table may have."""
    for part in at:
        if isinstance(part, str) and part in model.model_fields:
            model = _model(model.model_fields[part].annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for m in map(_model, get_args(annotation)) if m), None)
