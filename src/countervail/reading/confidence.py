"""How sure a draft is: how often drafts like it were right.

``data/reading/confidence.csv`` is made by ``tools/reading_confidence.py``. Its rows ``first ...``
count drafts of texts by other writers that no rule was changed for, by kind: of the frames, of
rates that no frame saw, and of the rest that none saw. The other rows count drafts by pattern on
the project's own sentences, which the rules were mended with, so that they only say which patterns
are surer than others.
"""

from __future__ import annotations

from functools import cache

from countervail.reading.discourse import Discourse
from countervail.reading.draft import CARRIED, GUESSED, INFERRED, STATED, Draft
from countervail.reading.lexicon import table

FIELDS = ("implementer", "targets", "products", "rate", "status")
ORDER = {GUESSED: 0, CARRIED: 1, INFERRED: 2, STATED: 3}
AS_IF = 4
"""Cases of the mean pattern that every pattern is joined with, so that few cases say little."""
GARBLED = 0.9
FIRST = "first "
KINDS = ("frames", "unseen rate", "unseen")
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
    if not d.rule.startswith("unseen"):
        return "frames"
    return "unseen rate" if d.rule == "unseen.rate" else "unseen"


def weigh(d: Draft, story: Discourse) -> None:
    """Give a draft its confidence and what to check, the weakest first."""
    known = measured()
    first_right, first_cases = known[FIRST + kind(d)]
    others = [pair for name, pair in known.items() if not name.startswith(FIRST)]
    mean = sum(r for r, _ in others) / max(sum(n for _, n in others), 1) or 1.0
    right, cases = known.get(pattern(d), (0, 0))
    rate = (right + AS_IF * mean) / (cases + AS_IF)
    sure = first_right / first_cases * rate / mean * (GARBLED if story.garbled else 1.0)
    d.confidence, d.support = round(min(sure, SUREST), 2), (right, cases)
    d.unprepared = first_right, first_cases
    weak = [(ORDER[d.how[k]], k) for k in FIELDS if k in d.how and d.how[k] != STATED]
    d.needs_check = [k for _, k in sorted(weak, key=lambda pair: pair[0])]
