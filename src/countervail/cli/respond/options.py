"""The options that several commands of ``respond`` share, in the same words everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

On = Annotated[
    str | None, typer.Option(metavar="PARTNERS", help="On whom, such as USA,EU27; everybody.")
]
Sectors = Annotated[
    str | None,
    typer.Option(metavar="CODES", help="Sectors, such as C29,A01, or services or all; goods."),
]
Low = Annotated[
    float, typer.Option(metavar="PERCENT", help="Lowest rate; below 0, imports are subsidised.")
]
High = Annotated[float, typer.Option(metavar="PERCENT", help="Highest rate.")]
Mfn = Annotated[
    bool, typer.Option("--mfn", help="One rate a player for all these partners, by sector.")
]
HoldEach = Annotated[
    str | None,
    typer.Option(
        metavar="PLAYER=PARTNERS",
        help="Who keeps present rates on whom, such as CAN=USA+MEX,USA=CAN+MEX.",
    ),
]
FreeEach = Annotated[
    str | None,
    typer.Option(
        metavar="PLAYER=PARTNERS",
        help="Whose rates on whom are zero, such as CAN=USA+MEX: free-trade agreements.",
    ),
]
InForce = Annotated[
    str | None, typer.Option(help="Its second state is the status quo, in place of --law-date.")
]
LawDate = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        help="The status quo: the law of this day (today); 'base': what the world's tariffs state.",
    ),
]
Variant = Annotated[str | None, typer.Option(help="One of the scenario's variants.")]
Deficits = Annotated[str, typer.Option(help="world_share, nominal, own_income or closed.")]
WorldName = Annotated[str, typer.Option(help="A built-in world, or a .nc or .csv file.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Bounds = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Bounds of law such as WTO bindings, with their sources."),
]
ByLine = Annotated[
    bool, typer.Option("--by-line", help="One for every tariff line, where the law knows lines.")
]
