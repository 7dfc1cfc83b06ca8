"""Training: steps on passages of a like length, each smaller, until the time given is over."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import optax

from countervail.reading.encoded.net import Net
from net_build.batches import Batch, batch, grouped
from net_build.model import FROZEN, Weights, answers, encoded, loss
from net_build.questions import Passage

RATE_ENCODER, RATE_ASKED = 1.2e-4, 1e-3
"""Largest steps of what is begun from, and of what is new."""
WARM = 150
"""Steps in which they grow to that."""
DECAY = 0.01
LONGEST = 1.0
"""Longest slope that is followed whole."""
SHOWN = 100


@dataclass(frozen=True)
class Plan:
    """How long and how far is learned.

    Attributes:
        minutes: after which it ends; an interruption ends it too, and keeps what was learned.
        size: of the largest step, against that of a first fit.
        seed: of the order of the passages, and of what is dropped.
    """

    minutes: float
    size: float
    seed: int


def trained(
    net: Net, w: Weights, some: Sequence[Passage], new: Sequence[str], plan: Plan
) -> Weights:
    """Return weights learned from passages.

    Args:
        net: names of the classes.
        w: weights to begin with.
        some: the passages.
        new: names of weights that were not begun from.
        plan: how long and how far.
    """
    frozen = {name: w[name] for name in FROZEN}
    learned = {name: a for name, a in w.items() if name not in FROZEN}
    steps = _steps({name: "new" if name in new else "old" for name in learned})
    state = steps.init(learned)

    def one(learned: Weights, state: Any, b: Batch, key: Any, size: float) -> Any:
        lost, slope = jax.value_and_grad(loss)(learned, frozen, b, key)
        moves, state = steps.update(slope, state, learned)
        moves = jax.tree.map(lambda move: move * size, moves)
        return optax.apply_updates(learned, moves), state, lost

    step, lost = jax.jit(one), []
    start, rng = time.monotonic(), np.random.default_rng(plan.seed)
    key = jax.random.key(plan.seed, impl="unsafe_rbg")
    try:
        for n, group in enumerate(_for_ever(some, rng), 1):
            done = (time.monotonic() - start) / (60 * plan.minutes)
            if done >= 1:
                break
            key, used = jax.random.split(key)
            size = plan.size * min(1.0, n / WARM) * (1 - done)
            learned, state, now = step(learned, state, batch(net, group, rng), used, size)
            lost.append(float(now))
            if n % SHOWN == 0:
                sys.stderr.write(f"step {n}, {done:.0%}: {np.mean(lost[-SHOWN:]):.3f}\n")
    except KeyboardInterrupt:
        sys.stderr.write(f"stopped after {len(lost)} steps\n")
    return {**learned, **frozen}


def _steps(labels: dict[str, str]) -> Any:
    """Return the rule of steps: Adam with decay, of two sizes, after long slopes are cut."""
    kinds = {"old": RATE_ENCODER, "new": RATE_ASKED}
    rules = {k: optax.adamw(r, b2=0.995, weight_decay=DECAY) for k, r in kinds.items()}
    return optax.chain(optax.clip_by_global_norm(LONGEST), optax.multi_transform(rules, labels))


def _for_ever(some: Sequence[Passage], rng: np.random.Generator) -> Iterator[list[Passage]]:
    while True:
        yield from grouped(some, rng)


def told(net: Net, w: Weights, some: Sequence[Passage]) -> str:
    """Return how often the likeliest answer is right on passages."""
    ask = jax.jit(lambda b: answers(w, encoded(w, b), b))
    right: dict[str, float] = {}
    every: dict[str, float] = {}
    for group in grouped(some, np.random.default_rng(0)):
        b = batch(net, group, None)
        said = {name: np.asarray(a) for name, a in ask(b).items()}
        for name, score in said.items():
            learn = b[f"learn {name}"] > 0
            if name in {"instruments", "statuses", "rates"}:
                best = score.argmax(-1)[..., None]
                hit = np.take_along_axis(b[name], best, -1)[..., 0] > 0
            else:
                there = (b["good is"] if name == "goods" else b["codes"])[:, None] > 0
                hit = (((score > 0) & there) == (b[name] > 0)).all(-1)
            right[name] = right.get(name, 0.0) + float((hit & learn).sum())
            every[name] = every.get(name, 0.0) + float(learn.sum())
    return ", ".join(f"{name} {right[name] / max(every[name], 1):.3f}" for name in right)


def as_arrays(w: Weights) -> dict[str, Any]:
    """Return weights as NumPy arrays."""
    return {name: np.asarray(a) for name, a in w.items()}
