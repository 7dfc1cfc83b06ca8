"""Scenario files: TOML in, a Scenario out, or ``path:line`` and what next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from countervail import labels
from countervail.clock import if_today
from countervail.errors import InputError, did_you_mean
from countervail.ledger import Ledger, Measure, open_ledger
from countervail.scenario.own_law import OwnMeasure, too_early, with_own
from countervail.scenario.question import EVERYBODY, Change, HandChange
from countervail.scenario.scenario import Scenario
from countervail.text import places
from countervail.text.toml import TABLE, Fault, load, parse

Text = Annotated[str, Field(min_length=1)]
Day = Annotated[date, Field(strict=True), BeforeValidator(if_today)]
Points = Annotated[float, Field(strict=True, gt=-100.0, le=10_000.0, allow_inf_nan=False)]
Sectors = Annotated[
    tuple[Text, ...],
    Field(min_length=1),
    BeforeValidator(lambda given: (given,) if isinstance(given, str) else given),
]
Pair = Annotated[str, Field(pattern=r"^[^>]+>[^>]+$")]
"""``exporter>importer``: ISO3 codes or groups."""


class _ScenarioTable(BaseModel):
    model_config = TABLE


class ChangePart(_ScenarioTable):
    """A hypothetical change of law on the second state; one of ends, rate, scale or law_of."""

    measure: Text = Field(description="id of a measure of the ledger")
    products: Annotated[tuple[Text, ...], Field(min_length=1)] | None = Field(
        None, description="product groups of it; all when left out"
    )
    ends: bool = Field(False, description="the measure no longer stands")
    rate: Annotated[float, Field(strict=True, ge=0.0, le=10_000.0)] | None = Field(
        None, description="per cent, instead of the ledger's rate"
    )
    law_of: Day | None = Field(None, description="the law as the ledger has it on this date")
    scale: Annotated[float, Field(strict=True, ge=0.0, le=100.0)] | None = Field(
        None, description="times the ledger's rate: 0.5 is half"
    )
    targets: Annotated[tuple[Text, ...], Field(min_length=1)] | None = Field(
        None, description="on these countries or groups alone; all it is on when left out"
    )


class OwnPart(_ScenarioTable):
    """A measure of one's own, which is no law, beside those of the ledger on the second state."""

    by: Text = Field(description="who lays it: a country or a group")
    on: Sectors = Field(description="whom it is on: countries or groups, or ALL")
    goods: Sectors = Field(description="names of goods, or HS codes of two to six digits")
    instrument: Literal["additional", "top_up_to", "replacing", "ban", "export_ban"] = Field(
        "additional", description="what it does to the duty that is paid, or that it bans"
    )
    rate: Annotated[float, Field(strict=True, ge=0.0, le=1_000.0)] | None = Field(
        None, description="per cent; a ban has none"
    )
    from_: Day = Field(alias="from", description="the first day it is in force")

    def own(self, labels_of_world: Collection[str] = ()) -> OwnMeasure:
        """Return it, its names as codes.

        Raises:
            InputError: which part is none, and what it may be.
        """
        return OwnMeasure.read(self.model_dump(by_alias=True), labels_of_world)


class ShockPart(_ScenarioTable):
    """A change of whole sectors of pairs on the second state, made by hand."""

    importer: Text = Field(description="ISO3 code, name of a group, or ALL")
    exporter: Text = Field(description="likewise")
    sectors: Sectors | None = Field(
        None,
        description='codes or names, or "goods", "services" or "all"; when left out, goods for '
        "duties and export taxes, every sector for iceberg_hat",
    )
    add: Points | None = Field(None, description="percentage points added to the tariff")
    rate: Points | None = Field(None, description="per cent, the new tariff; not with add")
    iceberg_hat: Annotated[float, Field(strict=True, ge=0.01)] | None = Field(
        None, description="ratio of trade costs; inf is a ban"
    )
    export_tax: Points | None = Field(
        None,
        description="per cent of the price at the factory gate, levied and kept by the exporter; "
        "negative is a subsidy",
    )


class OutsidePart(_ScenarioTable):
    """What stays outside the model; printed with the answer."""

    matter: Text = Field(description="a measure, or a matter in words")
    reason: Text = Field(description="why")


class VariantPart(_ScenarioTable):
    """Another version of the question; its changes and shocks add to those of the file."""

    name: Text = Field(description="what --variant calls it; the first is the default")
    title: Text = Field(description="one line, in place of the file's")
    question: str | None = Field(None, description="in place of the file's")
    from_: Day | None = Field(None, alias="from", description="in place of the file's")
    to: Day | None = Field(None, description="in place of the file's")
    pairs: tuple[Pair, ...] | None = Field(None, description="in place of the file's")
    change: tuple[ChangePart, ...] = Field((), description="written [[variant.change]]")
    shock: tuple[ShockPart, ...] = Field((), description="written [[variant.shock]]")
    outside: tuple[OutsidePart, ...] = Field((), description="written [[variant.outside]]")


