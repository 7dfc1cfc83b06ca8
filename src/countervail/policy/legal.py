"""Which agreements and which bound rates an answer would break, as far as tables here know.

``data/agreements.csv``: trade agreements in force in 2026, each with its legal reference or with
DESTA and HUGGO as its record. ``data/bound_rates.csv``: WTO bound rates, per cent; of Japan means
by sector of the ad valorem lines of its schedule, of 15 economies one simple mean over products
(WTO World Tariff Profiles 2024, from a secondary copy). Both are written by
``tools/agreements.py``.

Rates that an agreement itself sets are not in the tables: a rise above the status quo on a partner
is taken to break it. Lower rates break nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import clock, labels
from countervail.ledger.notes import Note
from countervail.scenario import Resolved, StateShock
from countervail.text.tables import rows
from countervail.world import World
from countervail.world.kinds import goods_of

Array = NDArray[np.float64]
Movers = Sequence[tuple[str, Sequence[int]]]

FOOD = frozenset({"A01", "A03", "C10T12"})
"""Sectors outside agreements on industrial goods."""

RISEN_POINTS = 1e-4
"""Percentage points above which a rate has risen: what the searches resolve."""

ABOVE_POINTS = 0.05
"""Percentage points above which a bound mean is exceeded: they are rounded to a tenth."""


class Agreement(NamedTuple):
    """A trade agreement.

    Attributes:
        name: its name.
        in_force: day, or year where no more is known.
        pairs: who owes whom: (exporter, importer), codes.
        goods: ``all`` or ``industrial``.
        reference: its legal text, or who records it.
    """

    name: str
    in_force: str
    pairs: frozenset[tuple[str, str]]
    goods: str
    reference: str


class Breach(NamedTuple):
    """An agreement that the answer would break.

    Attributes:
        importer: who raises rates: a player, or whoever answers.
        agreement, in_force, reference: as recorded.
        partners: codes of the parties whose goods pay more.
        rates: cells of trade whose rate rises.
        points: the largest rise, percentage points.
    """

    importer: str
    agreement: str
    in_force: str
    reference: str
    partners: tuple[str, ...]
    rates: int
    points: float


class Excess(NamedTuple):
    """Rates that rise above what is bound.

    Attributes:
        importer: whose rates.
        sector: code; None where the mean over all products is compared.
        rate: the highest rate (mean over products: by partner), per cent.
        bound: mean bound rate, per cent.
        partners: codes of those who would pay more than it.
        source: of the bound rate.
    """

    importer: str
    sector: str | None
    rate: float
    bound: float
    partners: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class WouldBreak:
    """What an answer would break.

    Attributes:
        breaches: agreements.
        excesses: bindings.
        unknown: who raises rates and has no bound rate in the table.
        day: on which agreements are in force.
    """

    breaches: tuple[Breach, ...]
    excesses: tuple[Excess, ...]
    unknown: tuple[str, ...]
    day: date

    @property
    def notes(self) -> tuple[Note, ...]:
        """What must be said of it: one note a player and kind."""
        said = []
        for who in dict.fromkeys(one.importer for one in self.breaches):
            own = [one for one in self.breaches if one.importer == who]
            reported = tuple(
                f"{one.agreement} ({_listed(one.partners)}; {one.in_force})" for one in own
            )
            values = {"count": float(len(own)), "points": max(one.points for one in own)}
            said.append(
                Note.of("breaks", who=who, agreements=reported, day=str(self.day), **values)
            )
        for who in dict.fromkeys(one.importer for one in self.excesses):
            own_ = [one for one in self.excesses if one.importer == who]
            reported = tuple(_excess(one) for one in own_)
            sources = "; ".join(dict.fromkeys(one.source for one in own_))
            said.append(Note.of("over_bound", who=who, rates=reported, source=sources))
        if self.unknown:
            said.append(Note.of("no_bound", who=self.unknown))
        return tuple(said)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "day": self.day.isoformat(),
            "agreements": [one._asdict() for one in self.breaches],
            "bindings": [one._asdict() for one in self.excesses],
            "bindings_not_known": list(self.unknown),
        }


def would_break(
    resolved: Resolved, world: World, movers: Movers, day: date | None = None
) -> WouldBreak:
    """Return which agreements and bindings the second state of an answer would break.

    Args:
        resolved: both states: the status quo, and the answer.
        world: where they stand.
        movers: names and positions of players; other countries go by their own codes.
        day: of the status quo; default today.
    """
    day = day or clock.today()
    risen, rate = _moves(resolved, world)
    named = {n: name for name, members in movers for n in members}
    who = [named.get(n, code) for n, code in enumerate(world.countries)]
    up = risen > RISEN_POINTS / 100.0
    up[:, :, [j for j in range(len(world.sectors)) if j not in set(goods_of(world))]] = False
    known, unknown = _bindings(up, rate, world, who)
    return WouldBreak(_breaches(up, risen, world, who, day), known, unknown, day)


def _moves(resolved: Resolved, world: World) -> tuple[Array, Array]:
    """Return the largest rise of any rate, and the mean rate then, of cells in which is trade."""
    before, after = (_cells(state, world) for state in (resolved.before, resolved.after))
    risen, rate, lines = after - before, after, resolved.lines
    if lines is not None and resolved.after.line_tariff is not None:
        at = lines.exporter, lines.importer, lines.sector
        stood = lines.tariff if resolved.before.line_tariff is None else resolved.before.line_tariff
        risen[at], rate[at] = -np.inf, 0.0
        np.maximum.at(risen, at, resolved.after.line_tariff - stood)
        np.add.at(rate, at, lines.weight * resolved.after.line_tariff)
    traded = world.trade > 0.0
    return np.where(traded, risen, 0.0), np.where(traded, rate, 0.0)


def _cells(state: StateShock, world: World) -> Array:
    return (world.tariff if state.tariff_new is None else state.tariff_new).copy()


def _breaches(
    up: NDArray[np.bool_], risen: Array, world: World, who: Sequence[str], day: date
) -> tuple[Breach, ...]:
    """Return agreements between an importer whose rates rise and those on whom they do."""
    home = {code: n for n, label in enumerate(world.countries) for code in world.held[label]}
    industrial = up.copy()
    industrial[:, :, [j for j, s in enumerate(world.sectors) if set(world.held[s]) <= FOOD]] = False
    found: dict[tuple[str, str], tuple[Agreement, dict[tuple[str, str], tuple[int, int]]]] = {}
    here = frozenset(product(home, home))
    for agreement in _agreements(day):
        rising = industrial if agreement.goods == "industrial" else up
        for exporter, importer in sorted(agreement.pairs & here):
            pair = home[exporter], home[importer]
            if pair[0] != pair[1] and rising[pair].any():
                entry = found.setdefault((who[pair[1]], agreement.name), (agreement, {}))
                entry[1][exporter, importer] = pair
    made = []
    for (importer, name), (agreement, pairs) in found.items():
        rising = industrial if agreement.goods == "industrial" else up
        cells = [risen[pair][rising[pair]] for pair in set(pairs.values())]
        partners = tuple(sorted({exporter for exporter, _ in pairs}))
        made.append(
            Breach(
                importer,
                name,
                agreement.in_force,
                agreement.reference,
                partners,
                sum(map(len, cells)),
                100.0 * max(float(each.max()) for each in cells),
            )
        )
    return tuple(made)


def _bindings(
    up: NDArray[np.bool_], rate: Array, world: World, who: Sequence[str]
) -> tuple[tuple[Excess, ...], tuple[str, ...]]:
    """Return rates that rise above what is bound, and who has no bound rate in the table."""
    products = _products(world)
    found: dict[tuple[str, str | None], list[tuple[float, float, str, str]]] = {}
    unknown: dict[str, None] = {}
    for n in map(int, np.flatnonzero(up.any(axis=(0, 2)))):
        bound = _bound_of(world.held[world.countries[n]])
        if not bound or not products.any():
            unknown[who[n]] = None
            continue
        for i in map(int, np.flatnonzero(up[:, n].any(axis=1))):
            for sector, rising, most, source in _compared(bound, up[i, n], rate[i, n], world):
                if 100.0 * rising > most + ABOVE_POINTS:
                    entry = found.setdefault((who[n], sector), [])
                    entry.append((100.0 * rising, most, world.countries[i], source))
    excesses = tuple(
        Excess(
            importer,
            sector,
            max(each[0] for each in over),
            over[0][1],
            tuple(dict.fromkeys(each[2] for each in over)),
            over[0][3],
        )
        for (importer, sector), over in found.items()
    )
    return excesses, tuple(unknown)


def _compared(
    bound: Mapping[str, tuple[float, str]], up: NDArray[np.bool_], rate: Array, world: World
) -> Iterable[tuple[str | None, float, float, str]]:
    """Yield what can be compared with a partner's rates: sector, rate, bound, source."""
    products = _products(world)
    if "" in bound:
        most, source = bound[""]
        yield None, float(products @ rate / products.sum()), most, source
        return
    sizes = Counter(labels.hs6_sector().values())
    for j in map(int, np.flatnonzero(up)):
        codes = [code for code in world.held[world.sectors[j]] if code in bound]
        if codes:
            weight = np.array([sizes[code] for code in codes], dtype=np.float64)
            most = float(weight @ [bound[code][0] for code in codes] / weight.sum())
            yield world.sectors[j], float(rate[j]), most, bound[codes[0]][1]


