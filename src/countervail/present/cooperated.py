"""The answer of ``respond coop`` as a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from countervail.ledger.notes import Note
from countervail.policy.agreement.answer import Coop, Deal
from countervail.present import answered, rows, under_draws
from countervail.present.answered import player
from countervail.present.assumptions import noted
from countervail.present.digits import amounts, levels, percents
from countervail.present.document import Document, plain
from countervail.present.parts import Column, DocumentTable, Part, Row, Words, section
from countervail.present.pieces import named
from countervail.present.respond_screen import RespondTelling, coop_screen, told_first
from countervail.present.result import cite
from countervail.present.under_draws import NOT_DRAWN, RangesOrWhy

INTERRUPTED = {True: "", False: ": INTERRUPTED, not every kind is there"}
"""What a heading says of an answer, by whether it was finished."""

KINDS = {
    "sum": "largest weighted sum of real incomes",
    "equal": "largest gain in common, per cent",
    "product": "largest product of gains",
}
"""What a deal is, by its name."""

THREATS = {"law": "the status quo", "nash": "a tariff war of the same players"}
"""What holds without agreement, in words."""

GAINS = (
    Column("deal", "deal", show=lambda row: row["deal"] if row["first"] else ""),
    Column("player", "player", show=lambda row: named(row["player"]), fixed=True),
    Column("gain", "gain %", percents(4), fixed=True),
    Column("gain_usd", "USD million", amounts(), fixed=True),
    Column("weight", "weight", levels(3), fixed=True),
)


def coop(
    answer: Coop,
    reported: RangesOrWhy = NOT_DRAWN,
    telling: RespondTelling = RespondTelling(),  # noqa: B008
) -> Document:
    """Return the answer of ``respond coop``; rates and ranges are those of ``answer.shown``."""
    notes = answered.notes(answer.shown, answer.notes)
    keys = ("deal", "player", "gain", "gain_usd")
    gains = [{key: row[key] for key in keys} for row in _gains(answer)]
    rates = [
        {"deal": deal.name, "player": one.name, **rate._asdict()}
        for deal in answer.frontier
        for one in answer.players
        for rate in answer.table(deal.name, one.name)
    ]
    return told_first(
        coop_screen(answer, reported, telling),
        telling,
        _read(answer),
        answered.ending(answer.shown.solution, reported, _proof(answer), notes),
        _data(answer, reported, notes),
        {
            "gains": plain(gains),
            "rates": plain(rates),
            **under_draws.tables(reported, answer.shown.solution),
        },
    )


def _read(answer: Coop) -> list[Part]:
    """Return what is read."""
    shown = answer.shown
    names = ", ".join(named(one.name) for one in answer.players)
    return [
        Words(f"Cooperative tariffs of {names}{INTERRUPTED[answer.finished]}", "strong"),
        answered.head(shown),
        Words(f"Without agreement: {THREATS[answer.threat]}."),
        *section(
            "Gains over no agreement (per cent of real income; USD million)",
            DocumentTable(GAINS, _gains(answer)),
            Words(_kinds(answer)),
        ),
        *(
            part
            for one in answer.players
            for part in section(
                f"Tariffs of {named(one.name)} ({shown.name})",
                answered.rates("sector", answer.table(shown.name, one.name), "agreed", then=False),
            )
        ),
    ]


def _data(answer: Coop, reported: RangesOrWhy, notes: Sequence[str | Note]) -> dict[str, Any]:
    """Return the JSON object; rates and gains in per cent."""
    shown, solution = answer.shown, answer.shown.solution
    return {
        "command": "coop",
        "players": [player(one, solution) for one in answer.players],
        "threat": {"kind": answer.threat, "welfare": dict(answer.at_threat)},
        **answered.question(solution),
        "units": {
            "rates, present": "per cent ad valorem; present is averaged over lines and cells",
            "gains": "per cent of real income, over the threat",
            "weights": "what a dollar of real income counts for; their mean is 1",
            "welfare": "per cent, relative to the status quo",
            **answered.units("rates", solution, money="gains_usd"),
            "projected_gradient": "per cent of the weighted sum per percentage point of a rate",
            "step": "percentage points",
            "left, uneven": "per cent",
            "starts value": "per cent; of product, the sum of logs of gains in per cent",
        },
        "shown": shown.name,
        "countries": rows.countries(solution),
        **under_draws.blocks(reported, solution),
        "deals": [_deal(answer, deal) for deal in answer.frontier],
        "evaluations": answer.evaluations,
        "finished": answer.finished,
        **answered.status_quo(answer.shown),
        **noted(solution, notes),
        "cite": cite(solution),
    }


def _deal(answer: Coop, deal: Deal) -> dict[str, Any]:
    worst = deal.solution.certificate.worst
    return {
        "name": deal.name,
        "weights": dict(deal.weights),
        "gains": dict(deal.gains),
        "gains_usd": dict(deal.gains_usd),
        "nobody_loses": deal.nobody_loses,
        "certificate": {
            "certified": True,  # what is not certified raises instead of being answered
            "residual": worst.residual,
            "worst": {"block": worst.name, "place": worst.place},
            **deal.certificate.as_dict(),
        },
        "rates": {
            one.name: [rate._asdict() for rate in answer.table(deal.name, one.name)]
            for one in answer.players
        },
        "countries": rows.countries(deal.solution),
        "manifest": deal.solution.manifest.as_dict(),
    }


def _gains(answer: Coop) -> list[Row]:
    """Return every deal, a row for each player."""
    return [
        {
            "deal": deal.name,
            "first": not number,
            "player": one.name,
            "gain": deal.gains[one.name],
            "gain_usd": deal.gains_usd[one.name],
            "weight": deal.weights[one.name],
        }
        for deal in answer.frontier
        for number, one in enumerate(answer.players)
    ]


def _kinds(answer: Coop) -> str:
    kinds = (f"{name}: {words}" for name, words in KINDS.items() if name in answer.deals)
    return "; ".join((*kinds, "weight: what a dollar of real income counts for")) + "."


def _proof(answer: Coop) -> str:
    said = []
    for deal in answer.deals.values():
        record = deal.certificate
        same = "agree" if record.agree else "DISAGREE"
        said.append(
            f"{deal.name}: steepest slope {record.projected_gradient:.0e} per cent a point, gain "
            f"left about {record.left:.0e} per cent, {len(record.starts)} starts {same}, largest "
            f"residual {deal.solution.certificate.worst.residual:.0e}."
        )
    done = "" if answer.finished else " INTERRUPTED, not everything is there (see below)."
    return (
        "Proof: no free rate changes the weighted sum of gains, with the weights above. "
        f"{' '.join(said)} {answer.evaluations} equilibria.{done}"
    )
