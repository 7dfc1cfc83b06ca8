"""Fit the encoder of reading on the project's labelled passages, and what its answers weigh.

``--train`` writes ``data/reading/net.npz``, begun from all-MiniLM-L6-v2 (Apache 2.0; a folder with
its ``model.safetensors`` and ``tokenizer.json``) or, with ``--go-on``, from the weights that are
there. ``--weigh`` writes, into ``data/reading/weights.csv``, how much an answer counts beside what
rules and words say: by passages that nothing else was fitted on (``tests/reading/held.jsonl``).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from fit_reading import LABELLED
from fit_words import CLASSES, rows_of_grid

from countervail.reading.encoded.marked import words_of
from countervail.reading.encoded.net import Net, loaded, net, stored
from countervail.reading.load import from_text
from countervail.reading.reader import first_reading

ROOT = Path(__file__).parent.parent
HOME = ROOT / "src/countervail/data/reading/net.npz"
TEXTS = ROOT / "tests/reading"
HELD = TEXTS / "held.jsonl"
SEED = 1


def rows(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return labelled texts."""
    return [json.loads(line) for path in paths for line in path.open(encoding="utf-8")]


def _words(some: Sequence[dict[str, Any]]) -> Iterator[Any]:
    for row in some:
        source = from_text(row["text"], date.fromisoformat(row["doc_date"]))
        for sc in first_reading(source, hear=False).scenes:
            yield from words_of(sc)


def begun(folder: Path, some: Sequence[dict[str, Any]]) -> tuple[Net, dict[str, Any], list[str]]:
    """Return the names of an encoder, the weights it begins with, and those that are new."""
    from net_build.base import every_piece, kept_pieces, weights
    from net_build.model import begun as with_new

    from countervail.reading.encoded.pieces import pieces

    every = list(_words(some))
    known = every_piece(folder)
    name = {k: piece for piece, k in known.items()}
    low = {w.low for w in every if not w.hidden}
    used = {name[k] for word in low for k in pieces(word, known, known["[UNK]"])}
    kept = kept_pieces(folder, used)
    names: dict[str, list[str]] = {
        "pieces": kept,
        "kinds": sorted({w.kind for w in every if w.kind}),
        "roles": sorted({w.role for w in every if w.role}),
        "clauses": sorted({w.clause for w in every if w.clause}),
        "instruments": list(CLASSES["stretches"]),
        "statuses": list(CLASSES["statuses"]),
    }
    base = weights(folder, kept)
    w = with_new(base, {kind: len(of) for kind, of in names.items()}, SEED)
    held = {kind: np.array(of) for kind, of in names.items()}
    return (
        loaded({**{k: np.asarray(a) for k, a in w.items()}, **held}),
        w,
        [k for k in w if k not in base],
    )


def write(names: Net, w: dict[str, Any]) -> None:
    """Write weights, with the names of what they are of, so that one run writes one file."""
    held = {
        "pieces": list(names.pieces),
        **{kind: list(getattr(names, kind)) for kind in ("kinds", "roles", "clauses")},
        "instruments": list(names.instruments),
        "statuses": list(names.statuses),
    }
    every = {**stored(w), **{kind: np.array(of) for kind, of in held.items()}}
    new = HOME.with_suffix(".new.npz")
    np.savez_compressed(new, allow_pickle=False, **every)
    new.replace(HOME)


def train(some: Sequence[dict[str, Any]], left: Sequence[dict[str, Any]], asked: Any) -> None:
    """Fit the encoder; say how it answers on texts left out."""
    import jax.numpy as jnp
    from net_build.model import FROZEN
    from net_build.questions import passages
    from net_build.train import Plan, as_arrays, told, trained

    if asked.go_on:
        names = net()
        w = {name: jnp.asarray(a) for name, a in names.w.items()}
        new = [name for name in w if not name[0].isdigit() and name not in (*FROZEN, "en", "eb")]
    else:
        names, w, new = begun(asked.base, some)
    learned = [one for row in some for one in passages(names, row)]
    unseen = [one for row in left for one in passages(names, row)]
    sys.stderr.write(f"{len(learned)} windows to learn from, {len(unseen)} left out\n")
    plan = Plan(asked.minutes, asked.size, asked.seed)
    w = trained(names, w, learned, new, plan)
    sys.stdout.write(f"left out: {told(names, w, unseen)}\n")
    write(names, as_arrays(w))


def main() -> None:
    """Train, weigh, or both."""
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--train", action="store_true")
    args.add_argument("--base", type=Path, help="folder of the encoder begun from")
    args.add_argument("--go-on", action="store_true", help="begin from the weights that are there")
    args.add_argument("--minutes", type=float, default=40.0)
    args.add_argument("--size", type=float, default=1.0, help="of the largest step")
    args.add_argument("--seed", type=int, default=SEED)
    args.add_argument("--weigh", action="store_true")
    asked = args.parse_args()
    if asked.train and not (asked.base or asked.go_on):
        args.error("--train needs --base FOLDER or --go-on")
    left = rows([HELD])
    if asked.train:
        train([*rows(LABELLED), *rows_of_grid()], left, asked)
    if asked.weigh:
        from net_build.weigh import weigh

        weigh(left)


if __name__ == "__main__":
    main()
