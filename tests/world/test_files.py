"""Worlds on disk: an exact round trip, or a sentence that names the file and what is wrong."""

from __future__ import annotations

import functools
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import countervail as cv
from countervail.errors import FileError, WorldError
from countervail.testing import random_world, tiny
from countervail.world.dataset import CODES, PRIMITIVES
from countervail.world.redrawn import duties_redrawn, inputs_redrawn, services_redrawn

ARRAYS = (*PRIMITIVES, *CODES, "intermediate_share")


@pytest.fixture(scope="module")
def world() -> cv.World:
    table = tiny()
    codes = np.arange(75).reshape(5, 5, 3) % 7
    return cv.World.from_arrays(
        **table.arrays(),
        countries=table.countries,
        sectors=table.sectors,
        name="tiny",
        year=2019,
        law_date=[date(2019, 12, 31), None, date(2024, 12, 31), None, date(2019, 12, 31)],
        elasticity_set="ours",
        provenance={"credit": "Fontagné, Guimbard", "notes": [1, {"a": None}]},
        tariff_quality=codes,
        tariff_source=codes[::-1],
    )


def same(left: cv.World, right: cv.World) -> bool:
    fields = ("name", "year", "countries", "sectors", "law_date", "elasticity_set", "hash")
    return (
        all(getattr(left, f) == getattr(right, f) for f in fields)
        and dict(left.provenance) == dict(right.provenance)
        and all(np.array_equal(getattr(left, f), getattr(right, f)) for f in ARRAYS)
    )


def test_exact_round_trip(world: cv.World, tmp_path: Path) -> None:
    path = world.save(tmp_path / "new folder" / "tiny.nc")
    assert same(world, cv.read_world(path))
    assert same(world, cv.open_world(str(path)))
    assert [p.name for p in path.parent.iterdir()] == ["tiny.nc"]


def test_exact_round_trip_of_the_built_in_world(oecd: cv.World, tmp_path: Path) -> None:
    assert same(oecd, cv.read_world(oecd.save(tmp_path / "oecd.nc")))


@pytest.mark.parametrize("seed", range(5))
def test_exact_round_trip_of_random_worlds(seed: int, tmp_path: Path) -> None:
    given = random_world(seed, 2 + seed, 3, zero_flows=0.5, idle_producers=1).world()
    read = cv.read_world(given.save(tmp_path / "w.nc"))
    assert read.hash == given.hash
    assert read.tariff_quality is None


@functools.cache
def kinds(seed: int) -> dict[str, cv.World]:
    """A world of every kind there is, by what was done to it."""
    table = random_world(seed, 4, 3, zero_flows=0.3)
    plain, rng = table.world(), np.random.default_rng(seed)
    given = {**table.arrays(), "countries": plain.countries, "sectors": plain.sectors}
    merged = plain.aggregate({"both": plain.countries[:2]}, {"any": plain.sectors[1:]})
    home = np.eye(4, dtype=bool)[:, :, None]
    duties = plain.tariff + np.where(home, 0.0, rng.uniform(0.0, 0.3, plain.tariff.shape))
    much = {"input_share": plain.input_share * 3.0, "rebalance": True}
    return {
        "plain": plain,
        "rebalanced": cv.World.from_arrays(**{**given, **much}),
        "merged": merged,
        "merged twice": merged.aggregate({"all": [plain.countries[2], "both"]}),
        "merged, then redrawn": duties_redrawn(merged, duties),
        "services redrawn": services_redrawn(plain, plain.sectors[:2], 0.3, rng),
        "inputs redrawn": inputs_redrawn(plain, plain.countries[0], 1.0, rng),
        "duties redrawn": duties_redrawn(plain, duties),
        "other elasticities": plain.with_elasticity([2.0, 1.0 / 3.0, 65.0], "mine"),
        "dates": cv.World.from_arrays(**given, law_date=[date.max, None, date.min, None]),
        "day and time": cv.World.from_arrays(**given, law_date=datetime(2020, 1, 2, 3, 4)),
        "written dates": cv.World.from_arrays(**given, law_date="2020-01-02"),
        "dates of NumPy": cv.World.from_arrays(
            **given, law_date=np.array(["2020-01-02", "NaT", "2021-01-01", "NaT"], "datetime64[ns]")
        ),
        "negative zeros": cv.World.from_arrays(
            **{**given, "tariff": np.where(table.tariff == 0, -0.0, table.tariff)}
        ),
        "extreme": cv.World.from_arrays(
            **{**given, "tariff": np.where(home, 0.0, 20.0) * (plain.tariff > 0)},
            rebalance=True,
            allow_extreme=True,
        ),
        "other labels": cv.World.from_arrays(
            **{**given, "countries": ["É", "中", "a b", "0"], "sectors": ["1", "2", "3"]}
        ),
    }


