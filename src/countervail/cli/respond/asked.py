"""What several commands of ``respond`` are asked in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from countervail.core.model import Model
    from countervail.scenario import Scenario
    from countervail.world import World


class Place(NamedTuple):
    """Where an answer is looked for.

    Attributes:
        world: the base world.
        scenario: its second state is the law in force; None is the world as it is.
        model: the economics.
    """

    world: World
    scenario: Scenario | None
    model: Model


BASE = "base"
"""The word for the law that a world's own tariffs state, in place of a date."""


def place(
    world: str,
    scenario: str | None,
    variant: str | None,
    model: Model,
    law_date: str | None,
    *,
    unless: date | None = None,
    allow_partial: bool = False,
) -> Place:
    """Return where an answer is looked for: under a scenario's law, or that of a day, or today's.

    A world that does not say which law its tariffs state stays as it is, unless a day is given.

    Args:
        world, scenario, variant, law_date, allow_partial: as the options say.
        model: the economics.
        unless: the day where neither scenario nor date says one; today.

    Raises:
        InputError: no such world, scenario or variant; a variant of nothing; a date beside
            a scenario.
    """
    from countervail.cli.run import open_place
    from countervail.clock import TODAY, as_date
    from countervail.errors import InputError
    from countervail.policy.in_force import law_of
    from countervail.scenario import open_scenario

    if variant is not None and scenario is None:
        raise InputError(f"--variant {variant} is of a scenario: name it with --scenario")
    where = open_place(world, None)
    if scenario is not None and law_date is not None:
        raise InputError("--scenario or --law-date says what the status quo is, not both")
    if scenario is not None:
        law: Scenario | None = open_scenario(scenario, variant, own=where.countries)
    elif law_date == BASE or (law_date is None and not any(where.law_date)):
        law = None  # a world that does not say which law it states cannot be moved to another
    else:
        law = law_of(as_date(law_date or unless or TODAY))
    return Place(where, None if law is None else law.partly(allow_partial), model)


def words(given: str | None) -> list[str] | None:
    """Return words separated by commas; None where none were given.

    Raises:
        InputError: an empty word.
    """
    from countervail.errors import InputError

    if given is None:
        return None
    each = [word.strip() for word in given.split(",")]
    if not all(each):
        raise InputError(f"'{given}' holds an empty name: separate names by single commas")
    return each


def numbers(option: str, example: str, given: str | None) -> dict[str, float] | None:
    """Return words with numbers such as ``CAN=1,USA=-0.5``; None where none were given.

    Args:
        option: what they are given to.
        example: of what may be given.
        given: as written.

    Raises:
        InputError: no such pair, or a word twice.
    """
    from countervail.errors import InputError

    found = {}
    for pair in words(given) or ():
        name, _, number = (part.strip() for part in pair.partition("="))
        if name in found:
            raise InputError(f"{option} names '{name}' twice")
        try:
            found[name] = float(number)
        except ValueError:
            raise InputError(f"{option} '{pair}': write a number behind it: {example}") from None
    return found or None


def holds(given: str | None, option: str = "--hold") -> dict[str, list[str]] | None:
    """Return partners by player, such as ``CAN=USA+MEX,USA=CAN+MEX``; None where none are given.

    Raises:
        InputError: no such pair, or a player named twice.
    """
    from countervail.errors import InputError

    found: dict[str, list[str]] = {}
    for pair in words(given) or ():
        name, _, partners = (part.strip() for part in pair.partition("="))
        held = [partner.strip() for partner in partners.split("+")]
        if not name or not all(held):
            raise InputError(
                f"{option} '{pair}': write a player, =, and its partners joined by +: "
                "CAN=USA+MEX,USA=CAN+MEX"
            )
        if name in found:
            raise InputError(
                f"{option} names {name} twice: join its partners by +, {name}="
                f"{'+'.join([*found[name], *held])}"
            )
        found[name] = held
    return found or None
