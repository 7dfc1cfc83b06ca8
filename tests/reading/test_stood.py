"""Status by weight: what is settled stands, no other name or product changes it, days do."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from countervail.reading.load import from_text
from countervail.reading.reader import first_reading, read_source
from countervail.reading.record import as_dict
from countervail.reading.stood import STATUSES, candidates, weigh_statuses, weighed

ON = date(2023, 9, 14)
TEXTS = [
    json.loads(line)
    for line in (Path(__file__).parent / "labelled.jsonl").read_text("utf-8").splitlines()
]


def test_what_the_words_settle_stands() -> None:
    for row in TEXTS[40:60]:
        told = first_reading(from_text(row["text"], date.fromisoformat(row["doc_date"])))
        before = [(d, d.status, weighed(d)) for d in told.story.drafts]
        weigh_statuses(told.story.drafts, told.scenes, told.on)
        for d, status, free in before:
            assert d.status == status or (free and d.status in STATUSES)


def test_each_status_has_the_facts_as_its_own() -> None:
    able = candidates({"since said": 1.0})
    assert [name for name, _ in able] == list(STATUSES)
    assert [facts for _, facts in able] == [{f"{name}: since said": 1.0} for name in STATUSES]


@pytest.mark.parametrize("status", STATUSES)
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
        ("Kenya set a 20% duty on cement from Norway and postponed it for a year.", "suspended"),
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
def test_certain_words_are_taken_before_any_weight(text: str, status: str) -> None:
    (one,) = as_dict(read_source(from_text(text, ON)))["measures"]
    assert one["status"] == status


STORIES = {
    "in_force": "Since last year {G} from {A} has been turned away at the ports of {B}.",
    "announced": "Under the plan, {B} would see {G} from {A} bear 25% from January.",
    "threatened": "{B} could turn away {G} from {A} at its ports.",
    "offered": "{B} is ready to let in {G} from {A} again if {A} relents.",
    "removed": "{G} from {A} may again enter {B}, the ministry said.",
    "suspended": "{B} has put off until May turning away {G} from {A}.",
}
