"""Write ``data/growth.csv``: growth of real GDP, per cent a year, from the IMF's WEO.

``python tools/growth.py ../shared`` reads concept NGDP_RPCH of the October 2025 database for the
economies of the tables; ``ROW`` has the rate of the world (area G001).
"""

from __future__ import annotations

import csv
import gzip
import sys
from pathlib import Path

import countervail as cv

TARGET = Path(__file__).resolve().parents[1] / "src/countervail/data/growth.csv"
SOURCE = "data/growth-imf-weo-2025-10/weo_2025_10_selected.csv.gz"
YEARS = [str(year) for year in range(2023, 2031)]
WORLD = "G001"


def table(shared: Path) -> str:
    """Return the file's text: code, and growth in each year, in the order of the codes.

    Raises:
        KeyError: an economy of the tables is not in the database.
    """
    with gzip.open(shared / SOURCE, "rt", encoding="utf-8") as file:
        rates = {
            (row["ref_area"], row["year"]): row["value"]
            for row in csv.DictReader(file)
            if row["concept"] == "NGDP_RPCH"
        }
    codes = sorted(cv.open_world().countries)
    area = {code: WORLD if code == "ROW" else code for code in codes}
    rows = [",".join([code, *(rates[area[code], year] for year in YEARS)]) for code in codes]
    return "\n".join([",".join(["country", *YEARS]), *rows]) + "\n"


if __name__ == "__main__":
    TARGET.write_text(table(Path(sys.argv[1])), encoding="utf-8")
