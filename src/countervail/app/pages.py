"""Where the page of an answer and its figures are written: ``--report`` and ``--figures``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from countervail.errors import FileError, InputError
from countervail.options import option

if TYPE_CHECKING:
    from countervail.present.document import Document
    from countervail.present.page.report import ReportPage

KINDS = (".html", ".md")


@dataclass(frozen=True, kw_only=True)
class Pages:
    """What is written of an answer for reading.

    Attributes:
        report: a page (``.html``), or text (``.md``); None is none.
        figures: folder of its figures as SVG; None is none.
    """

    report: str | None = option(
        None, "Write the answer as a page, FILE.html or FILE.md.", metavar="FILE"
    )
    figures: str | None = option(None, "Folder for the answer's figures, as SVG.", metavar="FOLDER")

    @property
    def wanted(self) -> bool:
        """Whether anything is."""
        return self.report is not None or self.figures is not None

    def check(self) -> None:
        """Raise where something cannot be written, before anything is solved.

        Raises:
            InputError: the page is of no kind there is.
            FileError: a folder stands where the page is to be, or a file where the figures are.
        """
        if self.report is not None:
            target = Path(self.report)
            if target.suffix.lower() not in KINDS:
                raise InputError(
                    f"--report {self.report}: a page is written as {' or '.join(KINDS)}"
                )
            if target.is_dir():
                raise FileError("is a folder; --report names a file", target)
        if self.figures is not None and Path(self.figures).is_file():
            raise FileError("is a file; --figures names a folder", Path(self.figures))

    def write(self, document: Document, page: ReportPage) -> Iterator[str]:
        """Write what is wanted, each file whole or not at all, and yield where.

        Args:
            document: the answer.
            page: the same as a page.

        Raises:
            FileError: a file cannot be written; why.
        """
        from countervail.provenance import whole_file

        if self.report is not None:
            target = Path(self.report)
            html = target.suffix.lower() == ".html"
            text = page.html() if html else page.lead() + document.markdown()
            with whole_file(target) as part:
                part.write_text(text, encoding="utf-8", newline="")
            yield self.report
        if self.figures is not None:
            for chart in page.drawn:
                with whole_file(Path(self.figures) / f"{chart.key}.svg") as part:
                    part.write_text(chart.svg(), encoding="utf-8", newline="")
            yield self.figures
