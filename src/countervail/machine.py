"""What this machine has: cores, cache, an accelerator; asked once, never required."""

from __future__ import annotations

import functools
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from countervail.errors import InputError

UNKNOWN_CACHE_BYTES = 16 * 2**20
"""Bytes of last-level cache assumed where the system does not say."""

KEEPING = {"MALLOC_MMAP_THRESHOLD_": str(2**25), "MALLOC_TRIM_THRESHOLD_": str(2**28)}
"""What a process that makes and leaves the same arrays again and again is started with: the C
library (glibc) is to keep their memory, and not to have it zeroed by the system each time."""


_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""The same two, as the C library's ``mallopt`` knows them (malloc.h)."""


def keep_memory() -> None:
    """Have this process keep the memory of arrays it leaves, where the C library can be told so."""
    if sys.platform != "linux":
        return
    import ctypes

    tell = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc has it
    if tell is not None:
        tell(_M_MMAP_THRESHOLD, int(KEEPING["MALLOC_MMAP_THRESHOLD_"]))
        tell(_M_TRIM_THRESHOLD, int(KEEPING["MALLOC_TRIM_THRESHOLD_"]))


def cores() -> int:
    """Return the number of processor cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@functools.cache
def cache_bytes() -> int:
    """Return the size of the last-level cache."""
    try:
        said = Path("/sys/devices/system/cpu/cpu0/cache/index3/size").read_text("utf-8").strip()
        return int(said[:-1]) * {"K": 2**10, "M": 2**20}[said[-1]]
    except (OSError, ValueError, LookupError):
        return UNKNOWN_CACHE_BYTES


def accelerator() -> bool:
    """Return whether JAX is installed with a GPU it can use; without one JAX is not even loaded."""
    plugins = ("jax_cuda12_plugin", "jax_cuda13_plugin", "jax_rocm60_plugin", "jax_rocm7_plugin")
    if find_spec("jax") is None or not any(find_spec(name) for name in plugins):
        return False
    import jax

    try:
        return len(jax.devices("gpu")) > 0
    except RuntimeError:
        return False


def load_jax() -> None:
    """Load JAX, and keep what it compiles between processes unless the user has said where.

    Raises:
        InputError: JAX is not installed; with the command that installs it.
    """
    if find_spec("jax") is None:
        raise InputError("this needs JAX: pip install 'countervail[jax]'")
    import jax

    if jax.config.jax_compilation_cache_dir is None:
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        jax.config.update("jax_compilation_cache_dir", str(Path(home) / "countervail" / "jax"))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.3)
