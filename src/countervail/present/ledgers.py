"""The ledger as documents: its measures, and everything about one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from countervail.ledger import Ledger, Measure
from countervail.ledger.check import Finding
from countervail.ledger.measure import Reference, Settled
from countervail.present.digits import Digits
from countervail.present.document import Document, plain
from countervail.present.law import law_words
from countervail.present.parts import Column, DocumentTable, Part, Words, listed, section
from countervail.present.pieces import counted
from countervail.present.steps import steps

Row = dict[str, Any]


def measure_rows(ledger: Ledger) -> list[Row]:
    """Return one row a measure."""
    return [
        {
            "id": m.id,
            "by": m.implementer,
            "on": " ".join(m.targets),
            "instrument": m.instrument,
            "first in force": _iso(min((r.in_force for r in m.rates if r.in_force), default=None)),
            "priced": "no" if m.outside_model else "yes",
            "title": m.title,
            "products": [{"id": p.id, "name": p.name, "hs": list(p.hs)} for p in m.products],
            "steps": steps(m),
            "ends": _end(m),
        }
        for m in ledger
    ]


def _end(measure: Measure) -> str | None:
    """Return the last day known on which a measure, or a part of it, ends or expires."""
    ends = [r.in_force for r in measure.rates if r.ended and r.in_force]
    return _iso(max([*ends, *(r.expires for r in measure.rates if r.expires)], default=None))


def measures(ledger: Ledger) -> Document:
    """Return the measures, one a line."""
    found = measure_rows(ledger)
    widest = max((len(row["id"]) for row in found), default=0)
    columns = (
        Column("id", "measure", fixed=True, width=(widest, widest)),
        Column(
            "first in force",
            "in force",
            show=lambda row: row["first in force"] or "never",
            fixed=True,
            width=(10, 10),
        ),
        Column(
            "title",
            "title",
            show=lambda row: f"{'' if row['priced'] == 'yes' else '[not priced] '}{row['title']}",
        ),
    )
    read = [DocumentTable(columns, found)] if found else [Words("nothing")]
    flat = [{k: v for k, v in row.items() if k not in ("products", "steps")} for row in found]
    return Document(read, {"measures": found}, {"measures": plain(flat)})


GENERAL = Digits("general", 4)


def findings(measures: int, found: Sequence[Finding]) -> Document:
    """Return what is wrong or doubtful in measure files.

    Args:
        measures: how many were read.
        found: by ``check_ledger``.
    """
    counts = f"{counted(measures, 'measure')} read; {counted(len(found), 'finding')}"
    rows = [one._asdict() for one in found]
    return Document(
        [*(Words(one.message) for one in found), Words(counts)],
        {"measures": measures, "findings": rows},
    )


def listing(rows: Sequence[Row]) -> Part:
    """Return rows as a table, columns in the order of the first row's keys."""
    if not rows:
        return Words("nothing")
    numbers = {key: all(isinstance(row[key], int | float) for row in rows) for key in rows[0]}
    return DocumentTable(
        [
            Column(key, key, show=_shown(key), fixed=key == "id", right=right)
            for key, right in numbers.items()
        ],
        rows,
    )


def measure(found: Measure, entries: list[Row] | None = None) -> Document:
    """Return everything about a measure, in the order a lawyer asks.

    Args:
        found: the measure.
        entries: what of it is in force on a day; None where no day was asked about.
    """
    law = found.authority
    about = (
        f"{found.id}: {found.implementer} on {' '.join(found.targets)}; {found.instrument}; "
        f"reviewed {found.reviewed}, confidence {found.confidence}"
    )
    parts: list[Part] = [
        Words(found.title, "strong"),
        Words(about),
        Words("; ".join(part for part in (law.name, law.citation, law.enabling_act) if part)),
    ]
    if found.outside_model:
        parts.append(Words(f"Outside the model: {found.outside_model}"))
    if found.suppressed_base:
        parts.append(
            Words(
                "Had suppressed base-year trade: asked about, it is priced in a world in which its "
                f"goods are restored to {found.pre_measure_year}"
            )
        )
    settled = [settled_words(found, one) for one in found.settled]
    parts += [
        *section("Products", listing(_products(found))),
        *section("Rates by date", listing(_rates(found))),
        *listed("Collected at the border and not due in law", settled),
    ]
    for title, rows in (
        ("Coverage", _coverage(found)),
        ("Levels before the measure", _levels(found)),
    ):
        parts += section(title, *([listing(rows)] if rows else []))
    if entries is not None:
        parts += section("In force on that day", listing(entries))
    for title, words in (
        ("Stacking", _stacking(found)),
        ("Exemptions", found.exemptions),
        ("Conditions", found.conditions),
        ("Where sources disagree, or what was not found", found.conflicts),
    ):
        parts += listed(title, words)
    data = found.model_dump(mode="json")
    return Document(parts, data if entries is None else {**data, "in_force": entries})


