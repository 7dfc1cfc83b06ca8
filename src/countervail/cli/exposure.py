"""``countervail study exposure``: who a country depends on."""

from __future__ import annotations

from typing import Annotated

import typer

from countervail.cli.draws import Cluster, Draws, PriorsFile, Seed, Workers
from countervail.cli.models import Choices, ModelName


def exposure(
    country: Annotated[str, typer.Argument(help="Code, name or alias, such as CAN.")],
    partners: Annotated[
        str | None,
        typer.Option(help="Partners told of, such as USA,CHN,EU27; default the largest."),
    ] = None,
    top: Annotated[int, typer.Option(help="How many partners, where none are named.")] = 10,
    threshold: Annotated[
        float,
        typer.Option(
            metavar="PERCENT", help="Part of an input above which a partner is a chokepoint."
        ),
    ] = 50.0,
    losing: Annotated[
        bool, typer.Option("--losing/--no-losing", help="Price the loss of each partner.")
    ] = True,
    world: Annotated[
        str, typer.Option(help="A built-in world, or a .nc or .csv file.")
    ] = "oecd-2022",
    elasticities: Annotated[
        str | None, typer.Option(help="Set of trade elasticities (see `countervail world info`).")
    ] = None,
    model: ModelName = "caliendo_parro",
    choices: Choices = None,
    deficits: Annotated[
        str, typer.Option(help="world_share, own_income or closed.")
    ] = "world_share",
    draws: Draws = 20,
    seed: Seed = 1,
    priors: PriorsFile = None,
    workers: Workers = None,
    cluster: Cluster = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
) -> None:
    """Say who a country depends on: trade, supply chains, concentration, what a loss would cost."""
    from countervail.cli.progress import bar
    from countervail.cli.respond.asked import Place, words
    from countervail.cli.respond.drawn import Found, Wanted
    from countervail.cli.run import open_place
    from countervail.errors import InputError, NotCertified
    from countervail.models import model_of
    from countervail.present import exposed
    from countervail.present.repriced import INTERRUPTED, NOT_DRAWN
    from countervail.studies.exposure import WAYS, with_ranges
    from countervail.studies.exposure import exposure as exposure_of

    if not 0.0 <= threshold <= 100.0:
        raise InputError(f"--threshold {threshold:g}: per cent of an input, between 0 and 100")
    wanted = Wanted(draws, seed, priors, workers, cluster, None, as_json=as_json)
    place = open_place(world, elasticities)
    economy = model_of(model, choices or (), deficits=deficits)
    wanted.check_priors(Place(place, None, economy))

    with bar("losses") as progress:
        found = exposure_of(
            place,
            country,
            economy,
            words(partners),
            WAYS if losing else (),
            progress,
            top=top,
            threshold=threshold / 100.0,
        )
    if draws and found.losses:
        made = {name: value for name, value in wanted.options().items() if name != "out"}
        with wanted.drawing() as progress:
            found = with_ranges(found, **made, progress=progress)
    why = INTERRUPTED if wanted.interrupted else NOT_DRAWN
    wanted.tell(Found(exposed.document(found, why)))
    unanswered = [f"{one.partner} {one.how}" for one in found.losses if one.reason is not None]
    if unanswered:
        raise NotCertified(
            f"no certified answer for {', '.join(unanswered)}: the reasons stand with the losses"
        )
