"""From labels to arrays and back: the only door between worlds and models.

A scenario is two states of law on one base world. Each is solved from that base, each is certified
by the independent check, and everything reported is the second relative to the first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from countervail import machine
from countervail.certified import record
from countervail.core import ladder
from countervail.core.certificate import Certificate, acceptable
from countervail.core.model import Array, Baseline, Hats, Lines, Model, Outcome, Shock, Weights
from countervail.core.weights import cells_of, elasticity, line_weights
from countervail.core.welfare import Levied
from countervail.errors import InputError, NoEquilibrium, NotCertified
from countervail.ledger.notes import Note
from countervail.models import model_of
from countervail.models.caliendo_parro import CaliendoParro
from countervail.scenario import Resolved, Scenario, StateShock, open_scenario
from countervail.solution import LineFlows, Solution
from countervail.world import World

Engine = Literal["numpy", "jax"]

SOLVE_TO = 4e-11
"""First aim of the undamped residual; below what the certificate asks, which looks again."""

HARDLY_TRADES = 1e-6
"""Below this part of income in trade, relative wages are hardly determined (welfare is)."""


class State(NamedTuple):
    """One solved and verified state of law."""

    shock: Shock
    weights: Weights
    solved: ladder.Solved
    outcome: Outcome
    certificate: Certificate


def solve(
    world: World,
    scenario: Scenario | str | Path,
    model: Model | str | None = None,
    *,
    engine: Engine = "numpy",
    near: Solution | tuple[Hats, Hats] | None = None,
    allow_partial: bool = False,
) -> Solution:
    """Return the certified equilibrium of a scenario, the second state relative to the first.

    Args:
        world: the base world both states are solved from, as ``Scenario.base_world`` restores it.
        scenario: two states of law, or changes made by hand; or the name of a preset or the path of
            a file.
        model: or its name; default Caliendo and Parro with ``deficits="world_share"``.
        engine: ``numpy``; or ``jax``, which compiles once (seconds) and then solves faster.
        near: the answer to a similar question in a world of the same size: the search starts where
            it lies, or where ``sensitivity.predicted`` says. What is found is certified as ever.
        allow_partial: whether the answer may leave out what the world cannot hold or nothing
            prices; it says so, and warns.

    Raises:
        InputError: the scenario does not fit the world, no such scenario or model, or JAX is asked
            for and not installed.
        NotPlaced: the world cannot hold a part of the question, or nothing prices it.
        NotCertified: no solution passed the check; no figures.
        NoEquilibrium: the case has none, with the reason.
    """
    scenario, model, observed = asked(world, scenario), model_of(model), world
    scenario = scenario.partly(allow_partial)
    try:
        world = scenario.base_world(world)
        if model.balances_first:
            world = balanced(world, model)
        resolved = scenario.resolve(world)
    except NoEquilibrium as error:
        raise error.named(world.countries, world.sectors) from None
    resolved.warn_of_gaps(scenario.name)
    return solve_placed(world, scenario, model, resolved, observed, engine=engine, near=near)


def solve_placed(
    world: World,
    scenario: Scenario,
    model: Model,
    resolved: Resolved,
    observed: World,
    *,
    engine: Engine = "numpy",
    near: Solution | tuple[Hats, Hats] | None = None,
) -> Solution:
    """Return the certified equilibrium of a question that has been placed in a world.

    Args:
        world: the world both states are solved from.
        scenario: the question.
        model: the economics.
        resolved: the question as placed in the world.
        observed: the world as given.
        engine, near: as for ``solve``.

    Raises:
        InputError: JAX is asked for and not installed, or ``near`` is of another size.
        NotCertified: no solution passed the check; no figures.
        NoEquilibrium: the case has none, with the reason.
    """
    try:
        base = baseline(world, model.unit)
        first, second = _starts(near, base)
        before = solve_state(model, base, shock_of(resolved.before, resolved), first, engine=engine)
        start = second or before.solved.hats
        after = solve_state(model, base, shock_of(resolved.after, resolved), start, engine=engine)
        after = _sharpen(model, base, before, after, engine)
    except NoEquilibrium as error:
        raise error.named(world.countries, world.sectors) from None
    return _compare(world, scenario, model, resolved, base, before, after, observed)


def asked(world: World, scenario: Scenario | str | Path) -> Scenario:
    """Return the question asked of a world: as it is, or opened by its name.

    Raises:
        InputError: world and scenario are something else, or stand the other way round; or no such
            preset or file.
    """
    if not isinstance(world, World):
        wanted = "the world first: solve(world, scenario)"
        given = type(world).__name__
        raise InputError(f"solve takes {wanted}; its first argument here is a {given}")
    if isinstance(scenario, str | Path):
        return open_scenario(scenario, own=world.countries)
    if not hasattr(scenario, "resolve"):
        raise InputError(
            f"solve takes a Scenario, or the name of a preset, after the world; not a "
            f"{type(scenario).__name__}"
        )
    return scenario


def _starts(
    near: Solution | tuple[Hats, Hats] | None, base: Baseline
) -> tuple[Hats | None, Hats | None]:
    """Return where the search of each state starts.

    Raises:
        InputError: near is of a world of another size.
    """
    if near is None:
        return None, None
    starts = near.hats if isinstance(near, Solution) else near
    if any(hats.price.shape[:2] != base.expenditure.shape for hats in starts):
        raise InputError("near is the answer in a world of another size: start without it")
    return starts


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
        provenance={**world.provenance, "made_from": world.made_from},
        concordance=world.concordance,
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
        # what rounding leaves of balanced trade must not decide wages where trade all but vanishes
        deficit=np.where(abs(books.deficit) > 1e-12 * books.value_added, books.deficit, 0.0),
        trade_elasticity=world.trade_elasticity,
        unit=None if unit is None else world.country(unit),
    )


def solve_state(
    model: Model,
    base: Baseline,
    shock: Shock,
    start: Hats | None = None,
    *,
    beside: float = np.inf,
    engine: Engine = "numpy",
) -> State:
    """Solve and verify one state, more tightly where the check asks for it.

    Args:
        model: the economics.
        base: baseline.
        shock: the state.
        start: first guess.
        beside: the effect that the residual is to be small beside, where it is known.
        engine: ``numpy``, or ``jax`` compiled.

    Raises:
        NoEquilibrium: there is none, with the reason.
        NotCertified: none was found.
    """
    weights = model.prepare(base, shock)
    tolerance = max(1e-14, min(SOLVE_TO, 1e-5 * beside))
    state = _verified(model, base, shock, weights, tolerance, start, engine)
    while not acceptable(state.certificate.residual, beside) and tolerance > 1e-13:
        tolerance /= 10.0
        try:
            state = _verified(model, base, shock, weights, tolerance, state.solved.hats, engine)
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
    engine: Engine,
) -> State:
    solved = _solver(engine)(model, base, weights, tolerance, start)
    outcome = model.outcome(base, solved.hats, weights)
    certificate = model.verify(base, shock, solved.claimed, outcome)
    return State(shock, weights, solved, outcome, certificate)


def _solver(engine: Engine) -> Callable[..., ladder.Solved]:
    """Return what solves one state.

    Raises:
        InputError: no such engine, or JAX asked for and not installed.
    """
    if engine == "numpy":
        return ladder.solve
    if engine != "jax":
        raise InputError(f"no engine '{engine}' (there are numpy and jax)")
    machine.load_jax()
    from countervail.core import compiled

    return compiled.solve


def _sharpen(model: Model, base: Baseline, before: State, after: State, engine: Engine) -> State:
    """Solve once more, tighter, where the residual is not small beside a small effect."""
    effect = after.solved.effect(before.solved)
    if acceptable(after.certificate.residual, effect):
        return after
    try:
        start = after.solved.hats
        return solve_state(model, base, after.shock, start, beside=effect, engine=engine)
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
        export_tax=cube(change.export_tax),
        productivity_hat=turned(change.productivity_hat),
        labour_hat=change.labour_hat,
        transfer=change.transfer,
        lines=lines,
    )


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
    observed: World,
) -> Solution:
    effect = after.solved.effect(before.solved)
    _refuse_uncertified(world, before, "the first state of law")
    _refuse_uncertified(world, after, "the second state of law", effect)
    lines = _line_flows(base, before, after)
    return Solution.between(
        world=world,
        scenario=scenario,
        model=model,
        resolved=replace(resolved, notes=(*resolved.notes, *_hardly_trading(world, before, after))),
        before=before.outcome,
        after=after.outcome,
        labour_hat=_labour(after.shock, base) / _labour(before.shock, base),
        base=base,
        lines=lines,
        tariffs=_tariffs(base, before, after, lines),
        export_taxes=_export_taxes(before, after),
        hats=(before.solved.hats, after.solved.hats),
        observed=observed,
        certificate=record(
            world,
            (before.solved, after.solved),
            (before.certificate, after.certificate),
            effect,
        ),
    )


def _labour(shock: Shock, base: Baseline) -> Array:
    return np.ones_like(base.value_added) if shock.labour_hat is None else shock.labour_hat


def _hardly_trading(world: World, *states: State) -> tuple[Note, ...]:
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
    return (Note.of("hardly_trading", countries=tuple(named)),)


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
    tax_first, tax_second = _export_tax_of(lines, before), _export_tax_of(lines, after)
    price *= (1.0 + tax_second) / (1.0 + tax_first)
    return LineFlows(
        trade=first,
        trade_new=second,
        tariff=rate_first,
        tariff_new=rate_second,
        export_tax=tax_first,
        export_tax_new=tax_second,
        price_hat=price,
        banned=np.isinf(before.shock.lines.iceberg_hat),
        banned_new=np.isinf(lines.iceberg_hat),
    )


def _flows_of(base: Baseline, state: State) -> Array:
    """Return each line's trade at producer prices: its part of what the cell's seller receives."""
    lines = state.shock.lines
    assert lines is not None
    cells, place = cells_of(lines, base.trade_share.shape)
    _, received = line_weights(base, lines, elasticity(base, state.shock))
    whole = np.bincount(place, received)
    flows = state.outcome.trade.reshape(-1)[cells]
    part = np.divide(received, whole[place], out=np.zeros_like(received), where=whole[place] > 0)
    return np.asarray(part * flows[place])


def _export_tax_of(lines: Lines, state: State) -> Array:
    """Return the export tax that every line pays in a state: its cell's."""
    if state.shock.export_tax is None:
        return np.zeros_like(lines.weight)
    return np.asarray(state.shock.export_tax[lines.sector, lines.importer, lines.exporter])


