"""The table of wordings against the nomenclature, and what is found in sentences of our own."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countervail import labels
from countervail.reading.phrases import words
from countervail.reading.products import (
    find_products,
    hs_words,
    sector_of,
    singular,
    wordings,
)
from countervail.text.tables import rows

NAMED = [one for one in wordings() if one.scope != "none"]


def found(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.text, one.headings) for one in find_products(text)]


def compared(wording: str) -> tuple[str, ...]:
    return tuple(singular(word.folded) for word in words(wording))


def test_every_heading_of_the_table_is_in_the_nomenclature():
    known = {code[:size] for code in labels.hs6_sector() for size in (2, 4, 6)}
    used = {code for one in wordings() for hs in (one.headings, *one.alternatives) for code in hs}
    assert used <= known
    assert len(used) > 600


def test_the_sector_of_a_row_is_that_of_most_of_its_subheadings():
    wrong = [one.written for one in wordings() if one.sector != sector_of(one.headings)]
    assert wrong == []


def test_goods_that_the_world_carves_are_found_by_their_names_with_their_headings():
    for row in rows("goods.csv"):
        heading = row["hs"].split()[0][:4].split("-")[0]
        mentions = find_products(row["name"].split(",")[0])
        assert any(code.startswith(heading[:2]) for one in mentions for code in one.headings), row


def test_no_wording_has_two_meanings():
    seen: dict[tuple[str, ...], object] = {}
    for one in wordings():
        meaning = (one.headings, one.alternatives, one.scope, "lower" in one.only)
        assert (
            seen.setdefault((*compared(one.written), str("lower" in one.only)), meaning) == meaning
        )


def test_only_words_of_the_table_have_a_meaning():
    for one in wordings():
        assert one.scope in {"", "wide", "none"}
        assert one.only <= {"plural", "lower", "linked", "capitals"}
        assert (one.headings == ()) <= (one.scope in {"wide", "none"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a levy on E.V.s", [("E.V.s", "870380")]),
        ("Peruvian-made EVs pay more", [("EVs", "870380")]),
        ("an electric\u00a0car", [("electric\u00a0car", "870380")]),
        ("lithium\u2011ion batteries", [("lithium\u2011ion batteries", "850760")]),
        ("unwrought aluminum and aluminium", [("unwrought aluminum", "76"), ("aluminium", "76")]),
        ("duties on whiskey", [("whiskey", "220830")]),
        ("TYRES AND TIRES", [("TYRES", "4011"), ("TIRES", "4011")]),
        ("steel goods, leather goods", [("steel goods", "72"), ("leather goods", "4202")]),
        ("egg imports fell", [("egg", "0407")]),
        ("an egg a day", []),
        ("linseed oil, flaxseed", [("linseed oil", "151511"), ("flaxseed", "1204")]),
    ],
)
def test_one_wording_in_many_forms(text, expected):
    assert [(one, hs[0]) for one, hs in found(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("canola oil, meal and peas", ["1514", "230641", "0713"]),
        ("soybean oil and meal", ["1507", "2304"]),
        ("sunflower seed, oil and meal", ["1206", "1512", "230630"]),
        ("copper and nickel ores", ["2603", "2604"]),
        ("cotton or wool", ["5201", "5101"]),
        ("cars and auto parts", ["8703", "8708"]),
        ("beef and pork", ["0201", "0203"]),
        ("zinc, tin and lead", ["7901", "8001", "7801"]),
        ("copper wire and foil", ["7407", "7410"]),
    ],
)
def test_what_a_list_shares_is_given_to_each_of_its_items(text, expected):
    assert [hs[0] for _, hs in found(text)] == expected


def test_capitals_of_a_headline_and_after_a_country_are_no_names():
    text = "Oslo Slaps Tariffs On Chilean Steel And Kenyan Tea"
    assert [one for one, _ in found(text)] == ["Steel", "Tea"]
    assert [one for one, _ in found("Kenyan Tea was spared")] == ["Tea"]


@pytest.mark.parametrize(
    "text",
    [
        "The talks lead to nothing, and the minister ships out.",
        "A white paper on tariffs was read out.",
        "He is a dark horse; the cabinet met on the same dates.",
        "Observers will monitor the vote and take stamp duty.",
        "Steel workers cheered outside the steel plant.",
        "Blanket tariffs rose when the chair spoke by phone.",
        "Turkey and China met.",
        "a safe bet, a sweet deal, a suit at law",
        "Mr. Champagne met Condoleezza Rice.",
    ],
)
def test_words_that_are_products_elsewhere(text):
    assert found(text) == []


def test_a_bird_and_a_plate_are_written_small():
    assert [hs[0] for _, hs in found("tariffs on turkey, ham and china")] == [
        "0207",
        "021011",
        "6911",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("goods of heading 8703", [("8703", ("8703",))]),
        ("HS 2204.21 wine", [("2204.21", ("220421",)), ("wine", ("2204",))]),
        (
            "HTSUS 8703.80.00 and 8703.60.00",
            [("8703.80.00", ("870380",)), ("8703.60.00", ("870360",))],
        ),
        ("CN codes 7206 10 00, 7207", [("7206 10 00", ("720610",)), ("7207", ("7207",))]),
        ("headings 7301 to 7303", [("7301 to 7303", ("7301", "7302", "7303"))]),
        ("tariff items 1205.10.00", [("1205.10.00", ("120510",))]),
        ("HS chapters 72 and 73", [("72", ("72",)), ("73", ("73",))]),
        ("chapter 31 of the Customs Tariff", [("31", ("31",))]),
        ("Chapter 11 of the bankruptcy code", []),
        ("the HS 2007 and HS 2022 editions", []),
        ("heading 9999, code 8703, in 1205", []),
        ("HS 8703 50% more", [("8703", ("8703",))]),
    ],
)
def test_codes_written_in_a_text(text, expected):
    assert found(text) == expected


def test_a_code_of_an_earlier_edition_is_read_as_its_successors():
    code, earlier = next(iter(labels.hs_earlier().items()))
    (one,) = find_products(f"HS {code[:4]}.{code[4:]}")
    assert one.headings == tuple(earlier.successors)
    assert one.how == "hs code"


def test_names_of_the_nomenclature_stand_behind_the_table():
    (one,) = find_products("duties on phthalic anhydride")
    assert (one.headings, one.sector, one.how) == (("291735",), "C20", "hs text")
    curated = {compared(wording.written) for wording in wordings()}
    assert not curated & {compared(name.written) for name in hs_words()}


def test_names_of_the_nomenclature_are_those_of_one_heading():
    known = set(labels.hs6_sector())
    for name in hs_words():
        assert len({code[:4] for code in name.headings}) == 1
        assert set(name.headings) <= known


@pytest.mark.shared
def test_names_of_the_nomenclature_are_cut_by_the_tool(
    shared: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.syspath_prepend(str(repository / "tools"))
    source = shared / "data" / "concordances-hs" / "hs2022_descriptions.csv.gz"
    made = [(name.written, " ".join(name.headings)) for name in hs_words()]
    assert importlib.import_module("build_hs_words").rows(source) == made


def test_other_readings_are_kept_and_said():
    (one,) = find_products("curbs on chips")
    assert one.ambiguous
    assert ("200520",) in one.alternatives
    (wide,) = find_products("curbs on consumer goods")
    assert wide.ambiguous
    assert wide.headings == ()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(NAMED), min_size=1, max_size=5), st.text(max_size=30))
def test_mentions_stand_where_they_say_in_any_text(some, noise):
    text = noise + ", ".join(one.written for one in some) + noise
    end = 0
    for one in find_products(text):
        assert text[one.start : one.end] == one.text
        assert one.start >= end
        end = one.end


def test_every_wording_is_found_as_it_stands_in_the_table():
    lost = []
    for one in NAMED:
        mentions = find_products(f"tariffs on {one.written}.")
        if not any(m.text.casefold() == one.written.casefold() for m in mentions):
            lost.append(one.written)
    assert lost == []
