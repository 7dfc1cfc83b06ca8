"""Prices and spending at given wages, and what every country then earns and spends abroad."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from countervail.core.model import Array, Baseline, Hats, Model, Weights
from countervail.core.solver import Settings, anderson
from countervail.core.steps import step_at_given_wages
from countervail.core.unknowns import pack, parted

SETTINGS = Settings(patience=30)
SURE = (SETTINGS, Settings(memory=1, patience=100))
"""Where wages are far out, and a long memory leads astray: the map contracts by itself."""

TOLERANCE_RESIDUAL = 1e-13

NO_MONEY = 1e-300
"""Stands for no money at all, so that its logarithm is a number."""


class GivenWages:
    """One state of the world as a function of wages alone.

    Wages stand side by side as everywhere in the core, [n, s]: guesses of the same state.

    Attributes:
        near: hats from which the search for prices and spending starts.
        sweeps: evaluations of the map so far; several guesses side by side count once.
        searches: settings with which prices and spending are sought, those of the last resort last.
    """

    def __init__(
        self,
        model: Model,
        base: Baseline,
        weights: Weights,
        start: Hats,
        searches: tuple[Settings, ...] = (SETTINGS,),
    ) -> None:
        self.model, self.base, self.weights = model, base, weights
        self.near, self.searches = start, searches
        self.sweeps = 0

    def hats(self, log_wage: Array) -> Hats:
        """Return wages with the prices and spending they imply, starting from ``near``."""
        states = log_wage.shape[1]
        first = pack([np.repeat(hat, states, axis=-1) for hat in self.near.blocks[1:]])
        point, lost = first.copy(), np.ones(states, dtype=np.bool_)
        step = step_at_given_wages(self.model, self.base)
        for settings in self.searches:
            implied = self._map(log_wage[:, lost])
            found = anderson(implied, first[lost], step, TOLERANCE_RESIDUAL, settings)
            self.sweeps += int(found.sweeps.max())
            point[lost] = found.point
            lost[lost] = ~found.converged
            if not lost.any():
                break
        return self._with(log_wage, point)

    def imbalance(self, log_wage: Array) -> Array:
        """Return ln(exports and gifts received / imports and gifts made), [n, s].

        Near autarky trade is too small beside the payroll for the labour markets to show which
        wage is right, and this still does. Who does not trade at all is in balance.
        """
        earned, spent = (np.log(np.maximum(side, NO_MONEY)) for side in self.accounts(log_wage))
        return np.asarray(earned - spent)

    def anchored(self, log_wage: Array) -> Array:
        """Return the imbalance with the mean wage added to each, [n, s].

        It fills the place of the equation that follows from the others.
        """
        return np.asarray(self.imbalance(log_wage) + log_wage.mean(axis=0))

    def pull(self, log_wage: Array) -> Array:
        """Return how wages move in a market, [n, s]: up where more is earned abroad than spent.

        The mean wage is drawn to that of the baseline.
        """
        return np.asarray(self.imbalance(log_wage) - log_wage.mean(axis=0))

    def accounts(self, log_wage: Array) -> tuple[Array, Array]:
        """Return exports and gifts received, and imports and gifts made, [n, s]."""
        hats = self.hats(log_wage)
        sides = [self._account(hats.state(s)) for s in range(log_wage.shape[1])]
        return np.stack([s[0] for s in sides], axis=1), np.stack([s[1] for s in sides], axis=1)

    def _account(self, hats: Hats) -> tuple[Array, Array]:
        outcome = self.model.outcome(self.base, hats, self.weights)
        flows = outcome.border.sum(axis=0)
        np.fill_diagonal(flows, 0.0)
        received = np.maximum(outcome.deficit, 0.0)
        given = np.maximum(-outcome.deficit, 0.0)
        return np.asarray(flows.sum(axis=0) + received), np.asarray(flows.sum(axis=1) + given)

    def _map(self, log_wage: Array) -> Callable[[Array], Array]:
        def implied(point: Array) -> Array:
            hats = self._with(log_wage, point)
            return pack(self.model.implied(self.base, hats, self.weights).blocks[1:])

        return implied

    def _with(self, log_wage: Array, point: Array) -> Hats:
        """Return wages with the other unknowns, from their vectors."""
        return Hats.of((log_wage, *parted(point, self.model.unknowns[1:], self.base)))
