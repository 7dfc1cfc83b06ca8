"""Draft measures as files of the ledger's form: what a text gives, and what it does not."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from countervail.clock import today
from countervail.ledger.drafted import known_parties
from countervail.reading.reader import Reading
from countervail.reading.record import as_dict

Measure = Mapping[str, Any]

INSTRUMENTS = {
    "tariff": "tariff",
    "tariff_cut": "tariff",
    "quota": "import_quota",
    "import_ban": "import_ban",
    "export_control": "export_control",
    "agreement": "agreement",
}
"""Instruments of a text that the ledger has, and its words for them."""

LIFTS = frozenset({"removed", "suspended", "offered"})
"""What a text says of a measure that stands, which would end with it."""

WHOLE = "01-97"
"""All goods, in chapters."""

ALL_GOODS = frozenset(
    f"{every}{what}" for every in ("", "all ") for what in ("goods", "imports", "products")
)
"""Words of a text that stand for every good."""

HEAD = (
    "# A draft, read from a text: no law. What the text does not give is left out and listed",
    "# under [draft]; fill it in here. The table [draft] is taken away when it is accepted.",
)
LIST_SOURCE = "the words of the text, by the table of wordings of trade news"
NO_ACT = "the act is not named in the text"


class DraftText(NamedTuple):
    """The file of a draft.

    Attributes:
        id: its name without the ending.
        text: of the file.
    """

    id: str
    text: str


class Undrafted(NamedTuple):
    """A measure of a text that the ledger has no form for.

    Attributes:
        quote: its words.
        why: in a sentence.
    """

    quote: str
    why: str


def draft_files(
    reading: Reading, taken: Collection[str] = ()
) -> tuple[list[DraftText], list[Undrafted]]:
    """Return the drafts of a text as files, and what the ledger has no form for.

    Args:
        reading: what the text says.
        taken: ids that are the ledger's.
    """
    data = as_dict(reading)
    made: list[DraftText] = []
    left: list[Undrafted] = []
    used = set(taken)
    for one in data["measures"]:
        if one["instrument"] not in INSTRUMENTS:
            why = f"the ledger has no {one['instrument'].replace('_', ' ')}"
            left.append(Undrafted(one["quote"], why))
            continue
        known, unknown = known_parties(one["named"]["implementer"])
        if not known:
            named = " ".join(unknown) or "none"
            why = f"who takes it is no country or group of the ledger ({named})"
            left.append(Undrafted(one["quote"], why))
            continue
        # what two agree on is one instrument of both
        for by in known[:1] if one["instrument"] == "agreement" else known:
            file = _Draft(one, by, data["document"], used)
            if not file.targets:
                left.append(Undrafted(one["quote"], f"no partner but {by} itself is named"))
                continue
            made.append(DraftText(file.id, file.text()))
            used.add(file.id)
    return made, left


class _Draft:
    """A draft on its way to a file: keys, and what is inferred or missing."""

    def __init__(self, one: Measure, by: str, document: Measure, used: Collection[str]) -> None:
        self.one, self.by, self.document = one, by, document
        self.inferred: list[str] = []
        self.missing: list[str] = []
        known, unknown = known_parties(one["named"]["targets"])
        self.targets = [word for word in known if word != by] or known_parties(
            [word for word in one["named"]["implementer"] if word != by]
        )[0]
        if unknown:
            self.missing.append(f"targets: {' '.join(unknown)} is no group of the ledger")
        self.products = list(self._products())
        self.lifts = one["status"] in LIFTS and one["instrument"] != "agreement"
        if one["instrument"] == "tariff_cut" and one["status"] != "offered":
            self.lifts = self.lifts and one["rate"] is None
        self.id = self._id(used)

    def _id(self, used: Collection[str]) -> str:
        goods = self.products[0]["id"].replace("_", "-") if self.products else "goods"
        kind = "lifting" if self.lifts else self.one["instrument"].replace("_", "-")
        words = [self.by, self.targets[0] if self.targets else "none", goods, kind]
        year = (self._date() or "")[:4]
        name = "-".join(re.sub(r"[^a-z0-9]+", "-", w.lower()).strip("-") for w in words if w)
        whole = f"{name}-{year}" if year else name
        found, n = whole, 1
        while found in used:
            n += 1
            found = f"{whole}-{n}"
        return found

    def _date(self) -> str | None:
        known: str | None = self.document["date"]
        return known

    def _products(self) -> Iterator[dict[str, Any]]:
        named = [p for p in self.one["products"] if p["text"].strip()]
        if not named or all(_plain(p["text"]).lower() in ALL_GOODS for p in named):
            yield {"id": "all_goods", "name": "all goods", "hs": [WHOLE]}
            return
        seen: set[str] = set()
        for k, product in enumerate(named, 1):
            words = re.sub(r"[^a-z0-9]+", "_", product["text"].lower()).strip("_")
            id = words if re.match(r"[a-z]", words) and len(words) <= 40 else f"goods_{k}"
            id = re.sub(r"_+", "_", id)
            if id in seen:
                continue
            seen.add(id)
            if not product["hs"]:
                self.missing.append(f"products.hs: no heading is known for '{product['text']}'")
            if product["how"] != "stated":
                self.inferred.append(f"products.{id}: the words are in no table")
            if product["alternatives"]:
                others = ", ".join(_flat(product["alternatives"]))
                self.inferred.append(f"products.{id}: the words can also mean {others}")
            yield {"id": id, "name": product["text"], "hs": [_code(h) for h in product["hs"]]}

    def text(self) -> str:
        """Return the file."""
        one = self.one
        rates = self._rates()
        head = [
            ("id", self.id),
            ("title", self._title()),
            ("implementer", self.by),
            ("targets", self.targets),
            ("instrument", "removal" if self.lifts else INSTRUMENTS[one["instrument"]]),
            ("reviewed", _day(self._date()) or today()),
            ("confidence", "low"),
        ]
        outside = self._outside()
        if outside:
            head.append(("outside_model", outside))
        if one["condition"]:
            head.append(("conditions", [_plain(one["condition"])]))
        if one["exempt"]:
            head.append(("exemptions", [f"exempt: {code}" for code in one["exempt"]]))
        source = self.document["name"] or "a text"
        lines = [
            *HEAD,
            *table_lines(head),
            "",
            "[authority]",
            *table_lines([("name", f"Reported in {source}: {NO_ACT}")]),
        ]
        for product in self.products:
            keys = [("id", product["id"]), ("name", product["name"])]
            keys += [("hs", product["hs"])] if product["hs"] else []
            keys += [("list_source", LIST_SOURCE)]
            lines += ["", "[[products]]", *table_lines(keys)]
        lines += ["", "[[rates]]", *rates]
        lines += ["", "[draft]", *self._notes(source)]
        quote = [("text", one["quote"]), ("start", one["start"]), ("end", one["end"])]
        lines += ["", "[[draft.quotes]]", *table_lines(quote)]
        return "\n".join(lines) + "\n"

    def _title(self) -> str:
        goods = ", ".join(p["name"] for p in self.products)
        what = self.one["instrument"].replace("_", " ")
        rate = self.one["rate"]
        much = f" of {rate['value']:g} {rate['unit']}" if rate else ""
        verb = "Lifting of the " if self.lifts else ""
        what = "tariff" if self.lifts and what == "tariff cut" else what
        kind = f"{verb}{what}{much} on {goods}, as reported"
        return kind[0].upper() + kind[1:]

    def _outside(self) -> str:
        kind = self.one["instrument"]
        if kind == "agreement":
            return "an agreement as such changes no duty: its measures are priced one by one"
        if kind == "export_control" and self.one["rate"] is not None:
            return "a duty on exports is not modelled"
        return ""

    def _rates(self) -> list[str]:
        one, dates = self.one, self.one["dates"]
        keys: list[tuple[str, Any]] = [("products", [p["id"] for p in self.products])]
        begins = dates.get("removed" if self.lifts else "in_force") or dates.get("in_force")
        told = dates.get("announced") or min(
            (day for day in (self._date(), begins) if day), default=None
        )
        if dates.get("announced") is None and told is not None:
            self.inferred.append("rates.announced: the latest day on which it was known")
        if told is None:
            self.missing.append("rates.announced: neither it nor the day of the text is known")
            keys += [("announced", today())]
            self.inferred.append("rates.announced: the day the text was read")
        else:
            keys += _dated("announced", told)
        if begins is None:
            self.missing.append("rates.in_force: the text names no first day")
        else:
            keys += _dated("in_force", begins)
        keys += [("ended", True)] if self.lifts else self._size()
        if dates.get("expires") and not self.lifts:
            ends = _day(dates["expires"])
            keys += [("expires", ends), ("on_expiry", "ends")] if ends else []
            if len(dates["expires"]) < 10:
                self.inferred.append(f"rates.expires: the text says {dates['expires']}")
        note = f'The text says: "{_plain(one["quote"])}"'
        if one["attribution"]:
            note += f" ({_plain(one['attribution'])})"
        keys += [("note", note)]
        name = self.document["name"] or "a text"
        reference = {
            "title": f"{name}, characters {one['start']} to {one['end']}",
            "publisher": "not named: a text that was read",
        }
        if self._date():
            reference["date"] = str(self._date())
        inline = ", ".join(f"{key} = {_value(value)}" for key, value in reference.items())
        return [*table_lines(keys), f"reference = {{ {inline} }}"]

    def _size(self) -> list[tuple[str, Any]]:
        one, rate = self.one, self.one["rate"]
        kind = one["instrument"]
        if kind == "import_ban" or (kind == "export_control" and rate is None):
            if kind == "export_control":
                self.inferred.append("rates.basis: a control is taken as a ban; it may license")
            return [("basis", "ban")]
        if kind == "agreement":
            return []
        if kind == "quota":
            volume = one["volume"]
            said = f"{volume['value']:,} {volume['unit']}" if volume else "the text names no volume"
            self.missing.append(f"rates.quota: {said}; what a unit is worth is not in the text")
        if rate is None:
            self.missing.append("rates.rate: the text names no rate")
            return []
        if rate["unit"] not in {"percent", "pp"}:
            self.missing.append(
                f"rates.rate: the text says {rate['value']:g} {rate['unit']}, no per cent"
            )
            return []
        if rate["bound"] != "exact":
            self.inferred.append(f"rates.rate: the text says {rate['bound'].replace('_', ' ')}")
        moved = kind == "tariff_cut" or (rate["basis"] == "level" and "from" in rate)
        basis = "replacing" if moved and rate["unit"] == "percent" else "additional"
        if rate["basis"] != "additional":
            self.inferred.append(f"rates.basis: not stated, taken as {basis}")
        keys: list[tuple[str, Any]] = [("rate", float(rate["value"]))]
        if rate.get("value_max") is not None:
            keys += [("rate_range", [float(rate["value"]), float(rate["value_max"])])]
        return [*keys, ("basis", basis)]

    def _notes(self, source: str) -> list[str]:
        one = self.one
        how = [f"{key}: {word}" for key, word in one["how"].items() if word != "stated"]
        act = "neither" if one["instrument"] == "agreement" else "lifts" if self.lifts else "lays"
        keys: list[tuple[str, Any]] = [
            ("status", "draft"),
            ("story", source),
            ("sha256", self.document["sha256"]),
        ]
        on = _day(self._date())
        keys += [("date", on)] if on else []
        keys += [
            ("law", one["status"]),
            ("act", act),
            ("confidence", round(float(one["confidence"]), 4)),
            ("rule", one["rule"]),
            ("condition", _plain(one["condition"] or "")),
            ("attribution", _plain(one["attribution"] or "")),
            ("needs_check", list(one["needs_check"])),
            ("inferred", [*how, *self.inferred]),
            ("missing", self.missing),
        ]
        return table_lines(keys)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _flat(codes: Sequence[Any]) -> list[str]:
    return [_code(c) if isinstance(c, str) else " ".join(map(_code, c)) for c in codes]


def _code(digits: str) -> str:
    digits = digits.replace(".", "")
    return f"{digits[:4]}.{digits[4:]}" if len(digits) == 6 else digits


def _day(written: str | None) -> date | None:
    """Return a day, the first of a month or a year."""
    if not written:
        return None
    parts = [int(p) for p in written.split("-")]
    return date(*[*parts, 1, 1][:3])


def _dated(key: str, written: str) -> list[tuple[str, Any]]:
    precision = {4: "year", 7: "month"}.get(len(written))
    keys: list[tuple[str, Any]] = [(key, _day(written))]
    return keys + ([(f"{key}_precision", precision)] if precision else [])


def table_lines(keys: Sequence[tuple[str, Any]]) -> list[str]:
    """Return the keys of a TOML table, a line each."""
    return [f"{key} = {_value(value)}" for key, value in keys]


def _value(value: Any) -> str:
    """Return a value as TOML; text with every control character escaped."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        text = value.encode("utf-8", "replace").decode("utf-8")
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
