"""Fit what each fact weighs for who takes a measure, on whom it falls and on which goods.

A conditional logit over the candidates of each labelled measure, with a quadratic penalty, on the
project's own labelled texts; ``data/reading/weights.csv`` is what it writes. Measures that no
draft tells are learned from too, by the place of their words.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from countervail.reading.draft import Draft, Goods
from countervail.reading.lain import LEFT as NO_GOODS
from countervail.reading.lain import candidates as goods_able
from countervail.reading.lain import said, texts
from countervail.reading.load import from_text
from countervail.reading.parties.facts import (
    Matter,
    candidates,
    matter,
    of_struck,
    of_taker,
    targets,
)
from countervail.reading.parties.named import cast_of
from countervail.reading.parties.weighed import LEFT
from countervail.reading.reader import FirstReading, first_reading
from countervail.reading.record import measure
from tests.reading.grid import Case, cases, right

ROOT = Path(__file__).parent.parent
HOME = ROOT / "src/countervail/data/reading/weights.csv"
LABELLED = [
    ROOT / "tests/reading" / name
    for name in ("labelled.jsonl", "passages.jsonl", "passages_2.jsonl")
]
PENALTY = 1.5
GRID = 0.3
"""Weight of a measure of the grid, whose rules were mended until they read it: it is learned from
as if no rule had read it, and, at a third of this, as it was read."""
LEAST_CHOICES = 4
"""Choices that a fact is in, or it has no weight."""
KEEP = 0.03
"""Least weight that is written."""
PARTS = ("taker", "struck", "goods")
Facts = dict[str, float]


@dataclass
class Choice:
    """Candidates for one part of one measure.

    Attributes:
        text: number of the text.
        part: ``taker``, ``struck`` or ``goods``.
        facts: of each candidate.
        good: whether each is right.
        kept: number of the one that reading had; -1 is none.
        weight: of the measure.
    """

    text: int
    part: str
    facts: list[Facts]
    good: list[bool]
    kept: int
    weight: float = 1.0
    stated: bool = False


@dataclass
class Labelled:
    """A labelled measure.

    Attributes:
        takers, struck: each the sets of codes that are right.
        anyone: whether any target is right.
        goods: each its words and headings; none is everything.
        draft: that tells it, or one made for its place.
        made: whether that was made.
    """

    takers: list[frozenset[str]]
    struck: list[frozenset[str]]
    anyone: bool
    goods: list[list[str]]
    draft: Draft
    made: bool = field(default=False)


def _sets(first: Sequence[str], others: Sequence[Sequence[str]]) -> list[frozenset[str]]:
    return [frozenset(c for c in one if c != "ALL") for one in (first, *others)]


def fits(codes: frozenset[str], wanted: Sequence[frozenset[str]]) -> bool:
    """Return whether codes are one of the sets wanted, of a long one half."""
    return any(
        codes == w or (len(w) >= 3 and len(codes & w) / len(codes | w) >= 0.5) for w in wanted
    )


def sentence_of(told: FirstReading, start: int, end: int) -> int:
    """Return the number of the sentence that most of a stretch stands in."""
    shared = [min(sc.s.end, end) - max(sc.s.start, start) for sc in told.scenes]
    return max(range(len(shared)), key=lambda n: shared[n])


def _nearness(d: Draft, m: dict[str, Any]) -> float:
    both = float(min(d.end, m["end"]) - max(d.start, m["start"]))
    if both <= 0:
        return 0.0
    near: float = both / min(d.end - d.start, m["end"] - m["start"])
    near += 0.5 * (d.instrument == m["instrument"])
    rate = m.get("rate")
    if (d.rate is None) != (rate is None):
        return near - 0.3
    if rate is not None and d.rate is not None:
        near += 1.0 if abs(d.rate.value - rate["value"]) < 0.05 else -1.0
    return near


def of_row(told: FirstReading, row: Mapping[str, Any]) -> list[Labelled]:
    """Return the labelled measures of a text with the drafts that tell them."""
    drafts = [d for d in told.story.drafts if not d.listed]
    pairs = sorted(
        (
            (_nearness(d, m), i, j)
            for i, d in enumerate(drafts)
            for j, m in enumerate(row["measures"])
        ),
        reverse=True,
    )
    mine: dict[int, Draft] = {}
    used: set[int] = set()
    for near, i, j in pairs:
        if near > 0.4 and i not in used and j not in mine:
            mine[j] = drafts[i]
            used.add(i)
    found = []
    for j, m in enumerate(row["measures"]):
        draft = mine.get(j)
        made = draft is None
        if draft is None:
            n = sentence_of(told, m["start"], m["end"])
            draft = Draft((), m["instrument"], m["status"], m["start"], m["end"], "made", n)
        found.append(
            Labelled(
                _sets(m["implementer"], m.get("implementer_ok", ())),
                _sets(m["targets"], m.get("targets_ok", ())),
                bool(m.get("targets_any")),
                [[p["text"], *p["hs"]] for p in m["products"] if "ALL" not in p["hs"]],
                draft,
                made,
            )
        )
    return found


def of_case(told: FirstReading, case: Case) -> list[Labelled]:
    """Return the labelled measures of a text of the grid with the drafts that tell them."""
    drafts = [d for d in told.story.drafts if not d.listed]
    text = case.text
    pairs = sorted(
        (len(right(w, measure(text, d))), i, j)
        for i, d in enumerate(drafts)
        for j, w in enumerate(case.wants)
    )
    found, done, used = [], set(), set()
    for wrong, i, j in pairs:
        if wrong > 4 or i in used or j in done:
            continue
        used.add(i)
        done.add(j)
        w = case.wants[j]
        none = frozenset({"ALL"})
        found.append(
            Labelled(
                [w.implementer],
                [w.targets - none],
                False,
                [[name] for name in w.products],
                drafts[i],
            )
        )
    return found


def choices(
    told: FirstReading, labelled: Sequence[Labelled], text: int, weight: float
) -> Iterator[Choice]:
    """Return the choices of a text's labelled measures."""
    cast = cast_of(told.scenes)
    drafts = [d for d in told.story.drafts if not d.listed]
    for one in labelled:
        d = one.draft
        if d.instrument not in NO_GOODS:
            yield from _goods(told, drafts, one, text, weight)
        if d.instrument in LEFT:
            continue
        before = sorted(
            (x for x in drafts if (x.start, x.end) < (d.start, d.end)), key=lambda x: x.start
        )
        after = sorted(
            (x for x in drafts if (x.start, x.end) > (d.start, d.end)), key=lambda x: x.start
        )
        m = matter(d, before, after, cast, told.story)
        takers = candidates(m)
        bares = ((True, weight), (False, weight / 3)) if weight != 1.0 else ((False, 1.0),)
        for bare, w in bares:
            yield _choice(m, "taker", takers, one.takers, one, text, w, (), bare)
        if not one.anyone:
            own = next((c for c in takers if frozenset(c) in one.takers), None)
            if own is None:
                own = tuple(sorted(one.takers[0]))
            for bare, w in bares:
                able = targets(m, own)
                yield _choice(m, "struck", able, one.struck, one, text, w, own, bare)


