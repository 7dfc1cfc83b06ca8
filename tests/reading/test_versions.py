"""Versions of a story beside each other: pairs of the project's own, every difference typed."""

from __future__ import annotations

import time
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countervail.errors import InputError
from countervail.reading.aligned import MOST_SENTENCES
from countervail.reading.opened import read
from countervail.reading.versions import Comparison, as_data, compare

DAY = "2026-05-20"


class Labelled(NamedTuple):
    """A difference as it should be told: its types, and words of it in either version."""

    types: str
    a: str | None
    b: str | None


PAIRS: dict[str, tuple[str, str, list[Labelled]]] = {
    "another rate": (
        "Peru will impose a 12% duty on cotton yarn from Pakistan from July 1. The ministry said "
        "the levy protects mills in Lima.",
        "Peru will impose a 21% duty on cotton yarn from Pakistan from July 1. The ministry said "
        "the levy protects mills in Lima.",
        [Labelled("conflict", "12", "21")],
    ),
    "how sure, and a denial": (
        "Jakarta would lift its ban on Australian cattle if Canberra dropped the duty on palm oil. "
        "Officials in Canberra have confirmed the talks.",
        "Jakarta could lift its ban on Australian cattle if Canberra dropped the duty on palm oil. "
        "Officials in Canberra have not confirmed the talks.",
        [Labelled("conflict", "would", "could"), Labelled("conflict", None, "not")],
    ),
    "in other words": (
        "Vietnam announced a levy of more than 30% on imports of Thai sugar on Tuesday. The duties "
        "will start in June, the government stated.",
        "Vietnam unveiled a levy of over 30% on imports of Thai sugar on Tuesday. The duties will "
        "begin in June, the government said.",
        [
            Labelled("rephrased", "announced", "unveiled"),
            Labelled("rephrased", "more than", "over"),
            Labelled("rephrased", "start", "begin"),
            Labelled("rephrased", "stated", "said"),
        ],
    ),
    "a sentence and a clause left out": (
        "Kenya raised its duty on Ugandan eggs to 40%, after two years of falling prices at home. "
        "Uganda lifted its ban on Kenyan maize in March. Traders at the border expect long queues.",
        "Kenya raised its duty on Ugandan eggs to 40%. Traders at the border expect long queues.",
        [
            Labelled("dropped", "after two years of falling prices", None),
            Labelled("dropped", "Uganda lifted its ban", None),
        ],
    ),
    "something added": (
        "Turkey and Morocco agreed to cut duties on tractors. The accord was signed in Rabat.",
        "Turkey and Morocco agreed to cut duties on tractors. The accord was signed in Rabat on "
        "Friday. Diplomats warned that the deal does not cover spare parts or engines.",
        [
            Labelled("refined", None, "Friday"),
            Labelled("added", None, "Diplomats warned"),
        ],
    ),
    "words exchanged one by one": (
        "Chile will charge a 15% duty on wire rods from Turkey. The finance ministry said the rise "
        "followed a long inquiry into cheap sales. Steel makers in Santiago had called for help. "
        "Talks between both capitals continue, the trade office said in a short note.",
        "Chile will charge a 15% obligation on wire rods from Turkey. The finance ministry said "
        "the ascent trailed a lengthy inquiry into inexpensive gross sales. Metallic makers in "
        "Santiago had known as for assist. Talks between both money owed proceed, the "
        "trade workplace said "
        "in a brief note.",
        [
            Labelled("garble", "duty", "obligation"),
            Labelled("garble", "rise followed", "ascent trailed"),
            Labelled("garble", "help", "assist"),
            Labelled("garble", "office", "workplace"),
        ],
    ),
    "a misspelt name, another country": (
        "Trade minister Amina Okonkwo said Nigeria suspended its quota on rice from India. "
        "Ghana keeps a levy on tomato paste from Italy.",
        "Trade minister Amina Okonkvo said Nigeria suspended its quota on rice from India. "
        "Ghana keeps a levy on tomato paste from Spain.",
        [Labelled("garble", "Okonkwo", "Okonkvo"), Labelled("conflict", "Italy", "Spain")],
    ),
    "other goods, turned round, another day": (
        "Egypt raised its duty on ceramic tiles on Monday. Colombia bans imports of Ecuadorean "
        "shrimp. Japan lifted its duty on Peruvian asparagus.",
        "Egypt cut its duty on ceramic tiles on Thursday. Colombia bans imports of Ecuadorean "
        "bananas. Japan lifted its duty on Peruvian asparagus.",
        [
            Labelled("conflict", "raised", "cut"),
            Labelled("conflict", "Monday", "Thursday"),
            Labelled("conflict", "shrimp", "bananas"),
        ],
    ),
}


def compared(a: str, b: str) -> Comparison:
    return compare(read(a, DAY), read(b, DAY))


def told(found: Comparison) -> list[tuple[str, str, str]]:
    """Kind, words of the first and words of the second, of every difference."""
    a, b = found.a.source.text, found.b.source.text
    return [
        (d.type, a[slice(*d.a)] if d.a else "", b[slice(*d.b)] if d.b else "")
        for d in found.differences
    ]


