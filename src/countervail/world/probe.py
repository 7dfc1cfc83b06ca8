"""Whether a NetCDF file can be read to its end, tried by a process that may fail at it.

The HDF5 library loops for ever on some damaged files, or asks for memory without end, and nothing
in the process that called it can stop it. So another process reads the file first, all that would
be read of it, within limits of time and memory; what that one got through is safe to read.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from countervail.errors import FileError
from countervail.world.size import allowed

SECONDS = 6.0
"""For a small file; a second more for every 25 MB."""

MEMORY_BYTES = 1_000_000_000
"""Bytes; and three times the file, for a larger one."""

SCRIPT = """\
import math, sys
try:
    import resource
    for what, most in ((resource.RLIMIT_AS, int(sys.argv[2])), (resource.RLIMIT_CPU, 60)):
        resource.setrlimit(what, (most, most))
except ImportError:
    pass
import h5netcdf
with h5netcdf.File(sys.argv[1], "r") as file:
    dict(file.attrs), list(file.groups), dict(file.dimensions)
    size = 0
    for variable in file.variables.values():
        dict(variable.attrs), variable.dimensions
        size += math.prod(variable.shape) * getattr(variable.dtype, "itemsize", 1)
    if size > int(sys.argv[3]):
        sys.exit(f"it would be {size:,} bytes unpacked")
    for variable in file.variables.values():
        variable[...]
"""


def refuse_unreadable(path: Path) -> None:
    """Raise where a NetCDF file cannot be read to its end within limits.

    Raises:
        FileError: not such a file, or a damaged one; why.
    """
    size = path.stat().st_size
    limits = [str(max(MEMORY_BYTES, 3 * size)), str(allowed(size))]
    # the same packages, and not one thread for each core: each asks for memory of its own
    known = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"}
    try:
        ended = subprocess.run(
            [sys.executable, "-P", "-c", SCRIPT, str(path.absolute()), *limits],
            env={**os.environ, **known, "OMP_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS + size / 25e6,
        )
    except subprocess.TimeoutExpired:
        raise _damaged(path, "it takes for ever to read") from None
    except OSError as error:
        why = f"no process could be started to check it ({error.strerror or error})"
        raise FileError(why, path) from error
    if ended.returncode:
        said = ended.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _damaged(path, said[-1] if said else "the reading process died")


def _damaged(path: Path, why: str) -> FileError:
    return FileError(f"not a readable NetCDF-4 file, perhaps truncated or damaged ({why})", path)
