"""A search that is interrupted answers with the best it has found, marked as such."""

from __future__ import annotations

import pytest

from countervail import respond
from countervail.policy.evaluator import Evaluated, Evaluator

from .small_tables import four_countries

pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")


def interrupt_after(monkeypatch: pytest.MonkeyPatch, evaluations: int) -> None:
    """Let so many equilibria be solved, then no more."""
    whole = Evaluator.evaluate

    def evaluate(self: Evaluator, rates: object) -> Evaluated:
        if self.evaluations >= evaluations:
            raise KeyboardInterrupt
        return whole(self, rates)  # type: ignore[arg-type]

    monkeypatch.setattr(Evaluator, "evaluate", evaluate)


def test_the_best_rates_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    world = four_countries()
    best = respond.optimal(world, "CAN")
    assert best.finished
    interrupt_after(monkeypatch, 3)
    answer = respond.optimal(world, "CAN")
    assert not answer.finished
    assert answer.notes[0].startswith("Interrupted: these are the best rates found so far")
    assert not answer.certificate.agree
    assert answer.certificate.gain < best.certificate.gain
    assert answer.certificate.projected_gradient > best.certificate.projected_gradient
    assert answer.solution.certificate.residual < 1e-10


def test_before_anything_was_found_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt_after(monkeypatch, 0)
    with pytest.raises(KeyboardInterrupt):
        respond.optimal(four_countries(), "CAN")
    with pytest.raises(KeyboardInterrupt):
        respond.retaliate(four_countries(), "CAN", "USA", goal_usd=10.0)


def test_the_cheapest_list_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    world = four_countries()
    best = respond.retaliate(world, "CAN", "USA", goal_usd=10.0, points=4)
    interrupt_after(monkeypatch, best.certificate.evaluations // 2)
    answer = respond.retaliate(world, "CAN", "USA", goal_usd=10.0, points=4)
    assert best.finished
    assert not answer.finished
    assert answer.notes[0].startswith("Interrupted")
    assert answer.certificate.agree is None
    assert answer.certificate.pain_usd > 0.0
    assert answer.solution.certificate.residual < 1e-10
