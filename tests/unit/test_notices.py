"""SNS's signature: what it covers, whose it must be, and where its certificate may lie."""

import base64
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from chalicelib.domain.errors import Unauthorized
from chalicelib.notify import notices
from chalicelib.notify.notices import OutOfReach, certificate_in, certificate_place, fetch, verify

NOW = datetime(2026, 11, 23, 8, 2, tzinfo=UTC)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PLACE = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-{}.pem".format("0af1" * 8)

NOTICE: dict[str, Any] = {
    "Type": "Notification",
    "MessageId": "m-1",
    "TopicArn": "arn:aws:sns:eu-central-1:123456789012:stack-MailTopic-1A2B",
    "Subject": "Amazon SES Email Event Notification",
    "Message": '{"eventType": "Bounce",\n"über": 1}',
    "Timestamp": "2026-11-23T08:01:59.000Z",
    "SignatureVersion": "2",
    "SigningCertUrl": PLACE,
    "UnsubscribeUrl": "https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe",
    "MessageAttributes": {},
}
SIGNED = (
    'Message\n{"eventType": "Bounce",\n"über": 1}\nMessageId\nm-1\n'
    "Subject\nAmazon SES Email Event Notification\nTimestamp\n2026-11-23T08:01:59.000Z\n"
    "TopicArn\narn:aws:sns:eu-central-1:123456789012:stack-MailTopic-1A2B\nType\nNotification\n"
)


