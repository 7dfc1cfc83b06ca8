"""The scenarios that come with the package."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from countervail.errors import InputError, did_you_mean
from countervail.scenario.file import read_scenario
from countervail.scenario.scenario import Scenario

if TYPE_CHECKING:
    from countervail.ledger import Ledger

SHIPPED = Path(__file__).parent / "presets"
"""The folder of the scenario files that come with the package."""


@cache
def preset_names() -> tuple[str, ...]:
    """Return the names of the presets."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def open_scenario(
    name: str | Path,
    variant: str | None = None,
    *,
    ledger: Ledger | None = None,
    own: Collection[str] = (),
) -> Scenario:
    """Return a preset by name, or the scenario in a file.

    Args:
        name: name of a preset, or the path of a ``.toml`` file.
        variant: one of the scenario's variants; default the first.
        ledger: the law; default the shipped measures.
        own: country labels of the user's own world, accepted as they are.

    Raises:
        InputError: no such preset or variant, with the nearest.
        FileError: the file is refused, with path and line.
    """
    word = str(name)
    if word in preset_names():
        return read_scenario(SHIPPED / f"{word}.toml", variant, ledger, own)
    if Path(word).suffix == ".toml" or Path(word).is_file():
        return read_scenario(Path(word), variant, ledger, own)
    raise InputError(
        f"no scenario '{word}'{did_you_mean(word, preset_names())} "
        f"(presets: {', '.join(preset_names())}; or give the path of a .toml file)"
    )
