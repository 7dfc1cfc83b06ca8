"""Rows of law: what differs between the two states for the measures asked about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from countervail.ledger.in_force import InForce, LawView
from countervail.ledger.measure import Rate
from countervail.report.rows import Row
from countervail.solution import Solution


def measures(solution: Solution) -> list[Row]:
    """Return what changed in law: rates, dates, sources, doubts; only for the pairs asked about."""
    before, after = solution.resolved.law_before, solution.resolved.law_after
    if before is None or after is None:
        return []
    found = []
    for measure_id in dict.fromkeys((*after.ids, *before.ids)):
        changes = list(_changes(solution, measure_id, before, after))
        if not changes:
            continue
        measure = next(e for v in (after, before) for e in v.only((measure_id,)).entries).measure
        found.append(
            {
                "id": measure.id,
                "title": measure.title,
                "implementer": measure.implementer,
                "targets": list(measure.targets),
                "instrument": measure.instrument,
                "authority": measure.authority.name,
                "citation": measure.authority.citation,
                "reviewed": measure.reviewed.isoformat(),
                "confidence": measure.confidence,
                "outside_model": measure.outside_model,
                "exemptions": list(measure.exemptions),
                "conditions": list(measure.conditions),
                "conflicts": list(measure.conflicts),
                "changes": changes,
            }
        )
    return found


def law_words(rate: Rate) -> str:
    """Return what an entry lays down, in words: ``+25 %``, ``15 % in all``, ``ban``."""
    if rate.ended:
        return "ended"
    if rate.basis == "ban":
        return "ban"
    if rate.rate is None:
        return "rate not found"
    words = {"top_up_to": f"up to {rate.rate:g} %", "replacing": f"{rate.rate:g} % in all"}
    return words.get(rate.basis or "", f"+{rate.rate:g} %")


def _changes(solution: Solution, measure_id: str, before: LawView, after: LawView) -> Iterator[Row]:
    """Yield one row for every product group whose law differs between the two states."""
    old, new = _by_product(before, measure_id), _by_product(after, measure_id)
    for product, targets in dict.fromkeys((*old, *new)):
        was, now = old.get((product, targets)), new.get((product, targets))
        entry = now or was
        assert entry is not None
        if (was.rate.law if was else None) == (now.rate.law if now else None):
            continue
        named = _targets(solution, entry)
        if not named:
            continue
        group = entry.measure.product[product]
        yield {
            "product": product,
            "name": group.name,
            "hs": list(group.hs),
            "targets": named,
            "basis": entry.rate.basis,
            "rate": was.rate.rate if was else None,
            "rate_new": now.rate.rate if now else None,
            "law": law_words(was.rate) if was else "none",
            "law_new": law_words(now.rate) if now else "none",
            "rate_range": entry.rate.rate_range,
            "outside_model": entry.measure.outside_model or group.outside_model,
            "in_force": _iso(entry.rate.in_force) if now else None,
            "announced": _iso(entry.rate.announced),
            "expires": _iso(entry.rate.expires),
            "note": entry.rate.note,
            "reference": entry.rate.reference.model_dump(mode="json"),
        }


def _targets(solution: Solution, entry: InForce) -> list[str]:
    """Return whom an entry names, of the pairs asked about: codes, ALL, or ALL but some."""
    world, pairs = solution.world, solution.scenario.pairs
    if pairs is not None:
        bears = {(i, n) for i in entry.exporters for n in entry.importers}
        asked = {i if n in entry.implementers else n for i, n in pairs if (i, n) in bears}
        return sorted(asked)
    if len(entry.targets) <= 30 and not entry.all_targets:
        return list(entry.targets)
    left = [c for c in world.countries if c not in (*entry.targets, *entry.implementers, "ROW")]
    return ["ALL", "but", *left] if left else ["ALL"]


def _by_product(view: LawView, measure_id: str) -> dict[tuple[str, tuple[str, ...]], InForce]:
    return {
        (product, entry.targets): entry
        for entry in view.entries
        if entry.measure.id == measure_id
        for product in entry.products
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
