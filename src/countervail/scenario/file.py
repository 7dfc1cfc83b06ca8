"""Scenario files: TOML in, a Scenario out, or ``path:line`` and what next."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from countervail import labels
from countervail.errors import FileError, InputError, did_you_mean
from countervail.ledger import Ledger, open_ledger
from countervail.scenario.scenario import Change, HandChange, Scenario
from countervail.toml_files import line_of, load

Text = Annotated[str, Field(min_length=1)]
Day = Annotated[date, Field(strict=True)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ChangePart(_Part):
    """A hypothetical change of law on the second state; exactly one of ends, rate, law_of."""

    measure: Text
    products: tuple[Text, ...] | None = None
    ends: bool = False
    rate: Annotated[float, Field(ge=0.0, le=10_000.0)] | None = None
    law_of: Day | None = None


class ShockPart(_Part):
    """A change of whole sectors of pairs on the second state, made by hand; per cent."""

    importer: Text
    exporter: Text
    sectors: tuple[Text, ...] | None = None
    add: float | None = None
    rate: float | None = None
    iceberg_hat: Annotated[float, Field(gt=0.0)] | None = None


class OutsidePart(_Part):
    """What stays outside the model, and why."""

    matter: Text
    reason: Text


class VariantPart(_Part):
    """Another version of the question: other dates or other changes."""

    name: Text
    title: Text
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    change: tuple[ChangePart, ...] = ()
    shock: tuple[ShockPart, ...] = ()
    outside: tuple[OutsidePart, ...] = ()


class ScenarioFile(_Part):
    """A scenario file, key by key."""

    name: Text
    title: Text
    question: str = ""
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    known_on: Day | None = None
    background: Day | None = None
    measures: tuple[Text, ...] | None = None
    countries: tuple[Text, ...] = ()
    outside: tuple[OutsidePart, ...] = ()
    change: tuple[ChangePart, ...] = ()
    shock: tuple[ShockPart, ...] = ()
    variant: tuple[VariantPart, ...] = ()


def read_scenario(path: Path, variant: str | None = None, ledger: Ledger | None = None) -> Scenario:
    """Return the scenario in a file, in one of its variants (default: the first).

    Raises:
        FileError: the file is refused, with path and line.
        InputError: no such variant, with the nearest.
    """
    file, text = load(path, ScenarioFile)
    chosen = _variant(file, variant)
    changes = (*file.change, *(chosen.change if chosen else ()))
    shocks = (*file.shock, *(chosen.shock if chosen else ()))
    outside = (*file.outside, *(chosen.outside if chosen else ()))
    first = (chosen and chosen.from_) or file.from_
    last = (chosen and chosen.to) or file.to
    if (first is None) != (last is None):
        raise FileError("'from' and 'to' go together: give both dates, or neither", path)
    if first is None and (file.measures or changes):
        raise FileError("measures and changes of law need the dates 'from' and 'to'", path)
    try:
        scenario = Scenario(
            name=file.name,
            title=file.title if chosen is None else chosen.title,
            question=file.question,
            ledger=None if first is None else ledger or open_ledger(),
            from_date=first,
            to_date=last,
            known_on=file.known_on,
            background=file.background,
            measures=file.measures,
            changes=tuple(_change(part) for part in changes),
            hand_changes=tuple(_hand_change(part) for part in shocks),
            countries=tuple(labels.country(c) for c in file.countries),
            outside=tuple((part.matter, part.reason) for part in outside),
            variant=None if chosen is None else chosen.name,
        )
        scenario.check()
    except FileError:
        raise
    except InputError as error:
        raise FileError(str(error), path, _line_of_word(text, str(error))) from None
    return scenario


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
    said = [part.ends, part.rate is not None, part.law_of is not None]
    if sum(said) != 1:
        raise InputError(
            f"the change of '{part.measure}' must say exactly one of ends, rate or law_of"
        )
    return Change(part.measure, part.products, part.ends, part.rate, part.law_of)


def _hand_change(part: ShockPart) -> HandChange:
    if part.add is None and part.rate is None and part.iceberg_hat is None:
        raise InputError("a shock must say add, rate or iceberg_hat")
    return HandChange(
        importer=labels.expand(part.importer),
        exporter=labels.expand(part.exporter),
        sectors=part.sectors,
        add=part.add,
        rate=part.rate,
        iceberg_hat=part.iceberg_hat,
    )


def _line_of_word(text: str, message: str) -> int | None:
    """Return the line of the first quoted word of a message."""
    quoted = message.split("'")[1::2]
    return line_of(text, quoted[0]) if quoted else None
