"""``respond bargain``: which swaps all parties gain from, and what a fair reply is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from countervail.app.pages import Pages
from countervail.app.parts import (
    WhichLedger,
    WhichModel,
    WhichWorld,
    check_draws,
    check_priors,
)
from countervail.app.question import ALLOW_PARTIAL, LANGUAGE
from countervail.app.request import DrawnRequest, Result, Show
from countervail.draws.how import Draws
from countervail.options import argument, option, part

if TYPE_CHECKING:
    from countervail.policy.bargaining.concessions import ConcessionTable
    from countervail.present.page.report import ReportPage


@dataclass(frozen=True, kw_only=True)
class BargainRequest(DrawnRequest):
    """Value every package of concessions: what all gain from, the bargaining points, a reply."""

    table: str | ConcessionTable = argument(
        "A preset such as ev-for-canola, or a bargain file (.toml)."
    )
    offer: str | None = option(
        None, "Concessions of one party, such as a,b: how to reply.", metavar="NAMES"
    )
    draws: Draws = part(Draws(50))
    economics: WhichModel = part(
        WhichModel(), without=("unit",), help={"deficits": "world_share, own_income or closed."}
    )
    place: WhichWorld = part(WhichWorld())
    ledger: WhichLedger = part(WhichLedger())
    horizon: str = option(
        "1",
        "Years after the deal (the long run stands beside), or long.",
        metavar="YEARS",
    )
    allow_partial: bool = option(False, ALLOW_PARTIAL)
    pages: Pages = part(Pages())
    lang: str = option("en", LANGUAGE)

    sections: ClassVar[tuple[str, ...]] = ("answer", "why")

    def answer(self, show: Show) -> Result:
        """Return the packages, the chosen ones evaluated under draws.

        Args:
            show: shows how far it is.

        Raises:
            NotPlaced: the world cannot hold a part of a concession, or nothing prices it.
            InputError, FileError: a table, an offer, priors or a world that does not fit.
            NotCertified, NoEquilibrium: the status quo has no certified answer.
            KeyboardInterrupt: before every concession was valued by itself.
        """
        from countervail.policy.bargaining.bargain import bargain, valued_again
        from countervail.policy.bargaining.file import open_table
        from countervail.present.bargained import document
        from countervail.present.sentences.language import language
        from countervail.present.under_draws import INTERRUPTED, NOT_DRAWN, UNFINISHED

        said = language(self.lang)
        check_draws(self.draws)
        world = self.place.asked(self.place.opened(), None)
        book = self.ledger.opened()
        model = self.economics.made(world, self.horizon)
        table = self.table
        if isinstance(table, str):
            table = open_table(table, ledger=book, own=world.countries)
        table = replace(table, allow_partial=self.allow_partial)
        check_priors(self.draws, world, None)
        offered = None if self.offer is None else [word.strip() for word in self.offer.split(",")]
        with show("solved") as progress:
            found = bargain(
                world,
                table,
                model,
                offer=offered,
                draws=replace(self.draws, number=0),
                progress=progress,
                horizon=self.horizon,
            )
        finished, why = found.packages.finished, NOT_DRAWN
        if self.draws.number and finished:
            try:
                with show("draws") as progress:
                    found = valued_again(found, self.draws, progress=progress)
            except KeyboardInterrupt:  # what was found stands, and is reported
                why = INTERRUPTED
        answered = document(found, why if finished else UNFINISHED, said)

        def page(command: str) -> ReportPage:
            from countervail.present.page.bargain import bargain_page

            return bargain_page(answered, said, command)

        return Result(
            document=answered,
            page=page,
            left_out=bool(found.left_out),
            finished=finished,
            interrupted=why is INTERRUPTED,
        )
