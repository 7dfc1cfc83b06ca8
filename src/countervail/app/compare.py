"""``compare``: what two versions of a story differ in, sentence by sentence, record by record."""

from __future__ import annotations

from dataclasses import dataclass

from countervail.app.request import Request, Result, Show
from countervail.options import argument, option


@dataclass(frozen=True, kw_only=True)
class CompareRequest(Request):
    """Compare two versions of a story: what conflicts, is garbled, refined, added or dropped."""

    first: str = argument("Text file of the one version.")
    second: str = argument("Text file of the other.")
    date: str | None = option(
        None,
        "Day of both, such as 2026-01-12; default the one printed at the head of each.",
        metavar="DATE",
    )

    def answer(self, show: Show) -> Result:
        """Return the differences, those of measures, goals and claims first.

        Args:
            show: shows how far it is.

        Raises:
            InputError: not a date, or more sentences than are compared.
            FileError: a file cannot be read, or is too long.
        """
        from countervail.present.versions import document
        from countervail.reading.opened import read_file
        from countervail.reading.versions import compare

        with show("texts") as progress:
            first = read_file(self.first, self.date)
            progress(1, 2)
            second = read_file(self.second, self.date)
            progress(2, 2)
        return Result(document=document(compare(first, second)))
