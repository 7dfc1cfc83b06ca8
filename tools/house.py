"""The house in figures: circles of imports, late imports, size by room, what is long, names twice.

Usage: python -m tools.house [--longest N] [--lines]

A circle is a group of modules of which each imports, at whatever place and be it for a type only,
its way to every other. A late import is one of an own module inside a function. Size is counted in
statements of the syntax tree, which formatting and comments do not move.
"""

from __future__ import annotations

import argparse
import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

SOURCE = Path(__file__).parent.parent / "src" / "countervail"
OWN = "countervail"


class Import(NamedTuple):
    """One import of an own module: who, where, of what, and whether inside a function."""

    module: str
    line: int
    imported: str
    late: bool


class Function(NamedTuple):
    """One function or class: where it stands, its name, its statements."""

    module: str
    line: int
    name: str
    statements: int
    is_class: bool


class House:
    """The modules of the package, by dotted name, with their syntax trees."""

    def __init__(self, source: Path = SOURCE) -> None:
        self.trees = {
            _dotted(path.relative_to(source)): ast.parse(path.read_text("utf-8"))
            for path in sorted(source.rglob("*.py"))
        }

    def imports(self) -> list[Import]:
        """Return every import of an own module."""
        return [one for module, tree in self.trees.items() for one in self._imports(module, tree)]

    def _imports(self, module: str, tree: ast.Module) -> Iterator[Import]:
        def walk(node: ast.AST, late: bool) -> Iterator[Import]:
            for child in ast.iter_child_nodes(node):
                names: list[str] = []
                if isinstance(child, ast.Import):
                    names = [alias.name for alias in child.names]
                elif isinstance(child, ast.ImportFrom) and not child.level and child.module:
                    names = [f"{child.module}.{alias.name}" for alias in child.names]
                for name in names:
                    if name.split(".")[0] == OWN and (home := self._home(name)) != module:
                        yield Import(module, getattr(child, "lineno", 0), home, late)
                inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                yield from walk(child, late or inside)

        yield from walk(tree, False)

    def _home(self, name: str) -> str:
        """Return the module a dotted name is of."""
        while name not in self.trees:
            name = name.rpartition(".")[0]
        return name

    def circles(self) -> list[list[str]]:
        """Return the groups of modules that import each other, the largest first."""
        modules = list(self.trees)
        place = {module: k for k, module in enumerate(modules)}
        pairs = {(place[one.module], place[one.imported]) for one in self.imports()}
        rows, columns = np.array(sorted(pairs)).T
        graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(modules),) * 2)
        _, label = connected_components(graph, connection="strong")
        groups = defaultdict(list)
        for module, group in zip(modules, label, strict=True):
            groups[group].append(module)
        return sorted((g for g in groups.values() if len(g) > 1), key=len, reverse=True)

    def statements(self) -> dict[str, int]:
        """Return the statements of every module."""
        return {module: _statements(tree) for module, tree in self.trees.items()}

    def definitions(self) -> list[Function]:
        """Return every function and class, those inside others too."""
        return [
            Function(
                module, node.lineno, node.name, _statements(node), isinstance(node, ast.ClassDef)
            )
            for module, tree in self.trees.items()
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        ]

    def names_twice(self) -> dict[str, list[str]]:
        """Return the public names that more than one class has, with the modules."""
        homes = defaultdict(list)
        for one in self.definitions():
            if one.is_class:
                homes[one.name].append(one.module)
        return {name: where for name, where in sorted(homes.items()) if len(where) > 1}


def _dotted(path: Path) -> str:
    parts = [OWN, *path.with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _statements(node: ast.AST) -> int:
    """Return how many statements there are in a tree, docstrings left out."""
    return sum(
        isinstance(one, ast.stmt)
        and not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        for one in ast.walk(node)
    )


def room(module: str) -> str:
    """Return the room a module is of: the first part of its name below the package's."""
    return [*module.split("."), OWN][1]


def main() -> None:
    """Print the house."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--longest", type=int, default=12, help="functions shown")
    asked.add_argument("--late", action="store_true", help="list the late imports")
    given = asked.parse_args()
    house = House()
    circles = house.circles()
    print(f"{len(circles)} circles of imports")
    for group in circles:
        names = [name.removeprefix(f"{OWN}.") for name in group]
        print(f"  {len(group)}: {', '.join(names[:12])}{' ...' if len(names) > 12 else ''}")
    late = [one for one in house.imports() if one.late]
    print(f"{len(late)} imports of own modules inside functions")
    for one in late if given.late else ():
        print(f"  {one.module}:{one.line} {one.imported}")
    sizes: dict[str, int] = defaultdict(int)
    files: dict[str, int] = defaultdict(int)
    for module, count in house.statements().items():
        sizes[room(module)] += count
        files[room(module)] += 1
    print(f"{sum(sizes.values())} statements in {sum(files.values())} files")
    for name, count in sorted(sizes.items(), key=lambda one: -one[1]):
        print(f"  {count:6} {name} ({files[name]})")
    functions = [one for one in house.definitions() if not one.is_class]
    print("longest functions")
    for found in sorted(functions, key=lambda one: -one.statements)[: given.longest]:
        print(f"  {found.statements:4} {found.module}:{found.line} {found.name}")
    print("class names more than once")
    for name, homes in house.names_twice().items():
        print(f"  {name}: {', '.join(home.removeprefix(f'{OWN}.') for home in homes)}")


if __name__ == "__main__":
    main()
