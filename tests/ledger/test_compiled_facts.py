"""The ledger says what the compiled facts say: dates, rates, products, or why it does not.

What the ledger tells otherwise stands in ``compiled_facts.toml`` beside this file, each with its
reason; a reason that is no longer needed is a fault.
"""

from __future__ import annotations

from pathlib import Path

import compiled_facts as cf
import pytest

from countervail.ledger import Measure, concordance
from countervail.ledger.measure import Rate

pytestmark = pytest.mark.shared
every_file = pytest.mark.parametrize("path", cf.FILES, ids=[path.stem for path in cf.FILES])


@every_file
def test_the_same_parties(path: Path) -> None:
    facts, measure = cf.read(path), cf.law(path.stem)
    assert measure.implementer == facts["implementer"]
    assert sorted(measure.targets) == sorted(facts["targets"])


@every_file
def test_every_value_is_in_the_ledger(path: Path) -> None:
    measure = cf.law(path.stem)
    faults = []
    for value in cf.values(cf.read(path)):
        begun = [e for e in measure.rates if cf.begins(measure, e, value)]
        if not _left_out(path.stem, value) and not _holds(measure, value):
            ends = f"; it has {'; '.join(map(cf.told, begun))}" if begun else ""
            faults.append(f"the facts have {value}, and the ledger has not{ends}")
    held = "\n  ".join(map(cf.told, measure.rates))
    assert not faults, "\n".join(faults) + f"\nall of {measure.id}:\n  {held}"


@every_file
def test_every_entry_is_in_the_facts(path: Path) -> None:
    measure, values = cf.law(path.stem), cf.values(cf.read(path))
    unknown = [
        cf.told(e)
        for e in measure.rates
        if not any(cf.begins(measure, e, v) or cf.closes(e, v) for v in values)
        and _named(e) not in [*_added(path.stem), *_listed(path.stem)]
    ]
    assert not unknown, "in the ledger and not in the facts: " + "; ".join(unknown)


@every_file
def test_the_same_goods_at_six_digits(path: Path) -> None:
    measure = cf.law(path.stem)
    told = cf.goods(cf.read(path))
    held = frozenset().union(
        *(concordance.subheadings(p.hs, p.except_hs) for p in measure.products)
    )
    for kind, surplus in (("goods_left_out", told - held), ("goods_added", held - told)):
        reasons = cf.of_file(kind, path.stem)
        excused = frozenset().union(*(cf.subheadings(h) for r in reasons for h in r["hs"]))
        assert not surplus - excused, f"{kind}: {cf.in_words(surplus - excused)}"
        idle = [h for r in reasons for h in r["hs"] if not cf.subheadings(h) & surplus]
        assert not idle, f"{kind} of {path.stem}: {idle} need no reason any more"


def test_every_measure_has_facts_and_every_facts_file_a_measure() -> None:
    assert {path.stem for path in cf.FILES} == set(cf.BOOK.measures)


def test_no_reason_outlives_its_difference() -> None:
    known = {path.stem for path in cf.FILES}
    for kind in ("left_out", "added", "goods_left_out", "goods_added", "exempt_list"):
        for entry in cf.exceptions().get(kind, []):
            assert entry["facts"] in known, entry
            assert len(entry["why"]) > 20, entry
    for entry in cf.exceptions().get("left_out", []):
        values = cf.values(cf.read(cf.FOLDER / f"{entry['facts']}.yaml"))
        same = [v for v in values if (entry["from"], entry.get("rate")) == (v.since, v.rate)]
        assert same, f"no such value in the facts: {entry}"
        measure = cf.law(entry["facts"])
        assert not all(_holds(measure, v) for v in same), f"needs no reason any more: {entry}"
    for entry in cf.exceptions().get("added", []):
        held = [_named(e) for e in cf.law(entry["facts"]).rates]
        assert (entry["in_force"], entry.get("rate")) in held, f"no such entry: {entry}"


def _holds(measure: Measure, value: cf.Value) -> bool:
    return any(cf.begins(measure, e, value) and cf.ends(measure, e, value) for e in measure.rates)


def _left_out(facts: str, value: cf.Value) -> bool:
    return any(
        (e["from"], e.get("rate")) == (value.since, value.rate)
        for e in cf.of_file("left_out", facts)
    )


def _added(facts: str) -> list[tuple[str | None, float | None]]:
    return [(e["in_force"], e.get("rate")) for e in cf.of_file("added", facts)]


def _listed(facts: str) -> list[tuple[str | None, float | None]]:
    names = [name for name, of in cf.COUNTRY_RATES if of == facts]
    return [
        (row["from"], float(row["rate"]))
        for name in names
        for row in cf.rows(cf.FOLDER / "lists" / name)
    ]


def _named(entry: Rate) -> tuple[str | None, float | None]:
    return cf.written(entry.in_force, entry.in_force_precision), entry.rate
