"""Goods that may not pass, pass again, or pass only with leave, told without a rate."""

from __future__ import annotations

from countervail.reading.draft import STATED, Draft, Goods
from countervail.reading.frames import Scene
from countervail.reading.gate import OTHER_BAN
from countervail.reading.goods import goods_between
from countervail.reading.lexicon import goods_words, organ_words
from countervail.reading.roles import FIRMS
from countervail.reading.standing import Standing
from countervail.reading.unseen.clause_spans import Stretch, plays
from countervail.reading.unseen.cues import Cue
from countervail.reading.unseen.drafting import unseen_draft
from countervail.reading.unseen.moods import told_at
from countervail.reading.unseen.parties import POWER, before, home_of, left, struck, taker

LEAST = 3.5
"""Evidence that goods are kept from passing by a power."""
NEGATIVE = frozenset({"no", "not", "n't", "never", "nobody", "none", "neither", "nothing"})
ABLE = frozenset(
    {
        *("may", "can", "could", "must", "will", "shall", "is", "are", "ca", "wo", "be", "to"),
        *("has", "have", "cannot"),
    }
)
ABROAD = frozenset({"abroad", "overseas", "outside", "offshore"})
SELLS = frozenset({"export", "exports", "exporter", "exporters", "exported", "exporting"})
BUYS = frozenset({"import", "imports", "importer", "importers", "imported", "importing", "entry"})
TRADE = frozenset({"trade", "commerce", "customs", "shipments", "shipment", "cargoes", "cargo"})
FREE = frozenset({"duty-free", "preferential", "preference", "preferences", "zero-duty"})
POWERS = frozenset(
    {
        *("it", "they", "he", "she", "which", "that", "who", "we", "this", "bloc", "union", "law"),
        *("decree", "order", "rule", "rules", "notice", "list", "measure", "measures", "decision"),
        *("kingdom", "country", "island", "republic", "state", "neighbour", "inspectors", "ruling"),
        *("regulation", "regulations", "circular", "edict", "bill", "plan", "proclamation", "tsar"),
    }
)
AGAIN = frozenset({"again", "back", "resume", "resumed", "resumes"})
NOT_GOODS = frozenset(
    {
        *("office", "offices", "embassy", "embassies", "talks", "account", "accounts", "letters"),
        *("inquest", "inquiry", "investigation", "probe", "case", "negotiations", "shop", "shops"),
        *("store", "plant", "factory", "fire", "consulate", "school", "schools", "investigations"),
        *(
            "hub",
            "branch",
            "complaint",
            "complaints",
            "insurers",
            "membership",
            "licences",
            "mine",
            "files",
            "proceedings",
            "consultations",
            "review",
            "dialogue",
        ),
    }
)
NO_CUE = Cue(0, 1, "", frozenset(), "noun")
LOADS = frozenset(
    {
        *("bag", "bags", "tonne", "tonnes", "ton", "tons", "kilo", "kilos", "crate", "crates"),
        *("barrel", "barrels", "load", "loads", "lorries", "trucks", "containers", "bales"),
        *("litre", "litres", "gram", "ounce", "truckloads", "truckload", "head", "carcasses"),
    }
)
THAN = frozenset({"more", "fewer", "less", "later", "doubt"})
NOTHING = frozenset({"no", "nothing", "none", "nobody"})
DEALS = frozenset({"buy", "purchase", "import", "sell", "export", "ship", "source", "order"})
UNTIL = frozenset({"until", "till", "before", "if", "unless", "whether", "once"})
MOST = ("no more than", "not more than", "at most", "up to", "a maximum of", "only")
LISTS = frozenset({"restricted list", "control list", "dual-use list", "licensing"})
SURE = {"forbidden": 1.5, "stop": 1.0, "licence": 1.5, "limit": 0.5, "open": 1.0}


