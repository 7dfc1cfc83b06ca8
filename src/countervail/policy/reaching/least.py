"""The least changes that meet goals: sequential quadratic programming with an exact penalty.

Minimise half the sum of h x squared within 0 <= x <= u, subject to c_m(x) >= 0 for a few goals m.
Every step solves a quadratic programme with linearised goals and a diagonal Hessian, exactly,
through its dual, which has as many unknowns as there are goals; multipliers are held below a
penalty, so that a programme without a solution still has an answer, the least sum of shortfalls
(Fletcher 1987, "Practical Methods of Optimization", chapter 12, the Sl1QP method). The Hessian is
that of the Lagrangian of goals that are separable in what each lever stands on, which grows like
exp(theta x). First steps are taken where they lower effort plus penalty times shortfall; last ones
are mixed (Anderson 1965), as ``climb`` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.policy.evaluator import Evaluated
from countervail.policy.rates.climb import Evaluate
from countervail.policy.rates.mixing import Mixer

Array = NDArray[np.float64]

MOST_STEPS, MOST_HALVINGS = 60, 12
"""First steps of a search at most, and halvings of one step."""

NEAR_RELATIVE_STEP = 0.05
"""First steps end where the next is this small beside where they are: then steps are mixed."""

MOST_POLISHING, MIXED_STEPS, LOST_TIMES = 80, 10, 1e3
"""Mixed steps at most, how many of them are mixed, and how much worse one may be than the best."""

CLOSE_PART_OF_GOAL = 1e-9
"""Part of a goal (or of its log) that may be missing where a search ends."""

STILL_RELATIVE_STEP = 1e-8
"""A search ends where the next step is this small, in effort's own measure, beside where it is."""

BOLD, CAREFUL = 0.1, 2.0
"""Least curvature of a lever in a step, as a part of that of its effort: for long or short steps.
What is least is often one of several: bold and careful steps come to different ones."""

PATIENCE_STEPS = 15
"""Mixed steps that bring nothing before mixing ends."""

MOST_ROUNDS, STIFF = 8, 30.0
"""Rounds of the augmented Lagrangian at most, and its penalty on the scale of the goals' slopes."""

PROVEN_GRADIENT, ENOUGH_GRADIENT = 1e-7, 1e-6
"""Relative projected gradient at which a search needs no other method, and at which (shortfalls
likewise) that one hands back."""

AT_BOUND_PART = 1e-7
"""A lever this near its bound, as a part of it, is at it."""

PENALTY = 100.0
"""Penalty on a shortfall of the whole (or of one log) over the effort of all levers at bounds."""

HARDER = 1e4
"""What the penalty is raised by before goals are said to be out of reach together."""


class Programme(NamedTuple):
    """What is asked.

    Attributes:
        evaluate: how far beyond each goal changes lead, negative where short of it; the curvature
            is theta, how fast slopes grow.
        effort: h, [lever].
        most: u, bounds, [lever].
        floor: least curvature of a lever in a step, as a part of that of its effort.
        stern: by how much more than others missing each goal is penalised, [goal] or one number.
    """

    evaluate: Evaluate
    effort: Array
    most: Array
    floor: float = BOLD
    stern: Array | float = 1.0

    def cost(self, x: Array) -> float:
        """Return the effort of changes."""
        return 0.5 * float(self.effort @ x**2)

    def penalty(self, goals: int, harder: float = 1.0) -> Array:
        """Return what missing each goal by the whole of it, or by one log, counts, [goal]."""
        return harder * PENALTY * self.cost(self.most) * np.broadcast_to(self.stern, goals)

    def inside(self, x: Array) -> Array:
        """Return changes within their bounds; what rounding leaves of room is none."""
        part = np.clip(x / self.most, 0.0, 1.0)
        part = np.where(part < AT_BOUND_PART, 0.0, np.where(part > 1.0 - AT_BOUND_PART, 1.0, part))
        return np.asarray(part * self.most)


