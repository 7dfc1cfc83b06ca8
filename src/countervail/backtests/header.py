"""The keys of an episode file (TOML): measure, good, windows, data and cautions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StrictBool

from countervail import labels
from countervail.backtests.windows import Window
from countervail.ledger.measure import (
    ALL_GOODS,
    Day,
    Identifier,
    Percent,
    Reference,
    Text,
    Words,
    Year,
)
from countervail.text import toml as toml_files
from countervail.text.toml import TABLE
from countervail.world.goods import table_of_goods

Kind = Literal["ban", "punitive", "moderate"]
FactName = Literal["hit", "redirected", "rivals", "first_winner", "ranks"]
WITH_DUTIES = ("us-chapters", "us-industries")
"""Sets that have the duty charged beside the trade."""

DataSet = Literal["fao", "comtrade-cars", "us-chapters", "us-industries", "published"]


def _window(words: str) -> str:
    return str(Window.parse(words))


WindowWords = Annotated[str, AfterValidator(_window)]


class _EpisodeTable(BaseModel):
    """A table of an episode file: frozen, no unknown keys."""

    model_config = TABLE


class MeasureTaken(_EpisodeTable):
    """The measure of an episode, as it was taken.

    ``rate`` is the duty of the law in per cent, on top of the one before, as a mean over the window
    (in a reversed episode: what was lifted); a ban has none. ``ended`` is the first day without it.
    ``ledger`` names the measures of the ledger that have its law, where it has them.
    """

    law: Text
    implementer: Text
    targets: Annotated[Words, Field(min_length=1)]
    in_force: Day
    ended: Day | None = None
    rate: Percent | None = None
    note: Text | None = None
    ledger: tuple[Identifier, ...] = ()
    references: Annotated[tuple[Reference, ...], Field(min_length=1)]


class Origin(_EpisodeTable):
    """A data set that facts of an episode are measured from, and the terms of its use."""

    title: Text
    terms: Text


class Measuring(_EpisodeTable):
    """What the builder of the record measures: a data set, its codes, and who declares.

    ``exporter_side`` and ``importer_side`` say whose declarations each side of the facts is from;
    a side that is left out is not measured. ``duties`` is ``charged`` where the set has the duty
    that was charged on every seller: that is then laid, and not the rate of the law, which falls on
    a part of what is measured. ``part`` is that part, of the pair's base trade, where it is known.
    """

    set: DataSet
    codes: Words
    duties: Literal["law", "charged"] = "law"
    part: Annotated[float, Field(gt=0.0, le=1.0)] = 1.0
    exporter_side: Literal["exporter", "importer"] | None = None
    importer_side: Literal["exporter", "importer"] | None = None


class Published(_EpisodeTable):
    """A quoted figure of one market, before and after; ``WLD`` is all of them."""

    partner: Text
    before: Annotated[float, Field(ge=0.0)]
    after: Annotated[float, Field(ge=0.0)]
    unit: Text


class EpisodeHeader(_EpisodeTable):
    """An episode file: one measure and one good.

    ``good`` is one of the table of goods; where there is none, ``sectors`` are the cells that hold
    ``hs``. ``base_year`` is the year whose shares the cells are carved with. ``reversed`` is an
    episode of an end: ``base`` is then the open window, ``window`` the closed one before it.
    ``placebo`` are pairs of windows in which the measure did not change.
    """

    id: Identifier
    title: Text
    kind: Kind
    exporter: Text
    importer: Text
    good: Identifier | None = None
    sectors: Annotated[Words, Field(min_length=1)]
    hs: Annotated[Words, Field(min_length=1)]
    base_year: Year
    base: WindowWords
    window: WindowWords
    reversed: StrictBool = False
    placebo: tuple[tuple[WindowWords, WindowWords], ...] = ()
    predicted: Annotated[tuple[FactName, ...], Field(min_length=1)]
    cautions: Words
    measure: MeasureTaken
    data: Measuring
    published: tuple[Published, ...] = ()
    sources: Annotated[tuple[Origin, ...], Field(min_length=1)]


class RecordList(_EpisodeTable):
    """The list of the record: episodes by name, and what cannot be scored yet, with the reason."""

    episodes: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    not_yet_scorable: dict[str, Text]


def problems(header: EpisodeHeader) -> Iterable[toml_files.Fault]:
    """Yield what is wrong between values: codes, lengths of windows, what a kind may have."""
    for key in ("exporter", "importer"):
        code = getattr(header, key)
        if code not in labels.countries():
            yield (key,), f"{key} '{code}' is no country; write its ISO code, such as CAN"
    for sector in header.sectors:
        if sector not in labels.sectors() and sector != ALL_GOODS:
            yield (
                ("sectors",),
                f"sector '{sector}' is unknown; write codes such as A01, or {ALL_GOODS}",
            )
    if header.good is not None and header.good not in table_of_goods():
        yield ("good",), f"good '{header.good}' is not in the table of goods; leave the key out"
    pairs = [("base", (header.base, header.window)), *(("placebo", one) for one in header.placebo)]
    length = Window.parse(header.window).months
    for key, pair in pairs:
        if {Window.parse(words).months for words in pair} != {length}:
            yield (key,), f"{key} {' and '.join(pair)} differ from the window in length"
    if header.kind == "ban" and "hit" in header.predicted:
        yield ("predicted",), "the hit of a ban is certain; take 'hit' out of predicted"
    if (header.kind == "ban") == (header.measure.rate is not None):
        yield ("measure",), "a ban has no rate, every other kind has one"
    if header.data.duties == "charged" and header.data.set not in WITH_DUTIES:
        yield ("data", "duties"), f"only {' and '.join(WITH_DUTIES)} have the duty that was charged"
    if header.data.duties == "charged" and header.data.part != 1.0:
        yield ("data", "part"), "a duty that was charged is of all that is measured; leave part out"
    if (header.data.set == "published") != bool(header.published):
        yield ("data", "set"), "figures under [[published]] go with set 'published', and only they"
