"""The options that choose a model, in the same words everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

ModelName = Annotated[
    str, typer.Option("--model", metavar="NAME", help="caliendo_parro, eaton_kortum or armington.")
]
Choices = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="SLOT=CHOICE", help="A choice of the model: demand.elasticity=0.5."
    ),
]
