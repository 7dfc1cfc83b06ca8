"""What a text says, as a document: drafts with their quotes, what was listed and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from countervail.errors import InputError
from countervail.policy.reaching.from_text import command
from countervail.present.document import Document, plain
from countervail.present.parts import Part, Words, listed, section
from countervail.present.pieces import counted
from countervail.present.second import compared, stands, told
from countervail.reading.reader import Reading
from countervail.reading.record import as_dict
from countervail.reading.second.beside import Beside

Measure = Mapping[str, Any]

INSTRUMENTS = {
    "tariff": "tariff",
    "tariff_cut": "lower tariff",
    "quota": "quota",
    "import_ban": "import ban",
    "export_control": "export control",
    "subsidy": "subsidy",
    "agreement": "agreement or talks",
    "sanctions": "sanctions",
}
NOT_ENGLISH = (
    "This text does not look like English, and English is all that is read: do not rely on it."
)
BOUNDS = {"exact": "", "up_to": "up to ", "more_than": "more than ", "range": ""}


def document(reading: Reading, second: Beside | None = None) -> Document:
    """Return what a text says, one draft a paragraph, the quote below it.

    Args:
        reading: of the text.
        second: a second opinion, where one was asked for.
    """
    data = as_dict(reading)
    if second is not None:
        data["second"] = second.as_dict()
        for number, one in enumerate(data["measures"]):
            one["second"] = stands(second, number)
    data["goals"] = [_searched(reading.source.text, one) for one in data["goals"]]
    found = data["measures"]
    parts: list[Part] = [Words(_head(data), style="strong")]
    if not data["document"]["english"]:
        parts.append(Words(NOT_ENGLISH, apart=True))
    for number, one in enumerate(found, 1):
        parts += _draft(number, one)
    if second is not None:
        parts += compared(second, line)
    parts += _beside(data)
    parts += listed(
        "Found, and not drafted",
        [f'"{one["quote"]}" ({_place(one)}): {one["reason"]}' for one in data["listed"]],
    )
    if data["garbled"]:
        said = [
            f'"{one["text"]}" read as "{one["read_as"]}" ({_place(one)})' for one in data["garbled"]
        ]
        parts += listed("The copy is garbled: matched by what it means, nothing repaired", said)
    if data["document"]["date"] is None:
        parts.append(
            Words(
                "No date of the text is known, so weekdays and months are not worked out: --date.",
                style="quiet",
            )
        )
    return Document(parts, data, {"measures": plain([_flat(one) for one in found])})


def _head(data: Mapping[str, Any]) -> str:
    n = len(data["measures"])
    what = "1 draft of a measure" if n == 1 else f"{counted(n, 'draft')} of measures"
    return f"{what}: to be checked, none is in the ledger"


def _draft(number: int, one: Measure) -> list[Part]:
    lines = [Words(f"{number}. {line(one)}", apart=True)]
    lines.append(Words(f'   "{one["quote"]}" ({_place(one)})', style="asked"))
    beside = [
        f"{name} {value}"
        for name, value in (
            ("if:", one["condition"]),
            ("says:", one["attribution"]),
            ("firm:", one["firm"]),
            ("exempt:", " ".join(one["exempt"])),
        )
        if value
    ]
    if beside:
        lines.append(Words("   " + "; ".join(beside)))
    lines.append(Words("   " + _sure(one), style="quiet"))
    if one.get("second"):
        lines.append(Words("   " + told(one["second"]), style="quiet"))
    return list(lines)


def line(one: Measure) -> str:
    """Return a measure on one line: who on whom, what, on which goods, where it stands."""
    goods = ", ".join(_product(p) for p in one["products"]) or "all goods"
    rate = f" {_rate(one['rate'])}" if one["rate"] else ""
    volume = f", {one['volume']['value']:,} {one['volume']['unit']}" if one["volume"] else ""
    dates = "".join(f", {key.replace('_', ' ')} {day}" for key, day in one["dates"].items())
    named = one.get("named", one)
    left, right = " and ".join(named["implementer"]) or "unknown", " ".join(named["targets"])
    kind, status = INSTRUMENTS[one["instrument"]], one["status"].replace("_", " ")
    return f"{left} on {right}: {kind}{rate} on {goods}{volume}; {status}{dates}"


def _product(product: Measure) -> str:
    codes = " ".join(product["hs"])
    return f"{product['text']} (HS {codes})" if codes else f"{product['text']} (no heading known)"


def _rate(rate: Measure) -> str:
    unit = {"percent": "%", "pp": " points"}.get(rate["unit"], " " + rate["unit"])
    top = f" to {rate['value_max']:g}" if "value_max" in rate else ""
    old = f" (from {rate['from']:g}{unit})" if "from" in rate else ""
    extra = " more" if rate["basis"] == "additional" else ""
    return f"{BOUNDS[rate['bound']]}{rate['value']:g}{top}{unit}{extra}{old}"


def _place(one: Measure) -> str:
    return f"characters {one['start']} to {one['end']}"


def _sure(one: Measure) -> str:
    own, first = one["support"], one["support"]["unprepared"]
    known = (
        f"drafts like this were right in {first['right']} of {first['cases']} cases of texts "
        f"nobody prepared it for, in {own['right']} of {own['cases']} test cases"
    )
    check = f"; check {', '.join(one['needs_check'])}" if one["needs_check"] else ""
    return f"confidence {one['confidence']:.2f}: {known}{check}"


def _searched(text: str, goal: Measure) -> dict[str, Any]:
    """Return a goal with the command that searches what it takes, or why there is none."""
    try:
        return {**goal, "command": command(text, goal), "no_command": None}
    except InputError as error:
        return {**goal, "command": None, "no_command": str(error)}


def _beside(data: Mapping[str, Any]) -> list[Part]:
    """Return goals, claims and events between countries, one a line."""
    parts: list[Part] = []
    for key, title in (
        ("goals", "Goals"),
        ("claims", "Claims"),
        ("relations", "Between countries"),
    ):
        said = [
            f'"{one["quote"]}" ({_place(one)})'
            + (f"; what it takes: {one['command']}" if one.get("command") else "")
            for one in data[key]
        ]
        parts += section(title, *[Words(line) for line in said]) if said else []
    return parts


def _flat(one: Measure) -> dict[str, Any]:
    rate = one["rate"] or {}
    return {
        "implementer": " ".join(one["named"]["implementer"]),
        "targets": " ".join(one["named"]["targets"]),
        "instrument": one["instrument"],
        "products": "; ".join(p["text"] for p in one["products"]),
        "hs": " ".join(code for p in one["products"] for code in p["hs"]),
        "rate": rate.get("value"),
        "unit": rate.get("unit"),
        "bound": rate.get("bound"),
        "status": one["status"],
        **{key: one["dates"].get(key) for key in ("announced", "in_force", "removed", "expires")},
        "condition": one["condition"],
        "firm": one["firm"],
        "quote": one["quote"],
        "start": one["start"],
        "end": one["end"],
        "confidence": one["confidence"],
        "needs_check": " ".join(one["needs_check"]),
    }
