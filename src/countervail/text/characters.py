"""Characters: those that would steer a terminal are spelled out, those it lacks get a stand-in.

Text of files, labels and names is for reading. Whatever in it would do something else when it is
printed (escape sequences, marks that turn the direction of writing, halves of a character) is
printed as ``\\x1b``, ``\\u202e`` and so on.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but tab and line feed
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"  # direction, lines, byte-order mark
    "\ud800-\udfff]"  # halves of a character
)
"""Characters that are spelled out wherever text is printed."""

STAND_INS = {
    "→": "->",
    "←": "<-",
    "≈": "~",
    "−": "-",
    "–": "-",
    "—": "-",
    "‑": "-",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "…": "...",
    "×": "x",
    "·": "-",
    "•": "-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "±": "+-",
    "∞": "inf",
    "§": "s.",
    "°": " degrees",
    "€": "EUR",
    "£": "GBP",
    "ß": "ss",
    "æ": "ae",
    "Æ": "Ae",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "ı": "i",
    **dict.fromkeys("│┃┆┊║", "|"),
    **dict.fromkeys("─━┄┈═", "-"),
}
"""What stands for a character where it cannot be written, in ASCII."""

HANDLER = "countervail"
"""Name of the error handler of streams that puts stand-ins in place."""


def printable(text: str) -> str:
    """Return text in which what would steer a terminal is spelled out; lines are kept."""
    return STEERING.sub(lambda found: _spelled(found[0]), text)


def one_line(text: str) -> str:
    """Return printable text in one line: for names and paths inside a sentence."""
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")


def fitting(text: str, encoding: str) -> str:
    """Return text with stand-ins for what an encoding cannot hold."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_fits(character, encoding) for character in text)
    except LookupError:  # a stream of an encoding nobody knows
        return text
    return text


def whole(text: str) -> bool:
    """Return whether a text holds no half of a character, so that it can be written anywhere."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def stand_in(character: str) -> str:
    """Return ASCII for a character: by the table, else its letter without marks, else its code."""
    if character in STAND_INS:
        return STAND_INS[character]
    if "\u2500" <= character <= "\u25ff" or "\u2800" <= character <= "\u28ff":
        return "+" if character < "\u2580" else "*"  # boxes and dots of a drawing keep their width
    name = unicodedata.name(character, "")
    if name.startswith("GREEK"):
        return name.split()[-1].lower()
    kind = unicodedata.category(character)
    if kind == "Zs":
        return " "
    if kind == "No":  # half is not "12", and ten to the third not "103"
        power = unicodedata.decomposition(character).startswith("<super>")
        return f"^{unicodedata.digit(character)}" if power else _spelled(character)
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode("ascii")
    return plain.strip() or _spelled(character)


def _spelled(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _fits(character: str, encoding: str) -> str:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return stand_in(character)
    return character


def _handle(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(map(stand_in, lost)), error.end


codecs.register_error(HANDLER, _handle)
