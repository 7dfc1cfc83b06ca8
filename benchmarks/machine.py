"""The machine that timings were taken on, without its name."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

import countervail as cv

PACKAGES = ("numpy", "scipy", "jax")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "XLA_FLAGS")


def describe() -> str:
    """Return date, processor, cores, versions, BLAS and load, in a line."""
    versions = [f"Python {platform.python_version()}", f"Countervail {cv.__version__}"]
    versions += [f"{name} {_version(name)}" for name in PACKAGES]
    threads = [f"{name}={os.environ[name]}" for name in THREADS if name in os.environ]
    parts = [
        date.today().isoformat(),
        f"{processor()}, {cores()} cores, {platform.system()}",
        *versions,
        f"BLAS {blas()}",
        *threads,
        f"load {load()}",
    ]
    return "; ".join(parts)


def processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Return the processor's model name where the system tells it, else its architecture."""
    try:
        lines = cpuinfo.read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names and names[0] else platform.processor() or platform.machine()


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def blas() -> str:
    """Return the linear-algebra library NumPy was built with."""
    config: Any = np.show_config(mode="dicts")
    found = config.get("Build Dependencies", {}).get("blas", {})
    return f"{found.get('name', 'unknown')} {found.get('version', '')}".strip()


def load() -> str:
    """Return the load average of the last minute, where the system has one."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
