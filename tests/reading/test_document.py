"""What is read, as a document: on the screen, as JSON, as a table."""

from __future__ import annotations

import json

import pytest
from rich.console import Console

from countervail.present.read import document
from countervail.reading.opened import read
from countervail.reading.record import as_dict

STORY = (
    "Kenya will impose a 25% duty on wheat flour from Uganda from July 1. "
    "Kampala would drop its ban on Kenyan eggs if Nairobi reopened the border. "
    "Farmers urged Kenya to scrap its levy on milk."
)


def shown(text: str, day: str | None = "2026-05-20") -> str:
    console = Console(width=400, record=True, file=None, force_terminal=False)
    with console.capture() as caught:
        console.print(document(read(text, day)))
    return caught.get()


def test_the_screen_has_drafts_quotes_and_what_was_left_out() -> None:
    said = shown(STORY)
    assert "2 drafts of measures" in said
    assert "1. KEN on UGA: tariff 25% on wheat flour (HS 1101); announced" in said
    assert '"Kampala would drop its ban on Kenyan eggs" (characters 69 to 110)' in said
    assert "if: if Nairobi reopened the border" in said
    assert "asked for by somebody" in said


def test_text_is_never_markup() -> None:
    assert "[red]" in shown("Peru banned imports of [red] Chilean wine.")


def test_json_and_table_hold_the_same_drafts() -> None:
    made = document(read(STORY, "2026-05-20"))
    data = json.loads(made.json())
    assert [m["status"] for m in data["measures"]] == ["announced", "offered"]
    assert data["listed"][0]["status"] == "demanded"
    (sheet,) = made.csv().values()
    assert sheet.count("\n") == 3
    assert "KEN,UGA,tariff,wheat flour" in sheet


def test_a_text_without_a_date_says_so() -> None:
    assert "No date of the text is known" in shown("Peru banned imports of Chilean wine.", None)


def test_the_date_at_the_head_of_a_text_is_its_date() -> None:
    text = "LIMA, May 20, 2026 - Peru banned imports of Chilean wine on Tuesday, citing moths."
    found = read(text)
    assert str(found.source.date) == "2026-05-20"
    assert "No date of the text is known" not in shown(text, None)
    assert [[one.text for one in draft.products] for draft in found.measures] == [["wine"]]


def test_garbled_copy_is_said_and_its_quotes_are_the_text() -> None:
    text = (
        "Canberra and Jakarta restarted commerce talks on Monday after a freeze on commerce talks. "
        "A commerce deal with the Chinese language commerce ministry is not planned."
    )
    found = read(text, "2026-05-20")
    assert found.garbled
    assert "The copy is garbled" in shown(text)
    for one in found.measures:
        assert text[one.start : one.end].strip()


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (
            "Le gouvernement a annonce mardi des droits de douane de 25 % sur l'acier de Chine "
            "a compter du 15 octobre, en plus des surtaxes sur les voitures et sur le bois, et dit "
            "que d'autres suivraient.",
            False,
        ),
        (
            "The government announced on Tuesday a duty of 25 % on steel from China, to be charged "
            "from October 15 in addition to the surtaxes on cars and on wood, and said that others "
            "would follow.",
            True,
        ),
    ],
)
def test_a_text_in_another_language_says_so(text: str, english: bool) -> None:
    reading = read(text, "2024-09-10")
    assert as_dict(reading)["document"]["english"] is english
    assert ("does not look like English" in document(reading).markdown()) is not english
