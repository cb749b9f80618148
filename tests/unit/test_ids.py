"""Ids are functions of what they name; numbers survive the phone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.ids import ALPHABET, derived, is_id, near_numbers, read_number, short_number

numbers = st.builds(short_number, st.sampled_from("TRCW"), st.integers(0, 32**6 - 1))


def test_an_id_is_derived_from_every_part_and_from_where_the_parts_end() -> None:
    assert derived("ord", "acme", "1") == derived("ord", "acme", "1")
    assert len({derived("ord", *parts) for parts in [("a", "bc"), ("ab", "c"), ("abc",)]}) == 3


def test_an_id_has_the_shape_of_a_ulid() -> None:
    prefix, _, body = derived("ord", "acme", "1").partition("_")
    assert prefix == "ord"
    assert len(body) == 26
    assert set(body) <= set(ALPHABET)


def test_an_id_is_told_from_other_text_by_its_shape() -> None:
    order = derived("ord", "acme", "1")

    assert is_id(order)
    assert is_id(order, "ord")
    assert not is_id(order, "pho")
    for other in (order[:-1], order + "0", order.lower(), f"{order[:-1]}U", f"../{order}", ""):
        assert not is_id(other), other


@given(numbers)
def test_a_number_is_read_back_however_it_is_typed(number: str) -> None:
    spoken = number.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read_number(number) == number
    assert read_number(f" {spoken} ") == number


@given(numbers, st.integers(1, 7), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(number: str, place: int, wrong: str) -> None:
    letters = number.replace("-", "")
    mistyped = letters[:place] + wrong + letters[place + 1 :]
    assert (read_number(mistyped) == number) is (mistyped == letters)


@given(numbers, st.integers(1, 7), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_mended(number: str, place: int, wrong: str) -> None:
    letters = number.replace("-", "")
    mistyped = letters[:place] + wrong + letters[place + 1 :]
    meant = near_numbers(mistyped.lower())
    assert (number in meant) is (mistyped != letters)
    assert len(meant) <= 13
    assert all(read_number(one) == one for one in meant)


def test_two_neighbours_changed_round_are_put_right_first() -> None:
    assert near_numbers("T-7QK4-XMD")[0] == "T-7KQ4-XMD"


@pytest.mark.parametrize(
    "text", ["", "T", "X-0000-000", "T-0000-0000", "T-00*0-000", "T-工単00-000"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_number(text) is None
