"""Carving goods out of sectors: what a good's trade is, where it finds room, the new world."""
