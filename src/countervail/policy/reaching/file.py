"""Goal files: TOML in, what is wanted out, or ``path:line`` and what next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, Field

from countervail.errors import InputError, did_you_mean
from countervail.policy.reaching.goals import Goal, Partners, listed_partners, parse
from countervail.policy.reaching.growth import Growth
from countervail.policy.reaching.levers import Lever
from countervail.scenario.file import Text
from countervail.text.toml import TABLE, Fault, load

SHIPPED = Path(__file__).parent / "goal_files"
"""The folder of the goal files that come with the package."""


class GoalsAsked(NamedTuple):
    """What is wanted, and all that is said of it.

    Attributes:
        goals: what is wanted.
        levers: what may be changed; none is the default.
        player: whose levers they are; None is whose the first goal is.
        growth: of economies; None is not stated.
        scenario, variant: names of the question whose second state is the law in force.
        law_date: the day whose law is in force instead.
        capacity: times today's output that no sector is to exceed; None is the default.
        name, title, question: of the file.
        sources: of the goals, in sentences.
    """

    goals: tuple[Goal, ...]
    levers: tuple[Lever, ...] = ()
    player: str | None = None
    growth: Growth | None = None
    scenario: str | None = None
    variant: str | None = None
    law_date: date | None = None
    capacity: float | None = None
    name: str = ""
    title: str = ""
    question: str = ""
    sources: tuple[str, ...] = ()


class _GoalTable(BaseModel):
    model_config = TABLE


class GoalPart(_GoalTable):
    """What is wanted."""

    say: Text = Field(description="the goal in words; docs/reach.md has the grammar")


class LeverPart(_GoalTable):
    """What may be changed, and how far."""

    kind: Text = Field(description="export_cost, import_cost, tariff or productivity")
    partners: Text | None = Field(
        None, description="as in a goal: 'EU27, JPN' or 'all but USA'; the goals' own if left out"
    )
    sectors: tuple[Text, ...] = Field(
        (), description="codes, or goods or services; all if left out"
    )
    most: float | None = Field(None, description="bound, per cent; a default by kind if left out")
    weight: float = Field(1.0, description="of its effort beside that of other kinds")


class GrowthPart(_GoalTable):
    """How fast economies grow until the goals' year."""

    source: Text = Field(description="where the rates are from")
    rates: Annotated[dict[str, float], Field(min_length=1)] = Field(
        description="per cent a year by country, group, or others"
    )


class SourcePart(_GoalTable):
    """Where the goals are from."""

    title: Text = Field(description="of the document")
    publisher: Text = Field(description="who published it")
    date: Text = Field(description="when, as in 2025-10-22")
    address: Text = Field(description="where it is found")


class GoalFile(_GoalTable):
    """Goals, the levers that may be used for them, and the law and growth they are under."""

    name: Text = Field(description="short name")
    title: Text = Field(description="one line, printed first")
    question: str = Field("", description="what is asked, in a sentence")
    player: Text | None = Field(
        None, description="whose levers; whose the first goal is if left out"
    )
    scenario: Text | None = Field(
        None, description="preset or file; its second state is the law in force"
    )
    variant: Text | None = Field(None, description="one of the scenario's variants")
    law_date: date | None = Field(
        None, description="the day whose law is the status quo: the goal's own; today if left out"
    )
    capacity: Annotated[float, Field(ge=1)] | None = Field(
        None,
        description="times today's output that no sector of the player's is to exceed, or inf; 2",
    )
    goal: Annotated[tuple[GoalPart, ...], Field(min_length=1)] = Field(
        description="written [[goal]]"
    )
    lever: tuple[LeverPart, ...] = Field((), description="written [[lever]]")
    growth: GrowthPart | None = Field(None, description="written [growth]")
    source: tuple[SourcePart, ...] = Field((), description="written [[source]]")


class GrowthFile(_GoalTable):
    """A file of growth rates alone."""

    growth: GrowthPart = Field(description="written [growth]")


@cache
def goal_names() -> tuple[str, ...]:
    """Return the names of the goal files that come with the package."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def open_goals(name: str | Path) -> GoalsAsked:
    """Return goals by the name they come under with the package, or those in a file.

    Args:
        name: name of a preset, or the path of a ``.toml`` file.

    Raises:
        InputError: no such preset, with the nearest.
        FileError: the file is refused, with path and line.
    """
    word = str(name)
    if word in goal_names():
        return read_goals(SHIPPED / f"{word}.toml")
    if is_file(word):
        return read_goals(Path(word))
    raise InputError(
        f"no goals '{word}'{did_you_mean(word, goal_names())} "
        f"(presets: {', '.join(goal_names())}; or give the path of a .toml file)"
    )


def is_file(word: str) -> bool:
    """Return whether a word is meant as the path of a file."""
    return Path(word).suffix == ".toml" or Path(word).is_file()


def read_goals(path: Path) -> GoalsAsked:
    """Return the goals in a file.

    Raises:
        FileError: the file is refused, with path and line.
    """
    file, _ = load(path, GoalFile, _problems)
    return GoalsAsked(
        goals=tuple(parse(part.say) for part in file.goal),
        levers=tuple(_lever(part) for part in file.lever),
        player=file.player,
        growth=None if file.growth is None else _growth(file.growth),
        scenario=file.scenario,
        variant=file.variant,
        law_date=file.law_date,
        capacity=file.capacity,
        name=file.name,
        title=file.title,
        question=file.question,
        sources=tuple(
            f"{part.title}, {part.publisher}, {part.date}. {part.address}" for part in file.source
        ),
    )


def read_growth(path: Path) -> Growth:
    """Return the growth in a file that holds a [growth] table only.

    Raises:
        FileError: the file is refused, with path and line.
    """

    def problems(file: GrowthFile) -> Iterator[Fault]:
        yield from _wrong_growth(file.growth)

    file, _ = load(path, GrowthFile, problems)
    return _growth(file.growth)


def _problems(file: GoalFile) -> Iterator[Fault]:
    """Yield what is wrong with a goal or lever, and goals that stand twice."""
    seen: dict[Goal, int] = {}
    for k, part in enumerate(file.goal):
        try:
            goal = parse(part.say)
        except InputError as error:
            yield ("goal", k, "say"), str(error)
            continue
        if goal in seen:
            yield ("goal", k, "say"), f"goal '{part.say}' stands twice; keep one"
        seen[goal] = k
    for k, lever in enumerate(file.lever):
        try:
            _lever(lever)
        except InputError as error:
            yield ("lever", k, "kind"), str(error)
    if file.growth is not None:
        yield from _wrong_growth(file.growth)
    if file.law_date is not None and file.scenario is not None:
        yield ("law_date",), "law_date or scenario says what the status quo is: keep one"
    if file.variant is not None and file.scenario is None:
        yield ("variant",), f"variant '{file.variant}' is of a scenario: name it, too"


def _wrong_growth(part: GrowthPart) -> Iterator[Fault]:
    try:
        _growth(part)
    except InputError as error:
        yield ("growth", "rates"), str(error)


def _growth(part: GrowthPart) -> Growth:
    return Growth(part.source, part.rates)


def _lever(part: LeverPart) -> Lever:
    """Return a lever.

    Raises:
        InputError: no such kind, or a bound or weight that means nothing.
    """
    partners: Partners | None = None
    if part.partners is not None:
        partners = listed_partners(part.partners)
    return Lever(part.kind, partners, part.sectors, part.most, part.weight)
