"""The command ``countervail`` and how it ends: 0 certified, 2 unusable input, 3 not certified.

Also 3: a part of the question that could not be placed, whether or not an answer without it stands.
"""

from __future__ import annotations

import re
import sys
import warnings
from importlib import import_module
from typing import Any

import typer

from countervail.app import stopping
from countervail.cli import streams
from countervail.cli.command import command
from countervail.cli.dated import dated
from countervail.errors import CountervailError, PartialAnswer
from countervail.version import __version__

REQUESTS = {
    "run": "run.RunRequest",
    "compare-runs": "compare_runs.CompareRunsRequest",
    "read": "read.ReadRequest",
    "compare": "compare.CompareRequest",
    "check-claims": "claims.ClaimsRequest",
    "sweep": "sweep.SweepRequest",
    "backtest": "backtest.BacktestRequest",
}
"""Commands of a request: its module in ``app/``, and the request."""

FUNCTIONS = ("lab", "scenarios", "priors")
"""Commands that are a function of a module of the same name in ``cli/``."""

GROUPS = ("ledger", "world", "respond", "study")
"""Commands of commands, each a module of the same name in ``cli/``."""

COMMANDS = (*REQUESTS, *FUNCTIONS, *GROUPS)
"""Every command, in the order of the help."""


def command_line(*only: str) -> typer.Typer:
    """Return the command line, with these commands alone where any is named.

    A command loads what it asks with, and the others' take longer than a short answer may wait.
    """
    app = typer.Typer(
        name="countervail",
        help="An open laboratory for trade policy: dated tariffs in, certified answers out.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback(invoke_without_command=True)(_version)
    for name in only or COMMANDS:
        if name in REQUESTS:
            module, request = REQUESTS[name].split(".")
            asked = getattr(import_module(f"countervail.app.{module}"), request)
            app.command(name)(command(asked))
            continue
        module_of = import_module(f"countervail.cli.{name}")
        if name in FUNCTIONS:
            app.command(name)(dated(getattr(module_of, name)))
        else:
            app.add_typer(module_of.app, name=name)
    return app


HELLO = """\
Countervail: an open laboratory for trade policy. Dated tariffs in, certified
answers out: what is in force, what it costs and whom, with a range on each.

Three things to try:

  countervail run canada-china                        two stories of the news
  countervail run --add "USA on CAN goods 10"         a question of your own
  countervail ledger list --between CAN,CHN           the law of today

Questions that are ready: countervail scenarios     All commands: --help
"""
"""What the bare command says."""


def _version(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
) -> None:
    if version:
        sys.stdout.write(f"countervail {__version__}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        sys.stdout.write(HELLO)


UsageFault: Any = typer.BadParameter.__base__
"""What Typer raises for a wrong option, argument or command; it exports only this child of it."""


def main() -> None:
    """Run the command line; every expected error is one sentence on standard error."""
    warnings.simplefilter("ignore", PartialAnswer)  # the answer itself is marked
    stopping.install()  # a request to stop unwinds like Ctrl-C, so that drafts are taken away
    streams.prepare()
    try:
        try:
            named = [word for word in sys.argv[1:2] if word in COMMANDS]
            code = command_line(*named)(prog_name="countervail", standalone_mode=False)
        finally:
            streams.finish()
    except CountervailError as error:
        streams.say(f"countervail: {error}", sys.stderr)
        sys.exit(error.exit_code)
    except UsageFault as fault:
        streams.say(_usage(fault), sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        code = stopping.INTERRUPTED
    except BrokenPipeError:
        streams.forget()
        sys.exit(0)
    except OSError as error:
        if error.filename is None:
            streams.forget()
        what = error.strerror or error
        streams.say(f"countervail: {error.filename or 'standard output'}: {what}", sys.stderr)
        sys.exit(2)
    if code == stopping.INTERRUPTED:
        sys.stderr.write(stopping.SAID)
    sys.exit(code if isinstance(code, int) else 0)


def _usage(fault: Any) -> str:
    """Return a usage fault as one sentence; a command without a subcommand shows its help."""
    said = str(fault.format_message())
    if "\n" in said:
        return said
    said = re.sub(
        r"\.? \(?(Did you mean|Possible options:) ([^?)]*)[?)]+", r"; did you mean \2?", said
    )
    path = fault.ctx.command_path if fault.ctx else "countervail"
    return f"countervail: {said[:1].lower()}{said[1:].rstrip('.')} (see `{path} --help`)"


if __name__ == "__main__":
    main()
