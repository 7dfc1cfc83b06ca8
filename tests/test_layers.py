"""The table of layers, held: every module has a number and imports only modules of lower ones.

A module's number is its layer, the place of its part of the package in the layer, and its place
among the modules of that part, which is worked out: one more than the highest it imports. Imports
for a type only and imports inside functions count like any other.

Also: what makes ``import countervail`` slow is imported only inside the function that needs it, and
the core and the models know no files, clocks or printing.
"""

from __future__ import annotations

import ast
import itertools
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import countervail

LAYERS = (
    (
        *("version", "quantiles", "text.characters", "errors", "clock", "machine", "units"),
        *("options", "labelled", "text", "schema", "labels", "money", "provenance"),
    ),
    ("world", "sources", "ledger", "reading"),
    ("scenario",),
    ("core", "models"),
    ("state", "certified", "figure", "limits", "solution", "bridge", "horizons", "solving"),
    ("draws",),
    ("studies", "policy", "respond", "backtests"),
    ("present",),
    ("app",),
    ("lab", "cli", "__main__"),
)
"""The parts of the package from the lowest: each imports itself and what stands before it."""

PLACES = {name: (n, k) for n, layer in enumerate(LAYERS) for k, name in enumerate(layer)}
LATE = {"app", "cli", "lab", "__main__"}
"""Parts that import own modules inside functions: what a command does not need is not loaded."""

OUTSIDE = {"testing", "data"}
HEAVY = {"xarray", "pandas", "scipy", "jax", "h5netcdf", "h5py", "duckdb", "SALib"}
COMPILED_MODULES = {"core.compiled", "core.derivative"}
"""What is written in JAX: imports it at the top, and is itself imported where it is needed only."""
PURE = {"core", "models"}
BUILDING_BLOCKS = {"numpy", "scipy", "jax", "countervail"}
"""What core and models may import beside the standard library's words for types and structure."""

WORDS = {
    "__future__",
    "typing",
    "collections",
    "dataclasses",
    "functools",
    "enum",
    "math",
    "itertools",
}
WORDS |= {"itertools", "importlib", "pkgutil"}  # the last two find choices on their shelf
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


class Own(NamedTuple):
    """An import of a module of the package by another, by their names below ``countervail``."""

    importer: str
    imported: str
    statement: Import

    def __str__(self) -> str:
        name = self.imported or "countervail itself"
        return f"{self.statement.path.relative_to(ROOT)}:{self.statement.line} imports {name}"


def part(path: Path) -> str:
    """The part of the package a file belongs to: ``world``, ``core``, ``errors`` ..."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def module_name(path: Path) -> str:
    """A file's name as a module, below ``countervail``: ``world.files``; a package's is its own."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def layer_part(module: str) -> str:
    """The part of the table of layers that a module belongs to, the narrowest named there."""
    name = module
    while name and name not in PLACES:
        name = name.rpartition(".")[0]
    return name


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
                home = absolute(path, child)
                names = [f"{home}.{alias.name}" if own(home) else home for alias in child.names]
            else:
                names = []
            for name in names:
                yield Import(path, child.lineno, name, top, typed)
            yield from walk(child, top and not inside, typed or types)

    yield from walk(ast.parse(path.read_text("utf-8")), True, False)


def own(module: str) -> bool:
    return module.split(".")[0] == "countervail"


def absolute(path: Path, statement: ast.ImportFrom) -> str:
    """The module an import-from names, relative ones resolved."""
    if not statement.level:
        return statement.module or ""
    package = ("countervail", *path.relative_to(ROOT).parts[: -statement.level])
    return ".".join([*package, *([statement.module] if statement.module else [])])


@cache
def all_imports() -> tuple[Import, ...]:
    return tuple(statement for path in files() for statement in imports(path))


@cache
def own_imports() -> tuple[Own, ...]:
    """Imports of modules of the package; what is imported from a module is the module's."""
    modules = {module_name(path) for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py"}
    found = {}
    for statement in all_imports():
        if own(statement.module):
            name = statement.module.partition(".")[2]
            while name and name not in modules:
                name = name.rpartition(".")[0]
            importer = module_name(statement.path)
            if name != importer:
                found[importer, name, statement.line] = Own(importer, name, statement)
    return tuple(found.values())


def numbers() -> dict[str, tuple[int, int, int]]:
    """The number of every module: layer, part and place in the part.

    Raises:
        AssertionError: modules of one part import each other in a circle; it is reported.
    """
    modules = [module_name(path) for path in files()]
    within: dict[str, set[str]] = {module: set() for module in modules}
    for one in own_imports():
        if layer_part(one.importer) == layer_part(one.imported):
            within[one.importer].add(one.imported)
    try:
        order = list(TopologicalSorter(within).static_order())
    except CycleError as error:
        circle = error.args[1]
        steps = {(a, b) for b, a in itertools.pairwise(circle)}
        reported = [str(one) for one in own_imports() if (one.importer, one.imported) in steps]
        raise AssertionError("a circle:\n" + "\n".join(reported)) from None
    place: dict[str, int] = defaultdict(int)
    for module in order:
        place[module] = max((place[lower] + 1 for lower in within[module]), default=0)
    return {module: (*PLACES[layer_part(module)], place[module]) for module in modules}


def test_every_part_has_a_layer() -> None:
    unknown = {part(path) for path in files() if not layer_part(module_name(path))}
    assert not unknown, f"give {unknown} a layer here and in the docs"


def test_a_module_imports_only_modules_of_lower_numbers() -> None:
    known = numbers()
    upward = []
    for one in own_imports():
        if not one.imported:
            upward.append(f"{one}: import the module that has the name")
        elif one.imported.split(".")[0] in OUTSIDE:
            upward.append(f"{one}: it is for tests")
        elif known[one.imported] >= known[one.importer]:
            upward.append(f"{one}: {known[one.imported]} from {known[one.importer]}")
    assert not upward, "\n".join(upward)


def test_own_modules_are_imported_at_the_top() -> None:
    late = [
        str(one)
        for one in own_imports()
        if not one.statement.at_module_level
        and part(one.statement.path) not in LATE
        and one.imported not in COMPILED_MODULES
    ]
    assert not late, "\n".join(late)


def test_heavy_parts_are_imported_where_they_are_needed() -> None:
    heavy = [
        str(statement)
        for statement in all_imports()
        if statement.at_module_level
        and not statement.for_types_only
        and statement.module.split(".")[0] in HEAVY
        and module_name(statement.path) not in COMPILED_MODULES
    ]
    assert not heavy, "\n".join(heavy)
    loading = [
        str(one)
        for one in own_imports()
        if one.imported in COMPILED_MODULES
        and one.statement.at_module_level
        and not one.statement.for_types_only
        and one.importer not in COMPILED_MODULES
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
        and PLACES[layer_part(module_name(statement.path))] < PLACES["present"]
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
