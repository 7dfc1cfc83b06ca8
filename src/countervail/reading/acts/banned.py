"""Bans and openings that a verb alone tells: halted imports of, reopened the market to."""

from __future__ import annotations

from countervail.reading.acts.around import (
    condition_of,
    controller_of,
    extended_end,
    quote_start,
    said_by,
    status_of,
)
from countervail.reading.acts.build import give_volume, make_drafts
from countervail.reading.clauses import Clause
from countervail.reading.draft import GUESSED, INFERRED, STATED, Draft
from countervail.reading.frames import (
    Scene,
    Who,
    agent_of,
    carried,
    codes_of,
    cut_zone,
    subject_of,
)
from countervail.reading.goods import goods_between, noun_goods
from countervail.reading.lexicon import goods_words, organ_words
from countervail.reading.roles import FIRMS
from countervail.reading.standing import Standing
from countervail.reading.verbs import Verb


def ban_drafts(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> list[Draft]:
    """Return a ban, a curb or an opening that a verb alone tells: halted imports of."""
    s = sc.s
    act = v.lemma if v.lemma in {"export", "import", "ship", "buy", "sell"} else ""
    lemma_ban = v.is_("ban") and not v.is_("plan")
    state = ""
    if v.is_("remain", "keep") and not v.is_("halt"):
        word = s.words(v.hi, v.hi + 1)
        if word not in {
            "banned",
            "barred",
            "prohibited",
            "blocked",
            "suspended",
            "halted",
            "closed",
            "shut",
            "restricted",
            "off",
        }:
            return []
        state, passive = "keep", v.is_("remain")
    hi = cut_zone(sc, v.hi, extended_end(sc, n))
    zone = c.subject if passive else (v.hi, hi)
    if passive and c.subject[0] >= c.subject[1] and c.source >= 0:
        zone = sc.clauses[c.source].subject
    whole = (min(zone[0], v.hi), max(zone[1], hi)) if passive else (v.hi, hi)
    trade, direction = _direction(sc, whole)
    everything = v.is_("ban") and s.has(*whole, set(goods_words()))
    if everything and not trade and sc.at(*whole, "origin"):
        trade, direction = True, "import"  # banned all goods from Kenya
    if act:
        trade, direction = True, "import" if act in {"import", "buy"} else "export"
    goods = [g for g in s.products if whole[0] <= g.lo < whole[1]]
    goods_at = goods[0].lo if goods else 0
    if any(
        whole[0] <= m.head[0] < whole[1]
        for m in sc.measures
        if m.kind not in {"generic"} and not (v.is_("allow", "resume") and False)
    ):
        return []
    origins = sc.at(*whole, "origin", "against", "to", "into")
    known = state == "keep" and any(
        x.instrument in {"export_control", "import_ban"} for x in [*sc.found, *sc.story.drafts]
    )
    again = v.is_("allow") and s.has(v.lo, c.hi, {"again"}) and bool(sc.at(*whole, "origin"))
    refused = v.is_("allow") and (v.longer or v.denied) and bool(sc.at(*whole, "origin"))
    if (
        not trade
        and not known
        and not again
        and not refused
        and not (
            goods
            and (lemma_ban or (v.is_("allow", "remain") and state))
            and (
                origins
                or (lemma_ban and v.lemma in {"shut out", "embargo"})
                or state
                or (lemma_ban and not passive and s.low(goods_at - 1) in {"its", "their"})
            )
        )
    ):
        return []
    if not trade and v.is_("allow") and not again and not refused and not s.has(*whole, {"market"}):
        return []
    ending = v.lemma in {
        "phase out",
        "end",
        "wind down",
        "cut off",
        "discontinue",
        "stop",
    } and direction in {"import", "export"}
    if v.is_("lift", "cut") and not ending and not (trade and s.has(c.lo, c.hi, {"again"})):
        return []
    who = _actor_of_ban(sc, n, c, v, passive)
    if not who.codes:
        return []
    told = bool({"tell", "order", "instruct"} & set(v.governors)) and bool(
        {"been", "were", "was"} & set(v.helpers)
    )
    if told:
        own = sc.at(*c.subject, "origin", "actor")
        if own:
            who = Who((own[0].code,), INFERRED, (own[0].place.it.start, own[0].place.it.end))
    if not passive and not told and _by_a_firm(sc, c):
        return []
    instrument = "export_control" if direction == "export" else "import_ban"
    if direction == "":
        instrument = "import_ban"
    if direction == "export" and not passive:
        pass
    if direction in {"export", "ship"}:
        foreign = [r for r in sc.at(*whole, "origin") if r.code not in who.codes]
        if foreign:
            instrument = "import_ban"
        elif direction == "ship":
            days = {d.lo for d in s.dates} | {d.lo - 1 for d in s.dates}
            sent = any(s.low(k) == "from" and k not in days for k in range(*whole))
            instrument = "import_ban" if sent else "export_control"
    if known and not trade:
        last = next(
            x
            for x in [*reversed(sc.found), *reversed(sc.story.drafts)]
            if x.instrument in {"export_control", "import_ban"}
        )
        instrument = last.instrument
    effect = "new"
    if v.is_("allow", "resume", "lift") and not ending and not refused:
        effect = "lift"
    elif v.is_("curb") and any(whole[0] <= q.lo < whole[1] for q in s.volumes):
        instrument = "quota" if instrument == "import_ban" else instrument
    status = None
    if effect == "lift":
        condition = condition_of(sc, n)
        status, md = status_of(sc, n, "lift", condition is not None)
        if md.denied:
            status = Standing("in_force", "not allowed", False, False)
    elif state == "keep":
        status = Standing("in_force", "remain", False, False)
    bare = not sc.at(*whole, "origin", "against") and not goods
    if (
        bare
        and direction == "import"
        and not s.has(*whole, {"imports", "import", "purchases", "importing"})
    ):
        return []
    if effect == "lift" and bare and status is not None and status.future:
        return []
    span = (min(zone[0], v.lo) if passive else quote_start(sc, n), hi)
    made = make_drafts(
        sc,
        n,
        None,
        effect,
        who,
        "verb.ban" if effect == "new" else "verb.open",
        lo=v.hi,
        hi=hi,
        before=zone if passive else (0, 0),
        quote=span,
        instrument=instrument,
        only=[],
        status=status,
        guess=bool(trade),
    )
    for d in made:
        if not d.targets and instrument in {"import_ban", "quota"}:
            roles = [r for r in sc.at(*whole, "origin", "against") if r.code not in who.codes]
            d.targets = codes_of(roles)
        if state == "keep" and not d.products:
            d.products = noun_goods(s, zone[0], zone[1])
            d.how["products"] = GUESSED
        if instrument == "quota":
            give_volume(sc, d, None, hi=whole[1])
        if not d.products and not passive:
            d.products = goods_between(s, whole[0], whole[1], guess=False)
            if not d.products and again:
                d.products, d.how["products"] = noun_goods(s, v.hi, hi), GUESSED
    return made


def _direction(sc: Scene, whole: tuple[int, int]) -> tuple[bool, str]:
    """Return whether goods in trade are meant, and whether they come in or go out."""
    s = sc.s
    for k in range(*whole):
        low = s.low(k)
        if low in {
            "imports",
            "import",
            "purchases",
            "importation",
            "importing",
            "buying",
            "inflows",
            "entry",
        }:
            return True, "import"
        if low in {"foreign", "imported"} and any(p.lo == k + 1 for p in s.products):
            return True, "import"
        if low in {
            "border",
            "borders",
            "market",
            "doors",
            "frontier",
            "frontiers",
            "door",
            "markets",
            "port",
            "ports",
        } and sc.s.has(
            max(whole[0] - 2, 0),
            whole[1],
            {
                "close",
                "closed",
                "closes",
                "closing",
                "shut",
                "reopen",
                "reopened",
                "reopens",
                "open",
                "opened",
            },
        ):
            return True, "import"
        if low in {"exports", "export", "exporting", "exportation"}:
            return True, "export"
        if low in {"sale", "sales"} and (
            s.low(k - 1) in {"overseas", "foreign", "export"}
            or any(r.what == "to" for r in sc.at(k, whole[1]))
            or s.has(k, min(k + 8, whole[1]), {"abroad", "overseas"})
        ):
            return True, "export"
        if low in {
            "shipments",
            "sales",
            "deliveries",
            "supplies",
            "shipping",
            "sale",
        } and low not in {"sale", "sales"}:
            return True, "ship"
    return False, ""


def _actor_of_ban(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> Who:
    if passive:
        agent = agent_of(sc, v.hi, c.hi)
        if agent.codes:
            return agent
        into = list(sc.at(c.lo, c.hi, "into"))
        into += [
            r
            for r in sc.at(v.hi, c.hi, "actor")
            if sc.s.low(r.place.lo - 1) in {"at", "through", "by"}
        ]
        if into:
            return Who((into[0].code,), STATED)
        above = said_by(sc, n)
        if above.codes:
            return above
        own = [r for r in sc.at(*c.subject, "owner") if sc.s.low(r.place.hi) in {"'s", "'"}]
        if own:
            return Who((own[0].code,), STATED)
        if sc.s.has(*c.subject, {"exports", "export"}):
            origin = sc.at(*c.subject, "origin")
            if origin:
                return Who((origin[0].code,), INFERRED)
        return carried(sc)
    controller = controller_of(sc, c)
    return controller if controller.codes else subject_of(sc, n)


def _by_a_firm(sc: Scene, c: Clause) -> bool:
    """Return whether firms act, not a power."""
    lo, hi = c.subject
    if lo >= hi and c.source >= 0:
        lo, hi = sc.clauses[c.source].subject
    head = next((r for r in sc.at(lo, hi, "actor") if r.place.lo == lo), None)
    if head is not None and not head.place.it.adjective and sc.s.low(head.place.hi) not in {"'s"}:
        return False
    return sc.s.has(
        lo,
        hi,
        FIRMS
        | {
            "company",
            "firm",
            "buyers",
            "importers",
            "mills",
            "retailer",
            "chain",
            "supermarkets",
            "port",
            "utility",
        },
    ) and not sc.s.has(lo, hi, organ_words())
