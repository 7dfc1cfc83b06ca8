"""The steps of a measure, earlier and later ones too: what each lays down, from which day."""

from __future__ import annotations

from datetime import date
from typing import Any

from countervail.ledger.measure import Measure, Rate
from countervail.present.law import law_words

Row = dict[str, Any]


def steps(measure: Measure, dates: tuple[date, date] | None = None) -> list[Row]:
    """Return every dated entry of a measure, in the order of the days they hold from.

    Args:
        measure: the measure.
        dates: of two states of law; ``when`` then says where a step stands: ``before`` the first,
            ``between`` them, ``after`` the second, or ``never`` where it never came into force.
    """
    ordered = sorted(measure.rates, key=lambda rate: rate.in_force or date.max)
    return [
        {
            "products": list(rate.products),
            "names": [measure.product[product].name for product in rate.products],
            "targets": None if rate.targets is None else list(rate.targets),
            "announced": rate.announced.isoformat(),
            "in_force": None if rate.in_force is None else rate.in_force.isoformat(),
            "expires": None if rate.expires is None else rate.expires.isoformat(),
            "never": rate.never,
            "ended": rate.ended,
            "rate": rate.rate,
            "basis": rate.basis,
            "law": law_words(rate),
            **({} if dates is None else {"when": _when(rate, dates)}),
        }
        for rate in ordered
    ]


def _when(rate: Rate, dates: tuple[date, date]) -> str:
    """Return where a step stands beside two dates: a day of the first is before, of the second in.

    What holds from the first date on is in both states.
    """
    first, last = sorted(dates)
    if rate.in_force is None or rate.never:
        return "never"
    if rate.in_force <= first:
        return "before"
    return "between" if rate.in_force <= last else "after"