def _products(world: World) -> Array:
    """Return how many subheadings each sector holds, [sector]; none where it is not known."""
    sizes = Counter(labels.hs6_sector().values())
    return np.array(
        [sum(sizes[code] for code in world.held[sector]) for sector in world.sectors],
        dtype=np.float64,
    )


def _bound_of(codes: Sequence[str]) -> Mapping[str, tuple[float, str]]:
    """Return bound rates by sector, the mean of all under no name; none unless all have the same.

    Args:
        codes: countries of one label.
    """
    each = [_bound().get(code, {}) for code in codes]
    return each[0] if all(one == each[0] for one in each) else {}


def _excess(one: Excess) -> str:
    on = "" if len(one.partners) > 6 else f" on {', '.join(one.partners)}"
    if one.sector is None:
        return f"mean over products up to {one.rate:.1f} %{on}, bound {one.bound:g} %"
    return f"{one.sector} up to {one.rate:.1f} %{on}, bound {one.bound:g} %"


def _listed(codes: Sequence[str]) -> str:
    """Return codes, the Union's members as one."""
    codes = labels.union_as_one(codes, "EU27")
    return ", ".join(codes) if len(codes) <= 4 else f"{', '.join(codes[:3])}, {len(codes) - 3} more"


@cache
def _agreements(day: date) -> tuple[Agreement, ...]:
    """Return the agreements in force on a day, groups as of that day."""
    found = []
    for row in rows("agreements.csv"):
        if row["in_force"] <= str(day):
            sides = [_members(row[side], day) for side in ("parties", "partners")]
            one, other = sides[0], sides[1] or sides[0]
            pairs = {(a, b) for a, b in product(one, other) if a != b}
            pairs |= {(b, a) for a, b in pairs}
            head = row["name"], row["in_force"]
            found.append(Agreement(*head, frozenset(pairs), row["goods"], row["reference"]))
    return tuple(found)


def _members(words: str, day: date) -> set[str]:
    return {code for word in words.split("|") if word for code in labels.expand(word, day)}


@cache
def _bound() -> Mapping[str, Mapping[str, tuple[float, str]]]:
    """Return bound rates, per cent, with their source, by country and sector."""
    found: dict[str, dict[str, tuple[float, str]]] = {}
    for row in rows("bound_rates.csv"):
        for code in labels.expand(row["importer"]):
            found.setdefault(code, {})[row["sector"]] = float(row["most"]), row["source"]
    return found
