"""Whether a quota is full, and what a licence is then worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from countervail.present.sentences.language import Language

MOST_ORIGINS = 3
"""Countries named, of those a quota is of."""


class QuotaUse(NamedTuple):
    """How far a quota is used in the second state of law.

    Attributes:
        goods: it is on.
        exporters: codes of the countries whose goods it lets in.
        used, whole: what comes in and what it lets in, in its own unit a period.
        unit: of these.
        premium: what a licence is worth, per cent of the price; None where it is not full.
        exceeded: whether more comes in than it lets in.
    """

    goods: str
    exporters: tuple[str, ...]
    used: float
    whole: float
    unit: str
    premium: float | None
    exceeded: bool = False


def full(language: Language, one: QuotaUse) -> str:
    """Return whether a quota is full, in a sentence."""
    values = {
        "goods": language.goods(one.goods),
        "A": _from(language, one.exporters),
        "used": language.digits(f"{one.used:,.0f}"),
        "whole": language.digits(f"{one.whole:,.0f}"),
        "unit": language.unit(one.unit),
    }
    if one.premium is None:
        return f"{language.say('quota.not_full', **values)}."
    premium = language.part("numbers.percent", n=language.digits(f"{one.premium:.1f}"))
    key = "exceeded" if one.exceeded else "full"
    return f"{language.say(f'quota.{key}', **values, premium=premium)}."


def _from(language: Language, codes: Sequence[str]) -> str:
    """Return the countries a quota is of, a few by name."""
    named = [str(language.country(code)) for code in codes[:MOST_ORIGINS]]
    if len(codes) > MOST_ORIGINS:
        named.append(language.part("quota.more", n=language.counted(len(codes) - MOST_ORIGINS)))
    return language.listed(named)
