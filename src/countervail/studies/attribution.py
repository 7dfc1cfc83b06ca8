"""Which measure causes what: every outcome of a question shared out over its measures.

A measure has no effect of its own where it meets others on the same goods, or in the same economy:
what it does depends on what else changes. Three figures tell it: what the measure does **alone**;
what would be missing **without** it, all the others changed; and its **Shapley value**, which lies
between such cases: its effect averaged over all orders in which the measures can be made. Shapley
values alone sum to the whole effect (Shapley 1953; ``outcomes.shapley``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from countervail import schema
from countervail.core.model import Array, Model
from countervail.draws.batch.answers import Progress
from countervail.errors import InputError, did_you_mean
from countervail.figure import Figure, Labels
from countervail.models.presets import CaliendoParro
from countervail.scenario import Scenario
from countervail.scenario.question import BY_HAND
from countervail.schema.shown import Shown
from countervail.studies.coalitions import Coalitions, by_variable
from countervail.studies.shapley import Exact, Sampled, Shares, plan
from countervail.world import World

if TYPE_CHECKING:
    import xarray as xr

Groups = Mapping[str, Sequence[str]]
"""Parts of a question by the name of their group."""

KINDS = ("shapley", "error", "alone", "without")
"""The figures of a group, in the order in which they are labelled."""


class Share(NamedTuple):
    """What one group of measures does to a figure, in the figure's unit.

    Attributes:
        group: its name.
        shapley: its Shapley value; all groups' sum to the whole effect.
        error: standard error of it; None where it is exact. Of a sum over labels, the most it can
            be.
        alone: the effect of the group when nothing else changes.
        without: the whole effect less that of all the other groups.
    """

    group: str
    shapley: float
    error: float | None
    alone: float
    without: float


@dataclass(frozen=True, eq=False)
class Attribution(Shown):
    """Every outcome of a question, shared out over groups of its measures.

    Arrays are by variable: of countries, and of countries and sectors. What is shared out is the
    change since the first state: of a variable in per cent the variable itself, of a ratio
    (``_hat``) what it is above one, of a level of the second state (``_new``) what it is above that
    of the first.

    Attributes:
        world: the base world.
        scenario: the question.
        model: the model, with its closure.
        groups: the parts of the question by the name of their group.
        total: effect of all, [country, ...].
        shapley: Shapley values, [group, country, ...]; they sum to the total.
        error: their standard errors, likewise; None where they are exact.
        alone: effect of each group by itself, likewise.
        without: effect of all less that of all but the group, likewise.
        coalitions: how many were solved and certified.
        residual: the largest of any of them.
        exact: whether every coalition was solved; otherwise orders were drawn.
        samples: orders of joining that were averaged over; 0 where exact.
        seed: of the draws; None where exact.
    """

    world: World
    scenario: Scenario
    model: Model
    groups: Mapping[str, tuple[str, ...]]
    total: Mapping[str, Array]
    shapley: Mapping[str, Array]
    error: Mapping[str, Array] | None
    alone: Mapping[str, Array]
    without: Mapping[str, Array]
    coalitions: int
    residual: float
    exact: bool
    samples: int = 0
    seed: int | None = None

    @cached_property
    def dataset(self) -> xr.Dataset:
        """Every variable as a labelled xarray Dataset: [kind, group, country, ...], and totals.

        Kinds are ``shapley``, ``error`` (where orders were drawn), ``alone`` and ``without``; the
        whole effect on a variable is in ``<variable>_total``.
        """
        import xarray as xr

        table = schema.variables()
        kinds = [kind for kind in KINDS if getattr(self, kind) is not None]
        data = {}
        for name, whole in self.total.items():
            about = {"units": table[name].unit, "long_name": table[name].meaning}
            parts = np.stack([getattr(self, kind)[name] for kind in kinds])
            data[name] = (("kind", "group", *table[name].dims), parts, about)
            data[f"{name}_total"] = (table[name].dims, whole, about)
        labels = {
            "kind": kinds,
            "group": list(self.groups),
            "country": list(self.world.countries),
            "sector": list(self.world.sectors),
        }
        return xr.Dataset(data, coords=labels)

    def table(self, variable: str, **labels: Labels) -> list[Share]:
        """Return what each group does to a figure: ``table("welfare", country="CAN")``.

        Args:
            variable: one of those in ``total``.
            labels: by dimension a label; several to sum over, where the unit is money; or several
                with a weight each.

        Raises:
            InputError: no such variable, dimension or label; or a sum that means nothing.
        """
        weight = self._weight(variable, labels)

        def read(values: Array) -> float:
            return float((weight * values).sum())

        return [
            Share(
                group=group,
                shapley=read(self.shapley[variable][g]),
                error=(
                    None
                    if self.error is None
                    else float((abs(weight) * self.error[variable][g]).sum())
                ),
                alone=read(self.alone[variable][g]),
                without=read(self.without[variable][g]),
            )
            for g, group in enumerate(self.groups)
        ]

    def whole(self, variable: str, **labels: Labels) -> float:
        """Return the effect of all groups together on a figure.

        Args:
            variable: one of those in ``total``.
            labels: by dimension a label; several to sum over, where the unit is money; or several
                with a weight each.

        Raises:
            InputError: no such variable, dimension or label; or a sum that means nothing.
        """
        return float((self._weight(variable, labels) * self.total[variable]).sum())

    def _weight(self, variable: str, labels: Mapping[str, Labels]) -> Array:
        """Return the weight of each entry of a variable in a figure.

        Raises:
            InputError: no such variable, dimension or label; or a sum that means nothing.
        """
        if variable not in self.total:
            raise InputError(
                f"'{variable}' is not shared out{did_you_mean(variable, self.total)} (there are "
                f"{', '.join(self.total)})"
            )
        return Figure(variable, labels).entries(self.world)

    def __repr__(self) -> str:
        how = "exact" if self.exact else f"{self.samples} orders drawn"
        return (
            f"<Attribution {self.scenario.name!r}: {len(self.groups)} groups, {how}, "
            f"{self.coalitions} coalitions, residual {self.residual:.1e}>"
        )


def attribute(
    world: World,
    scenario: Scenario,
    model: Model | None = None,
    *,
    groups: Groups | None = None,
    samples: int = 200,
    seed: int = 0,
    progress: Progress | None = None,
    workers: int | None = None,
    allow_partial: bool = False,
) -> Attribution:
    """Return every outcome of a scenario, shared out over its measures.

    Up to ten groups, every coalition of them is solved; beyond, orders of joining are drawn, and
    what an average over them may be off by is given.

    Args:
        world: the base world.
        scenario: the question.
        model: default Caliendo and Parro with ``deficits="world_share"``.
        groups: parts of the question (``Scenario.parts``) by the name of their group; each part
            that changes something in exactly one. By default every part is a group of its own.
        samples: orders of joining, where there are more than ten groups: an even number, for each
            is drawn with its reverse; four or more.
        seed: of the draws.
        progress: called with the number of coalitions solved and of all.
        workers: threads; default one a core.
        allow_partial: whether the answer may leave out what the world cannot hold or nothing
            prices; it says so, and warns.

    Raises:
        NotPlaced: the world cannot hold a part of the question, or nothing prices it.
        InputError: nothing changes; groups that do not hold each part once; or measures that
            cannot stand together, as they never did.
        NoEquilibrium, NotCertified: a coalition has no certified answer; it is named.
    """
    _check_samples(samples)
    model = model or CaliendoParro()
    scenario = scenario.partly(allow_partial)
    chosen = _grouped(scenario, scenario.parts(world), groups)
    how = plan(len(chosen), samples, seed)
    game = Coalitions(world, scenario, model, chosen, len(how.coalitions), progress, workers)
    return _reported(game, how, how.shares(game.value))


def by_implementer(scenario: Scenario, world: World) -> dict[str, tuple[str, ...]]:
    """Return the parts of a question by who takes the measure; changes made by hand come last."""
    found: dict[str, list[str]] = {}
    for part in scenario.parts(world):
        found.setdefault(_implementer(scenario, part), []).append(part)
    order = sorted(found, key=lambda who: (who == BY_HAND, who))
    return {who: tuple(found[who]) for who in order}


def _implementer(scenario: Scenario, part: str) -> str:
    """Return who takes the measure that a part is; changes made by hand are nobody's."""
    if scenario.ledger is None or part == BY_HAND:
        return BY_HAND
    return scenario.ledger.measure(part).implementer


