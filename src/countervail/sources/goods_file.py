"""A table of goods of your own (CSV): one number or word a row, beside what it is about.

The head is ``good,field,exporter,importer,value``. A field is a property of the good (``name``,
``hs``, ``sector``, ``second``, ``class``, ``theta``, ``supply``, ``basis``, ``low``, ``high``,
``year``, ``source``), with no countries beside it, or a kind of flow: ``pair``, ``exports``,
``imports``, ``home``, ``makes``, ``buys`` in USD million at basic prices of the world's year,
``of_imports`` and ``of_exports`` as fractions, ``tariff`` and ``own_duty`` as rates, ``duty_known``
as the part of a pair's trade that ``own_duty`` is known of. A good without a basis has ``matrix``
where it has pairs, ``totals`` where it has none.

``trade`` is the path, beside this table, of a file of trade by product (``sources/baci.py``): the
pairs are those of the good's codes in it. ``duty 120750`` is the rate of a code (of two to six
digits) on a seller, or on all where none is named; with trade by code it makes ``own_duty``, the
mean of the rates known weighted by the pair's trade, and ``duty_known``. A good of the package with
a ``trade`` and no sector is that good with this trade.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from countervail.errors import FileError, InputError, did_you_mean
from countervail.sources.baci import ELSEWHERE, ProductTrade, read_baci
from countervail.world.goods import (
    BASES,
    KINDS,
    Flow,
    Good,
    codes_of,
    goods_named,
    table_of_goods,
)

HEAD = ("good", "field", "exporter", "importer", "value")
WORDS = ("name", "sector", "second", "class", "basis", "year", "source", "hs", "trade")
NUMBERS = ("theta", "supply", "low", "high")
SHARES = {"of_imports": "importer", "of_exports": "exporter"}
"""Flows that are shares, and whose trade they are shares of."""

PARTS = (*SHARES, "duty_known", "mfn_known")
"""Flows that are at most 1."""

MOST_ROWS = 2_000_000
DUTY = "duty "
"""Begins a field that is the duty of a code."""

ALL_KNOWN = 1.0 - 1e-9
"""Of a pair's trade, what is all of it."""


ALL = 1.0 + 1e-9
"""Of shares of one country's trade, the most they may sum to."""


class CodeDuty(NamedTuple):
    """The duty of a code of HS: on a seller, or on all where none is named.

    Attributes:
        code: digits, two to six.
        exporter, importer: codes; an empty exporter is everybody.
        rate: a fraction.
    """

    code: str
    exporter: str
    importer: str
    rate: float


def goods_from(words: Sequence[str | Path | Good]) -> list[Good]:
    """Return goods by code, name or file of a table of goods, in their order.

    Raises:
        InputError: an unknown good, with the nearest.
        FileError: a file that cannot be read as a table of goods.
    """
    found: list[Good] = []
    for word in words:
        if isinstance(word, Good):
            found.append(word)
        elif str(word).endswith(".csv"):
            found += read_goods(word)
        else:
            found += goods_named([str(word)])
    return found


