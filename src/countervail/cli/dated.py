"""The option that every command has: the day it answers on."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from countervail import clock

Today = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Answer as on this day; by default the machine's."),
]


def dated(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command with ``--today DATE``, which is the day for as long as it runs."""

    @wraps(command)
    def on_a_day(*words: Any, today: str | None = None, **options: Any) -> None:
        with clock.on_day(today):
            command(*words, **options)

    known = inspect.signature(command, eval_str=True)
    day = inspect.Parameter("today", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Today)
    own = [*known.parameters.values(), day]
    on_a_day.__signature__ = known.replace(parameters=own)  # type: ignore[attr-defined]
    on_a_day.__annotations__ = {p.name: p.annotation for p in own}
    return on_a_day
