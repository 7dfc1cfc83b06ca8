"""Rates that no draft has, where what stands around them is a duty's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from countervail.reading.acts.around import means_trade
from countervail.reading.draft import CARRIED, INFERRED, STATED, Draft, Goods
from countervail.reading.firms import find_firm
from countervail.reading.frames import Scene, Who, lead_of, share
from countervail.reading.goods import goods_between, noun_goods
from countervail.reading.lexicon import goods_words
from countervail.reading.mentions.numbers import value
from countervail.reading.mentions.rates import Rate
from countervail.reading.sentence import Mention, Sentence
from countervail.reading.standing import Standing
from countervail.reading.unseen.clause_spans import Stretch, on_measure
from countervail.reading.unseen.cues import Cue
from countervail.reading.unseen.drafting import unseen_draft
from countervail.reading.unseen.moods import told_at
from countervail.reading.unseen.parties import Struck, before, struck, taker
from countervail.reading.unseen.stopped import SELLS, told_by_power

LEAST = 2.0
"""Evidence that a rate is a duty's, in a text that speaks of trade."""
ELSEWHERE = 1.0
"""Evidence more, in one that does not."""
ABOUT_TRADE = 1
"""Different words of trade in a text that speaks of it."""
BORDER = frozenset(
    {
        *("customs", "border", "import", "imports", "imported", "importers", "entry", "duty"),
        *("duties", "tariff", "tariffs", "quota", "anti-dumping", "countervailing", "surcharge"),
        *("surtax", "levy", "levies", "port", "ports", "abroad", "foreign", "overseas"),
    }
)
STATISTICS = frozenset(
    {
        *("growth", "inflation", "gdp", "profit", "profits", "revenue", "revenues", "jobs"),
        *("wages", "stocks", "futures", "index", "votes", "poll", "harvest", "yield", "vote"),
        *("economists", "analysts", "cheaper", "respondents", "turnout", "bond", "bonds", "stake"),
        *("unemployment", "mortgage", "interest", "voters", "emissions", "population", "homes"),
        *("threshold", "content", "premium", "foreigners", "visitors", "drivers", "passengers"),
        *("customers", "borrowers", "savers", "patients", "park", "passport", "fine", "fined"),
        *("royalty", "royalties", "excise", "vat", "dividend", "bonus", "commission"),
    }
)
PRICES = frozenset(
    {
        *("price", "prices", "sales", "output", "share", "shares", "demand", "volume", "volumes"),
        *("study", "estimates", "reduction", "decline", "drop"),
    }
)
BESIDE = 8
ANYTHING = frozenset({"everything", "anything", "whatever", "nearly", "almost", "all", "most"})
MOVED = frozenset(
    {"rose", "fell", "climbed", "dropped", "gained", "lost", "slid", "grew", "jumped"}
)
OF_OLD = frozenset(
    {
        *("threatened", "provisional", "once", "previously", "formerly", "without", "replace"),
        *("feared", "escaped", "avoid", "avoided", "spared", "debated"),
    }
)
LEADS = frozenset({"than", "by", "plus", "which", "minus"})
NO_GOODS = frozenset({"what", "whatever", "once", "due", "which", "it", "everyone", "others"})
USUAL = frozenset({"usual", "normal", "standard", "ordinary", "existing", "current", "general"})
BEFORE = ("up from", "down from", "against", "instead of", "compared with", "rather than")
AFTER = frozenset({"on", "for", "upon", "against"})
ENDS = frozenset({".", ",", ";", "and", "or", "", ")", '"', "while", "but", "from"})
HIGHEST = 500.0
"""Per cent; a bare number above is another thing."""
OLD = frozenset({"instead of", "up from", "down from", "rather than", "compared with", "from"})


@dataclass(frozen=True, slots=True)
class Item:
    """One rate of a list.

    Attributes:
        rate, old: the rate, and the one before it.
        lo, hi: words from the rate before to the next one.
        number: its place in the list, from 0.
    """

    rate: Mention
    old: Mention | None
    lo: int
    hi: int
    number: int

    @property
    def end(self) -> int:
        """The word after its last rate."""
        return max(self.rate.hi, self.old.hi if self.old is not None else 0)


