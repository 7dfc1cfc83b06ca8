"""Write the table of HS codes of earlier editions: ``data/hs_earlier.csv``.

    python tools/build_codes.py ../shared/data/concordances-hs/hs2022_to_earlier.csv.gz

Source: the R package concordance 2.1.0 (github.com/insongkim/concordance, MIT licence), with the
World Customs Organization's text as in UN Comtrade. Its table
gives one parent a code, so that splits are whole and a merger keeps one of its parents.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import defaultdict
from pathlib import Path

from countervail import labels

EDITIONS = ("HS2017", "HS2012", "HS2007", "HS1992")
FILE = Path(__file__).resolve().parents[1] / "src" / "countervail" / "data" / "hs_earlier.csv"


def rows(source: Path) -> list[tuple[str, str, str]]:
    """Return code, last edition that had it, and its successors, for codes HS 2022 has not."""
    now = labels.hs6_sector()
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    with gzip.open(source, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["other"] not in now and row["hs2022"] in now:
                found[row["other"]][row["vintage"]].add(row["hs2022"])
    made = []
    for code, by_edition in sorted(found.items()):
        edition = next(name for name in EDITIONS if name in by_edition)
        made.append((code, edition.removeprefix("HS"), "|".join(sorted(by_edition[edition]))))
    return made


def main() -> None:
    """Write the table."""
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "edition", "successors"))
        writer.writerows(rows(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
