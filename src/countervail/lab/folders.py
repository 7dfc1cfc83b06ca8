"""Sentences without the folders of this machine: files are named alone."""

from __future__ import annotations

import re
from pathlib import PurePath


def without_folders(said: str) -> str:
    """Return a sentence in which files are named without the folder they lie in.

    What stands alone between words, such as ``and/or`` or an address of the web, is left.
    """
    return " ".join(_name(word) for word in said.split(" "))


def _name(word: str) -> str:
    if "://" in word or not re.search(r"[/\\]", word):
        return word
    bare = word.strip("'\"(),;:")
    if not (bare.startswith(("/", "~", ".")) or re.match(r"[A-Za-z]:[\\/]", bare)):
        return word
    return word.replace(bare, PurePath(bare.replace("\\", "/")).name)
