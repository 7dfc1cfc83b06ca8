"""Draws on disk as they come, so that a run that was interrupted goes on where it stopped."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from countervail.ensembles.job import Draw
from countervail.errors import FileError
from countervail.provenance import to_json, whole_file

FOLDER = ".draws"
KEY = "key.json"


class Store:
    """Finished chunks of one run in a folder; another run's are taken away.

    Args:
        folder: where the answer is to be written.
        key: what the draws depend on, JSON-able; a change of it is another run.
        name: of the hidden folder in it, where other answers than draws are kept.

    Raises:
        FileError: the folder cannot be written.
    """

    def __init__(self, folder: Path, key: object, name: str = FOLDER) -> None:
        self.home = folder / name
        said, known = to_json(key), self.home / KEY
        try:
            if self.home.exists() and not (known.is_file() and known.read_text("utf-8") == said):
                shutil.rmtree(self.home)
            self.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"cannot be written ({error.strerror or error})", folder) from error
        with whole_file(known) as part:
            part.write_text(said, "utf-8")

    def finished(self) -> Iterator[tuple[int, list[Draw | str]]]:
        """Yield the chunks that are there, by number; one that cannot be read is done again."""
        for path in sorted(self.home.glob("*.npz")):
            try:
                yield int(path.stem), _read(path)
            except (OSError, ValueError, KeyError):
                path.unlink(missing_ok=True)

    def keep(self, number: int, chunk: Sequence[Draw | str]) -> None:
        """Write a chunk, whole or not at all."""
        with whole_file(self.home / f"{number}.npz") as part, part.open("wb") as file:
            _write(file, chunk)


def clear(folder: Path, name: str = FOLDER) -> None:
    """Take what is kept in a folder away, once the answer that holds it is written."""
    shutil.rmtree(folder / name, ignore_errors=True)


def _write(file: object, chunk: Sequence[Draw | str]) -> None:
    arrays: dict[str, np.ndarray] = {}
    known: list[object] = []
    for k, draw in enumerate(chunk):
        if isinstance(draw, str):
            known.append(draw)
            continue
        known.append({"figures": list(draw.figures), "residual": draw.residual})
        arrays[f"{k} figures"] = np.array(list(draw.figures.values()), dtype=np.float64)
        arrays.update({f"{k} {name}": values for name, values in draw.arrays.items()})
    text = np.frombuffer(json.dumps(known).encode(), dtype=np.uint8)
    np.savez(file, known=text, **arrays)  # type: ignore[arg-type]


def _read(path: Path) -> list[Draw | str]:
    with np.load(path, allow_pickle=False) as held:
        known = json.loads(held["known"].tobytes())
        chunk: list[Draw | str] = []
        for k, said in enumerate(known):
            if isinstance(said, str):
                chunk.append(said)
                continue
            mine = f"{k} "
            arrays = {n.removeprefix(mine): held[n] for n in held.files if n.startswith(mine)}
            figures = dict(zip(said["figures"], arrays.pop("figures").tolist(), strict=True))
            chunk.append(Draw(arrays, figures, said["residual"]))
    return chunk
