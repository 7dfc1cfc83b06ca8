"""What a change is worth: exact, and to first order (MODEL.md). Arrays [j, n] and [j, n, i]."""

from __future__ import annotations

import numpy as np

from countervail.core.model import Array


def exact_welfare(income_hat: Array, price_hat: Array, final_share: Array) -> Array:
    """Return 1 + W hat[n] = I hat / prod_j P_j^alpha_j: the exact equivalent variation.

    Args:
        income_hat: income per head over its first state, [n].
        price_hat: duty-paid prices over their first state, [j, n].
        final_share: alpha[j, n].
    """
    return np.asarray(income_hat / consumption_price(price_hat, final_share))


def consumption_price(price_hat: Array, final_share: Array) -> Array:
    """Return the consumption price index, prod_j P_j^alpha_j, [n]."""
    return np.asarray(np.exp((final_share * np.log(price_hat)).sum(axis=0)))


def terms_of_trade(trade: Array, cost_hat: Array, income: Array) -> Array:
    """Return the first-order terms-of-trade part of welfare, [n] (Caliendo and Parro, eq. 19).

    Each country's export prices, weighted by its exports, less its import prices, weighted by its
    imports, over income; all at first-state values.
    """
    gain = cost_hat - 1.0
    sold = (trade.sum(axis=1) * gain).sum(axis=0)
    bought = np.einsum("jni,ji->n", trade, gain)
    return np.asarray((sold - bought) / income)


def volume_of_trade(duty: Array, duty_new: Array, cost_hat: Array, income: Array) -> Array:
    """Return the first-order volume-of-trade part of welfare, [n] (Caliendo and Parro, eq. 19).

    Args:
        duty: t X at first-state rates and first-state trade [j, n, i]; lines of a cell summed, each
            at its own rate.
        duty_new: t X' at first-state rates and second-state trade, likewise.
        cost_hat: unit costs over their first state, [j, i].
        income: first-state income, [n].
    """
    growth = duty_new - duty * cost_hat[:, None, :]
    return np.asarray(growth.sum(axis=(0, 2)) / income)
