"""``countervail respond``: what should be done, each command in a module of its own."""

from __future__ import annotations

import typer

from countervail.cli.dated import dated
from countervail.cli.respond import bargain, coop, exposure, nash, optimal, reach, retaliate

app = typer.Typer(
    help="What should be done: answers that carry their own proof.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("bargain")(dated(bargain.bargain))
app.command("coop")(dated(coop.coop))
app.command("exposure")(dated(exposure.exposure))
app.command("optimal")(dated(optimal.optimal))
app.command("nash")(dated(nash.nash))
app.command("reach")(dated(reach.reach))
app.command("retaliate")(dated(retaliate.retaliate))
