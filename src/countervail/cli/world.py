"""``countervail world``: what the numbers start from."""

from __future__ import annotations

import sys
from typing import Annotated, Any

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
    from countervail.sources import open_world
    from countervail.sources.builtin import data_card
    from countervail.world.elasticities import elasticity_sets

    if card:
        sys.stdout.write(data_card(name))
        return
    world = open_world(name)
    books = world.accounts
    dates = sorted({d.isoformat() for d in world.law_date if d})
    facts: dict[str, Any] = {
        "name": world.name,
        "year": world.year,
        "countries": list(world.countries),
        "sectors": list(world.sectors),
        "elasticity_set": world.elasticity_set,
        "elasticity_sets": list(elasticity_sets()),
        "law_dates": dates,
        "gross_output": float(books.gross_output.sum()),
        "value_added": float(books.value_added.sum()),
        "hash": world.hash,
        "provenance": dict(world.provenance),
    }
    if as_json:
        _print_json(facts)
        return
    streams.say(
        f"{world.name}: {len(world.countries)} economies x {len(world.sectors)} sectors, "
        f"{world.year}\n"
        f"gross output {facts['gross_output'] / 1e6:,.2f}, value added "
        f"{facts['value_added'] / 1e6:,.2f} trillion of its money unit (USD where built in)\n"
        f"tariffs state the law of {' and '.join(dates) or 'an unknown date'}; elasticities "
        f"'{world.elasticity_set}'\nhash {world.hash[:16]}"
    )
    for key in ("description", "credit", "licence"):
        if key in world.provenance:
            streams.say(f"{key}: {world.provenance[key]}")
    sys.stdout.write(
        f"sets of elasticities: {', '.join(elasticity_sets())}\n"
        "data card: countervail world info --card\n"
    )


@app.command()
@dated
def check(name: Name = "oecd-2022", as_json: AsJson = False) -> None:
    """Check that a world closes, and list what is wrong or doubtful."""
    from countervail.errors import WorldError
    from countervail.present.pieces import counted
    from countervail.sources import open_world

    world = open_world(name)
    found = world.check()
    books = world.accounts
    gap = abs(books.income - books.final_spending.sum(axis=1)) / books.income
    closes = {
        "income_equals_spending": float(gap.max()),
        "world_deficit_over_output": float(abs(books.deficit.sum()) / books.gross_output.sum()),
    }
    if as_json:
        _print_json({"findings": [f._asdict() for f in found], "residuals": closes})
    else:
        for finding in found:
            streams.say(f"{finding.code}: {finding.message}")
        streams.say(
            f"{world.name}: {counted(len(found), 'finding')}; income equals spending to "
            f"{closes['income_equals_spending']:.1e}, deficits sum to "
            f"{closes['world_deficit_over_output']:.1e} of output"
        )
    if any(f.refuse for f in found):
        raise WorldError(f"world '{world.name}' cannot be used as it is")


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


def _print_json(value: Any) -> None:
    from countervail.provenance import to_json

    sys.stdout.write(to_json(value) + "\n")
