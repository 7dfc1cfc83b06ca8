"""From a recipe to a good of the package: its size, its flows as shares, elasticities, class."""

from __future__ import annotations

from statistics import median
from typing import NamedTuple

import numpy as np

from countervail.ledger import concordance
from countervail.world.carving.wanted import MOST_PART, wanted
from countervail.world.goods import Flow, Good
from countervail.world.world import World
from goods_build.inputs import CAD, Inputs, share_of
from goods_build.recipes import Recipe
from goods_build.trade import Trade, trade_of

CLIP = (1.5, 20.0)
THIRD = (0.33, 3.0)
MIRROR = (0.84, 1.22)
"""Quartiles of what importers declare over what exporters do, in FAO's matrix (its README)."""

SUPPLY = {
    "farm": (
        0.2,
        "farms: Roberts, Schlenker (2013) about 0.1 for staples; Hendricks, Smith, "
        "Sumner (2014); range 0.05 to 1",
    ),
    "vine": (0.2, "vineyards, as farms; range 0.05 to 1"),
    "fishery": (0.2, "fisheries under quota, as farms; range 0.05 to 1"),
    "mine": (0.2, "mines, as farms: capacity stands within a year; range 0.05 to 1"),
    "smelter": (0.2, "smelters, as mines; range 0.05 to 1"),
    "factory": (1.0, "factories: capacity in use; weak; range 0.3 to 5"),
    "dairy": (1.0, "dairies, as factories; range 0.3 to 5"),
    "livestock": (1.0, "livestock, as factories; range 0.3 to 5"),
    "still": (1.0, "distilleries, as factories; range 0.3 to 5"),
}
"""Elasticity of supply within a year by who produces, and its source (docs/theory.md)."""


class Made(NamedTuple):
    """A good and how it was made.

    Attributes:
        good: the good.
        trade: what was read; None where the good is its sector.
        conservative: class in Rauch's other column.
        factor: basic prices over customs values in its sector.
        trimmed: part of the trade abroad that its cells could not hold.
    """

    good: Good
    trade: Trade | None
    conservative: str
    factor: float
    trimmed: float


