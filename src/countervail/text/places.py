"""Where a key stands in a TOML text: its reader forgets lines, messages need them.

Only called once something is wrong, so it favours being short over being a parser: headers, keys at
the start of a line, and, inside the value of a key, the first line that holds the word looked for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-\" ]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-.\"']+)\s*=(.*)$")


def index(text: str) -> dict[Path, int]:
    """Return the line (from 1) of every table header and every key at the start of a line."""
    lines: dict[Path, int] = {(): 1}
    table: Path = ()
    counts: dict[Path, int] = {}
    depth, quote = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if depth <= 0 and not quote:
            header = _HEADER.match(line)
            if header:
                table = _table(header[2].split("."), header[1] == "[[", counts)
                lines.setdefault(table, number)
                continue
            key = _KEY.match(line)
            if not key:
                continue
            path = (*table, *(p.strip("\"'") for p in key[1].split(".")))
            lines.setdefault(path, number)
            line = key[2]
        depth, quote = _open_after(line, depth, quote)
    return lines


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Return the line of a path such as ``("rates", 2, "reference", "title")``.

    Falls back to the nearest enclosing key or table that has a line of its own.
    """
    return lines_of(text, [path])[0]


def lines_of(text: str, paths: Sequence[Sequence[str | int]]) -> list[int]:
    """Return the lines of several paths, as :func:`line_of`."""
    lines, written = index(text), text.splitlines()
    starts = sorted({*lines.values(), len(written) + 1})
    return [_line(tuple(path), lines, starts, written) for path in paths]


def _line(whole: Path, lines: dict[Path, int], starts: list[int], written: list[str]) -> int:
    cut = next(c for c in range(len(whole), -1, -1) if whole[:c] in lines)
    start = lines[whole[:cut]]
    word = next((str(p) for p in reversed(whole[cut:]) if isinstance(p, str)), None)
    if word and cut:
        last = bisect_right(starts, start)
        end = starts[last] if last < len(starts) else start
        looked_for = re.compile(rf"(?<![\w\-]){re.escape(word)}(?![\w\-])")
        for number in range(start, end):
            if looked_for.search(written[number - 1]):
                return number
    return start


def _table(words: list[str], more: bool, counts: dict[Path, int]) -> Path:
    """Return the path of a header, with the position of each list of tables on the way."""
    path: Path = ()
    for depth, word in enumerate(words, start=1):
        path = (*path, word.strip(' "'))
        if more and depth == len(words):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _open_after(line: str, depth: int, quote: str) -> tuple[int, str]:
    """Return bracket depth and the open triple quote after a line (or value) has been read."""
    at = 0
    while at < len(line):
        if quote:
            end = line.find(quote, at)
            if end < 0:
                return depth, quote
            at, quote = end + 3, ""
        elif line.startswith(('"""', "'''"), at):
            quote, at = line[at : at + 3], at + 3
        elif line[at] in "\"'":
            at = _after_string(line, at)
        elif line[at] == "#":
            break
        else:
            depth += line[at] in "[{"
            depth -= line[at] in "]}"
            at += 1
    return depth, quote


def _after_string(line: str, at: int) -> int:
    mark = line[at]
    at += 1
    while at < len(line) and line[at] != mark:
        at += 2 if line[at] == "\\" and mark == '"' else 1
    return at + 1
