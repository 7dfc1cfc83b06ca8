"""The dates of a draft: of its clause, of who says it, of what starts and ends."""

from __future__ import annotations

from countervail.reading.acts.around import extended_end
from countervail.reading.dating import date_draft
from countervail.reading.draft import INFERRED, STATED, Draft
from countervail.reading.frames import (
    Scene,
)
from countervail.reading.sentence import Mention
from countervail.reading.standing import Standing


def date_clause(sc: Scene, n: int, draft: Draft, effect: str, status: Standing) -> None:
    """Give a draft its dates: of its clause, and of the clause that says it."""
    s, parts, c = sc.s, sc.clauses, sc.clauses[n]
    v = c.verb
    hi = extended_end(sc, n)
    lo = c.lo if not (c.subject[0] < c.subject[1] and c.subject[0] < c.lo) else c.subject[0]
    if n == 0 or (c.kind == "main"):
        lo = (
            0
            if all(parts[k].kind in {"if", "time", "rel"} or k == n for k in range(n + 1))
            and parts[0] is c
            else lo
        )
    here = [d for d in s.dates if lo <= d.lo < hi]
    was = [r.lo for r in s.rates if s.words(r.lo - 2, r.lo) in {"down from", "up from"}]
    here = [d for d in here if not any(lo <= r < d.lo and d.lo - r <= 5 for r in was)]
    announcing = (
        v is not None
        and v.is_("announce", "propose", "threaten", "plan", "consider", "agree", "say")
        and (draft.instrument != "agreement")
    )
    future = status.future
    on = sc.story.on.isoformat() if sc.story.on else ""
    if c.kind == "ger" and v is not None and not status.future:
        here = list(here)
    past = v is not None and v.past
    present = v is not None and v.form == "finite" and not v.past and not v.helpers
    here += [d for d in _starting(sc, n) if d not in here]
    here += [d for d in s.dates if s.low(d.lo - 1) == "effective" and d not in here]
    draft.dates = date_draft(
        s,
        here,
        effect,
        (future or present) and not (past and announcing is False),
        announcing,
        on,
        sc.story.day,
    )
    if (
        draft.instrument == "agreement"
        and effect == "new"
        and "in_force" in draft.dates
        and not (v is not None and v.is_("start"))
    ):
        draft.dates.setdefault("announced", draft.dates.pop("in_force"))
    gone = _ending(sc, n)
    if gone:
        draft.dates.setdefault("expires", gone)
    if v is not None and past and future and announcing:
        pass
    above = c.parent
    seen = 0
    node = c
    while above >= 0 and seen < 8:
        up = parts[above].verb
        deciding = up is not None and up.is_("agree", "announce", "plan", "threaten", "propose")
        if up is not None and (node.kind == "said" or (node.kind == "inf" and deciding)):
            for d in s.dates:
                if parts[above].lo <= d.lo < parts[above].hi:
                    value = date_draft(s, [d], "new", False, True, on, sc.story.day)
                    for key, got in value.items():
                        draft.dates.setdefault("announced" if key == "in_force" else key, got)
        node, above, seen = parts[above], parts[above].parent, seen + 1
    for a in parts:
        if a.kind == "attr" and a.verb is not None:
            for d in s.dates:
                if a.verb.hi <= d.lo < a.hi:
                    value = date_draft(s, [d], "new", False, True, on, sc.story.day)
                    if "announced" in value:
                        draft.dates.setdefault("announced", value["announced"])


def _starting(sc: Scene, n: int) -> list[Mention]:
    """Return the dates of the clauses that say when it starts: which will take effect in May."""
    found: list[Mention] = []
    for k in range(n + 1, len(sc.clauses)):
        one = sc.clauses[k]
        if one.verb is not None and one.verb.is_("end") and not one.verb.is_("lift"):
            break
        if one.verb is None or one.kind not in {"inf", "rel", "part", "ger", "red"}:
            break
        if one.verb.is_("start", "cover") or one.verb.lemma in {"last", "run", "apply", "expire"}:
            found += [d for d in sc.s.dates if one.lo <= d.lo < one.hi]
        elif sc.nouns(one.lo, one.hi):
            break
    return found


def _ending(sc: Scene, n: int) -> str:
    """Return the day a clause on the noun says it ends: which expires in June."""
    for one in sc.clauses[n + 1 : n + 3]:
        if (
            one.kind in {"rel", "red", "part"}
            and one.verb is not None
            and one.verb.lemma in {"expire", "lapse", "end"}
        ):
            for d in sc.s.dates:
                if one.lo <= d.lo < one.hi and not d.it.value.endswith("+"):
                    return str(d.it.other if one.verb.past and d.it.floating else d.it.value)
    return ""


def settle(draft: Draft, on: str) -> None:
    """Let dates decide between announced and in force."""
    start = draft.dates.get("in_force", "")
    if len(start) < 10 and start == on[: len(start)]:
        start = ""  # this month, this year: before or after, the verb says
    if not on or draft.listed:
        return
    if (
        draft.status == "in_force"
        and start
        and start > on[: len(start)]
        and draft.instrument != "agreement"
    ):
        draft.status = "announced"
        draft.how["status"] = INFERRED
    elif (
        draft.status == "announced"
        and start
        and start <= on[: len(start)]
        and draft.how.get("status") == STATED
        and draft.instrument != "agreement"
    ):
        draft.status = "in_force"
        draft.how["status"] = INFERRED
    gone = draft.dates.get("expires", "")
    if draft.status == "in_force" and gone and gone < on[: len(gone)]:
        draft.status = "removed"
