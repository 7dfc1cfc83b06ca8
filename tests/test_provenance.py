"""Hashes, whole files and JSON that every program can read."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from countervail.errors import FileError
from countervail.provenance import Manifest, content_hash, to_json, undisturbed, whole_file


def test_a_hash_knows_where_its_parts_end() -> None:
    assert content_hash(b"ab", b"c") != content_hash(b"a", b"bc")
    assert content_hash(b"") != content_hash()
    assert content_hash(b"abc") == content_hash(b"abc")
    assert len(content_hash()) == 64


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new" / "file.txt"
    with whole_file(path) as part:
        part.write_bytes(b"first")
    assert path.read_bytes() == b"first"

    def fails(self: Path, target: Path) -> Path:
        raise OSError("no")

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(FileError, match="cannot be written"), whole_file(path) as part:
        part.write_bytes(b"second")
    assert path.read_bytes() == b"first"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused_not_printed(bad: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json({"x": bad})
    assert to_json({"é": 1}) == '{\n  "\\u00e9": 1\n}'


def test_a_manifest_without_a_ledger() -> None:
    reported = Manifest(world={"name": "w"}, ledger=None, settings={}, numpy="2").as_dict()
    assert reported["ledger"] is None
    assert set(reported) == {
        "countervail",
        "python",
        "numpy",
        "today",
        "world",
        "ledger",
        "settings",
    }


def test_a_request_to_stop_waits_until_the_block_is_over() -> None:
    reached, stood = [], signal.getsignal(signal.SIGINT)

    def work() -> None:
        with undisturbed():
            signal.raise_signal(signal.SIGINT)
            reached.append(True)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert reached == [True]
    assert signal.getsignal(signal.SIGINT) is stood
    with undisturbed():
        pass
