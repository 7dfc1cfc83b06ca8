"""The chances of what words can tell, by weights learned from labelled texts.

A multinomial logit: each fact adds its weight to each class, and chances are the shares of the
exponentials. ``data/reading/words_of_KIND.csv`` has a row a fact and a column a class;
``tools/fit_words.py`` writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import exp, log

from countervail.reading.lexicon import table

LEAST = 1e-6
"""Chance below which words do not speak against a class any more."""

Weights = Mapping[str, tuple[float, ...]]


@cache
def weights(kind: str) -> tuple[tuple[str, ...], Weights]:
    """Return the classes of a kind, and what each fact weighs for each of them."""
    rows = table(f"words_of_{kind}")
    names = tuple(name for name in rows[0] if name != "fact")
    return names, {
        str(row["fact"]): tuple(float(row[name] or 0.0) for name in names) for row in rows
    }


def chances(kind: str, facts: Mapping[str, float]) -> dict[str, float]:
    """Return the chance of each class of a kind."""
    names, known = weights(kind)
    score = [0.0] * len(names)
    for fact, value in facts.items():
        for k, weight in enumerate(known.get(fact, ())):
            score[k] += weight * value
    top = max(score)
    size = [exp(one - top) for one in score]
    whole = sum(size)
    return {name: one / whole for name, one in zip(names, size, strict=True)}


def log_of(chance: float) -> float:
    """Return the log of a chance, of one that is next to none that of the least."""
    return log(max(chance, LEAST))