class Maker:
    """What every good is made with."""

    def __init__(self, world: World, inputs: Inputs) -> None:
        self.world, self.inputs = world, inputs
        self._rauch, self._protee = inputs.rauch(), inputs.protee()
        self._farm = _farm_factor(world, inputs)
        self.totals_range = (1.0, 1.0)

    def factor(self, sector: str) -> float:
        """Return basic prices over customs values in a sector, at most 1.

        Farms: median over pairs of the tables' trade over FAO's. Others: what the United States
        imported in the tables, 2022, over what it did at customs, 2024.
        """
        if sector == "A01":
            return self._farm
        n, j = self.world.country("USA"), self.world.sector(sector)
        cells = self.world.trade[:, n, j]
        table = float(cells.sum() - cells[n])
        return min(1.0, 1e6 * table / self.inputs.us_sector(sector))

    def make(self, recipe: Recipe) -> Made:
        """Return the good of a recipe."""
        conservative, liberal = self._rauch[recipe.sitc]
        theta, source = self._theta(recipe)
        supply, supplier = SUPPLY[recipe.producers]
        blank = Good(
            code=recipe.id,
            name=recipe.name,
            sector=recipe.sector,
            second=recipe.second,
            hs=(*recipe.hs, *(f"-{code}" for code in recipe.except_hs)),
            kind=liberal,
            theta=theta,
            theta_source=source,
            supply=supply,
            supply_source=supplier,
            basis="sector",
        )
        if recipe.whole:
            return Made(blank, None, conservative, 1.0, 0.0)
        trade = trade_of(recipe, self.world, self.inputs)
        factor = self.factor(recipe.sector)
        level = self._level(recipe, trade, factor)
        flows = [*self._shares(trade), *self._known(recipe, trade)]
        flows, trimmed = self._trimmed(recipe, flows, level)
        low, high = self._range(recipe, trade)
        good = Good(
            **{**vars(blank), "basis": trade.basis, "flows": tuple(flows), "level": level}
            | {"year": trade.year, "source": trade.source, "low": low, "high": high}
        )
        if trade.makes:
            good = self._anchored(recipe, good)
        elif trade.exports:
            good, trimmed = self._fitting(good)
        return Made(good, trade, conservative, factor, trimmed)

    def _theta(self, recipe: Recipe) -> tuple[float | None, str]:
        codes = concordance.subheadings(recipe.hs, recipe.except_hs)
        found = [-self._protee[code] for code in sorted(codes) if code in self._protee]
        if not found:
            return None, "no significant estimate; the sector's"
        value = float(np.clip(median(found), *CLIP))
        return round(value, 2), (
            f"ProTEE 0.1 (Fontagné, Guimbard, Orefice 2022), median of {len(found)} of "
            f"{len(codes)} codes, clipped to {CLIP[0]:g} to {CLIP[1]:g}"
        )

    def _level(self, recipe: Recipe, trade: Trade, factor: float) -> float:
        """Return the good's trade abroad, USD million at basic prices."""
        if trade.basis == "world":
            j = self.world.sector(recipe.sector)
            cells = self.world.trade[:, :, j]
            return self._us_part(recipe) * float(cells.sum() - np.trace(cells))
        price = 1.0 if trade.usd or trade.makes else self._price(recipe, trade)
        return max(trade.abroad, float(bool(trade.makes))) * price * factor / 1e6

    def _price(self, recipe: Recipe, trade: Trade) -> float:
        """Return USD a unit of quantity at customs."""
        if recipe.price == "us":
            paid = sum(self.inputs.us_imports(recipe.hs, recipe.except_hs).values())
            price = paid / trade.imports["USA"]
            trade.notes.append(f"price: USD {price:,.0f} a unit, US imports 2024 over its quantity")
        elif recipe.price == "canola-meal":
            worth = [
                self.inputs.fact(
                    series="canola-2024",
                    product="canola meal",
                    measure=what,
                    exporter="CAN",
                    importer="WLD",
                )
                for what in ("value", "quantity")
            ]
            price = 1000.0 * worth[0] / worth[1] / CAD
            trade.notes.append(f"price: USD {price:,.0f} a tonne, Canada's exports 2024")
        else:
            price = self.inputs.price(recipe.price)
            trade.notes.append(f"price: USD {price:,.0f} a tonne, IMF {recipe.price}, 2022")
        return price

    def _us_part(self, recipe: Recipe) -> float:
        paid = sum(self.inputs.us_imports(recipe.hs, recipe.except_hs).values())
        return paid / self.inputs.us_sector(recipe.sector)

    def _shares(self, trade: Trade) -> list[Flow]:
        """Return the trade as parts of what is traded abroad (of what is made, for vehicles)."""
        whole = trade.abroad or sum(trade.makes.values()) or 1.0
        digits = trade.digits
        found = [
            Flow("pair", i, n, rounded(v / whole, digits)) for (i, n), v in trade.pairs.items()
        ]
        for kind in ("exports", "imports", "home", "makes", "buys"):
            seller = kind in ("exports", "home", "makes")
            for code, value in getattr(trade, kind).items():
                exporter, importer = (code, "") if seller else ("", code)
                found.append(Flow(kind, exporter, importer, rounded(value / whole, digits)))
        return [flow for flow in found if flow.value >= 1e-6]

    def _known(self, recipe: Recipe, trade: Trade) -> list[Flow]:
        """Return known shares: of the United States' imports, and as published."""
        found = []
        published = {(pair["exporter"], pair["importer"]) for pair in recipe.pairs}
        if recipe.us:
            sellers = self.inputs.us_imports(recipe.hs, recipe.except_hs)
            whole = sum(sellers.values())
            for code, value in sorted(sellers.items()):
                if (code, "USA") in published:
                    continue
                if code in self.world.countries and value / whole >= 1e-4:
                    found.append(Flow("of_imports", code, "USA", rounded(value / whole, 4)))
        for pair in recipe.pairs if not trade.pairs else ():
            share, kind = share_of(self.inputs, pair), f"of_{pair['of']}"
            if pair["of"] == "CAD million":  # of what the importer buys in the source of totals
                share, kind = 1e6 * share / trade.imports[pair["importer"]], "of_imports"
            found.append(Flow(kind, pair["exporter"], pair["importer"], rounded(share, 3)))
        return found

    def _trimmed(self, recipe: Recipe, flows: list[Flow], level: float) -> tuple[list[Flow], float]:
        """Return flows that the cells of the tables can hold, and the part that was cut."""
        world, kept, cut = self.world, [], 0.0
        room = world.trade[:, :, world.sector(recipe.sector)].copy()
        if recipe.second:
            room += world.trade[:, :, world.sector(recipe.second)]
        for flow in flows:
            if flow.kind not in ("pair", "home"):
                kept.append(flow)
                continue
            i = world.country(flow.exporter)
            n = world.country(flow.importer or flow.exporter)
            most = MOST_PART * float(room[i, n]) / level
            value = min(flow.value, most)
            if value < flow.value:
                value = np.nextafter(rounded(value, 4), 0) if rounded(value, 4) > most else value
                cut += flow.value - value if flow.kind == "pair" else 0.0
            if value >= 1e-6:
                kept.append(flow._replace(value=float(f"{min(value, most):.6g}")))
        return kept, cut

    def _range(self, recipe: Recipe, trade: Trade) -> tuple[float, float]:
        """Return the range of a good's flows; what one country pays may be far from the mean."""
        if trade.basis == "matrix":
            return MIRROR
        if trade.basis != "totals" or trade.makes:
            return THIRD
        low, high = self.totals_range
        return (min(low, THIRD[0]) if recipe.price in ("us", "PPOULT") else low), high

    def _fitting(self, good: Good) -> tuple[Good, float]:
        """Return the good with totals that the tables' cells can hold, and the part that was cut.

        Raises:
            LookupError: the cells cannot hold half of it.
        """
        asked = wanted(self.world, good)
        cells = asked.first + asked.second
        abroad = float(cells.sum() - np.trace(cells))
        cut = asked.unmet / (abroad + asked.unmet)
        if cut > 0.5:
            raise LookupError(f"{good.code}: the tables hold {1.0 - cut:.0%} of its trade")
        np.fill_diagonal(cells, 0.0)
        codes = self.world.countries
        kept = [flow for flow in good.flows if flow.kind not in ("exports", "imports")]
        sides = [("exports", 1)] + ([("imports", 0)] if good.of("imports") else [])
        for kind, axis in sides:
            for code, value in zip(codes, cells.sum(axis=axis) / good.level, strict=True):
                exporter, importer = (code, "") if kind == "exports" else ("", code)
                if value >= 1e-6:
                    kept.append(Flow(kind, exporter, importer, rounded(float(value), 3)))
        return Good(**{**vars(good), "flows": tuple(kept)}), cut

    def _anchored(self, recipe: Recipe, good: Good) -> Good:
        """Return the good at the level at which it is as large abroad as in US imports."""
        cells = self.world.trade[:, :, self.world.sector(recipe.sector)]
        goal = self._us_part(recipe) * float(cells.sum() - np.trace(cells))
        level = 0.5 * float(cells.sum())
        for _ in range(30):
            good = Good(**{**vars(good), "level": level})
            first = wanted(self.world, good).first
            found = float(first.sum() - np.trace(first))
            if abs(found / goal - 1.0) < 1e-3:
                break
            level *= goal / found
        made = first.sum(axis=1) / level, first.sum(axis=0) / level
        flows = [flow for flow in good.flows if flow.kind not in ("makes", "buys")]
        for code, makes, buys in zip(self.world.countries, *made, strict=True):
            flows += [Flow("makes", code, "", rounded(float(makes), 4))] if makes >= 1e-6 else []
            flows += [Flow("buys", "", code, rounded(float(buys), 4))] if buys >= 1e-6 else []
        return Good(**{**vars(good), "level": float(f"{level:.6g}"), "flows": tuple(flows)})


