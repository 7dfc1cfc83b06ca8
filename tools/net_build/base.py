"""The encoder that is begun from: all-MiniLM-L6-v2, its first layers and the pieces kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from countervail.reading.encoded.windows import HIDDEN, MOST, START, STOP, UNKNOWN

LAYERS = 4
LINES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "o": "attention.output.dense",
    "i": "intermediate.dense",
    "d": "output.dense",
}
NORMS = {"n": "attention.output.LayerNorm", "m": "output.LayerNorm"}
SPECIAL = (START, STOP, UNKNOWN, HIDDEN)
COMMON = 12_000
"""Number of a piece in the encoder's own order, by how common it is, up to which pieces stay."""


def weights(folder: Path, kept: list[str]) -> dict[str, Any]:
    """Return the weights begun from, for some pieces.

    Args:
        folder: with ``model.safetensors`` and ``tokenizer.json``.
        kept: the pieces.
    """
    held, known = load_file(folder / "model.safetensors"), every_piece(folder)
    w = {
        "words": held["embeddings.word_embeddings.weight"][[known[piece] for piece in kept]],
        "positions": held["embeddings.position_embeddings.weight"][:MOST]
        + held["embeddings.token_type_embeddings.weight"][0],
        "en": held["embeddings.LayerNorm.weight"],
        "eb": held["embeddings.LayerNorm.bias"],
    }
    for k in range(LAYERS):
        at = f"encoder.layer.{k}"
        for name, long in LINES.items():
            w[f"{k}{name}w"] = held[f"{at}.{long}.weight"].T
            w[f"{k}{name}b"] = held[f"{at}.{long}.bias"]
        for name, long in NORMS.items():
            w[f"{k}{name}g"] = held[f"{at}.{long}.weight"]
            w[f"{k}{name}c"] = held[f"{at}.{long}.bias"]
    return {name: np.asarray(a, np.float32) for name, a in w.items()}


def every_piece(folder: Path) -> dict[str, int]:
    """Return all pieces of the encoder begun from."""
    told = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    return dict(told["model"]["vocab"])


def kept_pieces(folder: Path, used: set[str]) -> list[str]:
    """Return the pieces that stay: those of labelled texts, common ones and single letters."""
    known = every_piece(folder)
    plain = [p for p in known if p not in SPECIAL and not p.startswith("[")]
    stay = {p for p in plain if p in used or (p.isascii() and known[p] < COMMON)}
    return [*SPECIAL, *sorted(stay)]
