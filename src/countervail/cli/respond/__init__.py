"""``countervail respond``: what should be done. A question is a module of its own name in here."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import typer

from countervail.cli.dated import dated
from countervail.cli.exposure import exposure

app = typer.Typer(
    help="What should be done: answers that carry their own proof.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("exposure")(dated(exposure))  # the older name of ``study exposure``
for _found in iter_modules(__path__):
    _command = getattr(import_module(f"{__name__}.{_found.name}"), _found.name, None)
    if callable(_command):  # what questions share stands in modules beside them
        app.command(_found.name)(dated(_command))
