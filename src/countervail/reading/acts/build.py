"""A draft made of a measure, its rates, goods and targets."""

from __future__ import annotations

from dataclasses import replace

from countervail.reading.acts.around import attribution_of, condition_of, quote_start, status_of
from countervail.reading.acts.dates import date_clause
from countervail.reading.draft import CARRIED, GUESSED, INFERRED, STATED, Draft, Goods
from countervail.reading.frames import (
    Piece,
    Scene,
    Who,
    codes_of,
    instrument_of,
    pieces,
    targets_in,
)
from countervail.reading.goods import goods_between
from countervail.reading.mentions.measures import EXTRA, MeasureNoun
from countervail.reading.roles import Role
from countervail.reading.standing import Standing
from countervail.reading.verbs import Verb


def effect_of(v: Verb, m: MeasureNoun, to_rate: bool) -> str:
    """Return what a verb, or a noun of action before the measure, does to it."""
    if v.longer:
        return "lift"
    if m.acts:
        return {"impose": "new", "resume": "new", "launch": "new", "agree": "new"}.get(
            m.acts, m.acts
        )
    if (
        v.is_("raise")
        or (v.lemma == "lift" and to_rate)
        or (
            (v.is_("rise") and v.lemma not in {"double", "triple", "treble", "quadruple"})
            or v.is_("rise")
        )
    ):
        return "raise"
    if v.lemma in {"drop", "bring", "roll back", "scale back"} and to_rate:
        return "cut"
    if v.is_("lift"):
        return "lift"
    if v.is_("cut") or v.is_("fall"):
        return "lift" if m.kind in {"ban", "curb"} else "cut"
    if v.is_("suspend", "halt"):
        return "suspend"
    if v.is_("keep") and (v.lemma != "leave" or m.kind != "agreement"):
        return "keep"
    weighing = v.lemma in {"review", "examine", "study", "discuss", "debate"}
    if weighing and m.definite and not to_rate:
        return "keep"
    if v.is_("extend"):
        return (
            "keep"
            if m.kind in {"ban", "curb", "quota", "export", "subsidy"} or m.definite
            else "new"
        )
    if v.is_("end") and not v.is_("other"):
        return "lift"
    if v.is_("remain", "cover", "return"):
        return "keep"
    return "new"


def _quote(sc: Scene, lo: int, hi: int) -> tuple[int, int]:
    return sc.span(lo, hi)


