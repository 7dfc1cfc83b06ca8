"""The independent check: every equation of the model, evaluated afresh in levels.

Nothing here is shared with the map that was solved (docs/theory.md, Counterfactual in changes):
the check takes wages, prices and expenditure as claimed, and the baseline and the shock as given,
and writes the equations out once more, cell by cell and line by line. A figure without a
certificate is not printed.

Where buyers are told by use (``core.uses``) baseline, shock and hats come with a row of markets for
each: [row, ...], and [j, ...] what is of makers. A market's place is told by its sector.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.core.choices.closure import Closure
from countervail.core.choices.slots import Choices
from countervail.core.model import (
    Array,
    Baseline,
    BlockResidual,
    Certificate,
    Hats,
    IntArray,
    Lines,
    Outcome,
    Shock,
    Totals,
)

TOLERANCE = 1e-10
"""Largest relative residual of any equation in a certified solution."""

OVERFLOW_LOG = 600.0
"""Logs above this are near what numbers can hold."""

STILL_LOG = 1e-8
"""Log of a hat that claims nothing: what a solver leaves of no move."""

BESIDE_EFFECT = 1e-3
"""And it must be this small beside the largest effect."""


class _Books(NamedTuple):
    """What claimed unknowns make of a state, in levels.

    Attributes:
        spent: X' [row, n], and ``total`` the sum of shares in it.
        flows, border, received: of it from each seller: duty-paid, at the border, kept [row, n, i].
        earned, budget: of factors, and with revenue and deficit [n].
        value_added, inputs: of producers, and what they spend on each good [j, n].
        uses: what is wanted of each good [row, n].
        paid: price of what households buy [j, n].
        closed: markets with buyers and no supplier [row, n].
        revenue, imports, exports: [n].
        rents: who is paid what by quotas; None where none is.
    """

    spent: Array
    total: Array
    flows: Array
    border: Array
    received: Array
    earned: Array
    budget: Array
    value_added: Array
    inputs: Array
    uses: Array
    paid: Array
    closed: NDArray[np.bool_]
    revenue: Array
    imports: Array
    exports: Array
    rents: Any

    @property
    def scale(self) -> Array:
        """What gaps of countries are relative to, [n]."""
        return np.maximum(np.abs(self.budget), self.earned)


def verify(
    of: Choices,
    base: Baseline,
    shock: Shock,
    hats: Hats,
    deficit: Array,
    income: Array,
    reported: Totals | Outcome | None = None,
) -> Certificate:
    """Return the residuals of all equilibrium conditions.

    Args:
        of: the choices of the model.
        base: baseline.
        shock: the state of the world; what of its labour is at work is as reported.
        hats: claimed wages [n], prices [j, n], expenditure [j, n] and further unknowns, in logs.
        deficit: D'[n] as claimed.
        income: I'[n] as claimed.
        reported: further figures that are to be those of this equilibrium.
    """
    working = shock
    if reported is not None:
        working = shock._replace(labour_hat=shock.labour(base) * reported.employment)
    books = _books(of, base, working, hats, deficit)
    blocks = _equations(of, base, working, hats, deficit, income, books)
    if reported is not None:
        blocks += _reported(base, reported, books)
        living = partial(_living, of, base, books)
        idle = of.factors.at_work(shock, hats, reported.employment, living)
        blocks += tuple(_block(name, gap) for name, gap in idle)
    closure = verify_closure(base, shock, hats, deficit, of.closure, books.earned)
    blocks = tuple(_told_by_sector(base, block) for block in blocks)
    effect = max(float(np.abs(hat).max()) for hat in hats.common)
    return Certificate((*blocks, closure), effect)


def _books(of: Choices, base: Baseline, shock: Shock, hats: Hats, deficit: Array) -> _Books:
    """Return what the claimed unknowns make of a state."""
    shock, law = of.quotas.claimed(base, shock, hats), shock
    closed = _closed(base, shock, hats)
    spent = np.where(closed, 0.0, base.expenditure) * np.exp(hats.expenditure)
    log_value_added = of.factors.claimed_price(base, hats)
    log_paid = of.goods.claimed_price(base, hats.price, closed)
    bought = log_paid.reshape(base.uses, *base.gross_output.shape)
    log_inputs, log_final = bought[0], bought[-1]
    log_cost = of.technology.claimed_cost(base, shock, log_value_added, log_inputs)
    log_cost = of.factors.claimed_markup(base, shock, hats, log_cost)
    log_asked = of.competition.claimed_asked(base, shock, log_cost, _of_scale(of, hats))
    shock = of.competition.claimed_law(base, shock)
    log_met = of.competition.claimed_met(base, shock, hats)
    asked = np.tile(log_asked, (base.uses, 1))
    share = _shares(base, shock, log_met, asked, _elasticity(base, shock)[:, None])
    total = share.sum(axis=2)
    flows = np.multiply(share, spent[:, :, None], out=share)
    border, received = _taxed(flows, base, shock)
    sold = received.sum(axis=1)
    output = _all_uses(base, sold)
    revenue = (total * spent - border.sum(axis=2)).sum(axis=0)
    if received is not border:
        revenue = revenue + (border.sum(axis=1) - sold).sum(axis=0)
    earned = of.factors.claimed_income(base, shock, hats)
    rents, received_rent = (
        of.quotas.rents(base, law, hats, flows, np.tile(log_cost, (base.uses, 1))),
        0.0,
    )
    if rents is not None:
        # the wedge of a line under a quota is duty but for the rents that others are paid
        revenue = revenue - rents.importers - rents.paid_abroad - rents.nobody
        received_rent = rents.importers + rents.exporters
    budget = earned + revenue + received_rent + deficit
    made = of.technology.claimed_share(base, log_value_added, log_inputs)
    inputs, paid = _inputs_bought(base, output, made), np.exp(log_final)
    consumed = of.demand.bought(base, budget, paid)
    needed = consumed + inputs if base.uses == 1 else np.vstack([inputs, consumed])
    if rents is not None:
        border = border.copy()
        np.add.at(border, rents.at_border[:3], rents.at_border[3])
    between = border.sum(axis=0)
    np.fill_diagonal(between, 0.0)
    return _Books(
        spent=spent,
        total=total,
        flows=flows,
        border=border,
        received=received,
        earned=earned,
        budget=budget,
        value_added=made * output,
        inputs=inputs,
        uses=of.goods.claimed_spending(base, needed, hats.price, closed),
        paid=paid,
        closed=closed,
        revenue=revenue,
        imports=between.sum(axis=1),
        exports=between.sum(axis=0),
        rents=rents,
    )


def _equations(
    of: Choices,
    base: Baseline,
    shock: Shock,
    hats: Hats,
    deficit: Array,
    income: Array,
    books: _Books,
) -> tuple[BlockResidual, ...]:
    """Return the residual of every equation but the closure's."""
    bought, theta = (base.expenditure > 0) & ~books.closed, _elasticity(base, shock)[:, None]
    final = _final(of, base, books.spent, books.inputs)
    left = books.spent.sum(axis=0) - books.inputs.sum(axis=0)
    budget, earned, world = books.budget, books.earned, base.value_added.sum()
    rents = books.rents
    elsewhere = 0.0 if rents is None else rents.nobody
    own = (
        *of.factors.checks(base, shock, hats, books.value_added, books.revenue, elsewhere),
        *of.competition.checks(base, _of_scale(of, hats), _output(base, books.received)),
        *of.quotas.checks(base, shock, hats, rents),
        *of.goods.checks(base, hats, books.closed),
    )
    prices = np.log(np.where(bought, books.total, 1.0)) / theta
    unmet = _relative(books.spent - books.uses, books.spent, 1e-9 * base.expenditure)
    overspent = np.maximum(abs(left - budget), abs(income - budget)) / books.scale
    return (
        _cells("prices", np.where(bought, prices, 0.0)),
        _cells("shares", np.where(bought, books.total - 1.0, 0.0)),
        _cells("goods markets", unmet),
        *(_block(name, gap) for name, gap in own),
        _countries("budgets", overspent),
        _countries("trade balance", (books.imports - books.exports - deficit) / books.scale),
        _countries("world deficits", np.full_like(earned, deficit.sum() / world)),
        _countries("numeraire", np.full_like(earned, earned.sum() / world - 1.0)),
        _countries("real income", _real_income(of, base, income, final, books.paid)),
    )


