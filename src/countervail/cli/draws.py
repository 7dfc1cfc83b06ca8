"""The options of every command that makes draws, in the same words everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

Draws = Annotated[
    int, typer.Option(help="Draws the ranges are made of; 0 gives the point answer alone.")
]
Seed = Annotated[int, typer.Option(help="Of the draws; one seed, the same numbers.")]
PriorsFile = Annotated[
    str | None, typer.Option(metavar="FILE", help="What is uncertain (see `priors`).")
]
Workers = Annotated[int | None, typer.Option(help="Processes for the draws; default one a core.")]
Cluster = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler to draw on instead.")
]
Out = Annotated[
    str | None,
    typer.Option(
        metavar="FOLDER", help="Folder for answer.json, CSV tables, .nc files; keeps draws."
    ),
]
