"""Drafts of measures: measure files that say what is not known, and are no law.

A draft file is a measure file with a table ``[draft]`` beside: where it was read, the quotes, what
was inferred, what is missing. Keys that the text did not give are left out and listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, Field

from countervail import labels
from countervail.errors import FileError, InputError
from countervail.ledger import concordance, parties
from countervail.ledger.files import parse_measure
from countervail.ledger.in_force import LawView, targets
from countervail.ledger.ledger import Ledger
from countervail.ledger.measure import (
    Coverage,
    Day,
    Measure,
    Products,
    Share,
    Text,
    Words,
)
from countervail.text import toml as toml_files
from countervail.text.toml import TABLE

Act = Literal["lays", "lifts", "neither"]

EVENTS_FILE = "events.toml"
"""The file of a folder of drafts that has events, which are no measures."""


class _Beside(BaseModel):
    """A table that a draft file has beside those of a measure file."""

    model_config = TABLE


class Quote(_Beside):
    """Words of the text, and their place in it in characters."""

    text: Text
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]


class DraftNotes(_Beside):
    """Where a draft was read, how sure it is, and what of it is not known.

    ``law`` is what the text says of it (``in_force``, ``announced``, ``threatened``, ``offered``,
    ``removed``, ``suspended``, ``reported``); ``act`` whether it lays a measure or lifts one.
    ``missing`` are keys that the text does not give, ``inferred`` those that it does not state.
    """

    status: Literal["draft", "accepted", "skipped"]
    story: Text
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    date: Day | None = None
    law: Text
    act: Act
    confidence: Share
    rule: str = ""
    condition: str = ""
    attribution: str = ""
    needs_check: Words = ()
    inferred: Words = ()
    missing: Words = ()
    quotes: tuple[Quote, ...] = ()


class DraftProducts(Products):
    """A group of goods; ``hs`` is left out where the words stand for no heading that is known."""

    hs: Words = ()


class DraftMeasure(Measure):
    """A measure file that is a draft."""

    draft: DraftNotes
    products: Annotated[tuple[DraftProducts, ...], Field(min_length=1)]


@dataclass(frozen=True)
class DraftFile:
    """A draft, with its file.

    Attributes:
        path: of the file.
        text: of it.
        measure: what it says.
    """

    path: Path
    text: str
    measure: DraftMeasure

    @property
    def notes(self) -> DraftNotes:
        """Where it was read, and what of it is not known."""
        return self.measure.draft

    @property
    def law_text(self) -> str:
        """The file without what makes it a draft."""
        return without_draft(self.text)


def read_draft(path: str | Path) -> DraftFile:
    """Return the draft in a file.

    Raises:
        FileError: it cannot be read, or is no draft; ``path:line`` and what next.
    """
    path = Path(path)
    measure, text = toml_files.load(path, DraftMeasure)
    return DraftFile(path, text, measure)


def read_drafts(folder: str | Path) -> list[DraftFile]:
    """Return the drafts of a folder, in the order of their names; or of one file.

    Raises:
        FileError: there is no such folder, it has no drafts, or one is refused.
    """
    where = Path(folder)
    if where.suffix == ".toml" and where.is_file():
        return [read_draft(where)]
    if not where.is_dir():
        raise FileError(
            "no such folder of drafts; `countervail read STORY --draft DIR` makes one", where
        )
    files = sorted(path for path in where.glob("*.toml") if path.name != EVENTS_FILE)
    found = [read_draft(path) for path in files]
    if not found:
        raise FileError(
            "this folder has no drafts of measures (*.toml); `countervail read STORY --draft DIR` "
            "makes them",
            where,
        )
    return found


HEAD = re.compile(r"^\s*\[{1,2}\s*([A-Za-z0-9_.-]+)\s*\]{1,2}\s*(?:#.*)?$")


def without_draft(text: str) -> str:
    """Return the text of a draft file without its tables ``[draft]`` and ``[[draft.quotes]]``."""
    kept, inside = [], False
    for line in text.splitlines():
        head = HEAD.match(line)
        if head:
            inside = head[1].split(".")[0] == "draft"
        if not inside:
            kept.append(line)
    while kept and kept[0].startswith("#"):
        kept.pop(0)
    return "\n".join(kept).strip("\n") + "\n"


def marked(text: str, status: str) -> str:
    """Return the text of a draft file with another status of the draft."""
    found = re.search(r"(?m)^\s*\[draft\]", text)
    at = found.end() if found else 0
    return text[:at] + re.sub(r'(?m)^status = "\w+"', f'status = "{status}"', text[at:], count=1)


def law_of(one: DraftFile) -> Measure:
    """Return a draft as a measure.

    Raises:
        FileError: what it lacks, with the file; what to do about it.
    """
    lacks = [word for word in one.notes.missing if _still(one.measure, word)]
    try:
        return parse_measure(one.law_text, one.path)
    except FileError as error:
        said = str(error).split(": ", 1)[-1] if lacks else str(error)
        if lacks:
            raise FileError(
                f"is not complete: {'; '.join(lacks)} ({said}); edit it", one.path
            ) from None
        raise


def _still(measure: DraftMeasure, word: str) -> bool:
    """Return whether what was missing when a draft was made is missing still."""
    key = word.split(":")[0]
    if key == "products.hs":
        return any(not p.hs for p in measure.products)
    if key == "rates.in_force":
        return any(e.in_force is None and not e.never for e in measure.rates)
    if key == "rates.rate":
        return any(not e.priced and not e.ended for e in measure.rates)
    return True


@dataclass(frozen=True)
class Overlap:
    """A measure of the ledger on goods and partners that a draft speaks of.

    Attributes:
        kind: ``duplicate``: it says what the draft says; ``conflict``: it has another rate in
            dates that overlap; ``lifted``: it is what the draft lifts; ``not_priced``: it is
            recorded, and nothing prices it; ``ended``: it is not in force then.
        measure: of the ledger.
        products: its groups on the same goods.
        targets: partners of both.
        rates: per cent in force on the day, None of a ban or of what was not found.
        since: first day of the oldest of them.
        bans: whether one bans.
        reason: why it, or a quota of it, has no price; empty where it has one.
        same: of one without a price: whether it says what the draft says.
        law: whether it is in force on the day.
    """

    kind: str
    measure: Measure
    products: tuple[str, ...]
    targets: tuple[str, ...]
    rates: tuple[float | None, ...]
    since: date | None
    bans: bool
    reason: str = ""
    same: bool = False
    law: bool = True

    def __str__(self) -> str:
        if self.kind == "not_priced":
            return self._not_priced()
        shown = " and ".join("a ban" if r is None else f"{r:g} %" for r in self.rates) or "nothing"
        when = f" since {self.since}" if self.since else ""
        goods = ", ".join(self.products)
        quota = f"; its quota is not priced: {self.reason}" if self.reason else ""
        if self.kind == "duplicate":
            return f"duplicate of {self.measure.id} ({goods}: {shown}{when}){quota}"
        if self.kind == "conflict":
            return f"conflicts with {self.measure.id}, which has {shown}{when} on {goods}{quota}"
        if self.kind == "lifted":
            return f"lifts {self.measure.id}, which has {shown}{when} on {goods}{quota}"
        return f"{self.measure.id} named the same goods ({goods}) and is not in force then"

    def _not_priced(self) -> str:
        """Return a measure without a price in words, with the reason."""
        goods = ", ".join(self.products)
        shown = " and ".join("a ban" if r is None else f"{r:g} %" for r in self.rates)
        head = "duplicate of" if self.same else "beside"
        law = "" if self.law else ", not in force"
        what = f"{goods}: {shown}" if shown else goods
        why = self.reason.removesuffix(".").removesuffix("Recorded and not priced").rstrip(" .")
        return f"{head} {self.measure.id} ({what}{law}), which is recorded and not priced: {why}"


NO_DUTY = frozenset({"agreement", "negotiation", "exemption", "removal"})
"""Instruments that lay nothing: they stand beside a draft of the same kind alone."""

OVERLAPPING = 0.5
"""The part of the smaller group's subheadings from which two groups are on the same goods."""


