"""Parties by weight: what is stated stands, other names change nothing, no one strikes itself."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from countervail.reading.draft import CARRIED, INFERRED
from countervail.reading.load import from_text
from countervail.reading.parties.weighed import weigh_parties
from countervail.reading.reader import first_reading, read_source
from countervail.reading.record import as_dict
from countervail.reading.weights import weights, worth

ON = date(2023, 9, 14)
TEXTS = [
    json.loads(line)
    for line in (Path(__file__).parent / "labelled.jsonl").read_text("utf-8").splitlines()
]

STORIES = (
    "{A} and {B} have quarrelled over fish since spring. On Monday the trade ministry in {CA} put "
    "25% on cement, and glass will pay 10% from October.",
    "{B} put a 12% duty on rice from {A} in June. {CA} answered on Tuesday: cotton yarn will be "
    "charged 20% from October.",
)


def measures(text: str) -> list[dict[str, Any]]:
    return list(as_dict(read_source(from_text(text, ON)))["measures"])


@pytest.mark.parametrize("story", STORIES)
def test_other_names_give_other_parties_and_nothing_else(story: str) -> None:
    names = (
        ("Peru", "Lima", "PER", "Ghana", "GHA"),
        ("Kenya", "Nairobi", "KEN", "Norway", "NOR"),
        ("Norway", "Oslo", "NOR", "Peru", "PER"),
    )
    told = []
    for a, capital, code, b, other in names:
        plain = {code: "A", other: "B", "ALL": "ALL"}
        found = measures(story.format(A=a, B=b, CA=capital))
        told.append(
            [
                (
                    [plain[c] for c in m["implementer"]],
                    [plain[c] for c in m["targets"]],
                    m["rate"] and m["rate"]["value"],
                    m["status"],
                )
                for m in found
            ]
        )
    assert told[0] == told[1] == told[2]
    assert len(told[0]) == 2
    assert told[0][-1][0] == ["A"]


def test_agreements_are_left_and_nobody_strikes_itself() -> None:
    for row in TEXTS[:30]:
        told = first_reading(from_text(row["text"], date.fromisoformat(row["doc_date"])))
        before = [(d, d.implementer, d.targets) for d in told.story.drafts]
        weigh_parties(told.story, told.scenes)
        for d, taker, struck in before:
            if d.listed or d.instrument == "agreement":
                assert (d.implementer, d.targets) == (taker, struck)
                continue
            if set(d.implementer) != set(taker):
                assert d.how["implementer"] in {CARRIED, INFERRED}
            if set(d.targets) != set(struck):
                assert d.how["targets"] in {CARRIED, INFERRED}
            assert not set(d.implementer) & set(d.targets)


def test_worth_is_the_sum_of_the_weights_of_known_facts() -> None:
    known = weights("taker")
    name = max(known, key=lambda fact: known[fact])
    assert known[name] > 0
    assert worth("taker", {name: 2.0, "no such fact": 9.0}) == pytest.approx(2 * known[name])
