"""What moved the welfare of a country: every tariff line, cell and endowment that changed."""

from __future__ import annotations

from typing import Any, NamedTuple

from rich.table import Table

from countervail import labels
from countervail.solution import Solution
from countervail.studies.contributions import Moved, contributions, exact_effect

MOST_ROWS = 12
MOST_SECTORS = 4
WORDS = {
    "tariff": "tariff",
    "line_tariff": "tariff",
    "iceberg_hat": "trade cost",
    "line_iceberg_hat": "trade cost",
    "export_tax": "export tax",
    "productivity_hat": "productivity",
    "labour_hat": "labour",
    "transfer": "transfer",
}
"""Name of a lever -> what a reader calls it."""

MEANING = (
    "effect: each change's part of the whole, added up while all changes are made together, "
    "evenly; first-order: the slope before anything has changed times the change, which is far "
    "from the effect where a duty is high"
)


class WhatMoved(NamedTuple):
    """What moved the welfare of a country.

    Attributes:
        country: its code.
        rows: everything that changed, the largest effect first; per cent.
        total: the exact effect, to which the rows' effects sum.
    """

    country: str
    rows: list[Moved]
    total: float

    @classmethod
    def of(cls, solution: Solution, country: str) -> WhatMoved:
        """Return what moved the welfare of a country.

        Raises:
            InputError: no such country, or JAX is not installed.
            NotCertified: a state on the way could not be solved.
        """
        figure = solution.figure("welfare", country=country)
        return cls(country, contributions(figure), exact_effect(figure))

    @property
    def title(self) -> str:
        """The table's title."""
        known = self.country in labels.countries()
        name = labels.country_name(self.country) if known else self.country
        return f"What moved the welfare of {name} (per cent)"

    def as_dict(self) -> dict[str, Any]:
        """Return it JSON-able: a row for every line and cell."""
        return {
            "variable": "welfare",
            "country": self.country,
            "unit": "per cent",
            "rows": [row._asdict() for row in self.rows],
            "sum": sum(row.effect for row in self.rows),
            "total": self.total,
            "meaning": MEANING,
        }

    def table(self) -> Table:
        """Return it as a table: the lines of the same goods together, the largest effect first."""
        table = Table(box=None, pad_edge=False, header_style="bold dim", caption_justify="left")
        for column in ("from", "to", "goods or sector", "what changed"):
            table.add_column(column)
        for column in ("first-order", "effect"):
            table.add_column(column, justify="right")
        rows = _together(self.rows)
        for row in rows[:MOST_ROWS]:
            place = row.exporter or row.country or "", row.importer or "", _name(row)
            table.add_row(*place, WORDS[row.lever], *_numbers([row]))
        if rest := rows[MOST_ROWS:]:
            table.add_row("", "", f"{len(rest)} more: see --json", "", *_numbers(rest))
        table.add_section()
        table.add_row("", "", "sum", "", *_numbers(rows))
        table.add_row("", "", "exact", "", "", f"{self.total:+.4f}")
        table.caption = MEANING
        return table


def _together(rows: list[Moved]) -> list[Moved]:
    """Return rows with the lines of the same goods between the same countries summed."""
    groups: dict[tuple[str | None, ...], list[Moved]] = {}
    for row in rows:
        goods = row.goods or row.sector
        key = (WORDS[row.lever], row.exporter, row.importer, row.country, goods)
        groups.setdefault(key, []).append(row)
    return sorted((_sum(group) for group in groups.values()), key=lambda row: -abs(row.effect))


def _sum(rows: list[Moved]) -> Moved:
    sectors = dict.fromkeys(row.sector for row in rows if row.sector)
    return rows[0]._replace(
        first_order=sum(row.first_order for row in rows),
        effect=sum(row.effect for row in rows),
        sector=" ".join(sectors) or None,
    )


def _name(row: Moved) -> str:
    """Return the goods with their sectors, or the sector with its name."""
    sector = row.sector or ""
    if row.goods is not None:
        codes = sector.split()
        more = [f"+{len(codes) - MOST_SECTORS}"] if len(codes) > MOST_SECTORS else []
        return f"{row.goods} ({' '.join(codes[:MOST_SECTORS] + more)})"
    known = labels.sectors()
    return f"{sector} {known[sector].name}" if sector in known else sector


def _numbers(rows: list[Moved]) -> tuple[str, str]:
    sums = sum(row.first_order for row in rows), sum(row.effect for row in rows)
    return f"{sums[0]:+.4f}", f"{sums[1]:+.4f}"