def make_drafts(
    sc: Scene,
    n: int,
    m: MeasureNoun | None,
    effect: str,
    who: Who,
    rule: str,
    *,
    lo: int,
    hi: int,
    before: tuple[int, int] = (0, 0),
    quote: tuple[int, int] | None = None,
    instrument: str | None = None,
    only: list[Piece] | None = None,
    guess: bool = True,
    status: Standing | None = None,
) -> list[Draft]:
    """Return the drafts of one measure: one for each of its rates.

    Args:
        sc: the sentence.
        n: the clause.
        m: the measure's noun; None where only a verb or a rate tells it.
        effect: what is done to it.
        who: takes it.
        rule: the pattern.
        lo, hi: the words after the noun that belong to it.
        before: words before it that name goods or targets too.
        quote: words quoted; default the clause.
        instrument: default by the noun.
        only: its rates, where they are known.
        guess: whether unknown words are taken for goods.
        status: default by the verb.
    """
    s, c = sc.s, sc.clauses[n]
    v = c.verb
    who = _not_oneself(sc, who, lo, hi, before, m)
    own = who.codes
    kind = instrument or (instrument_of(sc, m, hi, own) if m is not None else "tariff")
    if m is not None and s.low(m.head[0]) in {"that", "those", "one"} and sc.found:
        kind = {"tariff_cut": "tariff"}.get(sc.found[-1].instrument, sc.found[-1].instrument)
    if only is not None:
        ps = only
    elif m is not None:
        ps = pieces(sc, m, hi, v)
    else:
        ps = []
    condition = condition_of(sc, n)
    if status is None:
        status, _ = status_of(sc, n, effect, _conditional(sc, condition))
    ps = ps or [Piece(None, None, m.lo if m is not None else lo, hi)]
    several = len(ps) > 1
    if several and s.has(lo, len(s.tokens), {"respectively"}):
        ps = _zipped(sc, ps, hi)
    made = []
    for k, p in enumerate(ps):
        goods, targets, out = _whom(sc, m, p, lo, hi, before, kind, own, several, guess, k)
        span = quote or (quote_start(sc, n), hi)
        if several:
            span = (p.lo if k else min(p.lo, span[0]), p.hi)
        start, end = _quote(sc, *span)
        draft = Draft(own, kind, status.status, start, end, rule, s.number)
        if (
            not goods
            and not targets
            and m is not None
            and not m.definite
            and kind == "tariff"
            and before == (0, 0)
        ):
            goods, targets = _probed(sc, m)
        draft.targets, draft.excluded = codes_of(targets), codes_of(out)
        draft.products = list({(g.start, g.end): g for g in goods}.values())
        _rate(sc, draft, p, m, effect)
        if kind == "sanctions":
            draft.products = []
            near = [r for r in sc.at(lo, hi) if r.code not in own and r.what != "except"]
            near = near or [r for r in sc.at(v.hi if v else lo, hi) if r.code not in own]
            draft.targets = codes_of(near)
        draft.condition = condition
        draft.attribution = attribution_of(sc, n)
        draft.how["implementer"], draft.how["targets"] = who.how, STATED if targets else CARRIED
        draft.how["status"], draft.cue["status"] = (
            STATED if status.decided else INFERRED,
            _verb_span(sc, v),
        )
        draft.how["products"] = goods[0].how if goods else GUESSED
        if who.cue:
            draft.cue["implementer"] = who.cue
        if targets:
            draft.cue["targets"] = (targets[0].place.it.start, targets[0].place.it.end)
        if p.rate is not None:
            draft.cue["rate"] = (p.rate.it.start, p.rate.it.end)
            draft.how["rate"] = STATED
        draft.anaphoric = m is not None and m.definite
        draft.retaliatory = s.has(
            c.lo,
            hi,
            {
                "retaliatory",
                "retaliation",
                "reciprocal",
                "tit-for-tat",
                "retaliated",
                "retaliate",
                "countermeasures",
            },
        ) or (v is not None and v.is_("retaliate"))
        cutting = v is not None and v.is_("cut", "raise")
        shrunk = cutting and draft.rate is not None and draft.rate.free
        if kind == "quota" and (p.delta or shrunk):
            draft.rate, draft.old = None, None
        partial = m is not None and s.has(
            max(m.lo - 3, 0), m.head[0], {"some", "part", "several", "partly", "many"}
        )
        if kind == "tariff" and effect == "lift" and draft.status == "offered" and partial:
            draft.instrument = "tariff_cut"
        if (kind == "tariff" and effect == "cut") or (kind == "tariff" and effect == "exempt"):
            draft.instrument = "tariff_cut"
        if kind == "tariff" and sc.s.volumes and _within_quota(sc, lo, c.hi):
            draft.instrument = kind = "quota"
        if kind == "quota" or (kind == "import_ban" and c.verb is not None and c.verb.is_("curb")):
            give_volume(sc, draft, p if several else None, hi)
        date_clause(sc, n, draft, effect, status)
        if (
            draft.status == "in_force"
            and effect in {"new", "raise"}
            and any(
                o.kind in {"time", "coord"}
                and o.verb is not None
                and s.low(o.verb.main) in RELENTED
                for o in sc.clauses[n + 1 : n + 3]
            )
        ):
            draft.status = "removed"
        draft.cue["measure"] = (
            (s.tokens[m.head[0]].start, s.tokens[m.head[1] - 1].end)
            if m is not None
            else draft.cue["status"]
        )
        words = {s.low(k) for k in range(m.lo, m.head[1])} if m is not None else set()
        draft.taxed = kind == "export_control" and bool(
            words & {"tax", "taxes", "duty", "duties", "levy", "levies", "tariff", "tariffs"}
        )
        made.append(draft)
    return made


def still_to_come(sc: Scene, v: Verb, made: list[Draft]) -> None:
    """Give drafts in the present tense the status of what was announced just before.

    What a tariff of tomorrow will be is told in the present: the rate on tyres goes to 40%.
    """
    last = sc.story.last
    if (
        v.form != "finite"
        or v.past
        or v.helpers
        or v.is_("remain")
        or last is None
        or last.status != "announced"
    ):
        return
    for d in made:
        if d.implementer != last.implementer or d.sentence - last.sentence > 1:
            continue
        if d.status == "in_force":
            d.status, d.how["status"] = "announced", CARRIED
            if "in_force" in last.dates:
                d.dates.setdefault("in_force", last.dates["in_force"])


PROBES = frozenset(
    ["probe", "investigation", "inquiry", "review", "investigations", "case", "complaint"]
)


def _not_oneself(
    sc: Scene, who: Who, lo: int, hi: int, before: tuple[int, int], m: MeasureNoun | None
) -> Who:
    """Return who acts; not who is aimed at, where that was only carried over."""
    if who.how not in {CARRIED, GUESSED} or not who.codes:
        return who
    aimed = sc.at(lo, hi, "origin", "against") + sc.at(before[0], before[1], "origin", "against")
    if m is not None:
        aimed += sc.at(m.lo, m.head[0], "origin")
    if not any(r.code in who.codes for r in aimed):
        return who
    for x in [*reversed(sc.found), *reversed(sc.story.drafts)]:
        for codes in (x.implementer, x.targets):
            if codes and not set(codes) & set(who.codes) and len(codes) == 1:
                return Who(codes, GUESSED)
    return who


def _probed(sc: Scene, m: MeasureNoun) -> tuple[list[Goods], list[Role]]:
    """Return the goods and origins of an inquiry that a duty without any follows."""
    s = sc.s
    for k in range(m.lo - 1, -1, -1):
        if s.low(k) in PROBES:
            return goods_between(s, k, m.lo, guess=False), sc.at(k, m.lo, "origin", "against")
    return [], []


