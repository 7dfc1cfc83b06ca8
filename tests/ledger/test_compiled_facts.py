"""The ledger says what the compiled facts say: dates, rates, products, or why it does not.

What the ledger tells otherwise stands in ``compiled_facts.toml`` beside this file, each with its
reason; a reason that is no longer needed is a fault.
"""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path

import compiled_facts as cf
import pytest

from countervail import labels
from countervail.ledger import Measure, concordance, open_ledger
from countervail.ledger.in_force import entries_in_force
from countervail.ledger.measure import Rate

SHARED = Path(os.environ.get("COUNTERVAIL_SHARED") or Path(__file__).parents[3] / "shared")
FOLDER = SHARED / "data" / "measures"
FILES = sorted(FOLDER.glob("*.yaml"))
BOOK = open_ledger()
LATE = [*cf.exceptions()["pending_us"], *cf.exceptions()["pending_others"]]
COUNTRY_RATES = [("usa-ieepa-reciprocal-country-rates.csv", "usa-all-ieepa-reciprocal-2025")]
"""Lists of rates by country and day, and the facts file that points to each."""

pytestmark = pytest.mark.shared
every_file = pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])


def law(path: Path) -> Measure:
    if path.stem in LATE:
        pytest.skip("on the list of files that are still to be encoded (compiled_facts.toml)")
    assert path.stem in BOOK.measures, f"{path.name}: no measure of that name in the ledger"
    return BOOK.measure(path.stem)


@every_file
def test_the_same_parties(path: Path) -> None:
    facts, measure = cf.read(path), law(path)
    assert measure.implementer == facts["implementer"]
    assert sorted(measure.targets) == sorted(facts["targets"])


@every_file
def test_every_value_is_in_the_ledger(path: Path) -> None:
    measure = law(path)
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
    measure, values = law(path), cf.values(cf.read(path))
    unknown = [
        cf.told(e)
        for e in measure.rates
        if not any(cf.begins(measure, e, v) or cf.closes(e, v) for v in values)
        and _named(e) not in [*_added(path.stem), *_listed(path.stem)]
    ]
    assert not unknown, "in the ledger and not in the facts: " + "; ".join(unknown)


@every_file
def test_the_same_goods_at_six_digits(path: Path) -> None:
    measure = law(path)
    told = cf.goods(cf.read(path), FOLDER)
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
    assert {path.stem for path in FILES} == set(BOOK.measures) | set(LATE)


def test_no_reason_outlives_its_difference() -> None:
    known = {path.stem for path in FILES}
    assert set(LATE) <= known, f"pending and not among the facts: {sorted(set(LATE) - known)}"
    for kind in ("left_out", "added", "goods_left_out", "goods_added", "exempt_list"):
        for entry in cf.exceptions().get(kind, []):
            assert entry["facts"] in known, entry
            assert len(entry["why"]) > 20, entry
    for entry in cf.exceptions().get("left_out", []):
        if entry["facts"] not in LATE:
            values = cf.values(cf.read(FOLDER / f"{entry['facts']}.yaml"))
            same = [v for v in values if (entry["from"], entry.get("rate")) == (v.since, v.rate)]
            assert same, f"no such value in the facts: {entry}"
            measure = BOOK.measure(entry["facts"])
            assert not all(_holds(measure, v) for v in same), f"needs no reason any more: {entry}"
    for entry in cf.exceptions().get("added", []):
        if entry["facts"] not in LATE:
            held = [_named(e) for e in BOOK.measure(entry["facts"]).rates]
            assert (entry["in_force"], entry.get("rate")) in held, f"no such entry: {entry}"


# ---- lists with rates by country and day


def test_quotas_of_beef() -> None:
    measure = law(FOLDER / "chn-all-beef-safeguard-2026.yaml")
    for row in _rows("chn-beef-safeguard-quotas.csv"):
        if row["exporter"] != "total":
            country = {"other": "CAN"}.get(row["exporter"], row["exporter"])
            day = date(int(row["year"]), 1, 1)
            [entry] = [e for e in entries_in_force(measure, day) if country in e.targets]
            assert entry.rate.quota is not None, row
            assert entry.rate.quota.volume == 1000 * float(row["quota_thousand_t"]), row
            assert row["year"] in entry.rate.quota.period, row


