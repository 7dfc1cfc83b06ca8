"""Answers as files: the answer, its tables, what it is made of; whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from countervail.draws.store import FOLDER, clear
from countervail.present.document import Document
from countervail.present.folders import LAST, whole_folder
from countervail.provenance import to_json


class Saved(Protocol):
    """What has a file of its own beside the answer."""

    def save(self, path: str | Path) -> Path:
        """Write it."""


def write_folder(
    document: Document,
    folder: str | Path,
    saved: Mapping[str, Saved | None],
    *,
    answer: str = "answer",
    kept: tuple[str, ...] = (FOLDER,),
) -> Path:
    """Write an answer, its CSV tables, its manifest, and what is saved beside it, into a folder.

    The files are made in a draft folder and moved in when all are whole, the manifest last: an
    interrupted run leaves nothing half written. What was kept there to go on after an interruption
    is taken away.

    Args:
        document: the answer; its manifest is also a file of its own.
        folder: where to.
        saved: by the name of its ``.nc`` file what is saved beside: a solution, its draws.
        answer: name of the JSON file.
        kept: hidden folders of what was kept there to go on.

    Raises:
        FileError: the folder cannot be written, or is a file.
    """
    with whole_folder(folder) as draft:
        for name, one in saved.items():
            if one is not None:
                one.save(draft / f"{name}.nc")
        for name, text in document.csv().items():
            (draft / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
        (draft / f"{answer}.json").write_text(document.json() + "\n", encoding="utf-8")
        manifest = to_json(document.data["manifest"]) + "\n"
        (draft / LAST).write_text(manifest, encoding="utf-8")
    for name in kept:
        clear(Path(folder), name)
    return Path(folder)
