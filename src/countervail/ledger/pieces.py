"""What product groups name inside subheadings: national tariff lines told apart.

A group names most subheadings whole and some only in part. Where any group of a cell names a part,
the subheading is told apart into **pieces**: its named lines, and what no group names of it. A line
of one name is the same goods in every group; a part whose lines are not known is spread evenly over
the pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from countervail.ledger import concordance

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]
Lines = tuple[tuple[str, float], ...]
"""Named lines of a subheading and the part of it each makes up; line "" is not known which."""

ROUNDING_PART = 1e-3
"""Parts are stated to five digits, and a subheading has fewer than a hundred lines."""


class Goods(NamedTuple):
    """What a product group names.

    Attributes:
        hs: codes and ranges of them.
        except_hs: codes taken out of them.
        parts: subheadings named only in part, with the lines named, sorted.
    """

    hs: tuple[str, ...]
    except_hs: tuple[str, ...] = ()
    parts: tuple[tuple[str, Lines], ...] = ()

    @classmethod
    def of(
        cls,
        hs: tuple[str, ...],
        except_hs: tuple[str, ...],
        tables: Iterable[Mapping[str, float | Mapping[str, float]]],
    ) -> Self:
        """Return the goods of codes and of tables of parts, as a measure file states them."""
        parts: dict[str, Lines] = {}
        for table in tables:
            for code, named in table.items():
                lines = named.items() if isinstance(named, Mapping) else [("", named)]
                parts[code.replace(".", "")] = tuple(sorted(lines))
        return cls(hs, except_hs, tuple(sorted(parts.items())))


def sizes(group: Goods) -> Array:
    """Return the part of each subheading that a group names, in the order of the codes."""
    size = concordance.mask(group.hs, group.except_hs).astype(np.float64)
    for code, lines in group.parts:
        first, last = concordance.span(code)
        size[first:last] *= min(sum(part for _, part in lines), 1.0)
    return size


def told_apart(groups: Sequence[Goods], at: IntArray) -> tuple[Mask, Array, IntArray]:
    """Return the pieces of subheadings that groups tell apart.

    Args:
        groups: what each group names.
        at: positions of the subheadings among :func:`concordance.codes`.

    Returns:
        Which pieces each group names, [group, piece]; what part of its subheading a piece is,
        [piece], those of a subheading summing to one; and the place of that subheading in ``at``,
        [piece].
    """
    named = np.stack([concordance.mask(g.hs, g.except_hs)[at] for g in groups])
    parts = [dict(g.parts) for g in groups]
    partial = set().union(*parts)
    codes = concordance.codes()
    column, size, place = [], [], []
    for k, position in enumerate(at.tolist()):
        code = codes[position]
        inside = named[:, k]
        if code not in partial:
            pieces: Iterable[tuple[Mask, float]] = [(inside, 1.0)]
        else:
            pieces = _pieces([p.get(code) for p in parts], inside)
        for members, part in pieces:
            column.append(members)
            size.append(part)
            place.append(k)
    told = np.array(column, dtype=np.bool_).reshape(len(column), len(groups)).T
    return told, np.array(size, dtype=np.float64), np.array(place, dtype=np.int64)


def _pieces(parts: Sequence[Lines | None], inside: Mask) -> Iterator[tuple[Mask, float]]:
    """Yield the pieces of one subheading: which groups name each, and its size.

    Args:
        parts: the lines each group names, None where it names all or nothing of it, [group].
        inside: groups that name the subheading, whole or in part, [group].
    """
    naming: dict[str, set[int]] = {}
    line: dict[str, float] = {}
    loose: list[tuple[int, float]] = []
    for g, lines in enumerate(parts):
        for name, part in lines if lines is not None and inside[g] else ():
            if name:
                naming.setdefault(name, set()).add(g)
                line[name] = max(part, line.get(name, 0.0))
            else:
                loose.append((g, part))
    taken = sum(line.values())
    whole = {g for g, lines in enumerate(parts) if inside[g] and lines is None}
    pieces: dict[frozenset[int], float] = {}
    for name, part in line.items():
        members = frozenset(naming[name] | whole)
        pieces[members] = pieces.get(members, 0.0) + part / max(taken, 1.0)
    if taken < 1.0 - ROUNDING_PART:
        pieces[frozenset(whole)] = pieces.get(frozenset(whole), 0.0) + 1.0 - taken
    for g, part in loose:
        split = [(m | {g}, s * part) for m, s in pieces.items()]
        pieces = {m: s * (1.0 - part) for m, s in pieces.items() if part < 1.0} | {
            m: s for m, s in split if s
        }
    everyone = np.arange(len(parts))
    total = sum(pieces.values())
    for members, part in pieces.items():
        yield np.isin(everyone, list(members)), part / total