class ScenarioFile(_ScenarioTable):
    """A question: two states of law, or changes made by hand."""

    name: Text = Field(description="short name")
    title: Text = Field(description="one line, printed first")
    question: str = Field("", description="what is asked, in a sentence")
    from_: Day | None = Field(None, alias="from", description="law of the first state")
    to: Day | None = Field(
        None, description="law of the second state, for the measures that are the subject"
    )
    known_on: Day | None = Field(None, description="see only what was announced by this day")
    background: Day | None = Field(
        None, description="date of all other law, in both states; the first state's when left out"
    )
    measures: tuple[Text, ...] | None = Field(
        None, description="ids of the subject; every measure when left out"
    )
    pairs: tuple[Pair, ...] | None = Field(
        None, description="EXP>IMP, ISO3 or groups: only their law changes; all when left out"
    )
    countries: tuple[Text, ...] = Field((), description="shown first; ISO3 codes or names")
    outside: tuple[OutsidePart, ...] = Field((), description="written [[outside]]")
    measure: tuple[OwnPart, ...] = Field((), description="written [[measure]]")
    change: tuple[ChangePart, ...] = Field((), description="written [[change]]")
    shock: tuple[ShockPart, ...] = Field((), description="written [[shock]]")
    variant: tuple[VariantPart, ...] = Field((), description="written [[variant]]")


def read_scenario(
    path: Path,
    variant: str | None = None,
    ledger: Ledger | None = None,
    own: Collection[str] = (),
) -> Scenario:
    """Return the scenario in a file, in one of its variants (default: the first).

    Args:
        path: the file.
        variant: name of a variant.
        ledger: the law; default the shipped measures.
        own: country labels of the user's own world, accepted as they are.

    Raises:
        FileError: the file is refused, with path and line.
        InputError: no such variant, with the nearest.
    """
    book = ledger if ledger is not None else open_ledger()
    file, _ = load(path, ScenarioFile, lambda file: problems(file, book, own))
    return _scenario(file, variant, book, own)


def parse_scenario(
    text: str, name: str, ledger: Ledger | None = None, own: Collection[str] = ()
) -> Scenario:
    """Return the scenario that a text is, as of a file.

    Args:
        text: as a file has it.
        name: what the file is called in messages.
        ledger, own: as ``read_scenario`` takes them.

    Raises:
        FileError: the text is refused, with name and line.
    """
    book = ledger if ledger is not None else open_ledger()
    file = parse(text, name, ScenarioFile, lambda file: problems(file, book, own))
    return _scenario(file, None, book, own)


def _scenario(
    file: ScenarioFile, variant: str | None, book: Ledger, own: Collection[str]
) -> Scenario:
    """Return a file as a scenario, in one of its variants."""
    chosen = _variant(file, variant)
    first, last = _dates(file, chosen)
    changes = (*file.change, *(chosen.change if chosen else ()))
    shocks = (*file.shock, *(chosen.shock if chosen else ()))
    outside = (*file.outside, *(chosen.outside if chosen else ()))
    pairs = file.pairs if chosen is None or chosen.pairs is None else chosen.pairs
    found = Scenario(
        name=file.name,
        title=file.title if chosen is None else chosen.title,
        question=file.question if chosen is None or chosen.question is None else chosen.question,
        ledger=None if first is None else book,
        from_date=first,
        to_date=last,
        known_on=file.known_on,
        background=file.background,
        measures=file.measures,
        changes=tuple(_change(part) for part in changes),
        hand_changes=tuple(_hand_change(part) for part in shocks),
        pairs=None if pairs is None else tuple(p for word in pairs for p in _pairs(word, own)),
        countries=tuple(labels.country(c, own) for c in file.countries),
        outside=tuple((part.matter, part.reason) for part in outside),
        variant=None if chosen is None else chosen.name,
    )
    return with_own(found, [part.own(own) for part in file.measure])


def problems(file: ScenarioFile, ledger: Ledger, own: Collection[str] = ()) -> Iterator[Fault]:
    """Yield what is wrong between a file's values, or with a name in it: where, and a sentence."""
    names = [variant.name for variant in file.variant]
    for v, name in enumerate(names):
        if name in names[:v]:
            yield ("variant", v, "name"), f"variant '{name}' stands twice; give it another name"
    for k, word in enumerate(file.countries):
        yield from _refused(("countries", k, word), partial(labels.country, own=own), word)
    for k, word in enumerate(file.measures or ()):
        yield from _refused(("measures", k, word), ledger.measure, word)
    made: list[Measure] = []
    for k, part in enumerate(file.measure):
        yield from _wrong_own(("measure", k), part, file, made, ledger, own)
    ledger = Ledger.of([*ledger, *made], ledger.paths) if made else ledger
    tables: list[tuple[places.Path, ScenarioFile | VariantPart]] = [((), file)]
    tables += [(("variant", v), variant) for v, variant in enumerate(file.variant)]
    for at, table in tables:
        for k, change in enumerate(table.change):
            yield from _wrong_change((*at, "change", k), change, ledger)
        for k, shock in enumerate(table.shock):
            yield from _wrong_shock((*at, "shock", k), shock, own)
        for k, word in enumerate(table.pairs or ()):
            yield from _refused((*at, "pairs", k, word), partial(_pairs, own=own), word)
    for at, table in tables[1:] or tables:
        yield from _undated(at, file, table)


