"""Sources of worlds, one file each: what is built in, files of a World, tables of others.

A new source is a new module here that holds a ``SOURCE`` (:mod:`countervail.sources.source`).
Tables of a reader's own goods are read here too, with the trade by product they name.
"""

from countervail.sources.registry import open_world, sources
from countervail.sources.source import Source

__all__ = ["Source", "open_world", "sources"]
