"""What holds for every number of an answer: question, horizon, law, model, world, certificate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from countervail.present.document import Document
from countervail.provenance import software

Fact = tuple[str, str]

CARRIED = ("model", "world", "ledger", "certificate", "version")
"""What a figure carries beside its unit, its range, its horizon and the law's date."""


def facts(document: Document) -> list[Fact]:
    """Return what holds for every number, a name and what it is, as far as the answer says it."""
    data = document.data
    said = [
        ("answer", str(_in(data, "says", "headline") or "")),
        ("question", str(_in(data, "scenario", "title") or "")),
        ("horizon", horizon(data)),
        ("law", law_dates(data)),
        ("model", str(_in(data, "model", "name") or "")),
        ("deficits", str(_in(data, "model", "deficits") or "")),
        ("elasticities", str(_in(data, "manifest", "settings", "elasticities") or "")),
        ("world", _with_hash(_in(data, "manifest", "world"))),
        ("ledger", _with_hash(_in(data, "manifest", "ledger"))),
        ("certificate", certificate(data)),
        ("ranges", str(data.get("covers") or "")),
        ("answered on", str(_in(data, "manifest", "today") or "")),
        ("version", software(str(_in(data, "manifest", "countervail") or "")) if data else ""),
        *(("source", str(one)) for one in data.get("cite") or ()),
    ]
    return [(name, text) for name, text in said if text]


def held(document: Document) -> list[Fact]:
    """Return what a figure carries on a page without its answer, in the order it is read."""
    known = dict(facts(document))
    return [(key, known[key]) for key in CARRIED if key in known]


def horizon(data: Mapping[str, Any]) -> str:
    """Return when the numbers are of: years after the change, or the long run; else nothing."""
    if "horizon" not in data:
        return ""
    return after(_in(data, "horizon", "years"))


def after(years: float | None) -> str:
    """Return a horizon in words; none is the long run."""
    if years is None:
        return "long run"
    return f"after {years:g} year{'' if years == 1 else 's'}"


def law_dates(data: Mapping[str, Any]) -> str:
    """Return the days whose law is compared; nothing where the question has none."""
    first, last = _in(data, "ledger", "from"), _in(data, "ledger", "to")
    return f"law of {last} against law of {first}" if first and last else ""


def certificate(data: Mapping[str, Any]) -> str:
    """Return that the answer is certified, and how well its equations hold."""
    residual = _in(data, "certificate", "residual")
    if not _in(data, "certificate", "certified") or residual is None:
        return ""
    return f"certified, largest relative residual {residual:.1e}"


def _in(data: Any, *keys: str) -> Any:
    """Return what stands under keys, one inside the other; None where one is missing."""
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def _with_hash(known: Any) -> str:
    if not isinstance(known, Mapping):
        return ""
    return " ".join(one for one in (known.get("name", ""), str(known.get("hash", ""))[:16]) if one)
