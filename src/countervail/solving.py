"""Solving a question: both states of law from one base world, certified, then compared.

Each state is solved from that base, each is certified by the independent check, and everything
reported is the second relative to the first.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from countervail.bridge import (
    baseline_of,
    export_taxes,
    input_share_of,
    line_flows,
    shock_of,
    supply_of,
    tariffs,
    used_of,
)
from countervail.certified import record
from countervail.core.certificate import acceptable
from countervail.core.model import Baseline, Hats, Model, Shock
from countervail.core.solver import Coarse
from countervail.core.steps import countries_step
from countervail.errors import InputError, NoEquilibrium, NotCertified
from countervail.horizons import LONG, Horizon, as_drawn, met
from countervail.ledger.notes import Note
from countervail.limits import (
    QuotaPlan,
    fitted,
    limited_base,
    limited_of,
    plan_of,
    quantities,
    results_of,
    with_quotas,
)
from countervail.models import model_of
from countervail.models.presets import CaliendoParro
from countervail.scenario import Resolved, Scenario, open_scenario
from countervail.solution import Solution
from countervail.state import Engine, State, sharpened, solve_first, solve_next, solve_pair
from countervail.world import World
from countervail.world.outside import with_outside_option

OTHER_START_LOG = 0.2
"""By how much prices, spending and output are moved apart for a second start."""

SAME_LOG = 1e-6
"""Two answers that differ by less are one."""

HARDLY_TRADES_SHARE = 1e-6
"""Below this part of income in trade, relative wages are hardly determined (welfare is)."""


def solve(
    world: World,
    scenario: Scenario | str | Path,
    model: Model | str | None = None,
    *,
    engine: Engine = "numpy",
    near: Solution | tuple[Hats, Hats] | None = None,
    horizon: Horizon = LONG,
    allow_partial: bool = False,
    outside_option: float | None = None,
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
        horizon: years after the change (1, 2, 3, 5, 10), or ``long``, the default: when all
            factors have moved. After some years the goods that the question touches are carved
            (``World.carve``), supply of goods stays, and buyers have turned in part
            (``World.after``; docs/theory.md, Choices of the model).
        allow_partial: whether the answer may leave out what the world cannot hold or nothing
            prices; it says so, and warns.
        outside_option: what makers whom the law leaves no buyer, and who cannot leave their good,
            sell at home, per cent of their sales abroad (docs/horizons.md); the answer says so.
            Without one such a question is refused.

    Raises:
        InputError: the scenario does not fit the world, no such scenario, model or horizon, an
            outside option that is none or finds no room, or JAX is asked for and not installed.
        NotPlaced: the world cannot hold a part of the question, or nothing prices it.
        NotCertified: no solution passed the check; no figures.
        NoEquilibrium: the case has none, with the reason.
    """
    scenario, model = asked(world, scenario).partly(allow_partial), model_of(model)
    world, model = met(world, scenario, model, horizon)
    if outside_option is not None:
        world = _with_outside_option(world, scenario, model, outside_option)
    base, resolved = place(world, scenario, model)
    return solve_placed(base, scenario, model, resolved, world, engine=engine, near=near)


def place(world: World, scenario: Scenario, model: Model) -> tuple[World, Resolved]:
    """Return the world a question is solved from, and the question as placed in it.

    Args:
        world: as given.
        scenario: the question.
        model: the economics.

    Raises:
        InputError: the scenario does not fit the world.
        NotPlaced: the world cannot hold a part of the question, or nothing prices it.
        NoEquilibrium: the world cannot be balanced, as the model's closure asks, with the reason.
    """
    try:
        world = scenario.base_world(world)
        if model.balances_first:
            world = balanced(world, model)
        resolved = scenario.resolve(world)
    except NoEquilibrium as error:
        raise error.named(world.countries, world.sectors) from None
    resolved.warn_of_gaps(scenario.name)
    return world, resolved


def _with_outside_option(world: World, scenario: Scenario, model: Model, per_cent: float) -> World:
    """Return the world with sales at home of makers whom either state leaves no buyer.

    Raises:
        InputError: the part is none, or finds no room.
    """
    makers: list[tuple[str, str]] = []
    while True:
        found = with_outside_option(world, makers, per_cent)
        placed, resolved = place(found, scenario, model)
        chosen, base, shocks, _ = posed(placed, model, resolved)
        unsold = np.logical_or(*(chosen.unsold(base, shock) for shock in shocks))
        names = [(world.countries[n], world.sectors[j]) for j, n in np.argwhere(unsold)]
        more = [one for one in names if one not in makers]  # who may not sell at home is refused
        if not more:
            return found if makers else world
        makers += more


