"""The answer as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from countervail import labels
from countervail.draws.ensemble import Ensemble
from countervail.draws.ensemble.honest import honest
from countervail.ledger.notes import HEADLINE, Note, sentence, sentences
from countervail.ledger.notes import listed as few
from countervail.present import assumptions, goods, law, rows
from countervail.present.numbers import amount, percent
from countervail.present.pieces import listed
from countervail.present.ranges import Ranges
from countervail.present.result import cite
from countervail.present.subject import about_background, subject_pairs
from countervail.present.terminal import show as show
from countervail.present.worlds import restored_words
from countervail.scenario import HandChange, other_law
from countervail.solution import Solution

MOST_LINES = 12
MOST_SECTORS = 4
MOST_CELLS = 6
"""Cells of one note that are named."""
GAINS = {
    "welfare_usd": 0,
    "welfare": 4,
    "real_wage": 4,
    "terms_of_trade": 4,
    "volume_of_trade": 4,
    "exports": 3,
    "imports": 3,
    "revenue_change": 4,
}
"""Columns of the table of gains, with their digits."""
MOVES = {
    "output_real_change": 3,
    "output_change": 3,
    "output_change_usd": 0,
    "exports_change": 2,
    "imports_change": 2,
    "price_change": 3,
}
"""Columns of the table of sectors, with their digits."""
SECTORS_TITLE = "Sectors that move most (output, real and nominal; exports and imports nominal)"
QUANTILE_ROWS = {"5 %": "p05", "median": "p50", "95 %": "p95"}
"""Rows below a row of figures, with the quantile of the draws they give."""
NOTHING = 1e-11
"""No wage, price or expenditure moves by more: there is nothing to rank."""


def render(
    solution: Solution,
    ensemble: Ensemble | None = None,
    more: Sequence[tuple[str, Table]] = (),
) -> RenderableType:
    """Return everything ``run`` prints, in the order a reader asks.

    Args:
        solution: the point answer.
        ensemble: its draws, read by ``report.ranges.Reader``.
        more: further tables asked for, with their titles.
    """
    ranges = None if ensemble is None else Ranges(ensemble)
    parts: list[RenderableType] = [_heading(solution)]
    if solution.certificate.effect <= NOTHING:
        parts.append(Text(f"\n{_stillness(solution)}", style="bold"))
        parts.append(_certificate(solution))
        return Group(*parts, *listed("Why", sentences(_telling(solution))))
    for title, body in (
        ("What changed in law", _law(solution)),
        ("What was changed by hand, on everything in the sectors", _by_hand(solution)),
        (
            "What it does to the goods named (trade in USD million at producer prices, nominal; "
            "price: what the buyer pays, duty included)",
            _lines(solution, ranges),
        ),
        (_gains_title(solution), Group(_gains(solution, ranges), *_other_money(solution))),
        *more,
        (SECTORS_TITLE, _sectors(solution, ranges)),
        (
            "Trade diverted (USD million; all changes of the other flows, prices included)",
            _diversion(solution, ranges),
        ),
    ):
        if body is not None:
            parts += [Text(f"\n{title}", style="bold"), body]
    parts.append(_certificate(solution, ensemble))
    parts += [Text("\nWhat the ranges cover", style="bold"), Text(honest(ensemble))]
    parts += listed("Assumptions that matter", _mattering(solution))
    parts += listed("How to cite", cite(solution))
    return Group(*parts)


def _telling(solution: Solution) -> list[Note]:
    """Return the notes but those on law and cells that are mere background."""
    pairs = subject_pairs(solution)
    return [
        note
        for note in solution.resolved.notes
        if not about_background(solution, note)
        and (not note.cells or any(cell.pair in pairs for cell in note.cells))
    ]


def _mattering(solution: Solution) -> list[str]:
    """Return the assumptions, notes on measures that are mere background counted, not told."""
    pairs, telling = subject_pairs(solution), _telling(solution)
    kept = assumptions.assumed(solution)
    kept += [sentence(note, MOST_CELLS, lambda cell: cell.pair in pairs) for note in telling]
    hidden = len(solution.resolved.notes) - len(telling)
    if hidden:
        kept.append(f"{hidden} more notes, on law that is not the subject: see --json.")
    return kept


def _heading(solution: Solution) -> Text:
    scenario = solution.scenario
    text = Text(scenario.title, style="bold")
    if scenario.variant:
        text.append(f" [{scenario.variant}]")
    if scenario.from_date and scenario.to_date:
        text.append(
            f"\nLaw of {scenario.from_date} against law of {scenario.to_date}"
            + (", with the changes named below" if scenario.changes else ""),
            style="default",
        )
        if scenario.known_on:
            text.append(f", as known on {scenario.known_on}", style="default")
        if scenario.background:
            text.append(f"; all other law of {scenario.background}", style="default")
    if scenario.question:
        text.append(f"\n{scenario.question}", style="italic not bold")
    for note in headline(solution):
        text.append(f"\n{note}", style="bold" if note.kind == "left_out" else "not bold")
    for said in (
        restored_words(solution.world),
        _since(solution),
        _unpriced(solution),
        _outside(solution),
    ):
        if said:
            text.append(f"\n{said}", style="not bold")
    return text


def headline(solution: Solution) -> list[Note]:
    """Return the notes that are told beside the figures they change."""
    return [note for note in solution.resolved.notes if note.kind in HEADLINE]


def _outside(solution: Solution) -> str:
    """Return what the question itself leaves out, in a sentence."""
    matters = [matter for matter, _ in solution.scenario.outside]
    return f"Outside this question: {few(matters)} (reasons below)" if matters else ""


def _stillness(solution: Solution) -> str:
    """Return that no figure moves; that nothing changes only where it is so in law."""
    resolved = solution.resolved
    same = any(note.kind == "same_law" for note in resolved.notes)
    if same or (resolved.law_before is None and resolved.after.is_nothing()):
        return "Nothing changes: every figure is zero."
    return "No figure moves, though the law differs: what differs has no effect, or no place here."


def _since(solution: Solution) -> str:
    """Return how the law of the question has changed since, in a sentence."""
    found = law.since(solution)
    said = [
        f"{row['date']} {', '.join(row['products'])} {row['law']} to {row['law_new']}"
        for row in found
    ]
    return f"Since then: {few(said)}; today's law: --to today" if found else ""


def _unpriced(solution: Solution) -> str:
    """Return what else changed between the dates, in a sentence."""
    scenario = solution.scenario
    found = list(other_law.unpriced(scenario))
    if not found:
        return ""
    stands = scenario.background or scenario.from_date
    return (
        f"Also changed between these dates, not part of this question and priced as on {stands}: "
        f"{few(found)} (all, with dates: --json)"
    )


def _law(solution: Solution) -> Table | None:
    found = law.measures(solution)
    if not found:
        return None
    table = _table("by", "on", "products", "duty", "since", "law and source")
    for measure in found:
        for change in measure["changes"]:
            cited = measure["citation"] or measure["authority"]
            table.add_row(
                measure["implementer"],
                _whom(change["targets"]),
                change["name"],
                f"{change['law']} → {change['law_new']}",
                "supposed" if change["hypothetical"] else change["in_force"],
                _source(cited, change),
            )
    return table


def _by_hand(solution: Solution) -> Table | None:
    changes = solution.scenario.hand_changes
    if not changes:
        return None
    table = _table("importer", "exporter", "sectors", "tariff", "iceberg costs", "export tax")
    for change in changes:
        added = None if change.add is None else f"{change.add:+g} points"
        level = None if change.rate is None else f"{change.rate:g} %"
        table.add_row(
            change.importer,
            change.exporter,
            _sectors_meant(change),
            level or added or "",
            "" if change.iceberg_hat is None else f"x {change.iceberg_hat:g}",
            "" if change.export_tax is None else f"{change.export_tax:g} %",
        )
    return table


def _sectors_meant(change: HandChange) -> str:
    """Return the sectors of a change made by hand, in words."""
    if change.sectors is not None:
        return change.sectors if isinstance(change.sectors, str) else " ".join(change.sectors)
    duties = (change.add, change.rate, change.export_tax) != (None, None, None)
    if change.iceberg_hat is None:
        return "goods"
    return "goods (costs: all)" if duties else "all"


RATES_ALIKE = 1e-9
"""Per cent within which two rates are one."""


def _lines(solution: Solution, ranges: Ranges | None) -> Table | None:
    found = goods.lines(solution)
    if not found:
        return None
    table = _table(
        "goods", "from", "to", "sector", "weight (basis, year)", "total duty %",
        "before", "after", "change %", "price %",
    )  # fmt: skip
    for row in _own_first(found, rows.shown_countries(solution))[:MOST_LINES]:
        table.add_row(
            _goods(row),
            row["exporter"],
            row["importer"],
            row["sector"],
            f"{row['weight']:.3f} ({row['coverage_basis']}, {row['coverage_year']})",
            f"{'' if row['base_rate_known'] else '≈ '}{_duty(row['rate'])} → "
            f"{_duty(row['rate_new'])}",
            f"{row['trade_usd']:,.0f}",
            f"{row['trade_new_usd']:,.0f}",
            percent(row["trade_change"], 0),
            percent(row["price_change"], 1),
        )
        for words, drawn in _below(ranges, "lines", row):
            table.add_row(
                f"  {words}",
                *[""] * 3,
                _fixed(drawn["weight"], 3),
                f"→ {_fixed(drawn['rate_new'], 1)}" if _rate_differs(ranges, row) else "",
                _fixed(drawn["trade_usd"], 0),
                _fixed(drawn["trade_new_usd"], 0),
                percent(drawn["trade_change"], 0),
                percent(drawn["price_change"], 1),
                style="dim",
            )
    said = []
    shown = _own_first(found, rows.shown_countries(solution))[:MOST_LINES]
    if not all(row["base_rate_known"] for row in shown):
        said.append("≈ the goods' own duty is not known: the rest of the cell's stands for it")
    if any("; " in row["name"] for row in shown):
        said.append("(+n) n more measures on the same goods")
    if len(found) > MOST_LINES:
        said.append(f"{len(found) - MOST_LINES} more: see --json or --out")
    table.caption = "; ".join(said) or None
    return table


def _rate_differs(ranges: Ranges | None, row: rows.Row) -> bool:
    """Return whether a line's new rate is another one in some draws."""
    if ranges is None:
        return False
    drawn = ranges.row("lines", row)["rate_new"]
    return bool(np.ptp([drawn.p05, drawn.p50, drawn.p95]) > RATES_ALIKE)


