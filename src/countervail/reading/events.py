"""The frames: impose, raise, cut, lift, suspend, keep, ban, allow, pay, enter, strip, agree ..."""

from __future__ import annotations

from dataclasses import replace

from countervail.reading.acts.acted import acted_drafts, objects_of
from countervail.reading.acts.around import NEW
from countervail.reading.acts.banned import ban_drafts
from countervail.reading.acts.continued import continued_drafts
from countervail.reading.acts.entered import entered_drafts, is_free
from countervail.reading.acts.granted import (
    exempt_drafts,
    licence_drafts,
    sanction_drafts,
    stripped_drafts,
    subsidy_drafts,
)
from countervail.reading.acts.happened import happened_drafts
from countervail.reading.acts.mentioned import mentioned_drafts
from countervail.reading.acts.paid import gapped_drafts, is_subject_to, paid_drafts
from countervail.reading.acts.plain import plain_drafts
from countervail.reading.acts.pointed import begin_order, list_goods, point_back
from countervail.reading.acts.rated import changed_rate, rated_drafts
from countervail.reading.acts.recalled import look_back
from countervail.reading.clauses import Clause
from countervail.reading.draft import GUESSED, STATED, Draft
from countervail.reading.frames import (
    Piece,
    Scene,
    in_stretch,
    lead_of,
    unique,
)
from countervail.reading.lexicon import organ_words
from countervail.reading.mentions.measures import MeasureNoun
from countervail.reading.verbs import Verb


def read_scene(sc: Scene) -> list[Draft]:
    """Return the drafts of a sentence, in their order."""
    made: list[Draft] = []
    for n, c in enumerate(sc.clauses):
        if c.verb is not None:
            made += _clause(sc, n, c, c.verb)
            sc.found = made
            _remember(sc, c)
    made += mentioned_drafts(sc)
    made += continued_drafts(sc, made)
    for d in made:
        _beside(sc, d)
        look_back(sc, d)
    return made


def _beside(sc: Scene, d: Draft) -> None:
    """Give a rate without a target the one other country that the sentence speaks of."""
    if (
        d.targets
        or d.rate is None
        or d.instrument not in {"tariff", "tariff_cut"}
        or d.products
        or d.listed
    ):
        return
    codes = unique([r.code for r in sc.roles if r.what in {"with", "between", "against"}])
    codes = tuple(code for code in codes if code not in d.implementer)
    if len(codes) == 1:
        d.targets, d.how["targets"] = codes, GUESSED


def _remember(sc: Scene, c: Clause) -> None:
    """Keep who acted or spoke, for the words that point back."""
    lo, hi = c.subject
    if lo >= hi or c.kind in {"rel", "red", "inf"}:
        return
    found = in_stretch(sc, lo, hi)
    if found.codes and found.how == STATED:
        roles = sc.at(lo, hi, "actor", "owner", "in", "origin")
        if not roles or (roles[0].what in {"in", "origin"} and not sc.s.has(lo, hi, organ_words())):
            return
        sc.story.actors = found.codes
        for code in found.codes:
            if roles[0].place.it.kind == "bloc" or code in {"EU", "EAEU"}:
                sc.story.bloc = code


def _meant(sc: Scene, c: Clause, v: Verb, nouns: list[MeasureNoun]) -> None:
    """Class a verb as it is meant beside its measure: demands a deposit, brings a duty down."""
    if not nouns:
        return
    first = nouns[0]
    rated = sc.rates(first.lo, first.head[0])
    if v.lemma in {"demand", "require", "ask"} and rated and first.kind == "tax":
        v.classes = frozenset({"impose"})
    if v.lemma in {"bring", "take"} and any(lead_of(sc.s, r) == "to" for r in sc.rates(v.hi, c.hi)):
        v.classes = frozenset({"raise" if sc.s.has(v.hi, c.hi, {"up"}) else "cut"})


