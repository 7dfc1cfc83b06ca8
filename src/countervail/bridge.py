"""From labels to plain arrays and back: what the core needs of a world, a shock and two states.

A scenario is two states of law on one base world; arrays of the core have the sector first.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from countervail.core.choices.binding_quotas import Limited
from countervail.core.model import (
    Array,
    Baseline,
    Goods,
    Lines,
    Model,
    Outcome,
    QuotaLimits,
    Shock,
    Shops,
)
from countervail.core.supply import input_substitution, local_elasticity, retained_share
from countervail.core.uses import elasticity_factor, spread_lines, told_by_use
from countervail.core.weights import cells_of, elasticity, line_weights
from countervail.core.welfare import Levied
from countervail.limits import line_rates
from countervail.scenario import Resolved, StateShock
from countervail.solution import LineFlows
from countervail.state import State
from countervail.world import World, kinds

SHOPS = "G"
"""Code of the sector of wholesale and retail trade."""


def baseline(world: World, unit: str | None = None) -> Baseline:
    """Return the plain arrays of a world, sector first.

    Args:
        world: the world.
        unit: country whose wage is the unit of nominal deficits.

    Raises:
        InputError: the unit is not a country of the world.
    """
    books = world.accounts
    turned = np.ascontiguousarray
    return Baseline(
        trade_share=turned(books.trade_share.transpose(2, 1, 0)),
        tariff=turned(world.tariff.transpose(2, 1, 0)),
        value_added_share=turned(books.value_added_share.T),
        input_share=world.input_share,
        final_share=turned(books.final_share.T),
        gross_output=turned(books.gross_output.T),
        expenditure=turned(books.expenditure.T),
        value_added=books.value_added,
        # what rounding leaves of balanced trade must not decide wages where trade all but vanishes
        deficit=np.where(abs(books.deficit) > 1e-12 * books.value_added, books.deficit, 0.0),
        trade_elasticity=world.trade_elasticity,
        unit=None if unit is None else world.country(unit),
        goods=goods_of(world),
        shops=shops_of(world),
    )


def shops_of(world: World) -> Shops | None:
    """Return who sells goods; None where no sector is wholesale and retail trade."""
    if SHOPS not in world.sectors:
        return None
    goods = np.zeros(len(world.sectors))
    goods[list(kinds.goods_of(world))] = 1.0
    return Shops(goods, world.sectors.index(SHOPS))


def baseline_of(world: World, model: Model) -> Baseline:
    """Return the plain arrays of a world as a model needs them, sector first.

    Args:
        world: the world.
        model: the economics: its unit, and whether buyers are told by use.

    Raises:
        InputError: the unit is not a country of the world, or the world does not say what its
            buyers use goods for and the model asks.
        WorldError: what it says of that cannot be.
    """
    base = baseline(world, model.unit)
    if model.uses is None:
        return base
    inputs = np.ascontiguousarray(world.inputs_bought.transpose(2, 1, 0))
    return told_by_use(base, inputs, model.uses)


def goods_of(world: World) -> Goods | None:
    """Return the nests of a world's goods and who stays; None where sectors are all there is."""
    staying = [j for j, code in enumerate(world.sectors) if code in world.supply_elasticity]
    supply = world.supply_by_country
    nests = [sector for sector, many in Counter(world.parents).items() if many > 1]
    if not staying and not nests:
        return None
    inside = [j for j, sector in enumerate(world.parents) if sector in nests]
    members = np.array([[world.parents[j] == sector for j in inside] for sector in nests], float)
    members = members.reshape(len(nests), len(inside))
    spent = world.accounts.expenditure.T[inside]
    whole = members.T @ (members @ spent)
    return Goods(
        inside=np.array(inside, dtype=np.intp),
        members=members,
        within=np.divide(spent, whole, out=np.zeros_like(spent), where=whole > 0),
        staying=np.array(staying, dtype=np.intp),
        supply=supply,
    )


