"""What a source of worlds is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from countervail.world.world import World


@dataclass(frozen=True)
class Source:
    """A place that worlds come from: a word in, a World out.

    Attributes:
        name: short name.
        takes: what to give it, in words that follow "give": ``the path of a .nc file``.
        knows: whether a word (a name, or a path) is for this source, told from the word alone.
        read: the World of a word it knows; raises what :class:`countervail.errors.InputError` is.
    """

    name: str
    takes: str
    knows: Callable[[str], bool]
    read: Callable[[str], World]


def ending(*suffixes: str) -> Callable[[str], bool]:
    """Return what knows the paths of files with one of these endings, ``.nc``."""
    return lambda word: word.lower().endswith(suffixes)
