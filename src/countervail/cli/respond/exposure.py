"""``countervail respond exposure``: who a country depends on."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def exposure(
    country: Annotated[str, typer.Argument(help="Code, name or alias, such as CAN.")],
    partners: Annotated[
        str | None, typer.Option(help="Partners told of, such as USA,CHN; default the largest.")
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
    world: Annotated[str, typer.Option(help="A built-in world or a .nc file.")] = "oecd-2022",
    elasticities: Annotated[
        str | None, typer.Option(help="Set of trade elasticities (see `countervail world info`).")
    ] = None,
    deficits: Annotated[
        str, typer.Option(help="world_share, own_income or closed.")
    ] = "world_share",
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
) -> None:
    """Say who a country depends on: trade, supply chains, concentration, what a loss would cost."""
    from countervail import labels
    from countervail.cli.progress import bar
    from countervail.cli.run import open_place
    from countervail.errors import InputError, NotCertified
    from countervail.models import MODELS
    from countervail.outcomes.exposure import WAYS
    from countervail.outcomes.exposure import exposure as exposure_of
    from countervail.report.exposed import as_dict, render

    if not 0.0 <= threshold <= 100.0:
        raise InputError(f"--threshold {threshold:g}: per cent of an input, between 0 and 100")
    place = open_place(world, elasticities)

    def code(word: str) -> str:
        return place.countries[place.country(labels.country(word, place.countries))]

    with bar("losses") as progress:
        found = exposure_of(
            place,
            code(country),
            MODELS["caliendo_parro"](deficits=deficits),
            None if partners is None else [code(word) for word in partners.split(",")],
            WAYS if losing else (),
            progress,
            top=top,
            threshold=threshold / 100.0,
        )
    if as_json:
        from countervail.provenance import to_json

        sys.stdout.write(to_json(as_dict(found)) + "\n")
    else:
        from countervail.report.tables import show

        show(render(found))
    unanswered = [f"{one.partner} {one.how}" for one in found.losses if one.reason is not None]
    if unanswered:
        raise NotCertified(
            f"no certified answer for {', '.join(unanswered)}: the reasons stand with the losses"
        )
