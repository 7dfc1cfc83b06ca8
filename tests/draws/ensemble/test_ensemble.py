"""Ensembles: every draw is solve's, the same whatever the workers, and none is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import countervail as cv
from countervail import clock, solving
from countervail.draws import runner
from countervail.draws.draw import Draw
from countervail.draws.ensemble.door import _together
from countervail.draws.ensemble.result import quantile
from countervail.draws.priors import Priors
from countervail.draws.priors.files import STANDARD
from countervail.draws.runner import CHUNK_DRAWS
from countervail.draws.sampling import sobol
from countervail.draws.spread import spread
from countervail.draws.store import FOLDER, Store, clear
from countervail.errors import FileError, InputError, NoEquilibrium, NotCertified

from . import questions


@pytest.fixture(scope="module")
def asked() -> tuple[cv.World, cv.Scenario]:
    return questions.small()


@pytest.fixture(scope="module")
def drawn(asked: tuple[cv.World, cv.Scenario]) -> cv.Ensemble:
    return cv.ensemble(*asked, draws=20, workers=2, read=questions.imports)


@settings(deadline=None)  # the first loads SciPy
@given(st.integers(1, 70), st.integers(1, 6), st.integers(0, 99))
def test_samples_are_inside_and_longer_ones_go_on(draws: int, parameters: int, seed: int) -> None:
    sample = sobol(draws, parameters, seed)
    assert sample.shape == (draws, parameters)
    assert ((sample > 0) & (sample < 1)).all()
    assert (sobol(2 * draws, parameters, seed)[:draws] == sample).all()


def test_samples_fill_every_interval_and_seeds_differ() -> None:
    sample = sobol(64, 5, 3)
    for column in sample.T:
        assert sorted((column * 64).astype(int)) == list(range(64))
    assert not np.allclose(sample, sobol(64, 5, 4))
    assert sobol(5, 0, 1).shape == (5, 0)


def test_a_draw_is_the_solution_of_its_world_and_question(drawn: cv.Ensemble) -> None:
    for k in (0, 7, 19):
        world, scenario = drawn.priors.at(drawn.quantiles[k])
        alone = cv.solve(world, scenario)
        assert drawn.residual[k] <= 1e-10
        for name, values in drawn.arrays.items():
            assert values[k] == pytest.approx(alone.arrays[name], rel=1e-8, abs=1e-8), name
        imports = alone.arrays["imports_change"][0]
        assert drawn.figures["imports"][k] == pytest.approx(imports, abs=1e-8)
        assert drawn.solution(k).arrays["welfare"] == pytest.approx(alone.arrays["welfare"])


def test_the_same_seed_is_the_same_numbers_on_any_workers(
    asked: tuple[cv.World, cv.Scenario], drawn: cv.Ensemble, processes: None
) -> None:
    alone = cv.ensemble(*asked, draws=20, workers=1)
    for name, values in drawn.arrays.items():
        assert (values == alone.arrays[name]).all()
    more = cv.ensemble(*asked, draws=25, workers=2)
    assert (more.arrays["welfare"][:20] == drawn.arrays["welfare"]).all()
    other = cv.ensemble(*asked, draws=20, seed=2, workers=2)
    assert not np.allclose(other.arrays["welfare"], drawn.arrays["welfare"])


def test_ranges_are_quantiles_beside_the_point(drawn: cv.Ensemble) -> None:
    country = drawn.point.world.countries[0]
    found = drawn.range("welfare", country=country)
    assert found.value == drawn.point.arrays["welfare"][0]
    values = drawn.arrays["welfare"][:, 0]
    assert found[1:] == pytest.approx(np.quantile(values, (0.05, 0.5, 0.95), method="weibull"))
    assert found.p05 < found.p50 < found.p95
    money = drawn.range("gross_output_new", country=country)
    assert money.value == pytest.approx(drawn.point.arrays["gross_output_new"][0].sum())
    assert drawn.ranges("welfare").shape == (3, 3)
    assert found.as_dict().keys() == {"value", "p05", "p50", "p95"}


@given(st.integers(19, 60))
def test_quantiles_cover_one_more_draw_as_often_as_they_say(draws: int) -> None:
    """Of n + 1 exchangeable draws, the last lies below the quantile q of the others with chance q:
    exact where q (n + 1) is whole."""
    low = quantile(np.arange(1.0, draws + 1), (0.05,))[0]
    assert low == pytest.approx(max(0.05 * (draws + 1), 1.0))


def test_what_draws_do_not_keep_is_refused(drawn: cv.Ensemble) -> None:
    with pytest.raises(InputError, match=r"keeps no 'trade' .*ensemble\(read=...\)"):
        drawn.range("trade", exporter="CAN")
    with pytest.raises(InputError, match="no country 'XYZ'"):
        drawn.range("welfare", country="XYZ")
    with pytest.raises(AttributeError, match="an Ensemble has no 'welfair'"):
        _ = drawn.welfair


def test_the_dataset_has_the_draw_first_and_is_saved_whole(
    drawn: cv.Ensemble, tmp_path: Path
) -> None:
    assert drawn.welfare.dims == ("draw", "country")
    assert drawn.welfare.attrs["units"] == "per cent"
    with xr.open_dataset(drawn.save(tmp_path / "e.nc"), engine="h5netcdf") as saved:
        assert (saved["welfare"].values == drawn.arrays["welfare"]).all()
        assert saved["quantile"].shape == (20, len(drawn.priors.names))
        assert saved.attrs["certified"] == "true"
        assert "Ranges are the 5 to 95 per cent of 20 certified answers" in saved.attrs["covers"]
    with pytest.raises(cv.CountervailError, match=r"saved as \.nc"):
        drawn.save(tmp_path / "e.csv")


@pytest.mark.parametrize("draws", [0, -1, 1_000_000])
def test_how_many_draws(asked: tuple[cv.World, cv.Scenario], draws: int) -> None:
    with pytest.raises(InputError, match="0 is the point answer"):
        cv.ensemble(*asked, draws=draws)


def test_a_draw_without_an_answer_is_counted_and_explained(
    drawn: cv.Ensemble, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise NoEquilibrium("country 2 must sell and cannot")

    with monkeypatch.context() as patch:
        patch.setattr(solving, "solve_draw", refuse)
        assert drawn.job.answers(drawn.quantiles[:1]) == ["country 2 must sell and cannot"]
    (good,) = drawn.job.answers(drawn.quantiles[1:2])
    assert isinstance(good, Draw)
    found = {0: "country 2 must sell and cannot", 1: good}
    some = _together(drawn.point, drawn.job, 1, drawn.quantiles[:2], found)
    assert some.failures == {0: "country 2 must sell and cannot"}
    assert some.answered.tolist() == [False, True]
    assert np.isnan(some.arrays["welfare"][0]).all()
    assert some.range("welfare", country=some.point.world.countries[0]).p50 == pytest.approx(
        good.arrays["welfare"][0]
    )
    assert some.dataset.sizes["draw"] == 1
    assert some.settings()["answered"] == 1


def test_no_answer_at_all_is_no_ensemble(
    asked: tuple[cv.World, cv.Scenario], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: Any, **__: Any) -> Any:
        yield 0, ["why not"] * 3

    monkeypatch.setattr(runner, "spread", none)
    with pytest.raises(NotCertified, match="none of 3 draws has an answer; the first: why not"):
        cv.ensemble(*asked, draws=3)


class Counted:
    """How many tasks were really done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tasks: list[int] = []
        whole = runner.spread

        def counting(function: Any, common: Any, tasks: Any, **how: Any) -> Any:
            for number, result in whole(function, common, tasks, **how):
                self.tasks.append(number)
                yield number, result

        monkeypatch.setattr(runner, "spread", counting)