def rate_drafts(sc: Scene, part: Stretch, made: Sequence[Draft], sure: float = 0.0) -> list[Draft]:
    """Return a draft for each rate of a stretch that no draft has.

    Args:
        sc: the sentence.
        part: the stretch.
        made: drafts of the sentence so far.
        sure: evidence beside that of the stretch itself.
    """
    taken = {r.start for d in made for r in (d.rate, d.old) if r is not None}
    rates = [
        r
        for r in sorted([*sc.rates(part.lo, part.hi), *_bare(sc, part)], key=lambda r: r.lo)
        if r.it.start not in taken and not _other(sc, r) and not r.it.free
    ]
    worth = evidence(sc, part, made, rates) + sure - _least(sc)
    if not rates or worth < 0.0:
        return []
    pairs = _pairs(sc, rates)
    found: list[Draft] = []
    for k, (rate, old) in enumerate(pairs):
        lo = max(pairs[k - 1][0].hi, part.lo) if k else part.lo
        hi = pairs[k + 1][0].lo if k + 1 < len(pairs) else part.hi
        found += _one(sc, part, Item(rate, old, lo, hi, k), found)
    for one in found:
        one.margin = worth
    return found


def _other(sc: Scene, r: Mention) -> bool:
    """Return whether a rate is a share, or how much something moved."""
    s = sc.s
    if s.low(r.hi) == "above" and s.low(r.hi + 2) in USUAL:
        return False
    of_old = s.has(r.lo - 4, r.lo, OF_OLD) and "at once" not in s.words(r.lo - 5, r.lo)
    if lead_of(s, r) == "from" or of_old or _of_another(sc, r):
        return True
    told_before = any(0 < r.lo - x.hi <= 4 for x in s.rates)
    if told_before and any(s.words(r.lo - 3, r.lo).endswith(words) for words in BEFORE):
        return True  # the rate of old, told beside one that a draft has
    return share(sc, r) or s.low(r.lo - 1) in MOVED or lead_of(s, r) in LEADS


def _of_another(sc: Scene, r: Mention) -> bool:
    """Return whether a rate is that of a tax at home, or of a tariff that is none of trade."""
    near = [m for m in sc.gated if m.lo <= r.lo < m.hi + 4]
    weak = [m for m in sc.measures if m.kind == "tax" and m.lo <= r.lo < m.hi + 3]
    return bool(near) or any(not means_trade(sc, m, len(sc.s.tokens)) for m in weak)


def _by_weight(part: Stretch, r: Mention) -> bool:
    """Return whether money by weight stands beside the name of a duty."""
    return any(abs(q.lo - r.lo) <= BESIDE for q in part.nouns("charge"))


def _least(sc: Scene) -> float:
    return LEAST + (0.0 if sc.story.border >= ABOUT_TRADE else ELSEWHERE)


def _bare(sc: Scene, part: Stretch) -> list[Mention]:
    """Return bare numbers that go on with a list of rates: taking steel to 50% and tin to 20."""
    s = sc.s
    found: list[Mention] = []
    for k in range(part.lo, part.hi):
        if s.low(k - 1) not in {"at", "to"} or s.low(k + 1) not in ENDS:
            continue
        if not any(r.it.unit == "percent" for r in s.rates):
            continue
        taken = (*s.dates, *s.volumes, *s.money, *s.rates, *s.places)
        number = value(s.low(k)) if not any(m.lo <= k < m.hi for m in taken) else None
        if number is not None and 0 < number <= HIGHEST:
            token = s.tokens[k]
            found.append(Mention(k, k + 1, Rate(token.start, token.end, number)))
    return found


