import pytest

from countervail.errors import InputError
from countervail.ledger import concordance


def test_a_code_is_every_subheading_below_it() -> None:
    assert concordance.subheadings(("1205",)) == {"120510", "120590"}
    assert concordance.subheadings(("8703.80",)) == concordance.subheadings(("870380",))
    assert concordance.subheadings(("87",)) > concordance.subheadings(("8703",))


def test_a_range_includes_both_ends_and_exceptions_are_taken_out() -> None:
    both = concordance.subheadings(("0302-0303",))
    assert both == concordance.subheadings(("0302",)) | concordance.subheadings(("0303",))
    left = concordance.subheadings(("0302-0308",), ("0306.12",))
    assert "030612" not in left
    assert "030611" in left
    assert concordance.subheadings(("01-97",)) == set(concordance.codes())


def test_products_fall_in_sectors() -> None:
    assert concordance.sectors(("1205",)) == ("A01",)
    assert "C29" in concordance.sectors(("8703",))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("8703.81", "no HS 2022 code '8703.81'; did you mean '8703.80'?"),
        ("77", "did you mean '76'?"),
        ("870", "is not an HS code; write a chapter (87)"),
        ("canola", "is not an HS code"),
        ("0308-0302", "runs backwards; write '0302-0308'"),
        ("03-0302", "joins codes of different lengths"),
    ],
)
def test_an_unknown_code_is_refused_with_the_nearest(code: str, words: str) -> None:
    with pytest.raises(InputError) as error:
        concordance.span(code)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("8525.80", "it is a code of HS 2017, whose goods are now in 8525.81, 8525.82"),
        ("880330", "whose goods are now in 8807.30"),
        ("8803", "it is a code of HS 2017, whose goods are now in 8807"),
        ("0403.10", "whose goods are now in 0403.20"),
    ],
)
def test_codes_of_earlier_editions_point_to_their_successors(code: str, said: str) -> None:
    with pytest.raises(InputError, match=f"no HS 2022 code '{code}'; .*{said}"):
        concordance.span(code)
