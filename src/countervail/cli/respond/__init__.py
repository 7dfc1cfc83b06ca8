"""``countervail respond``: what should be done, each command in a module of its own."""

from __future__ import annotations

import typer

from countervail.cli.respond import bargain, coop, exposure, nash, optimal, reach, retaliate

app = typer.Typer(
    help="What should be done: answers that carry their own proof.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("bargain")(bargain.bargain)
app.command("coop")(coop.coop)
app.command("exposure")(exposure.exposure)
app.command("optimal")(optimal.optimal)
app.command("nash")(nash.nash)
app.command("reach")(reach.reach)
app.command("retaliate")(retaliate.retaliate)
