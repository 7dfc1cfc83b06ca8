"""Lists in one word: ``USA,EU27``, numbers ``CAN=1,USA=-0.5``, partners ``CAN=USA+MEX``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from countervail.errors import InputError


def words(given: str) -> list[str]:
    """Return words separated by commas.

    Raises:
        InputError: an empty word.
    """
    each = [word.strip() for word in given.split(",")]
    if not all(each):
        raise InputError(f"'{given}' holds an empty name: separate names by single commas")
    return each


def numbers(option: str, example: str) -> Callable[[str], dict[str, float]]:
    """Return what reads words with numbers such as ``CAN=1,USA=-0.5``.

    Args:
        option: what they are given to, for its errors.
        example: of what may be given.
    """
    return partial(_numbers, option, example)


def _numbers(option: str, example: str, given: str) -> dict[str, float]:
    """Return numbers by word.

    Raises:
        InputError: no such pair, or a word twice.
    """
    found: dict[str, float] = {}
    for pair in words(given):
        name, _, number = (part.strip() for part in pair.partition("="))
        if name in found:
            raise InputError(f"{option} names '{name}' twice")
        try:
            found[name] = float(number)
        except ValueError:
            raise InputError(f"{option} '{pair}': write a number behind it: {example}") from None
    return found


def by_player(option: str) -> Callable[[str], list[str] | Mapping[str, list[str]]]:
    """Return what reads partners, ``USA,MEX``, or partners by player, ``CAN=USA+MEX,USA=CAN``.

    Args:
        option: what they are given to, for its errors.
    """
    return partial(_by_player, option)


def _by_player(option: str, given: str) -> list[str] | Mapping[str, list[str]]:
    """Return partners, or partners by player where the word holds ``=``.

    Raises:
        InputError: an empty name, no such pair, or a player named twice.
    """
    each = words(given)
    if not any("=" in word for word in each):
        return each
    found: dict[str, list[str]] = {}
    for pair in each:
        name, _, partners = (part.strip() for part in pair.partition("="))
        those = [partner.strip() for partner in partners.split("+")]
        if not name or not all(those):
            raise InputError(
                f"{option} '{pair}': write a player, =, and its partners joined by +: "
                "CAN=USA+MEX,USA=CAN+MEX"
            )
        if name in found:
            raise InputError(
                f"{option} names {name} twice: join its partners by +, {name}="
                f"{'+'.join([*found[name], *those])}"
            )
        found[name] = those
    return found
