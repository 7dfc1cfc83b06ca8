"""Who works where and for how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from countervail.core.choices.choice import Choice
from countervail.core.model import Baseline, Weights, namespace


@dataclass(frozen=True)
class MobileLabour(Choice):
    """One factor a country, free to change sector, all of it at work::

        v_j = w,      sum_j gamma_j Y_j = w L VA

    World value added is the numeraire.
    """

    slot: ClassVar[str] = "factors"
    key: ClassVar[str] = "mobile_labour"

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return "one wage a country, full employment"

    def numeraire(self, log_wage: Any, base: Baseline, weights: Weights) -> Any:
        """Return log wages [n, s] scaled so that world value added is unchanged."""
        xp, value_added = namespace(log_wage), base.value_added
        paid = (xp.exp(log_wage) * weights.labour_hat * value_added[:, None]).sum(axis=0)
        return log_wage - xp.log(paid / value_added.sum())

    def value_added_price(self, log_wage: Any, own: tuple[Any, ...]) -> Any:  # noqa: ARG002
        """Return ln of the price of value added, [n, s] or [j, n, s].

        Args:
            log_wage: in the numeraire [n, s].
            own: the blocks of unknowns that the choice adds, here none.
        """
        return log_wage

    def earned(self, wage: Any, base: Baseline, weights: Weights, own: tuple[Any, ...]) -> Any:  # noqa: ARG002
        """Return what all factors of a country earn [n, s].

        Args:
            wage: w hat in the numeraire [n, s].
            base: baseline.
            weights: of the states.
            own: the blocks of unknowns that the choice adds, here none.
        """
        return wage * weights.labour_hat * base.value_added[:, None]

    def implied(
        self, value_added: Any, base: Baseline, weights: Weights, log_wage: Any
    ) -> tuple[Any, ...]:
        """Return the log wage [n, s] that clears labour markets, then the choice's own unknowns.

        Args:
            value_added: by producer, baseline money [j, n, s].
            base: baseline.
            weights: of the states.
            log_wage: as guessed, in the numeraire [n, s].
        """
        del log_wage
        income = value_added.sum(axis=0)
        return (namespace(income).log(income / (weights.labour_hat * base.value_added[:, None])),)
