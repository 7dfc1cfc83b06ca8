"""What is uncertain in a question: every input with its range and its source."""

from __future__ import annotations

from countervail.draws.priors import Priors
from countervail.present.digits import Digits
from countervail.present.document import Document
from countervail.present.parts import Column, DocumentTable

VALUE = Digits("general", 3, none="")
COLUMNS = (
    Column("words", "input"),
    Column("unit", "unit"),
    Column("low", "5 %", VALUE, fixed=True),
    Column("median", "median", VALUE, fixed=True),
    Column("high", "95 %", VALUE, fixed=True),
    Column("source", "source"),
)


def document(priors: Priors) -> Document:
    """Return the inputs, one a row, and where they are declared."""
    inputs = [one._asdict() for one in priors.parameters]
    caption = (
        f"{len(inputs)} uncertain inputs of '{priors.scenario.name}' in '{priors.world.name}', "
        f"declared in {priors.path}; all that has no row is taken as known"
    )
    return Document(
        [DocumentTable(COLUMNS, inputs, caption=caption)],
        {
            "scenario": priors.scenario.name,
            "world": priors.world.name,
            "elasticities": priors.world.elasticity_set,
            "file": priors.path,
            "hash": priors.hash,
            "elasticities_in_common": priors.elasticities.in_common,
            "inputs": inputs,
        },
    )
