"""NumPy archives, read with care: what a header claims is held against the file before it is read.

A zip file may be encrypted or packed so that a megabyte becomes a thousand, and the header of an
array may claim any size. Nothing is unpacked that was not asked for, nor before its size is known.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

from countervail.errors import FileError
from countervail.world.size import allowed

PLAIN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
ENCRYPTED = 1  # bit of a member's flags
LONGEST_HEADER = 2_000
KINDS = "iufU"  # of NumPy arrays: numbers and text


def read_archive(path: Path, wanted: Sequence[str]) -> dict[str, np.ndarray]:
    """Return the arrays of these names, those that are there; others are not looked at.

    Raises:
        FileError: not such an archive, or one that does not hold what it claims.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = {info.filename: info for info in archive.infolist()}
            found = {n: members[f"{n}.npy"] for n in wanted if f"{n}.npy" in members}
            room = allowed(path.stat().st_size)
            for name, info in found.items():
                room -= info.file_size
                if room < 0:
                    raise ValueError(f"'{name}' would be {info.file_size:,} bytes unpacked")
                _check(archive, name, info)
            return {name: _read(archive, info) for name, info in found.items()}
    except Exception as error:  # zipfile, zlib and NumPy raise many kinds for a damaged file
        said = str(error) or type(error).__name__
        raise FileError(
            f"not a readable NumPy archive, perhaps truncated or damaged ({said})", path
        ) from error


def _check(archive: zipfile.ZipFile, name: str, info: zipfile.ZipInfo) -> None:
    """Raise where a member is not an array of the size that its header and the archive say.

    Raises:
        ValueError: why.
    """
    if info.flag_bits & ENCRYPTED:
        raise ValueError(f"'{name}' is encrypted")
    if info.compress_type not in PLAIN:
        raise ValueError(f"'{name}' is compressed in a way that no world is")
    with archive.open(info) as file:
        shape, dtype = _header(file)
        size = file.tell() + math.prod(shape) * dtype.itemsize
    if dtype.kind not in KINDS:
        raise ValueError(f"'{name}' holds neither real numbers nor text")
    if size != info.file_size or min(shape, default=1) < 0:
        raise ValueError(f"'{name}' claims {size:,} bytes and has {info.file_size:,}")


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return what the header of an array says: shape and kind of number."""
    version = npy.read_magic(file)
    read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    if version not in read:
        raise ValueError("an array of an unknown version")
    shape, _, dtype = read[version](file, max_header_size=LONGEST_HEADER)
    return shape, dtype


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(info) as file:
        return np.asarray(npy.read_array(file, allow_pickle=False, max_header_size=LONGEST_HEADER))
