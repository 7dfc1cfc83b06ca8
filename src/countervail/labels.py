"""Words for countries, groups of countries, sectors and products, each with one spelling inside.

Countries are ISO 3166-1 alpha-3 codes, with ``ROW`` for the rest of the world and ``XKX`` (user
assigned) for Kosovo. The standard's other codes, names, and what other offices write stand for them
(``countries.csv``, from ISO 3166-1; ``office_codes.csv``, each with its office). Sectors are those
of the OECD inter-country input-output tables, 2025 release. The tables are CSV files in
``countervail/data``, read when first asked for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from countervail.errors import InputError, did_you_mean
from countervail.text.tables import columns, rows


class Country(NamedTuple):
    """A country, by codes and names; ``mistaken_codes`` are what people write and no office does.

    ``numeric`` is the standard's number without leading zeros; empty where there is none.
    """

    iso3: str
    iso2: str
    numeric: str
    name: str
    aliases: tuple[str, ...]
    mistaken_codes: tuple[str, ...]


class OfficeCode(NamedTuple):
    """Another office's code: the country it stands for, or what it ``says`` it is instead."""

    code: str
    iso3: str
    says: str
    source: str


class Sector(NamedTuple):
    """A sector of the tables.

    Attributes:
        code, name: its own.
        kind: ``goods`` or ``services``.
        group37: its code in the 37-sector list.
        lists: those it stands in.
        sold: how most of it is sold: w on an exchange, r at reference prices, n differentiated
            (Rauch 1999).
    """

    code: str
    name: str
    kind: str
    group37: str
    lists: tuple[str, ...]
    sold: str


class Member(NamedTuple):
    """A member of a group, from ``since`` to ``until`` (its last day); None is open."""

    iso3: str
    since: date | None
    until: date | None


OFFICE_CODE_LETTERS = 3
"""Words of up to as many letters are codes of some office: no name is looked for that is like."""

_GROUP_ALIASES = {
    "CUSMA": "USMCA",
    "T-MEC": "USMCA",
    "TMEC": "USMCA",
    "EUROPEAN UNION": "EU",
    "EU-27": "EU27",
    "EU27_2020": "EU27",
    "EUU": "EU27",
    "GULF COOPERATION COUNCIL": "GCC",
    "SOUTHERN AFRICAN CUSTOMS UNION": "SACU",
    "PACIFIC ALLIANCE": "PACIFIC-ALLIANCE",
    "EURASIAN ECONOMIC UNION": "EAEU",
}


def country(word: str | int, own: Collection[str] = ()) -> str:
    """Return the ISO3 code of a country given by code, name or alias, in any case.

    Args:
        word: ISO3, ISO2 or UN number; name or alias; or what another office writes (``UK``, ``EL``,
            ``ROM``, ``490`` in CEPII's BACI).
        own: labels of the user's own world, accepted as they are.

    Raises:
        InputError: not a country; says what it is, or names the code that was meant, where that can
            be reported.
    """
    code = found(word, own)
    if code is not None:
        return code
    text = str(word).strip()
    other = office_codes().get(text.upper())
    if other is not None:
        hint = f"; did you mean '{other.iso3}'?" if other.iso3 else ""
        raise InputError(f"'{text}' is no country: {other.says}{hint}")
    meant = _mistaken().get(text.upper())
    if meant:
        raise InputError(
            f"no country '{word}'; did you mean '{meant}' ({countries()[meant].name})? "
            "Countries are ISO 3166 three-letter codes or English names"
        )
    if is_group(text):
        raise InputError(f"'{word}' is a group of countries, not a country; name its members")
    hint = (
        did_you_mean(text, _spellings(), codes=len(text) <= 4)
        if len(text) > OFFICE_CODE_LETTERS
        else ""
    )
    raise InputError(
        f"no country '{word}'{hint or '; give an ISO 3166 three-letter code, such as CAN'}"
    )


