"""Draws on disk as they come, so that a run that was interrupted goes on where it stopped.

What is kept lies in a folder of the question it answers, ``.draws/HASH``, and every chunk carries
that hash again: no run takes in what another has drawn. A lock lets one run at a time work there.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from countervail.draws.draw import Draw, Kept
from countervail.errors import FileError
from countervail.provenance import content_hash, to_json, whole_file

FOLDER = ".draws"
KEY = "key.json"
LOCK = "lock"


class Store:
    """Finished chunks of one run in a folder, which is locked for as long as this is held.

    Args:
        folder: where the answer is to be written.
        key: what the draws depend on, JSON-able; a change of it is another run.
        name: of the hidden folder in it, where other answers than draws are kept.

    Raises:
        FileError: the folder cannot be written, or another run is at work in it.
    """

    def __init__(self, folder: Path, key: object, name: str = FOLDER) -> None:
        said = to_json(key)
        self.hash = content_hash(said.encode())
        self.home = folder / name / self.hash[:16]
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self.lock = FileLock(folder / name / LOCK, timeout=0)
            self.lock.acquire()
        except Timeout as error:
            raise FileError(
                "another run is at work in this folder; wait for it, or name another folder", folder
            ) from error
        except OSError as error:
            raise FileError(f"cannot be written ({error.strerror or error})", folder) from error
        with whole_file(self.home / KEY) as part:
            part.write_text(said, "utf-8")

    @classmethod
    def of(cls, folder: str | Path | None, key: object, name: str = FOLDER) -> Store | None:
        """Return the store of a folder; None where none is given."""
        return None if folder is None else cls(Path(folder), key, name)

    def finished(self) -> Iterator[tuple[int, list[Kept]]]:
        """Yield the chunks that are there, by number; one that cannot be read is done again."""
        for path in sorted(self.home.glob("*.npz")):
            try:
                yield int(path.stem), _read(path, self.hash)
            except (OSError, ValueError, KeyError):
                path.unlink(missing_ok=True)

    def keep(self, number: int, chunk: Sequence[Kept]) -> None:
        """Write a chunk, whole or not at all."""
        with whole_file(self.home / f"{number}.npz") as part, part.open("wb") as file:
            _write(file, chunk, self.hash)


def has_draws(folder: str | Path) -> bool:
    """Return whether a folder keeps what an interrupted run can go on from."""
    return any(Path(folder).glob(f".*/*/{KEY}"))


def clear(folder: Path, name: str = FOLDER) -> None:
    """Take what is kept in a folder away, once an answer is written; what others left stays."""
    home = folder / name
    for kept in home.glob(f"*/{KEY}"):
        shutil.rmtree(kept.parent, ignore_errors=True)
    with suppress(OSError):
        (home / LOCK).unlink(missing_ok=True)
        home.rmdir()


def _write(file: object, chunk: Sequence[Kept], key: str) -> None:
    arrays: dict[str, np.ndarray] = {}
    known: list[object] = []
    for k, draw in enumerate(chunk):
        if isinstance(draw, str):
            known.append(draw)
            continue
        shapes = {name: np.shape(value) for name, value in draw.figures.items()}
        known.append({"figures": shapes, "residual": draw.residual})
        flat = [np.ravel(value) for value in draw.figures.values()]
        arrays[f"{k} figures"] = np.concatenate([np.zeros(0), *flat])
        arrays.update({f"{k} {name}": values for name, values in draw.arrays.items()})
    reported = {"key": key, "draws": known}
    text = np.frombuffer(json.dumps(reported).encode(), dtype=np.uint8)
    np.savez(file, known=text, **arrays)  # type: ignore[arg-type]


def _read(path: Path, key: str) -> list[Kept]:
    with np.load(path, allow_pickle=False) as held:
        reported = json.loads(held["known"].tobytes())
        if reported["key"] != key:
            raise ValueError("drawn for another question")
        chunk: list[Kept] = []
        for k, said in enumerate(reported["draws"]):
            if isinstance(said, str):
                chunk.append(said)
                continue
            mine = f"{k} "
            arrays = {n.removeprefix(mine): held[n] for n in held.files if n.startswith(mine)}
            figures = _shaped(arrays.pop("figures"), said["figures"])
            chunk.append(Draw(arrays, figures, said["residual"]))
    return chunk


def _shaped(flat: np.ndarray, shapes: Mapping[str, Sequence[int]]) -> dict[str, np.ndarray]:
    """Return what was read of a draw, each in its shape, in the order it was written."""
    ends = np.cumsum([0, *(math.prod(shape) for shape in shapes.values())])
    return {
        name: flat[first:last].reshape(shape)
        for (name, shape), first, last in zip(shapes.items(), ends, ends[1:], strict=False)
    }
