"""What is told and was never decided: questions, sums, fiction, lessons, long ago, rumours."""

from __future__ import annotations

import re

from countervail.reading.borders import clauses_of
from countervail.reading.draft import STATED, Draft
from countervail.reading.frames import Scene
from countervail.reading.lexicon import pattern, word_set

SETTING = pattern("setting")
"""Words of books, museums, lessons, contests and posts to fill."""
WHAT_IF = pattern("what_if")
"""Words of a sum that somebody did."""
LONG_AGO = pattern("long_ago")
NO_TALKS = pattern("no_talks")
ANYBODY = pattern("anybody")
"""Words of what a country at large may do."""
ASKED_FOR = pattern("asked_for")
NEVER = pattern("never")
ASKING = word_set("unreal.asking")
"""Words that open a question of whether something is so, or of who did it."""
MAYBE = frozenset({"would", "if", "could", "might", "happens", "should"})
BREAKS = frozenset({"", ",", ";", ":", "and", "or", "but", "-", "—", "–", '"', "“"})
CARRIED = 2
"""Sentences that a setting is carried over."""
OLDEST = "1995"
WHOLE_DAY = 10
"""Characters of a day that is told whole."""
DEMANDED_THAT = re.compile(
    r"\b(?:demand|insist|plead|ask|urg|recommend|suggest)\w* (?:\w+ )?that\b[^.;]*$", re.IGNORECASE
)
MODALS = frozenset({"will", "would", "may", "can", "could", "must", "shall", "to", "should", "not"})


class Frame:
    """What of a text carries over from one sentence to the next.

    Attributes:
        setting: number of the last sentence of fiction, lessons, contests or posts.
        sums: number of the last sentence of a sum that somebody did.
        old: number of the last sentence that tells of long ago.
    """

    def __init__(self) -> None:
        self.setting = self.sums = self.old = -CARRIED - 1

    def look(self, sc: Scene, text: str, historical: bool) -> None:
        """Take in a sentence.

        Args:
            sc: the sentence.
            text: its characters.
            historical: whether it tells only of years before 1995.
        """
        n = sc.s.number
        here = bool(SETTING.search(text))
        if here:
            self.setting = n
        if WHAT_IF.search(text):
            self.sums = n
        if historical or LONG_AGO.search(text):
            self.old = n
        elif _dated(sc):
            self.old = -CARRIED - 1
            self.setting = n if here else self.old

    def why(self, sc: Scene, d: Draft, text: str) -> tuple[str, str]:
        """Return the status and the reason of what was never decided; nothing of what was.

        Args:
            sc: the sentence.
            d: one of its drafts.
            text: the characters of the sentence.
        """
        n = sc.s.number
        dated = bool(d.dates) or _dated(sc)
        day = any(len(value) == WHOLE_DAY for value in d.dates.values())
        told = n == self.setting and not day
        if told or (not dated and n - self.setting <= CARRIED and not _power(sc)):
            return "hypothetical", "a book, a museum, a lesson, a contest or a post to fill"
        if not dated and self.sums >= 0 and not (n > self.sums and _decided(sc, d)):
            return "hypothetical", "a sum that somebody did"
        if n == self.old or (not dated and n - self.old <= CARRIED and _still_old(sc)):
            return "historical", ""
        if _asked(sc, d) or ANYBODY.search(text):
            return "hypothetical", "a question, or what any country may do"
        if NO_TALKS.search(text) and d.instrument == "agreement" and not d.dates:
            return "denied", ""
        if NEVER.search(text):
            return "denied", ""
        if _wanted(sc, d, text) or (ASKED_FOR.search(text) and not _power(sc)):
            return "demanded", ""
        if _of_nobody(sc, d):
            return "other_sense", "of nobody, no day and no size"
        return "", ""


def _dated(sc: Scene) -> bool:
    """Return whether a sentence tells a day or a year of today's law."""
    return any(m.it.value[:4] >= OLDEST for m in sc.s.dates if len(m.it.value) >= 4)


def _power(sc: Scene) -> bool:
    """Return whether who holds an office acts in a sentence."""
    return any(r.place.it.kind in {"office", "government"} for r in sc.roles)


def _still_old(sc: Scene) -> bool:
    """Return whether a sentence goes on with what is long ago."""
    past = any(c.verb is not None and c.verb.past for c in sc.clauses)
    return past and not _power(sc) and not any(not d.listed for d in sc.story.drafts)


def _decided(sc: Scene, d: Draft) -> bool:
    """Return whether a draft in a text of sums is told as done, by a verb that looks back."""
    told = d.rule.startswith(("active", "passive", "verb")) and d.how.get("implementer") == STATED
    return told and any(c.verb.past for c in clauses_of(sc, d) if c.verb is not None)


def _asked(sc: Scene, d: Draft) -> bool:
    """Return whether a draft is what a question asks for; why and how ask of what is."""
    s = sc.s
    last = next((k for k in range(len(s.tokens) - 1, -1, -1) if s.low(k) not in {'"', "”", ")"}), 0)
    if s.low(last) != "?" and not any(t.text == "?" for t in s.tokens[last:]):
        return False
    end = next((k for k in range(len(s.tokens)) if s.tokens[k].start >= d.end), last)
    opens = [k for k in range(end) if s.low(k) in ASKING and s.low(k - 1) in BREAKS]
    what = [k for k in range(end) if s.low(k) == "what"]
    return bool(opens) or (bool(what) and s.has(0, len(s.tokens), MAYBE))


def _wanted(sc: Scene, d: Draft, text: str) -> bool:
    """Return whether a draft is what somebody demanded: that imports be stopped."""
    a = d.start - sc.s.start
    words = text[a : d.end - sc.s.start].lower().split()
    bare = any(w == "be" and words[k - 1] not in MODALS for k, w in enumerate(words) if k)
    return bare and bool(DEMANDED_THAT.search(text[: max(a, 0)]))


def _of_nobody(sc: Scene, d: Draft) -> bool:
    """Return whether a draft says nobody, no day and no size: a duty is put on imports."""
    s = sc.s
    if sc.roles or s.rates or s.dates or s.money or s.volumes or d.anaphoric or d.products:
        return False
    return d.how.get("implementer") != STATED and not sc.story.drafts
