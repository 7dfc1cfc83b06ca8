"""What a choice of a model says of itself, whatever its slot."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, ClassVar, NamedTuple

from countervail.core.model import Array, Unknown


class Parameter(NamedTuple):
    """A number that a choice takes.

    Attributes:
        name: of the field of the choice.
        meaning: in a few words, with its unit.
        source: paper, or why it has none.
        low, high: what the literature finds; None where it finds nothing.
    """

    name: str
    meaning: str
    source: str
    low: float | None = None
    high: float | None = None


class Gap(NamedTuple):
    """How far an equation is from holding, relative: [n] of countries, or [j, n] of producers."""

    name: str
    gap: Array


class Choice:
    """A block of a model: a frozen dataclass whose fields are its parameters.

    A file in this folder that defines one is all that it takes: the slots find it by ``slot``, the
    command line by ``key`` (``--set demand=ces --set demand.elasticity=0.5``).

    Attributes:
        slot: the slot of ``Economy`` it goes into.
        key: its name there.
        unknowns: the blocks of unknowns that it adds to wages, prices and expenditure.
        parameters: what its fields are, with sources.
        references: the papers it is from.
        of_goods: whether it says something of goods inside sectors only: in a world without any it
            is the usual choice.
    """

    slot: ClassVar[str]
    key: ClassVar[str]
    unknowns: ClassVar[tuple[Unknown, ...]] = ()
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    references: ClassVar[tuple[str, ...]] = ()
    of_goods: ClassVar[bool] = False

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence; nothing where there is nothing to say."""
        return ""

    def cited(self) -> tuple[str, ...]:
        """Return the papers that an answer made with it cites."""
        return self.references

    def settings(self) -> dict[str, Any]:
        """Return the choice and its parameters, JSON-able."""
        own = {one.name: getattr(self, one.name) for one in fields(self)}  # type: ignore[arg-type]
        return {"choice": self.key, **own}
