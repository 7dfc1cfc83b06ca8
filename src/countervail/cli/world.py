"""``countervail world``: what the numbers start from."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from countervail.cli import streams
from countervail.cli.dated import dated

app = typer.Typer(
    help="The world economy the answers start from.", no_args_is_help=True, rich_markup_mode=None
)

Name = Annotated[str, typer.Argument(help="A built-in world, or a .nc or .csv file.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


@app.command()
@dated
def info(
    name: Name = "oecd-2022",
    card: Annotated[bool, typer.Option("--card", help="Print the whole data card.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what a world holds, where it comes from and how large it is."""
    from countervail.present.worlds import described
    from countervail.sources import open_world
    from countervail.sources.builtin import data_card

    if card:
        sys.stdout.write(data_card(name))
        return
    streams.tell(described(open_world(name)), as_json)


@app.command()
@dated
def check(name: Name = "oecd-2022", as_json: AsJson = False) -> None:
    """Check that a world closes, and list what is wrong or doubtful."""
    from countervail.errors import WorldError
    from countervail.present.worlds import checked
    from countervail.sources import open_world

    world = open_world(name)
    found = world.check()
    streams.tell(checked(world, found), as_json)
    if any(f.refuse for f in found):
        raise WorldError(f"world '{world.name}' cannot be used as it is")


@app.command()
@dated
def goods(
    card: Annotated[bool, typer.Option("--card", help="Print the whole data card.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the goods of the package: what each is made of, and published figures beside it."""
    from countervail.present.goods_table import goods_table
    from countervail.world.goods_card import goods_card

    if card:
        sys.stdout.write(goods_card())
        return
    streams.tell(goods_table(), as_json)


@app.command()
@dated
def show(
    country: Annotated[str, typer.Argument(help="Code, name or alias, such as CAN.")],
    world: Annotated[
        str, typer.Option(help="A built-in world, or a .nc or .csv file.")
    ] = "oecd-2022",
    partner: Annotated[str | None, typer.Option(help="Trade and tariffs with one partner.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a country's sectors: output, trade, tariffs; or its trade with one partner."""
    from countervail.present.worlds import document
    from countervail.sources import open_world

    streams.tell(document(open_world(world), country, partner), as_json)
