"""What several requests are asked in the same words: the world, the model, the status quo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from countervail.errors import InputError
from countervail.options import option
from countervail.text.listed import words

if TYPE_CHECKING:
    from countervail.core.model import Model
    from countervail.draws.how import Draws
    from countervail.ledger import Ledger
    from countervail.scenario import Scenario
    from countervail.world import World
    from countervail.world.goods import Good

TOUCHED = "touched"
"""The word for the goods that a question is about, in place of their names."""

LONG_RUN = "long_run"
"""The model that is named for the long run, and is of no other horizon."""

BASE = "base"
"""The word for the law that a world's own tariffs state, in place of a date."""


@dataclass(frozen=True, kw_only=True)
class WhichWorld:
    """Which world.

    Attributes:
        world: name or file.
        elasticities: name of a set of trade elasticities; None is the world's own.
        goods: to carve out of its sectors: of the package by name, tables of one's own, or
            ``touched``, those the question is about.
        given: the world, where it is open already; it is not asked for.
    """

    world: str = option("oecd-2022", "A built-in world, or a .nc or .csv file.")
    elasticities: str | None = option(
        None, "Set of trade elasticities (see `countervail world info`)."
    )

    goods: Sequence[str] = option(
        (),
        "Goods carved out of sectors: names (see `countervail world goods`), .csv files, or "
        "'touched', those the question is about; by commas.",
        metavar="GOODS",
        read=words,
    )
    given: World | None = None

    def opened(self) -> World:
        """Return the world, with its goods but where the question is to say which.

        Raises:
            InputError, FileError: no such world, set or good.
        """
        from countervail.sources import open_world

        world = open_world(self.world) if self.given is None else self.given
        if self.elasticities is not None:
            world = world.with_elasticity_set(self.elasticities)
        return world if TOUCHED in self.goods else self._carved(world, [])

    def asked(self, world: World, question: Scenario | None) -> World:
        """Return the world opened, with the goods of a question where it is to say which.

        Args:
            world: as opened.
            question: what is asked; None where it is no question of law.

        Raises:
            InputError, FileError: there is no question to say which, or a good does not fit.
        """
        from countervail.scenario import goods_touched

        if TOUCHED not in self.goods:
            return world
        if question is None:
            raise InputError(
                f"--goods {TOUCHED}: this is no question of law, which would say which goods; name "
                "them (see `countervail world goods`)"
            )
        return self._carved(world, goods_touched(question, world))

    def _carved(self, world: World, more: Sequence[Good]) -> World:
        """Return a world with the goods that are named, and more, each once."""
        from countervail.sources.goods_file import goods_from

        named = goods_from([word for word in self.goods if word != TOUCHED])
        codes = {good.code for good in named}
        goods = [*named, *(good for good in more if good.code not in codes)]
        return world.carve(goods) if goods else world


@dataclass(frozen=True, kw_only=True)
class WhichModel:
    """Which model.

    Attributes:
        model: its name.
        choices: to change in it, such as ``demand.elasticity=0.5``.
        deficits: its closure.
        unit: country whose wage is the unit of nominal deficits.
    """

    model: str = option(
        "caliendo_parro",
        "caliendo_parro, eaton_kortum, armington, long_run, first_year, rigid_wages, krugman, "
        "melitz, by_use or ossa.",
        None,
        "NAME",
    )
    choices: Sequence[str] | None = option(
        None,
        "A choice of the model: demand.elasticity=0.5.",
        "--set",
        "SLOT=CHOICE",
        typed=list[str] | None,
    )
    deficits: str = option("world_share", "world_share, nominal, own_income or closed.")
    unit: str | None = option(None, "Country whose wage is the unit of --deficits nominal.")

    def made(self, world: World, horizon: str = "long") -> Model:
        """Return the model.

        Args:
            world: whose countries ``unit`` is one of.
            horizon: years after the change; default ``long``.

        Raises:
            InputError: no such model, choice, closure, country or horizon, with the nearest; or
                the model of the long run some years after a change.
        """
        from countervail.horizons import years_of
        from countervail.models import model_of

        if self.model == LONG_RUN and years_of(horizon) is not None:
            raise InputError(
                f"--model {LONG_RUN} is no model of some years after a change: "
                "add --horizon long, or take --model caliendo_parro"
            )
        unit = None if self.unit is None else world.countries[world.country(self.unit)]
        return model_of(self.model, self.choices or (), deficits=self.deficits, unit=unit)


