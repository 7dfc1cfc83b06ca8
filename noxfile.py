"""What is asked of a change, by name: ``nox -l`` lists it, ``nox`` asks what must hold to land.

Every session has an environment of its own; ``nox -R`` takes the one of last time.
"""

from __future__ import annotations

from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "types", "docs", "test"]

PYTHONS = ["3.11", "3.12", "3.13"]
DAY = "2026-11-29"


@nox.session(python=PYTHONS)
def test(session: nox.Session) -> None:
    """Run the tests, or those that are named: nox -s test-3.12 -- tests/ledger."""
    session.install(".[test]")
    session.run("pytest", *session.posargs)


@nox.session
def slow(session: nox.Session) -> None:
    """Run the long studies: random worlds, coverage of ranges, replications, more identities."""
    session.install(".[test]")
    session.run("pytest", "-m", "slow", *session.posargs)
    thorough = {"HYPOTHESIS_PROFILE": "thorough"}
    session.run("pytest", "tests/properties", *session.posargs, env=thorough)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format; nothing is changed."""
    session.install("ruff>=0.9")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    session.install(".[dev]")
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """Write the pages that are made, and run what the others show."""
    session.install("-e", ".[test]")
    session.run("python", "tools/make_docs.py")
    session.run("python", "tools/make_record.py")
    session.run("pytest", "tests/test_docs.py", "tests/docs", *session.posargs)


@nox.session
def golden(session: nox.Session) -> None:
    """Compare every answer with a folder of older ones: nox -s golden -- OLDER NEW."""
    session.install("-e", ".[test]")
    older, new = session.posargs
    session.run("python", "-m", "tools.golden", "take", new)
    session.run("python", "-m", "tools.golden", "compare", older, new)


@nox.session
def house(session: nox.Session) -> None:
    """Tell circles of imports, sizes by room, names that stand twice."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "tools.house", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build a wheel, install it where nothing else is, and ask it a question."""
    session.install("build>=1.2")
    folder = Path(session.create_tmp())
    session.run("python", "-m", "build", "--wheel", "--outdir", str(folder))
    session.install(*(str(wheel) for wheel in folder.glob("*.whl")))
    with session.chdir(folder):
        session.run("countervail", "run", "canada-china", "--draws", "0", "--today", DAY)
