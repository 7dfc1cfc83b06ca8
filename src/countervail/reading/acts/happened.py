"""A measure does it itself: rises, takes effect, stays, ends."""

from __future__ import annotations

from countervail.reading.acts.acted import verb_rates
from countervail.reading.acts.agreed import agreement_drafts
from countervail.reading.acts.around import condition_of, means_trade, said_by, status_of
from countervail.reading.acts.build import effect_of, make_drafts, still_to_come
from countervail.reading.clauses import Clause
from countervail.reading.dating import date_draft
from countervail.reading.draft import CARRIED, STATED, Draft
from countervail.reading.frames import (
    Scene,
    agent_of,
    anyone,
    codes_of,
    cut_zone,
    lead_of,
    owner_of,
    pieces,
    share,
    subject_of,
    targets_in,
    zone_end,
)
from countervail.reading.goods import goods_between
from countervail.reading.mentions.measures import MeasureNoun
from countervail.reading.sentence import Sentence
from countervail.reading.standing import Standing
from countervail.reading.verbs import Verb


def happened_drafts(sc: Scene, n: int, c: Clause, v: Verb, nouns: list[MeasureNoun]) -> list[Draft]:
    """Return drafts of what a measure does itself: rises, takes effect, ends, stays."""
    s = sc.s
    m = nouns[0]
    further = [o for o in sc.nouns(v.hi, c.hi) if s.low(o.head[0]) not in {"that", "those"}]
    further = [
        o for o in further if o.kind not in {"generic", "agreement"} and sc.rates(o.lo, c.hi)
    ]
    reach = further[0].lo if further else c.hi
    rates = [r for r in sc.rates(v.hi, reach) if not share(sc, r)]
    words = s.words(v.hi, min(v.hi + 5, c.hi))
    state = _state_words(s, v, c)
    if v.is_("say", "think", "other", "trade") and not state:
        return []
    if v.denied and v.lemma in {"apply", "cover", "affect", "include", "extend"}:
        return _not_for(sc, n, c, v, m)
    if v.is_("be", "have") and not (rates or state):
        return []
    if m.kind == "agreement" and c.kind == "time":
        return []  # on the day the treaty comes into force
    if m.kind in {"agreement", "preference"}:
        return (
            agreement_drafts(sc, n, c, v, m, False)
            if m.kind == "agreement"
            and (v.is_("start", "resume", "end", "remain", "begin") or state or v.is_("suspend"))
            else []
        )
    if not (
        v.is_(
            "rise",
            "fall",
            "start",
            "end",
            "remain",
            "cover",
            "return",
            "run",
            "reach",
            "be",
            "go",
            "impose",
            "come",
            "lift",
            "suspend",
            "keep",
            "raise",
            "cut",
            "halt",
        )
        or state
    ):
        return []
    if v.lemma == "come" and "on top of" in words:
        return []
    hi = zone_end(sc, m, c.subject[1])
    if not means_trade(sc, m, hi):
        return []
    if (
        v.is_("fall", "rise")
        and not v.past
        and not v.helpers
        and any(d.status == "announced" for d in sc.found)
    ):
        state = ""
    effect = state or effect_of(v, m, any(lead_of(s, r) == "to" for r in rates))
    if (
        v.is_("start", "run", "reach", "be", "go", "come", "cover", "impose")
        and not state
        and not m.acts
    ):
        effect = "new"
    who = owner_of(sc, m)
    if not who.codes:
        agent = agent_of(sc, c.subject[0], c.subject[1])
        above = said_by(sc, n)
        if c.kind in {"part", "ger"} and not above.codes and c.parent >= 0:
            above = subject_of(sc, c.parent)
        who = agent if agent.codes else above if above.codes else anyone(sc, c.subject)
    ps = pieces(sc, m, hi, v)
    if rates:
        ps = verb_rates(sc, m, v, cut_zone(sc, v.hi, reach), ps)
    cut = cut_zone(sc, v.hi, reach)
    others = [o for o in sc.nouns(v.hi, cut) if s.low(o.head[0]) in {"that", "those"}]
    if others:
        cut = others[0].lo
        ps = [p for p in ps if p.rate is not None and p.rate.lo < cut]
        for p in ps:
            p.hi = cut
    status = None
    if effect == "end":
        condition = condition_of(sc, n)
        st, md = status_of(sc, n, "lift", condition is not None)
        status = (
            st if not (md.future or md.would) else Standing("in_force", "will end", True, False)
        )
        effect = "lift" if status.status == "removed" else "keep"
    if v.is_("end") and effect == "lift" and not v.past and v.lemma in {"expire", "lapse"}:
        status = Standing("in_force", "will end", True, False)
    elif v.is_("end") and effect == "lift" and v.lemma == "end":
        _, md = status_of(sc, n, "lift", False)
        if (md.future or md.would) and not md.condition and not md.demanded:
            status = Standing("in_force", "will end", True, False)
    made = make_drafts(
        sc,
        n,
        m,
        effect,
        who,
        f"subject.{effect}",
        lo=m.hi,
        hi=hi,
        quote=(m.lo, cut),
        only=ps,
        status=status,
        guess=True,
    )
    if v.is_("end") and effect == "lift" and status is not None:
        for d in made:
            gone = d.dates.pop("removed", None)
            if gone:
                d.dates["expires"] = gone
    ahead = s.low(c.subject[0]) in {"for", "on"} and c.subject[0] < m.lo
    for d in made:
        if ahead:  # for maize the rate goes to 9.5%
            d.products = d.products or goods_between(s, c.subject[0], m.lo, guess=False)
            near = [r for r in sc.at(c.subject[0], m.lo) if r.code not in who.codes]
            if near:
                d.targets, d.how["targets"] = codes_of(near), STATED
        more, out = targets_in(sc, v.hi, cut, d.instrument, who.codes)
        d.excluded += codes_of(out)
        if more and not d.targets:
            d.targets, d.how["targets"] = codes_of(more), STATED
        if not d.products and (
            v.is_("cover", "impose") or s.has(v.hi, min(v.hi + 3, cut), {"to", "on"})
        ):
            d.products = goods_between(s, v.hi, cut, guess=v.is_("cover") or v.lemma == "apply")
    sc.used.update(id(one) for one in nouns[:1])
    for k, o in enumerate(others):  # and that on steel to 25%
        end = others[k + 1].lo if k + 1 < len(others) else cut_zone(sc, v.hi, reach)
        gapped = make_drafts(
            sc,
            n,
            o,
            effect,
            who,
            f"subject.{effect}",
            lo=o.hi,
            hi=end,
            quote=(o.lo, end),
            status=status,
        )
        for d in gapped:
            if not d.targets and made:
                d.targets, d.how["targets"] = made[0].targets, CARRIED
        made += gapped
        sc.used.add(id(o))
    if (
        v.is_("fall", "rise")
        and not v.past
        and not v.helpers
        and any(d.status == "announced" for d in sc.found)
    ):
        for d in made:
            if d.status == "in_force":
                d.status = "announced"
    if effect in {"new", "raise", "cut"}:
        still_to_come(sc, v, made)
    return made


