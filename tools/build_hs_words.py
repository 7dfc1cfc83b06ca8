"""Cut names out of the texts of HS 2022 that stand for one heading: ``data/reading/hs_words.csv``.

    python tools/build_hs_words.py ../shared/data/concordances-hs/hs2022_descriptions.csv.gz

Kept are names of chemicals (chapters 28 and 29) and phrases that end in a word for a thing ("leaf
spring"): other cuts are as often no names ("padded", "convertible into bed"). What the curated
table has is left to it. Source: the R package concordance 2.1.0 (github.com/insongkim/concordance,
MIT licence), with the World Customs Organization's text as in UN Comtrade.
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from countervail import labels
from countervail.reading.phrases import word_set, words
from countervail.reading.products import singular, wordings

FILE = Path(__file__).resolve().parents[1] / "src/countervail/data/reading/hs_words.csv"
THINGS = word_set(
    "tile spring bar pipe tube wire cable valve pump bearing motor engine instrument paper yarn "
    "fabric fibre fruit nut oil seed meal fish meat juice wax rubber glass rod chain lock lamp "
    "battery furnace boiler saw knife screw bolt hammer brush pen clock watch mattress boat "
    "tractor trailer lens film ink paint pigment dye soap powder paste ore stone brick cement "
    "pulp leather skin footwear hat glove bag cylinder twine rope felt carpet blanket towel "
    "tent machine board"
)
"""Last words of names."""

NO_NAMES = word_set(
    "other article product part similar item preparation salt ester ether derivative compound only "
    "per without non type certain separate these those kind complete single their its it such same "
    "any one two three exceeding least more less than by from on at to as an a the no all up down "
    "mixed new used certain various special specific edible live fresh dried frozen chilled raw "
    "crude prepared preserved making working incorporating repairing winding weaving pinking "
    "impregnating displaying controlling starting containing commercial closed open solid whole "
    "soft"
)
"""Words that no name has."""

CHEMICAL = re.compile(r"[a-z]{5,}(?:ide|ane|ene|yne|ol|one|ate|ite|ine|yl|aldehyde|amine)")
CHEMISTRY = ("28", "29")
LONGEST = 3
_CUTS = re.compile(
    r"[;,]|\b(?:and|or|other than|excluding|including|of a kind|for|with|in|of|not|whether)\b"
)
_NAME = re.compile(r"[a-z]{2,}(?:[ -][a-z]{2,})*")


def names(code: str, text: str) -> Iterator[str]:
    """Return the names in a heading's text."""
    for piece in _CUTS.split(re.sub(r"\([^)]*\)", "", text).casefold()):
        name = piece.strip(" .")
        keys = key(name)
        if not _NAME.fullmatch(name) or len(keys) > LONGEST or NO_NAMES & {*keys}:
            continue
        thing = len(keys) > 1 and keys[-1] in THINGS
        chemical = code.startswith(CHEMISTRY) and (
            CHEMICAL.fullmatch(keys[-1]) or (len(keys) > 1 and keys[-1] == "acid")
        )
        if thing or chemical:
            yield name


def key(name: str) -> tuple[str, ...]:
    """Return a name's words as they are compared."""
    return tuple(singular(word.folded) for word in words(name))


def rows(source: Path) -> list[tuple[str, str]]:
    """Return names and their codes: of those at one heading, the codes of most digits."""
    curated = {key(one.written) for one in wordings()}
    codes: dict[tuple[str, ...], set[str]] = defaultdict(set)
    written: dict[tuple[str, ...], str] = {}
    with gzip.open(source, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            code = row["code"]
            if len(code) != len("010121") or code not in labels.hs6_sector():
                continue
            for name in names(code, row["desc"]):
                codes[key(name)].add(code)
                written.setdefault(key(name), name)
    return sorted(
        (written[one], " ".join(sorted(held)))
        for one, held in codes.items()
        if one not in curated and len({code[:4] for code in held}) == 1
    )


def main() -> None:
    """Write the table."""
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("wording", "headings"))
        writer.writerows(rows(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
