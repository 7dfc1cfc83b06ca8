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
    known = labels.countries()
    if word == ALL or word in known or word in labels.groups():
        return
    try:
        meant = labels.country(word)
    except InputError:
        hint = did_you_mean(word, [*known, *labels.groups()])
    else:
        hint = f"; did you mean '{meant}'?"
    raise InputError(f"no country or group '{word}'{hint} (ISO3 codes, groups or ALL)")


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