def certificate(key: Any = KEY, *, until: datetime = NOW + timedelta(days=1)) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(until)
        .sign(key, SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def signature(text: str = SIGNED, hashed: Any = None) -> str:
    signed = KEY.sign(text.encode(), padding.PKCS1v15(), hashed or SHA256())
    return base64.b64encode(signed).decode()


def reason(notice: dict[str, Any], pem: str | None = None) -> str:
    with pytest.raises(Unauthorized) as refused:
        verify(notice, certificate_in(pem or certificate()), NOW)
    return refused.value.facts["reason"]


def test_what_sns_signed_is_believed() -> None:
    verify({**NOTICE, "Signature": signature()}, certificate_in(certificate()), NOW)


def test_a_notification_without_a_subject_is_signed_without_it() -> None:
    bare = SIGNED.replace("Subject\nAmazon SES Email Event Notification\n", "")

    verify(
        {**NOTICE, "Subject": None, "Signature": signature(bare)},
        certificate_in(certificate()),
        NOW,
    )


@pytest.mark.parametrize(
    "name", ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
)
@pytest.mark.parametrize("change", ["x", None])
def test_nothing_that_is_signed_can_be_changed_or_left_out(name: str, change: str | None) -> None:
    changed = NOTICE[name] + change if change else None

    assert reason({**NOTICE, name: changed, "Signature": signature()}) == "bad_signature"


@pytest.mark.parametrize(
    "forged",
    ["", "FAKE", "%%%", signature("another text"), signature()[:-8]],
    ids=["none", "no base64 of a signature", "no base64", "of another text", "cut off"],
)
def test_another_signature_is_refused(forged: str) -> None:
    assert reason({**NOTICE, "Signature": forged}) == "bad_signature"


@pytest.mark.parametrize("version", ["1", "3", "", None, 2])
def test_the_weaker_version_of_signatures_is_refused_even_if_it_is_right(version: object) -> None:
    right = signature(hashed=SHA1())

    assert reason({**NOTICE, "SignatureVersion": version, "Signature": right}) == "wrong_version"


def test_what_another_key_signed_is_refused() -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    notice = {**NOTICE, "Signature": signature()}

    assert reason(notice, certificate(other)) == "bad_signature"
    assert reason(notice, certificate(ec.generate_private_key(ec.SECP256R1()))) == "bad_certificate"
    assert (
        reason(notice, certificate(until=NOW - timedelta(seconds=1))) == "certificate_out_of_date"
    )


@pytest.mark.parametrize("text", ["", "off", "-----BEGIN CERTIFICATE-----\nAA==\n"])
def test_what_is_no_certificate_is_refused(text: str) -> None:
    with pytest.raises(Unauthorized):
        certificate_in(text)


def test_a_certificate_lies_at_snss_own_host_in_the_topics_region() -> None:
    china = {
        "TopicArn": NOTICE["TopicArn"].replace("aws:sns:eu-central-1", "aws-cn:sns:cn-north-1"),
        "SigningCertUrl": PLACE.replace(
            "eu-central-1.amazonaws.com", "cn-north-1.amazonaws.com.cn"
        ),
    }

    assert certificate_place(NOTICE) == PLACE
    assert certificate_place(china) == china["SigningCertUrl"]


HOST = "https://sns.eu-central-1.amazonaws.com"
FILE = "/SimpleNotificationService-0af1.pem"


@pytest.mark.parametrize(
    "place",
    [
        "",
        HOST.replace("https", "http") + FILE,
        f"https://evil.example{FILE}",
        f"https://sns.us-east-1.amazonaws.com{FILE}",
        f"{HOST}.evil.example{FILE}",
        f"{HOST}.cn{FILE}",
        f"{HOST}:8443{FILE}",
        f"{HOST.replace('//', '//a:b@')}{FILE}",
        f"{HOST}@evil.example{FILE}",
        f"{HOST}\\@evil.example{FILE}",
        f"{HOST}/x/..{FILE}",
        f"{HOST}/../{FILE}",
        f"{HOST}{FILE}?x=1",
        f"{HOST}{FILE}#x",
        f"{HOST}{FILE}\n",
        f"{HOST}/SimpleNotificationService-.pem",
        f"{HOST}/SimpleNotificationService-0af1.pem.evil",
        f"{HOST}/SimpleNotificationService-..%2f0af1.pem",
        "https://sns.eu-central-1.s3.amazonaws.com" + FILE,
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_no_other_place_is_asked_for_a_certificate(place: str) -> None:
    with pytest.raises(Unauthorized) as refused:
        certificate_place({**NOTICE, "SigningCertUrl": place})

    assert refused.value.facts["reason"] == "foreign_certificate"


@pytest.mark.parametrize(
    "topic", ["", "mail", "arn:aws:sns:evil.example/:123456789012:x", "arn:aws:sqs:us-east-1:1:x"]
)
def test_a_topics_name_cannot_make_up_a_host(topic: str) -> None:
    with pytest.raises(Unauthorized):
        certificate_place({**NOTICE, "TopicArn": topic})


@contextmanager
def served(*answers: tuple[int, dict[str, str], bytes], pause: float = 0) -> Iterator[str]:
    """A server that gives its answers one after the other, byte by byte if it takes its time."""
    left = list(answers)

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = left.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if not pause:
                self.wfile.write(body)
                return
            for byte in body:
                time.sleep(pause)
                self.wfile.write(bytes([byte]))

        def log_message(self, *_: object) -> None: ...

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/x.pem"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_certificate_is_fetched() -> None:
    with served((200, {}, b"-----BEGIN")) as place:
        assert fetch(place) == "-----BEGIN"


def test_a_redirect_is_not_followed() -> None:
    elsewhere = (200, {}, b"theirs")
    with served((302, {"Location": "/theirs.pem"}, b""), elsewhere) as place:
        with pytest.raises(OutOfReach):
            fetch(place)
        assert fetch(place) == "theirs"


@pytest.mark.parametrize(
    "answer", [(404, {}, b""), (500, {}, b""), (200, {}, b"x" * 30_000), (200, {}, b"\xff")]
)
def test_what_is_no_certificate_is_not_taken(answer: tuple[int, dict[str, str], bytes]) -> None:
    with served(answer) as place, pytest.raises(OutOfReach):
        fetch(place)


def test_a_server_that_takes_its_time_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "BUDGET_SECONDS", 0.2)
    with served((200, {}, b"x" * 40), pause=0.02) as place, pytest.raises(OutOfReach):
        fetch(place)


def test_a_server_that_is_not_there_is_out_of_reach() -> None:
    with served() as place:
        pass
    with pytest.raises(OutOfReach):
        fetch(place)
