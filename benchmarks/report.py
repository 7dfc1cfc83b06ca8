"""Tables of timings as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.timing import Result, Unit


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        title: heading.
        results: rows.
        baseline: name of the row that the others' medians are divided by; None for no ratios.
        ratio: heading of that column.
        about: a sentence above the table.
    """

    title: str
    results: Sequence[Result]
    baseline: str | None = None
    ratio: str = "ratio"
    about: str = ""


MADE_FROM = (
    "A world file such as `w50.npz` comes from `python tools/build_world.py --sectors 50 --out "
    "w50.npz`, gegravity from `pip install '.[bench]'`."
)
NO_GPU = (
    'Not measured: no GPU was at hand. `cv.solve_many(..., engine="jax")` uses the one JAX finds; '
    "the rows of batches with JAX are then its."
)


def markdown(command: str, machine: str, tables: Sequence[Table], gpu: bool = False) -> str:
    """Return the page: how it was made, on what, and the tables."""
    head = [
        "# Timings",
        "",
        f"`{command}`",
        "",
        MADE_FROM,
        "",
        f"{machine}.",
        "",
        "Median and best of runs taken in turn (A B A B), so that a busy minute hits every case "
        "alike. A state is solved from a cold start for the study's shock (the United States adds "
        "10 to 50 points on goods, half answered) and verified by the independent check.",
    ]
    foot = [] if gpu else ["", "## On a GPU", "", NO_GPU]
    lines = [line for table in tables for line in lines_of(table)]
    return "\n".join([*head, *lines, *foot]) + "\n"


def lines_of(table: Table) -> list[str]:
    """Return a table's lines, its title first."""
    base = next((r for r in table.results if r.what == table.baseline and r.values), None)
    head = ["what", "median", "best", *([table.ratio] if base else []), "runs", "notes"]
    rows = [_row(result, base) for result in table.results]
    align = ["---", *["---:"] * (len(head) - 2), "---"]
    lines = [f"## {table.title}", ""] + ([table.about, ""] if table.about else [])
    return ["", *lines, *(f"| {' | '.join(cells)} |" for cells in (head, align, *rows))]


def _row(result: Result, base: Result | None) -> list[str]:
    note = " ".join(result.note.replace("|", "\\|").split())
    if not result.values:
        return [result.what, "", "", *([""] if base else []), "0", note]
    values = [quantity(result.median, result.unit), quantity(result.best, result.unit)]
    if base:
        same = result.unit == base.unit
        values.append(_digits(result.median / base.median) if same else "")
    return [result.what, *values, str(len(result.values)), note]


def quantity(value: float, unit: Unit) -> str:
    """Return a figure with its unit: about three digits, seconds from ten seconds on."""
    if unit == "ms" and value >= 10_000:
        return f"{_digits(value / 1e3)} s"
    return f"{_digits(value)} {unit}"


def _digits(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.2g}"
