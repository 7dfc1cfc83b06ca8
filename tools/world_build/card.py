"""The data card that stands beside the built-in world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from countervail import labels
from countervail.world.world import World
from world_build import tariffs, uses
from world_build.checks import Check
from world_build.inputs import Tables


class Facts(NamedTuple):
    """What the card needs besides the world itself."""

    tables: Tables
    rates: tariffs.Tariffs
    means: tariffs.Tariffs
    checks: Sequence[Check]
    cleaning: Sequence[str]
    mfn: tariffs.Table
    broad: tariffs.Table


def write(world: World, facts: Facts) -> str:
    """Return the card, Markdown."""
    parts = [_head(world), _variables(), _tariffs(world, facts), _elasticities(world)]
    parts += [_cautions(), _uses(world, facts.tables), _taxes(world, facts.tables)]
    parts += [_checks(facts.checks), _log(facts)]
    return "\n\n".join(parts) + "\n"


def _head(world: World) -> str:
    return f"""# Data card: {world.name}

OECD ICIO 2025 release, year 2022, reassembled; services final flows and the rest of world partly
estimated. {len(world.countries)} economies (80 named and ROW) x {len(world.sectors)} sectors
({len(labels.GOODS_27)} goods), USD million at basic prices. Made by `tools/build_world.py`; do not
edit. Qatar, Iran, Iraq, Kuwait and Oman are not in the tables: they are inside ROW.

**Sources, licences, credit**

- Trade, inputs, output: *OECD, Inter-Country Input-Output tables, 2025 release* (year 2022).
  OECD terms: data may be copied, adapted and distributed with attribution (CC BY 4.0). Credit:
  "OECD, Inter-Country Input-Output tables, 2025 release". This is an adaptation of an original
  work by the OECD; the opinions expressed and arguments employed in it should not be reported as
  representing the official views of the OECD or of its member countries.
- US tariffs: US Census Bureau, imports for consumption and calculated duty, 2024, public domain;
  summed in tradewartracker/trade-war-redux-2025 (MIT).
- Tariffs of the EU, the United Kingdom, Japan, China, Australia and India: means by sector,
  rounded to 0.1 point, of tariff lines: UK Department for International Trade, *UK Global Tariff*
  with the Common Customs Tariff beside it (Open Government Licence v3.0); Japan Customs, tariff
  schedule; C. Bown, E. Jung, E. Zhang, *Trump Has Gotten China to Lower Its Tariffs. Just Toward
  Everyone Else* (PIIE, 2019-06-12); Regional Comprehensive Economic Partnership, schedule of
  Australia; WTO, MFN applied duties by product group. No line of China's is included.
- Other tariffs: own averages by importer and broad sector, rounded to 0.1 point, computed from
  F. Teti, *Global Tariff Database*, vbeta1-2024-12 (rates of 2017; of 2021 for importers outside
  the 2017 table). No cell of that database is included.
- Preferences: `tools/world_build/agreements.toml`, each with its legal reference (cited; the
  treaty texts were not read again for this release).
- Elasticities: Fontagné, Guimbard, Orefice, *ICIO 2025* file, March 2026 (method: *Journal of
  International Economics* 137, 2022); Ahmad, Schreiber (2024), USITC working paper, services.
- Products to sectors: HS6 to GTAP of the Budget Lab at Yale (MIT), GTAP to ICIO by our rule."""


def _variables() -> str:
    rows = [
        (
            "trade",
            "goods among all economies; totals of services by pair and by seller and sector",
            "split of final services flows over sectors (maximum entropy, three exact margins)",
            "none",
        ),
        (
            "input_share",
            "the 80 named economies",
            "ROW (mean structure of 24 economies, scaled to world totals)",
            "inputs pay the market's mean duty, home purchases included",
        ),
        (
            "tariff",
            "USA 2024, as collected",
            "averages of MFN rates by sector or broad sector",
            "agreements free; services free",
        ),
        ("trade_elasticity", "none", "goods, most services", "see below"),
        (
            "intermediate_share",
            "goods bought by the 80 named economies, to a 256th",
            "goods bought by ROW",
            "services: one part for all origins",
        ),
    ]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"""## Exact, estimated, assumed

| variable | exact (to rounding) | estimated | assumed |
|---|---|---|---|
{table}

