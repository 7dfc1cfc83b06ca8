"""Words of answers and refusals in the language of the page, and in which where that is another."""

from __future__ import annotations

from countervail.present.sentences.language import DEFAULT, Language
from countervail.present.sentences.translated import AsItStands


def spoken(text: str, said: Language | None, key: str = "says") -> dict[str, str]:
    """Return what is said in a language, and ``lang`` where it is in another one.

    Args:
        text: in English.
        said: the language; None is English.
        key: under which it stands.
    """
    words = text if said is None else said.told(text)
    return {key: words, **({"lang": DEFAULT} if isinstance(words, AsItStands) else {})}
