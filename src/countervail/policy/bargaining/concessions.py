"""What is on the table: parties, and the concessions each could make as changes of law.

A concession is made of hypothetical changes of law, exactly as a scenario has them. What is wrong
with a table is reported as a place and a sentence, so that a file and a table made in Python are
refused for the same reasons.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any

from countervail import labels
from countervail.errors import InputError, did_you_mean
from countervail.ledger import Ledger, parties
from countervail.ledger.in_force import LawView
from countervail.scenario import Change, Scenario
from countervail.scenario.file import ChangePart, ScenarioFile, problems
from countervail.scenario.hypothetical import changed
from countervail.text.places import Path as Place

Fault = tuple[Place, str]
Package = tuple[int, ...]
"""The concessions that are made, by their numbers, ascending; none is no deal."""

NO_DEAL: Package = ()
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Party:
    """Who bargains: a country, or several as one.

    Attributes:
        name: what it is called.
        countries: ISO3 codes.
    """

    name: str
    countries: tuple[str, ...]

    @classmethod
    def of(cls, name: str, countries: Iterable[str] = (), own: Collection[str] = ()) -> Party:
        """Return a party.

        Args:
            name: what it is called.
            countries: countries or groups of them; by default what the name stands for.
            own: country labels of the user's own world, accepted as they are.

        Raises:
            InputError: no such country or group, with the nearest.
        """
        words = tuple(countries) or (name,)
        codes = (code for word in words for code in labels.expand(word, own=own))
        return cls(name, tuple(dict.fromkeys(codes)))


@dataclass(frozen=True)
class Concession:
    """What a party could do for the others.

    Attributes:
        name: short, without spaces or commas.
        party: who would do it.
        changes: of law, made in this order.
        title: one line.
        instead_of: concessions of the same party that it takes the place of: never made with it.
    """

    name: str
    party: str
    changes: tuple[Change, ...]
    title: str = ""
    instead_of: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ConcessionTable:
    """What is on the table between some parties.

    Attributes:
        name: short name.
        ledger: the law.
        date: both states start from the law in force on this day.
        parties: who bargains, two or more.
        concessions: what each could do.
        title: one line.
        question: what is asked, in a sentence.
        known_on: see only what was announced by this day; None sees all.
        outside: what stays outside the model, and why.
        allow_partial: whether answers may leave out what cannot be placed or priced.
        law_title: what the law is called that no deal leaves; empty is that of the day.
    """

    name: str
    ledger: Ledger
    date: dt.date
    parties: tuple[Party, ...]
    concessions: tuple[Concession, ...]
    title: str = ""
    question: str = ""
    known_on: dt.date | None = None
    outside: tuple[tuple[str, str], ...] = ()
    allow_partial: bool = False
    law_title: str = ""

    def check(self) -> None:
        """Raise where the table names what there is not, or lets stand together what cannot.

        Raises:
            InputError: the first such fault.
        """
        for _, sentence in faults(self):
            raise InputError(f"table '{self.name}': {sentence}")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the concessions, in order."""
        return tuple(concession.name for concession in self.concessions)

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """Measures that any concession changes."""
        changes = (change for concession in self.concessions for change in concession.changes)
        return tuple(dict.fromkeys(change.measure for change in changes))

    @cached_property
    def excluded(self) -> frozenset[Package]:
        """Pairs of concessions of which one takes the place of the other."""
        places = {name: k for k, name in enumerate(self.names)}
        return frozenset(
            (min(k, places[other]), max(k, places[other]))
            for k, concession in enumerate(self.concessions)
            for other in concession.instead_of
        )

    def number(self, name: str) -> int:
        """Return the number of a concession.

        Raises:
            InputError: no such concession, with the nearest.
        """
        if name not in self.names:
            raise InputError(
                f"table '{self.name}' has no concession '{name}'{did_you_mean(name, self.names)} "
                f"(there are {', '.join(self.names)})"
            )
        return self.names.index(name)

    def package(self, names: Iterable[str]) -> Package:
        """Return the package of some concessions.

        Raises:
            InputError: no such concession, or two that cannot both be made.
        """
        chosen = tuple(sorted({self.number(name) for name in names}))
        for pair in combinations(chosen, 2):
            if pair in self.excluded:
                first, second = (self.names[k] for k in pair)
                raise InputError(
                    f"'{first}' and '{second}' cannot both be made: one takes the place of the "
                    "other; name one of them"
                )
        return chosen

    def allowed(self, package: Sequence[int]) -> bool:
        """Return whether no concession of a package takes the place of another one."""
        return not any(pair in self.excluded for pair in combinations(package, 2))

    def of_party(self, party: str) -> tuple[int, ...]:
        """Return the numbers of a party's concessions."""
        return tuple(k for k, one in enumerate(self.concessions) if one.party == party)

    def only(self, *names: str) -> ConcessionTable:
        """Return the table with some of its concessions alone.

        Raises:
            InputError: no such concession, with the nearest.
        """
        kept = tuple(self.concessions[self.number(name)] for name in dict.fromkeys(names))
        chosen = tuple(
            replace(one, instead_of=tuple(other for other in one.instead_of if other in names))
            for one in kept
        )
        return replace(self, concessions=chosen)

    def law(self, law: LawView, package: Package) -> LawView:
        """Return a law with the concessions of a package made, in the order of the table.

        Raises:
            InputError: a concession changes what is not in force.
        """
        for k in package:
            for change in self.concessions[k].changes:
                law = changed(law, change, self.ledger, self.date, self.known_on)
        return law

    def scenario(self, package: Package) -> Scenario:
        """Return a package as a question: the law of the day against it with the package made."""
        made = " + ".join(self.names[k] for k in package) or "no deal"
        return Scenario(
            name=self.name,
            title=made,
            question=self.question,
            ledger=self.ledger,
            from_date=self.date,
            to_date=self.date,
            known_on=self.known_on,
            measures=self.measures,
            changes=tuple(c for k in package for c in self.concessions[k].changes),
            countries=tuple(code for party in self.parties for code in party.countries),
            outside=self.outside,
            allow_partial=self.allow_partial,
        )

    def settings(self) -> dict[str, Any]:
        """Return what defines the table, JSON-able."""
        everything = self.scenario(tuple(range(len(self.concessions)))).settings()
        return {
            "name": self.name,
            "title": self.title,
            "date": self.date.isoformat(),
            "known_on": self.known_on.isoformat() if self.known_on else None,
            "parties": {party.name: list(party.countries) for party in self.parties},
            "changes": everything["changes"],
        }


