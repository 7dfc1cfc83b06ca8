"""The rate of each draft, by weight: the one that rules gave it, another of its window, or none."""

from __future__ import annotations

from collections.abc import Sequence

from countervail.reading.draft import INFERRED, Draft
from countervail.reading.encoded.answers import DEAF
from countervail.reading.encoded.drafts import FACT, Facts, chance_log, heard
from countervail.reading.frames import Scene
from countervail.reading.mentions.rates import Rate
from countervail.reading.weights import best

PART = "rate"
"""Part of ``weights.csv`` that weighs them."""
LEFT = frozenset({"agreement", "sanctions", "subsidy", "import_ban"})
"""Instruments whose rate, if any, is not looked for."""


def weigh_rates(drafts: Sequence[Draft], scenes: Sequence[Scene]) -> None:
    """Give drafts the rate that most speaks for.

    Args:
        drafts: of a text.
        scenes: its sentences.
    """
    for d in drafts:
        if not d.listed and d.instrument not in LEFT:
            rate = best(PART, able(d, drafts, scenes))
            if (rate and rate.start) != (d.rate and d.rate.start):
                d.rate, d.old, d.how["rate"] = rate, None, INFERRED
                d.cue.pop("rate", None)
                if rate is not None:
                    d.cue["rate"] = (rate.start, rate.end)


def able(
    d: Draft, drafts: Sequence[Draft], scenes: Sequence[Scene]
) -> list[tuple[Rate | None, Facts]]:
    """Return the rates that a draft may have, its own first, each with what speaks for it.

    Args:
        d: the draft.
        drafts: of its text.
        scenes: the sentences.
    """
    answer = heard(scenes, d)
    kept: tuple[Rate | None, Facts] = (d.rate, {"kept": 1.0, "kept one": float(d.rate is not None)})
    if answer is DEAF:
        return [kept]
    taken = {x.rate.start for x in drafts if x is not d and x.rate is not None and not x.listed}
    taken |= {x.old.start for x in drafts if x.old is not None and not x.listed}
    found = [kept]
    if d.rate is None:
        kept[1][FACT] = chance_log(answer.rateless)
    else:
        found.append((None, {FACT: chance_log(answer.rateless)}))
    for (n, lo), p in answer.rates.items():
        it = next(m.it for m in scenes[n].s.rates if m.lo == lo)
        if d.rate is not None and it.start == d.rate.start:
            kept[1][FACT] = chance_log(p)
        elif n == d.sentence:
            found.append((it, {FACT: chance_log(p), "taken": float(it.start in taken)}))
    kept[1].setdefault(FACT, chance_log(0.0))
    return found
