"""A question: two states of law, or changes made by hand, as it is written down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from countervail.errors import InputError, did_you_mean
from countervail.scenario.states import StateShock
from countervail.schema.shown import Shown

if TYPE_CHECKING:
    from countervail.ledger.ledger import Ledger

EVERYBODY = "ALL"
"""Every country of the world, in a change made by hand."""

BY_HAND = "by-hand"
"""The part of a question that is its changes made by hand; every other part is a measure's id."""


class Change(NamedTuple):
    """A hypothetical change of law on the second state.

    Attributes:
        measure: id of the measure.
        products: product groups of it; None for all.
        ends: the measure no longer stands for them.
        rate: per cent, instead of the ledger's rate.
        law_of: the law as the ledger has it on this date.
        scale: times the ledger's rate: 0.5 is half.
        targets: on these countries or groups alone; None for all it is on.
    """

    measure: str
    products: tuple[str, ...] | None = None
    ends: bool = False
    rate: float | None = None
    law_of: date | None = None
    scale: float | None = None
    targets: tuple[str, ...] | None = None

    def check(self, ledger: Ledger) -> None:
        """Raise where the ledger does not have the measure or the products.

        Raises:
            InputError: the name, and the nearest known one.
        """
        known = ledger.measure(self.measure).product
        for product in self.products or ():
            if product not in known:
                raise InputError(
                    f"measure '{self.measure}' has no products '{product}'"
                    f"{did_you_mean(product, known)} (there are {', '.join(known)})"
                )


class HandChange(NamedTuple):
    """A change made by hand to whole sectors of a pair, on the second state.

    Attributes:
        importer: country of the world, ISO3 code, name of a group, or ALL.
        exporter: likewise.
        sectors: codes or names, or ``goods``, ``services`` or ``all``; None is goods for duties and
            export taxes, every sector for iceberg costs.
        add: percentage points added to the tariff.
        rate: per cent, the new tariff.
        export_tax: per cent, what the exporter levies on the price at the factory gate; negative
            is a subsidy.
        iceberg_hat: ratio of iceberg trade costs; infinite bans.
    """

    importer: str
    exporter: str
    sectors: tuple[str, ...] | str | None = None
    add: float | None = None
    rate: float | None = None
    iceberg_hat: float | None = None
    export_tax: float | None = None


class DraftUse(NamedTuple):
    """What became of a draft in a question.

    Attributes:
        id: of the draft, as it stands in the question.
        priced: whether it is in the figures.
        said: what it changes, or why it is not priced.
        law: what its text says of it: ``threatened``, ``in_force`` ...
    """

    id: str
    priced: bool
    said: str
    law: str


