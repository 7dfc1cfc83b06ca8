"""What points back at a measure: it, they, the list, this order."""

from __future__ import annotations

from dataclasses import replace

from countervail.reading.acts.around import condition_of, status_of
from countervail.reading.clauses import Clause
from countervail.reading.dating import date_draft
from countervail.reading.draft import GUESSED, STATED
from countervail.reading.frames import (
    Scene,
    subject_of,
)
from countervail.reading.goods import goods_between
from countervail.reading.verbs import Verb

LISTS = frozenset(
    {
        "list",
        "lists",
        "measures",
        "duties",
        "tariffs",
        "products",
        "items",
        "they",
        "these",
        "goods",
        "package",
        "it",
        "targets",
    }
)


ACTS = frozenset(
    {
        "order",
        "decree",
        "regulation",
        "notice",
        "notification",
        "rule",
        "rules",
        "law",
        "move",
        "changes",
        "change",
        "it",
        "they",
        "decision",
        "measures",
        "steps",
        "both",
        "these",
        "all",
    }
)


def begin_order(sc: Scene, c: Clause, v: Verb) -> bool:
    """Give the last measures the day on which their order begins: this order comes into force."""
    if not sc.s.has(*c.subject, ACTS) or not sc.story.drafts:
        return False
    here = [d for d in sc.s.dates if c.lo <= d.lo < c.hi]
    on = sc.story.on.isoformat() if sc.story.on else ""
    ahead = bool(set(v.helpers) & {"will", "shall", "would"}) or not (v.past or v.helpers)
    dates = date_draft(sc.s, here, "new", ahead, False, on, sc.story.day)
    last = sc.story.drafts[-1].sentence
    for d in sc.story.drafts:
        if d.sentence == last and not d.listed and dates.get("in_force"):
            d.dates.setdefault("in_force", dates["in_force"])
    return bool(dates)


def list_goods(sc: Scene, c: Clause, v: Verb) -> bool:
    """Give the last measure the goods of a list: the list includes jeans."""
    last = sc.story.last
    if last is None or not sc.s.has(*c.subject, LISTS) or last.instrument == "agreement":
        return False
    if (
        last.products
        and last.how.get("products") == STATED
        and any(len(h) > 2 for g in last.products for h in g.hs)
    ):
        return False
    goods = goods_between(sc.s, v.hi, c.hi, guess=False)
    if not goods:
        return False
    last.products, last.how["products"] = goods, STATED
    return True


def point_back(sc: Scene, n: int, c: Clause, v: Verb) -> None:
    """Give the last measure what a verb does to "it": will start collecting it in March."""
    last = sc.found[-1] if sc.found else sc.story.last
    if last is None or last.listed or last.instrument == "agreement":
        return
    who = subject_of(sc, n)
    if who.codes and who.how == STATED and set(who.codes) != set(last.implementer):
        return
    for_goods = goods_between(sc.s, v.hi, c.hi, guess=False)
    effect = (
        "suspend"
        if v.under("suspend")
        else "new"
        if v.is_("impose")
        else "lift"
        if v.is_("lift")
        else "suspend"
        if v.is_("suspend")
        else "keep"
    )
    state, _ = status_of(sc, n, effect, condition_of(sc, n) is not None)
    here = [d for d in sc.s.dates if c.lo <= d.lo < c.hi]
    on = sc.story.on.isoformat() if sc.story.on else ""
    dates = date_draft(sc.s, here, effect, state.future, False, on, sc.story.day)
    if for_goods and not {g.text for g in for_goods} & {g.text for g in last.products}:
        start, end = sc.span(c.lo, c.hi)
        other = replace(
            last, products=for_goods, status=state.status, start=start, end=end, rate=None, old=None
        )
        other.dates = dict(dates)
        other.how, other.cue = {**last.how, "rate": GUESSED}, dict(last.cue)
        sc.found.append(other)
        return
    if effect in {"lift", "suspend"} and state.status in {"removed", "suspended"}:
        last.status = state.status
        last.dates.update({k: w for k, w in dates.items() if k == "removed"})
    elif effect == "new" and state.status in {"announced", "in_force"} and dates.get("in_force"):
        last.dates["in_force"] = dates["in_force"]
        if dates["in_force"] > on[: len(dates["in_force"])] and last.status == "in_force":
            last.status = "announced"
