"""What is uncertain in a question: every input with its range and its source."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from countervail.draws.priors import Parameter, Priors


def as_dict(priors: Priors) -> dict[str, Any]:
    """Return the inputs and where they are declared, JSON-able."""
    return {
        "scenario": priors.scenario.name,
        "world": priors.world.name,
        "elasticities": priors.world.elasticity_set,
        "file": priors.path,
        "hash": priors.hash,
        "elasticities_in_common": priors.elasticities.in_common,
        "inputs": [one._asdict() for one in priors.parameters],
    }


def table(priors: Priors) -> Table:
    """Return the inputs, one a row."""
    made = Table(box=None, pad_edge=False, header_style="bold dim", caption_justify="left")
    for column in ("input", "unit", "5 %", "median", "95 %", "source"):
        numeric = column.endswith("%") or column == "median"
        made.add_column(column, justify="right" if numeric else "left", no_wrap=numeric)
    kind = None
    for one in priors.parameters:
        if kind not in (None, one.group):
            made.add_section()
        kind = one.group
        made.add_row(one.words, one.unit, *_values(one), one.source)
    made.caption = (
        f"{len(priors.parameters)} uncertain inputs of '{priors.scenario.name}' in "
        f"'{priors.world.name}', declared in {priors.path}; all that has no row is taken as known"
    )
    return made


def _values(one: Parameter) -> list[str]:
    return ["" if v is None else f"{v:.3g}" for v in (one.low, one.median, one.high)]
