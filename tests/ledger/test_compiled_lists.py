"""The ledger says what the lists of the compiled facts say: by country, by day, by tariff item."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import compiled_facts as cf
import pytest

from countervail import labels
from countervail.ledger import concordance
from countervail.ledger.in_force import entries_in_force

pytestmark = pytest.mark.shared
every_file = pytest.mark.parametrize("path", cf.FILES, ids=[path.stem for path in cf.FILES])


def test_quotas_of_beef() -> None:
    measure = cf.law("chn-all-beef-safeguard-2026")
    for row in cf.rows(cf.FOLDER / "lists" / "chn-beef-safeguard-quotas.csv"):
        if row["exporter"] != "total":
            country = {"other": "CAN"}.get(row["exporter"], row["exporter"])
            day = date(int(row["year"]), 1, 1)
            [entry] = [e for e in entries_in_force(measure, day) if country in e.targets]
            assert entry.rate.quota is not None, row
            assert entry.rate.quota.volume == 1000 * float(row["quota_thousand_t"]), row
            assert row["year"] in entry.rate.quota.period, row


@pytest.mark.parametrize(("list_file", "facts"), cf.COUNTRY_RATES)
def test_rates_by_country_and_day(list_file: str, facts: str) -> None:
    measure = cf.law(facts)
    faults = []
    for row in cf.rows(cf.FOLDER / "lists" / list_file):
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
    measure = cf.law("usa-all-s232-steel-aluminium-2018")
    products = {
        "steel": ["steel"],
        "aluminium": ["primary", "unwrought_alloyed", "wrought"],
        "aluminium 7601.10 non-alloyed unwrought": ["primary"],
        "steel not melted and poured in Mexico, Canada or the US": ["steel_melted_elsewhere"],
        "aluminium with primary metal of CHN, RUS, BLR or IRN": ["aluminium_smelted_elsewhere"],
        "derivative steel and aluminium (Proclamation 9980)": [],  # two rates in one row
    }
    faults = []
    for row in cf.rows(cf.FOLDER / "lists" / "usa-s232-country-status-2018-2025.csv"):
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


@every_file
def test_a_rate_told_with_the_goods_is_theirs(path: Path) -> None:
    """`coal (15%)` of a facts file is 15 per cent on coal, not on what stands beside it."""
    measure = cf.law(path.stem)
    held: dict[str, set[float | None]] = {}
    for day in {e.in_force for e in measure.rates if e.in_force}:
        for code, rates in _rates_by_code(measure.id, day).items():
            held.setdefault(code, set()).update(rates)
    listed = {code for p in cf.lists(cf.read(path)) for code in cf.items(p)}
    faults = []
    for product in cf.read(path)["products"]:
        if listed or "lines" in product["description"]:
            continue  # a heading of which a list names some
        told = {float(r) for r in re.findall(r"(\d+)%(?! fat)", product["description"])}
        for code in cf.subheadings(product["hs"]) & held.keys():
            if told and not held[code] & told:
                faults.append(f"{concordance.dotted(code)}: {told} told, {held[code]} held")
    assert not faults, "\n".join(faults)


PRINTED = "../us-tariffs-tradewartracker/tariff-lists/china-{}-percent-030425.csv"
METALS = "lists/can-usa-steel-aluminium-schedules.csv"


@pytest.mark.parametrize(
    ("facts", "list_file", "group", "first", "last", "rate"),
    [
        ("chn-usa-mar-2025", PRINTED.format(15), None, "2025-03-10", "2025-11-09", 15.0),
        ("chn-usa-mar-2025", PRINTED.format(10), None, "2025-03-10", "2025-11-09", 10.0),
        ("can-usa-steel-aluminium-2025", METALS, "steel", "2025-03-13", "2026-09-07", 25.0),
        ("can-usa-steel-aluminium-2025", METALS, "aluminium", "2025-03-13", "2026-09-07", 25.0),
        ("can-usa-steel-aluminium-2025", METALS, "other goods", "2025-03-13", "2025-08-31", 25.0),
    ],
)
def test_every_item_of_a_list_bears_its_rate(
    facts: str, list_file: str, group: str | None, first: str, last: str, rate: float
) -> None:
    if group is None:
        listed = set(cf.items(cf.FOLDER / list_file))
    else:
        rows = [r for r in cf.rows(cf.FOLDER / list_file) if r["group"] == group]
        listed = {r["tariff_item_hs8"].replace(".", "")[:6] for r in rows}
    reasons = cf.of_file("goods_left_out", facts)
    excused = frozenset().union(*(cf.subheadings(h) for r in reasons for h in r["hs"]))
    known = listed & set(concordance.codes()) - excused
    assert len(known) > 5
    for day in (first, last):
        held = _rates_by_code(facts, date.fromisoformat(day))
        wrong = {c: held.get(c) for c in known if rate not in held.get(c, set())}
        assert not wrong, f"{day}: {wrong}"
    after = _rates_by_code(facts, date.fromisoformat(last) + timedelta(days=1))
    going_on = {c for c in known if rate in after.get(c, set())}
    assert len(going_on) < len(known) / 2, f"{len(going_on)} of {len(known)} after {last}"


def test_rates_by_tariff_item_of_the_countermeasures_of_2026() -> None:
    """A rate that the orders give an item is that of its subheading, by order."""
    path = cf.FOLDER.parent / "canada-countermeasures-2026" / "canada_surtax_on_us_2026-09-08.csv"
    homes = {
        "PC 2026-0785": _rates_by_code("can-usa-countermeasures-2026", date(2026, 9, 8)),
        "PC 2026-0786": _rates_by_code("can-usa-steel-aluminium-2025", date(2026, 9, 8)),
    }
    wanted: dict[tuple[str, str], set[float | None]] = {}
    for row in cf.rows(path):
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
    measure, found = cf.BOOK.measure(id), dict[str, set[float | None]]()
    for entry in entries_in_force(measure, on):
        for product in entry.products:
            group = measure.product[product]
            for code in concordance.subheadings(group.hs, group.except_hs):
                found.setdefault(code, set()).add(entry.rate.rate)
    return found