def test_an_interrupted_run_goes_on_where_it_stopped(
    asked: tuple[cv.World, cv.Scenario],
    drawn: cv.Ensemble,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted = Counted(monkeypatch)

    def stop(done: int, total: int) -> None:
        assert total == 20
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cv.ensemble(*asked, draws=20, workers=1, out=tmp_path, progress=stop)
    assert len(list((tmp_path / FOLDER).glob("*/*.npz"))) == 1
    seen: list[int] = []
    again = cv.ensemble(
        *asked, draws=20, workers=1, out=tmp_path, progress=lambda done, _: seen.append(done)
    )
    assert (again.arrays["welfare"] == drawn.arrays["welfare"]).all()
    assert seen[-1] == 20
    assert sorted(counted.tasks) == [0, CHUNK_DRAWS]  # each once, over both runs
    more = cv.ensemble(*asked, draws=24, workers=1, out=tmp_path)
    assert counted.tasks[-1] == CHUNK_DRAWS  # the last chunk is longer now; the other is kept
    assert len(counted.tasks) == 3
    assert len(more) == 24


def test_another_question_does_not_take_over_draws(
    asked: tuple[cv.World, cv.Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(monkeypatch)
    for how in ({}, {"seed": 2}, {"seed": 2, "model": cv.CaliendoParro(deficits="own_income")}):
        cv.ensemble(*asked, draws=4, workers=1, out=tmp_path, **how)
    assert counted.tasks == [0, 0, 0]


def test_a_chunk_that_cannot_be_read_is_done_again(
    asked: tuple[cv.World, cv.Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = cv.ensemble(*asked, draws=4, workers=1, out=tmp_path, read=questions.imports)
    (kept,) = (tmp_path / FOLDER).glob("*/0.npz")
    kept.write_bytes(b"half a file")
    two = cv.ensemble(*asked, draws=4, workers=1, out=tmp_path, read=questions.imports)
    assert (one.arrays["welfare"] == two.arrays["welfare"]).all()
    three = cv.ensemble(*asked, draws=4, workers=1, out=tmp_path, read=questions.imports)
    assert (three.figures["imports"] == one.figures["imports"]).all()


def test_failures_are_kept_on_disk_too(tmp_path: Path) -> None:
    draw = Draw({"welfare": np.arange(3.0)}, {"a": 1.0, "b": np.nan}, 1e-11)
    store = Store(tmp_path, {"key": 1})
    store.keep(8, [draw, "the reason"])
    del store  # which held the folder
    ((number, chunk),) = Store(tmp_path, {"key": 1}).finished()
    assert number == 8
    assert chunk[1] == "the reason"
    assert isinstance(chunk[0], Draw)
    assert chunk[0].figures["a"] == 1.0
    assert np.isnan(chunk[0].figures["b"])
    assert chunk[0].arrays["welfare"].tolist() == [0, 1, 2]
    clear(tmp_path)
    assert not (tmp_path / FOLDER).exists()


def test_priors_may_be_a_file_or_made(asked: tuple[cv.World, cv.Scenario]) -> None:
    made = cv.ensemble(*asked, draws=2, workers=1, priors=Priors.of(*asked))
    read = cv.ensemble(*asked, draws=2, workers=1, priors=STANDARD)
    assert (made.arrays["welfare"] == read.arrays["welfare"]).all()


def test_nothing_uncertain_is_no_range(asked: tuple[cv.World, cv.Scenario], tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text(
        '[elasticities]\nkind = "known"\nsets = ["fgo2025", "fgo2022"]\nsource = "here"\n'
    )
    still = cv.ensemble(*asked, draws=3, workers=1, priors=path)
    found = still.range("welfare", country=still.point.world.countries[0])
    assert found[1:] == pytest.approx((found.value,) * 3, abs=1e-8)


def test_ranges_cover_the_truth_as_often_as_they_say() -> None:
    """40 random worlds with a known truth; the study of 500 is marked slow."""
    tasks = {k: k for k in range(20, 60)}
    found = dict(spread(questions.covered, 39, tasks))
    assert 0.80 <= np.mean(list(found.values())) <= 0.98


@pytest.mark.slow
def test_ranges_cover_the_truth_as_often_as_they_say_over_500_replications() -> None:
    tasks = {k: k for k in range(1000, 1500)}
    found = dict(spread(questions.covered, 199, tasks))
    assert np.mean(list(found.values())) == pytest.approx(0.90, abs=0.03)


def test_kept_draws_are_of_one_question_even_where_files_are_moved(
    asked: tuple[cv.World, cv.Scenario], tmp_path: Path
) -> None:
    """Two runs were stopped in one folder, one is resumed: it takes in none of the other's."""
    alone = cv.ensemble(*asked, draws=4, workers=1, seed=2)
    cv.ensemble(*asked, draws=4, workers=1, seed=1, out=tmp_path)
    cv.ensemble(*asked, draws=4, workers=1, seed=2, out=tmp_path)
    one, two = sorted((tmp_path / FOLDER).glob("*/0.npz"))
    for kept in (one, two):
        other = two if kept == one else one
        kept.write_bytes(other.read_bytes())
        resumed = cv.ensemble(*asked, draws=4, workers=1, seed=2, out=tmp_path)
        assert (resumed.arrays["welfare"] == alone.arrays["welfare"]).all()


def test_a_folder_is_of_one_run_at_a_time(tmp_path: Path) -> None:
    held = Store(tmp_path, {"key": 1})
    with pytest.raises(FileError, match="another run is at work in this folder"):
        Store(tmp_path, {"key": 2})
    del held
    Store(tmp_path, {"key": 2})


def test_what_others_left_in_the_hidden_folder_stays(tmp_path: Path) -> None:
    foreign = tmp_path / FOLDER / "notes.txt"
    foreign.parent.mkdir()
    foreign.write_text("mine", "utf-8")
    Store(tmp_path, {"key": 1}).keep(0, ["why"])
    clear(tmp_path)
    assert [p.name for p in (tmp_path / FOLDER).iterdir()] == ["notes.txt"]


def test_another_day_is_no_other_question(
    asked: tuple[cv.World, cv.Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(monkeypatch)
    for day in ("2026-11-28", "2026-11-29"):
        with clock.on_day(day):
            cv.ensemble(*asked, draws=4, workers=1, out=tmp_path)
    assert counted.tasks == [0]
