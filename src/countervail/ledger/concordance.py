"""HS codes to six-digit subheadings and to sectors.

A code is a chapter (``87``), a heading (``8703``), a subheading (``8703.80``) or a range of any one
of them (``0302-0308``), in HS 2022. Source of the sectors: :func:`countervail.labels.hs6_sector`.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from itertools import compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.errors import InputError

Mask = NDArray[np.bool_]

MOST_SUCCESSORS = 8
"""Successors of an earlier code that are named."""


class _Table(NamedTuple):
    codes: tuple[str, ...]
    sectors: tuple[str, ...]
    prefixes: dict[int, list[str]]
    """Every chapter, heading and subheading, sorted, by number of digits."""


@cache
def _table() -> _Table:
    rows = sorted(labels.hs6_sector().items())
    codes = tuple(code for code, _ in rows)
    prefixes = {digits: sorted({code[:digits] for code in codes}) for digits in (2, 4, 6)}
    return _Table(codes, tuple(sector for _, sector in rows), prefixes)


def codes() -> tuple[str, ...]:
    """Return every six-digit subheading, sorted; the order of every mask."""
    return _table().codes


def place(subheading: str) -> int | None:
    """Return where six digits stand among :func:`codes`; None where they are no subheading."""
    known = codes()
    at = bisect_left(known, subheading)
    return at if at < len(known) and known[at] == subheading else None


@cache
def span(code: str) -> tuple[int, int]:
    """Return the positions [first, last) of a code or range among :func:`codes`.

    Raises:
        InputError: not an HS 2022 code, with the nearest one that is.
    """
    first, dash, last = code.partition("-")
    low, high = _known(first, code), _known(last, code) if dash else ""
    if not dash:
        high = low
    elif len(low) != len(high):
        raise InputError(f"HS range '{code}' joins codes of different lengths")
    elif high < low:
        raise InputError(f"HS range '{code}' runs backwards; write '{last}-{first}'")
    # ':' follows '9', so every code that begins with `high` lies before it
    return bisect_left(codes(), low), bisect_left(codes(), high + ":")


@cache
def mask(hs: tuple[str, ...], except_hs: tuple[str, ...] = ()) -> Mask:
    """Return which of :func:`codes` a product group names.

    Raises:
        InputError: an unknown code.
    """
    named = np.zeros(len(codes()), dtype=np.bool_)
    for code in hs:
        named[slice(*span(code))] = True
    for code in except_hs:
        named[slice(*span(code))] = False
    named.setflags(write=False)
    return named


def subheadings(hs: tuple[str, ...], except_hs: tuple[str, ...] = ()) -> frozenset[str]:
    """Return the six-digit subheadings a product group names, as ``{"870380", ...}``."""
    return frozenset(compress(codes(), mask(hs, except_hs).tolist()))


def sectors(hs: tuple[str, ...], except_hs: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the sectors a product group falls in, sorted."""
    home = _table().sectors
    return tuple(sorted({home[i] for i in np.flatnonzero(mask(hs, except_hs))}))


@cache
def positions(sector: str) -> NDArray[np.intp]:
    """Return the positions among :func:`codes` of a sector's subheadings."""
    return np.array([i for i, s in enumerate(_table().sectors) if s == sector], dtype=np.intp)


def dotted(code: str) -> str:
    """Return a code as people write it: ``8703.80``."""
    return f"{code[:4]}.{code[4:]}" if len(code) == 6 else code


def _earlier(digits: str) -> str:
    """Return where the goods of a code of an earlier edition are now; empty where it is none."""
    found = {c: old for c, old in labels.hs_earlier().items() if c.startswith(digits)}
    if not found:
        return ""
    edition = max(old.edition for old in found.values())
    now = sorted({s[: len(digits)] for old in found.values() for s in old.successors})
    more = f" and {len(now) - MOST_SUCCESSORS} more" if len(now) > MOST_SUCCESSORS else ""
    return (
        f"it is a code of HS {edition}, whose goods are now in "
        f"{', '.join(map(dotted, now[:MOST_SUCCESSORS]))}{more}"
    )


def _known(word: str, whole: str) -> str:
    digits = word.strip().replace(".", "")
    if not digits.isdigit() or not digits.isascii() or len(digits) not in (2, 4, 6):
        raise InputError(
            f"'{whole}' is not an HS code; write a chapter (87), a heading (8703), "
            "a subheading (8703.80) or a range (0302-0308)"
        )
    options = _table().prefixes[len(digits)]
    place = bisect_left(options, digits)
    if place < len(options) and options[place] == digits:
        return digits
    earlier = _earlier(digits)
    if earlier:
        raise InputError(f"no HS 2022 code '{word.strip()}'; {earlier}")
    near = min(options[max(0, place - 1) : place + 1], key=lambda o: abs(int(o) - int(digits)))
    raise InputError(f"no HS 2022 code '{word.strip()}'; did you mean '{dotted(near)}'?")
