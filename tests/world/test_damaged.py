"""World files that lie, are damaged, encrypted or bombs: a sentence, soon and in little memory."""

from __future__ import annotations

import io
import json
import random
import shutil
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail.errors import FileError, InputError, WorldError
from countervail.testing import random_world
from countervail.world import files
from countervail.world.dataset import CODES, PRIMITIVES
from countervail.world.probe import refuse_unreadable

SECONDS = 30.0
"""Well above what any refusal takes (six at most), on a machine that does other things, too."""


@pytest.fixture(scope="module")
def world() -> cv.World:
    return random_world(3, 4, 3).world()


def arrays_of(world: cv.World, **changes: Any) -> dict[str, Any]:
    meta = {"name": "w", "year": 2022, "elasticity_set": "given", "provenance": {}}
    return {
        **{name: getattr(world, name) for name in PRIMITIVES},
        "countries": np.array(world.countries),
        "sectors": np.array(world.sectors),
        "law_date": np.array(["" for _ in world.countries]),
        "meta": np.array(json.dumps(meta)),
        **changes,
    }


def refused(path: Path) -> str:
    """What is said of a file: one sentence that names it, in time and within memory."""
    begun = time.monotonic()
    tracemalloc.start()
    with pytest.raises((FileError, WorldError)) as found:
        cv.read_world(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.monotonic() - begun < SECONDS
    assert peak < 500_000_000
    said = str(found.value)
    assert said.startswith(str(path))
    return said


def test_a_file_is_tried_by_another_process_first(
    world: cv.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which lets a whole one pass; conftest.py spares it what a test has saved itself."""
    path = world.save(tmp_path / "whole.nc")
    refuse_unreadable(path)
    tried: list[Path] = []
    monkeypatch.setattr(files, "refuse_unreadable", tried.append)
    assert cv.read_world(path).hash == world.hash
    assert tried == [path]


def test_an_archive_is_read(world: cv.World, tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "w.npz", **arrays_of(world))
    found = cv.read_world(tmp_path / "w.npz")
    assert (found.hash, found.name, found.year) == (world.hash, "w", 2022)


@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
def test_arrays_of_either_version_are_read(
    version: tuple[int, int], world: cv.World, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "w.npz", "w") as archive:
        for name, array in arrays_of(world).items():
            with archive.open(f"{name}.npy", "w") as file:
                np.lib.format.write_array(file, array, version)
    assert cv.read_world(tmp_path / "w.npz").hash == world.hash


def lying_header(shape: str) -> bytes:
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + bytes(64)


@pytest.mark.parametrize(
    "shape", ["(1000000, 1000000, 1000)", "(-1, -8)", "(1e9,)", "(" * 300, "9" * 900, "()"]
)
def test_a_header_that_lies(shape: str, world: cv.World, tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    np.savez(path, **{k: v for k, v in arrays_of(world).items() if k != "trade"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("trade.npy", lying_header(shape))
    assert "not a readable NumPy archive" in refused(path)


@pytest.mark.parametrize("name", ["trade", "unasked"])
def test_a_bomb(name: str, world: cv.World, tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    np.savez_compressed(path, **arrays_of(world))
    bomb = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        bomb, {"descr": "<f8", "fortran_order": False, "shape": (125_000_000,)}
    )
    with zipfile.ZipFile(path, "r") as old:
        held = {i.filename: old.read(i) for i in old.infolist() if i.filename != f"{name}.npy"}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in held.items():
            archive.writestr(member, content)
        with archive.open(f"{name}.npy", "w", force_zip64=True) as member_:
            member_.write(bomb.getvalue())
            for _ in range(100):
                member_.write(bytes(10_000_000))
    if name == "unasked":  # nobody unpacks what nobody asked for
        assert cv.read_world(path).hash == world.hash
    else:
        assert "'trade' would be 1,000,000,128 bytes unpacked" in refused(path)


def flipped(path: Path, signature: bytes, offset: int, value: int) -> None:
    """Change a two-byte field of every entry of a zip file's directory."""
    content = bytearray(path.read_bytes())
    at = content.find(signature)
    while at >= 0:
        struct.pack_into("<H", content, at + offset, value)
        at = content.find(signature, at + 4)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (8, 1, "is encrypted"),
        (10, 12, "is compressed in a way that no world is"),
        (10, 99, "is compressed in a way that no world is"),
        (10, 14, "is compressed in a way that no world is"),
        (8, 0x20, "not a readable NumPy archive"),
        (8, 0x40, "not a readable NumPy archive"),
    ],
)
def test_flags_and_methods(
    field: int, value: int, said: str, world: cv.World, tmp_path: Path
) -> None:
    path = tmp_path / "w.npz"
    np.savez_compressed(path, **arrays_of(world))
    flipped(path, b"PK\x01\x02", field, value)
    assert said in refused(path)


