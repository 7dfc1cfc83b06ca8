"""What chosen tariffs are worth: best ones, a war, an answer to a partner, an agreement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from countervail.present.sentences.amounts import money
from countervail.present.sentences.language import Language, Phrase
from countervail.present.sentences.question import QuestionSubject
from countervail.present.sentences.run import PartyEffect, headline
from countervail.quantiles import Range


def worth(
    language: Language, about: Phrase, parties: Sequence[PartyEffect], horizon: float | None
) -> str:
    """Return who gains and who loses by what was chosen, in one sentence.

    Args:
        language: it is said in.
        about: what was chosen, one of the subjects below.
        parties: what happens to each.
        horizon: years after it; None is the long run.
    """
    asked = QuestionSubject(about, tuple(one.country for one in parties), "duties")
    return f"{headline(language, asked, parties, horizon)}."


def best_tariffs(language: Language, *, own_aim: bool = True) -> Phrase:
    """Return the best tariffs of a player as a subject: best for itself, or for another aim."""
    return language.phrase(language.part(f"respond.{'best' if own_aim else 'best_aim'}"), many=True)


def war(language: Language, players: Sequence[str]) -> Phrase:
    """Return a tariff war of players, by code, as a subject."""
    return language.phrase(language.part("respond.war", each=_listed(language, players)))


def agreement(language: Language, players: Sequence[str]) -> Phrase:
    """Return an agreement of players, by code, as a subject."""
    return language.phrase(language.part("respond.agreement", each=_listed(language, players)))


def reply(language: Language, player: str, partner: str, duties: int) -> Phrase:
    """Return an answer to a partner by so many duties as a subject."""
    A, B = language.country(player), language.country(partner)
    said = language.part("respond.reply", A=A, B=B, n=language.counted(duties))
    return language.phrase(said)


def counted_from(language: Language, day: date | None, year: int) -> str:
    """Return from which law it is counted; of no day, from the world's own tariffs."""
    if day is None:
        return f"{language.say('respond.from_world', year=year)}."
    return f"{language.say('respond.from_law', day=language.day(day))}."


def stopped(language: Language) -> str:
    """Return that the search was stopped before its end."""
    return f"{language.say('respond.stopped')}."


def out_of_reach(language: Language, partner: str, goal_usd: float, most_usd: float) -> str:
    """Return that a partner cannot be made to lose so much, and the most it can be."""
    goal, most = (
        money(language, Range(one, float("nan"), float("nan"), float("nan"))).value
        for one in (goal_usd, most_usd)
    )
    B = language.country(partner)
    return f"{language.say('respond.out_of_reach', B=B, goal=goal, most=most)}."


def against_war(language: Language, gains_usd: Sequence[tuple[str, float]]) -> str:
    """Return what an agreement is worth against the war that threatens, without a range.

    Args:
        language: it is said in.
        gains_usd: of each player, by code, USD million.
    """
    each = []
    for k, (code, value) in enumerate(gains_usd):
        of = Range(value, float("nan"), float("nan"), float("nan"))
        said = money(language, of, sign=True)
        amount = said.more if k else said.value
        each.append(language.part("respond.worth", amount=amount, A=language.country(code)))
    return f"{language.say('respond.against_war', each=language.listed(each))}."


def searches(language: Language, number: int, agree: bool | None) -> str:
    """Return whether searches from several starts came to the same; nothing where one was made."""
    if agree is None or number < 2:
        return ""
    key = "respond.agree" if agree else "respond.differ"
    return f"{language.say(key, n=language.counted(number))}."


def chance(language: Language, key: str, country: str, share: float, draws: int) -> str:
    """Return in how many draws somebody gains (``gains``) or loses what was asked (``loses``)."""
    k = language.digits(f"{round(share * draws):,}")
    n = language.digits(f"{draws:,}")
    said = language.say(f"respond.in_{key}", A=language.country(country), k=k, n=n)
    return f"{said}."


def _listed(language: Language, codes: Sequence[str]) -> str:
    return language.listed([language.country(code) for code in codes])
