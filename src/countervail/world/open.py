"""Opening a world by name or path."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from countervail.errors import InputError, did_you_mean
from countervail.world.files import read_world
from countervail.world.world import World

DEFAULT = "oecd-2022"


def open_world(name: str | Path = DEFAULT) -> World:
    """Return the built-in world, or the one in a file.

    Args:
        name: name of a built-in world (default: OECD ICIO 2025 release, year 2022, 81 economies x
            37 sectors), or the path of a ``.nc`` or ``.npz`` file.

    Raises:
        InputError: no such world, with the nearest name.
        FileError: the file cannot be read.
    """
    word = str(name)
    if word in builtin_worlds():
        return _open_builtin(word)
    if Path(word).suffix in {".nc", ".npz"}:
        return read_world(Path(word))
    raise InputError(
        f"no world '{word}'{did_you_mean(word, builtin_worlds())} "
        f"(built in: {', '.join(builtin_worlds())}; or give the path of a .nc file)"
    )


@cache
def builtin_worlds() -> tuple[str, ...]:
    """Return the names of the worlds inside the package."""
    folder = resources.files("countervail").joinpath("world/builtin")
    return tuple(sorted(f.name[:-4] for f in folder.iterdir() if f.name.endswith(".npz")))


def data_card(name: str = DEFAULT) -> str:
    """Return the data card of a built-in world (Markdown).

    Raises:
        InputError: no such built-in world; a file has no card.
    """
    if name not in builtin_worlds():
        raise InputError(
            f"no data card for '{name}'{did_you_mean(name, builtin_worlds())} (built-in worlds "
            f"have one: {', '.join(builtin_worlds())})"
        )
    path = resources.files("countervail").joinpath("world/builtin/DATA_CARD.md")
    return path.read_text("utf-8")


@cache
def _open_builtin(name: str) -> World:
    with resources.as_file(
        resources.files("countervail").joinpath(f"world/builtin/{name}.npz")
    ) as path:
        return read_world(path)
