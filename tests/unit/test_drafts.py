"""What is quoted below an answer, what a macro says, and what of an answer is forgotten."""

import pytest

from chalicelib.domain.drafts import Draft, Written
from chalicelib.domain.erasure import emptied_of
from chalicelib.domain.macros import Macro, filled, fits
from chalicelib.domain.threads import folded
from tests.cases import NOON


@pytest.mark.parametrize(
    ("text", "said", "quoted"),
    [
        ("Thank you.", "Thank you.", ""),
        ("No.\n\nOn Monday Mei wrote:\n> It came.\n>\n> Mei\n", "No.", "On Monday Mei wrote:"),
        ("没有。\n\n美写道：\n> 到了。", "没有。", "美写道："),
        ("> only this", "> only this", ""),
        ("> first\nthen this", "> first\nthen this", ""),
        ("1 > 0, as\nI said:", "1 > 0, as\nI said:", ""),
    ],
)
def test_what_is_quoted_at_the_end_is_folded(text: str, said: str, quoted: str) -> None:
    above, below = folded(text)

    assert (above, below.partition("\n")[0]) == (said, quoted)


def a_macro() -> Macro:
    texts = {"en": "Dear {name}, {order}{unknown}.", "de": "Guten Tag {name}"}
    return Macro(shop="acme", id="mac_late", name="late", title="Late parcel", texts=texts)


def test_a_macro_speaks_the_nearest_language_and_shows_what_it_lacks() -> None:
    known = {"name": "Jana {order}", "order": ""}

    assert filled(a_macro(), "de-AT", known) == "Guten Tag Jana {order}"
    assert filled(a_macro(), "fr", known) == "Dear Jana {order}, {order}{unknown}."


def test_a_macro_is_found_by_all_of_the_words() -> None:
    assert fits(a_macro(), "PARCEL guten")
    assert fits(a_macro(), "")
    assert not fits(a_macro(), "parcel linen")


def test_nothing_of_what_was_written_to_an_erased_person_stays_or_leaves() -> None:
    draft = Draft(
        shop="acme",
        id="drf_1",
        ticket_id="tkt_1",
        staff_id="stf_1",
        staff_name="Mei",
        written=Written(text="Dear Jana"),
        kept_at=NOON,
        leaves_at=NOON,
    )

    emptied = emptied_of(draft, NOON)

    assert isinstance(emptied, Draft)
    assert (emptied.written.text, emptied.leaves_at) == ("", None)
