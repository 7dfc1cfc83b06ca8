"""Who plays: countries, and blocs that act as one, by the words they are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from countervail import labels
from countervail.errors import InputError, did_you_mean
from countervail.world import World


class Player(NamedTuple):
    """A country, or a bloc with one external tariff.

    Attributes:
        name: as it was called: a country's code, or a group's name.
        members: their positions in the world.
        notes: members that the world lacks, in a sentence.
    """

    name: str
    members: tuple[int, ...]
    notes: tuple[str, ...] = ()


def player(word: str, world: World) -> Player:
    """Return who a word stands for, in a world.

    Args:
        word: country of the world, code or name, or the name of a group.
        world: the world.

    Raises:
        InputError: nobody in this world, with the nearest who is.
    """
    if word in world.countries:
        return Player(word, (world.country(word),))
    codes = _codes(word, world)
    members, absent = world.holding(codes)
    if not members:
        world.country(codes[0] if len(codes) == 1 else word)  # raises
    is_group = word.strip().upper() in labels.groups() or len(codes) > 1
    name = word.strip().upper() if is_group else codes[0]
    notes = (f"{name}: {', '.join(absent)} left out, not in this world.",) if absent else ()
    return Player(name, tuple(members), notes)


def members(words: Iterable[str], world: World) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the positions that words stand for, each once, and what must be said of them.

    Raises:
        InputError: nobody in this world, with the nearest who is.
    """
    found = [player(word, world) for word in words]
    positions = dict.fromkeys(position for one in found for position in one.members)
    notes = dict.fromkeys(note for one in found for note in one.notes)
    return tuple(positions), tuple(notes)


def _codes(word: str, world: World) -> tuple[str, ...]:
    """Return the codes behind a word.

    Raises:
        InputError: neither a group nor a country, with the nearest of this world's.
    """
    try:
        return labels.expand(word, own=world.countries)
    except InputError as error:
        if "did you mean" in str(error):
            raise
        raise InputError(f"{error}{did_you_mean(word, world.countries)}") from None
