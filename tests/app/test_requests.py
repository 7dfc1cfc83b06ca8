"""Requests: asked in the same words by a command and from Python, and run alike."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import countervail as cv
from countervail.app.exposure import ExposureRequest
from countervail.app.request import Progress, Request, Result, run
from countervail.app.respond.optimal import OptimalRequest
from countervail.app.run import RunRequest
from countervail.app.sweep import SweepRequest
from countervail.cli.app import command_line
from countervail.cli.command import Told, command
from countervail.draws.how import Draws
from countervail.draws.priors import Priors
from countervail.errors import InputError, NotCertified
from countervail.options import argument, asked, option, part, per_cent
from countervail.policy.rates.terms import Terms
from countervail.present.document import Document
from countervail.testing import random_world

REQUESTS = [RunRequest, SweepRequest, ExposureRequest, OptimalRequest]


@contextmanager
def quiet(_: str) -> Iterator[Progress]:
    yield lambda done, total: None


@dataclass(frozen=True, kw_only=True)
class Inner:
    size: float = per_cent(0.5, "How large.")
    kind: str = option("soft", "Which.", "--sort")


@dataclass(frozen=True, kw_only=True)
class Outer(Request):
    """Ask something."""

    who: str = argument("Somebody.")
    inner: Inner = part(Inner(size=0.2), help={"kind": "Which one."})
    many: list[str] | None = option(None, "Several.", read=lambda word: word.split("+"))

    def answer(self, show: Any) -> Result:
        raise NotImplementedError


def parameters(of: Any) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(command(of)).parameters)


def test_a_command_has_the_options_of_its_request_and_of_its_parts() -> None:
    words = parameters(Outer)
    written = ["csv", "xlsx", "report"]
    assert set(words) == {"who", "size", "kind", "many", *written, "as_json", "today"}
    assert list(words)[:4] == ["who", "size", "kind", "many"]
    assert words["who"].default is inspect.Parameter.empty
    assert words["size"].default == pytest.approx(20.0)  # the part's own default, in per cent
    kind, how = get_args(words["kind"].annotation)
    assert (kind, how.default, how.help) == (str, "--sort", "Which one.")
    assert command(Outer).__doc__ == "Ask something."


def test_what_was_written_fills_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    filled: list[Request] = []
    monkeypatch.setattr("countervail.cli.command._tell", lambda one, _: filled.append(one))
    other = {"csv": None, "xlsx": None, "report": None, "as_json": False, "today": None}
    command(Outer)(who="CAN", size=5.0, kind="hard", many="a+b", **other)
    command(Outer)(who="CAN", size=20.0, kind="soft", many=None, **other)
    given, default = filled
    assert given == Outer(who="CAN", inner=Inner(size=0.05, kind="hard"), many=["a", "b"])
    assert default == Outer(who="CAN")


@pytest.mark.parametrize("request_", REQUESTS)
def test_every_field_is_asked_for_once(request_: Any) -> None:
    names = list(parameters(request_))
    assert len(names) == len(set(names))
    own = {field.name for field in fields(request_)}
    assert own == {field.name for field, _ in asked(request_)}  # nothing that nobody can set


def test_every_question_is_a_command() -> None:
    groups = {group.name: group.typer_instance for group in command_line().registered_groups}
    respond = groups["respond"]
    assert respond is not None
    names = {one.name for one in respond.registered_commands}
    assert names == {"exposure", "optimal", "nash", "coop", "retaliate", "reach", "bargain"}


def test_parts_are_values_that_can_be_compared() -> None:
    for request in REQUESTS:
        for field in fields(request):  # type: ignore[arg-type]
            if is_dataclass(field.default):
                assert field.default == type(field.default)(**vars(field.default))


def test_a_request_gives_what_the_library_gives(tmp_path: Path) -> None:
    scenario = cv.open_scenario("canada-china")
    solution = cv.solve(cv.open_world(), scenario)
    folder = tmp_path / "answer"
    asked_for = RunRequest(scenario="canada-china", horizon="long", draws=Draws(0, out=str(folder)))
    result = run(asked_for, quiet)
    said = json.loads((folder / "result.json").read_text("utf-8"))
    assert (
        result.document.data["countries"]["CAN"]["welfare"] == said["countries"]["CAN"]["welfare"]
    )
    at = solution.world.country("CAN")
    assert said["countries"]["CAN"]["welfare"] == pytest.approx(
        float(solution.arrays["welfare"][at]), rel=1e-12
    )
    assert (folder / "solution.nc").exists()


@dataclass(frozen=True, kw_only=True)
class Stopped(Outer):
    """Ends as it is told to."""

    folder: Any = None  # type: ignore[assignment]
    failure: bool = False
    interrupted: bool = False

    def answer(self, show: Any) -> Result:
        failure = NotCertified("nothing") if self.failure else None
        return Result(document=Document([], {}), interrupted=self.interrupted, failure=failure)


@pytest.mark.parametrize("how", [{"failure": True}, {"interrupted": True}])
def test_what_is_not_whole_is_not_written(how: dict[str, bool], tmp_path: Path) -> None:
    run(Stopped(who="CAN", folder=tmp_path / "answer", **how), quiet)
    assert not (tmp_path / "answer").exists()


def test_draws_are_stated_once() -> None:
    world = random_world(np.random.default_rng(3), countries=2, sectors=1).world()
    tariff = world.tariff.copy()
    tariff[0, 1] = 0.1
    scenario = cv.Scenario.from_arrays(world, tariff=tariff)
    stated = cv.ensemble(world, scenario, draws=cv.Draws(3, seed=2, workers=1))
    by_name = cv.ensemble(world, scenario, draws=3, seed=2, workers=1)
    changed = cv.ensemble(world, scenario, draws=cv.Draws(9, workers=1), number=3, seed=2)
    for other in (by_name, changed):
        assert (stated.arrays["welfare"] == other.arrays["welfare"]).all()
    with pytest.raises(TypeError, match="worker"):
        cv.ensemble(world, scenario, draws=3, worker=1)


def test_terms_are_stated_once() -> None:
    with pytest.raises(TypeError, match="sector"):
        cv.respond.optimal(cv.open_world(), "CAN", sector=["C29"])
    assert Terms(low=0.1) == Terms(low=0.1)


def test_priors_of_one_world_are_no_file() -> None:
    world = cv.open_world()
    known = Priors.of(world, cv.Scenario.from_arrays(world))
    with pytest.raises(InputError, match="give a priors file"):
        _ = Draws(priors=known).file


def test_what_has_no_words_for_its_parts_is_read_whole() -> None:
    """A first screen names ``--show`` and ``--all``: who lacks them never sees it."""
    assert not {"show", "everything"} & set(parameters(Outer))
    assert Told.of(Outer, as_json=False, show=None, everything=False).everything
    assert {"show", "everything", "lang"} <= set(parameters(OptimalRequest))
    assert not Told.of(OptimalRequest, as_json=False, show=None, everything=False).everything