def _reported(game: Coalitions, how: Exact | Sampled, shares: Shares) -> Attribution:
    """Return what was found, by variable."""

    def variables(flat: Array) -> dict[str, Array]:
        return by_variable(game.world, game.outcomes, flat)

    drawn = how if isinstance(how, Sampled) else None
    return Attribution(
        world=game.world,
        scenario=game.scenario,
        model=game.model,
        groups=game.groups,
        total=variables(shares.total),
        shapley=variables(shares.shapley),
        error=None if shares.error is None else variables(shares.error),
        alone=variables(shares.alone),
        without=variables(shares.without),
        coalitions=len(how.coalitions),
        residual=game.residual,
        exact=drawn is None,
        samples=0 if drawn is None else 2 * drawn.pairs,
        seed=None if drawn is None else drawn.seed,
    )


def _check_samples(samples: int) -> None:
    """Raise where orders cannot be drawn in pairs that tell how far they spread.

    Raises:
        InputError: an odd number, or fewer than four.
    """
    if samples < 4 or samples % 2:
        raise InputError(
            f"samples must be an even number of at least 4, not {samples}: each order of joining "
            "is drawn with its reverse, and one pair does not tell how far they spread"
        )


def _grouped(
    scenario: Scenario, parts: Sequence[str], groups: Groups | None
) -> dict[str, tuple[str, ...]]:
    """Return the groups, every part that changes something in exactly one.

    Raises:
        InputError: nothing changes, or the part that is missing, unknown or given twice.
    """
    if not parts:
        raise InputError(
            f"nothing changes between the two states of '{scenario.name}' in this world, so there "
            "is nothing to share out"
        )
    if groups is None:
        return {part: (part,) for part in parts}
    chosen = {
        name: (held,) if isinstance(held, str) else tuple(held) for name, held in groups.items()
    }
    homes: dict[str, str] = {}
    for name, held in chosen.items():
        scenario.check_parts(held)
        for part in held:
            if part in homes:
                raise InputError(
                    f"'{part}' is given twice, in groups '{homes[part]}' and '{name}': each part "
                    "belongs in one group"
                )
            homes[part] = name
    for part in parts:
        if part not in homes:
            raise InputError(
                f"'{part}' changes and is in no group: put it into one (groups now: "
                f"{', '.join(chosen) or 'none'})"
            )
    return chosen
