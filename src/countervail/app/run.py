"""``run``: one question, answered with certified numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from countervail.app.pages import Pages
from countervail.app.parts import WhichLedger, WhichModel, WhichWorld
from countervail.app.question import ALLOW_PARTIAL, LANGUAGE
from countervail.app.request import DrawnRequest, Result, Show, early
from countervail.app.studies import Asked, Studies
from countervail.clock import as_date, today
from countervail.draws.how import Draws
from countervail.errors import InputError, NoEquilibrium
from countervail.options import argument, option, part
from countervail.text.listed import words

if TYPE_CHECKING:
    from countervail.draws.ensemble import Ensemble
    from countervail.ledger import Ledger
    from countervail.present.document import Document
    from countervail.present.page.report import ReportPage
    from countervail.present.sentences.language import Language
    from countervail.scenario import Scenario
    from countervail.solution import Solution
    from countervail.world import World


@dataclass(frozen=True, kw_only=True)
class RunRequest(DrawnRequest):
    """Solve a scenario and print who gains, who loses, why to trust it, and what it rests on."""

    scenario: str | None = argument(
        "A preset (see `countervail scenarios`) or .toml file; may be left out with --add or "
        "--lift.",
        None,
    )
    add: Sequence[str] | None = option(
        None,
        "Points added, such as 'USA on CAN goods 10'.",
        metavar="LINE",
        typed=list[str] | None,
    )
    lift: Sequence[str] | None = option(
        None,
        "The part lifted of measures, such as 'CHN on CAN 50%'.",
        metavar="LINE",
        typed=list[str] | None,
    )
    drafts_of: str | None = option(
        None,
        "Price the drafts of this folder or file (see `read --draft`) on top: labelled, no law.",
        "--with-drafts",
        "DIR",
    )
    variant: str | None = option(None, "One of the scenario's variants.")
    economics: WhichModel = part(WhichModel())
    place: WhichWorld = part(WhichWorld())
    ledger: WhichLedger = part(WhichLedger())
    from_: date | None = option(None, "Law of the first state.", "--from", "DATE", read=as_date)
    to: date | None = option(None, "Law of the second state.", metavar="DATE", read=as_date)
    known_on: date | None = option(
        None, "See only what was announced by this day.", metavar="DATE", read=as_date
    )
    background: date | None = option(
        None, "Date of all law that is not the scenario's subject.", metavar="DATE", read=as_date
    )
    horizon: str | None = option(
        None,
        "Years after the change (1; or 2, 3, 5, 10), the long run beside it; or long. Default 1, "
        "and long in a world of a horizon.",
        metavar="YEARS",
    )
    outside_option: float | None = option(
        None,
        "What makers whom the law leaves no buyer sell at home, per cent of their sales; without "
        "it such a question is refused.",
        metavar="PERCENT",
        typed=float | None,
    )
    path: bool = option(
        False, "Add every horizon from one year to the long run, one after another."
    )
    countries: Sequence[str] | None = option(
        None, "Countries shown first, such as CAN,CHN.", read=words
    )
    studies: Studies = part(Studies())
    draws: Draws = part(
        Draws(), help={"out": "Folder for solution.nc, CSV tables and manifest.json; keeps draws."}
    )
    allow_partial: bool = option(False, ALLOW_PARTIAL)
    pages: Pages = part(Pages())
    lang: str = option("en", LANGUAGE)

    sections: ClassVar[tuple[str, ...]] = ("law", "goods", "countries", "sectors", "why")

    def answer(self, show: Show) -> Result:
        """Return the solution with its ranges, and what is asked besides.

        Args:
            show: shows how far it is.

        Raises:
            InputError, FileError: the question, language, priors or a folder is refused.
            NotPlaced: the world cannot hold a part of the question, or nothing prices it.
            NotCertified, NoEquilibrium: the question has no answer, or no draw has.
            WorkersLostError: workers are killed again and again.
        """
        from countervail.horizons import FIRST, LONG, horizon_key, in_the_long_run
        from countervail.present.horizons import long_run, no_long_run
        from countervail.present.result import document, preview
        from countervail.present.sentences.language import language
        from countervail.solving import solve

        said = language(self.lang)

        if self.draws.number < 0:
            raise InputError(f"--draws {self.draws.number}: 0 gives the point answer, 200 ranges")
        world = self.place.opened()
        horizon = self.horizon or (FIRST if world.horizon is None else LONG)
        model = self.economics.made(world, horizon)
        studies = self.studies.of(world, self.draws)
        question = self.question(world, self.ledger.opened()).partly(self.allow_partial)
        world = self.place.asked(world, question)
        solution = solve(
            world, question, model, horizon=horizon, outside_option=self.outside_option
        )
        found = {horizon_key(horizon): solution}
        beside: Mapping[str, Any] | None = None
        refused: dict[str, str] = {}
        if solution.world.horizon is not None:
            try:
                found[LONG] = solve(world, question, in_the_long_run(model))
                beside = long_run(found[LONG], None).data
            except NoEquilibrium as reason:  # what the first year can do without, it may not
                refused[LONG] = str(reason)
        see = early(show) if self.draws.number else None
        if see is not None:
            see(partial(preview, solution, None, beside, said, self.draws.number))
        drawn = self._drawn(solution, show, beside, said) if self.draws.number else None
        asked = Asked(world, model, horizon)
        added = dict(studies.answers(solution, drawn, asked, self.draws, show))
        if beside is not None:
            added["long_run"] = self._long_run(found[LONG], show)
        if refused:
            added["long_run_refused"] = no_long_run(refused[LONG])
        if self.path:
            added["path"] = self._path(asked, question, found, refused, show)
        answered = document(solution, drawn, added, said)

        def page(command: str) -> ReportPage:
            from countervail.present.page.run import run_page
            from countervail.present.tables import RowsWithRanges
            from countervail.present.told import ToldAnswer

            told = ToldAnswer(solution, RowsWithRanges.of(solution, drawn))
            return run_page(answered, told, said, added, command)

        return Result(
            document=answered,
            page=page,
            saved={"solution": solution, "ensemble": drawn},
            name="result",
            left_out=bool(solution.resolved.not_placed),
        )

    def question(self, world: World, book: Ledger) -> Scenario:
        """Return what is asked: a scenario, lines, or a scenario with lines.

        Args:
            world: whose labels it is asked in.
            book: the law.

        Raises:
            InputError, FileError: nothing is asked, or what is asked is not understood.
        """
        asked_of = self._asked(world, book)
        if self.drafts_of is None:
            return asked_of
        from countervail.ledger.drafted import read_drafts
        from countervail.scenario.drafts import with_drafts

        return with_drafts(asked_of, read_drafts(self.drafts_of), world.countries)

    def _asked(self, world: World, book: Ledger) -> Scenario:
        """Return what is asked before drafts come on top."""
        from countervail.scenario import open_scenario
        from countervail.scenario.drafts import bare
        from countervail.scenario.one_line import asked, with_lines

        lines, own = (self.add or [], self.lift or []), world.countries
        shown = None if self.countries is None else [own[world.country(c)] for c in self.countries]
        if self.scenario is None and not (self.add or self.lift):
            return bare(book, self._day()).with_options(
                known_on=self.known_on, background=self.background, countries=shown
            )
        if self.scenario is None:
            return asked(book, self._day(), *lines, own).with_options(
                known_on=self.known_on, background=self.background, countries=shown
            )
        question = open_scenario(self.scenario, self.variant, ledger=book, own=own).with_options(
            from_date=self.from_,
            to_date=self.to,
            known_on=self.known_on,
            background=self.background,
            countries=shown,
        )
        return with_lines(question, *lines, own)

    def _day(self) -> date:
        """Return the day of a question in lines: the one given, or today.

        Raises:
            InputError: there is no question, a variant of none, or two days.
        """
        if not (self.add or self.lift or self.drafts_of):
            raise InputError(
                "nothing is asked: name a preset (see `countervail scenarios`) or a .toml file, or "
                "give --add 'USA on CAN goods 10', --lift 'CHN on CAN 50%' or --with-drafts DIR"
            )
        if self.variant is not None:
            raise InputError(f"--variant {self.variant} is of a scenario: name it first")
        given = {day for day in (self.from_, self.to) if day is not None}
        if len(given) > 1:
            raise InputError("a question in lines is of the law of one day: give --to alone")
        return given.pop() if given else today()

    def _path(
        self,
        asked: Asked,
        question: Scenario,
        known: Mapping[str, Solution],
        without: Mapping[str, str],
        show: Show,
    ) -> Document:
        """Return the answers after one year, two, and so on to the long run; some are known.

        A horizon that has no answer is left out, and why is said.

        Args:
            asked: world and model.
            question: what is asked.
            known: answers that are there already, by horizon.
            without: why some horizons have none, by horizon.
            show: shows how far it is.
        """
        from countervail.horizons import HORIZONS
        from countervail.present.horizons import path
        from countervail.solving import solve

        found, refused = dict[str, "Solution"](), dict(without)
        with show("horizons") as progress:
            for k, horizon in enumerate(HORIZONS):
                if horizon in known:
                    found[horizon] = known[horizon]
                elif horizon not in refused:
                    try:
                        found[horizon] = solve(
                            asked.world,
                            question,
                            asked.model,
                            horizon=horizon,
                            outside_option=self.outside_option,
                        )
                    except NoEquilibrium as reason:
                        refused[horizon] = str(reason)
                progress(k + 1, len(HORIZONS))
        return path(found, refused)

    def _long_run(self, solution: Solution, show: Show) -> Document:
        """Return the answer of the long run, which stands beside one of some years."""
        from countervail.present.horizons import long_run

        drawn = self._drawn(solution, show) if self.draws.number else None
        return long_run(solution, drawn)

    def _drawn(
        self,
        solution: Solution,
        show: Show,
        beside: Mapping[str, Any] | None = None,
        lang: Language | None = None,
    ) -> Ensemble:
        """Return the draws of a question, read for every reported figure.

        Args:
            solution: the point answer.
            show: shows how far it is.
            beside: the long run beside it.
            lang: in which its first screen is shown meanwhile; None shows none.

        Raises:
            InputError, FileError: priors do not fit the world, or a folder cannot be written.
            NotCertified: no draw has an answer.
            WorkersLostError: workers are killed again and again.
        """
        from countervail.draws.ensemble.door import ensemble
        from countervail.present.ranges import Reader
        from countervail.present.result import preview

        see = None if lang is None else early(show)

        def meanwhile(some: Ensemble) -> None:
            if see is not None and lang is not None:
                see(partial(preview, solution, some, beside, lang, self.draws.number))

        with show("draws") as progress:
            return ensemble(
                solution.observed,
                solution.scenario,
                solution.model,
                self.draws,
                read=Reader.of(solution),
                point=solution,
                progress=progress,
                meanwhile=None if see is None else meanwhile,
            )
