"""Bargain files: TOML in, a ConcessionTable out, or ``path:line`` and what next."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from countervail.errors import InputError, did_you_mean
from countervail.ledger import Ledger, open_ledger
from countervail.policy.bargaining.concessions import (
    Concession,
    ConcessionTable,
    Fault,
    Party,
    faults,
)
from countervail.scenario import Change
from countervail.scenario.file import ChangePart, Day, OutsidePart, Text
from countervail.text.toml import TABLE, load, parse

SHIPPED = Path(__file__).parent / "tables"
"""The folder of the bargain files that come with the package."""


class _BargainTable(BaseModel):
    model_config = TABLE


class PartyPart(_BargainTable):
    """Who bargains."""

    name: Text = Field(description="what it is called")
    countries: Annotated[tuple[Text, ...], Field(min_length=1)] | None = Field(
        None, description="countries or groups; what the name stands for when left out"
    )


class ConcessionPart(_BargainTable):
    """What a party could do for the others."""

    name: Text = Field(description="short, without spaces or commas; what --offer names")
    party: Text = Field(description="name of the party that would do it")
    title: str = Field("", description="one line")
    instead_of: tuple[Text, ...] = Field(
        (), description="concessions of the same party that it is never made with"
    )
    change: Annotated[tuple[ChangePart, ...], Field(min_length=1)] = Field(
        description="written [[concession.change]]; made in this order"
    )


class BargainFile(_BargainTable):
    """What is on the table between two or more parties."""

    name: Text = Field(description="short name")
    title: Text = Field(description="one line, printed first")
    question: str = Field("", description="what is asked, in a sentence")
    date: Day = Field(description="the law in force on this day is what no deal leaves")
    known_on: Day | None = Field(None, description="see only what was announced by this day")
    party: tuple[PartyPart, ...] = Field(description="written [[party]]; two or more")
    concession: tuple[ConcessionPart, ...] = Field(description="written [[concession]]")
    outside: tuple[OutsidePart, ...] = Field((), description="written [[outside]]")


@cache
def table_names() -> tuple[str, ...]:
    """Return the names of the tables that come with the package."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def open_table(
    name: str | Path, *, ledger: Ledger | None = None, own: Collection[str] = ()
) -> ConcessionTable:
    """Return a table by the name it comes under with the package, or the one in a file.

    Args:
        name: name of a preset, or the path of a ``.toml`` file.
        ledger: the law; default the shipped measures.
        own: country labels of the user's own world, accepted as they are.

    Raises:
        InputError: no such table, with the nearest.
        FileError: the file is refused, with path and line.
    """
    word = str(name)
    if word in table_names():
        return read_table(SHIPPED / f"{word}.toml", ledger, own)
    if Path(word).suffix == ".toml" or Path(word).is_file():
        return read_table(Path(word), ledger, own)
    raise InputError(
        f"no table '{word}'{did_you_mean(word, table_names())} "
        f"(presets: {', '.join(table_names())}; or give the path of a .toml file)"
    )


def read_table(
    path: Path, ledger: Ledger | None = None, own: Collection[str] = ()
) -> ConcessionTable:
    """Return the table in a file.

    Raises:
        FileError: the file is refused, with path and line.
    """
    book = ledger if ledger is not None else open_ledger()
    file, _ = load(path, BargainFile, lambda file: _problems(file, book, own))
    return _table(file, book, own)


def table_of_text(
    text: str, name: str, ledger: Ledger, own: Collection[str] = ()
) -> ConcessionTable:
    """Return the table that the text of a bargain file states.

    Args:
        text: of the file.
        name: it has in messages.
        ledger: the law.
        own: country labels of the user's own world, accepted as they are.

    Raises:
        FileError: the text is refused, with its line.
    """
    file = parse(text, name, BargainFile, lambda file: _problems(file, ledger, own))
    return _table(file, ledger, own)


def _problems(file: BargainFile, ledger: Ledger, own: Collection[str]) -> Iterator[Fault]:
    """Yield what is wrong between a file's values, or with a name in it."""
    unknown = list(_unknown(file, own))
    yield from unknown or faults(_table(file, ledger, own))


def _unknown(file: BargainFile, own: Collection[str]) -> Iterator[Fault]:
    """Yield the words for parties that stand for no country or group."""
    for k, part in enumerate(file.party):
        for word in part.countries or (part.name,):
            try:
                Party.of(part.name, (word,), own)
            except InputError as error:
                key = "countries" if part.countries else "name"
                yield ("party", k, key, word), str(error)


def _table(file: BargainFile, ledger: Ledger, own: Collection[str]) -> ConcessionTable:
    return ConcessionTable(
        name=file.name,
        ledger=ledger,
        date=file.date,
        parties=tuple(Party.of(part.name, part.countries or (), own) for part in file.party),
        concessions=tuple(
            Concession(
                name=part.name,
                party=part.party,
                changes=tuple(Change(**dict(change)) for change in part.change),
                title=part.title,
                instead_of=part.instead_of,
            )
            for part in file.concession
        ),
        title=file.title,
        question=file.question,
        known_on=file.known_on,
        outside=tuple((part.matter, part.reason) for part in file.outside),
    )
