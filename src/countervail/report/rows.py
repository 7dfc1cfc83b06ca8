"""The rows every report is made of: countries, lines, sectors, diversion, measures, assumptions.

Plain values, rounded nowhere; per cent unless a key says otherwise, money in USD million.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.ledger.in_force import InForce, LawView
from countervail.ledger.measure import Rate
from countervail.solution import Solution

Array = NDArray[np.float64]
Row = dict[str, Any]

OUTCOMES = {
    "welfare": "welfare",
    "real_wage": "real_wage",
    "terms_of_trade": "terms_of_trade",
    "volume_of_trade": "volume_of_trade",
    "exports": "exports_change",
    "imports": "imports_change",
    "revenue_change": "revenue_change",
}
"""Key of a country row -> variable of the Solution."""


def shown_countries(solution: Solution) -> tuple[str, ...]:
    """Return the countries shown first: the scenario's, or the parties of what changed."""
    named = tuple(c for c in solution.scenario.countries if c in solution.world.countries)
    if named:
        return named
    moved = np.argsort(-np.abs(solution.arrays["welfare"]))[:5]
    return tuple(solution.world.countries[int(n)] for n in moved)


def countries(solution: Solution) -> dict[str, Row]:
    """Return every country's outcomes by code; per cent of the first state of law."""
    return {
        code: {key: float(solution.arrays[name][n]) for key, name in OUTCOMES.items()}
        for n, code in enumerate(solution.world.countries)
    }


def lines(solution: Solution) -> list[Row]:
    """Return the tariff lines of the scenario's measures, summed by product group and cell.

    A group whose goods fall in several lines of one cell (because other measures cut through it)
    is one row; its rates are averages weighted by each state's trade at base.
    """
    flows, table = solution.lines, solution.resolved.lines
    if flows is None or table is None:
        return []
    subject = _subject(solution)
    groups: dict[tuple[str, str, int, int, int], list[int]] = {}
    for line, members in enumerate(table.members):
        cell = int(table.exporter[line]), int(table.importer[line]), int(table.sector[line])
        for measure, product in members:
            if measure in subject:
                groups.setdefault((measure, product, *cell), []).append(line)
    rows = []
    for (measure, product, i, n, j), held in groups.items():
        at = np.array(held)
        if not _moves(
            flows.tariff[at], flows.tariff_new[at], flows.banned[at] != flows.banned_new[at]
        ):
            continue
        rows.append(_line_row(solution, measure, product, (i, n, j), at))
    return sorted(rows, key=lambda row: -abs(row["trade_new_usd"] - row["trade_usd"]))


def sectors(solution: Solution, codes: tuple[str, ...] | None = None) -> list[Row]:
    """Return what happens to each sector of the countries named (default: those shown first)."""
    a, world = solution.arrays, solution.world
    rows = []
    for code in codes or shown_countries(solution):
        n = world.country(code)
        for j, sector in enumerate(world.sectors):
            output, output_new = a["gross_output"][n, j], a["gross_output_new"][n, j]
            exports, exports_new = (
                _abroad(a["trade"][n, :, j], n),
                _abroad(a["trade_new"][n, :, j], n),
            )
            imports, imports_new = (
                _abroad(a["trade"][:, n, j], n),
                _abroad(a["trade_new"][:, n, j], n),
            )
            rows.append(
                {
                    "country": code,
                    "sector": sector,
                    "name": _sector_name(sector),
                    "output_usd": float(output),
                    "output_change": _percent(output_new, output),
                    "exports_usd": exports,
                    "exports_change": _percent(exports_new, exports),
                    "imports_usd": imports,
                    "imports_change": _percent(imports_new, imports),
                    "price_change": float(100 * (a["price_index_hat"][n, j] - 1)),
                    "output_change_usd": float(output_new - output),
                }
            )
    return rows


def diversion(solution: Solution, most: int = 4) -> list[Row]:
    """Return, for each cell the measures act on, who sells more and to whom more is sold.

    One row a cell: the pair's own trade, the importer's other sources that gain most, and the
    exporter's other markets that gain most (USD million at producer prices).
    """
    table = solution.resolved.lines
    if table is None:
        return []
    a, world = solution.arrays, solution.world
    subject = _subject(solution)
    touched = {
        (int(table.exporter[k]), int(table.importer[k]), int(table.sector[k]))
        for k, members in enumerate(table.members)
        if any(measure in subject for measure, _ in members)
    }
    change = a["trade_new"] - a["trade"]
    rows = []
    for i, n, j in touched:
        own = float(change[i, n, j])
        others = np.delete(np.arange(len(world.countries)), i)
        markets = np.delete(np.arange(len(world.countries)), n)
        rows.append(
            {
                "exporter": world.countries[i],
                "importer": world.countries[n],
                "sector": world.sectors[j],
                "name": _sector_name(world.sectors[j]),
                "trade_usd": float(a["trade"][i, n, j]),
                "trade_change_usd": own,
                "other_sources": _largest(world.countries, others, change[others, n, j], own, most),
                "other_markets": _largest(
                    world.countries, markets, change[i, markets, j], own, most
                ),
            }
        )
    return sorted(rows, key=lambda row: -abs(row["trade_change_usd"]))


