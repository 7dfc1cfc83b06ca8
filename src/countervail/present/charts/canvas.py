"""The drawing of a chart: SVG primitives, everything escaped, and the boxes that texts take.

The boxes are measured while a chart is drawn, so that a test can hold that no two texts meet and
none leaves its figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Literal, NamedTuple

from countervail.present.charts import tokens
from countervail.present.charts.widths import width
from countervail.text.characters import printable

Anchor = Literal["start", "middle", "end"]
ASCENT, DESCENT = 0.74, 0.22
"""Parts of the size above and below the line that letters stand on."""

NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


class TextBox(NamedTuple):
    """What a text takes on its figure, pixels."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    def meets(self, other: TextBox) -> bool:
        """Return whether two texts lie over each other."""
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)


@dataclass(frozen=True)
class Drawing:
    """A chart at one width.

    Attributes:
        width, height: pixels.
        body: the marks, as SVG.
        label: what it shows, in words, for those who do not see it.
        boxes: what its texts take.
        shapes: what ``body`` uses by its id, where another drawing of the page has it.
        margin: left free around it, pixels.
    """

    width: float
    height: float
    body: str
    label: str
    boxes: tuple[TextBox, ...] = ()
    shapes: str = ""
    margin: float = 0.0

    def inline(self, more: str = "") -> str:
        """Return it as a part of a page, which has the colours and ``tokens.PATTERNS``.

        Args:
            more: further classes.
        """
        return self._svg(f"ch {more}".strip(), "", self.body)

    def alone(self, theme: Mapping[str, str] = tokens.PAPER) -> str:
        """Return it as a file of its own, with its colours; readers need no CSS variables.

        Args:
            theme: the colours by name.
        """
        corner = f'x="{-self.margin:g}" y="{-self.margin:g}" ' if self.margin else ""
        ground = f'<rect {corner}width="100%" height="100%" fill="var(--page)"/>'
        inside = f"<style>{tokens.STYLE}</style>{tokens.PATTERNS}{ground}{self.shapes}{self.body}"
        return self._svg("ch", f" {NAMESPACE}", tokens.resolved(inside, dict(theme))) + "\n"

    def framed(self, margin: float) -> Drawing:
        """Return it with a margin on all sides, pixels."""
        return replace(self, margin=margin)

    def _svg(self, names: str, space: str, inside: str) -> str:
        wide, high = self.width + 2 * self.margin, self.height + 2 * self.margin
        start = f"{-self.margin:g}" if self.margin else "0"
        return (
            f'<svg{space} class="{names}" role="img" aria-label="{safe(self.label)}" '
            f'viewBox="{start} {start} {wide:g} {high:g}" width="{wide:g}" height="{high:g}">'
            f"{inside}</svg>"
        )


@dataclass
class Canvas:
    """A figure while it is drawn.

    Attributes:
        width: pixels.
        parts: what is drawn, in order.
        boxes: what its texts take.
    """

    width: float
    parts: list[str] = field(default_factory=list)
    boxes: list[TextBox] = field(default_factory=list)

    def drawing(self, height: float, label: str) -> Drawing:
        """Return what was drawn."""
        return Drawing(self.width, round(height), "".join(self.parts), label, tuple(self.boxes))

    def text(
        self,
        x: float,
        y: float,
        said: str,
        *,
        size: float = tokens.TEXT,
        anchor: Anchor = "start",
        style: str = "",
    ) -> TextBox:
        """Write a text and return what it takes.

        Args:
            x: where it starts, its middle is, or it ends.
            y: the line its letters stand on.
            said: on one line; escaped here.
            size: pixels.
            anchor: which of them ``x`` is.
            style: classes; ``b``, ``on`` and ``acct`` are bold.
        """
        box = text_box(x, y, said, size, anchor, style)
        if not said:
            return box
        self.boxes.append(box)
        names = f' class="{style}"' if style else ""
        turned = "" if anchor == "start" else f' text-anchor="{anchor}"'
        sized = "" if size == tokens.TEXT else f' style="font-size:{size:g}px"'
        self.parts.append(
            f'<text{names} x="{x:.1f}" y="{y:.1f}"{turned}{sized}>{safe(said)}</text>'
        )
        return box

    def free(self, box: TextBox, gap: float = 4.0) -> bool:
        """Return whether a text would meet none, with a gap, and stay in the figure's width."""
        wider = box._replace(left=box.left - gap, right=box.right + gap)
        inside = box.left >= 0.0 and box.right <= self.width
        return inside and not any(wider.meets(other) for other in self.boxes)

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str, more: str = "") -> None:
        """Draw a line."""
        self.parts.append(
            f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"{more}/>'
        )

    def rect(
        self, x: float, y: float, wide: float, high: float, style: str, mark: Mark | None = None
    ) -> None:
        """Draw a rectangle; one that would be nothing is drawn half a pixel wide."""
        at = f'x="{x:.1f}" y="{y:.1f}" width="{max(wide, 0.5):.1f}" height="{high:.1f}"'
        self.parts.append(_marked("rect", f'class="{style}" {at}', mark))

    def circle(self, x: float, y: float, r: float, style: str, mark: Mark | None = None) -> None:
        """Draw a circle."""
        at = f'cx="{x:.1f}" cy="{y:.1f}" r="{r:g}"'
        self.parts.append(_marked("circle", f'class="{style}" {at}', mark))

    def path(self, d: str, style: str, mark: Mark | None = None) -> None:
        """Draw a path; ``d`` is made of numbers here, never of text."""
        self.parts.append(_marked("path", f'class="{style}" d="{d}"', mark))


class Mark(NamedTuple):
    """What a mark stands for.

    Attributes:
        key: of its row, the same at both widths and in every answer.
        title: its row in words.
    """

    key: str
    title: str


def text_box(
    x: float, y: float, said: str, size: float, anchor: Anchor = "start", style: str = ""
) -> TextBox:
    """Return what a text would take."""
    wide = width(said, size, bold=bool({"b", "on", "acct"} & set(style.split())))
    left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * wide
    return TextBox(left, y - ASCENT * size, left + wide, y + DESCENT * size, said)


def tone(value: float, low: float | None = None, high: float | None = None) -> str:
    """Return the class of a change: ``loss``, ``gain``, or ``neu`` where its range holds zero."""
    if (low is not None and high is not None and low <= 0.0 <= high) or value == 0.0:
        return "neu"
    return "loss" if value < 0.0 else "gain"


def safe(text: str) -> str:
    """Return text of files as text of SVG: no markup, nothing that turns the direction of lines."""
    return escape(printable(text).replace("\n", " "))


def sentence(rows: Sequence[str], lead: str) -> str:
    """Return rows in words as the label of a figure."""
    return f"{lead}: {'; '.join(rows)}" if rows else lead


def _marked(name: str, attributes: str, mark: Mark | None) -> str:
    if mark is None:
        return f"<{name} {attributes}/>"
    title = f"<title>{safe(mark.title)}</title>" if mark.title else ""
    return f'<{name} {attributes} data-k="{safe(mark.key)}">{title}</{name}>'
