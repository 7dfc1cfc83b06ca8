"""Requests: what can be asked of the laboratory, each stated once, and what running one gives.

A request is a frozen dataclass whose fields say how they are asked for (``countervail.options``).
The command line is made of it; whoever asks otherwise, a page or a script, fills in the same fields
and calls ``run``.
"""
