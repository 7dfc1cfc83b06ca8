"""One state of law on plain arrays: solved, and verified by the independent check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np

from countervail import machine
from countervail.core import ladder, pair
from countervail.core.certificate import acceptable
from countervail.core.model import Baseline, Certificate, Hats, Model, Outcome, Shock, Weights
from countervail.core.solver import Coarse, Found
from countervail.errors import InputError, NotCertified

Engine = Literal["numpy", "jax"]

SOLVE_TO_RESIDUAL = 4e-11
"""First aim of the undamped residual; below what the certificate asks, which looks again."""


class State(NamedTuple):
    """One solved and verified state of law."""

    shock: Shock
    weights: Weights
    solved: ladder.Solved
    outcome: Outcome
    certificate: Certificate


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
    tolerance = max(1e-14, min(SOLVE_TO_RESIDUAL, 1e-5 * beside))
    state = _verified(model, base, shock, weights, tolerance, start, engine)
    return _certified(model, base, state, tolerance, beside, engine)


def solve_first(
    model: Model,
    base: Baseline,
    shock: Shock,
    start: Hats | None = None,
    *,
    engine: Engine = "numpy",
) -> State:
    """Solve and verify a state that none precedes: wages have settled. As ``solve_state``."""
    return solve_state(model, base, model.following(base, shock, None), start, engine=engine)


def solve_next(
    model: Model,
    base: Baseline,
    shock: Shock,
    before: State,
    start: Hats | None = None,
    *,
    engine: Engine = "numpy",
) -> State:
    """Solve and verify a state that follows another, from there unless a start is given.

    As ``solve_state``.
    """
    shock = model.following(base, shock, before.outcome)
    return solve_state(model, base, shock, start or before.solved.hats, engine=engine)


def solve_pair(
    model: Model,
    base: Baseline,
    shocks: tuple[Shock, Shock],
    starts: tuple[Hats, Hats],
    countries: Coarse | None = None,
) -> tuple[State, State]:
    """Solve and verify two states that differ in some cells only, iterated side by side.

    By how much residuals are magnified is not looked at.

    Args:
        model: the economics.
        base: baseline of both.
        shocks: the states.
        starts: first guesses.
        countries: their step in the search, where one like it is known.

    Raises:
        NoEquilibrium: there is none, with the reason.
        NotCertified: none was found.
    """
    one, two = (model.prepare(base, shock) for shock in shocks)
    side_by_side = pair.iterate(model, base, (one, two), starts, SOLVE_TO_RESIDUAL, countries)
    tried = side_by_side or (None, None)
    first, second = (
        _certified(
            model,
            base,
            _verified(model, base, shock, weights, SOLVE_TO_RESIDUAL, start, "numpy", found),
            SOLVE_TO_RESIDUAL,
            np.inf,
            "numpy",
        )
        for shock, weights, start, found in zip(shocks, (one, two), starts, tried, strict=True)
    )
    return first, second


def _certified(
    model: Model, base: Baseline, state: State, tolerance: float, beside: float, engine: Engine
) -> State:
    """Return a state, solved more tightly than to ``tolerance`` where the check asks for it."""
    shock, weights = state.shock, state.weights
    while not acceptable(state.certificate.residual, beside) and tolerance > 1e-13:
        tolerance /= 10.0
        try:
            tighter = _verified(model, base, shock, weights, tolerance, state.solved.hats, engine)
        except NotCertified:
            break
        state = _having_come(state, tighter)
    return state


def _having_come(first: State, tighter: State) -> State:
    """Return a state solved more tightly, with the rung that was needed to come near it.

    What a tighter search from there needs tells nothing of that.
    """
    return tighter._replace(solved=tighter.solved._replace(rung=first.solved.rung))


def sharpened(model: Model, base: Baseline, before: State, after: State, engine: Engine) -> State:
    """Solve once more, tighter, where the residual is not small beside a small effect."""
    effect = after.solved.effect(before.solved)
    if acceptable(after.certificate.residual, effect):
        return after
    try:
        start = after.solved.hats
        tighter = solve_state(model, base, after.shock, start, beside=effect, engine=engine)
    except NotCertified:
        return after
    return _having_come(after, tighter)


def _verified(
    model: Model,
    base: Baseline,
    shock: Shock,
    weights: Weights,
    tolerance: float,
    start: Hats | None,
    engine: Engine,
    tried: Found | None = None,
) -> State:
    if tried is None:
        solved = _solver(engine)(model, base, weights, tolerance, start)
    else:
        solved = ladder.solve(model, base, weights, tolerance, start, tried)
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
