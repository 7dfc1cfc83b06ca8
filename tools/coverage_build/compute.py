"""Every measure's coverage, from its recipes and its product lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from countervail import labels
from coverage_build import codes, equal, hs_trade, levels, proxy, published, us_exports
from coverage_build.blocks import Block, PartsTable
from coverage_build.estimates import Estimate
from coverage_build.inputs import Inputs, Law
from coverage_build.levels import LevelBlock
from coverage_build.limit import limit_cells
from coverage_build.recipes import Recipe

# kinds that weigh one pair, subject to the limit of its cells
ESTIMATED: Mapping[str, Callable[[Inputs, Recipe], Iterable[Estimate]]] = {
    "published": published.estimates,
    "us_exports": us_exports.estimates,
    "proxy": proxy.estimates,
    "equal": equal.estimates,
}
# kinds that weigh every exporter at once
BY_PARTNER: Mapping[str, Callable[[Inputs, Recipe], Iterable[Block]]] = {
    "us_imports": hs_trade.from_lists,
    "proxy_by_partner": proxy.by_partner,
}

UNWEIGHED = ("none", "lists")

Table = Block | LevelBlock


def parts(data: Inputs, measure: str) -> list[PartsTable]:
    """Return the subheadings that a measure's groups name only in part, by what was counted."""
    found = []
    for product in data.laws[measure]["products"]:
        named = data.named(measure, product["id"])
        for basis in ("lines", "lines_seen"):
            inside = {c: p for c, p in named.parts.items() if named.counted.get(c) == basis}
            if inside:
                found.append(PartsTable(product["id"], basis, named.source, inside))
    return found


def compute(data: Inputs) -> dict[str, list[Table]]:
    """Return every measure's blocks, in the order of its products and sectors.

    A recipe of kind ``none`` leaves its group without coverage; one of kind ``lists`` says only
    which national lines it names; one of kind ``level`` gives what the goods were worth before the
    measure, from which their weight follows.
    """
    blocks: dict[str, list[Table]] = defaultdict(list)
    estimates: list[Estimate] = []
    for recipe in data.recipes:
        if recipe.kind in BY_PARTNER:
            blocks[recipe.measure] += BY_PARTNER[recipe.kind](data, recipe)
        elif recipe.kind == "level":
            blocks[recipe.measure].append(levels.level(data, recipe))
        elif recipe.kind not in UNWEIGHED:
            estimates += ESTIMATED[recipe.kind](data, recipe)
    for e in limit_cells(data.base_year, estimates):
        blocks[e.measure].append(e.block(data.laws[e.measure]["implementer"]))
    settled = {(r.measure, r.products) for r in data.recipes if r.kind != "lists"}
    for measure in data.laws:
        found = hs_trade.from_products(data, measure)
        blocks[measure] += [b for b in found if (measure, b.products) not in settled]
    return {measure: _in_order(found, data.laws[measure]) for measure, found in blocks.items()}


def _in_order(blocks: Iterable[Table], law: Law) -> list[Table]:
    order = [product["id"] for product in law["products"]]
    return sorted(blocks, key=lambda b: (order.index(b.products), b.sector))


def uncovered(data: Inputs, blocks: Mapping[str, Sequence[Table]]) -> list[str]:
    """Return the priced groups without any block: each a fault."""
    found = set()
    for measure, law in data.laws.items():
        if law.get("outside_model"):
            continue
        have = {b.products for b in blocks[measure]}
        have |= {p["id"] for p in law["products"] if p.get("outside_model")}
        for rate in law["rates"]:
            if rate.get("rate") is not None or rate.get("basis") == "ban":
                found |= {f"{measure}: {p}" for p in rate["products"] if p not in have}
    return sorted(found)


def unclaimed(data: Inputs) -> list[str]:
    """Return the subheadings that a group's lists name and no group of its measure has in hs."""
    found = []
    for recipe in data.recipes:
        groups = data.laws[recipe.measure]["products"]
        have = set().union(*(data.product_codes(recipe.measure, g["id"]) for g in groups))
        named, _ = data.nomenclatures.reached(recipe)
        missing = (named - have) & set(labels.hs6_sector())
        if missing:
            words = ", ".join(codes.short(missing))
            found.append(f"{recipe.measure}: {recipe.products}: {words}")
    return found
