"""Rows of quotas: what they let in, whether they are full, what a licence is worth and to whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from countervail.ledger.pricing.lines import QuotaNote
from countervail.limits import QuotaResult, base_trade
from countervail.present.digits import levels
from countervail.present.parts import Column
from countervail.present.rows import Row
from countervail.present.sentences.quota import QuotaUse
from countervail.present.subject import subject
from countervail.solution import Solution

FULL_SHARE = 1.0 - 1e-9
"""From this part of its quantity on a quota is full."""

EXCEEDED_PER_CENT = 100.0 + 1e-6
"""Above this more comes in than the quota lets in."""

MOST_ORIGINS = 3
"""Countries that are named, of those a quota is of."""

TO_WHOM = {
    "treasury": "the treasury",
    "importers": "importers",
    "exporters": "exporters",
    "nobody": "nobody (used up in getting licences)",
}

NUMBERS = (
    "volume_new",
    "binds",
    "trade_usd",
    "trade_new_usd",
    "fills_new",
    "premium_new",
    "revenue_new_usd",
    "rent_new_usd",
)
"""Numbers of a row that have ranges."""

TABLE = (
    Column("name", "goods"),
    Column("origins", "from"),
    Column("quota", "quota a year", show=lambda row: f"{row['quota']:,.0f} {row['unit']}"),
    Column("volume_new", "used", levels(0), ranged=True),
    Column("fills_new", "fills %", levels(0), ranged=True),
    Column("premium_new", "licence % of price", levels(1), ranged=True),
    Column("revenue_new_usd", "duty", levels(0), ranged=True),
    Column("rent_new_usd", "rent", levels(0), ranged=True),
    Column("rent_to", "rent to", show=lambda row: TO_WHOM[row["rent_to"]]),
    Column("use_fills", "used on record %", levels(0)),
)
"""What is shown of them."""

CAPTION = (
    "licence: what being let in is worth, beside the price at the rate inside the quota; duty and "
    "rent in USD million a year; used on record: of the part of the quota that the record speaks of"
)


def quotas(solution: Solution) -> list[Row]:
    """Return every quota on a line of the question, priced or not, those of the second law first.

    Per cent, USD million a year at producer prices, and the quota's own unit. Without suffix is the
    first state, with ``_new`` the second. Where nobody knows what a unit is worth the goods are
    priced at the rate inside the quota, and ``binds`` is null.
    """
    if solution.lines is None:
        return []
    second, first = solution.resolved.quotas, list(solution.resolved.quotas_before)
    found = []
    for quota in second:
        found.append(_row(solution, quota, in_force_new=True))
        first = [one for one in first if not _same_goods(one, quota)]
    return found + [_row(solution, quota, in_force_new=False) for quota in first]


def _same_goods(one: QuotaNote, other: QuotaNote) -> bool:
    """Return whether two quotas are the same goods of the same measure, in part at least."""
    named = (one.measure, one.product) == (other.measure, other.product)
    return named and bool(np.isin(one.lines, other.lines).any())


def _row(solution: Solution, quota: QuotaNote, *, in_force_new: bool) -> Row:
    """Return the row of a quota, of the second state where it is the law of that."""
    flows, lines, table = solution.lines, quota.lines, solution.resolved.lines
    assert flows is not None
    assert table is not None
    held = set(lines.tolist())
    found = [
        one
        for one in solution.quotas
        if (one.measure, one.product) == (quota.measure, quota.product) and held & set(one.lines)
    ]
    sellers = table.finest[0][lines]
    codes = [solution.world.finest.countries[i] for i in np.unique(sellers[sellers >= 0])]
    law, ledger = quota.law, solution.scenario.ledger
    priced = bool(found) and law.priced
    used = _used(solution, quota, lines, found) if priced else None
    named = ledger.measure(quota.measure).product[quota.product].name if ledger else quota.product
    return {
        "measure": quota.measure,
        "product": quota.product,
        "name": named,
        "exporters": codes,
        "origins": _few(codes),
        "quota": law.volume,
        "unit": law.unit,
        "period": law.period,
        "above": law.above,
        "in_force_new": in_force_new,
        "priced": priced,
        "not_priced": None if priced else law.not_priced or "here the rate inside it is taken",
        "volume_new": used,
        "fills_new": None if used is None else 100.0 * used / law.volume,
        "binds": None if used is None or not in_force_new else bool(_full(found)),
        "premium": _premium(found, 0) if priced else None,
        "premium_new": _premium(found, 1) if priced else None,
        "revenue_usd": sum(q.before.duty for q in found) if priced else None,
        "revenue_new_usd": sum(q.after.duty for q in found) if priced else None,
        "rent_usd": sum(q.before.rent for q in found) if priced else None,
        "rent_new_usd": sum(q.after.rent for q in found) if priced else None,
        "rent_to": law.rent_to,
        "use": [one.model_dump(mode="json") for one in law.use],
        "use_fills": 100.0 * law.use[-1].used / law.use[-1].volume if law.use else None,
        "trade_usd": float(flows.trade[lines].sum()),
        "trade_new_usd": float(flows.trade_new[lines].sum()),
    }


def _few(codes: Sequence[str]) -> str:
    """Return the countries a quota is of, a few by name."""
    if len(codes) <= MOST_ORIGINS:
        return " ".join(codes)
    return f"{' '.join(codes[:MOST_ORIGINS])} and {len(codes) - MOST_ORIGINS} more"


def _used(
    solution: Solution, quota: QuotaNote, lines: np.ndarray, found: list[QuotaResult]
) -> float | None:
    """Return what is let in, in the quota's unit a period."""
    table = solution.resolved.lines
    assert table is not None
    most = quota.law.let_in(float(base_trade(solution.world, table)[lines].sum()))
    if not most:
        return None
    return quota.law.volume * sum(q.after.quantity for q in found) / most


