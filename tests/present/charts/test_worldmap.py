"""The map: every economy of the built-in world is on it, in the class of its value."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countervail import World, labels
from countervail.present.charts.worldmap import OnMap, class_of, places_of, shapes, steps, worldmap


def test_every_economy_of_the_built_in_world_is_found(oecd: World) -> None:
    known = shapes()["countries"]
    missing = [code for code in oecd.countries if code not in known and code != "ROW"]
    assert not missing
    assert {"HKG", "SGP", "MLT", "TWN"} <= known.keys()
    assert all(known[code].get("dot") for code in ("HKG", "SGP", "MLT"))
    assert not set(known) - set(labels.countries())
    file = resources.files("countervail.data").joinpath("map.json")
    assert len(file.read_bytes()) <= 200_000
    assert "public domain" in shapes()["source"]


def test_a_shape_is_drawn_once_with_its_class_and_title(oecd: World) -> None:
    rows = [OnMap(code, 0.0, f"{code}: 0") for code in oecd.countries if code != "ROW"]
    rows[0] = rows[0]._replace(value=-0.02, said="<b>&")
    wide, narrow = worldmap(rows, steps([-0.02]), "Welfare", "elsewhere")
    marks = re.findall(r'class="(\w+)" data-k="(\w+)"', wide.body)
    assert len(marks) == len(rows)
    assert {key: kind for kind, key in marks}[rows[0].code] == "l3"
    assert "<b>" not in wide.body
    assert len(narrow.body) < 4000  # it uses the shapes of the other
    for drawing in (wide, narrow):
        ElementTree.fromstring(drawing.alone())
        for k, box in enumerate(drawing.boxes):
            assert not any(box.meets(other) for other in drawing.boxes[:k])
            assert box.right <= drawing.width
            assert box.bottom <= drawing.height


@given(st.lists(st.floats(-1e6, 1e6).filter(lambda v: v == 0 or abs(v) > 1e-9), min_size=1))
@settings(max_examples=60, deadline=None)
def test_the_largest_is_in_the_last_class_and_signs_agree(values: list[float]) -> None:
    at = steps(values)
    assert at[1] == pytest.approx(4 * at[0])
    assert at[2] == pytest.approx(16 * at[0])
    largest = max(values, key=abs)
    if largest:
        assert class_of(largest, at)[1] == "3"
        assert abs(largest) < 4 * at[2] * (1 + 1e-9)
    for value in values:
        kind = class_of(value, at)
        assert kind == "zero" or (kind[0] == "l") == (value < 0)


def test_steps_of_the_design() -> None:
    assert steps([-0.027, 0.002]) == pytest.approx((0.001, 0.004, 0.016))
    assert places_of(steps([-0.027])) == 3
    assert places_of((0.016, 0.064, 0.256)) == 3
    assert places_of((16.384, 65.536, 262.144)) == 3
