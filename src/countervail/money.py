"""What an amount of a world's money is a head, and in other currencies: tables of its year.

Population: International Monetary Fund, World Economic Outlook database, October 2025 (concept LP).
Exchange rates: yearly averages, each with its source in ``data/exchange_rates.csv``.
"""

from __future__ import annotations

from functools import cache

from countervail.text.tables import rows

CREDIT = "International Monetary Fund, World Economic Outlook database, October 2025 (population)."
POPULATION_YEAR = 2022
CURRENCIES = ("CAD", "AUD")
"""Currencies in which welfare is reported beside US dollars."""


def per_person(usd_million: float, country: str, year: int) -> float | None:
    """Return USD a head; None where the table has no people for the country or the year.

    Args:
        usd_million: USD million.
        country: ISO3 code; the rest of the world has none.
        year: year of the world.
    """
    people = _population().get(country) if year == POPULATION_YEAR else None
    return None if people is None else usd_million / people


def in_currency(usd_million: float, currency: str, year: int) -> float | None:
    """Return millions of a currency at the yearly average rate; None where the table has none."""
    rate = _rates().get((currency, year))
    return None if rate is None else usd_million * rate


@cache
def _population() -> dict[str, float]:
    return {row["country"]: float(row["million"]) for row in rows("population_2022.csv")}


@cache
def _rates() -> dict[tuple[str, int], float]:
    return {
        (row["currency"], int(row["year"])): float(row["per_usd"])
        for row in rows("exchange_rates.csv")
    }
