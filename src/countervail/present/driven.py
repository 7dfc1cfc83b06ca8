"""What drives the range of welfare: a sentence and a table."""

from __future__ import annotations

from typing import Any, NamedTuple

from rich.table import Table

from countervail import labels
from countervail.draws.ensemble.drivers import Driver, Drivers
from countervail.figure import Figure

MOST_ROWS = 8


class Driven(NamedTuple):
    """What drives the range of the welfare of some countries.

    Attributes:
        drivers: the parts of the variance.
        countries: whose welfare.
    """

    drivers: Drivers
    countries: tuple[str, ...]

    @property
    def title(self) -> str:
        """The table's title."""
        return "Which input drives the range of welfare (parts of its variance)"

    def table(self) -> Table:
        """Return the largest parts of every country's, with their sampling error."""
        table = Table(box=None, pad_edge=False, header_style="bold dim", caption_justify="left")
        for column in ("country", "input", "alone", "5 to 95 %", "with others", "5 to 95 %"):
            table.add_column(column, justify="left" if column in ("country", "input") else "right")
        for country in self.countries:
            for one in self._of(country)[:MOST_ROWS]:
                table.add_row(
                    country,
                    one.words,
                    f"{one.first:.2f}",
                    f"{one.first_low:.2f} to {one.first_high:.2f}",
                    f"{one.total:.2f}",
                    f"{one.total_low:.2f} to {one.total_high:.2f}",
                )
            table.add_section()
        said = " ".join(self.sentence(country) for country in self.countries)
        table.caption = (
            f"{said} Sobol indices, {self.drivers.base} samples a design; alone: what would go "
            "from the variance if the input were known; their range is sampling error"
        )
        return table

    def sentence(self, country: str) -> str:
        """Return in a sentence what drives a country's range."""
        known = country in labels.countries()
        whose = f"{labels.country_name(country)}'s" if known else f"{country}'s"
        return self.drivers.sentence(welfare(country).name, f"{whose} welfare")

    def as_dict(self) -> dict[str, Any]:
        """Return every part, JSON-able."""
        return {
            "base": self.drivers.base,
            "left_out": self.drivers.left_out,
            "countries": {
                country: {
                    "sentence": self.sentence(country),
                    "welfare": [
                        {**one._asdict(), "inputs": list(one.inputs)} for one in self._of(country)
                    ],
                }
                for country in self.countries
            },
        }

    def _of(self, country: str) -> tuple[Driver, ...]:
        return self.drivers.of[welfare(country).name]


def welfare(country: str) -> Figure:
    """Return the figure: a country's welfare."""
    return Figure("welfare", {"country": country})
