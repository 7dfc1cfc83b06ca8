"""What trade weights owe to tariffs, trade costs, elasticities and endowments, to first order.

A = pi kappa^-theta is what buyers pay, B = A / (1 + t') what arrives at the border, and
S = B / (1 + e') what sellers receive, with kappa = d (1 + e') (1 + t') / (1 + t) (docs/theory.md,
Tariff lines).
The log of A is the buyer weight, that of B / A the border wedge, that of S / B the seller wedge:

    buyer_weight = -theta (dt' / (1 + t') + dd / d + de' / (1 + e')) - ln(kappa) dtheta,
    border_wedge = -dt' / (1 + t'),    seller_wedge = -de' / (1 + e').

A cell with tariff lines l holds parts p_l of A and q_l of B, and with each line's own buyer weight
m_l and border wedge a_l: buyer_weight = sum p_l m_l, buyer_weight + border_wedge =
sum q_l (m_l + a_l). What is banned has no part, and moves nothing. ``push`` and ``pull`` are the
same linear map and its transpose.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from countervail.core.choices.selection import duties, duties_of_lines
from countervail.core.model import Array, Baseline, Lines, QuotaLimits, Shock, Weights
from countervail.core.uses import elasticity_factor, in_rows
from countervail.core.weights import cells_of, changed_cells, elasticity, line_weights, total

NOTHING: Array = np.zeros(0)

OF_MARKETS = (
    *("tariff", "iceberg_hat", "export_tax", "line_tariff", "line_iceberg_hat"),
    *("trade_elasticity", "quota_above"),
)
"""Levers that stand in each market of a sector; the others are of makers, countries and quotas."""


class Levers(NamedTuple):
    """One number for everything of a state that can be moved: its derivative, or its change.

    A cell with tariff lines moves all of them: its tariff adds the same to the rate of each, its
    iceberg_hat multiplies the cost of each (its own counts as 1).

    Attributes:
        tariff, iceberg_hat, export_tax: cells [j, n, i].
        line_tariff, line_iceberg_hat: tariff lines, [line].
        productivity_hat: [j, n].
        labour_hat: [n].
        transfer: USD million, [n].
        trade_elasticity: theta[j].
        quota_quantity: Q, USD million at the baseline's producer prices [q].
        quota_above: rate above a quota [line under one].
    """

    tariff: Array
    iceberg_hat: Array
    export_tax: Array
    line_tariff: Array
    line_iceberg_hat: Array
    productivity_hat: Array
    labour_hat: Array
    transfer: Array
    trade_elasticity: Array
    quota_quantity: Array = NOTHING
    quota_above: Array = NOTHING


class QuotaParts(NamedTuple):
    """One number for everything of the weights of lines under quotas that can be moved.

    Attributes:
        buyer_weight, border_wedge, seller_wedge, barrier: in logs, [line under a quota].
        most: of ln(1 + s_max) [line under a quota].
        quantity: in logs [q].
    """

    buyer_weight: Any
    border_wedge: Any
    seller_wedge: Any
    barrier: Any
    most: Any
    quantity: Any


class Parts(NamedTuple):
    """One number for everything of a state's weights that can be moved: its change, or its worth.

    Attributes:
        buyer_weight, border_wedge, seller_wedge: in logs, [j, n, i].
        trade_elasticity: theta[j], what it does beside moving buyer weights.
        log_productivity: [j, n].
        labour_hat: [n].
        transfer: USD million, [n].
        quotas: of lines under quotas; None where there are none.
    """

    buyer_weight: Any
    border_wedge: Any
    seller_wedge: Any
    trade_elasticity: Any
    log_productivity: Any
    labour_hat: Any
    transfer: Any
    quotas: QuotaParts | None = None


def none(base: Baseline, shock: Shock) -> Levers:
    """Return no change of anything."""
    cube = np.zeros_like(base.tariff)
    lines = np.zeros(0 if shock.lines is None else len(shock.lines.weight))
    maker, country = np.zeros_like(base.gross_output), np.zeros_like(base.value_added)
    sector = np.zeros_like(base.trade_elasticity)
    limits = shock.quotas
    quantity, above = (NOTHING, NOTHING) if limits is None else (limits.quantity, limits.above)
    quotas = np.zeros_like(quantity), np.zeros_like(above)
    return Levers(cube, cube, cube, lines, lines, maker, country, country, sector, *quotas)


def in_force(base: Baseline, shock: Shock) -> Levers:
    """Return where every lever of a state stands: rates, costs, ratios, elasticities."""
    lines = shock.lines
    return Levers(
        tariff=_or(shock.tariff_new, base.tariff),
        iceberg_hat=_or(shock.iceberg_hat, np.ones_like(base.tariff)),
        export_tax=_or(shock.export_tax, np.zeros_like(base.tariff)),
        line_tariff=np.zeros(0) if lines is None else lines.tariff_new,
        line_iceberg_hat=np.zeros(0) if lines is None else lines.iceberg_hat,
        productivity_hat=_or(shock.productivity_hat, np.ones_like(base.expenditure)),
        labour_hat=_or(shock.labour_hat, np.ones_like(base.value_added)),
        transfer=_or(shock.transfer, np.zeros_like(base.value_added)),
        trade_elasticity=elasticity(base, shock),
        quota_quantity=NOTHING if shock.quotas is None else shock.quotas.quantity,
        quota_above=NOTHING if shock.quotas is None else shock.quotas.above,
    )


def state(levels: Levers, lines: Lines | None, quotas: QuotaLimits | None = None) -> Shock:
    """Return the state in which every lever is as given, with rates and costs of the lines."""
    if quotas is not None:
        quotas = quotas._replace(quantity=levels.quota_quantity, above=levels.quota_above)
    if lines is not None:
        lines = lines._replace(tariff_new=levels.line_tariff, iceberg_hat=levels.line_iceberg_hat)
    return Shock(
        tariff_new=levels.tariff,
        iceberg_hat=levels.iceberg_hat,
        export_tax=levels.export_tax,
        productivity_hat=levels.productivity_hat,
        labour_hat=levels.labour_hat,
        transfer=levels.transfer,
        lines=lines,
        trade_elasticity=levels.trade_elasticity,
        quotas=quotas,
    )


def push(base: Baseline, shock: Shock, change: Levers) -> Parts:
    """Return the change of the weights that a small change of levers makes.

    Args:
        base: baseline.
        shock: the state.
        change: of its levers.
    """
    if base.by_use is not None:
        change = _in_rows(base, change)
        base, shock = in_rows(base, shock)
    theta = elasticity(base, shock)[:, None, None]
    by_elasticity = change.trade_elasticity[:, None, None]
    dearer = change.tariff / (1.0 + _or(shock.tariff_new, base.tariff))
    taxed = change.export_tax / (1.0 + _or(shock.export_tax, 0.0))
    cost = change.iceberg_hat / _or(shock.iceberg_hat, 1.0) + dearer
    buyer_weight, border_wedge = -theta * cost - _log_cost(base, shock) * by_elasticity, -dearer
    if shock.lines is not None:
        _Bundles(base, shock, shock.lines).push(change, buyer_weight, border_wedge)
    return Parts(
        buyer_weight=buyer_weight - theta * taxed - _log_tax(shock) * by_elasticity,
        border_wedge=border_wedge,
        seller_wedge=-taxed,
        trade_elasticity=change.trade_elasticity,
        log_productivity=change.productivity_hat / _or(shock.productivity_hat, 1.0),
        labour_hat=change.labour_hat,
        transfer=change.transfer,
        quotas=_of_quotas(base, shock, change),
    )


def pull(base: Baseline, shock: Shock, worth: Parts) -> Levers:
    """Return the derivative of a scalar with respect to levers, from what weights are worth to it.

    Args:
        base: baseline.
        shock: the state.
        worth: derivative of the scalar with respect to each part of its weights.
    """
    if base.by_use is not None:
        return _by_sector(base, pull(*in_rows(base, shock), worth))
    dearer = -elasticity(base, shock)[:, None, None] * worth.buyer_weight
    log_cost = _log_cost(base, shock) + _log_tax(shock)
    pulled = none(base, shock)._replace(
        tariff=(dearer - worth.border_wedge) / (1.0 + _or(shock.tariff_new, base.tariff)),
        iceberg_hat=dearer / _or(shock.iceberg_hat, 1.0),
        export_tax=(dearer - worth.seller_wedge) / (1.0 + _or(shock.export_tax, 0.0)),
        productivity_hat=worth.log_productivity / _or(shock.productivity_hat, 1.0),
        labour_hat=worth.labour_hat,
        transfer=worth.transfer,
        trade_elasticity=worth.trade_elasticity
        - np.einsum("jni,jni->j", log_cost, worth.buyer_weight),
    )
    if shock.lines is not None:
        pulled = _Bundles(base, shock, shock.lines).pull(worth, pulled)
    if worth.quotas is not None:
        pulled = _from_quotas(base, shock, worth.quotas, pulled)
    return pulled


def faced(base: Baseline, shock: Shock, change: Levers, turning: float) -> Levers:
    """Return the change of levers as sellers face them, where duties turn away more than costs do.

    Their costs of carriage hold (1 + t)^(z / theta) of duties beside their own: what is pushed is
    this change, of the state as they face it.

    Args:
        base: baseline.
        shock: the state, as law has it.
        change: of its levers.
        turning: z.
    """
    if turning == 0.0:
        return change
    theta = elasticity(base, shock)
    power = turning / theta
    levied, dearer = duties(base, shock), change.tariff / (1.0 + _or(shock.tariff_new, base.tariff))
    dearer = dearer + change.export_tax / (1.0 + _or(shock.export_tax, 0.0))
    growth = power[:, None, None] * dearer
    growth -= (power / theta * change.trade_elasticity)[:, None, None] * np.log(levied)
    raised = levied ** power[:, None, None]
    cost = raised * (change.iceberg_hat + _open(_or(shock.iceberg_hat, 1.0)) * growth)
    lines, line_cost = shock.lines, change.line_iceberg_hat
    if lines is not None:
        at, of_line = lines.sector, duties_of_lines(shock)
        where = at, lines.importer, lines.exporter
        cost[where] = change.iceberg_hat[where]  # of a cell with lines it moves theirs
        dearer_line = (change.line_tariff + change.tariff[where]) / (1.0 + lines.tariff_new)
        dearer_line += (change.export_tax / (1.0 + _or(shock.export_tax, 0.0)))[where]
        growth = power[at] * dearer_line
        growth -= (power / theta * change.trade_elasticity)[at] * np.log(of_line)
        line_cost = of_line ** power[at] * (line_cost + _open(lines.iceberg_hat) * growth)
    return change._replace(iceberg_hat=cost, line_iceberg_hat=line_cost)


def law(base: Baseline, shock: Shock, pulled: Levers, turning: float) -> Levers:
    """Return derivatives with respect to levers of law, from those as sellers face them.

    It is ``faced`` transposed.

    Args:
        base: baseline.
        shock: the state, as law has it.
        pulled: derivatives with respect to the levers of the state as sellers face it.
        turning: z.
    """
    if turning == 0.0:
        return pulled
    theta = elasticity(base, shock)
    power = turning / theta
    levied = duties(base, shock)
    raised = levied ** power[:, None, None]
    worth = pulled.iceberg_hat * raised
    growth = worth * _open(_or(shock.iceberg_hat, 1.0))
    lines, line_tariff, line_worth = shock.lines, pulled.line_tariff, pulled.line_iceberg_hat
    if lines is not None:  # of a cell with lines costs move theirs
        where = lines.sector, lines.importer, lines.exporter
        worth[where], growth[where] = pulled.iceberg_hat[where], 0.0
    by_duty = power[:, None, None] * growth
    by_tax, by_elasticity = by_duty.copy(), np.einsum("jni,jni->j", growth, np.log(levied))
    by_duty /= 1.0 + _or(shock.tariff_new, base.tariff)
    if lines is not None:
        at, of_line = lines.sector, duties_of_lines(shock)
        line_worth = line_worth * of_line ** power[at]
        growth_line = line_worth * _open(lines.iceberg_hat)
        by_rate = power[at] * growth_line / (1.0 + lines.tariff_new)
        line_tariff = line_tariff + by_rate
        np.add.at(by_duty, where, by_rate)
        np.add.at(by_tax, where, power[at] * growth_line)
        by_elasticity = by_elasticity + total(at, growth_line * np.log(of_line), len(theta))
    return pulled._replace(
        tariff=pulled.tariff + by_duty,
        iceberg_hat=worth,
        export_tax=pulled.export_tax + by_tax / (1.0 + _or(shock.export_tax, 0.0)),
        line_tariff=line_tariff,
        line_iceberg_hat=line_worth,
        trade_elasticity=pulled.trade_elasticity - power / theta * by_elasticity,
    )


def _open(cost: Any) -> Any:
    """Return costs of carriage; 0 of a ban, which does not move with duties."""
    return np.where(np.isfinite(cost), cost, 0.0)


def _in_rows(base: Baseline, change: Levers) -> Levers:
    """Return a change of levers as it is of each use: what moves a sector moves both."""
    both = {name: np.concatenate([getattr(change, name)] * 2) for name in OF_MARKETS}
    theta = both["trade_elasticity"] * elasticity_factor(base)
    return change._replace(**{**both, "trade_elasticity": theta})


def _by_sector(base: Baseline, rows: Levers) -> Levers:
    """Return derivatives by sector and line, of both uses together: ``_in_rows`` transposed."""
    theta = rows.trade_elasticity * elasticity_factor(base)
    rows = rows._replace(trade_elasticity=theta)
    summed = {name: np.add(*np.split(getattr(rows, name), 2)) for name in OF_MARKETS}
    return rows._replace(**summed)


def between(one: Weights, two: Weights) -> Parts:
    """Return the change from one state's weights to another's; a ban is all of a cell's trade.

    What a first state bans stays so.
    """
    (share, border, received), (share_new, border_new, received_new) = map(matrices, (one, two))
    return Parts(
        buyer_weight=_growth(share, share_new),
        border_wedge=_growth(border, border_new) - _growth(share, share_new),
        seller_wedge=_growth(received, received_new) - _growth(border, border_new),
        trade_elasticity=(two.trade_elasticity - one.trade_elasticity)[:, 0],
        log_productivity=(two.log_productivity - one.log_productivity)[..., 0],
        labour_hat=(two.labour_hat - one.labour_hat)[:, 0],
        transfer=(two.transfer - one.transfer)[:, 0],
        quotas=_between_quotas(one.quotas, two.quotas),
    )


def matrices(weights: Weights) -> tuple[Array, Array, Array]:
    """Return what buyers pay, what arrives at the border, what sellers receive, [j, n, i]."""
    received = weights.sold.swapaxes(1, 2)
    border = received
    if len(weights.export_taxed):
        border = received.copy()
        border[weights.export_taxed] += weights.export_duty.swapaxes(1, 2)
    return weights.share, border, received


def _growth(old: Array, new: Array) -> Array:
    """Return ln(new / old); -1 where nothing is left, 0 where nothing was."""
    both = (old > 0) & (new > 0)
    logs = np.log(np.divide(new, old, out=np.ones_like(old), where=both))
    return np.where((old > 0) & (new == 0), -1.0, logs)


def _of_quotas(base: Baseline, shock: Shock, change: Levers) -> QuotaParts | None:
    """Return the change of the weights of lines under quotas; None where there are none."""
    lines, limits, cells = shock.lines, shock.quotas, base.quotas
    if lines is None or limits is None or cells is None:
        return None
    where, at = (cells.sector, cells.importer, cells.exporter), limits.line
    theta = elasticity(base, shock)[cells.sector]
    dearer = (change.line_tariff[at] + change.tariff[where]) / (1.0 + lines.tariff_new[at])
    raised = change.line_iceberg_hat[at] / lines.iceberg_hat[at] + change.iceberg_hat[where]
    tax = 1.0 if shock.export_tax is None else 1.0 + shock.export_tax[where]
    taxed = change.export_tax[where] / tax
    by_elasticity = change.trade_elasticity[cells.sector]
    return QuotaParts(
        buyer_weight=-theta * (raised + dearer + taxed)
        - (_cost_of(lines, at) + np.log(tax)) * by_elasticity,
        border_wedge=-dearer,
        seller_wedge=-taxed,
        barrier=raised,
        most=change.quota_above / (1.0 + limits.above) - dearer,
        quantity=change.quota_quantity / limits.quantity,
    )


def _from_quotas(base: Baseline, shock: Shock, worth: QuotaParts, pulled: Levers) -> Levers:
    """Return derivatives with what lines under quotas add to them: ``_of_quotas`` transposed."""
    lines, limits, cells = shock.lines, shock.quotas, base.quotas
    assert lines is not None
    assert limits is not None
    assert cells is not None
    where, at = (cells.sector, cells.importer, cells.exporter), limits.line
    moved = -elasticity(base, shock)[cells.sector] * worth.buyer_weight
    dearer = (moved - worth.border_wedge - worth.most) / (1.0 + lines.tariff_new[at])
    raised = moved + worth.barrier
    tax = 1.0 if shock.export_tax is None else 1.0 + shock.export_tax[where]
    line_tariff, line_iceberg = pulled.line_tariff.copy(), pulled.line_iceberg_hat.copy()
    np.add.at(line_tariff, at, dearer)
    np.add.at(line_iceberg, at, raised / lines.iceberg_hat[at])
    np.add.at(pulled.tariff, where, dearer)
    np.add.at(pulled.iceberg_hat, where, raised)
    np.add.at(pulled.export_tax, where, (moved - worth.seller_wedge) / tax)
    by_elasticity = (_cost_of(lines, at) + np.log(tax)) * worth.buyer_weight
    sectors = len(pulled.trade_elasticity)
    return pulled._replace(
        line_tariff=line_tariff,
        line_iceberg_hat=line_iceberg,
        trade_elasticity=pulled.trade_elasticity - total(cells.sector, by_elasticity, sectors),
        quota_quantity=worth.quantity / limits.quantity,
        quota_above=worth.most / (1.0 + limits.above),
    )


def _cost_of(lines: Lines, at: Any) -> Array:
    """Return ln kappa of some lines; 0 of a ban's."""
    return _log_finite((lines.iceberg_hat * (1.0 + lines.tariff_new) / (1.0 + lines.tariff))[at])


