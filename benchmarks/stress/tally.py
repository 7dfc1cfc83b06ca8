"""The counts of a stress run as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.stress.cases import CLOSURES
from benchmarks.stress.shocks import FAMILIES
from benchmarks.stress.verdict import CERTIFIED, REFUSED, Verdict

SLOWEST = 8


def show(verdicts: Sequence[Verdict], seconds: float, console: Console) -> None:
    """Print every table of a run.

    Args:
        verdicts: of the cases.
        seconds: wall time of the run.
        console: where to.
    """
    console.print(_by_family(verdicts))
    console.print(_counted("how certified", (v.detail for v in verdicts if _is(v, CERTIFIED))))
    why = (f"{v.detail}: {v.truth}" for v in verdicts if _is(v, REFUSED))
    console.print(_counted("why refused, and is it so", why))
    console.print(_slowest(verdicts))
    for verdict in verdicts:
        if not verdict.good:
            console.print(
                f"[bold]{verdict.outcome}[/] {verdict.case}: {verdict.truth} {verdict.said}"
            )
    sweeps = [v.sweeps for v in verdicts if _is(v, CERTIFIED)]
    times = [v.seconds for v in verdicts]
    bad = sum(not v.good for v in verdicts)
    console.print(
        f"{len(verdicts)} cases in {seconds:.0f} s: {len(sweeps)} certified, "
        f"{sum(_is(v, REFUSED) for v in verdicts)} refused, {bad} failures. "
        f"Sweeps of the certified: median {_quantile(sweeps, 0.5):.0f}, "
        f"95 % {_quantile(sweeps, 0.95):.0f}, most {_quantile(sweeps, 1.0):.0f}. "
        f"Seconds to solve or refuse: median {_quantile(times, 0.5):.3f}, "
        f"95 % {_quantile(times, 0.95):.2f}, most {_quantile(times, 1.0):.1f}."
    )


def _by_family(verdicts: Sequence[Verdict]) -> Table:
    table = Table(title="certified / refused / failed, by shock and closure", title_justify="left")
    table.add_column("shock")
    for closure in (*CLOSURES, "all"):
        table.add_column(closure, justify="right")
    for family in (*FAMILIES, "all"):
        of_family = [v for v in verdicts if family in (v.family, "all")]
        cells = [
            _counts([v for v in of_family if closure in (v.closure, "all")])
            for closure in (*CLOSURES, "all")
        ]
        table.add_row(family, *cells)
    return table


def _counts(verdicts: Sequence[Verdict]) -> str:
    count = Counter(v.outcome if v.good else "failed" for v in verdicts)
    return f"{count[CERTIFIED]} / {count[REFUSED]} / {count['failed']}"


def _counted(title: str, names: Iterable[str]) -> Table:
    table = Table("", "cases", title=title, title_justify="left")
    for name, count in Counter(names).most_common():
        table.add_row(name, str(count))
    return table


def _slowest(verdicts: Sequence[Verdict]) -> Table:
    table = Table("case", "s", "outcome", title="slowest", title_justify="left")
    for verdict in sorted(verdicts, key=lambda v: -v.seconds)[:SLOWEST]:
        table.add_row(
            verdict.case, f"{verdict.seconds:.1f}", f"{verdict.outcome}, {verdict.detail}"
        )
    return table


def _is(verdict: Verdict, outcome: str) -> bool:
    return verdict.outcome == outcome


def _quantile(values: Sequence[float], part: float) -> float:
    return float(np.quantile(values, part)) if values else 0.0
