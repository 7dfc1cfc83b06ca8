"""The encoder and what is asked of it in JAX: as ``countervail.reading.encoded``, for many at once.

``tests/reading/test_encoded.py`` holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from countervail.reading.encoded.encoder import HEADS, LEAST
from countervail.reading.encoded.heard import FAR
from countervail.reading.encoded.windows import PLACES

WIDTH = 384
ASKED = 128
"""Numbers that a question is told by."""
PAIR = 64
"""Numbers by which a question and a place are held together."""
PARTS = "MAGX"
"""Takers, struck, goods and rates."""
NEVER = -1e9
DROP, DROP_ASKED, DROP_WORDS = 0.1, 0.2, 0.05

Weights = dict[str, Any]
FROZEN = ("words", "positions")
"""What is not learned: the words of the encoder begun from."""


def begun(base: Mapping[str, Any], sizes: Mapping[str, int], seed: int) -> Weights:
    """Return weights to begin with.

    Args:
        base: those of the encoder begun from.
        sizes: how many kinds, roles, clauses, instruments and statuses there are.
        seed: of the others.
    """
    rng = np.random.default_rng(seed)

    def some(*shape: int, scale: float | None = None) -> Any:
        return rng.normal(size=shape).astype(np.float32) * (scale or shape[0] ** -0.5)

    w: Weights = dict(base)
    for name, kind in (("T", "kinds"), ("R", "roles"), ("C", "clauses")):
        w[name] = some(sizes[kind] + 1, WIDTH, scale=0.02)
    w["E"] = some(PLACES + 1, WIDTH, scale=0.04)
    w |= {"PA": some(WIDTH, 2), "P1": some(4 * WIDTH, ASKED), "P1b": np.zeros(ASKED, np.float32)}
    w |= {"PR": some(WIDTH, ASKED), "P0": some(ASKED, scale=0.1)}
    for name, kind in (("I2", "instruments"), ("S2", "statuses")):
        w[name] = some(ASKED, sizes[kind]) / 2
        w[f"{name}b"] = np.zeros(sizes[kind], np.float32)
    w |= {"N": some(ASKED, scale=0.1), "N0": np.zeros((), np.float32)}
    for part in PARTS:
        w |= {f"{part}h": some(WIDTH, PAIR), f"{part}q": some(ASKED, PAIR)}
        w |= {
            f"{part}d": some(3 * (2 * FAR + 1), PAIR, scale=0.1),
            f"{part}o": some(PAIR, scale=0.2),
        }
        w |= {f"{part}b": np.zeros(PAIR, np.float32), f"{part}o0": np.float32(-1.0)}
    return {name: jnp.asarray(a) for name, a in w.items()}


def layers(w: Mapping[str, Any]) -> int:
    """Return how many layers weights have."""
    return sum(name.endswith("qw") for name in w)


def _drop(key: Any, x: Any, share: float) -> Any:
    if key is None:
        return x
    return x * jax.random.bernoulli(key, 1 - share, x.shape) / (1 - share)


def _normed(x: Any, gain: Any, shift: Any) -> Any:
    x = x - x.mean(-1, keepdims=True)
    return x / jnp.sqrt((x * x).mean(-1, keepdims=True) + LEAST) * gain + shift


def encoded(w: Weights, b: Mapping[str, Any], key: Any = None) -> Any:
    """Return the vectors [passage, piece, 384]."""
    n, size = b["pieces"].shape
    keys = iter([None] * 99 if key is None else list(jax.random.split(key, 99)))
    words, lost = w["words"][b["pieces"]], next(keys)
    if lost is not None:
        words = words * jax.random.bernoulli(lost, 1 - DROP_WORDS, (n, size, 1))
    x = words + w["positions"][:size]
    x = x + w["T"][b["kinds"]] + w["R"][b["roles"]] + w["C"][b["clauses"]] + w["E"][b["places"]]
    x = _drop(next(keys), _normed(x, w["en"], w["eb"]), DROP)
    away = (1 - b["there"])[:, None, None, :] * NEVER
    for k in range(layers(w)):
        x = _normed(x + _drop(next(keys), _attended(w, k, x, away), DROP), w[f"{k}ng"], w[f"{k}nc"])
        y = jax.nn.gelu(x @ w[f"{k}iw"] + w[f"{k}ib"], approximate=True)
        y = y @ w[f"{k}dw"] + w[f"{k}db"]
        x = _normed(x + _drop(next(keys), y, DROP), w[f"{k}mg"], w[f"{k}mc"])
    return x


def _attended(w: Weights, k: int, x: Any, away: Any) -> Any:
    n, size, width = x.shape
    q, key, v = (
        (x @ w[f"{k}{a}w"] + w[f"{k}{a}b"])
        .reshape(n, size, HEADS, width // HEADS)
        .transpose(0, 2, 1, 3)
        for a in "qkv"
    )
    share = jax.nn.softmax(q @ key.transpose(0, 1, 3, 2) / np.sqrt(width // HEADS) + away, -1)
    taken = (share @ v).transpose(0, 2, 1, 3).reshape(n, size, width)
    return taken @ w[f"{k}ow"] + w[f"{k}ob"]


def answers(w: Weights, x: Any, b: Mapping[str, Any], key: Any = None) -> dict[str, Any]:
    """Return how much speaks for each answer to each question.

    ``instruments``, ``statuses``: of each class; ``takers``, ``struck``: of each country's number;
    ``goods``, ``rates``: of each place, of rates also that there is none.
    """
    keys = [None, None] if key is None else list(jax.random.split(key))
    plain = _plain(w, x, b)
    rate = jnp.where(
        (b["rate"] >= 0)[..., None], _at(x, jnp.maximum(b["rate"], 0)) @ w["PR"], w["P0"]
    )
    whole = _drop(keys[0], jnp.tanh(plain + rate), DROP_ASKED)
    bare = _drop(keys[1], jnp.tanh(plain + w["P0"]), DROP_ASKED)
    rates = jnp.where(b["rate is"][:, None] > 0, _of_places(w, x, b, "X", "rate at", bare), NEVER)
    none = (bare @ w["N"] + w["N0"])[..., None]
    return {
        "instruments": whole @ w["I2"] + w["I2b"],
        "statuses": whole @ w["S2"] + w["S2b"],
        "takers": _of_codes(_of_places(w, x, b, "M", "place at", whole), b),
        "struck": _of_codes(_of_places(w, x, b, "A", "place at", whole), b),
        "goods": _of_places(w, x, b, "G", "good at", whole),
        "rates": jnp.concatenate([rates, none], -1),
    }


def _at(x: Any, at: Any) -> Any:
    return jnp.take_along_axis(x, at[..., None], 1)


def _plain(w: Weights, x: Any, b: Mapping[str, Any]) -> Any:
    where = jnp.arange(x.shape[1])
    inside = (where >= b["lo"][..., None]) & (where < b["hi"][..., None])
    score = (x @ w["PA"]).transpose(0, 2, 1)[:, None]
    share = jax.nn.softmax(jnp.where(inside[:, :, None], score, NEVER), -1)
    most = jnp.einsum("nqkt,nth->nqkh", share, x).reshape(*b["lo"].shape, -1)
    first = _at(x, b["lo"])
    start = jnp.broadcast_to(x[:, :1], first.shape)
    return jnp.concatenate([most, first, start], -1) @ w["P1"] + w["P1b"]


def _of_places(w: Weights, x: Any, b: Mapping[str, Any], part: str, name: str, asked: Any) -> Any:
    at = b[name]
    where, lo, hi = at[:, None, :], b["lo"][..., None], b["hi"][..., None]
    side = jnp.where(where < lo, 1, jnp.where(where < hi, 0, 2))
    number = jnp.take_along_axis(b["sentence"], b["lo"], 1)
    apart = jnp.take_along_axis(b["sentence"], at, 1)[:, None] - number[..., None]
    far = w[f"{part}d"][side * (2 * FAR + 1) + jnp.clip(apart, -FAR, FAR) + FAR]
    line = (_at(x, at) @ w[f"{part}h"])[:, None] + (asked @ w[f"{part}q"])[:, :, None]
    return jnp.tanh(line + far + w[f"{part}b"]) @ w[f"{part}o"] + w[f"{part}o0"]


def _of_codes(score: Any, b: Mapping[str, Any]) -> Any:
    """Return how much speaks for each country's number, by all places where it is named."""
    held = jax.nn.one_hot(b["place of"] - 1, PLACES).transpose(0, 2, 1)[:, None]
    return jax.nn.logsumexp(jnp.where(held > 0, score[:, :, None], NEVER), -1)


def loss(learned: Weights, frozen: Weights, b: Mapping[str, Any], key: Any = None) -> Any:
    """Return how unlikely what is right is, a question."""
    w = {**learned, **frozen}
    keys = [None, None] if key is None else list(jax.random.split(key))
    said = answers(w, encoded(w, b, keys[0]), b, keys[1])
    lost = 0.0
    for name, share in (("instruments", 0.7), ("statuses", 1.0), ("rates", 0.7)):
        hit = jnp.sum(jax.nn.softmax(said[name]) * b[name], -1)
        lost -= share * (jnp.log(hit + 1e-9) * b[f"learn {name}"]).sum()
    for name, there, share in (
        ("takers", b["codes"], 1.0),
        ("struck", b["codes"], 1.0),
        ("goods", b["good is"], 0.5),
    ):
        there = there[:, None]
        each = _two(jnp.where(there > 0, said[name], 0.0), b[name]) * there
        lost += share * (each.sum(-1) * b[f"learn {name}"]).sum()
    return lost / b["learn instruments"].sum()


def _two(score: Any, right: Any) -> Any:
    """Return the log of how unlikely yes or no is."""
    return jnp.maximum(score, 0) - score * right + jnp.log1p(jnp.exp(-jnp.abs(score)))