def reference_words(reference: Reference) -> str:
    """Return a reference in one line."""
    return ", ".join(w for w in (reference.title, reference.publisher, reference.date) if w)


REFUND = {
    "ordered": "what is over is paid back",
    "on_claim": "what is over is paid back on claim",
    "open": "how what is over is paid back is not settled",
    "none": "nothing is paid back",
}
"""What becomes of the difference, by the ``refund`` of a settlement."""


def settled_words(measure: Measure, settled: Settled) -> str:
    """Return what was due of duties collected, in one line."""
    due = f"{settled.rate:g} % was due" if settled.rate else "nothing was due"
    goods = "; ".join(measure.product[p].name for p in settled.products or ())
    whom = " ".join(settled.targets or ())
    of = "".join(f" ({words})" for words in (goods, whom) if words)
    note = f". {settled.note}" if settled.note else ""
    return (
        f"entered {settled.first} to {settled.last}{of}: {due}, known since {settled.announced}; "
        f"{REFUND[settled.refund]}{note} ({reference_words(settled.reference)})"
    )


def _products(measure: Measure) -> list[Row]:
    return [
        {
            "product": p.id,
            "name": p.name,
            "HS": _shortened(p.hs),
            "own duty %": p.base_rate if p.base_rate is not None else "",
        }
        for p in measure.products
    ]


def _rates(measure: Measure) -> list[Row]:
    return [
        {
            "in force": "never" if r.never else _iso(r.in_force),
            "announced": _iso(r.announced),
            "expires": _iso(r.expires),
            "products": " ".join(r.products),
            "law": law_words(r),
            "note": r.note,
            "reference": reference_words(r.reference),
        }
        for r in measure.rates
    ]


def _coverage(measure: Measure) -> list[Row]:
    return [
        {
            "product": c.products,
            "sector": c.sector,
            "weight": _shortened([f"{k} {v:.3f}" for k, v in c.weights.items()], 4),
            "basis": c.basis,
            "year": c.year,
            "range": f"x {c.multiples[0]:g} to {c.multiples[1]:g}",
            "source": c.source,
        }
        for c in measure.coverage
    ]


def _levels(measure: Measure) -> list[Row]:
    return [
        {
            "product": level.products,
            "cell": f"{level.pair} {level.sector}",
            "USD mn at basic prices": level.usd,
            "left in the base year": "all the cell holds" if level.whole else level.left_usd,
            "year": str(measure.pre_measure_year or measure.level_year),
            "range": f"x {level.multiples[0]:g} to {level.multiples[1]:g}",
            "source": level.source,
        }
        for level in measure.levels
    ]


def _stacking(measure: Measure) -> list[str]:
    s = measure.stacking
    said = [f"displaces {id}" for id in s.displaces] + [f"yields to {id}" for id in s.yields_to]
    said += [f"ends {id}" for id in s.removes]
    return said + ([s.note] if s.note else [])


def _shortened(words: list[str] | tuple[str, ...], most: int = 8) -> str:
    more = f" ... ({len(words)} in all)" if len(words) > most else ""
    return " ".join(words[:most]) + more


def _shown(key: str) -> Callable[[Any], str]:
    """Return what makes a cell of whatever stands in a row."""

    def cell(row: Row) -> str:
        value = row[key]
        if isinstance(value, float):
            return GENERAL.write(value)
        return "" if value is None else str(value)

    return cell


def _iso(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())
