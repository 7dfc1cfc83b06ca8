"""``countervail sweep``: one question over dates, variants, models and elasticities."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from countervail.cli.partial import AllowPartial
from countervail.errors import NotPlaced

if TYPE_CHECKING:
    from countervail.draws.sweep import Swept

from countervail.cli import streams
from countervail.cli.models import Choices


def sweep(
    file: Annotated[str, typer.Argument(help="A sweep file (.toml): a scenario, and its axes.")],
    ledger: Annotated[
        list[str] | None, typer.Option(help="Further measure files or folders of them.")
    ] = None,
    choices: Choices = None,
    draws: Annotated[
        int, typer.Option(help="Draws the ranges of every point are made of; 0 makes none.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Of the draws; one seed, the same numbers.")] = 1,
    priors: Annotated[
        str | None, typer.Option(metavar="FILE", help="What is uncertain (see `priors`).")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes for the points; default one a core.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler to solve on instead.")
    ] = None,
    allow_partial: AllowPartial = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
    out: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Folder for sweep.csv, sweep.nc and manifest.json."),
    ] = None,
) -> None:
    """Solve a question at every point of a grid; an interrupted sweep with --out goes on there."""
    from countervail.cli.progress import bar
    from countervail.cli.run import paths
    from countervail.draws.sweep import sweep as solve_sweep
    from countervail.ledger import open_ledger
    from countervail.present.files import write_folder
    from countervail.present.folders import check_folder
    from countervail.present.swept import KEPT, document

    if out is not None:
        check_folder(out)  # before anything is solved
    with bar("answers") as progress:
        swept = solve_sweep(
            file,
            choices=choices or (),
            ledger=open_ledger(*paths(ledger or [])),
            draws=draws,
            seed=seed,
            priors=priors,
            workers=workers,
            cluster=cluster,
            out=out,
            progress=progress,
            allow_partial=allow_partial,
        )
    answer = document(swept)
    if out is not None:
        write_folder(answer, out, {"sweep": swept}, answer="result", kept=KEPT)
    streams.tell(answer, as_json)
    if out is not None and not as_json:
        streams.say(f"written to {out}", sys.stderr)
    _end(swept)


def _end(swept: Swept) -> None:
    """End with the exit code of a partial answer where a point leaves something out."""
    if swept.not_placed:
        raise typer.Exit(NotPlaced.exit_code)
