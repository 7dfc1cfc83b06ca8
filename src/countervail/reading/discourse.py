"""What a text has said so far: who spoke, who acted on whom, on which goods."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from countervail.reading.draft import Draft, Goods
from countervail.reading.encoded.answers import Hearing


@dataclass(slots=True)
class Discourse:
    """What is known when a sentence begins.

    Attributes:
        on: day of the document.
        garbled: whether it was garbled.
        actors: codes of who acted or spoke last.
        first: codes of the first power that the text names.
        law: whose law a notice is.
        bloc: the last group named.
        drafts: so far, in their order.
        day: the last day told.
        places: codes of the places of the sentence before, in their order.
        goods: of the last sentence that named any.
        trade: whether a measure was named.
        border: how many words of trade and customs the text has, at its head.
        matter: how much the sentence before, without a measure, speaks for another matter.
        model: whether the text is about models or opinions.
        heard: the text as the encoder hears it; None where none is asked.
    """

    on: date | None = None
    garbled: bool = False
    actors: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    law: tuple[str, ...] = ()
    bloc: str = ""
    drafts: list[Draft] = field(default_factory=list)
    model: bool = False
    day: str = ""
    places: tuple[str, ...] = ()
    goods: list[Goods] = field(default_factory=list)
    trade: bool = False
    border: int = 0
    matter: float = 0.0
    heard: Hearing | None = None

    @property
    def last(self) -> Draft | None:
        """The last draft that stands."""
        for one in reversed(self.drafts):
            if not one.listed:
                return one
        return None
