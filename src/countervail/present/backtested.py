"""Measures that were taken, predicted under three structures, beside what was seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from countervail.backtests.episode import Fact, not_yet_scorable
from countervail.backtests.predict import STRUCTURES, Backtest
from countervail.backtests.ranged import wider
from countervail.backtests.score import (
    FACTS,
    SCORED_IN,
    Coverage,
    Score,
    Scored,
    binomial_interval,
    coverage,
    half_width,
    measure_of,
    other_measures,
    scores,
)
from countervail.present.digits import Digits, levels
from countervail.present.document import Document, plain
from countervail.present.numbers import NONE
from countervail.present.parts import (
    Bullets,
    Column,
    DocumentTable,
    Part,
    Show,
    Words,
    listed,
    section,
)

Row = dict[str, Any]

NAMES = {"lines": "lines", "goods": "goods", "first_year": "first year"}
"""Structures as they head a column."""

NOTES = (
    "Hit: change of the pair's trade, per cent; redirected and rivals: per cent of the loss; "
    "errors in points. Values, not volumes. Prices received are not in the record and not scored.",
    "Run on the built-in world of 2022 with the shares that the parties had in the base year; "
    "countries the world does not have are its rest of the world. Suppliers that a source leaves "
    "out (under 5 per cent) have no trade, and cannot gain.",
    "A good that is not in the table of goods, or is its sector, is predicted as its sector: lines "
    "and goods are then one. A chapter of customs is its industry there.",
    "The duty is laid on every target of the measure at the pair's own rate, on top of the law of "
    "2022, or, in the United States, on every seller at what was charged; all other law stays.",
    "Nothing was fitted to an episode. A range is the wider of the record's own error, of measures "
    "other than the one asked about, and of draws of what is not known, round the point and cut to "
    "what is possible; the two are never added. Fewer than nine errors of others give no range of "
    "the record; then the range is of draws alone.",
)


def _with_error(row: Mapping[str, Any], key: str, sign: str = "") -> str:
    return f"{row[key]:{sign}.0f} ({row[f'{key}_se']:.0f})"


def _half_width(row: Mapping[str, Any]) -> str:
    width = row["half_width"]
    return "none" if width is None else f"{width:.0f}"


def _part(row: Mapping[str, Any], inside: str, of: str, none: str = "no range") -> str:
    if not row[of]:
        return none
    low, high = (100.0 * one for one in binomial_interval(row[inside], row[of]))
    return f"{row[inside]} of {row[of]} ({low:.0f} to {high:.0f} %)"


def _inside(row: Mapping[str, Any]) -> str:
    return _part(row, "inside", "ranged")


def _inside_draws(row: Mapping[str, Any]) -> str:
    return _part(row, "inside_draws", "drawn", NONE)


def _whole(key: str) -> Show:
    """Return what writes a number without digits, and nothing below nothing."""
    return lambda row: NONE if row[key] is None else f"{round(row[key]):,}"


def _number(key: str, heading: str) -> Column:
    return Column(key, heading, show=_whole(key), right=True)


def _word(key: str) -> Show:
    return lambda row: row[key] or "none"


COLUMNS = (
    Column("fact", "fact"),
    Column("structure", "structure", show=lambda row: NAMES[row["structure"]]),
    _number("facts", "facts"),
    _number("measures", "measures"),
    Column("error", "mean error", show=lambda row: _with_error(row, "error"), right=True),
    _number("middle", "median"),
    Column("bias", "bias", show=lambda row: _with_error(row, "bias", "+"), right=True),
    _number("noise", "noise"),
    Column("sign", "sign right", show=lambda row: f"{100.0 * row['sign']:.0f} %", right=True),
    Column("half_width", "half-width", show=_half_width, right=True),
    Column("inside", "inside", show=_inside, right=True),
)

CAPTION = (
    "mean error, median: of |predicted - observed|, points; bias: mean of predicted - observed; in "
    "brackets standard errors, measures resampled; noise: median of the same figures in windows "
    "without the measure; half-width: what nine of ten errors were within, of a hit in per cent of "
    "the predicted loss; inside: facts in the range that all other measures give, with the 95 % "
    "interval of a part so observed (fewer than nine errors of others give no range); coverage of "
    "the range that is told is below"
)


PREDICTED = tuple(_number(key, NAMES[key]) for key in STRUCTURES)

COVERAGE_COLUMNS = (
    Column("fact", "fact"),
    Column("inside", "range told", show=_inside, right=True),
    Column(
        "inside_record",
        "the record alone",
        show=lambda row: _part(row, "inside_record", "ranged"),
        right=True,
    ),
    Column("inside_draws", "draws alone", show=_inside_draws, right=True),
)
COVERED = (
    "facts in the range, of those that have one, with the 95 % interval of a part so observed; "
    "each with its measure left out of the record; nine of ten are to be inside"
)

ORDER_COLUMNS = (
    Column("structure", "structure", show=lambda row: NAMES[row["structure"]]),
    Column(
        "first_right",
        "first winner right",
        show=lambda row: f"{row['first_right']} of {row['first_winners']}",
        right=True,
    ),
    _number("orders", "orders of three or more"),
    Column("rank_correlation", "rank correlation, mean", levels(2)),
)

FACT_COLUMNS = (
    Column("episode", "episode", fixed=True),
    Column("fact", "fact"),
    _number("observed", "observed"),
    _number("noise", "noise"),
    *PREDICTED,
    Column("error", "missed by", Digits("signed", 0)),
)

WINNER_COLUMNS = (
    Column("episode", "episode", fixed=True),
    Column("observed", "observed"),
    *(Column(key, NAMES[key], show=_word(key)) for key in STRUCTURES),
)

SEEN_COLUMNS = (
    Column("fact", "fact", show=lambda row: f"{row['fact']}, {row['side']}'s side", fixed=True),
    _number("observed", "observed"),
    _number("noise", "noise"),
    Column("counted", "counted", show=lambda row: "yes" if row["counted"] else "no"),
    *PREDICTED,
    _number("low", "range from"),
    _number("high", "to"),
    Column("basis", "it is of", show=_word("basis")),
    _number("p05", "draws from"),
    _number("p95", "to"),
)

GAIN_COLUMNS = (
    Column("country", "country"),
    _number("observed", "observed"),
    *PREDICTED,
)

RANGED = (
    "range: of the first year, the wider of what held nine of ten errors of the record's other "
    "measures and of 5 to 95 per cent of draws; a fact is counted where the rules of the record "
    "admit it"
)


def document(found: Scored, missing: Mapping[str, Mapping[str, str]]) -> Document:
    """Return the score of the structures, and every fact with what was predicted.

    Args:
        found: what is counted.
        missing: episodes without an answer, with the reason by structure.
    """
    board = [_score_row(one) for one in scores(found)]
    carved = [_score_row(one) for one in scores(found.placed("good"))]
    covered = [_coverage_row(one) for one in coverage(found)]
    orders = [_order_row(found, structure) for structure in STRUCTURES]
    facts, winners = _fact_rows(found), _winner_rows(found)
    unanswered = [
        f"{episode}, {NAMES[structure]}: {reason}"
        for episode, reasons in missing.items()
        for structure, reason in reasons.items()
    ]
    said: list[str] = [f"{NAMES[key].capitalize()}: {words}." for key, words in STRUCTURES.items()]
    parts: list[Part] = [
        *section(
            "Score by structure", Bullets(said), DocumentTable(COLUMNS, board, caption=CAPTION)
        ),
        *section("Score where the good was carved", DocumentTable(COLUMNS, carved)),
        *section(
            "Coverage of the ranges of the first year",
            DocumentTable(COVERAGE_COLUMNS, covered, caption=COVERED),
        ),
        *section("Who gains", DocumentTable(ORDER_COLUMNS, orders)),
        *section("Every fact, and what was predicted", DocumentTable(FACT_COLUMNS, facts)),
        *section("First winners", DocumentTable(WINNER_COLUMNS, winners)),
        *listed("Without an answer", unanswered),
        *listed("How it was predicted", NOTES),
    ]
    data = {
        "structures": dict(STRUCTURES),
        "score": board,
        "score of goods carved": carved,
        "coverage": covered,
        "who gains": orders,
        "facts": facts,
        "first winners": winners,
        "without an answer": {key: dict(value) for key, value in missing.items()},
        "not yet scorable": dict(not_yet_scorable()),
        "notes": list(NOTES),
    }
    return Document(parts, data, {"score": plain(board), "facts": plain(facts)})


def document_of_one(found: Backtest, known: Scored) -> Document:
    """Return an episode predicted, beside what was seen, with the range of the other measures.

    Args:
        found: the episode and its predictions.
        known: the record's residuals.
    """
    episode, header = found.episode, found.episode.header
    facts = [_seen_row(found, fact, known) for fact in episode.facts if fact.name in FACTS]
    winners = [_gain_row(found, one.country, one.gain) for one in episode.winners]
    rate = header.measure.rate
    about = (
        f"{header.measure.law}: {'a ban' if rate is None else f'{rate:g} points of duty'} of "
        f"{header.measure.implementer} on {' '.join(header.measure.targets)}. Window "
        f"{header.window} against {header.base}. Predicted: {found.said}."
    )
    predicted = {one.structure: one.first_winner for one in found.predictions}
    first = "per cent of the loss; first winner predicted: " + ", ".join(
        f"{country or 'none'} ({NAMES[structure]})" for structure, country in predicted.items()
    )
    reasons = [f"{NAMES[key]}: {reason}" for key, reason in found.reasons.items()]
    parts: list[Part] = [
        Words(header.title, "strong"),
        Words(about),
        *section("Predicted beside observed", DocumentTable(SEEN_COLUMNS, facts, caption=RANGED)),
        *(
            section("Who gained", DocumentTable(GAIN_COLUMNS, winners, caption=first))
            if winners
            else []
        ),
        *listed("Without an answer", reasons),
        *listed("Cautions", header.cautions),
        *listed("How it was predicted", NOTES),
    ]
    data = {
        "episode": episode.id,
        "title": header.title,
        "predicted as": found.said,
        "facts": facts,
        "winners": winners,
        "first winner predicted": predicted,
        "without an answer": found.reasons,
        "cautions": list(header.cautions),
        "notes": list(NOTES),
    }
    return Document(parts, data, {"facts": plain(facts), "winners": plain(winners)})


def _score_row(one: Score) -> Row:
    interval = binomial_interval(one.inside, one.ranged) if one.ranged else None
    return {**one._asdict(), "inside_interval": interval}


def _coverage_row(one: Coverage) -> Row:
    intervals = {
        f"{key}_interval": binomial_interval(hits, trials) if trials else None
        for key, hits, trials in (
            ("inside", one.inside, one.ranged),
            ("inside_draws", one.inside_draws, one.drawn),
        )
    }
    return {**one._asdict(), **intervals}


def _order_row(found: Scored, structure: str) -> Row:
    first, ranks = (found.ranked(structure, fact) for fact in ("first_winner", "ranks"))
    return {
        "structure": structure,
        "first_winners": len(first),
        "first_right": sum(int(one.agreement) for one in first),
        "orders": len(ranks),
        "rank_correlation": sum(one.agreement for one in ranks) / len(ranks) if ranks else None,
    }


def _fact_rows(found: Scored) -> list[Row]:
    """Return a row a fact, what every structure predicts beside it."""
    made: dict[tuple[str, str], Row] = {}
    for one in found.residuals:
        row = made.setdefault(
            (one.episode, one.fact),
            {
                "episode": one.episode,
                "fact": one.fact,
                "observed": one.observed,
                "noise": one.noise,
                **dict.fromkeys(STRUCTURES),
                "error": None,
            },
        )
        row[one.structure] = one.predicted
        if one.structure == SCORED_IN:
            row["error"] = one.error
    return list(made.values())


def _winner_rows(found: Scored) -> list[Row]:
    """Return a row a first winner that was told from noise."""
    made: dict[str, Row] = {}
    for one in found.rankings:
        if one.fact == "first_winner":
            row = made.setdefault(
                one.episode,
                {"episode": one.episode, "observed": one.observed[0], **dict.fromkeys(STRUCTURES)},
            )
            row[one.structure] = one.predicted[0] if one.predicted else None
    return list(made.values())


def _seen_row(found: Backtest, fact: Fact, known: Scored) -> Row:
    predicted = {one.structure: one.of(fact.name) for one in found.predictions}
    row: Row = {
        "fact": fact.name,
        "side": fact.side,
        "observed": fact.value,
        "noise": fact.noise,
        "counted": fact in found.episode.scorable(),
        **predicted,
        "low": None,
        "high": None,
        "basis": None,
    }
    point, kind = predicted[SCORED_IN], found.episode.header.kind
    drawn = found.drawn.get(fact.name)
    others = other_measures(known.of(SCORED_IN, fact.name), measure_of(found.episode))
    row |= dict(zip(("p05", "p95"), drawn or (None, None), strict=True))
    told = None if point is None else wider(
        fact.name, point, parameters=drawn, width=half_width(others, kind),
        certain=fact.name == "hit" and kind == "ban",
    )  # fmt: skip
    if told is not None:
        row |= told._asdict()
    return row


def _gain_row(found: Backtest, country: str, gain: float) -> Row:
    predicted = {one.structure: one.gains.get(country) for one in found.predictions}
    return {"country": country, "observed": gain, **predicted}
