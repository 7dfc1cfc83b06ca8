"""Which measure made a loss or gain: shares of the whole, told of those that make most of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from countervail.present.sentences.amounts import share
from countervail.present.sentences.language import Language

MOST_MEASURES = 3
ENOUGH_PER_CENT = 60.0
"""Measures named: the fewest that together make this part of the whole, three at most."""

OWN_TOO_SMALL_PER_CENT = 0.5


class MeasureShare(NamedTuple):
    """What a measure, or all of an implementer's, does to one country.

    Attributes:
        words: the measure, in a phrase (``question.measure_phrase``).
        implementer: who takes it; None where it is nobody's.
        value: its Shapley value: per cent of spending, or USD million; one unit in all rows.
    """

    words: str
    implementer: str | None
    value: float


def largest_measures(language: Language, country: str, found: Sequence[MeasureShare]) -> str:
    """Return which measures make most of a country's loss or gain.

    Nothing is said where measures work against each other so much that a part exceeds the whole.

    Args:
        language: it is said in.
        country: whose.
        found: every measure.
    """
    whole = sum(one.value for one in found)
    shares = shares_of(found)
    if not shares or max(shares) > 100.0:
        return ""
    ranked = sorted(range(len(found)), key=lambda k: -shares[k])
    named = _enough(ranked, shares)
    effect = language.part("attribution.loss" if whole < 0 else "attribution.gain")
    A = language.country(country)
    if len(named) == 1:
        (k,) = named
        part = share(language, shares[k])
        said = language.say(
            "attribution.one", measure=found[k].words, share=part, A=A, effect=effect
        )
        return f"{said}."
    each = [
        language.part(
            "attribution.measure", measure=found[k].words, share=share(language, shares[k])
        )
        for k in named
    ]
    said = language.say(
        "attribution.several",
        n=language.counted(len(named)),
        share=share(language, sum(shares[k] for k in named)),
        A=A,
        effect=effect,
        measures=language.listed(each),
    )
    return f"{said}."


def own_share(
    language: Language, country: str, found: Sequence[MeasureShare], instruments: str = "duties"
) -> str:
    """Return which part of a country's loss or gain comes from its own measures.

    Args:
        language: it is said in.
        country: whose.
        found: every measure.
        instruments: ``duties`` or ``measures``, of which its own are.
    """
    own = own_per_cent(country, found)
    if own is None:
        return ""
    return f"{language.say('attribution.own', **_own(language, country, found, instruments, own))}."


def own_title(
    language: Language, country: str, found: Sequence[MeasureShare], instruments: str = "duties"
) -> str:
    """Return the same as the title of a figure; nothing where it is not so."""
    own = own_per_cent(country, found)
    if own is None:
        return ""
    return language.say("titles.own", **_own(language, country, found, instruments, own))


def own_per_cent(country: str, found: Sequence[MeasureShare]) -> float | None:
    """Return the part of a country's effect that its own measures make, per cent.

    None where it takes none, or where they work against the others.
    """
    shares = shares_of(found)
    own = [one for k, one in enumerate(shares) if found[k].implementer == country]
    part = sum(own)
    return part if own and OWN_TOO_SMALL_PER_CENT <= part <= 100.0 else None


def shares_of(found: Sequence[MeasureShare]) -> list[float]:
    """Return the part of each in the whole, per cent; nothing where there is no whole."""
    whole = sum(one.value for one in found)
    return [100.0 * one.value / whole for one in found] if whole else []


def _own(
    language: Language,
    country: str,
    found: Sequence[MeasureShare],
    instruments: str,
    own: float,
) -> dict[str, object]:
    loses = sum(one.value for one in found) < 0
    return {
        "A": language.country(country),
        "effect": language.part("attribution.loss" if loses else "attribution.gain"),
        "share": share(language, own),
        "what": language.part(f"attribution.{instruments}"),
    }


def _enough(ranked: Sequence[int], shares: Sequence[float]) -> list[int]:
    """Return the fewest that make most of the whole, three at most."""
    named: list[int] = []
    for k in ranked[:MOST_MEASURES]:
        named.append(k)
        if sum(shares[j] for j in named) >= ENOUGH_PER_CENT:
            break
    return named
