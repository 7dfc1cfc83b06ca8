"""Goods by weight: what is stated stands, goods come from the text, other goods change nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from countervail.reading.draft import STATED
from countervail.reading.lain import said, texts, weigh_goods
from countervail.reading.load import from_text
from countervail.reading.reader import first_reading, read_source
from countervail.reading.record import as_dict

TEXTS = [
    json.loads(line)
    for line in (Path(__file__).parent / "labelled.jsonl").read_text("utf-8").splitlines()
]


def test_stated_goods_stand_and_others_are_words_of_the_text() -> None:
    for row in TEXTS[30:55]:
        told = first_reading(from_text(row["text"], date.fromisoformat(row["doc_date"])))
        before = [(d, texts(d.products), said(d)) for d in told.story.drafts]
        weigh_goods(told.story.drafts, told.scenes)
        for d, had, was_said in before:
            if was_said or d.listed:
                assert texts(d.products) == had
            for g in d.products:
                assert row["text"][g.start : g.end].lower() == g.text.lower()


@pytest.mark.parametrize("goods", ["onions", "cotton yarn", "cement"])
def test_goods_of_the_talk_are_those_of_the_duty(goods: str) -> None:
    text = (
        f"Most {goods} sold in Colombo come from India, and since Friday they have carried a 20% "
        "duty, Sri Lanka's finance ministry said."
    )
    (one,) = as_dict(read_source(from_text(text, date(2023, 9, 14))))["measures"]
    assert [p["text"] for p in one["products"]] == [goods]
    assert one["how"]["products"] != STATED
    assert "products" in one["needs_check"]
