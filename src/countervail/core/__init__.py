"""The engine room: plain arrays, equations, one solver. No labels, files, clocks or printing."""
