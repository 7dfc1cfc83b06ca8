"""``backtest``: measures that were taken, predicted, beside what was seen."""

from __future__ import annotations

from dataclasses import dataclass

from countervail.app.request import Request, Result, Show
from countervail.errors import InputError
from countervail.options import argument, option

FEWEST_DRAWS = 2
"""A range needs as many."""


@dataclass(frozen=True, kw_only=True)
class BacktestRequest(Request):
    """Predict measures that were taken under three structures, beside what was seen."""

    episode: str | None = argument(
        "An episode of the record, such as chn-aus-barley-2020; default all, with the score.", None
    )

    draws: int = option(
        0, "Draws the ranges of parameters are made of anew; 0 takes those of the package."
    )
    seed: int = option(1, "Of the draws; one seed, the same numbers.")

    def answer(self, show: Show) -> Result:
        """Return every prediction, and the score of all.

        Args:
            show: shows how far it is.

        Raises:
            InputError: no such episode, with the nearest; too few or too many draws.
        """
        from countervail.backtests import Episode, open_episode, open_record
        from countervail.backtests.drawn import drawn
        from countervail.backtests.predict import Backtest, backtest
        from countervail.backtests.score import known_draws, scored, shipped
        from countervail.draws.how import MOST_DRAWS
        from countervail.present.backtested import document, document_of_one
        from countervail.sources import open_world

        if self.draws != 0 and not FEWEST_DRAWS <= self.draws <= MOST_DRAWS:
            raise InputError(
                f"--draws {self.draws}: 0 takes the ranges of the package, {FEWEST_DRAWS} to "
                f"{MOST_DRAWS:,} make them anew"
            )
        world, known = open_world(), known_draws(shipped())

        def predicted(episode: Episode) -> Backtest:
            found = backtest(episode, world)
            made = (
                drawn(episode, world, self.draws, self.seed)
                if self.draws
                else known.get(episode.id, {})
            )
            return found._replace(drawn=made)

        if self.episode is not None:
            return Result(
                document=document_of_one(predicted(open_episode(self.episode)), shipped())
            )
        record, done = open_record(), []
        with show("episodes") as progress:
            for episode in record:
                done.append(predicted(episode))
                progress(len(done), len(record))
        missing = {one.episode.id: one.reasons for one in done if one.reasons}
        return Result(document=document(scored(done), missing))
