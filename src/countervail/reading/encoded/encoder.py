"""The encoder: every piece of a stretch of text as a vector that knows the pieces around it.

A transformer (Vaswani et al. 2017, Attention is all you need) with the norms behind its parts, as
in BERT (Devlin et al. 2019), in NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import Any

import numpy as np

from countervail.reading.encoded.net import Array, Net

HEADS = 12
"""Heads of attention."""
LEAST = 1e-12

Numbers = np.ndarray[Any, np.dtype[np.int32]]


@dataclass(frozen=True)
class Stretch:
    """A stretch of text as numbers, each [piece].

    Attributes:
        pieces, kinds, roles, clauses: what each piece is.
        places: number of its country or group among those of the stretch, from 1; 0 is none.
    """

    pieces: Numbers
    kinds: Numbers
    roles: Numbers
    clauses: Numbers
    places: Numbers


def encoded(net: Net, it: Stretch) -> Array:
    """Return the vectors [piece, 384] of a stretch."""
    w = net.w
    x = w["words"][it.pieces] + w["positions"][: len(it.pieces)]
    x = x + w["T"][it.kinds] + w["R"][it.roles] + w["C"][it.clauses] + w["E"][it.places]
    x = _normed(x, w["en"], w["eb"])
    for n in range(net.layers):
        x = _normed(x + _attended(net, n, x), w[f"{n}ng"], w[f"{n}nc"])
        x = _normed(x + _fed(net, n, x), w[f"{n}mg"], w[f"{n}mc"])
    return x


def _attended(net: Net, n: int, x: Array) -> Array:
    """Return what each piece takes from the others."""
    size = x.shape[1] // HEADS
    q, k, v = (_line(net, f"{n}{a}", x).reshape(-1, HEADS, size).transpose(1, 0, 2) for a in "qkv")
    share = softmax((q / np.float32(sqrt(size))) @ k.transpose(0, 2, 1))
    taken = (share @ v).transpose(1, 0, 2).reshape(x.shape)
    return _line(net, f"{n}o", taken)


def _fed(net: Net, n: int, x: Array) -> Array:
    """Return what each piece makes of itself."""
    y = _line(net, f"{n}i", x)
    y = y * np.float32(0.5) * (1 + np.tanh(np.float32(sqrt(2 / pi)) * (y + 0.044715 * y * y * y)))
    return _line(net, f"{n}d", y)


def _line(net: Net, name: str, x: Array) -> Array:
    y: Array = x @ net.w[f"{name}w"] + net.w[f"{name}b"]
    return y


def _normed(x: Array, gain: Array, shift: Array) -> Array:
    x = x - x.mean(axis=-1, keepdims=True)
    y: Array = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + LEAST) * gain + shift
    return y


def softmax(x: Any) -> Array:
    """Return shares by the last axis that are as the exponentials."""
    share: Array = np.asarray(x - x.max(axis=-1, keepdims=True), np.float32)
    np.exp(share, out=share)
    share /= share.sum(axis=-1, keepdims=True)
    return share
