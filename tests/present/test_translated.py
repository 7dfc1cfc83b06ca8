"""Sentences of answers in another language: places, lists, what stays in English and says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import countervail
from countervail.present.document import Document
from countervail.present.page.plain import plain_page
from countervail.present.page.report import marked
from countervail.present.parts import Heading, Words
from countervail.present.sentences.language import Language, language
from countervail.present.sentences.run import law_said
from countervail.present.sentences.translated import PLACE, AsItStands

FRENCH = language("fr")
SOURCE = Path(countervail.__file__).parent


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("over −99", "plus de −99"),
        ("none → +75.8 %", "rien → +75,8\u00a0%"),
        ("0.274 (published, 2024)", "0,274 (publié, 2024)"),
        ("at home +1,622, ROW +4", "chez soi +1\u202f622, ROW +4"),
        ("canola-seed Canola seed", "canola-seed Graines de canola"),
        (
            "In force for longer than that on 2026-01-12: a-1 (2024-10-01), b (2024-10-22). The "
            "horizon counts from 2026-01-12, as if all that changed had come on it.",
            "En vigueur depuis plus longtemps que cela le 12 janvier 2026\u00a0: a-1 (2024-10-01) "
            "et b (2024-10-22). L’horizon se compte à partir du 12 janvier 2026, comme si tout ce "
            "qui a changé était venu ce jour-là.",
        ),
        (
            "goods: 'pwrk' names none that is known; did you mean 'pork'?; give their HS codes",
            "produits\u00a0: «\u00a0pwrk\u00a0» n’en nomme aucun de connu\u00a0; vouliez-vous dire "
            "«\u00a0porc\u00a0»\u00a0?\u00a0; donnez leurs codes SH",
        ),
        (
            "goods: 'pwrk' names none that is known; give their HS codes",
            "produits\u00a0: «\u00a0pwrk\u00a0» n’en nomme aucun de connu\u00a0; "
            "donnez leurs codes SH",
        ),
    ],
)
def test_what_is_known_is_said_in_the_language(said: str, expected: str) -> None:
    found = FRENCH.told(said)
    assert found == expected
    assert not isinstance(found, AsItStands)


@pytest.mark.parametrize(
    "said",
    [
        "China: whisky duty halved (announced with the UK)",
        "SOR/2024-187 as amended by SOR/2024-202",
        "Nobody stands still. But this sentence is of nowhere.",
    ],
)
def test_what_is_not_known_stays_whole_and_says_so(said: str) -> None:
    found = FRENCH.told(said)
    assert found == said
    assert isinstance(found, AsItStands)
    assert not isinstance(language("en").told(said), AsItStands)
    assert not isinstance(FRENCH.told("CAN>CHN"), AsItStands), "a code is of no language"


def test_a_page_marks_what_is_in_english_and_text_stays_text() -> None:
    law = "A <b>measure</b> that is of nowhere"
    document = Document(
        [Heading("Check it yourself"), Words("Nobody stands still."), Words(law)], {}
    )
    page = plain_page(document, "x", FRENCH).html()
    assert "Personne ne reste immobile." in page
    said = marked("{matter}: {reason}", matter=FRENCH.told(law), reason="<i>")
    assert (
        said == '<span lang="en">A &lt;b&gt;measure&lt;/b&gt; that is of nowhere</span>: &lt;i&gt;'
    )


@pytest.mark.parametrize("lang", [language("fr")], ids=["fr"])
def test_every_pattern_is_of_something_that_is_said(lang: Language) -> None:
    """A sentence that was changed leaves its pattern behind: its words are then nowhere."""
    files = [p for kind in ("*.py", "*.toml") for p in SOURCE.rglob(kind)]
    own = "languages"
    text = "\n".join(p.read_text("utf-8") for p in files if own not in p.parts)
    text = re.sub(r'"\s*\n\s*f?"', "", text).replace("\\n", " ").replace("-", "−")
    for known, said in lang.data["told"].items():
        assert set(PLACE.findall(said)) <= set(PLACE.findall(known)), known
        parts = [one for part in PLACE.split(known)[::2] for one in re.split(r"[;:,.] |\.$", part)]
        longest = [p.strip().replace("-", "−") for p in sorted(parts, key=len)[-3:]]
        assert any(one in text for one in longest), (known, longest)


@pytest.mark.parametrize(
    ("law", "said"),
    [
        ("5.9 % in all", "5,9 % en tout"),
        ("up to 15 %", "jusqu’à 15 %"),
        ("+0 %, above the quota +50 %", "+0 %, hors contingent +50 %"),
        ("ended", "rien"),
    ],
)
def test_a_rate_of_law_is_said_in_the_language(law: str, said: str) -> None:
    assert law_said(FRENCH, law) == said
    assert law_said(language("en"), law) == law.replace("ended", "none")


def test_goods_with_a_name_of_their_own_are_found_as_the_ledger_writes_them() -> None:
    assert FRENCH.product("US steel") == "acier américain"
    assert FRENCH.product("Canola seed") == "graines de canola"
