"""The Scenario: a question, as two states of law on one base world, or as changes made by hand.

The first state is the law of a date. The second is the law of another date for the measures that
are the scenario's subject; all other law stands as on the first date, or on a stated background
date. Hypothetical changes (a duty dropped, another rate) are made on the second state. Both states
are solved from the same base world, and results are the second relative to the first.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from countervail.errors import InputError, PartialAnswer, did_you_mean
from countervail.labelled import aligned
from countervail.provenance import content_hash
from countervail.units import refuse_extreme

if TYPE_CHECKING:
    from countervail.ledger import Ledger
    from countervail.ledger.in_force import LawView
    from countervail.ledger.notes import Note
    from countervail.ledger.pricing.lines import Lines, QuotaNote
    from countervail.ledger.pricing.placed import LeftOut
    from countervail.world import World

Array = NDArray[np.float64]


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


@dataclass(frozen=True, eq=False)
class StateShock:
    """One state relative to the base world; None is no change. Axes as in World.

    Attributes:
        tariff_new: rates, [exporter, importer, sector].
        iceberg_hat: ratio, infinite for a ban, [exporter, importer, sector].
        export_tax: rates levied and kept by the exporter, negative for a subsidy,
            [exporter, importer, sector]; zero on the diagonal.
        productivity_hat: ratio of unit productivity, [country, sector].
        labour_hat: ratio, [country].
        transfer: USD million received, [country]; sums to zero.
        line_tariff: whole rate of every tariff line, [line].
        line_iceberg: ratio, infinite for a ban, [line].
    """

    tariff_new: Array | None = None
    iceberg_hat: Array | None = None
    productivity_hat: Array | None = None
    labour_hat: Array | None = None
    transfer: Array | None = None
    line_tariff: Array | None = None
    line_iceberg: Array | None = None
    export_tax: Array | None = None

    def is_nothing(self) -> bool:
        """Return whether the state is the base world as it is."""
        return all(getattr(self, f.name) is None for f in fields(self))

    def hash(self) -> str:
        """Return the content hash of the arrays."""
        arrays = (getattr(self, f.name) for f in fields(self))
        return content_hash(*(b"" if a is None else a.tobytes() for a in arrays))


@dataclass(frozen=True, eq=False)
class Resolved:
    """A scenario placed in a world.

    Attributes:
        before: the first state.
        after: the second state.
        lines: the tariff lines both act on, or None.
        law_before: law in force in the first state, or None for a scenario by hand.
        law_after: law in force in the second state.
        quotas: quantity quotas on lines, priced at the in-quota rate.
        notes: everything that must be said of how the law was placed in the world.
        lines_asked: product groups by sector and pair on which the law differs.
        not_placed: those of them, and dates, that have no place in the answer, with the reasons.
    """

    before: StateShock
    after: StateShock
    lines: Lines | None = None
    law_before: LawView | None = None
    law_after: LawView | None = None
    quotas: tuple[QuotaNote, ...] = ()
    notes: tuple[Note, ...] = ()
    lines_asked: int = 0
    not_placed: tuple[LeftOut, ...] = ()

    def __repr__(self) -> str:
        lines = 0 if self.lines is None else len(self.lines)
        partial = f", {self.partial}" if self.partial else ""
        return f"<Resolved: {lines} lines{partial}>"

    @property
    def partial(self) -> str:
        """How much is left out, in words: ``3 of 12 lines left out``; empty where nothing is."""
        from countervail.ledger.pricing.placed import counts

        return counts(self.lines_asked, self.not_placed)

    def warn_of_gaps(self, name: str) -> None:
        """Warn (``PartialAnswer``) where an answer to the question of that name has gaps."""
        from countervail.ledger.pricing.placed import told

        if self.not_placed:
            said = f"'{name}': {self.partial}: {told(self.not_placed)}"
            warnings.warn(said, PartialAnswer, stacklevel=3)


@dataclass(frozen=True, eq=False)
class Scenario:
    """A question. Make one with ``between``, ``from_file``, ``from_arrays``, or open a preset.

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

    def __repr__(self) -> str:
        days = [str(day) for day in (self.from_date, self.to_date) if day is not None]
        variant = f", variant {self.variant!r}" if self.variant else ""
        asked = f": {' to '.join(days)}" if days else ": by hand"
        return f"<Scenario {self.name!r}{variant}{asked}>"

    @classmethod
    def between(
        cls,
        ledger: Ledger,
        from_date: str | date,
        to_date: str | date,
        *,
        measures: Sequence[str] | None = None,
        known_on: str | date | None = None,
        background: str | date | None = None,
        countries: Sequence[str] = (),
        name: str = "between",
    ) -> Scenario:
        """Return the comparison of the law of two dates.

        Args:
            ledger: the law.
            from_date: ISO date of the first state.
            to_date: ISO date of the second state.
            measures: ids of the measures that are the subject; default every measure.
            known_on: see only what had been announced by this day.
            background: date of all other law, in both states; default ``from_date``.
            countries: shown first in reports.
            name: short name.

        Raises:
            InputError: not a date, or an unknown measure, with the nearest known one.
        """
        from countervail.ledger import as_date

        first, second = as_date(from_date), as_date(to_date)
        scenario = cls(
            name=name,
            title=f"Law of {first} against law of {second}",
            ledger=ledger,
            from_date=first,
            to_date=second,
            known_on=as_date(known_on) if known_on else None,
            background=as_date(background) if background else None,
            measures=None if measures is None else tuple(measures),
            countries=tuple(countries),
        )
        scenario.check()
        return scenario

    @classmethod
    def from_file(cls, path: str | Path, variant: str | None = None) -> Scenario:
        """Return the scenario in a TOML file (docs/reference/scenario-file.md says what it holds).

        Raises:
            FileError: what is wrong, with path and line.
            InputError: an unknown variant.
        """
        from countervail.scenario.file import read_scenario

        return read_scenario(Path(path), variant)

    @classmethod
    def from_arrays(
        cls,
        world: World,
        *,
        tariff: ArrayLike | None = None,
        iceberg_hat: ArrayLike | None = None,
        export_tax: ArrayLike | None = None,
        productivity_hat: ArrayLike | None = None,
        labour_hat: ArrayLike | None = None,
        transfer: ArrayLike | None = None,
        name: str = "by-hand",
        title: str = "Changes made by hand",
        countries: Sequence[str] = (),
        allow_extreme: bool = False,
    ) -> Scenario:
        """Return changes to a world made by hand; the first state is the world itself.

        DataArray, Series and DataFrame are aligned by label, whatever the order of their axes and
        labels; plain arrays are taken by position.

        Args:
            world: the world the arrays belong to.
            tariff: new ad valorem rates, [exporter, importer, sector].
            iceberg_hat: ratio of iceberg costs, infinite for a ban, likewise.
            export_tax: rates levied by the exporter on the price at its factory gate, and kept by
                it, likewise; negative is a subsidy. The importer's tariff is levied on the price
                with it. The world's own has none: what stood is inside its producer prices.
            productivity_hat: ratio of unit productivity, [country, sector].
            labour_hat: ratio of labour, [country].
            transfer: USD million received, [country]; sums to zero.
            name: short name.
            title: one line.
            countries: shown first in reports.
            allow_extreme: let in new tariffs and export taxes above 10 (1,000 per cent), instead of
                refusing them as per cent taken for fractions.

        Raises:
            InputError: an array that does not fit the world, or rates above 1,000 per cent.
        """
        cells, producers = ("exporter", "importer", "sector"), ("country", "sector")
        array = partial(_array, world)
        change = StateShock(
            tariff_new=array("tariff", tariff, cells, above=-1.0),
            iceberg_hat=array("iceberg_hat", iceberg_hat, cells, above=0.0, infinite=True),
            export_tax=array("export_tax", export_tax, cells, above=-1.0),
            productivity_hat=array("productivity_hat", productivity_hat, producers, above=0.0),
            labour_hat=array("labour_hat", labour_hat, ("country",), above=0.0),
            transfer=array("transfer", transfer, ("country",)),
        )
        if not allow_extreme:
            axes = world.countries, world.countries, world.sectors
            if change.tariff_new is not None:
                refuse_extreme("tariff", change.tariff_new, axes, known=world.tariff)
            if change.export_tax is not None:
                refuse_extreme("export_tax", change.export_tax, axes)
        _refuse_at_home("tariff", change.tariff_new, world)
        _refuse_at_home("export_tax", change.export_tax, world)
        if change.transfer is not None:
            gap, size = abs(change.transfer.sum()), np.abs(change.transfer).max()
            if gap > 1e-9 * size:
                raise InputError("transfer must sum to zero: what one receives another pays")
        return cls(
            name, title, by_hand=change, world_hash=world.made_from, countries=tuple(countries)
        )

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
    ) -> Scenario:
        """Return the scenario with other dates, other countries first, or fewer parts; None keeps.

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

    def partly(self, allow: bool) -> Scenario:
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

    def base_world(self, world: World) -> World:
        """Return the world both states are solved from: itself, or with goods restored.

        Goods that a measure asked about had kept out of the base year are restored at the level
        the measure states; the name and the hash of the result say so. What is restored stays.

        Raises:
            InputError: a level that does not fit the world.
        """
        if self.ledger is None:
            return world
        from countervail.scenario.restoring import base_world

        return base_world(self, world)

    def resolve(self, world: World) -> Resolved:
        """Return both states as arrays of this world, or of the one they are solved from.

        Raises:
            InputError: the scenario does not fit the world: other arrays, missing labels.
            NotPlaced: the world cannot hold a part of it, or nothing prices it.
        """
        return self.resolve_each(world, (self.only,))[0]

    def resolve_each(
        self, world: World, selections: Sequence[Sequence[str] | None]
    ) -> tuple[Resolved, ...]:
        """Return the question with one selection of its parts after another, as ``only`` names.

        All have one first state, the very same arrays, and the same tariff lines.

        Raises:
            InputError: as ``resolve``; or a part that the question does not have.
        """
        for parts in selections:
            self.check_parts(parts or ())
        if self.by_hand is None:
            from countervail.scenario.placing import place_each

            return place_each(self, world, selections)
        if world.made_from != self.world_hash:
            raise InputError(
                f"scenario '{self.name}' was made for another world than '{world.name}': "
                "make it again with Scenario.from_arrays(world, ...)"
            )
        from countervail.scenario.by_hand import services_taxed

        before, said = StateShock(), tuple(services_taxed(self.by_hand, world))
        return tuple(
            Resolved(before, self.by_hand, notes=said)
            if parts is None or BY_HAND in parts
            else Resolved(before, StateShock())
            for parts in selections
        )

    def parts(self, world: World) -> tuple[str, ...]:
        """Return the parts of the question that change anything in a world, in a stable order.

        A part is a measure whose law differs between the states on some tariff line of the pairs
        asked about, by its id; ``by-hand``, last, is the changes made by hand.

        Raises:
            InputError: as ``resolve``.
        """
        from countervail.scenario.parts import parts_of

        return parts_of(self, world)

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
        }


def _refuse_at_home(name: str, rates: Array | None, world: World) -> None:
    """Raise where a tax on trade between countries is laid on what a country sells to itself.

    Raises:
        InputError: the tax, and the first such country and sector.
    """
    if rates is None:
        return
    at_home = np.einsum("iij->ij", rates)
    if at_home.any():
        i, j = np.argwhere(at_home)[0]
        raise InputError(
            f"{name} is not zero on the diagonal: domestic trade bears no {name.replace('_', ' ')} "
            f"(set {name}[i, i, :] to 0; {world.countries[i]} has {at_home[i, j]:g} in "
            f"{world.sectors[j]})"
        )


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


def _array(
    world: World,
    name: str,
    values: ArrayLike | None,
    dims: tuple[str, ...],
    above: float | None = None,
    infinite: bool = False,
) -> Array | None:
    if values is None:
        return None
    labels = [world.sectors if dim == "sector" else world.countries for dim in dims]
    array: Array = aligned(values, dims, labels, name)
    if np.isnan(array).any() or (not infinite and np.isinf(array).any()):
        raise InputError(f"{name} holds values that are not finite")
    if above is not None and not (array > above).all():
        raise InputError(f"{name} must be above {above:g} everywhere")
    return array
