"""Whether a text is English, by the commonest words of the language."""

from __future__ import annotations

import re

COMMON = frozenset(
    {
        *("the", "of", "and", "to", "in", "on", "for", "from", "by", "with", "at", "is", "are"),
        *("was", "were", "be", "been", "has", "have", "had", "will", "would", "that", "which"),
        *("its", "it", "their", "an", "as", "not", "this"),
    }
)
LEAST_WORDS = 25
"""Words of a text that is judged."""
LEAST_SHARE = 0.12
"""Share of the commonest words in English of any kind, notices and tables of rates included."""
HEAD = 20_000
"""Characters that are looked at."""


def is_english(text: str) -> bool:
    """Return whether a text can be English; a short one can."""
    words = re.findall(r"[^\W\d_]+", text[:HEAD].lower())
    if len(words) < LEAST_WORDS:
        return True
    return sum(word in COMMON for word in words) >= LEAST_SHARE * len(words)
