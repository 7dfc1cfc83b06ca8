"""How good inputs are spoilt: values, keys, bytes and words in place of others."""

from __future__ import annotations

import random
import re

# fmt: off
VALUES = (
    'inf', '-inf', 'nan', '1e308', '-1e308', '1e400', '5e-324', '-0.0', '0', '-1', '1', '101.0',
    '999999999999999999999999999999', "9" * 5000, 'true', 'false', '[]', '[[]]', '{}', '""',
    '" "', "[1, 'a']", "''''''", '0001-01-01', '9999-12-31', '2025-02-30', '2025-01-01T00:00:00Z',
    '12:00:00', '0x10', '1_0', "[" * 40 + "]" * 40, "[" * 3000, "{a=" * 30 + "1" + "}" * 30,
    '"ALL"', '"EU27"', '"CAN>CAN"', '"\\u0000"', '"\\u001b[2J"', '"\\u202e"', '"[/x]"', '"=1+1"',
    '"*"', '"*goods"', '“x”', '"\\ud800"', '"' + "x" * 5000 + '"', '"a>b>c"', '">"',
    '"../../etc/passwd"', '"/"', '"."', '"nan"', '"%s{0}"',
)
"""What stands in place of a value."""

BYTES = (
    b'\x00', b'\xff', b'\xfe\xff', b'\xef\xbb\xbf', b'\xc3', b'\xed\xa0\x80', b'\r', b'\n', b'\t',
    b'"', b"'", b'"""', b"'''", b'[', b']', b'[[', b'{', b'}', b'=', b'.', b'#', b',', b'\\',
    b'-', b'\x1b[31m', b'\xe2\x80\x9c', b'\xe2\x86\x92', b'\xe2\x80\xae', b"a." * 40, b"[" * 2000,
    b' = 1\n',
)
"""What is put in or written over."""

WORDS = (
    '', ' ', 'CAN', 'CHN', 'EU27', 'ALL', 'all', 'XX', '\udcff', '\x1b[2J', '[/x]', '-1', '0',
    '2', '1e9', 'nan', 'inf', '2025-01-01', '2025-13-45', '0001-01-01', '9999-12-31', 'today',
    "x" * 9000, 'canada-china', 'us-canada', 'none.toml', '/', '.', '..', '../x.nc', 'a\nb',
    '“CAN”', '=', '--', 'oecd-2022', 'small.nc', 'small.npz', 'C29', 'steel',
    'can-chn-ev-surtax-2024', 'CAN,CHN', ',', '%', 'closed', 'nominal', 'own_income', 'CAN>USA',
    '{0}', '%s', '日本', '\u202e', 'fgo2025', '-', '--json',
)
"""Words of command lines."""

COMMANDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (('ledger', 'list'),
        ('--as-of', '--known-on', '--on', '--by', '--between', '--product', '--today',)),
    (('ledger', 'show'), ('--as-of', '--known-on', '--ledger')),
    (('ledger', 'check'), ()),
    (('world', 'info'), ()),
    (('world', 'check'), ()),
    (('world', 'show'), ('--world', '--partner')),
    (('priors',), ('--variant', '--priors', '--world', '--elasticities', '--ledger')),
    (('scenarios',), ()),
    (('run', '--world', 'small.npz', '--draws', '0'),
        ('--from', '--to', '--countries', '--deficits', '--unit', '--variant',
         '--elasticities', '--model',)),
    (('sweep',), ('--draws', '--seed')),
    (('respond', 'exposure', '--world', 'small.npz', '--draws', '0'),
        ('--partners', '--deficits',)),
    (('respond', 'bargain', '--draws', '0'), ('--offer', '--world')),
    (('respond',), ()),
    ((), ()),
)
"""Commands, with options that take one of the words."""
# fmt: on

VALUE = re.compile(rb"(?<=[=,\[])[ ]*(\"[^\"\n]*\"|[^\s,\]\[{}\"=]+)")
KEY = re.compile(rb"(?m)^\w+(?= *=)")


def spoilt_values(content: bytes, rng: random.Random) -> bytes:
    """Return a TOML text in which some values or keys are others, some lines gone or twice."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        lines = content.splitlines(keepends=True)
        how = rng.random()
        if how < 0.15:
            at = rng.randrange(len(lines))
            lines[at : at + 1] = rng.choice(([], [lines[at]] * 2, [rng.choice(lines)]))
            content = b"".join(lines)
            continue
        places = list((VALUE if how < 0.9 else KEY).finditer(content))
        if not places:
            continue
        found = rng.choice(places)
        if rng.random() < 0.7:
            new = b" " + rng.choice(VALUES).encode("utf-8", "surrogatepass")
        else:
            new = rng.choice(places)[0]  # a value from elsewhere in the file
        content = content[: found.start()] + new + content[found.end() :]
    return content


def spoilt_json(content: bytes, rng: random.Random) -> bytes:
    """Return a JSON text in which one value is another."""
    places = list(re.finditer(rb"\"[^\"]*\"|\d+|\{[^{}]*\}", content))
    at = rng.choice(places)
    values = (*VALUES, "Infinity", "NaN", "null", "[" * 9000 + "]" * 9000, '"\\ud800"', "1e999")
    new = rng.choice(values).encode("utf-8", "surrogatepass")
    return content[: at.start()] + new + content[at.end() :]


def spoilt_bytes(
    content: bytes, rng: random.Random, binary: bool = False, rounds: int | None = None
) -> bytes:
    """Return bytes with some changed, put in, taken out, doubled or cut off."""
    made = bytearray(content)
    for _ in range(rng.randint(1, 6) if rounds is None else rounds):
        at = rng.randrange(len(made) + 1)
        size = min(rng.choice((1, 1, 4, 40)), len(made))
        how = rng.random()
        if how < (0.7 if binary else 0.3):
            made[at : at + 1] = bytes([rng.randrange(256) if binary else rng.randrange(32, 127)])
        elif how < 0.85 and not binary:
            made[at:at] = rng.choice(BYTES)
        elif how < 0.9:
            del made[at : at + size]
        elif how < 0.97:
            made[at:at] = made[at : at + size]
        else:
            del made[at:]
        if not made:
            break
    return bytes(made)


def some_words(rng: random.Random) -> tuple[str, ...]:
    """Return the words of a command line."""
    command, options = rng.choice(COMMANDS)
    words = [*command, *rng.choices(WORDS, k=rng.choice((0, 1, 1, 1, 2)))]
    for _ in range(rng.choice((0, 1, 1, 2))):
        if options:
            words += [rng.choice(options), rng.choice(WORDS)]
    if rng.random() < 0.2:
        words.append(rng.choice(("--json", "--nonsense", "--help", "-x")))
    return tuple(words)
