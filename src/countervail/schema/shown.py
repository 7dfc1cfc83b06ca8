"""What a value shows of itself in a notebook: one mixin, and a table of who draws which type.

A value knows nothing of documents or charts. Who knows both fills ``views`` when it is first
looked into.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from countervail.errors import InputError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd


class Summary(Protocol):
    """What is read of a value: text at a prompt, tables in a notebook."""

    def __repr__(self) -> str:
        """Return it as text."""

    def _repr_html_(self) -> str: ...


class Picture(Protocol):
    """A chart."""

    def svg(self) -> str:
        """Return it as an SVG file."""

    def _repr_svg_(self) -> str: ...


class View(Protocol):
    """What is shown of one value."""

    @property
    def kinds(self) -> Sequence[str]:
        """Names of the charts there are of it."""

    def summary(self) -> Summary:
        """Return what is read of it."""

    def frame(self, table: str) -> pd.DataFrame:
        """Return a table of it; the first where no name is given."""

    def latex(self, table: str) -> str:
        """Return a table of it as LaTeX; what is read first where no name is given."""

    def chart(self, kind: str, *words: Any, **options: Any) -> Picture:
        """Return a chart of it."""


views: dict[type, Callable[[Any], View]] = {}
"""What makes the view of a value, by its type; that of a class is its children's too."""

fillers: list[Callable[[], object]] = []
"""What fills ``views``; each is called once, when a value is first asked to show itself."""


class Plot:
    """The charts of a value, drawn as SVG: ``value.plot.bar("welfare")``; ``dir`` names them."""

    def __init__(self, value: object) -> None:
        self._value = value

    def bar(self, *words: Any, **options: Any) -> Picture:
        """Return a variable as bars, the largest first.

        Args:
            words: name of the variable.
            options: ``country=``, of a variable that countries and sectors have; ``most=``, bars.

        Raises:
            InputError: there is no such chart, variable or country.
        """
        return self._drawn("bar", *words, **options)

    def map(self, *words: Any, **options: Any) -> Picture:
        """Return a variable of countries as a map.

        Args:
            words: name of the variable, a change in per cent.
            options: none.

        Raises:
            InputError: there is no such chart or variable.
        """
        return self._drawn("map", *words, **options)

    def __getattr__(self, name: str) -> Callable[..., Picture]:
        if name.startswith("_") or name not in view_of(self._value).kinds:
            raise AttributeError(f"no chart '{name}'; there is {', '.join(dir(self))}")
        return lambda *words, **options: self._drawn(name, *words, **options)

    def __dir__(self) -> list[str]:
        return list(view_of(self._value).kinds)

    def __repr__(self) -> str:
        return f"<Plot: {', '.join(dir(self)) or 'no charts'}>"

    def _drawn(self, kind: str, *words: Any, **options: Any) -> Picture:
        view = view_of(self._value)
        if kind not in view.kinds:
            there = ", ".join(view.kinds) or "none"
            raise InputError(f"no chart '{kind}' of this{did_you_mean(kind, view.kinds)}: {there}")
        return view.chart(kind, *words, **options)


class Shown:
    """A value that shows itself: in a notebook, as a table, in LaTeX, as a chart."""

    def _repr_html_(self) -> str:
        return view_of(self).summary()._repr_html_()

    def summary(self) -> Summary:
        """Return what a command prints of it: text at a prompt, tables in a notebook."""
        return view_of(self).summary()

    def to_pandas(self, table: str = "") -> pd.DataFrame:
        """Return a table of it, a row an observation; ``attrs["units"]`` has the units by column.

        Args:
            table: its name; default the first.

        Raises:
            InputError: there is no such table.
        """
        return view_of(self).frame(table)

    def to_latex(self, table: str = "") -> str:
        """Return a table of it as a LaTeX ``tabular``; no package is needed.

        Args:
            table: its name, with every column; default what is read first.

        Raises:
            InputError: there is no such table.
        """
        return view_of(self).latex(table)

    @property
    def plot(self) -> Plot:
        """Its charts: ``plot.bar(...)``, ``plot.map(...)`` and those that ``dir`` names."""
        return Plot(self)


def view_of(value: object) -> View:
    """Return what is shown of a value.

    Raises:
        InputError: nothing is known of its type.
    """
    while fillers:
        fillers.pop()()
    for kind in type(value).__mro__:
        if kind in views:
            return views[kind](value)
    raise InputError(f"nothing shows a {type(value).__name__}: import countervail, and use a name")
