"""``compare-runs``: two answers of ``run`` beside each other."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from countervail.app.parts import WhichLedger, WhichModel, WhichWorld
from countervail.app.question import ALLOW_PARTIAL
from countervail.app.request import Request, Result, Show
from countervail.app.run import RunRequest
from countervail.draws.how import Draws
from countervail.errors import InputError
from countervail.options import argument, option, part

if TYPE_CHECKING:
    from countervail.present.kept_runs import KeptRun

WHICH = "A folder written by `run --out`, or a question: a preset or .toml file, or PRESET:VARIANT."
SAME = ("place", "economics", "ledger", "horizon", "draws", "allow_partial")
"""What questions are answered with; nothing of a folder."""


@dataclass(frozen=True, kw_only=True)
class CompareRunsRequest(Request):
    """Set two answers of `run` beside each other, with their differences from common draws."""

    a: str = argument(WHICH)
    b: str = argument(WHICH)
    place: WhichWorld = part(WhichWorld())
    economics: WhichModel = part(WhichModel())
    ledger: WhichLedger = part(WhichLedger())
    horizon: str | None = option(
        None, "Years after the change (1; or 2, 3, 5, 10); or long.", metavar="YEARS"
    )
    draws: Draws = part(Draws(), without=("out",))
    allow_partial: bool = option(False, ALLOW_PARTIAL)

    def answer(self, show: Show) -> Result:
        """Return both answers and their differences.

        Args:
            show: shows how far it is.

        Raises:
            InputError: the two cannot be compared, or an option is of questions where both are
                folders.
            FileError: a folder holds no answer of ``run``.
            NotPlaced, NotCertified, NoEquilibrium: a question has no answer.
        """
        from countervail.present.run_pair import RunPair, document

        self._check()
        pair = RunPair(self._run(self.a, show), self._run(self.b, show))
        left_out = any(one.data.get("not_placed") for one in (pair.a, pair.b))
        return Result(document=document(pair), left_out=bool(left_out))

    def _check(self) -> None:
        """Raise where an option would have no effect.

        Raises:
            InputError: both are folders.
        """
        if not (Path(self.a).is_dir() and Path(self.b).is_dir()):
            return
        given = [one.name for one in fields(self) if one.name in SAME and _differs(self, one.name)]
        if given:
            raise InputError(
                f"{self.a} and {self.b} are answered already: world, model, horizon and draws are "
                "stated for questions"
            )

    def _run(self, word: str, show: Show) -> KeptRun:
        """Return an answer that was kept, or the answer to a question.

        Raises:
            CountervailError: there is none.
        """
        from countervail.draws.ensemble import Ensemble
        from countervail.present.kept_runs import KeptDraws, KeptRun

        if Path(word).is_dir():
            return KeptRun.read(word)
        name, _, variant = word.partition(":")
        asked = RunRequest(
            scenario=name,
            variant=variant or None,
            place=self.place,
            economics=self.economics,
            ledger=self.ledger,
            horizon=self.horizon,
            draws=self.draws,
            allow_partial=self.allow_partial,
        )
        result = asked.answer(show)
        drawn = result.saved["ensemble"]
        draws = KeptDraws.of(drawn) if isinstance(drawn, Ensemble) else None
        return KeptRun(word, result.document.data, draws)


def _differs(request: CompareRunsRequest, name: str) -> bool:
    """Return whether a field is not as it is by default."""
    usual = next(one.default for one in fields(request) if one.name == name)
    return bool(getattr(request, name) != usual)
