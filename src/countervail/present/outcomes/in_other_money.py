"""Welfare a head, in USD, and in other currencies, million; None where it is not known."""

from __future__ import annotations

from countervail import money
from countervail.present.digits import amounts
from countervail.present.parts import Column
from countervail.present.shelf import OutcomeColumns, Values
from countervail.solution import Solution

HEAD = "welfare_usd_per_person"
OTHERS = {f"welfare_{currency.lower()}": currency for currency in money.CURRENCIES}


def values(solution: Solution) -> Values:
    """Return welfare in each kind of money, for every country."""
    year = solution.world.year
    usd = [float(value) for value in solution.arrays["welfare_usd"]]
    each = zip(usd, solution.world.countries, strict=True)
    return {
        HEAD: [money.per_person(value, country, year) for value, country in each],
        **{
            key: [money.in_currency(value, currency, year) for value in usd]
            for key, currency in OTHERS.items()
        },
    }


OUTCOME = OutcomeColumns(
    columns=tuple(Column(key, digits=amounts()) for key in (HEAD, *OTHERS)),
    units=f"{HEAD} in USD a head, {' and '.join(OTHERS)} in millions of theirs at that year's "
    "average rate",
    of=values,
    shown=False,
)
