"""How sure a draft is: the share of drafts like it that were right on the project's own grid."""

from __future__ import annotations

from functools import cache

from countervail.reading.discourse import Discourse
from countervail.reading.draft import CARRIED, GUESSED, INFERRED, STATED, Draft
from countervail.reading.lexicon import table

FIELDS = ("implementer", "targets", "products", "rate", "status")
ORDER = {GUESSED: 0, CARRIED: 1, INFERRED: 2, STATED: 3}


@cache
def _measured() -> dict[str, tuple[int, int]]:
    return {row["pattern"]: (int(row["right"]), int(row["cases"])) for row in table("confidence")}


def pattern(d: Draft) -> str:
    """Return the pattern a draft is counted under: its rule, and how its weakest part is known."""
    weakest = min((ORDER[d.how[k]] for k in ("implementer", "targets") if k in d.how), default=0)
    return f"{d.rule.split('.')[0]}:{weakest}"


def weigh(d: Draft, story: Discourse) -> None:
    """Give a draft its confidence and what to check, the weakest first."""
    measured = _measured()
    right, cases = measured.get(pattern(d), (0, 0))
    everything = measured.get("all", (1, 2))
    prior = everything[0] / max(everything[1], 1)
    d.confidence = round((right + 4 * prior) / (cases + 4), 2)
    if story.garbled:
        d.confidence = round(0.9 * d.confidence, 2)
    d.support = (right, cases)
    weak = [(ORDER[d.how[k]], k) for k in FIELDS if k in d.how and d.how[k] != STATED]
    d.needs_check = [k for _, k in sorted(weak, key=lambda pair: pair[0])]
