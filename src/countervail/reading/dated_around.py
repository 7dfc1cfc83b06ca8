"""Dates of a draft that stand beside its quote: at the head of its sentence, or on its noun."""

from __future__ import annotations

from collections.abc import Sequence

from countervail.reading.clauses import Clause
from countervail.reading.dating import START, cue, date_draft
from countervail.reading.draft import Draft
from countervail.reading.frames import Scene
from countervail.reading.parties.facts import clause_of, quoted
from countervail.reading.sentence import Mention

HEAD = 4
"""Words at the head of a sentence that a date there may begin in."""
HANGING = frozenset({"inf", "rel", "part", "ger", "red"})
BEGINNING = frozenset(
    {
        *("start", "begin", "apply", "collect", "take", "enter", "come"),
        *("charge", "levy", "bite"),
    }
)
DEEDS = {"removed": "lift", "suspended": "suspend"}
BEGINS = START | {"as", "on"}


def date_around(d: Draft, drafts: Sequence[Draft], sc: Scene, on: str) -> None:
    """Give a draft the day that its sentence tells beside its quote.

    Args:
        d: the draft.
        drafts: of the text; a date in the quote of another is that one's.
        sc: its sentence.
        on: day of the document.
    """
    if d.instrument == "agreement" or "removed" in d.dates:
        return
    lo, hi = quoted(sc, d)
    begun = _read(d, _hanging(sc, hi), sc, on)
    old = d.dates.get("in_force", "")
    if old and begun.get("in_force", "") > on >= old:
        d.dates["announced"] = old  # signed on Thursday, to be collected in 15 days
        d.dates["in_force"] = begun["in_force"]
    if old:
        return
    here = [pair for pair in _own(sc, lo, hi) if not _of_another(sc, pair[0], d, drafts)]
    for key, value in (begun or _read(d, here[:1], sc, on)).items():
        d.dates.setdefault(key, value)


Dated = tuple[Mention, Clause]


def _read(d: Draft, found: Sequence[Dated], sc: Scene, on: str) -> dict[str, str]:
    """Return the dates that some mentions tell, ahead where their clause looks ahead."""
    if not found:
        return {}
    m, c = found[0]
    ahead = d.status in {"announced", "threatened", "offered", "reported"}
    ahead = ahead or (cue(sc.s, m) != "since" and _ahead(sc, c))
    effect = DEEDS.get(d.status, "new")
    return date_draft(sc.s, [m], effect, ahead, False, on, sc.story.day)


def _ahead(sc: Scene, c: Clause) -> bool:
    """Return whether a clause tells of what is now or to come: from Monday a duty applies."""
    v = c.verb
    if v is None:
        return False
    if v.form == "inf" or set(v.helpers) & {"will", "shall", "would"}:
        return True
    if sc.s.has(max(v.lo - 2, 0), v.hi, {"to"}):
        return True
    return v.form == "finite" and not v.past and not v.helpers


def _own(sc: Scene, lo: int, hi: int) -> list[Dated]:
    """Return the dates of a quote's clause outside the quote, and those at the sentence's head."""
    s = sc.s
    c = clause_of(sc.clauses, lo, hi)
    if c is None:
        return []
    return [
        (m, c)
        for m in s.dates
        if not lo <= m.lo < hi
        and cue(s, m) in BEGINS
        and ((m.lo <= HEAD and c.parent < 0) or c.lo <= m.lo < c.hi)
    ]


def _hanging(sc: Scene, hi: int) -> list[Dated]:
    """Return the dates of what hangs on a quote and tells a beginning: which starts in May."""
    later = [c for c in sc.clauses if c.lo >= hi - 1][:2]
    found = []
    for c in later:
        v = c.verb
        if v is None or v.lemma not in BEGINNING:
            continue
        if c.kind in HANGING or sc.s.words(v.lo, v.hi).startswith(("to be", "be ")):
            found += [(m, c) for m in sc.s.dates if c.lo <= m.lo < c.hi]
    return found


def _of_another(sc: Scene, m: Mention, d: Draft, drafts: Sequence[Draft]) -> bool:
    at = sc.s.tokens[m.lo].start
    return any(x is not d and x.sentence == d.sentence and x.start <= at < x.end for x in drafts)
