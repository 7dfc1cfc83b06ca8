"""Write ``data/population_2022.csv``: people of every economy of the tables, from the IMF's WEO.

``python tools/population.py ../shared`` reads concept LP (million persons) of the October 2025
database, year 2022; only the economies of the tables are written.
"""

from __future__ import annotations

import csv
import gzip
import sys
from pathlib import Path

import countervail as cv

TARGET = Path(__file__).resolve().parents[1] / "src/countervail/data/population_2022.csv"
SOURCE = "data/growth-imf-weo-2025-10/weo_2025_10_selected.csv.gz"
YEAR = "2022"


def table(shared: Path) -> str:
    """Return the file's text: code and million persons, in the order of the codes.

    Raises:
        KeyError: an economy of the tables is not in the database.
    """
    with gzip.open(shared / SOURCE, "rt", encoding="utf-8") as file:
        people = {
            row["ref_area"]: row["value"]
            for row in csv.DictReader(file)
            if row["concept"] == "LP" and row["year"] == YEAR
        }
    codes = sorted(c for c in cv.open_world().countries if c != "ROW")
    return "\n".join(["country,million", *(f"{c},{people[c]}" for c in codes)]) + "\n"


if __name__ == "__main__":
    TARGET.write_text(table(Path(sys.argv[1])), encoding="utf-8")