def read_goods(path: str | Path) -> list[Good]:
    """Return the goods of a table (CSV), in its order.

    Raises:
        FileError: missing, no such table, a row that is not one, or a good that cannot be.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            head = tuple(word.strip() for word in next(rows, []))
            if head != HEAD:
                raise FileError(f"the head of a table of goods is {','.join(HEAD)}", path, 1)
            made = _gathered(rows, path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        said = getattr(error, "strerror", None) or error
        raise FileError(f"cannot be read ({said})", path) from error
    if not made:
        raise FileError("names no good", path)
    _with_trade(made, path)
    return [_good(code, about, path) for code, about in made.items()]


def _gathered(rows: Any, path: Path) -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    said: dict[tuple[str, ...], int] = {}
    for line, row in enumerate(rows, 2):
        if not any(word.strip() for word in row):
            continue
        if len(row) != len(HEAD) or line > MOST_ROWS:
            raise FileError(f"a row has {len(HEAD)} columns, {','.join(HEAD)}", path, line)
        code, field, exporter, importer, value = (word.strip() for word in row)
        about = made.setdefault(code, {"flows": [], "duties": []})
        before = said.setdefault((code, field, exporter, importer), line)
        if before != line:
            raise FileError(f"{field} of good '{code}' stands in line {before} already", path, line)
        if field.startswith(DUTY):
            about["duties"].append(_code_duty(field, exporter, importer, value, path, line))
        elif field in KINDS:
            about["flows"].append(_flow(field, exporter, importer, value, path, line))
        elif field in WORDS:
            about[field] = value
        elif field in NUMBERS:
            about[field] = _number(value, path, line)
        else:
            hint = did_you_mean(field, (*KINDS, *WORDS, *NUMBERS, "duty 120750"))
            raise FileError(f"no field '{field}' of a good{hint}", path, line)
    return made


def _flow(kind: str, exporter: str, importer: str, value: str, path: Path, line: int) -> Flow:
    given = {name for name, code in (("exporter", exporter), ("importer", importer)) if code}
    if given != set(KINDS[kind]):
        raise FileError(f"{kind} needs {' and '.join(KINDS[kind])} and no other", path, line)
    number = _number(value, path, line)
    if number < 0 and kind not in ("tariff", "own_duty", "mfn_duty"):
        raise FileError(f"{kind} of {number:g} is no amount", path, line)
    if kind in PARTS and number > 1:
        raise FileError(f"{kind} of {number:g} is no part of trade: 0 to 1", path, line)
    return Flow(kind, exporter, importer, number)


def _code_duty(
    field: str, exporter: str, importer: str, value: str, path: Path, line: int
) -> CodeDuty:
    code = field.removeprefix(DUTY).strip().replace(".", "")
    if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 6):
        raise FileError(
            f"'{field}' is the duty of no code of HS; write such as duty 120750", path, line
        )
    if not importer:
        raise FileError(f"{field} needs importer; exporter is everybody if empty", path, line)
    return CodeDuty(code, exporter, importer, _number(value, path, line))


def _with_trade(made: dict[str, dict[str, Any]], path: Path) -> None:
    """Add the pairs and duties that files of trade by product give, to goods that name one.

    Raises:
        FileError: a file of trade cannot be read or has none of a good; a good with a file has no
            codes, or pairs of its own too; duties by code without trade by code.
    """
    files: dict[str, list[str]] = {}
    for code, about in made.items():
        if "trade" in about:
            _as_in_the_package(code, about)
            _refuse_unlike(code, about, path)
            files.setdefault(about["trade"], []).append(code)
        elif about["duties"]:
            raise FileError(
                f"good '{code}' has duties by code and no trade by code to weigh them by; add a "
                f"row {code},trade,,,FILE, or give own_duty and duty_known",
                path,
            )
    for name, goods in files.items():
        asked = {
            code: (codes_of(made[code]["hs"].split()), made[code].get("year", "")) for code in goods
        }
        for code, found in read_baci(path.parent / name, asked).items():
            _filled(made[code], found, Path(name).name)


def _as_in_the_package(code: str, about: dict[str, Any]) -> None:
    """Take what is not said of a good of the package from there: all but its trade."""
    good = table_of_goods().get(code)
    if good is None or "sector" in about:
        return
    known = {
        "name": good.name,
        "sector": good.sector,
        "second": good.second,
        "class": good.kind,
        "theta": good.theta,
        "supply": good.supply,
        "hs": " ".join(good.hs),
    }
    about |= {**known, **about}
    about["flows"] += good.of("own_duty", "duty_known", "mfn_duty", "mfn_known")


def _refuse_unlike(code: str, about: dict[str, Any], path: Path) -> None:
    if not about.get("hs"):
        raise FileError(
            f"good '{code}' has trade by code and no codes; add a row {code},hs,,,1207", path
        )
    if any(flow.kind == "pair" for flow in about["flows"]):
        raise FileError(f"good '{code}' has trade by code and pairs: give one of them", path)


def _refuse_more_than_all(code: str, flows: Sequence[Flow], path: Path) -> None:
    for kind, whose in SHARES.items():
        shares = dict[str, float]()
        for flow in flows:
            if flow.kind == kind:
                country = getattr(flow, whose)
                shares[country] = shares.get(country, 0.0) + flow.value
        for country, share in shares.items():
            if share > ALL:
                raise FileError(
                    f"good '{code}': {kind} of {country} sum to {share:g}, more than all", path
                )


def _filled(about: dict[str, Any], found: ProductTrade, name: str) -> None:
    """Add the trade of a file to what is known of a good, and what it is."""
    pairs, duties = list[Flow](), list[Flow]()
    for (seller, buyer), codes in found.pairs.items():
        pairs.append(Flow("pair", seller, buyer, sum(codes.values())))
        duties += _duties(seller, buyer, codes, about["duties"])
    told = {(flow.exporter, flow.importer) for flow in duties}
    kept = [f for f in about["flows"] if not _of_duties(f) or (f.exporter, f.importer) not in told]
    about["flows"] = [*kept, *pairs, *duties]
    about.setdefault("basis", "matrix")
    about["year"] = found.year
    about["elsewhere"] = ELSEWHERE
    split = f"; {100 * found.split:.2g} % divided among later codes" if found.split > 0 else ""
    about.setdefault("source", f"{name}, {found.year}, customs values taken as basic prices{split}")


def _of_duties(flow: Flow) -> bool:
    return flow.kind in ("own_duty", "duty_known")


def _duties(
    seller: str, buyer: str, codes: Mapping[str, float], duties: Sequence[CodeDuty]
) -> list[Flow]:
    """Return a pair's own duty: the mean of those known of its codes, and of which part they are.

    The narrowest code counts, and of one code's a seller's own before everybody's.
    """
    if ELSEWHERE in (seller, buyer):
        return []
    here = [d for d in duties if d.importer == buyer and d.exporter in ("", seller)]
    here.sort(key=lambda d: (len(d.code), d.exporter == seller))
    known = paid = 0.0
    for code, value in codes.items():
        found = [d.rate for d in here if code.startswith(d.code)]
        if found:
            known, paid = known + value, paid + found[-1] * value
    if known <= 0:
        return []
    part = known / sum(codes.values())
    own = Flow("own_duty", seller, buyer, paid / known)
    return [own] if part >= ALL_KNOWN else [own, Flow("duty_known", seller, buyer, part)]


def _number(value: str, path: Path, line: int) -> float:
    try:
        number = float(value)
    except ValueError:
        raise FileError(f"'{value}' is no number", path, line) from None
    if not abs(number) < float("inf"):
        raise FileError(f"'{value}' is no finite number", path, line)
    return number


def _good(code: str, about: dict[str, Any], path: Path) -> Good:
    if not about.get("sector"):
        raise FileError(f"good '{code}' has no sector; add a row {code},sector,,,A01", path)
    flows = tuple(about["flows"])
    _refuse_more_than_all(code, flows, path)
    basis = about.get("basis") or ("matrix" if any(f.kind == "pair" for f in flows) else "totals")
    if basis not in BASES:
        raise FileError(f"good '{code}': no basis '{basis}'{did_you_mean(basis, BASES)}", path)
    try:
        return Good(
            code=code,
            name=about.get("name", code),
            sector=about["sector"],
            second=about.get("second", ""),
            hs=tuple(about.get("hs", "").split()),
            kind=about.get("class", "n"),
            theta=about.get("theta"),
            theta_source=f"{path.name}",
            supply=about.get("supply", 1.0),
            supply_source=f"{path.name}",
            basis=basis,
            low=about.get("low", 1.0),
            high=about.get("high", 1.0),
            year=about.get("year", ""),
            source=about.get("source", path.name),
            flows=flows,
            elsewhere=about.get("elsewhere", ""),
        )
    except InputError as error:
        raise FileError(str(error), path) from None
