"""Something is done to a measure: imposed, raised, cut, lifted; active or passive."""

from __future__ import annotations

from dataclasses import replace

from countervail.reading.acts.agreed import agreement_drafts
from countervail.reading.acts.around import (
    NEW,
    controller_of,
    extended_end,
    means_trade,
    quote_start,
    said_by,
)
from countervail.reading.acts.build import effect_of, make_drafts
from countervail.reading.acts.granted import preference_drafts
from countervail.reading.clauses import Clause
from countervail.reading.draft import INFERRED, STATED, Draft
from countervail.reading.frames import (
    Piece,
    Scene,
    Who,
    agent_of,
    anyone,
    carried,
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
from countervail.reading.mentions.measures import PLANNED, STANDING, MeasureNoun
from countervail.reading.roles import FIRMS
from countervail.reading.standing import Standing, mood
from countervail.reading.verbs import Verb

WEIGHED = frozenset(
    {"cost of", "costs of", "impact of", "effect of", "effects of", "burden of", "price of"}
)


def objects_of(sc: Scene, c: Clause, v: Verb) -> list[MeasureNoun]:
    """Return the measures that a verb acts on: the first after it, and those joined to it."""
    s = sc.s
    end = cut_zone(sc, v.hi, c.hi)
    found: list[MeasureNoun] = []
    for m in sc.nouns(v.hi, end):
        start = m.act[0] if m.act is not None else m.lo
        if not found:
            before = s.low(start - 1)
            if v.is_("retaliate") and before in {"at", "to", "for", "against", "over"}:
                continue
            if before == "with" and not v.is_(
                "hit",
                "retaliate",
                "threaten",
                "impose",
                "talk",
                "go",
                "come",
                "agree",
                "strip",
                "announce",
                "replace",
                "do",
            ):
                continue
            if before in {"than", "like", "under", "above", "beyond", "as"} and not v.is_(
                "hit", "strip"
            ):
                continue
            if m.kind == "generic" or s.words(start - 2, start) in WEIGHED:
                continue
            if m.kind == "agreement" and s.low(start - 1) in {"under", "within", "without"}:
                continue
            found.append(m)
            continue
        if v.is_("replace") and s.low(start - 1) == "with":
            found.append(m)
            continue
        gap = s.words(max(start - 2, 0), start)
        if (
            gap.endswith(
                (" and", ",", " or", "and", " plus", "as well", "well as", "while", "and also")
            )
            or s.low(start - 1) in {"and", "or", ",", "plus", "but"}
        ) and m.kind != "generic":
            found.append(m)
    return found


def acted_drafts(
    sc: Scene, n: int, c: Clause, v: Verb, nouns: list[MeasureNoun], passive: bool
) -> list[Draft]:
    """Return the drafts of what a verb does to measures."""
    found: list[Draft] = []
    s = sc.s
    groups: list[list[Draft]] = []
    supposed = c.kind == "if" or mood(s, sc.clauses, n, False).supposed
    for k, m in enumerate(nouns):
        groups.append([])
        if supposed and not passive and m.definite and v.is_("lift", "cut", "suspend"):
            found += _taken_for_granted(sc, n, m, zone_end(sc, m, extended_end(sc, n)))
            continue
        if supposed and m.words & (PLANNED | STANDING):
            continue
        if m.lead == "no":
            sc.used.add(id(m))
            continue
        start = m.act[0] if m.act else m.lo
        if m.acts and s.has(max(start - 4, v.hi), start, {"not", "no", "without", "neither"}):
            sc.used.add(id(m))
            continue
        if v.is_("give") and s.has(v.hi, m.lo, {"approval", "assent", "nod", "consent"}):
            v.classes = frozenset({"announce"})
        if id(m) in sc.used and not v.is_("suspend", "lift", "keep", "remain", "end", "start"):
            continue
        hi = zone_end(
            sc,
            m,
            extended_end(sc, n)
            if not passive
            else c.subject[1]
            if m.head[0] < v.lo and c.subject[1] <= v.lo
            else c.hi,
        )
        who = _who_acts(sc, n, c, v, m, passive)
        end = hi
        if v.is_("replace") and len(nouns) < 2:
            sc.used.add(id(m))
            continue
        if v.is_("replace"):
            taken = s.low(m.lo - 1) == "with"
            v = replace(v, classes=frozenset({"replace", "impose" if taken else "lift"}))
        if m.kind == "agreement":
            found += agreement_drafts(sc, n, c, v, m, passive)
            continue
        if m.kind == "preference":
            found += preference_drafts(sc, n, c, v, m, passive)
            continue
        if not means_trade(sc, m, hi):
            continue
        known = NEW | {
            "raise",
            "cut",
            "lift",
            "suspend",
            "keep",
            "extend",
            "halt",
            "end",
            "rise",
            "fall",
            "remain",
        }
        if (
            not m.acts
            and v.classes == {"plan"}
            and v.lemma not in {"plan", "promise", "pledge", "vow", "prepare"}
        ):
            continue
        if not m.acts and v.classes.isdisjoint(known):
            capped = m.kind in {"tariff", "rate"} and v.is_("curb")
            opened = m.kind == "quota" and v.is_("allow")
            if not (capped or opened):
                continue
        only = None
        if passive:
            after = [r for r in sc.rates(v.hi, c.hi) if not share(sc, r)]
            ps = pieces(sc, m, hi, v)
            if after:
                ps = verb_rates(sc, m, v, c.hi, ps)
            only = ps
            span = (_subject_lo(c, m), c.hi)
            cut = cut_zone(sc, v.hi, extended_end(sc, n))
            found += _one(
                sc,
                n,
                m,
                v,
                who,
                "passive",
                only=only,
                lo=m.hi,
                hi=hi,
                after=(v.hi, cut),
                quote=(span[0], cut),
            )
            continue
        before = (0, 0)
        lead = s.low((m.act[0] if m.act else m.lo) - 1)
        if (
            k == 0
            and m.lo > v.hi
            and ((lead == "with" and not v.is_("retaliate", "replace")) or v.is_("hit"))
        ):
            before = (v.hi, m.lo)
        elif k == 0 and m.lo > v.hi:
            before = _dative(sc, v, m)
        quote = (quote_start(sc, n) if k == 0 else m.lo, end)
        groups[-1] = _one(sc, n, m, v, who, "active", lo=m.hi, hi=end, before=before, quote=quote)
        _borne(sc, c, groups[-1])
        groups[-1] += _presupposed(sc, n, m, groups[-1], end)
        found += groups[-1]
        named = subject_of(sc, n)
        for d in groups[-1]:
            other = named.how == STATED and not set(named.codes) & set(d.implementer)
            if not d.targets and other and d.how["implementer"] == STATED and len(named.codes) == 1:
                d.targets, d.how["targets"] = named.codes, INFERRED
        if c.kind == "inf" and c.parent >= 0 and controller_of(sc, c).codes:
            asking = subject_of(sc, c.parent)
            for d in groups[-1]:
                if (
                    not d.targets
                    and asking.how == STATED
                    and asking.codes
                    and asking.codes != d.implementer
                ):
                    d.targets, d.how["targets"] = asking.codes, INFERRED
    for here, then in zip(reversed(groups[:-1]), reversed(groups[1:]), strict=True):
        for d in here:  # a tariff on cars and a tariff on steel from one country
            if (
                not d.targets
                and then
                and then[0].targets
                and then[0].how["targets"] == STATED
                and d.how["products"] == STATED
            ):
                d.targets, d.how["targets"] = then[0].targets, INFERRED
            elif not d.targets and not d.products and then and d.rate is not None:
                d.targets, d.how["targets"] = then[0].targets, INFERRED
                d.products, d.how["products"] = list(then[0].products), INFERRED
    return found


def _taken_for_granted(sc: Scene, n: int, m: MeasureNoun, end: int) -> list[Draft]:
    """Return the measure that a condition takes to stand: unless it drops its 20% levy on."""
    own = owner_of(sc, m)
    who = own if own.codes else subject_of(sc, n)
    goods = any(m.hi <= g.lo < end for g in sc.s.products)
    rated = bool(sc.rates(m.lo, m.head[0]))
    if not who.codes or not (goods and rated) or m.kind not in {"tariff", "tax", "ban"}:
        return []
    stands = Standing("in_force", "taken for granted", False, False)
    made = make_drafts(
        sc, n, m, "new", who, "mention.asked", lo=m.hi, hi=end, quote=(m.lo, end), status=stands
    )
    for d in made:
        d.dates, d.condition, d.anaphoric = {}, None, False
    sc.used.add(id(m))
    return made


def _borne(sc: Scene, c: Clause, made: list[Draft]) -> None:
    """Give a measure that firms bear what they deal in: importers of wine will hand deposits."""
    if not sc.s.has(*c.subject, FIRMS) or not any(sc.at(*c.subject, "origin")):
        return
    goods = goods_between(sc.s, *c.subject, guess=False)
    for d in made:
        if not d.products and not d.targets and goods:
            own = [r for r in sc.at(*c.subject, "origin") if r.code not in d.implementer]
            d.products, d.targets = goods, codes_of(own)
            d.how["products"] = d.how["targets"] = STATED


def _presupposed(sc: Scene, n: int, m: MeasureNoun, made: list[Draft], end: int) -> list[Draft]:
    """Return a measure in force that a demand to change it takes for granted, if it has a rate."""
    asked = bool(made) and all(d.status == "demanded" for d in made)
    owner = owner_of(sc, m)
    if not asked or not owner.codes or not sc.rates(m.lo, m.head[0]):
        return []
    stands = Standing("in_force", "taken for granted", False, False)
    found = make_drafts(
        sc, n, m, "new", owner, "mention.asked", lo=m.hi, hi=end, quote=(m.lo, end), status=stands
    )
    for d in found:
        d.dates, d.condition = {}, None
    return found


def _dative(sc: Scene, v: Verb, m: MeasureNoun) -> tuple[int, int]:
    """Return words between a verb and its measure that name whom it falls on."""
    if sc.s.low(v.hi) in {"on", "against", "upon"} and not any(
        d.lo <= v.hi + 1 < d.hi or d.lo == v.hi for d in sc.s.dates
    ):
        return (v.hi, m.lo)
    return (0, 0)


def _subject_lo(c: Clause, m: MeasureNoun) -> int:
    return min(c.subject[0], m.lo) if c.subject[0] < c.subject[1] else m.lo


def verb_rates(sc: Scene, m: MeasureNoun, v: Verb, hi: int, ps: list[Piece]) -> list[Piece]:
    """Return the rates after a passive or intransitive verb: will be raised to 25%."""
    tail = MeasureNoun(v.lo, v.hi, (v.lo, v.hi), m.kind, False)
    more = pieces(sc, tail, hi, v)
    if not more:
        return ps
    if ps and ps[0].rate is not None and len(more) == 1:
        one = more[0]
        if one.old is None and one.rate is not None:
            one.old = ps[0].rate
        one.lo = ps[0].lo
        return [one]
    if len(more) == 1:
        more[0].lo = m.lo
    return more


def _rate_first(sc: Scene, m: MeasureNoun, v: Verb, hi: int) -> list[Piece] | None:
    """Return the rate that stands between a verb and its measure: cut to 7.5% the duty on."""
    found = [r for r in sc.rates(v.hi, m.lo) if lead_of(sc.s, r) in {"to", "from", "by"}]
    if not found or pieces(sc, m, hi, v):
        return None
    new = [r for r in found if lead_of(sc.s, r) == "to"]
    old = [r for r in found if lead_of(sc.s, r) == "from"]
    if not new:
        return None
    return [Piece(new[0], old[0] if old else None, m.lo, hi)]


HELD = ("on hold", "on ice", "on pause", "in abeyance")


def _one(
    sc: Scene,
    n: int,
    m: MeasureNoun,
    v: Verb,
    who: Who,
    rule: str,
    *,
    lo: int,
    hi: int,
    before: tuple[int, int] = (0, 0),
    after: tuple[int, int] = (0, 0),
    quote: tuple[int, int],
    only: list[Piece] | None = None,
) -> list[Draft]:
    s = sc.s
    if v.lemma in {"put", "place", "keep", "leave"} and any(
        x in s.words(m.hi, sc.clauses[n].hi) for x in HELD
    ):
        v = replace(v, classes=frozenset({"suspend"}))
    to_rate = any(lead_of(s, r) == "to" for r in sc.rates(m.hi, max(hi, after[1]))) or (
        s.low(m.hi) == "to" and bool(sc.rates(m.hi, hi))
    )
    effect = effect_of(v, m, to_rate)
    if only is None and m.lo > v.hi:
        only = _rate_first(sc, m, v, hi)
    made = make_drafts(
        sc,
        n,
        m,
        effect,
        who,
        f"{rule}.{effect}",
        lo=lo,
        hi=hi,
        before=before,
        quote=quote,
        only=only,
    )
    if v.is_("curb"):
        for d in made:
            if d.rate is not None and d.instrument == "tariff":
                d.rate = replace(d.rate, bound="up_to")
    hits = v.is_("hit") or (before[0] < before[1])
    for d in made:
        if hits and not d.targets and before[0] < before[1]:
            roles = [
                r
                for r in sc.roles
                if before[0] <= r.place.lo < before[1]
                and r.what in {"actor", "owner", "none", "origin", "against"}
                and r.code not in who.codes
            ]
            d.targets = codes_of(roles)
            if roles:
                d.how["targets"] = STATED
        if after[0] < after[1]:
            more, out = targets_in(sc, after[0], after[1], d.instrument, who.codes)
            if not d.targets and more:
                d.targets, d.how["targets"] = codes_of(more), STATED
            d.excluded += codes_of(out)
            if not d.products:
                d.products = goods_between(
                    s,
                    *after,
                    guess=rule == "passive"
                    and m.acts == ""
                    and v.is_("impose", "announce", "hit", "cover", "start"),
                )
                if d.products:
                    d.how["products"] = d.products[0].how
        if (
            v.lemma in {"double", "triple", "treble", "quadruple", "halve"}
            and d.rate is not None
            and d.old is None
        ):
            times = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4, "halve": 0.5}[v.lemma]
            leading = m.lo <= (next((r.lo for r in s.rates if r.it is d.rate), -1)) < m.head[0]
            if leading:
                d.old, d.rate = d.rate, replace(d.rate, value=d.rate.value * times)
                d.how["rate"] = INFERRED
            else:
                d.old = replace(d.rate, value=d.rate.value / times)
    sc.used.add(id(m))
    return made


