"""Who is meant: implementers and targets of a measure on a day.

``ALL`` is everyone but the implementer; a group is its members of the day.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from countervail import labels
from countervail.errors import InputError, did_you_mean

ALL = "ALL"


def check(word: str) -> None:
    """Raise unless a word is an ISO3 code, a group or ``ALL``.

    Raises:
        InputError: with the nearest word that is.
    """
    if word == ALL or word in labels.countries() or word in labels.groups():
        return
    raise InputError(f"{unknown(word, 'country or group')} (ISO3 codes, groups or ALL)")


def unknown(word: str, kind: str) -> str:
    """Return what must be said of a word that is no code: what it is, or whose code was meant."""
    meant = labels.found(word)
    if meant is not None:
        return f"no {kind} '{word}'; did you mean '{meant}'?"
    near = did_you_mean(word, labels.groups(), codes=True)
    if near:
        return f"no {kind} '{word}'{near}"
    try:
        labels.country(word)
    except InputError as error:
        return str(error)
    raise AssertionError(word)


@lru_cache(maxsize=4096)
def resolve(words: tuple[str, ...], on: date, but: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the ISO3 codes that words stand for on a day, without those in ``but``.

    A group nobody belonged to that day stands for nobody.
    """
    found: set[str] = set()
    for word in words:
        if word == ALL:
            found.update(labels.countries())
        elif word in labels.countries():
            found.add(word)
        else:
            try:
                found.update(labels.group(word, on=on))
            except InputError:
                check(word)
    return frozenset(found - but)
