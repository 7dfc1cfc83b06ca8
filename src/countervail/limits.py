"""Quotas of a question as the core has them, and what the core finds of them, with labels.

A quota of the ledger lets in a quantity on all the lines it names together. Lines that differ in
what is paid on more stand under quotas of their own, in proportion to their base trade: one premium
holds for lines whose licences are worth the same. A quota of which nobody knows what a unit is
worth is left out here; the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.core.choices.binding_quotas import BindingQuotas, Limited
from countervail.core.choices.no_quotas import NoQuotas
from countervail.core.model import Baseline, Hats, Lines, Model, QuotaCells, QuotaLimits
from countervail.core.sweep import markets
from countervail.errors import InputError
from countervail.ledger.pricing.lines import PricedLines, QuotaNote
from countervail.models.economy import Economy
from countervail.scenario import Resolved, StateShock
from countervail.state import State
from countervail.world import World

Array = NDArray[np.float64]
IntArray = NDArray[np.intp]

RECIPIENTS = ("treasury", "importers", "exporters", "nobody")
"""Who is paid rent, in the order of ``QuotaCells.to``."""

ALIKE = 1e-9
"""Largest premiums that differ by less are one."""

Key = tuple[str, str, str, tuple[int, ...]]
"""Measure, product, recipient and lines of a quota of the core."""


class Limit(NamedTuple):
    """A quota of the core in one state.

    Attributes:
        key: what tells it from others of the question.
        above: rate on more, of each of its lines.
        quantity: USD million at base prices.
    """

    key: Key
    above: Array
    quantity: float


class Limits(NamedTuple):
    """The quotas of both states of a question.

    Attributes:
        keys: of each quota of the core.
        states: those in force in the first state and in the second.
        cells: where they lie.
        line: positions of their lines among the tariff lines.
    """

    keys: tuple[Key, ...]
    states: tuple[dict[Key, Limit], dict[Key, Limit]]
    cells: QuotaCells
    line: IntArray

    def of_state(self, number: int) -> QuotaLimits:
        """Return the quantities of the first state (0) or the second (1)."""
        above, quantity = [], []
        for key in self.keys:
            limit = self.states[number].get(key)
            above.append(np.full(len(key[3]), np.inf) if limit is None else limit.above)
            quantity.append(np.inf if limit is None else limit.quantity)
        return QuotaLimits(self.line, np.concatenate(above), np.array(quantity))


def limits_of(world: World, resolved: Resolved, model: Model) -> Limits | None:
    """Return the quotas of a question that can be priced; None where there are none.

    Raises:
        InputError: two quotas bear on one line in one state.

    Args:
        world: the world the question was placed in.
        resolved: the question.
        model: the economics; one that is no Economy prices none.
    """
    lines = resolved.lines
    if lines is None or not isinstance(model, Economy):
        return None
    states = tuple(
        {limit.key: limit for limit in _of_state(world, lines, change, quotas)}
        for change, quotas in (
            (resolved.before, resolved.quotas_before),
            (resolved.after, resolved.quotas),
        )
    )
    keys = tuple(dict.fromkeys(key for state in states for key in state))
    if not keys:
        return None
    for state in states:
        _refuse_twice(state)
    line = np.concatenate([np.array(key[3], dtype=np.intp) for key in keys])
    to = np.zeros((len(RECIPIENTS), len(keys)))
    for q, key in enumerate(keys):
        to[RECIPIENTS.index(key[2]), q] = 1.0
    cells = QuotaCells(
        lines.exporter[line].astype(np.intp),
        lines.importer[line].astype(np.intp),
        lines.sector[line].astype(np.intp),
        np.repeat(np.arange(len(keys)), [len(key[3]) for key in keys]),
        to,
    )
    return Limits(keys, (states[0], states[1]), cells, line)


def _refuse_twice(state: dict[Key, Limit]) -> None:
    """Raise where two quotas bear on one line.

    Raises:
        InputError: with both.
    """
    seen: dict[int, Key] = {}
    for key in state:
        for line in key[3]:
            other = seen.setdefault(line, key)
            if other is not key:
                raise InputError(
                    f"two quotas bear on one line: {other[1]} of '{other[0]}' and {key[1]} of "
                    f"'{key[0]}'; say in [stacking] which displaces the other, or ask of one alone"
                )


def _of_state(
    world: World, lines: PricedLines, change: StateShock, quotas: Iterable[QuotaNote]
) -> Iterable[Limit]:
    """Yield the quotas of one state as the core has them."""
    traded = base_trade(world, lines)
    for quota in quotas:
        at = quota.lines[traded[quota.lines] > 0]
        let_in = quota.law.let_in(float(traded[at].sum()))
        if let_in is None or quota.above is None or change.line_tariff is None or not len(at):
            continue
        above = quota.above[traded[quota.lines] > 0]
        # where what is beside it lowers the rate above, there is nothing to save
        above = np.maximum(above, change.line_tariff[at])
        most = np.log((1.0 + above) / (1.0 + change.line_tariff[at]))
        for one in _alike(most):
            held = at[one]
            key = quota.measure, quota.product, quota.law.rent_to, tuple(held.tolist())
            part = float(traded[held].sum() / traded[at].sum())
            yield Limit(key, above[one], let_in * part)


def _alike(most: Array) -> list[NDArray[np.bool_]]:
    """Return groups of lines whose largest premiums are one."""
    _, place = np.unique(np.round(most / ALIKE) * ALIKE, return_inverse=True)
    return [place == k for k in range(int(place.max()) + 1)]


def base_trade(world: World, lines: PricedLines) -> Array:
    """Return each line's trade in the base world, USD million: its weight of the cell."""
    cell = world.trade[lines.exporter, lines.importer, lines.sector]
    return np.asarray(lines.weight * cell)


