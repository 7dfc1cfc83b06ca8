"""What can be asked of the lab: one method a question, JSON in, JSON out; one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from countervail import clock, labels
from countervail.clock import as_date
from countervail.draws.draw import Kept
from countervail.errors import CountervailError, InputError
from countervail.horizons import FIRST, LONG
from countervail.lab import lanes
from countervail.lab.bench import Keeping, LabBench
from countervail.lab.carried import CARRIED, packed, question_of
from countervail.lab.code import code
from countervail.lab.desk import desk
from countervail.lab.doors import doors
from countervail.lab.explain import explain
from countervail.lab.folders import without_folders
from countervail.lab.ranging import LabDraws
from countervail.lab.report import report
from countervail.lab.responding import answered, counting, request_of
from countervail.lab.spoken import spoken
from countervail.lab.state import CLOSURES, OFF, Addressed, LabState, address, addressed
from countervail.lab.telling import LabAnswer, View, left_out
from countervail.ledger import open_ledger
from countervail.present.charts.worldmap import on_shapes, read_shapes, shapes
from countervail.present.sentences.language import DEFAULT, Language, language, sentence_case
from countervail.scenario import preset_names
from countervail.scenario.own_law import INSTRUMENTS, RATED
from countervail.version import __version__
from countervail.world.elasticities import elasticity_sets
from countervail.world.goods import table_of_goods

KEPT_DRAWS = 6
"""Laws whose draws are kept: two hundred draws of one are some 15 megabytes."""

KEPT_FILES = 2
"""Questions of addresses that are kept open beside the lab's own: each carves its goods."""

MOST_WIDTH, LEAST_WIDTH = 1200, 240
"""Pixels of charts."""


@dataclass(frozen=True)
class LabOpening:
    """With what a lab is opened.

    Attributes:
        scenario: name of a preset or path of a file.
        variant: of the scenario.
        world: name or file.
        ledger: folders of measures of one's own.
        allow_partial: whether answers may leave out what cannot be placed; they say so.
        today: the day answered on; None is the machine's.
        lang: language of the page.
        map: file of shapes in place of the package's; None is the package's.
    """

    scenario: str = "canada-china"
    variant: str | None = None
    world: str = "oecd-2022"
    ledger: tuple[str, ...] = ()
    allow_partial: bool = False
    today: date | None = None
    lang: str = "en"
    map: str | None = None

    def bench(self) -> LabBench:
        """Return the bench it opens.

        Raises:
            InputError, FileError: no such scenario or world, or it is refused.
        """
        return LabBench.opened(
            self.scenario, self.variant, self.world, self.ledger, self.allow_partial
        )


