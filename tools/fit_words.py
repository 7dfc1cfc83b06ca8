"""Fit what words weigh: which measure a stretch of a sentence tells, and where a measure stands.

A multinomial logit each, with a quadratic penalty, on the project's own labelled texts
(``tests/reading/*.jsonl``). ``data/reading/words_of_stretches.csv`` and
``words_of_statuses.csv`` are what it writes; ``--cross`` says how texts left out are read.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from fit_reading import LABELLED, Choice, of_row, put, sentence_of
from fit_reading import crossed as crossed_choices
from fit_reading import fitted as weighed
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from countervail.reading.draft import Draft
from countervail.reading.frames import Scene
from countervail.reading.load import from_text
from countervail.reading.reader import (
    FirstReading,
    first_reading,
    read_by_rules,
    read_source,
)
from countervail.reading.record import measure
from countervail.reading.unseen.clause_spans import Stretch, stretches
from countervail.reading.weights import weights
from countervail.reading.worded import chances, instruments, statuses
from countervail.reading.worded.drafts import NONE
from countervail.reading.worded.facts import of_quote, of_stretch
from countervail.reading.worded.symbols import symbols
from tests.reading.grid import cases, right

ROOT = Path(__file__).parent.parent
TABLES = ROOT / "src/countervail/data/reading"
CLASSES = {
    "stretches": (
        *(NONE, "tariff", "tariff_cut", "quota", "import_ban", "export_control"),
        *("subsidy", "agreement", "sanctions"),
    ),
    "statuses": (
        *("in_force", "announced", "threatened", "offered", "removed", "suspended", "reported"),
    ),
}
PENALTY = 3.0
LEAST_TEXTS = 3
"""Examples that a fact is in, or it has no weight."""
KEEP = 0.12
"""Least weight that is written."""
WITHIN = 0.6
"""Part of a stretch in a quote from which on it is unknown whether it tells the measure too."""
FOLDS = 8
GRID = 0.6
"""Weight of a text of the grid, whose rules were mended until they read it."""
MOST_WRONG = 3
"""Fields of a measure of the grid that a draft which tells it may have wrong."""
STACK = 1.0
"""Penalty on the weights by which a status or an instrument is chosen."""

Facts = Mapping[str, float]


@dataclass(frozen=True)
class Example:
    """A stretch or a measure with what it is.

    Attributes:
        text: number of its text.
        facts: of its words.
        right: classes that are right.
        weight: of its text.
    """

    text: int
    facts: Facts
    right: tuple[str, ...]
    weight: float = 1.0


def rows_of_grid() -> Iterator[dict[str, Any]]:
    """Yield the texts of the grid as labelled ones, where drafts tell the place of each measure."""
    for case in cases():
        source = from_text(case.text, case.on)
        drafts = list(read_source(source, hear=False).measures)
        measures: list[dict[str, Any]] = []
        for want in case.wants:
            wrong = [len(right(want, measure(case.text, d))) for d in drafts]
            if not wrong or min(wrong) > MOST_WRONG:
                break
            d = drafts.pop(wrong.index(min(wrong)))
            measures.append(
                {
                    "implementer": sorted(want.implementer),
                    "targets": sorted(want.targets),
                    "instrument": want.instrument,
                    "products": [{"text": name, "hs": []} for name in want.products],
                    "rate": d.rate and {"value": d.rate.value},
                    "status": want.status,
                    "optional": want.optional,
                    "start": d.start,
                    "end": d.end,
                }
            )
        else:
            yield {
                "text": case.text,
                "doc_date": case.on.isoformat(),
                "measures": measures,
                "weight": GRID,
            }


def weight_of(row: Mapping[str, Any]) -> float:
    """Return what a text weighs."""
    return float(row.get("weight", 1.0))


def of_stretches(told: FirstReading, row: Mapping[str, Any], text: int) -> Iterator[Example]:
    """Yield the stretches of a text; a measure is told by the stretch that has most of it."""
    found: list[tuple[Scene, Stretch, tuple[int, int]]] = [
        (sc, part, sc.span(part.lo, part.hi)) for sc in told.scenes for part in stretches(sc)
    ]
    right: dict[int, list[str]] = {}
    unknown: set[int] = set()
    for m in row["measures"]:
        shared = [min(b, m["end"]) - max(a, m["start"]) for _, _, (a, b) in found]
        best = max(range(len(shared)), key=lambda k: shared[k])
        if shared[best] <= 0:
            continue
        right.setdefault(best, []).extend([m["instrument"], *m.get("instrument_ok", ())])
        if m.get("optional"):
            unknown.add(best)
        for k, (_, _, (a, b)) in enumerate(found):
            if k != best and shared[k] > WITHIN * (b - a):
                unknown.add(k)
    for k, (sc, part, _) in enumerate(found):
        if k in right or k not in unknown:
            names = tuple(dict.fromkeys(right.get(k, [NONE])))
            if k not in unknown or NONE not in names:
                yield Example(text, of_stretch(sc, part, symbols(sc)), names, weight_of(row))


def of_statuses(told: FirstReading, row: Mapping[str, Any], text: int) -> Iterator[Example]:
    """Yield the measures of a text, each by the words of its own quote."""
    for m in row["measures"]:
        n = sentence_of(told, m["start"], m["end"])
        d = Draft((), m["instrument"], m["status"], m["start"], m["end"], "made", n)
        names = [s for s in (m["status"], *m.get("status_ok", ())) if s in CLASSES["statuses"]]
        if names:
            yield Example(text, of_quote(told.scenes, d), tuple(names), weight_of(row))


@dataclass(frozen=True)
class Fitted:
    """Weights of facts.

    Attributes:
        classes: their names.
        place: of each fact.
        weights: [fact, class].
    """

    classes: tuple[str, ...]
    place: Mapping[str, int]
    weights: Any

    def chances(self, examples: Sequence[Example]) -> Any:
        """Return the chances of the classes of each example."""
        score = _matrix(examples, self.place) @ self.weights
        size = np.exp(score - score.max(axis=1, keepdims=True))
        return size / size.sum(axis=1, keepdims=True)


def _matrix(examples: Sequence[Example], place: Mapping[str, int]) -> Any:
    row = [n for n, one in enumerate(examples) for name in one.facts if name in place]
    column = [place[name] for one in examples for name in one.facts if name in place]
    return csr_matrix((np.ones(len(row)), (row, column)), shape=(len(examples), len(place)))


def fitted(examples: Sequence[Example], classes: tuple[str, ...], penalty: float) -> Fitted:
    """Return the weights under which what is right is likeliest, less the penalty."""
    count = Counter(name for one in examples for name in one.facts)
    known = sorted(name for name, n in count.items() if n >= LEAST_TEXTS)
    place = {name: k for k, name in enumerate(known)}
    x = _matrix(examples, place)
    good = np.array([[float(name in one.right) for name in classes] for one in examples])
    turned, worth = x.T.tocsr(), np.array([one.weight for one in examples])

    def lost(flat: Any) -> tuple[float, Any]:
        weights = flat.reshape(len(place), len(classes))
        score = x @ weights
        size = np.exp(score - score.max(axis=1, keepdims=True))
        whole, hit = size.sum(axis=1), (size * good).sum(axis=1)
        push = size / whole[:, None] - size * good / hit[:, None]
        loss = -(worth * np.log(hit / whole)).sum() + 0.5 * penalty * (flat @ flat)
        slope = turned @ (push * worth[:, None]) + penalty * weights
        return loss, slope.ravel()

    start = np.zeros(len(place) * len(classes))
    found = minimize(lost, start, jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return Fitted(classes, place, found.x.reshape(len(place), len(classes)))


def crossed(examples: Sequence[Example], classes: tuple[str, ...], penalty: float) -> str:
    """Return how often the likeliest class is right, fitted without the text."""
    texts = sorted({one.text for one in examples})
    random.Random(5).shuffle(texts)
    right = told = found = 0
    for k in range(FOLDS):
        out = set(texts[k::FOLDS])
        fit = fitted([one for one in examples if one.text not in out], classes, penalty)
        held = [one for one in examples if one.text in out]
        for one, likely in zip(held, fit.chances(held), strict=True):
            best = classes[int(likely.argmax())]
            right += best in one.right
            told += best != NONE
            found += best != NONE and best in one.right
    wanted = sum(NONE not in one.right for one in examples)
    return f"{right} of {len(examples)} right; {found} of {told} told, of {wanted} to be told"


Words = Mapping[str, float]


def stacked(
    examples: Sequence[Example],
    kind: str,
    texts: int,
    of: Callable[[int, Callable[[Facts], Words]], Iterator[Choice]],
) -> list[Choice]:
    """Return choices of each text, the chances by words from a fit without it.

    Args:
        examples, kind: of the fit.
        texts: their number.
        of: gives the choices of a text, with what returns the chances of some facts.
    """
    found: list[Choice] = []
    classes = CLASSES[kind]
    order = list(range(texts))
    random.Random(5).shuffle(order)
    for k in range(FOLDS):
        out = set(order[k::FOLDS])
        fit = fitted([one for one in examples if one.text not in out], classes, PENALTY)

        def words(facts: Facts, fit: Fitted = fit) -> Words:
            likely = fit.chances([Example(0, facts, ())])[0]
            return dict(zip(classes, map(float, likely), strict=True))

        for text in sorted(out):
            found += of(text, words)
    return found


def status_choices(
    told: FirstReading, row: Mapping[str, Any], text: int, words: Callable[[Facts], Words]
) -> Iterator[Choice]:
    """Yield the choice of a status of each draft that tells a labelled measure."""
    beside = {id(d): around for d, around in statuses.in_order(told.story.drafts)}
    for m, one in zip(row["measures"], of_row(told, row), strict=True):
        if not one.made:
            d, names = one.draft, (m["status"], *m.get("status_ok", ()))
            said = words(of_quote(told.scenes, d))
            each = statuses.of_each(d, said, beside[id(d)], told.day)
            yield _choice(text, statuses.PART, each, names, d.status, weight_of(row))


def instrument_choices(
    told: FirstReading, row: Mapping[str, Any], text: int, words: Callable[[Facts], Words]
) -> Iterator[Choice]:
    """Yield the choice of an instrument, or of none, of each draft."""
    tells: dict[int, tuple[str, ...]] = {}
    for m, one in zip(row["measures"], of_row(told, row), strict=True):
        if not one.made:
            tells[id(one.draft)] = (m["instrument"], *m.get("instrument_ok", ()))
    for d in told.story.drafts:
        names = tells.get(id(d), (NONE,))
        beside = any(min(d.end, m["end"]) > max(d.start, m["start"]) for m in row["measures"])
        if d.listed or (beside and NONE in names):
            continue
        each = instruments.of_each(d, words(instruments.of_words(d, told.scenes[d.sentence])))
        yield _choice(text, instruments.PART, each, names, d.instrument, weight_of(row))


def _choice(
    text: int,
    part: str,
    each: Mapping[str, dict[str, float]],
    names: Sequence[str],
    kept: str,
    weight: float,
) -> Choice:
    at = list(each).index(kept) if kept in each else -1
    good = [name in names for name in each]
    return Choice(text, part, list(each.values()), good, at, weight)


def written(kind: str, fit: Fitted) -> int:
    """Write the weights of a kind; return how many facts have one."""
    kept = np.where(np.abs(fit.weights) >= KEEP, fit.weights, 0.0)
    rows = sorted((name, kept[k]) for name, k in fit.place.items() if kept[k].any())
    with (TABLES / f"words_of_{kind}.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["fact", *fit.classes])
        for name, weights in rows:
            out.writerow([name, *(f"{w:.2f}" if w else "" for w in weights)])
    return len(rows)


def main() -> None:
    """Fit, say how it does on texts left out, and write the tables."""
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--texts", nargs="*", type=Path, default=LABELLED)
    args.add_argument("--penalty", type=float, default=PENALTY)
    args.add_argument("--cross", action="store_true", help="say how texts left out are read")
    asked = args.parse_args()
    rows = [json.loads(line) for path in asked.texts for line in path.open(encoding="utf-8")]
    rows += rows_of_grid()
    sources = [from_text(row["text"], date.fromisoformat(row["doc_date"])) for row in rows]

    def gathered(
        told: Sequence[FirstReading],
        of: Callable[[FirstReading, Mapping[str, Any], int], Iterator[Example]],
    ) -> list[Example]:
        pairs = enumerate(zip(told, rows, strict=True))
        return [one for text, (story, row) in pairs for one in of(story, row, text)]

    def fit(
        kind: str,
        part: str,
        read: Callable[..., FirstReading],
        of: Callable[[FirstReading, Mapping[str, Any], int], Iterator[Example]],
        choices: Callable[..., Iterator[Choice]],
    ) -> None:
        told = [read(source, hear=False) for source in sources]
        examples = gathered(told, of)
        if asked.cross:
            sys.stdout.write(f"{kind}: {crossed(examples, CLASSES[kind], asked.penalty)}\n")
        size = written(kind, fitted(examples, CLASSES[kind], asked.penalty))
        sys.stdout.write(f"{kind}: {size} facts of {len(examples)} examples\n")
        made = stacked(
            examples, kind, len(rows), lambda k, words: choices(told[k], rows[k], k, words)
        )
        if asked.cross:
            sys.stdout.write(f"{part}: {crossed_choices(made, STACK)}\n")
        put(part, weighed(made, STACK))

    fit("stretches", instruments.PART, first_reading, of_stretches, instrument_choices)
    for learned in (weights, chances.weights):  # what was written is read again
        learned.cache_clear()
    fit("statuses", statuses.PART, read_by_rules, of_statuses, status_choices)


if __name__ == "__main__":
    main()
