"""The tables of an answer of ``run``: what is read of its rows, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from countervail import labels
from countervail.core.choices.demand import InShops
from countervail.draws.ensemble import Ensemble
from countervail.present import assumptions, law, pieces, quotas, rows, shelf
from countervail.present.digits import (
    Digits,
    amounts,
    levels,
    of,
    own_digits,
    percents,
    supported,
)
from countervail.present.goods_range import SAID_OF_MARKS, marked
from countervail.present.numbers import fixed
from countervail.present.parts import Column, DocumentTable, Part, Row, Words, section
from countervail.present.ranges import Ranges, reported_rows
from countervail.quantiles import Range
from countervail.scenario import HandChange
from countervail.solution import Solution

MOST_LINES = 12
MOST_SECTORS = 4
MOST_MOVES = 6
SECTORS_TITLE = "Sectors that move most (output, real and nominal; exports and imports nominal)"
RATES_ALIKE_PER_CENT = 1e-9
"""Per cent within which two rates are one."""

LEAST_USD_MILLION = 0.5
"""USD million; a smaller change of a flow is not worth a word."""


def figure(key: str, heading: str, digits: Digits, **more: Any) -> Column:
    """Return a column of numbers that have ranges."""
    return Column(key, heading, digits, ranged=True, **more)


GAINS = (
    Column("country", "country", show=lambda row: _country(row["country"])),
    figure("welfare_usd", "USD million", of("welfare_usd")),
    figure("welfare", "welfare", of("welfare")),
    figure("real_wage", "real wage", of("real_wage")),
    figure("terms_of_trade", "terms of trade*", of("terms_of_trade")),
    figure("volume_of_trade", "volume of trade*", of("volume_of_trade")),
    figure("exports", "exports", of("exports_change")),
    figure("imports", "imports", of("imports_change")),
    figure("revenue_change", "revenue**", of("revenue_change")),
)
IDLE = figure("unemployment_change", "unemployment***", of("unemployment_change"))
AT_WORK = figure("labour_at_work_change", "labour at work", of("labour_at_work_change"))
"""Of models in which not all labour need be at work, or works as much as it did."""

LINES = (
    Column("name", "goods", show=lambda row: _goods(row)),
    Column("exporter", "from"),
    Column("importer", "to"),
    Column("sector", "sector"),
    Column(
        "weight",
        "weight (basis, year)",
        levels(3),
        lambda row: f"{row['weight']:.3f} ({row['coverage_basis']}, {row['coverage_year']})",
        ranged=True,
        fixed=True,
        right=False,
    ),
    Column(
        "rate_new",
        "total duty %",
        show=lambda row: _duties(row),
        drawn=lambda at: f"→ {levels(1).write(at['rate_new'])}" if _rate_differs(at) else "",
        right=True,
    ),
    figure("trade_usd", "before", levels(0)),
    figure("trade_new_usd", "after", levels(0)),
    figure("trade_change", "change %", percents(0)),
    figure("price_change", "price %", percents(1)),
)
LABOUR = figure("employment_change", "labour %", of("employment_change"))
"""Of labour that is free to leave a good or a sector."""

LABOUR_MEANT = "what is free to leave, 0 by assumption where all that makes a good stays with it"

SECTORS = (
    Column("country", "country"),
    Column("sector", "sector", show=lambda row: f"{row['sector']} {row['name']}"),
    figure("output_real_change", "real %", of("real_output_change")),
    LABOUR,
    figure("output_change", "nominal %", percents(3)),
    figure("output_change_usd", "nominal USD million", amounts()),
    figure("exports_change", "exports %", percents(2)),
    figure("imports_change", "imports %", percents(2)),
    figure("price_change", "buyers' price %", percents(3)),
)
IN_SHOPS = figure("shop_price_change", "in shops %", percents(3))
"""Where households buy in shops (``demand=retail``)."""

DIVERSION = (
    Column("sector", "sector", show=lambda row: f"{row['sector']} {row['name']}"),
    Column("exporter", "from"),
    Column("importer", "to"),
    figure("trade_change_usd", "change", amounts()),
    Column(
        "other_sources",
        "the importer's other sources",
        show=lambda row: _moves(row, row, "other_sources", "importer"),
        drawn=lambda at: _moves(at, at["point"], "other_sources", "importer"),
    ),
    Column(
        "other_markets",
        "the exporter's other markets",
        show=lambda row: _moves(row, row, "other_markets", "exporter"),
        drawn=lambda at: _moves(at, at["point"], "other_markets", "exporter"),
    ),
)


def fact(key: str, heading: str, digits: Digits) -> Column:
    """Return a column of a fact of goods, whose range may be the record's."""
    return figure(
        key,
        heading,
        digits,
        drawn=lambda at: marked(key, digits.beside(*at["ranges"][key][1:4:2]).write(at[key]), at),
    )


