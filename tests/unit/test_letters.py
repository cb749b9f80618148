"""Letters in words: the same in text and HTML, in every language, whatever is put into them."""

import html
import re
from datetime import UTC, datetime

import pytest

from chalicelib.domain import letters
from chalicelib.domain.letters import Letter
from chalicelib.domain.money import Money
from chalicelib.domain.return_lines import Way
from chalicelib.domain.shops import Address, Shop
from chalicelib.notify.letters import Reader, Written, language_of, write

AT = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
T, R, C, W = "T-7KQ4-XMK", "R-7KQ4-XMK", "C-7KQ4-XMK", "W-7KQ4-XMK"
LINK = "https://desk.example/c/token"

BROUGHT = letters.ReturnAuthorized(
    number=R, send_by=AT, lines=("Linen × 2",), way=Way.BRING, shop_pays_freight=False
)
SAMPLES: list[Letter] = [
    letters.TicketAcknowledged(number=T, answer_by=AT, parcel="in_transit", parcel_expected_at=AT),
    letters.TicketReply(number=T, message_id="msg_1"),
    letters.TicketResolved(number=T, message_id="msg_1"),
    letters.ReturnAuthorized(number=R, send_by=AT, lines=("Linen × 2",), shop_pays_freight=True),
    BROUGHT,
    letters.ReturnReceived(number=R, inspect_by=AT),
    letters.ReturnSettled(
        number=R,
        lines=(letters.Amount(what="goods", amount=Money(amount=9478, currency="EUR")),),
        total=Money(amount=9478, currency="EUR"),
        refund_by=AT,
    ),
    letters.CaseLink(number=R),
    letters.ReturnDeclined(number=R, reasons=("window_over", "anything")),
    letters.SurveyInvitation(number=T, about="ticket"),
    letters.CallbackConfirmed(number=C, call_at=AT, zone="Europe/Berlin"),
    letters.CallbackNotReached(number=C),
    letters.WithdrawalReceipt(number=W, digest="0f" * 32, match_by=AT),
    letters.WithdrawalMatched(number=W, order_number="#1001", return_number=R),
    letters.WithdrawalAnswered(number=W),
    letters.StaffSignIn(),
    letters.CallbackDue(number=C, place="calls/cbk_1", call_at=AT),
    letters.CallbackMissed(number=C, place="calls/cbk_1", call_at=AT),
    letters.PromiseLate(number=T, place="tickets/tkt_1", what="first_response", due_at=AT),
    letters.LowScore(number=T, place="tickets/tkt_1", score=2),
    letters.ShopSilent(place="", hours=24, platform="woocommerce"),
]


def a_shop(**fields) -> Shop:
    address = Address(name="Qinghe", street="Weg 1", postcode="04109", city="Leipzig", country="DE")
    return Shop(
        shop="acme",
        id="acme",
        **{"name": "Qinghe", "zone": "Europe/Berlin", "return_address": address, **fields},
    )


def in_words(letter: Letter, language: str = "en", name: str = "Jana", **given) -> Written:
    return write(
        letter,
        shop=given.pop("shop", a_shop()),
        reader=Reader(name, "Europe/Berlin"),
        language=language,
        link=LINK,
        words=given.pop("words", "It moves tonight.\nMei"),
        unsubscribe="https://desk.example/u/token" if letter.is_optional else "",
    )


def test_every_letter_has_a_sample_here():
    concrete = set(letters.letters())
    assert {sample.template for sample in SAMPLES} == concrete


@pytest.mark.parametrize("language", ["en", "zh-CN", "de"])
@pytest.mark.parametrize("letter", SAMPLES, ids=lambda one: one.template)
def test_text_and_html_say_the_same(letter, language):
    written = in_words(letter, language)

    tags = r"<style>.*?</style>|<title>.*?</title>|<[^>]+>"
    seen = html.unescape(re.sub(tags, " ", written.html, flags=re.DOTALL))
    plain = re.sub(r"https?://\S+|^\d\. ", "", written.text, flags=re.MULTILINE)
    for word in re.findall(r"[\w€%-]+", plain):
        assert word.strip("-") in seen
    links = set(re.findall(r"https?://[^\s)]+", written.text))
    assert links == {html.unescape(one) for one in re.findall(r"https?://[^\s\"<]+", written.html)}
    assert LINK in written.short


@pytest.mark.parametrize("letter", SAMPLES, ids=lambda one: one.template)
def test_nothing_is_loaded_from_anywhere(letter):
    page = in_words(letter).html

    assert not re.search(r"<(img|script|link|iframe)|url\(|@import", page)


def test_what_people_wrote_is_text_everywhere():
    written = in_words(
        letters.TicketReply(number=T, message_id="msg_1"),
        name="<b>J",
        shop=a_shop(name="<i>Q"),
        words="<script>alert(1)</script>\nSecond line",
    )

    assert "<script>" not in written.html
    assert "<i>Q" not in written.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nSecond line" in written.html
    assert "<script>alert(1)</script>\nSecond line" in written.text


def test_a_line_break_in_what_is_quoted_ends_no_header():
    number = "T-1\r\nBcc: everybody@x.de\u2028x"

    written = in_words(letters.TicketAcknowledged(number=number))

    assert len(written.subject.splitlines()) == 1
    assert len(written.short.splitlines()) == 1


def test_a_person_signs_their_own_words_and_a_machine_greets():
    by_person = in_words(letters.TicketReply(number=T, message_id="msg_1"))
    by_machine = in_words(letters.TicketAcknowledged(number=T))

    assert by_person.text.startswith("It moves tonight.\nMei\n")
    assert by_machine.text.startswith("Hello Jana,\n")
    assert in_words(letters.TicketAcknowledged(number=T), name="").text.startswith("Hello,\n")


@pytest.mark.parametrize(
    ("language", "unsaid"),
    [("en", r"\bsend|\bpay\b|carrier"), ("de", "schick|bezahl|Versand"), ("zh-CN", "寄|运费")],
)
def test_who_brings_a_return_is_not_told_to_send_it_or_to_pay_for_that(language, unsaid):
    written = in_words(BROUGHT, language)

    for words in (written.text, written.html, written.short):
        assert not re.search(unsaid, words)


@pytest.mark.parametrize("letter", SAMPLES, ids=lambda one: one.template)
def test_no_sentence_ends_twice(letter):
    assert not re.search(r"\.\.(?!\.)", in_words(letter, "de").text.replace("...", ""))


def test_a_moment_is_said_in_the_readers_zone():
    assert "Thu 26 Nov, 17:00" in in_words(letters.TicketAcknowledged(number=T, answer_by=AT)).text


@pytest.mark.parametrize(
    ("wanted", "shops", "found"),
    [
        ("zh-Hans", ("en",), "zh-CN"),
        ("fr", ("de", "en"), "de"),
        ("fr", ("fr",), "en"),
    ],
)
def test_a_letter_is_written_in_the_nearest_language(wanted, shops, found):
    assert language_of(wanted, a_shop(languages=shops)) == found
