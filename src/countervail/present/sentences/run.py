"""What an answer of ``run`` says first: who gains, who loses, by how much, how surely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from countervail.present.sentences.amounts import at_most, change, end_of, money, probable
from countervail.present.sentences.language import Language, sentence_case
from countervail.present.sentences.question import QuestionSubject
from countervail.present.sentences.signs import EffectSign, Sides, drawn, sign_of
from countervail.quantiles import Range

MOST_CHANGES = 3
"""Later changes of the law named at most."""


class PartyEffect(NamedTuple):
    """What happens to a country that a question is about.

    Attributes:
        country: its code, or that of a group.
        usd: welfare, USD million of the world's year.
        percent: welfare, per cent of its spending.
        sides: shares of draws on each side of zero.
    """

    country: str
    usd: Range
    percent: Range
    sides: Sides = Sides()

    @property
    def sign(self) -> EffectSign:
        """What may be said of it: sure is what is sure in money and in per cent."""
        sign, in_money = sign_of(self.percent, self.sides), sign_of(self.usd, self.sides)
        return in_money if sign.certain and not in_money.certain else sign


def headline(
    language: Language,
    subject: QuestionSubject,
    parties: Sequence[PartyEffect],
    horizon: float | None = None,
) -> str:
    """Return the answer in one sentence.

    Args:
        language: it is said in.
        subject: what the question is about.
        parties: one or more, in the order they are named.
        horizon: years after the change; None is the long run.
    """
    a_year = "" if horizon == 1 else language.template("horizon.a_year")
    signs = {party.sign for party in parties}
    if len(parties) > 1 and len(signs) == 1 and next(iter(signs)).certain:
        said = _all_alike(language, subject, parties, a_year)
    else:
        said = language.template("run.between").join(
            _clause(language, subject, party, "then" if k else "first", a_year)
            for k, party in enumerate(parties)
        )
    if not any(drawn(party.percent) for party in parties) and signs != {EffectSign.NONE}:
        said = language.part("run.no_range", said=said)
    return language.say("run.when", when=when(language, horizon), said=said)


def when(language: Language, horizon: float | None) -> str:
    """Return when an answer is of: ``in the first year``."""
    if horizon is None:
        return language.part("horizon.long")
    if horizon == 1:
        return language.part("horizon.year")
    return language.part("horizon.years", n=language.digits(f"{horizon:g}"))


def spending(language: Language, parties: Sequence[PartyEffect]) -> str:
    """Return the same in per cent of what each party spends, where its sign is known.

    Args:
        language: it is said in.
        parties: as in the headline; of those without a clear sign nothing is said here.
    """
    known = [party for party in parties if party.sign.clear]
    each = []
    for k, party in enumerate(known):
        said = change(language, party.percent, sign=not party.sign.certain)
        each.append(
            language.part(
                f"run.spending_{'then' if k else 'first'}",
                percent=said.value,
                A=language.country(party.country),
                range=said.range,
            ).strip()
        )
    return f"{language.say('run.spending_both', each=language.listed(each))}." if each else ""


def surely(language: Language, parties: Sequence[PartyEffect]) -> str:
    """Return how surely each loses, or gains; nothing where it is not the same, or not sure."""
    signs = {party.sign for party in parties if drawn(party.percent)}
    if len(parties) < 2 or len(signs) != 1 or not next(iter(signs)).certain:
        return ""
    return f"{language.say(f'run.each_{next(iter(signs)).value}')}."


def beyond(language: Language, others: Sequence[Range]) -> str:
    """Return what no other economy's effect exceeds, with its range; nothing without others.

    Args:
        language: it is said in.
        others: welfare of each other economy, per cent of its spending.
    """
    if not others:
        return ""
    key = "others" if all(map(drawn, others)) else "others_point"
    return f"{language.say(f'run.{key}', bound=at_most(language, largest(others)))}."


def largest(others: Sequence[Range]) -> float:
    """Return the largest size of effects, ranges included."""
    return max(
        max(abs(one.p05), abs(one.p95), abs(one.value)) if drawn(one) else abs(one.value)
        for one in others
    )


def long_run(language: Language, parties: Sequence[PartyEffect]) -> str:
    """Return what the same is in the long run, beside an answer some years after.

    Args:
        language: it is said in.
        parties: their effects in the long run.
    """
    each = []
    for k, party in enumerate(parties):
        A = language.country(party.country)
        if party.sign is EffectSign.NONE:
            each.append(language.part("run.long_run_none", A=A))
            continue
        said = money(language, party.usd, sign=True)
        each.append(
            language.part(
                "run.long_run_each",
                amount=said.more if k else said.value,
                A=A,
                range=said.range,
            ).strip()
        )
    return f"{language.say('run.long_run', each=language.listed(each))}." if each else ""


def second_line(language: Language, parties: Sequence[PartyEffect], others: Sequence[Range]) -> str:
    """Return what stands below the headline: per cent of spending, how surely, and all others."""
    said = (spending(language, parties), surely(language, parties), beyond(language, others))
    return " ".join(one for one in said if one)


def law_asked(
    language: Language,
    days: tuple[date, date] | None,
    year: int,
    known_on: date | None = None,
) -> str:
    """Return which states of law an answer compares.

    Args:
        language: it is said in.
        days: of the two states, the same where only what is asked about differs; None where the
            world's own tariffs stand.
        year: of the world.
        known_on: the day by which the law is to have been announced.
    """
    if days is None:
        return language.say("run.law_world", year=year)
    before, after = map(language.day, days)
    if days[0] == days[1]:
        said = language.say("run.law_one", day=after)
    else:
        said = language.say("run.law", before=before, after=after)
    if known_on is not None:
        said = language.part("run.law_known", law=said, day=language.day(known_on))
    return said


def changed_since(
    language: Language, since: Sequence[Mapping[str, Any]], command: str | None = None
) -> str:
    """Return how the law has changed since, in a sentence; nothing where it has not.

    Args:
        language: it is said in.
        since: the rows ``scenario.since`` of an answer of ``run``, by date.
        command: that asks of today's law, for a page, empty where it is not known; None is the
            command line's own words.
    """
    if not since:
        return ""
    days: dict[str, list[str]] = {}
    for row in since[:MOST_CHANGES]:
        days.setdefault(row["date"], []).append(_later(language, row))
    between = language.template("grammar.joins")[0]
    each = [
        language.part(
            "run.since_day",
            day=language.day(date.fromisoformat(day)),
            changes=between.join(changes),
        )
        for day, changes in days.items()
    ]
    said = language.template("run.between").join(each)
    if len(since) > MOST_CHANGES:
        more = language.counted(len(since) - MOST_CHANGES)
        said = language.part("run.since_more", changes=said, n=more)
    if command is None:
        return f"{language.say('run.since', changes=said)}."
    key = "since_page" if command else "since_alone"
    return f"{language.say(f'run.{key}', changes=said, command=command)}."


def nothing_changed(language: Language, dates: tuple[date, date]) -> str:
    """Return that no law of the question differs between two days."""
    before, after = map(language.day, dates)
    return language.say("run.nothing", before=before, after=after)


def nothing_moves(language: Language) -> str:
    """Return that the law differs and no figure moves."""
    return language.say("run.nothing_moves")


def _all_alike(
    language: Language, subject: QuestionSubject, parties: Sequence[PartyEffect], a_year: str
) -> str:
    """Return that all parties lose, or all gain, each with its amount."""
    each = []
    for k, party in enumerate(parties):
        said = money(language, party.usd)
        each.append(
            language.part(
                "run.each",
                A=language.country(party.country),
                amount=said.more if k else said.value,
                a_year="" if k else a_year,
                range=said.range,
            ).strip()
        )
    number = language.counted(len(parties))
    whole = language.part("run.both" if len(parties) == 2 else "run.many", n=number)
    loses = parties[0].sign is EffectSign.LOSES
    key = "all_lose" if loses else "all_gain"
    joined = language.template("grammar.joins")[0].join(each)
    return language.part(f"run.{key}", subject=subject.phrase, all=whole, each=joined)


def _clause(
    language: Language, subject: QuestionSubject, party: PartyEffect, place: str, a_year: str
) -> str:
    """Return what happens to one party, as a clause: the first, or one that follows."""
    sign = party.sign
    values: dict[str, Any] = {
        "subject": subject.phrase, "A": language.country(party.country), "a_year": a_year
    }  # fmt: skip
    if sign is EffectSign.UNCLEAR:
        usd = party.usd
        values["low"], values["high"] = (
            money(language, end_of(usd, end), sign=True).value for end in (usd.p05, usd.p95)
        )
    else:
        if sign in (EffectSign.PROBABLY_GAINS, EffectSign.PROBABLY_LOSES):
            said = probable(language, party.usd, gains=sign is EffectSign.PROBABLY_GAINS)
        else:
            said = money(language, party.usd)
        values["usd"], values["range"] = said.value, said.range
    return language.part(f"run.{place}_{sign.value}", **values).replace("  ", " ").strip()


def _later(language: Language, row: Mapping[str, Any]) -> str:
    return language.part(
        "run.since_change",
        goods=language.listed([language.goods(name) for name in row["products"]]),
        before=law_said(language, row["law"]),
        after=law_said(language, row["law_new"]),
    )


def law_said(language: Language, law: str) -> str:
    """Return what a law lays down as the language writes it: ``+100 %``, ``none``."""
    inside, _, above = law.partition(", above the quota ")
    said = _rate_said(language, inside)
    if not above:
        return said
    return language.part("law.above", inside=said, above=_rate_said(language, above))


def _rate_said(language: Language, law: str) -> str:
    known: Mapping[str, str] = language.data["law"]
    if law in known:
        return known[law]
    for key, before, after in (("in_all", "", " in all"), ("up_to", "up to ", "")):
        if law.startswith(before) and law.endswith(after):
            rate = law.removeprefix(before).removesuffix(after)
            return language.part(f"law.{key}", rate=language.digits(rate))
    return language.digits(law.replace("-", "−"))


def sentence(said: str) -> str:
    """Return a sentence with a capital and a full stop."""
    return f"{sentence_case(said)}{'' if said.endswith('.') else '.'}"
