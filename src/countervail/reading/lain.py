"""On which goods a measure lies, where the words beside it do not say: candidates by weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from countervail.reading.draft import CARRIED, GUESSED, INFERRED, STATED, Draft, Goods
from countervail.reading.encoded.answers import DEAF
from countervail.reading.encoded.drafts import FACT, Facts, heard, likely_goods, of_goods
from countervail.reading.frames import Scene
from countervail.reading.goods import goods_between
from countervail.reading.lexicon import goods_words, word_set
from countervail.reading.parties.facts import clause_of, quoted
from countervail.reading.weights import best

Able = list[tuple[list[Goods], Facts]]
LEFT = frozenset({"agreement", "sanctions", "subsidy"})
OPENING = word_set("lain.opening")
POINTING = word_set("lain.pointing")
EVERYTHING = word_set("lain.everything")
LISTING = frozenset({"covering", "including", "includes", "as", "them", "namely", ":", "covers"})
NEXT = "unseen.next"
"""A list that is to follow: its goods are others, that the text does not name."""
APART = 4
"""Words between a quote and goods that still count as beside it."""


def weigh_goods(drafts: Sequence[Draft], scenes: Sequence[Scene]) -> None:
    """Give drafts without stated goods those that most speaks for, in the order of the text."""
    standing = sorted((d for d in drafts if not d.listed), key=lambda d: (d.start, d.end))
    for k, d in enumerate(standing):
        if d.instrument in LEFT or d.rule == NEXT or said(d):
            continue
        able = candidates(d, standing[k - 1] if k else None, standing[k + 1 : k + 4], scenes)
        goods = best("goods", weighed(d, able, scenes))
        if not goods and _in_quote(d):
            continue  # words of its own that no table knows are better than none
        if texts(goods) != texts(d.products):
            d.products = goods
            d.how["products"] = _known(d, goods)


def weighed(d: Draft, able: Able, scenes: Sequence[Scene]) -> Able:
    """Return the goods a measure may lie on with what the encoder hears of each."""
    answer = heard(scenes, d)
    if answer is not DEAF:
        more = likely_goods(scenes, answer.goods)
        if all(texts(goods) != texts(more) for goods, _ in able):
            able = [*able, (more, {})]
    hears = [
        {} if answer is DEAF else {FACT: of_goods(scenes, answer.goods, goods)} for goods, _ in able
    ]
    return [(g, facts | hear) for (g, facts), hear in zip(able, hears, strict=True)]


def said(d: Draft) -> bool:
    """Return whether a draft's goods are stated."""
    return bool(d.products) and d.how.get("products") == STATED


def _in_quote(d: Draft) -> bool:
    return any(d.start <= g.start < d.end for g in d.products)


def texts(goods: Sequence[Goods]) -> frozenset[str]:
    """Return the words of goods, in small letters."""
    return frozenset(g.text.lower() for g in goods)


def _known(d: Draft, goods: Sequence[Goods]) -> str:
    if not goods:
        return GUESSED
    return INFERRED if abs(goods[0].start - d.start) < 400 else CARRIED


def candidates(
    d: Draft, last: Draft | None, after: Sequence[Draft], scenes: Sequence[Scene]
) -> Able:
    """Return goods that a measure may lie on, each with what speaks for it.

    Args:
        d: the draft.
        last: the draft before it.
        after: drafts after it.
        scenes: sentences of the text.
    """
    sc = scenes[d.sentence]
    lo, hi = quoted(sc, d)
    found: dict[frozenset[str], tuple[list[Goods], dict[str, float]]] = {}

    def add(goods: list[Goods], facts: Iterator[str]) -> None:
        held = found.setdefault(texts(goods), (goods, {}))
        held[1].update(dict.fromkeys(facts, 1.0))

    add([], iter(_of_nothing(d, last, sc, lo, hi)))
    add(list(d.products), iter(_as_read(d)))
    others = {t for x in after for t in texts(x.products)}
    for name, goods in _around(scenes, d.sentence, lo, hi):
        add(goods, _of_goods(sc, name, goods, others, lo, hi))
    if last is not None and last.products and last.instrument != "agreement":
        add(list(last.products), _of_last(d, last))
    return list(found.values())


def _as_read(d: Draft) -> list[str]:
    how = d.how.get("products", GUESSED) if d.products else "nothing"
    if how == GUESSED and _in_quote(d):
        how = "guessed, quoted"
    return [f"kept {how}", f"kept {how} by {d.rule.split('.')[0]}"]


def _of_nothing(d: Draft, last: Draft | None, sc: Scene, lo: int, hi: int) -> list[str]:
    found = ["nothing", f"nothing {d.instrument}"]
    if sc.s.has(lo, hi, goods_words().keys() | EVERYTHING):
        found.append("nothing, all goods said")
    if sc.s.has(lo, hi, POINTING):
        found.append("nothing, pointed")
    if d.firm:
        found.append("nothing, a firm's")
    if d.targets:
        found.append("nothing, on some")
    if last is not None and set(last.implementer) == set(d.implementer):
        found.append("nothing, as last" if not last.products else "nothing, unlike last")
    return found


def _around(scenes: Sequence[Scene], n: int, lo: int, hi: int) -> Iterator[tuple[str, list[Goods]]]:
    """Return the goods named around a quote, with where."""
    s = scenes[n].s
    end = len(s.tokens)
    c = clause_of(scenes[n].clauses, lo, hi)
    stretches = [("ahead", s, 0, lo), ("after", s, hi, end), ("quoted", s, lo, hi)]
    if c is not None:
        stretches.append(("subject", s, *c.subject))
    for k, name in ((n - 1, "before"), (n - 2, "before that"), (n + 1, "next")):
        if 0 <= k < len(scenes):
            other = scenes[k].s
            stretches.append((name, other, 0, len(other.tokens)))
    first = next((sc.s for sc in scenes[:3] if sc.s.products), None)
    if first is not None:
        stretches.append(("first", first, 0, len(first.tokens)))
    for name, of, a, b in stretches:
        goods = goods_between(of, a, b, guess=False) if a < b else []
        if goods:
            yield name, goods
            if len(goods) > 1 and name in {"ahead", "before", "first"}:
                yield f"{name}, one", [goods[-1 if name == "ahead" else 0]]


def _of_goods(
    sc: Scene, name: str, goods: Sequence[Goods], others: set[str], lo: int, hi: int
) -> Iterator[str]:
    s = sc.s
    yield name
    if sc.s.has(lo, hi, POINTING):
        yield f"{name}, pointed"
    if texts(goods) & others:
        yield f"{name}, of another"
    if name == "after" and s.has(hi, min(hi + APART, len(s.tokens)), OPENING):
        yield "after, opened"
    at = next((k for k, t in enumerate(s.tokens) if t.start == goods[0].start), -1)
    if at > 0 and s.low(at - 1) in LISTING:
        yield f"{name}, listed"
    if len(goods) > 1:
        yield "several"
    if not any(g.hs for g in goods):
        yield "unknown"


def _of_last(d: Draft, last: Draft) -> Iterator[str]:
    apart = min(d.sentence - last.sentence, 2)
    same = set(last.implementer) == set(d.implementer)
    yield f"last {apart}" if same else f"last of another {apart}"
    if same and set(last.targets) == set(d.targets):
        yield f"last, same struck {apart}"
    if d.rate is not None and last.rate is not None:
        yield "last, both rates"
    if d.firm:
        yield "last, a firm's"
