"""The Scenario: a question, as two states of law on one base world, or as changes made by hand.

The first state is the law of a date. The second is the law of another date for the measures that
are the scenario's subject; all other law stands as on the first date, or on a stated background
date. Hypothetical changes (a duty dropped, another rate) are made on the second state. Both states
are solved from the same base world, and results are the second relative to the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from countervail.clock import as_date
from countervail.errors import InputError
from countervail.scenario.arrays import state_of
from countervail.scenario.by_hand import services_taxed
from countervail.scenario.parts import parts_of
from countervail.scenario.placing import place_each
from countervail.scenario.question import BY_HAND, Question
from countervail.scenario.restoring import base_world
from countervail.scenario.states import Resolved, StateShock
from countervail.world import World

if TYPE_CHECKING:
    from countervail.ledger import Ledger


@dataclass(frozen=True, eq=False, repr=False)
class Scenario(Question):
    """A question, and its place in a world.

    Make one with ``between``, ``from_arrays`` or :func:`countervail.open_scenario`. Attributes are
    those of a :class:`~countervail.scenario.question.Question`.
    """

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
        change = state_of(
            world,
            tariff=tariff,
            iceberg_hat=iceberg_hat,
            export_tax=export_tax,
            productivity_hat=productivity_hat,
            labour_hat=labour_hat,
            transfer=transfer,
            allow_extreme=allow_extreme,
        )
        return cls(
            name, title, by_hand=change, world_hash=world.made_from, countries=tuple(countries)
        )

    def base_world(self, world: World) -> World:
        """Return the world both states are solved from: itself, or with goods restored.

        Goods that a measure asked about had kept out of the base year are restored at the level
        the measure states; the name and the hash of the result say so. What is restored stays.

        Raises:
            InputError: a level that does not fit the world.
        """
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
            InputError: the scenario does not fit the world, or a part that it does not have.
        """
        for parts in selections:
            self.check_parts(parts or ())
        if self.by_hand is None:
            return place_each(self, world, selections)
        if world.made_from != self.world_hash:
            raise InputError(
                f"scenario '{self.name}' was made for another world than '{world.name}': "
                "make it again with Scenario.from_arrays(world, ...)"
            )
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
            InputError: the scenario does not fit the world: other arrays, missing labels.
        """
        return parts_of(self, world, self.resolve(world))
