"""A command of a request: its options are the fields, its help is the docstring."""

from __future__ import annotations

import inspect
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, NamedTuple

import typer

from countervail.app.request import Request, Show, run
from countervail.app.written import WrittenOption, filled, options_of
from countervail.cli import streams
from countervail.cli.dated import dated
from countervail.cli.progress import EarlyAnswer, bar
from countervail.errors import InputError, NotPlaced, did_you_mean
from countervail.text import listed

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Everything = Annotated[bool, typer.Option("--all", help="All there is to read of the answer.")]


def parameter(option: WrittenOption) -> inspect.Parameter:
    """Return an option as Typer reads it."""
    return inspect.Parameter(
        option.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=_default(option),
        annotation=Annotated[option.words.typed, _typer(option)],
    )


def _default(option: WrittenOption) -> Any:
    """Return the default as it is written; what is read of text has none, or a list's words."""
    words = option.words
    if option.needed:
        return inspect.Parameter.empty
    if words.shown is not None:
        return words.shown(option.default)
    if words.read is None:
        return option.default
    return ",".join(option.default) if words.argument else None


def _typer(option: WrittenOption) -> Any:
    """Return the option or argument of Typer's."""
    words = option.words
    if words.argument:
        return typer.Argument(help=words.help)
    flag = words.name or "--" + option.name.strip("_").replace("_", "-")
    return typer.Option(flag, help=words.help, metavar=words.metavar)


class Told(NamedTuple):
    """How an answer is told.

    Attributes:
        as_json: as one JSON object.
        shown: words of its sections; none is its first screen.
        everything: all there is to read.
    """

    as_json: bool
    shown: Sequence[str] = ()
    everything: bool = False

    @classmethod
    def of(
        cls, request: type[Request], as_json: bool, show: str | None, *, everything: bool
    ) -> Told:
        """Return how a request's answer is told: whole, where it has no words for parts of it.

        Raises:
            InputError: there is no such section.
        """
        shown = () if show is None else _sections(request, show)
        return cls(as_json, shown, everything or not request.sections)


def command(request: type[Request]) -> Callable[..., None]:
    """Return the command of a request, with ``--json`` and ``--today``.

    With a first screen it has ``--show`` for further sections, and ``--all``.
    """
    options = list(options_of(request))

    def answer(
        *, as_json: bool, show: str | None = None, everything: bool = False, **written: Any
    ) -> None:
        values = {one.path: one.value(written[one.name]) for one in options}
        said = Told.of(request, as_json, show, everything=everything)
        _tell(filled(request, values), said)

    answer.__doc__ = request.__doc__
    parameters = [parameter(one) for one in options]
    own: dict[str, tuple[Any, Any]] = {"as_json": (False, AsJson)}
    if request.sections:
        own = {"show": (None, _shown(request)), "everything": (False, Everything), **own}
    parameters += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=typed)
        for name, (default, typed) in own.items()
    ]
    answer.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return dated(answer)


def _shown(request: type[Request]) -> Any:
    """Return the option that names sections of an answer."""
    known = ", ".join(request.sections)
    said = f"Of the answer, by commas: {known}."
    return Annotated[str | None, typer.Option("--show", metavar="PARTS", help=said)]


def _sections(request: type[Request], written: str) -> list[str]:
    """Return the words of sections.

    Raises:
        InputError: there is no such section.
    """
    asked_for = listed.words(written)
    for word in asked_for:
        if word not in request.sections:
            known = ", ".join(request.sections)
            raise InputError(
                f"--show {word}: there is {known}{did_you_mean(word, request.sections)}"
            )
    return asked_for


def _tell(request: Request, said: Told) -> None:
    """Run a request and print its answer.

    Raises:
        KeyboardInterrupt: search or draws were stopped; what was found is printed before.
        CountervailError: there is no answer, or a part of it is missing; likewise.
        typer.Exit: a part of the question has no place in the answer.
    """
    try:
        with _watching(said) as show:
            result = run(request, show, command_line(sys.argv[1:]))
    except KeyboardInterrupt:
        _say_kept(request)
        raise
    streams.tell(result.document, said.as_json, said.shown, everything=said.everything)
    if request.folder is not None and not result.stopped and not said.as_json:
        streams.say(f"written to {request.folder}", sys.stderr)
    for place in result.written:
        streams.say(f"written to {place}", sys.stderr)
    if result.failure is not None:
        raise result.failure
    if result.stopped:
        _say_kept(request)
        raise KeyboardInterrupt
    if result.left_out:
        raise typer.Exit(NotPlaced.exit_code)


@contextmanager
def _watching(said: Told) -> Iterator[Show]:
    """Give what shows how far a request is: on a terminal the answer itself, from its point on."""
    if said.as_json or said.everything or said.shown or not sys.stdout.isatty():
        yield bar
        return
    shown = EarlyAnswer()
    try:
        yield shown
    finally:
        shown.close()


UNSAID = ("--report", "--figures", "--csv", "--xlsx", "--out")
"""Options of which nothing is said where an answer names its command: places on one machine."""


def command_line(words: Sequence[str]) -> str:
    """Return the command that gives the same answer, without where it was written.

    Args:
        words: as they were typed, the program's own name left out.
    """
    kept, skip = ["countervail"], False
    for word in words:
        name = word.split("=")[0]
        if not skip and name not in UNSAID and word != "--json":
            kept.append(word)
        skip = not skip and word in UNSAID
    return shlex.join(kept)


def _say_kept(request: Request) -> None:
    """Say where what an interrupted run finished is kept, if it left anything."""
    from countervail.draws.store import has_draws

    if request.folder is not None and has_draws(request.folder):
        sys.stderr.write(
            f"finished {request.keeps} are kept in {request.folder}: "
            "the same command goes on there\n"
        )
