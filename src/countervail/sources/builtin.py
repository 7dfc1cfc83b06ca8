"""The worlds inside the package, and their data cards."""

from __future__ import annotations

from functools import cache
from importlib import resources

from countervail.errors import InputError, did_you_mean
from countervail.sources.source import Source
from countervail.world.files import read_world
from countervail.world.world import World

DEFAULT = "oecd-2022"


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
def _open(name: str) -> World:
    with resources.as_file(
        resources.files("countervail").joinpath(f"world/builtin/{name}.npz")
    ) as path:
        return read_world(path)


SOURCE = Source(
    name="builtin",
    takes=f"the name of a built-in world, such as {DEFAULT}",
    knows=lambda word: word in builtin_worlds(),
    read=_open,
)
