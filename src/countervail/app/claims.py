"""``check-claims``: what a story claims of trade, held against the world's table."""

from __future__ import annotations

from dataclasses import dataclass

from countervail.app.parts import WhichWorld
from countervail.app.request import Request, Result, Show
from countervail.options import argument, option, part


@dataclass(frozen=True, kw_only=True)
class ClaimsRequest(Request):
    """Hold a story's claims on partners, shares and ranks against the world's table."""

    story: str = argument("Text file, such as story.txt.")
    date: str | None = option(
        None, "Day of the text; default the one printed at its head.", metavar="DATE"
    )
    place: WhichWorld = part(WhichWorld(), without=("goods", "elasticities"))

    def answer(self, show: Show) -> Result:
        """Return every claim with the number that confirms or refutes it.

        Args:
            show: shows how far it is.

        Raises:
            InputError: not a date, or no such world.
            FileError: a file cannot be read, or is too long.
        """
        from countervail.present.claims import document
        from countervail.reading.opened import read_file
        from countervail.studies.claims import check_claims

        with show("texts") as progress:
            found = read_file(self.story, self.date)
            progress(1, 1)
        world = self.place.opened()
        checked = check_claims(found.source.text, found.claims, world)
        return Result(document=document(found.source.text, checked, world))
