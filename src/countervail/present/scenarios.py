"""The questions that come with the package, one a row and one a variant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from countervail.present.document import Document, plain
from countervail.present.parts import Column, DocumentTable

COLUMNS = (
    Column("scenario", "scenario", fixed=True),
    Column("variant", "--variant", fixed=True),
    Column("title", "title"),
)


def document(found: Mapping[str, Mapping[str, Any]]) -> Document:
    """Return the questions.

    Args:
        found: what is said of each, by its name: title, question, and titles of its variants.
    """
    rows = list(_rows(found))
    return Document(
        [DocumentTable(COLUMNS, rows)], {"scenarios": found}, {"scenarios": plain(rows)}
    )


def _rows(found: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    """Yield a row a question, and one for each of its variants."""
    for name, about in found.items():
        yield {"scenario": name, "variant": "", "title": about["title"]}
        for variant, title in about["variants"].items():
            yield {"scenario": "", "variant": variant, "title": title}
