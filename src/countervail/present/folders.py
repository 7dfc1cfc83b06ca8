"""A folder of files that is written whole or not at all, and holds one answer at a time."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from countervail.errors import FileError, InputError
from countervail.provenance import from_json, to_json, undisturbed, whole_file

LAST = "manifest.json"
"""The file that is moved in last: where it is there, all are, and it lists them."""

LISTED = "files"
"""Its key for the names of the files of the answer."""

JOURNAL = ".files.json"
"""Where names of files of ours stand while an answer takes the place of an earlier one."""

OURS = frozenset(
    f"{name}{kind}"
    for kind, names in {
        ".json": ("answer", "manifest", "result"),
        ".nc": ("ensemble", "solution", "sweep"),
        ".csv": (
            *("countries", "diversion", "exports", "frontier", "gains", "goals", "goods", "levers"),
            *("lines", "list", "measures", "outputs", "packages", "partners", "path"),
            *("path_goods", "quotas", "ranges", "rates", "sectors", "sweep"),
        ),
    }.items()
    for name in names
)
"""Every file that an answer can have; nothing else in a folder is ever touched."""


def check_folder(folder: str | Path) -> None:
    """Raise when a folder cannot be written, before anything is solved.

    Raises:
        FileError: it is a file, it holds a folder named like a file of an answer, or it cannot be
            made or written; why.
    """
    if not str(folder):
        raise InputError("--out is empty; it names a folder")
    target = Path(folder)
    try:
        if target.exists() and not target.is_dir():
            raise FileError("is a file; --out names a folder", target)
        nearest = next(p for p in (target, *target.absolute().parents) if p.is_dir())
        if not os.access(nearest, os.W_OK):
            raise FileError(f"cannot be written: no permission in {nearest}", target)
        for name in sorted(OURS):
            if (target / name).is_dir() and not (target / name).is_symlink():
                raise FileError(
                    f"holds a folder named '{name}', as a file of an answer is; move it, or name "
                    "another folder",
                    target,
                )
    except OSError as error:
        raise FileError(f"cannot be written ({error.strerror or error})", target) from error


@contextmanager
def whole_folder(folder: str | Path) -> Iterator[Path]:
    """Give a draft folder to write to; its files are moved in when all are whole.

    Files of an earlier answer in the folder are replaced or taken away; files of others stay. The
    manifest comes to list the files of the answer.

    Raises:
        FileError: the folder cannot be written, is a file, or holds a folder named like a file.
    """
    check_folder(folder)
    target = Path(folder)
    made_here = not target.exists()
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".draft-", dir=target) as made:
            draft = Path(made)
            yield draft
            check_folder(target)  # solving may have taken hours
            with undisturbed():
                _take_the_place(draft, target)
    except (OSError, FileError) as error:
        if isinstance(error, FileError) and error.__cause__ is None:
            raise  # from check_folder
        # a draft's name says nothing to a reader: the folder asked for does
        cause = error if isinstance(error, OSError) else error.__cause__
        why = getattr(cause, "strerror", None) or cause
        raise FileError(f"cannot be written ({why})", target) from error
    finally:
        if made_here:
            with suppress(OSError):  # made for an answer that never came; else it is not empty
                target.rmdir()


def _take_the_place(draft: Path, target: Path) -> None:
    """Move the files of an answer to where those of an earlier one are.

    Where that breaks off there is no manifest, and the journal says what the next is to replace.
    """
    new = {file.name for file in draft.iterdir()}
    if not new <= OURS:
        raise AssertionError(f"not declared in OURS: {new - OURS}")
    manifest = from_json((draft / LAST).read_text("utf-8"))
    listed = to_json({**manifest, LISTED: sorted(new)}) + "\n"
    (draft / LAST).write_text(listed, encoding="utf-8")
    journal = target / JOURNAL
    old = _listed(target / LAST) | _listed(journal)
    with whole_file(journal) as part:
        part.write_text(to_json({LISTED: sorted(old | new)}), encoding="utf-8")
    (target / LAST).unlink(missing_ok=True)
    for name in old - new:
        (target / name).unlink(missing_ok=True)
    for name in sorted(new, key=lambda name: name == LAST):
        (draft / name).replace(target / name)
    journal.unlink()


def _listed(path: Path) -> set[str]:
    """Return the files of ours that a manifest lists; none where it is not ours.

    Early ones list none: whatever can be of an answer then is.
    """
    try:
        held = from_json(path.read_text("utf-8"))
    except (OSError, ValueError):
        return set()
    if not isinstance(held, dict):
        return set()
    files = held.get(LISTED, sorted(OURS) if "countervail" in held else [])
    return {name for name in OURS if isinstance(files, list) and name in files}
