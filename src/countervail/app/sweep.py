"""``sweep``: one question over dates, variants, models and elasticities."""

from __future__ import annotations

from dataclasses import dataclass

from countervail.app.parts import WhichLedger, WhichModel
from countervail.app.question import ALLOW_PARTIAL
from countervail.app.request import DrawnRequest, Result, Show
from countervail.draws.how import Draws
from countervail.options import argument, option, part


@dataclass(frozen=True, kw_only=True)
class SweepRequest(DrawnRequest):
    """Solve a question at every point of a grid; an interrupted sweep with --out goes on there."""

    file: str = argument("A sweep file (.toml): a scenario, and its axes.")
    ledger: WhichLedger = part(WhichLedger())
    economics: WhichModel = part(WhichModel(), without=("model", "deficits", "unit"))
    draws: Draws = part(
        Draws(0),
        help={
            "number": "Draws the ranges of every point are made of; 0 makes none.",
            "workers": "Processes for the points; default one a core.",
            "cluster": "A Dask scheduler to solve on instead.",
            "out": "Folder for sweep.csv, sweep.nc and manifest.json; keeps finished points.",
        },
    )
    horizon: str | None = option(
        None,
        "Years after the change (1, unless the file has an axis horizon; the long run stands "
        "beside), or long.",
        metavar="YEARS",
    )
    allow_partial: bool = option(False, ALLOW_PARTIAL)

    keeps = "points"

    def answer(self, show: Show) -> Result:
        """Return the points.

        Args:
            show: shows how far it is.

        Raises:
            InputError, FileError: the sweep or its file is refused.
            NotCertified: no point has an answer.
            WorkersLostError: workers are killed again and again.
        """
        from countervail.draws.sweep import sweep
        from countervail.draws.sweep.files import read_sweep
        from countervail.horizons import FIRST, LONG
        from countervail.present.swept import KEPT, document

        book = self.ledger.opened()
        asked = read_sweep(self.file, book)
        usual = LONG if "horizon" in asked.axes else FIRST
        with show("answers") as progress:
            swept = sweep(
                asked,
                choices=self.economics.choices or (),
                ledger=book,
                horizon=self.horizon or usual,
                draws=self.draws,
                progress=progress,
                allow_partial=self.allow_partial,
            )
        return Result(
            document=document(swept),
            saved={"sweep": swept},
            name="result",
            kept=KEPT,
            left_out=bool(swept.not_placed),
        )
