"""What two versions of a story differ in, as a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from countervail.present.document import Document
from countervail.present.parts import Bullets, Column, DocumentTable, Part, Words, section
from countervail.present.pieces import counted
from countervail.reading.versions import Comparison, as_data

Row = Mapping[str, Any]

ORDER = ("conflict", "garble", "refined", "added", "dropped", "rephrased")
"""Kinds of differences, what asks for a look first."""

NOTHING = "(nothing)"


def document(found: Comparison) -> Document:
    """Return what two versions differ in: what was read of policy first, then the rest."""
    data = as_data(found)
    rows = [_row(one) for one in data["differences"]]
    policy = [r for r in rows if r["policy"]]
    told = [r for r in rows if not r["policy"] and r["type"] != "rephrased"]
    parts: list[Part] = [Words(_head(rows, policy), style="strong"), *_garbled(found)]
    if policy:
        table = DocumentTable(COLUMNS, sorted(policy, key=_weight))
        parts += section("In measures, goals and claims", table)
    if told:
        parts += section("Elsewhere", DocumentTable(COLUMNS, sorted(told, key=_weight)))
    quiet = sum(r["type"] == "rephrased" for r in rows if not r["policy"])
    if quiet:
        said = f"{counted(quiet, 'place')} in other words for the same: --json has them."
        parts.append(Words(said, style="quiet"))
    records = [_record(one) for one in data["records"]]
    if records:
        parts += section("Record by record", DocumentTable(RECORD_COLUMNS, records))
    tables = {
        "differences": DocumentTable(COLUMNS, rows),
        "records": DocumentTable(RECORD_COLUMNS, records),
    }
    return Document(parts, data, tables)


def _head(rows: Sequence[Row], policy: Sequence[Row]) -> str:
    if not rows:
        return "The versions say the same in the same words"
    found = Counter(r["type"] for r in policy)
    of = ", ".join(_of_kind(found[k], k) for k in ORDER if found[k]) or "none"
    return f"{counted(len(rows), 'difference')}; of measures, goals and claims: {of}"


def _of_kind(n: int, kind: str) -> str:
    return f"{n} {kind}{'s' if n > 1 and kind == 'conflict' else ''}"


def _garbled(found: Comparison) -> list[Part]:
    which = [name for name, marked in zip("AB", found.garbled, strict=True) if marked]
    said = [f"{name} is a garbled copy: its wordings are no writer's" for name in which]
    if found.swapped and not which:
        said.append("one of the two is a garbled copy: words were exchanged one by one")
    return [Bullets(said)] if said else []


def _weight(row: Row) -> int:
    return ORDER.index(row["type"])


def _row(one: Row) -> dict[str, Any]:
    return {
        "type": one["type"],
        "field": one["field"],
        "a": one["a"]["quote"] if one["a"] else None,
        "b": one["b"]["quote"] if one["b"] else None,
        "a_start": one["a"]["start"] if one["a"] else None,
        "b_start": one["b"]["start"] if one["b"] else None,
        "why": one["why"],
        "policy": one["policy"],
    }


def _record(one: Row) -> dict[str, Any]:
    differs = "; ".join(
        f"{key.replace('_', ' ')}: {_said(pair['a'])} against {_said(pair['b'])}"
        for key, pair in one["fields"].items()
    )
    return {
        "kind": one["kind"],
        "type": one["type"],
        "a": one["a"]["quote"] if one["a"] else None,
        "b": one["b"]["quote"] if one["b"] else None,
        "differs": differs,
    }


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{v:g}" if isinstance(v, float) else str(v) for v in value.values() if v)
    if isinstance(value, list):
        return " ".join(map(str, value)) or "all"
    return "nothing" if value is None else str(value)


def _quote(key: str) -> Any:
    return lambda row: NOTHING if row[key] is None else " ".join(row[key].split())


COLUMNS = (
    Column("type", "kind", fixed=True),
    Column("field", "what", fixed=True),
    Column("a", "A", show=_quote("a")),
    Column("b", "B", show=_quote("b")),
    Column("why", "why"),
)
RECORD_COLUMNS = (
    Column("kind", "record", fixed=True),
    Column("type", "A to B", fixed=True),
    Column("a", "A", show=_quote("a")),
    Column("b", "B", show=_quote("b")),
    Column("differs", "differs in"),
)
