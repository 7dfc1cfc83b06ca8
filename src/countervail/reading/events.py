"""The frames: impose, raise, cut, lift, suspend, keep, ban, allow, pay, enter, strip, agree ..."""

from __future__ import annotations

from dataclasses import replace

from countervail.reading.clauses import Clause
from countervail.reading.dating import date_draft
from countervail.reading.draft import CARRIED, GUESSED, INFERRED, STATED, Draft, Goods
from countervail.reading.firms import find_firm
from countervail.reading.frames import (
    NOBODY,
    Piece,
    Scene,
    Who,
    agent_of,
    anyone,
    carried,
    codes_of,
    cut_zone,
    in_stretch,
    instrument_of,
    lead_of,
    owner_of,
    pieces,
    share,
    subject_of,
    targets_in,
    unique,
    zone_end,
)
from countervail.reading.goods import goods_between, noun_goods
from countervail.reading.lexicon import goods_words, organ_words, word_set
from countervail.reading.mentions.measures import ADJECTIVES, EXTRA, PLANNED, STANDING, MeasureNoun
from countervail.reading.mentions.rates import Rate
from countervail.reading.roles import FIRMS, Role
from countervail.reading.sentence import Mention, Sentence
from countervail.reading.standing import Mood, Standing, mood, standing
from countervail.reading.verbs import Verb

NEW = word_set("events.new")
CARRIERS = word_set("events.carriers")
RUNNING = word_set("events.running")
TRADE = word_set("events.trade")


def read_scene(sc: Scene) -> list[Draft]:
    """Return the drafts of a sentence, in their order."""
    made: list[Draft] = []
    for n, c in enumerate(sc.clauses):
        if c.verb is not None:
            made += _clause(sc, n, c, c.verb)
            sc.found = made
            _remember(sc, c)
    made += _left_over(sc)
    for d in made:
        _beside(sc, d)
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


# ---- one clause


def _clause(sc: Scene, n: int, c: Clause, v: Verb) -> list[Draft]:
    s = sc.s
    found: list[Draft] = []
    passive = v.passive or (c.kind == "red" and v.form == "part")
    subject_nouns = sc.nouns(*c.subject) if not passive or c.subject[0] < c.subject[1] else []
    object_nouns = _objects(sc, c, v)
    if (
        v.is_("remain", "go", "rise", "fall", "stand")
        and not subject_nouns
        and sc.rates(v.hi, c.hi)
        and sc.story.drafts
        and sc.at(*c.subject, "origin")
    ):
        paid = _paid(sc, n, c, v, [])
        if paid:
            return paid
    charged = passive and v.lemma in {"charge", "levy", "tax"} and not subject_nouns
    if (
        (charged and sc.rates(v.hi, c.hi))
        or v.is_("pay")
        or (v.is_("hit") and passive and object_nouns + sc.rates(v.hi, c.hi))
        or _subject_to(s, v)
    ):
        paid = _paid(sc, n, c, v, object_nouns)
        if paid:
            return paid
    if (
        v.is_("enter")
        or _free(sc, c, v)
        or (v.is_("allow") and any(c.lo <= q.lo < c.hi for q in s.volumes))
    ):
        entered = _entered(sc, n, c, v)
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
        return _gapped(sc, sc.found[-1], lo, Piece(at, None, lo, at.hi))
    trading = v.is_("trade") or v.lemma in {"buy", "sell"}
    if trading and v.under("halt", "ban", "suspend", "curb", "resume", "allow"):
        kind = "resume" if v.under("resume", "allow") else "halt"
        return _goods_act(sc, n, c, replace(v, classes=frozenset({kind})), passive)
    if v.is_("strip"):
        return _stripped(sc, n, c, v, object_nouns)
    if v.is_("exempt"):
        return _exempted(sc, n, c, v, passive)
    if v.is_("sanction") and not object_nouns:
        return _sanctioned(sc, n, c, v, passive)
    if v.is_("subsidise") and not object_nouns:
        return _subsidised(sc, n, c, v, passive)
    applying = v.lemma == "apply" and s.low(v.hi) == "for"
    if (v.is_("need", "require") or applying) and not object_nouns:
        licensed = _licensed(sc, n, c, v)
        if licensed or not applying:
            return licensed
    if passive and subject_nouns:
        found += _acted(sc, n, c, v, subject_nouns, True)
    elif subject_nouns and not (
        object_nouns
        and v.is_(*NEW)
        and not v.is_("start", "rise", "fall", "end", "remain", "cover")
    ):
        found += _happened(sc, n, c, v, subject_nouns)
    if object_nouns and not passive:
        found += _acted(sc, n, c, v, object_nouns, False)
    elif object_nouns and passive and v.is_("hit", "retaliate"):
        found += _paid(sc, n, c, v, object_nouns)
    pointing = s.low(v.hi) in {"it", "them"} and not sc.rates(v.hi, c.hi)
    if v.is_("start") and not found and _begins_with(sc, n, c, v):
        return []
    if v.is_("include", "cover") and not object_nouns and _listing(sc, c, v):
        return []
    if not found and pointing and v.is_("impose", "suspend", "lift", "keep", "raise", "cut"):
        _pointed(sc, n, c, v)
        return []
    if not found and v.is_(
        "ban", "halt", "suspend", "curb", "allow", "resume", "lift", "remain", "keep", "freeze"
    ):
        found += _goods_act(sc, n, c, v, passive)
    if (
        not found
        and not object_nouns
        and v.is_("impose", "hit", "raise", "cut", "lift", "keep", "threaten")
    ):
        found += _rated(sc, n, c, v, passive)
    return found


def _objects(sc: Scene, c: Clause, v: Verb) -> list[MeasureNoun]:
    """Return the measures that a verb acts on: the first after it, and those joined to it."""
    s = sc.s
    end = cut_zone(sc, v.hi, c.hi)
    found: list[MeasureNoun] = []
    for m in sc.nouns(v.hi, end):
        start = m.act[0] if m.act is not None else m.lo
        if not found:
            before = s.low(start - 1)
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
                "do",
            ):
                continue
            if before in {"than", "like", "under", "above", "beyond", "as"} and not v.is_(
                "hit", "strip"
            ):
                continue
            if m.kind == "generic":
                continue
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


def _effect(v: Verb, m: MeasureNoun, to_rate: bool) -> str:
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
    if v.is_("keep"):
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


