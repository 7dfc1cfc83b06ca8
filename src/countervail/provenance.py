"""Where a figure comes from: hashes, versions and settings, enough to make it again."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from countervail import clock
from countervail.errors import FileError
from countervail.version import __version__

if TYPE_CHECKING:
    import xarray as xr


AUTHORS = "The Countervail authors"
TITLE = "Countervail: an open laboratory for trade policy"


def software(version: str = __version__) -> str:
    """Return how to cite the software that gave an answer, as ``CITATION.cff`` has it."""
    return f"{AUTHORS}, {TITLE}, version {version}."


@dataclass(frozen=True)
class Manifest:
    """Everything needed to reproduce a result.

    Attributes:
        countervail: version of this package.
        python: version of Python.
        today: the day the answer was given on (``--today``).
        numpy: version of NumPy.
        world: name and content hash of the world.
        ledger: content hash of the ledger's files, where one was used.
        settings: scenario, model and solver settings, JSON-able.
    """

    world: Mapping[str, str]
    ledger: Mapping[str, str] | None
    settings: Mapping[str, Any]
    numpy: str
    countervail: str = __version__
    python: str = field(default_factory=platform.python_version)
    today: date = field(default_factory=clock.today)

    def as_dict(self) -> dict[str, Any]:
        """Return the manifest as plain JSON-able values."""
        return {
            "countervail": self.countervail,
            "python": self.python,
            "numpy": self.numpy,
            "today": self.today.isoformat(),
            "world": dict(self.world),
            "ledger": dict(self.ledger) if self.ledger else None,
            "settings": dict(self.settings),
        }


def content_hash(*parts: bytes) -> str:
    """Return the SHA-256 of the parts in order, in hex."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()


def bits(array: NDArray[Any]) -> bytes:
    """Return the numbers of an array as bytes to hash: equal arrays give the same, as -0.0 is 0."""
    return (np.ascontiguousarray(array) + 0).tobytes()


STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Put requests to stop off until the block is over: some libraries lose them halfway.

    Raises:
        KeyboardInterrupt: afterwards, where one came.
    """
    if current_thread() is not main_thread():
        yield
        return
    asked: list[int] = []
    kept = {s: signal.signal(s, lambda number, _: asked.append(number)) for s in STOPS}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
    if asked:
        raise KeyboardInterrupt


def netcdf(dataset: xr.Dataset) -> bytes:
    """Return a dataset as the bytes of a NetCDF-4 file, its cubes compressed.

    Made in memory: a full disk then meets plain Python, which can say so.
    """
    packed = {
        name: {"zlib": True, "complevel": 4}
        for name, variable in dataset.data_vars.items()
        if variable.ndim == 3
    }
    return bytes(dataset.to_netcdf(engine="h5netcdf", encoding=packed))


def save_netcdf(dataset: Callable[[], xr.Dataset], path: str | Path, what: str) -> Path:
    """Write a dataset to a NetCDF-4 file, whole or not at all.

    Args:
        dataset: makes it; not asked where the file cannot be of that kind.
        path: ending in ``.nc``.
        what: is saved, in words.

    Raises:
        FileError: another kind of file, or one that cannot be written.
    """
    target = Path(path)
    if target.suffix != ".nc":
        raise FileError(f"{what} is saved as .nc (NetCDF-4)", target)
    with undisturbed():
        content = netcdf(dataset())
    with whole_file(target) as part:
        part.write_bytes(content)
    return target


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary neighbour to write to; it takes the file's name once it is whole.

    Raises:
        FileError: the file cannot be written there.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError as error:
        raise FileError(f"cannot be written ({error.strerror or error})", path) from error
    finally:
        with suppress(OSError):  # where the folder is a file there is no part to remove
            part.unlink(missing_ok=True)


def to_json(value: Any) -> str:
    """Return indented JSON in ASCII, which every stream can hold; NaN and infinity are refused."""
    return json.dumps(value, indent=2, allow_nan=False)


def from_json(text: str) -> Any:
    """Return what a JSON text of a file holds.

    Raises:
        ValueError: it is not JSON, nests too deep, or holds a number that is not finite.
    """

    def refuse(word: str) -> NoReturn:
        raise ValueError(f"JSON that holds {word}")

    def finite(digits: str) -> float:
        value = float(digits)
        return value if math.isfinite(value) else refuse("a number that is too large")

    try:
        return json.loads(text, parse_constant=refuse, parse_float=finite)
    except RecursionError:
        raise ValueError("JSON that nests too deep") from None
