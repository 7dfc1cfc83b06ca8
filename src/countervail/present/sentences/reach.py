"""Whether a goal is within reach: what it would need, and in how many draws it is then met."""

from __future__ import annotations

from collections.abc import Sequence

from countervail.present.sentences.amounts import change, share, share_number
from countervail.present.sentences.language import Language
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
        "x": change(language, needed, sign=False).value,
        "lower": language.part("reach.lower" if needed.value < 0 else "reach.higher"),
    }
    if chance is None:
        return f"{language.say('reach.met_point', **values)}."
    key = "met_low" if chance < EVEN_CHANCE else "met"
    return f"{language.say(f'reach.{key}', **values, n=share_number(language, 100 * chance))}."


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
