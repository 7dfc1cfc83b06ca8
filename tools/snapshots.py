"""Write the law of chosen days as text a person can read: ``tests/ledger/law_of/DATE.txt``.

The tests hold the ledger to these pages; whoever changes the law writes them anew
(``python tools/snapshots.py``) and reads the difference.
"""

from __future__ import annotations

from pathlib import Path

import countervail as cv
from countervail.ledger import Ledger
from countervail.present.in_force import rows

DAYS = (
    "2019-01-01",
    "2021-06-01",
    "2024-03-29",
    "2025-04-10",
    "2025-06-01",
    "2026-03-02",
    "2026-11-01",
)
"""Days on which law of several episodes stands at once."""

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "ledger" / "law_of"


def page(ledger: Ledger, day: str) -> str:
    """Return the law of a day: a line a measure, then a line for every group of goods."""
    said: list[str] = [f"In force on {day}"]
    last = ""
    for row in rows(ledger, ledger.at(day)):
        if row["id"] != last:
            last = row["id"]
            said += ["", f"{row['by']}: {row['title']} [{last}]"]
        own = "" if row["own_duty"] is None else f"; own duty {row['own_duty']:g} %"
        until = "" if row["until"] is None else f" to {row['until']}"
        until += " in part" if row["until_partly"] else ""
        said.append(
            f"  {row['products']} of {row['on']}: {row['law']}, from {row['since']}{until} "
            f"(announced {row['announced']}){own}{'' if row['priced'] else '; not priced'}"
        )
    return "\n".join(said) + "\n"


def main() -> None:
    """Write every page."""
    ledger = cv.open_ledger()
    FOLDER.mkdir(exist_ok=True)
    for day in DAYS:
        (FOLDER / f"{day}.txt").write_text(page(ledger, day), encoding="utf-8")


if __name__ == "__main__":
    main()
