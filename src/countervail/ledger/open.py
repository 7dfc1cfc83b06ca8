"""Opening a ledger: the measures that come with the package, and files of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from countervail.errors import FileError
from countervail.ledger.files import SHIPPED, line_in, read_measure
from countervail.ledger.ledger import Ledger
from countervail.ledger.measure import Measure


def open_ledger(*extra_paths: str | Path) -> Ledger:
    """Return the shipped measures, with those of further files or folders.

    Args:
        extra_paths: measure files, or folders of them.

    Raises:
        FileError: a file is refused (``path:line``), or its id is taken.
    """
    shipped, homes = _shipped()
    measures, paths = list(shipped), dict(homes)
    for path in _files(extra_paths):
        measure = read_measure(path)
        if measure.id in paths:
            raise FileError(
                f"measure '{measure.id}' is already in {paths[measure.id]}; give it another id",
                path,
                line_in(path, ("id",)),
            )
        measures.append(measure)
        paths[measure.id] = path
    return Ledger.of(measures, paths)


@cache
def _shipped() -> tuple[tuple[Measure, ...], Mapping[str, Path]]:
    files = sorted(SHIPPED.glob("*.toml"))
    measures = tuple(read_measure(path) for path in files)
    return measures, {m.id: path for m, path in zip(measures, files, strict=True)}


def _files(paths: Iterable[str | Path]) -> Iterator[Path]:
    for path in map(Path, paths):
        if path.is_dir():
            found = sorted(path.glob("*.toml"))
            if not found:
                raise FileError("this folder has no measure files (*.toml)", path)
            yield from found
        else:
            yield path
