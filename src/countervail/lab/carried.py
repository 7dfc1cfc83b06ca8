"""A scenario file's text carried in the address of a page: packed into one word, and read back.

The word is the text, deflated, in the letters that addresses leave alone. What comes out of an
address is a stranger's: its size is limited before and after it is unpacked.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Collection

from countervail.errors import InputError
from countervail.ledger import Ledger
from countervail.scenario import Scenario
from countervail.scenario.file import parse_scenario

MOST_LETTERS = 20_000
"""Of a text that an address carries."""

MOST_WORD = 12_000
"""Letters of the word that it is packed into: what browsers and servers take in an address."""

CARRIED = "question.toml"
"""What the file of an address is called in messages."""


def packed(text: str) -> str:
    """Return the word that carries a text.

    Raises:
        InputError: it is too long to be carried.
    """
    if len(text) > MOST_LETTERS:
        raise InputError(
            f"the file has {len(text):,} letters, and an address carries {MOST_LETTERS:,}: open "
            "it with countervail lab FILE"
        )
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(text.encode()) + deflate.flush()
    word = base64.urlsafe_b64encode(body).decode().rstrip("=")
    if len(word) > MOST_WORD:
        raise InputError(
            f"the file comes to {len(word):,} letters of an address, which has at most "
            f"{MOST_WORD:,}: open it with countervail lab FILE"
        )
    return word


def unpacked(word: str) -> str:
    """Return the text that a word carries.

    Raises:
        InputError: it carries none, or one that is too long.
    """
    if len(word) > MOST_WORD:
        raise InputError(f"the question in the address is longer than {MOST_WORD:,} letters")
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        body = base64.b64decode(word + "=" * (-len(word) % 4), b"-_", validate=True)
        text = inflate.decompress(body, 4 * MOST_LETTERS).decode()
    except (binascii.Error, zlib.error, ValueError) as error:
        raise InputError("the question in the address cannot be read: it was cut") from error
    if inflate.unconsumed_tail or len(text) > MOST_LETTERS:
        raise InputError(f"the question in the address has more than {MOST_LETTERS:,} letters")
    if not inflate.eof:
        raise InputError("the question in the address cannot be read: it was cut")
    return text


def question_of(word: str, ledger: Ledger, own: Collection[str]) -> Scenario:
    """Return the question that a word carries.

    Args:
        word: of an address.
        ledger: the law.
        own: country labels of the world.

    Raises:
        InputError: the word carries no text.
        FileError: the text is refused: its line, and why.
    """
    return parse_scenario(unpacked(word), CARRIED, ledger, own)