def evidence(
    sc: Scene, part: Stretch, made: Sequence[Draft], rates: Sequence[Mention] = ()
) -> float:
    """Return how much in and around a stretch speaks for a duty."""
    s = sc.s
    worth = 0.0
    taxes = [m for m in sc.measures if m.kind in {"tariff", "tax", "export"}]
    if any(part.lo <= m.head[0] < part.hi for m in taxes):
        worth += 2.0
    elif taxes:
        worth += 1.0
    if part.verbs("charge", "down", "end"):
        worth += 1.0
    near = [d for d in made if not d.listed and d.rate is not None]
    last = sc.story.last
    if near:
        worth += 1.5
    elif last is not None and s.number - last.sentence <= 2:
        worth += 1.0 if last.instrument in {"tariff", "tariff_cut", "quota"} else 0.5
    worth += 1.0 if part.goods(sc) else 0.5 * bool(s.products)
    worth += _of_others(sc, part)
    if part.subject[0] < part.subject[1] and not told_by_power(sc, part):
        worth -= 1.0
    worth += 1.0 * part.has(sc, BORDER) + 1.5 * any(_lies(sc, r) for r in rates)
    if part.verbs("out", "in", "move") and part.roles(sc, "to", "into", "in"):
        worth += 1.0
    return worth - 2.0 * part.has(sc, STATISTICS) - 1.0 * part.has(sc, PRICES)


def _of_others(sc: Scene, part: Stretch) -> float:
    """Return how much speaks for goods of another country."""
    foreign = {"origin", "against"}
    return 1.0 if part.roles(sc, *foreign) else 0.5 * any(r.what in foreign for r in sc.roles)


def _lies(sc: Scene, r: Mention) -> bool:
    """Return whether a rate lies on goods: 34% on everything American."""
    s = sc.s
    if s.low(r.hi) != "on":
        return False
    words = set(s.words(r.hi + 1, r.hi + 6).split())
    if any(r.hi < p.lo <= r.hi + 3 and p.it.adjective for p in s.places):
        return True
    goods = any(r.hi < g.lo <= r.hi + 5 for g in s.products)
    return goods or bool(words & (set(goods_words()) | ANYTHING))


def _pairs(sc: Scene, rates: list[Mention]) -> list[tuple[Mention, Mention | None]]:
    """Return rates, each with the one before it: from 10% to 20%, 20% instead of 10%."""
    s = sc.s
    found: list[tuple[Mention, Mention | None]] = []
    k = 0
    while k < len(rates):
        one = rates[k]
        nxt = rates[k + 1] if k + 1 < len(rates) else None
        if nxt is not None and lead_of(s, one) == "from" and lead_of(s, nxt) == "to":
            found.append((nxt, one))
            k += 2
            continue
        between = s.words(one.hi, nxt.lo) if nxt is not None else ""
        if nxt is not None and any(between.endswith(words) for words in OLD):
            found.append((one, nxt))
            k += 2
            continue
        found.append((one, None))
        k += 1
    return found


EFFECTS = (
    ("charge", "new"),
    ("down", "cut"),
    ("keep", "keep"),
    ("end", "lift"),
    ("hold", "suspend"),
)


def _effect(sc: Scene, part: Stretch, item: Item) -> tuple[str, Cue | None]:
    """Return what is done to a duty, and the cue that tells it: the verb nearest before."""
    aside = [
        (c.lo, sc.clauses[n + 1].lo if n + 1 < len(sc.clauses) else len(sc.s.tokens))
        for n, c in enumerate(sc.clauses)
        if on_measure(sc, n)
    ]
    verbs = [q for q in part.verbs() if not any(a <= q.lo < b for a, b in aside)] or part.verbs()
    earlier = [q for q in verbs if q.lo < item.rate.hi]
    cue = earlier[-1] if earlier else next(iter(verbs), None)
    if item.old is not None:
        return ("cut" if item.old.it.value > item.rate.it.value else "raise"), cue
    if sc.s.low(item.end) == "off":
        return "cut", cue  # take 5 points off the duty
    if cue is None:
        return "keep", None
    return next((effect for name, effect in EFFECTS if cue.is_(name)), "new"), cue


def _was(sc: Scene, part: Stretch, cue: Cue) -> bool:
    """Return whether a duty was paid once, and is no more: had paid, used to charge."""
    near = sc.s.words(max(part.lo, cue.lo - 4), cue.lo)
    once = "used to" in near or (" had " in f" {near} " and "had been" not in near)
    return once and (cue.lemma in PAYING or cue.lemma in {"charge", "levy", "collect", "take"})


