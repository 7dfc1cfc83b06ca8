"""``countervail ledger accept``: drafts, one after another, into a ledger of one's own."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countervail.cli import streams
from countervail.cli.dated import dated

if TYPE_CHECKING:
    from countervail.app.drafts import Accepting
    from countervail.ledger import Ledger
    from countervail.ledger.drafted import DraftFile
    from countervail.ledger.drafted_events import EventsFile
    from countervail.ledger.landing import AcceptedEvent
    from countervail.present.parts import Part

KEYS = "accept, edit, skip or quit [a/e/s/q]? "
EDITOR = "vi"


@dated
def accept(
    drafts: Annotated[Path, typer.Argument(help="Folder of `countervail read --draft`.")],
    into: Annotated[
        Path, typer.Option(metavar="DIR", help="Your folder of measure files; made where missing.")
    ] = Path("my-measures"),
    yes_above: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE", help="Accept without asking what is new, complete and this sure (0-1)."
        ),
    ] = None,
    with_events: Annotated[
        bool,
        typer.Option(
            "--events", help="With --yes-above: also events that are new, dated and told as fact."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Walk through drafts: accept, edit, skip or quit; what is accepted lands at once, or none."""
    from countervail.app.drafts import above, open_drafts, take_events
    from countervail.errors import InputError
    from countervail.present.drafts import accepted

    found, events = open_drafts(drafts)
    if yes_above is not None:
        if not 0.0 <= yes_above <= 1.0:
            raise InputError(f"--yes-above {yes_above:g}: give a share from 0 to 1, such as 0.9")
        chosen = above(found, yes_above, into)
        if events is not None:
            take_events(events, chosen, with_events)
    elif sys.stdin is None or not sys.stdin.isatty():
        raise InputError(
            "this is no terminal: give --yes-above 0.9 to accept what is new, complete and as sure"
        )
    else:
        chosen = _asked(found, events, into)
    landed = chosen.land()
    streams.tell(accepted(landed, chosen.left, into, chosen.events, chosen.events_left), as_json)


def _asked(found: Sequence[DraftFile], events: EventsFile | None, into: Path) -> Accepting:
    """Return what a person at the terminal accepts."""
    from countervail.app.drafts import Accepting
    from countervail.ledger.landing import own_ledger

    chosen = Accepting(into)
    ledger = own_ledger(into)
    open_ones = [one for one in found if one.notes.status == "draft"]
    chosen.left += [
        (one, f"is {one.notes.status} already") for one in found if one not in open_ones
    ]
    for number, one in enumerate(open_ones, 1):
        if not _one(one, (number, len(open_ones)), ledger, chosen):
            chosen.left += [(later, "not looked at") for later in open_ones[number - 1 :]]
            _not_looked_at(events, 0, chosen)
            return chosen
    if events is not None:
        _asked_of_events(events, chosen)
    return chosen


def _not_looked_at(events: EventsFile | None, first: int, chosen: Accepting) -> None:
    """Leave the events of a file from one of them on."""
    from countervail.ledger.landing import AcceptedEvent

    if events is not None:
        chosen.events_left += [
            (AcceptedEvent(events, n), "not looked at") for n in range(first, len(events.of.events))
        ]


def _asked_of_events(events: EventsFile, chosen: Accepting) -> None:
    """Ask about the events of a file, one after another, until a person quits."""
    from countervail.ledger.landing import AcceptedEvent

    number = 0
    while number < len(events.of.events):
        one = AcceptedEvent(events, number)
        status = events.of.events[number].status
        if status != "draft":
            chosen.events_left.append((one, f"is {status} already"))
        else:
            found = _event(one, chosen)
            if found is None:
                _not_looked_at(events, number, chosen)
                return
            events = found
        number += 1


def _event(one: AcceptedEvent, chosen: Accepting) -> EventsFile | None:
    """Ask about an event until it is accepted or skipped; return its file, or None to quit."""
    from countervail.errors import InputError
    from countervail.ledger.drafted_events import event_of, read_events, recorded
    from countervail.present.drafts import event_card

    while one.number < len(one.file.of.events):
        beside = recorded(one.file, one.number, chosen.record())
        of = len(one.file.of.events)
        _show(event_card(one.file, one.number, beside, one.number + 1, of))
        answer = _answer()
        if answer == "q":
            return None
        if answer == "s":
            chosen.events_left.append((one, "skipped"))
            break
        try:
            if answer == "e":
                _edit(one.file.path)
                one = one._replace(file=read_events(one.file.path.parent) or one.file)
            elif answer == "a":
                event_of(one.file, one.number)
                chosen.events.append(one)
                break
        except InputError as error:
            streams.say(f"countervail: {error}", sys.stderr)
    return one.file


def _one(one: DraftFile, place: tuple[int, int], ledger: Ledger, chosen: Accepting) -> bool:
    """Ask about a draft until it is accepted or skipped; return False to quit."""
    from countervail.clock import TODAY, as_date
    from countervail.errors import InputError
    from countervail.ledger.drafted import overlaps, read_draft
    from countervail.ledger.landing import ready
    from countervail.present.drafts import card

    while True:
        day = one.notes.date or as_date(TODAY)
        _show(card(one, overlaps(one.measure, ledger, day), *place))
        answer = _answer()
        if answer == "q":
            return False
        if answer == "s":
            chosen.left.append((one, "skipped"))
            return True
        try:
            if answer == "e":
                _edit(one.path)
                one = read_draft(one.path)
            elif answer == "a":
                ready(one, ledger)
                chosen.accepted.append(one)
                return True
        except InputError as error:
            streams.say(f"countervail: {error}", sys.stderr)


def _answer() -> str:
    sys.stderr.write(KEYS)
    sys.stderr.flush()
    line = sys.stdin.readline()
    return line.strip()[:1].lower() if line else "q"


def _show(parts: Sequence[Part]) -> None:
    from countervail.present.render.screen import screen
    from countervail.present.terminal import show

    show(screen(parts))


def _edit(path: Path) -> None:
    """Open a draft in the editor of the user.

    Raises:
        InputError: the editor cannot be started, or ends with a fault.
    """
    from countervail.errors import InputError

    words = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or EDITOR)
    try:
        done = subprocess.run([*words, str(path)], check=False)
    except OSError as error:
        raise InputError(
            f"{words[0]}: cannot be started ({error.strerror or error}); set EDITOR"
        ) from None
    if done.returncode:
        raise InputError(f"{words[0]}: ended with code {done.returncode}; the draft stands")
