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
from countervail.core.choices.no_quotas import InsideQuotas, NoQuotas
from countervail.core.model import Baseline, Hats, Lines, Model, QuotaCells, QuotaLimits
from countervail.core.sweep import markets
from countervail.core.uses import with_quotas_at
from countervail.errors import InputError
from countervail.ledger.pricing.lines import PricedLines
from countervail.models.economy import Economy
from countervail.scenario import Resolved
from countervail.state import State
from countervail.world import World

Array = NDArray[np.float64]
IntArray = NDArray[np.intp]

RECIPIENTS = ("treasury", "importers", "exporters", "nobody")
"""Who is paid rent, in the order of ``QuotaCells.to``."""

ALIKE = 1e-9
"""Largest premiums that differ by less are one."""

Cells = tuple[tuple[int, int, int], ...]


class Key(NamedTuple):
    """What tells a quota of the core from others.

    Attributes:
        measure, product: of the ledger.
        rent_to: who is paid for licences.
        lines: positions of its tariff lines in the table of its question.
        cells: exporter, importer and sector of each.
    """

    measure: str
    product: str
    rent_to: str
    lines: tuple[int, ...]
    cells: Cells


class Limit(NamedTuple):
    """A quota of the core in one state.

    Attributes:
        above: rate on more, of each of its lines.
        quantity: USD million at base prices.
    """

    above: Array
    quantity: float


class QuotaPlan(NamedTuple):
    """The quotas of all states of some questions in one world.

    Attributes:
        keys: of each quota of the core.
        cells: where they lie.
    """

    keys: tuple[Key, ...]
    cells: QuotaCells


def plan_of(world: World, asked: Iterable[Resolved], model: Model) -> QuotaPlan | None:
    """Return the quotas of questions that can be priced; None where there are none.

    Args:
        world: the world the questions were placed in.
        asked: the questions.
        model: the economics; one that is no Economy, or takes the rates inside, prices none.

    Raises:
        InputError: two quotas bear on one line in one state.
    """
    if not isinstance(model, Economy) or isinstance(model.quotas, InsideQuotas):
        return None
    found: dict[Key, None] = {}
    for resolved in asked:
        for number in (0, 1):
            found.update(dict.fromkeys(limits_in(world, resolved, number)))
    keys = tuple(found)
    if not keys:
        return None
    to = np.zeros((len(RECIPIENTS), len(keys)))
    for q, key in enumerate(keys):
        to[RECIPIENTS.index(key.rent_to), q] = 1.0
    places = np.array([cell for key in keys for cell in key.cells], dtype=np.intp)
    quota = np.repeat(np.arange(len(keys)), [len(key.cells) for key in keys])
    return QuotaPlan(keys, QuotaCells(places[:, 0], places[:, 1], places[:, 2], quota, to))


def quantities(
    plan: QuotaPlan | None, world: World, resolved: Resolved, number: int
) -> QuotaLimits | None:
    """Return the quantities of a question's first state (0) or its second (1).

    Quotas of other states have a quantity without an end: their lines pay no premium here.
    """
    if plan is None or resolved.lines is None:
        return None
    law = limits_in(world, resolved, number)
    most = len(resolved.lines) - 1
    line, above, quantity = [], [], []
    for key in plan.keys:
        limit = law.get(key)
        line += [min(k, most) for k in key.lines]
        above.append(np.full(len(key.lines), np.inf) if limit is None else limit.above)
        quantity.append(np.inf if limit is None else limit.quantity)
    return QuotaLimits(np.array(line, dtype=np.intp), np.concatenate(above), np.array(quantity))


def limits_in(world: World, resolved: Resolved, number: int) -> dict[Key, Limit]:
    """Return the quotas of one state as the core has them.

    Args:
        world: the world the question was placed in.
        resolved: the question.
        number: of the state, 0 or 1.

    Raises:
        InputError: two quotas bear on one line.
    """
    lines = resolved.lines
    change = (resolved.before, resolved.after)[number]
    if lines is None or change.line_tariff is None:
        return {}
    traded, found = base_trade(world, lines), {}
    for quota in (resolved.quotas_before, resolved.quotas)[number]:
        some = traded[quota.lines] > 0
        at = quota.lines[some]
        let_in = quota.law.let_in(float(traded[at].sum()))
        if let_in is None or quota.above is None or not len(at):
            continue
        # where what stands beside it lowers the rate above, there is nothing to save
        above = np.maximum(quota.above[some], change.line_tariff[at])
        most = np.log((1.0 + above) / (1.0 + change.line_tariff[at]))
        for one in _alike(most):
            held = at[one]
            where = (lines.exporter[held], lines.importer[held], lines.sector[held])
            cells = tuple((int(i), int(n), int(j)) for i, n, j in zip(*where, strict=True))
            name = quota.measure, quota.product, quota.law.rent_to
            part = float(traded[held].sum() / traded[at].sum())
            found[Key(*name, tuple(held.tolist()), cells)] = Limit(above[one], let_in * part)
    _refuse_twice(found)
    return found


