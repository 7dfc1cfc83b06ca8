"""The card of the table of goods: what each is made of, how far to rely on it, what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from countervail.world.carving.placing import placed
from countervail.world.goods import Good
from countervail.world.world import World
from goods_build import duty_card
from goods_build.duties import OwnDuties
from goods_build.inputs import Inputs, share_of
from goods_build.make import Made, Maker
from goods_build.recipes import Recipe

OUT = (
    (
        "lobster and crab apart from shrimp",
        "balances have crustaceans as one item, and published "
        "figures of lobster are Canada's only: inside `crustaceans`",
    ),
    (
        "newsprint apart from paper",
        "the FAO table has paper and paperboard as one item: inside `paper`",
    ),
    ("whisky apart from brandy", "balances have spirits as one item: inside `spirits`"),
    (
        "crude oil apart from natural gas",
        "no totals of either by exporter and importer; together they are sector B06",
    ),
    ("parts of vehicles", "what is left of C29 when vehicles are carved: its remainder"),
    (
        "trucks apart from cars",
        "makers' counts put pick-ups with cars in some countries and with "
        "trucks in others: inside `other-vehicles`",
    ),
    ("copper ore", "no importer's declaration but Germany's in the reference data"),
)
"""What was asked for and is not a good of the table, with the reason."""


HELD_OUT = "US Census 2024, carved without shares of US imports"


class Seen(NamedTuple):
    """A published share (per cent) or value beside the carved one."""

    good: str
    what: str
    observed: float
    carved: float
    used: bool
    about: str


class Checked(NamedTuple):
    """What a good is in the built-in world.

    Attributes:
        abroad, home: USD million.
        part: of its sector's trade abroad.
        by: parts of the trade abroad that are known pairs, fitted to totals, estimated.
        second: part that comes from the second sector.
        seen: published shares beside carved ones.
    """

    abroad: float
    home: float
    part: float
    by: tuple[float, float, float]
    second: float
    seen: tuple[Seen, ...]


def checked(world: World, inputs: Inputs, recipe: Recipe, made: Made) -> Checked:
    """Return what a good is in the built-in world, carved alone, beside what is published."""
    good, j = made.good, world.sector(made.good.sector)
    sector = world.trade[:, :, j]
    if made.trade is None:
        cells, second = sector, 0.0
    else:
        one = placed(world, [good])[0]
        cells = one.trade
        second = sum(float(t.sum()) for k, t in one.taken.items() if k != j) / float(cells.sum())
    abroad = float(cells.sum() - np.trace(cells))
    return Checked(
        abroad,
        float(np.trace(cells)),
        abroad / float(sector.sum() - np.trace(sector)),
        _by(world, good, made, cells, abroad),
        second,
        (
            *_seen(world, inputs, recipe, cells, made.factor),
            *_held_out(world, inputs, recipe, made),
        ),
    )


def _by(
    world: World, good: Good, made: Made, cells: np.ndarray[Any, Any], abroad: float
) -> tuple[float, float, float]:
    if made.trade is None:
        return 1.0, 0.0, 0.0
    estimated = made.trade.estimated / made.trade.abroad if made.trade.estimated else 0.0
    if good.basis == "matrix":
        return 1.0 - estimated, 0.0, estimated
    named = {(f.exporter, f.importer) for f in good.of("of_imports", "of_exports")}
    known = sum(cells[world.country(i), world.country(n)] for i, n in named) / abroad
    rest = 1.0 - float(known)
    if good.basis != "totals":
        return float(known), 0.0, rest
    return float(known), rest * (1.0 - estimated), rest * estimated


def _seen(
    world: World, inputs: Inputs, recipe: Recipe, cells: np.ndarray[Any, Any], factor: float
) -> list[Seen]:
    found = []
    abroad = np.where(np.eye(len(cells), dtype=bool), 0.0, cells)
    for used, pairs in ((True, recipe.pairs), (False, recipe.checks)):
        for pair in pairs:
            seller, buyer = str(pair["exporter"]), str(pair["importer"])
            i, n = world.country(seller), world.country(buyer)
            whole, what, scale = {
                "exports": (abroad[i].sum(), f"% of {seller}'s exports", 100.0),
                "imports": (abroad[:, n].sum(), f"% of {buyer}'s imports", 100.0),
            }.get(str(pair["of"]), (factor, "USD million", 1.0))
            published = scale * share_of(inputs, pair)
            about = f"{pair['product']}, {pair['series']} {pair.get('period', '')}".strip()
            carved = scale * float(cells[i, n] / whole)
            pairing = f"{seller} > {buyer}, {what}"
            found.append(Seen(recipe.id, pairing, published, carved, used, about))
    return found


def _held_out(world: World, inputs: Inputs, recipe: Recipe, made: Made) -> list[Seen]:
    """Return the first three sellers to the United States beside the good carved without them."""
    sellers = inputs.us_imports(recipe.hs, recipe.except_hs)
    whole = sum(sellers.values())
    listed = {c: v for c, v in sellers.items() if c in world.countries}
    first = sorted(listed, key=lambda c: -listed[c])[:3]
    if made.trade is None:
        cells = world.trade[:, :, world.sector(made.good.sector)]
    else:
        blind = tuple(f for f in made.good.flows if (f.kind, f.importer) != ("of_imports", "USA"))
        cells = placed(world, [replace(made.good, flows=blind)])[0].trade
    n = world.country("USA")
    bought = float(cells[:, n].sum() - cells[n, n])
    return [
        Seen(
            recipe.id,
            f"{c} > USA, % of USA's imports",
            100.0 * listed[c] / whole,
            100.0 * float(cells[world.country(c), n]) / bought,
            made.trade is not None and (c, "USA") in made.trade.filled,
            HELD_OUT,
        )
        for c in first
    ]


def write(
    world: World,
    maker: Maker,
    made: Sequence[Made],
    checks: Sequence[Checked],
    fitted: Sequence[tuple[float, float]],
    known: OwnDuties,
) -> str:
    """Return the card, Markdown."""
    parts = [
        _head(world, made),
        _goods(made, checks),
        _parameters(made),
        duty_card.duties(known),
        _how(maker, fitted),
        _published(made, checks),
        _each(made),
        _left_out(),
        _credit(),
    ]
    return "\n\n".join(parts) + "\n"


def _head(world: World, made: Sequence[Made]) -> str:
    count = {b: sum(one.good.basis == b for one in made) for b in BASES}
    said = ", ".join(f"{n} {b}" for b, n in count.items())
    return f"""# Data card: the table of goods

