"""A country in a world as a document: its sectors, or its trade and tariffs with a partner."""

from __future__ import annotations

from typing import Any

from countervail import labels
from countervail.present.document import Document, plain
from countervail.present.ledgers import listing
from countervail.world import World

Row = dict[str, Any]


def document(world: World, country: str, partner: str | None = None) -> Document:
    """Return a country's sectors, or its trade with one partner.

    Args:
        world: the world.
        country: the country, by code, name or alias.
        partner: likewise.

    Raises:
        InputError: no such country in the world.
    """
    code = world.countries[world.country(country)]
    if partner is None:
        rows = country_rows(world, code)
    else:
        rows = pair_rows(world, code, world.countries[world.country(partner)])
    data = {"country": code, "partner": partner, "year": world.year, "sectors": rows}
    return Document([listing(rows)], data, {"sectors": plain(rows)})


def restored_words(world: World, before: str = "") -> str:
    """Return which world an answer is of, in a sentence; empty where nothing was restored in it.

    Args:
        world: the world.
        before: put before the sentence, where there is one.
    """
    if all(row["cell"] == row["was"] for row in world.restored):
        return ""
    return (
        f"{before}World {world.name}: what these measures kept out of {world.year} is restored to "
        "what it was before them."
    )


def country_rows(world: World, code: str) -> list[Row]:
    """Return output, trade (USD million) and mean tariffs (per cent) by sector."""
    n = world.country(code)
    books = world.accounts
    rows = []
    for j, sector in enumerate(world.sectors):
        sold, bought = world.trade[n, :, j], world.trade[:, n, j]
        exports = float(sold.sum() - sold[n])
        imports = float(bought.sum() - bought[n])
        duty = float((bought * world.tariff[:, n, j]).sum())
        rows.append(
            {
                "sector": sector,
                "name": _name(sector),
                "output": float(books.gross_output[n, j]),
                "value_added_share": float(books.value_added_share[n, j]),
                "exports": exports,
                "imports": imports,
                "mean_tariff": 100 * duty / imports if imports > 0 else 0.0,
                "trade_elasticity": float(world.trade_elasticity[j]),
            }
        )
    return rows


def pair_rows(world: World, code: str, partner: str) -> list[Row]:
    """Return trade both ways (USD million) and tariffs both ways (per cent) by sector."""
    n, m = world.country(code), world.country(partner)
    return [
        {
            "sector": sector,
            "name": _name(sector),
            f"exports to {partner}": float(world.trade[n, m, j]),
            f"tariff of {partner}": float(100 * world.tariff[n, m, j]),
            f"imports from {partner}": float(world.trade[m, n, j]),
            f"tariff of {code}": float(100 * world.tariff[m, n, j]),
        }
        for j, sector in enumerate(world.sectors)
    ]


def _name(code: str) -> str:
    known = labels.sectors()
    return known[code].name if code in known else code
