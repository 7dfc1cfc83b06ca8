"""Write exports by pair in 2011 from the reference-data folder; the same input, the same file.

    python tools/trade_2011.py --shared ../shared

Source: OECD, Inter-Country Input-Output tables, 2025 release (yearly cubes of trade by 27 goods
sectors and services together); goods and services summed, domestic sales left out, rounded to
USD 0.1 million.
"""

from __future__ import annotations

import argparse
import csv
import io
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[1]
TARGET = REPOSITORY / "src" / "countervail" / "data" / "trade_2011.csv"
SOURCE = Path("data") / "tariffwar-cubes" / "icio_trade_cubes.npz"
YEAR = 2011


def table(shared: Path) -> str:
    """Return the file's text: exporters down, importers across."""
    with np.load(shared / SOURCE) as cubes:
        countries = [str(code) for code in cubes[f"countries_{YEAR}"]]
        flows = cubes[f"X_{YEAR}"].astype(np.float64).sum(axis=2)
    np.fill_diagonal(flows, 0.0)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["exporter", *countries])
    for code, row in zip(countries, flows, strict=True):
        writer.writerow([code, *(f"{flow:.1f}" for flow in row)])
    return text.getvalue()


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    TARGET.write_text(table(parser.parse_args().shared), encoding="utf-8")


if __name__ == "__main__":
    main()