def _condition(sc: Scene, n: int) -> tuple[int, int] | None:
    """Return the words of the condition that hangs on a clause."""
    parts = sc.clauses
    for k, c in enumerate(parts):
        if c.kind != "if" or k == n:
            continue
        reaches = False
        m, seen = c.parent, 0
        while m >= 0 and seen < 20:
            if m == n:
                reaches = True
                break
            if parts[m].kind not in {"inf", "ger", "red", "rel", "part"}:
                break
            m, seen = parts[m].parent, seen + 1
        if (
            not reaches
            and k > n
            and all(parts[j].kind in {"inf", "ger", "red", "rel"} for j in range(n + 1, k))
        ):
            reaches = True
        if (
            not reaches
            and k < n
            and k == 0
            and all(
                parts[j].kind in {"inf", "ger", "red", "rel", "part", "if", "coord", "main"}
                for j in range(1, n)
            )
        ):
            reaches = parts[n].kind in {"main", "coord", "said"} and n <= 4
        if not reaches:
            continue
        end = c.hi
        for j in range(k + 1, len(parts)):
            if j == n or (parts[j].kind in {"coord", "main", "attr"} and parts[j].kind != "if"):
                break
            end = parts[j].hi
        return sc.span(c.lo, end)
    c = parts[n]
    return _bare_condition(sc, c)


def _bare_condition(sc: Scene, c: Clause) -> tuple[int, int] | None:
    """Return a condition that has no verb of its own, such as "subject to approval"."""
    s = sc.s
    for k in range(c.verb.hi if c.verb else c.lo, c.hi):
        if (
            s.low(k) in {"if", "unless"}
            or s.words(k, k + 2)
            in {"provided that", "subject to", "contingent on", "conditional on"}
            or s.words(k, k + 3)
            in {"in return for", "in exchange for", "as long as", "on condition that"}
        ):
            if s.words(k, k + 2) == "subject to" and c.verb is not None and k - c.verb.hi <= 0:
                continue
            return sc.span(k, c.hi)
    return None


def _status(sc: Scene, n: int, effect: str, has_condition: bool) -> tuple[Standing, Mood]:
    state = mood(sc.s, sc.clauses, n, has_condition)
    return standing(effect, state), state


def _attribution(sc: Scene, n: int) -> tuple[int, int] | None:
    """Return who says it: the subject of the clause above, or of "he said" beside it."""
    parts, s = sc.clauses, sc.s
    m, seen = n, 0
    while parts[m].parent >= 0 and seen < 12:
        up = parts[m].parent
        if parts[m].kind == "said" and parts[up].subject[0] < parts[up].subject[1]:
            return sc.span(*parts[up].subject)
        m, seen = up, seen + 1
    for c in parts:
        if c.kind == "attr" and c.subject[0] < c.subject[1]:
            return sc.span(*c.subject)
    for k in range(len(s.tokens) - 2):
        if s.low(k) == "according" and s.low(k + 1) == "to":
            end = k + 2
            while end < len(s.tokens) and s.low(end) not in {",", ".", ";"} and end < k + 14:
                end += 1
            return sc.span(k + 2, end)
    return None


def _quote(sc: Scene, lo: int, hi: int) -> tuple[int, int]:
    return sc.span(lo, hi)


def _clause_lo(sc: Scene, n: int) -> int:
    """Return where a clause's quote begins: at its subject, where that stands before it."""
    c = sc.clauses[n]
    lo = c.lo
    if c.subject[0] < c.subject[1]:
        lo = (
            min(lo, c.subject[0])
            if c.subject[1] <= (c.verb.lo if c.verb else c.hi)
            and (c.verb is None or c.verb.lo - c.subject[1] <= 1)
            else lo
        )
        lo = max(lo, c.subject[0]) if c.subject[1] - c.subject[0] and c.subject[0] >= c.lo else lo
    return lo


def _extended(sc: Scene, n: int) -> int:
    """Return where a clause ends with the short clauses on its nouns: cars made in Japan."""
    hi = sc.clauses[n].hi
    for k in range(n + 1, len(sc.clauses)):
        one = sc.clauses[k]
        v = one.verb
        if v is None or one.lo != hi:
            break
        if (
            (
                (one.kind in {"red", "part"} and (v.lemma in CARRIERS or v.lemma == "set out"))
                or (
                    one.kind == "rel"
                    and (v.lemma in CARRIERS or v.lemma in {"contain", "originate"})
                )
            )
            or (one.kind == "rel" and v.lemma in RUNNING and sc.rates(v.lo, one.hi))
            or (one.kind in {"part"} and v.is_("reach", "run", "include"))
        ):
            hi = one.hi
        else:
            break
    return hi


# ---- building


def _make(
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
    condition = _condition(sc, n)
    if status is None:
        status, _ = _status(sc, n, effect, condition is not None)
    ps = ps or [Piece(None, None, m.lo if m is not None else lo, hi)]
    several = len(ps) > 1
    if several and s.has(lo, len(s.tokens), {"respectively"}):
        ps = _zipped(sc, ps, hi)
    made = []
    for k, p in enumerate(ps):
        goods, targets, out = _whom(sc, m, p, lo, hi, before, kind, own, several, guess, k)
        span = quote or (_clause_lo(sc, n), hi)
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
        draft.attribution = _attribution(sc, n)
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
            _volume(sc, draft, p if several else None, hi)
        _date(sc, n, draft, effect, status)
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
        made.append(draft)
    return made


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


def _volume(sc: Scene, draft: Draft, p: Piece | None, hi: int) -> None:
    a, b = (p.lo, p.hi) if p is not None else (sc.clauses[0].lo, hi)
    for m in sc.s.volumes:
        if a <= m.lo < b and not any(r.lo <= m.lo < r.hi for r in sc.s.rates):
            draft.volume = m.it
            return


def _date(sc: Scene, n: int, draft: Draft, effect: str, status: Standing) -> None:
    """Give a draft its dates: of its clause, and of the clause that says it."""
    s, parts, c = sc.s, sc.clauses, sc.clauses[n]
    v = c.verb
    hi = _extended(sc, n)
    lo = c.lo if not (c.subject[0] < c.subject[1] and c.subject[0] < c.lo) else c.subject[0]
    if n == 0 or (c.kind == "main"):
        lo = (
            0
            if all(parts[k].kind in {"if", "time", "rel"} or k == n for k in range(n + 1))
            and parts[0] is c
            else lo
        )
    here = [d for d in s.dates if lo <= d.lo < hi]
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


RELENTED = frozenset(["backed", "relented", "climbed", "retreated", "backtracked", "reversed"])


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


# ---- a measure's noun is acted on


def _acted(
    sc: Scene, n: int, c: Clause, v: Verb, nouns: list[MeasureNoun], passive: bool
) -> list[Draft]:
    found: list[Draft] = []
    s = sc.s
    groups: list[list[Draft]] = []
    supposed = c.kind == "if" or mood(s, sc.clauses, n, False).supposed
    for k, m in enumerate(nouns):
        groups.append([])
        if supposed and m.words & (PLANNED | STANDING):
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
            _extended(sc, n)
            if not passive
            else c.subject[1]
            if m.head[0] < v.lo and c.subject[1] <= v.lo
            else c.hi,
        )
        who = _who_acts(sc, n, c, v, m, passive)
        end = hi
        if m.kind == "agreement":
            found += _agreed(sc, n, c, v, m, passive)
            continue
        if m.kind == "preference":
            found += _preferred(sc, n, c, v, m, passive)
            continue
        if not _means_trade(sc, m, hi):
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
                ps = _verb_rates(sc, m, v, c.hi, ps)
            only = ps
            span = (_subject_lo(c, m), c.hi)
            cut = cut_zone(sc, v.hi, _extended(sc, n))
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
        if k == 0 and m.lo > v.hi and (lead == "with" or v.is_("hit")):
            before = (v.hi, m.lo)
        elif k == 0 and m.lo > v.hi:
            before = _dative(sc, v, m)
        quote = (_clause_lo(sc, n) if k == 0 else m.lo, end)
        groups[-1] = _one(sc, n, m, v, who, "active", lo=m.hi, hi=end, before=before, quote=quote)
        found += groups[-1]
        named = subject_of(sc, n)
        for d in groups[-1]:
            other = named.how == STATED and not set(named.codes) & set(d.implementer)
            if not d.targets and other and d.how["implementer"] == STATED and len(named.codes) == 1:
                d.targets, d.how["targets"] = named.codes, INFERRED
        if c.kind == "inf" and c.parent >= 0 and _controller(sc, c).codes:
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