def _reported(
    base: Baseline, reported: Totals | Outcome, books: _Books
) -> tuple[BlockResidual, ...]:
    """Return how far further figures are from those of the equations."""
    gaps = (
        reported.revenue - books.revenue,
        reported.imports - books.imports,
        reported.exports - books.exports,
        (reported.gross_output - _output(base, books.received)).sum(axis=0),
        (reported.value_added - books.value_added).sum(axis=0),
    )
    worst = np.abs(np.stack(gaps)).max(axis=0)
    totals = _countries("reported totals", worst / books.scale)
    if not isinstance(reported, Outcome):
        return (totals,)
    border, room = books.border, books.flows
    trade_by_use, border_by_use = _reported_by_use(base, reported)
    gap = _largest(trade_by_use, books.received, room)
    if books.received is not border or reported.border is not reported.trade:
        gap = np.maximum(gap, _largest(border_by_use, border, room))
    relative = _relative(gap, books.spent, 1e-9 * base.expenditure)
    return totals, _cells("reported trade", relative)


def _reported_by_use(base: Baseline, reported: Outcome) -> tuple[Array, Array]:
    """Return trade and border trade by row; not a number where uses do not sum to what is told."""
    if base.uses == 1 or reported.by_use is None:
        return reported.trade, reported.border
    rows = []
    for told, parts in (
        (reported.trade, reported.by_use.trade),
        (reported.border, reported.by_use.border),
    ):
        same = np.isclose(parts.sum(axis=0), told, rtol=TOLERANCE, atol=0.0)
        rows.append(np.where(same, parts, np.nan).reshape(-1, *told.shape[1:]))
    return rows[0], rows[1]