def overlaps(one: DraftMeasure, ledger: Ledger, day: date) -> list[Overlap]:
    """Return the measures of a ledger by the same, on the same partners and goods.

    Args:
        one: the draft.
        ledger: the law.
        day: whose law counts as in force.
    """
    goods = _mask(one.products)
    if not goods.any():
        return []
    by = parties.resolve((one.implementer,), day)
    whom = parties.resolve(tuple(one.targets), day, by)
    view = ledger.at(day)
    found = list[Overlap]()
    for measure in ledger:
        if not by <= parties.resolve((measure.implementer,), day):
            continue
        both = whom & parties.resolve(tuple(measure.targets), day, by)
        groups = tuple(p.id for p in measure.products if _same_goods(goods, _mask((p,))))
        if not both or not groups:
            continue
        if measure.outside_model:
            if _alike(one, measure):
                found += _unpriced(one, measure, groups, both, view)
            continue
        entries = [
            e
            for e in view.entries
            if e.measure.id == measure.id
            and set(e.products) & set(groups)
            and set(e.targets) & both
            and e.rate.priced
        ]
        bans = any(e.rate.basis == "ban" for e in entries)
        rates = tuple(dict.fromkeys(e.rate.rate for e in entries))
        starts = [e.rate.in_force for e in entries if e.rate.in_force]
        quotas = [e.rate.quota for e in entries if e.rate.quota]
        named = tuple(p for p in groups if any(p in e.products for e in entries)) or groups
        found.append(
            Overlap(
                _kind(one, rates, bans, bool(entries)),
                measure,
                named,
                tuple(sorted(both)),
                rates,
                min(starts) if starts else None,
                bans,
                reason=next((q.not_priced for q in quotas if q.not_priced), ""),
            )
        )
    order = ("lifted", "duplicate", "conflict", "not_priced", "ended")
    return sorted(found, key=lambda o: (order.index(o.kind), o.measure.id))