BY_ITSELF = ("impose", "announce", "propose", "threaten", "plan", "consider", "hit", "retaliate")


def _who_acts(sc: Scene, n: int, c: Clause, v: Verb, m: MeasureNoun, passive: bool) -> Who:
    """Return who acts on a measure: an agent, an owner, a subject, or who acted before."""
    if passive:
        agent = agent_of(sc, v.hi, c.hi)
        if agent.codes:
            return agent
        own = owner_of(sc, m)
        if own.codes:
            return own
        if c.kind == "red" and c.parent >= 0 and sc.clauses[c.parent].kind not in {"attr"}:
            pass
        above = said_by(sc, n)
        return above if above.codes else anyone(sc, c.subject)
    own = owner_of(sc, m)
    if m.owner is None and own.codes and m.lead not in {"its", "their"} and not v.is_(*BY_ITSELF):
        return own  # Malaysian tariffs, whoever is said to win their end
    controller = controller_of(sc, c)
    if controller.codes:
        return controller
    subject = subject_of(sc, n)
    if (
        own.codes
        and own.how == STATED
        and (m.acts or v.is_("lift", "suspend", "keep", "remain", "consider", "escape", "other"))
        and m.owner is None
    ):
        return own
    if (
        own.codes
        and own.codes != subject.codes
        and v.is_("lift", "suspend", "keep", "remain", "consider", "escape", "cut", "raise")
        and not subject.codes
    ):
        return own
    if subject.codes:
        if own.codes and own.codes != subject.codes and own.how == STATED and m.owner is not None:
            return own if not v.is_("raise", "cut", "impose") else subject
        return own if own.codes == subject.codes and own.how == STATED else subject
    if own.codes:
        return own
    above = said_by(sc, n)
    return above if above.codes else carried(sc)
