"""Passages of a like length as arrays, for one step of training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from countervail.reading.encoded.net import Net
from countervail.reading.encoded.windows import PLACES
from net_build.questions import Passage, Question

SIZES = {48: 40, 72: 28, 96: 20, 128: 16, 176: 11, 240: 8, 336: 5, 480: 4}
"""Passages of a step by the pieces that each has room for."""
NAMED = 40
"""Places, goods and rates of a passage that are learned from, each."""
ASKED = 20
"""Questions of a passage that are learned from in one step."""
RATE_KNOWN = 0.85
"""Share of questions that are told which rate is meant."""

Batch = dict[str, Any]


def room(pieces: int) -> int:
    """Return the pieces that a passage gets room for."""
    return next(size for size in SIZES if size >= min(pieces, max(SIZES)))


def grouped(some: Sequence[Passage], rng: np.random.Generator) -> Iterator[list[Passage]]:
    """Yield passages in groups of one length, all in an order by lot; the last of a length are
    filled up with others of it."""
    by: dict[int, list[Passage]] = {}
    for k in rng.permutation(len(some)):
        by.setdefault(room(len(some[k].window.sentence)), []).append(some[k])
    groups = []
    for size, every in by.items():
        n = SIZES[size]
        filled = every + [every[k] for k in rng.integers(len(every), size=-len(every) % n)]
        groups += [filled[k : k + n] for k in range(0, len(filled), n)]
    for k in rng.permutation(len(groups)):
        yield groups[k]


def batch(net: Net, some: Sequence[Passage], rng: np.random.Generator | None) -> Batch:
    """Return passages as arrays; with ``rng``, countries have numbers by lot.

    Args:
        net: names of the classes.
        some: passages of one length.
        rng: a source of chance; None where nothing is learned.
    """
    b = _empty(len(some), room(max(len(p.window.sentence) for p in some)), net)
    for j, p in enumerate(some):
        lot = np.arange(PLACES) if rng is None else rng.permutation(PLACES)
        _put_window(b, j, p, lot)
        order = range(len(p.questions)) if rng is None else rng.permutation(len(p.questions))
        for k, q in enumerate([p.questions[at] for at in order][:ASKED]):
            _put_question(b, j, k, p, q, lot, net)
            if rng is not None and rng.random() > RATE_KNOWN:
                b["rate"][j, k] = -1
    return b


def _empty(n: int, size: int, net: Net) -> Batch:
    def whole(*shape: int) -> Any:
        return np.zeros((n, *shape), np.int32)

    def real(*shape: int) -> Any:
        return np.zeros((n, *shape), np.float32)

    kinds = ("pieces", "kinds", "roles", "clauses", "places", "sentence")
    learned = ("instruments", "statuses", "takers", "struck", "goods", "rates")
    return {
        **{name: whole(size) for name in kinds},
        "there": real(size),
        **{f"{name} at": whole(NAMED) for name in ("place", "good", "rate")},
        **{f"{name} is": real(NAMED) for name in ("good", "rate")},
        "place of": whole(NAMED),
        "codes": real(PLACES),
        "lo": whole(ASKED),
        "hi": whole(ASKED) + 1,
        "rate": whole(ASKED) - 1,
        "instruments": real(ASKED, len(net.instruments)) + 1,
        "statuses": real(ASKED, len(net.statuses)) + 1,
        "takers": real(ASKED, PLACES),
        "struck": real(ASKED, PLACES),
        "goods": real(ASKED, NAMED),
        "rates": real(ASKED, NAMED + 1) + 1,
        **{f"learn {name}": real(ASKED) for name in learned},
    }


def _numbers(p: Passage) -> Mapping[str, int]:
    """Return the number of each code of a passage, as its window has them."""
    return {code: int(p.window.stretch.places[at]) - 1 for at, code in p.window.places}


def _put_window(b: Batch, j: int, p: Passage, lot: Any) -> None:
    w, n = p.window, len(p.window.sentence)
    for name in ("pieces", "kinds", "roles", "clauses"):
        b[name][j, :n] = getattr(w.stretch, name)
    old = w.stretch.places
    b["places"][j, :n] = np.where(old > 0, lot[np.maximum(old - 1, 0)] + 1, 0)
    b["sentence"][j, :n] = w.sentence
    b["there"][j, :n] = 1
    numbers = _numbers(p)
    for k, (at, code) in enumerate(w.places[:NAMED]):
        b["place at"][j, k] = at
        b["place of"][j, k] = lot[numbers[code]] + 1
        b["codes"][j, lot[numbers[code]]] = 1
    for name, every in (("good", p.goods), ("rate", p.rates)):
        b[f"{name} at"][j, : len(every)] = every[:NAMED]
        b[f"{name} is"][j, : len(every)] = 1


def _put_question(b: Batch, j: int, k: int, p: Passage, q: Question, lot: Any, net: Net) -> None:
    b["lo"][j, k], b["hi"][j, k], b["rate"][j, k] = q.lo, q.hi, q.rate
    numbers = _numbers(p)
    for name, classes in (("instruments", net.instruments), ("statuses", net.statuses)):
        right = getattr(q, name)
        if right is not None:
            b[name][j, k] = [float(c in right) for c in classes]
            b[f"learn {name}"][j, k] = 1
    for name in ("takers", "struck"):
        codes = getattr(q, name)
        if codes is not None:
            b[name][j, k, [lot[numbers[c]] for c in codes if c in numbers]] = 1
            b[f"learn {name}"][j, k] = 1
    if q.goods is not None:
        b["goods"][j, k, : len(p.goods)] = [at in q.goods for at in p.goods[:NAMED]]
        b["learn goods"][j, k] = 1
    if q.rates is not None:
        b["rates"][j, k] = 0
        b["rates"][j, k, : len(p.rates)] = [at in q.rates for at in p.rates[:NAMED]]
        b["rates"][j, k, NAMED] = not q.rates
        b["learn rates"][j, k] = 1
