"""Write the reference pages that can be generated: docs/reference/*.md.

    python tools/make_docs.py            # write them
    python tools/make_docs.py --check    # say which are stale, and end with 1

Commands from their signatures, variables from the table that data and reports read, keys of
measure, scenario and sweep files from the classes that read them, elasticities from the packaged
table. A test fails when a page is stale.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from countervail import labels, schema
from countervail.cli.app import command_line
from countervail.draws.priors.files import PriorsFile
from countervail.draws.sweep.files import SweepFile
from countervail.ledger import measure as measures
from countervail.policy.bargaining.file import BargainFile
from countervail.policy.reaching.file import GoalFile
from countervail.present import redirected
from countervail.present.meant import Meant
from countervail.present.rows import SECTORS_MEANT
from countervail.scenario.file import ScenarioFile
from countervail.sources import open_world
from countervail.sources.builtin import DEFAULT
from countervail.world.elasticities import elasticity_sets

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
MADE = "<!-- made by tools/make_docs.py: change the source, then run it -->\n\n"


def main() -> None:
    """Write the pages, or say which are stale."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a page is stale")
    if parser.parse_args().check:
        old = stale(FOLDER)
        print(f"stale: {', '.join(old)}" if old else "every page is as its source")
        sys.exit(bool(old))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


def pages() -> dict[str, str]:
    """Return every generated page, by file name."""
    made = {
        "cli.md": commands(),
        "variables.md": variables(),
        "answer-rows.md": answer_rows(),
        "measure-file.md": file_page("Measure files", measures.Measure, MEASURE_FILE),
        "scenario-file.md": file_page("Scenario files", ScenarioFile, SCENARIO_FILE),
        "sweep-file.md": file_page("Sweep files", SweepFile, SWEEP_FILE),
        "bargain-file.md": file_page("Bargain files", BargainFile, BARGAIN_FILE),
        "goal-file.md": file_page("Goal files", GoalFile, GOAL_FILE),
        "priors-file.md": file_page("Priors files", PriorsFile, PRIORS_FILE),
        "elasticities.md": elasticities(),
    }
    return {name: MADE + text for name, text in made.items()}


def stale(folder: Path) -> list[str]:
    """Return the names of the pages in a folder that are not what their source makes."""
    there = {p.name: p.read_text("utf-8") for p in folder.glob("*.md")}
    made = pages()
    return sorted(n for n in {*there, *made} if there.get(n) != made.get(n))


def commands() -> str:
    """Return the page of the command line."""
    parts = [
        "# The command line\n",
        "Exit code 0 only with a certified answer (or what was asked for), 2 for input that cannot "
        "be used, 3 when nothing could be certified or a part of the question has no place, 130 "
        "when interrupted. With `--json` standard "
        "output is one JSON object and nothing else; messages go to standard error.\n",
    ]
    for path, callback in _commands(command_line(), ("countervail",)):
        parts.append(f"## `{' '.join(path)}`\n")
        parts.append(_doc(callback))
        words = list(_words(callback))
        arguments = " ".join(w for w, _, _ in words if not w.startswith("`-"))
        parts.append(
            f"\n    {' '.join(path)} [OPTIONS] {arguments.replace('`', '')}".rstrip() + "\n"
        )
        parts.append(_table(("word", "meaning", "default"), words))
    return "\n".join(parts)


def _commands(
    group: typer.Typer, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Callable[..., Any]]]:
    """Yield every command of a Typer app with its path, in the order the help shows them."""
    for command in group.registered_commands:
        callback = command.callback
        assert callback is not None
        yield (*path, command.name or callback.__name__.strip("_")), callback
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from _commands(inner.typer_instance, (*path, str(inner.name)))


def _words(callback: Callable[..., Any]) -> Iterator[tuple[str, str, str]]:
    """Yield word, meaning and default of every argument and option."""
    hints = get_type_hints(callback, include_extras=True)
    for name, parameter in inspect.signature(callback).parameters.items():
        kind, *extras = get_args(hints[name])
        (about,) = (e for e in extras if hasattr(e, "help") and hasattr(e, "param_decls"))
        default = parameter.default
        unsaid = default is inspect.Parameter.empty or default is None or default is False
        shown = "" if unsaid else f"`{default}`"
        if type(about).__name__ == "ArgumentInfo":
            needed = parameter.default is inspect.Parameter.empty
            word = name.upper() + (" ..." if _base(kind)[1] else "")
            yield (f"`{word}`" if needed else f"`[{word}]`"), about.help, shown
            continue
        base, many = _base(kind)
        # inside Annotated, Typer keeps the first name given as if it were the default
        given = [w for w in (about.default, *about.param_decls) if isinstance(w, str)]
        flag = (given or [f"--{name.replace('_', '-')}"])[0]
        value = about.metavar or {str: "TEXT", int: "NUMBER", Path: "PATH", bool: ""}[base]
        repeated = " May be given several times." if many else ""
        yield f"`{flag} {value}`".replace(" `", "`"), f"{about.help}{repeated}", shown