def _real_income(of: Choices, base: Baseline, income: Array, final: Array, price: Array) -> Array:
    """Return how far income over the cost of living is from the utility of what is bought, [n].

    Args:
        of: the choices of the model.
        base: baseline.
        income: I'[n] as claimed.
        final: what is spent on final use of each sector, at claimed prices, [j, n].
        price: claimed of what households buy, over the baseline's, [j, n].
    """
    hat, utility = _worth(of, base, income, final, price)
    claimed = hat / of.demand.cost_of_living(base, np.ones_like(price), price)
    with np.errstate(invalid="ignore", divide="ignore"):  # what is not a number is no certificate
        return np.asarray(np.log(claimed) - utility)


def _living(of: Choices, base: Baseline, books: _Books) -> Array:
    """Return what a living costs, over the baseline's: the budget over what it buys, [n]."""
    final = _final(of, base, books.spent, books.inputs)
    hat, utility = _worth(of, base, books.budget, final, books.paid)
    return np.asarray(hat / np.exp(utility))


def _worth(
    of: Choices, base: Baseline, income: Array, final: Array, price: Array
) -> tuple[Array, Array]:
    """Return income over its baseline, and ln of the utility of what is bought, [n]."""
    inputs = _inputs_bought(base, base.gross_output, base.value_added_share)
    before = _final(of, base, base.expenditure, inputs)
    wanted = base.final_share > 0
    quantity = np.divide(final, before * price, out=np.ones_like(final), where=wanted)
    if base.uses == 1:
        hat = income / (base.expenditure - inputs).sum(axis=0)
    else:
        hat = income / (base.expenditure.sum(axis=0) - inputs.sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        return hat, of.demand.utility(base, quantity)


def _final(of: Choices, base: Baseline, spent: Array, inputs: Array) -> Array:
    """Return what households spend on each sector, at each of its goods, [j, n].

    Args:
        of: the choices of the model.
        base: baseline.
        spent: by row of markets [row, n].
        inputs: what producers spend on each good [j, n].
    """
    if base.uses == 1:
        return np.asarray(of.goods.composite(base, spent) - of.goods.composite(base, inputs))
    return of.goods.composite(base, spent)[len(base.gross_output) :]


def _output(base: Baseline, received: Array) -> Array:
    """Return what makers are paid by all markets of both uses, [j, n]."""
    return _all_uses(base, received.sum(axis=1))


def _all_uses(base: Baseline, rows: Array) -> Array:
    """Return what is of rows of markets, of both uses together, [j, n]."""
    if base.uses == 1:
        return rows
    return np.asarray(rows.reshape(base.uses, *base.gross_output.shape).sum(axis=0))


def verify_closure(
    base: Baseline, shock: Shock, hats: Hats, deficit: Array, closure: Closure, earned: Array
) -> BlockResidual:
    """Return how far the claimed deficits are from the closure's rule, written out once more.

    Args:
        base: baseline.
        shock: the state of the world.
        hats: claimed wages, prices and expenditure, in logs.
        deficit: D'[n] as claimed.
        closure: ``world_share``, ``nominal``, ``own_income`` or ``closed`` (docs/theory.md,
            Choices of the model).
        earned: by all factors, [n].
    """
    gift = 0.0 if shock.transfer is None else shock.transfer
    owed = closure.owed(base, np.exp(hats.wage), earned) + gift
    return _countries("closure", (deficit - owed) / earned)


def acceptable(residual: float, effect: float) -> bool:
    """Return whether a residual certifies an effect; no effect at all needs only the tolerance."""
    return residual <= TOLERANCE and (effect <= 1e-11 or residual <= BESIDE_EFFECT * effect)


def _of_scale(of: Choices, hats: Hats) -> tuple[Array, ...]:
    """Return the claimed unknowns that follow those of factors: of competition first."""
    return hats.others[len(of.factors.unknowns) :]


def _elasticity(base: Baseline, shock: Shock) -> Array:
    """Return theta[j] of the state."""
    return base.trade_elasticity if shock.trade_elasticity is None else shock.trade_elasticity


def _inputs_bought(base: Baseline, output: Array, made: Array) -> Array:
    """Return what a country's producers spend on each good at shares of value added, [j, n]."""
    usual = 1.0 - base.value_added_share
    part = np.divide(1.0 - made, usual, out=np.zeros_like(made), where=usual > 0)
    return np.asarray(np.einsum("njk,kn->jn", base.input_share, part * output, optimize=True))


def _shares(base: Baseline, shock: Shock, log_met: Array, log_asked: Array, theta: Array) -> Array:
    """Return pi' = pi (q kappa / P)^-theta [j, n, i], q being what is asked, P what it meets."""
    asked, paid = theta * log_asked, theta * log_met
    lowest = asked.min(axis=1, keepdims=True)
    if (paid - lowest).max() > OVERFLOW_LOG:
        share = paid[:, :, None] - asked[:, None, :]
        np.minimum(share, OVERFLOW_LOG, out=share)  # of one that sells nothing: zero times a number
        np.exp(share, out=share)
        share *= base.trade_share
    else:  # a power for each buyer and seller, not for each pair
        share = base.trade_share * np.exp(paid - lowest)[:, :, None]
        share *= np.exp(lowest - asked)[:, None, :]
    _land(share, base, shock)
    return share


def _closed(base: Baseline, shock: Shock, hats: Hats) -> NDArray[np.bool_]:
    """Return markets in which something was bought and every source is banned, [j, n].

    Such a market claims neither a price nor spending; what claims them and has no source fails.
    """
    still = np.maximum(np.abs(hats.price), np.abs(hats.expenditure)) <= STILL_LOG
    claimed = (base.expenditure > 0) & still
    if not claimed.any():
        return claimed
    left = base.trade_share.copy()
    _land(left, base, shock)
    return np.asarray(claimed & ~(left > 0).any(axis=2))


def _land(share: Array, base: Baseline, shock: Shock) -> None:
    """Multiply shares by kappa hat^-theta, in place; lines are summed one by one."""
    theta = _elasticity(base, shock)
    dearer = np.zeros(share.shape, dtype=np.bool_)
    if shock.tariff_new is not None:
        dearer |= shock.tariff_new != base.tariff
    if shock.iceberg_hat is not None:
        dearer |= shock.iceberg_hat != 1.0
    if shock.lines is not None:
        # the lines stand in place of the cell's own rate and cost
        sold = _sales_of_lines(shock.lines, theta)
        cells, summed = _by_cell(shock.lines, sold, share.shape)
        dearer[cells] = False
        share[cells] *= summed / (1.0 + base.tariff[cells])
    cells = np.unravel_index(np.flatnonzero(dearer), dearer.shape)
    kappa = np.ones(len(cells[0]))
    if shock.tariff_new is not None:
        kappa *= (1.0 + shock.tariff_new[cells]) / (1.0 + base.tariff[cells])
    if shock.iceberg_hat is not None:
        kappa *= shock.iceberg_hat[cells]
    share[cells] *= kappa ** -theta[cells[0]]
    if shock.export_tax is not None:
        share *= (1.0 + shock.export_tax) ** -theta[:, None, None]


def _taxed(flows: Array, base: Baseline, shock: Shock) -> tuple[Array, Array]:
    """Return what arrives at the border and what sellers receive of duty-paid flows."""
    border = 1.0 + (base.tariff if shock.tariff_new is None else shock.tariff_new)
    np.divide(flows, border, out=border)
    if shock.lines is not None:
        sold = _sales_of_lines(shock.lines, _elasticity(base, shock))
        cells, paid = _by_cell(shock.lines, sold, flows.shape)
        kept = sold / (1.0 + shock.lines.tariff_new)
        _, arriving = _by_cell(shock.lines, kept, flows.shape)
        part = np.divide(arriving, paid, out=np.zeros_like(paid), where=paid > 0)
        border[cells] = np.where(paid > 0, flows[cells] * part, border[cells])
    if shock.export_tax is None:
        return border, border
    return border, border / (1.0 + shock.export_tax)


def _sales_of_lines(lines: Lines, theta: Array) -> Array:
    """Return each line's duty-paid sales at base prices, over its cell's before tariff, [line]."""
    dearer = lines.iceberg_hat * (1.0 + lines.tariff_new) / (1.0 + lines.tariff)
    return np.asarray(lines.weight * (1.0 + lines.tariff) * dearer ** -theta[lines.sector])


def _by_cell(
    lines: Lines, values: Array, shape: tuple[int, ...]
) -> tuple[tuple[IntArray, ...], Array]:
    """Return the cells that have lines, as an index [j, n, i], and the sums of values in each."""
    places = np.ravel_multi_index((lines.sector, lines.importer, lines.exporter), shape)
    cells, place = np.unique(places, return_inverse=True)
    sums = np.zeros(len(cells))
    np.add.at(sums, place, values)
    return np.unravel_index(cells, shape), sums


def _largest(reported: Array, found: Array, gap: Array) -> Array:
    """Return the largest difference in each market, [j, n]; ``gap`` is room to work in."""
    np.subtract(reported, found, out=gap)
    return np.asarray(np.abs(gap, out=gap).max(axis=2))


def _relative(gap: Array, size: Array, floor: Array) -> Array:
    scale = np.maximum(size, floor)
    return np.divide(gap, scale, out=np.zeros_like(gap), where=scale > 0)


def _told_by_sector(base: Baseline, block: BlockResidual) -> BlockResidual:
    """Return a residual whose worst row of markets is told by its sector."""
    if block.sector is None:
        return block
    return block._replace(sector=block.sector % len(base.gross_output))


def _cells(name: str, gap: Array) -> BlockResidual:
    sector, country = np.unravel_index(int(np.argmax(np.abs(gap))), gap.shape)
    return BlockResidual(name, _size(gap[sector, country]), int(country), int(sector))


def _block(name: str, gap: Array) -> BlockResidual:
    return _cells(name, gap) if gap.ndim == 2 else _countries(name, gap)


def _countries(name: str, gap: Array) -> BlockResidual:
    country = int(np.argmax(np.abs(gap)))
    return BlockResidual(name, _size(gap[country]), country, None)


def _size(value: float) -> float:
    return float(abs(value)) if np.isfinite(value) else float("inf")
