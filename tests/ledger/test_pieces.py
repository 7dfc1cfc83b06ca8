"""National lines of subheadings: pieces, their sizes, and whose they are."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countervail.ledger import concordance
from countervail.ledger.pieces import Goods, told_apart

SEED, OIL = "120510", "151411"
AT = np.array([concordance.codes().index(SEED), concordance.codes().index(OIL)])


def by_group(*groups: Goods) -> dict[tuple[str, tuple[int, ...]], float]:
    """Return sizes by subheading and the groups that name the piece."""
    named, size, place = told_apart(groups, AT)
    found: dict[tuple[str, tuple[int, ...]], float] = defaultdict(float)
    for k, part in enumerate(size):
        members = tuple(int(g) for g in np.flatnonzero(named[:, k]))
        found[(SEED, OIL)[place[k]], members] += float(part)
    return dict(found)


def goods(*hs: str, **parts: float | dict[str, float]) -> Goods:
    return Goods.of(hs, (), [{code.strip("_"): named for code, named in parts.items()}])


def test_subheadings_named_whole_are_one_piece() -> None:
    assert by_group(goods(SEED), goods("15")) == {(SEED, (0,)): 1.0, (OIL, (1,)): 1.0}


def test_lines_of_one_name_are_the_same_goods_and_others_are_not() -> None:
    first = goods(SEED, _120510={"10": 0.25, "20": 0.25})
    second = goods("1205", _120510={"20": 0.25, "90": 0.5})
    assert by_group(first, second) == pytest.approx(
        {(SEED, (0,)): 0.25, (SEED, (0, 1)): 0.25, (SEED, (1,)): 0.5, (OIL, ()): 1.0}
    )
    whole = goods("1205")
    assert by_group(first, whole) == pytest.approx(
        {(SEED, (0, 1)): 0.5, (SEED, (1,)): 0.5, (OIL, ()): 1.0}
    )


def test_a_part_of_lines_not_known_lies_evenly_over_the_others() -> None:
    found = by_group(goods(SEED, _120510={"10": 0.5}), goods(SEED, _120510=0.8))
    assert found == pytest.approx(
        {
            (SEED, (0, 1)): 0.4,
            (SEED, (0,)): 0.1,
            (SEED, (1,)): 0.4,
            (SEED, ()): 0.1,
            (OIL, ()): 1.0,
        }
    )


def test_an_empty_table_names_nothing() -> None:
    assert by_group(goods(SEED, OIL, _120510={})) == {(SEED, ()): 1.0, (OIL, (0,)): 1.0}


LINES = st.dictionaries(st.sampled_from(["10", "20", "30", "90"]), st.just(0.25))


@settings(deadline=None)
@given(st.lists(LINES | st.none(), min_size=1, max_size=5))
def test_pieces_make_up_the_subheading_and_each_group_its_part(
    parts: list[dict[str, float] | None],
) -> None:
    groups = [goods(SEED) if p is None else goods(SEED, _120510=p) for p in parts]
    named, size, place = told_apart(groups, AT[:1])
    assert size.sum() == pytest.approx(1.0)
    assert (place == 0).all()
    for g, part in enumerate(parts):
        stated = 1.0 if part is None else sum(part.values())
        assert size[named[g]].sum() == pytest.approx(stated)