def _between_quotas(one: Any, two: Any) -> QuotaParts | None:
    """Return the change from the lines under quotas of one state to another's."""
    if one is None or two is None:
        return None
    paid, border, received = (
        _growth(getattr(one, name)[:, 0], getattr(two, name)[:, 0])
        for name in ("paid", "border", "received")
    )
    both = np.isfinite(one.most) & np.isfinite(two.most)
    closed = np.isfinite(one.barrier) & np.isfinite(two.barrier)
    ratio = np.divide(two.barrier, one.barrier, out=np.ones_like(one.barrier), where=closed)
    most = np.subtract(two.most, one.most, out=np.zeros_like(one.most), where=both)
    return QuotaParts(
        buyer_weight=paid,
        border_wedge=border - paid,
        seller_wedge=received - border,
        barrier=np.log(ratio)[:, 0],
        most=most[:, 0],
        quantity=(two.log_quantity - one.log_quantity)[:, 0],
    )


class _Bundles:
    """The lines of cells: what they owe to rates, costs and elasticities, and where they stand."""

    def __init__(self, base: Baseline, shock: Shock, lines: Lines) -> None:
        self.lines, theta = lines, elasticity(base, shock)
        self.cells, self.place = cells_of(lines, base.tariff.shape)
        self.theta = theta[lines.sector]
        self.log_cost = _log_finite(
            lines.iceberg_hat * (1.0 + lines.tariff_new) / (1.0 + lines.tariff)
        )
        self.paid, self.arrived = map(self._parts, line_weights(base, lines, theta))

    def push(self, change: Levers, buyer_weight: Array, border_wedge: Array) -> None:
        """Put what a change of levers does to bundles in the place of their cells."""
        lines = self.lines
        dearer = (change.line_tariff + self._of_cells(change.tariff)) / (1.0 + lines.tariff_new)
        raised = change.line_iceberg_hat / lines.iceberg_hat + self._of_cells(change.iceberg_hat)
        moved = -self.theta * (raised + dearer)
        moved -= self.log_cost * change.trade_elasticity[lines.sector]
        whole = self._total(self.paid * moved)
        buyer_weight.reshape(-1)[self.cells] = whole
        border_wedge.reshape(-1)[self.cells] = self._total(self.arrived * (moved - dearer)) - whole

    def pull(self, worth: Parts, pulled: Levers) -> Levers:
        """Return derivatives with those of lines, and of bundles in the place of their cells."""
        lines, border_wedge = self.lines, self._of_cells(worth.border_wedge)
        at_border = self.arrived * border_wedge
        moved = self.paid * (self._of_cells(worth.buyer_weight) - border_wedge) + at_border
        dearer = -self.theta * moved
        rate = (dearer - at_border) / (1.0 + lines.tariff_new)
        pulled.tariff.reshape(-1)[self.cells] = self._total(rate)
        pulled.iceberg_hat.reshape(-1)[self.cells] = self._total(dearer)
        by_elasticity = total(lines.sector, self.log_cost * moved, len(pulled.trade_elasticity))
        return pulled._replace(
            line_tariff=rate,
            line_iceberg_hat=dearer / lines.iceberg_hat,
            trade_elasticity=pulled.trade_elasticity - by_elasticity,
        )

    def _of_cells(self, cube: Array) -> Array:
        """Return what stands in the cell of each line."""
        return np.asarray(cube.reshape(-1)[self.cells][self.place])

    def _total(self, values: Array) -> Array:
        """Return the sums over the lines of each cell."""
        return np.asarray(total(self.place, values, len(self.cells)))

    def _parts(self, values: Array) -> Array:
        """Return each line's part of its cell; none where nothing is bought."""
        whole = self._total(values)[self.place]
        return np.divide(values, whole, out=np.zeros_like(values), where=whole > 0)


