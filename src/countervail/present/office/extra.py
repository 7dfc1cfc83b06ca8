"""What the extra ``office`` installs, and what is said where it is not there."""

from __future__ import annotations

from importlib.util import find_spec

from countervail.errors import InputError

MODULES = {".xlsx": ("xlsxwriter", "XlsxWriter"), ".docx": ("docx", "python-docx")}
"""Module that writes a kind of file, and the name of its package."""


def check_extra(option: str, kind: str) -> None:
    """Raise where what writes a kind of file is not installed; other kinds need nothing.

    Args:
        option: that asks for it, as it is typed.
        kind: the end of its name, such as ``.xlsx``.

    Raises:
        InputError: with the command that installs it.
    """
    module, package = MODULES.get(kind, ("", ""))
    if module and find_spec(module) is None:
        raise InputError(f"{option} needs {package}: pip install 'countervail[office]'")
