"""How sure a draft is: how often drafts like it were right.

``data/reading/confidence.csv`` is made by ``tools/reading_confidence.py``. Its rows ``first ...``
count drafts of texts by other writers that nothing was fitted on, by the chance that the encoder
gives all their fields together: these make the confidence. The other rows count drafts by pattern
on the project's own sentences, which the rules were mended with.
"""

from __future__ import annotations

from functools import cache

from countervail.reading.discourse import Discourse
from countervail.reading.draft import CARRIED, GUESSED, INFERRED, STATED, Draft
from countervail.reading.lexicon import table

FIELDS = ("implementer", "targets", "products", "rate", "status")
ORDER = {GUESSED: 0, CARRIED: 1, INFERRED: 2, STATED: 3}
AS_IF = 4
"""Cases of the mean kind that every kind is joined with, so that few cases say little."""
GARBLED = 0.9
FIRST = "first "
BANDS = (0.7, 0.5, 0.35, 0.2, 0.1, 0.04, 0.0)
"""Chances from which on drafts are counted together."""
UNHEARD = "unheard"
KINDS = (*(f"chance {least}" for least in BANDS), UNHEARD)
"""Kinds of draft that are counted apart at first sight."""
SUREST = 0.95


@cache
def measured() -> dict[str, tuple[int, int]]:
    """Return how many drafts were right, and of how many, by pattern."""
    return {row["pattern"]: (int(row["right"]), int(row["cases"])) for row in table("confidence")}


def pattern(d: Draft) -> str:
    """Return the pattern a draft is counted under: its rule, and how its weakest part is known."""
    weakest = min((ORDER[d.how[k]] for k in ("implementer", "targets") if k in d.how), default=0)
    return f"{d.rule.split('.')[0]} {list(ORDER)[weakest]}"


def kind(d: Draft) -> str:
    """Return which kind a draft is counted under at first sight."""
    if d.chance is None:
        return UNHEARD
    chance = d.chance
    return f"chance {next(least for least in BANDS if chance >= least)}"


def weigh(d: Draft, story: Discourse) -> None:
    """Give a draft its confidence and what to check, the weakest first."""
    known = measured()
    first = [known.get(FIRST + name, (0, 0)) for name in KINDS]
    mean = sum(r for r, _ in first) / max(sum(n for _, n in first), 1)
    d.support = known.get(pattern(d), (0, 0))
    d.unprepared = right, cases = known.get(FIRST + kind(d), (0, 0))
    sure = (right + AS_IF * mean) / (cases + AS_IF) * (GARBLED if story.garbled else 1.0)
    d.confidence = round(min(sure, SUREST), 2)
    weak = [(ORDER[d.how[k]], k) for k in FIELDS if k in d.how and d.how[k] != STATED]
    d.needs_check = [k for _, k in sorted(weak, key=lambda pair: pair[0])]
