"""A world as a document: what it holds, whether it closes; a country in it, or a pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from countervail import labels
from countervail.present.document import Document, plain
from countervail.present.ledgers import listing
from countervail.present.parts import Words
from countervail.present.pieces import counted
from countervail.world import World
from countervail.world.check import WorldFinding
from countervail.world.elasticities import elasticity_sets

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


def described(world: World) -> Document:
    """Return what a world holds, where it comes from and how large it is."""
    books, provenance = world.accounts, dict(world.provenance)
    output, added = float(books.gross_output.sum()), float(books.value_added.sum())
    dates = sorted({day.isoformat() for day in world.law_date if day})
    sets = elasticity_sets()
    said = [
        f"{world.name}: {len(world.countries)} economies x {len(world.sectors)} sectors, "
        f"{world.year}",
        f"gross output {output / 1e6:,.2f}, value added {added / 1e6:,.2f} trillion of its money "
        "unit (USD where built in)",
        f"tariffs state the law of {' and '.join(dates) or 'an unknown date'}; elasticities "
        f"'{world.elasticity_set}'",
        f"hash {world.hash[:16]}",
        *(
            f"{key}: {provenance[key]}"
            for key in ("description", "credit", "licence")
            if key in provenance
        ),
        f"sets of elasticities: {', '.join(sets)}",
        "data card: countervail world info --card",
    ]
    data = {
        "name": world.name,
        "year": world.year,
        "countries": list(world.countries),
        "sectors": list(world.sectors),
        "elasticity_set": world.elasticity_set,
        "elasticity_sets": list(sets),
        "law_dates": dates,
        "gross_output": output,
        "value_added": added,
        "hash": world.hash,
        "provenance": provenance,
    }
    return Document([Words(line) for line in said], data)


def checked(world: World, found: Sequence[WorldFinding]) -> Document:
    """Return what is wrong or doubtful in a world, and how well it closes.

    Args:
        world: the world.
        found: by ``World.check``.
    """
    books = world.accounts
    gap = abs(books.income - books.final_spending.sum(axis=1)) / books.income
    income = float(gap.max())
    deficits = float(abs(books.deficit.sum()) / books.gross_output.sum())
    closes = (
        f"{world.name}: {counted(len(found), 'finding')}; income equals spending to "
        f"{income:.1e}, deficits sum to {deficits:.1e} of output"
    )
    return Document(
        [*(Words(f"{one.code}: {one.message}") for one in found), Words(closes)],
        {
            "findings": [one._asdict() for one in found],
            "residuals": {
                "income_equals_spending": income,
                "world_deficit_over_output": deficits,
            },
        },
    )


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