def measures(solution: Solution) -> list[Row]:
    """Return what changed in law for the subject: rates, dates, sources, coverage and its basis."""
    before, after = solution.resolved.law_before, solution.resolved.law_after
    if before is None or after is None:
        return []
    rows = []
    ids = dict.fromkeys((*after.ids, *before.ids))
    for measure_id in ids:
        changes = list(_law_changes(measure_id, before, after))
        if not changes:
            continue
        measure = _entry(measure_id, before, after).measure
        rows.append(
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
                "conflicts": list(measure.conflicts),
                "changes": changes,
            }
        )
    return rows


def quotas(solution: Solution) -> list[Row]:
    """Return every quantity quota on a line, and whether the solution would exceed it."""
    flows = solution.lines
    if flows is None:
        return []
    rows = []
    for quota in solution.resolved.quotas:
        at = np.array(quota.lines, dtype=np.intp)
        first, second = float(flows.trade[at].sum()), float(flows.trade_new[at].sum())
        base = float(solution_base_trade(solution)[at].sum())
        volume = None
        if quota.base_volume is not None and base > 0:
            volume = quota.base_volume * second / base
        rows.append(
            {
                "measure": quota.measure,
                "product": quota.product,
                "quota": quota.volume,
                "unit": quota.unit,
                "volume_new": volume,
                "binds": None if volume is None else bool(volume > quota.volume),
                "trade_usd": first,
                "trade_new_usd": second,
            }
        )
    return rows


def solution_base_trade(solution: Solution) -> Array:
    """Return each line's trade in the base world, USD million: its weight of the cell."""
    table = solution.resolved.lines
    assert table is not None
    cell = solution.world.trade[table.exporter, table.importer, table.sector]
    return np.asarray(table.weight * cell)


def about_background(solution: Solution, sentence: str) -> bool:
    """Return whether a note names only measures that are not the scenario's subject."""
    ledger = solution.scenario.ledger
    if ledger is None:
        return False
    words = set(sentence.replace(":", " ").replace(",", " ").split())
    named = words & set(ledger.measures)
    return bool(named) and named.isdisjoint(_subject(solution))


def assumptions(solution: Solution) -> list[str]:
    """Return the assumptions that matter for this answer, in sentences."""
    world, model = solution.world, solution.model
    theta = world.trade_elasticity
    said = [
        f"World: {world.name}, year {world.year}, {len(world.countries)} economies x "
        f"{len(world.sectors)} sectors; basic prices, not customs values.",
        f"Trade elasticities: set '{world.elasticity_set}', {theta.min():.3g} to "
        f"{theta.max():.3g}, long run.",
        f"Model: Caliendo and Parro (2015), input-output links, one wage a country, full "
        f"employment; deficits: {_closure(model.deficits, model.unit)}; the numeraire is world "
        "value added.",
    ]
    if solution.lines is not None:
        said.append(
            "Measures act on lines inside a sector cell; lines substitute with each other and "
            "with other origins at the sector's own elasticity (an assumption)."
        )
        said.append(
            "Coverage (the weight of a measure's lines) is the largest driver of the answer; "
            "published, proxy and equal weights carry a range of half to one and a half times."
        )
        if max(_steepest(solution)) >= 0.5:
            said.append(
                "Duties here reach 50 % and more: the first-order terms-of-trade and "
                "volume-of-trade parts are then no approximation; the exact welfare is the answer."
            )
    said += [_quota_sentence(row) for row in quotas(solution)]
    said += [f"Outside: {matter}: {reason}." for matter, reason in solution.scenario.outside]
    said += solution.resolved.notes
    return said


def _subject(solution: Solution) -> frozenset[str]:
    """Ids of the measures that are the scenario's subject, hypothetical changes included."""
    scenario = solution.scenario
    if scenario.measures is None:
        views = solution.resolved.law_before, solution.resolved.law_after
        return frozenset(i for view in views if view is not None for i in view.ids)
    return frozenset((*scenario.measures, *(c.measure for c in scenario.changes)))


def _moves(rate: Array, rate_new: Array, ban: NDArray[np.bool_]) -> bool:
    return bool((rate != rate_new).any() or ban.any())