@pytest.mark.parametrize("kind", kinds(0))
def test_every_kind_of_world_keeps_its_hash(kind: str, tmp_path: Path) -> None:
    for seed in range(2):
        world = kinds(seed)[kind]
        once = cv.read_world(world.save(tmp_path / "once.nc"))
        twice = cv.read_world(once.save(tmp_path / "twice.nc"))
        assert same(world, once)
        assert same(world, twice)
        assert world.table_hash == once.table_hash
        assert world.held == once.held


def dated(world: cv.World, law_date: Any) -> cv.World:
    arrays = {name: getattr(world, name) for name in (*PRIMITIVES, "countries", "sectors")}
    return cv.World.from_arrays(**arrays, law_date=law_date)


def test_every_kind_of_law_date_is_a_plain_date() -> None:
    made = kinds(0)
    assert made["day and time"].law_date == made["written dates"].law_date
    assert made["written dates"].law_date == (date(2020, 1, 2),) * 4
    days = (date(2020, 1, 2), None, date(2021, 1, 1), None)
    assert made["dates of NumPy"].law_date == days
    for wrong in ("2020", 2020, [1.5, None, None, None], "2020-13-01"):
        with pytest.raises(WorldError, match=r"law_date holds .*, which is no date"):
            dated(made["plain"], wrong)


def test_equal_worlds_have_one_hash() -> None:
    """Zero has one sign."""
    made = kinds(0)
    assert np.array_equal(made["negative zeros"].tariff, made["plain"].tariff)
    assert made["negative zeros"].hash == made["plain"].hash


def test_another_program_reads_labels_and_units(world: cv.World, tmp_path: Path) -> None:
    with xr.open_dataset(world.save(tmp_path / "tiny.nc"), engine="h5netcdf") as data:
        assert data["trade"].dims == ("exporter", "importer", "sector")
        assert data["tariff"].attrs["units"] == "rate"
        assert list(data["exporter"].values) == list(world.countries)
        assert json.loads(data.attrs["provenance"])["credit"] == "Fontagné, Guimbard"


def test_the_order_of_axes_in_a_file_does_not_matter(world: cv.World, tmp_path: Path) -> None:
    path = world.save(tmp_path / "tiny.nc")
    with xr.open_dataset(path, engine="h5netcdf") as data:
        turned = data.transpose("sector", "importer", "exporter", "input_sector", "country")
        turned.to_netcdf(tmp_path / "turned.nc", engine="h5netcdf")
    assert same(world, cv.read_world(tmp_path / "turned.nc"))


def edited(world: cv.World, path: Path, change: Any) -> Path:
    """Save the world with a change to its dataset."""
    source = world.save(path.with_name("whole.nc"))
    with xr.open_dataset(source, engine="h5netcdf") as data:
        change(data.load()).to_netcdf(path, engine="h5netcdf")
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.drop_vars("tariff"), "lacks the variable 'tariff'"),
        (lambda d: d.drop_vars("law_date"), "lacks the variable 'law_date'"),
        (lambda d: d.drop_vars("importer"), "lacks the variable 'importer'"),
        (
            lambda d: d.assign_coords(importer=list(d["importer"].values)[::-1]),
            "'importer' does not list what 'exporter' lists, in that order",
        ),
        (
            lambda d: d.assign(tariff=d["tariff"].isel(exporter=0, drop=True)),
            "'tariff' has other dimensions than exporter, importer, sector",
        ),
        (
            lambda d: d.assign_coords(law_date=("importer", ["31.12.2019"] * 5)),
            "holds something that cannot be read",
        ),
        (lambda d: d.assign_attrs(provenance="{"), "holds something that cannot be read"),
        (lambda d: d.assign_attrs(year="MMXIX"), "holds something that cannot be read"),
    ],
)
def test_what_is_no_world_is_refused(
    world: cv.World, tmp_path: Path, change: Any, message: str
) -> None:
    path = edited(world, tmp_path / "edited.nc", change)
    with pytest.raises(FileError, match=message) as refusal:
        cv.read_world(path)
    assert str(refusal.value).startswith(f"{path}: ")


