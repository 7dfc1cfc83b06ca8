"""Parts of the build of the built-in world; run ``tools/build_world.py``."""