def _line_row(
    solution: Solution, measure: str, product: str, cell: tuple[int, int, int], at: NDArray[np.intp]
) -> Row:
    flows, table, world = solution.lines, solution.resolved.lines, solution.world
    assert flows is not None
    assert table is not None
    i, n, j = (world.countries[cell[0]], world.countries[cell[1]], world.sectors[cell[2]])
    weight = table.weight[at]
    share = weight / weight.sum()
    trade, trade_new = float(flows.trade[at].sum()), float(flows.trade_new[at].sum())
    revenue = float((flows.trade * np.nan_to_num(flows.tariff))[at].sum())
    revenue_new = float((flows.trade_new * np.nan_to_num(flows.tariff_new))[at].sum())
    price = flows.price_hat[at]
    group = solution.scenario.ledger.measure(measure).product[product]  # type: ignore[union-attr]
    covered = solution.scenario.ledger.measure(measure).covered(product, j, i, n)  # type: ignore[union-attr]
    coverage = covered[1] if covered else None
    return {
        "measure": measure,
        "product": product,
        "name": group.name,
        "exporter": i,
        "importer": n,
        "sector": j,
        "weight": float(weight.sum()),
        "coverage_basis": coverage.basis if coverage else None,
        "coverage_year": coverage.year if coverage else None,
        "coverage_range": list(coverage.multiples) if coverage else None,
        "coverage_source": coverage.source if coverage else None,
        "rate": None if flows.banned[at].all() else float(100 * (share * flows.tariff[at]).sum()),
        "rate_new": (
            None
            if flows.banned_new[at].all()
            else float(100 * (share * flows.tariff_new[at]).sum())
        ),
        "banned": bool(flows.banned[at].any()),
        "banned_new": bool(flows.banned_new[at].any()),
        "trade_usd": trade,
        "trade_new_usd": trade_new,
        "trade_change": _percent(trade_new, trade),
        "price_change": None if np.isnan(price).any() else float(100 * ((share * price).sum() - 1)),
        "revenue_usd": revenue,
        "revenue_new_usd": revenue_new,
    }


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


def _law_changes(measure_id: str, before: LawView, after: LawView) -> Iterator[Row]:
    """Yield one row for every product group whose law differs between the two states."""
    old, new = _by_product(before, measure_id), _by_product(after, measure_id)
    for product, targets in dict.fromkeys((*old, *new)):
        was, now = old.get((product, targets)), new.get((product, targets))
        if (was.rate.law if was else None) == (now.rate.law if now else None):
            continue
        entry = now or was
        assert entry is not None
        reference = entry.rate.reference
        yield {
            "product": product,
            "name": entry.measure.product[product].name,
            "hs": list(entry.measure.product[product].hs),
            "targets": list(targets) if len(targets) <= 30 else ["ALL"],
            "basis": entry.rate.basis,
            "rate": was.rate.rate if was else None,
            "rate_new": now.rate.rate if now else None,
            "law": law_words(was.rate) if was else "none",
            "law_new": law_words(now.rate) if now else "none",
            "in_force": _iso(entry.rate.in_force) if now else None,
            "announced": _iso(entry.rate.announced),
            "expires": _iso(entry.rate.expires),
            "note": entry.rate.note,
            "reference": reference.model_dump(mode="json"),
        }


def _by_product(view: LawView, measure_id: str) -> dict[tuple[str, tuple[str, ...]], InForce]:
    return {
        (product, entry.targets): entry
        for entry in view.entries
        if entry.measure.id == measure_id
        for product in entry.products
    }


def _entry(measure_id: str, *views: LawView) -> InForce:
    return next(e for view in views for e in view.entries if e.measure.id == measure_id)


def _steepest(solution: Solution) -> tuple[float, float]:
    flows = solution.lines
    assert flows is not None
    return float(flows.tariff.max(initial=0)), float(flows.tariff_new.max(initial=0))


def _quota_sentence(row: Row) -> str:
    what = f"Quota of {row['quota']:,.0f} {row['unit']} on {row['product']} ({row['measure']})"
    if row["volume_new"] is None:
        return f"{what}: priced at the in-quota rate; whether it would bind is not known."
    verdict = (
        "it WOULD BIND, so the gain shown is too large" if row["binds"] else "it does not bind"
    )
    return (
        f"{what}: priced at the in-quota rate; the solution has {row['volume_new']:,.0f} "
        f"{row['unit']}, so {verdict}."
    )


def _closure(deficits: str, unit: str | None) -> str:
    return {
        "world_share": "each keeps its share of world value added",
        "nominal": (
            f"fixed in the wage of {unit}"
            if unit
            else "fixed in world value added (the same as world_share: no unit was given)"
        ),
        "own_income": "each keeps its ratio to the country's own value added",
        "closed": "none; the baseline is the world with balanced trade",
    }[deficits]


def _largest(
    labels_: tuple[str, ...], at: NDArray[np.intp], change: Array, own: float, most: int
) -> list[Row]:
    """Return the places that move most against the pair's own change, largest first."""
    against = change if own < 0 else -change
    best = np.argsort(-against)[:most]
    return [
        {"country": labels_[int(at[k])], "change_usd": float(change[k])} for k in best if against[k] > 0
    ]


def _abroad(flows: Array, own: int) -> float:
    return float(flows.sum() - flows[own])


def _percent(new: float, old: float) -> float | None:
    return float(100.0 * (new / old - 1.0)) if old > 0 else None


def _sector_name(code: str) -> str:
    known = labels.sectors()  # a user's own world has its own sectors
    return known[code].name if code in known else code


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
