"""A NumPy archive with fixed time stamps, so that the same arrays give the same file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

STAMP = (1980, 1, 1, 0, 0, 0)


def write(path: Path, arrays: Mapping[str, Any]) -> int:
    """Write the arrays, whole or not at all; return the size in bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, values in arrays.items():
            one = io.BytesIO()
            np.lib.format.write_array(one, np.asanyarray(values), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", date_time=STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, one.getvalue(), compresslevel=9)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    draft.write_bytes(buffer.getvalue())
    draft.replace(path)
    return path.stat().st_size
