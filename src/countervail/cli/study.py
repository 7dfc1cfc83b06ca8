"""``countervail study``: what solutions say of a world, each command in a module of its own."""

from __future__ import annotations

import typer

from countervail.cli.dated import dated
from countervail.cli.exposure import exposure

app = typer.Typer(
    help="What solutions say of a world, besides one question's answer.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("exposure")(dated(exposure))


@app.callback()
def _group() -> None:
    """Keep the command's name where it is the only one."""