def _refuse_twice(state: Iterable[Key]) -> None:
    """Raise where two quotas bear on one line.

    Raises:
        InputError: with both.
    """
    seen: dict[int, Key] = {}
    for key in state:
        for line in key.lines:
            other = seen.setdefault(line, key)
            if other is not key:
                raise InputError(
                    f"two quotas bear on one line: {other.product} of '{other.measure}' and "
                    f"{key.product} of '{key.measure}'; ask of one of them alone"
                )


def _alike(most: Array) -> list[NDArray[np.bool_]]:
    """Return groups of lines whose largest premiums are one."""
    _, place = np.unique(np.round(most / ALIKE) * ALIKE, return_inverse=True)
    return [place == k for k in range(int(place.max()) + 1)]


def base_trade(world: World, lines: PricedLines) -> Array:
    """Return each line's trade in the base world, USD million: its weight of the cell."""
    cell = world.trade[lines.exporter, lines.importer, lines.sector]
    return np.asarray(lines.weight * cell)


def with_quotas(model: Model, plan: QuotaPlan | None) -> Model:
    """Return a model that prices a question's quotas, where there are any and it has not chosen."""
    if plan is None or not isinstance(model, Economy) or not isinstance(model.quotas, NoQuotas):
        return model
    if model.turning:  # what licences are worth turns away firms as duties do, which is not solved
        return replace(model, quotas=InsideQuotas())
    return replace(model, quotas=BindingQuotas())


def inside_quotas(world: World, resolved: Resolved, model: Model) -> Model:
    """Return a model for searches: a question's quotas, where it has any, at the rate inside them.

    Args:
        world: the world the question was placed in.
        resolved: the question.
        model: the economics.

    Raises:
        InputError: two quotas bear on one line.
    """
    if not isinstance(model, Economy) or plan_of(world, [resolved], model) is None:
        return model
    return replace(model, quotas=InsideQuotas())


def limited_base(base: Baseline, plan: QuotaPlan | None) -> Baseline:
    """Return a baseline that says where quotas lie."""
    return base if plan is None else with_quotas_at(base, plan.cells)


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
    found = markets(model, base.rows, state.solved.hats, state.weights).limited
    return found if isinstance(found, Limited) else None


NO_LAW = QuotaFound(False, 0.0, np.inf, 0.0, np.inf, 0.0, 0.0, 0.0)
"""Of a state without tariff lines."""


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
    plan: QuotaPlan | None,
    states: tuple[State, State],
    limited: tuple[Limited | None, Limited | None],
) -> tuple[QuotaResult, ...]:
    """Return what is found of every quota of a question that is priced."""
    one, two = limited
    if plan is None or one is None or two is None:
        return ()
    first, second = (
        _found_of(plan, state, of) for state, of in zip(states, (one, two), strict=True)
    )
    return tuple(
        QuotaResult(*key[:4], before, after)
        for key, before, after in zip(plan.keys, first, second, strict=True)
    )


def _found_of(plan: QuotaPlan, state: State, limited: Limited) -> list[QuotaFound]:
    """Return what is found of each quota in a state, in the order of the plan."""
    premium = np.expm1(limited.premium[:, 0])
    law, rents = state.shock.quotas, limited.rents
    if law is None or state.shock.lines is None:
        return [NO_LAW] * len(plan.keys)
    rate = state.shock.lines.tariff_new[law.line]
    most = (1.0 + law.above) / (1.0 + rate) - 1.0
    first = np.searchsorted(plan.cells.quota, np.arange(len(plan.keys)))
    return [
        QuotaFound(
            in_force=bool(np.isfinite(law.quantity[q])),
            quantity=float(rents.quantity[q, 0]),
            limit=float(law.quantity[q]),
            premium=float(premium[q]),
            most=float(most[first[q]]),
            border=float(rents.border[q, 0]),
            duty=float(rents.duty[q, 0]),
            rent=float(rents.rent[q, 0]),
        )
        for q in range(len(plan.keys))
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
    at_border = premium * (over + (1.0 - over) * (cells.to[0] + cells.to[1])[q])
    # added at once for each quota: a line may lie in one of this state and in one of the other
    for rate, more in ((paid, premium), (collected, premium * over), (at_home, at_border)):
        np.add.at(rate, at, more)
    return LineRates(paid, collected, at_home)
