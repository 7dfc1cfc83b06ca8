"""What trade weights owe to tariffs, trade costs, elasticities and endowments, to first order.

A = pi kappa^-theta is what buyers pay, B = A / (1 + t') what arrives at the border, and
S = B / (1 + e') what sellers receive, with kappa = d (1 + e') (1 + t') / (1 + t). Hence

    dA = -theta A dt' / (1 + t'),   dB = -(theta + 1) B dt' / (1 + t'),   and S as B,
    dA = -theta A dd / d,           dB and dS alike,
    dA = -theta A de' / (1 + e'),   dB alike,   dS = -(theta + 1) S de' / (1 + e'),
    dA = -ln(kappa) A dtheta,       dB and dS alike,

line by line where a cell has lines. A banned or empty cell has A = 0 and moves nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from countervail.core.model import Array, Baseline, Lines, Shock, Weights
from countervail.core.weights import cells_of, elasticity, line_weights, total


class Levers(NamedTuple):
    """One number for everything of a state that can be moved: its derivative, or its change.

    A cell with tariff lines moves all of them: its tariff adds the same to the rate of each, its
    iceberg_hat multiplies the cost of each.

    Attributes:
        tariff, iceberg_hat, export_tax: cells [j, n, i].
        line_tariff, line_iceberg_hat: tariff lines, [line].
        productivity_hat: [j, n].
        labour_hat: [n].
        transfer: USD million, [n].
        trade_elasticity: theta[j].
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


class Matrices(NamedTuple):
    """Of each trade matrix [j, n, i]: what buyers pay, what arrives, what sellers receive."""

    share: Array
    border: Array
    received: Array


class Parts(NamedTuple):
    """The weights that can be moved: those of ``Weights`` that are numbers, not positions."""

    share: Any
    sold: Any
    duty: Any
    export_duty: Any
    trade_elasticity: Any
    log_productivity: Any
    labour_hat: Any
    transfer: Any


def parts(weights: Weights) -> Parts:
    """Return the movable parts of weights."""
    return Parts(*(getattr(weights, name) for name in Parts._fields))


def none(base: Baseline, shock: Shock) -> Levers:
    """Return no change of anything."""
    cube, lines = np.zeros_like(base.tariff), np.zeros(_count(shock.lines))
    sectors, countries = base.expenditure.shape
    return Levers(
        tariff=cube,
        iceberg_hat=cube,
        export_tax=cube,
        line_tariff=lines,
        line_iceberg_hat=lines,
        productivity_hat=np.zeros((sectors, countries)),
        labour_hat=np.zeros(countries),
        transfer=np.zeros(countries),
        trade_elasticity=np.zeros(sectors),
    )


def pull(base: Baseline, shock: Shock, worth: Matrices, elsewhere: Levers) -> Levers:
    """Return the derivative of a scalar from what the trade matrices are worth to it.

    Args:
        base: baseline.
        shock: the state.
        worth: derivative of the scalar with respect to the log of each matrix entry.
        elsewhere: its derivative with respect to levers that do not act through trade weights.
    """
    theta = elasticity(base, shock)
    tariff, iceberg, tax, log_kappa = _costs(base, shock)
    every = worth.share + worth.border + worth.received
    dearer = -theta[:, None, None] * every
    by_tariff = (dearer - worth.border - worth.received) / (1.0 + tariff)
    by_iceberg = dearer / iceberg
    by_elasticity = -log_kappa * every
    line_tariff, line_iceberg = elsewhere.line_tariff, elsewhere.line_iceberg_hat
    if shock.lines is not None:
        lines, bundle = shock.lines, _Bundles(base, shock, shock.lines)
        paid = bundle.paid * bundle.of_cells(worth.share)
        sold = bundle.sold * bundle.of_cells(worth.border + worth.received)
        dearer_line = -theta[lines.sector] * (paid + sold)
        line_tariff = (dearer_line - sold) / (1.0 + lines.tariff_new)
        line_iceberg = dearer_line / lines.iceberg_hat
        bundle.set(by_tariff, line_tariff)
        bundle.set(by_iceberg, dearer_line)
        bundle.set(by_elasticity, -bundle.log_kappa * (paid + sold))
    return Levers(
        tariff=by_tariff,
        iceberg_hat=by_iceberg,
        export_tax=(dearer - worth.received) / (1.0 + tax),
        line_tariff=line_tariff,
        line_iceberg_hat=line_iceberg,
        productivity_hat=elsewhere.productivity_hat,
        labour_hat=elsewhere.labour_hat,
        transfer=elsewhere.transfer,
        trade_elasticity=elsewhere.trade_elasticity + by_elasticity.sum(axis=(1, 2)),
    )


