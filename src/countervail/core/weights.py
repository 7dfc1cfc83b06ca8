"""Preparing the trade weights of a solve: A = pi kappa^-theta and At = A / (1 + t').

See docs/theory.md, Tariff lines. Done once a solve, on NumPy whatever the engine: powers are taken
only in the cells whose cost changes. What weights owe to tariffs and costs, to first order, is in
``levers``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.core.known import KEPT_BASELINES, Known
from countervail.core.model import Array, Baseline, IntArray, Lines, Patch, Shock, Weights
from countervail.core.patched import Patched
from countervail.core.uses import households, in_rows, spread
from countervail.errors import InputError, NoEquilibrium

NO_SUPPLIER = (
    "{sector} in {country} has buyers but no supplier left: every source is banned, so no price "
    "clears the market"
)
NO_INPUT = (
    "{sector} in {country} has no supplier left, and the producers who cannot do without it would "
    "have to close, which the model does not follow: take them out of the world, or leave a source"
)


def prepare(base: Baseline, shock: Shock) -> Weights:
    """Return what stays fixed during the solve of one state.

    Powers are taken only where a cost changes: most cells keep their share exactly. A market left
    without any supplier is not active.

    Raises:
        InputError: lines whose weights or base rates do not add up to their cell.
    """
    base, shock = in_rows(base, shock)
    change = patch(base, shock)
    arrived, levied = _arrived(Known(base))
    share, border = base.trade_share.copy(), arrived.copy()
    share.reshape(-1)[change.cells] = change.share
    border.reshape(-1)[change.cells] = change.border
    countries = len(base.value_added)
    levied = levied.copy()
    levied[change.cells[change.share != change.border] // countries**2] = True
    received, export_taxed = border, np.zeros(0, dtype=np.intp)
    if shock.export_tax is not None:
        received = border.copy()
        received.reshape(-1)[change.cells] = change.received
        export_taxed = np.flatnonzero((received != border).any(axis=(1, 2)))
    taxed = np.flatnonzero(levied)
    matrices = share, border, received
    found = assemble(base, matrices, taxed, export_taxed, _endowments(base, [shock]))
    empty = empty_markets(base, change)
    if len(empty) == 0:
        return found
    active = found.active.copy()
    active.reshape(-1)[empty] = False
    return found._replace(active=active)


@lru_cache(maxsize=KEPT_BASELINES)
def _arrived(known: Known) -> tuple[Array, NDArray[np.bool_]]:
    """Return what of baseline purchases arrives at the border, and sectors with any tariff."""
    base = known.base
    return base.trade_share / (1.0 + base.tariff), (base.tariff != 0.0).any(axis=(1, 2))


def patch(base: Baseline, shock: Shock) -> Patch:
    """Return the cells a shock changes and their weights; nothing is assumed of it.

    Raises:
        InputError: lines whose weights or base rates do not add up to their cell.
    """
    base, shock = in_rows(base, shock)
    if shock.lines is not None:
        refuse_broken_bundles(base, shock.lines)
    cells = changed_cells(base, shock)
    with np.errstate(over="ignore"):  # what overflows is refused below, in words
        change = cell_weights(base, shock, cells)
    if not np.isfinite(change.share).all():
        raise InputError(
            "a trade cost falls so far that its weight overflows: iceberg_hat is a ratio of costs, "
            "such as 0.9"
        )
    return change


def assemble(
    base: Baseline,
    matrices: tuple[Any, Any, Any],
    taxed: Any,
    export_taxed: Any,
    endowments: Mapping[str, Any],
) -> Weights:
    """Return the weights of a state from its trade matrices; NumPy or JAX.

    Args:
        base: baseline.
        matrices: what buyers pay, what arrives at the border, what sellers receive, [j, n, i].
        taxed: sectors in which tariffs are collected.
        export_taxed: sectors in which export taxes are.
        endowments: elasticities, productivities, labour, transfers and wages before, the state
            last.
    """
    share, border, received = matrices
    return Weights(
        share=share,
        sold=received.swapaxes(1, 2),
        taxed=taxed,
        duty=share[taxed] - border[taxed],
        export_taxed=export_taxed,
        export_duty=(border[export_taxed] - received[export_taxed]).swapaxes(1, 2),
        active=base.expenditure > 0,
        producing=spread(base.gross_output > 0, base),
        **endowments,
    )


def prepare_block(base: Baseline, shocks: Sequence[Shock], patches: Sequence[Patch]) -> Weights:
    """Return what stays fixed during the solve of states side by side, from their patches."""
    shocks = [in_rows(base, shock)[1] for shock in shocks]
    base = base.rows
    paid, countries = base.trade_share, len(base.value_added)
    border, taxed_before = _arrived(Known(base))
    cells = [change.cells for change in patches]
    duties = [change.share - change.border for change in patches]
    export_duties = [change.border - change.received for change in patches]
    levied = taxed_before.copy()
    exported = np.zeros_like(levied)
    for at, duty, export_duty in zip(cells, duties, export_duties, strict=True):
        levied[at[duty != 0.0] // countries**2] = True
        exported[at[export_duty != 0.0] // countries**2] = True
    taxed, export_taxed = np.flatnonzero(levied), np.flatnonzero(exported)
    none = np.zeros_like(paid)
    return Weights(
        share=Patched.of(paid, cells, [change.share for change in patches]),
        sold=Patched.of(border, cells, [change.received for change in patches], seller_first=True),
        taxed=taxed,
        duty=Patched.of(paid - border, cells, duties, sectors=taxed),
        export_taxed=export_taxed,
        export_duty=Patched.of(none, cells, export_duties, sectors=export_taxed, seller_first=True),
        active=base.expenditure > 0,
        producing=spread(base.gross_output > 0, base),
        **_endowments(base, shocks),
    )


def _endowments(base: Baseline, shocks: Sequence[Shock]) -> dict[str, Any]:
    """Return elasticities, productivities, labour, transfers, wages before; the state last."""
    sectors, countries = base.gross_output.shape
    given = [
        (
            elasticity(base, shock),
            _or(shock.productivity_hat, np.ones((sectors, countries))),
            _or(shock.labour_hat, np.ones(countries)),
            _or(shock.transfer, np.zeros(countries)),
            _or(shock.wage_before, np.zeros(countries)),
        )
        for shock in shocks
    ]
    theta, productivity, labour, transfer, wage_before = (
        np.stack(part, axis=-1) for part in zip(*given, strict=True)
    )
    return {
        "trade_elasticity": theta,
        "log_productivity": np.log(productivity),
        "labour_hat": labour,
        "transfer": transfer,
        "wage_before": wage_before,
    }


def _or(given: Any, default: Any) -> Any:
    return default if given is None else given


def elasticity(base: Baseline, shock: Shock) -> Any:
    """Return theta[j] of a state."""
    return base.trade_elasticity if shock.trade_elasticity is None else shock.trade_elasticity


def changed_cells(base: Baseline, shock: Shock) -> IntArray:
    """Return the flat positions of the cells whose trade costs differ from the baseline's."""
    changed = np.zeros(base.trade_share.shape, dtype=np.bool_)
    if shock.tariff_new is not None:
        changed |= shock.tariff_new != base.tariff
    if shock.iceberg_hat is not None:
        changed |= shock.iceberg_hat != 1.0
    if shock.export_tax is not None:
        changed |= shock.export_tax != 0.0
    flat = changed.reshape(-1)
    if shock.lines is not None:
        flat[cells_of(shock.lines, changed.shape)[0]] = True
    return np.flatnonzero(flat)


