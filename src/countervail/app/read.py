"""``read``: what a news story or notice says of trade measures, as drafts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countervail.app.request import Request, Result, Show
from countervail.errors import InputError
from countervail.options import argument, option
from countervail.reading.second.opinion import SECONDS

if TYPE_CHECKING:
    from countervail.reading.second.opinion import Second


@dataclass(frozen=True, kw_only=True)
class ReadRequest(Request):
    """Read a news story or notice: draft measures, each with its quote and what to check."""

    story: str = argument("Text file, such as story.txt.")
    date: str | None = option(
        None,
        "Day of the text, such as 2026-01-12; default the one printed at its head.",
        metavar="DATE",
    )
    draft: str | None = option(
        None,
        "Folder for drafts of measures and events as files, with quotes and what is missing.",
        metavar="DIR",
    )
    answered: bool = option(
        False,
        "Add what its question comes to: law in force, costs, offers, goals; point answers.",
        "--answer",
    )
    second: str | None = option(
        None,
        "Second opinion: address of a language model's chat completions, which the text is sent "
        "to, or spacy:MODEL that is installed.",
        metavar="URL|spacy:MODEL",
    )
    second_model: str | None = option(None, "Name of the model at that address.", metavar="NAME")
    second_wait: float = option(SECONDS, "Longest wait for that address.", metavar="SECONDS")

    def answer(self, show: Show) -> Result:
        """Return the drafts, and what was found and is no measure.

        Args:
            show: shows how far it is.

        Raises:
            InputError: not a date, or no such second opinion.
            FileError: the file cannot be read, or is too long; or drafts cannot be written.
        """
        from countervail.present.read import document
        from countervail.reading.opened import read_file

        second = self._second()
        with show("texts") as progress:
            found = read_file(self.story, self.date)
            progress(1, 1)
        other, failure = None, None
        if second is not None:
            from countervail.reading.second.beside import set_beside

            found, other, failure = set_beside(found, second)
        told = document(found, other)
        if self.draft is not None:
            from countervail.app.drafts import write_drafts
            from countervail.present.drafts import with_files

            told = with_files(told, **write_drafts(found, self.draft)._asdict())
        if self.answered:
            from countervail.app.story import answers
            from countervail.present.story import with_answers

            told = with_answers(told, [vars(one) for one in answers(found, self.story, show)])
        return Result(document=told, failure=failure)

    def _second(self) -> Second | None:
        """Return what gives the second opinion; None where none is asked for.

        Raises:
            InputError: there is no such one.
        """
        if self.second is None:
            if self.second_model is not None:
                raise InputError("--second-model NAME needs --second with the model's address")
            return None
        from countervail.reading.second.choice import chosen

        return chosen(self.second, self.second_model, self.second_wait)
