"""Sentences: every number is in the rows behind it, words by template, in both languages."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countervail import labels
from countervail.errors import InputError
from countervail.present.digits import own_digits, supported
from countervail.present.pieces import sector_name
from countervail.present.sentences import (
    amounts,
    attribution,
    bargain,
    exposure,
    goods,
    ledger,
    question,
    quota,
    reach,
    respond,
    run,
    titles,
)
from countervail.present.sentences.attribution import MeasureShare
from countervail.present.sentences.bargain import PartyWorth
from countervail.present.sentences.exposure import PartnerLost
from countervail.present.sentences.goods import GoodSold
from countervail.present.sentences.language import Language, language, languages
from countervail.present.sentences.quota import QuotaUse
from countervail.present.sentences.run import PartyEffect
from countervail.present.sentences.signs import EffectSign, Sides, sign_of
from countervail.present.short_names import short_sector
from countervail.quantiles import Range
from countervail.world.goods import table_of_goods

GOLDEN = Path(__file__).parent / "golden"
NAN = math.nan
CODES = languages()

FORBIDDEN = {
    "en": r"\b(significant\w*|impact\w*|boost\w*|hits?|slash\w*|massive\w*|will|percentage)\b",
    "fr": r"\b(significati\w*|massi\w*|impact\w*|booste\w*|frapp\w*)\b",
}
"""Words no sentence has; *only* stands against a stated bar alone."""


def point(value: float) -> Range:
    return Range(value, NAN, NAN, NAN)


UNKNOWN = Sides()


def party(country: str, usd: Range, spending: float = 2e6, sides: Sides = UNKNOWN) -> PartyEffect:
    return PartyEffect(country, usd, Range(*(100 * number / spending for number in usd)), sides)


LAW: list[dict[str, Any]] = [
    {
        "implementer": by,
        "instrument": "tariff",
        "changes": [
            {
                "name": goods_,
                "targets": [on],
                "law": "none",
                "law_new": "+25 %",
                "rate": None,
                "rate_new": 25.0,
            }
        ],
    }
    for by, on, goods_ in (("CAN", "CHN", "steel"), ("CHN", "CAN", "canola seed"))
]
LOSES = Range(-555.0, -768.0, -560.0, -414.0)
GAINS = Range(1234.0, 1100.0, 1230.0, 1400.0)
STRADDLES = Range(-20.0, -90.0, -18.0, 40.0)
OTHERS = [Range(-0.001, -0.0021, -0.0012, 0.0001), Range(0.002, 0.001, 0.002, 0.0043)]
OUTSIDE = Range(-100.0, -900.0, -600.0, -300.0)
NOTHING = Range(0.0, 0.0, 0.0, 0.0)
PROBABLY = Sides(0.94, 0.06)
PATTERNS: dict[str, list[PartyEffect]] = {
    "both lose": [party("CAN", LOSES), party("CHN", Range(-829.0, -1105.0, -830.0, -590.0))],
    "both gain": [party("CAN", GAINS), party("USA", Range(45e3, 30e3, 45e3, 61e3))],
    "one gains": [party("CAN", GAINS), party("CHN", LOSES)],
    "one loses": [party("USA", LOSES), party("NLD", GAINS)],
    "probably": [party("CAN", STRADDLES, sides=PROBABLY), party("CHN", GAINS)],
    "probably gains": [party("CAN", GAINS), party("CHN", STRADDLES, sides=Sides(0.05, 0.95))],
    "unclear": [party("CAN", STRADDLES), party("CHN", STRADDLES)],
    "unclear after": [party("CAN", LOSES), party("USA", STRADDLES)],
    "none": [party("CAN", LOSES), party("CHN", NOTHING)],
    "none at all": [party("CAN", NOTHING)],
    "three lose": [party("CAN", LOSES), party("CHN", LOSES), party("USA", LOSES)],
    "point outside": [party("CAN", OUTSIDE)],
    "no range": [party("CAN", point(-551.869)), party("CHN", point(-728.36))],
    "no range, one": [party("CAN", point(0.0123))],
    "five trillion": [party("CHN", Range(-5.1e6, -6.2e6, -5.0e6, -4.4e6), spending=2e7)],
}
GOODS = {
    "falls": GoodSold(
        "canola seed", "CAN", "CHN",
        Range(2282.0, 2100.0, 2280.0, 2500.0), Range(244.0, 20.0, 200.0, 300.0),
        Range(-89.3, -99.6, -90.0, -86.8), Range(71.0, 60.0, 70.0, 85.0),
    ),
    "nearly all": GoodSold(
        "electric vehicles", "CHN", "CAN", point(1040.0), point(2.1), point(-99.8), point(0.2)
    ),
    "rises": GoodSold(
        "steel", "CHN", "CAN",
        Range(10.0, 8.0, 10.0, 12.0), Range(60.0, 40.0, 60.0, 90.0),
        Range(500.0, 300.0, 500.0, 800.0),
    ),
    "known before": GoodSold(
        "canola seed", "CAN", "CHN",
        Range(1503.8, 1503.7, 1503.8, 1503.9), Range(304.0, 150.0, 300.0, 400.0),
        Range(-80.0, -90.0, -80.0, -73.0), Range(20.0, -300.0, 10.0, 300.0),
    ),
    "elsewhere, perhaps": GoodSold(
        "pork", "CAN", "CHN", point(1503.8), point(304.0), point(-80.0),
        Range(20.0, -10.0, 20.0, 50.0),
    ),
    "unclear": GoodSold(
        "peas", "CAN", "CHN", Range(10.0, 8.0, 10.0, 12.0), Range(10.0, 8.0, 10.0, 12.0),
        Range(-1.0, -20.0, 0.0, 30.0),
    ),
    "ends": GoodSold("pork", "CAN", "CHN", point(267.0), point(0.0), point(-100.0)),
}  # fmt: skip
SHARES = [
    MeasureShare("China’s duty on canola seed", "CHN", -0.0103),
    MeasureShare("Canada’s duty on electric vehicles", "CAN", -0.0081),
    MeasureShare("China’s duty on pork", "CHN", -0.0060),
    MeasureShare("Canada’s duty on steel", "CAN", -0.0025),
]
MOVES = [
    titles.LawMove("CAN", date(2024, 10, 1)),
    titles.LawMove("CHN", date(2025, 3, 20)),
    titles.LawMove("CHN", date(2025, 8, 14)),
]


def said_of(lang: Language) -> Iterator[tuple[str, str]]:
    """Every template and sign pattern, with what it is of."""
    subject = question.subject(lang, LAW, ("CAN", "CHN"))
    for name, parties in PATTERNS.items():
        for horizon in (None, 1.0, 5.0):
            yield f"headline, {name}, {horizon}", run.headline(lang, subject, parties, horizon)
        yield f"second line, {name}", run.second_line(lang, parties, OTHERS)
        yield f"long run, {name}", run.long_run(lang, parties)
        yield f"who, {name}", titles.who_title(lang, parties, [point(0.0021)])
    for name, one in GOODS.items():
        yield f"sales, {name}", goods.sales(lang, one)
        yield f"elsewhere, {name}", goods.elsewhere(lang, one)
    yield "goods", goods.goods_title(lang, list(GOODS.values()))
    yield "goods, many", goods.goods_title(lang, [GOODS["nearly all"]])
    yield "goods, gain", goods.goods_title(lang, [GOODS["rises"]])
    days = date(2024, 9, 30), date(2026, 1, 12)
    yield "law asked", run.law_asked(lang, days, 2022)
    yield "law asked, known", run.law_asked(lang, days, 2022, date(2025, 12, 1))
    yield "law asked, one day", run.law_asked(lang, (days[1], days[1]), 2022)
    yield "law asked, none", run.law_asked(lang, None, 2022)
    yield "measures", attribution.largest_measures(lang, "CAN", SHARES)
    yield "one measure", attribution.largest_measures(lang, "CAN", SHARES[:1])
    yield "own", attribution.own_share(lang, "USA", [MeasureShare("x", "USA", 1.0), *SHARES])
    yield "own title", attribution.own_title(lang, "CAN", SHARES)
    yield "law", titles.law_title(lang, MOVES)
    yield "law, alone", titles.law_title(lang, MOVES[:1])
    yield "law, together", titles.law_title(lang, [*MOVES, titles.LawMove("CHN", MOVES[0].day)])
    doubt = [titles.DriverShare("the coverage of canola seed", 61.0)]
    yield "doubt", titles.doubt_title(lang, "CAN", doubt)
    for name, law in laws().items():
        asked = question.subject(lang, law, ("CAN", "CHN"), (date(2025, 1, 1), date(2026, 3, 2)))
        yield f"subject, {name}", str(asked.phrase)
    since = [
        {"date": day, "products": products, "law": "+100 %", "law_new": new}
        for day, products, new in (
            ("2026-03-01", ["electric vehicles"], "none"),
            ("2026-03-01", ["canola meal", "peas"], "+0 %"),
            ("2026-04-01", ["pork"], "ban"),
            ("2026-05-01", ["steel"], "none"),
        )
    ]
    yield "since", run.changed_since(lang, since)
    yield "since, page", run.changed_since(lang, since[:1], "countervail run x --to today")
    yield "since, page without", run.changed_since(lang, since[:1], "")
    yield from said_of_answers(lang)
    yield "nothing", run.nothing_changed(lang, (date(2025, 1, 1), date(2025, 2, 2)))


def said_of_answers(lang: Language) -> Iterator[tuple[str, str]]:
    """Those of respond, study and ledger."""
    worth = [PartyWorth("CAN", Range(584.0, 365.0, 600.0, 703.0)), PartyWorth("CHN", GAINS)]
    rest = ["canola meal", "seed-free"]
    for name, more in (
        ("accept", {"offered": True, "everything": True}),
        ("refuse", {"offered": True, "accepts": False}),
        ("propose", {"offered": False}),
    ):
        yield f"bargain, {name}", bargain.advice(lang, worth, rest, **more)
    yield "bargain, alone", bargain.advice(lang, worth, [], offered=True)
    points = [PartyWorth("CAN", point(584.0)), PartyWorth("CHN", point(-12.0))]
    yield "bargain, no range", bargain.advice(lang, points, rest, offered=False)
    yield (
        "bargain, straddles",
        bargain.advice(lang, [PartyWorth("CAN", STRADDLES)], rest, offered=False),
    )
    yield "bargain, none", bargain.no_advice(lang)
    yield "bargain, none yet", bargain.no_advice(lang, finished=False)
    yield "both gain", bargain.all_gain(lang, 2, 0.98, 50)
    yield "all gain", bargain.all_gain(lang, 3, 1.0, 50)
    packages = ("CAN", "seed-free"), ("CHN", "seed-5.9")
    yield "differ", bargain.differ(lang, *packages, Range(45.0, 30.0, 44.0, 61.0))
    goal, levers = "Doubling exports to others by 2035", "export costs"
    needed = Range(-17.3, -22.0, -17.0, -12.0)
    for chance in (0.51, 0.49, 0.002, 0.999, None):
        yield f"reach, {chance}", reach.met(lang, goal, levers, needed, chance)
    yield "reach, higher", reach.met(lang, goal, levers, point(12.0), None)
    yield "reach, not met", reach.not_met(lang, goal, levers, 42.4)
    needed_of = ("export costs", needed), ("productivity", point(3.0))
    for chance_of in (0.51, None):
        yield (
            f"reach, two kinds, {chance_of}",
            reach.met_by(lang, goal, needed_of, chance_of, of_draws=True),
        )
    yield "reach, one kind", reach.met_by(lang, goal, needed_of[:1], None, of_draws=False)
    yield "reach, already", reach.already_met(lang, goal)
    yield "reach, not together", reach.not_together(lang, goal, levers)
    yield "reach, level", reach.not_met_level(lang, goal, levers, "3 %")
    for name in ("one gains", "one loses", "unclear", "probably", "no range, one"):
        yield f"reach, worth, {name}", reach.worth(lang, PATTERNS[name][0])
    yield "reach, buyers", reach.buyers_title(lang, ["CHN", "GBR", "JPN"], 41.7)
    players = ["CAN", "CHN"]
    for name, about in (
        ("best", respond.best_tariffs(lang)),
        ("aim", respond.best_tariffs(lang, own_aim=False)),
        ("war", respond.war(lang, players)),
        ("agreement", respond.agreement(lang, players)),
        ("reply", respond.reply(lang, "CAN", "USA", 1)),
    ):
        for pattern in ("both lose", "both gain", "one gains", "one loses", "unclear", "no range"):
            parties = PATTERNS[pattern]
            yield f"{name}, {pattern}", respond.worth(lang, about, parties, 1.0)
    yield "respond, law", respond.counted_from(lang, date(2026, 1, 12), 2022)
    yield "respond, world", respond.counted_from(lang, None, 2022)
    yield "respond, stopped", respond.stopped(lang)
    yield "respond, out of reach", respond.out_of_reach(lang, "USA", 1200.0, 340.0)
    yield "respond, war", respond.against_war(lang, [("CAN", 8.8), ("CHN", -4.94)])
    for agree in (True, False, None):
        yield f"respond, searches, {agree}", respond.searches(lang, 3, agree)
    for key in ("gains", "loses"):
        yield f"respond, {key}", respond.chance(lang, key, "USA", 0.5, 50)
    for name, use in (
        ("full", QuotaUse("electric vehicles", ("CHN",), 49e3, 49e3, "vehicles", 12.34)),
        ("exceeded", QuotaUse("beef", ("AUS", "BRA"), 60e3, 49e3, "t", 3.0, exceeded=True)),
        ("not full", QuotaUse("steel", ("CHN", "USA", "GBR", "JPN"), 10.0, 20.0, "t", None)),
    ):
        yield f"quota, {name}", quota.full(lang, use)
    lost = PartnerLost("USA", Range(-3.07, -4.1, -3.0, -2.2))
    near = PartnerLost("CHN", Range(-1.4, -1.9, -1.4, -0.9))
    far = PartnerLost("MEX", Range(-0.2, -0.3, -0.2, -0.1))
    for name, partners in (
        ("far", [far, lost]),
        ("near", [lost, near]),
        ("one", [lost]),
        ("no range", [PartnerLost("USA", point(-3.07)), PartnerLost("CHN", point(-1.4))]),
        ("unclear", [PartnerLost("USA", STRADDLES)]),
        ("gain", [PartnerLost("USA", Range(0.4, 0.1, 0.4, 0.6))]),
        ("nobody", []),
    ):
        yield f"exposure, {name}", exposure.dependence(lang, "CAN", partners)
    day = date(2026, 11, 1)
    yield "ledger", ledger.as_of(lang, day, 12, on="CHN", changed=3, announced=1)
    yield "ledger, by", ledger.as_of(lang, day, 1, by="USA", changed=1, announced=2)
    yield "ledger, between", ledger.as_of(lang, day, 40, between=("CAN", "USA"))
    yield "ledger, none", ledger.as_of(lang, day, 0)


def laws() -> dict[str, list[dict[str, Any]]]:
    """Laws that came, went, and both; of one country, two and three."""

    def of(row: dict[str, Any], **change: Any) -> dict[str, Any]:
        changed = [{**one, **change} for one in row["changes"]]
        return {**row, "changes": changed}

    back = {"law": "+25 %", "law_new": "none", "rate": 25.0, "rate_new": None}
    ban = {"law": "none", "law_new": "ban", "rate_new": None}
    third = {**of(LAW[0], targets=["CHN"]), "implementer": "USA"}
    return {
        "mutual": LAW,
        "mutual back": [of(row, **back) for row in LAW],
        "one": LAW[:1],
        "one back": [of(LAW[0], **back)],
        "one on all": [of(LAW[0], targets=["ALL"])],
        "one on all back": [of(LAW[0], targets=["ALL"], **back)],
        "one ban": [of(LAW[1], **ban)],
        "bans": [of(row, **ban) for row in LAW],
        "mixed": [LAW[0], of(LAW[1], **back)],
        "three": [*LAW, third],
        "nothing": [],
    }


@pytest.mark.parametrize("code", CODES)
def test_every_template_and_sign(code: str) -> None:
    """What is said is what was said; look at the file, then take it anew by removing it."""
    made = "".join(f"{what}\n    {said}\n" for what, said in said_of(language(code)))
    file = GOLDEN / f"sentences.{code}.txt"
    if not file.exists():
        file.write_text(made, encoding="utf-8")
    assert made == file.read_text("utf-8")


@pytest.mark.parametrize("code", CODES)
def test_words_and_marks(code: str) -> None:
    lang = language(code)
    for what, said in said_of(lang):
        assert not re.search(FORBIDDEN[code], said, re.I), (what, said)
        assert "  " not in said, what
        assert not re.search(r"(?<![a-z])-\d|\bnan\b|[{}]", said), (
            what,
            said,
        )  # U+2212, and all filled in
        whole = re.search(r"(?<![\d,.])100\s(per cent|%)", said)
        assert what.startswith(("since", "one measure")) or not whole, (what, said)
        if code == "en":
            assert "only" not in said or "even then" in said, what
    for path in leaves(lang.data):
        for word in re.findall(r"(?<!even )\bonly\b", path):
            assert "even then" in path, word


def leaves(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from leaves(value)


def keys(data: Any, path: str = "") -> Iterator[str]:
    for key, value in data.items():
        yield f"{path}.{key}"
        if isinstance(value, dict):
            yield from keys(value, f"{path}.{key}")


def test_languages_have_the_same_templates() -> None:
    names = (".countries", ".products", ".units", ".labels", ".lead", ".told")
    own = (".grammar", ".forms", ".endings", ".words", *names)
    found = {
        code: {key for key in keys(language(code).data) if not key.startswith(own)}
        for code in CODES
    }
    assert len(CODES) >= 2
    assert all(one == found["en"] for one in found.values())
    assert set(language("fr").data["countries"]) >= {"CAN", "USA", "ROW"}


def test_every_country_of_the_world_has_a_french_name(oecd: Any) -> None:
    named = language("fr").data["countries"]
    assert set(oecd.countries) <= set(named)
    assert all(str(language("fr").country(code)) == named[code] for code in oecd.countries)


def test_every_sector_and_good_has_a_french_name() -> None:
    french, english = language("fr"), language("en")
    known = french.data["labels"]
    codes = [*labels.sectors(), *table_of_goods()]
    for name in {*map(sector_name, codes), *map(short_sector, codes)}:
        assert name in known
        assert french.named(name) == known[name]
        assert english.named(name) == name
    assert french.named("C24A Iron and steel") == "C24A Fer et acier"
    assert french.named("C10T12-rest rest of Food, drink and tobacco").startswith(
        "C10T12-rest reste"
    )
    assert french.named("CAN Canada") == "CAN Canada"
    assert french.named("DEU Germany") == "DEU Allemagne"
    assert french.named("nobody's word") == "nobody's word"


def test_an_unknown_language() -> None:
    with pytest.raises(InputError, match="no language 'de'; there are en, fr"):
        language("de")


NUMBER = re.compile(r"[+−]?\d[\d,]*(?:\.\d+)?")
SCALES = (1.0, 1e3, 1e6)


def allowed(figures: list[Range]) -> set[str]:
    """How the numbers of rows may be written, found a second way: by Decimal, digit by digit."""
    from decimal import ROUND_HALF_EVEN, Decimal

    found = set()
    for one in figures:
        half = (one.p95 - one.p05) / 2
        for number in one:
            if not math.isfinite(number):
                continue
            for scale in SCALES:
                value = number / scale
                known = math.isfinite(half) and half > 0
                shown = one.p50 if known and not one.p05 <= one.value <= one.p95 else one.value
                if known:
                    last = math.floor(math.log10(half)) - round(math.log10(scale))
                elif shown:
                    last = math.floor(math.log10(abs(shown))) - 1 - round(math.log10(scale))
                else:
                    last = 0
                for step in (last, last + 1):  # 9.96 in two digits is 10
                    places = Decimal(1).scaleb(step)
                    rounded = Decimal(value).quantize(places, ROUND_HALF_EVEN)
                    if not rounded and value:
                        own = Decimal(1).scaleb(math.floor(math.log10(abs(value))))
                        rounded = Decimal(value).quantize(own, ROUND_HALF_EVEN)
                    size = f"{abs(rounded):,f}"
                    found |= {size, f"+{size}", f"−{size}"}
    return found


sizes = st.one_of(
    st.sampled_from([-99.8, 1e-9, 5e6, -5e6, 0.5, 99.5, -0.05]),
    st.floats(-1e7, 1e7, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-9),
)


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    """A value with three quantiles in order; the point may lie outside, zero inside."""
    low, middle, high = sorted(draw(st.lists(sizes, min_size=3, max_size=3)))
    if high - low <= 1e-6 * max(abs(low), abs(high)) or draw(st.booleans()):
        return point(draw(sizes))
    return Range(draw(st.one_of(st.just(middle), sizes)), low, middle, high)


@given(usd=st.lists(ranges(), min_size=1, max_size=3), below=st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_every_number_of_a_headline_is_in_its_rows(usd: list[Range], below: float) -> None:
    lang = language("en")
    sides = Sides(below, 1 - below)
    parties = [
        party(code, one, 1e2, sides) for code, one in zip(("CAN", "CHN", "USA"), usd, strict=False)
    ]
    subject = question.subject(lang, LAW, ("CAN", "CHN"))
    said = run.headline(lang, subject, parties)
    known = allowed(usd)
    for number in NUMBER.findall(said):
        assert number in known, (number, said, sorted(known))


@given(one=ranges())
@settings(max_examples=60, deadline=None)
def test_every_number_of_spending_is_in_its_rows(one: Range) -> None:
    parties = [PartyEffect("CAN", one, one)]
    said = run.spending(language("en"), parties)
    known = allowed([one])
    for number in NUMBER.findall(said):
        times = "times" in said or "over" in said
        assert times or number in known, (number, said)


@given(change=ranges(), before=st.floats(0.01, 1e6), elsewhere=ranges())
@settings(max_examples=40, deadline=None)
def test_every_number_of_sales_is_in_their_rows(
    change: Range, before: float, elsewhere: Range
) -> None:
    """Sales, and what of every hundred dollars is sold elsewhere."""
    change = Range(*(max(number, -100.0) for number in change))
    after = Range(*(before * (1 + number / 100) for number in change))
    one = GoodSold("peas", "CAN", "CHN", point(before), after, change, elsewhere)
    known = allowed([one.before, after, change, elsewhere])
    lang = language("en")
    for said in (goods.sales(lang, one), goods.elsewhere(lang, one)):
        for number in NUMBER.findall(said.replace("every 100", "every")):
            assert "times" in said or number in {*known, "−99", "99"}, (number, said)


@given(low=st.floats(-1e6, 1e6), width=st.floats(1e-6, 1e6))
@settings(max_examples=60, deadline=None)
def test_no_digit_that_the_range_does_not_support(low: float, width: float) -> None:
    places = supported(low, low + width)
    half = (low + width - low) / 2
    if half <= 0:
        assert places is None
    else:
        assert places is not None
        assert 10.0**-places <= half * (1 + 1e-9) < 10.0 ** (1 - places) * (1 + 1e-9)


@given(st.floats(1e-9, 1e12))
@settings(max_examples=60, deadline=None)
def test_two_digits_are_two(value: float) -> None:
    places = own_digits(value, 2)
    rounded = round(value, places) * 10.0**places
    assert 9.5 <= rounded < 100.5


@given(st.lists(ranges(), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_a_bound_holds(others: list[Range]) -> None:
    bound = run.largest(others)
    said = float(amounts.bound_number(language("en"), bound).replace(",", ""))
    assert said >= bound * (1 - 1e-9)
    assert said <= bound * 1.11 + 1e-12


def test_the_digits_of_the_contract() -> None:
    en, fr = language("en"), language("fr")
    welfare = Range(-0.02707, -0.03751, -0.027, -0.0202)
    assert amounts.change(en, welfare)[:2] == ("−0.027\u00a0per cent", "(−0.038 to −0.020)")
    money = amounts.money(en, Range(555.0, 414.0, 550.0, 768.0))
    assert money[:2] == ("USD\u00a0600\u00a0million", "(400 to 800)")
    assert amounts.money(fr, Range(-555.0, -768.0, -550.0, -414.0))[:2] == (
        "600\u00a0millions de dollars US",
        "(de 400 à 800)",
    )
    assert amounts.money(fr, point(1.6)).value == "1,6\u00a0million de dollars US"
    assert amounts.money(en, point(9_960.0)).value == "USD\u00a010\u00a0billion"
    assert amounts.money(en, Range(9.6e6, 8e6, 9.6e6, 11e6)).value == "USD\u00a010\u00a0trillion"
    assert amounts.change(en, point(-99.8)).value == "over −99\u00a0per cent"
    assert amounts.change(en, point(500.0)).value == "six times"
    assert amounts.share(en, 0.2) == "under 1\u00a0per cent"
    assert amounts.share(en, 99.8) == "over 99\u00a0per cent"
    assert amounts.share(en, 100.0) == "100\u00a0per cent"
    small = amounts.money(en, Range(2.0, -100.0, 3.0, 250.0), sign=True)
    assert small.value == "USD\u00a0+2\u00a0million"  # one digit of its own, not 0


@pytest.mark.parametrize(
    ("effect", "sides", "sign"),
    [
        (Range(-1, -2, -1, -0.5), Sides(1, 0), EffectSign.LOSES),
        (Range(1, 0.5, 1, 2), Sides(0, 1), EffectSign.GAINS),
        (Range(-1, -2, -1, 0.5), Sides(0.93, 0.07), EffectSign.PROBABLY_LOSES),
        (Range(1, -0.5, 1, 2), Sides(0.1, 0.9), EffectSign.PROBABLY_GAINS),
        (Range(1, -0.5, 1, 2), Sides(0.2, 0.8), EffectSign.UNCLEAR),
        (Range(1e-8, -1e-9, 0, 1e-8), Sides(0.5, 0.5), EffectSign.NONE),
        (point(-1e-8), Sides(), EffectSign.NONE),
        (point(-1.0), Sides(), EffectSign.LOSES),
    ],
)
def test_signs(effect: Range, sides: Sides, sign: EffectSign) -> None:
    assert sign_of(effect, sides) is sign


NAMES = [
    '"quoted" <script>alert(1)</script>',
    "{A} {0} {goods:of}",
    "עברית",
    "a" * 60,
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("code", CODES)
def test_names_from_files_are_text(code: str, name: str) -> None:
    lang = language(code)
    one = GOODS["falls"]._replace(good=name)
    assert name in goods.sales(lang, one)
    row = {**LAW[1], "changes": [{**LAW[1]["changes"][0], "name": name}]}
    assert name in question.measure_phrase(lang, row)
    said = attribution.largest_measures(lang, "CAN", [MeasureShare(name, None, -1.0)])
    assert name[1:] in said


def test_many_goods_of_a_measure_are_counted() -> None:
    changes = [{**LAW[0]["changes"][0], "name": f"good {k}"} for k in range(4)]
    said = question.measure_phrase(language("en"), {**LAW[0], "changes": changes})
    assert said == "Canada’s duty on good 0, good 1 and two more goods"


@pytest.mark.parametrize(
    ("name", "many"),
    [
        ("electric vehicles", True),
        ("lobster and crab", True),
        ("products of iron", True),
        ("Semiconductors (parts)", True),
        ("canola seed", False),
        ("natural gas", False),
        ("glass", False),
        ("machine of parts", False),
    ],
)
def test_goods_in_the_plural_take_its_verb(name: str, many: bool) -> None:
    one = GOODS["nearly all"]._replace(good=name)
    assert (" lose most" in goods.goods_title(language("en"), [one, one])) is many


def test_what_is_known_exactly_is_told_in_the_digits_of_what_it_becomes() -> None:
    said = goods.sales(language("en"), GOODS["known before"]).replace("\u00a0", " ")
    assert "fall from USD 1,500 million to about 300 million" in said


def test_a_range_beyond_the_whole_says_nothing_of_sales_elsewhere() -> None:
    said = goods.elsewhere(language("en"), GOODS["known before"])
    assert said.startswith("Neither the draws nor the record say how much")
    assert "between −300 and +300" in said
    assert "buy 20 more (−10 to +50)" in goods.elsewhere(
        language("en"), GOODS["elsewhere, perhaps"]
    )