def _alike(one: DraftMeasure, measure: Measure) -> bool:
    """Return whether a measure without a price can be what a draft tells of."""
    lays = measure.instrument not in NO_DUTY
    return one.instrument == measure.instrument or (lays and one.draft.act != "neither")


def _unpriced(
    one: DraftMeasure,
    measure: Measure,
    groups: tuple[str, ...],
    both: frozenset[str],
    view: LawView,
) -> Iterator[Overlap]:
    """Yield a measure that nothing prices beside a draft, with the reason.

    Args:
        one: the draft.
        measure: of the ledger, without a price.
        groups: its products on the same goods.
        both: partners of both.
        view: the law of the day.
    """
    on = view.date or one.reviewed
    written = [
        r for r in measure.rates if set(r.products) & set(groups) and targets(measure, r, on) & both
    ]
    if not written:
        return
    entries = [
        e.rate
        for e in view.entries
        if e.measure.id == measure.id and set(e.products) & set(groups) and set(e.targets) & both
    ]
    # what was threatened and never came in force is known by what it would have been
    known = entries or written
    starts = [r.in_force for r in entries if r.in_force]
    found = Overlap(
        "not_priced",
        measure,
        groups,
        tuple(sorted(both)),
        tuple(dict.fromkeys(r.rate for r in known if r.priced)),
        min(starts) if starts else None,
        any(r.basis == "ban" for r in known),
        reason=measure.outside_model or "",
        law=bool(entries),
    )
    told = bool(found.rates) or one.instrument == measure.instrument
    says = told and _kind(one, found.rates, found.bans, stands=True) == "duplicate"
    same = says and one.draft.act != "lifts" and same_goods(one, found)
    over = not entries and any(r.ended or r.never for r in written)
    yield replace(found, same=same, kind="ended" if over and not same else "not_priced")


