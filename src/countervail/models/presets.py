"""Models by name: combinations of choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

from countervail.core.choices.by_use import SourcingByUse
from countervail.core.choices.ces_technology import CesTechnology
from countervail.core.choices.closure import Closed, Closure, Nominal, OwnIncome, WorldShare
from countervail.core.choices.firm_owners import FirmOwners
from countervail.core.choices.nested_goods import NestedGoods
from countervail.core.choices.rigid_wages import RigidWages
from countervail.core.choices.scale import ScaleEconomies
from countervail.core.choices.selection import Selection
from countervail.core.choices.sourcing import CesSourcing, Reading
from countervail.core.choices.specific_factors import SpecificFactors
from countervail.errors import InputError, did_you_mean
from countervail.models.economy import Economy

Deficits = Literal["world_share", "nominal", "own_income", "closed"]


def closure_of(deficits: str = "world_share", unit: str | None = None) -> Closure:
    """Return a closure by its name.

    Args:
        deficits: how trade deficits move: ``world_share``, ``nominal``, ``own_income``, ``closed``.
        unit: country code whose wage is the unit of ``nominal``.

    Raises:
        InputError: an unknown closure, or a unit that the closure does not use.
    """
    known = get_args(Deficits)
    if deficits not in known:
        raise InputError(
            f"no closure deficits='{deficits}'{did_you_mean(deficits, known)} "
            f"(there are {', '.join(known)})"
        )
    if unit is not None and deficits != "nominal":
        raise InputError(f"unit='{unit}' goes with deficits='nominal' only")
    if deficits == "nominal":
        return Nominal(unit)
    made: Closure = {one.key: one for one in (WorldShare, OwnIncome, Closed)}[deficits]()
    return made


def _reading(reading: Reading) -> Callable[..., Economy]:
    def made(
        deficits: Deficits = "world_share", unit: str | None = None, **choices: Any
    ) -> Economy:
        """Return the economy of a reading with a closure, and other choices by slot."""
        closure = closure_of(deficits, unit)
        return Economy(**{"sourcing": CesSourcing(reading), "closure": closure, **choices})

    return made


def CaliendoParro(  # noqa: N802  (a model's name, as its users write it)
    deficits: Deficits = "world_share", unit: str | None = None, **choices: Any
) -> Economy:
    """Return the model of Caliendo and Parro (2015), the default, with a closure.

    Args:
        deficits: how trade deficits move. ``world_share`` keeps each at its share of world value
            added; ``nominal`` fixes it in the wage of ``unit`` (without a unit: as world_share,
            the numeraire being world value added); ``own_income`` keeps each country's ratio of
            deficit to value added, less what makes them sum to zero; ``closed`` sets every
            deficit to zero, and the world so balanced, before any shock, is the baseline.
        unit: country code whose wage is the unit of ``nominal``.
        choices: other choices by slot, such as ``demand=CesDemand(0.5)`` (``Economy``).

    Source: Caliendo, L. and F. Parro (2015), "Estimates of the Trade and Welfare Effects of NAFTA",
    Review of Economic Studies 82(1), 1-44; equations in docs/theory.md.

    Raises:
        InputError: an unknown closure, or a unit that the closure does not use.
    """
    return _reading("caliendo_parro")(deficits, unit, **choices)


def FirstYear(  # noqa: N802  (a model's name, as its users write it)
    deficits: Deficits = "world_share", unit: str | None = None, **choices: Any
) -> Economy:
    """Return the model of the years before factors have moved: goods in nests, supply that stays.

    It is Caliendo and Parro (2015) with three other choices: buyers substitute among the goods of
    a sector (``NestedGoods``), a part of what makes a good stays with it (``SpecificFactors``), and
    inputs substitute for it as far as the supply of the good lets them (``CesTechnology``). Use it
    with a world of a horizon, ``World.after``; in one without, only the nests are at work.

    Args:
        deficits, unit: as of ``CaliendoParro``.
        choices: other choices by slot.

    Source: docs/theory.md, Choices of the model.

    Raises:
        InputError: an unknown closure, or a unit that the closure does not use.
    """
    made = {"goods": NestedGoods(), "technology": CesTechnology(), "factors": SpecificFactors()}
    return _reading("caliendo_parro")(deficits, unit, **{**made, **choices})


def WithRigidWages(  # noqa: N802  (a model's name, as its users write it)
    deficits: Deficits = "world_share", unit: str | None = None, **choices: Any
) -> Economy:
    """Return the model of the first year in which wages do not fall: who would need less is idle.

    It is ``FirstYear`` with ``RigidWages`` for its factors.

    Args:
        deficits, unit: as of ``CaliendoParro``.
        choices: other choices by slot, such as ``factors=RigidWages(floor=0.96)``.

    Source: docs/theory.md, Choices of the model.

    Raises:
        InputError: an unknown closure, or a unit that the closure does not use.
    """
    return FirstYear(deficits, unit, **{"factors": RigidWages(), **choices})


def WithScale(  # noqa: N802  (a model's name, as its users write it)
    deficits: Deficits = "world_share", unit: str | None = None, **choices: Any
) -> Economy:
    """Return the model of free entry (Krugman 1980) in many sectors with inputs.

    It is Caliendo and Parro (2015) with ``ScaleEconomies`` for its competition.

    Args:
        deficits, unit: as of ``CaliendoParro``.
        choices: other choices by slot, such as ``competition=ScaleEconomies(0.5)``.

    Source: Costinot and Rodríguez-Clare (2014), section 3; docs/theory.md, Choices of the model.

    Raises:
        InputError: an unknown closure, or a unit that the closure does not use.
    """
    return _reading("armington")(deficits, unit, **{"competition": ScaleEconomies(), **choices})


def WithSelection(  # noqa: N802  (a model's name, as its users write it)
    deficits: Deficits = "world_share", unit: str | None = None, **choices: Any
) -> Economy:
    """Return the model of firms that sell where it pays them (Melitz 2003, Chaney 2008).

    It is ``WithScale`` with ``Selection`` for its competition, in many sectors with inputs.

    Args:
        deficits, unit: as of ``CaliendoParro``.
        choices: other choices by slot, such as ``competition=Selection(0.3, tail=1.2)``.

    Source: docs/theory.md, Choices of the model, Selection.

    Raises:
        InputError: an unknown closure, or a unit that the closure does not use.
    """
    return _reading("armington")(deficits, unit, **{"competition": Selection(), **choices})


def ToldByUse(  # noqa: N802  (a model's name, as its users write it)
    deficits: Deficits = "world_share", unit: str | None = None, **choices: Any
) -> Economy:
    """Return Caliendo and Parro (2015) with inputs and consumption each from its own origins.

    It is ``CaliendoParro`` with ``SourcingByUse``, and needs a world that says what purchases are
    for (``World.intermediate_share``); the built-in one does.

    Args:
        deficits, unit: as of ``CaliendoParro``.
        choices: other choices by slot.

    Source: docs/theory.md, Choices of the model.

    Raises:
        InputError: an unknown closure, or a unit that the closure does not use.
    """
    return CaliendoParro(deficits, unit, **{"sourcing": SourcingByUse(), **choices})


def WithProfits(  # noqa: N802  (a model's name, as its users write it)
    deficits: Deficits = "world_share", unit: str | None = None, **choices: Any
) -> Economy:
    """Return the model in which firms stay and their profits are income (Ossa 2014).

    It is Caliendo and Parro (2015) with ``FirmOwners`` for its factors.

    Args:
        deficits, unit: as of ``CaliendoParro``.
        choices: other choices by slot.

    Source: docs/theory.md, Choices of the model, Profits.

    Raises:
        InputError: an unknown closure, or a unit that the closure does not use.
    """
    return _reading("armington")(deficits, unit, **{"factors": FirmOwners(), **choices})


MODELS: Mapping[str, Callable[..., Economy]] = {
    "caliendo_parro": CaliendoParro,
    "eaton_kortum": _reading("eaton_kortum"),
    "armington": _reading("armington"),
    "long_run": CaliendoParro,
    "first_year": FirstYear,
    "rigid_wages": WithRigidWages,
    "krugman": WithScale,
    "melitz": WithSelection,
    "ossa": WithProfits,
    "by_use": ToldByUse,
}
"""What makes each model, by the name the command line knows it by; all take a closure."""

ALWAYS_LONG = ("krugman", "melitz", "ossa")
"""Models of the long run alone: in them all makers may leave what they make."""

AFTER_A_YEAR = ("first_year", "rigid_wages")
"""Of these, the models of some years after a change, of one where none are said."""

AT_EVERY_HORIZON = ("by_use",)
"""Models of the horizon asked for, whichever: the same choice beside those of the horizon."""
