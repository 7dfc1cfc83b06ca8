"""What sets of laws come to in many draws at once: numbers become arrays, one a row of cells.

A row is a draw's cell. Draws in which the laws on a line come to another kind of stack (a ban or
none, a programme that frees nothing) stand apart: a number is not all that differs between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.ledger.pricing.blocks import Part, Stacks
from countervail.ledger.pricing.cells import Law
from countervail.ledger.stacking import NOTHING, Stack

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Kind(NamedTuple):
    """What must be alike for draws to stand side by side, of one part of an atom.

    Attributes:
        nothing: whether the base law lays nothing on it.
        changed: whether a view's law is another than the base law, [view].
        shape: ban, whether a rate replaces the own one, and duties up to a level, by view.
    """

    nothing: bool
    changed: tuple[bool, ...]
    shape: tuple[tuple[bool, bool, int], ...]


class Laws:
    """The table of laws in every draw, and what sets of them come to.

    Args:
        laws: the table in the first draw.
        drawn: in every draw; the same object where it is the first one's.
    """

    def __init__(self, laws: Sequence[Law], drawn: Sequence[Sequence[Law]]) -> None:
        self.drawn = drawn
        self.moved = np.array(
            [any(table[k] is not law for table in drawn) for k, law in enumerate(laws)],
            dtype=np.bool_,
        )
        self._common = Stacks(laws)
        self._own = [Stacks(table) for table in drawn]
        self._kinds: dict[int, tuple[Kind, ...]] = {}
        self._kept: list[list[Part]] = []  # what an id stands for stays

    def parts(self, law: IntArray, where: str) -> list[list[Part]]:
        """Return an atom's parts by programme in every draw; one list where all have the same.

        Args:
            law: positions of the laws in force on it, -1 for none, [group, view].
            where: the lines in words, for messages.
        """
        on = law[law >= 0]
        if not self.moved[on].any():
            return [self._common.parts(law, where)]
        return [own.parts(law, where) for own in self._own]

    def kinds(self, parts: list[Part]) -> tuple[Kind, ...]:
        """Return the kinds of an atom's parts."""
        if id(parts) not in self._kinds:
            self._kept.append(parts)
            self._kinds[id(parts)] = tuple(_kind(part) for part in parts)
        return self._kinds[id(parts)]


def _kind(part: Part) -> Kind:
    base = part.stacks[0]
    return Kind(
        base == NOTHING,
        tuple(stack != base for stack in part.stacks),
        tuple((s.ban, s.replacing is not None, len(s.top_up_to)) for s in part.stacks),
    )


def on_rows(parts: Sequence[Part], draw: IntArray) -> tuple[float | Array, tuple[Stack, ...]]:
    """Return a part's share and its stacks as numbers, or as arrays where draws differ, [row].

    Args:
        parts: the same part in every draw, all of one kind; or in one for all.
        draw: of each row, its place among these draws.
    """
    if len(parts) == 1:
        return parts[0].share, parts[0].stacks
    share = _number([part.share for part in parts], draw)
    views = zip(*(part.stacks for part in parts), strict=True)
    return share, tuple(_stack(stacks, draw) for stacks in views)


def _stack(stacks: Sequence[Stack], draw: IntArray) -> Stack:
    first = stacks[0]
    if all(stack == first for stack in stacks):
        return first
    return Stack(
        ban=first.ban,
        replacing=None
        if first.replacing is None
        else _number([stack.replacing for stack in stacks], draw),
        additional=_number([stack.additional for stack in stacks], draw),
        top_up_to=tuple(
            (
                _number([stack.top_up_to[k][0] for stack in stacks], draw),
                _number([stack.top_up_to[k][1] for stack in stacks], draw),
            )
            for k in range(len(first.top_up_to))
        ),
    )


def _number(values: Sequence[float | Array | None], draw: IntArray) -> float | Array:
    held = np.array(values, dtype=np.float64)
    return float(held[0]) if (held == held[0]).all() else np.asarray(held[draw])
