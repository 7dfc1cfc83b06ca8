"""What a change is worth to first order (docs/theory.md, Welfare). Arrays [j, n] and [j, n, i]."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from countervail.core.model import Array


class Levied(NamedTuple):
    """Taxes on trade at first-state rates, on the trade of both states, [j, n, i].

    Attributes:
        paid: on first-state trade; lines of a cell summed, each at its own rate.
        paid_new: on second-state trade, still at first-state rates, likewise.
        price_hat: price they are levied on, over its first state; [j, n, i] or [j, 1, i].
    """

    paid: Array
    paid_new: Array
    price_hat: Array

    @property
    def growth(self) -> Array:
        """What volumes, and not prices, add to them, [j, n, i]."""
        return np.asarray(self.paid_new - self.paid * self.price_hat)


def terms_of_trade(border: Array, price_hat: Array, income: Array) -> Array:
    """Return the first-order terms-of-trade part of welfare, [n].

    Each country's export prices, weighted by its exports, less its import prices, weighted by its
    imports, over income; all at first-state values and at the border, export taxes included: what
    they add to the price is earned abroad (Caliendo and Parro 2015, equation 19, where there are
    none).

    Args:
        border: trade at border prices [j, n, i].
        price_hat: border price over its first state: the seller's cost, and 1 + its export tax;
            [j, n, i], or [j, 1, i] where it is the same to every buyer.
        income: [n].
    """
    dearer = border * (price_hat - 1.0)
    return np.asarray((dearer.sum(axis=(0, 1)) - dearer.sum(axis=(0, 2))) / income)


def volume_of_trade(tariffs: Levied, export_taxes: Levied | None, income: Array) -> Array:
    """Return the first-order volume-of-trade part of welfare, [n].

    What the growth of volumes adds to each treasury at first-state rates and prices: on imports
    t B (q hat - 1) (Caliendo and Parro 2015, equation 19), on exports e c q (q hat - 1). A tax
    drives a wedge between what a unit is worth to its buyer and what it cost its seller, and every
    unit more or less is worth the wedge to the country that collects it.

    Args:
        tariffs: levied by importers on border prices.
        export_taxes: levied by exporters on unit costs; None where the first state has none.
        income: [n].
    """
    volume = tariffs.growth.sum(axis=(0, 2))
    if export_taxes is not None:
        volume = volume + export_taxes.growth.sum(axis=(0, 1))
    return np.asarray(volume / income)
