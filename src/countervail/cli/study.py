"""``countervail study``: what solutions say of a world, each command in a module of its own."""

from __future__ import annotations

import typer

from countervail.app.exposure import ExposureRequest
from countervail.cli.command import command

app = typer.Typer(
    help="What solutions say of a world, besides one question's answer.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("exposure")(command(ExposureRequest))


@app.callback()
def _group() -> None:
    """Keep the command's name where it is the only one."""