def input_share_of(base: Baseline, outcome: Outcome) -> Array:
    """Return what the producers of a state spend on each good, in output [n, k, j].

    It is the baseline's where there are no goods: then no price moves a share.
    """
    if base.goods is None:
        return base.input_share
    inputs = outcome.by_use
    usual = 1.0 - base.value_added_share
    bought = outcome.gross_output - outcome.value_added
    scale = usual * outcome.gross_output
    share = (
        base.input_share
        * np.divide(bought, scale, out=np.ones_like(bought), where=scale > 0).T[:, None]
    )
    for row in base.goods.members:  # the goods of a sector as its market now buys them
        nest = base.goods.inside[row > 0]
        if inputs is None and (outcome.paid_hat[nest] == outcome.price_hat[nest]).all():
            continue  # each good is bought by itself, in shares that stand
        spent = (outcome.expenditure if inputs is None else inputs.expenditure[0])[nest]
        part = np.divide(spent, spent.sum(axis=0), out=np.zeros_like(spent), where=spent > 0)
        share[:, nest] = part.T[:, :, None] * share[:, nest].sum(axis=1, keepdims=True)
    return share


def used_of(world: World, outcome: Outcome) -> Array | None:
    """Return the part of each purchase that producers use in a state [i, n, j]; None if unknown.

    What the world says of it where the model does not tell buyers by use.
    """
    if outcome.by_use is None or world.intermediate_share is None:
        return world.intermediate_share
    inputs, final = outcome.by_use.trade
    found = np.array(world.intermediate_share.transpose(2, 1, 0))
    np.divide(inputs, inputs + final, out=found, where=inputs + final > 0)
    return np.asarray(found.transpose(2, 1, 0))


def supply_of(base: Baseline, input_share: Array) -> Array:
    """Return the elasticity of supply of makers who are as they were but buy other shares, [g, n].

    What stays with a good, and how inputs stand in for it, are the maker's own; its elasticity of
    supply is those of where it stands.

    Args:
        base: baseline at which elasticities are known.
        input_share: of the state at which they are wanted [n, k, j].
    """
    goods = base.goods
    assert goods is not None
    before = base.value_added_share[goods.staying]
    share = 1.0 - input_share.sum(axis=1).T[goods.staying]
    made = (base.gross_output[goods.staying] > 0) & (before > 0)
    found = local_elasticity(
        np.where(made, retained_share(goods.supply, before), 1.0),
        input_substitution(goods.supply, before),
        np.where(made, share, 1.0),
    )
    return np.where(made, found, goods.supply)


def shock_of(change: StateShock, resolved: Resolved, quotas: QuotaLimits | None = None) -> Shock:
    """Return the plain arrays of one state, sector first.

    Args:
        change: the state.
        resolved: the question it is of.
        quotas: quantities of the state.
    """

    def turned(cube: Array | None) -> Array | None:
        return None if cube is None else np.ascontiguousarray(cube.T)

    def cube(values: Array | None) -> Array | None:
        return None if values is None else np.ascontiguousarray(values.transpose(2, 1, 0))

    lines = None
    if change.line_tariff is not None and change.line_iceberg is not None and resolved.lines:
        table = resolved.lines
        lines = Lines(
            exporter=table.exporter,
            importer=table.importer,
            sector=table.sector,
            weight=table.weight,
            tariff=table.tariff,
            tariff_new=change.line_tariff,
            iceberg_hat=change.line_iceberg,
        )
    return Shock(
        tariff_new=cube(change.tariff_new),
        iceberg_hat=cube(change.iceberg_hat),
        export_tax=cube(change.export_tax),
        productivity_hat=turned(change.productivity_hat),
        labour_hat=change.labour_hat,
        transfer=change.transfer,
        lines=lines,
        quotas=None if lines is None else quotas,
    )