GOODS = (
    Column("good", "good", show=lambda row: pieces.sector_name(row["good"])),
    Column("exporter", "from"),
    Column("importer", "to"),
    figure("trade_usd", "trade", levels(0)),
    fact("hit", "change %", percents(0)),
    fact("redirected_value", "sold elsewhere % of loss", levels(0)),
    fact("price_received", "price received %", percents(1)),
    fact("rivals_share", "rivals fill %", levels(0)),
    Column("rivals", "who could", show=lambda row: _rivals(row)),
)
MAKERS = (
    Column("good", "good", show=lambda row: pieces.sector_name(row["good"])),
    Column("exporter", "made in"),
    figure("output_real_change", "made, real %", of("real_output_change")),
    figure("stayers_income", "income that stays %", percents(1)),
    LABOUR,
)
LAW = (
    Column("implementer", "by"),
    Column("targets", "on", show=lambda row: _whom(row["targets"])),
    Column("name", "products"),
    Column("law_new", "duty", show=lambda row: f"{row['law']} → {row['law_new']}"),
    Column(
        "in_force",
        "since",
        show=lambda row: "supposed" if row["hypothetical"] else row["in_force"] or "",
    ),
    Column("reference", "law and source", show=lambda row: _source(row)),
)
BY_HAND = (
    Column("importer", "importer"),
    Column("exporter", "exporter"),
    Column("sectors", "sectors"),
    Column("tariff", "tariff"),
    Column("iceberg", "iceberg costs"),
    Column("export_tax", "export tax"),
)


