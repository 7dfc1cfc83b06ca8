"""What the card says of own duties: what is known, of whom, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from countervail import labels
from countervail.world.goods import REST
from goods_build.code_duties import PUBLISHED, WORDS, tariff_quotas
from goods_build.duties import COLLECTS, LEAST_PART, WHOLE, OwnDuties

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

DEAR, WORTH = 0.5, 100.0
"""What is left of a sector is told of where it bears more than this on more than so many USD mn."""

MOST_SELLERS = 4


def duties(own: OwnDuties) -> str:
    """Return the section of own duties, Markdown."""
    parts = [
        "## Own duties",
        _said(own),
        *_tariffs(own),
        *_ledger(own),
        *_gave_way(own),
        *_left(own),
    ]
    return "\n\n".join(parts)


def _said(own: OwnDuties) -> str:
    taxed = {code: _taxed(own, code) for code in own.codes}
    trade = {code: own.world.trade[:, :, own.world.sector(code)] for code in own.codes}
    whole = sum(float(trade[code][taxed[code]].sum()) for code in own.codes)
    known = {code: own.known(code) for code in own.codes}

    def share(which: dict[str, Mask]) -> float:
        return 100.0 * sum(float(trade[c][which[c] & taxed[c]].sum()) for c in which) / whole

    full = share({code: part >= WHOLE for code, part in known.items()})
    some = share({code: (part > 0) & (part < WHOLE) for code, part in known.items()})
    pairs = sum(
        int(((part >= WHOLE) & taxed[code] & (trade[code] > 0)).sum())
        for code, part in known.items()
    )
    sources = "; ".join(f"{market}: {words}" for market, words in WORDS.items())
    quotas = " ".join(f"{row['why']}." for row in tariff_quotas())
    return f"""A good bears what its own codes bear, as far as that is known; of the rest its
sector's rate (docs/decisions/0019). Of the goods' trade abroad that the world taxes,
{full:.0f} % bears its own duty whole ({pairs} cells), {some:.0f} % in part and
{100 - full - some:.0f} % its sector's rate, all goods carved at once. An answer says of which.

- **tariff**: the mean over the good's six-digit codes of what they pay, weighted by what the United
  States bought of each in 2024, as the world's means by sector are: a rate published of the code
  (`shared/{PUBLISHED}`, of the law date), else the mean of its tariff lines. It is on every seller
  that the world taxes. {sources}.
  A code with a line that is not ad valorem is not known. {quotas}
  Less than {100 * LEAST_PART:.0f} % of a good is nothing.
- **collected**: duty over customs value in the United States by seller, 2024 (US Census).
- **ledger**: `base_rate` of measures that name the good's codes, for the sellers they name, under
  the law of the world's tariffs; before the tariff, and of what it leaves the tariff.

What a good pays more or less than its sector, what is left of the sector makes up for: the duties
of a sector stay. Where it cannot, the good that asks most gives way to its sector's rate."""


def _taxed(own: OwnDuties, code: str) -> Mask:
    rates = own.sector.tariff[:, :, own.sector.sector(code)]
    return np.asarray((rates > 0) & ~np.eye(len(rates), dtype=bool))


def _mean(own: OwnDuties, code: str, importer: str, sellers: Mask) -> tuple[float, float]:
    """Return what a good and its sector's rate are on some sellers, per cent, by its trade."""
    n, j = own.world.country(importer), own.world.sector(code)
    trade = own.world.trade[sellers, n, j]
    if trade.sum() <= 0:
        return float("nan"), float("nan")
    share = 100.0 * trade / trade.sum()
    return (
        float(share @ own.world.tariff[sellers, n, j]),
        float(share @ own.sector.tariff[sellers, n, j]),
    )


def _tariffs(own: OwnDuties) -> Iterator[str]:
    """Yield the table of what codes pay by market, and of what was collected."""
    markets = list(dict.fromkeys(one.importer for pay in own.codes.values() for one in pay))
    lines = [
        f"| good | {' | '.join(markets)} | {COLLECTS}, collected | known, % |",
        "|---|" + "---:|" * (len(markets) + 2),
    ]
    for code, pay in own.codes.items():
        by = {one.importer: one for one in pay}
        cells = []
        for market in markets:
            member = labels.group("EU27")[0] if market == "EU27" else market
            rates = own.sector.tariff[:, own.world.country(member), own.world.sector(code)]
            top = 100.0 * float(rates.max())
            if market not in by:
                cells.append(f"({top:.3g})")
                continue
            part = "" if by[market].part >= WHOLE else f" of {100 * by[market].part:.0f} %"
            cells.append(f"{100 * by[market].rate:.3g}{part} ({top:.3g})")
        cells.append(_collected(own, code))
        taxed, trade = _taxed(own, code), own.world.trade[:, :, own.world.sector(code)]
        known = float((trade * own.known(code))[taxed].sum()) / float(trade[taxed].sum())
        lines.append(f"| {code} | {' | '.join(cells)} | {100 * known:.0f} |")
    yield (
        "What codes pay, per cent, in brackets the highest rate of the good from its sector; of "
        "such a part of the good; collected: mean by the good's trade, in brackets the sector's, "
        "and sellers; known: part of the good's taxed trade whose own duty is in its rate."
    )
    yield "\n".join(lines)


