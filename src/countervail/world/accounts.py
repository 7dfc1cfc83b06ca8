"""What follows from the four primitives of a world: its accounts (docs/theory.md, Baseline).

Plain arrays only. Axes: exporter i, importer n (both countries), sector j; ``input_share`` is
(country n, input sector k, using sector j).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ROUNDING_PART = 1e-9
"""Use of a product beyond what is bought, up to this part of it, is rounding and is trimmed."""


class Accounts(NamedTuple):
    """Derived baseline accounts, USD million unless a share.

    Attributes:
        gross_output: Y[n, j].
        value_added_share: gamma[n, j]; 1 where nothing is produced.
        value_added: VA[n].
        expenditure: X[n, j], tariff-inclusive.
        trade_share: pi[i, n, j]; 0 in a market nobody buys in.
        revenue: R[n].
        intermediate: use of j as input in n, duty-paid, [n, j].
        final_spending: F[n, j].
        final_share: alpha[n, j].
        deficit: D[n], imports minus exports.
        income: I[n] = VA + R + D.
    """

    gross_output: Array
    value_added_share: Array
    value_added: Array
    expenditure: Array
    trade_share: Array
    revenue: Array
    intermediate: Array
    final_spending: Array
    final_share: Array
    deficit: Array
    income: Array


def derive(trade: Array, tariff: Array, input_share: Array) -> Accounts:
    """Return the accounts that follow from the primitives.

    Args:
        trade: X[i, n, j], USD million at producer prices.
        tariff: t[i, n, j], a rate.
        input_share: gamma[n, k, j].
    """
    duty_paid = trade * (1.0 + tariff)
    gross_output = trade.sum(axis=1)
    expenditure = duty_paid.sum(axis=0)
    trade_share = duty_paid / np.where(expenditure > 0, expenditure, 1.0)
    value_added_share = 1.0 - input_share.sum(axis=1)
    value_added = (value_added_share * gross_output).sum(axis=1)
    intermediate = np.einsum("nkj,nj->nk", input_share, gross_output)
    final_spending = expenditure - intermediate
    # what is left of a cell whose use was trimmed to what is bought is rounding, or what a solved
    # table's residual leaves: nobody's spending
    final_spending[np.abs(final_spending) <= ROUNDING_PART * intermediate] = 0.0
    revenue = (trade * tariff).sum(axis=(0, 2))
    deficit = trade.sum(axis=(0, 2)) - trade.sum(axis=(1, 2))
    total = final_spending.sum(axis=1, keepdims=True)
    final_share = np.divide(
        final_spending, total, out=np.zeros_like(final_spending), where=total > 0
    )
    return Accounts(
        gross_output,
        value_added_share,
        value_added,
        expenditure,
        trade_share,
        revenue,
        intermediate,
        final_spending,
        final_share,
        deficit,
        value_added + revenue + deficit,
    )


def trim_rounding(trade: Array, tariff: Array, input_share: Array) -> Array:
    """Return input shares without rounding: no idle producer buys, no use exceeds supply by a hair.

    Where use of a product exceeds what is bought by at most ``ROUNDING_PART`` of it, the inputs of
    that product are scaled down to what is bought, so that the accounts close exactly.
    """
    bought = (trade * (1.0 + tariff)).sum(axis=0)
    return trimmed(trade.sum(axis=1), bought, input_share)


def trimmed(gross_output: Array, bought: Array, input_share: Array) -> Array:
    """Return input shares without rounding, as ``trim_rounding`` does, from sums of trade.

    Args:
        gross_output: Y[n, j].
        bought: duty-paid, [n, j].
        input_share: gamma[n, k, j].
    """
    shares = np.where(gross_output[:, None, :] > 0, input_share, 0.0)
    used = np.einsum("nkj,nj->nk", shares, gross_output)
    hair = (used > bought) & (used <= bought * (1.0 + ROUNDING_PART))
    scale = np.where(hair, bought / np.where(used > 0, used, 1.0), 1.0)
    return np.asarray(shares * scale[:, :, None])


def rebalance(trade: Array, tariff: Array, input_share: Array) -> tuple[Array, Array]:
    """Return input shares under which the table closes, and what was freed, USD million [n, k].

    Inputs of a product in excess of what is bought are scaled down in proportion; a producer whose
    inputs leave less than 2 per cent of output as value added has its inputs scaled down to that.
    """
    shares = trim_rounding(trade, tariff, input_share)
    before = shares
    inputs = shares.sum(axis=1)
    shares = shares * np.where(inputs > 0.98, 0.98 / np.where(inputs > 0, inputs, 1), 1.0)[:, None]
    gross_output = trade.sum(axis=1)
    bought = (trade * (1.0 + tariff)).sum(axis=0)
    used = np.einsum("nkj,nj->nk", shares, gross_output)
    shares = shares * np.where(used > bought, bought / np.where(used > 0, used, 1), 1.0)[..., None]
    freed = np.einsum("nkj,nj->nk", before - shares, gross_output)
    return shares, freed
