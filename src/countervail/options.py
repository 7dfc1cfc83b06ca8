"""How a request is asked for in words: each field of its dataclass says so, once.

A field that has no option (``option``, ``per_cent``, ``argument``) is not asked for; one that is a
part (``part``) stands for the options of its own dataclass. The command line is made of these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, field, fields
from typing import Any, NamedTuple

KEY = "countervail.asked"
"""Where a field says how it is asked for, among its metadata."""


class Option(NamedTuple):
    """How one value is asked for.

    Attributes:
        help: what it is, with its default where that does not say it.
        name: as written, such as ``--on``; None is the field's name, and of an argument.
        metavar: what stands for the value; None is its type.
        typed: what is written: text, a number, a list of texts, or ``bool`` for a flag.
        read: makes the value of what was written; not called where nothing was.
        shown: makes what is written of the value, for a default.
        argument: whether it is told by its place instead of a name.
    """

    help: str
    name: str | None = None
    metavar: str | None = None
    typed: Any = str | None
    read: Callable[[Any], Any] | None = None
    shown: Callable[[Any], Any] | None = None
    argument: bool = False


class PartOf(NamedTuple):
    """What stands for the options of another dataclass.

    Attributes:
        without: its fields that are not asked for here.
        help: of some of its fields, where another fits better here.
    """

    without: tuple[str, ...] = ()
    help: Mapping[str, str] = {}


def option(
    default: Any,
    help: str,
    name: str | None = None,
    metavar: str | None = None,
    *,
    typed: Any = None,
    read: Callable[[Any], Any] | None = None,
) -> Any:
    """Return a field asked for by name.

    Args:
        default: the field's own.
        help: what it is, with its default where that does not say it.
        name: as written, such as ``--on``; default the field's name.
        metavar: what stands for the value; default its type.
        typed: default the default's type; text where that is None or is read from text.
        read: makes the value of what was written; not called where nothing was.
    """
    if typed is None:
        typed = str | None if default is None or read else type(default)
    return field(default=default, metadata={KEY: Option(help, name, metavar, typed, read)})


def per_cent(default: float, help: str, name: str | None = None) -> Any:
    """Return a field that is a fraction, and asked for in per cent."""
    words = Option(help, name, "PERCENT", float, _hundredth, lambda value: 100.0 * value)
    return field(default=default, metadata={KEY: words})


def argument(help: str, *default: Any, read: Callable[[str], Any] | None = None) -> Any:
    """Return a field told by its place; with a default it may be left out."""
    words = Option(help, read=read, typed=str | None if default else str, argument=True)
    given: dict[str, Any] = {"default": default[0]} if default else {}
    return field(**given, metadata={KEY: words})


def part(default: Any, *, without: tuple[str, ...] = (), help: Mapping[str, str] = {}) -> Any:
    """Return a field that stands for the options of another dataclass.

    Args:
        default: such a dataclass, frozen: its values are the defaults here.
        without: its fields that are not asked for here.
        help: of some of its fields, where another fits better here.
    """
    return field(default=default, metadata={KEY: PartOf(without, help)})


def asked(of: Any) -> list[tuple[Field[Any], Option | PartOf]]:
    """Return the fields of a dataclass that are asked for, and how."""
    return [(one, one.metadata[KEY]) for one in fields(of) if KEY in one.metadata]


def _hundredth(value: float) -> float:
    return value / 100.0
