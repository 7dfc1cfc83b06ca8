"""The law of a day as rows and tables: goods, rate, own duty, since, until, by which law."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from countervail import labels
from countervail.ledger import InForce, LawView, Ledger, parties
from countervail.present.law import law_words
from countervail.present.ledgers import reference_words

Row = dict[str, Any]

COLUMNS = {"goods": 26, "rate": 13, "own duty %": 10, "since": 10, "until": 10}
"""Columns of the table, with widths under which those of all measures align, on 80 columns."""


def known(ledger: Ledger, day: date) -> str | None:
    """Return what must be said first of a day the record does not cover; None where it does."""
    if ledger.record is None:
        return "There is no measure in this ledger."
    first, reviewed = ledger.record
    if day < first:
        return f"The first entry of this ledger is of {first}: the law of {day} is not known to it."
    if day > reviewed:
        return f"As known on {reviewed}; later changes are not in this ledger."
    return None


def rows(ledger: Ledger, view: LawView) -> list[Row]:
    """Return one row for every product group in force, in the order of the ledger.

    Rates and duties are in per cent. ``own_duty`` is the importer's own duty on the goods, before
    any measure, null where no rate by line is known. ``until`` is the last day before the law next
    changes, as far as announced, null where no change is known; ``until_partly`` is true where it
    then changes for some of the countries only.
    """
    ends = dict(_ends(ledger, view))
    return [
        {
            "id": entry.measure.id,
            "by": entry.measure.implementer,
            "on": _on(entry, view.date),
            "products": entry.measure.product[product].name,
            "law": law_words(entry.rate),
            "since": _iso(entry.rate.in_force),
            "announced": _iso(entry.rate.announced),
            "expires": _iso(entry.rate.expires),
            "reference": reference_words(entry.rate.reference),
            "rate": entry.rate.rate,
            "basis": entry.rate.basis,
            "own_duty": entry.measure.product[product].base_rate,
            "until": _iso(last),
            "until_partly": partly,
            "hs": list(entry.measure.product[product].hs),
            "except_hs": list(entry.measure.product[product].except_hs),
            "instrument": entry.measure.instrument,
            "authority": entry.measure.authority.name,
            "citation": entry.measure.authority.citation,
            "title": entry.measure.title,
            "targets": ["ALL"] if entry.all_targets else list(entry.targets),
            "priced": entry.measure.outside_model is None
            and entry.measure.product[product].outside_model is None,
        }
        for entry in view.entries
        for product in entry.products
        for last, partly in [ends.get((_key(entry), product), (None, False))]
    ]


def page(ledger: Ledger, view: LawView) -> RenderableType:
    """Return what is in force, measure by measure."""
    found = rows(ledger, view)
    if not found:
        return Text("Nothing in this ledger is in force.")
    parts: list[RenderableType] = []
    for id in dict.fromkeys(row["id"] for row in found):
        own = [row for row in found if row["id"] == id]
        parts += [*_heading(own), Padding(_table(own), (0, 0, 1, 2))]
    if any(row["own_duty"] is None for row in found):
        parts.append(Text("Own duty: blank where no rate by line is known.", style="dim"))
    parts.append(Text("Sources, lists of goods, doubts: countervail ledger show ID", style="dim"))
    return Group(*parts)


def _heading(own: list[Row]) -> Iterator[Text]:
    row = _widest(own)
    yield Text(row["title"], style="bold")
    said = [
        f"{row['id']}: {row['by']} on {_shortened(row['on'])}",
        row["instrument"].replace("_", " "),
        row["citation"] or row["authority"],
        *([] if any(r["priced"] for r in own) else ["recorded, not priced"]),
    ]
    yield Text("; ".join(said))


def _table(own: list[Row]) -> Table:
    made = Table(box=None, pad_edge=False, header_style="dim")
    for name, width in COLUMNS.items():
        numeric = name == "own duty %"
        made.add_column(
            name, justify="right" if numeric else "left", min_width=width, max_width=width
        )
    for row in own:
        whom = "" if row["on"] == _widest(own)["on"] else f" [{_shortened(row['on'])}]"
        until = row["until"] or ""
        made.add_row(
            Text(row["products"] + whom),
            Text(row["law"]),
            "" if row["own_duty"] is None else f"{row['own_duty']:g}",
            row["since"],
            f"{until} in part" if row["until_partly"] else until,
        )
    return made


def _widest(own: list[Row]) -> Row:
    """Return the row whose countries the heading names: everyone's, where there is one."""
    return next((row for row in own if row["targets"] == ["ALL"]), own[0])


def _shortened(on: str, most: int = 8) -> str:
    """Return ``ALL but ...`` with the first countries, and how many more there are."""
    whom, _, but = on.partition(" but ")
    codes = but.split()
    if len(codes) <= most:
        return on
    return f"{whom} but {' '.join(codes[:most])} and {len(codes) - most} more"


def _on(entry: InForce, day: date | None) -> str:
    """Return whom an entry governs: codes and groups; or all but some, and those with their own."""
    if not entry.all_targets:
        return _words(entry.targets, day)
    but = entry.rate.except_targets
    apart = parties.resolve(but, day) if day and but else frozenset()
    own = set(labels.countries()) - {*entry.targets, *entry.implementers, *apart}
    said = f"ALL but {' '.join(but)}" if but else "ALL"
    return f"{said}; {_words(own, day)} by entries of their own" if own else said


def _words(codes: Collection[str], day: date | None, most: int = 6) -> str:
    """Return countries by code, members of the EU as one, what is beyond ``most`` counted."""
    found = labels.union_as_one(sorted(codes), on=day)
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return " ".join(found[:most]) + more


def _key(entry: InForce) -> tuple[str, str, tuple[str, ...]]:
    return entry.measure.id, str(entry.rate.in_force), entry.targets


def _ends(
    ledger: Ledger, view: LawView
) -> Iterator[tuple[tuple[tuple[str, str, tuple[str, ...]], str], tuple[date, bool]]]:
    """Yield the last day of each entry and product, and whether then only a part changes."""
    day = view.date
    if day is None:
        return
    changes: dict[tuple[str, str], list[tuple[date, frozenset[str]]]] = {}
    for change in ledger.between(day, date.max, view.known_on):
        for product in change.products:
            place = changes.setdefault((change.measure.id, product), [])
            place.append((change.date, frozenset(change.targets)))
    for entry in view.entries:
        for product in entry.products:
            own = frozenset(entry.targets)
            for first, touched in changes.get((entry.measure.id, product), ()):
                if touched & own:
                    same = [t for d, t in changes[entry.measure.id, product] if d == first]
                    partly = not own <= frozenset().union(*same)
                    yield (_key(entry), product), (first - timedelta(days=1), partly)
                    break


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