def _dative(sc: Scene, v: Verb, m: MeasureNoun) -> tuple[int, int]:
    """Return words between a verb and its measure that name whom it falls on."""
    if sc.s.low(v.hi) in {"on", "against", "upon"} and not any(
        d.lo <= v.hi + 1 < d.hi or d.lo == v.hi for d in sc.s.dates
    ):
        return (v.hi, m.lo)
    return (0, 0)


def _subject_lo(c: Clause, m: MeasureNoun) -> int:
    return min(c.subject[0], m.lo) if c.subject[0] < c.subject[1] else m.lo


def _verb_rates(sc: Scene, m: MeasureNoun, v: Verb, hi: int, ps: list[Piece]) -> list[Piece]:
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
    effect = _effect(v, m, to_rate)
    if only is None and m.lo > v.hi:
        only = _rate_first(sc, m, v, hi)
    made = _make(
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
        above = _said_by(sc, n)
        return above if above.codes else anyone(sc, c.subject)
    own = owner_of(sc, m)
    if m.owner is None and own.codes and m.lead not in {"its", "their"} and not v.is_(*BY_ITSELF):
        return own  # Malaysian tariffs, whoever is said to win their end
    controller = _controller(sc, c)
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
        return subject
    if own.codes:
        return own
    above = _said_by(sc, n)
    return above if above.codes else carried(sc)


def _said_by(sc: Scene, n: int) -> Who:
    """Return who says what a clause tells."""
    m, seen = n, 0
    parts = sc.clauses
    while parts[m].parent >= 0 and seen < 12:
        up = parts[m].parent
        if parts[m].kind == "said":
            lo, hi = parts[up].subject
            found = in_stretch(sc, lo, hi, parts[up], up) if lo < hi else NOBODY
            if found.codes:
                return replace(found, how=INFERRED)
        m, seen = up, seen + 1
    for k, c in enumerate(parts):
        if c.kind == "attr" and c.subject[0] < c.subject[1]:
            found = in_stretch(sc, *c.subject, c, k)
            if found.codes:
                return replace(found, how=INFERRED)
    return NOBODY


def _controller(sc: Scene, c: Clause) -> Who:
    """Return who is asked or expected to act: expects Beijing to cut."""
    if c.kind != "inf" or c.verb is None or c.parent < 0:
        return NOBODY
    p = sc.clauses[c.parent].verb
    if p is None or not p.is_(
        "expect", "demand", "force", "allow", "require", "say", "other", "seek"
    ):
        return NOBODY
    near = [
        r
        for r in sc.roles
        if r.place.lo >= p.hi
        and r.place.hi <= c.verb.lo
        and r.what in {"actor", "against", "none", "for"}
    ]
    if near:
        return Who((near[-1].code,), INFERRED, (near[-1].place.it.start, near[-1].place.it.end))
    return NOBODY


def _means_trade(sc: Scene, m: MeasureNoun, hi: int) -> bool:
    """Return whether a weak word means a measure of trade here."""
    s = sc.s
    if not m.weak:
        if m.kind == "ban":
            return _ban_of_trade(sc, m, hi)
        return True
    zone = (m.lo, min(hi + 1, len(s.tokens)))
    origins = sc.at(*zone, "origin", "against", "into")
    goods = any(zone[0] <= g.lo < zone[1] for g in s.products)
    words = s.has(m.lo, hi, TRADE)
    if m.kind == "curb":
        return bool(goods or words or (origins and m.words & {"trade", "import"})) or (
            m.definite and bool(sc.story.drafts)
        )
    if m.kind == "rate" and (m.words & (EXTRA | ADJECTIVES)):
        return True
    if m.kind == "rate":
        return bool(sc.story.drafts or sc.found) or words
    if m.kind in {"tax", "generic", "tariff"}:
        if words or (goods and origins):
            return True
        domestic = s.has(
            m.head[0], m.head[1], {"tax", "taxes", "fee", "fees", "penalty", "penalties"}
        )
        return (goods or (m.definite and not domestic)) and bool(sc.story.drafts)
    return goods or words or bool(origins)


def _ban_of_trade(sc: Scene, m: MeasureNoun, hi: int) -> bool:
    s = sc.s
    if m.words & {"import", "export", "trade"} or s.has(
        m.hi, hi, TRADE | {"shipments", "purchases", "sales", "selling"}
    ):
        return True
    if {s.low(k) for k in range(*m.head)} & TRADE or len(range(*m.head)) > 1:
        return True
    goods = any(m.lo <= g.lo < hi for g in s.products)
    places = sc.at(m.lo, hi, "origin", "against", "owner")
    if goods or any(r.what == "origin" for r in places):
        return True
    return m.definite and any(
        d.instrument in {"import_ban", "export_control"} for d in sc.story.drafts
    )


# ---- a measure's noun is the subject


def _happened(sc: Scene, n: int, c: Clause, v: Verb, nouns: list[MeasureNoun]) -> list[Draft]:
    """Return drafts of what a measure does itself: rises, takes effect, ends, stays."""
    s = sc.s
    m = nouns[0]
    rates = [r for r in sc.rates(v.hi, c.hi) if not share(sc, r)]
    words = s.words(v.hi, min(v.hi + 5, c.hi))
    state = _state_words(s, v, c)
    if v.is_("say", "think", "other", "trade") and not state:
        return []
    if v.denied and v.lemma in {"apply", "cover", "affect", "include", "extend"}:
        return _not_for(sc, n, c, v, m)
    if v.is_("be", "have") and not (rates or state):
        return []
    if m.kind in {"agreement", "preference"}:
        return (
            _agreed(sc, n, c, v, m, False)
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
    if not _means_trade(sc, m, hi):
        return []
    if (
        v.is_("fall", "rise")
        and not v.past
        and not v.helpers
        and any(d.status == "announced" for d in sc.found)
    ):
        state = ""
    effect = state or _effect(v, m, any(lead_of(s, r) == "to" for r in rates))
    if (
        v.is_("start", "run", "reach", "be", "go", "come", "cover", "impose")
        and not state
        and not m.acts
    ):
        effect = "new"
    who = owner_of(sc, m)
    if not who.codes:
        agent = agent_of(sc, c.subject[0], c.subject[1])
        above = _said_by(sc, n)
        if c.kind in {"part", "ger"} and not above.codes and c.parent >= 0:
            above = subject_of(sc, c.parent)
        who = agent if agent.codes else above if above.codes else anyone(sc, c.subject)
    ps = pieces(sc, m, hi, v)
    if rates:
        ps = _verb_rates(sc, m, v, cut_zone(sc, v.hi, c.hi), ps)
    cut = cut_zone(sc, v.hi, c.hi)
    status = None
    if effect == "end":
        condition = _condition(sc, n)
        st, md = _status(sc, n, "lift", condition is not None)
        status = (
            st if not (md.future or md.would) else Standing("in_force", "will end", True, False)
        )
        effect = "lift" if status.status == "removed" else "keep"
    if v.is_("end") and effect == "lift" and not v.past and "expire" in v.lemma + "lapse":
        status = Standing("in_force", "will end", True, False)
    made = _make(
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
    for d in made:
        more, out = targets_in(sc, v.hi, cut, d.instrument, who.codes)
        d.excluded += codes_of(out)
        if more and not d.targets:
            d.targets, d.how["targets"] = codes_of(more), STATED
        if not d.products and (
            v.is_("cover", "impose") or s.has(v.hi, min(v.hi + 3, cut), {"to", "on"})
        ):
            d.products = goods_between(s, v.hi, cut, guess=v.is_("cover") or v.lemma == "apply")
    sc.used.update(id(one) for one in nouns[:1])
    if (
        v.is_("fall", "rise")
        and not v.past
        and not v.helpers
        and any(d.status == "announced" for d in sc.found)
    ):
        for d in made:
            if d.status == "in_force":
                d.status = "announced"
    return made


def _not_for(sc: Scene, n: int, c: Clause, v: Verb, m: MeasureNoun) -> list[Draft]:
    """Return a measure that is said not to fall on some: they are exempt, it stands."""
    who = owner_of(sc, m)
    made = _make(
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
            ("in place", "in force", "in effect", "unchanged", "effective", "intact", "valid")
        ) or (v.is_("remain") and not words.startswith(("at ", "a ", "the "))):
            return "lift" if v.denied else "keep"
        if words.startswith(("over", "gone", "no longer")):
            return "lift"
    return ""


# ---- pay, face, be subject to


def _subject_to(s: Sentence, v: Verb) -> bool:
    return (v.lemma == "be" and s.low(v.hi) in {"subject", "liable", "dutiable"}) or (
        v.is_("hit") and v.lemma == "subject"
    )


def _paid(sc: Scene, n: int, c: Clause, v: Verb, nouns: list[MeasureNoun]) -> list[Draft]:
    """Return drafts where goods or firms bear a rate: pay, face, attract, are charged."""
    s = sc.s
    cut = cut_zone(sc, v.hi, c.hi)
    nouns = [
        m
        for m in nouns
        if (
            m.kind in {"tariff", "tax", "rate", "quota", "export", "ban"}
            and _means_trade(sc, m, cut)
        )
        or (m.kind in {"tax", "rate"})
    ]
    rates = [r for r in sc.rates(v.hi, cut) if not share(sc, r)]
    subject = c.subject
    if subject[0] >= subject[1] and c.source >= 0:
        subject = sc.clauses[c.source].subject
    goods = any(subject[0] <= g.lo < subject[1] for g in s.products)
    origins = sc.at(*subject, "origin", "actor", "owner")
    named = find_firm(s, *subject)
    generic = s.has(
        *subject,
        {
            "imports",
            "goods",
            "products",
            "shipments",
            "exports",
            "exporters",
            "producers",
            "companies",
            "others",
            "firms",
            "makers",
            "those",
        },
    )
    context = bool(sc.story.drafts) or bool(nouns)
    tells = bool((goods or generic or v.passive) and origins) or s.has(
        *subject, {"imports", "imported"}
    )
    tells = tells or bool(goods and sc.at(0, len(s.tokens), "into"))
    context = context or bool(sc.found) or tells
    if not nouns and not (rates and context and (goods or origins or named or generic)):
        return []
    if not nouns and not context:
        return []
    if not (goods or origins or named or generic) and (
        not (sc.story.drafts or sc.found)
        or s.low(subject[0])
        not in {
            "they",
            "it",
            "these",
            "those",
            "all",
            "the",
            "both",
        }
    ):
        return []
    who = NOBODY
    m = nouns[0] if nouns else None
    if m is not None:
        who = owner_of(sc, m)
    if not who.codes:
        who = agent_of(sc, v.hi, c.hi)
    if not who.codes:
        into = sc.at(*subject, "into") + sc.at(v.hi, cut, "into", "in")
        into = [r for r in into if r.what == "into" or s.low(r.place.lo - 1) == "in"]
        if into:
            who = Who((into[0].code,), STATED, (into[0].place.it.start, into[0].place.it.end))
    if not who.codes:
        said = _said_by(sc, n)
        last = sc.story.last
        before_it = Who(last.implementer, CARRIED) if last is not None and m is None else NOBODY
        who = said if said.codes else before_it if before_it.codes else anyone(sc, subject)
    effect = "new"
    if m is not None:
        ps = pieces(sc, m, zone_end(sc, m, c.hi), v)
        if not ps and rates:
            ps = [Piece(rates[0], None, rates[0].lo, cut)]
        known = [r for p in ps for r in (p.rate, p.old) if r is not None]
        for r in rates:
            if (
                r not in known
                and known
                and r.lo > known[-1].hi
                and any(known[-1].hi <= g.lo < r.lo for g in (*s.products, *s.places))
            ):
                ps.append(Piece(r, None, r.lo, cut))
                known.append(r)
    else:
        tail = MeasureNoun(v.lo, v.hi, (v.lo, v.hi), "tariff", False)
        ps = (
            pieces(sc, tail, cut, v)
            if len(rates) > 1 and s.low(rates[0].lo - 1) == "from"
            else [Piece(r, None, r.lo, cut) for r in rates]
        )
    first, rest = ps[:1], ps[1:]
    end = rest[0].lo if rest else cut
    lo = m.hi if m is not None else v.hi
    made = _make(
        sc,
        n,
        m,
        effect,
        who,
        "pay",
        lo=lo,
        hi=first[0].rate.hi
        if rest and first and first[0].rate is not None
        else end
        if m is None or rest
        else max(lo, zone_end(sc, m, c.hi)),
        before=subject,
        quote=(subject[0], end),
        only=first or None,
        guess=False,
        instrument=None if m is not None and m.kind in {"quota", "export", "ban"} else "tariff",
    )
    for d in made:
        roles = [r for r in sc.at(*subject, "origin", "actor", "owner") if r.code not in who.codes]
        if roles and not d.targets:
            d.targets, d.how["targets"] = codes_of(roles), STATED
        d.firm = named if named and not goods else None
        if not d.products and not named:
            d.products = goods_between(s, subject[0], subject[1], guess=False) or _subject_goods(
                s, *subject
            )
    last = sc.story.last
    if v.form == "finite" and not v.past and not v.helpers and last is not None:
        for d in made:  # what a tariff of tomorrow will be is told in the present
            carried_on = last.status == "announced" and last.implementer == d.implementer
            if carried_on and d.status == "in_force" and s.number - last.sentence == 1:
                d.status, d.how["status"] = "announced", CARRIED
                if "in_force" in last.dates:
                    d.dates.setdefault("in_force", last.dates["in_force"])
    # the gapped ones: pork 15% and beef 10%
    for k, p in enumerate(rest):
        if p.rate is None:
            continue
        earlier = ps[k].rate
        a = earlier.hi if earlier is not None else p.lo
        made += _gapped(sc, made[0] if made else None, a, p)
    if m is not None:
        sc.used.add(id(m))
    return made


def _subject_goods(s: Sentence, lo: int, hi: int) -> list[Goods]:
    return (
        [
            g
            for g in noun_goods(s, lo, hi)
            if not any(m.it.start <= g.start < m.it.end for m in s.places)
        ]
        if hi - lo <= 8
        else []
    )


def _gapped(sc: Scene, like: Draft | None, lo: int, p: Piece) -> list[Draft]:
    """Return a draft of a rate whose verb is left out: and beef 10%."""
    if like is None or p.rate is None:
        return []
    s = sc.s
    hi = p.rate.hi
    while lo < p.rate.lo and s.low(lo) in {",", "and", "while", "but", "with"}:
        lo += 1
    if not any(lo <= g.lo < hi for g in (*s.products, *s.places, *s.firms)) and not find_firm(
        s, lo, p.rate.lo
    ):
        return []
    start, end = sc.span(lo, hi)
    d = replace(
        like,
        start=start,
        end=end,
        rate=p.rate.it,
        old=None,
        products=goods_between(s, lo, hi, guess=False),
        rule="pay.gapped",
        dates=dict(like.dates),
        how=dict(like.how),
        cue=dict(like.cue),
        needs_check=[],
    )
    d.firm = find_firm(s, lo, p.rate.lo) if not d.products else None
    if d.firm:
        d.products = list(like.products)
    roles = [
        r
        for r in sc.at(lo, hi, "origin", "actor", "owner", "none")
        if r.code not in like.implementer
    ]
    if roles:
        d.targets = codes_of(roles)
        d.products = d.products or list(like.products)
    d.cue["rate"] = (p.rate.it.start, p.rate.it.end)
    return [d]


# ---- enter, duty-free


def _free(sc: Scene, c: Clause, v: Verb) -> bool:
    if v.lemma in {"be", "have"} and not (
        v.past or len(v.helpers) > 1 or set(v.helpers) & {"will", "would", "shall"}
    ):
        return False
    return (
        v.is_("be", "remain", "allow", "give", "other")
        and any(r.it.free for r in sc.rates(v.hi, c.hi))
        and bool(
            any(c.subject[0] <= g.lo < c.subject[1] for g in sc.s.products)
            or sc.s.has(*c.subject, set(goods_words()))
            or v.is_("allow", "give")
        )
    )


def _entered(sc: Scene, n: int, c: Clause, v: Verb) -> list[Draft]:
    s = sc.s
    cut = cut_zone(sc, v.hi, c.hi)
    subject = c.subject
    if subject[0] >= subject[1] and c.source >= 0:
        subject = sc.clauses[c.source].subject
    above = sc.clauses[c.parent].verb if c.parent >= 0 else None
    if c.kind == "inf" and above is not None:
        subject = (above.hi, v.lo)
    if v.is_("allow", "give"):
        subject = (v.hi, cut)
    rates = [r for r in sc.rates(v.hi, cut) if not share(sc, r)]
    if not rates or not (
        any(subject[0] <= g.lo < subject[1] for g in s.products)
        or s.has(*subject, set(goods_words()) | {"those", "these"})
    ):
        return []
    volume = [q for q in s.volumes if subject[0] <= q.lo < cut]
    into = [
        r
        for r in sc.at(subject[0], cut, "into", "owner", "actor")
        if r.place.lo >= v.hi or r.what == "into"
    ]
    who = NOBODY
    owners = list(sc.at(v.hi, cut, "owner"))
    if owners:
        who = Who((owners[0].code,), STATED, (owners[0].place.it.start, owners[0].place.it.end))
    elif into:
        who = Who((into[0].code,), STATED, (into[0].place.it.start, into[0].place.it.end))
    elif v.is_("allow", "give"):
        who = subject_of(sc, n)
    if not who.codes:
        who = carried(sc)
    kind = "quota" if volume else "tariff_cut"
    ps = [Piece(rates[0], None, subject[0], cut)]
    sc.used.update(id(m) for m in sc.nouns(min(subject[0], v.lo), cut))
    made = _make(
        sc,
        n,
        None,
        "cut",
        who,
        "enter",
        lo=v.hi,
        hi=cut,
        before=subject,
        quote=(min(subject[0], v.lo), cut),
        instrument=kind,
        only=ps,
        guess=False,
    )
    for d in made:
        if volume:
            d.volume = volume[0].it
        if not d.targets:
            roles = [
                r for r in sc.at(*subject, "origin", "actor", "owner") if r.code not in who.codes
            ]
            d.targets = codes_of(roles)
        if d.status == "offered" and not d.condition:
            d.status = "announced"
    return made


# ---- preferences, exemptions, licences, sanctions, subsidies


def _stripped(sc: Scene, n: int, c: Clause, v: Verb, nouns: list[MeasureNoun]) -> list[Draft]:
    if not any(m.kind == "preference" for m in nouns):
        return []
    who = subject_of(sc, n)
    made = _make(
        sc,
        n,
        None,
        "new",
        who,
        "strip",
        lo=v.hi,
        hi=c.hi,
        quote=(_clause_lo(sc, n), c.hi),
        instrument="tariff",
        guess=False,
    )
    for d in made:
        roles = [r for r in sc.at(v.hi, c.hi) if r.code not in who.codes and r.what != "in"]
        d.targets, d.products, d.rate = codes_of(roles), [], None
    for m in nouns:
        sc.used.add(id(m))
    return made


def _preferred(sc: Scene, n: int, c: Clause, v: Verb, m: MeasureNoun, passive: bool) -> list[Draft]:
    """Return drafts of a preference withdrawn or granted."""
    who = agent_of(sc, v.hi, c.hi) if passive else subject_of(sc, n)
    if not who.codes:
        who = carried(sc)
    effect = _effect(v, m, False)
    sc.used.add(id(m))
    if effect in {"lift", "suspend"}:
        made = _make(
            sc,
            n,
            None,
            "new",
            who,
            "preference.lift",
            lo=m.hi,
            hi=c.hi,
            quote=(_clause_lo(sc, n), c.hi),
            instrument="tariff",
            only=[],
            guess=False,
        )
        for d in made:
            if "removed" in d.dates:
                d.dates["in_force"] = d.dates.pop("removed")
    elif v.is_("give", "impose", "announce", "extend", "offer", "agree", "keep", "resume"):
        made = _make(
            sc,
            n,
            None,
            "cut",
            who,
            "preference.grant",
            lo=m.hi,
            hi=c.hi,
            quote=(_clause_lo(sc, n), c.hi),
            instrument="tariff_cut",
            only=[Piece(r, None, m.lo, c.hi) for r in sc.rates(m.lo, m.hi)][:1],
            guess=False,
        )
    else:
        return []
    for d in made:
        roles = [
            r
            for r in sc.at(c.lo, c.hi)
            if (r.code not in who.codes and r.what != "in" and r.place.lo >= v.lo)
            or (passive and r.code not in who.codes and r.place.lo < v.lo)
        ]
        d.targets = codes_of(roles) or d.targets
    return made


def _exempted(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> list[Draft]:
    """Return a cut to nothing where goods are exempted; exempt countries are no measure."""
    s = sc.s
    zone = c.subject if passive else (v.hi, c.hi)
    goods = goods_between(s, zone[0], zone[1], guess=False)
    noun = [m for m in sc.nouns(v.hi, c.hi) if m.kind in {"tariff", "tax", "quota"}]
    if not goods or not noun:
        for m in noun:
            sc.used.add(id(m))
        return []
    for m in noun:
        sc.used.add(id(m))
    who = agent_of(sc, v.hi, c.hi) if passive else subject_of(sc, n)
    if not who.codes:
        own = owner_of(sc, noun[0])
        who = own if own.codes else carried(sc)
    made = _make(
        sc,
        n,
        None,
        "cut",
        who,
        "exempt",
        lo=v.hi,
        hi=c.hi,
        before=c.subject if passive else (0, 0),
        quote=(_clause_lo(sc, n), c.hi),
        instrument="tariff_cut",
        only=[],
        guess=False,
    )
    for d in made:
        d.rate = Rate(s.tokens[v.main].start, s.tokens[v.main].end, 0.0, free=True)
        d.how["rate"] = INFERRED
        d.cue["rate"] = (s.tokens[v.main].start, s.tokens[v.main].end)
    return made


def _shipped(sc: Scene, lo: int, hi: int) -> list[Goods]:
    """Return what is shipped or sold in a stretch, whether or not a table knows it."""
    for k in range(lo, hi):
        if sc.s.low(k) in {"ship", "export", "sell", "exporting", "shipping", "selling"}:
            while sc.s.low(k + 1) in {"even", "its", "the", "any", "weaker", "their"}:
                k += 1
            return noun_goods(sc.s, k + 1, hi)
    return []


def _licensed(sc: Scene, n: int, c: Clause, v: Verb) -> list[Draft]:
    """Return an export control where exporters need a licence."""
    s = sc.s
    lo, hi = c.lo, _extended(sc, n)
    for k in range(n + 1, len(sc.clauses)):
        if sc.clauses[k].kind in {"inf", "ger"}:
            hi = sc.clauses[k].hi
        else:
            break
    words = {t.low for t in s.tokens[min(lo, c.subject[0]) : hi]}
    if not words & {
        "licence",
        "license",
        "licences",
        "licenses",
        "permit",
        "permits",
        "approval",
        "permission",
    } or not words & {
        "export",
        "exports",
        "exporters",
        "exporting",
        "ship",
        "shipments",
        "sell",
        "overseas",
    }:
        return []
    who = subject_of(sc, n)
    if not who.codes or s.has(
        *c.subject, {"exporters", "companies", "firms", "shippers", "company", "it", "they"}
    ):
        above = _said_by(sc, n)
        who = above if above.codes else carried(sc)
    near = sc.at(v.hi, hi, "origin") if not sc.at(*c.subject, "actor") and who.how != STATED else []
    near = [r for r in near if s.low(r.place.lo - 1) == "from"]
    if near:
        who = Who((near[0].code,), STATED, (near[0].place.it.start, near[0].place.it.end))
    made = _make(
        sc,
        n,
        None,
        "new",
        who,
        "licence",
        lo=v.hi,
        hi=hi,
        before=c.subject,
        quote=(_clause_lo(sc, n), hi),
        instrument="export_control",
        only=[],
        guess=False,
    )
    for d in made:
        if not d.products:
            d.products = _shipped(sc, v.hi, hi)
            d.how["products"] = GUESSED
        d.targets = tuple(x for x in d.targets if x not in who.codes)
        if d.status == "demanded":
            d.status = "in_force"
    return made


def _sanctioned(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> list[Draft]:
    zone = c.subject if passive else (v.hi, c.hi)
    who = agent_of(sc, v.hi, c.hi) if passive else subject_of(sc, n)
    roles = [r for r in sc.at(*zone) if r.code not in who.codes]
    if not who.codes or not (roles or find_firm(sc.s, *zone)):
        return []
    made = _make(
        sc,
        n,
        None,
        "new",
        who,
        "sanction",
        lo=v.hi,
        hi=c.hi,
        quote=(_clause_lo(sc, n), c.hi),
        instrument="sanctions",
        only=[],
        guess=False,
    )
    for d in made:
        d.targets, d.products = codes_of(roles), []
    return made


def _subsidised(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> list[Draft]:
    who = agent_of(sc, v.hi, c.hi) if passive else subject_of(sc, n)
    if not who.codes or not any(c.lo <= g.lo < c.hi for g in sc.s.products) or v.lemma == "fund":
        return []
    return _make(
        sc,
        n,
        None,
        "new",
        who,
        "subsidise",
        lo=v.hi,
        hi=c.hi,
        before=c.subject if passive else (0, 0),
        quote=(_clause_lo(sc, n), c.hi),
        instrument="subsidy",
        only=[],
        guess=False,
    )


# ---- bans and openings told by verbs


def _goods_act(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> list[Draft]:
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
    hi = cut_zone(sc, v.hi, _extended(sc, n))
    zone = c.subject if passive else (v.hi, hi)
    if passive and c.subject[0] >= c.subject[1] and c.source >= 0:
        zone = sc.clauses[c.source].subject
    whole = (min(zone[0], v.hi), max(zone[1], hi)) if passive else (v.hi, hi)
    trade, direction = _direction(sc, whole)
    if act:
        trade, direction = True, "import" if act in {"import", "buy"} else "export"
    goods = [g for g in s.products if whole[0] <= g.lo < whole[1]]
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
    if (
        not trade
        and not known
        and not again
        and not (
            goods
            and (lemma_ban or (v.is_("allow", "remain") and state))
            and (origins or (lemma_ban and v.lemma in {"shut out", "embargo"}) or state)
        )
    ):
        return []
    if not trade and v.is_("allow") and not again and not s.has(*whole, {"market"}):
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
    told = bool({"tell", "order", "instruct"} & set(v.governors)) and bool({"been", "were", "was"} & set(v.helpers))
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
            instrument = "export_control"
    if known and not trade:
        last = next(
            x
            for x in [*reversed(sc.found), *reversed(sc.story.drafts)]
            if x.instrument in {"export_control", "import_ban"}
        )
        instrument = last.instrument
    effect = "new"
    if v.is_("allow", "resume", "lift") and not ending:
        effect = "lift"
    elif v.is_("curb") and any(whole[0] <= q.lo < whole[1] for q in s.volumes):
        instrument = "quota" if instrument == "import_ban" else instrument
    status = None
    if effect == "lift":
        condition = _condition(sc, n)
        status, md = _status(sc, n, "lift", condition is not None)
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
    span = (min(zone[0], v.lo) if passive else _clause_lo(sc, n), hi)
    made = _make(
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
            _volume(sc, d, None, hi=whole[1])
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
        if low in {"border", "borders", "market", "markets", "port", "ports"} and sc.s.has(
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
        if into:
            return Who((into[0].code,), STATED)
        above = _said_by(sc, n)
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
    controller = _controller(sc, c)
    return controller if controller.codes else subject_of(sc, n)


def _by_a_firm(sc: Scene, c: Clause) -> bool:
    """Return whether firms act, not a power."""
    lo, hi = c.subject
    if lo >= hi and c.source >= 0:
        lo, hi = sc.clauses[c.source].subject
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


# ---- a rate without a noun


def _rated(sc: Scene, n: int, c: Clause, v: Verb, passive: bool) -> list[Draft]:
    """Return drafts where a verb and a rate tell a tariff: will charge 25% on pork."""
    s = sc.s
    cut = cut_zone(sc, v.hi, c.hi)
    rates = [r for r in sc.rates(v.hi, cut) if not share(sc, r)]
    if not rates and v.lemma == "tax" and not passive and sc.at(v.hi, cut, "origin"):
        who = subject_of(sc, n)
        span = (_clause_lo(sc, n), cut)
        return _make(sc, n, None, "new", who, "rate", lo=v.hi, hi=cut, quote=span, instrument="tariff", only=[], guess=False)
    if not rates:
        return []
    if (
        s.low(v.hi) in {"it", "them", "these", "those", "both"}
        and v.is_("raise", "cut", "lift")
        and _changed(sc, n, v, rates)
    ):
        return []
    subject_goods = any(c.subject[0] <= g.lo < c.subject[1] for g in s.products)
    zone_goods = any(v.hi <= g.lo < cut for g in s.products)
    origins = sc.at(v.hi, cut, "origin", "against") + (
        sc.at(*c.subject, "origin") if passive else []
    )
    if not (zone_goods or origins or (passive and subject_goods)):
        return []
    if not (sc.story.drafts or s.has(0, len(s.tokens), TRADE) or origins):
        return []
    if v.is_("raise", "cut") and not v.is_("hit") and not sc.story.drafts:
        return []
    tail = MeasureNoun(v.lo, v.hi, (v.lo, v.hi), "tariff", False)
    ps = pieces(sc, tail, cut, v)
    if not ps:
        return []
    if passive:
        return _paid(sc, n, c, v, [])
    who = subject_of(sc, n)
    if not who.codes:
        return []
    effect = _effect(v, tail, any(lead_of(s, r) == "to" for r in rates))
    made = _make(
        sc,
        n,
        None,
        effect,
        who,
        "rate",
        lo=v.hi,
        hi=cut,
        quote=(_clause_lo(sc, n), cut),
        instrument="tariff",
        only=ps,
        guess=False,
    )
    for d in made:
        if not d.targets:
            roles = [
                r
                for r in sc.at(v.hi, cut, "actor", "origin", "none")
                if r.code not in who.codes and v.is_("hit", "threaten")
            ]
            d.targets = codes_of(roles)
    return made


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


ACTS = frozenset({"order", "decree", "regulation", "notice", "notification", "rule", "rules", "law", "move", "changes", "change", "it", "they", "decision", "measures", "steps"})


def _begins_with(sc: Scene, n: int, c: Clause, v: Verb) -> bool:
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


def _listing(sc: Scene, c: Clause, v: Verb) -> bool:
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


def _pointed(sc: Scene, n: int, c: Clause, v: Verb) -> None:
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
    state, _ = _status(sc, n, effect, _condition(sc, n) is not None)
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


def _changed(sc: Scene, n: int, v: Verb, rates: list[Mention]) -> bool:
    """Give the last measure a new rate: has now raised it to 30%."""
    last = sc.found[-1] if sc.found else sc.story.last
    at = next((r for r in rates if lead_of(sc.s, r) == "to"), None)
    if last is None or at is None or last.rate is None or last.listed:
        return False
    state, _ = _status(sc, n, "raise" if not v.is_("cut") else "cut", _condition(sc, n) is not None)
    if state.status not in {"in_force", "announced"}:
        return False
    last.old, last.rate = last.rate, at.it
    last.status = state.status
    last.cue["rate"] = (at.it.start, at.it.end)
    if v.is_("cut") and last.instrument == "tariff":
        last.instrument = "tariff_cut"
    return True


# ---- agreements


def _agreed(sc: Scene, n: int, c: Clause, v: Verb, m: MeasureNoun, passive: bool) -> list[Draft]:
    """Return a draft of an agreement or talks with both parties on both sides."""
    s = sc.s
    sc.used.add(id(m))
    if m.weak and not (
        s.has(0, len(s.tokens), TRADE | {"economic", "partnership", "market"})
        or m.words & {"trade", "tariff", "commerce", "economic"}
    ):
        return []
    if (
        not v.is_(
            *NEW,
            "lift",
            "suspend",
            "start",
            "end",
            "announce",
            "resume",
            "halt",
            "keep",
            "remain",
            "other",
        )
        and not m.acts
    ):
        return []
    if v.is_("say", "think") and not v.is_("announce") and not m.acts:
        return []
    if (
        v.is_("other", "consider", "keep", "remain", "be")
        and not m.acts
        and v.lemma
        not in {
            "advance",
            "begin",
            "finish",
            "complete",
            "leave for",
            "travel",
            "arrive",
            "visit",
            "win",
            "meet",
            "pursue",
            "leave",
            "head",
            "fly",
            "hold",
        }
        and not v.governors
        and not (v.is_("remain"))
    ):
        return []
    parties = []
    subject = subject_of(sc, n)
    if subject.codes and not (passive or m.head[0] < v.lo):
        parties += list(subject.codes)
    for r in sc.roles:
        if (
            m.lo - 1 <= r.place.lo < c.hi or c.subject[0] <= r.place.lo < c.subject[1]
        ) and r.what in {
            "with",
            "between",
            "owner",
            "actor",
            "to",
            "by",
            "against",
            "none",
            "origin",
            "in",
        }:
            if r.what == "in" and not (
                m.hi <= r.place.lo and v.lemma in {"leave for", "leave", "travel"}
            ):
                continue
            parties.append(r.code)
    codes = unique(parties)
    if (
        len(codes) < 2
        and sc.story.actors
        and codes
        and sc.story.actors != codes
        and subject.how == CARRIED
    ):
        codes = unique(list(codes) + list(sc.story.actors))
    if not codes:
        codes = sc.story.actors
    if not codes:
        return []
    effect = _effect(v, m, False)
    condition = _condition(sc, n)
    md = mood(s, sc.clauses, n, condition is not None)
    if md.supposed or md.demanded or (md.forecast):
        return []
    if effect == "suspend":
        status = "in_force" if md.denied else "suspended"
    elif (effect == "keep" and not md.denied) or ("into force" in s.words(v.hi, c.hi) and md.past):
        status = "in_force"
    elif effect == "lift":
        status = "removed" if not (md.would or md.maybe or md.threatened) else "threatened"
        if md.denied:
            status = "in_force"
    elif md.denied or md.refused:
        status = "denied"
    elif md.reported:
        status = "reported"
    elif (v.is_("start") and "force" in v.lemma + v.lemma) or v.lemma in {
        "take effect",
        "come into effect",
        "go into effect",
    }:
        status = "in_force" if md.past else "announced"
    elif md.threatened or md.maybe:
        status = "threatened" if md.threatened and not v.is_("consider") else "announced"
    else:
        status = "announced"
    st = Standing(status, v.lemma, md.future, False)
    made = _make(
        sc,
        n,
        None,
        effect if effect in {"suspend", "lift"} else "new",
        Who(codes, subject.how if subject.codes else INFERRED),
        f"agreement.{effect}",
        lo=m.hi,
        hi=c.hi,
        quote=(min(_clause_lo(sc, n), m.lo), c.hi),
        instrument="agreement",
        only=[],
        status=st,
        guess=False,
    )
    for d in made:
        d.targets = codes if len(codes) > 1 else ()
        d.rate = None
    return made


# ---- what no verb acts on


def _left_over(sc: Scene) -> list[Draft]:
    """Return drafts of measures that are only mentioned, where a rate or "planned" asserts them."""
    s = sc.s
    found: list[Draft] = []
    for m in sc.measures:
        start = m.act[0] if m.act else m.lo
        if s.has(max(start - 4, 0), start, {"not", "no", "without", "n't", "never", "neither"}):
            continue
        if id(m) in sc.used or m.kind in {
            "agreement",
            "preference",
            "generic",
            "subsidy",
            "sanctions",
        }:
            continue
        n = next((k for k, c in enumerate(sc.clauses) if c.lo <= m.lo < c.hi), None)
        if n is None:
            n = next(
                (k for k, c in enumerate(sc.clauses) if c.subject[0] <= m.lo < c.subject[1]), 0
            )
        c = sc.clauses[n]
        hi = zone_end(
            sc,
            m,
            _extended(sc, n)
            if m.lo >= (c.verb.hi if c.verb else 0)
            else min(c.subject[1] if c.subject[0] <= m.lo < c.subject[1] else c.hi, c.hi) or c.hi,
        )
        rates = [p for p in pieces(sc, m, hi, None) if p.rate is None or not p.rate.it.free]
        if not _means_trade(sc, m, hi):
            continue
        if (
            not rates
            and not (
                m.acts
                and m.acts in {"lift", "suspend", "impose", "raise", "cut"}
                and (owner_of(sc, m).codes or sc.at(m.hi, hi, "origin"))
            )
            and not (m.planned and (owner_of(sc, m).codes))
        ):
            goods = any(m.hi <= g.lo < hi for g in s.products)
            if not (
                m.kind in {"ban", "curb"}
                and owner_of(sc, m).codes
                and goods
                and sc.at(m.hi, hi, "origin")
            ):
                continue
        supposed = c.verb is not None and (c.kind == "if" or mood(s, sc.clauses, n, False).supposed)
        if supposed and not (m.words & (PLANNED | STANDING)):
            continue
        state = mood(s, sc.clauses, n, False) if c.verb is not None else None
        if (
            state is not None
            and (state.demanded or state.forecast or state.denied)
            and not m.definite
        ):
            continue
        who = owner_of(sc, m)
        if not who.codes:
            agent = agent_of(sc, m.hi, hi)
            who = agent if agent.codes else NOBODY
        if (
            not who.codes
            and c.verb is not None
            and c.subject[0] < c.subject[1]
            and not (c.subject[0] <= m.lo < c.subject[1])
        ):
            roles = sc.at(*c.subject, "actor")
            who = (
                subject_of(sc, n)
                if roles and (supposed or c.verb.is_(*NEW, "other", "lift"))
                else NOBODY
            )
        if not who.codes and m.act is not None:
            who = carried(sc)
        if not who.codes:
            who = carried(sc)
        if not who.codes:
            continue
        effect = {
            "lift": "lift",
            "suspend": "suspend",
            "cut": "cut",
            "raise": "raise",
            "keep": "keep",
        }.get(m.acts, "new")
        status = {"lift": "removed", "suspend": "suspended"}.get(effect, "in_force")
        if m.words & (PLANNED - {"new", "threatened", "possible", "potential"}):
            status = "announced"
        elif m.words & {"threatened", "possible", "potential"}:
            status = "threatened"
        st = Standing(status, "mention", False, False)
        start = m.act[0] if m.act else m.lo
        made_here = _make(
            sc, n, m, effect, who, f"mention.{effect}", lo=m.hi, hi=hi, quote=(start, hi), status=st
        )
        for d in made_here:
            d.condition = None
            if len(sc.clauses) > 1 or not m.acts:
                d.dates = (
                    {k: w for k, w in d.dates.items() if k == "expires"} if not m.acts else d.dates
                )
        sc.used.add(id(m))
        found += made_here
    return found