class LabWork:
    """The lab's work, on one bench.

    Args:
        bench: the world and the law.
        opening: with what it was opened.
    """

    def __init__(self, bench: LabBench, opening: LabOpening) -> None:
        self.bench, self.opening = bench, opening
        self.language: Language = language(opening.lang)
        self.carried: Keeping[LabBench] = Keeping(KEPT_FILES)
        self.shapes = None if opening.map is None else read_shapes(opening.map)
        self.drawn: Keeping[LabDraws] = Keeping(KEPT_DRAWS)
        self.beside: Keeping[LabAnswer] = Keeping(1)

    def do(self, method: str, words: Mapping[str, Any]) -> Any:
        """Return the answer to a question by its name.

        Raises:
            CountervailError: it has none, or is refused.
        """
        if method not in METHODS:
            raise InputError(f"nothing is called '{method}'")
        with clock.on_day(self.opening.today), on_shapes(self.shapes):
            return getattr(self, method)(**words)

    def start(self, state: str = "") -> dict[str, Any]:
        """Return all that a page is built of.

        Args:
            state: the part of its address after ``#``.
        """
        asked = addressed(state)
        unknown = list(asked.unknown)
        bench, here, beside = self._addressed(asked, unknown)
        questions = bench.questions_of(here)
        scenario, world = questions.scenario, bench.given
        return {
            "scenario": {
                "name": scenario.name,
                **spoken(bench.questions.scenario.title, self.language, "title"),
                "question": self.language.told(scenario.question),
                "variant": scenario.variant,
                "preset": self.opening.scenario in preset_names() and not self.opening.variant,
                "from": _iso(scenario.from_date),
                "to": _iso(scenario.to_date),
                "known_on": _iso(scenario.known_on),
            },
            "a": None if beside is None else beside.as_dict(),
            "unknown": unknown,
            **self._sides(bench, here),
            "countries": [
                {
                    "code": code,
                    "name": self.language.label(code),
                    "long": labels.country_name(code) if code in labels.countries() else code,
                }
                for code in world.countries
            ],
            "goods": [
                {"id": name, "says": sentence_case(self.language.product(name))}
                for name in goods_names(self.language)
            ],
            "shown": list(world.showing(scenario.countries)),
            "horizons": [
                {"id": FIRST, "says": self.language.template("lab.first_year")},
                {"id": LONG, "says": self.language.template("lab.long_run")},
            ],
            "closures": [
                {"id": one, "says": self.language.template(f"lab.closure_{one}")}
                for one in CLOSURES
            ],
            "elasticities": [
                {"id": name, "says": name}
                for name, values in elasticity_sets().items()
                if set(world.parents) <= values.keys()
            ],
            "instruments": [
                {
                    "id": one,
                    "says": self.language.template(f"lab.instrument_{one}"),
                    "rated": one in RATED,
                }
                for one in INSTRUMENTS
            ],
            "left_out": left_out(scenario.outside, self.language),
            "words": page_words(self.language),
            "source": self.language.named(shapes()["source"]),
            "versions": {
                "countervail": __version__,
                "world": world.name,
                "world_hash": world.hash,
                "ledger_hash": bench.questions.ledger.hash,
                "year": world.year,
            },
        }

    def _addressed(
        self, asked: Addressed, unknown: list[str]
    ) -> tuple[LabBench, LabState, LabState | None]:
        """Return the bench of an address, its state and A; what is not understood is named."""
        state, beside = asked.state, asked.a
        try:
            bench = self.bench_of(state)
        except CountervailError as error:
            unknown.append(f"f ({without_folders(str(error))})")
            state, beside = replace(state, file=None), beside and replace(beside, file=None)
            bench = self.bench
        own = bench.questions.scenario.name
        if asked.scenario not in (None, own) and state.file is None:
            unknown.append(self.language.part("lab.other_question", s=asked.scenario, own=own))
        here = _known(bench, state, unknown)
        return bench, here, beside and _known(bench, beside, unknown)

    def bench_of(self, state: LabState) -> LabBench:
        """Return the bench that a state is answered on: the lab's, or that of its address's file.

        Raises:
            InputError: the address carries no question, or one that is refused.
        """
        if state.file is None:
            return self.bench
        word, given = state.file, self.bench.given

        def opened() -> LabBench:
            question = question_of(word, open_ledger(*self.opening.ledger), given.countries)
            return LabBench(given, question.partly(self.opening.allow_partial))

        return self.carried.get(word, opened)

    def rows(self, state: Any) -> dict[str, Any]:
        """Return the left side of a page: the rows and lanes of a law, and the state as it is read.

        Args:
            state: the law; a measure of its own that is none is refused in a sentence.
        """
        here = LabState.read(state)
        return self._sides(self.bench_of(here), here)

    def _sides(self, bench: LabBench, here: LabState) -> dict[str, Any]:
        questions = bench.questions_of(here)
        first, last = self._days(bench, here)
        return {
            "state": here.as_dict(),
            "measures": self._rows(bench, here, questions.day_of(here)),
            "lanes": lanes.lanes(list(questions.rows.values()), first, last, self.language),
            "lanes_edge": [lanes.EDGE / lanes.WIDTH, 1.0 - lanes.EDGE / lanes.WIDTH],
            "days": [first.isoformat(), last.isoformat()],
        }

    def carry(self, text: str) -> dict[str, str]:
        """Return the word that carries a scenario file's text in an address.

        Args:
            text: of the file.

        Raises:
            InputError, FileError: the text is refused: its line, and why; or it is too long.
        """
        word = packed(text)
        bench = self.bench_of(LabState(file=word))
        return {"word": word, "title": bench.questions.scenario.title}

    def _days(self, bench: LabBench, here: LabState) -> tuple[date, date]:
        """Return the days of a page: from before its first law to the end of the record."""
        questions = bench.questions_of(here)
        record = questions.ledger.record
        known = [clock.today(), questions.day, *(one.since for one in here.own)]
        known += [record[1]] if record else []
        assert questions.scenario.from_date is not None
        rows = list(questions.rows.values())
        return lanes.days(rows, questions.scenario.from_date, max(known))

    def law(
        self, date: str | None = None, known_on: str | None = None, state: str = ""
    ) -> dict[str, Any]:
        """Return the law of the rows on a day.

        Args:
            date: the day; default the scenario's second.
            known_on: announcements after this day are not seen.
            state: the part of an address whose rows are meant; default the lab's own.
        """
        here = addressed(state).state
        bench = self.bench_of(here)
        day = bench.questions.day if date is None else as_date(date)
        known = None if known_on is None else as_date(known_on)
        return {
            "date": day.isoformat(),
            "known_on": _iso(known),
            "measures": self._rows(bench, here, day, known),
        }

    def _rows(
        self, bench: LabBench, here: LabState, day: date, known_on: date | None = None
    ) -> list[dict[str, Any]]:
        questions = bench.questions_of(here)
        view, own = questions.law(day, known_on), [one.id for one in here.own]
        return [
            {
                **row.as_dict(self.language, view),
                "own": own.index(row.measure.id) if row.measure.id in own else None,
            }
            for row in questions.rows.values()
        ]

    def solve(
        self,
        state: Any,
        a: Any = None,
        focus: str = "",
        width: int = 340,
        scales: Mapping[str, Sequence[float]] | None = None,
        figures: bool = True,
    ) -> dict[str, Any]:
        """Return the point answer to a state, as the page shows it.

        Args:
            state: the law.
            a: the law it is held against.
            focus: the country looked at.
            width: pixels of the charts.
            scales: what scales must hold, while they stand still.
            figures: whether the rows of every economy are wanted.
        """
        began, spent = time.perf_counter(), time.process_time()
        here, beside = LabState.read(state), None if a is None else LabState.read(a)
        bench = self.bench_of(here)
        solution = bench.solution(here)
        solved = time.perf_counter()
        other = None
        if beside is not None and beside.key != here.key:
            against = bench.solution(beside)
            other = self.beside.get(beside.key, lambda: LabAnswer(against, self.language))
        view = replace(self._view(bench, focus, width, scales), figures=figures)
        shown = LabAnswer(solution, self.language).as_dict(view, other)
        return {
            **self._named(here, beside),
            **shown,
            "ms": round(1e3 * (time.perf_counter() - began), 1),
            "solve_ms": round(1e3 * (solved - began), 1),
            "cpu_ms": round(1e3 * (time.process_time() - spent), 1),
        }

    def _named(self, state: LabState, a: LabState | None) -> dict[str, Any]:
        bench = self.bench_of(state)
        return {
            "key": state.key,
            "a_key": None if a is None else a.key,
            "law": self.law_name(state),
            "a_law": None if a is None else self.law_name(a),
            "address": address(state, bench.questions.scenario.name, a),
            "measures": self._moved_rows(bench, state),
        }

    def _moved_rows(self, bench: LabBench, state: LabState) -> dict[str, dict[str, Any]]:
        """Return the law of each row on the day of a state, by key."""
        questions = bench.questions_of(state)
        day = questions.day_of(state)
        view = questions.law(day)
        found = {}
        for key, row in questions.rows.items():
            rate, last = row.rate_in(view), row.last_in_force(day)
            found[key] = {
                "rate": None if rate is None else rate.rate,
                "in_force": rate is not None,
                "since": _iso(rate.in_force) if rate is not None else None,
                "last": None if last is None else last.rate,
            }
        return found

    def law_name(self, state: LabState) -> str:
        """Return what a law is called: of which day, and whether it is edited."""
        day = self.language.day(self.bench_of(state).questions.day_of(state))
        standing = {one.id for one in state.own} - {k for k, e in state.edits.items() if e == OFF}
        own = {one.id for one in state.own}
        edited = standing or any(e != OFF or k not in own for k, e in state.edits.items())
        return self.language.part("lab.edited_law_of" if edited else "lab.law_of", day=day)

    def _view(
        self, bench: LabBench, focus: str, width: int, scales: Mapping[str, Sequence[float]] | None
    ) -> View:
        world = bench.given
        known = focus if focus in world.countries else ""
        known = known or next(iter(world.showing(bench.questions.scenario.countries)), "")
        return View(known, max(LEAST_WIDTH, min(int(width), MOST_WIDTH)), scales)

    def _parties(self, bench: LabBench, parties: Sequence[str]) -> tuple[str, ...]:
        """Return countries by code; default the first two shown."""
        world = bench.given
        shown = world.showing(bench.questions.scenario.countries)[:2]
        return tuple(world.countries[world.country(code)] for code in parties) or tuple(shown)

    def desk(self, state: Any, parties: Sequence[str] = ()) -> dict[str, Any]:
        """Return what every single move from a state is worth to some countries, USD million.

        Args:
            state: the law.
            parties: countries; default the first two shown.
        """
        began, spent = time.perf_counter(), time.process_time()
        here = LabState.read(state)
        bench = self.bench_of(here)
        chosen = self._parties(bench, parties)
        opened = self._opened(here)
        return {
            "key": here.key,
            "state": here.as_dict(),
            "parties": [
                {"code": c, "name": self.language.label(c), "said": str(self.language.country(c))}
                for c in chosen
            ],
            "moves": desk(bench, here, chosen, self.language),
            "doors": doors(bench, here, chosen, self.language, opened),
            "ms": round(1e3 * (time.perf_counter() - began), 1),
            "cpu_ms": round(1e3 * (time.process_time() - spent), 1),
        }

    def respond(
        self,
        tell: Callable[[str, int, int], None],
        kind: str,
        state: Any,
        options: Mapping[str, Any],
        parties: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Return what should be done under a law: the answer of ``countervail respond``.

        Args:
            tell: called with what is counted, how many are done, and of how many.
            kind: of question, as the command is called.
            state: the law, which is the status quo.
            options: of the command, by the names of its fields.
            parties: of a bargain; default the first two shown.
        """
        here = LabState.read(state)
        bench = self.bench_of(here)
        chosen = self._parties(bench, parties)
        request = request_of(kind, bench, here, options, self.language, chosen)
        known = doors(bench, here, chosen, self.language, self._opened(here))
        same = {"kind": kind, "options": dict(options)}
        command = next((one["command"] for one in known if one["ask"] == same), "")
        found = answered(request, command, counting(self.language, tell))
        return {"kind": kind, "law": self.law_name(here), "key": here.key, **found}

    def _opened(self, state: LabState) -> tuple[str, str | None]:
        """Return with what the question of a state was opened, and its variant."""
        if state.file is not None:
            return CARRIED, None
        return self.opening.scenario, self.opening.variant

    def code(self, state: Any, form: str = "python") -> dict[str, str]:
        """Return a state as code.

        Args:
            state: the law.
            form: ``python``, ``toml`` or ``command``.
        """
        here = LabState.read(state)
        said = code(self.bench_of(here), here, form, *self._opened(here))
        return {"as": form, "text": said}

    def report(self, state: Any, draws: int) -> str:
        """Return the report of a state as one HTML file.

        Args:
            state: the law.
            draws: its ranges are made of.
        """
        command = self.code(state, "command")["text"].partition("    #")[0].strip()
        if self.language.code != DEFAULT:
            command += f" --lang {self.language.code}"
        here = LabState.read(state)
        return report(self.bench_of(here), here, draws, self.language, command)

    def explain(self, state: Any) -> dict[str, Any]:
        """Return how much of the effect of a state each of its measures makes."""
        here = LabState.read(state)
        return explain(self.bench_of(here), here)

    def draws(self, state: Any) -> LabDraws:
        """Return the draws of a state, those that are made kept."""
        here = LabState.read(state)

        def begun() -> LabDraws:
            bench = self.bench_of(here)
            at = bench.world_at(here)
            return LabDraws.of(bench.solution(here), at.world, at.model, at.drawn)

        return self.drawn.get(here.key, begun)

    def draw(self, state: Any, numbers: Sequence[int]) -> dict[int, Kept]:
        """Return some draws of a state, by number."""
        return self.draws(state).made(numbers)

    def missing(self, state: Any, count: int) -> list[int]:
        """Return the numbers of the first draws of a state that this worker does not keep."""
        return self.draws(state).missing(count)

    def keep(self, state: Any, more: Mapping[int, Kept]) -> None:
        """Keep draws of a state that were made elsewhere."""
        self.draws(state).keep(more)

    def ranges(
        self,
        state: Any,
        more: Mapping[int, Kept],
        a: Any = None,
        focus: str = "",
        width: int = 340,
        scales: Mapping[str, Sequence[float]] | None = None,
    ) -> dict[str, Any]:
        """Return the answer to a state with the ranges of the draws made so far.

        Args:
            state: the law.
            more: draws of it, to be kept.
            a: the law it is held against: with its draws the difference has a range of its own.
            focus, width, scales: as ``solve`` takes them.
        """
        here, beside = LabState.read(state), None if a is None else LabState.read(a)
        draws = self.draws(state)
        draws.keep(more)
        other = None
        if beside is not None and beside.key != here.key:
            kept = self.draws(a)
            other = LabAnswer(kept.point, self.language, kept.ensemble())
        answer = LabAnswer(draws.point, self.language, draws.ensemble())
        view = self._view(self.bench_of(here), focus, width, scales)
        shown = answer.as_dict(view, other)
        return {**self._named(here, beside), **shown, "made": draws.told}


METHODS = frozenset(
    {
        *("start", "law", "solve", "desk", "code", "draw", "missing", "keep", "ranges"),
        *("report", "explain", "rows", "carry"),
    }
)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _known(bench: LabBench, state: LabState, unknown: list[str]) -> LabState:
    """Return a state without what its question does not have, which is named."""
    try:
        rows = bench.questions_of(state).rows
    except CountervailError as error:
        unknown.append(f"n ({error})")
        state = replace(state, own=())
        rows = bench.questions.rows
    here, more = state.known(rows)
    unknown += more
    return here


def goods_names(said: Language) -> list[str]:
    """Return names of goods that a form proposes: those of the table, and of the language."""
    known = [good.name for good in table_of_goods().values() if good.hs]
    return list(dict.fromkeys([*known, *said.data.get("products", {})]))


def page_words(said: Language) -> dict[str, Any]:
    """Return the words of the page: those of its own, and those of days and ranges."""
    own = {key: words for key, words in said.template("lab").items() if key != "ledger"}
    numbers = said.template("numbers")
    ranges = [numbers[key] for key in ("range", "loss_to_gain", "range_of_median")]
    return {
        **own,
        "dates": said.template("dates"),
        "decimal": numbers["decimal"],
        "ranges": ranges,
        "no_range": said.template("run.no_range").replace("{said}", "").strip(),
        "usd": said.template("screen.usd"),
        "a_year": said.template("horizon.a_year"),
        "between": said.template("run.between"),
    }
