"""Countries, blocs, seats and holders of office in sentences of our own."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countervail import labels
from countervail.errors import InputError
from countervail.reading.places import find_places, holders, members
from countervail.text.tables import rows


def found(text: str, on: date | None = None) -> list[tuple[str, str]]:
    return [(one.text, one.code) for one in find_places(text, on)]


def codes(text: str, on: date | None = None) -> list[str]:
    return [one.code for one in find_places(text, on)]


TABLE = [r for r in rows("reading/places.csv") if r["kind"] != "none"]


def test_codes_of_the_table_are_countries_or_blocs():
    known = {*labels.countries(), *labels.groups(), "BRICS", "G20", "AFCFTA"}
    for row in TABLE:
        assert {row["code"], *row["also"].split()} <= known, row
        assert row["kind"] in {"name", "demonym", "capital", "government", "bloc"}


def test_every_country_is_found_by_its_name():
    lost = [
        c.name
        for c in labels.countries().values()
        if c.iso3 != "ROW"
        and "(" not in c.name
        and codes(f"a tariff of {c.name} stands") != [c.iso3]
    ]
    assert lost == []


def test_every_form_of_the_table_is_found_as_what_it_stands_for():
    lost = []
    for row in TABLE:
        for form in row["forms"].split("|"):
            mentions = find_places(f"it hit {form} hard")
            if [(m.code, m.kind) for m in mentions] != [(row["code"], row["kind"])]:
                lost.append((form, mentions))
    assert lost == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("give us the U.S. list", [("U.S.", "USA")]),
        (
            "U.S.-made, US-made, UK and U.K.",
            [("U.S.", "USA"), ("US", "USA"), ("UK", "GBR"), ("U.K.", "GBR")],
        ),
        ("Peru\u2019s offer", [("Peru", "PER")]),
        (
            "C\u00f4te d\u2019Ivoire and Cote d'Ivoire",
            [("C\u00f4te d\u2019Ivoire", "CIV"), ("Cote d'Ivoire", "CIV")],
        ),
        ("the United\u00a0States", [("United\u00a0States", "USA")]),
        ("South\nAfrica", [("South\nAfrica", "ZAF")]),
        ("KENYA TO LIFT DUTIES", [("KENYA", "KEN")]),
        (
            "the \u00c9lys\u00e9e and the Elysee Palace",
            [("\u00c9lys\u00e9e", "FRA"), ("Elysee Palace", "FRA")],
        ),
        (
            "MOFCOM, DGFT, CBSA and USTR",
            [("MOFCOM", "CHN"), ("DGFT", "IND"), ("CBSA", "CAN"), ("USTR", "USA")],
        ),
        ("Northern Ireland, Ireland", [("Northern Ireland", "GBR"), ("Ireland", "IRL")]),
        ("South Korea, North Korea", [("South Korea", "KOR"), ("North Korea", "PRK")]),
        ("American Samoa and Samoa", [("American Samoa", "ASM"), ("Samoa", "WSM")]),
        (
            "Papua New Guinea, Guinea-Bissau, Guinea",
            [("Papua New Guinea", "PNG"), ("Guinea-Bissau", "GNB"), ("Guinea", "GIN")],
        ),
        (
            "Niger, Nigeria, Nigerien, Nigerian",
            [("Niger", "NER"), ("Nigeria", "NGA"), ("Nigerien", "NER"), ("Nigerian", "NGA")],
        ),
        (
            "Mercosur, ASEAN, the EAEU and the EU",
            [("Mercosur", "MERCOSUR"), ("ASEAN", "ASEAN"), ("EAEU", "EAEU"), ("EU", "EU")],
        ),
        ("Hong Kong, Macau, Taiwan", [("Hong Kong", "HKG"), ("Macau", "MAC"), ("Taiwan", "TWN")]),
        (
            "Republic of China, People's Republic of China",
            [("Republic of China", "TWN"), ("People's Republic of China", "CHN")],
        ),
    ],
)
def test_forms(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a tariff on china and turkey",
        "guinea pigs ate Brazil nuts and Swiss cheese",
        "a Danish pastry with French fries",
        "Jordan Smith met Michael Jordan and Chad Miller",
        "Jamaica, Queens; Paris, Texas; Lebanon, New Hampshire; London, Ontario",
        "New Mexico, New Jersey and the Gulf of Mexico",
        "in Georgia, Gov. Hill spoke of roads, schools and the harvest",
        "shops in Atlanta, Georgia, and Georgia lawmakers",
        "South America and Latin American growers",
        "Canadian dollars and US$5 billion",
        "tell us, and polish the text",
        "Air Canada and the South China Sea",
    ],
)
def test_traps(text):
    assert found(text) == []


def test_countries_that_are_people_elsewhere():
    assert codes("Exports from Jordan, Chad and Georgia grew. In Jordan they fell.") == [
        "JOR",
        "TCD",
        "GEO",
        "JOR",
    ]


def test_what_stands_for_others_too_says_so():
    (one,) = find_places("Brussels agreed")
    assert (one.code, one.ambiguous, one.alternatives) == ("EU", True, ("BEL",))
    (two,) = find_places("Korea agreed")
    assert (two.code, two.alternatives) == ("KOR", ("PRK",))


def test_adjectives_are_told_from_people():
    assert [one.adjective for one in find_places("Chilean growers and Chileans")] == [True, False]


def test_the_holder_on_the_day_counts():
    (then,) = find_places("Trump spoke", date(2018, 6, 1))
    assert (then.code, then.kind, then.in_office) == ("USA", "office", True)
    (between,) = find_places("Trump spoke", date(2022, 6, 1))
    assert not between.in_office


def test_a_name_of_two_holders_at_a_time_is_ambiguous_and_says_so():
    here = [h for h in holders() if "Tusk" in h.forms or "Donald Tusk" in h.forms]
    assert {h.code for h in here} == {"POL", "EU"}
    day = date(2016, 3, 1)
    assert codes("Donald Tusk spoke", day) == ["EU"]
    assert codes("Donald Tusk spoke", date(2010, 3, 1)) == ["POL"]
    (both,) = find_places("Donald Tusk spoke")
    assert (both.code, both.alternatives, both.ambiguous) == ("POL", ("EU",), True)


def test_an_office_is_not_read_into_another_person_of_the_name():
    day = date(2025, 6, 1)
    assert codes("Its president, Melania Trump, sat beside Mr. Trump.", day) == ["USA"]
    assert codes("Carney Meets Modi Before Trade Talks", day) == ["CAN", "IND"]


def test_terms_of_office_begin_before_they_end_and_name_a_source():
    for one in holders():
        assert one.until is None or one.since < one.until, one
        assert one.source
        assert one.office in {"head", "trade", "finance", "foreign"}
        assert one.code in labels.countries() or labels.is_group(one.code)


def test_members_of_blocs():
    assert members("EU", date(2010, 1, 1)) == labels.group("EU", date(2010, 1, 1))
    assert "IDN" not in members("BRICS", date(2024, 6, 1))
    assert "IDN" in members("BRICS")
    assert len(members("G20")) == 19
    with pytest.raises(InputError, match="AFCFTA"):
        members("AFCFTA")


def test_blocs_are_not_written_twice():
    assert not {r["group"] for r in rows("reading/blocs.csv")} & set(labels.groups())


NAMES = ["Kenya", "Uruguay", "Norway", "New Zealand", "Sri Lanka", "Viet Nam"]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_another_country_changes_only_its_code(one, other):
    text = "In May {} raised duties on Chilean wine, and {}\u2019s growers asked Ottawa for help."
    before = find_places(text.format(one, one))
    after = find_places(text.format(other, other))
    assert [m.kind for m in before] == [m.kind for m in after]
    code = labels.country(other)
    assert [m.code for m in after] == [code, "CHL", code, "CAN"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(TABLE), max_size=4), st.text(max_size=30))
def test_mentions_stand_where_they_say_in_any_text(some, noise):
    text = noise + " and ".join(r["forms"].split("|")[0] for r in some) + noise
    end = 0
    for one in find_places(text):
        assert text[one.start : one.end] == one.text
        assert one.start >= end
        end = one.end
