"""Rows of law: what differs between the two states for the measures asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from countervail.ledger.in_force import InForce, LawView
from countervail.ledger.measure import Rate
from countervail.ledger.notes import Note
from countervail.ledger.pricing.placed import reasons_of
from countervail.present.rows import Row
from countervail.scenario import other_law
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


def titled(solution: Solution, matter: str) -> str:
    """Return a matter as people call it: a measure by its title, with its id in brackets.

    Args:
        solution: the answer, whose ledger has the titles.
        matter: id of a measure, or other words, which stand as they are.
    """
    ledger = solution.scenario.ledger
    if ledger is None or matter not in ledger.measures:
        return matter
    return f"{ledger.measures[matter].title} ({matter})"


def titled_note(solution: Solution, note: Note) -> Note:
    """Return a note that stands beside figures, with measures by their titles."""
    values = dict(note.values)
    if note.kind == "left_out":
        gone = (
            one._replace(measure=titled(solution, one.measure))
            for one in solution.resolved.not_placed
        )
        values["reason"] = reasons_of([*gone])
    elif note.kind == "cannot_be_priced":
        by_title = {id: titled(solution, id) for id in note.measures}
        which = values["which"]
        assert isinstance(which, tuple)
        values["which"] = tuple(_by_title(words, by_title) for words in which)
    return replace(note, values=tuple(values.items()))


def _by_title(words: str, titles: Mapping[str, str]) -> str:
    """Return what is left out, a measure or goods of it, with the measure by its title."""
    id = next((id for id in titles if words == id or words.endswith(f" of {id}")), None)
    return words if id is None else f"{words.removesuffix(id)}{titles[id]}"


def law_words(rate: Rate) -> str:
    """Return what an entry lays down, in words: ``+25 %``, ``15 % in all``, ``ban``."""
    if rate.ended:
        return "ended"
    if rate.basis == "ban":
        return "ban"
    if rate.rate is None:
        return "no rate"
    words = _percent(rate, rate.rate)
    if rate.quota and rate.quota.above is not None:
        words += f", above the quota {_percent(rate, rate.quota.above)}"
    return words


def _percent(rate: Rate, value: float) -> str:
    words = {"top_up_to": f"up to {value:g} %", "replacing": f"{value:g} % in all"}
    return words.get(rate.basis or "", f"+{value:g} %")


def since(solution: Solution) -> list[Row]:
    """Return how the law of the question changed after its second date, up to today."""
    return [
        {
            "date": change.date.isoformat(),
            "measure": change.measure.id,
            "kind": change.kind,
            "products": [change.measure.product[p].name for p in change.products],
            "targets": list(change.targets),
            "law": law_words(change.before) if change.before else "none",
            "law_new": law_words(change.after) if change.after else "none",
            "rate": change.rate_before,
            "rate_new": change.rate_after,
        }
        for change in other_law.since(solution.scenario, solution.manifest.today)
    ]


def _changes(solution: Solution, measure_id: str, before: LawView, after: LawView) -> Iterator[Row]:
    """Yield one row for every product group whose law differs between the two states."""
    old, new = _by_product(before, measure_id), _by_product(after, measure_id)
    for product, targets in dict.fromkeys((*old, *new)):
        was, now = old.get((product, targets)), new.get((product, targets))
        entry = now or was
        assert entry is not None
        if (was.rate.law if was else None) == (now.rate.law if now else None):
            continue
        named = _targets(solution, entry, after if now else before)
        if not named:
            continue
        group = entry.measure.product[product]
        source = now.rate if now else _end(solution, entry, product)
        supposed = _supposed(solution, measure_id, product)
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
            "hypothetical": supposed,
            "in_force": (
                None if supposed else _day(source.in_force, source.in_force_precision)
            ),
            "announced": (
                None if supposed else _day(source.announced, source.announced_precision)
            ),
            "expires": None if supposed else _day(source.expires),
            "note": source.note,
            "reference": (
                {"title": solution.scenario.title, "publisher": "this scenario", "date": None,
                 "address": None}
                if supposed
                else source.reference.model_dump(mode="json")
            ),
        }  # fmt: skip


def _supposed(solution: Solution, measure_id: str, product: str) -> bool:
    """Return whether a law is the scenario's own supposition, not the ledger's."""
    return any(
        c.measure == measure_id
        and c.law_of is None
        and (c.products is None or product in c.products)
        for c in solution.scenario.changes
    )


def _end(solution: Solution, entry: InForce, product: str) -> Rate:
    """Return the entry by which a group's law ended: an end of its own, or the one that expired."""
    last = solution.scenario.to_date
    laws_of = [c.law_of for c in solution.scenario.changes if c.measure == entry.measure.id]
    day = max([d for d in (last, *laws_of) if d is not None])
    ends = [
        rate
        for rate in entry.measure.rates
        if rate.ended and product in rate.products and rate.in_force and rate.in_force <= day
    ]
    return max(ends, key=lambda rate: rate.in_force or day) if ends else entry.rate


def _targets(solution: Solution, entry: InForce, view: LawView) -> list[str]:
    """Return whom an entry names, of the pairs asked about: codes, ALL, or ALL but some.

    Countries for which another measure in force takes its place are not named.
    """
    world, pairs = solution.world, solution.scenario.pairs
    taken = {
        target
        for other in view.entries
        if entry.measure.id in other.measure.stacking.displaces
        for target in other.targets
        if len(other.targets) <= 30
    }
    named = [t for t in entry.targets if t not in taken]
    if pairs is not None:
        bears = {(i, n) for i in entry.exporters for n in entry.importers}
        asked = {i if n in entry.implementers else n for i, n in pairs if (i, n) in bears}
        return sorted(asked - taken)
    if len(named) <= 30 and not entry.all_targets:
        return named
    left = [c for c in world.finest.countries if c not in (*named, *entry.implementers, "ROW")]
    return ["ALL", "but", *left] if left else ["ALL"]


def _by_product(view: LawView, measure_id: str) -> dict[tuple[str, tuple[str, ...]], InForce]:
    return {
        (product, entry.targets): entry
        for entry in view.entries
        if entry.measure.id == measure_id
        for product in entry.products
    }


def _day(day: date | None, precision: str | None = None) -> str | None:
    """Return a date as far as it is known: a day, a month or a year."""
    if day is None:
        return None
    return day.isoformat()[: {"month": 7, "year": 4}.get(precision or "", 10)]
