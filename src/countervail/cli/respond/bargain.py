"""``countervail respond bargain``: which swaps all parties gain from, and what a fair reply is."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def bargain(
    table: Annotated[
        str, typer.Argument(help="A preset such as ev-for-canola, or a bargain file (.toml).")
    ],
    offer: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Concessions of one party, such as a,b: how to reply."),
    ] = None,
    draws: Annotated[
        int, typer.Option(help="Draws under which the chosen packages are valued; 0 makes none.")
    ] = 50,
    seed: Annotated[int, typer.Option(help="Of the draws; one seed, the same numbers.")] = 1,
    workers: Annotated[
        int | None, typer.Option(help="Processes for the draws; default one a core.")
    ] = None,
    deficits: Annotated[
        str, typer.Option(help="world_share, own_income or closed.")
    ] = "world_share",
    elasticities: Annotated[
        str | None, typer.Option(help="Set of trade elasticities (see `countervail world info`).")
    ] = None,
    world: Annotated[str, typer.Option(help="A built-in world or a .nc file.")] = "oecd-2022",
    ledger: Annotated[
        list[str] | None, typer.Option(help="Further measure files or folders of them.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
) -> None:
    """Value every package of concessions: what all gain from, the bargaining points, a reply."""
    from countervail.cli.progress import bar
    from countervail.cli.run import open_place, paths
    from countervail.errors import InputError
    from countervail.ledger import open_ledger
    from countervail.models.caliendo_parro import CaliendoParro
    from countervail.policy.bargain import bargain as value
    from countervail.policy.concession_file import open_table
    from countervail.report.bargained import as_dict, render

    if draws < 0:
        raise InputError(f"--draws {draws}: 0 gives point values, 50 ranges")
    place = open_place(world, elasticities)
    book = open_ledger(*paths(ledger or []))
    model = CaliendoParro(deficits=deficits)  # type: ignore[arg-type]
    asked = open_table(table, ledger=book, own=place.countries)
    with bar("solved") as progress:
        found = value(
            place,
            asked,
            model,
            offer=None if offer is None else [word.strip() for word in offer.split(",")],
            draws=draws,
            seed=seed,
            progress=progress,
            workers=workers,
        )
    if as_json:
        from countervail.provenance import to_json

        sys.stdout.write(to_json(as_dict(found)) + "\n")
        return
    from countervail.report.tables import show

    show(render(found))
