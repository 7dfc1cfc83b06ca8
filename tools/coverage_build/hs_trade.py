"""Product-level trade: what a group makes up of United States imports, by exporter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import fsum

from countervail import labels
from coverage_build import codes
from coverage_build.blocks import Block
from coverage_build.inputs import Inputs
from coverage_build.national import Named
from coverage_build.recipes import Recipe
from coverage_build.us_trade import ALL

SOURCE = "US imports by HS6 and partner, 2024 (Census; Trade War Tracker)"
YEAR = 2024
TINY_TRADE = 20e6  # USD; a partner with less in the sector takes the all-partner mean
CLOSE = 0.05  # weights within this part of the all-partner mean are not listed
SMALL_SHARE = 0.002  # sectors where a list is less than this of every partner's trade are left out
ALL_BUT_NOTHING = 0.9995  # weights that print as 1.0
HIGHEST = 10.0  # multiple of a weight at the high end of a range


@dataclass(frozen=True)
class Group:
    """A product group as its trade is weighed.

    Attributes:
        product: id of the product group.
        codes: its HS6 codes.
        targets: the exporters the measure falls on; None is all.
        named: what it names of the subheadings it does not name whole.
    """

    product: str
    codes: set[str]
    targets: frozenset[str] | None
    named: Named = field(default_factory=Named)

    def hits(self, partner: str) -> bool:
        """Whether the measure falls on the partner."""
        if self.targets is None or partner in self.targets:
            return True
        return partner == "EU" and bool(self.targets & {"EU", "EU27"})


def group_of(data: Inputs, measure: str, product: str) -> Group:
    """Return a group, with the lines it names of subheadings that are not whole."""
    targets = data.laws[measure]["targets"]
    return Group(
        product,
        data.product_codes(measure, product),
        None if "ALL" in targets else frozenset(targets),
        data.named(measure, product),
    )


def from_lists(data: Inputs, recipe: Recipe) -> list[Block]:
    """Return the blocks of a group that a list of tariff lines names."""
    return blocks(data, group_of(data, recipe.measure, recipe.products))


def from_products(data: Inputs, measure: str) -> Iterator[Block]:
    """Yield coverage that the product list alone settles: all goods, or the US as importer."""
    law = data.laws[measure]
    if law.get("outside_model"):
        return
    rates = [r for r in law["rates"] if "rate" in r or r.get("basis") == "ban"]
    priced = {p for r in rates for p in r["products"]}
    for product in law["products"]:
        name = product["id"]
        if name not in priced or product.get("outside_model"):
            continue
        if data.product_codes(measure, name).issuperset(labels.hs6_sector()):
            yield Block(name, "*goods", {ALL: 1.0}, "whole", YEAR, "all goods")
        elif law["implementer"] == "USA":
            yield from blocks(data, group_of(data, measure, name))


def blocks(
    data: Inputs, group: Group, basis: str = "hs_trade", source: str = SOURCE
) -> list[Block]:
    """Return a block for each sector the group reaches into, with a weight by exporter."""
    found = []
    for sector in codes.goods():
        members = group.codes & codes.by_sector()[sector]
        if not members:
            continue
        share = _shares(data, group, sector, members)
        if _is_whole(group, sector, members, share):
            words = "every HS6 of the sector"
            found.append(Block(group.product, sector, {ALL: 1.0}, "whole", YEAR, words))
            continue
        weights = _weights(data, group, sector, share)
        span = _span(data, group, members)
        found.append(Block(group.product, sector, weights, basis, YEAR, source, span))
    return _without_small(found)


def _shares(data: Inputs, group: Group, sector: str, members: set[str]) -> dict[str, float]:
    """Return the group's part of what the United States buys of a sector, by partner."""
    share: dict[str, float] = {}
    for partner, values in data.us_trade.imports.items():
        total = data.us_trade.sector_totals[partner].get(sector, 0.0)
        if total:
            inside = fsum(values.get(c, 0.0) * group.named.part(c) for c in members)
            share[partner] = inside / total
    return share


def _is_whole(group: Group, sector: str, members: set[str], share: Mapping[str, float]) -> bool:
    every_code = members == codes.by_sector()[sector]
    if every_code and all(c not in group.named.parts for c in members):
        return True
    return min([share.get(ALL, 0.0), *share.values()]) >= ALL_BUT_NOTHING


def _weights(
    data: Inputs, group: Group, sector: str, share: Mapping[str, float]
) -> dict[str, float]:
    """Return the weights to list: targets each, or the mean and who is far from it."""
    mean = {ALL: share.get(ALL, 0.0)}
    listed = {}
    for partner, weight in sorted(share.items()):
        if partner == ALL or not group.hits(partner):
            continue
        big = data.us_trade.sector_totals[partner][sector] >= TINY_TRADE
        if group.targets is not None or (big and abs(weight - mean[ALL]) > CLOSE * mean[ALL]):
            listed[partner] = weight
    if group.targets is not None and listed:
        return listed
    return mean | listed


def _span(data: Inputs, group: Group, members: set[str]) -> tuple[float, float] | None:
    """Return low and high multiples: subheadings named in part counted not at all, or whole.

    Those whose lines are only a lower count are half of it at least where all seen are named.
    """
    pooled: dict[str, float] = defaultdict(float)
    for partner, values in data.us_trade.imports.items():
        if partner == ALL or not group.hits(partner):
            continue
        for code in members:
            pooled[code] += values.get(code, 0.0)
    middle, low, high = (
        fsum(value * of(code) for code, value in pooled.items())
        for of in (group.named.part, group.named.low, group.named.high)
    )
    if not middle or high - low < 0.01 * middle:
        return None
    return low / middle, min(high / middle, HIGHEST)


def _without_small(found: list[Block]) -> list[Block]:
    """Leave out sectors where a list hardly touches any partner's trade, and say so."""
    largest = max(found, key=lambda b: max(b.weights.values()), default=None)
    small = [b for b in found if b is not largest and max(b.weights.values()) < SMALL_SHARE]
    if largest is None or not small:
        return found
    left = ", ".join(b.sector for b in small)
    note = f"below {SMALL_SHARE} of every partner's trade, left out: {left}"
    said = replace(largest, note=note)
    return [said if b is largest else b for b in found if b not in small]
