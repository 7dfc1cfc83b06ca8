"""What players may set, in the words of whoever asks: stated once for every question of tariffs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from countervail.options import option, per_cent
from countervail.text.listed import by_player, words

if TYPE_CHECKING:
    from countervail.policy.rates.bounds import Bounds

ByPlayer = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where tariffs may be set, and within which law.

    Attributes:
        sectors: codes, or ``goods``, ``services`` or ``all``; None is goods, sectors with names of
            the world's own included.
        bounds: of law, such as WTO bindings: read, or the path of a file (docs/respond.md).
        by_line: a rate for every tariff line of its own, where the law knows lines.
    """

    sectors: Iterable[str] | None = option(
        None, "Sectors, such as C29,A01, or services or all; goods.", metavar="CODES", read=words
    )
    bounds: Bounds | Path | str | None = option(
        None, "Bounds of law such as WTO bindings, with their sources.", metavar="FILE"
    )
    by_line: bool = option(False, "One for every tariff line, where the law knows lines.")


@dataclass(frozen=True, kw_only=True)
class Terms(Scope):
    """What a player may set, or each of several.

    Attributes:
        partners: on whom: countries or groups; None is everybody. A player's own members never.
        low, high: bounds of every rate (0.25 is 25 per cent).
        mfn: one rate a player for all these partners, by sector.
        held: partners that keep present rates; of several players by player,
            ``{"CAN": ["USA", "MEX"]}``.
        free: partners whose rates are zero, as in free-trade agreements; likewise.
    """

    partners: Iterable[str] | None = option(
        None, "On whom, such as USA,EU27; everybody.", "--on", "PARTNERS", read=words
    )
    low: float = per_cent(0.0, "Lowest rate; below 0, imports are subsidised.")
    high: float = per_cent(1.0, "Highest rate.")
    mfn: bool = option(False, "One rate a player for all these partners, by sector.")
    held: Iterable[str] | ByPlayer = option(
        (),
        "Who keeps present rates, such as USA,MEX; of several players, CAN=USA+MEX,USA=CAN.",
        "--hold",
        "PARTNERS",
        read=by_player("--hold"),
    )
    free: Iterable[str] | ByPlayer = option(
        (),
        "Whose rates are zero, partners of free trade: USA,MEX; of several players, CAN=USA+MEX.",
        metavar="PARTNERS",
        read=by_player("--free"),
    )
