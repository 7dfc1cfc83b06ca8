"""What each measure of a question does to countries: alone, without it, and its Shapley value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from countervail.present.digits import Digits, percents
from countervail.present.document import Document
from countervail.present.parts import Column, DocumentTable, Row, section
from countervail.present.pieces import country_name
from countervail.present.rows import REPORTED, REPORTED_UNIT
from countervail.scenario.question import BY_HAND
from countervail.studies.attribution import Attribution, Share

MOST_ROWS = 12
SHOWN = "welfare"
"""The variable of the table; all of ``REPORTED`` are reported."""
MEANING = (
    "alone: the effect when nothing else changes; all but it: what is missing without it, all else "
    "changed; Shapley: the effect averaged over all orders in which the changes can be made, which "
    "alone sums to the whole"
)
EFFECT = percents(4, none="")
COLUMNS = (
    Column("country", "country", fixed=True),
    Column("group", "what changes"),
    Column("alone", "alone", EFFECT, fixed=True),
    Column("all_but", "all but it", EFFECT, fixed=True),
    Column("shapley", "Shapley", EFFECT, fixed=True),
)
ERROR = Column("error", "±", Digits("small", 0, none=""), fixed=True)


def document(found: Attribution, countries: Sequence[str]) -> Document:
    """Return what each measure, or group of measures, does to some countries.

    Args:
        found: every outcome shared out.
        countries: reported.

    Raises:
        InputError: no such country in the world.
    """
    world = found.world
    codes = tuple(world.countries[world.country(word)] for word in countries)
    table = DocumentTable(
        COLUMNS if found.exact else (*COLUMNS, ERROR),
        [row for code in codes for row in _of_country(found, code)],
        caption=f"{MEANING}. {_how(found)}",
    )
    return Document(
        section("Which measure causes what (welfare, per cent)", table), _data(found, codes)
    )


def _data(found: Attribution, codes: Sequence[str]) -> dict[str, Any]:
    """Return the JSON object: a row for every group."""
    tables = {code: {name: found.table(name, country=code) for name in REPORTED} for code in codes}
    return {
        "unit": REPORTED_UNIT,
        "rows": [
            {
                "group": group,
                "title": _heading(found, group),
                "parts": list(parts),
                "countries": {
                    code: {name: _figures(rows[g]) for name, rows in by_name.items()}
                    for code, by_name in tables.items()
                },
            }
            for g, (group, parts) in enumerate(found.groups.items())
        ],
        "total": {
            code: {name: found.whole(name, country=code) for name in REPORTED} for code in codes
        },
        "exact": found.exact,
        "samples": found.samples,
        "seed": found.seed,
        "coalitions": found.coalitions,
        "residual": found.residual,
        "meaning": MEANING,
    }


def _of_country(found: Attribution, country: str) -> list[Row]:
    """Return what each group does to a country's welfare, their sum and the whole."""
    shares = found.table(SHOWN, country=country)
    ranked = sorted(shares, key=lambda share: -abs(share.shapley))
    most = len(ranked) if len(ranked) == MOST_ROWS + 1 else MOST_ROWS
    rows: list[Row] = [{"group": one.group, **_figures(one)} for one in ranked[:most]]
    if rest := ranked[most:]:
        rows.append({"group": f"{len(rest)} more: see --json", **_sums(rest)})
    whole = {"group": "all together", "shapley": found.whole(SHOWN, country=country)}
    made = [*rows, {"group": "sum", **_sums(shares)}, whole]
    return [{**made[0], "country": country}, *made[1:]]


def _how(found: Attribution) -> str:
    """Say how the Shapley values were found."""
    certified = f"each certified (residual {found.residual:.0e} at most)"
    if found.exact:
        return f"Exact: all {found.coalitions} combinations solved, {certified}."
    return (
        f"Averaged over {found.samples} orders drawn (seed {found.seed}): {found.coalitions} "
        f"combinations solved, {certified}; ±: standard error."
    )


def _heading(found: Attribution, group: str) -> str:
    """Return what a group is: its measure's title, or who takes its measures."""
    parts, ledger = found.groups[group], found.scenario.ledger
    if parts == (BY_HAND,):
        return "Changes made by hand"
    if len(parts) == 1 and ledger is not None:
        return ledger.measure(parts[0]).title
    return f"{country_name(group)}: {len(parts)} measures"


def _figures(share: Share) -> dict[str, float | None]:
    """Return a group's figures under the names of the report."""
    return {
        "shapley": share.shapley,
        "error": share.error,
        "alone": share.alone,
        "all_but": share.without,
    }


def _sums(shares: Sequence[Share]) -> dict[str, float]:
    """Return the sums of figures."""
    return {
        "alone": sum(share.alone for share in shares),
        "all_but": sum(share.without for share in shares),
        "shapley": sum(share.shapley for share in shares),
    }
