"""What the values of a measure must be together: codes, dates, ids, weights.

:func:`problems` yields each fault as a path into the file and a sentence; the file reader turns the
path into a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from countervail import labels
from countervail.errors import InputError, did_you_mean
from countervail.ledger import concordance, parties, pieces
from countervail.ledger.in_force import targets
from countervail.ledger.measure import (
    ALL_GOODS,
    Coverage,
    Level,
    Measure,
    NationalLines,
    Quota,
    Rate,
    Settled,
)
from countervail.text.places import Path
from countervail.units import EXTREME_RATE

Problem = tuple[Path, str]

EXTREME_PER_CENT = 100.0 * EXTREME_RATE
"""The rate, in per cent, above which a file has to say that it is meant."""


def problems(measure: Measure) -> Iterator[Problem]:
    """Yield every fault that refuses the measure."""
    faults = [*_parties(measure), *_products(measure)]
    faults += [f for i, entry in enumerate(measure.rates) for f in _rate(measure, i, entry)]
    faults += [f for i, table in enumerate(measure.settled) for f in _settled(measure, i, table)]
    faults += [f for i, table in enumerate(measure.coverage) for f in _coverage(measure, i, table)]
    faults += [f for i, table in enumerate(measure.parts) for f in _parts(measure, i, table)]
    faults += [f for i, table in enumerate(measure.levels) for f in _level(measure, i, table)]
    faults += _whole(measure)
    yield from faults
    if not faults:
        # resolving targets and counting keys need sound codes and dates
        yield from _overlaps(measure)
        yield from _repeated_coverage(measure)


def _parties(measure: Measure) -> Iterator[Problem]:
    yield from _party(("implementer",), measure.implementer)
    if measure.implementer == parties.ALL:
        yield ("implementer",), "implementer 'ALL': name the country or group that set the measure"
    for at, word in enumerate(measure.targets):
        yield from _party(("targets", at, word), word)
        if word == measure.implementer:
            yield ("targets", at, word), f"'{word}' is aimed at itself; name whom it bears on"
    for table in ("rates", "settled"):
        for i, entry in enumerate(getattr(measure, table)):
            for key in ("targets", "except_targets"):
                for word in getattr(entry, key) or ():
                    yield from _party((table, i, key, word), word)


def _party(path: Path, word: str) -> Iterator[Problem]:
    try:
        parties.check(word)
    except InputError as error:
        yield path, str(error)


def _products(measure: Measure) -> Iterator[Problem]:
    ids = [p.id for p in measure.products]
    for i, product in enumerate(measure.products):
        if product.id in ids[:i]:
            yield ("products", i, "id"), f"product id '{product.id}' is given twice"
        for key, words in (("hs", product.hs), ("except_hs", product.except_hs)):
            for code in words:
                try:
                    concordance.span(code)
                except InputError as error:
                    yield ("products", i, key, code), f"product '{product.id}': {error}"
        if (product.base_rate or 0.0) > EXTREME_PER_CENT and not measure.allow_extreme:
            yield ("products", i, "base_rate"), _too_high(product.base_rate or 0.0)
        if product.base_rate is not None and product.base_rate_source is None:
            yield (
                ("products", i, "base_rate"),
                f"product '{product.id}' has a base_rate without base_rate_source; say where the "
                "rate stands",
            )


def _rate(measure: Measure, i: int, entry: Rate) -> Iterator[Problem]:
    at: Path = ("rates", i)
    yield from _known_products(measure, (*at, "products"), entry.products)
    if entry.in_force is None and not entry.never:
        yield at, "no in_force date; a step that was announced and never came says 'never = true'"
    if entry.expires and entry.in_force and entry.expires < entry.in_force:
        yield (*at, "expires"), f"expires {entry.expires}, before it is in force {entry.in_force}"
    if entry.on_expiry and not entry.expires:
        yield (*at, "on_expiry"), "on_expiry without an expires date"
    high = [
        r for r in (entry.rate, *(entry.rate_range or ())) if r is not None and r > EXTREME_PER_CENT
    ]
    if high and not measure.allow_extreme:
        yield (*at, "rate"), _too_high(high[0])
    if entry.ended and (entry.rate is not None or entry.basis):
        yield at, "an ended entry has neither rate nor basis; a zero rate is not an end"
    if entry.ended and entry.never:
        yield (*at, "never"), "an entry is 'ended' or 'never', not both"
    if entry.basis == "ban" and entry.rate is not None:
        yield (*at, "rate"), "a ban has no rate"
    if entry.rate is not None and entry.basis is None:
        yield (
            (*at, "rate"),
            "a rate needs its basis: additional, top_up_to or replacing",
        )
    if entry.basis not in (None, "ban") and entry.rate is None:
        yield (*at, "basis"), f"basis '{entry.basis}' needs a rate, in per cent"
    if entry.rate_range and entry.rate_range[0] > entry.rate_range[1]:
        yield (*at, "rate_range"), "rate_range runs from low to high"
    if entry.dutiable_share and entry.basis not in ("additional", "top_up_to"):
        yield (*at, "dutiable_share"), "dutiable_share goes with an additional or top_up_to rate"
    if measure.controls_exports and entry.rate is not None and not measure.outside_model:
        yield (
            (*at, "rate"),
            "an export control bans; a duty on exports is not modelled (say so in outside_model)",
        )
    silent = entry.rate is None and entry.basis is None and not entry.ended
    if silent and not entry.never and not measure.outside_model and not entry.note:
        yield (
            at,
            "the entry has no rate, no ban and no end; where the rate was not found, say so in "
            "note, and the group is recorded and not priced",
        )
    if entry.quota is not None:
        yield from _quota(measure, (*at, "quota"), entry, entry.quota)
    for key in ("dutiable_share", "exempt"):
        part = getattr(entry, key)
        if part is None:
            continue
        middle = part.value if key == "dutiable_share" else part.share
        low = middle if part.low is None else part.low
        high = middle if part.high is None else part.high
        if not low <= middle <= high:
            yield (*at, key), f"{key}: {middle} lies outside its range {low} to {high}"


def _quota(measure: Measure, at: Path, entry: Rate, quota: Quota) -> Iterator[Problem]:
    aside = measure.outside_model or all(
        measure.product[p].outside_model for p in entry.products if p in measure.product
    )
    if not quota.priced and quota.not_priced is None and not aside:
        yield (
            at,
            f"a quota in {quota.unit} without what a unit is worth: give base_volume or unit_value "
            "with its source, or not_priced with the reason",
        )
    if quota.priced and quota.not_priced is not None:
        yield (*at, "not_priced"), "a quota has a unit value, or a reason why not; not both"
    if quota.base_volume is not None and quota.unit_value is not None:
        yield (*at, "unit_value"), "a quota has base_volume or unit_value, not both"
    if quota.above is not None and entry.rate is not None and quota.above < entry.rate:
        yield (
            (*at, "above"),
            f"the rate above the quota, {quota.above:g} per cent, is below the rate inside it, "
            f"{entry.rate:g}: the lower one is let in first",
        )
    if quota.volume == 0 and quota.above is None:
        yield (*at, "volume"), 'an import quota of nothing is a ban: write basis = "ban"'
    for key in ("base_volume", "unit_value"):
        value, between = getattr(quota, key), getattr(quota, f"{key}_range")
        if value is not None and getattr(quota, f"{key}_source") is None:
            yield (*at, key), f"{key} without {key}_source; say where the number stands"
        if between is not None and not between[0] <= (value or 0.0) <= between[1]:
            yield (*at, f"{key}_range"), f"{key}_range runs from low to high, around {key}"


def _settled(measure: Measure, i: int, table: Settled) -> Iterator[Problem]:
    at: Path = ("settled", i)
    yield from _known_products(measure, (*at, "products"), table.products or ())
    if table.last < table.first:
        yield (*at, "last"), f"settled: last {table.last} lies before first {table.first}"
    if table.announced < table.first:
        yield (
            (*at, "announced"),
            f"settled: announced {table.announced}, before the first day it speaks of "
            f"{table.first}; a change of the law to come is an entry of rates",
        )


def _too_high(rate: float) -> str:
    return (
        f"a rate of {rate:,.0f} per cent: rates in files are per cent, 25.0 is 25 per cent "
        "(allow_extreme = true in the file lets it stand)"
    )


def _known_products(measure: Measure, path: Path, ids: tuple[str, ...]) -> Iterator[Problem]:
    for word in ids:
        if word not in measure.product:
            hint = did_you_mean(word, measure.product)
            yield (
                (*path, word),
                f"no product '{word}' in this file{hint or ''} "
                f"(products: {', '.join(measure.product)})",
            )


def _coverage(measure: Measure, i: int, table: Coverage) -> Iterator[Problem]:
    at: Path = ("coverage", i)
    yield from _known_products(measure, (*at, "products"), (table.products,))
    if table.sector not in labels.sectors() and table.sector != ALL_GOODS:
        hint = did_you_mean(table.sector, labels.sectors())
        yield (*at, "sector"), f"no sector '{table.sector}'{hint or '; sectors are ICIO codes'}"
    for key in table.weights:
        for code in key.split(">") if key != "*" else ():
            if code not in labels.countries() and (">" in key or code not in labels.groups()):
                yield (
                    (*at, "weights", key),
                    f"weights: {parties.unknown(code, 'country')}; keys are ISO3, a group, "
                    "EXP>IMP or *",
                )
        if key.count(">") > 1:
            yield (*at, "weights", key), f"weights: '{key}' is not EXP>IMP"
    if table.basis == "whole" and any(w != 1.0 for w in table.weights.values()):
        yield (
            (*at, "weights"),
            "basis 'whole' means the group is the entire sector: its weight is 1",
        )
    if table.range and not table.range[0] <= 1.0 <= table.range[1]:
        yield (*at, "range"), "range is low and high multiples of the weight, around 1"


def _parts(measure: Measure, i: int, table: NationalLines) -> Iterator[Problem]:
    at: Path = ("parts", i)
    yield from _known_products(measure, (*at, "products"), (table.products,))
    product = measure.product.get(table.products)
    if product is None:
        return
    try:
        named = concordance.mask(product.hs, product.except_hs)
    except InputError:
        return  # said of the product
    for code, lines in table.hs.items():
        at_code = concordance.place(code.replace(".", ""))
        if at_code is None or not named[at_code]:
            yield (
                (*at, "hs", code),
                f"parts: '{table.products}' does not name {code}; parts are of subheadings in hs",
            )
        total = sum(lines.values()) if isinstance(lines, Mapping) else lines
        if total > 1.0 + pieces.ROUNDING_PART:
            yield (*at, "hs", code), f"parts: the lines of {code} add up to {total:.4g}, above 1"
    for k, other in enumerate(measure.parts[:i]):
        twice = sorted(set(table.hs) & set(other.hs)) if other.products == table.products else []
        if twice:
            yield (
                (*at, "hs", twice[0]),
                f"parts of '{table.products}' in {twice[0]} are given twice (table {k + 1} too)",
            )


def _level(measure: Measure, i: int, level: Level) -> Iterator[Problem]:
    at: Path = ("levels", i)
    yield from _known_products(measure, (*at, "products"), (level.products,))
    if level.sector not in labels.sectors():
        hint = did_you_mean(level.sector, labels.sectors())
        yield (*at, "sector"), f"no sector '{level.sector}'{hint or '; sectors are ICIO codes'}"
    for code in (level.exporter, level.importer):
        if code not in labels.countries():
            hint = did_you_mean(code, labels.countries())
            yield (*at, "pair"), f"pair: no country '{code}'{hint}; a pair is EXP>IMP, ISO3"
    if level.exporter == level.importer:
        yield (*at, "pair"), f"pair: '{level.pair}' is no trade between countries"
    if level.whole and level.left:
        yield (*at, "left"), "a good that is the whole sector has left of it the whole cell"
    if level.range and not level.range[0] <= 1.0 <= level.range[1]:
        yield (*at, "range"), "range is low and high multiples of the value, around 1"
    same = [
        one
        for one in measure.levels[:i]
        if (one.products, one.pair, one.sector) == (level.products, level.pair, level.sector)
    ]
    if same:
        yield (
            at,
            f"the level of '{level.products}' in {level.sector}, {level.pair}, is given twice",
        )


def _whole(measure: Measure) -> Iterator[Problem]:
    if measure.suppressed_base and measure.pre_measure_year is None:
        yield (
            ("suppressed_base",),
            "suppressed_base needs pre_measure_year, the year its levels are of",
        )
    if measure.pre_measure_year is not None and not measure.suppressed_base:
        yield ("pre_measure_year",), "pre_measure_year goes with suppressed_base = true"
    if measure.level_year is not None and (measure.suppressed_base or not measure.levels):
        yield (
            ("level_year",),
            "level_year goes with [[levels]] of goods hardly traded in the base year, without "
            "suppressed_base",
        )
    if measure.levels and not (measure.suppressed_base or measure.level_year):
        yield (
            ("levels",),
            "levels need suppressed_base = true, or level_year where the goods were hardly traded",
        )
    if measure.suppressed_base and not measure.outside_model:
        stated = {level.products for level in measure.levels}
        priced = {p for rate in measure.rates if rate.priced for p in rate.products}
        for i, product in enumerate(measure.products):
            if product.id in priced - stated and product.outside_model is None:
                yield (
                    ("products", i),
                    f"suppressed_base needs the level of '{product.id}' before the measure "
                    "([[levels]]), or outside_model where none is known",
                )


def _overlaps(measure: Measure) -> Iterator[Problem]:
    """Two entries of one announcement and one day must not speak of the same goods and targets."""
    dated = [(i, e) for i, e in enumerate(measure.rates) if e.in_force and not e.never]
    for (i, first), (k, second) in combinations(dated, 2):
        if (first.in_force, first.announced) != (second.in_force, second.announced):
            continue
        shared = [p for p in first.products if p in second.products]
        if not shared or second.in_force is None:
            continue
        both = targets(measure, first, second.in_force) & targets(measure, second, second.in_force)
        if both:
            some = sorted(both)
            named = ", ".join(some[:3]) + (", ..." if len(some) > 3 else "")
            yield (
                ("rates", k),
                f"overlapping dates: entry {k + 1} of rates speaks of '{shared[0]}' and {named} "
                f"in force {second.in_force}, as entry {i + 1} does; both were announced "
                f"{second.announced}, so neither can govern",
            )


def _repeated_coverage(measure: Measure) -> Iterator[Problem]:
    found: dict[tuple[str, str, str], int] = {}
    for i, table in enumerate(measure.coverage):
        for key in table.weights:
            for sector in (table.sector, ALL_GOODS):
                if (table.products, sector, key) in found:
                    yield (
                        ("coverage", i, "weights", key),
                        f"coverage of '{table.products}' in {table.sector} for {key} is given "
                        "twice",
                    )
                    break
            found[table.products, table.sector, key] = i
