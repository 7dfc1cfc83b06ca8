"""What drives the range of welfare: a sentence and a table."""

from __future__ import annotations

from collections.abc import Sequence

from countervail.draws.ensemble.drivers import Drivers
from countervail.figure import Figure
from countervail.present.digits import levels
from countervail.present.document import Document
from countervail.present.parts import Column, DocumentTable, section
from countervail.present.pieces import country_name

MOST_ROWS = 8


def _interval(share: str) -> Column:
    """Return the column of a share's interval."""
    return Column(
        f"{share}_low",
        "5 to 95 %",
        show=lambda row: f"{row[f'{share}_low']:.2f} to {row[f'{share}_high']:.2f}",
        right=True,
    )


COLUMNS = (
    Column("country", "country"),
    Column("words", "input"),
    Column("first", "alone", levels(2)),
    _interval("first"),
    Column("total", "with others", levels(2)),
    _interval("total"),
)


def document(drivers: Drivers, countries: Sequence[str]) -> Document:
    """Return what drives the range of the welfare of some countries.

    Args:
        drivers: the parts of the variance, with their sampling error.
        countries: codes, whose welfare.
    """
    parts = {
        code: [{**one._asdict(), "inputs": list(one.inputs)} for one in of]
        for code in countries
        for of in [drivers.of[welfare(code).name]]
    }
    said = {
        code: drivers.sentence(welfare(code).name, f"{country_name(code)}'s welfare")
        for code in countries
    }
    table = DocumentTable(
        COLUMNS,
        [{"country": code, **one} for code in countries for one in parts[code][:MOST_ROWS]],
        caption=f"{' '.join(said.values())} Sobol indices, {drivers.base} samples a design; alone: "
        "what would go from the variance if the input were known; their range is sampling error",
    )
    return Document(
        section("Which input drives the range of welfare (parts of its variance)", table),
        {
            "base": drivers.base,
            "left_out": drivers.left_out,
            "countries": {
                code: {"sentence": said[code], "welfare": parts[code]} for code in countries
            },
        },
    )


def welfare(country: str) -> Figure:
    """Return the figure: a country's welfare."""
    return Figure("welfare", {"country": country})