def with_quotas(model: Model, limits: Limits | None) -> Model:
    """Return a model that prices a question's quotas, where there are any and it has not chosen."""
    if limits is None or not isinstance(model, Economy) or not isinstance(model.quotas, NoQuotas):
        return model
    return replace(model, quotas=BindingQuotas())


def limited_base(base: Baseline, limits: Limits | None) -> Baseline:
    """Return a baseline that says where quotas lie."""
    return base if limits is None else base._replace(quotas=limits.cells)


def fitted(hats: Hats | None, model: Model, base: Baseline) -> Hats | None:
    """Return hats to start at with a premium for every quota: those of others, or nothing."""
    if hats is None:
        return None
    blocks = list(hats.blocks)
    wanted = [one.shape(base) for one in model.unknowns]
    found = [part.shape[:-1] for part in blocks]
    if found == wanted:
        return hats
    if model.unknowns[-1].dims == ("quota",):
        if len(blocks) == len(wanted):
            blocks.pop()
        states = hats.wage.shape[-1]
        blocks.append(np.zeros((*wanted[-1], states)))
    elif len(blocks) > len(wanted):
        blocks = blocks[: len(wanted)]
    return Hats.of(blocks)


class QuotaFound(NamedTuple):
    """What is found of a quota of the question in one state.

    Attributes:
        in_force: whether it is the law of the state.
        quantity: let in, USD million at base prices; ``limit`` the most at the rate inside it.
        premium: s, of a licence beside the duty-paid price; ``most`` the largest it can be.
        border: imports at the exporter's border, USD million.
        duty: the importer's treasury takes on them; ``rent`` is paid for licences.
    """

    in_force: bool
    quantity: float
    limit: float
    premium: float
    most: float
    border: float
    duty: float
    rent: float


def limited_of(model: Model, base: Baseline, state: State) -> Limited | None:
    """Return what quotas do to the accounts of a state; None where there are none."""
    if base.quotas is None or not isinstance(model, Economy):
        return None
    found = markets(model, base, state.solved.hats, state.weights).limited
    return found if isinstance(found, Limited) else None


class QuotaResult(NamedTuple):
    """A quota of the core, priced.

    Attributes:
        measure, product: of the ledger.
        rent_to: who is paid for licences.
        lines: positions of its tariff lines.
        before, after: what is found of it in each state.
    """

    measure: str
    product: str
    rent_to: str
    lines: tuple[int, ...]
    before: QuotaFound
    after: QuotaFound


def results_of(
    limits: Limits | None,
    states: tuple[State, State],
    limited: tuple[Limited | None, Limited | None],
) -> tuple[QuotaResult, ...]:
    """Return what is found of every quota of a question that is priced."""
    one, two = limited
    if limits is None or one is None or two is None:
        return ()
    first, second = (
        found_of(limits, state, of, number)
        for number, (state, of) in enumerate(zip(states, (one, two), strict=True))
    )
    return tuple(
        QuotaResult(*key, before, after)
        for key, before, after in zip(limits.keys, first, second, strict=True)
    )


def found_of(limits: Limits, state: State, limited: Limited, number: int) -> list[QuotaFound]:
    """Return what is found of each quota in a state, in the order of ``limits.keys``."""
    premium = np.expm1(limited.premium[:, 0])
    law, rents = state.shock.quotas, limited.rents
    assert law is not None
    assert state.shock.lines is not None
    rate = state.shock.lines.tariff_new[law.line]
    most = (1.0 + law.above) / (1.0 + rate) - 1.0
    first = np.searchsorted(limits.cells.quota, np.arange(len(limits.keys)))
    return [
        QuotaFound(
            in_force=key in limits.states[number],
            quantity=float(rents.quantity[q, 0]),
            limit=float(law.quantity[q]),
            premium=float(premium[q]),
            most=float(most[first[q]]),
            border=float(rents.border[q, 0]),
            duty=float(rents.duty[q, 0]),
            rent=float(rents.rent[q, 0]),
        )
        for q, key in enumerate(limits.keys)
    ]


class LineRates(NamedTuple):
    """Rates of tariff lines in a state, fractions of the value at the border, [line].

    Attributes:
        paid: by the buyer, premiums of licences included.
        collected: by the treasury as duty: that above a quota for what is above it.
        at_home: that and rents that stay with the importer.
    """

    paid: Array
    collected: Array
    at_home: Array


def line_rates(
    base: Baseline, lines: Lines, limited: Limited | None, law: QuotaLimits | None
) -> LineRates:
    """Return the rates of the lines of a state."""
    rates = lines.tariff_new
    cells = base.quotas
    if limited is None or cells is None or law is None:
        return LineRates(rates, rates, rates)
    paid, collected, at_home = rates.copy(), rates.copy(), rates.copy()
    at, q = law.line, cells.quota
    premium = (1.0 + rates[at]) * np.expm1(limited.premium[q, 0])
    over = 1.0 - limited.rents.within[q, 0]
    paid[at] += premium
    collected[at] += premium * over
    at_home[at] += premium * (over + (1.0 - over) * (cells.to[0] + cells.to[1])[q])
    return LineRates(paid, collected, at_home)
