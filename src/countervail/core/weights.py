"""Preparing the trade weights of a solve: A = pi kappa^-theta and At = A / (1 + t') (MODEL.md).

The same formulas run on NumPy, where powers are taken only in the cells whose cost changes, and on
JAX, where all of them are, so that every one has its derivative.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from countervail.core.model import Array, Baseline, IntArray, Lines, Shock, Weights, namespace
from countervail.errors import InputError, NoEquilibrium


def prepare(base: Baseline, shock: Shock) -> Weights:
    """Return what stays fixed during the solve of one state.

    Powers are taken only where a cost changes: most cells keep their share exactly.

    Raises:
        InputError: lines whose weights or base rates do not add up to their cell.
        NoEquilibrium: a market that is left without any supplier.
    """
    if shock.lines is not None:
        refuse_broken_bundles(base, shock.lines)
    with np.errstate(over="ignore"):  # what overflows is refused below, in words
        share, border, received = trade_matrices(base, shock)
    if not np.isfinite(share).all():
        raise InputError(
            "a trade cost falls so far that its weight overflows: iceberg_hat is a ratio of costs, "
            "such as 0.9"
        )
    refuse_empty_markets(share, base.expenditure > 0)
    taxed = np.flatnonzero((border != share).any(axis=(1, 2)))
    export_taxed = taxed[:0]
    if received is not border:
        export_taxed = np.flatnonzero((received != border).any(axis=(1, 2)))
    return assemble(base, shock, (share, border, received), taxed, export_taxed)


def assemble(
    base: Baseline,
    shock: Shock,
    matrices: tuple[Any, Any, Any],
    taxed: IntArray,
    export_taxed: IntArray,
) -> Weights:
    """Return the weights of a state from its trade matrices.

    Args:
        base: baseline.
        shock: the state of the world.
        matrices: from ``trade_matrices``.
        taxed: sectors in which tariffs are collected.
        export_taxed: sectors in which export taxes are.
    """
    share, border, received = matrices
    xp = namespace(share)
    sectors, countries = base.expenditure.shape
    labour = xp.ones(countries) if shock.labour_hat is None else shock.labour_hat
    transfer = xp.zeros(countries) if shock.transfer is None else shock.transfer
    log_productivity = xp.zeros((sectors, countries))
    if shock.productivity_hat is not None:
        log_productivity = xp.log(shock.productivity_hat)
    return Weights(
        share=share,
        sold=received.swapaxes(1, 2),
        taxed=taxed,
        duty=share[taxed] - border[taxed],
        export_taxed=export_taxed,
        export_duty=(border[export_taxed] - received[export_taxed]).swapaxes(1, 2),
        trade_elasticity=base.trade_elasticity[:, None],
        log_productivity=log_productivity[:, :, None],
        labour_hat=labour[:, None],
        transfer=transfer[:, None],
        active=base.expenditure > 0,
        producing=base.gross_output > 0,
    )


def trade_matrices(base: Baseline, shock: Shock) -> tuple[Any, Any, Any]:
    """Return what the buyer pays, what arrives at the border and what the seller receives.

    Each is pi kappa^-theta [j, n, i], over 1 + t' at the border and over 1 + e' for the seller;
    with no export tax the last two are the same array.
    """
    tariff_new = base.tariff if shock.tariff_new is None else shock.tariff_new
    share = base.trade_share * _cell_powers(base, shock, tariff_new)
    border = share / (1.0 + tariff_new)
    if shock.lines is not None:
        share, border = _place_lines(base, shock, share, border)
    if shock.export_tax is None:
        return share, border, border
    return share, border, border / (1.0 + shock.export_tax)


def cost_power(kappa: Any, trade_elasticity: Any) -> Any:
    """Return kappa^-theta; 0, with a zero derivative, where a ban makes the cost infinite."""
    xp = namespace(kappa, trade_elasticity)
    finite = xp.isfinite(kappa)
    return xp.where(finite, xp.where(finite, kappa, 1.0) ** -trade_elasticity, 0.0)


def line_weights(base: Baseline, lines: Lines) -> tuple[Any, Any]:
    """Return each line's part of A and of its border value over pi: s kappa^-theta, / (1 + t')."""
    theta = base.trade_elasticity[lines.sector]
    cell = base.tariff[lines.sector, lines.importer, lines.exporter]
    duty_paid = lines.weight * (1.0 + lines.tariff) / (1.0 + cell)
    kappa = lines.iceberg_hat * (1.0 + lines.tariff_new) / (1.0 + lines.tariff)
    share = duty_paid * cost_power(kappa, theta)
    return share, share / (1.0 + lines.tariff_new)


def cells_of(lines: Lines, shape: tuple[int, ...]) -> tuple[IntArray, IntArray]:
    """Return the flat positions of the cells that hold lines, and each line's place among them."""
    flat = np.ravel_multi_index((lines.sector, lines.importer, lines.exporter), shape)
    cells, place = np.unique(flat, return_inverse=True)
    return cells, place