def _goods(
    told: FirstReading, drafts: Sequence[Draft], one: Labelled, text: int, weight: float
) -> Iterator[Choice]:
    """Return the choice of the goods of a measure, of the grid also as if no rule had read it."""
    d = one.draft
    before = [x for x in drafts if (x.start, x.end) < (d.start, d.end)]
    after = [x for x in drafts if (x.start, x.end) > (d.start, d.end)]
    last = max(before, key=lambda x: (x.start, x.end), default=None)
    able = goods_able(d, last, sorted(after, key=lambda x: x.start)[:3], told.scenes)
    good = [lies_on(goods, one.goods) for goods, _ in able]
    had = texts(d.products)
    kept = next((k for k, (goods, _) in enumerate(able) if texts(goods) == had), -1)
    whole = [facts for _, facts in able]
    bare = [{n: v for n, v in f.items() if not n.startswith("kept")} for f in whole]
    stated = said(d)
    if one.made:
        yield Choice(text, "goods", bare, good, -1, weight)
        return
    yield Choice(text, "goods", whole, good, kept, weight if weight == 1.0 else weight / 3, stated)
    if weight != 1.0:
        yield Choice(text, "goods", bare, good, kept, weight, stated)


def lies_on(goods: Sequence[Goods], wanted: Sequence[Sequence[str]]) -> bool:
    """Return whether goods are those wanted, most of them, by a word or a heading."""
    if not goods or not wanted:
        return not goods and not wanted
    pairs = [(g, w) for g in goods for w in wanted if _alike(g, w)]
    mine = len({id(g) for g, _ in pairs}) / len(goods)
    theirs = len({id(w) for _, w in pairs}) / len(wanted)
    return bool(pairs) and 2 * mine * theirs / (mine + theirs) >= 0.5


