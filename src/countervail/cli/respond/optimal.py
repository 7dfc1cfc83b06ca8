"""``countervail respond optimal``: the tariffs that are best for one country or bloc."""

from __future__ import annotations

from typing import Annotated

import typer

from countervail.cli.draws import Cluster, Draws, Out, PriorsFile, Seed, Workers
from countervail.cli.models import Choices, ModelName
from countervail.cli.partial import AllowPartial
from countervail.cli.respond.options import (
    AsJson,
    Bounds,
    ByLine,
    Deficits,
    High,
    InForce,
    LawDate,
    Low,
    Mfn,
    On,
    Sectors,
    Variant,
    WorldName,
)


def optimal(
    player: Annotated[str, typer.Argument(help="A country, or a group such as EU27, as one.")],
    on: On = None,
    sectors: Sectors = None,
    low: Low = 0.0,
    high: High = 100.0,
    mfn: Mfn = False,
    hold: Annotated[
        str | None,
        typer.Option(metavar="PARTNERS", help="Who keeps the present rates, such as USA,MEX."),
    ] = None,
    free: Annotated[
        str | None,
        typer.Option(metavar="PARTNERS", help="Whose rates are zero: partners of free trade."),
    ] = None,
    bounds: Bounds = None,
    by_line: ByLine = False,
    react: Annotated[
        str | None,
        typer.Option(
            metavar="PARTS",
            help="Who answers with what part of the mean rise of rates on it, such as CHN=1.",
        ),
    ] = None,
    objective: Annotated[
        str | None,
        typer.Option(
            metavar="WEIGHTS",
            help="What counts, per cent each: CAN=1,USA=-0.5 (welfare), 'revenue CAN=1', "
            "'wages CAN=1', 'jobs CAN C29=0.1'; the player's own welfare.",
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
    """Find the tariffs that are best for one player, others passive, and prove it (needs JAX)."""
    from countervail import respond
    from countervail.cli.progress import bar
    from countervail.cli.respond import asked
    from countervail.cli.respond.drawn import Wanted
    from countervail.models import model_of
    from countervail.present import responded

    wanted = Wanted(draws, seed, priors, workers, cluster, out, as_json=as_json)
    economy = model_of(model, choices or (), deficits=deficits)
    where = asked.place(world, scenario, variant, economy, law_date, allow_partial=allow_partial)
    wanted.check_priors(where)
    with bar("searches") as progress:
        answer = respond.optimal(
            where.world,
            player,
            where.scenario,
            where.model,
            partners=asked.words(on),
            sectors=asked.words(sectors),
            low=low / 100.0,
            high=high / 100.0,
            mfn=mfn,
            held=asked.words(hold) or (),
            free=asked.words(free) or (),
            bounds=bounds,
            by_line=by_line,
            reaction=asked.numbers("--react", "CHN=1,EU27=0.5", react),
            objective=asked.numbers("--objective", "CAN=1,USA=-0.5", objective),
            progress=progress,
        )
    wanted.finish(answer, responded.optimal, answer)
