"""The grid of labelled sentences: read from its file, and held against what reading makes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Want:
    """A measure that a text says."""

    implementer: frozenset[str]
    targets: frozenset[str]
    instrument: str
    products: tuple[str, ...]
    rate: str
    status: str
    dates: dict[str, str]
    optional: bool


@dataclass(frozen=True)
class Case:
    """A text of the grid."""

    name: str
    on: date
    text: str
    wants: list[Want] = field(default_factory=list)


def cases(*names: str) -> list[Case]:
    """Return the texts of the grid."""
    found: list[Case] = []
    for path in sorted(HERE.glob("grid*.txt")) if not names else [HERE / n for n in names]:
        for block in re.split(r"^== ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            head, *rest = block.splitlines()
            day, _, name = head.partition(" ")
            text = "\n".join(x for x in rest if not x.startswith((">", "?", "#"))).strip()
            wants = [_want(x) for x in rest if x.startswith((">", "?"))]
            found.append(
                Case(f"{path.stem}: {name} ({len(found)})", date.fromisoformat(day), text, wants)
            )
    return found


def _codes(said: str) -> frozenset[str]:
    return frozenset(x.strip() for x in said.split(",") if x.strip())


def _want(line: str) -> Want:
    parties, instrument, goods, rate, status, *dates = [x.strip() for x in line[1:].split(";")]
    left, right = parties.split("->")
    told = dict(x.split() for x in dates)
    products = tuple(x.strip() for x in goods.split(",") if x.strip())
    return Want(
        _codes(left), _codes(right), instrument, products, rate, status, told, line.startswith("?")
    )


def right(want: Want, got: dict[str, Any]) -> list[str]:
    """Return the fields of a draft that are not as wanted."""
    wrong = []
    if frozenset(got["implementer"]) != want.implementer:
        wrong.append("implementer")
    if frozenset(got["targets"]) != want.targets:
        wrong.append("targets")
    if got["instrument"] != want.instrument:
        wrong.append("instrument")
    if not _goods(want.products, _named(got["products"])):
        wrong.append("products")
    if _rate(got["rate"]) != _plain(want.rate):
        wrong.append("rate")
    if got["status"] != want.status:
        wrong.append("status")
    wrong += [
        f"dates.{k}"
        for k, v in want.dates.items()
        if not str(got["dates"].get(k, "")).startswith(v)
    ]
    return wrong


EVERYTHING = re.compile(r"(?:all|any|every)\b.*\b(?:goods|imports|exports|products)", re.IGNORECASE)


def _named(products: list[dict[str, Any]]) -> list[str]:
    """Return the goods of a draft that are not simply everything."""
    said = [p["text"].lower() for p in products if p["hs"] != ["ALL"]]
    return [text for text in said if not EVERYTHING.fullmatch(text)]


def _goods(want: tuple[str, ...], got: list[str]) -> bool:
    if not want or not got:
        return not want and not got
    return all(any(_alike(a.lower(), b) for b in got) for a in want) and all(
        any(_alike(a.lower(), b) for a in want) for b in got
    )


def _alike(one: str, other: str) -> bool:
    return one in other or other in one


def _plain(said: str) -> str:
    return re.sub(r"^[\d.]+>", "", said)


def _rate(rate: dict[str, Any] | None) -> str:
    if rate is None:
        return "-"
    sign = {"up_to": "<=", "more_than": ">="}.get(rate["bound"], "")
    unit = "" if rate["unit"] == "percent" else " " + rate["unit"]
    top = f"..{rate['value_max']:g}" if "value_max" in rate else ""
    return f"{sign}{rate['value']:g}{top}{unit}"


def compare(case: Case, got: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """Return how many measures of a text are right in every field, and what is wrong."""
    left, said, whole = list(got), [], 0
    wants = sorted(case.wants, key=lambda w: w.optional)
    pairs = sorted(
        ((len(right(w, g)), n, m) for n, w in enumerate(wants) for m, g in enumerate(got)),
        key=lambda p: p[0],
    )
    used_w: set[int] = set()
    used_g: set[int] = set()
    for wrong, n, m in pairs:
        if n in used_w or m in used_g or wrong > 4:
            continue
        used_w.add(n)
        used_g.add(m)
        if not wrong:
            whole += not wants[n].optional
        elif not wants[n].optional:
            said.append(f"{right(wants[n], got[m])}")
    said += ["missed" for n, w in enumerate(wants) if n not in used_w and not w.optional]
    said += ["false: " + got[m]["quote"][:60] for m in range(len(left)) if m not in used_g]
    return whole, said