def _tariffs(base: Baseline, before: State, after: State, lines: LineFlows | None) -> Levied:
    """Return t B and t B' at first-state rates, lines at their own, and the hat of border prices.

    B is trade at the border, export taxes included: what a tariff is levied on.
    """
    rate = base.tariff if before.shock.tariff_new is None else before.shock.tariff_new
    duty, duty_new = rate * before.outcome.border, rate * after.outcome.border
    if lines is not None and before.shock.lines is not None:
        cells, place = cells_of(before.shock.lines, base.trade_share.shape)
        duty.reshape(-1)[cells] = np.bincount(place, lines.tariff * lines.border)
        duty_new.reshape(-1)[cells] = np.bincount(place, lines.tariff * lines.border_new)
    price_hat = _cost_hat(before, after)
    if after.shock.export_tax is not None:
        price_hat = price_hat * (1.0 + after.shock.export_tax)
    if before.shock.export_tax is not None:
        price_hat = price_hat / (1.0 + before.shock.export_tax)
    return Levied(duty, duty_new, price_hat)


def _export_taxes(before: State, after: State) -> Levied | None:
    """Return e X and e X' at first-state rates, and the hat of the costs they are levied on."""
    rate = before.shock.export_tax
    if rate is None:
        return None
    trade, trade_new = before.outcome.trade, after.outcome.trade
    return Levied(rate * trade, rate * trade_new, _cost_hat(before, after))


def _cost_hat(before: State, after: State) -> Array:
    """Return each seller's unit cost over its first state, [j, 1, i]."""
    return np.asarray((after.outcome.cost_hat / before.outcome.cost_hat)[:, None, :])
