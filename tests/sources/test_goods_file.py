"""A table of goods of one's own: read, carved, refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

import countervail as cv
from countervail.errors import FileError
from countervail.sources.goods_file import read_goods

HEAD = "good,field,exporter,importer,value\n"
MINE = """mine,sector,,,A01
mine,second,,,C10T12
mine,hs,,,1205 1206
mine,theta,,,6
mine,pair,CAN,CHN,1000
mine,pair,CAN,USA,200
mine,home,CAN,,500
"""


def test_a_table_is_read_and_carved(tmp_path: Path, oecd: cv.World) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(HEAD + MINE)
    (good,) = read_goods(path)
    assert (good.hs, good.theta, good.kind, good.basis) == (("1205", "1206"), 6.0, "n", "matrix")
    carved = cv.open_world(goods=[path, "pork"])
    j = carved.sector("mine")
    assert carved.trade[oecd.country("CAN"), oecd.country("CHN"), j] == pytest.approx(1000)
    assert carved.provenance["goods"][0]["source"] == "mine.csv"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("mine,sektor,,,A01\n", r"mine.csv:2: no field 'sektor' of a good; did you mean 'sector'"),
        ("mine,pair,CAN,,5\n", "2: pair needs exporter and importer and no other"),
        ("mine,home,CAN,CHN,5\n", "2: home needs exporter and no other"),
        ("mine,exports,CAN,,-5\n", "2: exports of -5 is no amount"),
        ("mine,exports,CAN,,much\n", "2: 'much' is no number"),
        ("mine,exports,CAN,,nan\n", "2: 'nan' is no finite number"),
        ("mine,exports,CAN\n", "2: a row has 5 columns"),
        ("mine,theta,,,6\n", "good 'mine' has no sector"),
        ("mine,sector,,,A01\n", "good 'mine' has no data"),
        ("mine,sector,,,A01\nmine,theta,,,99\n", "99 is outside 1 to 25"),
        ("mine,sector,,,A01\nmine,basis,,,matrx\n", "no basis 'matrx'; did you mean 'matrix'"),
        (f"{MINE}mine,low,,,2\n", "a range of 2 to 1 times its flows does not hold them"),
        (f"{MINE}mine,home,CAN,,500\n", "9: home of good 'mine' stands in line 8 already"),
        ("mine,of_imports,CAN,USA,1.8\n", "2: of_imports of 1.8 is no part of trade: 0 to 1"),
        (
            f"{MINE}mine,of_exports,CAN,USA,0.7\nmine,of_exports,CAN,CHN,0.7\n",
            "of_exports of CAN sum to 1.4, more than all",
        ),
        ("", "names no good"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(tmp_path: Path, rows: str, said: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(HEAD + rows)
    with pytest.raises(FileError, match=said):
        read_goods(path)


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(FileError, match="the head of a table of goods is good,field"):
        read_goods(path)
    with pytest.raises(FileError, match="cannot be read"):
        cv.open_world(goods=[tmp_path / "none.csv"])