def cell_weights(base: Baseline, shock: Shock, cells: Any) -> Patch:
    """Return the weights of some cells: pi kappa^-theta, / (1 + t'), / ((1 + t') (1 + e'))."""

    def here(cube: Any) -> Any:
        return cube.reshape(-1)[cells]

    pi, tariff = here(base.trade_share), here(base.tariff)
    theta = elasticity(base, shock)[cells // base.trade_share[0].size]
    tariff_new = tariff if shock.tariff_new is None else here(shock.tariff_new)
    kappa = (1.0 + tariff_new) / (1.0 + tariff)
    if shock.iceberg_hat is not None:
        kappa = kappa * here(shock.iceberg_hat)
    power = kappa**-theta
    at_border = power / (1.0 + tariff_new)
    if shock.lines is not None:
        _place_lines(base, shock, cells, power, at_border)
    share, border = pi * power, pi * at_border
    if shock.export_tax is None:
        return Patch(cells, share, border, border)
    tax = 1.0 + here(shock.export_tax)
    raised = tax**-theta
    return Patch(cells, share * raised, border * raised, border * raised / tax)


def line_weights(base: Baseline, lines: Lines, trade_elasticity: Any) -> tuple[Any, Any]:
    """Return each line's part of A and of its border value over pi: s kappa^-theta, / (1 + t')."""
    theta = trade_elasticity[lines.sector]
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


def empty_markets(base: Baseline, change: Patch) -> IntArray:
    """Return the flat positions of markets in which something is bought, and no supplier left."""
    countries = len(base.value_added)
    markets = change.cells // countries
    rows, place = np.unique(markets, return_inverse=True)
    kept = base.trade_share.reshape(-1, countries)[rows] > 0
    kept[place, change.cells % countries] = change.share > 0
    empty = (base.expenditure.reshape(-1)[rows] > 0) & ~kept.any(axis=1)
    return np.asarray(rows[empty])


def refuse_closed(base: Baseline, closed: NDArray[np.bool_]) -> None:
    """Raise where something is bought that has no supplier left.

    Args:
        base: baseline.
        closed: markets whose buyers can do with nothing else [row, n].

    Raises:
        NoEquilibrium: the first such market.
    """
    if closed.any():
        row, importer = (int(at[0]) for at in np.nonzero(closed))
        wanted, sector = households(base)[row, importer], row % len(base.gross_output)
        raise NoEquilibrium(NO_SUPPLIER if wanted else NO_INPUT, country=importer, sector=sector)


def _place_lines(base: Baseline, shock: Shock, cells: Any, power: Array, at_border: Array) -> None:
    """Put bundles of lines in the place of their cells, in powers and in the same at the border.

    A bundle stands in place of its cell's own rate and cost.
    """
    lines = shock.lines
    assert lines is not None
    held, place = cells_of(lines, base.trade_share.shape)
    part, part_border = line_weights(base, lines, elasticity(base, shock))
    at = np.searchsorted(cells, held)
    power[at] = total(place, part, len(held))
    at_border[at] = total(place, part_border, len(held))


def total(place: IntArray, values: Array, size: int) -> Array:
    """Return the sums of the values that share a place."""
    return np.asarray(np.bincount(place, values, minlength=size), dtype=np.float64)