def _conditional(sc: Scene, condition: tuple[int, int] | None) -> bool:
    """Return whether a condition leaves open whether it comes; what is exchanged does not."""
    if condition is None:
        return False
    return not any(t.start == condition[0] and t.low == "in" for t in sc.s.tokens)


def _verb_span(sc: Scene, v: Verb | None) -> tuple[int, int]:
    if v is None:
        return (sc.s.tokens[0].start, sc.s.tokens[0].end)
    return (sc.s.tokens[v.lo].start, sc.s.tokens[min(v.hi, len(sc.s.tokens)) - 1].end)


def _zipped(sc: Scene, ps: list[Piece], hi: int) -> list[Piece]:
    """Give each of several rates one of as many goods, or countries: respectively."""
    last = max(p.end for p in ps)
    goods = [m for m in sc.s.products if last <= m.lo < hi]
    if len(goods) != len(ps):
        goods = [m for m in sc.s.places if last <= m.lo < hi]
    if len(goods) != len(ps):
        return ps
    return [replace(p, lo=g.lo, hi=g.hi) for p, g in zip(ps, goods, strict=True)]


def _whom(
    sc: Scene,
    m: MeasureNoun | None,
    p: Piece,
    lo: int,
    hi: int,
    before: tuple[int, int],
    kind: str,
    own: tuple[str, ...],
    several: bool,
    guess: bool,
    k: int,
) -> tuple[list[Goods], list[Role], list[Role]]:
    """Return the goods, targets and exempt places of one rate of a measure."""
    s = sc.s
    first = m.lo if m is not None else lo
    head = m.head[0] if m is not None else lo
    a, b = (p.lo, p.hi) if several else (lo, hi)
    goods: list[Goods] = []
    if before[0] < before[1]:
        goods += goods_between(s, before[0], before[1], guess=False)
    if m is not None:
        goods += goods_between(s, first, head, guess=False)
    lying = goods_between(s, max(a, head), b, guess=guess and not goods)
    if m is not None and lying and goods and s.low(m.hi) in {"on", "to"} and before == (0, 0):
        goods = []  # the steel tariff on refrigerators
    goods += lying
    if several and not goods:
        goods = (
            goods_between(s, lo, hi, guess=guess)
            if not _any_goods(sc, lo, hi) or k == 0
            else goods_between(s, lo, p.lo, guess=False)
        )
    targets, out = targets_in(sc, max(a, head), b, kind, own)
    if m is not None:
        more, _ = targets_in(sc, first, head, kind, own)
        targets = more + targets
    if before[0] < before[1]:
        more, gone = targets_in(sc, before[0], before[1], kind, own)
        targets, out = more + targets, out + gone
    if several and not targets:
        targets, gone = targets_in(sc, lo, p.lo, kind, own)
        targets = targets or targets_in(sc, lo, hi, kind, own)[0][:0]
        out = out + gone
    if several and not targets:  # goods from all of them, named at the end
        end = targets_in(sc, hi - 1 - (hi - p.hi), hi, kind, own)[0]
        targets = (
            end
            if end and all(not targets_in(sc, q, q2, kind, own)[0] for q, q2 in [(lo, p.lo)])
            else targets
        )
    return goods, targets, out


def _any_goods(sc: Scene, lo: int, hi: int) -> bool:
    return any(lo <= g.lo < hi for g in sc.s.products)


def _rate(sc: Scene, draft: Draft, p: Piece, m: MeasureNoun | None, effect: str) -> None:
    """Give a draft its rate, the one before it, and the basis."""
    s = sc.s
    if p.rate is not None:
        draft.rate = p.rate.it
        if p.delta and p.rate.it.unit == "percent":
            draft.rate = replace(p.rate.it, unit="pp" if effect in {"raise", "cut"} else "percent")
    if p.old is not None:
        draft.old = p.old.it
        if p.rate is None and effect == "lift":
            draft.rate = p.old.it
    words = set(m.words) if m is not None else set()
    if p.rate is not None:
        words |= {s.low(p.rate.lo - 1), s.low(p.rate.lo - 2), s.low(p.rate.hi), s.low(p.rate.lo)}
    head = {s.low(k) for k in range(*m.head)} if m is not None else set()
    if words & EXTRA or head & {"surtax", "surtaxes", "surcharge", "surcharges"} or p.delta:
        draft.basis = "additional"


def _within_quota(sc: Scene, lo: int, hi: int) -> bool:
    """Return whether a rate is one within a quota."""
    return any(
        sc.s.has(max(m.lo - 1, 0), m.lo, {"within", "for", "under", "inside"}) and m.kind == "quota"
        for m in sc.nouns(lo, hi)
    )


def give_volume(sc: Scene, draft: Draft, p: Piece | None, hi: int) -> None:
    """Give a draft the quantity of its quota."""
    a, b = (p.lo, p.hi) if p is not None else (sc.clauses[0].lo, hi)
    for m in sc.s.volumes:
        if a <= m.lo < b and not any(r.lo <= m.lo < r.hi for r in sc.s.rates):
            draft.volume = m.it
            return


RELENTED = frozenset(["backed", "relented", "climbed", "retreated", "backtracked", "reversed"])
