"""From labels to arrays and back: the only door between worlds and models.

A scenario is two states of law on one base world. Each is solved from that base, each is certified
by the independent check, and everything reported is the second relative to the first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from countervail.core import ladder
from countervail.core.certificate import TOLERANCE, Certificate, acceptable
from countervail.core.model import Array, Baseline, Hats, Lines, Model, Outcome, Shock, Weights
from countervail.core.weights import cells_of, line_weights
from countervail.errors import NoEquilibrium, NotCertified
from countervail.models.caliendo_parro import CaliendoParro
from countervail.scenario import Resolved, Scenario, StateShock
from countervail.solution import CertificateRecord, LineFlows, Solution
from countervail.world import World

SOLVE_TO = 2e-11
"""First aim of the undamped residual; five times below what the certificate asks."""

HARDLY_TRADES = 1e-6
"""Below this part of income in trade, relative wages are hardly determined (welfare is)."""


class State(NamedTuple):
    """One solved and verified state of law; ``claimed`` are the hats verified, [n] and [j, n]."""

    shock: Shock
    weights: Weights
    solved: ladder.Solved
    claimed: Hats
    outcome: Outcome
    certificate: Certificate


def solve(world: World, scenario: Scenario, model: Model | None = None) -> Solution:
    """Return the certified equilibrium of a scenario, the second state relative to the first.

    Args:
        world: the base world both states are solved from.
        scenario: two states of law, or changes made by hand.
        model: default Caliendo and Parro with ``deficits="world_share"``.

    Raises:
        InputError: the scenario does not fit the world.
        NotCertified: no solution passed the check; no figures.
        NoEquilibrium: the case has none, with the reason.
    """
    model = model or CaliendoParro()
    try:
        if model.balances_first:
            world = balanced(world, model)
        resolved = scenario.resolve(world)
        base = baseline(world, model.unit)
        before = solve_state(model, base, shock_of(resolved.before, resolved))
        after = solve_state(model, base, shock_of(resolved.after, resolved), before.solved.hats)
        after = _sharpen(model, base, before, after)
    except NoEquilibrium as error:
        raise error.named(world.countries, world.sectors) from None
    return _compare(world, scenario, model, resolved, base, before, after)


def balanced(world: World, model: Model | None = None) -> World:
    """Return the world as it would be, by this model, with every deficit at zero (no other shock).

    Raises:
        NotCertified: the balanced world could not be verified.
    """
    base = baseline(world)
    state = solve_state((model or CaliendoParro()).closed(), base, Shock())
    _refuse_uncertified(world, state, "the world with balanced trade")
    trade = state.outcome.trade.transpose(2, 1, 0)
    return World.from_arrays(
        trade=trade,
        tariff=world.tariff,
        input_share=world.input_share,
        trade_elasticity=world.trade_elasticity,
        countries=world.countries,
        sectors=world.sectors,
        name=f"{world.name}, trade balanced",
        year=world.year,
        law_date=world.law_date,
        elasticity_set=world.elasticity_set,
        provenance={**world.provenance, "balanced_from": world.hash},
    )


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
        deficit=books.deficit,
        trade_elasticity=world.trade_elasticity,
        unit=None if unit is None else world.country(unit),
    )


def solve_state(model: Model, base: Baseline, shock: Shock, start: Hats | None = None) -> State:
    """Solve and verify one state, more tightly where the check asks for it."""
    weights = model.prepare(base, shock)
    tolerance = SOLVE_TO
    state = _verified(model, base, shock, weights, tolerance, start)
    while state.certificate.residual > TOLERANCE and tolerance > 1e-13:
        tolerance /= 10.0
        try:
            state = _verified(model, base, shock, weights, tolerance, state.solved.hats)
        except NotCertified:
            break
    return state


def _verified(
    model: Model,
    base: Baseline,
    shock: Shock,
    weights: Weights,
    tolerance: float,
    start: Hats | None,
) -> State:
    solved = ladder.solve(model, base, weights, tolerance, start)
    outcome = model.outcome(base, solved.hats, weights)
    claimed = Hats(np.log(outcome.wage_hat), *(hat[..., 0] for hat in solved.hats[1:]))
    certificate = model.verify(base, shock, claimed, outcome)
    return State(shock, weights, solved, claimed, outcome, certificate)


def _sharpen(model: Model, base: Baseline, before: State, after: State) -> State:
    """Solve once more, tighter, where the residual is not small beside a small effect."""
    effect = _effect(before.outcome, after.outcome)
    if acceptable(after.certificate.residual, effect):
        return after
    tolerance = max(1e-14, min(SOLVE_TO, 1e-5 * effect))
    try:
        start = after.solved.hats
        return _verified(model, base, after.shock, after.weights, tolerance, start)
    except NotCertified:
        return after


def shock_of(change: StateShock, resolved: Resolved) -> Shock:
    """Return the plain arrays of one state, sector first."""

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
        productivity_hat=turned(change.productivity_hat),
        labour_hat=change.labour_hat,
        transfer=change.transfer,
        lines=lines,
    )


def _effect(before: Outcome, after: Outcome) -> float:
    """Return the largest |ln hat| of wages, prices and expenditure, second state over first."""
    ratios = (
        after.wage_hat / before.wage_hat,
        after.price_hat / before.price_hat,
        np.divide(
            after.expenditure,
            before.expenditure,
            out=np.ones_like(after.expenditure),
            where=before.expenditure > 0,
        ),
    )
    return max(float(np.abs(np.log(r)).max()) for r in ratios)


def _refuse_uncertified(world: World, state: State, what: str, effect: float = np.inf) -> None:
    certificate = state.certificate
    if acceptable(certificate.residual, effect):
        return
    worst = certificate.worst
    place = world.countries[worst.country]
    if worst.sector is not None:
        place += f" {world.sectors[worst.sector]}"
    raise NotCertified(
        f"{what}: not certified. {worst.name} are off by {worst.residual:.1e} in {place} "
        f"(largest effect {effect:.1e}); no figures are given. Try a smaller shock or another "
        "closure, and report the case"
    )


def _compare(
    world: World,
    scenario: Scenario,
    model: Model,
    resolved: Resolved,
    base: Baseline,
    before: State,
    after: State,
) -> Solution:
    effect = _effect(before.outcome, after.outcome)
    _refuse_uncertified(world, before, "the first state of law")
    _refuse_uncertified(world, after, "the second state of law", effect)
    worse = max(before, after, key=lambda s: s.certificate.residual)
    lines = _line_flows(base, before, after)
    return Solution.between(
        world=world,
        scenario=scenario,
        model=model,
        resolved=replace(resolved, notes=(*resolved.notes, *_hardly_trading(world, before, after))),
        before=before.outcome,
        after=after.outcome,
        labour_hat=_labour(after.shock, base) / _labour(before.shock, base),
        final_share=base.final_share,
        lines=lines,
        duties=_duties(base, before, after, lines),
        certificate=CertificateRecord(
            residual=worse.certificate.residual,
            effect=effect,
            sweeps=before.solved.sweeps + after.solved.sweeps,
            rung=max(before.solved.rung, after.solved.rung, key=list(ladder.RUNGS).index),
            blocks={
                b.name: max(b.residual, a.residual)
                for b, a in zip(before.certificate.blocks, after.certificate.blocks, strict=True)
            },
            worst_block=worse.certificate.worst.name,
            worst_country=world.countries[worse.certificate.worst.country],
            worst_sector=(
                None
                if worse.certificate.worst.sector is None
                else world.sectors[worse.certificate.worst.sector]
            ),
        ),
    )


def _labour(shock: Shock, base: Baseline) -> Array:
    return np.ones_like(base.value_added) if shock.labour_hat is None else shock.labour_hat


def _hardly_trading(world: World, *states: State) -> tuple[str, ...]:
    """Say of which countries the trade is too small to determine relative wages."""
    named = []
    for n, country in enumerate(world.countries):
        for state in states:
            flows = state.outcome.trade
            abroad = flows[:, n, :].sum() + flows[:, :, n].sum() - 2 * flows[:, n, n].sum()
            if abroad < HARDLY_TRADES * state.outcome.income[n]:
                named.append(country)
                break
    if not named:
        return ()
    return (
        f"Next to no trade is left in {', '.join(named)}: wages relative to other countries, and "
        "with them terms of trade and trade by partner, are hardly determined there; welfare and "
        "real wages are.",
    )


def _line_flows(base: Baseline, before: State, after: State) -> LineFlows | None:
    """Return trade, duty-paid price and revenue of every line in both states."""
    if before.shock.lines is None or after.shock.lines is None:
        return None
    first, second = _flows_of(base, before), _flows_of(base, after)
    lines = after.shock.lines
    cost = after.outcome.cost_hat / before.outcome.cost_hat
    seller = cost[lines.sector, lines.exporter]
    rate_first, rate_second = before.shock.lines.tariff_new, lines.tariff_new
    blocked = np.isinf(lines.iceberg_hat) | np.isinf(before.shock.lines.iceberg_hat)
    iceberg = np.ones_like(seller)
    np.divide(lines.iceberg_hat, before.shock.lines.iceberg_hat, out=iceberg, where=~blocked)
    price = np.where(blocked, np.nan, seller * iceberg * (1 + rate_second) / (1 + rate_first))
    return LineFlows(
        trade=first,
        trade_new=second,
        tariff=rate_first,
        tariff_new=rate_second,
        price_hat=price,
        banned=np.isinf(before.shock.lines.iceberg_hat),
        banned_new=np.isinf(lines.iceberg_hat),
    )


def _flows_of(base: Baseline, state: State) -> Array:
    """Return each line's trade at producer prices: its part of what the cell's seller receives."""
    lines = state.shock.lines
    assert lines is not None
    cells, place = cells_of(lines, base.trade_share.shape)
    _, received = line_weights(base, lines)
    whole = np.bincount(place, received)
    flows = state.outcome.trade.reshape(-1)[cells]
    part = np.divide(received, whole[place], out=np.zeros_like(received), where=whole[place] > 0)
    return np.asarray(part * flows[place])


def _duties(
    base: Baseline, before: State, after: State, lines: LineFlows | None
) -> tuple[Array, Array]:
    """Return t X and t X' at first-state rates, [j, n, i], lines at their own (for VoT)."""
    rate = base.tariff if before.shock.tariff_new is None else before.shock.tariff_new
    duty, duty_new = rate * before.outcome.trade, rate * after.outcome.trade
    if lines is not None and before.shock.lines is not None:
        cells, place = cells_of(before.shock.lines, base.trade_share.shape)
        duty.reshape(-1)[cells] = np.bincount(place, lines.tariff * lines.trade)
        duty_new.reshape(-1)[cells] = np.bincount(place, lines.tariff * lines.trade_new)
    return duty, duty_new