def _base(kind: Any) -> tuple[Any, bool]:
    """Return the plain type of an option and whether it may be given several times."""
    for part in get_args(kind) if _is_union(kind) else (kind,):
        if get_origin(part) is list:
            return get_args(part)[0], True
        if part is not type(None):
            return part, False
    raise TypeError(kind)


def variables() -> str:
    """Return the page of variables."""
    rows = [
        (
            f"`{v.name}`",
            ", ".join(v.dims),
            v.unit,
            v.heading,
            f"{'±' if v.sign else ''}{v.digits}",
            v.meaning[:1].upper() + v.meaning[1:],
        )
        for v in schema.variables().values()
    ]
    return (
        "# Variables\n\n"
        "Names without a suffix are the baseline (in a Solution: the first state of law), `_new` "
        "the second state, `_hat` the ratio of the two, `_change` a difference. In a Solution "
        "every one is an attribute (`solution.welfare`) that gives a labelled xarray DataArray. In "
        "tables it stands under its heading, with so many digits after the point (± has a sign); "
        "beside a range it has those that the range supports.\n\n"
        + _table(("name", "dims", "unit", "heading", "digits", "meaning"), rows)
    )


def answer_rows() -> str:
    """Return the page of the rows of goods and of sectors in an answer."""
    parts = [
        "# Rows of goods and of sectors\n",
        "What stands in `goods` and `sectors` of the JSON object of `countervail run`, in "
        "`goods.csv` and `sectors.csv`, and in the sheets of a workbook; `ranges` in the JSON "
        "object, and columns `_p05`, `_p50`, `_p95` in files, have the range of every number. "
        "There are rows of goods some years after a change only (see "
        "[../horizons.md](../horizons.md)): in the long run nothing stays.\n",
        "## `goods`: a pair of countries and a good whose law differs\n",
        _meant(redirected.MEANT, redirected.LABELS),
        "## `sectors`: a country and a sector, or a good that is one\n",
        _meant(SECTORS_MEANT, {}),
    ]
    return "\n".join(parts)


def _meant(numbers: Mapping[str, Meant], labels_: Mapping[str, str]) -> str:
    """Return the table of the keys of a row."""
    table = [(f"`{name}`", "", said) for name, said in labels_.items()]
    table += [(f"`{name}`", one.unit, one.meaning) for name, one in numbers.items()]
    return _table(("key", "unit", "meaning"), table)


MEASURE_FILE = (
    "One legal instrument, one TOML file, named as its `id` (see [../ledger.md](../ledger.md)). "
    "Unknown and duplicate keys, codes that do not exist, missing sources and dates that overlap "
    "refuse the file, with path and line. Dates are written without quotes."
)

SCENARIO_FILE = (
    "A question as a TOML file (see [../scenarios.md](../scenarios.md)). Unknown and duplicate "
    "keys and names refuse the file, with path and line. Dates are written without quotes."
)


BARGAIN_FILE = (
    "Who bargains, and what each could concede, as a TOML file (see "
    "[../bargain.md](../bargain.md)). Unknown and duplicate keys and names refuse the file, with "
    "path and line."
)

GOAL_FILE = (
    "Goals, what may be changed for them, and the law and growth they are judged under, as a TOML "
    "file (see [../reach.md](../reach.md), which has the grammar of goals). Unknown and duplicate "
    "keys and goals refuse the file, with path and line."
)

PRIORS_FILE = (
    "What is uncertain, as a TOML file (see [../ranges.md](../ranges.md)); `countervail priors "
    "--text` prints the standard one to start from. Unknown and duplicate keys refuse the file, "
    "with path and line; every error names its source."
)

SWEEP_FILE = (
    "A question at every point of a grid, as a TOML file (see [../sweeps.md](../sweeps.md)). "
    "Unknown and duplicate keys and names refuse the file, with path and line. Dates are written "
    "without quotes; paths are relative to the file."
)


def file_page(title: str, model: type[BaseModel], words: str) -> str:
    """Return the page of a kind of TOML file: one table of keys for each table of the file."""
    parts = [f"# {title}\n", f"{words}\n"]
    for place, table in _tables(model):
        head = f"`{place}`" if place else "The file"
        parts.append(f"## {head}\n\n{_doc(table)}\n")
        parts.append(_keys(table))
    return "\n".join(parts)


