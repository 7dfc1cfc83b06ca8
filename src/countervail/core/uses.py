"""Buyers told by use: producers, who buy inputs, and households, who buy to consume.

A sector then has two markets in every country, each with its own shares of origins and its own
elasticity, and one maker in each, who asks both the same. Arrays of markets have two rows a sector,
inputs first and then what households buy; arrays of makers have one. Where buyers are not told by
use all of this is nothing: an array is returned as it came. NumPy or JAX.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from countervail.core.model import (
    Array,
    Baseline,
    ByUse,
    Goods,
    Lines,
    Outcome,
    QuotaCells,
    QuotaLimits,
    Shock,
    Totals,
    namespace,
)


def told_by_use(base: Baseline, inputs: Array, elasticity: tuple[float, float]) -> Baseline:
    """Return a baseline that knows what each use buys from whom.

    Args:
        base: baseline, of whole sectors.
        inputs: part of each duty-paid purchase that producers use [j, n, i]; what of every market
            they use is what its accounts say.
        elasticity: trade elasticities over their sector's, of inputs and of what households buy.
    """
    bought = base.trade_share * base.expenditure[:, :, None]
    parts = bought * inputs, bought * (1.0 - inputs)
    spent = [part.sum(axis=2) for part in parts]
    share = [
        np.divide(part, total[:, :, None], out=np.zeros_like(part), where=total[:, :, None] > 0)
        for part, total in zip(parts, spent, strict=True)
    ]
    rows = base._replace(
        trade_share=np.concatenate(share),
        tariff=_twice(base.tariff),
        expenditure=np.concatenate(spent),
        trade_elasticity=np.concatenate([base.trade_elasticity * by for by in elasticity]),
        by_use=None,
    )
    if base.goods is not None:
        rows = rows._replace(goods=_goods(base.goods, rows))
    return base._replace(by_use=rows)


def with_quotas_at(base: Baseline, cells: QuotaCells) -> Baseline:
    """Return a baseline that says where quotas lie: a line of both uses lies in both."""
    if base.by_use is None:
        return base._replace(quotas=cells)
    sectors = len(base.gross_output)
    both = QuotaCells(
        _twice(cells.exporter),
        _twice(cells.importer),
        np.concatenate([cells.sector, cells.sector + sectors]),
        _twice(cells.quota),
        cells.to,
    )
    return base._replace(quotas=cells, by_use=base.by_use._replace(quotas=both))


def in_rows(base: Baseline, shock: Shock) -> tuple[Baseline, Shock]:
    """Return a baseline and a state of it with a row for each use; as they came where none is.

    What a law says of a sector it says of both uses; a line has the same part of each.
    """
    rows = base.by_use
    if rows is None:
        return base, shock
    lines, quotas = shock.lines, shock.quotas
    theta = shock.trade_elasticity
    if lines is not None:
        lines = spread_lines(lines, len(base.gross_output))
        if quotas is not None:
            assert shock.lines is not None
            quotas = _both_quotas(quotas, len(shock.lines.weight))
    return rows, shock._replace(
        tariff_new=_twice(shock.tariff_new),
        iceberg_hat=_twice(shock.iceberg_hat),
        export_tax=_twice(shock.export_tax),
        lines=lines,
        quotas=quotas,
        trade_elasticity=None if theta is None else _twice(theta) * elasticity_factor(base),
    )


def elasticity_factor(base: Baseline) -> Array:
    """Return each row's trade elasticity over its sector's, [row]."""
    return np.asarray(base.rows.trade_elasticity / spread(base.trade_elasticity, base.rows))


def spread_lines(lines: Lines, sectors: int) -> Lines:
    """Return tariff lines of sectors as those of both uses of each, [2 lines]."""
    both = Lines(*(_twice(part) for part in lines))
    return both._replace(sector=np.concatenate([lines.sector, lines.sector + sectors]))


def spread(values: Any, base: Baseline) -> Any:
    """Return what is of makers or sectors [j, ...] at each row of markets [row, ...]."""
    if base.uses == 1:
        return values
    return namespace(values).concatenate([values, values])


def summed(values: Any, base: Baseline) -> Any:
    """Return what is of rows of markets [row, ...] added up by sector [j, ...]."""
    if base.uses == 1:
        return values
    sectors = len(base.gross_output)
    return values[:sectors] + values[sectors:]


def of_inputs(values: Any, base: Baseline) -> Any:
    """Return what stands at the rows in which producers buy, [j, ...]."""
    return values if base.uses == 1 else values[: len(base.gross_output)]


def of_households(values: Any, base: Baseline) -> Any:
    """Return what stands at the rows in which households buy, [j, ...]."""
    return values if base.uses == 1 else values[len(base.gross_output) :]


def wanted(final: Any, inputs: Any, base: Baseline) -> Any:
    """Return what is wanted in each row of markets, of what households and producers want."""
    if base.uses == 1:
        return final + inputs
    return namespace(final, inputs).concatenate([inputs, final])


def households(base: Baseline) -> Any:
    """Return whether households buy in a row of markets, [row, n]."""
    buys = base.final_share > 0
    if base.uses == 1:
        return buys
    return namespace(buys).concatenate([namespace(buys).zeros_like(buys), buys])


def by_sector(rows: Totals, base: Baseline) -> Totals:
    """Return totals whose markets stand in rows by sector.

    Args:
        rows: with expenditure, prices and what is paid of rows [row, n, s].
        base: baseline by use.
    """
    if base.uses == 1:
        return rows
    xp = namespace(rows.price_hat)
    spent = summed(base.expenditure, base)
    some = spent > 0
    part = xp.where(some, of_inputs(base.expenditure, base) / xp.where(some, spent, 1.0), 0.0)
    part = part.reshape(part.shape + (1,) * (rows.price_hat.ndim - 2))
    log_price = xp.log(rows.price_hat)
    one, two = of_inputs(log_price, base), of_households(log_price, base)
    mean = part * one + (1.0 - part) * two
    # a market without a supplier has no price; then the other use's is the sector's
    mean = xp.where(xp.isnan(one), two, xp.where(xp.isnan(two), one, mean))
    return rows._replace(
        expenditure=summed(rows.expenditure, base),
        price_hat=xp.exp(mean),
        met_hat=xp.exp(mean),
        paid_hat=of_households(rows.paid_hat, base),
    )


def outcome_by_sector(rows: Outcome, base: Baseline, spent: Any, price_hat: Any) -> Outcome:
    """Return an outcome whose flows stand in rows by sector, with what each use buys beside it.

    Args:
        rows: the outcome, its totals by sector already.
        base: baseline by use.
        spent: expenditure of rows [row, n].
        price_hat: of rows [row, n].
    """
    if base.uses == 1:
        return rows
    xp = namespace(rows.trade)
    cube = (2, len(base.gross_output), *rows.trade.shape[1:])
    duty_paid = summed(rows.trade_share * spent[:, :, None], base)
    total = rows.expenditure[:, :, None]
    some = total > 0
    return rows._replace(
        trade=summed(rows.trade, base),
        border=summed(rows.border, base),
        trade_share=xp.where(some, duty_paid / xp.where(some, total, 1.0), 0.0),
        by_use=ByUse(
            rows.trade.reshape(cube),
            rows.border.reshape(cube),
            spent.reshape(cube[:-1]),
            price_hat.reshape(cube[:-1]),
        ),
    )


def _goods(goods: Goods, rows: Baseline) -> Goods:
    """Return the nests of goods by use: each use has its own mix of the goods of a sector."""
    inside = np.concatenate([goods.inside, goods.inside + len(rows.gross_output)])
    none = np.zeros_like(goods.members)
    members = np.block([[goods.members, none], [none, goods.members]])
    spent = rows.expenditure[inside]
    whole = members.T @ (members @ spent)
    within = np.divide(spent, whole, out=np.zeros_like(spent), where=whole > 0)
    return goods._replace(inside=inside, members=members, within=within)


def _both_quotas(quotas: QuotaLimits, lines: int) -> QuotaLimits:
    """Return quantities of quotas whose lines stand in both uses."""
    line = np.concatenate([quotas.line, quotas.line + lines])
    return quotas._replace(line=line, above=_twice(quotas.above))


def _twice(values: Any) -> Any:
    """Return what is of sectors, of both uses of them; None of nothing."""
    return None if values is None else np.concatenate([values, values])