def found(word: str | int, own: Collection[str] = ()) -> str | None:
    """Return the code of a country as ``country`` does, or None where there is none."""
    text = str(word).strip()
    code = text.upper()
    if text in own:
        return text
    if code in countries():
        return code
    number = code.lstrip("0") if code.isdecimal() else code
    other = office_codes().get(number)
    return (
        _codes().get(number)
        or _names().get(_plain(text))
        or (other.iso3 if other is not None and not other.says else None)
        or None
    )


@cache
def office_codes() -> Mapping[str, OfficeCode]:
    """Return codes that offices use and the standard does not, by code."""
    found = (OfficeCode(**r) for r in rows("office_codes.csv"))
    return MappingProxyType({one.code: one for one in found})


def country_name(iso3: str) -> str:
    """Return the short English name of a country code.

    Raises:
        InputError: not a code.
    """
    if iso3 not in countries():
        raise InputError(f"no country '{iso3}'{did_you_mean(iso3, countries())}")
    return countries()[iso3].name


@cache
def countries() -> Mapping[str, Country]:
    """Return every country by code, in the order of the codes, ``ROW`` last."""
    found = (
        Country(
            r["iso3"],
            r["iso2"],
            r["numeric"],
            r["name"],
            _split(r["aliases"]),
            _split(r["mistaken_codes"]),
        )
        for r in rows("countries.csv")
    )
    return MappingProxyType({c.iso3: c for c in found})


def group(name: str, on: date | None = None) -> tuple[str, ...]:
    """Return the members of a group on a day, sorted by code.

    A customs union means its customs territory: the United Kingdom is in that of the EU to
    2020-12-31, the end of the transition, and the GCC's begins with its common tariff of
    2003-01-01. Other groups mean the parties for whom the agreement is in force. Northern Ireland
    goes with GBR, and territories without trade of their own (Monaco, the Isle of Man) with nobody.

    Args:
        name: EU27, EU, CPTPP, USMCA, NAFTA, EFTA, ASEAN, G7, MERCOSUR, RCEP, EAEU, GCC, SACU or
            PACIFIC-ALLIANCE. ``EU`` is the Union of the day, ``EU27`` its 27 members of today
            whatever the day.
        on: the day; by default everyone who is a member now (nobody who has left).

    Raises:
        InputError: no such group, with the nearest; or nobody was in it that day.
    """
    code = name.strip().upper()
    code = _GROUP_ALIASES.get(code, code)
    if code not in _groups():
        raise InputError(
            f"no group '{name}'{did_you_mean(code, groups())} (groups: {', '.join(groups())})"
        )
    members = _groups()[code]
    if on is None:
        current = tuple(sorted(m.iso3 for m in members if m.until is None))
        return current or tuple(sorted(m.iso3 for m in members))
    inside = (
        m.iso3
        for m in members
        if (m.since is None or m.since <= on) and (m.until is None or on <= m.until)
    )
    found = tuple(sorted(inside))
    if not found:
        raise InputError(f"group '{name}' had no members on {on}; give a later or an earlier day")
    return found


def groups() -> tuple[str, ...]:
    """Return the names of all groups."""
    return tuple(_groups())


def is_group(word: str) -> bool:
    """Return whether a word is the name of a group of countries."""
    code = word.strip().upper()
    return _GROUP_ALIASES.get(code, code) in _groups()


def union_as_one(codes: Collection[str], name: str = "EU", on: date | None = None) -> list[str]:
    """Return codes in their order, the members of the EU under its name where all are there.

    Args:
        codes: ISO3 codes.
        name: of the group, ``EU`` or ``EU27``.
        on: the day whose members are meant.
    """
    members = set(group(name, on))
    if not members <= set(codes):
        return list(codes)
    return [name, *(code for code in codes if code not in members)]


def expand(word: str, on: date | None = None, own: Collection[str] = ()) -> tuple[str, ...]:
    """Return the codes a word stands for: a group's members on a day, or one country.

    Labels of the user's own world (``own``) stand for themselves.

    Raises:
        InputError: neither a group nor a country.
    """
    if word.strip() not in own and is_group(word):
        return group(word, on)
    return (country(word, own),)


