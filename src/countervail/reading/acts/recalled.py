"""What a draft takes from words before it: their grain, the same rate, growers in Tunisia."""

from __future__ import annotations

import re

from countervail.reading.draft import CARRIED, INFERRED, Draft
from countervail.reading.frames import Scene
from countervail.reading.roles import FIRMS, Role

SAME = re.compile(
    r"\b(?:the same|an? (?:equal|identical|equivalent|matching|similar)) "
    r"(?:rate|rates|duty|tariff|levy|percentage|level|amount|figure|surcharge)\b",
    re.IGNORECASE,
)
EACH = re.compile(r"\b(?:every|each|all|any) (?:shipment|cargo|tonne|consignment|ton)s?\b")
POSSESSIVE = frozenset({"its", "their", "his", "her"})
PEOPLE = FIRMS | {
    *("growers", "farmers", "makers", "producers", "millers", "ranchers", "miners", "fishermen"),
    *("brewers", "distillers", "winemakers", "exporters", "suppliers", "steelmakers", "carmakers"),
}
ON_PARTNERS = frozenset({"tariff", "tariff_cut", "import_ban", "quota"})


def look_back(sc: Scene, d: Draft) -> None:
    """Complete a draft by words that look back."""
    if d.listed:
        return
    if d.rate is None and SAME.search(_text(sc, d)):
        _same_rate(sc, d)
    if d.instrument == "tariff" and not d.targets and not d.products and EACH.search(_text(sc, d)):
        _on_exports(sc, d)
    if not d.targets and d.instrument == "sanctions" and len(sc.found) > 1:
        near = [x for x in sc.found if x is not d and x.implementer == d.implementer and x.targets]
        if near:
            d.targets, d.how["targets"] = near[-1].targets, CARRIED
    if not d.targets and d.instrument in ON_PARTNERS:
        _whose_goods(sc, d)
    if not d.targets and d.instrument in ON_PARTNERS:
        _whose_makers(sc, d)


def _text(sc: Scene, d: Draft) -> str:
    words = [t.low for t in sc.s.tokens if d.start <= t.start < d.end]
    return " ".join(words)


def _on_exports(sc: Scene, d: Draft) -> None:
    """Make a duty on every shipment one on exports, where exports were spoken of just before."""
    last = sc.story.last
    if (
        last is not None
        and last.instrument == "export_control"
        and last.implementer == d.implementer
        and d.sentence - last.sentence <= 1
    ):
        d.instrument, d.taxed = "export_control", True
        d.products, d.how["products"] = list(last.products), CARRIED


def _same_rate(sc: Scene, d: Draft) -> None:
    """Give a draft the rate told last."""
    earlier = [x for x in sc.found if x is not d]
    for one in [*reversed(earlier), *reversed(sc.story.drafts)]:
        if one.rate is not None and one.start < d.start and not one.listed:
            d.rate, d.basis, d.how["rate"] = one.rate, one.basis, CARRIED
            d.cue["rate"] = (d.start, d.end)
            return


def _whose_goods(sc: Scene, d: Draft) -> None:
    """Give a draft on "their grain" those who were named before."""
    s = sc.s
    first = min((g.start for g in d.products), default=-1)
    at = next((k for k, t in enumerate(s.tokens) if t.start == first), -1)
    if at < 0:
        return
    owner = next((k for k in range(at - 1, max(at - 4, -1), -1) if s.low(k) in POSSESSIVE), -1)
    if owner < 0:
        return
    before = [r.code for r in sc.roles if r.place.hi <= owner and r.code not in d.implementer]
    before = before or [c for c in sc.story.places if c not in d.implementer]
    if before:
        d.targets, d.how["targets"] = (before[-1],), INFERRED


def _whose_makers(sc: Scene, d: Draft) -> None:
    """Give a draft in a sentence on the makers of one other country that country."""
    found = [r for r in sc.roles if r.code not in d.implementer and _of_makers(sc, r)]
    if len({r.code for r in found}) == 1 and d.products:
        d.targets, d.how["targets"] = (found[0].code,), INFERRED


def _of_makers(sc: Scene, r: Role) -> bool:
    s = sc.s
    if r.place.it.adjective:
        return s.has(r.place.hi, min(r.place.hi + 3, len(s.tokens)), PEOPLE)
    return r.what in {"in", "origin"} and s.has(max(r.place.lo - 3, 0), r.place.lo, PEOPLE)
