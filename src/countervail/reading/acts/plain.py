"""Measures told in plain verbs: no longer buys, keeps out, lets lapse, charges them 30%."""

from __future__ import annotations

from dataclasses import replace

from countervail.reading.acts.acted import acted_drafts
from countervail.reading.acts.around import quote_start, said_by
from countervail.reading.acts.banned import ban_drafts
from countervail.reading.acts.build import make_drafts
from countervail.reading.acts.paid import paid_drafts
from countervail.reading.clauses import Clause
from countervail.reading.draft import CARRIED, INFERRED, STATED, Draft
from countervail.reading.frames import (
    Piece,
    Scene,
    Who,
    carried,
    codes_of,
    cut_zone,
    lead_of,
    share,
    subject_of,
)
from countervail.reading.lexicon import organ_words
from countervail.reading.mentions.measures import MeasureNoun
from countervail.reading.roles import FIRMS, Role
from countervail.reading.standing import Standing
from countervail.reading.verbs import Verb

TAKING = frozenset(
    {"let in", "bring in", "take", "accept", "receive", "clear", "unload", "import", "buy"}
)
TRADING = frozenset({"buy", "sell", "import", "export", "ship", "purchase", "supply"})
OUTWARD = frozenset({"sell", "export", "ship", "supply", "send"})
CHARGING = frozenset({"charge", "hit", "tax", "slap", "penalise", "penalize", "levy", "punish"})
LAPSING = frozenset({"lapse", "expire", "end", "die", "run"})
ANYTHING = frozenset({"whatever", "anything", "everything"})
HOLDING = frozenset({"keep", "hold", "lock", "shut", "throw", "stay"})
FORBIDDEN = Standing("in_force", "may not", True, False)
PARTNERS = frozenset({"actor", "none", "against", "origin"})


def plain_drafts(
    sc: Scene, n: int, c: Clause, v: Verb, passive: bool, objects: list[MeasureNoun]
) -> list[Draft]:
    """Return what a verb of plain speech tells of a measure; nothing where it tells none."""
    return (
        _let_go(sc, n, c, v, passive)
        or _refused(sc, n, c, v, passive)
        or _kept_out(sc, n, c, v, passive)
        or _admitted(sc, n, c, v, passive)
        or _followed(sc, n, c, v, passive)
        or _moved_on(sc, n, c, v)
        or ([] if objects or passive else _charged(sc, n, c, v))
    )


