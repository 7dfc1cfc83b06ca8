"""``countervail scenarios``: the questions that come with the package."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def scenarios(
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
) -> None:
    """List the scenarios that come with the package, with their variants."""
    from countervail.scenario.file import describe
    from countervail.scenario.shipped import SHIPPED, preset_names

    found = {name: describe(SHIPPED / f"{name}.toml") for name in preset_names()}
    if as_json:
        from countervail.provenance import to_json

        sys.stdout.write(to_json({"scenarios": found}) + "\n")
        return
    for name, about in found.items():
        sys.stdout.write(f"{name}\n    {about['title']}\n")
        for variant, title in about["variants"].items():
            sys.stdout.write(f"    --variant {variant}: {title}\n")
