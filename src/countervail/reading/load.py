"""What is read: bytes, a file or a text, with its date and hash; the text is never changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from countervail.errors import FileError, InputError, did_you_mean

MOST_BYTES = 10_000_000
"""The longest text that is read."""

ENCODINGS = ("utf-8-sig", "utf-8")

MOST_BESIDE = 10_000
"""Files of a folder among whose names the nearest is looked for."""

GIVE_TEXT = "; save the text as a file, such as story.txt, and give its name"
"""What next where a file is not there and no other has a name like it."""


@dataclass(frozen=True)
class Source:
    """A text as it was given.

    Attributes:
        text: its characters; offsets of everything that is found count them.
        sha256: of its bytes, in hexadecimal digits.
        name: of the file; none where a text was given.
        date: of the document, where it is known.
    """

    text: str
    sha256: str
    name: str = ""
    date: date | None = None


def decoded(data: bytes) -> str:
    """Return bytes as text: UTF-8 or UTF-16 with a mark, UTF-8, else one character a byte."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def from_text(text: str, on: date | None = None, name: str = "") -> Source:
    """Return a text that is given as one.

    Args:
        text: at most 10 MB of it.
        on: date of the document.
        name: what it is called.

    Raises:
        InputError: it is longer.
    """
    data = text.encode("utf-8", errors="surrogatepass")
    if len(data) > MOST_BYTES:
        raise InputError(
            f"a text of {len(data) / 1e6:.1f} MB: at most {MOST_BYTES / 1e6:.0f} MB are read; "
            "give the articles one by one"
        )
    return Source(text, hashlib.sha256(data).hexdigest(), name, on)


def _instead(where: Path) -> str:
    """Return what to give in place of a file that is not there: the nearest name, or how."""
    try:
        beside = [one.name for one in islice(where.parent.iterdir(), MOST_BESIDE)]
    except OSError:
        folder = where.parent
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return f" (folder {where.parent} is not there either; {folder} is){GIVE_TEXT}"
    near = did_you_mean(where.name, [name for name in beside if not name.startswith(".")])
    return near or GIVE_TEXT


def from_file(path: str | Path, on: date | None = None) -> Source:
    """Return the text of a file.

    Args:
        path: of the file; any bytes can be read.
        on: date of the document.

    Raises:
        FileError: it cannot be read, or is longer than 10 MB; what next.
    """
    where = Path(path)
    try:
        with where.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise FileError(f"no such file{_instead(where)}", where) from None
    except IsADirectoryError:
        raise FileError("is a folder; name one text file in it", where) from None
    except ValueError:  # a name that no file can have
        raise FileError(f"no such file{GIVE_TEXT}", where) from None
    except OSError as error:
        raise FileError(f"cannot be read: {error.strerror or error}", where) from None
    if len(data) > MOST_BYTES:
        raise FileError(f"more than {MOST_BYTES / 1e6:.0f} MB: give the articles one by one", where)
    return Source(decoded(data), hashlib.sha256(data).hexdigest(), str(where), on)