def _below(ranges: Ranges | None, kind: str, row: rows.Row) -> Iterator[tuple[str, rows.Row]]:
    """Yield the rows below a row of figures, its quantiles with their names; none without draws."""
    if ranges is not None:
        for words, quantile in QUANTILE_ROWS.items():
            yield words, ranges.at(kind, row, quantile)


def _own_first(found: list[rows.Row], first: tuple[str, ...]) -> list[rows.Row]:
    """Return rows with those between the first two countries shown before the others."""
    pair = set(first[:2])
    return sorted(found, key=lambda row: {row["exporter"], row["importer"]} != pair)


def _gains_title(solution: Solution) -> str:
    first = solution.scenario.from_date
    against = f"law of {first}" if first else "the world as it is"
    year = solution.world.year
    return (
        f"Who gains and loses (USD million of {year}, the economy of {year}; per cent, relative to "
        f"{against})"
    )


def _gains(solution: Solution, ranges: Ranges | None) -> Table:
    table = _table(
        "country", "USD million", "welfare", "real wage", "terms of trade*", "volume of trade*",
        "exports", "imports", "revenue**",
    )  # fmt: skip
    found = rows.countries(solution)
    first = rows.shown_countries(solution)
    ranked = sorted((c for c in found if c not in first), key=lambda c: -found[c]["welfare"])
    others = (*ranked[:3], *ranked[-3:]) if len(ranked) > 6 else ranked
    for code in (*first, None, *others):
        if code is None:
            table.add_section()
            continue
        table.add_row(_country(code), *_gains_row(found[code]))
        for words, drawn in _below(ranges, "countries", {"country": code, **found[code]}):
            table.add_row(f"  {words}", *_gains_row(drawn), style="dim")
    table.caption = (
        "welfare is exact (equivalent variation), in per cent of spending; * first-order parts, in "
        "the numeraire; exports and imports nominal, world value added unchanged; ** change of "
        f"tariff revenue{_with_export_taxes(solution)} in per cent of spending; below the "
        "line: the three that gain and lose most"
    )
    return table


