"""What each measure of a question does to countries: alone, without it, and its Shapley value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rich.table import Table

from countervail import labels
from countervail.present.rows import TOLD, TOLD_UNIT
from countervail.scenario.question import BY_HAND
from countervail.studies.attribution import Attribution, Share

MOST_ROWS = 12
SHOWN = "welfare"
"""The variable of the table; all of ``TOLD`` are told."""
MEANING = (
    "alone: the effect when nothing else changes; all but it: what is missing without it, all else "
    "changed; Shapley: the effect averaged over all orders in which the changes can be made, which "
    "alone sums to the whole"
)


class Attributed(NamedTuple):
    """What each measure, or group of measures, does to some countries.

    Attributes:
        attribution: every outcome shared out.
        countries: codes of those told of.
    """

    attribution: Attribution
    countries: tuple[str, ...]

    @classmethod
    def of(cls, attribution: Attribution, countries: Sequence[str]) -> Attributed:
        """Return what each measure does to these countries.

        Raises:
            InputError: no such country in the world.
        """
        world = attribution.world
        return cls(attribution, tuple(world.countries[world.country(c)] for c in countries))

    @property
    def title(self) -> str:
        """The table's title."""
        return "Which measure causes what (welfare, per cent)"

    def as_dict(self) -> dict[str, Any]:
        """Return it JSON-able: a row for every group."""
        found = self.attribution
        tables = {
            country: {name: found.table(name, country=country) for name in TOLD}
            for country in self.countries
        }
        return {
            "unit": TOLD_UNIT,
            "rows": [
                {
                    "group": group,
                    "title": self._heading(group),
                    "parts": list(parts),
                    "countries": {
                        country: {name: _figures(rows[g]) for name, rows in by_name.items()}
                        for country, by_name in tables.items()
                    },
                }
                for g, (group, parts) in enumerate(found.groups.items())
            ],
            "total": {
                country: {name: found.whole(name, country=country) for name in TOLD}
                for country in self.countries
            },
            "exact": found.exact,
            "samples": found.samples,
            "seed": found.seed,
            "coalitions": found.coalitions,
            "residual": found.residual,
            "meaning": MEANING,
        }

    def table(self) -> Table:
        """Return it as a table: country by country, the largest Shapley value first."""
        table = Table(box=None, pad_edge=False, header_style="bold dim", caption_justify="left")
        table.add_column("country", no_wrap=True)
        table.add_column("what changes")
        for column in ("alone", "all but it", "Shapley"):
            table.add_column(column, justify="right", no_wrap=True)
        if not self.attribution.exact:
            table.add_column("±", justify="right", no_wrap=True)
        for country in self.countries:
            self._add_country(table, country)
        table.caption = f"{MEANING}. {self._how()}"
        return table

    def _add_country(self, table: Table, country: str) -> None:
        """Add what each group does to a country's welfare, their sum and the whole."""
        shares = self.attribution.table(SHOWN, country=country)
        ranked = sorted(shares, key=lambda share: -abs(share.shapley))
        most = len(ranked) if len(ranked) == MOST_ROWS + 1 else MOST_ROWS
        for share in ranked[:most]:
            errors = () if share.error is None else (f"{share.error:.0e}",)
            place = country if share is ranked[0] else ""
            table.add_row(place, share.group, *_numbers([share]), *errors)
        if rest := ranked[most:]:
            table.add_row("", f"{len(rest)} more: see --json", *_numbers(rest))
        table.add_row("", "sum", *_numbers(shares))
        whole = self.attribution.whole(SHOWN, country=country)
        table.add_row("", "all together", "", "", f"{whole:+.4f}")
        table.add_section()

    def _how(self) -> str:
        """Say how the Shapley values were found."""
        found = self.attribution
        certified = f"each certified (residual {found.residual:.0e} at most)"
        if found.exact:
            return f"Exact: all {found.coalitions} combinations solved, {certified}."
        return (
            f"Averaged over {found.samples} orders drawn (seed {found.seed}): {found.coalitions} "
            f"combinations solved, {certified}; ±: standard error."
        )

    def _heading(self, group: str) -> str:
        """Return what a group is: its measure's title, or who takes its measures."""
        parts, ledger = self.attribution.groups[group], self.attribution.scenario.ledger
        if parts == (BY_HAND,):
            return "Changes made by hand"
        if len(parts) == 1 and ledger is not None:
            return ledger.measure(parts[0]).title
        known = group in labels.countries()
        name = labels.country_name(group) if known else group
        return f"{name}: {len(parts)} measures"


def _figures(share: Share) -> dict[str, float | None]:
    """Return a group's figures under the names of the report."""
    return {
        "shapley": share.shapley,
        "error": share.error,
        "alone": share.alone,
        "all_but": share.without,
    }


def _numbers(shares: Sequence[Share]) -> tuple[str, str, str]:
    """Return the sums of figures, as they are printed."""
    columns = zip(*((s.alone, s.without, s.shapley) for s in shares), strict=True)
    alone, without, shapley = (f"{sum(column):+.4f}" for column in columns)
    return alone, without, shapley
