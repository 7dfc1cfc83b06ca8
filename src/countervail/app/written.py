"""A request from what was written for its options: on a command line, or in a page's question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from countervail.options import Option, PartOf, asked

if TYPE_CHECKING:
    from countervail.app.request import Request


class WrittenOption(NamedTuple):
    """One option of a request.

    Attributes:
        path: of the field: its part's, if it stands in one, and its own name.
        words: how it is asked for.
        default: the field's; ``MISSING`` where it has to be given.
    """

    path: tuple[str, ...]
    words: Option
    default: Any

    @property
    def name(self) -> str:
        """Of the field: no two of a request have the same."""
        return self.path[-1]

    @property
    def needed(self) -> bool:
        """Whether it has to be given."""
        return self.default is MISSING

    def value(self, written: Any) -> Any:
        """Return the field's value: of what was written, or its default."""
        if written is None:
            return self.default
        return written if self.words.read is None else self.words.read(written)


def options_of(request: Any) -> Iterator[WrittenOption]:
    """Yield the options of a request, its own before those that others have too."""
    stated = [name for one in request.__mro__ for name in vars(one).get("__annotations__", ())]
    for field, words in sorted(asked(request), key=lambda one: stated.index(one[0].name)):
        if isinstance(words, Option):
            yield WrittenOption((field.name,), words, field.default)
        else:
            yield from _of_part(field, words)


def _of_part(field: Field[Any], part: PartOf) -> Iterator[WrittenOption]:
    """Yield the options of a part of a request."""
    whole: Any = field.default
    for inner, words in asked(whole):
        if inner.name in part.without or not isinstance(words, Option):
            continue
        here = words._replace(help=part.help.get(inner.name, words.help))
        yield WrittenOption((field.name, inner.name), here, getattr(whole, inner.name))


def filled(request: Any, values: Mapping[tuple[str, ...], Any], **given: Any) -> Request:
    """Return a request with values by path.

    Args:
        request: its class.
        values: of its options, and of those of its parts.
        given: whole fields.
    """
    own = {path[0]: value for path, value in values.items() if len(path) == 1}
    for field, words in asked(request):
        if isinstance(words, PartOf):
            inner = {path[-1]: v for path, v in values.items() if path[:-1] == (field.name,)}
            whole: Any = field.default
            own[field.name] = replace(whole, **inner)
    made: Request = request(**{**own, **given})
    return made