def _other_money(solution: Solution) -> list[Text]:
    """Return the welfare of the countries shown a head and in their own money, in a sentence."""
    found, year = rows.countries(solution), solution.world.year
    own = {"CAN": "CAD", "AUS": "AUD"}
    said = []
    for code in rows.shown_countries(solution):
        row, words = found[code], []
        if row["welfare_usd_per_person"] is not None:
            words.append(f"USD {row['welfare_usd_per_person']:+,.2f} a head")
        currency = own.get(code)
        if currency is not None and row[f"welfare_{currency.lower()}"] is not None:
            words.append(f"{currency} {row[f'welfare_{currency.lower()}']:+,.0f} million")
        if words:
            said.append(f"{code} {', '.join(words)}")
    return [Text(f"Of {year}: {'; '.join(said)}.", style="dim")] if said else []


def _with_export_taxes(solution: Solution) -> str:
    """Return what else is in the revenue, in words; nothing where exports are not taxed."""
    return " and export taxes" if assumptions.taxes_exports(solution) else ""


def _gains_row(row: Mapping[str, float]) -> list[str]:
    """Return the numbers of a row of gains."""
    return [_told(name, row[name], digits) for name, digits in GAINS.items()]


def _sectors(solution: Solution, ranges: Ranges | None) -> Table:
    table = _table(
        "country",
        "sector",
        "real %",
        "nominal %",
        "nominal USD million",
        "exports %",
        "imports %",
        "buyers' price %",
    )
    found = rows.sectors(solution)
    for code in rows.shown_countries(solution)[:3]:
        own = [r for r in found if r["country"] == code]
        own.sort(key=lambda r: -abs(r["output_change_usd"]))
        for row in own[:MOST_SECTORS]:
            table.add_row(code, f"{row['sector']} {row['name']}", *_sectors_row(row))
            for words, drawn in _below(ranges, "sectors", row):
                table.add_row("", f"  {words}", *_sectors_row(drawn), style="dim")
        table.add_section()
    return table