@dataclass(frozen=True, eq=False)
class Question(Shown):
    """What a scenario asks, as it is written down; placing it in a world is the Scenario's.

    Attributes:
        name: short name.
        title: one line.
        question: what it asks, in a sentence.
        ledger: the law; None for a scenario by hand.
        from_date: law of the first state.
        to_date: law of the second state, for the measures that are the subject.
        known_on: only what had been announced by this day is seen; None sees all.
        background: date of all other law, in both states; None is ``from_date``.
        measures: ids of the subject; None is every measure.
        changes: hypothetical changes of law on the second state.
        hand_changes: changes of whole sectors on the second state.
        pairs: (exporter, importer) pairs whose law changes; None is every pair.
        only: the parts of the question that change, measure ids or ``by-hand``; the others stay as
            in the first state. None is every part.
        by_hand: arrays of the second state (``from_arrays``).
        world_hash: world the arrays belong to.
        countries: shown first.
        outside: what stays outside the model, and why: (measure or matter, reason).
        variant: name of the variant chosen, where there are several.
        allow_partial: whether an answer may leave out what cannot be placed or priced; it says so.
        drafts: measures that are no law, on the second state; and those that are not priced.
        own: measures of one's own, as they were written down (``own_law``); the ledger has them.
    """

    name: str
    title: str
    question: str = ""
    ledger: Ledger | None = None
    from_date: date | None = None
    to_date: date | None = None
    known_on: date | None = None
    background: date | None = None
    measures: tuple[str, ...] | None = None
    changes: tuple[Change, ...] = ()
    hand_changes: tuple[HandChange, ...] = ()
    pairs: tuple[tuple[str, str], ...] | None = None
    only: tuple[str, ...] | None = None
    by_hand: StateShock | None = None
    world_hash: str | None = None
    countries: tuple[str, ...] = ()
    outside: tuple[tuple[str, str], ...] = ()
    variant: str | None = None
    allow_partial: bool = False
    drafts: tuple[DraftUse, ...] = ()
    own: tuple[Any, ...] = ()

    def __repr__(self) -> str:
        days = [str(day) for day in (self.from_date, self.to_date) if day is not None]
        variant = f", variant {self.variant!r}" if self.variant else ""
        asked = f": {' to '.join(days)}" if days else ": by hand"
        return f"<Scenario {self.name!r}{variant}{asked}>"

    def with_options(
        self,
        *,
        from_date: date | None = None,
        to_date: date | None = None,
        known_on: date | None = None,
        background: date | None = None,
        countries: Sequence[str] | None = None,
        only: Sequence[str] | None = None,
        allow_partial: bool | None = None,
    ) -> Self:
        """Return the question with other dates, other countries first, or fewer parts; None keeps.

        With other dates it no longer answers the question in words, which is dropped.

        Raises:
            InputError: dates for a scenario by hand, or a part that the question does not have.
        """
        if self.ledger is None and any((from_date, to_date, known_on, background)):
            raise InputError(f"scenario '{self.name}' is made by hand and has no dates to change")
        redated = any((from_date, to_date, known_on, background))
        chosen = replace(
            self,
            question="" if redated else self.question,
            from_date=from_date or self.from_date,
            to_date=to_date or self.to_date,
            known_on=known_on or self.known_on,
            background=background or self.background,
            countries=self.countries if countries is None else tuple(countries),
            only=self.only if only is None else tuple(only),
            allow_partial=self.allow_partial if allow_partial is None else allow_partial,
        )
        chosen.check_parts(chosen.only or ())
        return chosen

    def partly(self, allow: bool) -> Self:
        """Return the scenario; one whose answers may leave things out, where that is allowed."""
        return replace(self, allow_partial=True) if allow and not self.allow_partial else self

    def check(self) -> None:
        """Raise where the scenario names a measure, product or part that there is not.

        Raises:
            InputError: the name, and the nearest known one.
        """
        self.check_parts(self.only or ())
        if self.ledger is None:
            return
        for measure_id in self.measures or ():
            self.ledger.measure(measure_id)
        for change in self.changes:
            change.check(self.ledger)

    @property
    def subject(self) -> tuple[str, ...] | None:
        """Ids of the measures that are asked about or changed, each once; None for every one."""
        if self.measures is None:
            return None
        return tuple(dict.fromkeys((*self.measures, *(c.measure for c in self.changes))))

    def check_parts(self, parts: Iterable[str]) -> None:
        """Raise where one of these is no part of the question: nothing that is asked about.

        Raises:
            InputError: the part, and the nearest there is.
        """
        known = self._asked()
        for part in parts:
            if part not in known:
                raise InputError(
                    f"scenario '{self.name}' has no part '{part}'{did_you_mean(part, known)} (its "
                    f"parts are the measures asked about, and '{BY_HAND}' where changes are made "
                    "by hand; Scenario.parts(world) names those that change something)"
                )

    def _asked(self) -> dict[str, None]:
        """Return everything that could be a part, whether or not it changes anything."""
        by_hand = (BY_HAND,) if self.hand_changes or self.by_hand is not None else ()
        if self.ledger is None:
            return dict.fromkeys(by_hand)
        subject = self.ledger.measures if self.measures is None else self.measures
        return dict.fromkeys((*subject, *(change.measure for change in self.changes), *by_hand))

    def settings(self) -> dict[str, Any]:
        """Return what defines the scenario, JSON-able."""
        return {
            "name": self.name,
            "title": self.title,
            "variant": self.variant,
            "from": _iso(self.from_date),
            "to": _iso(self.to_date),
            "known_on": _iso(self.known_on),
            "background": _iso(self.background),
            "measures": None if self.measures is None else list(self.measures),
            "changes": [_plain(c) for c in self.changes],
            "pairs": None if self.pairs is None else [f"{i}>{n}" for i, n in self.pairs],
            "hand_changes": [_plain(c) for c in self.hand_changes],
            "only": None if self.only is None else list(self.only),
            "arrays": None if self.by_hand is None else self.by_hand.hash(),
            **({"allow_partial": True} if self.allow_partial else {}),
            **({"drafts": [use._asdict() for use in self.drafts]} if self.drafts else {}),
            **({"own": [one.as_dict() for one in self.own]} if self.own else {}),
        }


def _plain(change: Change | HandChange) -> dict[str, Any]:
    """Return a change as JSON has it: no dates, no tuples, no infinity."""

    def plain(value: Any) -> Any:
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, tuple):
            return list(value)
        return "inf" if value == float("inf") else value

    return {key: plain(value) for key, value in change._asdict().items()}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
