"""Mail that comes back: reports about ours, and what people and machines write."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.ids import short_number
from chalicelib.domain.mail import MailFate
from chalicelib.notify.feedback import read_report
from chalicelib.notify.inbound import bytes_in, html_to_text, place_of, read_mail
from chalicelib.notify.reply_to import reply_address

DOMAIN = "mail.example"
NUMBER = short_number("T", 123456789)
SIGNED = reply_address("acme", NUMBER, key="k1", domain=DOMAIN)

PLAIN = b"From: Jana Weber <Jana@X.de>\r\nSubject: Hallo\r\nMessage-ID: <a@x.de>\r\n\r\nWo?\r\n"


def a_report(name: str, key: str = "eventType", **detail) -> str:
    mail = {
        "timestamp": "2026-11-23T08:02:00.000Z",
        "messageId": "ses-1",
        "tags": {"shop": ["acme"], "message": ["out_1"], "ses:caller-identity": ["x"]},
    }
    return json.dumps({key: name, "mail": mail, name.lower(): detail, "new": {"field": 1}})


def a_notice(recipients=("in+acme@mail.example",), action=None, **receipt):
    passed = {"status": "PASS"}
    return {
        "notificationType": "Received",
        "mail": {"messageId": "ses-in-1"},
        "receipt": {
            "timestamp": "2026-11-23T08:02:00.000Z",
            "recipients": list(recipients),
            "spamVerdict": passed,
            "virusVerdict": passed,
            "spfVerdict": passed,
            "dkimVerdict": passed,
            "dmarcVerdict": passed,
            "action": action or {"type": "SNS", "encoding": "UTF8"},
            **receipt,
        },
    }


def received(raw: bytes = PLAIN, **notice):
    return read_mail(a_notice(**notice), raw, keys=["k1"], domain=DOMAIN)


@pytest.mark.parametrize(
    ("message", "fate", "permanent", "detail"),
    [
        (a_report("Send"), MailFate.SENT, False, ""),
        (a_report("Delivery", recipients=["j@x.de"]), MailFate.DELIVERED, False, ""),
        (
            a_report("Bounce", bounceType="Permanent", bounceSubType="NoEmail"),
            MailFate.BOUNCED,
            True,
            "NoEmail",
        ),
        (
            a_report("Bounce", "notificationType", bounceType="Transient", bounceSubType="General"),
            MailFate.BOUNCED,
            False,
            "General",
        ),
        (a_report("Complaint"), MailFate.COMPLAINED, False, ""),
        (
            a_report("Complaint", complaintFeedbackType="not-spam"),
            MailFate.COMPLAINED,
            False,
            "not-spam",
        ),
        (a_report("DeliveryDelay"), MailFate.OTHER, False, ""),
    ],
)
def test_a_report_is_read_with_as_little_as_it_has(message, fate, permanent, detail):
    report = read_report(message)

    assert report is not None
    assert (report.shop, report.message_id, report.provider_id) == ("acme", "out_1", "ses-1")
    assert (report.fate, report.is_permanent, report.detail) == (fate, permanent, detail)
    assert report.at == datetime(2026, 11, 23, 8, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "message",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        "[]",
        '{"eventType": "Send", "mail": {"tags": {}}}',
        '{"mail": null}',
    ],
)
def test_what_is_no_report_about_our_mail_is_left(message):
    assert read_report(message) is None


def test_a_mail_to_a_shops_inbox():
    mail = received()

    assert mail is not None
    assert (mail.shop, mail.number, mail.is_answer) == ("acme", None, False)
    assert (mail.sender, mail.sender_name, mail.text) == ("jana@x.de", "Jana Weber", "Wo?")
    assert (mail.message_id, mail.is_automatic, mail.is_verified) == ("<a@x.de>", False, True)


def test_an_answer_finds_its_case_by_the_signed_address_alone():
    answer = received(recipients=["in+acme@mail.example", SIGNED.upper()])
    named = received(PLAIN.replace(b"Hallo", b"Re: " + NUMBER.encode()))

    assert answer is not None
    assert named is not None
    assert (answer.number, answer.is_answer) == (NUMBER, True)
    assert (named.number, named.is_answer) == (NUMBER, False)


def test_mail_to_nobody_of_ours_is_not_read():
    assert received(recipients=["in+acme@other.example", "x@mail.example"]) is None


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner-email=x",
        "X-Auto-Response-Suppress: All",
        "Precedence: bulk",
        "List-Id: <news.x.de>",
        "Return-Path: <>",
        "Content-Type: multipart/report; boundary=x",
        "X-Autoreply: yes",
    ],
)
def test_a_machines_mail_is_known(header):
    mail = received(header.encode() + b"\r\n" + PLAIN)

    assert mail is not None
    assert mail.is_automatic


def test_a_machines_address_is_known_and_a_persons_mail_is_not_taken_for_one():
    daemon = received(PLAIN.replace(b"Jana@X.de", b"MAILER-DAEMON@x.de"))
    person = received(b"Auto-Submitted: no\r\nPrecedence: normal\r\n" + PLAIN)

    assert daemon is not None
    assert person is not None
    assert (daemon.is_automatic, person.is_automatic) == (True, False)


@pytest.mark.parametrize(
    ("verdicts", "verified", "suspect"),
    [
        ({}, True, False),
        ({"dmarcVerdict": {"status": "GRAY"}}, True, False),
        ({"dmarcVerdict": {"status": "GRAY"}, "spfVerdict": {"status": "FAIL"}}, False, False),
        ({"dmarcVerdict": {"status": "FAIL"}, "dmarcPolicy": "none"}, False, False),
        ({"dmarcVerdict": {"status": "FAIL"}, "dmarcPolicy": "reject"}, False, True),
        ({"spamVerdict": {"status": "FAIL"}}, True, True),
        ({"virusVerdict": {"status": "FAIL"}}, True, True),
        ({"dmarcVerdict": None, "spfVerdict": None}, False, False),
    ],
)
def test_who_wrote_is_believed_as_far_as_it_is_proved(verdicts, verified, suspect):
    mail = received(**verdicts)

    assert mail is not None
    assert (mail.is_verified, mail.is_suspect) == (verified, suspect)


def test_two_senders_are_none():
    mail = received(PLAIN.replace(b"Jana Weber <Jana@X.de>", b"a@x.de, b@x.de"))

    assert mail is not None
    assert (mail.sender, mail.is_verified, mail.is_suspect) == ("", False, True)


def test_html_alone_becomes_text():
    html = (
        "<html><head><style>p{}</style></head><body><p>Hallo &amp; <b>Wo</b>?</p>"
        "<script>x()</script><div>Bis<br>bald</div></body></html>"
    )
    raw = PLAIN.replace(b"\r\n\r\nWo?", b"\r\nContent-Type: text/html\r\n\r\n" + html.encode())

    mail = received(raw)

    assert mail is not None
    assert mail.text == "Hallo & Wo?\n\nBis\nbald"


def test_the_bytes_are_in_the_notice_or_in_the_bucket():
    in_base64 = a_notice(action={"type": "SNS", "encoding": "BASE64"})
    in_bucket = a_notice(action={"type": "S3", "bucketName": "inbox", "objectKey": "mail/1"})

    assert bytes_in(in_base64 | {"content": base64.b64encode(PLAIN).decode()}) == PLAIN
    assert bytes_in(a_notice() | {"content": PLAIN.decode()}) == PLAIN
    assert bytes_in(in_bucket) is None
    assert place_of(in_bucket) == ("inbox", "mail/1")
    assert place_of(a_notice()) is None


@given(st.binary(max_size=600))
def test_any_bytes_are_a_mail_of_some_sort(raw):
    mail = received(raw)

    assert mail is not None
    assert len(mail.subject.splitlines()) <= 1
    assert "\0" not in mail.text


HEADERS = st.sampled_from(
    ["From", "Subject", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted", "Date"]
)


@given(st.lists(st.tuples(HEADERS, st.text(max_size=60)), max_size=6), st.text(max_size=100))
def test_any_headers_are_read(headers, text):
    lines = [f"{name}: {value.encode('unicode_escape').decode()}" for name, value in headers]

    assert received(("\r\n".join(lines) + "\r\n\r\n" + text).encode()) is not None


@given(st.text(alphabet="<>/&;!-pbrscript \n\"'=", max_size=200))
def test_any_html_can_be_read(html):
    assert isinstance(html_to_text(html), str)
