"""The table of layers (docs/design.md), held: a module imports its own layer or a lower one.

Also: what makes ``import countervail`` slow is imported only inside the function that needs it, and
the core and the models know no files, clocks or printing.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import countervail

LAYERS = {
    "version": 0,
    "errors": 0,
    "clock": 0,
    "text": 0,
    "schema": 0,
    "labels": 0,
    "labelled": 0,
    "units": 0,
    "machine": 0,
    "money": 0,
    "quantiles": 0,
    "provenance": 0,
    "world": 1,
    "sources": 1,
    "ledger": 1,
    "reading": 1,
    "scenario": 2,
    "core": 3,
    "models": 3,
    "certified": 4,
    "state": 4,
    "bridge": 4,
    "solving": 4,
    "figure": 4,
    "solution": 4,
    "policy": 5,
    "respond": 5,
    "studies": 5,
    "draws": 5,
    "present": 6,
    "cli": 7,
    "web": 7,
    "__main__": 7,
}
"""docs/design.md says why."""

OUTSIDE = {"testing", "data"}
HEAVY = {"xarray", "pandas", "scipy", "jax", "h5netcdf", "h5py", "duckdb", "SALib"}
COMPILED = {"core/compiled.py", "core/derivative.py"}
"""What is written in JAX: imports it at the top, and is itself imported where it is needed only."""
PURE = {"core", "models"}
BUILDING_BLOCKS = {"numpy", "scipy", "jax", "countervail"}
"""What core and models may import beside the standard library's words for types and structure."""

WORDS = {"__future__", "typing", "collections", "dataclasses", "functools", "enum", "math"}
FORBIDDEN_CALLS = {"print", "open", "input"}

ROOT = Path(countervail.__file__).parent


class Import(NamedTuple):
    """One import statement."""

    path: Path
    line: int
    module: str
    at_module_level: bool
    for_types_only: bool

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} imports {self.module}"


def part(path: Path) -> str:
    """The part of the package a file belongs to: ``world``, ``core``, ``errors`` ..."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def files() -> list[Path]:
    return sorted(
        p for p in ROOT.rglob("*.py") if p != ROOT / "__init__.py" and part(p) not in OUTSIDE
    )


def imports(path: Path) -> Iterator[Import]:
    """Every import of a file, with where it stands."""

    def walk(node: ast.AST, top: bool, typed: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            if isinstance(child, ast.Import):
                names = [alias.name for alias in child.names]
            elif isinstance(child, ast.ImportFrom):
                names = [absolute(path, child)]
                if names == ["countervail"]:  # ``from countervail import labels``
                    names = [f"countervail.{alias.name}" for alias in child.names]
            else:
                names = []
            for name in names:
                yield Import(path, child.lineno, name, top, typed)
            yield from walk(child, top and not inside, typed or types)

    yield from walk(ast.parse(path.read_text("utf-8")), True, False)


def absolute(path: Path, statement: ast.ImportFrom) -> str:
    """The module an import-from names, relative ones resolved."""
    if not statement.level:
        return statement.module or ""
    package = ("countervail", *path.relative_to(ROOT).parts[: -statement.level])
    return ".".join([*package, *([statement.module] if statement.module else [])])


def all_imports() -> list[Import]:
    return [statement for path in files() for statement in imports(path)]


def test_every_part_has_a_layer() -> None:
    unknown = {part(path) for path in files()} - set(LAYERS)
    assert not unknown, f"give {unknown} a layer here and in the docs"


def test_imports_point_down() -> None:
    upward = []
    for statement in all_imports():
        names = statement.module.split(".")
        if names[0] != "countervail" or len(names) < 2:
            continue
        assert names[1] not in OUTSIDE, f"{statement}: it is for tests"
        if LAYERS[names[1]] > LAYERS[part(statement.path)]:
            upward.append(str(statement))
    # a name needed for a type only is still knowledge of a higher layer
    assert not upward, "\n".join(upward)


def test_heavy_parts_are_imported_where_they_are_needed() -> None:
    heavy = [
        str(statement)
        for statement in all_imports()
        if statement.at_module_level
        and not statement.for_types_only
        and statement.module.split(".")[0] in HEAVY
        and str(statement.path.relative_to(ROOT)) not in COMPILED
    ]
    assert not heavy, "\n".join(heavy)
    modules = {f"countervail.{path.removesuffix('.py').replace('/', '.')}" for path in COMPILED}
    loading = [
        str(statement)
        for statement in all_imports()
        if statement.module in modules
        and statement.at_module_level
        and not statement.for_types_only
        and str(statement.path.relative_to(ROOT)) not in COMPILED
    ]
    assert not loading, "\n".join(loading)


def test_core_and_models_are_pure() -> None:
    allowed = BUILDING_BLOCKS | WORDS
    foreign = [
        str(statement)
        for statement in all_imports()
        if part(statement.path) in PURE and statement.module.split(".")[0] not in allowed
    ]
    assert not foreign, "\n".join(foreign)
    calls = [
        f"{path.relative_to(ROOT)}:{node.lineno} calls {node.func.id}"
        for path in files()
        if part(path) in PURE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in FORBIDDEN_CALLS
    ]
    assert not calls, "\n".join(calls)


def test_core_and_models_know_only_themselves_and_errors() -> None:
    """They sit on plain arrays: no world, ledger or scenario, though those are lower layers."""
    others = [
        str(statement)
        for statement in all_imports()
        if part(statement.path) in PURE
        and statement.module.startswith("countervail.")
        and statement.module.split(".")[1] not in PURE | {"errors"}
    ]
    assert not others, "\n".join(others)


def test_printing_libraries_stay_in_the_command_line_and_reports() -> None:
    printing = [
        str(statement)
        for statement in all_imports()
        if statement.module.split(".")[0] in {"rich", "typer"}
        and LAYERS[part(statement.path)] < LAYERS["present"]
    ]
    assert not printing, "\n".join(printing)


def test_importing_the_package_stays_cheap() -> None:
    code = (
        "import sys, countervail as cv; "
        "cv.World, cv.Scenario, cv.solve, cv.CaliendoParro, cv.open_ledger; "
        f"print(*({HEAVY!r} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.split() == []
