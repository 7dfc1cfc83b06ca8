"""The draft follows the words: other countries, rates and goods give the same draft of those."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from countervail.reading.load import from_text
from countervail.reading.reader import read_source
from countervail.reading.record import as_dict

ON = date(2026, 5, 20)

FRAMES = (
    "{A} imposed a {R}% duty on {G} from {B}.",
    "{A} will raise its tariff on {G} from {B} to {R}% next year, the trade ministry said.",
    "A {R}% tariff on {G} from {B} was introduced by {A} last month.",
    "{A} threatened to put a {R}% tariff on {G} from {B}.",
    "{A} has scrapped its {R}% duty on {G} from {B}.",
    "{A} suspended a {R}% levy on {G} from {B} for six months.",
    "{A} would drop its {R}% duty on {G} from {B} if talks succeed.",
    "{A} kept its {R}% duty on {G} from {B}.",
)
WANTED = (
    ("tariff", "in_force"),
    ("tariff", "announced"),
    ("tariff", "in_force"),
    ("tariff", "threatened"),
    ("tariff", "removed"),
    ("tariff", "suspended"),
    ("tariff", "offered"),
    ("tariff", "in_force"),
)
PLACES = (
    ("Peru", "PER", "Ghana", "GHA"),
    ("New Zealand", "NZL", "Morocco", "MAR"),
    ("Vietnam", "VNM", "the European Union", "EU"),
)
RATES = (("7.5", 7.5), ("110", 110), ("18", 18))
GOODS = (("cement", "2523"), ("apples", "0808"), ("steel", "72"))


def read(text: str) -> list[dict[str, Any]]:
    return list(as_dict(read_source(from_text(text, ON)))["measures"])


@pytest.mark.parametrize(("frame", "wanted"), list(zip(FRAMES, WANTED, strict=True)))
def test_the_draft_follows_the_words(frame: str, wanted: tuple[str, str]) -> None:
    for a, a_code, b, b_code in PLACES:
        for said, rate in RATES:
            for goods, heading in GOODS:
                (one,) = read(frame.format(A=a, B=b, R=said, G=goods))
                assert (one["implementer"], one["targets"]) == ([a_code], [b_code])
                assert (one["instrument"], one["status"]) == wanted
                assert one["rate"]["value"] == rate
                assert [p["text"] for p in one["products"]] == [goods]
                assert any(h.startswith(heading) for h in one["products"][0]["hs"])


def test_dates_move_with_the_day_of_the_document() -> None:
    text = "Peru will tax cement from Ghana at 9% from Monday."
    (early,) = as_dict(read_source(from_text(text, date(2026, 5, 20))))["measures"]
    (late,) = as_dict(read_source(from_text(text, date(2026, 5, 27))))["measures"]
    assert early["dates"]["in_force"] == "2026-05-25"
    assert late["dates"]["in_force"] == "2026-06-01"


def test_order_of_sentences_of_other_parties_does_not_matter() -> None:
    one = "Peru imposed a 9% duty on cement from Ghana."
    two = "Norway banned imports of Danish pork."
    key = lambda m: (m["implementer"], m["targets"], m["instrument"], m["status"])  # noqa: E731
    assert sorted(map(key, read(f"{one} {two}"))) == sorted(map(key, read(f"{two} {one}")))
