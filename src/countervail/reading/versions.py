"""Two versions of a story beside each other: sentence by sentence, and record by record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from countervail.reading.aligned import Aligned, Span, align, side
from countervail.reading.reader import Reading
from countervail.reading.record import as_dict
from countervail.reading.wording import (
    ADDED,
    CONFLICT,
    DROPPED,
    GARBLE,
    REFINED,
    REPHRASED,
    SAME,
    Difference,
    Versions,
    differences,
    one_by_one,
    pair,
    pieces,
    plain,
)

KINDS = {"measures": "measure", "goals": "goal", "claims": "claim", "relations": "event"}
"""What is compared record by record, and what one of it is called."""

Record = Mapping[str, Any]


@dataclass(frozen=True)
class RecordPair:
    """A record of each version that tell of one thing; None where a version has none.

    Attributes:
        kind: ``measure``, ``goal``, ``claim`` or ``event``.
        a, b: as read.
        type: ``same``, ``refined``, ``conflict``, ``garble``, ``rephrased``, ``added`` or
            ``dropped``.
        fields: what differs, by name: (of the first, of the second); ``modality`` and ``polarity``
            are of its words.
    """

    kind: str
    a: Record | None
    b: Record | None
    type: str
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Comparison:
    """What two versions of a story differ in.

    Attributes:
        a, b: what each says.
        aligned: sentences beside each other.
        differences: in the order of the first version.
        records: pair by pair.
        garbled: whether each is told to be a garbled copy.
        swapped: whether words were exchanged one by one between them.
    """

    a: Reading
    b: Reading
    aligned: Sequence[Aligned]
    differences: Sequence[Difference]
    records: Sequence[RecordPair]
    garbled: tuple[bool, bool]
    swapped: bool


def compare(a: Reading, b: Reading) -> Comparison:
    """Return what two versions of a story differ in.

    Args:
        a, b: the versions, read.

    Raises:
        InputError: a version has more sentences than are compared.
    """
    left, right = side(a.source), side(b.source)
    lines = align(left, right)
    marked = bool(a.garbled), bool(b.garbled)
    texts = Versions(plain(a.source.text), plain(b.source.text), marked)
    pairs = {one: pair(texts, one.a, one.b) for one in lines if one.a and one.b}
    swapped = one_by_one(list(pairs.values()))
    garbled = marked[0] != marked[1] or swapped
    found: list[Difference] = []
    for one in lines:
        if one.a and one.b:
            found += differences(pairs[one], garbled)
        elif one.a:
            found += [
                Difference(DROPPED, "clause", span, None, "the first version has it alone")
                for span in pieces(texts.a, one.a)
            ]
        elif one.b:
            found += [
                Difference(ADDED, "clause", None, span, "the second version has it alone")
                for span in pieces(texts.b, one.b)
            ]
    first, second = as_dict(a), as_dict(b)
    _mark(found, first, second)
    records = [
        _as_told(one, found, (a.source.text, b.source.text))
        for one in _records(first, second, lines, garbled)
    ]
    found += _unseen(records, found)
    found.sort(key=lambda d: _where(d, lines))
    return Comparison(a, b, lines, found, records, marked, swapped)


def _mark(found: Sequence[Difference], a: Record, b: Record) -> None:
    """Write beside every difference what was read where it stands."""
    for of, which in ((a, "a"), (b, "b")):
        for kind, name in KINDS.items():
            for one in of[kind]:
                for d in found:
                    span = d.a if which == "a" else d.b
                    if span and _overlap(span, (one["start"], one["end"])):
                        said = f"{name} {which}:{one['start']}"
                        if said not in d.records:
                            d.records.append(said)


def _overlap(x: Span, y: Span) -> bool:
    return x[0] < y[1] and y[0] < x[1]


def _where(d: Difference, lines: Sequence[Aligned]) -> tuple[int, int]:
    """Return where a difference stands among the sentences beside each other."""
    for k, one in enumerate(lines):
        if (d.a and one.a and _overlap(d.a, one.a)) or (d.b and one.b and _overlap(d.b, one.b)):
            return k, (d.a or d.b or (0, 0))[0]
    return len(lines), 0


def _records(a: Record, b: Record, lines: Sequence[Aligned], garbled: bool) -> Iterator[RecordPair]:
    """Yield the records of two versions, paired where their sentences stand beside each other."""
    for kind, name in KINDS.items():
        left, right = list(a[kind]), list(b[kind])
        near = sorted(
            (
                (_alike(kind, x, y), i, j)
                for i, x in enumerate(left)
                for j, y in enumerate(right)
                if _beside(x, y, lines)
            ),
            key=lambda one: (-one[0], one[1], one[2]),
        )
        done: tuple[set[int], set[int]] = (set(), set())
        pairs: dict[int, int] = {}
        for share, i, j in near:
            if share > 0 and i not in done[0] and j not in done[1]:
                pairs[i] = j
                done[0].add(i)
                done[1].add(j)
        for i, x in enumerate(left):
            if i not in pairs:
                yield RecordPair(name, x, None, DROPPED, {})
                continue
            y = right[pairs[i]]
            fields = dict(_fields(kind, x, y))
            yield RecordPair(name, x, y, _kind(x, y, fields, garbled), fields)
        for j, y in enumerate(right):
            if j not in done[1]:
                yield RecordPair(name, None, y, ADDED, {})


def _beside(x: Record, y: Record, lines: Sequence[Aligned]) -> bool:
    return any(
        one.a
        and one.b
        and _overlap((x["start"], x["end"]), one.a)
        and _overlap((y["start"], y["end"]), one.b)
        for one in lines
    )


COMPARED = {
    "measures": ("implementer", "targets", "instrument", "products", "rate", "status", "dates"),
    "goals": ("actor", "type", "direction", "quantity", "factor", "horizon", "base"),
    "claims": ("subject", "relation", "object", "rank", "after"),
    "relations": ("type", "countries", "date", "planned", "certainty"),
}
"""Fields of records that are compared."""


def _alike(kind: str, x: Record, y: Record) -> int:
    return sum(_value(k, x) == _value(k, y) for k in COMPARED[kind])


def _value(key: str, one: Record) -> Any:
    """Return a field as it is compared: goods as headings, a rate as its number."""
    value = one.get(key)
    if key == "products":
        return sorted({h for p in value or () for h in p["hs"]}) or sorted(
            p["text"].lower() for p in value or ()
        )
    if key == "rate" and value:
        return {k: value.get(k) for k in ("value", "bound", "unit", "from", "value_max")}
    return sorted(value) if isinstance(value, list) and key != "products" else value


def _fields(kind: str, x: Record, y: Record) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for key in COMPARED[kind]:
        left, right = _value(key, x), _value(key, y)
        if left != right:
            yield key, (left, right)


def _kind(x: Record, y: Record, fields: Mapping[str, tuple[Any, Any]], garbled: bool) -> str:
    """Return what two records of one thing are to each other."""
    if not fields:
        return SAME if x["quote"] == y["quote"] else REPHRASED
    if all(_more(*pair) for pair in fields.values()):
        return REFINED
    return GARBLE if garbled and set(fields) <= {"products"} else CONFLICT


def _more(a: Any, b: Any) -> bool:
    """Return whether one of two values says what the other does, and more."""
    if not a or not b:
        return True
    if isinstance(a, str) and isinstance(b, str):
        return a.startswith(b) or b.startswith(a)
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return all(_more(a.get(k), b.get(k)) for k in {*a, *b})
    if isinstance(a, list) and isinstance(b, list):
        return set(a) <= set(b) or set(b) <= set(a)
    return bool(a == b)


STATED = frozenset({"modality", "polarity"})
"""Differences of wording that no field of a record has: how sure it is, and whether it is so."""


def _as_told(one: RecordPair, found: Sequence[Difference], texts: tuple[str, str]) -> RecordPair:
    """Return a pair of records as a conflict where their own words contradict each other.

    Two versions that read alike are no rephrasing where one says "would" and the other "could".

    Args:
        one: the pair.
        found: differences of wording.
        texts: of both versions.
    """
    if one.a is None or one.b is None:
        return one
    places = [(r["start"], r["end"]) for r in (one.a, one.b)]
    fields = dict(one.fields)
    for d in found:
        spans = (d.a, d.b)
        inside = [
            span is None or _overlap(span, at) for span, at in zip(spans, places, strict=True)
        ]
        if d.type == CONFLICT and d.field in STATED and all(inside):
            left, right = (
                None if span is None else text[slice(*span)]
                for span, text in zip(spans, texts, strict=True)
            )
            fields.setdefault(d.field, (left, right))
    if len(fields) == len(one.fields):
        return one
    return replace(one, type=CONFLICT, fields=fields)


def _unseen(records: Sequence[RecordPair], found: Sequence[Difference]) -> Iterator[Difference]:
    """Yield records that differ though no difference of wording stands in their quotes."""
    for one in records:
        if one.a is None or one.b is None or one.type not in {CONFLICT, REFINED}:
            continue
        a, b = ((r["start"], r["end"]) for r in (one.a, one.b))
        if any((d.a and _overlap(d.a, a)) or (d.b and _overlap(d.b, b)) for d in found):
            continue
        what = next(iter(one.fields))
        yield Difference(
            one.type, what, a, b, f"read differently: {what}", [f"{one.kind} a:{a[0]}"]
        )


def as_data(found: Comparison) -> dict[str, Any]:
    """Return what two versions differ in, JSON-able."""
    a, b = found.a.source.text, found.b.source.text

    def quoted(text: str, span: Span | None) -> dict[str, Any] | None:
        if span is None:
            return None
        return {"quote": text[slice(*span)], "start": span[0], "end": span[1]}

    return {
        "differences": [
            {
                "type": d.type,
                "field": d.field,
                "a": quoted(a, d.a),
                "b": quoted(b, d.b),
                "why": d.why,
                "policy": d.policy,
                "records": list(d.records),
            }
            for d in found.differences
        ],
        "records": [
            {
                "kind": r.kind,
                "type": r.type,
                "a": None if r.a is None else _short(r.a),
                "b": None if r.b is None else _short(r.b),
                "fields": {k: {"a": x, "b": y} for k, (x, y) in r.fields.items()},
            }
            for r in found.records
        ],
        "sentences": [{"a": quoted(a, one.a), "b": quoted(b, one.b)} for one in found.aligned],
        "garbled": {"a": found.garbled[0], "b": found.garbled[1], "one_by_one": found.swapped},
        "documents": {
            name: {
                "name": reading.source.name,
                "date": reading.source.date.isoformat() if reading.source.date else None,
                "sha256": reading.source.sha256,
            }
            for name, reading in (("a", found.a), ("b", found.b))
        },
    }


def _short(one: Record) -> dict[str, Any]:
    return {key: one[key] for key in ("quote", "start", "end")}