def _tables(model: type[BaseModel], place: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield every table of a file with how its header is written, each class once."""
    seen: list[type[BaseModel]] = []

    def walk(table: type[BaseModel], at: str) -> Iterator[tuple[str, type[BaseModel]]]:
        seen.append(table)
        yield at, table
        for key, kind in get_type_hints(table, include_extras=True).items():
            inner = _model(kind)
            if inner is not None and inner not in seen:
                name = _key(table, key)
                path = f"{at.strip('[]')}.{name}" if at else name
                yield from walk(inner, f"[[{path}]]" if _many(kind) else f"[{path}]")

    yield from walk(model, place)


def _keys(table: type[BaseModel]) -> str:
    hints = get_type_hints(table, include_extras=True)
    fields = table.model_fields
    described = any(f.description for f in fields.values())
    rows = []
    for name, field in fields.items():
        default = field.get_default(call_default_factory=True)
        plain = isinstance(default, str | int | float | bool) and default not in ("", False)
        when = "required" if field.is_required() else f"`{default}`" if plain else ""
        row = (f"`{_key(table, name)}`", _kind(hints[name]), when)
        rows.append((*row, field.description or "") if described else row)
    head = ("key", "value", "default")
    return _table((*head, "meaning") if described else head, rows)


def _key(table: type[BaseModel], name: str) -> str:
    return table.model_fields[name].alias or name


KINDS: list[tuple[Any, str]] = [
    (measures.Identifier, "lower-case words joined by `-`"),
    (measures.ProductId, "lower-case words joined by `_`"),
    (measures.PartialDay, "text: a day, a month or a year"),
    (measures.Year, "year"),
    (measures.Percent, "number, per cent"),
    (measures.Share, "number, 0 to 1"),
    (measures.Amount, "number, 0 or more"),
    (str, "text"),
    (bool, "`true` or `false`"),
    (int, "whole number"),
    (float, "number"),
    (date, "date"),
]
"""How a value is named; the first that fits. Told apart by identity: these are aliases."""


def _kind(kind: Any) -> str:
    """Return what a value may be, in words."""
    for known, words in KINDS:
        if kind is known:
            return words
    origin, inner = get_origin(kind), get_args(kind)
    if _is_union(kind):
        return _kind(next(part for part in inner if part is not type(None)))
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in inner)
    if origin is tuple:
        if Ellipsis in inner:
            model = _model(inner[0])
            return f"tables: {_named(model)}" if model else f"list of {_kind(inner[0])}"
        return f"list of {len(inner)}: {_kind(inner[0])}"
    if origin is dict:
        return f"table: {_kind(inner[0])} = {_kind(inner[1])}"
    if origin is Annotated:
        return _kind(inner[0]) + _bounds(inner[1:])
    model = _model(kind)
    if model is None:
        raise TypeError(f"no words for {kind}")
    return f"table: {_named(model)}"


def _doc(thing: Any) -> str:
    """Return a docstring as Markdown."""
    return (inspect.getdoc(thing) or "").replace("``", "`")


def _named(model: type[BaseModel]) -> str:
    return _doc(model).split("\n")[0].split(";")[0].split(":")[0].rstrip(".")


def _bounds(extras: tuple[Any, ...]) -> str:
    said = []
    for extra in extras:
        parts = extra.metadata if isinstance(extra, FieldInfo) else [extra]
        for bound in parts:
            for word, sign in (("ge", "at least"), ("gt", "above"), ("le", "at most")):
                if getattr(bound, word, None) is not None:
                    said.append(f"{sign} {getattr(bound, word):g}")
    return ", " + ", ".join(said) if said else ""


def _model(kind: Any) -> type[BaseModel] | None:
    """Return the table class inside a type, if there is one."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((m for m in map(_model, get_args(kind)) if m), None)


def _many(kind: Any) -> bool:
    return get_origin(kind) is tuple or any(_many(part) for part in get_args(kind))


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (typing.Union, types.UnionType)


FILLED = ("no estimate", "not in the set", "mean of", "assumed")
"""How the source of a value begins that is not an estimate for its sector."""


def elasticities() -> str:
    """Return the page of sets of trade elasticities."""
    sets = elasticity_sets()
    default = open_world(DEFAULT).elasticity_set
    about = []
    for name, values in sets.items():
        theta = [values[s][0] for s in labels.SECTORS_37]
        own = [values[s][1] for s in labels.SECTORS_50 if not values[s][1].startswith(FILLED)]
        sources = dict.fromkeys(re.split(r", sector|; [\d.]+ capped", source)[0] for source in own)
        mark = " (default)" if name == default else ""
        span = f"{min(theta):.3g} to {max(theta):.3g}"
        about.append((f"`{name}`{mark}", span, f"{len(own)} of 50", "; ".join(sources)))
    codes = [s for s in labels.sectors() if all(s in values for values in sets.values())]
    rows = [
        (f"`{s}`", labels.sector_name(s), *(f"{values[s][0]:.4g}" for values in sets.values()))
        for s in codes
    ]
    return (
        "# Trade elasticities\n\n"
        "Theta, positive: the elasticity of relative tariff-inclusive spending with respect to "
        "relative duty-paid prices. A published elasticity of trade value net of duty is "
        "theta + 1. `--elasticities NAME` or `world.with_elasticity_set(NAME)` chooses a set; "
        "`data/elasticities.csv` in the package has the source of every single value, what was "
        "capped, and how sectors without an estimate were filled.\n\n"
        + _table(("set", "theta, 37 sectors", "sectors with an estimate", "sources"), about)
        + "\n## By sector\n\n"
        + _table(("sector", "name", *(f"`{n}`" for n in sets)), rows)
    )


def _table(head: tuple[str, ...], rows: list[Any]) -> str:
    """Return a Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "".join(
        "| " + " | ".join(str(cell).replace("\n", " ") for cell in row) + " |\n" for row in lines
    )


if __name__ == "__main__":
    main()
