"""``countervail respond``: what should be done. A question is a module of ``app/respond``."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import typer

from countervail.app import respond as questions
from countervail.app.exposure import ExposureRequest
from countervail.cli.command import command

app = typer.Typer(
    help="What should be done: answers that carry their own proof.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("exposure")(command(ExposureRequest))  # the older name of ``study exposure``
for _found in iter_modules(questions.__path__):
    _module = import_module(f"{questions.__name__}.{_found.name}")
    app.command(_found.name)(command(getattr(_module, f"{_found.name.capitalize()}Request")))
