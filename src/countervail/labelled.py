"""Arrays that come with labels: aligned by label at every door, never by place.

A DataArray, Series or DataFrame says for each value what it is of; that decides where it goes,
whatever the order of its axes or of the labels on them. A plain array has no labels and is taken
as it stands. xarray and pandas are known by their shape: neither is imported.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError
from countervail.text.characters import one_line

Array = NDArray[np.float64]


class Axis(NamedTuple):
    """An axis of a labelled array; either part may be missing."""

    name: str | None
    labels: tuple[str, ...] | None


class Wanted(NamedTuple):
    """What an array is to be.

    Attributes:
        dims: names of its axes, in order.
        labels: of each axis, in order.
        what: the array, for messages.
        error: raised where it cannot be that.
    """

    dims: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    what: str
    error: type[InputError]

    @property
    def shape(self) -> tuple[int, ...]:
        """Labels along each axis."""
        return tuple(map(len, self.labels))


def names(
    values: Iterable[Any], kind: str, error: type[InputError] = InputError
) -> tuple[str, ...]:
    """Return the labels of an axis as text, each a name and each once.

    Args:
        values: text, or whole numbers.
        kind: what they are labels of, for messages.
        error: raised.

    Raises:
        InputError: text in place of a list; or a label that is missing, empty, padded, a truth
            value or a fraction, or that stands twice.
    """
    if isinstance(values, str):
        raise error(f"{kind} labels are '{values}'; give a list of them")
    found = tuple(_name(value, k, kind, error) for k, value in enumerate(values))
    if len(set(found)) < len(found):
        twice = sorted({word for word in found if found.count(word) > 1})
        raise error(f"{kind} label '{twice[0]}' stands twice; labels must be unique")
    return found


def aligned(
    value: Any,
    dims: Sequence[str],
    labels: Sequence[Sequence[str]],
    what: str,
    error: type[InputError] = InputError,
    dtype: Any = np.float64,
) -> NDArray[Any]:
    """Return a new array with its values where their labels say.

    Args:
        value: plain array, positional; or DataArray, Series or DataFrame, by label. The axes of a
            Series or DataFrame are the levels of its index and columns.
        dims: names of the axes wanted, in order. Axes without names are told apart by their
            labels, where those can be of one axis only.
        labels: of each axis, in the order wanted.
        what: the array, for messages.
        error: raised.
        dtype: of the result.

    Raises:
        InputError: axes or labels that do not match, naming the difference; a value that is missing
            or stands twice; a wrong shape; something that is no number.
    """
    wanted = Wanted(tuple(dims), tuple(tuple(map(str, words)) for words in labels), what, error)
    if hasattr(value, "data_vars"):
        raise error(f"{what} is a Dataset: give one variable of it, such as data['{what}']")
    if hasattr(value, "dims") and hasattr(value, "coords"):
        value = _from_data_array(value, wanted)
    elif hasattr(value, "index") and hasattr(value, "iloc"):
        value = _from_frame(value, wanted)
    return _shaped(value, wanted, dtype)


def _from_data_array(value: Any, wanted: Wanted) -> Any:
    """Return the values of a DataArray in the order wanted."""
    axes = [
        Axis(None if str(dim).startswith("dim_") else str(dim), _coordinate(value, dim))
        for dim in value.dims
    ]
    array = np.asarray(value.values)
    if all(axis == (None, None) for axis in axes):
        return array  # labels were never given
    order = _order(axes, wanted)
    array = array.transpose(order)
    for k, at in enumerate(order):
        there = axes[at].labels
        if there is not None:
            _same(there, wanted, k)
            place = {label: n for n, label in enumerate(there)}
            array = array.take([place[label] for label in wanted.labels[k]], axis=k)
    return array


def _coordinate(value: Any, dim: Any) -> tuple[str, ...] | None:
    return tuple(map(str, value.coords[dim].values)) if dim in value.coords else None


def _from_frame(value: Any, wanted: Wanted) -> Any:
    """Return the values of a Series or DataFrame in the order wanted, each found by its labels."""
    rows = _levels(value.index)
    columns = _levels(value.columns) if hasattr(value, "columns") else []
    levels = [(name, words) for name, words in (*rows, *columns)]
    axes = [Axis(name, tuple(dict.fromkeys(words))) for name, words in levels]
    order = _order(axes, wanted)
    for k, at in enumerate(order):
        _same(axes[at].labels or (), wanted, k)
    # the position of every value on every axis, [row, column]
    cells = np.asarray(value.to_numpy()).reshape(len(value.index), -1)
    places: list[NDArray[np.intp]] = []
    for k, at in enumerate(order):
        place = {label: n for n, label in enumerate(wanted.labels[k])}
        found = np.array([place[label] for label in levels[at][1]], dtype=np.intp)
        of_rows = at < len(rows)
        places.append(np.broadcast_to(found[:, None] if of_rows else found[None, :], cells.shape))
    count = np.zeros(wanted.shape, dtype=int)
    np.add.at(count, tuple(places), 1)
    for wrong, says in ((count == 0, "has no value for"), (count > 1, "has two values for")):
        if wrong.any():
            cell = np.argwhere(wrong)[0]
            named = " ".join(w[n] for w, n in zip(wanted.labels, cell, strict=True))
            raise wanted.error(f"{wanted.what} {says} {named}")
    array = np.empty(wanted.shape, dtype=cells.dtype)
    array[tuple(places)] = cells
    return array


def _levels(index: Any) -> list[tuple[str | None, list[str]]]:
    """Return the name and the labels of each level of a pandas index."""
    return [
        (None if name is None else str(name), [str(x) for x in index.get_level_values(level)])
        for level, name in enumerate(index.names)
    ]


def _order(axes: Sequence[Axis], wanted: Wanted) -> list[int]:
    """Return which axis of the array is each axis wanted: by name, else by labels."""
    dims, what, error = wanted.dims, wanted.what, wanted.error
    said = [axis.name for axis in axes]
    if len(axes) == len(dims) == len(set(said)) and set(said) == set(dims):
        return [said.index(dim) for dim in dims]
    if len(axes) != len(dims):
        raise error(f"{what} has the axes {_reported(said)}; it needs {_reported(dims)}")
    if len(dims) == 1:
        return [0]
    fits = [
        [k for k, axis in enumerate(axes) if _could_be(axis, dim, words, dims)]
        for dim, words in zip(dims, wanted.labels, strict=True)
    ]
    if all(len(some) == 1 for some in fits) and len({some[0] for some in fits}) == len(dims):
        return [some[0] for some in fits]
    raise error(
        f"{what} has the axes {_reported(said)}: which is which? Name them {_reported(dims)}"
    )


def _reported(axes: Sequence[str | None]) -> str:
    return ", ".join(name or "one without a name" for name in axes) or "none"


def _could_be(axis: Axis, dim: str, words: tuple[str, ...], dims: Sequence[str]) -> bool:
    if axis.name in dims:
        return axis.name == dim
    return axis.labels is not None and set(axis.labels) == set(words)


def _same(there: Sequence[str], wanted: Wanted, axis: int) -> None:
    """Raise unless an axis has the labels wanted, in whatever order."""
    what, error, dim = wanted.what, wanted.error, wanted.dims[axis]
    twice = [label for label in dict.fromkeys(there) if there.count(label) > 1]
    if twice:
        raise error(f"{what} has the {dim} '{twice[0]}' twice")
    missing = [label for label in wanted.labels[axis] if label not in set(there)]
    strange = [label for label in there if label not in set(wanted.labels[axis])]
    if not missing and not strange:
        return
    parts = [f"lacks {_some(missing)}"] if missing else []
    parts += [f"has {_some(strange)}, unknown here"] if strange else []
    plain = strange == [str(n) for n in range(wanted.shape[axis])]
    hint = " (a plain array, .to_numpy(), is taken by position)" if plain else ""
    raise error(f"the labels of {what} do not match: its {dim} {' and '.join(parts)}{hint}")


def _some(words: Sequence[str]) -> str:
    shown = ", ".join(f"'{word}'" for word in words[:3])
    return shown + (f" and {len(words) - 3} more" if len(words) > 3 else "")


def _shaped(value: Any, wanted: Wanted, dtype: Any) -> NDArray[Any]:
    """Return numbers of the shape wanted, as a copy: freezing must not reach the caller's array."""
    dims, what, error = wanted.dims, wanted.what, wanted.error
    whole = np.issubdtype(dtype, np.integer)
    try:
        array = np.asarray(value)
        if np.iscomplexobj(array):
            raise error(f"{what} holds complex numbers; it needs real ones")
        exact = array.dtype.kind in "iu" and np.can_cast(array.dtype, dtype)
        made = np.array(array, dtype=np.float64 if whole and not exact else dtype, order="C")
    except (ValueError, TypeError):
        raise error(f"{what} is no array of numbers; it needs the axes {_reported(dims)}") from None
    if made.shape != wanted.shape:
        raise error(
            f"{what} has shape {made.shape}; this world needs {wanted.shape}: {_reported(dims)}"
        )
    if whole and not exact:
        least, most = np.iinfo(dtype).min, np.iinfo(dtype).max
        if not ((made >= least) & (made <= most) & (made == np.rint(made))).all():
            raise error(f"{what} holds codes that are no whole numbers from {least} to {most}")
    return made.astype(dtype, copy=False)


def _name(value: Any, k: int, kind: str, error: type[InputError]) -> str:
    """Return a label as text."""
    says = None
    if isinstance(value, bool | np.bool_):
        says = f"the truth value {value}"
    elif value is None or type(value).__name__ in ("NAType", "NaTType"):
        says = "missing"
    elif isinstance(value, float | np.floating):
        says = "missing (NaN)" if math.isnan(value) else f"the number {value}"
    elif isinstance(value, int | np.integer):
        return str(value)
    elif not isinstance(value, str):
        says = f"a {type(value).__name__}"
    elif not value.strip():
        says = "empty"
    elif value != value.strip():
        says = f"{value!r}, with blanks around it"
    elif one_line(value) != value:
        says = f"{value!r}, with control characters"
    elif value.casefold() in ("nan", "<na>"):
        says = f"'{value}', which is how a missing value is written"
    if says is not None:
        hint = (
            "; Namibia's two letters NA are read as missing by many programs"
            if (kind == "country" and "missing" in says)
            else ""
        )
        raise error(f"{kind} label {k + 1} is {says}: a label must be a name{hint}")
    return str(value)