class Least(NamedTuple):
    """Where a search ended.

    Attributes:
        x: changes, [lever].
        seen: what they come to.
        price: multiplier of each goal: effort per unit more of it, [goal].
        gradient: largest projected gradient of the Lagrangian, each over the root of its effort's
            curvature, relative to the same of the goals' own gradient.
        ahead: the next step, [lever].
        step: how far it would go, in effort's own measure, relative to where it is.
    """

    x: Array
    seen: Evaluated
    price: Array
    ahead: Array
    gradient: float
    step: float

    @property
    def short(self) -> float:
        """The largest shortfall."""
        return float(np.maximum(-self.seen.values, 0.0).max(initial=0.0))


class Top(NamedTuple):
    """The most that one goal can be brought to.

    Attributes:
        x: changes, [lever].
        seen: what they come to.
        left: what could still be gained, to first order.
        ends: results of the searches for it, measured beyond the goal.
    """

    x: Array
    seen: Evaluated
    left: float
    ends: tuple[float, ...] = ()

    def left_of_all(self, programme: Programme) -> float:
        """Return what could still be gained as a part of what all levers could add."""
        whole = float((np.abs(self.seen.slopes) @ programme.most).max())
        return self.left / whole if whole > 0 else 0.0


def least(programme: Programme, start: Array, harder: float = 1.0) -> Least:
    """Return the least changes near a start that meet the goals, or miss them by least.

    Args:
        programme: what is asked.
        start: first changes.
        harder: raises the penalty.
    """
    seen = programme.evaluate(start)
    penalty = programme.penalty(len(seen.values), harder)
    at = _at(programme, start, seen, np.zeros(len(seen.values)), penalty)
    for _ in range(MOST_STEPS):
        if at.step < NEAR_RELATIVE_STEP:
            break
        ahead = _moved(programme, at, penalty)
        if ahead is None:
            break
        at = ahead
    at = _polished(programme, at, penalty)
    if at.gradient > PROVEN_GRADIENT and (at.price < 0.99 * penalty).all():
        at = _polished(programme, _augmented(programme, at, penalty), penalty)
    return at


def _augmented(programme: Programme, at: Least, penalty: Array) -> Least:
    """Return where the augmented Lagrangian leads, minimised by L-BFGS-B: slower, and surer.

    Levers that act on one flow bend the goals together, which steps with a diagonal Hessian miss.
    """
    from scipy.optimize import minimize

    best, price, unit = at, at.price, np.sqrt(programme.effort)
    stiff = STIFF / np.maximum((at.seen.slopes**2 / programme.effort).sum(axis=1), 1e-300)

    def lagrangian(scaled: Array) -> tuple[float, Array]:
        x = programme.inside(scaled / unit)
        seen = programme.evaluate(x)
        pressed = np.maximum(price - stiff * seen.values, 0.0)
        worth = float(((pressed**2 - price**2) / (2.0 * stiff)).sum())
        return programme.cost(x) + worth, (programme.effort * x - pressed @ seen.slopes) / unit

    x = at.x
    for _ in range(MOST_ROUNDS):
        made = minimize(
            lagrangian,
            x * unit,
            jac=True,
            method="L-BFGS-B",
            bounds=[(0.0, float(most)) for most in programme.most * unit],
            options={"maxiter": 40, "maxcor": 30, "ftol": 1e-15, "gtol": 1e-9},
        )
        x = programme.inside(made.x / unit)
        seen = programme.evaluate(x)
        price = np.maximum(price - stiff * seen.values, 0.0)
        end = _at(programme, x, seen, price, penalty)
        if end.gradient + end.short < best.gradient + best.short:
            best = end
        if end.gradient < ENOUGH_GRADIENT and end.short < ENOUGH_GRADIENT:
            break
    return best


def found_at(programme: Programme, x: Array, seen: Evaluated) -> Least:
    """Return changes as a search would that ended there, nothing further being solved."""
    penalty = programme.penalty(len(seen.values))
    return _at(programme, x, seen, np.zeros(len(seen.values)), penalty)


