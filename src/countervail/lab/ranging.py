"""Ranges of a law of the lab: what is read of every draw, and draws put together as they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from countervail.core.model import Model
from countervail.draws.draw import Draw, Kept
from countervail.draws.ensemble.job import EnsembleJob
from countervail.draws.ensemble.result import Ensemble
from countervail.draws.priors import Priors
from countervail.draws.sampling import sobol
from countervail.errors import NotCertified
from countervail.lab.telling import change_of_trade
from countervail.ledger import Ledger
from countervail.present import goods, rows
from countervail.present.ranges import Place, aligned, place
from countervail.scenario import Scenario
from countervail.solution import Solution
from countervail.solving import countries_of
from countervail.world import World

Array = NDArray[np.float64]

SEED = 1
"""Of the draws, as ``countervail run`` has it: common draws make differences."""

COUNTS = (24, 96, 200)
"""Draws after which ranges are told."""

KEPT_DRAWN = 4
"""Sets of parameters whose first draws' worlds are kept."""

CHUNK = 6
"""Draws made between two looks at whether they are still wanted; pricing fewer together costs."""


@dataclass(frozen=True)
class LabReader:
    """What the page shows of every draw: rows of countries and of goods, and trade by pair.

    Attributes:
        countries, lines: labels of the rows of the point answer.
    """

    countries: tuple[Place, ...]
    lines: tuple[Place, ...]

    @classmethod
    def of(cls, point: Solution) -> LabReader:
        """Return what reads the rows that the point answer has."""
        return cls(
            tuple(place("countries", row) for row in rows.listed(point)),
            tuple(place("lines", row) for row in goods.lines(point)),
        )

    def __call__(self, solution: Solution) -> dict[str, Array]:
        """Return the numbers of the rows [row, number], and the change of trade [seller, buyer]."""
        return {
            "countries": aligned("countries", rows.listed(solution), self.countries),
            "lines": aligned("lines", goods.lines(solution), self.lines),
            "exports": change_of_trade(solution),
        }


@dataclass(frozen=True, eq=False)
class KeptPriors(Priors):
    """Priors of one law of many on one page: the first draws' worlds and ledgers are kept.

    What a draw makes of world and ledger does not depend on which law of the page is asked about.

    Attributes:
        kept: by what a draw is made of, its world and its ledger.
    """

    kept: dict[bytes, tuple[World, Ledger | None]]

    @classmethod
    def keeping(cls, priors: Priors, kept: dict[bytes, tuple[World, Ledger | None]]) -> KeptPriors:
        """Return priors that keep what they make.

        Args:
            priors: of a law.
            kept: by priors of other laws on the same world, whose parameters have the same names.
        """
        own = {f.name: getattr(priors, f.name) for f in fields(Priors)}
        return cls(**own, kept=kept)

    def at_each(self, quantiles: Array) -> list[tuple[World, Scenario]]:
        """Return the world and the question of several draws; as ``Priors.at_each``."""
        keys = [row.tobytes() for row in quantiles]
        left = [k for k, key in enumerate(keys) if key not in self.kept]
        made = dict(zip(left, super().at_each(quantiles[left]), strict=True)) if left else {}
        found = []
        for k, key in enumerate(keys):
            if k in made:
                world, scenario = made[k]
                if len(self.kept) < COUNTS[0]:
                    self.kept[key] = world, scenario.ledger
            else:
                world, ledger = self.kept[key]
                scenario = replace(self.scenario, ledger=ledger)
            found.append((world, scenario))
        return found


@dataclass(frozen=True, eq=False)
class LabDraws:
    """The draws of one law.

    Attributes:
        point: its answer.
        job: how a draw is solved.
        quantiles: what each draw is made of, [draw, parameter].
        found: those made so far, by number.
    """

    point: Solution
    job: EnsembleJob
    quantiles: Array
    found: dict[int, Kept]

    @classmethod
    def of(
        cls,
        point: Solution,
        world: World,
        model: Model,
        kept: dict[tuple[str, ...], dict[bytes, tuple[World, Ledger | None]]] | None = None,
    ) -> LabDraws:
        """Return the draws of an answer, none of which is made.

        Args:
            point: the answer.
            world: it is asked of.
            model: the economics.
            kept: draws of that world made for other laws, by the names of what is drawn.

        Raises:
            InputError: priors do not fit the world.
        """
        priors = Priors.of(world, point.scenario, None, point.resolved)
        if kept is not None:
            own = tuple(map(repr, point.scenario.own))  # a ledger of its own
            key = (*priors.names, *own)
            while key not in kept and len(kept) >= KEPT_DRAWN:
                kept.pop(next(iter(kept)))
            priors = KeptPriors.keeping(priors, kept.setdefault(key, {}))
        job = EnsembleJob(priors, model, point.hats, LabReader.of(point), countries_of(point))
        return cls(point, job, sobol(COUNTS[-1], len(priors.names), SEED), {})

    def made(self, numbers: Sequence[int]) -> dict[int, Kept]:
        """Return some draws by number, made where they are not yet; they are not kept."""
        left = [k for k in numbers if k not in self.found]
        answers = self.job.answers(self.quantiles[left]) if left else []
        return {**{k: self.found[k] for k in numbers if k in self.found}, **_lean(left, answers)}

    def missing(self, count: int) -> list[int]:
        """Return the numbers of the first draws that are not made."""
        return [k for k in range(count) if k not in self.found]

    def keep(self, more: Mapping[int, Kept]) -> None:
        """Keep draws that were made elsewhere."""
        self.found.update(more)

    @property
    def told(self) -> int:
        """How many of the first draws are all made: ranges are told of them."""
        return max((n for n in COUNTS if not self.missing(n)), default=0)

    def ensemble(self) -> Ensemble | None:
        """Return the draws that ranges can be told of; None where there are none yet.

        Raises:
            NotCertified: none of them has an answer; with the reason of the first.
        """
        count = self.told
        if not count:
            return None
        answered = {k: d for k, d in self.found.items() if k < count and isinstance(d, Draw)}
        if not answered:
            raise NotCertified(f"none of {count} draws has an answer; the first: {self.found[0]}")
        residual = np.full(count, np.nan)
        shapes = {name: np.shape(v) for name, v in next(iter(answered.values())).figures.items()}
        figures = {name: np.full((count, *shape), np.nan) for name, shape in shapes.items()}
        for k, draw in answered.items():
            residual[k] = draw.residual
            for name, value in draw.figures.items():
                figures[name][k] = value
        failures = {
            k: str(self.found[k]) for k in sorted(self.found) if k < count and k not in answered
        }
        return Ensemble(
            point=self.point,
            priors=self.job.priors,
            seed=SEED,
            quantiles=self.quantiles[:count],
            arrays={},
            figures=figures,
            residual=residual,
            failures=failures,
            job=self.job,
        )


def _lean(numbers: Sequence[int], answers: Sequence[Kept]) -> dict[int, Kept]:
    """Return draws with what was read of them alone."""
    return {
        k: one._replace(arrays={}) if isinstance(one, Draw) else one
        for k, one in zip(numbers, answers, strict=True)
    }
