"""Answers that leave out a part of their question: asked for, marked, and told by the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from countervail.errors import NotPlaced

if TYPE_CHECKING:
    from countervail.scenario import Resolved

AllowPartial = Annotated[
    bool,
    typer.Option(
        "--allow-partial",
        help="Answer without what cannot be placed or priced: marked, and the exit code is 3.",
    ),
]


def end(*resolved: Resolved | None) -> None:
    """End with the exit code of a partial answer where one of these leaves something out.

    Raises:
        typer.Exit: it does.
    """
    if any(one is not None and one.not_placed for one in resolved):
        raise typer.Exit(NotPlaced.exit_code)
