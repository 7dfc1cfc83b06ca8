"""Write ``data/agreements.csv`` and ``data/bound_rates.csv``: what holds tariffs down in 2026.

``python tools/agreements.py ../shared``. Agreements are those of ``world_build/agreements.toml``,
each with its legal reference, and beside them what DESTA and HUGGO record between pairs that none
of these covers (the year only: HUGGO swaps day and month). Rows of fta-membership made by hand are
not used: none of them has a legal reference. Bound rates: of Japan the ``wto`` column of its
customs tariff, means of lines and then of subheadings by sector, to a tenth of a point; of 15
economies one simple mean each.
"""

from __future__ import annotations

import csv
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product
from pathlib import Path

from countervail import labels

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "src/countervail/data"
ON = date(2026, 1, 1)
PAIRS = "DESTA and HUGGO via globalgov/manytrade, 23 January 2024"
JAPAN = "ad valorem lines of the tariff schedule of Japan, 9 July 2026"
UNILATERAL = ("Everything but Arms",)
"""What one side grants and may take back."""

NOT_FREE_TRADE = {
    "Laos US",  # commercial treaty
    "United States Viet Nam",  # commercial treaty
    "Association Of Caribbean States",  # no tariff preferences
    "Tripartite Agreement",  # a list of goods
    "Argentina Costa Rica",  # partial scope
    "Argentina Mexico",  # partial scope
    "Bangladesh India",  # partial scope
    "Brazil Mexico",  # partial scope
    "Colombia Costa Rica",  # partial scope
    "MERCOSUR Southern African Customs Union (SACU)",  # partial scope
    "Chile India",  # partial scope
    "South Asian Association For Regional Cooperation Preferential Trading Arrangement (SAPTA)",
    "Southern African Development Community (SADC)",  # its Protocol on Trade holds the tariffs
    "Central America Chile",  # stands twice
}
"""Records that hold no tariff of most goods down, or stand twice."""

Row = Sequence[str]


def referenced() -> list[Row]:
    """Return the agreements that have a legal reference."""
    text = (ROOT / "tools/world_build/agreements.toml").read_text("utf-8")
    rows: list[Row] = [
        [
            "European Union customs union", "1968-07-01", "EU27", "", "all",
            "Treaty on the Functioning of the European Union, Article 28; OJ C 326, 26.10.2012",
        ]
    ]  # fmt: skip
    for each in tomllib.loads(text)["agreement"]:
        if not each["name"].startswith(UNILATERAL):
            sides = ("|".join(each[key]) for key in ("parties", "partners") if key in each)
            both = [*sides, ""][:2]
            start = each["in_force"].isoformat()
            rows.append([each["name"], start, *both, each["goods"], each["citation"]])
    return rows


def recorded(shared: Path, covered: set[frozenset[str]]) -> list[Row]:
    """Return what is recorded between pairs not covered, by agreement and first party."""
    union = set(labels.group("EU27"))
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    with (shared / "data/fta-membership/agreements_by_pair.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            pair = row["iso3_a"], row["iso3_b"]
            if (
                row["source"].startswith("DESTA/HUGGO")
                and row["kind"] != "partial"
                and not row["ended"]
                and int(row["year_to"]) >= ON.year
                and not union & set(pair)
                and frozenset(pair) not in covered
                and row["agreement"] not in NOT_FREE_TRADE
            ):
                found[row["agreement"], row["iso3_a"]].append((row["iso3_b"], row["in_force"][:4]))
    return [
        [name, max(year for _, year in with_), party, "|".join(b for b, _ in with_), "all", PAIRS]
        for (name, party), with_ in sorted(found.items())
    ]


def covered(rows: Iterable[Row]) -> set[frozenset[str]]:
    """Return the pairs that agreements cover."""
    found = set()
    for _, _, parties, partners, *_ in rows:
        sides = [
            {code for word in side.split("|") for code in labels.expand(word, ON)}
            for side in (parties, partners or parties)
        ]
        found |= {frozenset(pair) for pair in product(*sides)}
    return found


def bound(shared: Path) -> list[Row]:
    """Return bound rates, per cent: by sector where lines are known, else one mean."""
    by_sector: dict[str, list[float]] = defaultdict(list)
    lines = shared / "data/tariffs-japan-2026/japan_tariff_hs6_mean.csv"
    sector = labels.hs6_sector()
    with lines.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["wto"] and row["hs6"] in sector:
                by_sector[sector[row["hs6"]]].append(float(row["wto"]))
    rows: list[Row] = [
        [
            "JPN",
            code,
            f"{sum(rates) / len(rates):.1f}",
            JAPAN,
        ]
        for code, rates in sorted(by_sector.items())
    ]
    means = shared / "data/bound-means-wto-2024/bound_and_applied_means.csv"
    with means.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["iso3"] != "JPN":
                who = "EU27" if row["iso3"] == "EUU" else row["iso3"]
                source = "WTO World Tariff Profiles 2024, from a secondary copy"
                rows.append([who, "", row["bound_simple_mean"], source])
    return rows


def write(name: str, header: Row, rows: Iterable[Row]) -> None:
    """Write one table."""
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    source = Path(sys.argv[1])
    known = referenced()
    header = ["name", "in_force", "parties", "partners", "goods", "reference"]
    write("agreements.csv", header, [*known, *recorded(source, covered(known))])
    write("bound_rates.csv", ["importer", "sector", "most", "source"], bound(source))