class RowsWithRanges(NamedTuple):
    """The rows of an answer and their ranges.

    Attributes:
        rows: of every table that has ranges.
        ranges: of their numbers; None where nothing was drawn.
        law: what changed in law.
    """

    rows: Mapping[str, Sequence[Row]]
    ranges: Ranges | None
    law: Sequence[Row]

    @classmethod
    def of(cls, solution: Solution, ensemble: Ensemble | None = None) -> RowsWithRanges:
        """Return the rows of an answer, with the ranges of its draws."""
        found = reported_rows(solution)
        ranges = None if ensemble is None else Ranges(ensemble, found)
        return cls(found, ranges, law.measures(solution))

    def table(self, kind: str, columns: Sequence[Column] = (), **more: Any) -> DocumentTable:
        """Return rows of a kind as a table."""
        return DocumentTable(columns, self.rows[kind], self.ranges_of(kind), **more)

    def ranges_of(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """Return the ranges of the rows of a kind; none where nothing was drawn."""
        return () if self.ranges is None else self.ranges.tables[kind]


def changed(solution: Solution, reported: RowsWithRanges) -> list[Part]:
    """Return what changed: in law, and by hand."""
    by_hand = [_by_hand(change) for change in solution.scenario.hand_changes]
    tables: list[Part] = []
    if reported.law:
        changes = [
            {**measure, **change} for measure in reported.law for change in measure["changes"]
        ]
        tables += section("What changed in law", DocumentTable(LAW, changes))
    if by_hand:
        words = "What was changed by hand, on everything in the sectors"
        tables += section(words, DocumentTable(BY_HAND, by_hand))
    return tables


def goods_named(solution: Solution, reported: RowsWithRanges) -> list[Part]:
    """Return what becomes of the goods named: those between the first two countries first."""
    found, pair = reported.rows["lines"], set(rows.shown_countries(solution)[:2])
    if not found:
        return []
    ranked = sorted(
        range(len(found)), key=lambda k: {found[k]["exporter"], found[k]["importer"]} != pair
    )
    shown = ranked[:MOST_LINES]
    said = []
    if not all(found[k]["base_rate_known"] for k in shown):
        said.append("≈ the goods' own duty is not known: the rest of the cell's stands for it")
    if any("; " in found[k]["name"] for k in shown):
        said.append("(+n) n more measures on the same goods")
    if len(found) > MOST_LINES:
        said.append(f"{len(found) - MOST_LINES} more: see --json or --out")
    return section(
        "What it does to the goods named (trade in USD million at producer prices, nominal; "
        "price: what the buyer pays, duty included)",
        reported.table("lines", LINES, shown=shown, caption="; ".join(said)),
    )


def gains(solution: Solution, reported: RowsWithRanges) -> list[Part]:
    """Return who gains and loses: the countries shown first, and those that move most."""
    found, first = reported.rows["countries"], rows.shown_countries(solution)
    places = {row["country"]: k for k, row in enumerate(found)}
    others = [k for code, k in places.items() if code not in first]
    ranked = sorted(others, key=lambda k: -found[k]["welfare"])
    if len(ranked) > 6:
        ranked = [*ranked[:3], *ranked[-3:]]
    taxes = " and export taxes" if assumptions.taxes_exports(solution) else ""
    caption = (
        "welfare is exact (equivalent variation), in per cent of spending; * first-order parts, in "
        "the numeraire; exports and imports nominal, world value added unchanged; ** change of "
        f"tariff revenue{taxes} in per cent of spending; below the line: the three that gain and "
        "lose most"
    )
    columns = (*GAINS, *shelf.shown())
    if solution.model.follows:
        columns = (*GAINS, IDLE, *shelf.shown())
        caption += "; *** per cent of the labour there is, out of work because of it"
    elif not solution.model.full_employment:
        columns = (*GAINS, AT_WORK, *shelf.shown())
    shown = [*(places[code] for code in first), *ranked]
    table = reported.table("countries", columns, shown=shown, caption=caption)
    day, year = solution.scenario.from_date, solution.world.year
    against = f"law of {day}" if day else "the world as it is"
    title = (
        f"Who gains and loses (USD million of {year}, the economy of {year}; per cent, relative to "
        f"{against})"
    )
    return section(title, table, *_other_money(solution, reported, [places[c] for c in first]))


def sectors(solution: Solution, reported: RowsWithRanges) -> list[Part]:
    """Return the sectors that move most, of the first countries shown."""
    found, shown = reported.rows["sectors"], []
    for code in rows.shown_countries(solution)[:3]:
        own = [k for k, row in enumerate(found) if row["country"] == code]
        shown += sorted(own, key=lambda k: -abs(found[k]["output_change_usd"]))[:MOST_SECTORS]
    stays = solution.world.horizon is not None
    caption = f"labour: {LABOUR_MEANT}" if stays else ""
    shops = isinstance(getattr(solution.model, "demand", None), InShops)
    columns = (*SECTORS, IN_SHOPS) if shops else SECTORS
    table = reported.table("sectors", columns, shown=shown, label="sector", caption=caption)
    return section(SECTORS_TITLE, table)


def redirected_goods(reported: RowsWithRanges) -> list[Part]:
    """Return what becomes of goods under the measures; nothing in the long run."""
    found = reported.rows["goods"]
    if not found:
        return []
    shown = list(range(len(found)))[:MOST_LINES]
    left = len(found) - len(shown)
    caption = (
        "sold elsewhere: rise of the seller's sales to other countries in what it lost (value); "
        "rivals: rise of the buyer's purchases from other countries in the same (volume): who "
        "could fill the gap"
        + (f"; {SAID_OF_MARKS}" if reported.ranges is not None else "")
        + (f"; {left} more: see --json or --out" if left > 0 else "")
    )
    title = "What becomes of the goods (trade in USD million at producer prices)"
    return [
        *section(title, reported.table("goods", GOODS, shown=shown, caption=caption)),
        *_makers(reported, shown),
    ]


def _makers(reported: RowsWithRanges, shown: Sequence[int]) -> list[Part]:
    """Return what becomes of those who make the goods, each country's of a good once."""
    found = reported.rows["goods"]
    once = {(found[k]["exporter"], found[k]["good"]): k for k in reversed(shown)}
    places = [k for k in shown if k in once.values()]
    caption = (
        "made: all of the good that the country makes, at first-state prices; income that stays: "
        f"of land, licences, mines and plants; labour: {LABOUR_MEANT}"
    )
    title = "What becomes of those who make them"
    return section(title, reported.table("goods", MAKERS, shown=places, caption=caption))


def quotas_priced(reported: RowsWithRanges) -> list[Part]:
    """Return what quotas let in and who is paid for it; nothing where none is priced."""
    shown = [k for k, row in enumerate(reported.rows["quotas"]) if row["priced"]]
    if not shown:
        return []
    table = reported.table("quotas", quotas.TABLE, shown=shown, caption=quotas.CAPTION)
    return section("Quotas", table)


def diversion(reported: RowsWithRanges) -> list[Part]:
    """Return where trade goes instead."""
    found = reported.rows["diversion"]
    shown = [k for k, row in enumerate(found) if abs(row["trade_change_usd"]) >= LEAST_USD_MILLION]
    if not shown:
        return []
    return section(
        "Trade diverted (USD million; all changes of the other flows, prices included)",
        reported.table("diversion", DIVERSION, shown=shown[:MOST_MOVES]),
    )


def _other_money(solution: Solution, reported: RowsWithRanges, shown: Sequence[int]) -> list[Part]:
    """Return the welfare of the countries shown a head and in their own money, in a sentence.

    Each has the digits that the range of the same in USD supports.
    """
    own = {"CAN": "CAD", "AUS": "AUD"}
    ranges = reported.ranges_of("countries")
    said = []
    for k in shown:
        row = reported.rows["countries"][k]
        usd = ranges[k].get("welfare_usd") if ranges else None
        words = []
        if row["welfare_usd_per_person"] is not None:
            words.append(f"USD {_in_digits(row['welfare_usd_per_person'], usd)} a head")
        currency = own.get(row["country"], "")
        amount = row.get(f"welfare_{currency.lower()}")
        if amount is not None:
            words.append(f"{currency} {_in_digits(amount, usd)} million")
        if words:
            said.append(f"{row['country']} {', '.join(words)}")
    return [Words(f"Of {solution.world.year}: {'; '.join(said)}.", "quiet")] if said else []


def _in_digits(amount: float, usd: Range | None) -> str:
    """Return an amount in other money in the digits that the range of the same in USD supports."""
    places = None
    if usd is not None and usd.value:
        times = abs(amount / usd.value)
        places = supported(times * usd.p05, times * usd.p95)
    return fixed(amount, own_digits(amount, 2) if places is None else places, "+")


def _by_hand(change: HandChange) -> Row:
    """Return a change made by hand in words."""
    added = None if change.add is None else f"{change.add:+g} points"
    level = None if change.rate is None else f"{change.rate:g} %"
    return {
        "importer": change.importer,
        "exporter": change.exporter,
        "sectors": _sectors_meant(change),
        "tariff": level or added or "",
        "iceberg": "" if change.iceberg_hat is None else f"x {change.iceberg_hat:g}",
        "export_tax": "" if change.export_tax is None else f"{change.export_tax:g} %",
    }


def _sectors_meant(change: HandChange) -> str:
    """Return the sectors of a change made by hand, in words."""
    if change.sectors is not None:
        return change.sectors if isinstance(change.sectors, str) else " ".join(change.sectors)
    duties = (change.add, change.rate, change.export_tax) != (None, None, None)
    if change.iceberg_hat is None:
        return "goods"
    return "goods (costs: all)" if duties else "all"


def _rate_differs(at: Row) -> bool:
    """Return whether a line's new rate is another one in some draws."""
    drawn = at["ranges"]["rate_new"]
    return bool(np.ptp([drawn.p05, drawn.p50, drawn.p95]) > RATES_ALIKE_PER_CENT)


def _country(code: str) -> str:
    return f"{code} {labels.country_name(code)}" if code in labels.countries() else code


def _source(change: Row) -> str:
    if change["hypothetical"]:
        return "this scenario's own supposition"
    reference = change["reference"]
    dated = ", ".join(str(w) for w in (reference["publisher"], reference["date"]) if w)
    cited = change["citation"] or change["authority"]
    return f"{cited}; {dated}" + (" (not priced)" if change["outside_model"] else "")


def _whom(targets: Sequence[str]) -> str:
    most = 5 if targets[:2] == ["ALL", "but"] else 3
    return " ".join(targets[:most]) + (" ..." if len(targets) > most else "")


def _rivals(row: Row) -> str:
    return ", ".join(f"{one['country']} {one['share']:.0f}" for one in row["rivals"])


def _goods(row: Row) -> str:
    """Return the narrowest group's name, and how many more groups name the same goods."""
    names = str(row["name"]).split("; ")
    return names[0] + (f" (+{len(names) - 1})" if len(names) > 1 else "")


def _duties(row: Row) -> str:
    """Return the whole duty before and after; ≈ where the goods' own is not known."""
    said = ("ban" if row[key] is None else f"{row[key]:.1f}" for key in ("rate", "rate_new"))
    return f"{'' if row['base_rate_known'] else '≈ '}{' → '.join(said)}"


def _moves(row: Row, point: Row, side: str, home: str) -> str:
    """Return where trade moved, in words; of a quantile, the places that the point reports."""
    named = [
        f"{'at home' if move['country'] == point[home] else move['country']} "
        f"{move['change_usd']:+,.0f}"
        for move, reported_ in zip(row[side], point[side], strict=True)
        if abs(reported_["change_usd"]) >= LEAST_USD_MILLION
    ]
    return ", ".join(named) or "none"
