"""What is said of a horizon, and the long run beside an answer some years after a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from countervail.draws.ensemble import Ensemble
from countervail.horizons import LONG, Horizon, years_of
from countervail.ledger.notes import listed as few
from countervail.present import law, pieces, rows
from countervail.present.digits import of, percents
from countervail.present.document import Document, plain
from countervail.present.office.facts import certificate
from countervail.present.on_record import sentences
from countervail.present.parts import Column, DocumentTable, Part, Words, section
from countervail.present.redirected import redirected
from countervail.quantiles import Range
from countervail.scenario.beside_goods import beside
from countervail.solution import Solution
from countervail.world import World

IN_THE_LONG_RUN = "In the long run, ten years and more"

LEAST_PART = 0.005
"""A smaller part of trade would read as none of it."""

FREE = "factors free to move"
"""What the long run is, in words."""

PairAndGood = tuple[str, str, str]
"""Exporter, importer and good, by label."""

MOST_BESIDE = 4
"""Sectors named at most of what is touched and no good of the table."""


MOST_GOODS = 5
"""Goods whose prices are shown along a path."""

REPORTED = ("welfare", "welfare_usd", "real_wage", "exports_change", "imports_change")
"""Variables of the long run that stand beside."""

COLUMNS = (
    Column("country", "country"),
    Column("welfare", "welfare", of("welfare"), ranged=True),
    Column("welfare_usd", "USD million", of("welfare_usd"), ranged=True),
    Column("real_wage", "real wage", of("real_wage"), ranged=True),
    Column("exports_change", "exports", of("exports_change"), ranged=True),
    Column("imports_change", "imports", of("imports_change"), ranged=True),
)
PRICE = percents(1)


def settings(world: World) -> dict[str, Any] | None:
    """Return the horizon of an answer, JSON-able; None in the long run."""
    note = world.provenance.get("horizon")
    if note is None:
        return None
    kept = ("years", "first_year_part", "between_goods", "raised", "supply")
    goods = [
        {key: one[key] for key in ("good", "name", "sector", "basis", "range", "class", "year")}
        for one in world.provenance.get("goods", ())
    ]
    option = world.provenance.get("outside_option")
    return {**{key: note[key] for key in kept}, "goods": goods, "outside_option": option}


def words(world: World) -> str:
    """Return when an answer is of, in a sentence; nothing in the long run."""
    return "" if world.horizon is None else meaning(world.horizon)


def meaning(horizon: Horizon) -> str:
    """Return what an answer at a horizon is of, in a sentence."""
    years = years_of(horizon)
    if years is None:
        return f"{IN_THE_LONG_RUN}: {FREE}."
    when = "about a year" if years == 1 else f"about {years:g} years"
    stand = "as they are" if years == 1 else "partly adjusted"
    return (
        f"After {when}: farms, mines and plants {stand}; buyers of exchange-traded goods free to "
        "change supplier, of other goods partly."
    )


def briefly(horizon: Horizon) -> str:
    """Return a horizon in two words, as it heads a column."""
    years = years_of(horizon)
    if years is None:
        return "long run"
    return "1 year" if years == 1 else f"{years:g} years"


def carved_words(world: World) -> str:
    """Return the goods that were taken out of their sectors, in a sentence; nothing without any."""
    named = [f"{one['name']} ({one['basis']})" for one in world.provenance.get("goods", ())]
    return f"Goods taken out of their sectors: {', '.join(named)}." if named else ""


def assumed(solution: Solution) -> Iterator[str]:
    """Yield what an answer of a horizon rests on; nothing in the long run."""
    world = solution.world
    note = world.provenance.get("horizon")
    if note is None:
        return
    goods = carved_words(world)
    if goods:
        yield (
            f"{goods.removesuffix('.')}; in brackets what their trade is made of (`countervail "
            "world info --card` says what that means). A good's technology is its sector's; "
            "suppliers absent in the base year cannot enter."
        )
    supply = sorted({f"{e:.2g}" for e in note["supply"].values()}, key=float)
    if supply:
        yield (
            f"Supply of a good rises by {' or '.join(supply)} % for 1 % of its price within the "
            "horizon (farms, mines and smelters the least); all else is taken as free to move."
        )
    if note["raised"]:
        raised = "elasticity was" if note["raised"] == 1 else "elasticities were"
        yield (
            f"{note['raised']} trade {raised} raised to what goods of one sector substitute at "
            f"({note['between_goods']:g} less 1), or to 0.3."
        )
    yield from _older(solution)
    yield from sentences(solution)
    rest = beside(solution.resolved, world)
    if rest:
        said = ", ".join(f"{one.sector} ({_per_cent(one.part)})" for one in rest[:MOST_BESIDE])
        more = f" and {len(rest) - MOST_BESIDE} more sectors" if len(rest) > MOST_BESIDE else ""
        yield (
            f"Touched and no good of the table, so taken as free to move (part of the trade "
            f"asked about): {said}{more}."
        )


def _per_cent(part: float) -> str:
    return f"{100 * part:.0f} %" if part >= LEAST_PART else "<1 %"


def _older(solution: Solution) -> Iterator[str]:
    """Say which measures had been in force for longer than the horizon on the second date."""
    last, years = solution.scenario.to_date, solution.world.horizon
    if last is None or years is None:
        return
    first = (last - timedelta(days=365.25 * years)).isoformat()
    found = {
        measure["id"]: change["in_force"]
        for measure in law.measures(solution)
        for change in measure["changes"]
        if change["in_force"] is not None and change["in_force"] < first[: len(change["in_force"])]
    }
    if found:
        named = few([f"{name} ({since})" for name, since in found.items()])
        yield (
            f"In force for longer than that on {last}: {named}. The horizon counts from {last}, as "
            "if all that changed had come on it."
        )


def long_run(
    solution: Solution, ensemble: Ensemble | None, title: str = IN_THE_LONG_RUN
) -> Document:
    """Return the long run beside an answer: welfare of the countries shown.

    Args:
        solution: of the same question in the long run.
        ensemble: its draws, where there are any.
        title: what stands above it, before what is meant by it.
    """
    world = solution.world
    shown = rows.shown_countries(solution)
    found = [
        {
            "country": code,
            **{name: float(solution.arrays[name][world.country(code)]) for name in REPORTED},
        }
        for code in shown
    ]
    ranges = [] if ensemble is None else [_ranges(ensemble, row) for row in found]
    table = DocumentTable(COLUMNS, found, ranges)
    title = f"{title}: {FREE} (per cent)"
    data = {
        "countries": {
            row["country"]: {k: v for k, v in row.items() if k != "country"} for row in found
        },
        "ranges": {
            row["country"]: {name: one.as_dict() for name, one in at.items()}
            for row, at in zip(found, ranges, strict=False)
        }
        or None,
        "certificate": {
            "certified": True,
            "residual": solution.certificate.residual,
            "effect": solution.certificate.effect,
        },
        "model": solution.model.settings(),
        "world": {"name": world.name, "hash": world.hash},
        "units": rows.REPORTED_UNIT,
    }
    return Document(section(title, table), data)


def no_long_run(reason: str) -> Document:
    """Return why no long run stands beside an answer.

    Args:
        reason: why it has none, in a sentence.
    """
    said = f"{IN_THE_LONG_RUN}, there is no answer to stand beside: {reason}."
    return Document([Words(said, apart=True)], {"reason": reason})


def path(found: Mapping[str, Solution], refused: Mapping[str, str]) -> Document:
    """Return the answers at one horizon after another.

    Args:
        found: by horizon, the shortest first; at least one.
        refused: why other horizons have no answer, by horizon.
    """
    answers = list(found.values())
    first, last = answers[0], answers[-1]
    supply = first.world.supply_elasticity
    goods = [_pair_and_good(row) for row in redirected(first) if row["good"] in supply]
    shown = rows.shown_countries(last)
    points: list[dict[str, Any]] = [
        {
            "horizon": horizon,
            **{code: float(s.arrays["welfare"][s.world.country(code)]) for code in shown},
            "goods": [row for row in redirected(s) if _pair_and_good(row) in goods],
            "certificate": {"certified": True, "residual": s.certificate.residual},
        }
        for horizon, s in found.items()
    ]
    columns = (Column("horizon", "years"), *(Column(code, code, of("welfare")) for code in shown))
    title = "Year by year: welfare, per cent (each horizon by itself: comparative statics)"
    return Document(
        [
            *section(title, DocumentTable(columns, points)),
            *_prices([p for p in points if p["horizon"] != LONG], goods[:MOST_GOODS]),
            *(Words(_no_answer(horizon, why), apart=True) for horizon, why in refused.items()),
        ],
        {
            "points": points,
            "refused": dict(refused),
            "units": "welfare by country, per cent of first-state final spending; goods as in the "
            "answer's own goods",
            "meaning": "comparative statics, not a forecast",
        },
        {"path": plain(_welfare(points, shown)), "path_goods": plain(_of_goods(points))},
    )


def _welfare(points: Sequence[Mapping[str, Any]], shown: Sequence[str]) -> list[dict[str, Any]]:
    """Return the welfare of each country along a path, a row each."""
    return [
        {**_step(point), "country": code, "welfare": point[code]}
        for point in points
        for code in shown
    ]


def _step(point: Mapping[str, Any]) -> dict[str, str]:
    """Return what is said of a step of a path in each of its rows."""
    return {"horizon": point["horizon"], "certificate": certificate(point)}


def _of_goods(points: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the numbers of goods along a path, a row each."""
    return [
        {
            **_step(point),
            **dict(zip(("exporter", "importer", "good"), _pair_and_good(row), strict=True)),
            **{name: value for name, value in row.items() if isinstance(value, float)},
        }
        for point in points
        for row in point["goods"]
    ]


def _no_answer(horizon: str, reason: str) -> str:
    """Return why a horizon is no step of a path, in a sentence."""
    return f"Year by year, {briefly(horizon)}: no answer, so no step of the path: {reason}."


def _prices(points: Sequence[Mapping[str, Any]], goods: Sequence[PairAndGood]) -> list[Part]:
    """Return the prices received for goods along a path; nothing where there are no goods."""
    if not goods:
        return []
    columns = [Column("horizon", "years")]
    for exporter, importer, good in goods:
        heading = f"{pieces.sector_name(good)}, {exporter} to {importer}"
        columns.append(Column(f"{exporter} {importer} {good}", heading, PRICE))
    table = [
        {
            "horizon": point["horizon"],
            **{" ".join(_pair_and_good(row)): row["price_received"] for row in point["goods"]},
        }
        for point in points
    ]
    title = "Year by year: price received for the goods that lose most, per cent"
    return section(title, DocumentTable(columns, table))


def _pair_and_good(row: Mapping[str, Any]) -> PairAndGood:
    return row["exporter"], row["importer"], row["good"]


def _ranges(ensemble: Ensemble, row: dict[str, Any]) -> dict[str, Range]:
    return {name: ensemble.range(name, country=row["country"]) for name in REPORTED}
