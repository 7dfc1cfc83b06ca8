"""Whether a goal is within reach: what it would need, and in how many draws it is then met."""

from __future__ import annotations

from collections.abc import Sequence

from countervail.present.sentences.amounts import change, end_of, money, share, share_number
from countervail.present.sentences.language import Language
from countervail.present.sentences.run import PartyEffect
from countervail.present.sentences.signs import drawn
from countervail.quantiles import Range

EVEN_CHANCE = 0.5
"""Below this share of draws a goal is met in *only* so many."""


def met(language: Language, goal: str, levers: str, needed: Range, chance: float | None) -> str:
    """Return what a goal within reach would need.

    Args:
        language: it is said in.
        goal: in words, the subject of *would need*.
        levers: what is moved, in words.
        needed: by how much they move on average, per cent, negative where lower.
        chance: share of draws in which the goal is met by what was found; None without draws.
    """
    values = {
        "goal": goal,
        "levers": levers,
        "x": _size(language, needed),
        "lower": _way(language, needed),
    }
    if chance is None:
        return f"{language.say('reach.met_point', **values)}."
    key = "met_low" if chance < EVEN_CHANCE else "met"
    return f"{language.say(f'reach.{key}', **values, n=share_number(language, 100 * chance))}."


def met_by(
    language: Language,
    goal: str,
    needed: Sequence[tuple[str, Range]],
    chance: float | None,
    *,
    of_draws: bool,
) -> str:
    """Return what a goal within reach would need of several kinds of levers.

    Args:
        language: it is said in.
        goal: in words, the subject of *would need*.
        needed: of each kind its words, and by how much it moves on average, per cent.
        chance: share of draws in which the goal is met; None without draws, and of several goals.
        of_draws: whether there are draws.
    """
    *before, (levers, last) = needed
    each = [
        language.part("reach.each", levers=words, x=_size(language, of), lower=_way(language, of))
        for words, of in before
    ]
    if each:
        first = language.template("grammar.joins")[0].join(each)
        levers = language.part("reach.and_more", each=first, levers=levers)
    if chance is None and of_draws:
        values = {"x": _size(language, last), "lower": _way(language, last)}
        return f"{language.say('reach.met_known', goal=goal, levers=levers, **values)}."
    return met(language, goal, levers, last, chance)


def already_met(language: Language, goal: str) -> str:
    """Return that a goal is met without any lever."""
    return f"{language.say('reach.alone', goal=goal)}."


def not_together(language: Language, goal: str, levers: str) -> str:
    """Return that goals are not within reach together, though each is by itself."""
    return f"{language.say('reach.not_together', goal=goal, levers=levers)}."


def not_met_level(language: Language, goal: str, levers: str, most: str) -> str:
    """Return that a goal is not within reach, and the most, in words."""
    return f"{language.say('reach.not_met_level', goal=goal, levers=levers, x=most)}."


def worth(language: Language, effect: PartyEffect) -> str:
    """Return what levers would be worth to who moves them, were they free."""
    A, usd = language.country(effect.country), effect.usd
    if not effect.sign.certain:
        low, high = (money(language, end_of(usd, end), sign=True).value for end in _ends(usd))
        return f"{language.say('reach.worth_unclear', A=A, low=low, high=high)}."
    said = money(language, usd)
    key = "gains" if usd.value > 0 else "loses"
    text = language.say(f"reach.worth_{key}", A=A, usd=said.value, range=said.range).strip()
    if not drawn(usd):
        text = language.part("run.no_range", said=text)
    return f"{text}."


def not_met(language: Language, goal: str, levers: str, most_per_cent: float) -> str:
    """Return that a goal is not within reach, and how far one gets.

    Args:
        language: it is said in.
        goal: in words.
        levers: what is moved, in words.
        most_per_cent: of the goal that is reached, per cent.
    """
    most = share(language, most_per_cent)
    return f"{language.say('reach.not_met', goal=goal, levers=levers, x=most)}."


def buyers_title(language: Language, largest: Sequence[str], per_cent: float) -> str:
    """Return who would buy which part of what is new, as a title.

    Args:
        language: it is said in.
        largest: codes of those who would buy most.
        per_cent: their part of what is new.
    """
    names = language.listed([language.country(code) for code in largest])
    return language.say("reach.share_of_new", largest=names, share=share(language, per_cent))


def _size(language: Language, of: Range) -> str:
    return change(language, of, sign=False).value


def _way(language: Language, of: Range) -> str:
    return language.part("reach.lower" if of.value < 0 else "reach.higher")


def _ends(of: Range) -> tuple[float, float]:
    return (of.p05, of.p95) if drawn(of) else (of.value, of.value)
