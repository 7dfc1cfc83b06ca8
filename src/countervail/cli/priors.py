"""``countervail priors``: what is uncertain in an answer, by how much, and where that stands."""

from __future__ import annotations

from typing import Annotated

import typer

from countervail.cli import streams


def priors(
    scenario: Annotated[
        str | None,
        typer.Argument(help="A preset or a .toml file: with the measures that bear on it."),
    ] = None,
    variant: Annotated[str | None, typer.Option(help="One of the scenario's variants.")] = None,
    priors: Annotated[
        str | None, typer.Option(metavar="FILE", help="A priors file; default the standard one.")
    ] = None,
    world: Annotated[
        str, typer.Option(help="A built-in world, or a .nc or .csv file.")
    ] = "oecd-2022",
    elasticities: Annotated[
        str | None, typer.Option(help="Set of trade elasticities (see `countervail world info`).")
    ] = None,
    ledger: Annotated[
        list[str] | None, typer.Option(help="Further measure files or folders of them.")
    ] = None,
    text: Annotated[
        bool, typer.Option("--text", help="Print the file itself, to copy and change.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
) -> None:
    """Show every uncertain input of a question: its 5, 50 and 95 per cent, and its source."""
    from countervail.app.parts import WhichLedger, WhichWorld
    from countervail.draws.priors import Priors
    from countervail.draws.priors.files import read_priors
    from countervail.present.uncertain import document
    from countervail.scenario import Scenario, open_scenario

    if text:
        streams.say(read_priors(priors)[1].removesuffix("\n"))
        return
    place = WhichWorld(world=world, elasticities=elasticities).opened()
    book = WhichLedger(ledger=ledger).opened()
    if scenario is None:
        question = Scenario("none", "No question: the world alone")
    else:
        question = open_scenario(scenario, variant, ledger=book, own=place.countries)
    known = Priors.of(place, question, priors)
    streams.tell(document(known), as_json)