@pytest.mark.parametrize(("list_file", "facts"), COUNTRY_RATES)
def test_rates_by_country_and_day(list_file: str, facts: str) -> None:
    measure = law(FOLDER / f"{facts}.yaml")
    faults = []
    for row in _rows(list_file):
        if row["country"] not in {"*", *labels.countries(), *labels.groups()}:
            continue  # places without a code of their own
        for day in (row["from"], row["until"]):
            on = date.fromisoformat(day)
            members = (
                labels.group(row["country"], on=on)
                if row["country"] in labels.groups()
                else (() if row["country"] == "*" else (row["country"],))
            )
            rates = {
                c: {e.rate.rate for e in entries_in_force(measure, on) if c in e.targets}
                for c in members
            }
            faults += [
                f"{c} on {day}: {row['rate']} in the list, {sorted(map(str, r))} in the ledger"
                for c, r in rates.items()
                if float(row["rate"]) not in r
            ]
    assert not faults, "\n".join(faults)


def test_duties_on_steel_and_aluminium_by_country_and_day() -> None:
    """0 stands for an exemption and for the inside of a quota, which the ledger names."""
    measure = law(FOLDER / "usa-all-s232-steel-aluminium-2018.yaml")
    products = {
        "steel": ["steel"],
        "aluminium": ["primary", "unwrought_alloyed", "wrought"],
        "aluminium 7601.10 non-alloyed unwrought": ["primary"],
        "steel not melted and poured in Mexico, Canada or the US": ["steel_melted_elsewhere"],
        "aluminium with primary metal of CHN, RUS, BLR or IRN": ["aluminium_smelted_elsewhere"],
        "derivative steel and aluminium (Proclamation 9980)": [],  # two rates in one row
    }
    faults = []
    for row in _rows("usa-s232-country-status-2018-2025.csv"):
        for product in products[row["goods"]]:
            for day in map(date.fromisoformat, (row["from"], row["until"])):
                who = {"*": "CHN", "EU": "DEU"}.get(row["country"], row["country"])
                found = [
                    e.rate
                    for e in entries_in_force(measure, day)
                    if product in e.products and who in e.targets
                ]
                free = row["treatment"] != "duty"
                wanted = 0.0 if free else float(row["rate_percent"])
                ok = len(found) == 1 and found[0].rate == wanted
                if row["treatment"] == "tariff-rate quota":
                    ok = ok and found[0].quota is not None
                if row["treatment"] == "absolute quota":
                    ok = ok and "bsolute quota" in found[0].note
                if not ok:
                    faults.append(f"{who} {product} on {day}: {row['treatment']} {wanted}; {found}")
    assert not faults, "\n".join(faults)


def test_rates_by_tariff_item_of_the_countermeasures_of_2026() -> None:
    """A rate that the orders give an item is that of its subheading, by order."""
    path = FOLDER.parent / "canada-countermeasures-2026" / "canada_surtax_on_us_2026-09-08.csv"
    homes = {
        "PC 2026-0785": _rates_by_code("can-usa-countermeasures-2026", date(2026, 9, 8)),
        "PC 2026-0786": _rates_by_code("can-usa-steel-aluminium-2025", date(2026, 9, 8)),
    }
    wanted: dict[tuple[str, str], set[float | None]] = {}
    for row in _read(path):
        if row["surtax_pct"] and row["hs6"] in concordance.codes():
            rates = wanted.setdefault((row["order"], row["hs6"]), set())
            rates.add(float(row["surtax_pct"]))
    faults = [
        f"{code} ({order}): {rates} in the order, {homes[order].get(code)} in the ledger"
        for (order, code), rates in wanted.items()
        if not rates & homes[order].get(code, set())
    ]
    assert len(wanted) > 400
    assert not faults, "\n".join(faults)


def _rates_by_code(id: str, on: date) -> dict[str, set[float | None]]:
    measure, found = BOOK.measure(id), dict[str, set[float | None]]()
    for entry in entries_in_force(measure, on):
        for product in entry.products:
            group = measure.product[product]
            for code in concordance.subheadings(group.hs, group.except_hs):
                found.setdefault(code, set()).add(entry.rate.rate)
    return found


def _rows(name: str) -> list[dict[str, str]]:
    return _read(FOLDER / "lists" / name)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


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
    names = [name for name, of in COUNTRY_RATES if of == facts]
    return [(row["from"], float(row["rate"])) for name in names for row in _rows(name)]


def _named(entry: Rate) -> tuple[str | None, float | None]:
    return cf.written(entry.in_force, entry.in_force_precision), entry.rate