def _pairs(word: str, own: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return the (exporter, importer) pairs that ``exporter>importer`` stands for."""
    exporter, importer = (labels.expand(side, own=own) for side in word.split(">"))
    return [(i, n) for i in exporter for n in importer if i != n]


def _dates(
    file: ScenarioFile, chosen: ScenarioFile | VariantPart | None
) -> tuple[date | None, date | None]:
    """Return the dates of a variant: its own, or the file's."""
    own = chosen or file
    return own.from_ or file.from_, own.to or file.to


def _undated(
    at: places.Path, file: ScenarioFile, table: ScenarioFile | VariantPart
) -> Iterator[Fault]:
    first, last = _dates(file, table)
    if (first is None) != (last is None):
        yield (
            (*at, "from" if last is None else "to"),
            "give both dates, 'from' and 'to', or neither",
        )
    elif first is None and (file.measures or file.measure or file.change or table.change):
        yield at, "measures and changes of law need the dates 'from' and 'to'"
    elif first is None and not (file.shock or table.shock):
        yield at, "nothing is asked: give the dates 'from' and 'to', or a [[shock]]"


def _wrong_own(
    at: places.Path,
    part: OwnPart,
    file: ScenarioFile,
    made: list[Measure],
    ledger: Ledger,
    own: Collection[str],
) -> Iterator[Fault]:
    """Yield what is wrong with a measure of one's own; one that is right joins those made."""
    try:
        one = part.own(own)
        made.append(one.measure(Ledger.of([*ledger, *made])))
    except InputError as error:
        yield at, str(error)
        return
    dates = [_dates(file, variant) for variant in file.variant] or [_dates(file, None)]
    first = max((day for day, _ in dates if day is not None), default=None)
    last = max((day for _, day in dates if day is not None), default=None)
    if first is not None and one.since <= first:
        yield (*at, "from"), str(too_early(one.since, first))
    changes = [*file.change, *(c for variant in file.variant for c in variant.change)]
    if last is not None and one.since > last and all(c.measure != one.id for c in changes):
        yield (
            (*at, "from"),
            f"from {one.since}: the question ends on {last}, before it is in force; give an "
            "earlier day",
        )


def _wrong_change(at: places.Path, part: ChangePart, ledger: Ledger) -> Iterator[Fault]:
    said = [part.ends, *(given is not None for given in (part.rate, part.scale, part.law_of))]
    if sum(said) != 1:
        yield (
            at,
            f"the change of '{part.measure}' must say exactly one of ends, rate, scale or law_of",
        )
    if part.law_of is not None and part.targets is not None:
        yield (*at, "targets"), "law_of is of everybody the measure is on: leave out targets"
    for word in part.targets or ():
        yield from _refused((*at, "targets", word), labels.expand, word)
    unknown = list(_refused((*at, "measure"), ledger.measure, part.measure))
    yield from unknown or _refused((*at, "products"), _change(part).check, ledger)


def _wrong_shock(at: places.Path, part: ShockPart, own: Collection[str]) -> Iterator[Fault]:
    if all(given is None for given in (part.add, part.rate, part.iceberg_hat, part.export_tax)):
        yield at, "a shock must say add, rate, iceberg_hat or export_tax"
    if part.add is not None and part.rate is not None:
        yield at, "a shock says add or rate, not both"
    if part.importer == part.exporter and part.importer in labels.countries():
        yield (
            at,
            "domestic trade bears no tariff and no export tax: importer and exporter are the same "
            "country",
        )
    for key in ("importer", "exporter"):
        word = getattr(part, key)
        if word != EVERYBODY:
            yield from _refused((*at, key), partial(labels.expand, own=own), word)


def _refused(at: places.Path, look_up: Callable[[Any], Any], word: Any) -> Iterator[Fault]:
    try:
        look_up(word)
    except InputError as error:
        yield at, str(error)


def describe(path: Path) -> dict[str, Any]:
    """Return a scenario file's title, question and variants."""
    file, _ = load(path, ScenarioFile)
    return {
        "title": file.title,
        "question": file.question,
        "variants": {v.name: v.title for v in file.variant},
    }


def _variant(file: ScenarioFile, wanted: str | None) -> VariantPart | None:
    names = [v.name for v in file.variant]
    if wanted is None:
        return file.variant[0] if file.variant else None
    if wanted not in names:
        known = f"there are {', '.join(names)}" if names else "it has none"
        raise InputError(
            f"scenario '{file.name}' has no variant '{wanted}'{did_you_mean(wanted, names)} "
            f"({known})"
        )
    return file.variant[names.index(wanted)]


def _change(part: ChangePart) -> Change:
    return Change(**dict(part))


def _hand_change(part: ShockPart) -> HandChange:
    return HandChange(
        importer=part.importer,
        exporter=part.exporter,
        sectors=part.sectors,
        add=part.add,
        rate=part.rate,
        iceberg_hat=part.iceberg_hat,
        export_tax=part.export_tax,
    )
