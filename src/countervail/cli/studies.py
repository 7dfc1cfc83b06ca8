"""What ``run`` adds to an answer when asked: each study a document beside it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from countervail import machine
from countervail.cli.progress import bar
from countervail.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from countervail.draws.ensemble import Ensemble
    from countervail.present.document import Document
    from countervail.solution import Solution

GROUPS = ("measure", "implementer")
"""What outcomes can be shared out over."""


class Studies(NamedTuple):
    """The studies asked for; None is not asked for.

    Attributes:
        what_moved: country whose welfare's moves are told.
        drivers: countries whose range's drivers are told.
        base: samples of each design of the drivers.
        attribute: what outcomes are shared out over: ``measure`` or ``implementer``.
        orders: orders drawn where there are more than ten groups of measures.
        compare: whether other closures, sets of elasticities and models stand beside the answer.
        workers, cluster: where they are solved.
    """

    what_moved: str | None = None
    drivers: list[str] | None = None
    base: int = 128
    attribute: str | None = None
    orders: int = 20
    compare: bool = False
    workers: int | None = None
    cluster: str | None = None

    def check(self, draws: int) -> None:
        """Raise where a study cannot be made, before anything is solved.

        Raises:
            InputError: it needs draws and there are none, or JAX and it is not installed.
        """
        if self.what_moved is not None:
            machine.load_jax()
        if self.drivers is not None and draws == 0:
            raise InputError("--drivers needs draws, and --draws is 0: leave --draws out")
        if self.attribute not in (None, *GROUPS):
            raise InputError(
                f"--attribute {self.attribute}{did_you_mean(str(self.attribute), GROUPS)} "
                f"(there are {' and '.join(GROUPS)})"
            )

    def answers(self, solution: Solution, drawn: Ensemble | None) -> Iterator[tuple[str, Document]]:
        """Yield the studies, each with its key in the JSON object."""
        if self.what_moved is not None:
            yield "moved", self._moved(solution, self.what_moved)
        if self.attribute is not None:
            yield "attribution", self._attributed(solution)
        if self.drivers is not None and drawn is not None:
            yield "drivers", self._driven(drawn, tuple(self.drivers))
        if self.compare:
            yield "models", self._compared(solution, drawn)

    def _moved(self, solution: Solution, country: str) -> Document:
        from countervail.present.moved import document
        from countervail.studies.contributions import contributions, exact_effect

        figure = solution.figure("welfare", country=country)
        return document(country, contributions(figure), exact_effect(figure))

    def _attributed(self, solution: Solution) -> Document:
        from countervail.present.attributed import document
        from countervail.present.rows import shown_countries
        from countervail.studies import attribute, by_implementer

        scenario, world = solution.scenario, solution.observed
        groups = by_implementer(scenario, world) if self.attribute == "implementer" else None
        with bar("coalitions") as progress:
            found = attribute(
                world,
                scenario,
                solution.model,
                groups=groups,
                samples=self.orders,
                progress=progress,
                workers=self.workers,
            )
        return document(found, shown_countries(solution))

    def _compared(self, solution: Solution, drawn: Ensemble | None) -> Document:
        from countervail.present.compared import document
        from countervail.present.rows import shown_countries
        from countervail.studies.compare_models import compare_models

        with bar("choices") as progress:
            found = compare_models(
                solution.observed,
                solution.scenario,
                solution.model,
                workers=self.workers,
                progress=progress,
            )
        return document(found, shown_countries(solution), drawn)

    def _driven(self, drawn: Ensemble, countries: tuple[str, ...]) -> Document:
        from countervail.draws.ensemble.drivers import drivers
        from countervail.present.driven import document, welfare

        with bar("samples") as progress:
            found = drivers(
                drawn,
                [welfare(country) for country in countries],
                base=self.base,
                workers=self.workers,
                cluster=self.cluster,
                progress=progress,
            )
        return document(found, countries)


def ensemble_of(
    solution: Solution,
    draws: int,
    seed: int,
    *,
    priors: str | None,
    workers: int | None,
    cluster: str | None,
    out: str | None,
    progress: Callable[[int, int], object],
) -> Ensemble:
    """Return the draws of a question whose point answer is known, read for every reported figure.

    Raises as ``ensembles.result``.
    """
    from countervail.draws.ensemble import ensemble
    from countervail.present.ranges import Reader

    try:
        return ensemble(
            solution.observed,
            solution.scenario,
            solution.model,
            draws,
            seed,
            priors=priors,
            workers=workers,
            cluster=cluster,
            out=out,
            read=Reader.of(solution),
            point=solution,
            progress=progress,
        )
    except KeyboardInterrupt:
        if out is not None:
            sys.stderr.write(f"finished draws are kept in {out}: the same command goes on there\n")
        raise
