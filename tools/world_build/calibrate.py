"""Input shares at duty-paid prices, cleaned so that the world closes; every change is logged."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from world_build.inputs import Tables

Array = NDArray[np.float64]
LEFT = 0.02  # value added left to a producer whose inputs would exceed its output


class Calibration(NamedTuple):
    """The primitives as they are shipped (float32), and what was changed on the way."""

    trade: NDArray[np.float32]
    tariff: NDArray[np.float32]
    input_share: NDArray[np.float32]
    log: tuple[str, ...]


def calibrate(tables: Tables, tariff: Array) -> Calibration:
    """Return rounded primitives under which no product is used beyond what is bought.

    ``input_share[n, s, k] = TT[n, s, k] (1 + pooled duty[n, s]) / output[n, k]``, the pooled duty
    being trade-weighted over all origins, home included. Trade and tariffs are rounded to float32
    first, shares are computed from the rounded values and rounded down.
    """
    log: list[str] = []
    X = tables.X.copy()
    if (X < 0).any():
        log.append(f"{int((X < 0).sum())} negative sales set to zero")
        X = np.maximum(X, 0.0)
    small_trade, small_tariff = X.astype(np.float32), tariff.astype(np.float32)
    X, t = small_trade.astype(np.float64), small_tariff.astype(np.float64)
    output, bought = X.sum(axis=1), X.sum(axis=0)
    TT = np.where(output[:, None, :] > 0, tables.TT, 0.0)
    idle = int((output <= 0).sum())
    log.append(f"{idle} producers without output: no inputs, value added share 1")
    TT = _within_supply(TT, bought, tables, log)
    pooled = np.divide((X * t).sum(axis=0), bought, out=np.zeros_like(bought), where=bought > 0)
    inputs = TT * (1.0 + pooled)[:, :, None]
    share = np.divide(
        inputs, output[:, None, :], out=np.zeros_like(inputs), where=output[:, None, :] > 0
    )
    share = _within_output(share, tables, log)
    return Calibration(small_trade, small_tariff, _round_down(share), tuple(log))


def _within_supply(TT: Array, bought: Array, tables: Tables, log: list[str]) -> Array:
    """Scale the inputs of a product that is used beyond what is bought: final use is then zero."""
    used = TT.sum(axis=2)
    short = used > bought
    for n, s in np.argwhere(short & (used - bought > 0.05)):
        log.append(
            f"{tables.countries[n]} {tables.sectors[s]}: final use {bought[n, s] - used[n, s]:.1f} "
            "USD mn (inventories or rounding) set to zero"
        )
    if not short.any():
        log.append("no product is used beyond what is bought: no negative final use")
    rest = int((short & (used - bought <= 0.05)).sum())
    if rest:
        log.append(f"{rest} further cells of final use between -0.05 and 0 USD mn set to zero")
    scale = np.where(short, bought / np.where(used > 0, used, 1.0), 1.0)
    return np.asarray(TT * scale[:, :, None])


def _within_output(share: Array, tables: Tables, log: list[str]) -> Array:
    """Scale the inputs of a producer that exceed its output; what it frees goes to final use."""
    total = share.sum(axis=1)
    over = total > 1.0
    for n, k in np.argwhere(over):
        log.append(
            f"{tables.countries[n]} {tables.sectors[k]}: inputs {total[n, k]:.3f} of output scaled "
            f"to {1 - LEFT:.2f}; the rest goes to final use"
        )
    scale = np.where(over, (1.0 - LEFT) / np.where(over, total, 1.0), 1.0)
    return np.asarray(share * scale[:, None, :])


def _round_down(values: Array) -> NDArray[np.float32]:
    small = values.astype(np.float32)
    down = np.nextafter(small, np.float32(0.0))
    return np.where(small.astype(np.float64) > values, down, small)