def _polished(programme: Programme, at: Least, penalty: Array) -> Least:
    """Return changes that a further step would not move, by Anderson mixing of such steps."""
    best, unit = at, np.sqrt(programme.effort)
    mixer, wasted = Mixer(MIXED_STEPS), 0
    for _ in range(MOST_POLISHING):
        if at.step < STILL_RELATIVE_STEP:
            break
        move = mixer.move(at.x * unit, at.ahead * unit)
        x = programme.inside(at.x + move / unit)
        at = _at(programme, x, programme.evaluate(x), at.price, penalty)
        if at.step < best.step:
            best, wasted = at, 0
            continue
        wasted += 1
        if wasted > PATIENCE_STEPS or at.step > LOST_TIMES * best.step:
            break
    return best


def top(programme: Programme, goal: int) -> Top:
    """Return the most that one goal can be brought to within the bounds.

    From all levers at their bounds, levers that do harm are taken back, and what is left is
    climbed by L-BFGS-B (Byrd, Lu, Nocedal, Zhu 1995). Where that is short of the goal, it is
    climbed from no lever used and from half the bounds as well.
    """
    first = _from_bounds(programme, goal)
    found = [first]
    if first.seen.values[goal] < 0.0:
        starts = np.zeros(len(programme.most)), programme.most / 2.0
        found += [_climbed(programme, _top_at(programme, x, goal), goal) for x in starts]
    best = max(found, key=lambda one: float(one.seen.values[goal]))
    return best._replace(ends=tuple(float(one.seen.values[goal]) for one in found))


def _from_bounds(programme: Programme, goal: int) -> Top:
    """Return the most that is found from all levers at their bounds."""
    best = _top_at(programme, np.array(programme.most), goal)
    for _ in range(5):
        if best.left < CLOSE_PART_OF_GOAL:
            return best
        ahead = _top_at(programme, np.where(best.seen.slopes[goal] > 0, programme.most, 0.0), goal)
        if ahead.seen.values[goal] <= best.seen.values[goal]:
            break
        best = ahead
    return _climbed(programme, best, goal)


def _climbed(programme: Programme, best: Top, goal: int) -> Top:
    from scipy.optimize import minimize

    def downhill(scaled: Array) -> tuple[float, Array]:
        nonlocal best
        here = _top_at(programme, np.clip(scaled, 0.0, 1.0) * programme.most, goal)
        if here.seen.values[goal] > best.seen.values[goal]:
            best = here
        return -float(here.seen.values[goal]), -here.seen.slopes[goal] * programme.most

    minimize(
        downhill,
        best.x / programme.most,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, 1.0)] * len(best.x),
        options={"maxiter": 60, "ftol": 1e-13, "gtol": 1e-10},
    )
    return best


def _top_at(programme: Programme, x: Array, goal: int) -> Top:
    seen = programme.evaluate(x)
    slope = seen.slopes[goal]
    room = np.where(slope > 0, programme.most - x, x)
    return Top(x, seen, float((np.abs(slope) * room).sum()))


def _step(
    programme: Programme, x: Array, seen: Evaluated, price: Array, penalty: Array
) -> tuple[Array, Array]:
    """Return the step that the quadratic programme suggests, and the multipliers of the goals."""
    h = programme.effort
    bend = (price @ seen.slopes) * seen.curvature
    curvature = np.maximum(h - bend, programme.floor * h)
    low, high = -x, programme.most - x

    def step(price: Array) -> Array:
        return np.asarray(np.clip((price @ seen.slopes - h * x) / curvature, low, high))

    # what is worth most, were all levers free: the scale on which multipliers are looked for
    size = (seen.slopes**2 / curvature).sum(axis=1)
    scale = 1.0 / np.sqrt(np.where(size > 0, size, 1.0))
    price = _dual(seen, step, curvature, low, high, h * x, price / scale, scale, penalty) * scale
    return step(price), price


