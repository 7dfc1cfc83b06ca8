"""Every source of worlds, and the one door that asks them."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from countervail.errors import InputError, did_you_mean
from countervail.sources import builtin
from countervail.sources.source import Source
from countervail.world.world import World


def open_world(name: str | Path = builtin.DEFAULT) -> World:
    """Return the world of a name or a path.

    Args:
        name: name of a built-in world (default: OECD ICIO 2025 release, year 2022, 81 economies x
            37 sectors), or the path of a file that a source reads: ``.nc`` or ``.npz`` (a World),
            ``.csv`` (a long table).

    Raises:
        InputError: no source knows it, with the nearest name; or more than one does.
        FileError: the file cannot be read.
        WorldError: the file's table does not close.
    """
    word = str(name)
    knowing = [source for source in sources() if source.knows(word)]
    if len(knowing) > 1:
        both = " and ".join(source.name for source in knowing)
        raise InputError(f"'{word}' could be of {both}; take one of these sources away")
    if knowing:
        return knowing[0].read(word)
    built_in = builtin.builtin_worlds()
    others = [source.takes for source in sources() if source is not builtin.SOURCE]
    raise InputError(
        f"no world '{word}'{did_you_mean(word, built_in)} (built in: {', '.join(built_in)}; "
        f"or give {', or '.join(others)})"
    )


@cache
def sources() -> tuple[Source, ...]:
    """Return every source, by name: the ``SOURCE`` of each module of this folder that has one."""
    package = import_module("countervail.sources")
    names = (module.name for module in iter_modules(package.__path__, f"{package.__name__}."))
    found = (getattr(import_module(name), "SOURCE", None) for name in names)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.name))