def _one(sc: Scene, part: Stretch, item: Item, list_: list[Draft]) -> list[Draft]:
    s, k = sc.s, item.number
    behind = s.low(item.end) in AFTER
    zone = (item.end, item.hi) if behind else (item.lo, item.rate.lo)
    effect, cue = _effect(sc, part, item)
    told = told_at(sc, part, cue, effect)
    if cue is not None and told.standing.status == "in_force" and _was(sc, part, cue):
        gone = Standing("removed", "was paid", False, False)
        told = replace(told, standing=gone)
    outward = part.has(sc, SELLS) and not part.roles(sc, "origin", "against")
    paying = cue is not None and cue.lemma in PAYING
    who = taker(sc, part, passive=told.passive or paying, outward=outward)
    if list_:
        who = Who(list_[0].implementer, CARRIED)
    if not who.codes:
        return []
    whom = struck(sc, part, who.codes, outward=False)
    whats = ("origin", "against", "for", "none") if behind else ("origin", "against")
    mine = [r for r in sc.at(*zone, *whats) if r.code not in who.codes]
    if k and mine:
        whom = Struck(tuple(dict.fromkeys(r.code for r in mine)), INFERRED)
    elif list_ and list_[0].how["targets"] != STATED:
        whom = Struck(list_[0].targets, CARRIED)
    d = unseen_draft(
        sc,
        part,
        cue,
        rule="rate",
        instrument="export_control" if outward else "tariff_cut" if effect == "cut" else "tariff",
        effect=effect,
        told=told,
        who=who,
        whom=whom,
        goods=_goods(sc, part, zone, behind, k),
        rate=item.rate,
        old=item.old,
        quote=(item.lo if k else part.lo, item.hi if behind else item.end),
    )
    beside = {g.start for g in goods_between(s, *zone, guess=behind)}
    if any(g.start in beside for g in d.products) or (k and d.products):
        d.how["products"] = STATED  # right beside the rate, whether or not a table knows them
    last = list_[0] if list_ else before(sc)
    d.firm = find_firm(s, *zone) if not d.products and (list_ or last is not None) else None
    carried = d.firm is not None or bool(list_) or _points(sc, part)
    if not d.products and last is not None and carried:
        d.products, d.how["products"] = list(last.products), CARRIED
    return [d]


def _unknown(s: Sentence, lo: int, hi: int) -> list[Goods]:
    """Return goods of a list that no table knows: bags to 30; a name is a firm's."""
    while lo < hi and s.low(lo) in {",", "and", ";"}:
        lo += 1
    return noun_goods(s, lo, hi) if lo < hi and not s.tokens[lo].capital else []


def _goods(
    sc: Scene, part: Stretch, zone: tuple[int, int], behind: bool, number: int
) -> list[Goods]:
    """Return the goods of one rate: right beside it, else under the duty's name, else around."""
    s = sc.s
    goods = goods_between(s, *zone, guess=behind)
    goods = [g for g in goods if g.text.lower() not in NO_GOODS]
    if goods or number:
        return goods or _unknown(s, *zone)
    for m in sc.measures:
        if part.within(m.head[0]) and s.low(m.hi) == "on" and m.hi < zone[1]:
            goods = goods_between(s, m.hi, zone[1], guess=True)
            if goods:
                return goods
    return goods_between(s, part.lo, zone[0] if behind else part.hi, guess=False)


PAYING = frozenset(
    {
        *("pay", "face", "bear", "owe", "carry", "cost", "attract", "incur", "meet", "go to"),
        *("move to", "jump to", "climb to", "rise to", "come to", "stand at", "enter at"),
        *("hand over", "fork out", "cough up", "stump up", "amount to", "command", "draw"),
    }
)


def _points(sc: Scene, part: Stretch) -> bool:
    """Return whether a stretch names its goods by a word that points back."""
    return sc.s.has(part.lo, part.hi, {"it", "they", "them", "those", "these", "that", "others"})


__all__ = ["evidence", "rate_drafts"]