def solve_draw(
    world: World,
    scenario: Scenario,
    model: Model,
    resolved: Resolved,
    observed: World,
    near: tuple[Hats, Hats],
    countries: Coarse | None = None,
) -> Solution:
    """Return the certified equilibrium of one of many draws of a question that has been placed.

    Both states are searched side by side from where the point answer lies; by how much residuals
    are magnified is not looked at.

    Args:
        world: the world both states are solved from.
        scenario: the question.
        model: the economics.
        resolved: the question as placed in the world.
        observed: the world as drawn.
        near: where the point answer lies.
        countries: how countries step in the search of the point answer (``countries_of``); made
            anew for the draw where it is not given.

    Raises:
        NotCertified: no solution passed the check; no figures.
        NoEquilibrium: the case has none, with the reason.
    """
    model = as_drawn(model, world)
    try:
        model, base, shocks, plan = posed(world, model, resolved)
        one, two = (fitted(hats, model, base) or hats for hats in near)
        if model.follows:
            before = solve_first(model, base, shocks[0], one)
            after = solve_next(model, base, shocks[1], before, two)
        else:
            before, after = solve_pair(model, base, shocks, (one, two), countries)
        after = sharpened(model, base, before, after, "numpy")
    except NoEquilibrium as error:
        raise error.named(world.countries, world.sectors) from None
    return compared(world, scenario, model, resolved, base, before, after, observed, plan)