@cache
def sectors() -> Mapping[str, Sector]:
    """Return every sector by code: the 50 of the tables and the 4 merged ones of the 37."""
    found = (
        Sector(r["code"], r["name"], r["kind"], r["group37"], _split(r["lists"]), r["class"])
        for r in rows("sectors.csv")
    )
    return MappingProxyType({s.code: s for s in found})


def sector_name(code: str) -> str:
    """Return the short English name of a sector.

    Raises:
        InputError: no such sector, with the nearest.
    """
    if code not in sectors():
        raise InputError(f"no sector '{code}'{did_you_mean(code, sectors())}")
    return sectors()[code].name


def sector(word: str, own: Collection[str]) -> str:
    """Return the code, among those of a world, that a sector's code or name stands for.

    A word that stands for none is returned as it is.
    """
    text = word.strip()
    if text in own:
        return text
    by_case = {code.casefold(): code for code in own}
    named = {_plain(s.name): s.code for s in sectors().values() if s.code in own}
    return by_case.get(text.casefold()) or named.get(_plain(text)) or text


@cache
def hs6_sector() -> Mapping[str, str]:
    """Return the sector of every six-digit HS 2022 subheading, as ``{"120510": "A01", ...}``.

    Source: HS6 to GTAP sectors of the Budget Lab at Yale (MIT licence), GTAP sectors to ICIO
    sectors by our rule (``oxt`` is B07 in chapter 26, else B08; ``otn`` C301 in chapter 89, else
    C302T309). Filleted and frozen fish is C10T12, not A03.
    """
    table = columns("hs6_sector.csv")
    return MappingProxyType(dict(zip(table["hs6"], table["sector"], strict=True)))


class EarlierHS(NamedTuple):
    """A code that HS 2022 no longer has: the last edition with it, and where its goods are now."""

    edition: str
    successors: tuple[str, ...]


@cache
def hs_earlier() -> Mapping[str, EarlierHS]:
    """Return the six-digit codes of HS 1992, 2007, 2012 and 2017 that HS 2022 has not.

    Source: the R package concordance 2.1.0 (github.com/insongkim/concordance, MIT licence), made by
    ``tools/build_codes.py``; of codes that were merged, one parent is kept.
    """
    return MappingProxyType(
        {
            r["code"]: EarlierHS(r["edition"], _split(r["successors"]))
            for r in rows("hs_earlier.csv")
        }
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _plain(text: str) -> str:
    """Return the text without case, accents and doubled spaces, for comparison only."""
    bare = unicodedata.normalize("NFKD", text.replace("’", "'"))
    bare = "".join(c for c in bare if not unicodedata.combining(c)).casefold()
    return " ".join(bare.split())


@cache
def _codes() -> Mapping[str, str]:
    """Return the standard's other codes: two letters, and numbers."""
    all_ = countries().values()
    return {code: c.iso3 for c in all_ for code in (c.iso2, c.numeric) if code}


@cache
def _names() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for c in countries().values():
        table.update({_plain(word): c.iso3 for word in (c.name, *c.aliases)})
    return table


@cache
def _spellings() -> tuple[str, ...]:
    return tuple(word for c in countries().values() for word in (c.name, *c.aliases))


@cache
def _mistaken() -> Mapping[str, str]:
    return {code: c.iso3 for c in countries().values() for code in c.mistaken_codes}


@cache
def _groups() -> Mapping[str, tuple[Member, ...]]:
    table: dict[str, list[Member]] = {}
    for r in rows("groups.csv"):
        since, until = (date.fromisoformat(r[k]) if r[k] else None for k in ("since", "until"))
        table.setdefault(r["group"], []).append(Member(r["iso3"], since, until))
    return {name: tuple(members) for name, members in table.items()}


SECTORS_37: tuple[str, ...] = tuple(s.code for s in sectors().values() if "37" in s.lists)
"""The built-in world's sectors: 27 goods and 10 services."""

SECTORS_50: tuple[str, ...] = tuple(s.code for s in sectors().values() if "50" in s.lists)
"""The sectors of the tables: 27 goods and 23 services."""

GOODS_27: tuple[str, ...] = tuple(c for c in SECTORS_50 if sectors()[c].kind == "goods")
"""The goods sectors, the same in both lists."""