def _not_for(sc: Scene, n: int, c: Clause, v: Verb, m: MeasureNoun) -> list[Draft]:
    """Return a measure that is said not to fall on some: they are exempt, it stands."""
    who = owner_of(sc, m)
    made = make_drafts(
        sc,
        n,
        m,
        "keep",
        who if who.codes else anyone(sc, c.subject),
        "subject.not_for",
        lo=m.hi,
        hi=min(c.subject[1], zone_end(sc, m, c.subject[1])),
        quote=(m.lo, c.hi),
        status=Standing("in_force", "not for some", False),
    )
    for d in made:
        d.excluded = codes_of(sc.at(v.hi, c.hi))
        d.dates = {}
        for k in sc.clauses:
            if k.kind == "rel" and k.verb is not None and k.verb.is_("start"):
                here = [x for x in sc.s.dates if k.lo <= x.lo < k.hi]
                d.dates = date_draft(
                    sc.s,
                    here,
                    "new",
                    not k.verb.past,
                    False,
                    sc.story.on.isoformat() if sc.story.on else "",
                )
    sc.used.add(id(m))
    return made


def _state_words(s: Sentence, v: Verb, c: Clause) -> str:
    """Return what "in force", "on hold", "at an end" say of a subject."""
    words = s.words(v.hi, min(v.hi + 7, c.hi))
    if v.is_("be", "remain", "put", "keep", "stand", "go") or v.lemma in {
        "be",
        "remain",
        "stay",
        "put",
        "leave",
    }:
        if words.startswith(
            ("on hold", "on ice", "suspended", "paused", "frozen", "in abeyance", "on pause")
        ):
            return "keep" if v.denied else "suspend"
        if words.startswith(
            (
                "in place",
                "in force",
                "in effect",
                "unchanged",
                "effective",
                "intact",
                "valid",
                "untouched",
                "unaffected",
                "not touched",
            )
        ) or (v.is_("remain") and not words.startswith(("at ", "a ", "the "))):
            return "lift" if v.denied else "keep"
        if words.startswith(("over", "gone", "no longer")):
            return "lift"
    return ""
