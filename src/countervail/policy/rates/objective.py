"""What a player is after: welfare of countries, or a weighted sum with revenue, wages and jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from countervail.core.model import Baseline, Outcome
from countervail.errors import InputError, did_you_mean
from countervail.policy.evaluator import Criteria
from countervail.policy.players import Player
from countervail.policy.players import player as who
from countervail.world import World

Array = NDArray[np.float64]

KINDS = {
    "welfare": "welfare",
    "consumption": "welfare",
    "wages": "real_wage",
    "revenue": "revenue_change",
    "jobs": "employment_change",
}
"""What may be wanted, and the variable that has it; real consumption is welfare in this model."""


@dataclass(frozen=True, eq=False)
class Objective:
    """A weighted sum of outcomes, in per cent.

    Attributes:
        weight: of each country's welfare, [country].
        others: weights of other variables' entries by name, in the core's axes.
        words: what it is.
    """

    weight: Array
    others: Mapping[str, Array]
    words: str

    reads_flows: ClassVar[bool] = False

    @property
    def terms(self) -> Mapping[str, Array]:
        """Weights of every variable's entries by name, in the core's axes."""
        return {"welfare": self.weight, **self.others}

    def read(self, found: Mapping[str, Array]) -> Criteria:
        """Return what a state is worth, from variables in the core's axes."""
        others = (float((each * found[name]).sum()) for name, each in self.others.items())
        value = float(self.weight @ found["welfare"]) + sum(others)
        return Criteria(np.array([value]), (self.terms,))

    def value(self, arrays: Mapping[str, Array]) -> float:
        """Return what it comes to, from variables in a world's axes."""
        parts = ((each * arrays[name].T).sum() for name, each in self.terms.items())
        return float(sum(parts))


def objective(
    world: World,
    player: Player,
    base: Baseline,
    before: Outcome,
    wanted: Mapping[str, float] | None = None,
) -> Objective:
    """Return what a player is after.

    A bloc's welfare is its members' real income together: each member's welfare weighs by its
    final spending in the first state; likewise its revenue, its wages by value added, its jobs in
    a sector by the sector's value added.

    Args:
        world: the base world.
        player: who is after it.
        base: the same as the core sees it.
        before: the first state.
        wanted: weights of ``"CAN"`` (welfare), ``"revenue CAN"``, ``"wages CAN"`` or
            ``"jobs CAN C29"`` (labour employed in a sector), per cent each; default the player's
            own welfare, 1.

    Raises:
        InputError: an unknown label, a weight that is no number, or weights that are all zero.
    """
    spending = before.income
    if wanted is None:
        words = "welfare" if len(player.members) == 1 else "its members' real income together"
        return Objective(_shares(player, spending), {}, f"{player.name}: {words}")
    terms: dict[str, Array] = {"welfare": np.zeros(len(world.countries))}
    for term, size in wanted.items():
        if not np.isfinite(size):
            raise InputError(f"the objective's weight of {term} is {size}: give a number")
        variable, entries = _term(term, world, base, before)
        terms[variable] = terms.get(variable, 0.0) + size * entries
    if not any(each.any() for each in terms.values()):
        raise InputError("the objective is empty: give a country's welfare a weight, {'CAN': 1.0}")
    said = " ".join(f"{size:+g} {term}" for term, size in wanted.items())
    weight = terms.pop("welfare")
    return Objective(weight, terms, f"{'per cent' if terms else 'welfare'}, {said}")


def _term(words: str, world: World, base: Baseline, before: Outcome) -> tuple[str, Array]:
    """Return the variable a term reads, and the weight of each of its entries.

    Raises:
        InputError: no such term.
    """
    first, *rest = words.split()
    if first not in KINDS:
        return "welfare", _shares(_somebody(words, world), before.income)
    if len(rest) != (2 if first == "jobs" else 1):
        form = "jobs CAN C29" if first == "jobs" else f"{first} CAN"
        raise InputError(f"the objective's '{words}' is not understood: write '{form}'")
    player = who(rest[0], world)
    if first == "jobs":
        sector = world.sector(rest[1])
        employed = base.value_added_share[sector] * before.gross_output[sector]
        if not employed[list(player.members)].any():
            raise InputError(f"the objective's '{words}': {player.name} has no {rest[1]}")
        entries = np.zeros_like(before.gross_output)
        entries[sector] = _shares(player, employed)
        return KINDS[first], entries
    size = base.value_added if first == "wages" else before.income
    return KINDS[first], _shares(player, size)


def _somebody(words: str, world: World) -> Player:
    """Return whose welfare is meant.

    Raises:
        InputError: nobody, with the nearest kind or country.
    """
    try:
        return who(words, world)
    except InputError as error:
        kind = did_you_mean(words.split()[0], KINDS) if len(words.split()) > 1 else ""
        if not kind:
            raise
        raise InputError(
            f"the objective's '{words}' is not understood{kind} (there are {', '.join(KINDS)})"
        ) from error


def _shares(player: Player, size: Array) -> Array:
    """Return the part of each member in what all have; zero for others."""
    weight = np.zeros_like(size)
    at = list(player.members)
    weight[at] = size[at] / size[at].sum()
    return weight
