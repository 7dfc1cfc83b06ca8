"""One sweep through the equations of an economy: its choices are called in order.

Nothing here is economics: what a seller asks, what a household buys and what a country may borrow
are in the choices (``core/choices``), and this is the order in which they are asked. Pure, NumPy
or JAX; what is solved for has the state s last. Baselines here have a row of markets for each use
that buyers are told by (``core.uses``): [row, n, s], and [j, n, s] what is of makers.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from countervail.core import uses
from countervail.core.choices.slots import Choices
from countervail.core.model import Baseline, Hats, Outcome, Totals, Weights, namespace
from countervail.core.products import added

SMALLEST = 1e-12
"""Expenditure hats are kept above this: the spending of a market whose buyers have all gone."""

ROUNDING = 1e-13
"""Trade with others below this part of all sales is what rounding leaves of none."""


class Markets(NamedTuple):
    """Where a guess of the unknowns leaves markets and budgets.

    Attributes:
        log_earned: ln of what labour earns a head, in world value added [n, s].
        log_wage, wage: w hat of who is at work [n, s].
        log_paid: ln of the price of what users buy [row, n, s].
        log_cost: ln c hat[j, n, s].
        log_asked: ln of what sellers ask, as buyers compare it [j, n, s].
        u, size: attractiveness of sellers and its shift (``CesSourcing.attractiveness``).
        market: sum_i A u [row, n, s].
        spend: X' over market [row, n, s].
        output: Y' [j, n, s].
        share: value added in sales [j, n, s].
        revenue, deficit, income: R', D', I' [n, s].
        limited: what quotas do to accounts; None where none is.
    """

    log_earned: Any
    log_wage: Any
    wage: Any
    log_paid: Any
    log_cost: Any
    log_asked: Any
    u: Any
    size: Any
    market: Any
    spend: Any
    output: Any
    share: Any
    revenue: Any
    deficit: Any
    income: Any
    limited: Any


def markets(of: Choices, base: Baseline, hats: Hats, weights: Weights) -> Markets:
    """Return what sellers ask, what buyers spend and what countries earn at a guess."""
    xp, own = namespace(hats.wage), hats.others
    log_earned = of.factors.numeraire(hats.wage, base, weights, own)
    log_paid = of.goods.paid(hats.price, base, weights.active)
    log_wage = of.factors.wage(log_earned, lambda: _log_living(of, base, log_paid), weights, own)
    log_value_added = of.factors.value_added_price(log_wage, base, own)
    inputs_paid = uses.of_inputs(log_paid, base)
    log_cost = of.technology.unit_cost(log_value_added, inputs_paid, base, weights)
    share = of.technology.value_added_share(log_value_added, log_cost, base, weights)
    log_cost = of.factors.marked_up(log_cost, log_wage, base, weights)
    of_scale = own[len(of.factors.unknowns) :]  # and of quotas, which follow
    log_asked = of.competition.asked(log_cost, base, weights, of_scale)
    u, size = of.sourcing.attractiveness(uses.spread(log_asked, base), weights)
    premium = of.quotas.premium(base, weights, own)
    market = of.sourcing.market_size(u, weights)
    if premium is not None:
        market = premium.less(market, u)
    # a market without a supplier is left, whatever was bought there
    bought = xp.where(weights.active, base.expenditure, 0.0)[:, :, None]
    spend = bought * xp.exp(hats.expenditure) / market
    wage = xp.exp(log_wage)
    a_head = wage if log_wage is log_earned else xp.exp(log_earned)
    earned = of.factors.earned(a_head, base, weights, own)
    revenue = of.sourcing.revenue(u, spend, weights)
    deficit = of.closure.deficit(base, wage, earned) + weights.transfer
    output = uses.summed(of.sourcing.receipts(u, spend, weights), base)
    received, limited = earned, None
    if premium is not None:
        limited = premium.limited(u, market, spend, uses.spread(log_cost, base))
        output = output + uses.summed(limited.output, base)
        revenue = revenue + limited.revenue
        received = earned + limited.received.sum(axis=0)
    return Markets(
        log_earned=log_earned,
        log_wage=log_wage,
        wage=wage,
        log_paid=log_paid,
        log_cost=log_cost,
        log_asked=log_asked,
        u=u,
        size=size,
        market=market,
        spend=spend,
        output=output,
        share=share,
        revenue=revenue,
        deficit=deficit,
        income=received + revenue + deficit,
        limited=limited,
    )


def implied(of: Choices, base: Baseline, hats: Hats, weights: Weights) -> Hats:
    """Return the hats implied by a guess."""
    xp = namespace(hats.wage)
    at = markets(of, base, hats, weights)
    value_added = at.share * at.output
    known = value_added, base, weights, at.log_wage, at.revenue
    if at.limited is None:
        log_wage, *others = of.factors.implied(*known)
    else:
        log_wage, *others = of.factors.implied(*known, at.limited.lost)
        others.append(at.limited.premium)
    own = len(of.factors.unknowns)
    others[own:own] = of.competition.implied(at.output, base)
    final = of.demand.final(base, at.income, uses.of_households(at.log_paid, base))
    inputs = of.technology.inputs_bought(at.output, at.share, base)
    needed = uses.wanted(final, inputs, base)
    needed = of.goods.spent(needed, hats.price, at.log_paid, base, weights.active)
    scale = xp.where(weights.active, base.expenditure, 1.0)[:, :, None]
    hat = xp.where(weights.active[:, :, None], needed / scale, 1.0)
    met = of.sourcing.price_index(at.market, at.size, weights)
    price = of.competition.price(met, hats.expenditure, weights)
    return Hats(log_wage, price, xp.log(xp.maximum(hat, SMALLEST)), tuple(others))


def totals(of: Choices, base: Baseline, hats: Hats, weights: Weights) -> Totals:
    """Return levels by country and sector at a guess, every state at once."""
    at = markets(of, base, hats, weights)
    return uses.by_sector(_totals(of, base, hats, weights, at), base)


def _totals(of: Choices, base: Baseline, hats: Hats, weights: Weights, at: Markets) -> Totals:
    """Return levels by country and sector from what is known of markets, those of rows by row."""
    xp, output = namespace(hats.wage), at.output
    closed = ((base.expenditure > 0) & ~weights.active)[:, :, None]
    price_hat = met_hat = xp.where(closed, xp.nan, xp.exp(hats.price))
    log_met = of.competition.met(hats.price, hats.expenditure, weights)
    if log_met is not hats.price:
        met_hat = xp.where(closed, xp.nan, xp.exp(log_met))
    value_added = at.share * output
    expenditure = at.spend * at.market
    cost_hat = xp.exp(at.log_cost)
    export_revenue = of.sourcing.export_revenue(at.u, at.spend, weights)
    # own sales are neither taxed nor abroad
    own = (_own(weights.share) * at.u * at.spend).sum(axis=0)
    at_home = abroad = 0.0  # what of rents trade at the border does not hold, and does
    if at.limited is not None:
        export_revenue = export_revenue + at.limited.export_revenue
        at_home = at.limited.received[0] + at.limited.lost
        abroad = at.limited.received[1]
    tariffs = at.revenue - export_revenue + at_home
    return Totals(
        gross_output=output,
        value_added=value_added,
        labour_income=of.factors.labour_income(value_added, base),
        expenditure=expenditure,
        revenue=at.revenue,
        export_revenue=export_revenue,
        income=at.income,
        deficit=at.deficit,
        exports=_abroad(output.sum(axis=0) + export_revenue + abroad, own),
        imports=_abroad(expenditure.sum(axis=0) - tariffs, own),
        cost_hat=cost_hat,
        asked_hat=cost_hat if at.log_asked is at.log_cost else xp.exp(at.log_asked),
        met_hat=met_hat,
        price_hat=price_hat,
        paid_hat=price_hat if at.log_paid is hats.price else xp.exp(at.log_paid),
        wage_hat=at.wage,
        employment=xp.exp(at.log_earned - at.log_wage),
    )


def outcome(of: Choices, base: Baseline, hats: Hats, weights: Weights) -> Outcome:
    """Return levels at the solution of one state, trade pair by pair."""
    at = markets(of, base, hats, weights)
    # a cell's purchases are its weight, its seller's attractiveness and its buyer's spending
    seller = at.u.swapaxes(1, 2)
    trade = weights.sold.swapaxes(1, 2) * seller
    trade *= at.spend  # in place on NumPy: what is allocated anew costs more than what is done
    share = weights.share * seller
    share /= at.market
    taxes = of.sourcing.export_duties(at.u, at.spend, weights)
    border = trade if taxes is None else trade + taxes
    if at.limited is not None:
        trade, share, border = _limited(base, at, trade, share, border)
    rows = _totals(of, base, hats, weights, at)
    levels = uses.by_sector(rows, base)
    found = Outcome(
        trade=trade,
        trade_share=share,
        border=border,
        **{name: values[..., 0] for name, values in levels._asdict().items()},
    )
    return uses.outcome_by_sector(found, base, rows.expenditure[..., 0], rows.price_hat[..., 0])


def _log_living(of: Choices, base: Baseline, log_paid: Any) -> Any:
    """Return ln of what a living costs at a guess, over the baseline's [n, s]."""
    xp = namespace(log_paid)
    price = xp.exp(uses.of_households(log_paid, base))
    return xp.log(of.demand.cost_of_living(base, xp.ones_like(price), price))


def _limited(
    base: Baseline, at: Markets, trade: Any, share: Any, border: Any
) -> tuple[Any, Any, Any]:
    """Return trade, shares and border values with what quotas change of them [j, n, i]."""
    cells, limited = base.quotas, at.limited
    assert cells is not None
    where = cells.sector, cells.importer, cells.exporter
    return (
        added(trade, where, limited.trade[:, 0]),
        added(share, where, limited.share[:, 0]),
        added(border, where, limited.at_border[:, 0]),
    )


def _own(matrix: Any) -> Any:
    """Return what each seller is to its own market, matrix[j, n, n], as [j, n, s]."""
    diagonal = matrix.diagonal(axis1=1, axis2=2)
    return diagonal if diagonal.ndim == 3 else diagonal[:, :, None]


def _abroad(total: Any, own: Any) -> Any:
    """Return what is traded with others, total less own; 0 where only rounding is left of it."""
    rest = total - own
    return namespace(rest).where(rest > ROUNDING * total, rest, 0.0)
