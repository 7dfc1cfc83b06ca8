"""Draw how the residual falls, sweep by sweep: ``python -m benchmarks.convergence OUT.svg``.

The same question (81 x 37, the United States adds 10 to 50 points on goods, half answered) by the
plain iteration with and without a damped wage step, and by Anderson mixing with several memories;
and Anderson's ten on harder questions. Needs matplotlib: ``pip install '.[bench]'``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import countervail as cv
from benchmarks.worlds import us_tariffs
from countervail import bridge
from countervail.core import ladder
from countervail.core.model import Baseline, Shock
from countervail.core.solver import Settings, anderson
from countervail.core.steps import step_of
from countervail.core.unknowns import pack, stopping_scale
from countervail.provenance import whole_file
from countervail.state import SOLVE_TO_RESIDUAL

Array = NDArray[np.float64]
AIM = 1e-12


def main() -> None:
    """Solve and draw."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.convergence", description=__doc__)
    options.add_argument("out", type=Path, help="SVG file to write")
    draw(options.parse_args().out)


def draw(out: Path) -> None:
    """Write both panels to an SVG file, whole or not at all."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "countervail"  # the same drawing is the same file
    from matplotlib import pyplot as plt

    world = cv.open_world()
    base = bridge.baseline(world)
    resolved = us_tariffs(world).resolve(world)
    study = bridge.shock_of(resolved.after, resolved)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.0, 3.6), sharey=True)
    for name, run in methods().items():
        left.semilogy(run(base, study), label=name)
    for name, shock in questions(world, base, study).items():
        right.semilogy(iterated(FAST)(base, shock), label=name)
    left.set(title="One question, several ways", xlabel="sweeps", ylabel="residual", ylim=(AIM, 10))
    right.set(title="Anderson, memory 10, several questions", xlabel="sweeps")
    for panel in (left, right):
        panel.axhline(SOLVE_TO_RESIDUAL, color="0.6", linewidth=0.8, linestyle=":")
        panel.legend(frameon=False, fontsize=8)
        panel.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    with whole_file(out) as part:
        figure.savefig(part, format="svg", metadata={"Date": None})
    plt.close(figure)


FAST = ladder.FAST
MODEL = cv.CaliendoParro()
PLAIN = FAST._replace(newton=False, wage_step=0.4)
Run = Callable[[Baseline, Shock], list[float]]


def methods() -> dict[str, Run]:
    """Return the ways shown, the solver's own last."""
    return {
        "plain, whole wage step": plain(PLAIN._replace(wage_step=1.0)),
        "plain, 0.4 of it": plain(PLAIN),
        "plain, the step of countries": plain(FAST),
        "memory 5, the step of countries": iterated(FAST._replace(memory=5)),
        "memory 10, 0.4 of the wage step": iterated(PLAIN),
        "memory 10, the step of countries": iterated(FAST),
    }


def questions(world: cv.World, base: Baseline, study: Shock) -> dict[str, Shock]:
    """Return the study's shock and harder ones."""
    us = world.country("USA")
    goods = (base.tariff > 0).any(axis=(1, 2))
    own = np.eye(len(world.countries), dtype=bool)

    def added(points: float, importers: list[int] | slice) -> Shock:
        tariff = base.tariff.copy()
        tariff[np.ix_(goods, np.arange(len(own))[importers])] += points
        tariff[:, own] = 0.0
        return Shock(tariff_new=tariff)

    return {
        "US +10 to +50 points, half answered": study,
        "US +1000 points": added(10.0, [us]),
        "everybody +300 points": added(3.0, slice(None)),
        "everybody +1000 points": added(10.0, slice(None)),
    }


def plain(settings: Settings, sweeps: int = 120) -> Run:
    """Return the iteration that takes what the map implies, wages a step on it."""

    def run(base: Baseline, shock: Shock) -> list[float]:
        seen, point, implied = watched(base, shock)
        step = step_of(MODEL, base, settings)
        with np.errstate(all="ignore"):  # it may diverge: that is shown
            for _ in range(sweeps):
                point = point + step.taken(implied(point) - point)
                if not seen[-1] < 1e6:
                    break
        return seen

    return run


def iterated(settings: Settings) -> Run:
    """Return Anderson mixing with the given settings."""

    def run(base: Baseline, shock: Shock) -> list[float]:
        seen, point, implied = watched(base, shock)
        anderson(implied, point, step_of(MODEL, base, settings), AIM, settings)
        return seen

    return run


def watched(base: Baseline, shock: Shock) -> tuple[list[float], Array, Callable[[Array], Array]]:
    """Return a list that fills with residuals, the first guess, and the map that fills it."""
    weights = MODEL.prepare(base, shock)
    sweep, scale = (
        ladder.as_vectors(MODEL, base, weights),
        stopping_scale(MODEL.unknowns, base, weights.trade_elasticity),
    )
    seen: list[float] = []

    def implied(point: Array) -> Array:
        image = sweep(point)
        seen.append(float(np.abs((image - point) * scale).max()))
        return image

    return seen, pack(MODEL.guess(base).blocks), implied


if __name__ == "__main__":
    main()