def faults(table: ConcessionTable) -> Iterator[Fault]:
    """Yield what is wrong with a table: where, as in a file, and a sentence."""
    yield from _wrong_parties(table.parties)
    named = list(_wrong_names(table))
    yield from named
    sound = []
    for k, concession in enumerate(table.concessions):
        wrong = list(_wrong_changes(table, ("concession", k), concession))
        yield from wrong
        sound += [] if wrong else [k]
    if not named:
        yield from _overlapping(table, sound)


def _wrong_parties(parties_: Sequence[Party]) -> Iterator[Fault]:
    if len(parties_) < 2:
        yield ("party",), "a bargain needs two parties or more"
    homes: dict[str, str] = {}
    for k, party in enumerate(parties_):
        if party.name in [other.name for other in parties_[:k]]:
            yield ("party", k, "name"), f"party '{party.name}' stands twice; give another name"
            continue
        for code in party.countries:
            if code in homes:
                yield (
                    ("party", k, "countries"),
                    f"{code} is in two parties, '{homes[code]}' and '{party.name}'; put it in one",
                )
            homes.setdefault(code, party.name)


def _wrong_names(table: ConcessionTable) -> Iterator[Fault]:
    """Yield names that are unusable, stand twice, or stand for nothing."""
    known = [party.name for party in table.parties]
    homes = {concession.name: concession.party for concession in table.concessions}
    if not table.concessions:
        yield ("concession",), "nothing is on the table: give at least one [[concession]]"
    for k, one in enumerate(table.concessions):
        at: Place = ("concession", k)
        if not NAME.fullmatch(one.name):
            yield (
                (*at, "name"),
                f"concession '{one.name}': a name has letters, digits, '-', '_' and '.' alone",
            )
        if one.name in table.names[:k]:
            yield (*at, "name"), f"concession '{one.name}' stands twice; give it another name"
        if one.party not in known:
            hint = did_you_mean(one.party, known)
            yield (
                (*at, "party"),
                f"no party '{one.party}'{hint} (there are {', '.join(known)})",
            )
        for other in one.instead_of:
            if other == one.name or homes.get(other) != one.party:
                hint = did_you_mean(other, [name for name in homes if name != one.name])
                yield (
                    (*at, "instead_of", other),
                    f"'{one.name}' is to take the place of '{other}', which is no other concession "
                    f"of {one.party}{hint}",
                )


