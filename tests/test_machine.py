"""What the machine has is asked, never required; tests make machines up."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import countervail as cv
from countervail import machine


@pytest.fixture
def fresh_cache() -> Iterator[None]:
    machine.cache_bytes.cache_clear()
    yield
    machine.cache_bytes.cache_clear()


def test_cores_are_those_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= machine.cores() <= (os.cpu_count() or 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5, 7}, raising=False)
    assert machine.cores() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert machine.cores() == 1


@pytest.mark.usefixtures("fresh_cache")
@pytest.mark.parametrize(
    ("said", "size"),
    [
        ("32768K\n", 32 * 2**20),
        ("24M", 24 * 2**20),
        ("1048576", machine.UNKNOWN_CACHE_BYTES),
        ("", machine.UNKNOWN_CACHE_BYTES),
        ("unknown", machine.UNKNOWN_CACHE_BYTES),
        (None, machine.UNKNOWN_CACHE_BYTES),
    ],
)
def test_the_cache_is_what_the_system_says(
    said: str | None, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: Any) -> str:
        if said is None:
            raise FileNotFoundError
        return said

    monkeypatch.setattr(Path, "read_text", read)
    assert machine.cache_bytes() == size


def no_module(_name: str) -> None:
    """Nothing is installed."""


def with_gpus(found: list[str] | None) -> SimpleNamespace:
    """A JAX that finds these GPUs, or whose driver is missing."""

    def devices(kind: str) -> list[str]:
        assert kind == "gpu"
        if found is None:
            raise RuntimeError("Unknown backend: 'gpu' requested")
        return found

    return SimpleNamespace(devices=devices)


def test_without_jax_there_is_no_accelerator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "find_spec", no_module)
    assert not machine.accelerator()


def test_without_a_plugin_for_gpus_jax_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "find_spec", lambda name: name if name == "jax" else None)
    monkeypatch.setitem(sys.modules, "jax", None)  # importing it would raise
    assert not machine.accelerator()


@pytest.mark.parametrize(("found", "answer"), [(["H200"], True), ([], False), (None, False)])
def test_a_gpu_counts_where_jax_can_use_it(
    found: list[str] | None, answer: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "find_spec", lambda name: name)
    monkeypatch.setitem(sys.modules, "jax", with_gpus(found))
    assert machine.accelerator() is answer


def test_jax_is_asked_for_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "find_spec", no_module)
    with pytest.raises(cv.InputError, match=r"needs JAX: pip install 'countervail\[jax\]'"):
        machine.load_jax()


class Config:
    """JAX's configuration, as far as it is touched."""

    def __init__(self, folder: str | None) -> None:
        self.jax_compilation_cache_dir = folder
        self.changed: dict[str, Any] = {}

    def update(self, name: str, value: Any) -> None:
        self.changed[name] = value


@pytest.mark.parametrize("chosen", [None, "elsewhere"])
def test_what_jax_compiles_is_kept_unless_the_user_has_said_where(
    chosen: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = Config(chosen)
    monkeypatch.setattr(machine, "find_spec", lambda name: name)
    monkeypatch.setitem(sys.modules, "jax", SimpleNamespace(config=config))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    machine.load_jax()
    kept = config.changed.get("jax_compilation_cache_dir")
    assert kept == (None if chosen else str(tmp_path / "countervail" / "jax"))
