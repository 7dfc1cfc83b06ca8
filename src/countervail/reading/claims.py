"""Claims about trade that a world can confirm or refute: ranks, shares, reliance."""

from __future__ import annotations

import re
from typing import Any

from countervail.reading.frames import Scene, subject_of

RANKS = {
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "no. 1": 1,
    "no. 2": 2,
    "no. 3": 3,
    "no. 4": 4,
}
RANK = re.compile(
    r"(?P<rank>(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)[\s-]+)?(?:largest|biggest|most\s+important|top|main|leading)\s+"
    r"(?P<what>trad(?:e|ing)\s+partner|buyer|customer|market|supplier|export\s+market|source|economy|exporter|importer|producer)"
    r"|(?P<no>no\.\s*\d+)\s+(?P<what2>trad(?:e|ing)\s+partner|buyer|market|supplier|economy|exporter)",
    re.IGNORECASE,
)
RELY = re.compile(
    r"\b(?:reliant|dependent|relies|rely|relied|depends|depended|dependence|reliance)\s+(?:heavily\s+)?on\b",
    re.IGNORECASE,
)
SHARE = re.compile(
    r"\baccounts?\s+for\s+(?:about\s+|around\s+|roughly\s+|nearly\s+|almost\s+|more\s+than\s+)?(?P<part>\d+(?:\.\d+)?\s*(?:%|per\s?cent)|a\s+third|a\s+quarter|half|two[\s-]thirds|three[\s-]quarters|a\s+fifth|a\s+tenth)\s+of\s+"
    r"(?P<of>(?:global|world|the\s+world's|its|their|[A-Z]\w+(?:'s)?)\s+)?(?P<goods>[\w\s-]{0,40}?)\b(?P<flow>exports?|imports?|trade|supply|output|production)\b",
    re.IGNORECASE,
)


def find_claims(sc: Scene) -> list[dict[str, Any]]:
    """Return the claims of a sentence."""
    s = sc.s
    made = [" "] * (s.end - s.start)
    for t in s.tokens:
        made[t.start - s.start : t.end - s.start] = t.text
    text = "".join(made)
    found = [
        *(_rank(sc, m) for m in RANK.finditer(text)),
        *(_reliance(sc, m) for m in RELY.finditer(text)),
    ]
    found += [_share(sc, m) for m in SHARE.finditer(text)]
    return [one for one in found if one is not None and one["subject"]]


def _clause_of(sc: Scene, at: int) -> int:
    here = [
        n
        for n, c in enumerate(sc.clauses)
        if sc.s.tokens[min(c.lo, len(sc.s.tokens) - 1)].start <= at
    ]
    return here[-1] if here else 0


def _rank(sc: Scene, m: re.Match[str]) -> dict[str, Any] | None:
    s = sc.s
    at = s.start + m.start()
    what = " ".join((m["what"] or m["what2"]).lower().split())
    rank = (
        int(re.sub(r"\D", "", m["no"]))
        if m["no"]
        else RANKS.get((m["rank"] or "").strip(" -").lower(), 1)
    )
    owners = [r for r in sc.roles if r.place.it.end <= at and at - r.place.it.end <= 30]
    after = [r for r in sc.roles if 0 <= r.place.it.start - (s.start + m.end()) <= 25]
    n = _clause_of(sc, at)
    who = subject_of(sc, n)
    end = s.start + m.end()
    if "economy" in what:
        if not re.search(
            r"world's?\s*$|world\s*$", s.words(0, len(s.tokens))
        ) and "world" not in s.words(0, len(s.tokens)):
            return None
        near = [r for r in sc.roles if at - r.place.it.end < 60 and r.place.it.end <= at]
        subject = near[-1].code if near else (who.codes[0] if who.codes else None)
        return {
            "subject": subject,
            "relation": "economy_rank",
            "rank": rank,
            "object": "WLD",
            "start": at,
            "end": end,
        }
    owner = (
        owners[-1]
        if (owners and s.low(owners[-1].place.hi) in {"'s", "'"})
        or (owners and owners[-1].place.it.adjective)
        else None
    )
    target = (
        owner.code
        if owner
        else next((r.code for r in after if s.low(r.place.lo - 1) in {"for", "of", "to"}), None)
    )
    if target is None and who.codes and s.has(0, len(s.tokens), {"its"}):
        target = next((c for c in sc.story.actors if c not in who.codes), None)
    subject = next((code for code in who.codes if code != target), None)
    if subject is None:
        others = [r for r in sc.roles if r.code != target and r.place.it.end <= at]
        subject = others[-1].code if others else None
    behind = next(
        (
            r.code
            for r in after
            if s.low(r.place.lo - 1) in {"after", "the"} and r.code not in {target, subject}
        ),
        None,
    )
    relation = {
        "trading partner": "trading_partner_rank",
        "trade partner": "trading_partner_rank",
    }.get(what, "largest_" + what.replace(" ", "_"))
    start = min([at, *(r.place.it.start for r in (owners[-1:] if owner else []))])
    if who.cue and who.cue[0] < start and start - who.cue[0] < 40:
        start = who.cue[0]
    if behind:
        end = max(end, next(r.place.it.end for r in after if r.code == behind))
    return {
        "subject": subject,
        "relation": relation,
        "rank": rank,
        "object": target,
        "after": behind,
        "start": start,
        "end": end,
    }


def _reliance(sc: Scene, m: re.Match[str]) -> dict[str, Any] | None:
    s = sc.s
    at, end = s.start + m.start(), s.start + m.end()
    n = _clause_of(sc, at)
    who = subject_of(sc, n)
    after = [r for r in sc.roles if 0 <= r.place.it.start - end <= 40]
    codes = who.codes or sc.story.actors
    last = end
    for t in s.tokens:
        if t.start < end:
            continue
        if t.low in {".", ",", ";", '"', "—", "–"}:
            break
        last = t.end
    target = next((r.code for r in after if r.code not in codes), None)
    return {
        "subject": codes[0] if codes else None,
        "relation": "reliance",
        "object": target,
        "start": at,
        "end": last,
    }


def _share(sc: Scene, m: re.Match[str]) -> dict[str, Any] | None:
    s = sc.s
    at, end = s.start + m.start(), s.start + m.end()
    who = subject_of(sc, _clause_of(sc, at))
    of = (m["of"] or "").strip().lower()
    scope = "world_" if of in {"global", "world", "the world's"} else ""
    flow = m["flow"].lower().rstrip("s") + (
        "s" if m["flow"].lower().startswith(("export", "import")) else ""
    )
    start = who.cue[0] if who.cue and 0 <= at - who.cue[0] < 60 else at
    return {
        "subject": who.codes[0] if who.codes else None,
        "relation": f"share_of_{scope}{flow}",
        "object": " ".join(m["goods"].split()) or None,
        "value": " ".join(m["part"].split()),
        "start": start,
        "end": end,
    }
