"""``backtest``: measures that were taken, predicted, beside what was seen."""

from __future__ import annotations

from dataclasses import dataclass

from countervail.app.request import Request, Result, Show
from countervail.options import argument


@dataclass(frozen=True, kw_only=True)
class BacktestRequest(Request):
    """Predict measures that were taken under three structures, beside what was seen."""

    episode: str | None = argument(
        "An episode of the record, such as chn-aus-barley-2020; default all, with the score.", None
    )

    def answer(self, show: Show) -> Result:
        """Return every prediction, and the score of all.

        Args:
            show: shows how far it is.

        Raises:
            InputError: no such episode, with the nearest.
        """
        from countervail.backtests import open_episode, open_record
        from countervail.backtests.predict import backtest
        from countervail.backtests.score import scored, shipped
        from countervail.present.backtested import document, document_of_one
        from countervail.sources import open_world

        if self.episode is not None:
            found = backtest(open_episode(self.episode), open_world())
            return Result(document=document_of_one(found, shipped()))
        record, world, done = open_record(), open_world(), []
        with show("episodes") as progress:
            for episode in record:
                done.append(backtest(episode, world))
                progress(len(done), len(record))
        missing = {one.episode.id: one.reasons for one in done if one.reasons}
        return Result(document=document(scored(done), missing))
