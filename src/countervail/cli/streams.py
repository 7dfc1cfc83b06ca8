"""Standard output and error: whatever they can hold, a result is written on them.

A code page that lacks a character gets a stand-in for it, a stream that is closed a place to write
to, so that a file written beside it is not lost; that nothing could be printed is said at the end.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from countervail.text.characters import HANDLER, printable

if TYPE_CHECKING:
    from countervail.present.document import Document


class ClosedOutput(io.StringIO):
    """What stands for a standard output that is closed; remembers whether it was written to."""

    used = False

    def write(self, text: str) -> int:
        """Take the text and forget it."""
        self.used = self.used or bool(text)
        return len(text)


def prepare() -> None:
    """Let both streams take any text; one that is closed takes it and forgets it."""
    if sys.stdout is None:
        _fill(1)
        sys.stdout = ClosedOutput()
    if sys.stderr is None:
        _fill(2)
        sys.stderr = ClosedOutput()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=HANDLER)


def say(text: str, stream: TextIO | None = None) -> None:
    """Write a line; text of files in it cannot steer the terminal.

    Args:
        text: without the line feed at its end.
        stream: default standard output.
    """
    (stream or sys.stdout).write(printable(text) + "\n")


def tell(
    document: Document, as_json: bool, shown: Collection[str] = (), *, everything: bool = False
) -> None:
    """Write an answer on standard output: to be read, or as one JSON object.

    Args:
        document: the answer.
        as_json: as one JSON object.
        shown: words of the sections to be read; none is the first screen, where there is one.
        everything: all there is to read.

    Raises:
        InputError: the answer has no such section.
    """
    if as_json:
        sys.stdout.write(document.json() + "\n")
        return
    from countervail.present.render.screen import screen
    from countervail.present.terminal import FIRST_SCREEN, LEAST, show

    parts = document.read(shown, everything=everything)
    first = bool(document.first) and not (shown or everything or document.beside)
    show(screen(parts), least=FIRST_SCREEN if first else LEAST)


def finish() -> None:
    """Write what is not written yet.

    Raises:
        OSError: it cannot be written: a full disk, a pipe whose reader is gone, no stream at all.
    """
    sys.stdout.flush()
    if isinstance(sys.stdout, ClosedOutput) and sys.stdout.used:
        raise OSError("is closed: the answer could not be printed; use --out, or do not close it")


def forget() -> None:
    """Let what is still to be written go nowhere: the reader of a pipe has had enough."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _fill(number: int) -> None:
    """Take a descriptor that is free, so that no file opened later stands for a stream."""
    with suppress(OSError):
        while (held := os.open(os.devnull, os.O_WRONLY)) < number:
            pass
        if held > number:
            os.close(held)
