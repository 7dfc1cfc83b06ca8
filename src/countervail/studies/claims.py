"""Claims of a text held against the world's table: ranks, shares, reliance.

Trade is two-way, goods and services at producer prices, in the year of the table; the rest of the
world is no partner with a rank. A group is its members together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from countervail import labels
from countervail.core.model import Array
from countervail.errors import InputError
from countervail.reading.places import find_places
from countervail.world import World

CONFIRMED, REFUTED, NOT_CHECKED = "confirmed", "refuted", "not checked"

REST = "ROW"

MOST = 0.5
"""The part of a country's exports or imports from which it is reliant on who has it."""

NEAR_POINTS = 0.02
NEAR_PART = 0.1
"""How far a share may be from the table's, in points or in parts of it, and be confirmed."""

PARTS = {
    "half": 0.5,
    "a third": 1 / 3,
    "a quarter": 0.25,
    "two-thirds": 2 / 3,
    "two thirds": 2 / 3,
    "three-quarters": 0.75,
    "three quarters": 0.75,
    "a fifth": 0.2,
    "a tenth": 0.1,
}
BUYERS = frozenset({"buyer", "customer", "market", "export_market"})
SELLERS = frozenset({"supplier", "source"})

OF_WHAT = re.compile(r"\s+(?:of|for)\s+([^.,;:!?()\n]{1,60})")
ALL_GOODS = frozenset(
    ("goods", "products", "merchandise", "exports", "imports", "trade", "services", "shipments")
)
TIMES = frozenset(("years", "decades", "months", "centuries", "now", "long"))
"""Words behind "supplier of", "market for" that name no good: all of them, or how long."""


@dataclass(frozen=True)
class CheckedClaim:
    """A claim, and what the world's table says of it.

    Attributes:
        claim: as read.
        verdict: ``confirmed``, ``refuted`` or ``not checked``.
        said: in a sentence, with the number.
        numbers: it rests on, by name: ranks, and shares as parts of one.
    """

    claim: Mapping[str, Any]
    verdict: str
    said: str
    numbers: Mapping[str, float] = field(default_factory=dict)


class _Unclear(Exception):
    """Why a claim is not checked."""


def check_claims(
    text: str, claims: Sequence[Mapping[str, Any]], world: World
) -> list[CheckedClaim]:
    """Return claims with what the world's table says of each.

    Args:
        text: that was read.
        claims: of it.
        world: whose table is asked.
    """
    books = _Books(world)
    found = []
    for claim in claims:
        try:
            verdict, said, numbers = _checked(text, claim, books)
        except _Unclear as why:
            verdict, said, numbers = NOT_CHECKED, str(why), {}
        found.append(CheckedClaim(claim, verdict, said, numbers))
    return found


Found = tuple[str, str, dict[str, float]]


def _checked(text: str, claim: Mapping[str, Any], books: _Books) -> Found:
    """Return verdict, sentence and numbers.

    Raises:
        _Unclear: the claim does not say enough, or the table does not hold it.
    """
    relation = claim["relation"]
    if relation == "trading_partner_rank":
        return _partner(claim, books)
    if relation == "economy_rank":
        return _economy(claim, books)
    if relation == "reliance":
        return _reliance(claim, books)
    if relation.startswith("share_of_"):
        return _share(text, claim, books)
    kind = relation.removeprefix("largest_")
    if kind in BUYERS | SELLERS:
        good = _one_good(text, claim["end"])
        if good:
            raise _Unclear(f"the table has all goods together, not '{good}' by itself")
        return _side(claim, books, "exports" if kind in BUYERS else "imports")
    raise _Unclear(f"the table does not tell who is the largest {kind.replace('_', ' ')} of goods")


def _one_good(text: str, end: int) -> str:
    """Return the good that a rank is claimed for ("supplier of chicken"); empty where it is all."""
    behind = OF_WHAT.match(text, end)
    if behind is None:
        return ""
    words = behind[1].split()[:5]
    if ALL_GOODS.union(TIMES).intersection(word.lower() for word in words):
        return ""
    if any(not place.adjective for place in find_places(" ".join(words), None)):
        return ""
    return words[0] if words[0].islower() else " ".join(words[:2])


