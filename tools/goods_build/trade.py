"""From a good's source to its trade in the world's countries: pairs or totals, USD at customs.

What stands in the source for countries the world does not list goes to the rest of the world.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from countervail.world.carving.wanted import MOST_PART
from countervail.world.world import World
from goods_build.inputs import Inputs, Pairs, Totals, by_exporter, by_importer, share_of
from goods_build.recipes import Recipe

Array = NDArray[np.float64]

SILENT = ("DEU", "ESP", "FRA", "GBR", "ITA", "NLD", "USA")
"""Countries that FAO's carrier lacks as reporters: trade among them is not in the matrix."""


AT_HOME = "the smaller of the good's parts in the country's exports and in the world's trade"


@dataclass
class Trade:
    """A good's trade; what is not known is empty.

    Attributes:
        pairs: USD by pair.
        exports, imports, home, makes, buys: by country, USD or units of quantity.
        estimated: the part of ``pairs`` that is estimated.
        usd: whether amounts are USD; else they want a price.
        digits: significant digits that may be passed on.
        basis, year, source: as in the table of goods.
        notes: what the card says of it.
        filled: pairs of a matrix that are from the United States' imports.
    """

    basis: str
    year: str
    source: str
    pairs: Pairs = field(default_factory=dict)
    exports: Totals = field(default_factory=dict)
    imports: Totals = field(default_factory=dict)
    home: Totals = field(default_factory=dict)
    makes: Totals = field(default_factory=dict)
    buys: Totals = field(default_factory=dict)
    estimated: float = 0.0
    usd: bool = False
    digits: int = 4
    notes: list[str] = field(default_factory=list)
    filled: set[tuple[str, str]] = field(default_factory=set)

    @property
    def abroad(self) -> float:
        """All trade between countries, in its unit."""
        return sum(self.pairs.values()) or sum(self.exports.values())


def trade_of(recipe: Recipe, world: World, inputs: Inputs) -> Trade:
    """Return a good's trade from its source."""
    return KINDS[str(recipe.trade["kind"])](recipe, world, inputs)


def _fao(recipe: Recipe, world: World, inputs: Inputs) -> Trade:
    pairs = _placed(world, inputs.fao(recipe.trade["items"]))
    guessed = _silent_pairs(world, recipe.sector, pairs)
    estimated = sum(guessed.values())
    trade = Trade(
        "matrix",
        "2022",
        "FAO. FAOSTAT Detailed trade matrix (CC BY 4.0)",
        pairs={**pairs, **guessed},
        estimated=estimated,
        usd=True,
    )
    if "home" in recipe.trade:
        items = recipe.trade["home"]
        tonnes = sum(inputs.balances(items, "exports").values())
        price = trade.abroad / tonnes
        kept = _at_home(inputs, items)
        trade.home = {c: price * v for c, v in _countries(world, kept).items()}
        trade.source += "; home sales: FAO. FAOSTAT Food Balances, 2018 to 2020"
        trade.notes.append(f"home sales at USD {price:,.0f} a tonne, trade's mean")
    else:
        trade.notes.append(f"home sales: {AT_HOME} (no balance)")
    return _with_published(recipe, trade, world, inputs)


def _with_published(recipe: Recipe, trade: Trade, world: World, inputs: Inputs) -> Trade:
    """Return a matrix with pairs that it lacks: published, as a part of the seller's exports, and
    what the United States imported in 2024.
    """
    sold = by_exporter(trade.pairs)
    for pair in recipe.pairs:
        cell = str(pair["exporter"]), str(pair["importer"])
        if cell not in trade.pairs:
            trade.pairs[cell] = share_of(inputs, pair) * sold[cell[0]]
            trade.notes.append(f"{cell[0]} > {cell[1]}: published, below the carrier's 5 %")
    sellers = inputs.us_imports(recipe.hs, recipe.except_hs)
    lacking = {c: v for c, v in sellers.items() if (c, "USA") not in trade.pairs}
    for code, value in sorted(lacking.items()):
        if code in world.countries:
            trade.pairs[code, "USA"] = value
            trade.filled.add((code, "USA"))
    trade.notes.append(
        f"USA < {', '.join(sorted(c for c, n in trade.filled))}: US Census 2024, below the "
        "carrier's 5 %"
    )
    return trade


def _silent_pairs(world: World, sector: str, pairs: Pairs) -> Pairs:
    """Return trade among the silent reporters, estimated from what they trade with others.

    The good's part of a pair's sector is the geometric mean of its parts in what the seller sells
    to the others and in what the buyer buys of them.
    """
    X = world.trade[:, :, world.sector(sector)]
    inside = [world.country(c) for c in SILENT]
    others = [n for n in range(len(world.countries)) if n not in inside]
    V = np.zeros_like(X)
    for (seller, buyer), value in pairs.items():
        V[world.country(seller), world.country(buyer)] = value
    sold = {i: V[i, others].sum() / X[i, others].sum() for i in inside}
    bought = {n: V[others, n].sum() / X[others, n].sum() for n in inside}
    found: Pairs = {}
    for i in inside:
        for n in inside:
            cell = world.countries[i], world.countries[n]
            if i != n and cell not in pairs:
                found[cell] = float(X[i, n] * np.sqrt(sold[i] * bought[n]))
    return {cell: value for cell, value in found.items() if value > 0}


