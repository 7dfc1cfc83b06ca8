"""``countervail ledger``: what is in force, from which date, by which law."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from countervail.cli import accept, streams
from countervail.cli.dated import dated

app = typer.Typer(
    help="The law: dated, sourced measures.", no_args_is_help=True, rich_markup_mode=None
)

app.command("accept")(accept.accept)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
AsOf = Annotated[str | None, typer.Option(metavar="DATE", help="Law of this day (default today).")]
KnownOn = Annotated[
    str | None, typer.Option(metavar="DATE", help="See only what was announced by this day.")
]
More = Annotated[
    list[Path] | None, typer.Option("--ledger", help="Further measure files or folders.")
]


@app.command("list")
@dated
def list_(
    as_of: AsOf = None,
    known_on: KnownOn = None,
    on: Annotated[str | None, typer.Option(help="Aimed at this country or group.")] = None,
    by: Annotated[str | None, typer.Option(help="Taken by this country or group.")] = None,
    between: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="What two countries or groups lay on each other."),
    ] = None,
    product: Annotated[
        str | None, typer.Option(metavar="GOODS", help="Goods by name or HS code, such as canola.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every measure of the ledger, in force or not.")
    ] = False,
    ledger: More = None,
    show: Annotated[
        str | None, typer.Option(metavar="PARTS", help="Of the answer: law, entry by entry.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the first screen: en or fr.")] = "en",
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is in force today, or on a day (--as-of); or every measure (--all)."""
    from countervail.clock import TODAY, as_date
    from countervail.errors import InputError
    from countervail.ledger import open_ledger
    from countervail.ledger.selection import Selection
    from countervail.present import in_force, ledgers
    from countervail.present.sentences.language import language
    from countervail.text.listed import words

    said = language(lang)
    if as_csv and as_json:
        raise InputError("--csv or --json, not both")
    if everything and (as_of or known_on):
        raise InputError("--all lists measures whatever the day; leave out --as-of and --known-on")
    whole = open_ledger(*(ledger or ()))
    asked = Selection(on=on, by=by, between=between, product=product)
    book = asked.measures(whole)
    if everything:
        answer = ledgers.measures(book)
    else:
        day = as_date(as_of or TODAY)
        view = asked.view(book.at(day, None if known_on is None else as_date(known_on)))
        answer = in_force.document(whole, book, view, known_on, asked, said)
    if as_csv:
        (text,) = answer.csv().values()
        sys.stdout.write(text)
    else:
        streams.tell(answer, as_json, words(show) if show else ())


@app.command()
@dated
def show(
    measure: Annotated[
        str, typer.Argument(help="Id of a measure (see `countervail ledger list`).")
    ],
    as_of: AsOf = None,
    known_on: KnownOn = None,
    ledger: More = None,
    as_json: AsJson = False,
) -> None:
    """Show one measure: law, products, rates by date with their sources, coverage, doubts."""
    from countervail.clock import TODAY, as_date
    from countervail.ledger import open_ledger
    from countervail.present import in_force, ledgers

    book = open_ledger(*(ledger or ()))
    found = book.measure(measure)
    entries = None
    if as_of is not None or known_on is not None:
        day = as_date(as_of or TODAY)
        view = book.at(day, None if known_on is None else as_date(known_on)).only((found.id,))
        entries = in_force.rows(book, view)
    streams.tell(ledgers.measure(found, entries), as_json)


@app.command()
@dated
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Measure files or folders to add.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read every measure file and say what is wrong or doubtful; exit 2 on a refusal."""
    from countervail.ledger import check_ledger, open_ledger
    from countervail.present.ledgers import findings

    book = open_ledger(*(paths or ()))
    found = check_ledger(book)
    streams.tell(findings(len(book), found), as_json)


@app.command()
@dated
def events(
    between: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="Two countries or groups, such as CAN,IND; or one."),
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="Such as visit, meeting, agreement or talks_paused.")
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="First day.")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="Last day.")] = None,
    ledger: Annotated[
        list[Path] | None,
        typer.Option("--ledger", help="Folders with a relations.csv of your own, listed beside."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what happened between countries beside their law: visits, talks, arrests, deals."""
    from countervail.clock import as_date
    from countervail.ledger import relations
    from countervail.present.relations import document

    found = relations.events(
        between,
        kind,
        None if since is None else as_date(since),
        None if as_of is None else as_date(as_of),
        relations.read_own(*(ledger or ())),
    )
    streams.tell(document(found), as_json)