def stop_drafts(sc: Scene, part: Stretch) -> list[Draft]:
    """Return the draft of a stretch that tells of goods stopped, licensed, capped or let in.

    Args:
        sc: the sentence.
        part: the stretch.
    """
    found = _cue(sc, part)
    if (
        found is None
        or sc.s.low(part.lo) in UNTIL
        or OTHER_BAN.search(sc.s.words(part.lo, part.hi))
    ):
        return []
    kind, cue = found
    worth = evidence(sc, part, kind) - LEAST
    if worth < 0.0:
        return []
    goods = known_goods(sc, part)
    effect = "lift" if kind == "open" else "new"
    told = told_at(sc, part, cue, effect)
    if kind == "forbidden" or (kind == "licence" and told.standing.status == "demanded"):
        future = sc.s.has(part.lo, cue.hi, {"will", "shall"})
        still = Standing("in_force", "may not", future, False)
        told = type(told)(still, told.passive, told.condition, told.mood)
    if kind == "open" and cue.is_("in", "out", "move") and not told.condition:
        helpers = set(sc.s.words(max(part.lo, cue.lo - 6), cue.lo).split())
        if helpers & {"may", "can"}:  # they may send it again
            free = Standing("removed", "may again", False, False)
            told = type(told)(free, told.passive, told.condition, told.mood)
    outward = _outward(sc, part, kind, cue)
    moving = cue.is_("in", "out") and kind == "forbidden"
    who = taker(sc, part, passive=told.passive or moving, outward=outward)
    if not who.codes:
        return []
    if _same_again(sc, who.codes, goods, "export_control" if outward else "import_ban"):
        return []
    whom = struck(sc, part, who.codes, outward=outward)
    instrument = "export_control" if outward else "import_ban"
    if kind == "limit" and (_volumes(sc, part)):
        instrument = "export_control" if outward else "quota"
    if part.has(sc, FREE):
        instrument = "tariff"
    if kind == "limit" and any(part.within(q.lo) for q in sc.s.money) and not outward:
        instrument = "quota"
    made = unseen_draft(
        sc,
        part,
        cue,
        rule=kind,
        instrument=instrument,
        effect=effect,
        told=told,
        who=who,
        whom=whom,
        goods=goods,
        margin=worth,
    )
    if kind == "limit":
        made.volume = next((q.it for q in sc.s.volumes if part.within(q.lo)), None)
    return [made]


def _same_again(sc: Scene, own: tuple[str, ...], goods: list[Goods], instrument: str) -> bool:
    """Return whether a stretch only says of lorries what was said of their load before."""
    last = before(sc)
    if last is None or last.instrument != instrument or set(last.implementer) != set(own):
        return False
    return sc.s.number - last.sentence <= 1 and all(g.text.lower() in LOADS for g in goods)


def known_goods(sc: Scene, part: Stretch) -> list[Goods]:
    """Return the goods of a stretch, else of its subject, else of its sentence."""
    for lo, hi in ((part.lo, part.hi), part.subject, (0, len(sc.s.tokens))):
        found = [g for g in goods_between(sc.s, lo, hi, guess=False) if g.how == STATED]
        if found:
            return [g for g in found if g.text.lower() not in LOADS] or found
    return []


def _volumes(sc: Scene, part: Stretch) -> bool:
    return any(part.within(q.lo) for q in sc.s.volumes)