def _alike(g: Goods, wanted: Sequence[str]) -> bool:
    return alike_goods(g.text, g.hs, wanted)


def alike_goods(text: str, hs: Sequence[str], wanted: Sequence[str]) -> bool:
    """Return whether goods are those wanted, by a word or a heading."""
    words = {w.rstrip("s") for w in text.lower().split()}
    if words & {w.rstrip("s") for w in wanted[0].lower().split()}:
        return True
    return any(a[: min(len(a), len(b), 4)] == b[:4][: len(a)] for a in hs for b in wanted[1:])


def _choice(
    m: Matter,
    part: str,
    able: Sequence[tuple[str, ...]],
    wanted: Sequence[frozenset[str]],
    one: Labelled,
    text: int,
    weight: float,
    own: tuple[str, ...] = (),
    bare: bool = False,
) -> Choice:
    d = m.draft
    had = set(d.implementer if part == "taker" else d.targets)
    facts, good, kept = [], [], -1
    for k, codes in enumerate(able):
        known = of_taker(m, codes) if part == "taker" else of_struck(m, own, codes)
        if one.made or bare:
            known = {name: v for name, v in known.items() if not name.startswith("kept")}
        if set(codes) == had and not one.made:
            kept = k
        facts.append(known)
        good.append(fits(frozenset(codes), wanted))
    stated = d.how.get("implementer" if part == "taker" else "targets") == "stated"
    return Choice(text, part, facts, good, kept, weight, stated)


def gathered(paths: Sequence[Path]) -> list[Choice]:
    """Return all choices of labelled texts, and of the grid."""
    found: list[Choice] = []
    number = 0
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            told = first_reading(
                from_text(row["text"], date.fromisoformat(row["doc_date"])), hear=False
            )
            found += choices(told, of_row(told, row), number, 1.0)
            number += 1
    for case in cases():
        told = first_reading(from_text(case.text, case.on), hear=False)
        found += choices(told, of_case(told, case), number, GRID)
        number += 1
    return found


@dataclass(frozen=True)
class Table:
    """Choices as arrays: one entry a fact of a candidate, one candidate a row.

    Attributes:
        names: of the facts.
        row, fact, value: of each entry.
        choice, good: of each candidate: number of its choice, 1 where it is right.
        weight: of each choice.
    """

    names: list[str]
    row: Any
    fact: Any
    value: Any
    choice: Any
    good: Any
    weight: Any


def _tabled(some: Sequence[Choice]) -> Table:
    usable = [c for c in some if any(c.good) and not all(c.good)]
    count = Counter(name for c in usable for name in {n for facts in c.facts for n in facts})
    names = sorted(name for name in count if count[name] >= LEAST_CHOICES)
    at = {name: k for k, name in enumerate(names)}
    rows = [facts for c in usable for facts in c.facts]
    entries = [
        (n, at[name], v) for n, facts in enumerate(rows) for name, v in facts.items() if name in at
    ]
    row, fact, value = (np.array(column) for column in zip(*entries, strict=True))
    choice = np.array([k for k, c in enumerate(usable) for _ in c.facts])
    good = np.array([float(ok) for c in usable for ok in c.good])
    return Table(names, row, fact, value, choice, good, np.array([c.weight for c in usable]))


