"""The desk: what rates are worth to a player, and what a little more of each would add.

Every look solves the world economy at those rates, started where the last one ended, and takes
the exact gradient by the implicit function theorem (``core.derivative``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import machine
from countervail.core import levers
from countervail.core.compare import compare
from countervail.core.model import Baseline, Hats, Model, Shock, Totals, Weights
from countervail.policy.rates.instruments import Instruments
from countervail.state import State

Array = NDArray[np.float64]
IntArray = NDArray[np.intp]

SOLVE_TO = 1e-11
"""Undamped residual of the states looked at; the one reported is certified afresh."""


class Look(NamedTuple):
    """What rates are worth.

    Attributes:
        value: of the objective, per cent.
        slope: what it gains per unit of each rate, [instrument].
        curvature: roughly by how much that slope falls per unit of the rate, positive,
            [instrument]: what the trade still taxed is worth to its buyer.
        welfare: of every country relative to the first state, per cent, [country].
        hats: wages, prices and expenditure there.
    """

    value: float
    welfare: Array
    slope: Array
    curvature: Array
    hats: Hats


class Desk:
    """Evaluates one player's objective under a law it shares with everybody else.

    Args:
        model: the economics.
        base: baseline.
        before: the first state, which welfare is relative to.
        instruments: what the player sets.
        weight: of each country's welfare, [country].
        others: weights of other variables' entries by name, in the core's axes.
        beside: another desk of the same model, base and first state: arrays on JAX's processor are
            shared with it, and what is known of them.

    Attributes:
        law: the state of law the player's rates are placed in; others' rates are theirs.
        evaluations: looks so far.
        near: where the next search for an equilibrium starts: where the last one ended.
        best: the best rates looked at under the present weights and law, and what they are worth.

    Raises:
        InputError: JAX is not installed.
    """

    def __init__(
        self,
        model: Model,
        base: Baseline,
        before: State,
        instruments: Instruments,
        weight: Array,
        others: Mapping[str, Array] | None = None,
        beside: Desk | None = None,
    ) -> None:
        machine.load_jax()
        from countervail.core import derivative as core

        self.model, self.base, self.before = model, base, before
        self.instruments, self.weight, self.others = instruments, weight, others or {}
        self.law: Shock = before.shock
        self.evaluations = 0
        self.best: tuple[Array, Look] | None = None
        self.near: Hats = before.solved.hats
        first = core.Point(before.solved.hats, every_sector(before.weights))
        self._placed: tuple[Baseline, core.Point] = (
            (core.placed(base), core.placed(first)) if beside is None else beside._placed
        )

    def look(self, rates: Array) -> Look:
        """Return what rates are worth.

        Raises:
            NoEquilibrium: there is none at these rates.
            NotCertified: it was not found, or has no derivative.
        """
        from countervail.core import compiled
        from countervail.core import derivative as core

        shock = self.instruments.placed(self.base, self.law, rates)
        weights = every_sector(self.model.prepare(self.base, shock))
        solved = compiled.solve(self.model, self.base, weights, SOLVE_TO, self.near)
        self.near, self.evaluations = solved.hats, self.evaluations + 1
        pair = core.Pair(*self._placed, core.Point(solved.hats, weights))
        found = self._compared(solved.totals, shock)
        value = self._value(found)
        _, worth = core.gradient(self.model, pair, {"welfare": self.weight, **self.others})
        seen = Look(
            value=value,
            welfare=np.asarray(found["welfare"]),
            slope=self.instruments.slopes(levers.pull(self.base, shock, worth)),
            curvature=self._curvature(weights, solved.totals, rates),
            hats=solved.hats,
        )
        if self.best is None or seen.value > self.best[1].value:
            self.best = rates, seen
        return seen

    def _compared(self, totals: Totals, shock: Shock) -> dict[str, Array]:
        """Return variables by name, relative to the first state, in the core's axes."""
        labour = _labour(shock, self.base) / _labour(self.before.shock, self.base)
        return compare(self.model, self.base, self.before.outcome, totals, labour)

    def _value(self, found: Mapping[str, Array]) -> float:
        """Return the objective, from variables in the core's axes."""
        others = (float((each * found[name]).sum()) for name, each in self.others.items())
        return float(self.weight @ found["welfare"]) + sum(others)

    def _curvature(self, weights: Weights, totals: Totals, rates: Array) -> Array:
        """Return (theta + 1) x imports / (1 + t), in per cent of what the objective weighs.

        A duty t where t* would be best loses (t - t*) of every unit of trade it drives away, and a
        point more drives away (theta + 1) / (1 + t) of it.
        """
        own, lines = self.instruments, self.law.lines
        cells = self._fall(weights, totals, own.cells)
        if lines is None or not own.alone.any():
            return own.total(cells / (1.0 + rates[own.of]), cells[:0])
        whole = self._fall(weights, totals, (lines.sector, lines.importer, lines.exporter))
        # how much of the cell's trade a line keeps is roughly its weight
        part = whole * lines.weight / (1.0 + rates[own.line_of])
        return own.total(cells / (1.0 + rates[own.of]), part)

    def _fall(
        self, weights: Weights, totals: Totals, cells: tuple[IntArray, IntArray, IntArray]
    ) -> Array:
        """Return by how much slopes fall in cells, per unit of 1 + t."""
        j, n, i = cells
        theta = weights.trade_elasticity[j, 0]
        share = weights.share[j, n, i]
        cheaper = (totals.cost_hat[j, i] / totals.price_hat[j, n]) ** -theta
        arriving = (share - weights.duty[j, n, i]) * cheaper
        imports = np.where(share > 0, arriving * totals.expenditure[j, n], 0.0)
        worth = 100.0 * self._importance() / self.before.outcome.income
        money = np.where(worth[n] > 0, worth[n], worth.max())
        return np.asarray(money * (theta + 1.0) * imports)

    def _importance(self) -> Array:
        """Return what a per cent of each country's outcomes counts for, roughly, [country]."""
        size = np.abs(self.weight)
        for each in self.others.values():
            size = size + np.abs(each).reshape(-1, len(size)).sum(axis=0)
        return np.asarray(size)


def every_sector(weights: Weights) -> Weights:
    """Return weights with duties of every sector, taxed or not.

    What is compiled is for arrays of one shape; which sectors are taxed changes on the way.
    """
    share, border, _ = levers.matrices(weights)
    return weights._replace(taxed=np.arange(len(share)), duty=share - border)


def _labour(shock: Shock, base: Baseline) -> Array:
    return np.ones_like(base.value_added) if shock.labour_hat is None else shock.labour_hat