@dataclass(frozen=True, kw_only=True)
class WhichLaw:
    """Which law is the status quo.

    Attributes:
        scenario: preset or file whose second state it is.
        variant: of the scenario.
        law_date: the day whose law it is, or ``base``; None is today, or what the world states
            where that does not say which law it is.
        given: the question whose second state it is, where it is made already; it is not asked for.
    """

    scenario: str | None = option(
        None, "Its second state is the status quo, in place of --law-date."
    )
    variant: str | None = option(None, "One of the scenario's variants.")
    law_date: str | None = option(
        None,
        "The status quo: the law of this day (today); 'base': what the world's tariffs state.",
        metavar="DATE",
    )
    given: Scenario | None = None

    def in_force(self, world: World, unless: date | None = None) -> Scenario | None:
        """Return the question whose second state is the status quo; None is the world as it is.

        Args:
            world: where it holds.
            unless: the day where neither scenario nor date says one; default today.

        Raises:
            InputError: no such scenario or variant; a variant of nothing; a date beside a scenario.
            FileError: the scenario file is refused.
        """
        from countervail.clock import TODAY, as_date
        from countervail.policy.in_force import law_of
        from countervail.scenario import open_scenario

        if self.given is not None:
            return self.given
        if self.variant is not None and self.scenario is None:
            raise InputError(f"--variant {self.variant} is of a scenario: name it with --scenario")
        if self.scenario is not None and self.law_date is not None:
            raise InputError("--scenario or --law-date says what the status quo is, not both")
        if self.scenario is not None:
            return open_scenario(self.scenario, self.variant, own=world.countries)
        if self.law_date == BASE or (self.law_date is None and not any(world.law_date)):
            return None  # a world that does not say which law it states cannot be moved to another
        return law_of(as_date(self.law_date or unless or TODAY))


@dataclass(frozen=True, kw_only=True)
class WhichLedger:
    """Which law: the shipped measures, and further ones.

    Attributes:
        ledger: files of measures, or folders of them.
    """

    ledger: Sequence[str] | None = option(
        None, "Further measure files or folders of them.", typed=list[str] | None
    )

    def opened(self) -> Ledger:
        """Return the measures.

        Raises:
            InputError: an empty name.
            FileError: a file is refused.
        """
        from countervail.ledger import open_ledger

        if not all(self.ledger or ()):
            raise InputError("--ledger is empty; it names a measure file or a folder of them")
        return open_ledger(*(self.ledger or ()))


def check_draws(how: Draws) -> None:
    """Raise where draws cannot be made, before anything is solved.

    Raises:
        InputError: too many, a seed that is none, or nobody to make them.
        FileError: the priors file is refused.
    """
    from countervail.draws.how import MOST_DRAWS
    from countervail.draws.priors.files import read_priors
    from countervail.draws.spread import check_workers

    if not 0 <= how.number <= MOST_DRAWS:
        raise InputError(
            f"--draws {how.number}: 0 gives point values, 50 ranges; at most {MOST_DRAWS:,}"
        )
    if how.seed < 0:
        raise InputError(f"--seed {how.seed}: give a whole number, 0 or more")
    check_workers(how.workers)
    if how.priors is not None:
        read_priors(how.file)


def check_priors(how: Draws, world: World, scenario: Scenario | None) -> None:
    """Raise where a priors file does not fit a world, before anything is solved.

    Raises:
        InputError: it names what the world does not have.
    """
    from countervail.draws.priors import Priors
    from countervail.scenario import Scenario

    if how.priors is not None:
        Priors.of(world, scenario or Scenario.from_arrays(world), how.file)
