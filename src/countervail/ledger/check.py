"""What is wrong or doubtful between the files of a ledger, each finding with its place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np

from countervail.errors import did_you_mean
from countervail.ledger import concordance, pieces
from countervail.ledger.files import line_in
from countervail.ledger.in_force import entries_in_force
from countervail.ledger.ledger import Ledger
from countervail.ledger.measure import Measure
from countervail.text.places import Path


class Finding(NamedTuple):
    """One thing found: ``refuse`` means figures from it would be wrong."""

    code: str
    measure: str
    message: str
    refuse: bool


def check_ledger(ledger: Ledger) -> list[Finding]:
    """Return what is wrong or doubtful between files, the worst first; empty where all is in order.

    Messages begin with ``path:line`` where a measure was read from a file.
    """
    found = []
    for measure in ledger:
        for code, at, sentence, refuse in [
            *_names(ledger, measure),
            *_removals(ledger, measure),
            *_doubled_goods(measure),
            *_uncovered(measure),
            *_tiny(measure),
        ]:
            found.append(Finding(code, measure.id, _place(ledger, measure, at) + sentence, refuse))
    return sorted(found, key=lambda f: not f.refuse)


def _place(ledger: Ledger, measure: Measure, at: Path) -> str:
    """Return where a key of a measure stands: in its file, or in the measure of that id."""
    home = ledger.paths.get(measure.id)
    line = None if home is None else line_in(home, at)
    return f"{home}:{line}: " if line else f"{measure.id}: "


_Row = tuple[str, Path, str, bool]


def _names(ledger: Ledger, measure: Measure) -> Iterator[_Row]:
    rules = measure.stacking
    for key in ("displaces", "yields_to", "removes"):
        for other in getattr(rules, key):
            at: Path = ("stacking", key, other)
            if other == measure.id:
                yield "stacking", at, f"{key}: a measure cannot name itself", True
            elif other not in ledger.measures:
                hint = did_you_mean(other, ledger.measures)
                yield "stacking", at, f"{key}: no measure '{other}' in the ledger{hint}", True
    for other in rules.displaces:
        against = ledger.measures.get(other)
        if against and (measure.id in against.stacking.displaces or other in rules.yields_to):
            sentence = f"displaces '{other}' and is displaced by it: on common goods neither counts"
            yield "stacking", ("stacking", "displaces", other), sentence, True


def _removals(ledger: Ledger, measure: Measure) -> Iterator[_Row]:
    days = {e.in_force for e in measure.rates if e.in_force and not e.never}
    for other in measure.stacking.removes:
        removed = ledger.measures.get(other)
        ends = {e.in_force for e in removed.rates if e.ended} if removed else days
        if not ends & days:
            sentence = f"removes '{other}', which has no ended entry on that day"
            yield "removal", ("stacking", "removes", other), sentence, True


def _doubled_goods(measure: Measure) -> Iterator[_Row]:
    """Two priced products of one measure in force together must not share goods: they add up."""
    if measure.outside_model:
        return
    ids = [p.id for p in measure.products if not p.outside_model]
    if len(ids) < 2:
        return
    every = np.arange(len(concordance.codes()))
    named, _, place = pieces.told_apart([measure.goods[id] for id in ids], every)
    shared = {
        (ids[a], ids[b]): place[np.flatnonzero(named[a] & named[b])]
        for a, b in combinations(range(len(ids)), 2)
    }
    sharing = {pair: where for pair, where in shared.items() if len(where)}
    if not sharing:
        return
    said = set()
    for day in sorted({e.in_force for e in measure.rates if e.in_force}):
        reach: dict[str, set[str]] = {}
        for entry in entries_in_force(measure, day):
            for product in entry.products if entry.rate.priced else ():
                if not measure.product[product].outside_model:
                    reach.setdefault(product, set()).update(entry.targets)
        for (a, b), where in sharing.items():
            if (a, b) not in said and reach.get(a, set()) & reach.get(b, set()):
                said.add((a, b))
                code = concordance.codes()[int(where[0])]
                at: Path = ("products", list(measure.product).index(b), "hs")
                sentence = (
                    f"products '{a}' and '{b}' both name {concordance.dotted(code)} and are in "
                    f"force together on {day}: their rates would add up; use except_hs, or parts "
                    "where each names lines of its own"
                )
                yield "doubled-goods", at, sentence, True


def _tiny(measure: Measure) -> Iterator[_Row]:
    """Ask after rates that look like fractions or factors; a note on the entry says it is meant."""
    for i, entry in enumerate(measure.rates):
        rate = entry.rate
        if rate is None or entry.note or not 0.0 < rate < 2.0:
            continue
        meant = 100.0 * (rate if rate <= 1.0 else rate - 1.0)
        sentence = (
            f"rate = {rate:g}: {rate:g} per cent? Rates in files are per cent: {meant:g} per cent "
            f"is written {meant:.1f} (a note on the entry says that {rate:g} is meant)"
        )
        yield "rate-unit", ("rates", i, "rate"), sentence, False


def _uncovered(measure: Measure) -> Iterator[_Row]:
    if measure.outside_model:
        return
    for i, product in enumerate(measure.products):
        priced = any(product.id in e.products and e.priced for e in measure.rates)
        covered = product.id in measure.coverage_by_product or any(
            product.id == level.products for level in measure.levels
        )
        if priced and not product.outside_model and not covered:
            sentence = f"product '{product.id}' has a rate and no coverage: it cannot be priced"
            yield "coverage", ("products", i, "id"), sentence, False
