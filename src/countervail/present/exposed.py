"""Who a country depends on, as a document. Keys of the JSON object are added, never renamed.

Per cent but where a key says otherwise; ``_usd`` is USD million of the world's year; indices of
concentration lie between 0 and 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from countervail.horizons import LONG
from countervail.present import exposure_screen, horizons
from countervail.present.digits import WHOLE, Digits, levels, percents
from countervail.present.document import Document
from countervail.present.parts import Column, DocumentTable, Part, Row, Words, section
from countervail.present.pieces import country_name, sector_name
from countervail.present.sentences.language import Language, language
from countervail.present.under_draws import NOT_DRAWN
from countervail.studies import since
from countervail.studies.concentration import Concentration
from countervail.studies.decoupling import CALLED, Loss
from countervail.studies.decoupling_draws import SIDES, LossDraws
from countervail.studies.dependence import Partner, SectorExposure, Supply
from countervail.studies.exposure import Exposure

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
    "halved trade: trade costs of the pair raised by one factor, both ways, until two-way trade at "
    "border prices is half; embargo: every sale between the two banned"
)
LONG_RUN = (
    "Long-run elasticities: buyers have found other sellers and labour other work, so that the "
    "first years would cost more"
)
KEPT_SECTORS = (
    "Sectors are kept as they are: coal, oil and gas, iron and steel are goods whose makers stay"
)

MOST_CHARACTERS = 34
"""Characters of a name in a table."""

INDEX = Digits("level", 2, none="-")
EFFECT = percents(3, none="-")
PARTNERS = (
    Column("rank", right=False, digits=WHOLE, fixed=True, width=(None, MOST_CHARACTERS)),
    Column(
        "partner",
        "partner",
        show=lambda row: " ".join(dict.fromkeys((row["partner"], row["name"]))),
        fixed=True,
        width=(None, MOST_CHARACTERS),
    ),
    *(Column(f"{key}_share", key, levels(2)) for key in ("exports", "imports", "trade")),
)
CONCENTRATION = (
    Column("of", "of", fixed=True, width=(None, MOST_CHARACTERS)),
    Column("usd_bn", "USD bn", levels(1)),
    Column("hhi", "HHI", INDEX),
    Column("half", "partners for half", WHOLE),
    Column("first", "first", right=True),
    Column("first_share", "its share", levels(1)),
)
SECTORS = (
    Column("name", "sector", fixed=True, width=(None, MOST_CHARACTERS)),
    Column("usd_bn", "USD bn abroad", Digits("level", 1, none="")),
    Column("abroad_share", "of its own", Digits("level", 1, none="")),
    Column("hhi", "HHI", INDEX),
    Column("first", "first", right=True),
    Column("first_share", "its share", Digits("level", 1, none="")),
    Column("hhi_exports", "HHI exports", INDEX),
    Column("hhi_imports", "HHI imports", INDEX),
    Column("source", "source", right=True),
)
SUPPLIES = (
    Column("name", "input", fixed=True, width=(None, MOST_CHARACTERS)),
    Column("partner", "partner", fixed=True, width=(None, MOST_CHARACTERS)),
    Column("direct_usd", "USD mn", Digits("level", 0, none="")),
    Column("direct_share", "share", Digits("level", 1, none="")),
    Column("abroad_share", "of imports", Digits("level", 1, none="")),
    Column("content_usd", "value added", Digits("level", 0, none="")),
    Column("content_share", "share", Digits("level", 1, none="")),
    Column("user", "main user", right=True),
)


def document(
    found: Exposure,
    why: str = NOT_DRAWN,
    after: Exposure | None = None,
    lang: Language | None = None,
) -> Document:
    """Return who a country depends on.

    Args:
        found: the answer.
        why: there are no draws, where there are none.
        after: the same, its losses some years after them; the long run then stands beside.
        lang: of its first screen; default English.
    """
    said = lang or language()
    data = {
        **_data(found, why),
        "after": None if after is None else _after(after, why),
        "says": exposure_screen.sentence(found, said, after),
    }
    sections = {"answer": _read(found, data, after), "why": _why(found, data, after)}
    read = [*sections["answer"], *sections["why"]]
    first = exposure_screen.screen(found, said, after, why)
    return Document(read, data, first=first, sections=sections)


def _read(found: Exposure, data: dict[str, Any], after: Exposure | None) -> list[Part]:
    """Return what is read, in the order a reader asks."""
    world = found.world
    return [
        Words(f"Who {data['name']} depends on", "strong"),
        Words(
            f"{world.name}, {world.year}; shares in per cent; elasticities {world.elasticity_set}"
        ),
        *(
            Words(f"{group} is reported as one partner: {', '.join(members)}, merged")
            for group, members in data["groups"].items()
        ),
        *section("Partners, by two-way trade", _partners_table(found, data["partners"])),
        *section("Concentration", _concentration_table(data["concentration"])),
        *section("Sectors most of whose value added ends abroad", _sectors_table(data["sectors"])),
        *section(
            _chokepoints_title(found), _supplies_table(data["chokepoints"] or data["nearest"])
        ),
        *section(
            "What decoupling from a partner would cost (welfare, per cent)",
            *([_losses_table(found, after)] if found.losses else []),
        ),
    ]


def _why(found: Exposure, data: dict[str, Any], after: Exposure | None) -> list[Part]:
    """Return what the figures cover, and how to cite them."""
    said = data["covers"]
    told = [said]
    if after is not None:
        when = horizons.briefly(after.world.horizon or LONG)
        told = [f"After {when}: {data['after']['covers']}", f"In the long run: {said}"]
    cover = "What the figures cover" if found.drawn is None else "What the ranges cover"
    return [
        *section(cover, *(Words(words) for words in told if words)),
        *section("How to cite", *(Words(line) for line in data["cite"])),
    ]


def _data(found: Exposure, why: str) -> dict[str, Any]:
    """Return the JSON object."""
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
        "meaning": {"exposure": MEANING, "losing": f"{LOSS_MEANING}. {LONG_RUN}"},
        "partners": [_partner(one) for one in found.partners],
        "named": list(found.named),
        "groups": _groups(found),
        "before": _before(found),
        "concentration": {key: _spread(one) for key, one in found.overall.items()},
        "sectors": [_sector_row(one) for one in found.sectors],
        "threshold": 100.0 * found.threshold,
        "chokepoints": [_supply(one) for one in found.chokepoints],
        "nearest": [_supply(one) for one in found.nearest],
        "losing": [_loss(one, found.drawn) for one in found.losses],
        "draws": None if found.drawn is None else _draws(found.drawn),
        "covers": coverage_statement(found, why),
        "certificate": {
            "certified": all(one.reason is None for one in found.losses) if found.losses else None,
            "residual": _number(found.residual),
        },
        "cite": _cite(found),
    }


def coverage_statement(found: Exposure, why: str = NOT_DRAWN) -> str | None:
    """Return what the figures of losses cover and what they do not; None where there are none.

    Args:
        found: the answer.
        why: there are no draws, where there are none.
    """
    if found.drawn is not None:
        return found.drawn.coverage_statement
    return why if any(one.reason is None for one in found.losses) else None


def _sector(code: str) -> str:
    """Return a sector's code with its name; a user's own world has its own labels."""
    name = sector_name(code)
    return code if name == code else f"{code} {name}"


def _partners_table(found: Exposure, partners: Sequence[Row]) -> DocumentTable:
    """Return a row for each partner asked about."""
    who = found.country
    dated = partners[0]["trade_share_before"] is not None
    before = [Column("trade_share_before", f"trade {since.YEAR}", levels(2))] if dated else []
    named = {row["partner"]: k for k, row in enumerate(partners)}
    return DocumentTable(
        (
            *PARTNERS,
            *before,
            Column("value_added_share", f"{who} ends there", levels(2)),
            Column("final_share", "ends here", levels(2)),
            Column("inputs_content_share", "in inputs here", levels(2)),
        ),
        partners,
        shown=[named[found.partner(code).partner] for code in found.named],
        caption=f"{MEANING}. {who} ends there: {who} value added that ends in the partner's final "
        f"demand; ends here: the partner's in that of {who}, of its spending; in inputs here: the "
        f"partner's in what producers in {who} buy",
    )


def _concentration_table(overall: Row) -> DocumentTable:
    rows = [
        {**overall[key], "of": title, "usd_bn": overall[key]["usd"] / 1e3}
        for key, title in FLOWS.items()
    ]
    return DocumentTable(
        CONCENTRATION,
        [{**row, "first": row["first"] or "-"} for row in rows],
        caption="HHI: Herfindahl-Hirschman index over foreign partners, 1 where there is one; "
        "value added as followed through chains, what stays at home left out",
    )


def _sectors_table(sectors: Sequence[Row]) -> DocumentTable:
    """Return the sectors with most value added that ends abroad."""
    ranked = sorted(sectors, key=lambda row: -row["value_added"]["usd"])
    rows: list[Row] = [
        {
            **row["value_added"],
            "name": _sector(row["sector"]),
            "usd_bn": row["value_added"]["usd"] / 1e3,
            "abroad_share": row["abroad_share"],
            "first": row["value_added"]["first"] or "-",
            "hhi_exports": row["exports"]["hhi"],
            "hhi_imports": row["imports"]["hhi"],
            "source": row["imports"]["first"] or "-",
        }
        for row in ranked[:MOST_ROWS]
    ]
    return DocumentTable(SECTORS, [*rows, *_more(ranked, SECTORS)])


def _more(found: Sequence[Row], columns: Sequence[Column]) -> list[Row]:
    """Return the row that says how many more there are; none where there are none."""
    rest = len(found) - MOST_ROWS
    blank = {column.key: "" for column in columns}
    return [{**blank, "name": f"{rest} more: see --json"}] if rest > 0 else []


def _chokepoints_title(found: Exposure) -> str:
    limit = f"{100 * found.threshold:g} %"
    if found.chokepoints:
        return f"Chokepoints: one partner supplies more than {limit} of an input"
    return f"No partner supplies more than {limit} of any input; the nearest"


def _supplies_table(supplies: Sequence[Row]) -> DocumentTable:
    rows = [{**row, "name": _sector(row["sector"])} for row in supplies[:MOST_ROWS]]
    return DocumentTable(
        SUPPLIES,
        [*rows, *_more(supplies, SUPPLIES)],
        caption="share: of what producers buy of the product, home included; value added: the "
        "partner's, in what they buy of it from whomever",
    )


def _after(after: Exposure, why: str) -> dict[str, Any]:
    """Return the losses some years after them, JSON-able."""
    return {
        "horizon": horizons.settings(after.world),
        "meaning": f"{horizons.words(after.world)} {KEPT_SECTORS}.",
        "elasticities": after.world.elasticity_set,
        "model": after.model.settings(),
        "losing": [_loss(one, after.drawn) for one in after.losses],
        "draws": None if after.drawn is None else _draws(after.drawn),
        "covers": coverage_statement(after, why),
        "residual": _number(after.residual),
    }


def _losses_table(found: Exposure, after: Exposure | None) -> DocumentTable:
    """Return what decoupling from each partner named would cost both sides, at each horizon."""
    ways = list(dict.fromkeys(loss.how for loss in found.losses))
    told = (found,) if after is None else (after, found)
    rows = [
        {
            "partner": f"{code} {country_name(code)}" if one is told[0] else "",
            "when": horizons.briefly(one.world.horizon or LONG),
            "factor": _factor([one.loss(code, how) for how in ways]),
            **{
                f"{side} {how}": _with_range(one, one.loss(code, how), side)
                for how in ways
                for side in SIDES
            },
        }
        for code in found.named
        for one in told
    ]
    reasons = [
        f"{CALLED[loss.how].capitalize()} with {loss.partner}: no answer, {loss.reason}"
        for loss in {(one.partner, one.how): one for t in told for one in t.losses}.values()
        if loss.reason is not None
    ]
    largest = max(one.residual for one in told)
    proof = f"Every state solved and certified, residual {largest:.0e} at most."
    headings = dict(zip(SIDES, (found.country, "partner"), strict=True))
    when = LONG_RUN if after is None else f"{horizons.words(after.world)} {KEPT_SECTORS}"
    return DocumentTable(
        (
            Column("partner", "partner", fixed=True, width=(None, MOST_CHARACTERS)),
            *([] if after is None else [Column("when", "after", fixed=True)]),
            *(
                Column(f"{side} {how}", f"{headings[side]},\n{CALLED[how]}", right=True)
                for how in ways
                for side in SIDES
            ),
            Column("factor", "trade costs,\nhalved trade", right=True),
        ),
        rows,
        caption=" ".join([f"{LOSS_MEANING}. {when}.", proof, *_below(found), *reasons]),
    )


def _with_range(found: Exposure, loss: Loss, side: str) -> str:
    """Return a figure, and its range below where there are draws."""
    value = getattr(loss, side)
    if found.drawn is None or loss.reason is not None:
        return EFFECT.write(value)
    _, low, _, high = found.drawn.range(loss.partner, loss.how, side)
    write = EFFECT.beside(low, high).write
    return f"{write(value)}\n{f'{write(low)} to {write(high)}' if math.isfinite(low) else '-'}"


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


def _largest(drawn: LossDraws) -> float:
    """Return the largest residual of any draw; NaN where none has an answer."""
    return max((x for x in drawn.residual.tolist() if math.isfinite(x)), default=math.nan)


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


def _sector_row(one: SectorExposure) -> dict[str, Any]:
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


def _loss(one: Loss, drawn: LossDraws | None) -> dict[str, Any]:
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


def _ranges(one: Loss, drawn: LossDraws) -> dict[str, Any]:
    """Return the ranges of a loss, and in how many draws it has an answer."""
    sides = {side: drawn.range(one.partner, one.how, side).as_dict() for side in SIDES}
    return {**sides, "answered": drawn.answered_of(one.partner, one.how)}


def _draws(drawn: LossDraws) -> dict[str, Any]:
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
        said += [f"{paper}." for paper in found.model.references()]
    credit = found.world.provenance.get("credit")
    said += [str(credit)] if credit else []
    said += [f"{since.CREDIT}: shares of {since.YEAR}."] if _before(found) else []
    return said