def _full(found: list[QuotaResult]) -> bool:
    """Return whether any of the quotas of the core is used up in the second state."""
    return any(q.after.in_force and q.after.quantity >= FULL_SHARE * q.after.limit for q in found)


def _premium(found: list[QuotaResult], state: int) -> float:
    """Return what licences are worth in per cent of what is paid without, weighted by imports."""
    each = [(q.before, q.after)[state] for q in found]
    border = sum(one.border for one in each)
    if border <= 0:
        return 100.0 * max(one.premium for one in each)
    return 100.0 * sum(one.premium * one.border for one in each) / border


def asked_about(solution: Solution) -> list[QuotaUse]:
    """Return how far every quota of the question's own measures is used."""
    about = subject(solution)
    return [
        QuotaUse(
            row["name"],
            tuple(row["exporters"]),
            row["volume_new"],
            row["quota"],
            row["unit"],
            row["premium_new"] if row["binds"] else None,
            exceeded=bool(row["binds"]) and row["fills_new"] > EXCEEDED_PER_CENT,
        )
        for row in quotas(solution)
        if row["priced"] and row["in_force_new"] and row["measure"] in about
    ]


def sentences(solution: Solution) -> Iterator[str]:
    """Say of every quota whether it binds, what a licence is worth, and what is on record of it."""
    return map(_sentence, quotas(solution))


def _sentence(row: Row) -> str:
    what = (
        f"Quota of {row['quota']:,.0f} {row['unit']} on {row['product']} of {row['origins']} "
        f"({row['measure']})"
    )
    use = "".join(
        f" On record: {one['used']:,.0f} of {one['volume']:,.0f} {row['unit']} used from "
        f"{one['since']} to {one['until']} ({one['source']})."
        for one in row["use"]
    )
    if not row["priced"]:
        return (
            f"{what}: not priced ({row['not_priced']}); its goods pay the rate inside it, and "
            f"whether it would bind is not known.{use}"
        )
    if not row["in_force_new"]:
        return f"{what}: in force in the first state only.{use}"
    used = f"{row['volume_new']:,.0f} {row['unit']} are let in"
    if not row["binds"]:
        return f"{what}: it does not bind; {used}.{use}"
    rent = (
        f"a licence is worth {row['premium_new']:.1f} % of the price, USD "
        f"{row['rent_new_usd']:,.0f} million a year in all, to {TO_WHOM[row['rent_to']]}"
    )
    word = "it is exceeded" if row["fills_new"] > EXCEEDED_PER_CENT else "it BINDS"
    return f"{what}: {word}; {used}, {rent}.{use}"
