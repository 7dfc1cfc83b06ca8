"""``study exposure``: who a country depends on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from countervail.app.pages import Pages
from countervail.app.parts import WhichModel, WhichWorld, check_draws, check_priors
from countervail.app.question import LANGUAGE
from countervail.app.request import DrawnRequest, Result, Show
from countervail.draws.how import Draws
from countervail.errors import InputError, NotCertified
from countervail.options import argument, option, part, per_cent
from countervail.text.listed import words

if TYPE_CHECKING:
    from countervail.present.page.report import ReportPage


@dataclass(frozen=True, kw_only=True)
class ExposureRequest(DrawnRequest):
    """Say who a country depends on: trade, supply chains, concentration, what a loss would cost."""

    country: str = argument("Code, name or alias, such as CAN.")
    partners: Sequence[str] | None = option(
        None, "Partners reported, such as USA,CHN,EU27; default the largest.", read=words
    )
    top: int = option(10, "How many partners, where none are named.")
    threshold: float = per_cent(0.5, "Part of an input above which a partner is a chokepoint.")
    losing: bool = option(True, "Price decoupling from each partner.", "--losing/--no-losing")
    place: WhichWorld = part(WhichWorld())
    economics: WhichModel = part(
        WhichModel(), without=("unit",), help={"deficits": "world_share, own_income or closed."}
    )
    horizon: str = option(
        "1", "Years after a loss (the long run stands beside), or long.", metavar="YEARS"
    )
    draws: Draws = part(Draws(20), without=("out",))
    pages: Pages = part(Pages())
    lang: str = option("en", LANGUAGE)

    sections: ClassVar[tuple[str, ...]] = ("answer", "why")

    def answer(self, show: Show) -> Result:
        """Return what it depends on, losses evaluated under draws.

        Args:
            show: shows how far it is.

        Raises:
            InputError: no such country, partner or way; a threshold that is no part of one.
            NotCertified: a state with balanced trade, where the model starts from one, has none.
        """
        from countervail.horizons import years_of
        from countervail.present.exposed import document
        from countervail.present.sentences.language import language
        from countervail.present.under_draws import INTERRUPTED, NOT_DRAWN
        from countervail.studies.exposure import WAYS, exposure, losses_after, with_ranges

        if not 0.0 <= self.threshold <= 1.0:
            raise InputError(
                f"--threshold {100.0 * self.threshold:g}: per cent of an input, between 0 and 100"
            )
        said = language(self.lang)
        check_draws(self.draws)
        years = years_of(self.horizon)
        world = self.place.asked(self.place.opened(), None)
        model = self.economics.made(world, self.horizon)
        check_priors(self.draws, world, None)
        with show("losses") as progress:
            found = exposure(
                world,
                self.country,
                model,
                self.partners,
                WAYS if self.losing else (),
                progress,
                top=self.top,
                threshold=self.threshold,
            )
        after = None
        if years is not None and found.losses:
            with show("losses") as progress:
                after = losses_after(found, years, progress)
        why = NOT_DRAWN
        if self.draws.number and found.losses:
            try:
                with show("draws") as progress:
                    found = with_ranges(found, self.draws, progress=progress)
                if after is not None:
                    with show("draws") as progress:
                        after = with_ranges(after, self.draws, progress=progress)
            except KeyboardInterrupt:  # what was found stands, and is reported
                why = INTERRUPTED
        losses = [*found.losses, *(() if after is None else after.losses)]
        missing = [f"{one.partner} {one.how}" for one in losses if one.reason is not None]
        missing = list(dict.fromkeys(missing))
        failure = None
        if missing:
            failure = NotCertified(
                f"no certified answer for {', '.join(missing)}: the reasons stand with the losses"
            )
        answered = document(found, why, after, said)

        def page(command: str) -> ReportPage:
            from countervail.present.page.exposure import exposure_page

            return exposure_page(answered, said, command)

        return Result(
            document=answered,
            page=page,
            interrupted=why is INTERRUPTED,
            failure=failure,
        )
