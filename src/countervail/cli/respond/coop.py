"""``countervail respond coop``: tariffs that players would agree on."""

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
    FreeEach,
    High,
    HoldEach,
    InForce,
    LawDate,
    Low,
    Mfn,
    On,
    Sectors,
    Variant,
    WorldName,
)


def coop(
    players: Annotated[
        str, typer.Argument(help="Countries or groups, such as USA,CHN,EU27; a group is one.")
    ] = "USA,CHN,EU27",
    threat: Annotated[
        str, typer.Option(help="What holds without agreement: the law, or a tariff war (nash).")
    ] = "law",
    points: Annotated[
        int, typer.Option(help="Points of the frontier besides, for each player.")
    ] = 0,
    weights: Annotated[
        str | None,
        typer.Option(
            metavar="WEIGHTS",
            help="What a player's dollar counts for, such as USA=1,CHN=0.5; all the same.",
        ),
    ] = None,
    on: On = None,
    sectors: Sectors = None,
    low: Low = 0.0,
    high: High = 100.0,
    mfn: Mfn = False,
    hold: HoldEach = None,
    free: FreeEach = None,
    bounds: Bounds = None,
    by_line: ByLine = False,
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
    """Find tariffs that players would agree on, and the frontier, and prove it (needs JAX).

    Ctrl-C prints the kinds of agreement found so far.
    """
    from countervail import respond
    from countervail.cli.progress import bar
    from countervail.cli.respond import asked
    from countervail.cli.respond.drawn import Wanted
    from countervail.models import model_of
    from countervail.present import cooperated

    wanted = Wanted(draws, seed, priors, workers, cluster, out, as_json=as_json)
    economy = model_of(model, choices or (), deficits=deficits)
    where = asked.place(world, scenario, variant, economy, law_date, allow_partial=allow_partial)
    wanted.check_priors(where)
    with bar("equilibria") as progress:
        answer = respond.coop(
            where.world,
            asked.words(players) or (),
            where.scenario,
            where.model,
            weights=asked.numbers("--weights", "USA=1,CHN=0.5", weights),
            threat=threat,  # type: ignore[arg-type]
            points=points,
            partners=asked.words(on),
            sectors=asked.words(sectors),
            low=low / 100.0,
            high=high / 100.0,
            mfn=mfn,
            held=asked.holds(hold),
            free=asked.holds(free, "--free"),
            bounds=bounds,
            by_line=by_line,
            progress=progress,
        )
    wanted.finish(answer, cooperated.coop, answer.shown)
