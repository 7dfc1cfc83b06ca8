"""A second opinion beside our own: where both agree, where they differ, what either has alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from countervail.reading.draft import Draft
from countervail.reading.reader import Reading
from countervail.reading.record import measure
from countervail.reading.second.checks import Refused, checked
from countervail.reading.second.opinion import NoOpinion, Second

FIELDS = ("implementer", "targets", "instrument", "products", "rate", "status", "dates")
"""What is set beside each other, in the order in which a difference is told."""

NEAR_RATE = 0.05
"""How near two rates lie that agree, in their unit."""

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Beside:
    """What a second opinion comes to.

    Attributes:
        name: whose it is.
        agreed: drafts on which both agree in every field that it says: ``index`` (from 0),
            ``fields``.
        differs: drafts that both have and on which they differ: ``index``, ``fields`` that agree,
            ``differ`` (of each other field ``ours`` and ``theirs``), ``quote``, ``start``, ``end``.
        only_second: records that pass the checks and that we have not drafted, each with the reason
            (``listed``) where we found the same words and left them out.
        only_ours: indices of drafts that it has not.
        refused: records that do not pass, each with the reason.
        failed: why there is no opinion; empty where there is one.
    """

    name: str
    agreed: list[dict[str, Any]] = field(default_factory=list)
    differs: list[dict[str, Any]] = field(default_factory=list)
    only_second: list[dict[str, Any]] = field(default_factory=list)
    only_ours: list[int] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    failed: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it JSON-able."""
        return {
            "name": self.name,
            "agreed": self.agreed,
            "differs": self.differs,
            "only_second": self.only_second,
            "only_ours": self.only_ours,
            "refused": [one._asdict() for one in self.refused],
            "failed": self.failed or None,
        }


def set_beside(reading: Reading, second: Second) -> tuple[Reading, Beside, NoOpinion | None]:
    """Return our reading with what to check told anew, the second opinion, and why there is none.

    Nothing in our drafts is changed but ``needs_check``, which begins with what both differ on.

    Args:
        reading: our own.
        second: gives its opinion of the same text.
    """
    try:
        given = second.opinion(reading.source.text, reading.source.date)
    except NoOpinion as error:
        return reading, Beside(second.name, failed=str(error)), error
    passed = checked(given, reading)
    found = Beside(second.name, refused=list(passed.refused))
    text, on = reading.source.text, reading.source.date
    ours = [measure(text, d, on) for d in reading.measures]
    pairs = _pairs(ours, passed.records)
    drafts = list(reading.measures)
    for n, one in enumerate(ours):
        if n not in pairs:
            found.only_ours.append(n)
            continue
        other = passed.records[pairs[n]]
        same = [k for k in _told(other) if _agree(one, other, k)]
        apart = [k for k in _told(other) if k not in same]
        if not apart:
            found.agreed.append({"index": n, "fields": same})
            continue
        found.differs.append(
            {
                "index": n,
                "fields": same,
                "differ": {k: {"ours": one[k], "theirs": other[k]} for k in apart},
                **{k: other[k] for k in ("quote", "start", "end")},
            }
        )
        drafts[n] = _to_check(drafts[n], apart)
    taken = set(pairs.values())
    found.only_second.extend(
        {**_said_of(one), "listed": _why_listed(one, reading)}
        for k, one in enumerate(passed.records)
        if k not in taken
    )
    return replace(reading, measures=drafts), found, None


def _to_check(draft: Draft, fields: Sequence[str]) -> Draft:
    """Return a draft whose fields to check begin with those that both differ on."""
    rest = [k for k in draft.needs_check if k not in fields]
    return replace(draft, needs_check=[*fields, *rest])


def _told(record: Record) -> list[str]:
    """Return the fields that a record says."""
    return [k for k in FIELDS if k not in record["unsaid"]]


def _said_of(record: Record) -> dict[str, Any]:
    """Return a record as it is told."""
    return {k: v for k, v in record.items() if k != "unsaid"}


def _why_listed(record: Record, reading: Reading) -> str | None:
    """Return why we listed the same words and drafted nothing, if we did."""
    start, end = record["start"], record["end"]
    here = (one.reason for one in reading.listed if one.start < end and start < one.end)
    return next(here, None)


# ---------------------------------------------------------------------------------------- pairs


def _pairs(ours: Sequence[Record], theirs: Sequence[Record]) -> dict[int, int]:
    """Return which record is of which draft, one to one, the likest first.

    Their quotes overlap, or the rate and who takes it are the same.
    """
    likely = []
    for n, one in enumerate(ours):
        for k, other in enumerate(theirs):
            shared = min(one["end"], other["end"]) - max(one["start"], other["start"])
            alike = one["rate"] is not None and _agree(one, other, "rate")
            if shared > 0 or (alike and _agree(one, other, "implementer")):
                like = sum(_agree(one, other, name) for name in _told(other))
                likely.append((-like, -max(shared, 0), n, k))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, n, k in sorted(likely):
        if n not in found and k not in taken:
            found[n] = k
            taken.add(k)
    return found


def _agree(one: Record, other: Record, name: str) -> bool:
    """Return whether both say the same of a field."""
    a, b = one[name], other[name]
    if name in {"implementer", "targets"}:
        return set(a) == set(b)
    if name == "products":
        return _same_goods(a, b)
    if name == "rate":
        return _same_rate(a, b)
    if name == "dates":
        return a.keys() == b.keys() and all(_same_day(a[k], b[k]) for k in a)
    return bool(a == b)


def _same_rate(a: Record | None, b: Record | None) -> bool:
    if a is None or b is None:
        return a is b
    ends = [(one["value"], one.get("value_max", one["value"])) for one in (a, b)]
    near = all(abs(x - y) <= NEAR_RATE for x, y in zip(*ends, strict=True))
    return near and bool(a["unit"] == b["unit"])


def _same_day(a: str, b: str) -> bool:
    """Return whether two days are one, as far as the less exact tells it."""
    return a.startswith(b) or b.startswith(a)


def _same_goods(a: Sequence[Record], b: Sequence[Record]) -> bool:
    """Return whether every good of either has one of the other: by its words, or by a heading."""
    return all(any(_same_good(x, y) for y in b) for x in a) and all(
        any(_same_good(x, y) for x in a) for y in b
    )


def _same_good(x: Record, y: Record) -> bool:
    first, second = (" ".join(one["text"].lower().split()) for one in (x, y))
    return first in second or second in first or not set(x["hs"]).isdisjoint(y["hs"])
