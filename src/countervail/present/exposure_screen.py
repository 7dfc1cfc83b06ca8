"""The first screen of ``study exposure``: what losing the most important partner would cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from countervail.present.first import INDENT, amounts_beside, when_head
from countervail.present.parts import Column, DocumentTable, Part, Words
from countervail.present.sentences import exposure as told
from countervail.present.sentences.amounts import cell_percent
from countervail.present.sentences.exposure import PartnerLost
from countervail.present.sentences.language import Language
from countervail.present.sentences.run import when
from countervail.present.under_draws import without_ranges
from countervail.quantiles import Range
from countervail.studies.decoupling import How
from countervail.studies.exposure import Exposure

MOST_PARTNERS = 8
HALVED: How = "halved"


def sentence(found: Exposure, language: Language, after: Exposure | None) -> str:
    """Return what losing half of the trade with the most important partner would cost."""
    first = found if after is None else after
    losses = _losses(first)
    said = when(language, first.world.horizon)
    return told.dependence(language, found.country, losses, when=said)


def screen(found: Exposure, language: Language, after: Exposure | None, why: str) -> list[Part]:
    """Return what is read first of who a country depends on; nothing where no loss is priced.

    Args:
        found: the answer, its losses in the long run.
        language: it is read in.
        after: the same some years after a loss.
        why: there are no draws, where there are none.
    """
    headline = sentence(found, language, after)
    if not headline:
        return []
    first = found if after is None else after
    drawn = first.drawn
    stopped: list[Part] = []
    if drawn is None:
        stopped, certified = without_ranges(language, why)
    else:
        certified = language.part("screen.certified", k=int(drawn.answered.sum()), n=len(drawn))
    return [
        Words(headline, "strong"),
        Words(""),
        _table(found, language, after),
        *stopped,
        Words(certified),
        Words(language.part("screen.respond_rest")),
    ]


def _losses(found: Exposure) -> list[PartnerLost]:
    """Return what half of the trade with each partner gone would do, per cent of spending."""
    return [
        PartnerLost(one.partner, _range(found, one.partner, one.welfare))
        for one in found.losses
        if one.how == HALVED and one.reason is None
    ]


def _range(found: Exposure, partner: str, value: float) -> Range:
    if found.drawn is None:
        return Range(value, np.nan, np.nan, np.nan)
    return Range(*found.drawn.range(partner, HALVED, "welfare"))


def _table(found: Exposure, language: Language, after: Exposure | None) -> DocumentTable:
    """Return the loss by partner at each horizon, the largest first, with its share of trade."""
    horizons = [found] if after is None else [after, found]
    first = sorted(_losses(horizons[0]), key=lambda one: one.percent.value)
    shown = [one.partner for one in first[:MOST_PARTNERS]]
    shares = {one.partner: 100.0 * one.trade_share for one in found.partners}
    columns = [_cells(language, one, shown) for one in horizons]
    rows: list[dict[str, Any]] = [
        {
            "name": language.label(code),
            "trade": language.digits(f"{shares[code]:.0f} %") if code in shares else "",
            **{f"h{k}": column[p] for k, column in enumerate(columns)},
        }
        for p, code in enumerate(shown)
    ]
    heads = [when_head(language, one.world.horizon) for one in horizons]
    return DocumentTable(
        (
            Column("name", language.part("screen.halved"), width=(22, 28)),
            Column("trade", language.part("screen.trade_share"), right=True, fixed=True),
            *(Column(f"h{k}", head, fixed=True) for k, head in enumerate(heads)),
        ),
        rows,
        indent=INDENT,
    )


def _cells(language: Language, found: Exposure, shown: Sequence[str]) -> list[str]:
    known = {one.partner: one.percent for one in _losses(found)}
    nothing = Range(np.nan, np.nan, np.nan, np.nan)
    said = [cell_percent(language, known.get(code, nothing)) for code in shown]
    return amounts_beside(said)