def _kind(one: DraftMeasure, rates: Sequence[float | None], bans: bool, stands: bool) -> str:
    if not stands:
        return "ended"
    if one.draft.act == "lifts":
        return "lifted"
    mine = {e.rate for e in one.rates if e.priced}
    banned = any(e.basis == "ban" for e in one.rates)
    same = (banned and bans) or (bool(mine) and mine <= set(rates) and not banned)
    return "duplicate" if same or not (mine or banned) else "conflict"


def _mask(products: Sequence[Products]) -> concordance.Mask:
    named = np.zeros(len(concordance.codes()), dtype=np.bool_)
    for product in products:
        try:
            named |= concordance.mask(product.hs, product.except_hs)
        except InputError:
            continue  # an edited code that does not exist is said when the draft is checked
    return named


def _same_goods(a: concordance.Mask, b: concordance.Mask) -> bool:
    smaller = min(int(a.sum()), int(b.sum()))
    return bool(smaller) and int((a & b).sum()) >= OVERLAPPING * smaller


def same_goods(one: DraftMeasure, other: Overlap, *, whole: bool = False) -> bool:
    """Return whether a measure's groups are for the larger part the goods of a draft.

    Args:
        one: the draft.
        other: what the ledger has on its goods.
        whole: whether the draft may name more goods than the groups do.
    """
    goods = _mask(one.products)
    groups = _mask([other.measure.product[id] for id in other.products])
    both = int((goods & groups).sum())
    inside = both >= OVERLAPPING * int(groups.sum())
    return inside and (whole or both >= OVERLAPPING * int(goods.sum()))


def covered(measure: Measure, ledger: Ledger) -> Measure:
    """Return a measure with coverage: as a measure of the ledger has it of the same goods, or even.

    Where a measure by the same importer names the same subheadings of the same partners, its
    coverage is taken; else a group weighs in a sector as many subheadings as it names of it.

    Args:
        measure: without coverage for some of its products.
        ledger: the law.
    """
    made = list(measure.coverage)
    for product in measure.products:
        if any(table.products == product.id for table in made):
            continue
        made += _taken(measure, product, ledger) or _even(product)
    return measure.model_copy(update={"coverage": tuple(made)})


def _taken(measure: Measure, product: Products, ledger: Ledger) -> list[Coverage]:
    mine = concordance.mask(product.hs, product.except_hs)
    for other in ledger:
        same_parties = other.implementer == measure.implementer and set(measure.targets) <= set(
            other.targets
        )
        if not same_parties or other.suppressed_base or other.parts:
            continue
        for group in other.products:
            tables = [t for t in other.coverage if t.products == group.id]
            if tables and np.array_equal(mine, concordance.mask(group.hs, group.except_hs)):
                said = f"as {other.id} has it of {group.id}"
                return [t.model_copy(update={"products": product.id, "note": said}) for t in tables]
    return []


def _even(product: Products) -> list[Coverage]:
    """Return weights by the number of subheadings, the estimate of last resort."""
    named = concordance.mask(product.hs, product.except_hs)
    found = []
    for sector in concordance.sectors(product.hs, product.except_hs):
        home = concordance.positions(sector)
        part = float(named[home].sum()) / len(home)
        found.append(
            Coverage(
                products=product.id,
                sector=sector,
                weights={"*": round(part, 6)},
                basis="whole" if part == 1.0 else "equal",
                year=2022,
                source=f"{int(named[home].sum())} of the {len(home)} subheadings of {sector}",
            )
        )
    return found


def known_parties(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return which words are countries and groups the ledger knows, and which are not."""
    known: list[str] = []
    unknown: list[str] = []
    for word in words:
        is_known = word == parties.ALL or word in labels.countries() or word in labels.groups()
        (known if is_known else unknown).append(word)
    return known, unknown