Services split against true rows of the USA: trade and land transport within 14 %, water transport
up to 42 % off on totals; final flows alone: median error 15 %, worst 68 %. Merging services into
10 groups removes most of it. Value added of ROW: 4.06 against 4.08 USD trn implied by the world
total."""


def _tariffs(world: World, facts: Facts) -> str:
    lines = [
        "## Tariffs",
        "",
        f"Law dates: USA {tariffs.LAW_DATE_USA}, every other importer {tariffs.LAW_DATE}. Every "
        "cell has a quality and a source code (`tariff_quality`, `tariff_source`; code tables in "
        "the provenance). A partner or sector absent from the US data pays the mean over partners "
        "of its sector, save Jordan and Morocco (agreements). Agreements free what they free on "
        f"{tariffs.PREFERENCE_DATE}.",
        "",
        "| cells abroad | goods trade, USD bn | quality |",
        "|---:|---:|---|",
    ]
    if world.tariff_quality is None:
        raise ValueError("the built-in world has a quality code for every tariff cell")
    n = np.arange(len(world.countries))
    abroad = np.ones(world.trade.shape, dtype=bool)
    abroad[n, n] = False
    for code, meaning in tariffs.QUALITY.items():
        cells = (world.tariff_quality == code) & abroad
        if cells.any() and code != 6:
            lines.append(
                f"| {int(cells.sum())} | {world.trade[cells].sum() / 1e3:.0f} | {meaning} |"
            )
    derived = sorted(c for c, r in facts.mfn.items() if all(one.quality == 5 for one in r.values()))
    lines += ["", f"Derived importers: {' '.join(derived)}.", ""]
    lines += [f"- {note[0].upper()}{note[1:].rstrip('.')}." for note in facts.rates.notes]
    measured = ", ".join(facts.rates.measures) or "none"
    lines += ["", f"Ledger measures in the base: {measured}."]
    lines += ["", *_own_duties(world, facts), "", *_sector_means(facts)]
    return "\n".join(lines)


def _sector_means(facts: Facts) -> list[str]:
    """The rates of importers that have one by sector, beside the broad sector's."""
    shown = {c: facts.mfn[c] for c in ("DEU", "GBR", "JPN", "CHN", "AUS", "IND")}
    names = ["EU27" if c == "DEU" else c for c in shown]
    lines = [
        "MFN rates by sector, per cent: the mean over the sector's six-digit products of the mean "
        "of their lines, weighted by what the United States bought of each from the world in 2024 "
        "(the same pattern for all), simple where it bought nothing. A line with a specific rate "
        "takes the WTO's mean of its product group in 2022 (China, EU, Japan; HS headings put to "
        "groups by us), else the broad sector's mean; `*` marks a sector where products with such "
        "a line are more than a tenth. India: the WTO's means of 2022, weighted by India's trade "
        "inside a group. EU and UK: lines of January 2021; Japan: July 2026; China: 2018 with that "
        "year's changes; Australia: 2014. In brackets the broad sector's mean that stood before.",
        "",
        f"| | {' | '.join(names)} |",
        "|---|" + "---:|" * len(names),
    ]
    for sector in labels.GOODS_27:
        cells = [
            f"{rates[sector].rate:.1f}{'*' if rates[sector].specific > 0.1 else ''} "
            f"({facts.broad[c][sector].rate:.1f})"
            for c, rates in shown.items()
        ]
        lines.append(f"| {sector} | {' | '.join(cells)} |")
    return lines


def _own_duties(world: World, facts: Facts) -> list[str]:
    """Cells whose rate is not the mean of their sector, and what that makes inputs cost."""
    before, after = facts.means.rate, facts.rates.rate
    alike: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    for i, n, j in np.argwhere(np.abs(after - before) > 1e-9):
        step = f"{100 * before[i, n, j]:.1f} to {100 * after[i, n, j]:.2f}"
        sellers, buyers = alike.setdefault((world.sectors[j], step), (set(), set()))
        sellers.add(world.countries[i])
        buyers.add(world.countries[n])
    cells = [
        f"{_who(sellers)} > {_who(buyers)} {sector} {step}"
        for (sector, step), (sellers, buyers) in sorted(alike.items())
    ]
    paid = [(world.trade * (1.0 + rate)).sum(axis=0) for rate in (before, after)]
    shift = np.divide(paid[1], paid[0], out=np.ones_like(paid[0]), where=paid[0] > 0) - 1.0
    order = np.argsort(-np.abs(shift), axis=None)[:8]
    bought = [np.unravel_index(k, shift.shape) for k in order if shift.flat[k]]
    inputs = ", ".join(
        f"{world.countries[n]} {world.sectors[j]} {100 * shift[n, j]:+.3f} %" for n, j in bought
    )
    return [
        "Goods that a measure of the ledger names enter at their own duty where that is known "
        "(`base_rate`), everything else in the cell at the mean of the sector; weights are the "
        f"ledger's, central. Cells that move, per cent: {'; '.join(cells) or 'none'}.",
        "",
        "A buyer's input shares of a good move with its duty-paid expenditure, value added takes "
        f"the rest; the largest changes: {inputs or 'none'}.",
    ]


def _who(codes: set[str]) -> str:
    """Return countries in words, the European Union by its name."""
    union = set(labels.group("EU27"))
    named = [*sorted(codes - union), "EU27"] if union <= codes else sorted(codes)
    return " ".join(named)