def test_a_table_that_does_not_close_names_its_file(world: cv.World, tmp_path: Path) -> None:
    path = edited(world, tmp_path / "open.nc", lambda d: d.assign(trade=-d["trade"]))
    with pytest.raises(WorldError, match="trade is negative") as refusal:
        cv.read_world(path)
    assert str(refusal.value).startswith(f"{path}: world 'tiny' is refused")


@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.7, 0.999])
def test_truncated_netcdf(world: cv.World, tmp_path: Path, part: float) -> None:
    whole = world.save(tmp_path / "whole.nc").read_bytes()
    path = tmp_path / "cut.nc"
    path.write_bytes(whole[: int(part * len(whole))])
    with pytest.raises(
        FileError, match="not a readable NetCDF-4 file, perhaps truncated"
    ) as reported:
        cv.read_world(path)
    assert str(reported.value).startswith(f"{path}: ")


def built_in(repository: Path) -> bytes:
    return (Path(cv.__file__).parent / "world/builtin/oecd-2022.npz").read_bytes()


@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.7, 0.999])
def test_truncated_archive(repository: Path, tmp_path: Path, part: float) -> None:
    whole = built_in(repository)
    path = tmp_path / "cut.npz"
    path.write_bytes(whole[: int(part * len(whole))])
    with pytest.raises(
        FileError, match="not a readable NumPy archive, perhaps truncated"
    ) as reported:
        cv.read_world(path)
    assert str(reported.value).startswith(f"{path}: ")


@pytest.mark.parametrize("at", [0.2, 0.5, 0.9])
def test_corrupt_archive(repository: Path, tmp_path: Path, at: float) -> None:
    content = bytearray(built_in(repository))
    start = int(at * len(content))
    content[start : start + 64] = bytes(64)
    path = tmp_path / "corrupt.npz"
    path.write_bytes(content)
    with pytest.raises(FileError, match="not a readable NumPy archive") as reported:
        cv.read_world(path)
    assert str(path) in str(reported.value)


def test_an_archive_holds_no_code(tmp_path: Path) -> None:
    path = tmp_path / "code.npz"
    fields = dict.fromkeys((*PRIMITIVES, "countries", "sectors", "law_date"), np.zeros(1))
    np.savez(path, **fields, meta=np.array({"name": "x"}, dtype=object))
    with pytest.raises(FileError, match="not a readable NumPy archive"):
        cv.read_world(path)


def test_an_archive_that_lacks_something(tmp_path: Path) -> None:
    path = tmp_path / "lacking.npz"
    np.savez(path, trade=np.zeros(1))
    with pytest.raises(FileError, match="lacks 'tariff'; is it a Countervail world"):
        cv.read_world(path)
    world = tiny()
    labels = {"countries": np.array(world.countries), "sectors": np.array(world.sectors)}
    np.savez(path, **world.arrays(), **labels, law_date=np.array([""] * 5), meta=np.array("{}"))
    with pytest.raises(FileError, match="holds something that cannot be read") as reported:
        cv.read_world(path)
    assert str(reported.value).startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.nc", "no such file"),
        ("folder.nc", "is not an ordinary file"),
        ("world.csv", "a world is a .nc or .npz file, not '.csv'"),
    ],
)
def test_files_of_another_kind(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder.nc").mkdir()
    (tmp_path / "world.csv").write_text("a,b")
    with pytest.raises(FileError, match=message) as reported:
        cv.read_world(tmp_path / name)
    assert str(reported.value).startswith(str(tmp_path / name))


def test_a_text_file_called_nc(tmp_path: Path) -> None:
    path = tmp_path / "text.nc"
    path.write_text("exporter,importer,trade\n" * 100)
    with pytest.raises(FileError, match="not a readable NetCDF-4 file"):
        cv.read_world(path)


def test_a_failed_save_leaves_nothing(
    world: cv.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(self: Path, content: bytes) -> int:
        with self.open("wb") as part:
            part.write(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(FileError, match=r"cannot be written \(No space left on device"):
        world.save(tmp_path / "tiny.nc")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_save_leaves_the_old_file(
    world: cv.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = world.save(tmp_path / "tiny.nc")
    whole = path.read_bytes()

    def interrupted(self: Path, content: bytes) -> int:
        with self.open("wb") as part:
            part.write(content[:10])
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        world.save(path)
    assert path.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [path]


def test_where_nothing_can_be_saved(world: cv.World, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"a world is saved as \.nc"):
        world.save(tmp_path / "tiny.npz")
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="cannot be written"):
        world.save(tmp_path / "file" / "tiny.nc")