def _clause(sc: Scene, n: int, c: Clause, v: Verb) -> list[Draft]:
    s = sc.s
    found: list[Draft] = []
    above = sc.clauses[n - 1].verb if n else None
    if above is not None and above.lemma == "let" and v.is_("end") and sc.found:
        return []  # let the duty expire
    passive = v.passive or (c.kind == "red" and v.form == "part")
    subject_nouns = sc.nouns(*c.subject) if not passive or c.subject[0] < c.subject[1] else []
    subject_nouns = [
        m
        for m in subject_nouns
        if m.kind != "agreement" or s.low(m.lo - 1) not in {"under", "within"}
    ]
    object_nouns = objects_of(sc, c, v)
    _meant(sc, c, v, object_nouns)
    if (
        v.is_("remain", "go", "rise", "fall", "stand")
        and not subject_nouns
        and sc.rates(v.hi, c.hi)
        and sc.story.drafts
        and (
            sc.at(*c.subject, "origin")
            or any(c.subject[0] <= g.lo < c.subject[1] and g.hi == c.subject[1] for g in s.products)
        )
    ):
        paid = paid_drafts(sc, n, c, v, [])
        if paid:
            return paid
    charged = passive and v.lemma in {"charge", "levy", "tax"} and not subject_nouns
    if (
        (charged and sc.rates(v.hi, c.hi))
        or v.is_("pay")
        or (v.is_("hit") and passive and object_nouns + sc.rates(v.hi, c.hi))
        or is_subject_to(s, v)
    ):
        paid = paid_drafts(sc, n, c, v, object_nouns)
        if paid:
            return paid
    if (
        v.is_("enter")
        or is_free(sc, c, v)
        or (v.is_("allow") and any(c.lo <= q.lo < c.hi for q in s.volumes))
        or (v.is_("allow") and any(lead_of(s, r) == "at" for r in sc.rates(v.hi, c.hi)))
    ):
        entered = entered_drafts(sc, n, c, v)
        if entered:
            return entered
    if (
        v.lemma == "do"
        and sc.rates(v.hi, c.hi)
        and sc.found
        and sc.found[-1].rule.startswith("pay")
    ):
        at = sc.rates(v.hi, c.hi)[0]
        lo = min(c.head[0], c.lo) if c.head[0] < c.head[1] else c.lo
        return gapped_drafts(sc, sc.found[-1], lo, Piece(at, None, lo, at.hi))
    trading = v.is_("trade") or v.lemma in {"buy", "sell"}
    if trading and v.under("halt", "ban", "suspend", "curb", "resume", "allow"):
        kind = "resume" if v.under("resume", "allow") else "halt"
        return ban_drafts(sc, n, c, replace(v, classes=frozenset({kind})), passive)
    if v.is_("strip") or v.lemma == "lose":
        return stripped_drafts(sc, n, c, v, object_nouns)
    if v.is_("exempt"):
        return exempt_drafts(sc, n, c, v, passive)
    if v.is_("sanction") and not object_nouns:
        return sanction_drafts(sc, n, c, v, passive)
    if v.is_("subsidise") and not object_nouns:
        return subsidy_drafts(sc, n, c, v, passive)
    told = plain_drafts(sc, n, c, v, passive, object_nouns)
    if told:
        return told
    applying = v.lemma in {"apply", "ask"} and s.low(v.hi) == "for"
    applying = applying or (
        v.lemma in {"show", "hold", "obtain", "present", "secure", "get"}
        and s.has(v.hi, v.hi + 4, {"licence", "license", "permit", "licences", "permits"})
    )
    if (v.is_("need", "require") or applying) and not object_nouns:
        licensed = licence_drafts(sc, n, c, v)
        if licensed or not applying:
            return licensed
    if passive and subject_nouns:
        found += acted_drafts(sc, n, c, v, subject_nouns, True)
    elif subject_nouns and not (
        object_nouns
        and v.is_(*NEW)
        and not v.is_("start", "rise", "fall", "end", "remain", "cover")
    ):
        found += happened_drafts(sc, n, c, v, subject_nouns)
    if object_nouns and not passive:
        found += acted_drafts(sc, n, c, v, object_nouns, False)
    elif object_nouns and passive and v.is_("hit", "retaliate"):
        found += paid_drafts(sc, n, c, v, object_nouns)
    pointing = s.low(v.hi) in {"it", "them"} and not sc.rates(v.hi, c.hi)
    rates = sc.rates(v.hi, c.hi)
    if (
        v.lemma == "bring"
        and s.low(v.hi) in {"it", "them"}
        and rates
        and changed_rate(sc, n, v, rates)
    ):
        return []
    starting = v.is_("start") or v.lemma == "apply"
    if starting and not found and begin_order(sc, c, v):
        return []
    if v.is_("include", "cover") and not object_nouns and list_goods(sc, c, v):
        return []
    if not found and pointing and v.is_("impose", "suspend", "lift", "keep", "raise", "cut"):
        point_back(sc, n, c, v)
        return []
    if not found and v.is_(
        "ban", "halt", "suspend", "curb", "allow", "resume", "lift", "remain", "keep", "freeze"
    ):
        found += ban_drafts(sc, n, c, v, passive)
    if (
        not found
        and not object_nouns
        and v.is_("impose", "hit", "raise", "cut", "lift", "keep", "threaten")
    ):
        found += rated_drafts(sc, n, c, v, passive)
    return found
