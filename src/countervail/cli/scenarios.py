"""``countervail scenarios``: the questions that come with the package."""

from __future__ import annotations

from typing import Annotated

import typer

from countervail.cli import streams


def scenarios(
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
) -> None:
    """List the scenarios that come with the package, with their variants."""
    from countervail.present.scenarios import document
    from countervail.scenario.file import describe
    from countervail.scenario.shipped import SHIPPED, preset_names

    found = {name: describe(SHIPPED / f"{name}.toml") for name in preset_names()}
    streams.tell(document(found), as_json)