def countries_of(point: Solution) -> Coarse | None:
    """Return how countries step in the search of a point answer: it steers that of its draws."""
    model, base, *_ = posed(point.world, point.model, point.resolved)
    return countries_step(model, base)


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
        engine: ``numpy``; or ``jax``, which compiles once (seconds) and then solves faster.
        near: the answer to a similar question, or the hats of its two states: where searches start.

    Raises:
        InputError: JAX is asked for and not installed, or ``near`` is of another size.
        NotCertified: no solution passed the check; no figures.
        NoEquilibrium: the case has none, with the reason.
    """
    try:
        model, base, shocks, plan = posed(world, model, resolved)
        first, second = (fitted(hats, model, base) for hats in _starts(near, base))
        before = solve_first(model, base, shocks[0], first, engine=engine)
        after = solve_next(model, base, shocks[1], before, second, engine=engine)
        after = sharpened(model, base, before, after, engine)
        notes = (*resolved.notes, *_from_elsewhere(model, base, before, after, engine))
    except NoEquilibrium as error:
        raise error.named(world.countries, world.sectors) from None
    resolved = replace(resolved, notes=notes)
    return compared(world, scenario, model, resolved, base, before, after, observed, plan)


def posed(
    world: World, model: Model, resolved: Resolved
) -> tuple[Model, Baseline, tuple[Shock, Shock], QuotaPlan | None]:
    """Return a question as the core solves it, with its quotas where they can be priced.

    Args:
        world: the world both states are solved from.
        model: the economics.
        resolved: the question as placed in the world.

    Returns:
        The model and the baseline, both with the lines under quotas; both states; their quotas.

    Raises:
        InputError: two quotas bear on one line.
    """
    plan = plan_of(world, [resolved], model)
    model, base = with_quotas(model, plan), limited_base(baseline_of(world, model), plan)
    one, two = (quantities(plan, world, resolved, number) for number in (0, 1))
    first = shock_of(resolved.before, resolved, one)
    return model, base, (first, shock_of(resolved.after, resolved, two)), plan


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
    if any(hats.price.shape[:2] != base.rows.expenditure.shape for hats in starts):
        raise InputError("near is the answer in a world of another size: start without it")
    return starts


def balanced(world: World, model: Model | None = None) -> World:
    """Return the world as it would be, by this model, with every deficit at zero (no other shock).

    Raises:
        NotCertified: the balanced world could not be verified.
    """
    model = (model or CaliendoParro()).closed()
    base = baseline_of(world, model)
    state = solve_first(model, base, Shock())
    _refuse_uncertified(world, state, "the world with balanced trade")
    trade = state.outcome.trade.transpose(2, 1, 0)
    shares = input_share_of(base, state.outcome)
    notes = {**world.provenance, "made_from": world.made_from}
    if base.goods is not None and len(base.goods.staying):
        makers = [world.sectors[j] for j in base.goods.staying]
        supply = dict(zip(makers, supply_of(base, shares).tolist(), strict=True))
        notes["horizon"] = {**notes["horizon"], "supply_by_country": supply}
    return World.from_arrays(
        trade=trade,
        tariff=world.tariff,
        input_share=shares,
        trade_elasticity=world.trade_elasticity,
        countries=world.countries,
        sectors=world.sectors,
        name=f"{world.name}, trade balanced",
        year=world.year,
        law_date=world.law_date,
        elasticity_set=world.elasticity_set,
        provenance=notes,
        concordance=world.concordance,
        carving=world.carving,
        intermediate_share=used_of(world, state.outcome),
    )


def _refuse_uncertified(world: World, state: State, what: str, effect: float = np.inf) -> None:
    certificate = state.certificate
    if acceptable(certificate.residual, effect):
        return
    worst = certificate.worst
    place = world.countries[worst.country]
    if worst.sector is not None:
        place += f" {world.sectors[worst.sector]}"
    beside = f" (largest effect {effect:.1e})" if np.isfinite(effect) else ""
    raise NotCertified(
        f"{what}: not certified. {worst.name} are off by {worst.residual:.1e} in {place}{beside}; "
        "no figures are given. Try a smaller shock or another closure, and report the case"
    )


def compared(
    world: World,
    scenario: Scenario,
    model: Model,
    resolved: Resolved,
    base: Baseline,
    before: State,
    after: State,
    observed: World,
    plan: QuotaPlan | None = None,
) -> Solution:
    """Return the second state relative to the first, once both are certified beside the effect.

    Args:
        world: the world both states were solved from.
        scenario: the question.
        model: the economics, as ``posed`` returns it.
        resolved: the question as placed in the world.
        base: baseline of both.
        before, after: the states.
        observed: the world as given.
        plan: quotas of both.

    Raises:
        NotCertified: a residual that is not small beside the effect; no figures.
    """
    effect = after.solved.effect(before.solved)
    _refuse_uncertified(world, before, "the first state of law")
    _refuse_uncertified(world, after, "the second state of law", effect)
    limited = limited_of(model, base, before), limited_of(model, base, after)
    lines = line_flows(model, base, before, after, limited)
    return Solution.between(
        world=world,
        scenario=scenario,
        model=model,
        resolved=replace(resolved, notes=(*resolved.notes, *_hardly_trading(world, before, after))),
        before=before.outcome,
        after=after.outcome,
        labour_hat=after.shock.labour(base) / before.shock.labour(base),
        base=base,
        lines=lines,
        tariffs=tariffs(base, before, after, lines),
        export_taxes=export_taxes(before, after),
        hats=(before.solved.hats, after.solved.hats),
        observed=observed,
        quotas=results_of(plan, (before, after), limited),
        certificate=record(
            world,
            (before.solved, after.solved),
            (before.certificate, after.certificate),
            effect,
        ),
    )


def _from_elsewhere(
    model: Model, base: Baseline, before: State, after: State, engine: Engine
) -> tuple[Note, ...]:
    """Say whether a search from another start comes to the same second state.

    It starts where prices and spending lie apart from those found, up and down by turns.
    """
    if not model.many:
        return ()
    found = after.solved.hats
    turns = 1.0 - 2.0 * (np.indices(base.expenditure.shape).sum(axis=0) % 2)[..., None]
    apart = OTHER_START_LOG * turns
    others = tuple(
        block + (apart if block.shape == found.price.shape else 0.0) for block in found.others
    )
    start = found._replace(
        price=found.price + apart, expenditure=found.expenditure - apart, others=others
    )
    try:
        other = solve_next(model, base, after.shock, before, start, engine=engine)
    except (NoEquilibrium, NotCertified):
        return (Note.of("one_start"),)
    if other.solved.effect(after.solved) > SAME_LOG:
        return (Note.of("two_equilibria", gap=100.0 * other.solved.effect(after.solved)),)
    return (Note.of("two_starts"),)


def _hardly_trading(world: World, *states: State) -> tuple[Note, ...]:
    """Say of which countries the trade is too small to determine relative wages."""
    hardly = np.zeros(len(world.countries), dtype=np.bool_)
    for outcome in (state.outcome for state in states):
        between = outcome.trade.sum(axis=0)
        abroad = between.sum(axis=0) + between.sum(axis=1) - 2 * between.diagonal()
        hardly |= abroad < HARDLY_TRADES_SHARE * outcome.income
    if not hardly.any():
        return ()
    named = tuple(world.countries[n] for n in np.flatnonzero(hardly))
    return (Note.of("hardly_trading", countries=named),)
