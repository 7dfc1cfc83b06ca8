"""Preparing the trade weights of a solve: A = pi kappa^-theta and At = A / (1 + t') (MODEL.md)."""

from __future__ import annotations

from typing import Any

import numpy as np

from countervail.core.model import Array, Baseline, IntArray, Lines, Shock, Weights
from countervail.errors import InputError, NoEquilibrium


def prepare(base: Baseline, shock: Shock) -> Weights:
    """Return what stays fixed during a solve.

    Powers are taken only where a cost changes: most cells keep their share exactly.

    Raises:
        InputError: lines whose weights or base rates do not add up to their cell.
        NoEquilibrium: a market that is left without any supplier.
    """
    tariff_new = base.tariff if shock.tariff_new is None else shock.tariff_new
    with np.errstate(over="ignore"):  # what overflows is refused below, in words
        share = base.trade_share * _cost_power(base, shock, tariff_new)
    received = share / (1.0 + tariff_new)
    if shock.lines is not None:
        _place_lines(base, shock.lines, share, received)
    if not np.isfinite(share).all():
        raise InputError(
            "a trade cost falls so far that its weight overflows: iceberg_hat is a ratio of costs, "
            "such as 0.9"
        )
    active = base.expenditure > 0
    taxed = np.flatnonzero((received != share).any(axis=(1, 2)))
    refuse_empty_markets(share, active)
    sectors, countries = base.expenditure.shape
    return Weights(
        share=share,
        received=received,
        taxed=taxed,
        log_productivity=_log_or_zero(shock.productivity_hat, (sectors, countries)),
        labour_hat=np.ones(countries) if shock.labour_hat is None else shock.labour_hat,
        transfer=np.zeros(countries) if shock.transfer is None else shock.transfer,
        active=active,
        producing=base.gross_output > 0,
    )


def line_weights(base: Baseline, lines: Lines) -> tuple[Array, Array]:
    """Return each line's part of A and of At over pi: s kappa^-theta, and that over 1 + t'."""
    theta = base.trade_elasticity[lines.sector]
    cell = base.tariff[lines.sector, lines.importer, lines.exporter]
    duty_paid = lines.weight * (1.0 + lines.tariff) / (1.0 + cell)
    kappa = lines.iceberg_hat * (1.0 + lines.tariff_new) / (1.0 + lines.tariff)
    share = duty_paid * kappa**-theta
    return share, share / (1.0 + lines.tariff_new)


def cells_of(lines: Lines, shape: tuple[int, ...]) -> tuple[IntArray, IntArray]:
    """Return the flat positions of the cells that hold lines, and each line's place among them."""
    flat = np.ravel_multi_index((lines.sector, lines.importer, lines.exporter), shape)
    cells, place = np.unique(flat, return_inverse=True)
    return cells, place


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


def _cost_power(base: Baseline, shock: Shock, tariff_new: Array) -> Array:
    """Return kappa hat to the power -theta, [j, n, i]; exactly 1 where nothing changes."""
    power = np.ones_like(base.trade_share)
    kappa = np.ones_like(power)
    if shock.tariff_new is not None:
        kappa = (1.0 + tariff_new) / (1.0 + base.tariff)
    if shock.iceberg_hat is not None:
        kappa = kappa * shock.iceberg_hat
    changed = kappa != 1.0
    theta = np.broadcast_to(base.trade_elasticity[:, None, None], power.shape)
    power[changed] = kappa[changed] ** -theta[changed]
    return power


def _place_lines(base: Baseline, lines: Lines, share: Array, received: Array) -> None:
    """Put the bundles of lines in place of their cells' own weights (in the arrays given)."""
    shape = base.trade_share.shape
    cells, place = cells_of(lines, shape)
    weight = np.bincount(place, lines.weight)
    rate = np.bincount(place, lines.weight * lines.tariff)
    if np.abs(weight - 1.0).max() > 1e-9:
        raise InputError("the weights of a cell's lines must sum to 1")
    if np.abs(rate - base.tariff.reshape(-1)[cells]).max() > 1e-9:
        raise InputError("the base rates of a cell's lines must average to the cell's tariff")
    part, part_received = line_weights(base, lines)
    pi = base.trade_share.reshape(-1)[cells]
    share.reshape(-1)[cells] = pi * np.bincount(place, part)
    received.reshape(-1)[cells] = pi * np.bincount(place, part_received)


def _log_or_zero(hat: Array | None, shape: tuple[int, ...]) -> Array:
    return np.zeros(shape) if hat is None else np.log(hat)
