"""The command ``countervail`` and how it ends: 0 certified, 2 unusable input, 3 not certified."""

from __future__ import annotations

import sys

import typer

from countervail import __version__
from countervail.cli import ledger, run, scenarios, world
from countervail.errors import CountervailError

app = typer.Typer(
    name="countervail",
    help="An open laboratory for trade policy: dated tariffs in, certified answers out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("run")(run.run)
app.command("scenarios")(scenarios.scenarios)
app.add_typer(ledger.app, name="ledger")
app.add_typer(world.app, name="world")


@app.callback(invoke_without_command=True)
def _version(
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
) -> None:
    if version:
        sys.stdout.write(f"countervail {__version__}\n")
        raise typer.Exit


def main() -> None:
    """Run the command line; every expected error is one sentence on standard error."""
    try:
        app()
    except CountervailError as error:
        sys.stderr.write(f"countervail: {error}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("countervail: interrupted; nothing was written\n")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has had enough: not an error


if __name__ == "__main__":
    main()
