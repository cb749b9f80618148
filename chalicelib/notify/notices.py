"""Whether a notification really came from SNS: its signature (SignatureVersion 2: RSA over
SHA-256), and the certificate that says whose it is.

Every refusal is `Unauthorized` with a reason code.
"""

import base64
import binascii
import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import urllib3
from urllib3.exceptions import HTTPError

from chalicelib.domain.errors import Unauthorized

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

BUDGET_SECONDS = 2.0
LARGEST_CERTIFICATE = 20_000

_SIGNED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_ARN = re.compile(r"arn:(?P<partition>aws[a-z-]*):sns:(?P<region>[a-z0-9-]+):\d{12}:[\w.-]+")
_FILE = r"/SimpleNotificationService-[0-9a-f]{1,64}\.pem"


class OutOfReach(Exception):
    """SNS's certificate could not be had at this moment; the notification must come again."""


def verify(notice: Mapping[str, Any], certificate: "Certificate", now: datetime) -> None:
    """Raises Unauthorized for a notification that the certificate's key did not sign, or that
    was signed in another way than the topic is set to."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA256

    if notice.get("SignatureVersion") != "2":
        raise _refused("wrong_version")
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise _refused("certificate_out_of_date")
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise _refused("bad_certificate")
    try:
        signature = base64.b64decode(str(notice.get("Signature", "")), validate=True)
        key.verify(signature, _signed_text(notice), PKCS1v15(), SHA256())
    except (binascii.Error, ValueError, InvalidSignature) as error:
        raise _refused("bad_signature") from error


def certificate_in(pem: str) -> "Certificate":
    """Raises Unauthorized for what is no certificate."""
    from cryptography.x509 import load_pem_x509_certificate

    try:
        return load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise _refused("bad_certificate") from error


def certificate_place(notice: Mapping[str, Any]) -> str:
    """Where SNS keeps the certificate that it signed with: at its own host in the topic's own
    region. Raises Unauthorized for any other place."""
    topic = _ARN.fullmatch(str(notice.get("TopicArn", "")))
    place = str(notice.get("SigningCertUrl", ""))
    if topic is None:
        raise _refused("no_topic")
    ending = "com.cn" if topic["partition"] == "aws-cn" else "com"
    host = f"https://sns.{topic['region']}.amazonaws.{ending}"
    if not re.fullmatch(re.escape(host) + _FILE, place):
        raise _refused("foreign_certificate")
    return place


def fetch(place: str) -> str:
    """What lies at an address, within two seconds and without going on to another. Raises
    OutOfReach."""
    deadline = time.monotonic() + BUDGET_SECONDS
    try:
        with urllib3.PoolManager(retries=False) as pool:
            answer = pool.request(
                "GET",
                place,
                timeout=urllib3.Timeout(total=BUDGET_SECONDS),
                redirect=False,
                preload_content=False,
            )
            if answer.status != 200:
                raise OutOfReach(f"SNS answered {answer.status}.")
            return _text_of(answer, deadline)
    except (HTTPError, OSError, UnicodeDecodeError) as error:
        raise OutOfReach("SNS's certificate did not come.") from error


def _text_of(answer: urllib3.BaseHTTPResponse, deadline: float) -> str:
    received = b""
    # A byte a second would never run into a socket's own time-out.
    while chunk := answer.read1(4_096):
        received += chunk
        if len(received) > LARGEST_CERTIFICATE or time.monotonic() > deadline:
            raise OutOfReach("What came is too long or too slow for a certificate.")
    return received.decode("ascii")


def _signed_text(notice: Mapping[str, Any]) -> bytes:
    """Name and value of each field that is there, each on a line, in the order of the names."""
    told = [(name, notice[name]) for name in _SIGNED if notice.get(name) is not None]
    return "".join(f"{name}\n{value}\n" for name, value in told).encode()


def _refused(reason: str) -> Unauthorized:
    return Unauthorized("This notification was not signed by SNS.", reason=reason)