def _sectors_row(row: Mapping[str, float | None]) -> list[str]:
    """Return the numbers of a row of sectors."""
    return [_told(name, row[name], digits) for name, digits in MOVES.items()]


def _diversion(solution: Solution, ranges: Ranges | None) -> Table | None:
    found = [r for r in rows.diversion(solution) if abs(r["trade_change_usd"]) >= 0.5][:6]
    if not found:
        return None
    table = _table(
        "sector",
        "from",
        "to",
        "change",
        "the importer's other sources",
        "the exporter's other markets",
    )
    for row in found:
        table.add_row(
            f"{row['sector']} {row['name']}",
            row["exporter"],
            row["importer"],
            amount(row["trade_change_usd"], 0),
            _moves(row["other_sources"], row["importer"]),
            _moves(row["other_markets"], row["exporter"]),
        )
        for words, drawn in _below(ranges, "diversion", row):
            table.add_row(
                f"  {words}",
                "",
                "",
                amount(drawn["trade_change_usd"], 0),
                _moves(drawn["other_sources"], row["importer"], row["other_sources"]),
                _moves(drawn["other_markets"], row["exporter"], row["other_markets"]),
                style="dim",
            )
    return table


def _certificate(solution: Solution, ensemble: Ensemble | None = None) -> Text:
    c = solution.certificate
    text = Text("\nCertified", style="bold green")
    said = (
        ": every equation of both states checked independently.\nLargest relative residual "
        f"{c.residual:.1e} ({c.worst.name}, {c.worst.place}), largest effect {c.effect:.2e}; "
        f"{c.sweeps} sweeps, method {c.rung}"
    )
    if np.isfinite(c.conditioning):
        said += f", conditioning {c.conditioning:.1f}"
    text.append(f"{said}.", style="default")
    if ensemble is not None:
        drawn = int(ensemble.answered.sum())
        text.append(
            f"\n{drawn} of {len(ensemble)} draws certified likewise, largest residual "
            f"{np.nanmax(ensemble.residual):.1e}.",
            style="default",
        )
    return text


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold dim", caption_justify="left")
    numeric = {"welfare", "change", "change %", "before", "after", "price %", "USD million"}
    for column in columns:
        right = column in numeric or column.endswith(("%", "*")) or column in _RIGHT
        fixed = column == "weight (basis, year)"
        table.add_column(column, justify="right" if right else "left", no_wrap=fixed)
    return table


_RIGHT = {"nominal USD million", "real wage", "exports", "imports"}


def _country(code: str) -> str:
    return f"{code} {labels.country_name(code)}" if code in labels.countries() else code


def _source(cited: str, change: dict[str, Any]) -> str:
    if change["hypothetical"]:
        return "this scenario's own supposition"
    reference = change["reference"]
    dated = ", ".join(str(w) for w in (reference["publisher"], reference["date"]) if w)
    return f"{cited}; {dated}" + (" (not priced)" if change["outside_model"] else "")


def _whom(targets: list[str]) -> str:
    most = 5 if targets[:2] == ["ALL", "but"] else 3
    return " ".join(targets[:most]) + (" ..." if len(targets) > most else "")


def _goods(row: rows.Row) -> str:
    """Return the narrowest group's name, and how many more groups name the same goods."""
    names = str(row["name"]).split("; ")
    return names[0] + (f" (+{len(names) - 1})" if len(names) > 1 else "")


def _moves(moves: list[dict[str, Any]], home: str, told: list[dict[str, Any]] | None = None) -> str:
    """Return where trade moved, in words; of a quantile, the places that the point tells of."""
    named = [
        f"{'at home' if move['country'] == home else move['country']} {move['change_usd']:+,.0f}"
        for move, point in zip(moves, told or moves, strict=True)
        if abs(point["change_usd"]) >= 0.5
    ]
    return ", ".join(named) or "none"


def _fixed(value: float | None, digits: int) -> str:
    return "n.a." if value is None or not np.isfinite(value) else f"{value:,.{digits}f}"


def _told(name: str, value: float | None, digits: int) -> str:
    """Return a column's number: USD million, or per cent."""
    return (amount if name.endswith("_usd") else percent)(value, digits)


def _duty(rate: float | None) -> str:
    return "ban" if rate is None else f"{rate:.1f}"
