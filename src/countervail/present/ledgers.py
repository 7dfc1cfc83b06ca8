"""The ledger as rows and tables: what is in force, and everything about one measure."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from countervail.ledger import Ledger, Measure
from countervail.ledger.measure import Reference, Settled
from countervail.present.law import law_words

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
        }
        for m in ledger
    ]


def measures_page(ledger: Ledger) -> RenderableType:
    """Return the measures, one a line."""
    found = measure_rows(ledger)
    if not found:
        return Text("nothing")
    made = Table(box=None, pad_edge=False, header_style="bold dim")
    widest = max(len(row["id"]) for row in found)
    made.add_column("measure", no_wrap=True, width=widest)
    made.add_column("in force", no_wrap=True, width=10)
    made.add_column("title")
    for row in found:
        priced = "" if row["priced"] == "yes" else "[not priced] "
        made.add_row(row["id"], row["first in force"] or "never", Text(priced + row["title"]))
    return made


def table(rows: list[Row]) -> RenderableType:
    """Return rows as a table, columns in the order of the first row's keys."""
    if not rows:
        return Text("nothing")
    made = Table(box=None, pad_edge=False, header_style="bold dim")
    for key in rows[0]:
        numeric = all(isinstance(row[key], int | float) for row in rows)
        made.add_column(key, justify="right" if numeric else "left", no_wrap=key == "id")
    for row in rows:
        made.add_row(*(_cell(value) for value in row.values()))
    return made


def measure_page(measure: Measure, standing: list[Row] | None = None) -> RenderableType:
    """Return everything about a measure, in the order a lawyer asks."""
    law = measure.authority
    parts: list[RenderableType] = [
        Text(measure.title, style="bold"),
        Text(
            f"{measure.id}: {measure.implementer} on {' '.join(measure.targets)}; "
            f"{measure.instrument}; reviewed {measure.reviewed}, confidence {measure.confidence}"
        ),
        Text("; ".join(part for part in (law.name, law.citation, law.enabling_act) if part)),
    ]
    if measure.outside_model:
        parts.append(Text(f"Outside the model: {measure.outside_model}"))
    if measure.suppressed_base:
        parts.append(
            Text(
                "Had suppressed base-year trade: asked about, it is priced in a world in which its "
                f"goods are restored to {measure.pre_measure_year}"
            )
        )
    parts += [Text("\nProducts", style="bold"), table(_products(measure))]
    parts += [Text("\nRates by date", style="bold"), table(_rates(measure))]
    if measure.settled:
        parts.append(Text("\nCollected at the border and not due in law", style="bold"))
        parts += [Text(f"- {settled_words(measure, s)}") for s in measure.settled]
    if measure.coverage:
        parts += [Text("\nCoverage", style="bold"), table(_coverage(measure))]
    if measure.levels:
        parts += [Text("\nLevels before the measure", style="bold"), table(_levels(measure))]
    if standing is not None:
        parts += [Text("\nIn force on that day", style="bold"), table(standing)]
    for title, words in (
        ("Stacking", _stacking(measure)),
        ("Exemptions", measure.exemptions),
        ("Conditions", measure.conditions),
        ("Where sources disagree, or what was not found", measure.conflicts),
    ):
        if words:
            parts.append(Text(f"\n{title}", style="bold"))
            parts += [Text(f"- {word}") for word in words]
    return Group(*parts)


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


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def _iso(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())
