"""The page of a text that was read: nothing in it was solved, so nothing is certified."""

from __future__ import annotations

import countervail as cv
from countervail.present.page.plain import certified
from countervail.present.read import document
from countervail.present.sentences.language import language


def test_a_text_that_was_read_is_not_called_certified() -> None:
    read = document(cv.read("Kenya banned rice from Ghana on Monday.", "2024-05-14"))
    assert certified(read.data, language("en")) == ""
    assert certified({"residual": 1e-12}, language("en"))
    assert certified({"certificate": {"certified": True}}, language("en"))
