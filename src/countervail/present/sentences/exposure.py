"""Who depends on whom: what half of the trade with a partner is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from countervail.present.sentences.amounts import change, end_of
from countervail.present.sentences.language import Language
from countervail.present.sentences.signs import EffectSign, drawn, sign_of
from countervail.quantiles import Range

NEAR = 1.0 / 3.0
"""A partner comes near whose loss would cost this part of the largest."""


class PartnerLost(NamedTuple):
    """What half of the trade with a partner gone would do: its code, per cent of welfare."""

    partner: str
    percent: Range


def dependence(
    language: Language, country: str, partners: Sequence[PartnerLost], when: str = ""
) -> str:
    """Return what losing half of the trade with the most important partner would cost.

    Args:
        language: it is said in.
        country: whose trade.
        partners: every partner looked at.
        when: the horizon, in words.
    """
    ranked = sorted(partners, key=lambda one: one.percent.value)
    if not ranked:
        return ""
    first, A = ranked[0], language.country(country)
    B, sign = language.country(first.partner), sign_of(first.percent)
    if sign in (EffectSign.UNCLEAR, EffectSign.NONE) and drawn(first.percent):
        ends = (end_of(first.percent, end) for end in (first.percent.p05, first.percent.p95))
        low, high = (change(language, end).value for end in ends)
        return f"{language.say('exposure.cost_unclear', A=A, B=B, low=low, high=high)}."
    said = change(language, first.percent, sign=False)
    key = "gain" if sign is EffectSign.GAINS else "cost"
    text = (
        language.say(f"exposure.{key}", A=A, B=B, percent=said.value, range=said.range)
        .replace("  ", " ")
        .strip()
    )
    if when:
        text = language.part("horizon.then", said=text, when=when)
    if sign is EffectSign.LOSES and len(ranked) > 1:
        text += _next(language, first, ranked[1])
    if not drawn(first.percent):
        text = language.part("exposure.no_range", said=text)
    return f"{text}."


def _next(language: Language, first: PartnerLost, second: PartnerLost) -> str:
    """Return whether another partner comes near, and which."""
    if abs(min(second.percent.value, 0.0)) < NEAR * abs(first.percent.value):
        return language.part("exposure.far")
    said = change(language, second.percent, sign=False)
    return language.part(
        "exposure.next",
        C=language.country(second.partner),
        percent=said.value,
        range=said.range,
    ).rstrip()
