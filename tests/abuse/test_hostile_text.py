"""Mails and forms made to cost more than they should: each is read at once, as far as it goes."""

import threading
import zlib
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from chalice.app import Blueprint, Response
from chalice.test import Client

from chalicelib.notify.inbound import html_to_text
from chalicelib.web.app import AftercareApp
from chalicelib.web.auth import public
from chalicelib.web.forms import Body, body
from chalicelib.web.operations import operation
from tests.unit.test_mail import received

PATIENCE = 5
"""Seconds, of which none of these needs a tenth; most took over ten without their bounds."""

NESTED = b"".join(
    b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (i, i + 1)
    for i in range(30_000)
)
BOUNDARY = {"Content-Type": "multipart/form-data; boundary=b0"}


def at_once(work: Callable[[], Any]) -> Any:
    """What the work gives, unless it takes too long."""
    done: list[Any] = []
    worker = threading.Thread(target=lambda: done.append(work()), daemon=True)
    worker.start()
    worker.join(PATIENCE)
    assert done
    return done[0]


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n" + NESTED,
        b"Content-Type: message/rfc822\r\n\r\n" * 30_000,
        b"Content-Type: text/plain; " + b"a*0=x;" * 20_000 + b"\r\n\r\nabc",
        b"Content-Type: text/plain; charset=punycode\r\n\r\nabc-" + b"a" * 800_000,
        b"Subject: " + b"=?utf-8?q?x?= " * 50_000 + b"\r\n\r\nabc",
        b"Reply-To: " + b"(" * 50_000 + b"\r\n\r\nabc",
        b"List-Id: " + b"a@x.de," * 40_000 + b"\r\n\r\nabc",
    ],
    ids=["nested", "mails in mails", "parameters", "charset", "subject", "parentheses", "many"],
)
def test_no_mail_keeps_us_busy(head: bytes) -> None:
    mail = at_once(lambda: received(b"From: Jana <jana@x.de>\r\n" + head))

    assert mail.sender == "jana@x.de"


def test_a_sender_that_is_too_much_is_none() -> None:
    mail = at_once(lambda: received(b"From: " + b"a@x.de," * 40_000 + b"\r\n\r\nabc"))

    assert (mail.sender, mail.is_suspect) == ("", True)


@pytest.mark.parametrize("piece", ["<!--", "<![", "</", "<a b='", "<a ", "<p><", "<?x", "&#"])
def test_no_html_keeps_us_busy(piece: str) -> None:
    assert isinstance(at_once(lambda: html_to_text("<p>" + piece * 200_000 + ">")), str)


@pytest.mark.parametrize("encoding", ["gzip", "zlib", "deflate", "bz2"])
def test_nothing_in_a_mail_is_unpacked(encoding: str) -> None:
    bomb = b64encode(zlib.compress(b"0" * 10_000_000))
    mail = received(
        b"From: jana@x.de\r\nContent-Type: text/plain; charset=" + encoding.encode() + b"\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + bomb
    )

    assert mail is not None
    assert len(mail.text) < 20_000


def test_an_attachment_is_no_part_of_a_message() -> None:
    bomb = b64encode(zlib.compress(b"0" * 10_000_000))
    parts = b"--b\r\n\r\nWo?\r\n--b\r\nContent-Type: application/zip\r\n"
    parts += b"Content-Disposition: attachment; filename=a.zip\r\n"
    parts += b"Content-Transfer-Encoding: base64\r\n\r\n" + bomb + b"\r\n--b--\r\n"
    mail = received(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts)

    assert mail is not None
    assert mail.text == "Wo?"


class Told(Body):
    name: str
    lines: list[Any] = []


probe = Blueprint(__name__)


@probe.route("/told", methods=["POST"])
@public
@operation("Take a form", takes=Told)
def told() -> Response:
    return Response({"name": body(Told).name})


@pytest.fixture
def client(aws: dict[str, str]) -> Client:
    app = AftercareApp("hostile")
    app.register_blueprint(probe)
    return Client(app)


@pytest.mark.parametrize(
    "form",
    [
        NESTED,
        b'--b0\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 5_000 + b"--b0--\r\n",
        b"--b0\r\nContent-Disposition: form-data; " + b"a*0=x;" * 20_000 + b"\r\n\r\n1\r\n--b0--",
    ],
    ids=["nested", "many", "parameters"],
)
def test_no_multipart_form_keeps_us_busy(client: Client, form: bytes) -> None:
    answer = at_once(lambda: client.http.post("/told", body=form, headers=BOUNDARY))

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("name=a&lines" + ".a" * 5_000 + "=1", 400),
        ("name=a&lines." + "9" * 5_000 + "=1", 422),
        ("name=a&lines.²=1", 422),
        ("name=%ff", 400),
        ("&".join(f"f{n}=1" for n in range(5_000)), 400),
    ],
    ids=["deep", "a long index", "no digit", "not utf-8", "many"],
)
def test_names_of_fields_lead_nowhere_strange(client: Client, form: str, status: int) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    assert client.http.post("/told", body=form.encode(), headers=headers).status_code == status


def test_a_body_is_never_unpacked(client: Client) -> None:
    packed = zlib.compress(b'{"name": "a"}')
    headers = {"Content-Type": "application/json", "Content-Encoding": "deflate"}

    assert client.http.post("/told", body=packed, headers=headers).status_code == 400