class _Books:
    """Trade of a world: exports[i, n] of i to n, nothing at home."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.exports: Array = world.trade.sum(axis=2)
        np.fill_diagonal(self.exports, 0.0)
        self.year = world.year
        self.place = {code: k for k, code in enumerate(world.countries)}

    def members(self, code: str | None) -> list[int]:
        """Return the places of a country or of a group's members.

        Raises:
            _Unclear: it is not named, or not in the world.
        """
        if code is None:
            raise _Unclear("it does not say of whom")
        try:
            found = [self.place[c] for c in labels.expand(code) if c in self.place]
        except InputError:
            found = []
        if not found:
            raise _Unclear(f"{code} is no country of this world")
        return found

    def ranked(self, amounts: Array, who: Sequence[int]) -> tuple[int, Array]:
        """Return the rank of some countries together among all others, and the order of others.

        Args:
            amounts: by country.
            who: their places.
        """
        alone = [k for k in range(len(amounts)) if k not in who and k != self.place.get(REST)]
        mine = amounts[list(who)].sum()
        return 1 + int((amounts[alone] > mine).sum()), np.array(
            sorted(alone, key=lambda k: -amounts[k])
        )


def _partner(claim: Mapping[str, Any], books: _Books) -> Found:
    home, who = books.members(claim["object"]), books.members(claim["subject"])
    both = books.exports[home].sum(axis=0) + books.exports[:, home].sum(axis=1)
    both[home] = 0.0
    rank, others = books.ranked(both, who)
    share = float(both[who].sum() / both.sum())
    numbers = {"rank": float(rank), "share_of_trade": share}
    said = (
        f"{claim['subject']} is number {rank} of {claim['object']}'s trading partners, "
        f"with {_percent(share)} of its trade in {books.year}"
    )
    right = rank == claim["rank"]
    if claim.get("after") and right and rank > 1:
        before = books.members(claim["after"])
        right = int(others[rank - 2]) in before
        said += f"; before it is {books.world.countries[int(others[rank - 2])]}"
    elif not right and len(others) >= claim["rank"]:
        said += f"; number {claim['rank']} is {_holder(claim, books, others, rank)}"
    return _verdict(right), said, numbers


def _holder(claim: Mapping[str, Any], books: _Books, others: Array, rank: int) -> str:
    """Return who holds the rank that was claimed: the order of others skips the one claimed."""
    place = claim["rank"] - 1 if claim["rank"] < rank else claim["rank"] - 2
    return books.world.countries[int(others[max(place, 0)])]


def _side(claim: Mapping[str, Any], books: _Books, flow: str) -> Found:
    home, who = books.members(claim["object"]), books.members(claim["subject"])
    sums = (
        books.exports[home].sum(axis=0) if flow == "exports" else books.exports[:, home].sum(axis=1)
    )
    sums[home] = 0.0
    rank, others = books.ranked(sums, who)
    share = float(sums[who].sum() / sums.sum())
    word = "buyer" if flow == "exports" else "supplier"
    said = (
        f"{claim['subject']} is {claim['object']}'s number {rank} {word}, "
        f"with {_percent(share)} of its {flow} in {books.year}"
    )
    if rank != claim["rank"]:
        said += f"; number {claim['rank']} is {_holder(claim, books, others, rank)}"
    return _verdict(rank == claim["rank"]), said, {"rank": float(rank), f"share_of_{flow}": share}


def _economy(claim: Mapping[str, Any], books: _Books) -> Found:
    who = books.members(claim["subject"])
    made = books.world.accounts.value_added.copy()
    rank, others = books.ranked(made, who)
    share = float(made[who].sum() / made.sum())
    said = (
        f"{claim['subject']} is the world's number {rank} economy, with {_percent(share)} of its "
        f"value added in {books.year}, at that year's exchange rates"
    )
    if rank != claim["rank"]:
        said += f"; number {claim['rank']} is {_holder(claim, books, others, rank)}"
    return _verdict(rank == claim["rank"]), said, {"rank": float(rank), "share": share}


def _reliance(claim: Mapping[str, Any], books: _Books) -> Found:
    home = books.members(claim["subject"])
    out, back = books.exports[home].sum(axis=0), books.exports[:, home].sum(axis=1)
    out[home] = back[home] = 0.0
    if claim["object"] is None:
        both = out + back
        both[[k for c, k in books.place.items() if c == REST]] = 0.0
        who = [int(np.argmax(both))]
    else:
        who = books.members(claim["object"])
    name = claim["object"] or books.world.countries[who[0]]
    shares = {
        "share_of_exports": float(out[who].sum() / out.sum()),
        "share_of_imports": float(back[who].sum() / back.sum()),
    }
    said = (
        f"{name} takes {_percent(shares['share_of_exports'])} of {claim['subject']}'s exports and "
        f"has {_percent(shares['share_of_imports'])} of its imports in {books.year} (reliant: more "
        f"than {_percent(MOST)} of either)"
    )
    return _verdict(max(shares.values()) > MOST), said, shares


def _share(text: str, claim: Mapping[str, Any], books: _Books) -> Found:
    relation = claim["relation"].removeprefix("share_of_")
    who = books.members(claim["subject"])
    if claim["object"]:
        raise _Unclear(f"the table has no '{claim['object']}' by itself")
    told = _part(claim["value"])
    if relation in {"world_exports", "world_imports"}:
        axis = 1 if relation == "world_exports" else 0
        sums = books.exports.sum(axis=axis)
        share, of = float(sums[who].sum() / sums.sum()), f"the world's {relation[6:]}"
    elif relation in {"exports", "imports", "trade"}:
        owner = _owner(text, claim)
        home = books.members(owner)
        out, back = books.exports[home].sum(axis=0), books.exports[:, home].sum(axis=1)
        sums = {"exports": out, "imports": back, "trade": out + back}[relation]
        sums[home] = 0.0
        share, of = float(sums[who].sum() / sums.sum()), f"{owner}'s {relation}"
    else:
        raise _Unclear(f"the table does not tell shares of {relation.replace('_', ' ')}")
    near = abs(share - told) <= max(NEAR_POINTS, NEAR_PART * share)
    said = (
        f"{claim['subject']} has {_percent(share)} of {of} in {books.year}, against the "
        f"{_percent(told)} claimed"
    )
    return _verdict(near), said, {"share": share, "claimed": told}


def _owner(text: str, claim: Mapping[str, Any]) -> str | None:
    """Return whose exports or imports are meant: a country named beside the subject."""
    quote = text[claim["start"] : claim["end"] + 1]
    others = [p.code for p in find_places(quote, None) if p.code != claim["subject"]]
    if re.search(r"\bof (?:its|their)\b", quote) or not others:
        return None
    return others[-1]


def _part(words: str) -> float:
    """Return a share as a part of one.

    Raises:
        _Unclear: the words are not known.
    """
    known = " ".join(words.lower().split())
    if known in PARTS:
        return PARTS[known]
    number = re.match(r"\d+(?:\.\d+)?", known)
    if number is None:
        raise _Unclear(f"how much '{words}' is")
    return float(number[0]) / 100.0


def _verdict(right: bool) -> str:
    return CONFIRMED if right else REFUTED


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.095 else f"{100 * share:.1f} %"