def _cue(sc: Scene, part: Stretch) -> tuple[str, Cue] | None:
    """Return the surest cue of a stretch and what it tells."""
    s = sc.s
    opened = part.verbs("open", "in")
    if opened and "only" in s.words(opened[0].lo - 2, opened[0].hi + 3).split():
        return "forbidden", opened[0]
    lo, hi = part.subject
    none = lo < hi and s.low(lo) in NOTHING and s.low(lo + 1) not in THAN
    for q in part.verbs("in", "out", *(("move",) if none else ())):
        helpers = set(s.words(max(part.lo, q.lo - 8), q.lo).split())
        if none or (helpers & ABLE and _denied(sc, part, q)):
            return "forbidden", q
    stays = part.verbs("keep")
    if stays and "at home" in s.words(part.lo, part.hi):
        return "forbidden", stays[0]
    again = part.has(sc, AGAIN) or "once more" in s.words(part.lo, part.hi)
    passing = part.verbs("in", "out", "move")
    able = set(s.words(part.lo, part.hi).split()) & ABLE
    if again and passing and (able or part.roles(sc, "to", "into")):
        return "open", passing[0]
    kept = part.verbs("keep")
    if kept and part.nouns("gate") and part.has(sc, {"from"}) and part.goods(sc):
        return "stop", kept[0]
    halts = part.nouns("stop")
    ended = part.verbs("end", "hold")
    if halts and ended and ended[0].lo < halts[-1].lo + 8:
        return "open", ended[0]
    talks = [q.lo for q in part.nouns("agree")]
    taxed = any(part.subject[0] <= m.head[0] < part.subject[1] for m in sc.measures)
    stops = [
        q
        for q in part.verbs("stop")
        if not any(0 < k - q.hi <= 4 for k in talks)
        and not _of_talks(sc, q)
        and not (q.is_("end", "hold") and (taxed or sc.nouns(q.hi, q.hi + 6)))
    ]
    if stops:
        return "stop", stops[0]
    leave = part.nouns("licence")
    if part.verbs() and any(q.lemma in LISTS for q in leave):
        return "licence", part.verbs()[0]
    asked = part.verbs("need", "licence", "charge")
    if leave and asked:
        return "licence", asked[0]
    if leave and part.has(sc, {"without", "unless", "under"}):
        return "licence", leave[0]
    moving = part.verbs("in", "out")
    most = any(f" {words} " in f" {s.words(part.lo, part.hi)} " for words in MOST)
    if moving and most and (_volumes(sc, part) or any(part.within(q.lo) for q in s.money)):
        return "limit", moving[0]
    asked = part.verbs("need")
    if asked and moving and part.has(sc, organ_words()) and part.has(sc, {"must", "need", "have"}):
        return "licence", asked[0]
    if "not welcome" in s.words(part.lo, part.hi) or part.has(sc, {"unwelcome"}):
        return "stop", (part.verbs() or part.cues or [NO_CUE])[0]
    for name in ("limit", "open"):
        found = [q for q in part.verbs(name) if not _of_talks(sc, q)]
        if found:
            return name, found[0]
    return None


def _of_talks(sc: Scene, q: Cue) -> bool:
    """Return whether what is opened or freed is an office, an inquiry, an account."""
    return sc.s.has(q.hi, q.hi + 4, NOT_GOODS)


def _denied(sc: Scene, part: Stretch, q: Cue) -> bool:
    """Return whether it is said of nobody and nothing, or not, that it passes."""
    s = sc.s
    near = s.words(max(part.lo, q.lo - 6), q.lo)
    if any(s.low(g.lo - 1) == "no" and part.lo <= g.lo < q.lo for g in s.products):
        return True
    if s.has(max(part.lo, q.lo - 4), q.lo, NEGATIVE) or "no longer" in near:
        return not any(f"no {word}" in near for word in THAN)
    lo, hi = part.subject
    return s.low(lo) in NEGATIVE and lo < hi and s.low(lo + 1) not in THAN


