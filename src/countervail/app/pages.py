"""Where an answer is written for reading and for an office: ``--report``, ``--xlsx`` and others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from countervail.errors import FileError, InputError
from countervail.options import option

if TYPE_CHECKING:
    from countervail.present.document import Document
    from countervail.present.page.report import ReportPage

KINDS = (".html", ".md", ".docx")


@dataclass(frozen=True, kw_only=True)
class Pages:
    """What is written of an answer, each file whole or not at all.

    Attributes:
        report: a page (``.html``), text (``.md``), or one page of a letter (``.docx``); None is
            none.
        csv: every number as a row of one table; None is none.
        xlsx: a workbook; None is none.
        figures: folder of its figures as SVG and PNG; None is none.
    """

    report: str | None = option(
        None,
        "Write the answer as a page: FILE.html, FILE.md, or one page FILE.docx.",
        metavar="FILE",
    )
    csv: str | None = option(None, "Every number as a row of one table.", metavar="FILE")
    xlsx: str | None = option(None, "The answer's tables as a workbook.", metavar="FILE")
    figures: str | None = option(
        None, "Folder for the answer's figures, as SVG and PNG.", metavar="FOLDER"
    )

    @property
    def wanted(self) -> bool:
        """Whether anything is."""
        return any(one is not None for one in (self.report, self.csv, self.xlsx, self.figures))

    def check(self) -> None:
        """Raise where something cannot be written, before anything is solved.

        Raises:
            InputError: a file is of no kind there is, or what writes it is not installed.
            FileError: a folder stands where a file is to be, or a file where the figures are.
        """
        kinds = {"report": KINDS, "csv": (".csv",), "xlsx": (".xlsx",)}
        for name, allowed in kinds.items():
            given = getattr(self, name)
            if given is not None:
                _check(f"--{name}", given, allowed)
        if self.figures is not None and Path(self.figures).is_file():
            raise FileError("is a file; --figures names a folder", Path(self.figures))

    def write(self, document: Document, page: ReportPage) -> Iterator[str]:
        """Write what is wanted, each file whole or not at all, and yield where.

        Args:
            document: the answer.
            page: the same as a page.

        Raises:
            FileError: a file cannot be written; why.
            InputError: the answer has no table for a workbook or a CSV file.
        """
        from countervail.present.charts.caption import captioned
        from countervail.present.office.facts import held
        from countervail.present.office.letter import letter
        from countervail.present.office.picture import png, why_no_png
        from countervail.present.office.sheets import long_csv
        from countervail.present.office.workbook import workbook
        from countervail.provenance import whole_file

        made: dict[str, Callable[[], bytes]] = {
            ".html": lambda: page.html().encode(),
            ".md": lambda: (page.lead() + document.markdown()).encode(),
            ".docx": lambda: letter(document, page),
            ".csv": lambda: long_csv(document).encode(),
            ".xlsx": lambda: workbook(document),
        }
        for given in (self.report, self.csv, self.xlsx):
            if given is not None:
                content = made[Path(given).suffix.lower()]()
                with whole_file(Path(given)) as part:
                    part.write_bytes(content)
                yield given
        if self.figures is not None:
            below = [*page.facts, *(f"{k}: {v}" for k, v in held(document))]
            for chart in page.drawn:
                drawing = captioned(chart, below)
                pictures = {".svg": drawing.alone().encode(), ".png": png(drawing)}
                for kind, picture in pictures.items():
                    if picture is not None:
                        with whole_file(Path(self.figures) / f"{chart.key}{kind}") as part:
                            part.write_bytes(picture)
            missing = why_no_png()
            yield f"{self.figures} (SVG; PNG too: {missing})" if missing else self.figures


def _check(option: str, given: str, kinds: tuple[str, ...]) -> None:
    """Raise where a file cannot be written.

    Raises:
        InputError: it is of another kind, or what writes it is not installed.
        FileError: a folder stands there.
    """
    from countervail.present.office.extra import check_extra

    target = Path(given)
    kind = target.suffix.lower()
    if kind not in kinds:
        known = f"{', '.join(kinds[:-1])} or {kinds[-1]}" if len(kinds) > 1 else kinds[0]
        what = "a page is" if option == "--report" else "it is"
        raise InputError(f"{option} {given}: {what} written as {known}")
    if target.is_dir():
        raise FileError(f"is a folder; {option} names a file", target)
    check_extra(option, kind)
