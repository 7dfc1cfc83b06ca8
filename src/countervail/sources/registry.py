"""Every source of worlds, and the one door that asks them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from countervail.errors import InputError, did_you_mean
from countervail.sources import builtin
from countervail.sources.goods_file import goods_from
from countervail.sources.source import Source
from countervail.world.goods import Good
from countervail.world.world import World


def open_world(
    name: str | Path = builtin.DEFAULT, goods: str | Path | Sequence[str | Path | Good] = ()
) -> World:
    """Return the world of a name or a path, with goods carved out of its sectors if named.

    Args:
        name: name of a built-in world (default: OECD ICIO 2025 release, year 2022, 81 economies x
            37 sectors), or the path of a file that a source reads: ``.nc`` or ``.npz`` (a World),
            ``.csv`` (a long table).
        goods: goods to carve (:meth:`World.carve`): of the package, by code or name, or those of a
            table of your own, a ``.csv`` file (``sources/goods_file.py``).

    Raises:
        InputError: no source knows it, with the nearest name; or more than one does; an unknown
            good, or one that finds no room.
        FileError: the file cannot be read.
        WorldError: the file's table does not close.
    """
    world = _opened(str(name))
    if not goods:
        return world
    return world.carve(goods_from([goods] if isinstance(goods, str | Path) else goods))


def _opened(word: str) -> World:
    """Return the world of a word, from the one source that knows it."""
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
