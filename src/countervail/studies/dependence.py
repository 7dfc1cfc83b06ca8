"""What one country buys and sells, directly and along supply chains: plain rows, with labels.

Shares are parts of one; money is in the world's unit. Exports and imports are at producer prices,
goods and services.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from countervail.core.model import Array
from countervail.studies import since, value_added
from countervail.studies.concentration import Concentration
from countervail.world import World


class Partner(NamedTuple):
    """What a country trades with a partner, and how much of each ends in the other.

    Attributes:
        partner: its code.
        rank: by two-way trade, 1 the largest.
        trade: exports and imports, USD million.
        trade_share: of the country's exports and imports.
        exports, exports_share: to the partner; of the country's exports.
        imports, imports_share: from the partner; of the country's imports.
        value_added, value_added_share: the country's value added that ends in the partner's final
            demand, by whatever way; of the country's value added.
        final, final_share: the partner's value added that ends in the country's final demand; of
            the country's final spending, duties paid.
        final_of_partner: the same, of the partner's value added: how much it hangs on the country.
        inputs, inputs_share: what producers buy from the partner; of all they buy, at producer
            prices, home included.
        inputs_content, inputs_content_share: the partner's value added in what producers buy, from
            whomever; of all value added in it.
        exports_share_before, imports_share_before, trade_share_before: the same shares in
            ``since.YEAR``; None of other worlds than the built-in one.
    """

    partner: str
    rank: int
    trade: float
    trade_share: float
    exports: float
    exports_share: float
    imports: float
    imports_share: float
    value_added: float
    value_added_share: float
    final: float
    final_share: float
    final_of_partner: float
    inputs: float
    inputs_share: float
    inputs_content: float
    inputs_content_share: float
    exports_share_before: float | None
    imports_share_before: float | None
    trade_share_before: float | None


class SectorExposure(NamedTuple):
    """On whom a sector of the country hangs.

    Attributes:
        sector: its code.
        value_added: USD million.
        abroad_share: part of it that ends in other countries' final demand.
        exports: over destinations.
        imports: of the sector's product, over sources.
        ends: value added that ends abroad, over whose final demand it ends in.
    """

    sector: str
    value_added: float
    abroad_share: float
    exports: Concentration
    imports: Concentration
    ends: Concentration


class Supply(NamedTuple):
    """What one foreign partner supplies of a product that the country's producers buy.

    Attributes:
        sector: code of the product.
        partner: code of the partner.
        direct, direct_share: bought from the partner, USD million at producer prices; of all that
            producers buy of the product, home included.
        abroad_share: of what they buy of it abroad.
        content, content_share: the partner's value added in what producers buy of the product,
            from whomever; of all value added in it.
        user: code of the sector that buys most of the product.
    """

    sector: str
    partner: str
    direct: float
    direct_share: float
    abroad_share: float
    content: float
    content_share: float
    user: str

    @property
    def size(self) -> float:
        """The larger of both amounts: what chokepoints are ranked by."""
        return max(self.direct, self.content)

    @property
    def share(self) -> float:
        """The larger of the direct share and that of value added: what makes a chokepoint."""
        return max(self.direct_share, self.content_share)


class Dependence:
    """What one country buys and sells, directly and along supply chains."""

    def __init__(self, world: World, n: int) -> None:
        books = world.accounts
        self.world, self.n = world, n
        self.gamma, self.output = world.input_share[n], books.gross_output[n]
        received = value_added.receipts_share(world.trade, books.expenditure)
        chain = received, world.input_share
        share, spent = books.value_added_share, books.final_spending
        self.ends = value_added.absorbed(*chain, spent, share)[n]
        made = value_added.content(*chain, share)
        per_usd = value_added.market_content(received, made)[:, n]
        self.final = per_usd @ spent[n]
        self.final_spending = float(spent[n].sum())
        self.direct = received[:, n] * books.intermediate[n]
        self.content = per_usd * books.intermediate[n]

    def partners(self) -> tuple[Partner, ...]:
        """Return every partner, the largest two-way trade first."""
        exports, imports = _directions(self.world.trade.sum(axis=2), self.n)
        trade = exports + imports
        ends, value = self.ends.sum(axis=0), float(self.ends.sum())
        direct, content = self.direct.sum(axis=1), self.content.sum(axis=1)
        before = _shares_before(self.world, self.n)
        ranked = [int(p) for p in np.argsort(-trade, kind="stable") if p != self.n]
        return tuple(
            Partner(
                partner=self.world.countries[p],
                rank=rank,
                trade=float(trade[p]),
                trade_share=_part(trade[p], trade.sum()),
                exports=float(exports[p]),
                exports_share=_part(exports[p], exports.sum()),
                imports=float(imports[p]),
                imports_share=_part(imports[p], imports.sum()),
                value_added=float(ends[p]),
                value_added_share=_part(ends[p], value),
                final=float(self.final[p]),
                final_share=_part(self.final[p], self.final_spending),
                final_of_partner=_part(self.final[p], self.world.accounts.value_added[p]),
                inputs=float(direct[p]),
                inputs_share=_part(direct[p], direct.sum()),
                inputs_content=float(content[p]),
                inputs_content_share=_part(content[p], content.sum()),
                **{key: None if before is None else float(before[key][p]) for key in BEFORE},
            )
            for rank, p in enumerate(ranked, start=1)
        )

    def overall(self) -> dict[str, Concentration]:
        """Return how trade and value added spread over partners, all sectors together."""
        exports, imports = _directions(self.world.trade.sum(axis=2), self.n)
        flows = {
            "exports": exports,
            "imports": imports,
            "value_added": self._foreign(self.ends.sum(axis=0)),
            "final": self._foreign(self.final),
        }
        codes = self.world.countries
        return {name: Concentration.of(flow, codes) for name, flow in flows.items()}

    def sectors(self) -> tuple[SectorExposure, ...]:
        """Return on whom each sector hangs."""
        codes, rows = self.world.countries, []
        for j, sector in enumerate(self.world.sectors):
            exports, imports = _directions(self.world.trade[:, :, j], self.n)
            value, ends = float(self.ends[j].sum()), self._foreign(self.ends[j])
            spread = (Concentration.of(flow, codes) for flow in (exports, imports, ends))
            rows.append(SectorExposure(sector, value, _part(ends.sum(), value), *spread))
        return tuple(rows)

    def supplies(self) -> list[Supply]:
        """Return what every partner supplies of every product that producers buy."""
        codes, sectors = self.world.countries, self.world.sectors
        main_user = np.argmax(self.gamma * self.output, axis=1)
        found = []
        for k, p in np.argwhere((self.content + self.direct).T > 0.0):
            if p == self.n:
                continue
            direct, bought = float(self.direct[p, k]), self.direct[:, k].sum()
            content = float(self.content[p, k])
            found.append(
                Supply(
                    sector=sectors[k],
                    partner=codes[p],
                    direct=direct,
                    direct_share=_part(direct, bought),
                    abroad_share=_part(direct, bought - self.direct[self.n, k]),
                    content=content,
                    content_share=_part(content, self.content[:, k].sum()),
                    user=sectors[main_user[k]],
                )
            )
        return found

    def _foreign(self, flow: Array) -> Array:
        """Return a flow by country, zero at home."""
        foreign = flow.copy()
        foreign[self.n] = 0.0
        return foreign


def _directions(trade: Array, n: int) -> tuple[Array, Array]:
    """Return a country's exports and imports by partner, from trade by pair; zero at home."""
    exports, imports = trade[n].copy(), trade[:, n].copy()
    exports[n] = imports[n] = 0.0
    return exports, imports


BEFORE = ("exports_share_before", "imports_share_before", "trade_share_before")


def _shares_before(world: World, n: int) -> dict[str, Array] | None:
    """Return the shares of partners in the earlier year; None where the world has none."""
    flows = since.trade_before(world)
    if flows is None:
        return None
    exports, imports = _directions(flows, n)
    totals = exports, imports, exports + imports
    return {key: flow / flow.sum() for key, flow in zip(BEFORE, totals, strict=True)}


def _part(value: float, whole: float) -> float:
    """Return a part of a whole, 0 where there is no whole."""
    return float(value / whole) if whole > 0 else 0.0