def _log_cost(base: Baseline, shock: Shock) -> Array:
    """Return ln(d (1 + t') / (1 + t)) of every cell; 0 at a ban, and where lines stand."""
    cells = changed_cells(base, shock._replace(export_tax=None, lines=None))
    kappa = (1.0 + _or(shock.tariff_new, base.tariff)).reshape(-1)[cells]
    kappa /= 1.0 + base.tariff.reshape(-1)[cells]
    if shock.iceberg_hat is not None:
        kappa *= shock.iceberg_hat.reshape(-1)[cells]
    logs = np.zeros_like(base.tariff)
    logs.reshape(-1)[cells] = _log_finite(kappa)
    if shock.lines is not None:
        logs.reshape(-1)[cells_of(shock.lines, logs.shape)[0]] = 0.0
    return logs


def _log_tax(shock: Shock) -> Array | float:
    """Return ln(1 + e') of every cell."""
    return 0.0 if shock.export_tax is None else np.log1p(shock.export_tax)


def _log_finite(kappa: Array) -> Array:
    """Return the log of costs; 0 of a ban's, which no elasticity moves."""
    return np.asarray(np.log(np.where(np.isfinite(kappa), kappa, 1.0)))


def _or(given: Array | None, default: Any) -> Any:
    return default if given is None else given