def _let_go(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> list[Draft]:
    """Return a measure that is let lapse, or taken off goods."""
    if passive or v.lemma not in {"let", "allow", "take", "knock", "strip"}:
        return []
    then = sc.clauses[n + 1] if n + 1 < len(sc.clauses) else c
    lapsing = then.verb is not None and then.verb.lemma in LAPSING and v.lemma == "let"
    hi = then.hi if lapsing else c.hi
    nouns = [m for m in sc.nouns(v.hi, hi) if m.kind not in {"agreement", "preference"}]
    if not nouns:
        return []
    m = nouns[0]
    if lapsing and then.verb is not None:
        c.hi = then.verb.lo
    if v.lemma in {"let", "allow"}:
        over = sc.s.has(m.hi, hi, LAPSING)
    else:
        over = sc.s.low(m.hi) == "off" and m.lo == v.hi
    if not over:
        return []
    ended = replace(v, classes=frozenset({"lift"}))
    return acted_drafts(sc, n, c, ended, [m], False)


def _refused(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> list[Draft]:
    """Return a ban where somebody buys or sells no longer, or lets nothing in."""
    s = sc.s
    shut = passive and v.lemma in {"refuse", "deny"}
    if shut and s.has(v.hi, v.hi + 3, {"clearance", "entry", "access", "admission"}):
        there = sc.at(v.hi, c.hi, "into", "in")
        who = _who(there[0]) if there else carried(sc)
        return _ban(sc, n, v, who, v.hi, c.hi, "import_ban", c.subject)
    if v.is_("enter") and s.low(c.subject[0]) == "no" and c.subject[0] < c.subject[1]:
        there = [r for r in sc.at(v.hi, c.hi) if r.place.lo - v.hi <= 1]
        return _ban(
            sc,
            n,
            v,
            _who(there[0]) if there else carried(sc),
            v.hi,
            c.hi,
            "import_ban",
            c.subject,
            FORBIDDEN,
        )
    if v.lemma in OUTWARD and "without" in s.words(v.hi, c.hi).split():
        near = sc.at(*c.subject, "in", "origin", "actor")
        if s.has(v.hi, c.hi, {"permit", "licence", "license", "permission"}):
            who = _who(near[0]) if near else carried(sc)
            return _ban(sc, n, v, who, v.hi, c.hi, "export_control", status=FORBIDDEN)
    none = s.low(c.subject[0]) == "no" and c.subject[0] < c.subject[1]
    stopped = v.under("halt", "refuse") and v.lemma in TAKING | TRADING
    if not (
        (v.longer and v.lemma in TRADING | TAKING)
        or (passive and none and v.lemma in TRADING | {"allow", "let in"})
        or stopped
    ):
        return []
    if not any(min(c.subject[0], v.lo) <= g.lo < c.hi for g in s.products):
        return []
    act = "export" if v.lemma in OUTWARD else "import"
    halted = replace(v, classes=frozenset({"halt"}), lemma=act, longer=False, denied=False)
    if none:
        halted = replace(halted, denied=False)
    hidden = c
    made = ban_drafts(sc, n, hidden, halted, passive)
    for d in made:
        if v.longer and "may" in v.helpers and d.status == "threatened":
            d.status = "in_force"  # may no longer import
    if made or passive:
        return made
    told = sc.clauses[c.parent] if c.parent >= 0 else None
    if told is None or told.verb is None or not told.verb.passive:
        return made
    near = [r for r in sc.at(*told.subject) if r.what in {"in", "origin", "actor"}]
    who = _who(near[0]) if near else carried(sc)
    return _ban(sc, n, v, who, v.hi, c.hi, "import_ban")


def _admitted(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> list[Draft]:
    """Return a quota where so much is let in: will let in no more than 20,000 tonnes of sugar."""
    volumes = [q for q in sc.s.volumes if v.hi <= q.lo < c.hi]
    goods = any(v.hi <= g.lo < c.hi for g in sc.s.products)
    if passive or not v.is_("allow") or not volumes or not goods:
        return []
    who = subject_of(sc, n)
    made = _ban(sc, n, v, who, v.hi, cut_zone(sc, v.hi, c.hi), "quota")
    for d in made:
        d.rule, d.volume = "verb.quota", volumes[0].it
        d.status = "announced" if d.status == "offered" and d.condition is None else d.status
    return made


def _kept_out(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> list[Draft]:
    """Return a ban where goods are kept out of a country."""
    s = sc.s
    if v.lemma not in HOLDING and not v.is_("ban"):
        return []
    home = next((k for k in range(v.hi, c.hi) if s.words(k, k + 2) == "at home"), -1)
    if home > 0 and v.is_("keep") and any(v.hi <= g.lo < home for g in s.products):
        who = subject_of(sc, n)  # keeps its ore at home
        return _ban(sc, n, v, who, v.hi, cut_zone(sc, v.hi, c.hi), "export_control")
    at = next((k for k in range(v.hi, c.hi) if s.low(k) == "out"), -1)
    if at < 0:
        return []
    zone = c.subject if passive else (v.hi, at)
    if not any(zone[0] <= g.lo < zone[1] for g in s.products):
        return []
    out_of = [r for r in sc.at(at, min(at + 6, c.hi)) if s.low(at + 1) == "of"]
    who = subject_of(sc, n) if not passive else said_by(sc, n)
    if not who.codes or not (passive or sc.at(*c.subject, "actor", "owner")):
        who = _who(out_of[0]) if out_of else who if who.codes else carried(sc)
    return _ban(sc, n, v, who, v.hi, cut_zone(sc, v.hi, c.hi), "import_ban", zone)


def _ban(
    sc: Scene,
    n: int,
    v: Verb,
    who: Who,
    lo: int,
    hi: int,
    instrument: str,
    before: tuple[int, int] = (0, 0),
    status: Standing | None = None,
) -> list[Draft]:
    if not who.codes:
        return []
    return make_drafts(
        sc,
        n,
        None,
        "new",
        who,
        "verb.ban",
        lo=lo,
        hi=hi,
        before=before if before[1] <= v.lo else (0, 0),
        quote=(quote_start(sc, n), hi),
        instrument=instrument,
        only=[],
        guess=False,
        status=status,
    )


def _followed(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> list[Draft]:
    """Return goods that join a list before at a rate: toys follow in 2025 at 35%."""
    s = sc.s
    given = passive and v.lemma in {"give", "assign", "hand", "allot"}
    context = bool(sc.story.drafts) or bool(sc.nouns(0, len(s.tokens)))
    if not (v.lemma in {"follow", "come", "join"} or given) or not context:
        return []
    rates = [r for r in sc.rates(v.hi, c.hi) if not share(sc, r)]
    if not rates or (not given and lead_of(s, rates[0]) != "at"):
        return []
    if not given and not any(c.subject[0] <= g.lo < c.subject[1] for g in s.products):
        return []
    return paid_drafts(sc, n, c, v, [])


def _moved_on(sc: Scene, n: int, c: Clause, v: Verb) -> list[Draft]:
    """Return the measure named last at the rate that it will rise or fall to: they would double."""
    s = sc.s
    last = sc.found[-1] if sc.found else sc.story.last
    pronoun = c.subject[1] - c.subject[0] == 1 and s.low(c.subject[0]) in {"it", "they"}
    if not pronoun or not v.is_("rise", "fall", "go") or last is None or last.listed:
        return []
    rates = [r for r in sc.rates(v.hi, c.hi) if lead_of(s, r) == "to"]
    if not rates or last.rate is None or last.instrument not in {"tariff", "tariff_cut"}:
        return []
    effect = "raise" if rates[0].it.value > last.rate.value else "cut"
    made = make_drafts(
        sc,
        n,
        None,
        effect,
        Who(last.implementer, CARRIED),
        "subject.moved",
        lo=v.hi,
        hi=c.hi,
        quote=(c.subject[0], c.hi),
        instrument="tariff",
        only=[Piece(rates[0], None, rates[0].lo, c.hi)],
        guess=False,
    )
    for d in made:
        d.targets, d.products = last.targets, list(last.products)
        d.how["targets"] = d.how["products"] = CARRIED
        d.old, d.firm, d.instrument = last.rate, last.firm, last.instrument
        if effect == "cut":
            d.instrument = "tariff_cut"
    return made


def _charged(sc: Scene, n: int, c: Clause, v: Verb) -> list[Draft]:
    """Return a rate that a power charges a country: will charge Brazil 50%."""
    s = sc.s
    if v.lemma not in CHARGING:
        return []
    cut = cut_zone(sc, v.hi, c.hi)
    rates = [r for r in sc.rates(v.hi, cut) if not share(sc, r)]
    if not rates or any(v.hi <= g.lo < cut for g in s.products):
        return []
    first = rates[0]
    struck = [
        r
        for r in sc.at(v.hi, first.lo)
        if r.what in PARTNERS and r.place.lo - v.hi <= 2 and r.place.hi >= first.lo - 2
    ]
    who = subject_of(sc, n)
    if not struck and s.low(first.hi) == "on" and s.low(first.hi + 1) in ANYTHING and who.codes:
        struck = sc.at(first.hi, cut, "origin", "against")
        who = who if sc.at(*c.subject) or c.source >= 0 else Who((), INFERRED)
    elif not struck or s.has(v.hi, first.lo, FIRMS | organ_words()):
        return []
    if not who.codes or s.has(*c.subject, FIRMS) or {r.code for r in struck} & set(who.codes):
        return []
    old = next((r for r in rates[1:] if lead_of(s, r) == "from"), None)
    made = make_drafts(
        sc,
        n,
        None,
        "new",
        who,
        "rate.country",
        lo=v.hi,
        hi=cut,
        quote=(quote_start(sc, n), cut),
        instrument="tariff",
        only=[Piece(first, old, first.lo, cut)],
        guess=False,
    )
    for d in made:
        d.targets, d.how["targets"] = codes_of(struck), STATED if struck else CARRIED
    return made


def _who(r: Role) -> Who:
    return Who((r.code,), INFERRED, (r.place.it.start, r.place.it.end))
