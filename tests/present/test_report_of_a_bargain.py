"""The report of a bargain: the order of asks is greedy, the figures are the packages' own."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from countervail.present.digits import amounts
from countervail.present.document import Document
from countervail.present.page.bargain import SHOWN, BargainFigures, bargain_page
from countervail.present.parts import Column, DocumentTable, Heading, Words
from countervail.present.sentences.language import language

ALONE = {"cars": (100.0, 300.0), "seed": (200.0, 50.0), "meal": (80.0, -40.0)}
"""USD million to Canada and to China; together they are worth their sum."""


def answer(reply: bool = True, lost: tuple[str, ...] = ("-",)) -> Document:
    """An answer as ``respond bargain`` gives it, of three concessions."""
    packages = []
    for size in range(4):
        for names in itertools.combinations(ALONE, size):
            usd = {
                party: sum(ALONE[name][k] for name in names)
                for k, party in enumerate(("CAN", "CHN"))
            }
            packages.append({"concessions": list(names), "usd": None if names == lost else usd})
    every = {"concessions": list(ALONE)}
    data: dict[str, Any] = {
        "title": "<b>Cars for canola",
        "question": "Which?",
        "concessions": [
            {
                "name": name,
                "party": "CAN" if name == "cars" else "CHN",
                "title": f"{'Canada' if name == 'cars' else 'China'} drops {name}",
            }
            for name in ALONE
        ],
        "packages": packages,
        "ideal": {"CAN": 1.0, "CHN": 1.0},
        "frontier": [list(ALONE), ["cars", "seed"]],
        "nash": every,
        "kalai_smorodinsky": {"concessions": ["cars", "seed"]},
        "reply": {"offer": ["cars"], "largest_product": every} if reply else None,
        "draws": {
            "answered": 50,
            "packages": [
                {
                    **every,
                    "chance_all_gain": 0.9,
                    "parties": {
                        party: {"usd": {"p05": 200.0, "p50": 300.0, "p95": 500.0}}
                        for party in ("CAN", "CHN")
                    },
                }
            ],
        },
        "all_gain": 6,
        "finished": True,
        "says": ["Accept the offer and ask for the rest.", "Both gain in 45 of 50 draws."],
    }
    rows = [{"concession": name, "usd": usd} for name, (usd, _) in ALONE.items()]
    table = DocumentTable((Column("concession", "c"), Column("usd", "USD", amounts())), rows)
    parts = [Words("<b>Cars for canola"), Heading(SHOWN[0]), table, Heading(SHOWN[1]), table]
    return Document(parts, data)


def test_steps_are_the_best_for_the_first_party_from_the_offer_on() -> None:
    figures = BargainFigures(language(), answer())
    assert [name for name, _ in figures.steps()] == ["The offer", "Drops seed", "Drops meal"]
    totals = [usd["CAN"] for _, usd in figures.steps()]
    assert totals == [100.0, 300.0, 380.0]
    # a step without an answer is none
    lost = BargainFigures(language(), answer(lost=("cars", "seed")))
    assert [usd["CAN"] for _, usd in lost.steps()] == [100.0, 180.0, 380.0]
    nothing = BargainFigures(language(), answer(reply=False))
    assert nothing.steps()[0] == ("No deal", {"CAN": 0.0, "CHN": 0.0})


def test_the_page_says_what_to_do_and_draws_what_it_says() -> None:
    page = bargain_page(answer(), language(), "countervail respond bargain")
    assert page.headline == "Accept the offer and ask for the rest"
    assert page.leads[0] == "Both gain in 45 of 50 draws."
    assert [chart.key for chart in page.drawn] == ["concessions", "order", "packages"]
    worth, order, packages = page.drawn
    assert worth.title == "Canada gains the most from “drops seed”, China from “drops cars”"
    assert order.title == "The first thing for Canada to ask for: drops seed"
    assert packages.title == "Both gain from 6 of 8 packages"
    assert packages.wide.body.count("<circle") == 8
    assert worth.wide.body.count("data-k=") == 6
    html = page.html()
    assert "<b>" not in html
    assert "&lt;b&gt;Cars for canola" in html


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_bargain_without_draws_or_offer_has_a_page(lang: str) -> None:
    found = answer(reply=False)
    data = {**found.data, "draws": None}
    page = bargain_page(Document(found.parts, data), language(lang))
    assert [one.spread for one in page.figures] == ["", ""]
    assert 'class="wh"' not in page.drawn[-1].wide.body
    page.html()