def line_flows(
    model: Model,
    base: Baseline,
    before: State,
    after: State,
    limited: tuple[Limited | None, Limited | None] = (None, None),
) -> LineFlows | None:
    """Return trade, duty-paid price and revenue of every line in both states.

    Args:
        model: the economics.
        base: baseline.
        before, after: the states.
        limited: what quotas do to the accounts of each.
    """
    if before.shock.lines is None or after.shock.lines is None:
        return None
    lines = after.shock.lines
    one, two = (
        line_rates(base, state.shock.lines, of, state.shock.quotas)
        for state, of in zip((before, after), limited, strict=True)
        if state.shock.lines is not None
    )
    first, second = (
        _flows_of(model, base, before, one.paid),
        _flows_of(model, base, after, two.paid),
    )
    cost = after.outcome.cost_hat / before.outcome.cost_hat
    seller = cost[lines.sector, lines.exporter]
    rate_first, rate_second = one.paid, two.paid
    blocked = np.isinf(lines.iceberg_hat) | np.isinf(before.shock.lines.iceberg_hat)
    iceberg = np.ones_like(seller)
    np.divide(lines.iceberg_hat, before.shock.lines.iceberg_hat, out=iceberg, where=~blocked)
    price = np.where(blocked, np.nan, seller * iceberg * (1 + rate_second) / (1 + rate_first))
    tax_first, tax_second = _export_tax_of(lines, before), _export_tax_of(lines, after)
    price *= (1.0 + tax_second) / (1.0 + tax_first)
    return LineFlows(
        trade=first,
        trade_new=second,
        tariff=one.collected,
        tariff_new=two.collected,
        export_tax=tax_first,
        export_tax_new=tax_second,
        price_hat=price,
        banned=np.isinf(before.shock.lines.iceberg_hat),
        banned_new=np.isinf(lines.iceberg_hat),
        at_home=one.at_home,
    )


def _flows_of(model: Model, base: Baseline, state: State, paid: Array) -> Array:
    """Return each line's trade at producer prices: its part of what the cell's seller receives.

    Args:
        model: the economics.
        base: baseline.
        state: the state.
        paid: rate of each line, premiums of licences included.
    """
    lines = model.faced(base, state.shock).lines
    assert lines is not None
    lines = lines._replace(tariff_new=paid)
    trade, theta, uses = state.outcome.trade, elasticity(base, state.shock), 1
    if state.outcome.by_use is not None:  # each use has lines of its own
        trade = state.outcome.by_use.trade.reshape(-1, *trade.shape[1:])
        lines = spread_lines(lines, len(base.gross_output))
        theta, base, uses = np.tile(theta, 2) * elasticity_factor(base), base.rows, 2
    cells, place = cells_of(lines, base.trade_share.shape)
    _, received = line_weights(base, lines, theta)
    whole = np.bincount(place, received)
    flows = trade.reshape(-1)[cells]
    part = np.divide(received, whole[place], out=np.zeros_like(received), where=whole[place] > 0)
    return np.asarray((part * flows[place]).reshape(uses, -1).sum(axis=0))


def _export_tax_of(lines: Lines, state: State) -> Array:
    """Return the export tax that every line pays in a state: its cell's."""
    if state.shock.export_tax is None:
        return np.zeros_like(lines.weight)
    return np.asarray(state.shock.export_tax[lines.sector, lines.importer, lines.exporter])


def tariffs(base: Baseline, before: State, after: State, lines: LineFlows | None) -> Levied:
    """Return t B and t B' at first-state rates, lines at their own, and the hat of border prices.

    Rents of licences that stay with the importer count as rates.

    B is trade at the border, export taxes included: what a tariff is levied on.
    """
    rate = base.tariff if before.shock.tariff_new is None else before.shock.tariff_new
    duty, duty_new = rate * before.outcome.border, rate * after.outcome.border
    if lines is not None and before.shock.lines is not None:
        cells, place = cells_of(before.shock.lines, base.trade_share.shape)
        duty.reshape(-1)[cells] = np.bincount(place, lines.at_home * lines.border)
        duty_new.reshape(-1)[cells] = np.bincount(place, lines.at_home * lines.border_new)
    price_hat = _cost_hat(before, after)
    if after.shock.export_tax is not None:
        price_hat = price_hat * (1.0 + after.shock.export_tax)
    if before.shock.export_tax is not None:
        price_hat = price_hat / (1.0 + before.shock.export_tax)
    return Levied(duty, duty_new, price_hat)


def export_taxes(before: State, after: State) -> Levied | None:
    """Return e X and e X' at first-state rates, and the hat of the costs they are levied on."""
    rate = before.shock.export_tax
    if rate is None:
        return None
    trade, trade_new = before.outcome.trade, after.outcome.trade
    return Levied(rate * trade, rate * trade_new, _cost_hat(before, after))


def _cost_hat(before: State, after: State) -> Array:
    """Return each seller's unit cost over its first state, [j, 1, i]."""
    return np.asarray((after.outcome.cost_hat / before.outcome.cost_hat)[:, None, :])
