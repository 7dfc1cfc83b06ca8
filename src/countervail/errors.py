"""What can go wrong, in sentences: what is wrong, where, what next.

One base class, so that a caller can catch everything Countervail raises on purpose. Each class
carries the exit code of the command line: 2 for input that cannot be used, 3 for an equilibrium
that could not be certified, or a question that could not be placed whole.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from countervail.text.characters import one_line, printable

LONGEST_WORD_LETTERS = 200
"""Letters of a word for which a likeness is looked for."""


MOST_LETTERS = 4000
"""Letters of a sentence; the middle of a longer one, which quotes something, is left out."""


class CountervailError(Exception):
    """Base class of every error Countervail raises on purpose.

    Its words may quote a file: what in them would steer a terminal is spelled out.
    """

    exit_code = 2

    def __str__(self) -> str:
        said = printable(str(self.args[0]) if self.args else "")
        return (
            said
            if len(said) <= MOST_LETTERS
            else f"{said[: MOST_LETTERS // 2]} [...] {said[-MOST_LETTERS // 4 :]}"
        )


class InputError(CountervailError):
    """Input that cannot be used: an unknown label, date, option or value."""


class FileError(InputError):
    """A file that cannot be used; the message starts with ``path:line:``.

    Args:
        message: what is wrong and what next.
        path: the file.
        line: line number from 1, where known.
    """

    def __init__(self, message: str, path: str | Path, line: int | None = None) -> None:
        self.path = Path(path)
        self.line = line
        where = one_line(f"{path}:{line}" if line is not None else f"{path}")
        super().__init__(f"{where}: {message}")


class WorldError(InputError):
    """A table that is no world: it does not close, or its shapes or labels do not fit."""


class NotPlaced(CountervailError):
    """A part of a question that the world cannot hold, or that nothing prices; no figures.

    Args:
        message: what could not be placed, why, and what to do.
        left_out: what is left out (:class:`countervail.ledger.pricing.placed.LeftOut`).
        lines: how many lines the question has.
    """

    exit_code = 3

    def __init__(self, message: str, left_out: Sequence[Any] = (), lines: int = 0) -> None:
        self.left_out, self.lines = tuple(left_out), lines
        super().__init__(message, self.left_out, lines)


class PartialAnswer(UserWarning):
    """An answer that leaves out a part of its question, as was allowed."""


@contextmanager
def unwarned() -> Iterator[None]:
    """Leave out the warning of a partial answer, which was given once for all of its kind."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PartialAnswer)
        yield


class NotCertified(CountervailError):
    """An equilibrium whose residual is too large to print a figure from."""

    exit_code = 3


class NoEquilibrium(NotCertified):
    """A case that has no equilibrium, with the economic reason.

    The core knows positions only; ``named`` puts labels in their place at the edge.

    Args:
        message: the reason; may hold ``{country}`` and ``{sector}``.
        country: position of the country the reason is about.
        sector: position of the sector.
    """

    def __init__(self, message: str, country: int | None = None, sector: int | None = None) -> None:
        self.message, self.country, self.sector = message, country, sector
        super().__init__(message.format(country=f"country {country}", sector=f"sector {sector}"))

    def named(self, countries: Sequence[str], sectors: Sequence[str]) -> NoEquilibrium:
        """Return the same error with labels in place of positions."""
        text = self.message.format(
            country=countries[self.country] if self.country is not None else "",
            sector=sectors[self.sector] if self.sector is not None else "",
        )
        return NoEquilibrium(text.replace("{", "{{").replace("}", "}}"))


def did_you_mean(word: str, options: Iterable[str], *, codes: bool = False) -> str:
    """Return ``"; did you mean 'DEU'?"`` for the nearest option, or an empty string.

    Args:
        word: as written.
        options: what there is.
        codes: the options are codes of few letters: a word as short is a code of some other office
            more often than a slip, so it must be very like.
    """
    if len(word) > LONGEST_WORD_LETTERS:
        return ""  # no name is as long, and likeness takes the product of the lengths
    known = list(options)
    lowered = {option.lower(): option for option in known}
    near = get_close_matches(word.lower(), lowered, n=1, cutoff=0.81 if codes else 0.6)
    return f"; did you mean '{lowered[near[0]]}'?" if near else ""
