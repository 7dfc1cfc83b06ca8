"""The `[[parts]]` and `[[coverage]]` tables of a measure file, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """One `[[coverage]]` table.

    Attributes:
        products: id of the product group.
        sector: sector code, or "*goods" for every goods sector.
        weights: the group's part of the pair's trade in the sector, 0 to 1, by exporter, by
            "exporter>importer", or "*" for those not named.
        basis: whole, hs_trade, published, proxy or equal.
        year: year of the trade weighed.
        source: where the weights are from, with the arithmetic.
        span: low and high multiples of the weights; the ledger's default where None.
        note: what a reader should know.
    """

    products: str
    sector: str
    weights: Mapping[str, float]
    basis: str
    year: int
    source: str
    span: tuple[float, float] | None = None
    note: str = ""

    def text(self) -> str:
        """Return the table as TOML."""
        weights = ", ".join(f"{_key(k)} = {number(w)}" for k, w in self.weights.items())
        lines = [
            "[[coverage]]",
            f'products = "{self.products}"',
            f'sector = "{self.sector}"',
            f"weights = {{ {weights} }}",
            f'basis = "{self.basis}"',
            f"year = {self.year}",
        ]
        if self.span:
            lines.append(f"range = [{number(self.span[0])}, {number(self.span[1])}]")
        lines.append(f'source = "{self.source}"')
        if self.note:
            lines.append(f'note = "{self.note}"')
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class PartsTable:
    """One `[[parts]]` table: subheadings that a product group names only in part.

    Attributes:
        products: id of the product group.
        basis: by what the lines were counted, ``lines`` or ``lines_seen``.
        source: which lists, of which lines.
        parts: named lines and the part of the subheading each makes up, by six-digit code.
    """

    products: str
    basis: str
    source: str
    parts: Mapping[str, Mapping[str, float]]

    def text(self) -> str:
        """Return the table as TOML, a subheading a line."""
        lines = [
            "[[parts]]",
            f'products = "{self.products}"',
            f'basis = "{self.basis}"',
            f'source = "{self.source}"',
            "[parts.hs]",
        ]
        for code, named in self.parts.items():
            inside = ", ".join(f"{line} = {_part(part)}" for line, part in named.items())
            lines.append(f'"{code[:4]}.{code[4:]}" = {{ {inside} }}'.replace("{  }", "{}"))
        return "\n".join(lines) + "\n"


def _part(value: float) -> str:
    """Return a part of a subheading to five decimals."""
    text = f"{value:.5f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def _key(word: str) -> str:
    return word if word.isalnum() else f'"{word}"'


def number(value: float) -> str:
    """Return a weight to three decimals, small ones to three digits: no source supports more."""
    rounded = float(f"{value:.3g}") if value < 0.1 else round(value, 3)
    text = f"{rounded:.6f}".rstrip("0")
    return text + "0" if text.endswith(".") else text
