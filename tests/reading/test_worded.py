"""Words by weight: chances are chances, what only words tell is drafted, what is certain stands."""

from __future__ import annotations

from datetime import date
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countervail.reading.load import from_text
from countervail.reading.reader import first_reading, read_source
from countervail.reading.weights import weights as of_part
from countervail.reading.worded import drafts, instruments, statuses
from countervail.reading.worded.chances import chances, weights
from countervail.reading.worded.drafts import NONE
from countervail.reading.worded.symbols import stem, symbols, when

ON = date(2024, 5, 14)
KINDS = ("stretches", "statuses")


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_chances_are_chances_whatever_the_facts(kind: str, data: st.DataObject) -> None:
    names, known = weights(kind)
    some = st.lists(st.sampled_from([*sorted(known)[::40], "no such fact"]), max_size=30)
    found = chances(kind, dict.fromkeys(data.draw(some), 1.0))
    assert tuple(found) == names
    assert isclose(sum(found.values()), 1.0)
    assert min(found.values()) >= 0.0


def test_what_words_can_tell_has_weights_where_it_is_chosen() -> None:
    assert NONE in weights("stretches")[0]
    assert of_part(instruments.PART)["words"] > 0.0
    assert of_part(statuses.PART)["words"] > 0.0


def test_a_sentence_is_symbols_of_what_tables_know() -> None:
    told = first_reading(from_text("Kenya banned rice from Ghana on May 20, 2024.", ON))
    found = symbols(told.scenes[0])
    assert found.count("<place>") == 2
    assert {"<goods>", "<ahead>", "ban"} <= set(found)
    assert len(found) == len(told.scenes[0].s.tokens)


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("banned", "ban"),
        ("bans", "ban"),
        ("levies", "levy"),
        ("levied", "levy"),
        ("lifting", "lift"),
    ],
)
def test_words_of_one_root_are_one(word: str, root: str) -> None:
    assert stem(word) == stem(root) == root


def test_a_day_is_compared_as_precisely_as_it_is_told() -> None:
    assert [when(day, "2024-05-14") for day in ("2024", "2024-06", "2024-05-13", "")] == [
        "that day",
        "ahead",
        "before",
        "some day",
    ]


@pytest.mark.parametrize(
    ("text", "instrument"),
    [
        (
            "Raw cashews will not be let out of Benin after April, the trade minister said.",
            "export_control",
        ),
        ("Fruit drinks and yarn may no longer cross into Kenya from Uganda.", "import_ban"),
    ],
)
def test_what_no_verb_of_a_table_tells_is_drafted(text: str, instrument: str) -> None:
    (one,) = read_source(from_text(text, ON)).measures
    assert one.instrument == instrument
    assert text[one.start : one.end]


def test_a_year_in_the_name_of_a_law_is_no_date() -> None:
    text = "Kenya will levy a 10% duty on rice from Ghana under section 22 of the 1974 Trade Act."
    (one,) = read_source(from_text(text, ON)).measures
    assert one.status == "announced"
    assert not any(day.startswith("1974") for day in one.dates.values())


@pytest.mark.parametrize("rest", ["", " and Togo"])
def test_each_rate_of_a_sentence_has_the_partner_behind_it(rest: str) -> None:
    text = (
        "Kenya set duties on shoes on Friday: 16.5% on those from Ghana, 10% for the Ugandan ones "
        f"and 8% on goods from Norway{rest}."
    )
    found = {d.rate.value: d.targets for d in read_source(from_text(text, ON)).measures if d.rate}
    last = ("NOR", "TGO") if rest else ("NOR",)
    assert found == {16.5: ("GHA",), 10.0: ("UGA",), 8.0: last}


def test_words_that_leave_no_doubt_are_a_draft_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chance of none that rounds to nothing is no division by it."""

    def surely(_: str, __: object) -> dict[str, float]:
        return {NONE: 0.0, "export_control": 1.0}

    monkeypatch.setattr(drafts, "chances", surely)
    text = "Raw cashews will not be let out of Benin after April, the trade minister said."
    every = first_reading(from_text(text, ON)).story.drafts
    found = [d for d in every if d.rule == "unseen.words"]
    assert found
    assert all(0.0 < d.margin < float("inf") for d in found)
