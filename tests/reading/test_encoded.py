"""The encoder: pieces make words, windows hold all, places are hidden, chances are chances."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from math import exp, isclose
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countervail.reading.draft import Draft
from countervail.reading.encoded.answers import DEAF, Answer, Asked
from countervail.reading.encoded.drafts import EVEN, heard, likely, of_set
from countervail.reading.encoded.encoder import encoded
from countervail.reading.encoded.heard import Heard
from countervail.reading.encoded.marked import words_of
from countervail.reading.encoded.net import loaded, net, stored
from countervail.reading.encoded.pieces import INNER, pieces
from countervail.reading.encoded.windows import HOLDS, MOST, cut, grouped, window
from countervail.reading.load import from_text
from countervail.reading.reader import FirstReading, first_reading, read_source
from countervail.reading.weights import weights

ON = date(2024, 5, 14)
TEXT = "Kenya banned rice from Ghana on Monday. Uganda will charge 12% on maize from Chad in June."
UNKNOWN = -1


def told(text: str) -> FirstReading:
    return first_reading(from_text(text, ON))


def answer(text: str, sentence: int = 0) -> Answer:
    scenes = told(text).scenes
    return Heard(scenes).answer(Asked(sentence, 0, len(scenes[sentence].s.tokens)))


# ---- pieces


@settings(deadline=None)  # the first reads the weights
@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12))
def test_the_pieces_of_a_word_make_it_up(word: str) -> None:
    name = {k: piece for piece, k in net().pieces.items()}
    found = [name[k] for k in pieces(word, net().pieces, UNKNOWN)]
    assert "".join(piece.removeprefix(INNER) for piece in found) == word
    assert all(piece.startswith(INNER) == (k > 0) for k, piece in enumerate(found))


def test_what_has_no_piece_is_unknown_and_accents_are_taken_off() -> None:
    known = {"cafe": 0}
    assert pieces("café", known, UNKNOWN) == [0]
    assert pieces("漢", known, UNKNOWN) == [UNKNOWN]
    assert pieces("", known, UNKNOWN) == [UNKNOWN]


# ---- weights


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 99))
def test_weights_are_stored_to_a_part_of_the_largest_of_their_row(
    n: int, m: int, seed: int
) -> None:
    a = np.random.default_rng(seed).normal(size=(n, m)).astype(np.float32)
    names = {kind: np.array(["x"]) for kind in ("pieces", "kinds", "roles", "clauses")}
    names |= {kind: np.array(["x"]) for kind in ("instruments", "statuses")}
    back = loaded({**stored({"a": a}), **names}).w["a"]
    assert np.all(np.abs(back - a) <= np.abs(a).max(axis=1, keepdims=True) / 127)


def test_what_answers_weigh_is_fitted_on_texts_that_nothing_else_is() -> None:
    home = Path(__file__).parent

    def texts(*names: str) -> set[str]:
        lines = (line for name in names for line in (home / name).read_text("utf-8").split("\n"))
        return {json.loads(line)["text"] for line in lines if line}

    learned = texts("labelled.jsonl", "passages.jsonl", "passages_2.jsonl")
    held = texts("held.jsonl")
    assert len(held) == 450
    assert not held & learned


def test_what_the_encoder_hears_weighs_wherever_it_is_asked() -> None:
    parts = ("stretch", "instrument", "status", "taker", "struck", "goods")
    assert all(weights(part).get("encoded", 0.0) > 0.0 for part in parts)


# ---- windows


@pytest.mark.parametrize("times", [1, 40])
def test_every_sentence_is_in_one_window_and_none_is_too_long(times: int) -> None:
    scenes = told(" ".join([TEXT] * times)).scenes
    cuts = [cut(net(), n, words_of(sc)) for n, sc in enumerate(scenes)]
    groups = grouped(cuts)
    assert [c.number for _, here in groups for c in here] == list(range(len(scenes)))
    for ahead, here in groups:
        w = window(net(), [*ahead, *here])
        assert len(w.sentence) <= MOST
        assert sum(c.size for c in here) <= HOLDS
        assert set(w.first) == {c.number for c in (*ahead, *here)}


def test_words_beyond_a_window_are_not_answered() -> None:
    scenes = told("Kenya banned " + "very " * 500 + "cheap rice.").scenes
    assert Heard(scenes).answer(Asked(0, 499, 503)) is DEAF
    assert Heard(scenes).answer(Asked(0, 0, 3)) is not DEAF


def test_an_empty_text_is_heard_without_a_word() -> None:
    assert read_source(from_text("", ON)).measures == []


# ---- answers


def test_chances_are_chances() -> None:
    found = answer(TEXT, 1)
    for some in (found.instruments, found.statuses):
        assert isclose(sum(some.values()), 1.0, rel_tol=1e-5)
    assert isclose(sum(found.rates.values()) + found.rateless, 1.0, rel_tol=1e-5)
    assert set(found.takers) == set(found.struck) == {"KEN", "GHA", "UGA", "TCD"}
    assert all(0 <= p <= 1 for some in (found.takers, found.goods) for p in some.values())


def test_no_country_is_known_by_its_name() -> None:
    one = answer("Kenya banned rice from Ghana on Monday.")
    other = answer("Chile banned rice from Japan on Monday.")
    assert one.instruments == pytest.approx(other.instruments, abs=1e-5)
    assert one.takers["KEN"] == pytest.approx(other.takers["CHL"], abs=1e-5)
    assert one.struck["GHA"] == pytest.approx(other.struck["JPN"], abs=1e-5)


def test_a_plain_ban_is_heard() -> None:
    found = answer("Kenya banned rice from Ghana on Monday.")
    assert max(found.instruments, key=lambda k: found.instruments[k]) == "import_ban"
    assert likely(found.takers) == ("KEN",)
    assert likely(found.struck) == ("GHA",)


def test_a_draft_is_heard_by_the_words_that_it_quotes() -> None:
    it = told(TEXT)
    d = Draft((), "tariff", "in_force", 40, len(TEXT), "made", 1)
    assert heard(it.scenes, d) == it.story.heard.answer(Asked(1, 0, len(it.scenes[1].s.tokens)))  # type: ignore[union-attr]
    deaf = first_reading(from_text(TEXT, ON), hear=False)
    assert heard(deaf.scenes, d) is DEAF


@given(st.dictionaries(st.sampled_from("ABCD"), st.floats(0.02, 0.98), min_size=1))
def test_the_chances_of_all_sets_of_what_is_named_sum_to_one(chances: Mapping[str, float]) -> None:
    names = sorted(chances)
    sets = [[c for k, c in enumerate(names) if n >> k & 1] for n in range(2 ** len(names))]
    assert isclose(sum(exp(of_set(chances, some)) for some in sets), 1.0, rel_tol=1e-6)
    best = max(sets, key=lambda some: of_set(chances, some))
    if all(p != EVEN for p in chances.values()):
        assert set(likely(chances)) == set(best)


# ---- a second road


def test_jax_and_numpy_answer_alike() -> None:
    jax = pytest.importorskip("jax")
    import sys

    sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
    from net_build.batches import batch
    from net_build.model import answers
    from net_build.model import encoded as many
    from net_build.questions import passages

    w = {name: jax.numpy.asarray(a) for name, a in net().w.items()}
    row = {"text": TEXT, "doc_date": ON.isoformat(), "measures": []}
    (one,) = passages(net(), row)
    b = batch(net(), [one], None)
    x = encoded(net(), one.window.stretch)
    got = many(w, b)
    assert np.abs(np.asarray(got[0, : len(x)]) - x).max() < 1e-3
    said = answers(w, got, b)
    q = one.questions[0]
    scenes = told(TEXT).scenes
    n = int(one.window.sentence[q.lo])
    first = one.window.first[n]
    own = Heard(scenes).answer(Asked(n, first.index(q.lo), first.index(q.hi)))
    likeliest = np.asarray(jax.nn.softmax(said["instruments"][0, 0]))
    assert likeliest == pytest.approx(list(own.instruments.values()), abs=1e-3)
    takers = np.asarray(jax.nn.sigmoid(said["takers"][0, 0]))
    assert takers[: len(own.takers)] == pytest.approx(list(own.takers.values()), abs=1e-3)