def evidence(sc: Scene, part: Stretch, kind: str) -> float:
    """Return how much in a stretch speaks for a power that keeps goods from passing."""
    s = sc.s
    words = {s.low(k) for k in (*range(part.lo, part.hi), *range(*part.subject))}
    worth = SURE[kind]
    goods = bool(part.goods(sc)) or 0.5 * bool(s.products)
    flows = bool(words & (TRADE | LOADS | set(goods_words())))
    if kind == "forbidden" and any(q.lemma in DEALS for q in part.verbs()):
        flows = True
    if not (part.goods(sc) or flows or part.nouns("gate") or words & {"it", "them", "any"}):
        return 0.0
    if any(q.particle > 0 and s.low(q.particle + 1) == "of" for q in part.cues):
        worth += 1.5  # keep memory chips out of China
    worth += 1.0 * goods + (1.0 if words & TRADE else 0.5 * flows)
    if words & (SELLS | BUYS | ABROAD) or "at home" in s.words(part.lo, part.hi):
        worth += 1.0
    if part.nouns("gate"):
        worth += 0.5
    if part.roles(sc, "origin", "against", "to", "into") or any(
        left(sc, r) for r in part.roles(sc)
    ):
        worth += 1.0
    elif any(plays(sc, r) in {"origin", "against", "to", "into"} for r in sc.roles):
        worth += 0.5
    powers = part.roles(sc, "actor", "owner", "by")
    homes = any(home_of(sc, r) for r in part.roles(sc))
    organs = bool(words & organ_words())
    if powers or homes or organs:
        worth += 1.0
    elif s.has(0, len(s.tokens), organ_words()) or any(r.place.it.kind in POWER for r in sc.roles):
        worth += 0.5
    subject = {s.low(k) for k in range(*part.subject)}
    if subject & FIRMS and not subject & organ_words() and kind in {"stop", "limit"}:
        worth -= 1.5
    elif subject and not told_by_power(sc, part) and kind in {"stop", "limit"}:
        worth -= 1.0
    if kind == "limit" and _volumes(sc, part):
        worth += 2.0 if part.verbs("in", "out") else 1.0
    if sc.story.trade or sc.story.drafts:
        worth += 0.5
    if not part.goods(sc) and not flows:
        worth -= 1.0
    return worth


def told_by_power(sc: Scene, part: Stretch) -> bool:
    """Return whether a subject can be a power, goods, or a word that stands for either."""
    s = sc.s
    lo, hi = part.subject
    if s.has(lo, hi, POWERS | organ_words()) or s.has(lo, hi, set(goods_words()) | TRADE):
        return True
    if any(lo <= g.lo < hi for g in s.products) or any(lo <= m.lo < hi for m in sc.measures):
        return True
    here = [r for r in sc.roles if lo <= r.place.lo < hi]
    return any(plays(sc, r) not in {"none", "in"} for r in here)


def _outward(sc: Scene, part: Stretch, kind: str, cue: Cue) -> bool:
    """Return whether the goods are those that leave."""
    roles = part.roles(sc)
    if kind == "open" and part.roles(sc, "origin") and part.roles(sc, "to", "into"):
        return False  # their firms may send it to China again
    out = 1.0 * part.has(sc, SELLS) + 1.0 * part.has(sc, ABROAD)
    out += 1.0 * bool([q for q in part.verbs("out") if not q.is_("in")])
    out += 1.0 * (cue.is_("out") and not cue.is_("in"))
    out += 2.0 * ("at home" in sc.s.words(part.lo, part.hi))
    out += 0.5 * any(q.is_("out") and not q.is_("in") for q in part.around if q.form != "noun")
    leaving = [r for r in roles if left(sc, r)]
    actors = {r.code for r in roles if r.what in {"actor", "owner"} and r not in leaving}
    gone = any(sc.s.low(r.place.lo - 1) == "leave" for r in leaving)
    kept = bool(leaving) and bool(actors) and actors.isdisjoint(r.code for r in leaving)
    out += 2.0 * (gone or kept)
    inward = 1.0 * part.has(sc, BUYS)
    inward += 1.0 * bool([q for q in part.verbs("in") if not q.is_("out", "stop")])
    inward += 1.5 * bool(part.roles(sc, "origin", "into"))
    inward += 1.0 * bool(part.roles(sc, "against"))
    inward += 0.5 * bool(part.nouns("gate"))
    if part.roles(sc, "to") and not part.roles(sc, "origin"):
        out += 1.5
    return out > inward


__all__ = ["evidence", "stop_drafts"]