def _collected(own: OwnDuties, code: str) -> str:
    sellers = np.array([one in own.collected[code] for one in own.world.countries])
    if not sellers.any():
        return ""
    rate, was = _mean(own, code, COLLECTS, sellers)
    return f"{round(rate, 3):.3g} ({round(was, 3):.3g}), {int(sellers.sum())}"


def _ledger(own: OwnDuties) -> Iterator[str]:
    """Yield the table of what the ledger knows, by good, importer and rate."""
    rows: dict[tuple[str, str, str], list[int]] = {}
    for k, one in enumerate(own.ledger):
        importer = "EU" if one.importer in labels.group("EU27") else one.importer
        rows.setdefault((one.good, importer, f"{100 * one.rate:.3g}"), []).append(k)
    lines = [
        "| good | importer | ledger | of the good, % | sector's | carved with | sellers |",
        "|---|---|---:|---:|---:|---:|---|",
    ]
    for (good, importer, rate), held in rows.items():
        cells = [own.ledger[k] for k in held]
        world, j = own.world, own.world.sector(good)
        made = [
            100.0 * float(world.tariff[world.country(c.exporter), world.country(c.importer), j])
            for c in cells
        ]
        lines.append(
            f"| {good} | {importer} | {rate} | {_span([100 * c.part for c in cells])} | "
            f"{_span([100 * c.sector for c in cells])} | {_span(made)} | "
            f"{_sellers([c.exporter for c in cells])} |"
        )
    yield "What the ledger knows, per cent:"
    yield "\n".join(lines)


def _span(values: list[float]) -> str:
    low, high = (f"{value:.3g}" for value in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


def _sellers(codes: list[str]) -> str:
    found = sorted(set(codes))
    return " ".join(found) if len(found) <= MOST_SELLERS else f"{len(found)} countries"


def _gave_way(own: OwnDuties) -> Iterator[str]:
    """Yield where own duties are known and gave way, with all goods carved, by market."""
    told: dict[str, list[str]] = {}
    world = own.world
    for code, pay in own.codes.items():
        trade, known = world.trade[:, :, world.sector(code)], own.known(code)
        markets = {m: one.importer for one in pay for m in one.members} | {COLLECTS: COLLECTS}
        asked: dict[str, tuple[float, float]] = {}
        for member, market in markets.items():
            n = world.country(member)
            taxed = _taxed(own, code)[:, n]
            if market == COLLECTS:
                taxed &= np.array([one in own.collected[code] for one in world.countries])
            lost, whole = asked.get(market, (0.0, 0.0))
            asked[market] = (
                lost + float(trade[taxed & (known[:, n] == 0), n].sum()),
                whole + float(trade[taxed, n].sum()),
            )
        for market, (lost, whole) in asked.items():
            if whole > 0 and lost >= 0.005 * whole:
                told.setdefault(market, []).append(f"{code} {100 * lost / whole:.0f} %")
    if told:
        yield "Gave way, all goods carved at once, part of the good's taxed trade there: " + (
            "; ".join(f"{market}: {', '.join(goods)}" for market, goods in told.items()) + "."
        )


def _left(own: OwnDuties) -> Iterator[str]:
    """Yield where what is left of a sector is left with a rate that is dear."""
    world = own.world
    found = []
    for j, label in enumerate(world.sectors):
        if label.endswith(REST):
            dear = (world.tariff[:, :, j] > DEAR) & (world.trade[:, :, j] > WORTH)
            found += [
                f"{world.countries[i]} > {world.countries[n]} {label} "
                f"{100 * world.tariff[i, n, j]:.0f} % on USD {world.trade[i, n, j]:,.0f} million"
                for i, n in np.argwhere(dear)
            ]
    if found:
        yield (
            "The world's mean of a sector is weighted by what the United States buys. Where one "
            "good with a low duty is most of a pair's trade, what is left is left with a rate that "
            f"no tariff has: all goods carved at once, {'; '.join(found)}. It is small there; its "
            "revenue is too high by as much as the good's was."
        )
