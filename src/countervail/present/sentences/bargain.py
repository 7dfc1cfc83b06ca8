"""What to answer to an offer: the reply, what it is worth to each, and what they differ on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from countervail.present.sentences.amounts import money
from countervail.present.sentences.language import Language
from countervail.present.sentences.signs import drawn
from countervail.quantiles import Range


class PartyWorth(NamedTuple):
    """What a package is worth to a party: its code, and USD million a year."""

    country: str
    usd: Range


def advice(
    language: Language,
    worth: Sequence[PartyWorth],
    rest: Sequence[str],
    *,
    offered: bool,
    accepts: bool = True,
    everything: bool = False,
    when: str = "",
) -> str:
    """Return what to do, and what it is worth to each party.

    Args:
        language: it is said in.
        worth: of the whole package, by party.
        rest: what is asked for beside what is offered, in words; with no offer the whole package.
        offered: whether something is offered.
        accepts: whether what is offered is a part of the package.
        everything: whether the package is all there is.
        when: the horizon, in words.
    """
    if offered:
        key = ("accept" if rest else "accept_alone") if accepts else "refuse"
    else:
        key = "propose"
    names = language.listed(rest)
    if everything and offered:
        names = language.part("bargain.everything", list=names)
    values = language.listed([_worth(language, one, k) for k, one in enumerate(worth)])
    if when:
        values = language.part("horizon.then", said=values, when=when)
    said = language.say(f"bargain.{key}", rest=names, worth=values)
    if not any(drawn(one.usd) for one in worth):
        said = language.part("run.no_range", said=said)
    return f"{said}."


def no_advice(language: Language, *, finished: bool = True) -> str:
    """Return that no package makes all better off, or that none was found before the end."""
    return f"{language.say('bargain.nothing' if finished else 'bargain.nothing_yet')}."


def all_gain(language: Language, parties: int, chance: float, draws: int) -> str:
    """Return in how many draws all parties gain.

    Args:
        language: it is said in.
        parties: how many there are.
        chance: share of draws in which all gain.
        draws: with an answer.
    """
    key = "both_gain" if parties == 2 else "all_gain"
    k = language.digits(f"{round(chance * draws):,}")
    return f"{language.say(f'bargain.{key}', k=k, n=language.digits(f'{draws:,}'))}."


def differ(
    language: Language, first: tuple[str, str], second: tuple[str, str], difference: Range
) -> str:
    """Return what two parties differ on: what each gains most from, and by how much.

    Args:
        language: it is said in.
        first, second: code of a party, and the package it gains most from, in words.
        difference: what the first party gains more under its own, USD million.
    """
    said = money(language, difference)
    (one, x), (two, y) = first, second
    A, B = language.country(one), language.country(two)
    filled = language.say("bargain.differ", A=A, x=x, B=B, y=y, usd=said.value, range=said.range)
    return f"{filled.strip()}."


def _worth(language: Language, one: PartyWorth, place: int) -> str:
    straddles = drawn(one.usd) and one.usd.p05 < 0 < one.usd.p95
    loses = one.usd.value < 0
    said = money(language, one.usd, sign=straddles or loses)
    return language.part(
        f"bargain.{'then' if place else 'first'}",
        usd=said.value,
        A=language.country(one.country),
        range=said.range,
    ).strip()