{len(made)} goods ({said}), for `World.carve` and `cv.open_world(goods=[...])`. Made by
`tools/build_goods.py` from `tools/goods_build/goods.toml`; do not edit. Sizes and cuts are set by
the cells of `{world.name}`. Only ratios matter: quantities stand at one price a good.

- **matrix**: declared pairs. **totals**: exports by country, imports by country and sales at home;
  pairs by proportional fitting (RAS) on the sector's own pattern, known pairs fixed. **proxy**:
  totals of a product it is made with. **world**: the good's part of the sector is the world's,
  known pairs fixed. **sector**: the good is its sector and is not carved.
- A good takes at most 95 % of a cell; the rest comes from the second sector.
- A good's technology is its sector's: an assumption. Its tariff is its own codes', as far as they
  are known, else its sector's; where trade comes from two sectors, what it pays in both."""


BASES = ("matrix", "totals", "proxy", "world", "sector")


def _goods(made: Sequence[Made], checks: Sequence[Checked]) -> str:
    lines = [
        "## What each is made of, carved alone",
        "",
        "Abroad and home in USD bn at basic prices. Known, fitted, estimated: per cent of the "
        "trade abroad by basis. Cut: per cent of the source's trade abroad that the tables' cells "
        "could not hold and that is left out.",
        "",
        "| good | HS | sector | basis | year | abroad | % of sector | home | known | fitted | "
        "estimated | second | cut | range |",
        "|---|---|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for one, c in zip(made, checks, strict=True):
        g = one.good
        known, fit, guess = (f"{100 * x:.0f}" for x in c.by)
        second = f"{100 * c.second:.0f} {g.second}" if c.second > 0.005 else ""
        cut = f"{100 * one.trimmed:.0f}" if one.trimmed > 0.0005 else ""
        spread = "" if g.whole else f"{g.low:g} to {g.high:g}"
        lines.append(
            f"| {g.code} | {' '.join(g.hs)} | {g.sector} | {g.basis} | {g.year} | "
            f"{c.abroad / 1e3:.1f} | {100 * c.part:.0f} | {c.home / 1e3:.1f} | {known} | {fit} | "
            f"{guess} | {second} | {cut} | {spread} |"
        )
    return "\n".join(lines)


def _parameters(made: Sequence[Made]) -> str:
    lines = [
        "## Class, elasticities",
        "",
        "Class: Rauch (1999), liberal column (w exchange, r reference priced, n differentiated; "
        "the conservative one in brackets where it differs). theta: a good's own, used on request "
        "only. Supply: elasticity to the own price within a year.",
        "",
        "| good | class | theta | source of theta | supply | whose |",
        "|---|---|---:|---|---:|---|",
    ]
    for one in made:
        g = one.good
        other = f" ({one.conservative})" if one.conservative != g.kind else ""
        theta = "" if g.theta is None else f"{g.theta:g}"
        lines.append(
            f"| {g.code} | {g.kind}{other} | {theta} | {g.theta_source} | {g.supply:g} | "
            f"{g.supply_source} |"
        )
    return "\n".join(lines)


def _how(maker: Maker, fitted: Sequence[tuple[float, float]]) -> str:
    low, high = maker.totals_range
    errors = [abs(np.log(max(made, 1e-9) / seen)) for made, seen in fitted]
    within = sum(e < np.log(2) for e in errors) / len(errors)
    factors = ", ".join(
        f"{s} {maker.factor(s):.2f}"
        for s in ("A01", "B07", "C10T12", "C16", "C17_18", "C20", "C24B", "C26", "C27", "C29")
    )
    return f"""## Ranges and sizes

- Range of **totals**: {low:g} to {high:g}, the 10th and 90th percentile of observed over fitted for
  the {len(fitted)} pairs over 1 % of a good's trade, when the goods with a matrix are carved from
  their totals alone; half of these pairs are within {np.exp(np.median(errors)):.2f} times,
  {100 * within:.0f} % within twice. A good sized at what the United States pays a unit, or at a
  list price: from a third. **matrix**: quartiles of what importers declare over what exporters do.
  **proxy**, **world** and vehicles: a third to three times.
- Customs values become basic prices by sector: {factors}. Farms: the median of the tables' trade
  over FAO's, pairs over USD 10 million. Others: imports of the United States in the tables (2022)
  over those at customs (2024), at most 1.
- FAO's carrier keeps partners with 5 % or more of a side's trade: a pair that is not there is
  below that, here nothing. Trade among its silent reporters (DEU ESP FRA GBR ITA NLD USA) is
  estimated from what they trade with the others.
- Known shares of the United States' imports are those of 2024 (US Census); the European Union's,
  which it counts as one seller, are fitted."""


def _off(made: Sequence[Made], checks: Sequence[Checked]) -> str:
    """Return how far carved shares of US imports are from published ones, by basis, in words."""
    said = []
    for basis in ("matrix", "totals", "sector", "world"):
        off = [
            abs(s.carved - s.observed)
            for one, check in zip(made, checks, strict=True)
            for s in check.seen
            if one.good.basis == basis and s.about == HELD_OUT and not s.used
        ]
        said.append(f"{basis} {np.median(off):.1f} points (median of {len(off)})")
    return ", ".join(said)


def _published(made: Sequence[Made], checks: Sequence[Checked]) -> str:
    lines = [
        "## Published beside carved",
        "",
        "`used`: the figure went into the good. A figure that did not is a test of it; what it is "
        "about (year, product) is not always the same. The first three sellers to the United "
        f"States stand beside the good carved without their shares: {_off(made, checks)}.",
        "",
        "| good | pair | published | carved | used | about |",
        "|---|---|---:|---:|---|---|",
    ]
    for check in checks:
        for s in check.seen:
            lines.append(
                f"| {s.good} | {s.what} | {s.observed:.3g} | {s.carved:.3g} | "
                f"{'yes' if s.used else 'no'} | {s.about} |"
            )
    return "\n".join(lines)


def _each(made: Sequence[Made]) -> str:
    lines = ["## Source of each", ""]
    for one in made:
        if one.trade is None:
            lines.append(f"- {one.good.code}: is sector {one.good.sector}.")
            continue
        said = "; ".join([one.trade.source, *one.trade.notes])
        lines.append(f"- {one.good.code}: {said}.")
    return "\n".join(lines)


def _left_out() -> str:
    return "\n".join(["## Left out", "", *(f"- {what}: {why}." for what, why in OUT)])


def _credit() -> str:
    return """## Credit

FAO, FAOSTAT: Detailed trade matrix; Food Balances; forestry (CC BY 4.0). US Census Bureau (public
domain). OICA, vehicles made and sold. IMF, primary commodity prices 2022 (single figures). Rauch
(1999), *Journal of International Economics* 48. Fontagné, Guimbard, Orefice (2022), *Journal of
International Economics* 137 (ProTEE 0.1, CEPII). Published figures: Canola Council of Canada, China
customs through the trade press, Agrium Fact Book. Of UN Comtrade, ITC and the aluminium flows of
Milovanoff, Posen, MacLean (2020) only totals by country, to three digits, are here."""
