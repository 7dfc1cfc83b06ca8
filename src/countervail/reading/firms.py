"""Firms that a rate is for: names, and kinds of producers."""

from __future__ import annotations

from countervail.reading.lexicon import word_set
from countervail.reading.roles import FIRMS
from countervail.reading.sentence import Sentence


def find_firm(s: Sentence, lo: int, hi: int) -> str | None:
    """Return the firm, or the kind of firms, that a stretch names; None where it names none."""
    for k in range(lo, hi):
        if (
            s.tokens[k].capital
            and s.tokens[k].word
            and not any(m.lo <= k < m.hi for m in (*s.places, *s.dates, *s.products))
        ):
            if (k == lo == 0 and s.low(k) in COMMON) or s.low(k) in COMMON:
                continue
            end = k + 1
            while (
                end < hi and (s.tokens[end].capital or s.low(end) in {"&"}) and s.tokens[end].word
            ):
                end += 1
            return " ".join(t.text for t in s.tokens[k:end])
    words = [s.low(k) for k in range(lo, hi)]
    if set(words) & FIRMS or set(words) & {"others", "those", "companies", "rest"}:
        if "not" in words or "non-cooperating" in words or ("did" in words and "not" in words):
            return "non-cooperating producers"
        if set(words) & {"cooperated", "cooperating", "co-operating", "co-operated"}:
            return "cooperating producers"
        if set(words) & {"other", "others", "remaining", "rest"}:
            return "all others"
    return None


COMMON = word_set("firms.common")
