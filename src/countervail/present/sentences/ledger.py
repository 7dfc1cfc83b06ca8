"""What is in force on a day, as a sentence."""

from __future__ import annotations

from datetime import date

from countervail.present.sentences.language import Language


def as_of(
    language: Language,
    day: date,
    measures: int,
    *,
    on: str | None = None,
    by: str | None = None,
    between: tuple[str, str] | None = None,
    changed: int = 0,
    announced: int = 0,
) -> str:
    """Return how many measures are in force on a day, and what is new of them.

    Args:
        language: it is said in.
        day: whose law it is.
        measures: in force.
        on, by, between: whom they are aimed at, who takes them, or both, by code.
        changed: measures that changed in the 90 days up to the day.
        announced: measures announced and not yet in force.
    """
    said = language.day(day)
    if measures == 0:
        text = language.say("ledger.none", day=said)
    else:
        text = language.say("ledger.in_force", day=said, n=language.counted(measures))
    if between is not None:
        A, B = map(language.country, between)
        text = language.part("ledger.between", said=text, A=A, B=B)
    if by is not None:
        text = language.part("ledger.by", said=text, A=language.country(by))
    if on is not None:
        text = language.part("ledger.on", said=text, B=language.country(on))
    more = []
    if changed:
        more.append(language.part("ledger.changed", k=language.counted(changed)))
    if announced:
        more.append(language.part("ledger.announced", m=language.counted(announced)))
    return f"{language.template('run.between').join([text, *more])}."
