"""Contributions to a country's welfare change: each tariff line, cell and endowment changed."""

from __future__ import annotations

from collections.abc import Sequence

from countervail.present.digits import percents
from countervail.present.document import Document
from countervail.present.parts import Column, DocumentTable, Row, section
from countervail.present.pieces import country_name, sector_name
from countervail.studies.contributions import Contribution

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

EFFECT = percents(4, none="")
COLUMNS = (
    Column("exporter", "from"),
    Column("importer", "to"),
    Column("name", "goods or sector"),
    Column("what", "what changed"),
    Column("first_order", "first-order", EFFECT),
    Column("effect", "effect", EFFECT),
)


def document(country: str, rows: Sequence[Contribution], total: float) -> Document:
    """Return the contributions of all changes to a country's welfare change.

    Args:
        country: its code.
        rows: everything that changed, the largest effect first; per cent.
        total: the exact effect, to which the rows' effects sum.
    """
    table = DocumentTable(COLUMNS, _read(rows, total), caption=MEANING)
    return Document(
        section(
            f"Contributions to the welfare change of {country_name(country)} (per cent)", table
        ),
        {
            "variable": "welfare",
            "country": country,
            "unit": "per cent",
            "rows": [row._asdict() for row in rows],
            "sum": sum(row.effect for row in rows),
            "total": total,
            "meaning": MEANING,
        },
    )


def _read(rows: Sequence[Contribution], total: float) -> list[Row]:
    """Return what is read: the lines of the same goods together, the largest effect first."""
    found = _together(rows)
    read: list[Row] = [
        {
            "exporter": row.exporter or row.country,
            "importer": row.importer,
            "name": _name(row),
            "what": WORDS[row.lever],
            "first_order": row.first_order,
            "effect": row.effect,
        }
        for row in found[:MOST_ROWS]
    ]
    if rest := found[MOST_ROWS:]:
        read.append({"name": f"{len(rest)} more: see --json", **_sums(rest)})
    return [*read, {"name": "sum", **_sums(found)}, {"name": "exact", "effect": total}]


def _together(rows: Sequence[Contribution]) -> list[Contribution]:
    """Return rows with the lines of the same goods between the same countries summed."""
    groups: dict[tuple[str | None, ...], list[Contribution]] = {}
    for row in rows:
        goods = row.goods or row.sector
        key = (WORDS[row.lever], row.exporter, row.importer, row.country, goods)
        groups.setdefault(key, []).append(row)
    return sorted((_sum(group) for group in groups.values()), key=lambda row: -abs(row.effect))


def _sum(rows: Sequence[Contribution]) -> Contribution:
    sectors = dict.fromkeys(row.sector for row in rows if row.sector)
    return rows[0]._replace(
        first_order=sum(row.first_order for row in rows),
        effect=sum(row.effect for row in rows),
        sector=" ".join(sectors) or None,
    )


def _name(row: Contribution) -> str:
    """Return the goods with their sectors, or the sector with its name."""
    sector = row.sector or ""
    if row.goods is not None:
        codes = sector.split()
        more = [f"+{len(codes) - MOST_SECTORS}"] if len(codes) > MOST_SECTORS else []
        return f"{row.goods} ({' '.join(codes[:MOST_SECTORS] + more)})"
    name = sector_name(sector)
    return sector if name == sector else f"{sector} {name}"


def _sums(rows: Sequence[Contribution]) -> dict[str, float]:
    return {
        "first_order": sum(row.first_order for row in rows),
        "effect": sum(row.effect for row in rows),
    }
