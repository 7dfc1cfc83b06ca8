"""The paper's 1993 data as published, and the step that makes an equilibrium of them.

The raw table is not an equilibrium: final spending computed as expenditure less intermediate use is
negative in some cells. The paper sets those to zero, rescales the others, and solves its model once
without any shock: the table so balanced is where its counterfactuals start. That solve takes final
shares as given, so it cannot be asked of a World (whose final shares follow from its accounts); it
is written out here, a plain damped iteration in changes.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WORDS = (
    "ARG AUS AUT BRA CAN CHL CHN DNK FIN FRA DEU GRC HUN IND IDN IRL "
    "ITA JPN KOR MEX NLD NZL NOR PRT ZAF ESP SWE TUR GBR USA ROW"
)
COUNTRIES = tuple(WORDS.split())
TRADABLE, SECTORS = 20, 40
NONTRADABLE_ELASTICITY = 8.22
"""Of the 20 sectors without trade; with no trade in them it plays no part."""


class RawTable(NamedTuple):
    """The data of 1993, turned to the axes of Countervail; not an equilibrium.

    Attributes:
        trade: purchases at producer prices, USD million, [exporter, importer, sector].
        tariff: rates of 1993, [exporter, importer, sector].
        tariff_2005: rates of 2005, likewise.
        input_share: duty-paid inputs in output, [country, input sector, using sector].
        final_share: the paper's final shares, negatives clipped, [country, sector].
        trade_elasticity: theta, [sector].
        clipped: by country, the negative final spending set to zero, as a share of the rest.
    """

    trade: Array
    tariff: Array
    tariff_2005: Array
    input_share: Array
    final_share: Array
    trade_elasticity: Array
    clipped: Array


def read(folder: Path) -> RawTable:
    """Return the published data files as one table.

    Args:
        folder: holds the seven text files that README.md names.

    Raises:
        FileNotFoundError: one of them is missing.
    """
    home = range(len(COUNTRIES))
    trade = _cube(folder / "xbilat1993.txt") / 1e3  # USD thousand
    tariff = _cube(folder / "tariffs1993.txt") / 100.0  # per cent
    output = np.loadtxt(folder / "GO.txt").T / 1e6  # USD
    value_added_share = np.loadtxt(folder / "B.txt").T
    exports = trade.sum(axis=1)
    output = np.maximum(output, exports)
    trade[home, home] = output - exports

    # 31 blocks of 40 rows: input sector by using sector, shares in intermediate spending. One entry
    # is -0.0008, columns are off one by up to 7e-7, and a sector without inputs has a zero column.
    blocks = np.loadtxt(folder / "IO.txt").reshape(len(COUNTRIES), SECTORS, SECTORS).clip(min=0.0)
    total = blocks.sum(axis=1, keepdims=True)
    input_share = blocks / np.where(total > 0, total, 1.0) * (1.0 - value_added_share)[:, None]

    final = (trade * (1.0 + tariff)).sum(axis=0) - np.einsum("nkj,nj->nk", input_share, output)
    kept = final.clip(min=0.0)
    elasticity = np.full(SECTORS, NONTRADABLE_ELASTICITY)
    elasticity[:TRADABLE] = np.loadtxt(folder / "T.txt")
    return RawTable(
        trade,
        tariff,
        _cube(folder / "tariffs2005.txt") / 100.0,
        input_share,
        kept / kept.sum(axis=1, keepdims=True),
        elasticity,
        (kept - final).sum(axis=1) / kept.sum(axis=1),
    )


def _cube(path: Path) -> Array:
    """Return a stack of 20 importer-by-exporter tables as [exporter, importer, 40 sectors]."""
    size = len(COUNTRIES)
    stack = np.loadtxt(path).reshape(TRADABLE, size, size)
    cube = np.zeros((size, size, SECTORS))
    cube[:, :, :TRADABLE] = stack.transpose(2, 1, 0)
    return cube


def balance(table: RawTable, tolerance: float = 1e-14, most: int = 5_000) -> Array:
    """Return the trade of the equilibrium at the table's own shares, tariffs and deficits.

    Args:
        table: the raw table.
        tolerance: largest relative step of wages, prices or spending.
        most: iterations at most.

    Raises:
        ArithmeticError: it did not converge.
    """
    duty = 1.0 + table.tariff
    bought = (table.trade * duty).sum(axis=0)
    share = np.divide(table.trade * duty, bought, out=np.zeros_like(table.trade), where=bought > 0)
    labour_share = 1.0 - table.input_share.sum(axis=1)
    value_added = (labour_share * table.trade.sum(axis=1)).sum(axis=1)
    deficit = table.trade.sum(axis=(0, 2)) - table.trade.sum(axis=(1, 2))

    wage, price, spending = np.ones_like(value_added), np.ones_like(bought), bought
    for _ in range(most):
        cost = np.exp(
            labour_share * np.log(wage)[:, None]
            + np.einsum("nkj,nk->nj", table.input_share, np.log(price))
        )
        landed = share * cost[:, None] ** -table.trade_elasticity
        total = np.where(bought > 0, landed.sum(axis=0), 1.0)
        flows = landed / total * spending / duty
        output = flows.sum(axis=1)
        income = wage * value_added + (table.tariff * flows).sum(axis=(0, 2)) + deficit
        needed = table.final_share * income[:, None] + np.einsum(
            "nkj,nj->nk", table.input_share, output
        )
        hired = (labour_share * output).sum(axis=1)
        raised = wage * (1.0 + 0.3 * (hired / (wage * value_added) - 1.0))
        raised *= value_added.sum() / (raised * value_added).sum()
        lowered = total ** (-1.0 / table.trade_elasticity)
        step = max(
            float(np.abs(new / np.where(old > 0, old, 1.0) - (old > 0)).max())
            for new, old in ((raised, wage), (lowered, price), (needed, spending))
        )
        wage, price, spending = raised, lowered, needed
        if step <= tolerance:
            return np.asarray(flows)
    raise ArithmeticError(f"the table was not balanced: the last step was {step:.1e}")
