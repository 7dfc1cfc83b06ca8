"""From where an answer of ``respond`` is counted, and what it would break, as it is told."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from countervail.ledger.notes import sentence
from countervail.policy.status_quo import Counted
from countervail.present.worlds import restored_words


def head(answer: Counted) -> Text:
    """Return the line that says it, for the top of what is printed."""
    solution, _ = answer.counted
    return Text(f"{answer.status_quo.sentence}{restored_words(solution.world, ' ')}")


def broken(answer: Counted) -> list[str]:
    """Return what must be said of agreements and bindings, in sentences."""
    return [sentence(note) for note in answer.would_break.notes]


def blocks(answer: Counted) -> dict[str, Any]:
    """Return both as JSON has them."""
    return {
        "status_quo": answer.status_quo.as_dict(),
        "would_break": answer.would_break.as_dict(),
    }