def _balances(recipe: Recipe, world: World, inputs: Inputs) -> Trade:
    items, part = recipe.trade["items"], float(recipe.trade.get("milled", 1.0))
    trade = Trade("totals", "2018-2020", "FAO. FAOSTAT Food Balances (CC BY 4.0)")
    exports, imports = inputs.balances(items, "exports"), inputs.balances(items, "imports")
    trade.exports = {c: part * v for c, v in _countries(world, exports).items()}
    trade.imports = {c: part * v for c, v in _countries(world, imports).items()}
    trade.home = {c: part * v for c, v in _countries(world, _at_home(inputs, items)).items()}
    return trade


def _meal(recipe: Recipe, world: World, inputs: Inputs) -> Trade:
    """Return meal as what is left when oil is pressed: in proportion to oil made and exported."""
    items = recipe.trade["items"]
    trade = Trade(
        "proxy",
        "2018-2020",
        "exports and home sales of the oil (FAO. FAOSTAT Food Balances) x meal made for oil made "
        "in Canada 2024 (6.6 for 4.8 million t, Canola Council of Canada)",
    )
    ratio = 6.6 / 4.8
    exports = _countries(world, inputs.balances(items, "exports"))
    trade.exports = {c: ratio * v for c, v in exports.items()}
    trade.home = {c: ratio * v for c, v in _countries(world, _at_home(inputs, items)).items()}
    trade.notes.append("buyers: as the sector's, but for Canada's published markets")
    return trade


def _forestry(recipe: Recipe, world: World, inputs: Inputs) -> Trade:
    item = str(recipe.trade["item"])
    trade = Trade("totals", "2022", "FAO forestry production and trade, via GCAM (BSD-2)")
    made, sold = inputs.forestry(item, "production"), inputs.forestry(item, "export")
    trade.exports = _countries(world, sold)
    trade.imports = _countries(world, inputs.forestry(item, "import"))
    trade.home = _countries(world, {c: max(v - sold.get(c, 0.0), 0.0) for c, v in made.items()})
    return trade


def _vehicles(_recipe: Recipe, world: World, inputs: Inputs) -> Trade:
    trade = Trade("totals", "2022", "OICA, vehicles made and sold, units (via jhelvy/oica, MIT)")
    trade.makes = _countries(world, inputs.vehicles("production"))
    trade.buys = _countries(world, inputs.vehicles("sales"))
    trade.notes.append(
        "fitted to all vehicles made and sold, home sales included: electric ones are in these "
        "counts, the size is that of the others"
    )
    return trade


def _comtrade(recipe: Recipe, world: World, inputs: Inputs) -> Trade:
    pairs = _placed(world, inputs.comtrade(recipe.trade["hs6"]))
    return _only_totals(
        Trade(
            "totals",
            "2022",
            "totals by exporter and importer of UN Comtrade imports (CIF), three digits",
            usd=True,
            digits=3,
            notes=[f"home sales: {AT_HOME}"],
        ),
        pairs,
    )


def _selection(recipe: Recipe, world: World, inputs: Inputs) -> Trade:
    """Return totals where only some importers are known; the others buy as these do."""
    codes = recipe.trade["hs6"]
    cells, known, guessed = _completed(recipe, world, inputs)
    names = world.countries
    pairs = {(names[i], names[n]): 1e6 * float(cells[i, n]) for i, n in np.argwhere(cells > 0)}
    trade = Trade(
        "totals",
        "2022",
        "totals by exporter and importer of UN Comtrade imports (CIF) of "
        f"{', '.join(codes)}, three digits",
        usd=True,
        digits=3,
        estimated=1e6 * guessed,
    )
    trade.notes.append(
        f"importers known: {', '.join(c for c, k in zip(names, known, strict=True) if k)}"
        f"; the others buy of each seller what these do; home sales: {AT_HOME}"
    )
    return _only_totals(trade, pairs)


