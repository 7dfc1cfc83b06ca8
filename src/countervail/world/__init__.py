"""Worlds: the baseline economy, its accounts, its files."""

from countervail.world.check import WorldFinding
from countervail.world.files import read_world
from countervail.world.world import World

__all__ = ["World", "WorldFinding", "read_world"]
