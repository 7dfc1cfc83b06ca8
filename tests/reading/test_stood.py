"""Words that tell for certain how far a measure has come; no other name or product changes it."""

from __future__ import annotations

from datetime import date

import pytest

from countervail.reading.load import from_text
from countervail.reading.reader import read_source
from countervail.reading.record import as_dict

ON = date(2023, 9, 14)

STORIES = {
    "in_force": "Since last year {G} from {A} has been turned away at the ports of {B}.",
    "announced": "Under the plan, {B} would see {G} from {A} bear 25% from January.",
    "threatened": "{B} could turn away {G} from {A} at its ports.",
    "offered": "{B} is ready to let in {G} from {A} again if {A} relents.",
    "removed": "{G} from {A} may again enter {B}, the ministry said.",
    "suspended": "{B} has put off until May turning away {G} from {A}.",
}


@pytest.mark.parametrize("status", STORIES)
def test_other_names_leave_the_status(status: str) -> None:
    story = STORIES[status]
    told = [
        [
            m["status"]
            for m in as_dict(read_source(from_text(story.format(A=a, B=b, G=g), ON)))["measures"]
        ]
        for a, b, g in (("Peru", "Ghana", "cement"), ("Kenya", "Norway", "cotton yarn"))
    ]
    assert told == [[status], [status]]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Chile fixed a duty of 12% on rice from Peru - and put the lot off.", "suspended"),
        ("The Kenyan ban on rice from Ghana ran out on Friday.", "removed"),
        ("Kenya put off lifting its ban on rice from Ghana.", "in_force"),
        ("Kenya postponed its census and set a 20% duty on rice from Ghana.", "in_force"),
        ("A pact with Chile foresees a 5,000-tonne cheese quota at 4% for Norway.", "announced"),
        (
            "Norway's 12% duty on cheese from Chile will go if Santiago certifies its plants.",
            "offered",
        ),
        ("Norway's 12% duty on cheese from Chile went up on Friday.", "in_force"),
    ],
)
def test_certain_words_are_taken(text: str, status: str) -> None:
    (one,) = as_dict(read_source(from_text(text, ON)))["measures"]
    assert one["status"] == status