def _wrong_changes(table: ConcessionTable, at: Place, concession: Concession) -> Iterator[Fault]:
    """Yield what is wrong with the changes of law of a concession."""
    if not concession.changes:
        yield at, f"concession '{concession.name}' changes nothing: give a [[concession.change]]"
    parts = tuple(ChangePart.model_construct(**change._asdict()) for change in concession.changes)
    asked = ScenarioFile.model_validate(
        {"name": table.name, "title": table.name, "from": table.date, "to": table.date}
    ).model_copy(update={"change": parts, "measures": ()})
    unknown = [((*at, *place), sentence) for place, sentence in problems(asked, table.ledger)]
    yield from unknown
    if unknown:
        return
    law = table.ledger.at(table.date, table.known_on)
    for c, change in enumerate(concession.changes):
        here: Place = (*at, "change", c, "measure")
        yield from ((here, said) for said in _others_law(table, concession, change))
        try:
            law = changed(law, change, table.ledger, table.date, table.known_on)
        except InputError as error:
            yield here, str(error)


def _others_law(table: ConcessionTable, concession: Concession, change: Change) -> Iterator[str]:
    """Yield that a measure is not the conceding party's to change, where it is not."""
    own = {code for p in table.parties if p.name == concession.party for code in p.countries}
    who = table.ledger.measure(change.measure).implementer
    if own and own.isdisjoint(parties.resolve((who,), table.date)):
        yield (
            f"'{concession.name}' of {concession.party} changes '{change.measure}', which is law "
            f"of {who}: a party can concede its own law alone"
        )


def _overlapping(table: ConcessionTable, sound: Sequence[int]) -> Iterator[Fault]:
    """Yield pairs of concessions that change the same goods of a measure and are not either-or."""
    for pair in combinations(sound, 2):
        first, second = (table.concessions[k] for k in pair)
        if pair in table.excluded:
            continue
        for change in second.changes:
            goods = next((g for c in first.changes if (g := _common(c, change))), "")
            if goods:
                yield (
                    ("concession", pair[1]),
                    f"'{first.name}' and '{second.name}' both change '{change.measure}' {goods}: "
                    f'write instead_of = ["{first.name}"] in the second if it takes the place of '
                    "the first, put the changes in one concession if they belong together, or "
                    "name other products",
                )
                break


def _common(first: Change, second: Change) -> str:
    """Return the goods that two changes of one measure both name, in words; none is empty."""
    if first.measure != second.measure:
        return ""
    if first.products is None or second.products is None:
        named = first.products or second.products
        return f"on {', '.join(named)}" if named else "on all its goods"
    both = [product for product in first.products if product in second.products]
    return f"on {', '.join(both)}" if both else ""
