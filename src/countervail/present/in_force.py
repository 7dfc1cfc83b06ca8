"""The law of a day as a document: goods, rate, own duty, since, until, by which law."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any

from countervail import labels
from countervail.clock import as_date
from countervail.ledger import InForce, LawView, Ledger, parties
from countervail.ledger.selection import Selection
from countervail.present import ledger_screen
from countervail.present.document import Document, plain
from countervail.present.law import law_words
from countervail.present.ledgers import measure_rows, reference_words
from countervail.present.parts import Column, DocumentTable, Part, Words
from countervail.present.sentences.language import Language

Row = dict[str, Any]

COLUMNS = (
    Column("goods", "goods", width=(26, 26)),
    Column("law", "rate", width=(13, 13)),
    Column(
        "own_duty",
        "own duty %",
        show=lambda row: "" if row["own_duty"] is None else f"{row['own_duty']:g}",
        width=(10, 10),
        right=True,
    ),
    Column("since", "since", width=(10, 10)),
    Column(
        "until",
        "until",
        show=lambda row: f"{row['until'] or ''}{' in part' if row['until_partly'] else ''}",
        width=(10, 10),
    ),
)
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


def document(
    whole: Ledger,
    ledger: Ledger,
    view: LawView,
    known_on: str | None,
    asked: Selection,
    lang: Language,
) -> Document:
    """Return what is in force: its first screen, and measure by measure.

    Args:
        whole: the ledger with all its measures: how far its record goes.
        ledger: the measures asked about.
        view: their law on the day.
        known_on: the day on which it is to have been known, as it was given.
        asked: which measures are asked about.
        lang: of the first screen.
    """
    assert view.date is not None
    found, first = rows(ledger, view), known(whole, view.date)
    above = [] if first is None else [Words(first), Words("")]
    read = [*above, *_read(found)]
    known_day = None if known_on is None else as_date(known_on)
    told = (lang, ledger, asked, found, view.date, known_day)
    return Document(
        read,
        {
            "as_of": view.date.isoformat(),
            "known_on": known_on,
            "reviewed": None if whole.record is None else whole.record[1].isoformat(),
            "says": first,
            "in_force": found,
            "sentence": ledger_screen.as_of(*told),
            "measures": measure_rows(ledger),
        },
        {"in_force": plain(found)},
        ledger_screen.screen(*told, first),
        {"law": read},
    )


def _read(found: list[Row]) -> Iterator[Part]:
    if not found:
        yield Words("Nothing in this ledger is in force.")
        return
    for id in dict.fromkeys(row["id"] for row in found):
        own = [row for row in found if row["id"] == id]
        first = _widest(own)
        said = [
            f"{id}: {first['by']} on {_shortened(first['on'])}",
            first["instrument"].replace("_", " "),
            first["citation"] or first["authority"],
            *([] if any(row["priced"] for row in own) else ["recorded, not priced"]),
        ]
        yield Words(first["title"], "strong")
        yield Words("; ".join(said))
        yield DocumentTable(
            COLUMNS, [{**row, "goods": _goods(row, first)} for row in own], indent=2
        )
    if any(row["own_duty"] is None for row in found):
        yield Words("Own duty: blank where no rate by line is known.", "quiet")
    yield Words("Sources, lists of goods, doubts: countervail ledger show ID", "quiet")


def _goods(row: Row, first: Row) -> str:
    """Return the goods, with whom they come from where the heading names others."""
    whom = "" if row["on"] == first["on"] else f" [{_shortened(row['on'])}]"
    return f"{row['products']}{whom}"


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
