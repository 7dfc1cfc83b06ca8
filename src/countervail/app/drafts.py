"""Drafts of a text as files: written, walked through, accepted into a ledger of one's own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from countervail.errors import FileError

if TYPE_CHECKING:
    from countervail.ledger.drafted import DraftFile
    from countervail.reading.reader import Reading
    from countervail.reading.to_ledger import Undrafted


def write_drafts(reading: Reading, folder: str | Path) -> tuple[list[Path], list[Undrafted]]:
    """Write the drafts of a text into a folder that has none yet: all of them, or none.

    Args:
        reading: what the text says.
        folder: made where it does not exist.

    Returns:
        The files, and what the ledger has no form for.

    Raises:
        FileError: the folder has files, or cannot be written.
    """
    from countervail.ledger import open_ledger
    from countervail.reading.to_ledger import draft_files

    where = Path(folder)
    if where.exists() and (not where.is_dir() or any(where.iterdir())):
        raise FileError("is not an empty folder; drafts of a text go into one of their own", where)
    files, left = draft_files(reading, open_ledger().measures)
    if not files:
        return [], left
    made = where.with_name(f".{where.name}.new")
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".drafts-", dir=where.parent) as held:
            made = Path(held) / "whole"
            made.mkdir()
            for file in files:
                (made / f"{file.id}.toml").write_text(file.text, encoding="utf-8", newline="")
            with suppress(FileNotFoundError):
                where.rmdir()
            os.replace(made, where)
    except OSError as error:
        raise FileError(f"cannot be written ({error.strerror or error})", where) from error
    return [where / f"{file.id}.toml" for file in files], left


@dataclass
class Accepting:
    """Drafts on their way to a ledger of one's own.

    Attributes:
        into: folder of measure files.
        accepted: drafts that are to land.
        left: those that are not, each with the reason.
    """

    into: Path
    accepted: list[DraftFile] = field(default_factory=list)
    left: list[tuple[DraftFile, str]] = field(default_factory=list)

    def land(self) -> list[Path]:
        """Put what is accepted into the folder, all or nothing.

        Raises:
            InputError: a draft is refused, or the folder cannot be written.
        """
        from countervail.ledger.landing import land

        return land(self.accepted, self.into) if self.accepted else []


def above(drafts: Sequence[DraftFile], share: float, into: Path) -> Accepting:
    """Return which drafts are accepted without a terminal: sure, complete and new.

    Args:
        drafts: of a folder.
        share: least confidence.
        into: folder of measure files.
    """
    from countervail.clock import TODAY, as_date
    from countervail.errors import InputError
    from countervail.ledger.drafted import overlaps
    from countervail.ledger.landing import own_ledger, ready

    ledger = own_ledger(into)
    found = Accepting(into)
    for one in drafts:
        if one.notes.status != "draft":
            found.left.append((one, f"is {one.notes.status} already"))
            continue
        if one.notes.confidence < share:
            found.left.append((one, f"confidence {one.notes.confidence:.2f} is below {share:g}"))
            continue
        day = one.notes.date or as_date(TODAY)
        beside = [o for o in overlaps(one.measure, ledger, day) if o.kind != "ended"]
        if beside:
            found.left.append((one, str(beside[0])))
            continue
        try:
            ready(one, ledger)
        except InputError as error:
            found.left.append((one, str(error)))
            continue
        found.accepted.append(one)
    return found