def is_told(one: Labelled, found: list[tuple[str, str, str]]) -> bool:
    return any(
        kind in one.types.split()
        and (one.a is None) == (not a)
        and (one.b is None) == (not b)
        and (not one.a or one.a in a or a in one.a)
        and (not one.b or one.b in b or b in one.b)
        for kind, a, b in found
    )


@pytest.mark.parametrize("name", PAIRS)
def test_every_labelled_difference_is_found_and_typed(name: str) -> None:
    a, b, labels = PAIRS[name]
    found = told(compared(a, b))
    missed = [one for one in labels if not is_told(one, found)]
    assert not missed, found


@pytest.mark.parametrize("name", PAIRS)
def test_what_stands_still_is_no_difference(name: str) -> None:
    """A version against itself differs in nothing, whatever is in it."""
    for text in PAIRS[name][:2]:
        found = compared(text, text)
        assert not found.differences
        assert {one.type for one in found.records} <= {"same"}


def test_no_rephrasing_is_called_a_conflict() -> None:
    found = told(compared(*PAIRS["in other words"][:2]))
    assert {kind for kind, _, _ in found} == {"rephrased"}


@pytest.mark.parametrize("name", PAIRS)
def test_the_other_way_round_turns_added_into_dropped(name: str) -> None:
    a, b, _ = PAIRS[name]
    turned = {"added": "dropped", "dropped": "added"}
    there = sorted((turned.get(k, k), y, x) for k, x, y in told(compared(a, b)))
    back = sorted(told(compared(b, a)))
    assert [one for one in back if one[0] == "conflict"] == [
        one for one in there if one[0] == "conflict"
    ]
    assert len(back) == pytest.approx(len(there), abs=1)


def test_records_say_which_fields_differ() -> None:
    found = as_data(compared(*PAIRS["another rate"][:2]))
    (one,) = [r for r in found["records"] if r["kind"] == "measure" and r["type"] != "same"]
    assert one["type"] == "conflict"
    assert one["fields"]["rate"]["a"]["value"] == 12
    assert one["fields"]["rate"]["b"]["value"] == 21


def test_quotes_are_the_texts_own() -> None:
    for a, b, _ in PAIRS.values():
        for one in as_data(compared(a, b))["differences"]:
            for text, side in ((a, one["a"]), (b, one["b"])):
                assert side is None or text[side["start"] : side["end"]] == side["quote"]


def test_sentences_in_another_order_are_put_beside_each_other() -> None:
    one = "Peru banned imports of Chilean wine on Monday because of a pest found in vineyards."
    two = "Bolivia will cut its duty on Argentine wheat flour to 5% from August this year."
    three = "Analysts in Quito expect exports of roses to the Netherlands to grow next spring."
    found = compared(f"{one} {two} {three}", f"{three} {one} {two}")
    assert not found.differences


def test_too_many_sentences_are_refused() -> None:
    text = "Peru banned wine. " * (MOST_SENTENCES + 1)
    with pytest.raises(InputError, match="at most 1,500"):
        compared(text, "Peru banned wine.")


WORDS = [
    "China",
    "will",
    "might",
    "impose",
    "lift",
    "a",
    "25%",
    "30%",
    "tariff",
    "duty",
    "levy",
    "on",
    "steel",
    "metal",
    "from",
    "Japan",
    "not",
    "no",
    ".",
    ",",
    "-",
    "and",
    "which",
    "who",
    "the",
    "May",
    "Friday",
    "to",
    "by",
    "if",
]


@given(*(st.lists(st.sampled_from(WORDS), max_size=50) for _ in "ab"))
@settings(max_examples=25, deadline=None)
def test_any_order_of_words_is_compared(a: list[str], b: list[str]) -> None:
    first, second = " ".join(a), " ".join(b)
    for one in compared(first, second).differences:
        assert one.a is None or 0 <= one.a[0] < one.a[1] <= len(first)
        assert one.b is None or 0 <= one.b[0] < one.b[1] <= len(second)


@pytest.mark.parametrize("text", ["tariff duty " * 700, "a" * 20_000, "if " * 1500])
def test_odd_texts_are_compared_in_no_long(text: str) -> None:
    one, other = read(text, DAY), read("duty " + text[:-2], DAY)
    began = time.process_time()
    compare(one, other)
    assert time.process_time() - began < 4


@pytest.mark.parametrize(
    ("word", "other", "field", "said"),
    [
        ("would lift", "could lift", "modality", ("would", "could")),
        ("will lift", "will not lift", "polarity", (None, "not")),
    ],
)
def test_a_record_is_what_its_own_words_are(
    word: str, other: str, field: str, said: tuple[str | None, str]
) -> None:
    text = "Peru {} its 12% duty on cotton yarn from Pakistan."
    found = compare(read(text.format(word), DAY), read(text.format(other), DAY))
    (one,) = [d for d in found.differences if d.type == "conflict" and d.field == field]
    (record,) = [r for r in found.records if r.a and r.b and r.kind == "measure"]
    assert (record.type, record.fields[field]) == (one.type, said)
