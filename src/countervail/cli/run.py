"""``countervail run``: one question, answered with certified numbers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def run(
    scenario: Annotated[
        str, typer.Argument(help="A preset (see `countervail scenarios`) or a .toml file.")
    ],
    variant: Annotated[str | None, typer.Option(help="One of the scenario's variants.")] = None,
    model: Annotated[str, typer.Option(help="The model.")] = "caliendo_parro",
    deficits: Annotated[
        str, typer.Option(help="world_share, nominal, own_income or closed.")
    ] = "world_share",
    unit: Annotated[
        str | None, typer.Option(help="Country whose wage is the unit of --deficits nominal.")
    ] = None,
    elasticities: Annotated[
        str | None, typer.Option(help="Set of trade elasticities (see `countervail world info`).")
    ] = None,
    world: Annotated[str, typer.Option(help="A built-in world or a .nc file.")] = "oecd-2022",
    ledger: Annotated[
        list[Path] | None, typer.Option(help="Further measure files or folders of them.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Law of the first state.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Law of the second state.")
    ] = None,
    known_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="See only what was announced by this day.")
    ] = None,
    background: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Date of all law that is not the scenario's subject."),
    ] = None,
    countries: Annotated[
        str | None, typer.Option(help="Countries shown first, such as CAN,CHN.")
    ] = None,
    draws: Annotated[
        int, typer.Option(help="Draws for ranges; this version gives the point answer (0).")
    ] = 0,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for solution.nc, CSV tables and manifest.json.")
    ] = None,
) -> None:
    """Solve a scenario and print who gains, who loses, why to trust it, and what it rests on."""
    from countervail import labels
    from countervail.errors import InputError, did_you_mean
    from countervail.ledger import as_date, open_ledger
    from countervail.models import MODELS
    from countervail.scenario import open_scenario
    from countervail.simulate import solve
    from countervail.world import open_world

    if model not in MODELS:
        raise InputError(
            f"no model '{model}'{did_you_mean(model, MODELS)} (there is {', '.join(MODELS)})"
        )
    if draws != 0:
        raise InputError(
            f"--draws {draws}: ranges are not built yet; --draws 0 gives the point answer"
        )
    book = open_ledger(*(ledger or ()))
    question = open_scenario(scenario, variant, ledger=book).with_options(
        from_date=None if from_ is None else as_date(from_),
        to_date=None if to is None else as_date(to),
        known_on=None if known_on is None else as_date(known_on),
        background=None if background is None else as_date(background),
        countries=(
            None if countries is None else [labels.country(c.strip()) for c in countries.split(",")]
        ),
    )
    place = open_world(world)
    if elasticities is not None:
        place = place.with_elasticity_set(elasticities)
    for code in question.countries if countries is not None else ():
        place.country(code)
    choice = MODELS[model](deficits=deficits, unit=None if unit is None else labels.country(unit))
    if out is not None:
        from countervail.report.files import check_folder

        check_folder(out)
    solution = solve(place, question, choice)
    if out is not None:
        from countervail.report.files import write_folder

        write_folder(solution, out)
    if as_json:
        from countervail.provenance import to_json
        from countervail.report.result import as_dict

        sys.stdout.write(to_json(as_dict(solution)) + "\n")
        return
    from countervail.report.tables import render, show

    show(render(solution))
    if out is not None:
        sys.stderr.write(f"written to {out}\n")
