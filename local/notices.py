"""What SNS does on AWS and the emulator does not: sign notifications, with a key of this stack."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

KEY_VARIABLE = "AFTERCARE_LOCAL_NOTICE_KEY"
"""By which the emulator's process is given the key, as PEM."""

_NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.local")])
_SIGNED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")


@dataclass(frozen=True)
class Signer:
    """A key, and the certificate by which functions know what it signed; both PEM."""

    key: str
    certificate: str

    def sign(self, notice: dict[str, Any]) -> dict[str, Any]:
        """The notification as SNS signs it on a topic of SignatureVersion 2."""
        named = [name for name in _SIGNED if notice.get(name) is not None]
        text = "".join(f"{name}\n{notice[name]}\n" for name in named).encode()
        signature = self._private.sign(text, padding.PKCS1v15(), SHA256())
        return {
            **notice,
            "SignatureVersion": "2",
            "Signature": base64.b64encode(signature).decode(),
        }

    @cached_property
    def _private(self) -> rsa.RSAPrivateKey:
        return _private_key(self.key)


def fresh_signer() -> Signer:
    """A key that nobody had before."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return _with_certificate(pem.decode())


def kept_signer(file: Path) -> Signer:
    """The key of a stack whose state is kept: what waits in its queues was signed with it."""
    if file.exists():
        return _with_certificate(file.read_text())
    signer = fresh_signer()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(signer.key)
    return signer


def sign_everything(key: str) -> None:
    """Let the emulator in this process sign all its notifications."""
    from ministack.services import sns

    signer = _with_certificate(key)
    unsigned = sns._build_envelope  # noqa: SLF001 - the emulator has no door for this

    def signed(*publication: Any, **named: Any) -> str:
        envelope = unsigned(*publication, **named)
        try:
            notice = json.loads(envelope)
        except ValueError:
            return envelope
        is_notice = isinstance(notice, dict) and notice.get("Signature") == "FAKE"
        return json.dumps(signer.sign(notice)) if is_notice else envelope

    sns._build_envelope = signed  # noqa: SLF001


def _with_certificate(key: str) -> Signer:
    private, now = _private_key(key), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_NAME)
        .issuer_name(_NAME)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(private, SHA256())
    )
    return Signer(key, certificate.public_bytes(Encoding.PEM).decode())


def _private_key(pem: str) -> rsa.RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key
