"""The answer of ``respond bargain`` as a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.errors import CountervailError
from countervail.horizons import LONG
from countervail.ledger.notes import sentence
from countervail.policy.bargaining.bargain import Bargain, Reply
from countervail.policy.bargaining.concessions import NO_DEAL, Package
from countervail.policy.bargaining.draws import PackageDraws
from countervail.policy.bargaining.packages import MOST_EXACT, TIE_PER_CENT
from countervail.present import bargain_screen, horizons
from countervail.present.assumptions import assumed
from countervail.present.digits import Digits, amounts, percents
from countervail.present.document import Document, plain
from countervail.present.parts import Column, DocumentTable, Part, Row, Words, listed, section
from countervail.present.sentences.language import Language, language
from countervail.present.under_draws import NOT_DRAWN
from countervail.present.worlds import restored_words
from countervail.provenance import Manifest
from countervail.version import __version__
from countervail.world import World

Array = NDArray[np.float64]

MOST_ROWS = 12
MOST_FAILURES = 5

PERCENT, USD = percents(4, none="no answer"), amounts(none="")
"""How gains are written; a package that has no answer says so once for each party."""

RANGES = (
    Column("chosen", "package"),
    Column("party", "party", fixed=True),
    *(
        Column(key, heading, percents(4, none=""), fixed=True)
        for key, heading in (
            ("value", "point %"), ("p05", "5 %"), ("p50", "median"), ("p95", "95 %"),
        )
    ),
    Column("chance", "gains in", Digits("level", 0, unit=" %"), fixed=True),
)  # fmt: skip

DEFINITIONS = {
    "welfare": "exact equivalent variation, per cent of the party's first-state spending and USD "
    "million of the base year, relative to no deal (the law in force); a group's is the sum of its "
    "countries'",
    "frontier": "packages under which no party can get more unless another gets less (Pareto)",
    "nash": "the package with the largest product of gains (Nash 1950, Econometrica 18(2))",
    "kalai_smorodinsky": "the package whose smallest relative gain is largest, relative to the "
    "most a party can gain where nobody loses (Kalai and Smorodinsky 1975, Econometrica 43(3), on "
    "the packages themselves)",
    "largest product": "the reply with the largest product of gains",
    "most even": "the reply that splits the sum of gains, in USD, most evenly",
    "default_replies": "the replies to each party that offers what it concedes in the Nash "
    "package, and no more; point values, without ranges where they were not drawn",
    "smallest": "the reply under which the offering party still gains, and gains least",
}
BESIDE = (
    "Long run: the same package in USD million when factors have moved. Packages are chosen by "
    "what they are worth at the horizon; --horizon long chooses by the long run."
)
NO_TRANSFERS = (
    "Nothing is paid on the side, and no lotteries: a point is always one of the packages."
)
NOT_COVERED = (
    "They do not cover the choice of model and closure, how the law is applied or answered later, "
    "or errors in cells of the world table that are taken as exact."
)


def document(found: Bargain, why: str = NOT_DRAWN, lang: Language | None = None) -> Document:
    """Return the answer of ``respond bargain``.

    Args:
        found: the bargain.
        why: there are no draws, where there are none.
        lang: of its first screen; default English.
    """
    said = lang or language()
    data = {**_data(found, why), "says": bargain_screen.sentences(found, said)}
    sections = {
        "answer": _read(found),
        "why": _why(found, data["covers"], data["assumptions"]),
    }
    read = [*sections["answer"], *sections["why"]]
    return Document(read, data, _files(data), bargain_screen.screen(found, said, why), sections)


def _why(found: Bargain, coverage: str, assumptions: Sequence[str]) -> list[Part]:
    """Return what the figures rest on."""
    return [
        Words(certificate(found), apart=True),
        *listed("Without an answer", _failures(found)),
        *section("What the figures cover", Words(coverage)),
        *listed("Assumptions that matter", assumptions),
    ]


def _read(found: Bargain) -> list[Part]:
    """Return what is read, in the order a reader asks."""
    drawn, long = found.drawn, found.long_run
    under = [] if drawn is None else [_ranges(found, drawn, found.percent)]
    beside = (
        []
        if long is None or long.drawn is None
        else [_ranges(found, long.drawn, lambda package: long.values[package].percent)]
    )
    return [
        Words(found.table.title or found.table.name, "strong"),
        Words(f"{found.status_quo.sentence}{restored_words(_home(found), ' ')}"),
        Words(horizons.meaning(found.world.horizon or LONG)),
        Words(_about(found)),
        *(Words(f"PARTIAL ANSWER, {of}: {say}", "strong") for of, say in found.left_out.items()),
        *section("What each concession does by itself", *_alone(found)),
        *section("Efficient packages (Pareto frontier)", _frontier(found)),
        *section("The bargaining points", *_points(found)),
        *section("What a fair reply is", *_reply(found)),
        *section("The chosen packages under draws", *under),
        *section("The same packages under draws, in the long run", *beside),
    ]


def _data(found: Bargain, why: str) -> dict[str, Any]:
    """Return the JSON object: every package, the frontier, the points, the reply, draws."""
    table, reply = found.table, found.reply
    return {
        "title": table.title,
        "question": table.question,
        "table": table.settings(),
        "status_quo": found.status_quo.as_dict(),
        "would_break": found.would_break.as_dict(),
        "countervail": __version__,
        "concessions": [
            {
                "name": one.name,
                "party": one.party,
                "title": one.title,
                "instead_of": list(one.instead_of),
                "measures": list(dict.fromkeys(change.measure for change in one.changes)),
            }
            for one in table.concessions
        ],
        "not_placed": [{"concession": k, "reason": why} for k, why in found.left_out.items()],
        "exact": found.packages.exact,
        "stopped": found.packages.stopped,
        "finished": found.packages.finished,
        "packages": [_package(found, package) for package in found.packages.made],
        "all_gain": len(found.gain_all),
        "swaps": len(found.swaps),
        "frontier": [list(found.names(package)) for package in found.frontier],
        "ideal": _by_party(found, found.ideal),
        "nash": _point(found, found.nash, found.nash_ties),
        "kalai_smorodinsky": _point(found, found.kalai_smorodinsky, found.kalai_smorodinsky_ties),
        "reply": None if reply is None else _replied(found, reply),
        "default_replies": [_replied(found, one) for one in found.default_replies],
        "draws": None if found.drawn is None else _drawn(found, found.drawn),
        "covers": coverage_statement(found, why),
        "definitions": {**DEFINITIONS, "transfers": NO_TRANSFERS},
        "residual": found.residual,
        "horizon": horizons.settings(found.world),
        "long_run": _long_run(found),
        "assumptions": rests_on(found),
        "manifest": _manifest(found),
    }


def _files(said: dict[str, Any]) -> dict[str, DocumentTable]:
    """Return what is also a CSV file: packages, and the chosen ones under draws."""
    packages = [
        {
            "concessions": " ".join(one["concessions"]),
            "efficient": one["efficient"],
            "certified": one["certified"],
            **{
                f"{party}_{unit}": value
                for unit in ("percent", "usd")
                for party, value in (one[unit] or dict.fromkeys(said["ideal"])).items()
            },
            **{
                f"{party}_long_run_usd": (one["long_run"] or {"usd": {}})["usd"].get(party)
                for party in said["ideal"]
            },
        }
        for one in said["packages"]
    ]
    chosen = [] if said["draws"] is None else said["draws"]["packages"]
    ranges = [
        {
            "concessions": " ".join(one["concessions"]),
            "chosen_as": "; ".join(one["chosen_as"]),
            "party": party,
            **{f"{unit}_{at}": v for unit in ("percent", "usd") for at, v in row[unit].items()},
            "chance_of_gain": row["chance_of_gain"],
            "chance_all_gain": one["chance_all_gain"],
        }
        for one in chosen
        for party, row in one["parties"].items()
    ]
    return {"packages": plain(packages), "ranges": plain(ranges)}


def certificate(found: Bargain) -> str:
    """Return what was verified, in a sentence."""
    count, failed = len(found.packages), len(found.packages.failures)
    said = (
        f"Certified: {count - failed:,} of {count:,} packages, every equation of both states "
        f"checked independently. Largest residual {found.residual:.1e}."
    )
    if found.drawn is not None:
        answered = len(found.drawn.percent)
        said += (
            f"\n{answered} of {found.drawn.draws} draws certified likewise, largest residual "
            f"{found.drawn.residual:.1e}."
        )
    return said


def coverage_statement(found: Bargain, why: str = NOT_DRAWN) -> str:
    """Return what the figures cover and what they do not, in a paragraph."""
    said = _searched(found)
    drawn = found.drawn
    if drawn is None:
        return f"{said}{why}"
    said += (
        f"Ranges and chances are of {len(drawn.percent)} certified answers under joint draws (seed "
        f"{drawn.seed}) of {len(drawn.inputs)} uncertain inputs, the same for every package. Which "
        "packages are shown was chosen at the point values: another draw may choose others. "
        f"{NOT_COVERED}"
    )
    if drawn.failures:
        first = min(drawn.failures)
        said += (
            f" {len(drawn.failures)} draws have no answer and are left out; the first (draw "
            f"{first}): {drawn.failures[first]}."
        )
    return said


def rests_on(found: Bargain) -> list[str]:
    """Return what matters for the answer, in sentences; of law and quotas in the widest package."""
    said = [NO_TRANSFERS, *_no_sacrifice(found)]
    said.append(
        "Welfare is that of whole countries: what farmers, car makers or a treasury win or lose by "
        "themselves, and what a government cares for beside it, is not in it."
    )
    said += [sentence(note) for note in found.would_break.notes]
    if not found.reported:
        return said
    try:
        solution = found.solution(found.reported)
    except CountervailError:
        return said
    # first whether a quota binds: then gains are overstated
    return said + sorted(
        assumed(solution), key=lambda sentence: not sentence.startswith("Quota of")
    )


def _searched(found: Bargain) -> str:
    """Say that not every package was valued, where it is so."""
    if not found.packages.finished:
        return (
            f"INTERRUPTED: only {len(found.packages):,} packages were valued, the smallest first; "
            "better ones may be among the others. "
        )
    if found.packages.exact:
        return ""
    cut = (
        " The search ended because it had valued as many as it may."
        if found.packages.stopped
        else ""
    )
    return (
        f"There are {len(found.table.concessions)} concessions, more than the {MOST_EXACT} of "
        f"which every package is valued: {len(found.packages):,} packages were searched, from no "
        "deal and from all concessions towards efficient ones, one concession at a time. A better "
        f"package may have been missed.{cut} "
    )


def _no_sacrifice(found: Bargain) -> list[str]:
    """Say where every concession is a gain to the party that makes it."""
    parties, table = found.parties, found.table
    own = [
        found.percent((k,))[parties.index(one.party)]
        for k, one in enumerate(table.concessions)
        if (k,) not in found.failures
    ]
    giving = sum(value > TIE_PER_CENT for value in own)
    if giving == 0:
        return []
    how = "Every concession" if giving == len(own) else f"{giving} of {len(own)} concessions"
    verb = "raises" if giving in (1, len(own)) else "raise"
    return [
        f"{how} {verb} the welfare of the party that makes it, by itself: in this measure that is "
        "no sacrifice, and needs no payment to be worth while."
    ]


def _home(found: Bargain) -> World:
    """Return the world that every package is solved from."""
    return found.table.scenario(NO_DEAL).base_world(found.world)


def _about(found: Bargain) -> str:
    table = found.table
    every = "every package of" if found.packages.exact else "a searched set of packages of"
    if not found.packages.finished:
        every = "INTERRUPTED, some packages only of"
    return (
        f"{' and '.join(found.parties)}; {every} {len(table.concessions)} "
        f"concessions: {len(found.packages):,} packages.\nAll parties gain from "
        f"{len(found.gain_all):,} of them; in {len(found.swaps):,} of these each side concedes "
        "something."
    )


def _alone(found: Bargain) -> list[Part]:
    rows = [
        {"concession": one.name, "by": one.party, **_figures(found, (k,))}
        for k, one in enumerate(found.table.concessions)
    ]
    columns = Column("concession", "concession"), Column("by", "by")
    beside = "" if found.long_run is None else f" {BESIDE}"
    return [_made(found, rows, *columns), Words(f"Welfare: {DEFINITIONS['welfare']}.{beside}")]


def _frontier(found: Bargain) -> DocumentTable:
    rows = [
        {"package": _words(found, package), **_figures(found, package)}
        for package in found.frontier[:MOST_ROWS]
    ]
    more = len(found.frontier) - MOST_ROWS
    caption = f"{more} more: see --json" if more > 0 else ""
    return _made(found, rows, Column("package", "package"), caption=caption)


def _points(found: Bargain) -> list[Part]:
    if found.nash is None or found.kalai_smorodinsky is None:
        return [
            Words(
                "There is no package from which all parties gain, so there is no bargaining point: "
                "no deal is as good as any."
            )
        ]
    points = (
        ("Nash", found.nash, found.nash_ties),
        ("Kalai-Smorodinsky", found.kalai_smorodinsky, found.kalai_smorodinsky_ties),
    )
    rows = [
        {
            "point": name,
            "package": _words(found, package) + (f" (and {len(ties)} as good)" if ties else ""),
            **_figures(found, package),
        }
        for name, package, ties in points
    ]
    best = ", ".join(
        f"{name} {PERCENT.write(value)} %"
        for name, value in zip(found.parties, found.ideal, strict=True)
    )
    return [
        _made(found, rows, Column("point", "point"), Column("package", "package")),
        Words(f"Ideal, the most each gains where nobody loses: {best}."),
        Words(f"Nash: {DEFINITIONS['nash']}."),
        Words(f"Kalai-Smorodinsky: {DEFINITIONS['kalai_smorodinsky']}."),
    ]


def _reply(found: Bargain) -> list[Part]:
    reply = found.reply
    if reply is None:
        return []
    alone = {"reply": "none: the offer alone", "for": "nothing", **_figures(found, reply.offer)}
    rows: list[Row] = [alone]
    for name, package in _kinds(reply):
        if package is None:
            none = {key: "" for key, _ in _gains(found)}
            rows.append({"reply": name, "for": "there is none from which all gain", **none})
        else:
            conceded = _answer(found, reply, package)
            rows.append({"reply": name, "for": conceded, **_figures(found, package)})
    offered = f"{reply.party} offers {', '.join(found.names(reply.offer))}"
    meanings = "; ".join(f"{name}: {DEFINITIONS[name]}" for name, _ in _kinds(reply))
    wastes = "The most even reply is not efficient: under another one every party gains more."
    return [
        _made(found, rows, Column("reply", "reply"), Column("for", "what is conceded for it")),
        *([Words(wastes)] if reply.even_wastes else []),
        Words(f"{offered}; {len(reply.packages):,} replies. {meanings}."),
    ]


def _kinds(reply: Reply) -> tuple[tuple[str, Package | None], ...]:
    return (
        ("largest product", reply.nash),
        ("most even", reply.even),
        ("smallest", reply.least),
    )


def _answer(found: Bargain, reply: Reply, package: Package) -> str:
    """Return what is conceded in reply, in words."""
    conceded = tuple(k for k in package if k not in reply.offer)
    if conceded:
        return _words(found, conceded, reply.free)
    return f"nothing: {reply.party} gains from its own offer"


def _ranges(
    found: Bargain, drawn: PackageDraws, percent: Callable[[Package], Array]
) -> DocumentTable:
    """Return the ranges of the chosen packages, a row for each party and one for all.

    Args:
        found: the bargain.
        drawn: the draws.
        percent: what a package is worth to each party at the point values.
    """
    rows: list[Row] = []
    for package, chosen in found.chosen.items():
        ranges, chances = drawn.ranges(package), drawn.chances(package)
        rows += [
            {
                "chosen": "; ".join(chosen) if p == 0 else "",
                "party": party,
                "value": percent(package)[p],
                **_quantiles(ranges[:, p]),
                "chance": 100.0 * chances[p],
            }
            for p, party in enumerate(found.parties)
        ]
        rows.append({"party": "all", "chance": 100.0 * drawn.chance_all(package)})
    caption = "gains in: per cent of the draws in which the party gains"
    return DocumentTable(RANGES, rows, caption=caption)


def _made(found: Bargain, rows: Sequence[Row], *first: Column, caption: str = "") -> DocumentTable:
    """Return a table with two columns of figures for every party."""
    gains = (
        Column(key, heading, PERCENT if key.endswith("percent") else USD, fixed=True)
        for key, heading in _gains(found)
    )
    return DocumentTable((*first, *gains), rows, caption=caption)


def _gains(found: Bargain) -> list[tuple[str, str]]:
    """Return keys and headings of the figures of every party."""
    beside = [] if found.long_run is None else [("long_run_usd", "\nlong run")]
    return [
        (f"{party}_{key}", heading)
        for party in found.parties
        for key, heading in (("percent", f"{party}\nper cent"), ("usd", "\nUSD mn"), *beside)
    ]


def _figures(found: Bargain, package: Package) -> dict[str, float]:
    """Return what every party gains from a package; nothing where it has no answer."""
    if package in found.failures:
        return {}
    figures = {"percent": found.percent(package), "usd": found.usd(package)}
    if found.long_run is not None and package in found.long_run.values:
        figures["long_run_usd"] = found.long_run.values[package].usd
    return {
        f"{party}_{key}": float(values[p])
        for p, party in enumerate(found.parties)
        for key, values in figures.items()
    }


def _words(found: Bargain, package: Package, among: Package | None = None) -> str:
    """Return a package in words; one of nearly all concessions by what is left out.

    Args:
        found: the bargain.
        package: the concessions made.
        among: those that could be made; default all.
    """
    table = found.table
    if not package:
        return "no deal"
    able = range(len(table.concessions)) if among is None else among
    # what could not be made beside the others is not left out: its place is taken
    out = [k for k in able if k not in package and table.allowed(tuple(sorted((*package, k))))]
    if len(package) <= 3 or len(out) > 2:
        return ", ".join(found.names(package))
    either = {k for pair in table.excluded for k in pair}
    but = f" but {', '.join(table.names[k] for k in out)}" if out else ""
    taken = ", ".join(table.names[k] for k in package if k in either)
    return f"all{but}" + (f", with {taken}" if taken else "")


def _package(found: Bargain, package: Package) -> dict[str, Any]:
    """Return one package with its figures, or the reason why it has none."""
    failure = found.failures.get(package)
    return {
        "concessions": list(found.names(package)),
        "percent": None if failure else _by_party(found, found.percent(package)),
        "usd": None if failure else _by_party(found, found.usd(package)),
        "long_run": _package_long_run(found, package),
        "efficient": package in found.frontier,
        "certified": failure is None,
        "reason": failure,
    }


def _package_long_run(found: Bargain, package: Package) -> dict[str, Any] | None:
    """Return what a package is worth in the long run; None where that was not asked."""
    value = None if found.long_run is None else found.long_run.values.get(package)
    if value is None:
        return None
    return {
        "percent": _by_party(found, value.percent),
        "usd": _by_party(found, value.usd),
        "residual": value.residual if np.isfinite(value.residual) else None,
        "reason": value.failure,
    }


def _long_run(found: Bargain) -> dict[str, Any] | None:
    """Return what the long run beside is of; None where the whole answer is of it."""
    long = found.long_run
    if long is None:
        return None
    return {
        "meaning": horizons.meaning(LONG),
        "model": long.model.settings(),
        "world": {"name": long.world.name, "hash": long.world.hash},
        "draws": None if long.drawn is None else _drawn(found, long.drawn),
    }


def _point(
    found: Bargain, package: Package | None, ties: Iterable[Package] = ()
) -> dict[str, Any] | None:
    if package is None:
        return None
    return {**_package(found, package), "ties": [list(found.names(one)) for one in ties]}


def _replied(found: Bargain, reply: Reply) -> dict[str, Any]:
    def reported(package: Package | None) -> dict[str, Any] | None:
        if package is None:
            return None
        conceded = tuple(k for k in package if k not in reply.offer)
        return {**_package(found, package), "reply": list(found.names(conceded))}

    return {
        "party": reply.party,
        "offer": list(found.names(reply.offer)),
        "replies": len(reply.packages),
        "offer_alone": reported(reply.offer),
        "largest_product": reported(reply.nash),
        "most_even": reported(reply.even),
        "smallest": reported(reply.least),
    }


def _drawn(found: Bargain, drawn: PackageDraws) -> dict[str, Any]:
    return {
        "draws": drawn.draws,
        "answered": len(drawn.percent),
        "seed": drawn.seed,
        "priors": {"path": drawn.priors_path, "hash": drawn.priors_hash},
        "residual": drawn.residual,
        "failures": {str(k): why for k, why in drawn.failures.items()},
        "packages": [
            {
                "concessions": list(found.names(package)),
                "chosen_as": list(chosen),
                "parties": {
                    party: {
                        "percent": _quantiles(drawn.ranges(package)[:, p]),
                        "usd": _quantiles(drawn.ranges_usd(package)[:, p]),
                        "chance_of_gain": float(drawn.chances(package)[p]),
                    }
                    for p, party in enumerate(found.parties)
                },
                "chance_all_gain": drawn.chance_all(package),
            }
            for package, chosen in found.chosen.items()
        ],
    }


def _manifest(found: Bargain) -> dict[str, Any]:
    """Return what is needed to make the bargain again, JSON-able."""
    settings: dict[str, Any] = {
        "table": found.table.settings(),
        "model": found.model.settings(),
        "elasticities": found.world.elasticity_set,
        "horizon": found.world.horizon,
    }
    home = _home(found)
    if found.drawn is not None:
        reported = _drawn(found, found.drawn)
        settings["draws"] = {key: reported[key] for key in ("draws", "answered", "seed", "priors")}
    return Manifest(
        world={"name": home.name, "hash": home.hash},
        ledger={"hash": found.table.ledger.hash},
        settings=settings,
        numpy=np.__version__,
    ).as_dict()


def _quantiles(values: Array) -> dict[str, float]:
    return dict(zip(("p05", "p50", "p95"), map(float, values), strict=True))


def _by_party(found: Bargain, values: Array) -> dict[str, float | None]:
    return {
        party: float(value) if np.isfinite(value) else None
        for party, value in zip(found.parties, values, strict=True)
    }


def _failures(found: Bargain) -> list[str]:
    reported = [
        f"{', '.join(found.names(p)) or 'no deal'}: {why}" for p, why in found.failures.items()
    ]
    rest = len(reported) - MOST_FAILURES
    return reported[:MOST_FAILURES] + ([f"{rest} more: see --json"] if rest > 0 else [])
