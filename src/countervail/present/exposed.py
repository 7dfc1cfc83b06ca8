"""Who a country depends on, as tables and as one JSON-able object. Keys are added, never renamed.

Per cent but where a key says otherwise; ``_usd`` is USD million of the world's year; indices of
concentration lie between 0 and 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from countervail import labels
from countervail.present.numbers import percent
from countervail.present.repriced import NOT_DRAWN
from countervail.studies import since
from countervail.studies.concentration import Concentration
from countervail.studies.dependence import Partner, SectorExposure, Supply
from countervail.studies.exposure import Exposure
from countervail.studies.losing import Loss
from countervail.studies.losing_draws import SIDES, Drawn

MOST_ROWS = 12
FLOWS = {
    "exports": "exports, by destination",
    "imports": "imports, by source",
    "value_added": "value added, by where it ends",
    "final": "final demand, by origin of value",
}
"""Key of ``Exposure.overall`` -> what a reader calls it."""

MEANING = (
    "trade: exports and imports, goods and services, at producer prices; through chains: value "
    "added followed from its makers to final demand, through whatever countries, every use of a "
    "product buying from origins in its market's proportions (Johnson and Noguera 2012)"
)
LOSS_MEANING = (
    "halved: trade costs of the pair raised by one factor, both ways, until two-way trade at "
    "border prices is half; gone: every sale between the two banned. Long-run elasticities: buyers "
    "have found other sellers and labour other work, so that the first years would cost more"
)


def as_dict(found: Exposure, why: str = NOT_DRAWN) -> dict[str, Any]:
    """Return the whole answer, JSON-able.

    Args:
        found: the answer.
        why: there are no draws, where there are none.
    """
    world = found.world
    return {
        "country": found.country,
        "name": country_name(found.country),
        "world": {
            "name": world.name,
            "year": world.year,
            "elasticities": world.elasticity_set,
            "hash": world.hash,
        },
        "model": found.model.settings(),
        "units": {
            "default": "per cent",
            "*_usd": f"{found.unit}, at producer prices",
            "hhi": "Herfindahl-Hirschman index over partners, 0 to 1",
            "half": "number of the largest partners that make half",
            "iceberg_hat, trade_hat": "ratios, 1 is no change",
            "welfare, partner_welfare": "per cent of final spending, equivalent variation",
            "ranges": "per cent likewise: the point answer, and 5, 50 and 95 per cent of the draws",
        },
        "meaning": {"exposure": MEANING, "losing": LOSS_MEANING},
        "partners": [_partner(one) for one in found.partners],
        "named": list(found.named),
        "groups": _groups(found),
        "before": _before(found),
        "concentration": {key: _spread(one) for key, one in found.overall.items()},
        "sectors": [_sector(one) for one in found.sectors],
        "threshold": 100.0 * found.threshold,
        "chokepoints": [_supply(one) for one in found.chokepoints],
        "nearest": [_supply(one) for one in found.nearest],
        "losing": [_loss(one, found.drawn) for one in found.losses],
        "draws": None if found.drawn is None else _draws(found.drawn),
        "covers": covers(found, why),
        "certificate": {
            "certified": all(one.reason is None for one in found.losses) if found.losses else None,
            "residual": _number(found.residual),
        },
        "cite": _cite(found),
    }


def render(found: Exposure, why: str = NOT_DRAWN) -> RenderableType:
    """Return everything the command prints, in the order a reader asks.

    Args:
        found: the answer.
        why: there are no draws, where there are none.
    """
    world = found.world
    head = Text(f"Who {country_name(found.country)} depends on", style="bold")
    head.append(
        f"\n{world.name}, {world.year}; shares in per cent; elasticities {world.elasticity_set}",
        style="not bold",
    )
    for group, members in _groups(found).items():
        head.append(
            f"\n{group} is told of as one partner: {', '.join(members)}, merged", style="not bold"
        )
    sections: list[tuple[str, RenderableType]] = [
        ("Partners, by two-way trade", _partners_table(found)),
        ("Concentration", _concentration_table(found)),
        ("Sectors most of whose value added ends abroad", _sectors_table(found)),
        (_chokepoints_title(found), _supplies_table(found)),
    ]
    if found.losses:
        title = "What losing a partner would cost (welfare, per cent)"
        sections.append((title, _losses_table(found)))
    if (said := covers(found, why)) is not None:
        title = "What the figures cover" if found.drawn is None else "What the ranges cover"
        sections.append((title, Text(said)))
    parts: list[RenderableType] = [head]
    for title, body in sections:
        parts += [Text(f"\n{title}", style="bold"), body]
    parts += [Text("\nHow to cite", style="bold"), *(Text(line) for line in _cite(found))]
    return Group(*parts)


def covers(found: Exposure, why: str = NOT_DRAWN) -> str | None:
    """Return what the figures of losses cover and what they do not; None where there are none.

    Args:
        found: the answer.
        why: there are no draws, where there are none.
    """
    if found.drawn is not None:
        return found.drawn.covers
    return why if any(one.reason is None for one in found.losses) else None


def country_name(code: str) -> str:
    """Return a country's name; a user's own world has its own labels."""
    return labels.country_name(code) if code in labels.countries() else code


def _sector_name(code: str) -> str:
    known = labels.sectors()
    return f"{code} {known[code].name}" if code in known else code


def _shown(found: Exposure) -> list[Partner]:
    return [found.partner(code) for code in found.named]


def _partners_table(found: Exposure) -> Table:
    """Return a row for each partner asked about."""
    dated = found.partners[0].trade_share_before is not None
    columns = ["exports", "imports", "trade"]
    columns += [f"trade {since.YEAR}"] if dated else []
    columns += [f"{found.country} ends there", "ends here", "in inputs here"]
    table = _table(["", "partner"], columns)
    for one in _shown(found):
        shares = [one.exports_share, one.imports_share, one.trade_share]
        shares += [one.trade_share_before] if one.trade_share_before is not None else []
        shares += [one.value_added_share, one.final_share, one.inputs_content_share]
        name = " ".join(dict.fromkeys((one.partner, country_name(one.partner))))
        table.add_row(str(one.rank), name, *(f"{100 * share:.2f}" for share in shares))
    table.caption = (
        f"{MEANING}. {found.country} ends there: {found.country} value added that ends in the "
        f"partner's final demand; ends here: the partner's in that of {found.country}, of its "
        f"spending; in inputs here: the partner's in what producers in {found.country} buy"
    )
    return table


def _concentration_table(found: Exposure) -> Table:
    table = _table(["of"], ["USD bn", "HHI", "partners for half", "first", "its share"])
    for key, title in FLOWS.items():
        table.add_row(title, f"{found.overall[key].usd / 1e3:,.1f}", *_spread_cells(found, key))
    table.caption = (
        "HHI: Herfindahl-Hirschman index over foreign partners, 1 where there is one; value added "
        "as followed through chains, what stays at home left out"
    )
    return table


def _spread_cells(found: Exposure, key: str) -> tuple[str, ...]:
    one = found.overall[key]
    return _index(one.hhi), str(one.half), one.first or "-", f"{100 * one.first_share:.1f}"


def _sectors_table(found: Exposure) -> Table:
    """Return the sectors with most value added that ends abroad."""
    columns = ["USD bn abroad", "of its own", "HHI", "first", "its share", "HHI exports"]
    columns += ["HHI imports", "source"]
    table = _table(["sector"], columns)
    ranked = sorted(found.sectors, key=lambda one: -one.ends.usd)
    for one in ranked[:MOST_ROWS]:
        table.add_row(
            _sector_name(one.sector),
            f"{one.ends.usd / 1e3:,.1f}",
            f"{100 * one.abroad_share:.1f}",
            _index(one.ends.hhi),
            one.ends.first or "-",
            f"{100 * one.ends.first_share:.1f}",
            _index(one.exports.hhi),
            _index(one.imports.hhi),
            one.imports.first or "-",
        )
    if rest := ranked[MOST_ROWS:]:
        table.add_row(f"{len(rest)} more: see --json")
    return table


def _chokepoints_title(found: Exposure) -> str:
    limit = f"{100 * found.threshold:g} %"
    if found.chokepoints:
        return f"Chokepoints: one partner supplies more than {limit} of an input"
    return f"No partner supplies more than {limit} of any input; the nearest"


def _supplies_table(found: Exposure) -> Table:
    columns = ["USD mn", "share", "of imports", "value added", "share"]
    table = _table(["input", "partner"], [*columns, "main user"])
    rows = found.chokepoints or found.nearest
    for one in rows[:MOST_ROWS]:
        table.add_row(
            _sector_name(one.sector),
            one.partner,
            f"{one.direct:,.0f}",
            f"{100 * one.direct_share:.1f}",
            f"{100 * one.abroad_share:.1f}",
            f"{one.content:,.0f}",
            f"{100 * one.content_share:.1f}",
            one.user,
        )
    if rest := rows[MOST_ROWS:]:
        table.add_row(f"{len(rest)} more: see --json")
    table.caption = (
        "share: of what producers buy of the product, home included; value added: the partner's, "
        "in what they buy of it from whomever"
    )
    return table


def _losses_table(found: Exposure) -> Table:
    """Return what losing each partner named would cost both sides."""
    ways = list(dict.fromkeys(loss.how for loss in found.losses))
    columns = [f"{side} {how}" for how in ways for side in (found.country, "partner")]
    table = _table(["partner"], [*columns, "trade costs,\nhalved"])
    for code in found.named:
        losses = [found.loss(code, how) for how in ways]
        cells = [_with_range(found, loss, side) for loss in losses for side in SIDES]
        table.add_row(f"{code} {country_name(code)}", *cells, _factor(losses))
    proof = f"Every state solved and certified, residual {found.residual:.0e} at most."
    reasons = [
        f"{loss.partner} {loss.how}: no answer, {loss.reason}"
        for loss in found.losses
        if loss.reason is not None
    ]
    table.caption = " ".join([f"{LOSS_MEANING}.", proof, *_below(found), *reasons])
    return table


def _with_range(found: Exposure, loss: Loss, side: str) -> str:
    """Return a figure, and its range below where there are draws."""
    said = _signed(getattr(loss, side))
    if found.drawn is None or loss.reason is not None:
        return said
    _, low, _, high = found.drawn.range(loss.partner, loss.how, side)
    return f"{said}\n{_signed(low)} to {_signed(high)}" if math.isfinite(low) else f"{said}\n-"


def _factor(losses: Sequence[Loss]) -> str:
    """Return the factor on trade costs that halves trade, if that was asked for and exists."""
    for loss in losses:
        if loss.how == "halved" and loss.reason is None:
            return f"x {loss.iceberg_hat:.3f}"
    return "-"


def _below(found: Exposure) -> list[str]:
    """Return the sentence on what stands below each figure, if anything does."""
    drawn = found.drawn
    if drawn is None:
        return []
    return [
        f"Below each figure: 5 to 95 per cent of {len(drawn)} draws, certified likewise, trade "
        f"halved anew in each, residual {_largest(drawn):.0e} at most."
    ]


def _largest(drawn: Drawn) -> float:
    """Return the largest residual of any draw; NaN where none has an answer."""
    return max((x for x in drawn.residual.tolist() if math.isfinite(x)), default=math.nan)


def _table(texts: Sequence[str], numbers: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold dim", caption_justify="left")
    for column in texts:
        table.add_column(column, no_wrap=True, max_width=34)
    for column in numbers:
        table.add_column(column, justify="right")
    return table


def _index(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else "-"


def _signed(value: float) -> str:
    return percent(value, 3) if math.isfinite(value) else "-"


def _partner(one: Partner) -> dict[str, Any]:
    return {
        "partner": one.partner,
        "name": country_name(one.partner),
        "rank": one.rank,
        "trade_usd": one.trade,
        "trade_share": 100 * one.trade_share,
        "exports_usd": one.exports,
        "exports_share": 100 * one.exports_share,
        "imports_usd": one.imports,
        "imports_share": 100 * one.imports_share,
        "value_added_usd": one.value_added,
        "value_added_share": 100 * one.value_added_share,
        "final_usd": one.final,
        "final_share": 100 * one.final_share,
        "final_of_partner": 100 * one.final_of_partner,
        "inputs_usd": one.inputs,
        "inputs_share": 100 * one.inputs_share,
        "inputs_content_usd": one.inputs_content,
        "inputs_content_share": 100 * one.inputs_content_share,
        "exports_share_before": _percent(one.exports_share_before),
        "imports_share_before": _percent(one.imports_share_before),
        "trade_share_before": _percent(one.trade_share_before),
    }


def _before(found: Exposure) -> dict[str, Any] | None:
    """Return what the shares before are of; None where there are none."""
    if found.partners[0].trade_share_before is None:
        return None
    return {"year": since.YEAR, "source": since.CREDIT}


def _spread(one: Concentration) -> dict[str, Any]:
    return {
        "usd": one.usd,
        "hhi": _number(one.hhi),
        "half": one.half,
        "first": one.first,
        "first_share": 100 * one.first_share,
    }


def _sector(one: SectorExposure) -> dict[str, Any]:
    return {
        "sector": one.sector,
        "value_added_usd": one.value_added,
        "abroad_share": 100 * one.abroad_share,
        "exports": _spread(one.exports),
        "imports": _spread(one.imports),
        "value_added": _spread(one.ends),
    }


def _supply(one: Supply) -> dict[str, Any]:
    return {
        "sector": one.sector,
        "partner": one.partner,
        "direct_usd": one.direct,
        "direct_share": 100 * one.direct_share,
        "abroad_share": 100 * one.abroad_share,
        "content_usd": one.content,
        "content_share": 100 * one.content_share,
        "user": one.user,
    }


def _loss(one: Loss, drawn: Drawn | None) -> dict[str, Any]:
    return {
        "partner": one.partner,
        "how": one.how,
        "iceberg_hat": _number(one.iceberg_hat),  # null where trade is banned
        "trade_hat": _number(one.trade_hat),
        "welfare": _number(one.welfare),
        "partner_welfare": _number(one.partner_welfare),
        "residual": _number(one.residual),
        "reason": one.reason,
        "ranges": None if drawn is None or one.reason is not None else _ranges(one, drawn),
    }


def _ranges(one: Loss, drawn: Drawn) -> dict[str, Any]:
    """Return the ranges of a loss, and in how many draws it has an answer."""
    sides = {side: drawn.range(one.partner, one.how, side).as_dict() for side in SIDES}
    return {**sides, "answered": drawn.answered_of(one.partner, one.how)}


def _draws(drawn: Drawn) -> dict[str, Any]:
    """Return how the draws were made and what was verified of them."""
    return {
        **drawn.settings(),
        "residual": _number(_largest(drawn)),
        "without_answer": [{"draw": k, "reason": why} for k, why in drawn.failures.items()],
        "inputs": [one._asdict() for one in drawn.priors.parameters],
    }


def _groups(found: Exposure) -> dict[str, list[str]]:
    """Return the members of each partner named that is a group."""
    held = found.world.held
    return {name: list(held[name]) for name in found.named if tuple(held[name]) != (name,)}


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _number(value: float) -> float | None:
    """Return a number that JSON has; what is missing or infinite is null."""
    return value if math.isfinite(value) else None


def _cite(found: Exposure) -> list[str]:
    """Return how to cite the answer: the method, the data."""
    said = [
        "Johnson, R. C. and G. Noguera (2012), Accounting for intermediates: Production sharing "
        "and trade in value added, Journal of International Economics 86(2), 224-236.",
    ]
    if found.losses:
        said.append(
            "Caliendo, L. and F. Parro (2015), Estimates of the Trade and Welfare Effects of "
            "NAFTA, Review of Economic Studies 82(1), 1-44."
        )
    credit = found.world.provenance.get("credit")
    said += [str(credit)] if credit else []
    said += [f"{since.CREDIT}: shares of {since.YEAR}."] if _before(found) else []
    return said
