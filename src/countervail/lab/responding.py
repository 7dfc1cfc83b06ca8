"""A question of what should be done, asked of a law of the lab: the command's own request."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import Any

from countervail.app import respond as questions
from countervail.app.parts import WhichLaw, WhichWorld
from countervail.app.request import Progress, Request, Show
from countervail.app.written import WrittenOption, filled, options_of
from countervail.errors import InputError, did_you_mean
from countervail.lab.bench import LabBench
from countervail.lab.doors import BARGAIN, bargain, kinds, law_of, stands_on_a_day
from countervail.lab.state import LabState
from countervail.policy.bargaining.file import table_of_text
from countervail.policy.reaching.file import is_file
from countervail.present.sentences.language import Language
from countervail.scenario.hypothetical import enacted

ELSEWHERE = ("FILE", "FOLDER", "ADDRESS")
"""What an option stands for that a page cannot ask: a place on this machine, or another machine."""

STATED = frozenset({"law", "place", "ledger", "pages", "lang", "allow_partial", "table"})
"""What the law of the page, or the lab, says: no question states it again."""

Told = dict[str, Any]


def request_of(
    kind: str,
    bench: LabBench,
    state: LabState,
    written: Mapping[str, Any],
    language: Language,
    parties: Sequence[str],
) -> Request:
    """Return the request of a question: the command's, with the law of the page as status quo.

    Args:
        kind: of question, as the command is called.
        bench: of the page.
        state: the law.
        written: the command's options, by the names of its fields.
        language: of sentences.
        parties: of a bargain: whose law can be conceded.

    Raises:
        InputError: no such question or option, or a value that it cannot have.
    """
    if kind not in kinds():
        raise InputError(f"no question '{kind}'{did_you_mean(kind, kinds())} ({_listed(kinds())})")
    module = import_module(f"{questions.__name__}.{kind}")
    asked: Any = getattr(module, f"{kind.capitalize()}Request")
    options = {one.name: one for one in options_of(asked) if _asked_here(one)}
    for name in written:
        if name not in options:
            hint = did_you_mean(name, options)
            raise InputError(f"'{kind}' has no option '{name}' here{hint} ({_listed(options)})")
    values = {one.path: _value(one, written.get(name)) for name, one in options.items()}
    place = WhichWorld(given=bench.given, elasticities=state.elasticities)
    given = {"place": place, "lang": language.code, "allow_partial": _partial(bench)}
    if kind == "bargain":
        return filled(asked, values, **given, table=_table(bench, state, parties, language))
    return filled(asked, values, **given, law=WhichLaw(given=bench.asked(state).scenario))


def answered(request: Request, command: str, show: Show) -> Told:
    """Return the answer to a request as a page shows it, and as the command gives it.

    Args:
        request: what is asked.
        command: that asks the same; nothing where none does.
        show: shows how far it is.

    Raises:
        CountervailError: it has no answer, or is refused.
        KeyboardInterrupt: it was stopped before there was anything to tell.
    """
    result = request.answer(show)
    assert result.page is not None, "what should be done has a page of its own"
    page = result.page(command)
    return {
        "answer": json.loads(result.document.json()),
        "finished": result.finished,
        "stopped": result.stopped,
        "failure": None if result.failure is None else str(result.failure),
        "html": page.fragment("found-"),
        "report": None if result.stopped else page.html(),
    }


def counting(language: Language, tell: Any) -> Show:
    """Return what shows how far a request is, by telling it.

    Args:
        language: of what is counted.
        tell: called with what is counted, in a word, how many are done, and of how many.
    """

    @contextmanager
    def show(what: str) -> Iterator[Progress]:
        said = language.named(what)
        yield lambda done, total: tell(said, int(done), int(total))

    return show


def _asked_here(option: WrittenOption) -> bool:
    """Return whether a page can ask for an option."""
    return option.path[0] not in STATED and option.words.metavar not in ELSEWHERE


def _value(option: WrittenOption, given: Any) -> Any:
    """Return the value of an option, read as the command line reads it.

    Raises:
        InputError: it is missing, or of another kind.
    """
    if given is None:
        if option.needed:
            raise InputError(f"'{option.name}' has to be given: {option.words.help}")
        return option.value(None)
    return option.value(_written(option, given))


def _written(option: WrittenOption, given: Any) -> Any:
    """Return a value of JSON as it would be written.

    Raises:
        InputError: it is of another kind, or names a file of this machine.
    """
    typed, name = option.words.typed, option.name
    if typed is bool:
        if not isinstance(given, bool):
            raise InputError(f"{name}: true or false")
        return given
    if typed in (int, int | None):
        if isinstance(given, bool) or not isinstance(given, int):
            raise InputError(f"{name}: {given!r} is no whole number")
        return given
    if typed in (float, float | None):
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise InputError(f"{name}: {given!r} is no number")
        return float(given)
    many = typed not in (str, str | None) or option.words.read is not None
    if many and isinstance(given, list) and all(isinstance(one, str) for one in given):
        written: Any = given if typed == (list[str] | None) else ",".join(given)
    elif isinstance(given, str):
        written = [given] if typed == (list[str] | None) else given
    else:
        raise InputError(f"{name}: write text{', or a list of texts' if many else ''}")
    for one in written if isinstance(written, list) else [written]:
        if is_file(one):
            raise InputError(f"{name}: '{one}' is a file; a page asks of none on this machine")
    return written


def _partial(bench: LabBench) -> bool:
    return bench.questions.scenario.allow_partial


def _table(bench: LabBench, state: LabState, parties: Sequence[str], language: Language) -> Any:
    """Return what two parties could end of the law of the page, which is what no deal leaves.

    Raises:
        InputError: there are not two parties, or one of them has nothing to end.
    """
    if len(parties) < 2:
        raise InputError("a bargain is between two parties: name them")
    text = bargain(bench, state, (parties[0], parties[1]), language)
    if text is None:
        raise InputError(
            f"{parties[0]} and {parties[1]}: one of them has no law of this page that it could end"
        )
    questions = bench.questions_of(state)
    scenario, day = bench.asked(state).scenario, questions.day_of(state)
    changes = {change.measure for change in scenario.changes}
    ledger = enacted(
        questions.ledger, law_of(bench, state), changes, day, questions.scenario.known_on
    )
    table = table_of_text(text, BARGAIN, ledger, bench.given.countries)
    if stands_on_a_day(bench, state):
        return table
    return replace(table, law_title=f"The law of {day}, as changed by hand")


def _listed(names: Any) -> str:
    return ", ".join(names)
