"""The answer of ``run`` as a document."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from countervail import money
from countervail.certified import Residual
from countervail.draws.ensemble import Ensemble
from countervail.draws.ensemble.coverage import coverage_statement
from countervail.draws.ensemble.result import QUANTILES
from countervail.ledger.notes import HEADLINE, Note, sentence
from countervail.ledger.notes import listed as few
from countervail.present import assumptions, horizons, law, quotas, redirected, rows, tables
from countervail.present.compared import envelope
from countervail.present.document import Document, plain
from countervail.present.first import (
    FirstScreen,
    first_screen,
    long_run_effects,
    still_screen,
)
from countervail.present.joined import as_rows, joined
from countervail.present.on_record import on_record
from countervail.present.partners import partners
from countervail.present.parts import (
    Bullets,
    Column,
    DocumentTable,
    Heading,
    Part,
    Words,
    listed,
    section,
)
from countervail.present.ranges import NAMED, SIDES, Ranges
from countervail.present.sentences.language import Language, language
from countervail.present.sentences.quota import full
from countervail.present.short_names import names
from countervail.present.steps import steps
from countervail.present.subject import about_background, subject_pairs
from countervail.present.tables import RowsWithRanges
from countervail.present.told import ToldAnswer
from countervail.present.worlds import restored_words
from countervail.provenance import software
from countervail.scenario import other_law
from countervail.solution import Solution
from countervail.world.outside import outside_words

ASSUMED = "Assumptions that matter"
"""Heading of what an answer rests on."""

ALSO = (Column("title", "measure"), Column("days", "changed on"), Column("id", "id"))
"""What is shown of law that changed beside a question."""

NOTHING_RELATIVE = 1e-11
"""No wage, price or expenditure moves by more: there is nothing to rank."""


def document(
    solution: Solution,
    ensemble: Ensemble | None = None,
    more: Mapping[str, Document] | None = None,
    lang: Language | None = None,
) -> Document:
    """Return the answer; per cent unless a key says otherwise, money in USD million.

    Args:
        solution: the point answer.
        ensemble: its draws, read by ``present.ranges.Reader``; without them there are no ranges.
        more: what else was asked of it, by its key in the JSON object.
        lang: of its sentences; default English.

    Raises:
        InputError: the draws were not read by a ``Reader``.
    """
    reported, added = RowsWithRanges.of(solution, ensemble), more or {}
    told, said = ToldAnswer(solution, reported), lang or language()
    beside: list[Part] = [p for key, one in added.items() if key != LONG_RUN for p in one.parts]
    first: FirstScreen
    if solution.certificate.effect <= NOTHING_RELATIVE:
        sections = _still(solution)
        first = still_screen(told, said, headline(solution, said), same=_same_law(solution))
    else:
        long_run = added.get(LONG_RUN)
        sections = _read(solution, ensemble, reported, [] if long_run is None else long_run.parts)
        if "models" in added:
            beside.insert(0, Words(envelope(added["models"].data), apart=True))
        effects = long_run_effects(told, None if long_run is None else long_run.data)
        first = first_screen(told, said, headline(solution, said), effects)
    data = {
        **_data(solution, ensemble, reported),
        "says": first.as_dict(said),
        **{key: one.data for key, one in added.items()},
    }
    parts = [p for key in ORDER for p in (beside if key == "beside" else sections.get(key, []))]
    shown = {
        word: [p for key in keys for p in sections.get(key, [])] for word, keys in SECTIONS.items()
    }
    files = {name: table for one in added.values() for name, table in one.tables.items()}
    return Document(parts, data, {**_files(reported), **files}, first.parts, shown, beside)


def preview(
    solution: Solution,
    ensemble: Ensemble | None,
    long_run: Mapping[str, Any] | None,
    lang: Language,
    draws: int,
) -> Sequence[Part]:
    """Return the first screen of an answer whose ranges are still being drawn.

    Args:
        solution: the point answer.
        ensemble: of the draws there are; None before the first.
        long_run: the JSON object of the long run beside it.
        lang: of its sentences.
        draws: asked for.
    """
    told = ToldAnswer(solution, RowsWithRanges.of(solution, ensemble))
    if solution.certificate.effect <= NOTHING_RELATIVE:
        notes = headline(solution, lang)
        return still_screen(told, lang, notes, same=_same_law(solution)).parts
    effects = long_run_effects(told, long_run)
    return first_screen(told, lang, headline(solution, lang), effects, draws).parts


LONG_RUN = "long_run"
"""Key of the long run that stands beside an answer of some years."""

SECTIONS = {
    "law": ("heading", "changed"),
    "goods": ("goods", "diversion"),
    "countries": ("countries",),
    "sectors": ("sectors",),
    "why": ("heading", "certificate", "why"),
}
"""What is read of an answer, by the word that shows it."""

ORDER = (
    *("heading", "changed", "goods", "countries", "beside", "sectors", "diversion"),
    *("certificate", "why"),
)
"""All that is read, in the order a reader asks."""


def _read(
    solution: Solution,
    ensemble: Ensemble | None,
    reported: RowsWithRanges,
    long_run: Sequence[Part],
) -> dict[str, list[Part]]:
    """Return what is read, by what it tells of."""
    return {
        "heading": heading(solution),
        "changed": tables.changed(solution, reported),
        "goods": [
            *tables.goods_named(solution, reported),
            *tables.redirected_goods(reported),
            *tables.quotas_priced(reported),
        ],
        "countries": [*tables.gains(solution, reported), *long_run],
        "sectors": tables.sectors(solution, reported),
        "diversion": tables.diversion(reported),
        "certificate": [_certificate(solution, ensemble)],
        "why": [
            *section("What the ranges cover", Words(coverage_statement(ensemble))),
            *_mattering(solution),
            *listed("How to cite", cite(solution)),
        ],
    }


def _same_law(solution: Solution) -> bool:
    """Return whether nothing changes in law, nor by hand."""
    resolved = solution.resolved
    same = any(note.kind == "same_law" for note in resolved.notes)
    return same or (resolved.law_before is None and resolved.after.is_nothing())


def _still(solution: Solution) -> dict[str, list[Part]]:
    """Return what is read where nothing moves."""
    # that nothing changes is said only where it is so in law
    if _same_law(solution):
        said = "Nothing changes: every figure is zero."
    else:
        said = (
            "No figure moves, though the law differs: what differs has no effect, or no place here."
        )
    return {
        "heading": [*heading(solution), Words(said, "strong", apart=True)],
        "certificate": [_certificate(solution)],
        "why": listed("Why", [sentence(note) for note in _telling(solution)]),
    }


def _files(reported: RowsWithRanges) -> dict[str, DocumentTable]:
    """Return what is also a CSV file."""
    changes = [
        {
            "measure": measure["id"],
            "implementer": measure["implementer"],
            **change,
            "reference": change["reference"]["address"],
        }
        for measure in reported.law
        for change in measure["changes"]
    ]
    moves = [
        {**{key: row[key] for key in NAMED["diversion"]}, "side": side, **move}
        for row in reported.rows["diversion"]
        for side in SIDES
        for move in row[side]
    ]
    drawn = reported.ranges_of("diversion")
    ranges = [{"change_usd": m["change_usd"]} for at in drawn for side in SIDES for m in at[side]]
    some = tuple(kind for kind in ("goods", "quotas") if reported.rows[kind])
    kinds = ("countries", "lines", "sectors", *some)
    return {
        **{kind: reported.table(kind) for kind in kinds},
        "measures": plain(changes),
        "diversion": DocumentTable((), moves, ranges),
    }


def _data(
    solution: Solution, ensemble: Ensemble | None, reported: RowsWithRanges
) -> dict[str, Any]:
    """Return the JSON object."""
    scenario, world, certificate = solution.scenario, solution.world, solution.certificate
    settings = scenario.settings()
    return {
        "scenario": {
            **settings,
            "question": scenario.question,
            "countries": list(rows.shown_countries(solution)),
            "outside": [{"matter": m, "reason": r} for m, r in other_law.outside(scenario)],
            "since": law.since(solution),
        },
        "world": {
            "name": world.name,
            "year": world.year,
            "countries": len(world.countries),
            "sectors": len(world.sectors),
            "elasticities": world.elasticity_set,
            "restored": [dict(row) for row in world.restored],
            "table": _table(solution),
        },
        "model": solution.model.settings(),
        "horizon": horizons.settings(solution.world),
        "record": on_record(solution),
        "ledger": {key: settings[key] for key in ("from", "to", "known_on", "background")},
        "units": {
            "default": "per cent of the first state of law",
            "revenue_change": "per cent of first-state final spending",
            "welfare_usd, welfare_cad, welfare_aud": f"million of {world.year}, the economy of "
            f"{world.year}, at that year's average exchange rate",
            "welfare_usd_per_person": f"USD of {world.year} a head, people of {world.year}; null "
            "for the rest of the world",
            "spending_usd": "first-state final spending: what welfare and revenue_change are per "
            "cent of",
            "output_real_change": "per cent, at first-state producer prices; output_change and "
            "output_change_usd are nominal",
            "employment_change": "per cent, of the labour that is free to leave the sector or "
            "good; 0 by assumption where all that makes it stays with it",
            "exports, imports": "nominal, at border prices (export taxes included), with world "
            "value added unchanged",
            "*_usd": f"USD million of {world.year} at producer prices (exports and imports at "
            "border prices), world value added unchanged",
            "rate, rate_new": "per cent ad valorem, the whole duty on the line",
            "weight": "share of the cell's trade before tariff",
            "goods": redirected.UNITS,
            "partners": "change of sales in the cell, USD million at producer prices; range: 5, 50 "
            "and 95 per cent of the draws",
            "sides": "share of draws below and above zero",
        },
        "certificate": {
            "certified": True,  # a solution that is not raises instead of existing
            "residual": certificate.residual,
            "effect": certificate.effect,
            "iterations": certificate.sweeps,
            "method": certificate.rung,
            "relative_to_effect": certificate.beside_effect,
            "conditioning": _number(certificate.conditioning),
            "blocks": {b.name: b.residual for b in certificate.equations.values()},
            "worst": {"block": certificate.worst.name, **_place(certificate.worst)},
            "equations": {
                b.name: {"equation": b.equation, "residual": b.residual, **_place(b)}
                for b in certificate.equations.values()
            },
        },
        "countries": rows.by_country(reported.rows["countries"]),
        **{
            kind: reported.rows[kind]
            for kind in ("lines", "sectors", "goods", "diversion", "quotas")
        },
        "goods_joined": as_rows(joined(reported.rows["lines"], reported.ranges)),
        "partners": partners(
            solution,
            reported.rows["diversion"],
            None if reported.ranges is None else reported.ranges.partners(),
        ),
        "names": names(world),
        "ranges": None if reported.ranges is None else _ranges(reported.ranges),
        "measures": _measures(solution, reported),
        "assumptions": assumptions.assumptions(solution),
        **assumptions.placed(solution),
        "covers": coverage_statement(ensemble),
        "manifest": manifest_of(solution, ensemble),
        "cite": cite(solution),
    }


def _table(solution: Solution) -> str:
    """Return the hash of the table behind an answer, before goods were carved out of it."""
    known: Mapping[str, Any] = solution.observed.provenance.get("carved_from", {})
    return str(known.get("table") or solution.observed.made_from)


def _measures(solution: Solution, reported: RowsWithRanges) -> list[dict[str, Any]]:
    """Return what changed in law, each measure with all its steps: earlier and later ones too."""
    ledger, scenario = solution.scenario.ledger, solution.scenario
    first, last = scenario.from_date, scenario.to_date
    dates = None if first is None or last is None else (first, last)
    known = {} if ledger is None else ledger.measures
    return [
        {**row, "steps": steps(known[row["id"]], dates) if row["id"] in known else []}
        for row in reported.law
    ]


def _ranges(ranges: Ranges) -> dict[str, Any]:
    """Return the ranges of every figure, and what they were made of."""
    ensemble = ranges.ensemble
    return {
        **ensemble.settings(),
        "quantiles": list(QUANTILES),
        "largest_residual": float(np.nanmax(ensemble.residual)),
        "without_answer": [{"draw": k, "reason": why} for k, why in ensemble.failures.items()],
        "inputs": [one._asdict() for one in ensemble.priors.parameters],
        **ranges.as_dict(),
        "sides": ranges.sides(),
    }


def heading(solution: Solution) -> list[Part]:
    """Return the question, and what must be known before any figure."""
    scenario = solution.scenario
    variant = f" [{scenario.variant}]" if scenario.variant else ""
    said: list[Part] = [Words(f"{scenario.title}{variant}", "strong")]
    if scenario.from_date and scenario.to_date:
        by_hand = ", with the changes named below" if scenario.changes else ""
        known = f", as known on {scenario.known_on}" if scenario.known_on else ""
        other = f"; all other law of {scenario.background}" if scenario.background else ""
        law_of = f"Law of {scenario.from_date} against law of {scenario.to_date}"
        said.append(Words(f"{law_of}{by_hand}{known}{other}"))
    words = horizons.words(solution.world)
    if words:
        said.append(Words(words))
    if scenario.question:
        said.append(Words(scenario.question, "asked"))
    said += headline(solution)
    more = (
        restored_words(solution.world),
        _since(solution),
        unpriced_words(solution),
        _outside(solution),
    )
    return [*said, *(Words(words) for words in more if words)]


def headline(solution: Solution, lang: Language | None = None) -> list[Words]:
    """Return what is reported beside the figures it changes: notes, and quotas asked about.

    Args:
        solution: the answer.
        lang: of what is said of quotas; default English.
    """
    said = lang or language()
    noted = [
        Words(str(law.titled_note(solution, note)), "strong" if note.kind == "left_out" else "")
        for note in solution.resolved.notes
        if note.kind in HEADLINE
    ]
    return [
        *_of_drafts(solution),
        *noted,
        *([Words(outside, "strong")] if (outside := outside_words(solution.observed)) else ()),
        *(Words(full(said, one)) for one in quotas.asked_about(solution)),
    ]


def _of_drafts(solution: Solution) -> list[Words]:
    """Return what of the question is no law, and which drafts are not in the figures."""
    scenario = solution.scenario
    priced = [
        f"{use.id} ({use.law.replace('_', ' ')}): {use.said}"
        for use in scenario.drafts
        if use.priced
    ]
    left = [f"{use.id}: {use.said}" for use in scenario.drafts if not use.priced]
    said = [Words(f"Drafts, no law, as if in force: {'; '.join(priced)}.", "strong")]
    if left:
        said.append(Words(f"Not priced of the drafts: {'; '.join(left)}."))
    return said if scenario.drafts else []


def _since(solution: Solution) -> str:
    """Return how the law of the question has changed since, in a sentence."""
    said = [
        f"{row['date']} {', '.join(row['products'])} {row['law']} to {row['law_new']}"
        for row in law.since(solution)
    ]
    return f"Since then: {few(said)}; today's law: --to today" if said else ""


def unpriced_words(solution: Solution) -> str:
    """Return what else changed between the dates, in a sentence."""
    scenario = solution.scenario
    found = list(other_law.unpriced(scenario))
    if not found:
        return ""
    stands = scenario.background or scenario.from_date
    return (
        f"Also changed between these dates, not part of this question and priced as on {stands}: "
        f"{few(found)} (all, with dates: --json)"
    )


def also_changed(solution: Solution) -> list[Part]:
    """Return what else changed between the dates, a row a measure: its title, its days, its id."""
    found = other_law.unpriced(solution.scenario)
    if not found:
        return []
    ledger = solution.scenario.ledger
    assert ledger is not None
    stands = solution.scenario.background or solution.scenario.from_date
    rows_ = [
        {
            "title": ledger.measure(id).title,
            "days": ", ".join(dict.fromkeys(change.date.isoformat() for change in changes)),
            "id": id,
        }
        for id, changes in found.items()
    ]
    title = f"Also changed between these dates, not part of this question; priced as on {stands}"
    return section(title, DocumentTable(ALSO, rows_))


def _outside(solution: Solution) -> str:
    """Return what the question itself leaves out, in a sentence."""
    matters = [matter for matter, _ in solution.scenario.outside]
    return f"Outside this question: {few(matters)} (reasons below)" if matters else ""


def _telling(solution: Solution) -> list[Note]:
    """Return the notes but those on law and cells that are mere background."""
    pairs = subject_pairs(solution)
    return [
        note
        for note in solution.resolved.notes
        if not about_background(solution, note)
        and (not note.cells or any(cell.pair in pairs for cell in note.cells))
    ]


def _mattering(solution: Solution) -> list[Part]:
    """Return the assumptions, notes on measures that are mere background counted, not reported."""
    telling = _telling(solution)
    hidden = len(solution.resolved.notes) - len(telling)
    kept: list[str | Note] = [*assumptions.assumed(solution), *telling]
    if hidden:
        kept.append(f"{hidden} more notes, on law that is not the subject: see --json.")
    return [Heading(ASSUMED), Bullets(kept, subject_pairs(solution))]


def _certificate(solution: Solution, ensemble: Ensemble | None = None) -> Words:
    c = solution.certificate
    said = (
        ": every equation of both states checked independently.\nLargest relative residual "
        f"{c.residual:.1e} ({c.worst.name}, {c.worst.place}), largest effect {c.effect:.2e}; "
        f"{c.sweeps} sweeps, method {c.rung}"
    )
    if np.isfinite(c.conditioning):
        said += f", conditioning {c.conditioning:.1f}"
    said += "."
    if ensemble is not None:
        said += (
            f"\n{int(ensemble.answered.sum())} of {len(ensemble)} draws certified likewise, "
            f"largest residual {np.nanmax(ensemble.residual):.1e}."
        )
    return Words(said, lead="Certified", apart=True)


def manifest_of(solution: Solution, ensemble: Ensemble | None) -> dict[str, Any]:
    """Return the manifest of an answer and its draws, JSON-able."""
    manifest = solution.manifest.as_dict()
    if ensemble is not None:
        manifest["settings"] = {**manifest["settings"], "ensemble": ensemble.settings()}
    return manifest


def _place(block: Residual) -> dict[str, str | None]:
    return {"country": block.country, "sector": block.sector}


def _number(value: float) -> float | None:
    """Return a number that JSON has; what was not measured is null."""
    return value if math.isfinite(value) else None


def cite(solution: Solution) -> list[str]:
    """Return how to cite the answer: the software, the model, the data."""
    said = [
        f"{software(solution.manifest.countervail)} Scenario '{solution.scenario.name}', "
        f"world '{solution.world.name}', hash {solution.world.hash[:12]}.",
        *(f"{paper}." for paper in solution.model.references()),
    ]
    if solution.world.year == money.POPULATION_YEAR:
        said.append(money.CREDIT)
    credit = solution.world.provenance.get("credit")
    if credit:
        said.append(str(credit))
    return said