def _dual(
    seen: Evaluated,
    step: Callable[[Array], Array],
    curvature: Array,
    low: Array,
    high: Array,
    pull: Array,
    start: Array,
    scale: Array,
    penalty: Array,
) -> Array:
    """Return the multipliers, in units of their scale: the least of the convex dual."""
    from scipy.optimize import minimize

    slope = seen.slopes * scale[:, None]
    value = seen.values * scale
    bound = penalty / scale

    def dual(price: Array) -> tuple[float, Array]:
        d = step(price * scale)
        worth = price @ value + ((price @ slope - pull) * d - 0.5 * curvature * d * d).sum()
        return float(worth), value + slope @ d

    first = np.clip(start, 0.0, bound)
    unit = max(abs(dual(first)[0]), np.abs(value).max(), 1e-300)
    made = minimize(
        lambda price: tuple(part / unit for part in dual(price)),
        first,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, float(b)) for b in bound],
        options={"maxiter": 200, "ftol": 1e-15, "gtol": 1e-14},
    )
    return _newton(np.asarray(made.x), dual, slope, step, scale, curvature, low, high, bound)


def _newton(
    price: Array,
    dual: Callable[[Array], tuple[float, Array]],
    slope: Array,
    step: Callable[[Array], Array],
    scale: Array,
    curvature: Array,
    low: Array,
    high: Array,
    bound: Array,
) -> Array:
    """Return multipliers polished by Newton's method on those that no bound holds."""

    def left(price: Array) -> tuple[float, Array, NDArray[np.bool_]]:
        gap = dual(price)[1]
        held = (price <= 0.0) & (gap >= 0.0) | (price >= bound) & (gap <= 0.0)
        return float(np.abs(np.where(held, 0.0, gap)).max(initial=0.0)), gap, ~held

    size, gap, free = left(price)
    for _ in range(30):
        d = step(price * scale)
        inside = (d > low) & (d < high)
        if size == 0.0 or not free.any() or not inside.any():
            break
        rows = slope[np.ix_(free, inside)]
        hessian = (rows / curvature[inside]) @ rows.T
        move = np.zeros_like(price)
        move[free] = np.linalg.lstsq(hessian, -gap[free], rcond=1e-12)[0]
        ahead = np.clip(price + move, 0.0, bound)
        size_ahead, gap_ahead, free_ahead = left(ahead)
        if size_ahead >= size:
            break
        price, size, gap, free = ahead, size_ahead, gap_ahead, free_ahead
    return price


def _moved(programme: Programme, at: Least, penalty: Array) -> Least | None:
    """Return where a step leads that lowers effort and penalty together; None where none does."""

    def merit(x: Array, seen: Evaluated) -> float:
        return programme.cost(x) + float(penalty @ np.maximum(-seen.values, 0.0))

    here, part = merit(at.x, at.seen), 1.0
    for _ in range(MOST_HALVINGS):
        x = programme.inside(at.x + part * at.ahead)
        seen = programme.evaluate(x)
        if merit(x, seen) < here:
            return _at(programme, x, seen, at.price, penalty)
        part /= 2.0
    return None


def _at(programme: Programme, x: Array, seen: Evaluated, price: Array, penalty: Array) -> Least:
    """Return where a search stands, with the next step and its measures."""
    h = programme.effort
    step, price = _step(programme, x, seen, price, penalty)
    wanted = price @ seen.slopes
    slope = h * x - wanted
    stuck = (x <= 0.0) & (slope > 0) | (x >= programme.most) & (slope < 0)
    largest = np.abs(wanted / np.sqrt(h)).max(initial=0.0)
    gradient = np.abs(np.where(stuck, 0.0, slope) / np.sqrt(h)).max(initial=0.0)
    size, moved = np.sqrt(h @ x**2), np.sqrt(h @ step**2)
    return Least(
        x,
        seen,
        price,
        step,
        float(gradient / largest) if largest > 0 else float(gradient),
        float(moved / size) if size > 0 else float(moved > 0),
    )