NESTED = '{"name": "w", "provenance": ' + "[" * 100_000 + "]" * 100_000 + "}"


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        ('{"name": "w", "year": Infinity}', "JSON that holds Infinity"),
        ('{"name": "w", "year": 1e400}', "JSON that holds a number that is too large"),
        ('{"name": "w", "year": 1e300}', "the year 1e+300"),
        ('{"name": "w", "year": "soon"}', "could not convert"),
        ('{"name": "w", "year": [1]}', "cannot be read"),
        ('{"name": "w", "provenance": {"x": NaN}}', "JSON that holds NaN"),
        ('{"name": "w", "provenance": [1]}', "provenance that is no table"),
        ('{"name": "\\ud800"}', "name '\\ud800' is no line of text"),
        ('{"name": "a\\u001b[2J"}', "name 'a\\x1b[2J' is no line of text"),
        ("[]", "cannot be read"),
        ("{}", "'name'"),
        ("", "cannot be read"),
        (NESTED, "JSON that nests too deep"),
    ],
)
def test_metadata(meta: str, said: str, world: cv.World, tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "w.npz", **arrays_of(world, meta=np.array(meta)))
    assert said in refused(tmp_path / "w.npz")


@pytest.mark.parametrize(
    "change",
    [
        lambda w: {"trade": w.trade * (1 + 1j)},
        lambda w: {"trade": w.trade.astype("datetime64[s]")},
        lambda w: {"trade": w.trade.astype(str).astype("S")},
        lambda w: {"countries": np.array([1.5, 2.5, 3.5, 4.5])},
        lambda w: {"countries": np.array(["A", "B", "C", "\u202e"])},
        lambda w: {"countries": np.array("AB")},
        lambda w: {"law_date": np.array(["soon"] * 4)},
        lambda w: {"tariff_quality": np.full(w.trade.shape, np.nan)},
        lambda w: {"trade": np.where(w.trade > 0, np.inf, w.trade)},
    ],
)
def test_arrays_that_are_none(
    change: Callable[[cv.World], dict[str, Any]], world: cv.World, tmp_path: Path
) -> None:
    np.savez_compressed(tmp_path / "w.npz", **arrays_of(world, **change(world)))
    refused(tmp_path / "w.npz")


@pytest.mark.parametrize("kind", ["nc", "npz"])
def test_bytes_flipped_anywhere(kind: str, world: cv.World, tmp_path: Path) -> None:
    path = tmp_path / f"w.{kind}"
    if kind == "nc":
        world.save(path)
    else:
        np.savez_compressed(path, **arrays_of(world))
    whole = path.read_bytes()
    rng = random.Random(11)
    for _ in range(12 if kind == "nc" else 300):
        content = bytearray(whole)
        for _ in range(rng.randint(1, 6)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        path.write_bytes(content[: rng.choice([len(content)] * 3 + [rng.randrange(len(content))])])
        try:
            cv.read_world(path)
        except (FileError, WorldError):
            continue


@pytest.mark.shared
def test_the_case_that_never_ends(shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "damaged.nc"
    shutil.copyfile(shared / "cases" / "16-damaged-netcdf" / "damaged.nc", path)
    assert "not a readable NetCDF-4 file, perhaps truncated or damaged" in refused(path)


def rebalanced(world: cv.World, seed: int) -> cv.World:
    rng = np.random.default_rng(seed)
    tariff = np.where(world.tariff == 0, -0.0, world.tariff)
    return cv.World.from_arrays(
        trade=world.trade,
        tariff=tariff,
        input_share=world.input_share * rng.uniform(0.9, 3.0, world.input_share.shape),
        trade_elasticity=world.trade_elasticity,
        countries=world.countries,
        sectors=world.sectors,
        rebalance=True,
        provenance={"é\x1b": (1, None, "\ud800"), "made_from": "x"},
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_saved_world_keeps_its_hash(seed: int, tmp_path: Path) -> None:
    plain = random_world(seed, 4, 3).world()
    for world in (plain, rebalanced(plain, seed)):
        again = cv.read_world(world.save(tmp_path / "w.nc"))
        assert again.hash == world.hash
        assert dict(again.provenance) == json.loads(json.dumps(world.provenance))
        for name in (*PRIMITIVES, *CODES):
            one, two = getattr(world, name), getattr(again, name)
            assert (one is None and two is None) or one.tobytes() == two.tobytes()


def test_a_world_whose_trimming_is_not_idempotent_keeps_its_hash(tmp_path: Path) -> None:
    from dataclasses import replace

    world = random_world(1, 4, 3).world()
    bought = (world.trade * (1 + world.tariff)).sum(axis=0)
    used = np.einsum("nkj,nj->nk", world.input_share, world.trade.sum(axis=1))
    over = np.where(used > 0, bought / np.where(used > 0, used, 1) * (1 + 1e-13), 1.0)
    shares = world.input_share.copy()
    shares[0, 0] *= over[0, 0]  # a hair more than is bought: reading it would trim it
    shares.setflags(write=False)
    odd = replace(world, input_share=shares)
    assert cv.read_world(odd.save(tmp_path / "w.nc")).hash == odd.hash


def test_what_cannot_be_saved_is_refused_at_the_door(world: cv.World) -> None:
    fields = {name: getattr(world, name) for name in (*PRIMITIVES, "countries", "sectors")}
    for bad, said in (
        ({"name": "a\ud800"}, "name"),
        ({"year": float("inf")}, "year inf"),
        ({"provenance": {"x": float("nan")}}, "provenance cannot be written"),
        ({"provenance": {"x": object()}}, "provenance cannot be written"),
        ({"countries": ["A", "B", "C", "D\x1b"]}, "control characters"),
        ({"countries": ["A", "B", "C", "D\ud800"]}, "control characters"),
    ):
        with pytest.raises(InputError, match=said):
            cv.World.from_arrays(**{**fields, **bad})
