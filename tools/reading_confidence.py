"""Count how often drafts of each pattern are right: ``data/reading/confidence.csv``.

    python tools/reading_confidence.py                     # patterns, on the project's own texts
    python tools/reading_confidence.py --first FILE ...    # also at first sight, by kind of draft

The files have labelled passages, one JSON object a line (``text``, ``doc_date``, ``measures``), by
writers who do not know the rules; no rule may have been changed for them. Without them the counts
at first sight that the table has are kept.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from countervail.reading.confidence import FIRST, KINDS, kind, measured, pattern
from countervail.reading.load import from_text
from countervail.reading.reader import read_source
from countervail.reading.record import measure
from tests.reading.grid import cases, right

HOME = Path(__file__).parent.parent / "src/countervail/data/reading/confidence.csv"
Counts = dict[str, tuple[int, int]]


def counted() -> Counts:
    """Return how many drafts are right and how many there are, by pattern."""
    good: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for case in cases():
        for draft in read_source(from_text(case.text, case.on)).measures:
            got = measure(case.text, draft)
            wrong = [[f for f in right(w, got) if not f.startswith("dates")] for w in case.wants]
            name = pattern(draft)
            every[name] += 1
            good[name] += any(not one for one in wrong)
    return {name: (good[name], every[name]) for name in sorted(every)}


def at_first_sight(paths: Sequence[str]) -> Counts:
    """Return the counts of labelled passages by kind of draft.

    Args:
        paths: of the passages; none keeps the counts of the table.
    """
    if not paths:
        known = measured()
        return {FIRST + name: known.get(FIRST + name, (0, 0)) for name in KINDS}
    good: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for path in paths:
        for line in Path(path).read_text("utf-8").splitlines():
            one = json.loads(line)
            found = read_source(from_text(one["text"], date.fromisoformat(one["doc_date"])))
            for draft in found.measures:
                got = measure(one["text"], draft)
                every[FIRST + kind(draft)] += 1
                good[FIRST + kind(draft)] += any(_whole(w, got) for w in one["measures"])
    return {FIRST + name: (good[FIRST + name], every[FIRST + name]) for name in KINDS}


def _whole(want: dict[str, Any], got: dict[str, Any]) -> bool:
    """Return whether a draft tells a labelled measure in every field but its dates."""
    told = min(want["end"], got["end"]) > max(want["start"], got["start"])
    return told and _parties(want, got) and _what(want, got) and _goods(want, got)


def _parties(want: dict[str, Any], got: dict[str, Any]) -> bool:
    takers = [want["implementer"], *want.get("implementer_ok", [])]
    struck = [want["targets"], *want.get("targets_ok", [])]
    anyone = bool(want.get("targets_any"))
    return any(set(got["implementer"]) == set(x) for x in takers) and (
        anyone or any(set(got["targets"]) == set(x or ["ALL"]) for x in struck)
    )


def _what(want: dict[str, Any], got: dict[str, Any]) -> bool:
    instruments = [want["instrument"], *want.get("instrument_ok", [])]
    statuses = [want["status"], *want.get("status_ok", [])]
    rates = [want.get("rate"), *want.get("rate_ok", [])]
    has = got["rate"]["value"] if got["rate"] else None
    wanted = [r["value"] if r else None for r in rates]
    return got["instrument"] in instruments and got["status"] in statuses and has in wanted


def _goods(want: dict[str, Any], got: dict[str, Any]) -> bool:
    """Return whether the goods share half of their words with those wanted."""
    texts = ([p["text"].lower() for p in one["products"]] for one in (want, got))
    wanted, has = ({w.rstrip("s") for text in x for w in text.split()} for x in texts)
    if want.get("products_any") or not wanted or not has:
        return bool(want.get("products_any")) or wanted == has
    return 2 * len(wanted & has) >= max(len(wanted), len(has))


def main() -> None:
    """Write the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--first", nargs="+", default=[], metavar="FILE")
    first = at_first_sight(asked.parse_args().first)
    found = counted()
    with HOME.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["pattern", "right", "cases"])
        rows.writerows([name, *pair] for name, pair in (*first.items(), *found.items()))
    sys.stdout.write(f"written to {HOME}\n")


if __name__ == "__main__":
    main()
