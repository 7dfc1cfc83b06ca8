"""What ``run`` adds to an answer when asked: each study a document beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from countervail import machine
from countervail.app.request import Show
from countervail.errors import InputError, did_you_mean
from countervail.options import option
from countervail.text.listed import words

if TYPE_CHECKING:
    from countervail.core.model import Model
    from countervail.draws.ensemble import Ensemble
    from countervail.draws.how import Draws
    from countervail.present.document import Document
    from countervail.solution import Solution
    from countervail.world import World

GROUPS = ("measure", "implementer")
"""What outcomes can be shared out over."""


class Asked(NamedTuple):
    """What an answer is asked of, as it was given: before goods are carved and years passed.

    Attributes:
        world: as opened.
        model: as named.
        horizon: in words.
    """

    world: World
    model: Model
    horizon: str


@dataclass(frozen=True, kw_only=True)
class Studies:
    """The studies asked for; None is not asked for.

    Attributes:
        what_moved: country whose welfare change is shared out over what changed.
        drivers: countries whose range's drivers are reported.
        drivers_base: samples of each design of the drivers.
        attribute: what outcomes are shared out over: ``measure`` or ``implementer``.
        attribute_orders: orders drawn where there are more than ten groups of measures.
        compare_models: whether other closures, sets of elasticities and models stand beside the
            answer.
    """

    what_moved: str | None = option(
        None, "Add what each change did to its welfare (needs JAX).", metavar="COUNTRY"
    )
    drivers: Sequence[str] | None = option(
        None,
        "Add which inputs drive the range of their welfare.",
        metavar="COUNTRIES",
        read=words,
    )
    drivers_base: int = option(128, "Samples of each design of --drivers; about ten designs.")
    attribute: str | None = option(
        None, "Add what each measure (or implementer) causes.", metavar="BY"
    )
    attribute_orders: int = option(20, "Orders drawn where --attribute has more than ten groups.")
    compare_models: bool = option(False, "Add other closures, elasticities and models.")

    def of(self, world: World, how: Draws) -> Studies:
        """Return the same of countries of a world, before anything is solved.

        Args:
            world: whose countries they are.
            how: the answer's ranges are made.

        Raises:
            InputError: no such country; a study needs draws and there are none, or JAX and it is
                not installed.
        """
        if self.what_moved is not None:
            machine.load_jax()
        if self.drivers is not None and how.number == 0:
            raise InputError("--drivers needs draws, and --draws is 0: leave --draws out")
        if self.attribute not in (None, *GROUPS):
            raise InputError(
                f"--attribute {self.attribute}{did_you_mean(str(self.attribute), GROUPS)} "
                f"(there are {' and '.join(GROUPS)})"
            )

        def country(word: str) -> str:
            return world.countries[world.country(word)]

        return replace(
            self,
            what_moved=None if self.what_moved is None else country(self.what_moved),
            drivers=None if self.drivers is None else tuple(map(country, self.drivers)),
        )

    def answers(
        self, solution: Solution, drawn: Ensemble | None, asked: Asked, how: Draws, show: Show
    ) -> Iterator[tuple[str, Document]]:
        """Yield the studies, each with its key in the JSON object.

        Args:
            solution: the answer they stand beside.
            drawn: its ranges.
            asked: the world, the model and the horizon as they were given.
            how: where they are solved.
            show: shows how far they are.
        """
        if self.what_moved is not None:
            yield "moved", _contributions(solution, self.what_moved)
        if self.attribute is not None:
            yield "attribution", self._attributed(solution, how, show)
        if self.drivers is not None and drawn is not None:
            yield "drivers", self._driven(drawn, self.drivers, how, show)
        if self.compare_models:
            yield "models", _compared(solution, drawn, asked, how, show)

    def _attributed(self, solution: Solution, how: Draws, show: Show) -> Document:
        from countervail.present.attributed import document
        from countervail.present.rows import shown_countries
        from countervail.studies import attribute, by_implementer

        scenario, world = solution.scenario, solution.observed
        groups = by_implementer(scenario, world) if self.attribute == "implementer" else None
        with show("coalitions") as progress:
            found = attribute(
                world,
                scenario,
                solution.model,
                groups=groups,
                samples=self.attribute_orders,
                progress=progress,
                workers=how.workers,
            )
        return document(found, shown_countries(solution))

    def _driven(
        self, drawn: Ensemble, countries: Sequence[str], how: Draws, show: Show
    ) -> Document:
        from countervail.draws.ensemble.drivers import drivers
        from countervail.present.driven import document, welfare

        with show("samples") as progress:
            found = drivers(
                drawn,
                [welfare(country) for country in countries],
                base=self.drivers_base,
                workers=how.workers,
                cluster=how.cluster,
                progress=progress,
            )
        return document(found, tuple(countries))


def _contributions(solution: Solution, country: str) -> Document:
    from countervail.present.contributions import document
    from countervail.studies.contributions import contributions, exact_effect

    figure = solution.figure("welfare", country=country)
    return document(country, contributions(figure), exact_effect(figure))


def _compared(
    solution: Solution, drawn: Ensemble | None, asked: Asked, how: Draws, show: Show
) -> Document:
    from countervail.present.compared import document
    from countervail.present.rows import shown_countries
    from countervail.studies.compare_models import compare_models

    with show("choices") as progress:
        found = compare_models(
            asked.world,
            solution.scenario,
            asked.model,
            horizon=asked.horizon,
            workers=how.workers,
            progress=progress,
        )
    return document(found, shown_countries(solution), drawn)
