"""``countervail respond bargain``: which swaps all parties gain from, and what a fair reply is."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from countervail.cli.draws import Cluster, Draws, Out, PriorsFile, Seed, Workers
from countervail.cli.models import Choices, ModelName
from countervail.cli.partial import AllowPartial
from countervail.cli.respond.options import (
    AsJson,
    WorldName,
)
from countervail.errors import NotPlaced


def bargain(
    table: Annotated[
        str, typer.Argument(help="A preset such as ev-for-canola, or a bargain file (.toml).")
    ],
    offer: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Concessions of one party, such as a,b: how to reply."),
    ] = None,
    draws: Draws = 50,
    seed: Seed = 1,
    priors: PriorsFile = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    model: ModelName = "caliendo_parro",
    choices: Choices = None,
    deficits: Annotated[
        str, typer.Option(help="world_share, own_income or closed.")
    ] = "world_share",
    elasticities: Annotated[
        str | None, typer.Option(help="Set of trade elasticities (see `countervail world info`).")
    ] = None,
    world: WorldName = "oecd-2022",
    ledger: Annotated[
        list[str] | None, typer.Option(help="Further measure files or folders of them.")
    ] = None,
    allow_partial: AllowPartial = False,
    as_json: AsJson = False,
) -> None:
    """Value every package of concessions: what all gain from, the bargaining points, a reply."""
    from countervail.cli.progress import bar
    from countervail.cli.respond.asked import Place
    from countervail.cli.respond.drawn import Found, Wanted
    from countervail.cli.run import open_place, paths
    from countervail.ledger import open_ledger
    from countervail.models import model_of
    from countervail.policy.bargaining.bargain import bargain as value
    from countervail.policy.bargaining.bargain import valued_again
    from countervail.policy.bargaining.file import open_table
    from countervail.present import bargained
    from countervail.present.repriced import INTERRUPTED, NOT_DRAWN, UNFINISHED

    wanted = Wanted(draws, seed, priors, workers, cluster, out, as_json=as_json)
    place = open_place(world, elasticities)
    book = open_ledger(*paths(ledger or []))
    economy = model_of(model, choices or (), deficits=deficits)
    asked = replace(
        open_table(table, ledger=book, own=place.countries), allow_partial=allow_partial
    )
    wanted.check_priors(Place(place, None, economy))
    offered = None if offer is None else [word.strip() for word in offer.split(",")]
    with bar("solved") as progress:
        found = value(place, asked, economy, offer=offered, progress=progress, workers=workers)
    if draws and found.packages.finished:
        with wanted.drawing() as progress:
            found = valued_again(found, **wanted.options(), progress=progress)
    stopped = INTERRUPTED if wanted.interrupted else NOT_DRAWN
    why = stopped if found.packages.finished else UNFINISHED
    wanted.tell(
        Found(bargained.document(found, why), finished=found.packages.finished),
    )
    if found.left_out:
        raise typer.Exit(NotPlaced.exit_code)