def rounded(value: float, digits: int) -> float:
    """Return a number to so many significant digits."""
    return float(f"{value:.{digits}g}")


def _farm_factor(world: World, inputs: Inputs) -> float:
    """Return the median of the tables' farm trade over FAO's, over pairs of USD 10 million."""
    X = world.trade[:, :, world.sector("A01")]
    ratios = [
        float(X[world.country(i), world.country(n)]) / (value / 1e6)
        for (i, n), value in inputs.farm().items()
        if i in world.countries and n in world.countries and value >= 1e7
    ]
    return rounded(median(ratios), 3)


def totals_of(matrix: Good) -> Good:
    """Return a good of pairs as if only its totals were known."""
    sums: dict[tuple[str, str], float] = {}
    for flow in matrix.of("pair"):
        for key in (("exports", flow.exporter), ("imports", flow.importer)):
            sums[key] = sums.get(key, 0.0) + flow.value
    flows = [
        Flow(kind, code if kind == "exports" else "", code if kind == "imports" else "", value)
        for (kind, code), value in sums.items()
    ]
    return Good(**{**vars(matrix), "basis": "totals", "flows": (*flows, *matrix.of("home"))})


def fit(world: World, matrices: list[Good]) -> list[tuple[float, float]]:
    """Return carved from totals beside observed, of pairs over one per cent of a good's trade."""
    found: list[tuple[float, float]] = []
    for good in matrices:
        carved = wanted(world, totals_of(good))
        cells = carved.first + carved.second
        for flow in good.of("pair"):
            if flow.value >= 0.01:
                i, n = world.country(flow.exporter), world.country(flow.importer)
                found.append((float(cells[i, n]) / good.level, flow.value))
    return found


def spread(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Return 10th and 90th percentile of observed over carved: the range of a fitted flow."""
    ratios = [seen / max(made, 1e-9) for made, seen in pairs]
    low, high = np.percentile(ratios, [10, 90])
    return rounded(float(low), 2), rounded(float(high), 2)
