"""A table of goods of your own (CSV): one number or word a row, beside what it is about.

The head is ``good,field,exporter,importer,value``. A field is a property of the good (``name``,
``hs``, ``sector``, ``second``, ``class``, ``theta``, ``supply``, ``basis``, ``low``, ``high``,
``year``, ``source``), with no countries beside it, or a kind of flow: ``pair``, ``exports``,
``imports``, ``home``, ``makes``, ``buys`` in USD million at basic prices of the world's year,
``of_imports`` and ``of_exports`` as fractions, ``tariff`` and ``own_duty`` as rates. A good without
a basis has ``matrix`` where it has pairs, ``totals`` where it has none.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from countervail.errors import FileError, InputError, did_you_mean
from countervail.world.goods import BASES, KINDS, Flow, Good, goods_named

HEAD = ("good", "field", "exporter", "importer", "value")
WORDS = ("name", "sector", "second", "class", "basis", "year", "source", "hs")
NUMBERS = ("theta", "supply", "low", "high")
MOST_ROWS = 2_000_000


def goods_from(words: Sequence[str | Path | Good]) -> list[Good]:
    """Return goods by code, name or file of a table of goods, in their order.

    Raises:
        InputError: an unknown good, with the nearest.
        FileError: a file that cannot be read as a table of goods.
    """
    found: list[Good] = []
    for word in words:
        if isinstance(word, Good):
            found.append(word)
        elif str(word).endswith(".csv"):
            found += read_goods(word)
        else:
            found += goods_named([str(word)])
    return found


def read_goods(path: str | Path) -> list[Good]:
    """Return the goods of a table (CSV), in its order.

    Raises:
        FileError: missing, no such table, a row that is not one, or a good that cannot be.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            head = tuple(word.strip() for word in next(rows, []))
            if head != HEAD:
                raise FileError(f"the head of a table of goods is {','.join(HEAD)}", path, 1)
            made = _gathered(rows, path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        said = getattr(error, "strerror", None) or error
        raise FileError(f"cannot be read ({said})", path) from error
    if not made:
        raise FileError("names no good", path)
    return [_good(code, about, path) for code, about in made.items()]


def _gathered(rows: Any, path: Path) -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    for line, row in enumerate(rows, 2):
        if not any(word.strip() for word in row):
            continue
        if len(row) != len(HEAD) or line > MOST_ROWS:
            raise FileError(f"a row has {len(HEAD)} columns, {','.join(HEAD)}", path, line)
        code, field, exporter, importer, value = (word.strip() for word in row)
        about = made.setdefault(code, {"flows": []})
        if field in KINDS:
            about["flows"].append(_flow(field, exporter, importer, value, path, line))
        elif field in WORDS:
            about[field] = value
        elif field in NUMBERS:
            about[field] = _number(value, path, line)
        else:
            hint = did_you_mean(field, (*KINDS, *WORDS, *NUMBERS))
            raise FileError(f"no field '{field}' of a good{hint}", path, line)
    return made


def _flow(kind: str, exporter: str, importer: str, value: str, path: Path, line: int) -> Flow:
    given = {name for name, code in (("exporter", exporter), ("importer", importer)) if code}
    if given != set(KINDS[kind]):
        raise FileError(f"{kind} needs {' and '.join(KINDS[kind])} and no other", path, line)
    number = _number(value, path, line)
    if number < 0 and kind not in ("tariff", "own_duty"):
        raise FileError(f"{kind} of {number:g} is no amount", path, line)
    return Flow(kind, exporter, importer, number)


def _number(value: str, path: Path, line: int) -> float:
    try:
        number = float(value)
    except ValueError:
        raise FileError(f"'{value}' is no number", path, line) from None
    if not abs(number) < float("inf"):
        raise FileError(f"'{value}' is no finite number", path, line)
    return number


def _good(code: str, about: dict[str, Any], path: Path) -> Good:
    if not about.get("sector"):
        raise FileError(f"good '{code}' has no sector; add a row {code},sector,,,A01", path)
    flows = tuple(about["flows"])
    basis = about.get("basis") or ("matrix" if any(f.kind == "pair" for f in flows) else "totals")
    if basis not in BASES:
        raise FileError(f"good '{code}': no basis '{basis}'{did_you_mean(basis, BASES)}", path)
    try:
        return Good(
            code=code,
            name=about.get("name", code),
            sector=about["sector"],
            second=about.get("second", ""),
            hs=tuple(about.get("hs", "").split()),
            kind=about.get("class", "n"),
            theta=about.get("theta"),
            theta_source=f"{path.name}",
            supply=about.get("supply", 1.0),
            supply_source=f"{path.name}",
            basis=basis,
            low=about.get("low", 1.0),
            high=about.get("high", 1.0),
            year=about.get("year", ""),
            source=about.get("source", path.name),
            flows=flows,
        )
    except InputError as error:
        raise FileError(str(error), path) from None