def _completed(
    recipe: Recipe, world: World, inputs: Inputs
) -> tuple[Array, NDArray[np.bool_], float]:
    """Return cells, USD million, which importers are known, and how much is guessed.

    Known are those that declare the first of the codes. A seller's part of the good in its sector
    is the same where buyers are not known.
    """
    codes = recipe.trade["hs6"]
    declare = {n for _, n in inputs.selection(codes[:1])}
    V = np.zeros(world.trade.shape[:2])
    for (seller, buyer), value in _placed(world, inputs.selection(codes)).items():
        V[world.country(seller), world.country(buyer)] = value / 1e6
    known = np.array([code in declare for code in world.countries]) & (V.sum(axis=0) > 0)
    V *= known
    X = world.trade[:, :, world.sector(recipe.sector)]
    seen = X[:, known].sum(axis=1) - np.where(known, X.diagonal(), 0.0)
    part = np.divide(V.sum(axis=1), seen, out=np.zeros(len(V)), where=seen > 0)
    guessed = X * np.minimum(part, MOST_PART)[:, None] * ~known
    np.fill_diagonal(guessed, 0.0)
    return V + guessed, known, float(guessed.sum())


def _wine(recipe: Recipe, world: World, inputs: Inputs) -> Trade:
    exports, imports = inputs.wine("export"), inputs.wine("import")
    items = recipe.trade["home"]
    price = sum(exports.values()) / sum(inputs.balances(items, "exports").values())
    trade = Trade(
        "totals",
        "2018",
        "totals of ITC (UN Comtrade), three digits; home sales: FAO. FAOSTAT Food Balances",
        usd=True,
        digits=3,
    )
    trade.exports, trade.imports = _countries(world, exports), _countries(world, imports)
    kept = _countries(world, _at_home(inputs, items))
    trade.home = {c: price * v for c, v in kept.items()}
    return trade


def _aluminium(_recipe: Recipe, world: World, inputs: Inputs) -> Trade:
    pairs = _placed(world, inputs.aluminium())
    trade = _only_totals(
        Trade(
            "totals",
            "2017",
            "totals by exporter and importer of UN Comtrade as reconciled by Milovanoff, Posen, "
            "MacLean (2020), tonnes, three digits; home sales: primary production (USGS) less "
            "exports",
            digits=3,
        ),
        pairs,
    )
    made = _countries(world, inputs.aluminium_made())
    trade.home = {c: max(v - trade.exports.get(c, 0.0), 0.0) for c, v in made.items()}
    return trade


def _potash(recipe: Recipe, world: World, inputs: Inputs) -> Trade:
    """Return published totals of 2014; buyers without one share the rest as the sector's imports.

    Only what the published sellers sell is carved.
    """
    exports, imports, world_total = inputs.potash()
    trade = Trade("totals", "2014", "Agrium Fact Book 2015-2016 (IFA), K2O by seller and buyer")
    trade.exports = _countries(world, exports)
    named = _countries(world, imports)
    X = world.trade[:, :, world.sector(recipe.sector)]
    abroad = X.sum(axis=0) - X.diagonal()
    others = {c: float(abroad[n]) for n, c in enumerate(world.countries) if c not in named}
    rest = max(world_total - sum(named.values()), 0.0) / sum(others.values())
    trade.imports = {**named, **{c: rest * v for c, v in others.items()}}
    trade.notes.append(f"home sales: {AT_HOME}")
    trade.notes.append(
        f"{sum(exports.values()) / world_total:.0%} of the world's exports are published by seller "
        f"and {sum(named.values()) / world_total:.0%} by buyer; other buyers share the rest as the "
        "sector's imports"
    )
    return trade


def _world(_recipe: Recipe, _world: World, _inputs: Inputs) -> Trade:
    return Trade(
        "world",
        "2024",
        "no totals; size: the good's part of the sector's imports of the United States (US Census)",
        usd=True,
        notes=["home sales and all pairs but the United States' imports: the world's part"],
    )


KINDS: dict[str, Callable[[Recipe, World, Inputs], Trade]] = {
    "fao": _fao,
    "balances": _balances,
    "meal": _meal,
    "forestry": _forestry,
    "vehicles": _vehicles,
    "comtrade": _comtrade,
    "selection": _selection,
    "wine": _wine,
    "aluminium": _aluminium,
    "potash": _potash,
    "world": _world,
}


def _only_totals(trade: Trade, pairs: Pairs) -> Trade:
    trade.exports, trade.imports = by_exporter(pairs), by_importer(pairs)
    return trade


def _at_home(inputs: Inputs, items: list[str]) -> Totals:
    made, sold = inputs.balances(items, "production"), inputs.balances(items, "exports")
    return {c: max(v - sold.get(c, 0.0), 0.0) for c, v in made.items()}


def _countries(world: World, totals: Mapping[str, float]) -> Totals:
    found: Totals = defaultdict(float)
    for code, value in totals.items():
        found[code if code in world.countries else "ROW"] += value
    return {code: value for code, value in sorted(found.items()) if value > 0}


def _placed(world: World, pairs: Pairs) -> Pairs:
    """Return pairs of the world's countries, without what is between two that are one of them."""
    found: Pairs = defaultdict(float)
    for (exporter, importer), value in pairs.items():
        i = exporter if exporter in world.countries else "ROW"
        n = importer if importer in world.countries else "ROW"
        if i != n:
            found[i, n] += value
    return dict(sorted(found.items()))