def _slope(t: Table, x: Any, penalty: float) -> Any:
    """Return how the penalised likelihood of the right candidates rises with each weight."""
    score = np.bincount(t.row, t.value * x[t.fact], len(t.choice))
    top = np.full(len(t.weight), -np.inf)
    np.maximum.at(top, t.choice, score)
    e = np.exp(score - top[t.choice])
    every = e / np.bincount(t.choice, e)[t.choice]
    right_ones = e * t.good / np.bincount(t.choice, e * t.good)[t.choice]
    push = (right_ones - every) * t.weight[t.choice]
    return np.bincount(t.fact, t.value * push[t.row], len(x)) - penalty * x


def fitted(some: Sequence[Choice], penalty: float, steps: int = 400) -> Facts:
    """Return weights of facts: ascent with momentum and scaled steps."""
    t = _tabled(some)
    x, moved, scale = (np.zeros(len(t.names)) for _ in range(3))
    for _ in range(steps):
        slope = _slope(t, x, penalty)
        moved = 0.9 * moved + 0.1 * slope
        scale = 0.99 * scale + 0.01 * slope**2
        x = x + 0.05 * moved / (np.sqrt(scale) + 1e-6)
    return dict(zip(t.names, x.tolist(), strict=True))


def hits(some: Sequence[Choice], weights: Facts) -> tuple[int, int, int, int]:
    """Return how many choices are right by weights, were right as read, can be, and all."""
    able = was = can = 0
    for c in some:
        if not c.facts:
            continue
        scores = [sum(weights.get(n, 0.0) * v for n, v in f.items()) for f in c.facts]
        able += c.good[int(np.argmax(scores))]
        was += c.kept >= 0 and c.good[c.kept]
        can += any(c.good)
    return able, was, can, len(some)


def crossed(some: Sequence[Choice], penalty: float, folds: int = 8) -> str:
    """Return how many choices of labelled texts are right when fitted without their text."""
    own = [c for c in some if c.weight == 1.0]
    grid = [c for c in some if c.weight != 1.0]
    texts = sorted({c.text for c in own})
    random.Random(5).shuffle(texts)
    found = [0, 0, 0, 0]
    made = [0, 0]
    for k in range(folds):
        out = set(texts[k::folds])
        weights = fitted([c for c in own if c.text not in out] + grid, penalty)
        held = [c for c in own if c.text in out]
        drafted = [c for c in held if c.kept >= 0 and not c.stated]
        found = [a + b for a, b in zip(found, hits(drafted, weights), strict=True)]
        rest = hits([c for c in held if c.kept < 0], weights)
        made = [made[0] + rest[0], made[1] + rest[3]]
    return (
        f"drafted: weighed {found[0]}, as read {found[1]}, can be {found[2]}, of {found[3]}; "
        f"not drafted: {made[0]} of {made[1]}"
    )


def main() -> None:
    """Fit, say how it does on texts left out, and write the table."""
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--texts", nargs="*", type=Path, default=LABELLED)
    args.add_argument("--penalty", type=float, default=PENALTY)
    args.add_argument("--cross", action="store_true", help="say how texts left out are read")
    asked = args.parse_args()
    every = gathered(asked.texts)
    for part in PARTS:
        some = [c for c in every if c.part == part]
        if asked.cross:
            sys.stdout.write(f"{part}: {crossed(some, asked.penalty)}\n")
        put(part, fitted(some, asked.penalty))
    sys.stdout.write(f"written to {HOME}\n")


def put(part: str, weights: Facts) -> None:
    """Write the weights of a part in place of those that stood."""
    with HOME.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["part"] != part]
    for name, w in sorted(weights.items()):
        if abs(w) >= KEEP:
            rows.append({"part": part, "fact": name, "weight": f"{w:.2f}"})
    with HOME.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, ["part", "fact", "weight"], lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


if __name__ == "__main__":
    main()