def push(base: Baseline, shock: Shock, change: Levers) -> Matrices:
    """Return the change of the log of each trade matrix that a small change of levers makes."""
    theta = elasticity(base, shock)[:, None, None]
    tariff, iceberg, tax, log_kappa = _costs(base, shock)
    by_tariff = change.tariff / (1.0 + tariff)
    by_tax = change.export_tax / (1.0 + tax)
    by_cost = change.iceberg_hat / iceberg + by_tariff
    by_elasticity = log_kappa * change.trade_elasticity[:, None, None]
    paid = -theta * by_cost - by_elasticity
    sold = paid - by_tariff
    if shock.lines is not None:
        lines, bundle = shock.lines, _Bundles(base, shock, shock.lines)
        line_tariff = change.line_tariff + bundle.of_cells(change.tariff)
        dearer = line_tariff / (1.0 + lines.tariff_new)
        cost = change.line_iceberg_hat / lines.iceberg_hat + bundle.of_cells(change.iceberg_hat)
        moved = -theta[lines.sector, 0, 0] * (cost + dearer)
        moved = moved - bundle.log_kappa * change.trade_elasticity[lines.sector]
        bundle.set(paid, bundle.paid * moved)
        bundle.set(sold, bundle.sold * (moved - dearer))
    paid, sold = paid - theta * by_tax, sold - theta * by_tax
    return Matrices(paid, sold, sold - by_tax)


class _Bundles:
    """The lines of cells: their parts of what is paid and of what arrives, and where they stand."""

    def __init__(self, base: Baseline, shock: Shock, lines: Lines) -> None:
        self.cells, self.place = cells_of(lines, base.tariff.shape)
        share, border = line_weights(base, lines, elasticity(base, shock))
        self.paid, self.sold = self._parts(share), self._parts(border)
        kappa = lines.iceberg_hat * (1.0 + lines.tariff_new) / (1.0 + lines.tariff)
        if shock.export_tax is not None:
            kappa = kappa * (1.0 + self.of_cells(shock.export_tax))
        self.log_kappa = _finite_log(kappa)

    def of_cells(self, cube: Array) -> Array:
        """Return what stands in the cell of each line."""
        return np.asarray(cube.reshape(-1)[self.cells][self.place])

    def set(self, cube: Array, values: Array) -> None:
        """Put the sums over lines in place of what stands in their cells."""
        cube.reshape(-1)[self.cells] = total(self.place, values, len(self.cells))

    def _parts(self, values: Array) -> Array:
        whole = total(self.place, values, len(self.cells))[self.place]
        parts = np.zeros_like(values)
        np.divide(values, whole, out=parts, where=whole > 0)
        return parts


def _costs(base: Baseline, shock: Shock) -> tuple[Array, Array, Array | float, Array]:
    """Return t', d, e' and ln kappa of every cell; a ban, which nothing moves, as no change."""
    tariff = base.tariff if shock.tariff_new is None else shock.tariff_new
    iceberg = np.ones_like(base.tariff) if shock.iceberg_hat is None else shock.iceberg_hat
    tax = 0.0 if shock.export_tax is None else shock.export_tax
    kappa = iceberg * (1.0 + tax) * (1.0 + tariff) / (1.0 + base.tariff)
    return tariff, iceberg, tax, _finite_log(kappa)


def _finite_log(kappa: Array) -> Array:
    return np.asarray(np.log(np.where(np.isfinite(kappa), kappa, 1.0)))


def _count(lines: Lines | None) -> int:
    return 0 if lines is None else len(lines.weight)


def worth(weights: Weights, moved: Parts) -> Matrices:
    """Return what the log of each trade matrix is worth, from what the weights are worth.

    Args:
        weights: of the state.
        moved: derivative of a scalar with respect to its parts, in every sector.
    """
    share, border, received = _matrices(weights)
    duty, export_duty = np.asarray(moved.duty), np.asarray(moved.export_duty).swapaxes(1, 2)
    sold = np.asarray(moved.sold).swapaxes(1, 2)
    return Matrices(
        share=share * (np.asarray(moved.share) + duty),
        border=border * (export_duty - duty),
        received=received * (sold - export_duty),
    )


def change_of(weights: Weights, logs: Matrices, elsewhere: Levers) -> Parts:
    """Return the change of the parts of weights, in every sector, from that of the matrices.

    Args:
        weights: of the state.
        logs: change of the log of each trade matrix.
        elsewhere: change of what does not act through trade weights.
    """
    share, border, received = (
        np.asarray(matrix) * log for matrix, log in zip(_matrices(weights), logs, strict=True)
    )
    return Parts(
        share=share,
        sold=received.swapaxes(1, 2),
        duty=share - border,
        export_duty=(border - received).swapaxes(1, 2),
        trade_elasticity=elsewhere.trade_elasticity[:, None],
        log_productivity=(elsewhere.productivity_hat / np.exp(weights.log_productivity[..., 0]))[
            :, :, None
        ],
        labour_hat=elsewhere.labour_hat[:, None],
        transfer=elsewhere.transfer[:, None],
    )


def elsewhere(weights: Weights, moved: Parts, nothing: Levers) -> Levers:
    """Return the derivative with respect to levers that do not act through trade weights."""
    by_log = np.asarray(moved.log_productivity)[..., 0]
    return nothing._replace(
        productivity_hat=by_log / np.exp(weights.log_productivity[..., 0]),
        labour_hat=np.asarray(moved.labour_hat)[:, 0],
        transfer=np.asarray(moved.transfer)[:, 0],
        trade_elasticity=np.asarray(moved.trade_elasticity)[:, 0],
    )


def _matrices(weights: Weights) -> Matrices:
    """Return what buyers pay, what arrives and what sellers receive [j, n, i]."""
    received = weights.sold.swapaxes(1, 2)
    border = received
    if len(weights.export_taxed):
        border = received.copy()
        border[weights.export_taxed] += weights.export_duty.swapaxes(1, 2)
    return Matrices(weights.share, border, received)