def _elasticities(world: World) -> str:
    cells = [
        f"{code} {theta:.2f}"
        for code, theta in zip(world.sectors, world.trade_elasticity, strict=True)
    ]
    return f"""## Trade elasticities: `{world.elasticity_set}`

theta = -epsilon of Fontagné, Guimbard, Orefice for goods, capped at 10; USITC sigma - 1 for
services. No estimate: A02 mean of A01 and A03; B05, B09 as B08; D, L 3.0; O mean of P to S; T as S.
H52 capped at 6. Merged services: mean by cross-border trade. Other sets, with the source of every
value, are in `countervail/data/elasticities.csv` (no cap, theta = -epsilon - 1, and five published
sets, which lack services and take the default's there).

{", ".join(cells)}."""


def _uses(world: World, tables: Tables) -> str:
    loss = uses.loss(world, tables)
    return f"""## Where each use is bought

`intermediate_share` is the part of every purchase that goes into production, from the intermediate
flows of the tables; the rest is final use. Only models that tell buyers by use read it
(`sourcing=by_use`), closed to what `input_share` says producers use of each market. It is kept to
a 256th; a cell below USD {uses.SMALL_USD_MILLION:g} million and below {100 * uses.SMALL_PART:g} %
of what either use buys has the mean of its buyer's imports; services have one part for all origins,
because their final flows by partner are estimated.

What matters is how far shares of origins differ between uses. Of goods, {loss.apart:.2f} % of what
a use buys would have to change origin for it to buy as both do together, on average over spending.
As shipped, {loss.inputs:.2f} % of inputs and {loss.final:.2f} % of final use have another origin
than in the tables; the largest error of a share of at least 1 %, where the use is at least 1 % of
its market, is {loss.worst:.1f} points."""


def _cautions() -> str:
    return """## Cautions

- **Basic prices are not customs values.** Trade and transport margins stand in G and H, re-exports
  are out: exports of goods are 0.78 (CAN), 0.70 (USA), 0.66 (DEU), 0.48 (NLD) of customs exports
  (BACI 2023). For "billions covered" or duty collected use customs data; here, apply rates.
- Tariffs are averages over products. Agreements count as complete: sensitive products they leave
  out (dairy, sugar, rice) and goods whose cuts are not finished (China-Korea: about
  90 % of goods over twenty years) pay nothing here. One rate stands for each sector, or for each of
  11 broad sectors.
- Means are of rates in schedules. India's is by product groups: one rate for motor vehicles stands
  for cars (60 to 125 %) and parts alike, one for beverages for spirits and wine; exemptions by
  notice (crude oil) are not in it.
- US duties are those of 2024 on trade of 2022; Section 301 and 232 are in them as collected.
- Trade remedies (anti-dumping, safeguards) of importers other than the USA are in the base only
  where the ledger has them."""


def _taxes(world: World, tables: Tables) -> str:
    """Taxes less subsidies on products, and the part of them the model counts as factor income."""
    books = world.accounts
    stays = (books.value_added - tables.VA.sum(axis=1)) / 1e3
    taxes = tables.TLS.sum(axis=1) / 1e3
    share = 100 * stays / (books.value_added / 1e3)
    cells = [
        f"{c} {taxes[k]:z.1f} / {stays[k]:z.1f} ({share[k]:z.1f})"
        for k, c in enumerate(world.countries)
    ]
    rows = ["| " + " | ".join([*cells[k : k + 4], "", "", ""][:4]) + " |" for k in range(0, 81, 4)]
    return "\n".join(
        [
            "## Product taxes inside value added",
            "",
            "Value added is one less the input shares: it holds value added and taxes less "
            "subsidies on products that producers pay (TLS), less the import duties on inputs, "
            "which the model counts as tariff revenue. What stays is treated as factor income; "
            "it is negative where those duties exceed the taxes in the tables. By country: TLS / "
            "what stays, USD bn (what stays, per cent of the model's value added); "
            f"world {taxes.sum():.0f} / {stays.sum():.0f}.",
            "",
            "| | | | |",
            "|---|---|---|---|",
            *rows,
        ]
    )


def _checks(checks: Sequence[Check]) -> str:
    lines = [
        "## Checks",
        "",
        "| figure | ours | expected | residual | |",
        "|---|---:|---:|---:|---|",
    ]
    for c in checks:
        if c.tolerance:
            verdict = "ok" if c.ok else f"beyond {c.tolerance:g}"
            lines.append(
                f"| {c.name} | {c.ours:.3f} | {c.expected:.3f} | {c.residual:+.3f} | {verdict} |"
            )
        else:
            lines.append(f"| {c.name} | {c.ours:.3f} | | | for the record |")
    return "\n".join(lines)


def _log(facts: Facts) -> str:
    return "\n".join(["## Cleaning log", "", *[f"- {line}." for line in facts.cleaning]])
