"""Charts: no two texts meet, none leaves its figure, marks stand where their rows say."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ElementTree
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countervail.present.charts.arrows import BeforeAfter, arrows
from countervail.present.charts.bubbles import MatrixCell, bubbles
from countervail.present.charts.butterfly import WorthToBoth, butterfly
from countervail.present.charts.canvas import Drawing, tone
from countervail.present.charts.dots import Interval, dots
from countervail.present.charts.doubt import ShareOfDoubt, doubt
from countervail.present.charts.pairs import BarList, SignedBar, pairs
from countervail.present.charts.paths import Reached, YearPath, paths
from countervail.present.charts.scales import Numerals, Scale
from countervail.present.charts.scatter import PackageDot, scatter
from countervail.present.charts.stairs import Stairs, StairStep, stairs
from countervail.present.charts.strip import ModelRow, OtherAnswer, strip
from countervail.present.charts.timeline import LawLane, LawStep, timeline
from countervail.present.charts.tokens import NARROW, WIDE
from countervail.present.charts.waterfall import PartOfWhole, Whole, waterfall

WIDTHS = (WIDE, NARROW)
FEW = settings(max_examples=6, deadline=None)

names = st.sampled_from(
    [
        *("Canada", "China", "Laos", "canola seed", "A", "Wholesale and retail trade"),
        *("<script>alert('x')</script>", 'Other "aquatic" products & parts', "صادرات كندا"),
        *("Bolivarian Republic of Venezuela and its many provinces, x", "W" * 60, "mmmmmm " * 9),
    ]
)
numbers = st.one_of(
    st.floats(-1e4, 1e4), st.floats(-1e-6, 1e-6), st.sampled_from([0.0, -99.8, 1e-9, 5e6, 1.0])
)
sizes = st.integers(1, 9)


def words(scale: Scale, value: float) -> str:
    return scale.words(value, signed=True)


def said(value: float) -> str:
    return Numerals().written(value, 1 if abs(value) < 10 else 0, signed=True)


@st.composite
def triples(draw: st.DrawFn) -> tuple[float, float, float, float]:
    low, median, high = sorted(draw(st.tuples(numbers, numbers, numbers)))
    return low, median, high, draw(st.one_of(st.just(median), numbers))


def drawn(kind: str, draw: st.DrawFn, wide: float) -> tuple[Drawing, int]:
    """A chart of random rows, and how many marks it has to have."""
    n = draw(sizes)
    many = [draw(names) for _ in range(n)]
    values = [draw(triples()) for _ in range(n)]
    keys = range(n)
    if kind == "dots":
        rows = [
            Interval(
                str(k), many[k], v[3], said(v[3]), *v[:3], f"{said(v[0])} to {said(v[2])}",
                strong=k < 2, note=draw(st.sampled_from(["", "after about a year"])),
            )
            for k, v in enumerate(values)
        ]  # fmt: skip
        return dots(rows, wide, "Welfare", words), n
    if kind == "arrows":
        rows_ = [
            BeforeAfter(
                str(k), many[k], "duty ≈27 → ≈127 %", abs(v[0]), abs(v[2]),
                f"{said(v[0])} → {said(v[2])}", said(v[1]), abs(v[1]), abs(v[1]) + 1.0,
            )
            for k, v in enumerate(values)
        ]  # fmt: skip
        return arrows(rows_, wide, "Sales", words), n
    if kind == "pairs":
        bars = [
            SignedBar(str(k), many[k], v[3], said(v[3]), *v[:3:2]) for k, v in enumerate(values)
        ]
        lists = [BarList("Canada sells to", tuple(bars)), BarList(many[0], tuple(bars[:3]))]
        return pairs(lists[: draw(st.integers(1, 2))], wide, "Trade"), -1
    if kind == "waterfall":
        parts = [
            PartOfWhole(str(k), many[k], v[1] % 150 - 20, said(v[1] % 150))
            for k, v in enumerate(values)
        ]
        wholes = [
            Whole(f"Party {k}", tuple(parts), "All", "100 %", True)
            for k in range(draw(st.integers(1, 2)))
        ]
        return waterfall(wholes, wide, "Parts"), len(wholes) * (n + 1)
    if kind == "doubt":
        shares = [
            ShareOfDoubt(str(k), many[k], abs(v[1]), said(v[1]), abs(v[0]), abs(v[0]) + 9)
            for k, v in enumerate(values)
        ]
        return doubt(shares, wide, "Doubt"), n
    if kind == "strip":
        models = [
            ModelRow(
                many[k],
                tuple(OtherAnswer(f"{k} {m}", x, said(x)) for m, x in enumerate(values[k][:2])),
                *((v[0], v[2]) if not k else ()),
            )
            for k, v in enumerate(values)
        ]
        return strip(models, wide, "Models", words), 2 * n
    if kind == "timeline":
        first = date(2018, 1, 1)
        lanes = []
        for k in keys:
            start = first + timedelta(days=draw(st.integers(0, 3000)))
            steps = [LawStep(start, None, f"+{k} % from {start}", draw(st.booleans()))]
            if draw(st.booleans()):
                turn = start + timedelta(days=draw(st.integers(2, 900)))
                steps = [steps[0]._replace(end=turn), LawStep(turn, None, f"+25 % from {turn}")]
            known = start - timedelta(days=draw(st.integers(0, 400)))
            lanes.append(
                LawLane(
                    str(k),
                    many[k // 3],
                    many[k],
                    draw(st.sampled_from([None, known])),
                    tuple(steps),
                )
            )
        as_of = first + timedelta(days=draw(st.integers(30, 4000)))
        return timeline(lanes, wide, as_of, "12 Jan 2026", "Law"), sum(
            len(lane.steps) for lane in lanes
        )
    if kind == "butterfly":
        worth = [
            WorthToBoth(str(k), many[k // 3], many[k], v[0], v[2], said(v[0]), said(v[2]))
            for k, v in enumerate(values)
        ]
        return butterfly(worth, (many[0], "China"), wide, "Worth"), 2 * n
    if kind == "stairs":
        steps_ = [StairStep(str(k), many[k], v[0], v[2], said(v[2])) for k, v in enumerate(values)]
        both = [Stairs(f"{many[0]}", tuple(steps_)), Stairs("China", tuple(steps_))]
        return stairs(both, wide, "Order"), 2 * n
    if kind == "scatter":
        packages = [
            PackageDot(
                str(k),
                v[0],
                v[2],
                said(v[0]),
                many[k] if k < 5 else "",
                (v[0], v[2], v[0], v[2]) if not k else None,
            )
            for k, v in enumerate(values)
        ]
        return scatter(
            packages, ("Canada gains", "China gains"), wide, "Packages", words, range(n)
        ), n
    if kind == "paths":
        lines = [
            YearPath(str(k), many[k], (2025.0, 2030.0, 2035.0), v[:3], said(v[2]), k > 0)
            for k, v in enumerate(values[:3])
        ]
        at = values[0]
        return paths(lines, wide, "Paths", words, Reached(at[0], at[2], "what it reaches")), len(
            lines
        ) + 1
    assert kind == "bubbles"
    cells = [
        MatrixCell(k, m, v[m], said(v[m]), f"{many[k]} {said(v[m])}")
        for k, v in enumerate(values)
        for m in range(3)
    ]
    return bubbles(
        many, ["Agriculture", "Motor vehicles", many[0]], cells, wide, "Routes", 10.0
    ), 3 * n


KINDS = (
    *("dots", "arrows", "pairs", "waterfall", "doubt", "strip", "timeline", "butterfly", "stairs"),
    *("scatter", "paths", "bubbles"),
)


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(data=st.data(), wide=st.sampled_from(WIDTHS))
def test_no_texts_meet_and_none_leaves_its_figure(
    kind: str, wide: int, data: st.DataObject
) -> None:
    drawing, marks = data.draw(st.composite(lambda draw: drawn(kind, draw, wide))())
    for a, b in itertools.combinations(drawing.boxes, 2):
        assert not a.meets(b), (a, b)
    for box in drawing.boxes:
        assert box.left >= -0.01, box
        assert box.right <= drawing.width + 0.01, box
        assert box.top >= -0.01, box
        assert box.bottom <= drawing.height + 0.01, box
    ElementTree.fromstring(drawing.alone())
    assert "<script" not in drawing.inline()
    if marks >= 0:
        found = drawing.inline().count("data-k=")
        assert found == marks or (kind == "scatter" and found <= marks)


def found(drawing: Drawing, name: str) -> dict[str, dict[str, str]]:
    """The marks of a drawing that are such an element, by key."""
    marks = re.findall(rf'<{name} ([^>]*data-k="[^"]*")', drawing.body)
    every = [dict(re.findall(r'([a-z0-9-]+)="([^"]*)"', mark)) for mark in marks]
    return {mark["data-k"]: mark for mark in every}


def test_a_dot_stands_where_its_row_says() -> None:
    rows = [
        Interval("CAN", "Canada", -0.027, "−0.027", -0.0375, -0.0285, -0.0202, "", strong=True),
        Interval("LAO", "Laos", 0.002, "+0.002", 0.001, 0.002, 0.003),
        Interval("TWN", "Taiwan", 0.001, "+0.001", -0.001, 0.001, 0.003),
    ]
    for wide in WIDTHS:
        drawing = dots(rows, wide, "Welfare", words)
        marks = found(drawing, "circle")
        zero = float(re.findall(r'class="zl" x1="([^"]+)"', drawing.body)[0])
        left = float(re.findall(r'class="iv loss" x1="([^"]+)"', drawing.body)[0])
        unit = (zero - left) / 0.0375
        for row in rows:
            assert float(marks[row.key]["cx"]) == pytest.approx(zero + unit * row.value, abs=0.3)
        # sign, side of zero and class agree; a range that holds zero is grey
        assert [marks[k]["class"] for k in ("CAN", "LAO", "TWN")] == [
            "dt loss", "dt gain", "dt neu"
        ]  # fmt: skip


def test_bars_start_at_zero_and_are_as_long_as_their_values() -> None:
    bars = (SignedBar("a", "China", -220.0, "−220"), SignedBar("b", "Brazil", 55.0, "+55"))
    marks = found(pairs([BarList("", bars)], WIDE, "Trade"), "rect")
    long, short = (float(marks[key]["width"]) for key in "ab")
    assert long == pytest.approx(4 * short, abs=0.2)
    assert float(marks["a"]["x"]) + long == pytest.approx(float(marks["b"]["x"]), abs=0.1)
    steps = found(
        stairs([Stairs("Canada", (StairStep("1", "Seed", 100.0, 150.0, "+150"),))], WIDE, "Order"),
        "rect",
    )
    assert float(steps["1"]["width"]) > 0


def test_parts_of_a_whole_end_where_the_whole_ends() -> None:
    parts = tuple(
        PartOfWhole(str(k), f"part {k}", s, "") for k, s in enumerate((70.0, 40.0, -10.0))
    )
    marks = found(waterfall([Whole("Canada", parts, "All", "100", True)], WIDE, "Parts"), "rect")
    whole, last = marks["Canada all"], marks["2"]
    assert float(last["x"]) == pytest.approx(float(whole["x"]) + float(whole["width"]), abs=0.2)
    assert last["class"] == "br gain"  # it works against a loss
    assert float(marks["1"]["x"]) == pytest.approx(
        float(marks["0"]["x"]) + float(marks["0"]["width"]), abs=0.2
    )


def test_a_bar_of_law_begins_on_its_day() -> None:
    first, turn, last = date(2025, 1, 1), date(2025, 4, 1), date(2025, 7, 1)
    lane = LawLane(
        "seed", "China", "canola", None, (LawStep(first, turn, "a"), LawStep(turn, None, "b"))
    )
    drawing = timeline([lane], WIDE, last, "1 Jul 2025", "Law")
    one, two = (
        float(x)
        for x in re.findall(r'class="law" x="[^"]+" y="[^"]+" width="([^"]+)"', drawing.body)
    )
    assert one / two == pytest.approx((turn - first) / (last - turn), rel=0.01)


def test_area_of_a_circle_is_its_amount() -> None:
    cells = [MatrixCell(0, 0, 100.0, "", ""), MatrixCell(0, 1, 25.0, "", "")]
    marks = found(bubbles(["a"], ["x", "y"], cells, WIDE, "Routes", 1e9), "circle")
    assert float(marks["0 0"]["r"]) == pytest.approx(2 * float(marks["0 1"]["r"]), rel=0.01)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
@settings(max_examples=60, deadline=None)
def test_ticks_are_round_few_and_hold_zero(a: float, b: float) -> None:
    scale = Scale.holding([a, b], 0.0, 100.0)
    ticks = scale.ticks()
    assert 1 <= len(ticks) <= 6
    assert 0.0 in ticks
    mantissa = float(f"{scale.step:e}".split("e")[0])
    assert mantissa == pytest.approx(round(mantissa))
    assert round(mantissa) in (1, 2, 5)


def test_numbers_have_a_true_minus_and_zero_no_sign() -> None:
    french = Numerals(",", "\u202f")
    assert Numerals().written(-1234.5, 1, True) == "−1,234.5"
    assert french.written(1234.5, 1, True) == "+1\u202f234,5"
    assert Numerals().written(-0.001, 1, True) == "0.0"


def test_tone_is_grey_where_the_range_holds_zero() -> None:
    assert [tone(1.0), tone(-1.0), tone(0.0)] == ["gain", "loss", "neu"]
    assert [tone(1.0, -1.0, 2.0), tone(1.0, 0.5, 2.0)] == ["neu", "gain"]
