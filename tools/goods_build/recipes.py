"""The recipes of goods (``goods.toml``), as plain records."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

PATH = Path(__file__).with_name("goods.toml")


class Recipe(NamedTuple):
    """How a good is made; the fields are explained at the head of ``goods.toml``."""

    id: str
    name: str
    hs: tuple[str, ...]
    sector: str
    sitc: str
    producers: str
    second: str = ""
    except_hs: tuple[str, ...] = ()
    trade: Mapping[str, Any] = {}
    price: str = ""
    us: bool = False
    whole: bool = False
    pairs: tuple[Mapping[str, Any], ...] = ()
    checks: tuple[Mapping[str, Any], ...] = ()


def recipes() -> list[Recipe]:
    """Return every recipe, in the order of the file."""
    table: list[dict[str, Any]] = tomllib.loads(PATH.read_text("utf-8"))["good"]
    return [Recipe(**_frozen(row)) for row in table]


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with tuples for its lists."""
    return {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
