"""``countervail respond reach``: what it would take to meet goals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from countervail.cli.draws import Cluster, Draws, Out, PriorsFile, Seed, Workers
from countervail.cli.models import Choices, ModelName
from countervail.cli.partial import AllowPartial
from countervail.cli.respond.options import (
    AsJson,
    Deficits,
    InForce,
    LawDate,
    Variant,
    WorldName,
)

if TYPE_CHECKING:
    from countervail.policy.reaching.file import Wanted
    from countervail.policy.reaching.growth import Growth
    from countervail.policy.reaching.levers import Lever


def reach(
    goal: Annotated[
        str,
        typer.Argument(
            help="A preset such as double-non-us, a goal file (.toml), or a goal in words: 'double "
            "exports of CAN to all but USA by 2035'."
        ),
    ],
    more: Annotated[
        list[str] | None,
        typer.Option("--goal", metavar="WORDS", help="A further goal, to be met as well."),
    ] = None,
    player: Annotated[
        str | None, typer.Option(help="Whose levers are pulled; whose the first goal is.")
    ] = None,
    levers: Annotated[
        str | None,
        typer.Option(
            metavar="KINDS",
            help="What may be changed, of export_cost, import_cost, tariff, productivity; "
            "export_cost.",
        ),
    ] = None,
    partners: Annotated[
        str | None,
        typer.Option(metavar="PARTNERS", help="With whom, such as 'EU27, JPN' or 'all but USA'."),
    ] = None,
    sectors: Annotated[
        str | None,
        typer.Option(metavar="CODES", help="Sectors, such as C29,A01, or goods, or services; all."),
    ] = None,
    most: Annotated[
        str | None,
        typer.Option(
            metavar="PERCENT",
            help="Bound of every lever, or by kind: 20, or export_cost=20,tariff=50.",
        ),
    ] = None,
    weight: Annotated[
        str | None,
        typer.Option(metavar="WEIGHTS", help="Of effort, by kind: productivity=4,tariff=0.5; 1."),
    ] = None,
    growth: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Growth of economies (.toml, with its source), or none; what the IMF expects.",
        ),
    ] = None,
    capacity: Annotated[
        float | None,
        typer.Option(
            metavar="TIMES", help="Of today's output, what no sector is to exceed; inf: any; 2."
        ),
    ] = None,
    scenario: InForce = None,
    variant: Variant = None,
    law_date: LawDate = None,
    model: ModelName = "caliendo_parro",
    choices: Choices = None,
    deficits: Deficits = "world_share",
    world: WorldName = "oecd-2022",
    draws: Draws = 50,
    seed: Seed = 1,
    priors: PriorsFile = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    allow_partial: AllowPartial = False,
    as_json: AsJson = False,
) -> None:
    """Find the least changes that meet a goal, or the most that is within bounds (needs JAX)."""
    from countervail import respond
    from countervail.cli.progress import bar
    from countervail.cli.respond import asked
    from countervail.cli.respond.drawn import Wanted as Drawn
    from countervail.models import model_of
    from countervail.present import reached

    drawn = Drawn(draws, seed, priors, workers, cluster, out, as_json=as_json)
    wanted = _wanted(goal, more or ())
    law = scenario or (None if law_date else wanted.scenario)
    chosen = variant or (None if scenario or law is None else wanted.variant)
    day = None if scenario else wanted.law_date
    economy = model_of(model, choices or (), deficits=deficits)
    where = asked.place(
        world, law, chosen, economy, law_date, unless=day, allow_partial=allow_partial
    )
    drawn.check_priors(where)
    with bar("searches") as progress:
        answer = respond.reach(
            where.world,
            wanted,
            where.scenario,
            where.model,
            player=player,
            levers=_levers(wanted.levers, levers, partners, sectors, most, weight),
            growth=_growth(growth),
            capacity=capacity,
            progress=progress,
        )
    drawn.finish(answer, reached.reach, answer)


def _wanted(goal: str, more: Sequence[str]) -> Wanted:
    """Return the goals of a preset, a file or a sentence, with further ones.

    Raises:
        InputError: no such preset, or a goal that is not understood.
    """
    from countervail.policy.reaching.file import Wanted, is_file, open_goals
    from countervail.policy.reaching.goals import parse

    in_words = " " in goal.strip() and not is_file(goal)
    wanted = Wanted((parse(goal),)) if in_words else open_goals(goal)
    return wanted._replace(goals=(*wanted.goals, *map(parse, more)))


def _growth(given: str | None) -> Growth | Literal["none"] | None:
    """Return growth of economies: of a file, none, or what is expected.

    Raises:
        FileError: the file is refused, with path and line.
    """
    from pathlib import Path

    from countervail.policy.reaching.file import read_growth

    if given == "none":
        return "none"
    return None if given is None else read_growth(Path(given))


def _levers(
    stated: Sequence[Lever],
    kinds: str | None,
    partners: str | None,
    sectors: str | None,
    most: str | None,
    weight: str | None,
) -> list[Lever]:
    """Return what may be changed: what the goal file says, with what was asked in its place.

    Raises:
        InputError: no such kind, or a bound or weight that means nothing.
    """
    from dataclasses import replace

    from countervail.cli.respond import asked
    from countervail.policy.reaching.goals import listed_partners
    from countervail.policy.reaching.levers import Lever

    named = asked.words(kinds)
    found = list(stated) or [Lever("export_cost")]
    if named is not None:
        found = [Lever(kind) for kind in named]
    if partners is not None:
        others = listed_partners(partners)
        found = [
            one if one.kind == "productivity" else replace(one, partners=others) for one in found
        ]
    listed = asked.words(sectors)
    if listed is not None:
        found = [replace(one, sectors=tuple(listed)) for one in found]
    bounds = _by_kind("--most", most, found)
    weights = _by_kind("--weight", weight, found)
    return [
        replace(
            one,
            most=bounds.get(one.kind, one.most),
            weight=weights.get(one.kind, one.weight),
        )
        for one in found
    ]


def _by_kind(option: str, given: str | None, levers: Sequence[Lever]) -> Mapping[str, float]:
    """Return numbers such as ``export_cost=20,tariff=50``, or one number for every kind.

    Raises:
        InputError: no such pair, or a kind that is not pulled.
    """
    from countervail.cli.respond import asked
    from countervail.errors import InputError, did_you_mean

    found: dict[str, float] = {}
    kinds = [lever.kind for lever in levers]
    for pair in asked.words(given) or ():
        kind, equals, number = pair.rpartition("=")
        try:
            size = float(number)
        except ValueError:
            raise InputError(
                f"{option} '{pair}': write a number, or a kind, =, and a number: export_cost=20"
            ) from None
        if equals and kind.strip() not in kinds:
            raise InputError(
                f"{option} '{pair}': no lever '{kind}' is pulled{did_you_mean(kind, kinds)} "
                f"(there are {', '.join(kinds)}; --levers names others)"
            )
        found |= dict.fromkeys([kind.strip()] if equals else kinds, size)
    return found