def refuse_broken_bundles(base: Baseline, lines: Lines) -> None:
    """Raise where a cell's lines do not make up the cell.

    Raises:
        InputError: weights that do not sum to 1, or rates that do not average to the cell's.
    """
    cells, place = cells_of(lines, base.trade_share.shape)
    weight = np.bincount(place, lines.weight)
    rate = np.bincount(place, lines.weight * lines.tariff)
    if np.abs(weight - 1.0).max() > 1e-9:
        raise InputError("the weights of a cell's lines must sum to 1")
    if np.abs(rate - base.tariff.reshape(-1)[cells]).max() > 1e-9:
        raise InputError("the base rates of a cell's lines must average to the cell's tariff")


def refuse_empty_markets(share: Array, active: Any) -> None:
    """Raise when a market in which something is bought has no supplier left.

    Raises:
        NoEquilibrium: the first such market.
    """
    empty = active & ~(share > 0).any(axis=2)
    if empty.any():
        sector, importer = (int(x) for x in np.argwhere(empty)[0])
        raise NoEquilibrium(
            "{sector} in {country} has buyers but no supplier left: every source is banned, "
            "so no price clears the market",
            country=importer,
            sector=sector,
        )


def _cell_powers(base: Baseline, shock: Shock, tariff_new: Any) -> Any:
    """Return kappa hat to the power -theta, [j, n, i]; exactly 1 where nothing changes."""
    kappa: Any = np.ones_like(base.trade_share)
    if shock.tariff_new is not None:
        kappa = (1.0 + tariff_new) / (1.0 + base.tariff)
    if shock.iceberg_hat is not None:
        kappa = kappa * shock.iceberg_hat
    if shock.export_tax is not None:
        kappa = kappa * (1.0 + shock.export_tax)
    theta = base.trade_elasticity[:, None, None]
    if namespace(kappa, theta) is not np:
        return cost_power(kappa, theta)
    power = np.ones_like(base.trade_share)
    changed = kappa != 1.0
    power[changed] = kappa[changed] ** -np.broadcast_to(theta, power.shape)[changed]
    return power


def _place_lines(base: Baseline, shock: Shock, share: Any, border: Any) -> tuple[Any, Any]:
    """Return the matrices with the bundles of lines in place of their cells' own weights.

    A cell's export tax, if any, is paid on every line of it.
    """
    lines = shock.lines
    assert lines is not None
    cells, place = cells_of(lines, base.trade_share.shape)
    part, part_border = line_weights(base, lines)
    scale = base.trade_share.reshape(-1)[cells]
    if shock.export_tax is not None:
        theta = base.trade_elasticity[cells // (share.shape[1] * share.shape[2])]
        scale = scale * cost_power(1.0 + shock.export_tax.reshape(-1)[cells], theta)
    return (
        _put(share, cells, scale * total(place, part, len(cells))),
        _put(border, cells, scale * total(place, part_border, len(cells))),
    )


def total(place: IntArray, values: Any, size: int) -> Any:
    """Return the sums of the values that share a place."""
    xp = namespace(values)
    if xp is np:
        return np.bincount(place, values, minlength=size)
    return xp.zeros(size).at[place].add(values)


def _put(matrix: Any, cells: IntArray, values: Any) -> Any:
    """Return the matrix with some cells replaced; a NumPy matrix, being fresh, in place."""
    if namespace(matrix) is np:
        matrix.reshape(-1)[cells] = values
        return matrix
    return matrix.reshape(-1).at[cells].set(values).reshape(matrix.shape)
